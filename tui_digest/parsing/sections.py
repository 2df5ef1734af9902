"""What weekly tables, daily Markdown and lists have in common: headings that name the days, and what stands outside
the entries."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from tui_digest.identity import normalise_title
from tui_digest.models import ParsedDigest
from tui_digest.parsing.dates import file_date
from tui_digest.parsing.document import Part, cut
from tui_digest.parsing.entries import finished, paragraphs
from tui_digest.parsing.markdown import headings, leading_link, plain
from tui_digest.parsing.periods import Named, Period, named_in, with_years

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from tui_digest.parsing.document import Document
    from tui_digest.parsing.entries import Draft
    from tui_digest.parsing.markdown import Heading

_FRONT_TITLE = re.compile(r"title\s*:\s*(?P<title>\S.*)$", re.IGNORECASE)
_FRONT_DATE = re.compile(r"date\s*:\s*['\"]?(\d{4})-(\d{2})-(\d{2})", re.IGNORECASE)
_FRONT_LINES = 30
_CONTENTS = re.compile(r"\s*(?:[-*+•]|\d{1,3}[.)])\s+\[(?P<label>[^\[\]]*)\]\((?:\.?/)?#[^()\s]*\)\s*$")
_ARXIV = re.compile(r"arxiv\.org/(?:abs|pdf|html)/(\d{2})(0[1-9]|1[0-2])\.\d{4,5}", re.IGNORECASE)
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d{2}(?!\d)")


def dated(found: Iterable[Heading]) -> list[tuple[Heading, Named]]:
    """The headings that name days, and these."""
    kept = []
    for heading in found:
        lead = leading_link(heading.text)
        named = named_in(lead.rest if lead else heading.text)
        if named is not None:
            kept.append((heading, named))
    return kept


def parts_at(source: Document, heads: Sequence[tuple[Heading, Named]], shape: str) -> list[Document]:
    """The text cut at every heading of other days than the one above; what stands above the first belongs to it."""
    periods = with_years([named for _, named in heads], _likely_day(source) if heads else None)
    kept: list[Part] = []
    for (heading, _), period in zip(heads, periods, strict=True):
        if not kept or period is None or period != kept[-1].period:
            kept.append(Part(shape, heading.line, period))
    if not kept:
        return [source]
    pieces = cut(source.filled, [part.heading for part in kept[1:]])
    return [
        replace(source, filled=list(piece), first=source.lines[piece[0]].strip(), part=part)
        for piece, part in zip(pieces, kept, strict=True)
    ]


def _likely_day(source: Document) -> date | None:
    """A day near the first dated heading: that of the newest arXiv paper, or the middle of the file name's year."""
    newest = max(
        (found for index in source.filled for found in _ARXIV.findall(source.lines[index][:5000])), default=None
    )
    if newest:
        return date(2000 + int(newest[0]) - (100 if int(newest[0]) > 90 else 0), int(newest[1]), 15)
    year = _YEAR.search(source.stem)
    if year:
        return date(int(year[0]), 7, 1)
    return source.likely.start if source.likely else None


def front_matter(source: Document) -> int:
    """How many filled lines a block of settings between two `---` at the top takes."""
    if source.first != "---":
        return 0
    for count, index in enumerate(source.filled[1:_FRONT_LINES], 2):
        if source.lines[index].strip() in ("---", "..."):
            return count
    return 0


def days_told(source: Document) -> Period | None:
    """The day that the settings at the top or the file's name give."""
    for index in source.filled[: front_matter(source)]:
        if match := _FRONT_DATE.match(source.lines[index]):
            try:
                day = date(*map(int, match.groups()))
            except ValueError:
                return None
            return Period(day, day)
    found = file_date(source.stem)
    return Period(found[0], found[0]) if found else None


def is_contents(line: str) -> bool:
    """Whether a line is an item that links into the page."""
    return "](" in line and _CONTENTS.match(line) is not None


def digest_of(source: Document, shape: str, drafts: Sequence[Draft], layout: Collection[int] = ()) -> ParsedDigest:
    """The digest of these entries. The lines outside of them head it, and what they say is kept as its preface, but
    for the layout of tables and the contents that repeat a heading."""
    inside: set[int] = set()
    for draft in drafts:
        inside.update(range(draft.first, draft.last + 1))
    outside = [index for index in source.filled if index not in inside]
    title, head = _title(source)
    for draft in drafts:
        if draft.title is None and not draft.urls:
            draft.fallback_title = title
    period = source.part.period if source.part else None
    period = period or days_told(source)
    said = [index for index in outside if index != head and index not in layout]
    return ParsedDigest(
        title=title,
        shape=shape,
        start=period.start if period else None,
        end=period.end if period else None,
        entries=finished(drafts, source),
        header_lines=tuple(index + 1 for index in outside),
        preface=_preface(source, said),
    )


def _title(source: Document) -> tuple[str, int | None]:
    """The heading that names the days, else the first one, else the file's name."""
    index = source.part.heading if source.part else None
    found = headings(source)
    for heading in found:
        if (index is None and leading_link(heading.text) is None) or heading.line == index:
            return plain(heading.text).rstrip(":： "), heading.line
    settings = source.filled[: front_matter(source)]
    titles = [match["title"] for index in settings if (match := _FRONT_TITLE.match(source.lines[index]))]
    return (titles[0].strip(" '\"") if titles else source.stem or source.first[:60]), None


def _preface(source: Document, said: Sequence[int]) -> str | None:
    repeated: set[str] | None = None
    lines: list[str] = []
    above = -1
    for index in said:
        line = source.lines[index]
        if match := _CONTENTS.match(line):
            if repeated is None:
                repeated = _headings_of_file(source)
            if normalise_title(match["label"]) in repeated:
                continue
        if not any(map(str.isalnum, line)):
            continue
        if lines and index > above + 1:
            lines.append("")
        lines.append(line)
        above = index
    return paragraphs(lines)


def _headings_of_file(source: Document) -> set[str]:
    """The headings of the whole file, folded, each also without a year behind it."""
    found: set[str] = set()
    for line in source.lines:
        if line.startswith("#"):
            title = plain(line.lstrip("# "))
            found |= {normalise_title(title), normalise_title(_YEAR.sub("", title))}
    return found
