"""Shapes 1 and 2, weekly and daily texts: a header line with a date, then entries in one of two forms."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tui_digest.models import ParsedDigest
from tui_digest.parsing import title_first, url_first
from tui_digest.parsing.dates import Header, daily_header, file_date, weekly_header
from tui_digest.parsing.entries import Draft, finished
from tui_digest.parsing.links import url_line
from tui_digest.parsing.tags import tag_line
from tui_digest.parsing.titles import read_head

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tui_digest.parsing.document import Document

_ANY_WORD = re.compile(r"\w")


@dataclass(frozen=True, slots=True)
class _Form:
    """How entries are written: where they start, and how one is read."""

    starts: Callable[[Document, Sequence[int]], list[int]]
    read: Callable[[Document, Sequence[int]], Draft]


_URL_FIRST = _Form(url_first.opening_lines, url_first.read_entry)
_TITLE_FIRST = _Form(title_first.opening_lines, title_first.read_entry)


def is_weekly(source: Document) -> bool:
    """Whether the first line is a week's header, or the text is plainly a run of its entries without one."""
    return weekly_header(source.first) is not None or _is_headless(source)


def parse_weekly(source: Document) -> ParsedDigest:
    """Shape 1."""
    return _parse(source, weekly_header(source.first), "weekly-text")


def is_daily(source: Document) -> bool:
    """Whether the first line is a day's header. A bare `2024-02-29` may begin any text, so there an author line, a URL
    line or a tag line must follow."""
    header = daily_header(source.first)
    if header is None or header.plain:
        return header is not None
    body = source.filled[1:]
    return bool(title_first.author_lines(source, body)) or any(
        url_line(source.lines[index]) or tag_line(source.lines[index]) for index in body
    )


def parse_daily(source: Document) -> ParsedDigest:
    """Shape 2."""
    return _parse(source, daily_header(source.first), "daily-text")


def _is_headless(source: Document) -> bool:
    """Whether the text begins with a URL line and two or more of its URL lines have `Title (Authors)` below them."""
    if not source.filled or not url_line(source.first) or file_date(source.stem):
        return False
    starts = url_first.opening_lines(source, source.filled)
    if starts[:1] != source.filled[:1] or len(starts) < 2:
        return False
    titled = 0
    for entry in _cut(source.filled, starts):
        below = [source.lines[index] for index in entry[:6] if not url_line(source.lines[index])]
        head = read_head(below, plain_titles=False)
        titled += head is not None and len(head.authors) > 1
        if titled > 1:
            return True
    return False


def _parse(source: Document, header: Header | None, shape: str) -> ParsedDigest:
    heads, body = _heads_and_body(source, header)
    repeated = [index for index in body if _is_second_header(source.lines[index])]
    form = _TITLE_FIRST if _is_title_first(source, body, shape) else _URL_FIRST
    drafts = [
        form.read(source, part)
        for piece in _pieces(body, set(repeated))
        for part in _cut(piece, form.starts(source, piece))
    ]
    title = header.title if header else source.stem or shape
    for draft in drafts:
        if draft.title is None and not draft.urls:
            draft.fallback_title = title
    start, end = (header.start, header.end) if header else (None, None)
    if start is None and (dated := file_date(source.stem)):
        start = end = dated[0]
    return ParsedDigest(
        title=title,
        shape=shape,
        start=start,
        end=end,
        entries=finished(drafts, source),
        header_lines=tuple(index + 1 for index in heads),
        unplaced=tuple((index + 1, source.lines[index].strip()) for index in repeated),
    )


def _is_title_first(source: Document, body: Sequence[int], shape: str) -> bool:
    """Which of the two forms the entries have: that of the header, unless the text plainly has the other."""
    if shape == "daily-text":
        opens_with_url = bool(body) and url_line(source.lines[body[0]]) is not None
        return not opens_with_url or bool(title_first.author_lines(source, body))
    if any(url_line(source.lines[index]) for index in body):
        return False
    return bool(title_first.author_lines(source, body))


def _heads_and_body(source: Document, header: Header | None) -> tuple[list[int], list[int]]:
    """The lines that head the digest, rules like `---` below the header among them, and all others."""
    if header is None:
        return [], source.filled
    taken = 1
    while taken < len(source.filled) and not _ANY_WORD.search(source.lines[source.filled[taken]]):
        taken += 1
    return source.filled[:taken], source.filled[taken:]


def _is_second_header(line: str) -> bool:
    """Whether a line is one more week's or day's header and nothing else: two files that were joined."""
    if len(line) > 40 or "년" not in line:
        return False
    header = weekly_header(line) or daily_header(line)
    return header is not None and header.plain and header.title[-1:] in "차일주"


def _pieces(body: Sequence[int], without: set[int]) -> list[list[int]]:
    """The filled lines between those that are left out."""
    pieces: list[list[int]] = [[]]
    for index in body:
        if index in without:
            pieces.append([])
        else:
            pieces[-1].append(index)
    return [piece for piece in pieces if piece]


def _cut(filled: Sequence[int], starts: Sequence[int]) -> list[Sequence[int]]:
    """The filled lines cut before every start."""
    cuts = set(starts)
    places = [place for place, index in enumerate(filled) if index in cuts or place == 0]
    return [filled[place:end] for place, end in zip(places, [*places[1:], len(filled)], strict=True)]
