"""What weekly tables, daily Markdown and lists have in common: headings that name the days, and what stands outside
the entries."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from tui_digest.identity import normalise_title
from tui_digest.models import ParsedDigest
from tui_digest.parsing.dates import any_header, file_date
from tui_digest.parsing.days import chinese_day, day_said, is_date, month_said
from tui_digest.parsing.drafts import finished, paragraphs
from tui_digest.parsing.front_matter import settings_lines, settings_of
from tui_digest.parsing.heads import topic_said
from tui_digest.parsing.labels import Label, labelled
from tui_digest.parsing.lines import is_badge
from tui_digest.parsing.links import links_in
from tui_digest.parsing.markdown import headings, leading_link, plain
from tui_digest.parsing.numbering import state_of
from tui_digest.parsing.periods import Named, Period, named_in, with_years
from tui_digest.parsing.source_text import DigestPart, cut
from tui_digest.text.patterns import regex

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from tui_digest.parsing.dates import Header
    from tui_digest.parsing.drafts import Draft
    from tui_digest.parsing.markdown import Heading
    from tui_digest.parsing.source_text import SourceText

_CONTENTS = regex(r"\s*(?:[-*+•]|\d{1,3}[.)])\s+\[(?P<label>[^\[\]]*)\]\((?:\.?/)?#[^()\s]*\)\s*$")
_ARXIV = regex(r"arxiv\.org/(?:abs|pdf|html)/(\d{2})(0[1-9]|1[0-2])\.\d{4,5}", re.IGNORECASE)
_LONGEST_MONTH = 40
_LONGEST_HEAD = 200
_HEAD_LINES = 40
_LONGEST_ALONE = 60
_POSTED_LINES = 15
_CLOCK_BEHIND = regex(r"[\s,T]+\d{1,2}:\d{2}(?::\d{2})?\s*(?:[+-]\d{4}|KST|UTC|GMT)?\s*$")
_PERIOD_NAMES = regex(
    r"\b(?:window|period|week|range|dates)\b|기간|주차|期间|時間範囲|时间范围|期間|対象", re.IGNORECASE
)
_MONTH_NAMED = regex(r"\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\b", re.IGNORECASE)
_YEAR = regex(r"(?<!\d)(?:19|20)\d{2}(?!\d)")


def dated(found: Iterable[Heading]) -> list[tuple[Heading, Named]]:
    """The headings that name days, and these."""
    kept = []
    for heading in found:
        lead = leading_link(heading.text)
        text = lead.rest if lead else heading.text
        named = named_in(text) or _other_days_in(text) or _day_without_year(text)
        if named is not None:
            kept.append((heading, named))
    return kept


def _other_days_in(text: str) -> Named | None:
    """The day that a heading names, as Chinese and Japanese write it, or the month that it names and hardly anything
    else."""
    bare = plain(text)
    if len(bare) < _LONGEST_HEAD and (day := chinese_day(bare)):
        return Named(Period(day, day), (day.month, day.day), (day.month, day.day))
    if len(bare) > _LONGEST_MONTH or not is_date(bare) or not (month := month_said(bare)):
        return None
    start, end = month
    return Named(month, (start.month, start.day), (end.month, end.day))


def _day_without_year(text: str) -> Named | None:
    """The day that a heading is, `Dec 28`, and nothing else but a weekday: its year follows from what stands around."""
    if len(text) > _LONGEST_MONTH or not _MONTH_NAMED.search(text):
        return None
    header = any_header(plain(text))
    named = header.named if header and header.lone else None
    return named if named and named.possible and named.unit == "days" and named.first == named.last else None


def parts_at(source: SourceText, heads: Sequence[tuple[Heading, Named]], shape: str) -> list[SourceText]:
    """The text cut at every heading of other days than the one above; what stands above the first belongs to it."""
    periods = with_years([named for _, named in heads], *papers_days(source, [heading.line for heading, _ in heads]))
    kept: list[DigestPart] = []
    for (heading, _), period in zip(heads, periods, strict=True):
        if not kept or period is None or period != kept[-1].period:
            kept.append(DigestPart(shape, heading.line, period))
    if not kept:
        return [source]
    pieces = cut(source.filled, [part.heading for part in kept[1:]])
    return [
        replace(source, filled=list(piece), first=source.lines[piece[0]].strip(), part=part)
        for piece, part in zip(pieces, kept, strict=True)
    ]


def papers_days(source: SourceText, heads: Sequence[int]) -> tuple[date | None, date | None]:
    """What the text's papers tell of days whose year is missing, the first on the first of these lines: a day near it,
    and one before which it cannot be."""
    return (_likely_day(source), _newest_below(source, heads)) if heads else (None, None)


def _newest_below(source: SourceText, heads: Sequence[int]) -> date | None:
    """The first day of the month of the newest arXiv paper below the first of these lines: no digest is older."""
    if not heads:
        return None
    end = heads[1] if len(heads) > 1 else len(source.lines)
    newest = _newest_paper(source, [index for index in source.filled if heads[0] <= index < end])
    return newest.replace(day=1) if newest else None


def _newest_paper(source: SourceText, lines: Sequence[int]) -> date | None:
    """A day of the month of the newest arXiv paper that these lines lead to."""
    newest = max((found for index in lines for found in _ARXIV.findall(source.lines[index][:5000])), default=None)
    return date(2000 + int(newest[0]) - (100 if int(newest[0]) > 90 else 0), int(newest[1]), 15) if newest else None


def _likely_day(source: SourceText) -> date | None:
    """A day near the first dated heading: one that stands alone near the top, as posts have it, that of the newest
    arXiv paper, or the middle of the file name's year."""
    for index in source.filled[:_POSTED_LINES]:
        if told := _days_alone(_CLOCK_BEHIND.sub("", source.lines[index][: _LONGEST_ALONE + 1])):
            return told.start
    if newest := _newest_paper(source, source.filled):
        return newest
    year = _YEAR.search(source.stem)
    if year:
        return date(int(year[0]), 7, 1)
    return source.likely.start if source.likely else None


