"""Files and bytes -> `Source`: decoding, refusing what is no text, and cleaning at the boundary.

After `cleaning.clean` no control character, escape sequence or direction override is left anywhere in the program.
Lines are what an editor counts: they end at LF, CRLF or a lone CR. Other characters that Unicode calls line ends
(vertical tab, form feed, NEL, U+2028, U+2029, …) become spaces, so they never shift a line number.
"""

from __future__ import annotations

import codecs
import hashlib
import os
import re
import stat
from typing import TYPE_CHECKING

from tui_digest.errors import SourceError
from tui_digest.models import Source
from tui_digest.text.cleaning import clean, is_clean
from tui_digest.text.patterns import regex

if TYPE_CHECKING:
    from pathlib import Path

TEXT_SUFFIXES = (".md", ".markdown", ".mdown", ".mkd", ".txt", ".text", ".rst", ".org", ".adoc")
"""What counts as a digest when a whole folder is read; a file named by itself may end as it likes."""

MAX_BYTES = 64 * 1024 * 1024

_ALWAYS_BINARY = (b"%PDF-", b"PK\x03\x04", b"\x89PNG", b"\xff\xd8\xff", b"\x1f\x8b", b"7z\xbc\xaf\x27\x1c")
_MARKED = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark is the beginning of this one
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_BINARY_CONTROLS = regex(rb"[\x00-\x06\x0e-\x1a\x1c-\x1f]")
_TEXT_PER_NUL = 20
"""A stray NUL among so many bytes of UTF-8 is dropped; more of them are another encoding, or no text."""
_CHARSET = regex(rb"(?:charset|<\?xml[^>]{0,80}encoding)\s*=\s*[\"']?([A-Za-z][\w.:-]{1,30})", re.IGNORECASE)
_DECLARED_WITHIN = 4096
_LIKELY = regex(r"[\t\n\r -~\u3131-\u318e\uac00-\ud7a3\u1100-\u11ff\u3040-\u30ff\uff01-\uff60]")
_HAN = regex(r"[\u4e00-\u9fff]")
_HANGUL = regex(r"[\uac00-\ud7a3]")


def read_source(path: Path) -> Source:
    """The file's text. Raises `SourceError` with `source.vanished`, `.unreadable`, `.not_a_file`, `.too_large`,
    `.binary` or `.empty`."""
    shown = _shown(path.absolute())
    try:
        facts = path.stat()
        if not stat.S_ISREG(facts.st_mode) and not stat.S_ISDIR(facts.st_mode):
            raise SourceError("source.not_a_file", path=shown)  # a pipe or device would block or never end
        if facts.st_size > MAX_BYTES:
            raise SourceError("source.too_large", path=shown, limit=MAX_BYTES // 1024 // 1024)
        with path.open("rb") as file:
            data = file.read(facts.st_size + 1)  # memory for the most that a file may hold would be asked for in vain
            if len(data) > facts.st_size:  # it grew meanwhile, or does not know its size, as those of /proc
                data += file.read(MAX_BYTES + 1 - len(data))
    except FileNotFoundError as error:
        raise SourceError("source.vanished", path=shown) from error
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else None
        raise SourceError("source.unreadable", path=shown, reason=reason or type(error).__name__) from error
    return source_from_bytes(data, shown)


def _shown(path: Path) -> str:
    """The path as text that can be stored and shown, also where the name is not UTF-8."""
    return os.fsencode(path).decode("utf-8", "replace")


def source_from_bytes(data: bytes, path: str) -> Source:
    """Decoded and cleaned text with its provenance. Raises `SourceError`: `source.too_large`, `source.binary`,
    `source.empty`."""
    if len(data) > MAX_BYTES:
        raise SourceError("source.too_large", path=path, limit=MAX_BYTES // 1024 // 1024)
    text = _plain(data)
    if text is None:
        decoded = _decode(data)
        if decoded is None:
            raise SourceError("source.binary", path=path)
        text = clean(decoded)
    if not text or text.isspace():
        raise SourceError("source.empty", path=path)
    return Source(path=path, text=text, sha256=hashlib.sha256(data).hexdigest())


def _plain(data: bytes) -> str | None:
    """The text of UTF-8 without a mark in which there is nothing to clean, as in nearly every file; None for any other
    bytes."""
    if data.startswith(_ALWAYS_BINARY) or not is_clean(data):
        return None
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return None


def _decode(data: bytes) -> str | None:
    """The text, or None where the bytes are none. Marks decide first, then NULs, then which decoding errs less."""
    for mark, encoding in _MARKED:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, "replace")
    if data.startswith(_ALWAYS_BINARY):
        return None
    if b"\x00" in data:
        data, given = data.replace(b"\x00", b""), data
        if (len(given) - len(data)) * _TEXT_PER_NUL > len(given) or not _is_utf8(data):
            return _unmarked_utf16(given)
    sample = data[:65536]
    if len(_BINARY_CONTROLS.findall(sample)) * 10 > len(sample):
        return None
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return _declared(data) or _damaged_or_korean(data, sample)


def _declared(data: bytes) -> str | None:
    """The text in the encoding that a page, a feed or a letter says it has, if it has it."""
    match = _CHARSET.search(data[:_DECLARED_WITHIN])
    try:
        return data.decode(match[1].decode("ascii")) if match else None
    except (LookupError, ValueError):
        return None


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _damaged_or_korean(data: bytes, sample: bytes) -> str | None:
    """UTF-8 with some broken bytes, or CP949: whichever decoding has fewer errors; CP949 must also show Hangul."""
    utf8 = data.decode("utf-8", "replace")
    korean = data.decode("cp949", "replace")
    broken = utf8.count("\ufffd") - data.count(b"\xef\xbf\xbd")
    if korean.count("\ufffd") < broken and _HANGUL.search(korean):
        return korean
    trial = sample.decode("utf-8", "replace")
    return None if trial.count("\ufffd") * 3 > len(trial) > 16 else utf8


def _unmarked_utf16(data: bytes) -> str | None:
    """Text with NUL bytes: UTF-16 in the byte order that reads better, or None for a binary file."""
    best, best_score = None, 0.0
    for encoding in ("utf-16-le", "utf-16-be"):
        try:
            trial = data[:65536].decode(encoding)
        except UnicodeDecodeError:
            continue
        score = (len(_LIKELY.findall(trial)) + len(_HAN.findall(trial)) / 2) / len(trial) if trial else 0.0
        if score > best_score and "\x00" not in trial:
            best, best_score = encoding, score
    return data.decode(best, "replace") if best is not None and best_score > 0.7 else None
