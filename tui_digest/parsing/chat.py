"""Chats as messengers export them (KakaoTalk, WhatsApp), or as they are copied out of a window (Slack, Discord): a
digest a day on which papers were told of, a paper a message with a paper's address. What others say after it goes with
it."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import replace
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from tui_digest.parsing.dates import any_header
from tui_digest.parsing.days import day_said
from tui_digest.parsing.drafts import Draft
from tui_digest.parsing.fields import read_block
from tui_digest.parsing.heads import take_heading
from tui_digest.parsing.items import read_item
from tui_digest.parsing.links import is_paper_page, leading_url, links_in, may_link, url_line
from tui_digest.parsing.periods import Period, with_years
from tui_digest.parsing.sections import digest_of, papers_days
from tui_digest.parsing.source_text import DigestPart, cut
from tui_digest.parsing.titles import is_plain_title
from tui_digest.text.patterns import regex

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tui_digest.models import ParsedDigest
    from tui_digest.parsing.periods import Named
    from tui_digest.parsing.source_text import SourceText

SHAPE = "chat"
_CLOCK = r"(?:(?:오전|오후|[AaPp]\.?[Mm]\.?)\s?)?\d{1,2}:\d{2}(?::\d{2})?(?:\s?[AaPp]\.?[Mm]\.?)?"
_BRACKETED = regex(rf"(?P<head>\[[^\[\]]{{1,40}}\] \[{_CLOCK}\])\s*(?P<said>.*)$")
_DAYED = regex(
    r"(?P<head>\[?(?P<a>\d{1,4})\s?[./년-]\s?(?P<b>\d{1,2})\s?[./월-]\s?(?P<c>\d{1,4})[.일]?,?\s"
    rf"{_CLOCK}\]?(?:\s-|,)?\s[^:\[\]]{{1,40}}?\s?:)\s(?P<said>.*)$"
)
_CLOCK_NAMED = r"(?:(?:오전|오후)\s?\d{1,2}:\d{2}|\d{1,2}:\d{2}\s?[AaPp]\.?[Mm]\.?)"
_ABOVE = regex(
    r"(?P<head>[^\W\d_][^\[\]:|*#,]{0,40}?"
    r"(?:\s+(?:[—–-]\s+)?\[?(?:(?P<a>\d{1,4})[./-](?P<b>\d{1,2})[./-](?P<c>\d{1,4}),?\s|(?:Today|Yesterday|오늘|어제)(?:\sat)?,?\s)?"
    rf"{_CLOCK_NAMED}|\s{{2,}}\[?\d{{1,2}}:\d{{2}})\]?)\s*$"
)
"""Who and when on a line of its own, above what was said."""
_DAY_LINE = regex(r"-{3,}\s*(?P<said>\S[^-]*(?:-\d[^-]*)*?)\s*-{3,}\s*$")
_CLOCK_ALONE = regex(rf"\s*{_CLOCK_NAMED}\s*$")
"""The time on a line of its own, below who speaks."""
_NO_NAME = regex(r"[.:;,!?#|/\d\[\](){}]")
_NAMES = 5
_A_CLOCK = regex(r"\d:\d\d")
_TITLE_THEN_KOREAN = regex(r"(?P<title>[A-Z][^가-힣]{14,299}?)[\s\"”'’,.–—-]+(?P<rest>[가-힣].*)$")
_QUOTED = regex(r"[\"“](?P<title>(?:[^\s\"“”]+\s){2,40}[^\s\"“”]+)[\"”]")
"""Three words or more in quotes."""
_CLOCK_ENDS = frozenset("0123456789mM.] ")
_SOON = 2000
"""In so many characters a chat has told a time."""
_FEW = 3
_LONGEST_DAY = 40
_MOST_LINES_A_MESSAGE = 6
_TWELVE = 12
_LONGEST_TITLE = 300


class _Message(NamedTuple):
    """What one person said."""

    head: str
    """Who and when, as it is written."""
    said: str
    """What stands on the same line."""
    numbers: tuple[str, str, str] | None
    """The day, where every message tells it, in the order in which it is written."""


class _Chat(NamedTuple):
    """The messages of a text, and the days of its lines."""

    messages: dict[int, _Message]
    days: dict[int, date]
    """The lines from which on another day is told."""


def is_chat(source: SourceText) -> bool:
    """Whether a text is mostly messages, three or more, one of them with a paper's address."""
    if source.part is not None and source.part.shape == SHAPE:
        return True
    if not may_link(source.text) or not _A_CLOCK.search(source.text, 0, _SOON):
        return False
    messages = source.once(_chat).messages
    if len(messages) < _FEW or len(messages) * _MOST_LINES_A_MESSAGE < len(source.filled):
        return False
    return bool(source.once(_telling))