def days_told(source: SourceText) -> Period | None:
    """The day that the settings at the top or the file's name give."""
    if settings_lines(source) and (day := settings_of(source).date):
        return Period(day, day)
    found = file_date(source.stem)
    return Period(found[0], found[0]) if found else None


def is_contents(line: str) -> bool:
    """Whether a line is an item that links into the page."""
    return "](" in line and _CONTENTS.match(line) is not None


def digest_of(source: SourceText, shape: str, drafts: Sequence[Draft], layout: Collection[int] = ()) -> ParsedDigest:
    """The digest of these entries. The lines outside of them head it, and what they say is kept as its preface, but
    for the layout of tables and the contents that repeat a heading."""
    inside: set[int] = set()
    for draft in drafts:
        inside.update(range(draft.first, draft.last + 1))
    outside = [index for index in source.filled if index not in inside]
    title, head = _title(source, inside)
    for draft in drafts:
        if draft.title is None and not draft.urls:
            draft.fallback_title = title
    period = source.part.period if source.part else None
    period = period or _labelled_days(source, outside, drafts) or days_told(source)
    settings = set(source.filled[: settings_lines(source)]) if source.part is None else set[int]()
    settings.difference_update(settings_of(source).unread if settings else ())
    told = {head, *_topics(source, outside, drafts)}
    linked = {index for index in told if index is not None and _leads_somewhere(source.lines[index])}
    elsewhere = {*layout, *settings, *(told - linked)}
    said = [index for index in outside if index not in elsewhere]
    return ParsedDigest(
        title=title,
        shape=shape,
        start=period.start if period else None,
        end=period.end if period else None,
        entries=finished(drafts, source),
        header_lines=tuple(index + 1 for index in outside),
        preface=_preface(source, said),
    )


def _leads_somewhere(line: str) -> bool:
    """Whether a heading holds an address, which would be lost with it; a badge's is none."""
    return "://" in line and any(not is_badge(link.url) for link in links_in(line))


def _topics(source: SourceText, outside: Sequence[int], drafts: Sequence[Draft]) -> Iterator[int]:
    """The headings that entries tell as their section. One with words of its own below it heads these, and stays."""
    named = {draft.section for draft in drafts if draft.section}
    if not named:
        return
    known = headings(source)
    marks, lines = {heading.line for heading in known}, set(outside)
    for heading in known:
        below = bisect_right(source.filled, heading.line + heading.lines - 1)
        follows = source.filled[below] if below < len(source.filled) else -1
        words = follows in lines and follows not in marks and any(map(str.isalnum, source.lines[follows]))
        if not words and topic_said(heading.text) in named:
            yield from heading.places


def _labelled_days(source: SourceText, outside: Sequence[int], drafts: Sequence[Draft]) -> Period | None:
    """The days that a line above the first entry gives, by a label or alone: `**Date**: …`, `期间：…`, `Search window:
    … to …`, `*March 8, 2024*`."""
    first = drafts[0].first if drafts else len(source.lines)
    for index in outside[:_HEAD_LINES]:
        if index >= first:
            break
        line = source.lines[index]
        if (told := _days_alone(line)) is not None:
            return told
        found = labelled(line)
        if found is None or not (found.field is Label.DATE or _PERIOD_NAMES.search(found.name)):
            continue
        named = named_in(found.value) if len(found.value) < 80 else None
        if named and named.period:
            return named.period
        if day := day_said(plain(found.value), whole=True):
            return Period(day, day)
    return None


def _days_alone(line: str) -> Period | None:
    """The days that a line is, and nothing else but a weekday."""
    if len(line) > _LONGEST_ALONE or line[:1] in "#|" or not any(map(str.isdigit, line)):
        return None
    header = any_header(plain(line))
    return Period(header.start, header.end) if header and header.lone and header.start and header.end else None


def first_header(source: SourceText) -> Header | None:
    """The days that a first line names that is no heading; None where it is anything else."""
    if not source.filled or settings_lines(source):
        return None
    known = headings(source)
    if known and known[0].line == source.filled[0]:
        return None
    return any_header(source.first)


def _title(source: SourceText, inside: Collection[int]) -> tuple[str, int | None]:
    """A first line that names days, else the heading that does, else the first one that is no paper, else the file's
    name; and its line."""
    index = source.part.heading if source.part else None
    found = headings(source)
    if index is None and (first := first_header(source)) and source.filled[0] not in inside:
        return first.title, source.filled[0]
    settings = settings_of(source).title if settings_lines(source) else None
    below = min(inside, default=len(source.lines)) if settings else len(source.lines)
    for heading in found:
        own = index is None and heading.line not in inside and leading_link(heading.text) is None
        own = own and heading.line < below  # what stands behind the papers does not go before the settings
        if own or heading.line == index:
            return plain(state_of(heading.text)[1]).rstrip(":： "), heading.line
    return settings or source.stem or source.first[:60], None


def _preface(source: SourceText, said: Sequence[int]) -> str | None:
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


def _headings_of_file(source: SourceText) -> set[str]:
    """The headings of the whole file, folded, each also without a year behind it."""
    found: set[str] = set()
    for line in source.lines:
        if line.startswith("#"):
            title = plain(line.lstrip("# "))
            found |= {normalise_title(title), normalise_title(_YEAR.sub("", title))}
    return found
