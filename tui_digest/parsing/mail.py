"""Mail: a message (`.eml`) or a box of them (`mbox`), as the text that the shapes read."""

from __future__ import annotations

from base64 import b64decode
from datetime import date
from email import message_from_string
from email.policy import EmailPolicy
from email.utils import parsedate_to_datetime
from quopri import decodestring
from typing import TYPE_CHECKING, NamedTuple

from tui_digest.errors import SourceError
from tui_digest.parsing.html_page import PageLine, read_page
from tui_digest.text.cleaning import clean
from tui_digest.text.patterns import regex

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from email.message import EmailMessage

    from tui_digest.models import Source

_HEADER = regex(r"[A-Za-z][A-Za-z0-9-]*:(?:[ \t]|$)")
_FROM = regex(r"From \S+.*\d")
_NEEDED = ("from", "date", "subject", "received", "message-id", "mime-version")
_LINE_END = regex(r"\r\n|\r|\n")
_NO_BASE64 = regex(r"[^A-Za-z0-9+/]")
_MOST_HEADERS = 400
_MOST_NESTED = 100
_LONGEST_HEADER = 4_000


class _Bounded(EmailPolicy):
    """A message policy that cuts overlong headers: parsing them in the standard library takes quadratic time."""

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        name, value = super().header_source_parse(sourcelines)
        return name, value[:_LONGEST_HEADER]


class Letter(NamedTuple):
    """One message."""

    subject: str
    day: date | None
    lines: tuple[PageLine, ...]
    """Its text, each line with the 1-based number of the line in the file where it stands; in a transfer encoding,
    where it begins."""


def is_mail(source: Source) -> bool:
    """Whether the text begins with the headers of a message, or with the line that parts them in a box."""
    lines = source.text.split("\n", _MOST_HEADERS)[:_MOST_HEADERS]
    if lines and _FROM.match(lines[0]):
        lines = lines[1:]
    names: set[str] = set()
    for line in lines:
        if line[:1] in (" ", "\t") and names:
            continue
        if not _HEADER.match(line):
            return not line.strip() and len(names & set(_NEEDED)) >= 2 and "from" in names
        names.add(line.partition(":")[0].lower())
    return False


def letters(source: Source) -> list[Letter]:
    """The messages of the file. Raises `source.malformed`."""
    lines = source.text.split("\n")
    starts = [0]
    if _FROM.match(lines[0]):
        starts = [n for n, line in enumerate(lines) if _FROM.match(line) and (n == 0 or not lines[n - 1].strip())]
    found = []
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        first = start + 1 if _FROM.match(lines[start]) else start
        try:
            found.append(_letter(lines[first:end], first))
        except (ValueError, LookupError, RecursionError, TypeError, AttributeError) as error:
            raise SourceError("source.malformed", path=source.path, format="mail", line=first + 1) from error
    return found


def _letter(lines: list[str], first: int) -> Letter:
    if sum(line[:24].lower() == "content-type: multipart/" for line in lines) > _MOST_NESTED:
        raise ValueError("nested")  # the standard library's reader takes time that grows with the square of it
    text = "\n".join(lines)
    message: EmailMessage = message_from_string(text, policy=_Bounded())  # type: ignore[arg-type]  # it makes no others
    subject = clean(" ".join(str(message.get("subject", "")).split()))
    part = _body(message)
    if part is None:
        return Letter(subject, _day(message), ())
    text = _text(part)
    begins = first + _place(lines, part) + 1
    offsets = _offsets(part, text)
    if part.get_content_type() == "text/html":
        page = read_page(text, 0).lines
        kept = tuple([line._replace(number=begins + offsets[min(line.number, len(offsets) - 1)]) for line in page])
        return Letter(subject, _day(message), kept)
    body = clean(text).split("\n")
    return Letter(subject, _day(message), tuple(map(PageLine, body, (begins + n for n in offsets))))


def _body(message: EmailMessage) -> EmailMessage | None:
    """The text of the message: plain where it names papers by their address or there is nothing else, else the page."""
    parts = [part for part in message.walk() if part.get_content_maintype() == "text" and not part.is_attachment()]
    plain = next((part for part in parts if part.get_content_type() == "text/plain"), None)
    page = next((part for part in parts if part.get_content_type() == "text/html"), None)
    if plain is not None and (page is None or "arXiv:" in _text(plain)):
        return plain
    return page or plain


def _text(part: EmailMessage) -> str:
    if _encoding(part) not in ("base64", "quoted-printable"):
        return str(part.get_payload())
    data = part.get_payload(decode=True)
    if not isinstance(data, bytes):
        return ""
    try:
        return data.decode(part.get_content_charset() or "utf-8", "replace")
    except LookupError:
        return data.decode("utf-8", "replace")


def _encoding(part: EmailMessage) -> str:
    return (part.get("content-transfer-encoding") or "").strip().lower()


def _offsets(part: EmailMessage, text: str) -> list[int]:
    """How many lines below the first one of the part's text each line of it begins, as it stands in the message."""
    count = len(_LINE_END.split(text))
    encoding = _encoding(part)
    if encoding not in ("base64", "quoted-printable"):
        return [*range(count)]
    read = _bytes_of_base64 if encoding == "base64" else _bytes_of_quoted
    offsets = [0]
    ended = False
    for number, data in enumerate(read(str(part.get_payload()).split("\n"))):
        if ended and data:
            offsets[-1], ended = number, False
        offsets += [number] * data.count(b"\n")
        ended = ended or data.endswith(b"\n")
    return offsets if len(offsets) == count else [0] * count  # of characters of several bytes a line end may be none


def _bytes_of_base64(lines: Sequence[str]) -> Iterator[bytes]:
    """What each line adds, when the lines before are known."""
    left = ""
    for number, line in enumerate(lines, 1):
        left += _NO_BASE64.sub("", line)
        whole = len(left) if number == len(lines) else len(left) // 4 * 4
        piece, left = left[:whole], left[whole:]
        yield b64decode(piece + "=" * (-len(piece) % 4)) if len(piece) % 4 != 1 else b""


def _bytes_of_quoted(lines: Sequence[str]) -> Iterator[bytes]:
    """What each line adds; one that ends with `=` goes on in the next."""
    for number, line in enumerate(lines):
        written = line.rstrip()
        data = decodestring(written.removesuffix("=").encode("utf-8", "replace"))
        yield data if written.endswith("=") or number == len(lines) - 1 else data + b"\n"


def _place(lines: list[str], part: EmailMessage) -> int:
    """The line of the message at which the part's text begins."""
    payload = str(part.get_payload()).split("\n")
    head = next((line for line in payload if line.strip()), "")
    lead = next((n for n, line in enumerate(payload) if line.strip()), 0)
    body = next((n for n, line in enumerate(lines) if not line.strip()), 0)
    found = next((n for n in range(body, len(lines)) if lines[n] == head), body + 1)
    return max(found - lead, 0)


def _day(message: EmailMessage) -> date | None:
    try:
        return parsedate_to_datetime(str(message["date"])).date()
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