def parts(source: SourceText) -> list[SourceText]:
    """The text cut before every day on which a paper was told of, but the first."""
    days, telling = source.once(_chat).days, sorted(source.once(_telling))
    starts: dict[int, date] = {}
    for line, following in pairwise([*days, len(source.lines)]):
        if bisect_left(telling, following) > bisect_left(telling, line):
            starts[line] = days[line]
    if not starts:
        return [source]
    pieces = cut(source.filled, list(starts)[1:])
    return [
        replace(
            source,
            filled=list(piece),
            first=source.lines[piece[0]].strip(),
            part=DigestPart(SHAPE, line, Period(day, day)),
        )
        for piece, (line, day) in zip(pieces, starts.items(), strict=True)
    ]


def parse_chat(source: SourceText) -> ParsedDigest:
    """The papers of a day."""
    messages, telling = source.once(_chat).messages, source.once(_telling)
    drafts: list[Draft] = []
    for run in _runs(source):
        if run[0] in telling:
            drafts.append(_read(source, messages[run[0]], run))
        elif drafts:
            drafts[-1].last = run[-1]
            drafts[-1].commentary += [source.lines[index] for index in run]
    digest = digest_of(source, SHAPE, drafts)
    line = source.lines[source.part.heading] if source.part else ""
    head = _DAY_LINE.match(line)
    if head is None and (source.part is None or source.part.heading in messages):
        return digest
    above = (digest.preface or "").replace(line.strip(), "", 1).strip()
    return digest._replace(title=head["said"].strip() if head else line.strip(), preface=above or None)


def _chat(source: SourceText) -> _Chat:
    messages: dict[int, _Message] = {}
    told: dict[int, date] = {}
    alone: dict[int, Named] = {}
    for index in source.filled:
        line = source.lines[index]
        if line[0] == "[" and (match := _BRACKETED.match(line)):
            messages[index] = _Message(match["head"], match["said"], None)
        elif (line[0] == "[" or line[0].isdigit()) and (match := _DAYED.match(line)):
            messages[index] = _Message(match["head"], match["said"], (match["a"], match["b"], match["c"]))
        elif line[0].isalpha() and line[-1:] in _CLOCK_ENDS and (match := _ABOVE.match(line)):
            numbers = (match["a"], match["b"], match["c"]) if match["a"] else None
            messages[index] = _Message(match["head"], "", numbers)
        elif _CLOCK_ALONE.match(line) and index and _is_name(source.lines[index - 1]):
            messages[index - 1] = _Message(f"{source.lines[index - 1].strip()} {line.strip()}", "", None)
        elif line[0] == "-" and (head := _DAY_LINE.match(line)) and (day := day_said(head["said"])):
            told[index] = day
        elif (header := _day_alone(line)) is not None:
            alone[index] = header
    told |= _days_between(source, messages, alone)
    order = _order([each.numbers for each in messages.values() if each.numbers])
    last: date | None = None
    for index, message in messages.items():
        day = _day(message.numbers, order) if message.numbers and order else None
        if day is not None and day != last:
            told[index] = last = day
    messages = dict(sorted(messages.items()))
    return _Chat(messages, dict(sorted(told.items())))


def _is_name(line: str) -> bool:
    """Whether a line may be the name of who speaks."""
    return (
        0 < len(line) <= _LONGEST_DAY
        and line[:1].isalpha()
        and not _NO_NAME.search(line)
        and len(line.split()) < _NAMES
    )


def _day_alone(line: str) -> Named | None:
    """The day that a line is and nothing else, as chats show it between messages: `Monday, March 4th`."""
    if len(line) > _LONGEST_DAY or "://" in line or not any(map(str.isdigit, line)):
        return None
    header = any_header(line.strip(" -–—"))
    named = header.named if header and header.lone else None
    return named if named and named.unit == "days" and named.first == named.last else None


