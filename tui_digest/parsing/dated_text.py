"""Shapes 1 and 2, weekly and daily texts: a header line with a date, then entries in one of two forms."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tui_digest.models import ParsedDigest
from tui_digest.parsing import title_first, url_first
from tui_digest.parsing.dates import (
    Header,
    any_header,
    daily_header,
    file_date,
    lone_header,
    may_be_lone,
    weekly_header,
    wording,
)
from tui_digest.parsing.drafts import Draft, finished, paragraphs
from tui_digest.parsing.links import bulleted_urls, leading_url, url_line
from tui_digest.parsing.source_text import cut
from tui_digest.parsing.tags import ends_in_tags, tag_line
from tui_digest.parsing.titles import read_head
from tui_digest.text.patterns import regex

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tui_digest.parsing.source_text import SourceText

_SOON = 6
"""A header has a greeting of fewer lines above it, and within so many lines below it entries show."""
_NUMBER_SOON = regex(r".{0,20}?\d")
_UNREAD = regex(r"\b(?:week|month|issue|no\.|vol\.)|[월주호月周週号期]", re.IGNORECASE)
_LONGEST_UNREAD = 60
_LONGEST_LONE = 60
_ANY_WORD = regex(r"\w")


@dataclass(frozen=True, slots=True)
class _EntryForm:
    """How entries are written: where they start, and how one is read."""

    starts: Callable[[SourceText, Sequence[int]], list[int]]
    read: Callable[[SourceText, Sequence[int]], Draft]


@dataclass(frozen=True, slots=True)
class _DigestHeader:
    """A header, and its position among the filled lines."""

    place: int
    header: Header
    weekly: bool


_URL_FIRST = _EntryForm(url_first.opening_lines, url_first.read_entry)
_TITLE_FIRST = _EntryForm(title_first.opening_lines, title_first.read_entry)


def is_weekly(source: SourceText) -> bool:
    """Whether a week's header begins the text, or the text is plainly a run of its entries without one."""
    found = source.once(_header)
    if found is None:
        return _is_headless(source)
    return found.weekly and (found.header.plain or _shows_entries(source, source.filled[found.place + 1 :]))


def parse_weekly(source: SourceText) -> ParsedDigest:
    """Shape 1."""
    return _parse(source, "weekly-text")


def is_daily(source: SourceText) -> bool:
    """Whether a day's header begins the text. A bare `2024-02-29` may begin any text, so there an author line, a URL
    line or a tag line must follow."""
    found = source.once(_header)
    if found is None or found.weekly:
        return False
    return found.header.plain or _shows_entries(source, source.filled[found.place + 1 :])


def parse_daily(source: SourceText) -> ParsedDigest:
    """Shape 2."""
    return _parse(source, "daily-text")


