"""Shapes 3 and 8: a free-form review of one paper, and any other text. Both become one entry with the whole text."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from tui_digest.models import ParsedDigest
from tui_digest.parsing.dates import bracketed_date, daily_header, file_date, weekly_header
from tui_digest.parsing.drafts import finished, stand_in
from tui_digest.parsing.links import is_paper, url_line
from tui_digest.parsing.one_entry import read_whole
from tui_digest.parsing.titles import read_head
from tui_digest.text.patterns import regex

if TYPE_CHECKING:
    from tui_digest.parsing.source_text import SourceText

_TOP_LINES = 5
_AFFILIATION_WITHIN = 10
_MOST_NAMES = 20
_AFFILIATION = regex(r"^\[[^\[\]()]*[A-Z가-힣][^\[\]()]*\]$")
_SPELLED_OUT = regex(r"\b(?P<short>[A-Za-z][\w+-]{1,14})\s?[(（](?P<long>[A-Za-z][^()（）\n]{5,150})[)）]")


def is_review(source: SourceText) -> bool:
    """Whether a text without header shows that it is about one paper: a bracketed affiliation or a bracketed month near
    the top, `Title (Authors)` or a paper's URL as its first line, or a method spelled out that heads a section."""
    if not source.filled:
        return False
    top = _top(source, _AFFILIATION_WITHIN)
    urls = url_line(top[0])
    return (
        (urls is not None and any(map(is_paper, urls)))
        or bracketed_date(top[:_TOP_LINES]) is not None
        or any(_AFFILIATION.match(line.strip()) for line in top)
        or read_head(top[:3], plain_titles=False) is not None
        or method_name(source) is not None
    )


def parse_review(source: SourceText) -> ParsedDigest:
    """Shape 3: dated by its own `(2023.09)`, a month or a day, else by the file's name; titled by its first line, else
    by the method's name."""
    draft = read_whole(source, plain_titles=True)
    draft.title = draft.title or method_name(source)
    draft.fallback_title = stand_in(source)
    dated = file_date(source.stem)
    start, end = bracketed_date(_top(source, _TOP_LINES)) or ((dated[0], dated[0]) if dated else (None, None))
    entries = finished([draft], source)
    return ParsedDigest(draft.title or stand_in(source) or "", "review", start, end, entries)


def parse_text(source: SourceText) -> ParsedDigest:
    """Shape 8: any text. Dated by the file's name, else by a first line that is a date."""
    dated = file_date(source.stem)
    header = daily_header(source.first) or weekly_header(source.first)
    start, end = (dated[0], dated[0]) if dated else (header.start, header.end) if header else (None, None)
    if not source.filled:
        return ParsedDigest(stand_in(source) or "", "text", start, end, ())
    draft = read_whole(source, plain_titles=False)
    draft.fallback_title = stand_in(source)
    entries = finished([draft], source)
    return ParsedDigest(draft.title or stand_in(source) or "", "text", start, end, entries)


def _top(source: SourceText, count: int) -> list[str]:
    return [source.lines[index] for index in source.filled[:count]]


def method_name(source: SourceText) -> str | None:
    """The method that a review is about: a name that the text spells out, `RAIN(Rewindable Auto-regressive
    INference)`, and that also stands on a line of its own as a heading; the most frequent of several."""
    alone = Counter(source.lines[index].strip(" \t#*-_:") for index in source.filled)
    names: dict[str, int] = {}
    for index in source.filled:
        for match in _SPELLED_OUT.finditer(source.lines[index]):
            name = match["short"]
            if name in alone and name not in names and len(names) < _MOST_NAMES and _spells(name, match["long"]):
                names[name] = sum(source.lines[place].count(name) for place in source.filled)
    return max(names, key=lambda name: names[name]) if names else None


def _spells(short: str, long: str) -> bool:
    """Whether the letters of a short name stand in this order in the long one, the first as its first."""
    letters = [char for char in short.casefold() if char.isalnum()]
    rest = iter(long.casefold())
    return long[:1].casefold() == letters[0] and all(char in rest for char in letters)