def _days_between(source: SourceText, messages: Mapping[int, _Message], alone: Mapping[int, Named]) -> dict[int, date]:
    """The days among these lines that stand right above a message, with the years that the papers told of have."""
    kept = [
        line
        for line in alone
        if (below := bisect_left(source.filled, line) + 1) < len(source.filled) and source.filled[below] in messages
    ]
    periods = with_years([alone[line] for line in kept], *papers_days(source, kept)) if kept else []
    return {line: period.start for line, period in zip(kept, periods, strict=True) if period}


def _order(several: Sequence[tuple[str, str, str]]) -> str:
    """In which order day, month and year are written: `ymd`, `dmy`, `mdy`; nothing where that cannot be told."""
    if any(len(a) == 4 for a, _, _ in several):
        return "ymd"
    if any(int(a) > _TWELVE for a, _, _ in several):
        return "dmy"
    return "mdy" if any(int(b) > _TWELVE for _, b, _ in several) else ""


def _day(numbers: tuple[str, str, str], order: str) -> date | None:
    of = dict(zip(order, map(int, numbers), strict=True))
    try:
        return date(of["y"] + (2000 if of["y"] < 100 else 0), of["m"], of["d"])
    except ValueError:
        return None


def _runs(source: SourceText) -> list[list[int]]:
    """The lines of every message; a line that tells a day stands alone."""
    chat = source.once(_chat)
    starts = [index for index in source.filled if index in chat.messages or index in chat.days]
    return [list(run) for run in cut(source.filled, starts)]


def _telling(source: SourceText) -> frozenset[int]:
    """The first lines of the messages with the address of a paper."""
    messages = source.once(_chat).messages
    runs = [run for run in _runs(source) if run[0] in messages]
    return frozenset(run[0] for run in runs if any(leads_to_paper(source.lines[index]) for index in run))


def leads_to_paper(line: str) -> bool:
    """Whether a line of a message has the address of a paper."""
    return may_link(line) and any(is_paper_page(link.url) for link in links_in(line))


def _read(source: SourceText, message: _Message, run: Sequence[int]) -> Draft:
    draft = Draft(run[0], run[-1])
    below = source.lines[run[0] + 1 : run[-1] + 1]
    if below and _CLOCK_ALONE.match(below[0]):
        del below[0]  # the head tells it
    read_message(draft, message.head, [message.said, *below])
    return draft


def read_message(draft: Draft, head: str, lines: list[str]) -> None:
    """Puts the paper of a message into the draft; `head` says who spoke and when, and begins the commentary."""
    while lines and ((urls := url_line(lines[0])) or not lines[0].strip()):
        draft.urls += urls or ()
        del lines[0]
    if lines and (led := leading_url(lines[0])) and not draft.urls:
        draft.urls, lines[0] = [led[0]], led[1]
    if lines and _is_title(lines[0]):
        lines[:1] = take_heading(draft, lines[0])
    elif lines and draft.urls and (said := _TITLE_THEN_KOREAN.match(lines[0])) and _is_sure_title(said["title"]):
        draft.title, lines[0] = said["title"], said["rest"]
    elif lines and not draft.urls and may_link(lines[0]):
        piece = read_item(lines[0])
        if piece.title and _is_title(piece.title):
            draft.title, draft.authors, draft.links = piece.title, piece.authors, piece.links
            if (inner := _QUOTED.search(piece.title)) and len(inner["title"]) * 2 > len(piece.title):
                draft.title = inner["title"]
                piece.text = f"{piece.title.replace(inner[0], '').strip()} {piece.text}".strip()
            draft.urls = [piece.url] if piece.url else []
            lines[:1] = [piece.text] if piece.text else []
    if not draft.urls:
        told = dict.fromkeys(link.url for line in lines for link in links_in(line) if is_paper_page(link.url))
        draft.urls = [*told] if len(told) == 1 else []  # of several none is the one
    if draft.urls and draft.title is None:
        quoted = [match["title"] for line in lines for match in _QUOTED.finditer(line) if _is_title(match["title"])]
        draft.title = quoted[0] if len(quoted) == 1 else None
    read_block(draft, lines)
    draft.commentary.insert(0, head)


def _is_sure_title(text: str) -> bool:
    """Whether words in front of Korean ones are a title, and not a term in a sentence: several, most with capitals."""
    words = [word for word in text.split() if len(word) > 3]
    return len(words) > 2 and sum(not word[0].islower() for word in words) * 4 >= len(words) * 3 and _is_title(text)


def _is_title(line: str) -> bool:
    return len(line) < _LONGEST_TITLE and line[:1] != "@" and not may_link(line) and is_plain_title(line)