def parts(source: SourceText) -> list[SourceText]:
    """The text cut at every further header: two weeks or more in one file are as many digests."""
    found = source.once(_header)
    first = found.place if found else -1
    worded = wording(found.header.title) if found else ""
    longest = max(_LONGEST_LONE, len(worded) + _LONGEST_LONE // 2)
    lines, below = source.lines, source.filled[first + 1 :]
    short = [(place, index) for place, index in enumerate(below) if len(lines[index]) <= longest]
    starts = [
        index
        for place, index in short
        if _is_further(lines[index], worded) and _shows_entries(source, below[place + 1 : place + 1 + _SOON])
    ]
    return [source.excerpt(part) for part in cut(source.filled, starts)] if starts else [source]


def _is_further(line: str, worded: str) -> bool:
    """Whether a line is a header of the text's own make, or one that stands by itself."""
    if line.isascii() and not worded.isascii():
        return False  # it is not of that make, and those that stand by themselves have the letter of a year
    if ("/" in line and "://" in line) or not _NUMBER_SOON.match(line):
        return False
    if wording(line) == worded:
        return any_header(line) is not None
    return may_be_lone(line) and lone_header(line) is not None


def _header(source: SourceText) -> _DigestHeader | None:
    """The first line if it is a header, else a header of its own below a greeting of a few lines and above entries."""
    if header := weekly_header(source.first):
        return _DigestHeader(0, header, weekly=True)
    if header := daily_header(source.first):
        return _DigestHeader(0, header, weekly=False)
    for place, index in enumerate(source.filled[:_SOON]):
        line = source.lines[index]
        if "://" not in line and (header := lone_header(line)):
            above = [source.lines[index] for index in source.filled[:place]]
            greeting = not any(map(_is_entry_line, above))
            shown = greeting and _shows_entries(source, source.filled[place + 1 :][:_SOON])
            return _DigestHeader(place, header, weekly=weekly_header(line) is not None) if shown else None
    if _may_be_header(source) and _is_run(source, source.filled[1:]):
        return _DigestHeader(0, Header(source.first.strip("#>*_ \t"), None, None, plain=False), weekly=True)
    return None


def _may_be_header(source: SourceText) -> bool:
    """Whether the first line may be meant for a header, though its days are written in no known way."""
    line = source.first
    return (
        len(line) <= _LONGEST_UNREAD
        and file_date(source.stem) is None
        and "://" not in line
        and _UNREAD.search(line) is not None
    )


def _is_entry_line(line: str) -> bool:
    return bool(bulleted_urls(line)) or ends_in_tags(line) or read_head([line], plain_titles=False) is not None


def _shows_entries(source: SourceText, body: Sequence[int]) -> bool:
    """Whether the lines hold a URL line, a tag line, an author line or `Title (Authors)`."""
    lines = [source.lines[index] for index in body]
    return (
        any(bulleted_urls(line) or leading_url(line) or tag_line(line) for line in lines)
        or bool(title_first.author_lines(source, body))
        or any(title_first.title_with_authors(line) for line in lines)
    )


def _is_headless(source: SourceText) -> bool:
    """Whether the text is plainly a run of entries without a header, and not the note of one paper (`note_file`)."""
    return not file_date(source.stem) and _is_run(source, source.filled)


def _is_run(source: SourceText, filled: Sequence[int]) -> bool:
    """Whether the lines begin with a URL line and two or more of their URL lines have `Title (Authors)` below them."""
    if not filled or not url_line(source.lines[filled[0]]):
        return False
    starts = url_first.opening_lines(source, filled)
    if list(starts[:1]) != list(filled[:1]) or len(starts) < 2:
        return False
    titled = 0
    for entry in cut(filled, starts):
        below = [source.lines[index] for index in entry[:6] if not url_line(source.lines[index])]
        head = read_head(below, plain_titles=False)
        titled += head is not None and len(head.authors) > 1
        if titled > 1:
            return True
    return False


def _parse(source: SourceText, shape: str) -> ParsedDigest:
    found = source.once(_header)
    header = found.header if found else None
    heads, body = _heads_and_body(source, found)
    form = _TITLE_FIRST if _is_title_first(source, body, shape) else _URL_FIRST
    starts = form.starts(source, body)
    drafts = [form.read(source, part) for part in cut(body, starts)]
    if len(drafts) > 1 and _is_preface(drafts[0], starts):
        heads = [*heads, *(index for index in body if index <= drafts[0].last)]
        del drafts[0]
    title = header.title if header else source.stem or shape
    for draft in drafts:
        if draft.title is None and not draft.urls:
            draft.fallback_title = title
    days = (header.days(source.likely) if header else None) or source.named
    said = [index for index in heads if found is None or index != source.filled[found.place]]
    return ParsedDigest(
        title=title,
        shape=shape,
        start=days.start if days else None,
        end=days.end if days else None,
        entries=finished(drafts, source),
        header_lines=tuple(index + 1 for index in heads),
        preface=paragraphs([source.lines[index] for index in said if _ANY_WORD.search(source.lines[index])]),
        unread_date=source.lines[heads[0]].strip() if heads and days is None else None,
    )


def _is_preface(draft: Draft, starts: Sequence[int]) -> bool:
    """Whether the lines above the first entry are a preface and no entry: nothing in them opens one, and they have no
    tags."""
    return not draft.tags and not draft.urls and (draft.title is None or draft.first not in starts[:1])


def _is_title_first(source: SourceText, body: Sequence[int], shape: str) -> bool:
    """Which of the two forms the entries have: that of the header, unless the text plainly has the other."""
    authors_below = bool(title_first.author_lines(source, body))
    if shape == "daily-text":
        first = source.lines[body[0]] if body else ""
        return authors_below or not (bulleted_urls(first) or leading_url(first))
    return authors_below and not any(url_line(source.lines[index]) for index in body)


def _heads_and_body(source: SourceText, found: _DigestHeader | None) -> tuple[list[int], list[int]]:
    """The lines that head the digest, rules like `---` below the header among them, and all others."""
    if found is None:
        return [], source.filled
    taken = found.place + 1
    while taken < len(source.filled) and not _ANY_WORD.search(source.lines[source.filled[taken]]):
        taken += 1
    return source.filled[:taken], source.filled[taken:]
