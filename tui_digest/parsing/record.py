"""A text that is marked as being about one paper: by settings at its top, by labelled lines, or by a heading that is a
link."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

from tui_digest.models import ParsedDigest
from tui_digest.parsing.dates import file_date
from tui_digest.parsing.drafts import Draft, finished, stand_in, take_tags
from tui_digest.parsing.evidence import shown_below
from tui_digest.parsing.fields import labelled_at, read_block
from tui_digest.parsing.front_matter import settings_of
from tui_digest.parsing.heads import without_review
from tui_digest.parsing.labels import Label, is_label_heading, lone_label, may_label
from tui_digest.parsing.lines import is_dressing, names_paper
from tui_digest.parsing.links import is_paper, links_in, may_link
from tui_digest.parsing.markdown import BOLD_LEVEL, headings, is_label, plain, readable
from tui_digest.parsing.markdown_digest import read_headed
from tui_digest.parsing.note_file import holds_several
from tui_digest.parsing.numbering import bare_heading
from tui_digest.parsing.parts import is_part_of_a_text
from tui_digest.parsing.periods import Period
from tui_digest.parsing.sections import dated
from tui_digest.parsing.tags import tag_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tui_digest.parsing.markdown import Heading
    from tui_digest.parsing.source_text import SourceText

_TOP = 6
"""Within so many filled lines the heading of a note stands."""
_HEAD = 40
"""So many filled lines below it may hold its labelled lines."""
_OWN = frozenset((Label.TITLE, Label.AUTHORS, Label.LINK, Label.ID, Label.ABSTRACT))
_LEAST = 1.0


def is_record(source: SourceText) -> bool:
    """Whether the settings at the top name a title, or a heading at the top has an address, names or other labelled
    lines of a paper below it, or two such lines begin the text."""
    if not source.filled or holds_several(source):
        return False
    settings = settings_of(source)
    if settings.lines:
        return bool(settings.title or settings.paper)
    top = _top_heading(source)
    if top is None:
        lines = [line for index in source.filled[: _TOP * 2] if may_label(line := source.lines[index])]
        if len(lines) < 2:
            return False
        said = [found.field for line in lines if (found := labelled_at(line))]
        if said.count(Label.AUTHORS) > 1 or said.count(Label.TITLE) > 1:
            return False  # several papers
        return sum(field in _OWN for field in said) > 1 and (Label.TITLE in said or Label.AUTHORS in said)
    if dated([top]) and "](" not in top.text:
        return False
    own = _head_lines(source, top)
    shown = shown_below(source, top, own, None)
    said = [found.field for index in own if (found := labelled_at(source.lines[index]))]
    told = any(field in _OWN for field in said)
    if shown.linked and not shown.names_paper and sum("](" in each.text for each in headings(source)) > 1:
        return False  # a page that lists pages
    return shown.linked or shown.authors or (shown.worth >= _LEAST and (told or shown.address))


def _top_heading(source: SourceText) -> Heading | None:
    """The heading that begins a text, below pictures and the like."""
    found = next((heading for heading in headings(source) if heading.level < BOLD_LEVEL), None)
    if found is None:
        return None
    first = settings_of(source).lines
    if first and is_label_heading(source.lines[found.line]):
        return None
    above = source.filled[first : bisect_left(source.filled, found.line)]
    words = [index for index in above if not _is_bare(source.lines[index])]
    return found if len(above) < _TOP * 2 and not words else None


def _is_bare(line: str) -> bool:
    text = line.strip()
    if text[:1] == ":" and labelled_at(line):
        return True  # a property of an org file
    return is_dressing(line) or text[:2] in ("![", "[!", "[[", "[←", "[<") or not any(map(str.isalnum, text))


def _head_lines(source: SourceText, top: Heading | None) -> Sequence[int]:
    """The lines that may tell of the paper: below its heading, up to the next one that is no label."""
    start = top.line + top.lines if top else source.filled[0]
    if top is None and (count := settings_of(source).lines):
        start = source.filled[count - 1] + 1
    ends = (
        heading.line
        for heading in headings(source)
        if heading.line >= start and not _goes_on(source.lines[heading.line])
    )
    end = next(ends, len(source.lines))
    first = bisect_left(source.filled, start)
    return source.filled[first : bisect_left(source.filled, end)][:_HEAD]


def _goes_on(line: str) -> bool:
    """Whether below a heading the labelled lines of a note go on."""
    return is_label_heading(line) and lone_label(line) in (None, Label.AUTHORS, Label.TITLE, Label.LINK)


def parse_record(source: SourceText) -> ParsedDigest:
    """The note as a digest of its paper, on the day of its file's name or settings, else on its own."""
    settings = settings_of(source)
    dated = file_date(source.stem)
    draft = _read(source)
    draft.fallback_title = (dated[1] if dated else "") or stand_in(source)
    draft.date = settings.own_date or draft.date or settings.date
    day = settings.date or (dated[0] if dated else None) or draft.date
    period = Period(day, day) if day else None
    return ParsedDigest(
        title=source.stem or draft.title or stand_in(source) or "",
        shape="note",
        start=period.start if period else None,
        end=period.end if period else None,
        entries=finished([draft], source),
    )


def _read(source: SourceText) -> Draft:
    settings = settings_of(source)
    draft = Draft(first=source.filled[0], last=source.filled[-1])
    top = _top_heading(source)
    head = _head_lines(source, top)
    start = top.line + top.lines if top else (source.filled[settings.lines - 1] + 1 if settings.lines else draft.first)
    end = head[-1] + 1 if head else start
    if top and (lines := source.lines[source.filled[settings.lines] : top.line]):
        read_block(draft, lines)
    if top and not (settings.title and is_part_of_a_text(bare_heading(top.text))):
        read_headed(draft, top.text, source.lines[start:end])
        heading = draft.title
        if heading and settings.title and heading != settings.title:
            draft.commentary.insert(0, source.lines[top.line])
    else:
        read_block(draft, source.lines[start:end])
        if top:
            draft.commentary.insert(0, source.lines[top.line])
    if draft.title and is_part_of_a_text(draft.title):
        draft.commentary.insert(0, draft.title)
        draft.title = None
    _read_rest(draft, source.lines[end : draft.last + 1])
    _add_settings(draft, source)
    return draft


def _read_rest(draft: Draft, lines: Sequence[str]) -> None:
    """The text below the head: it stays as it is written, but for an abstract and an address under headings of
    their own, and its tags."""
    text, tags = take_tags(lines) if any(tag_line(line) for line in lines) else (list(lines), [])
    draft.tags += tags
    kept: list[str] = []
    place = 0
    while place < len(text):
        field = lone_label(text[place]) if text[place].lstrip()[:1] in ("#", "*", "_", "=") else None
        if field is Label.ABSTRACT and not draft.abstract:
            end = _section_end(text, place + 1)
            draft.abstract = [line.lstrip("> ") for line in text[place + 1 : end]]
            place = end
            continue
        if field is Label.LINK and not draft.urls:
            end = _section_end(text, place + 1)
            links = [link for line in text[place + 1 : end] for link in links_in(line)]
            draft.urls += [link.url for link in links[:1]]
        kept.append(text[place])
        place += 1
    draft.commentary += ["", *readable(kept)] if draft.commentary else readable(kept)
    if not draft.urls:
        links = [link for line in kept if may_link(line) for link in links_in(line)]
        own = [link for link in links if names_paper(link.label) and not _is_local(link.url)]
        own = own or [link for link in links if is_label(link.label) and is_paper(link.url)]
        draft.urls += [link.url for link in own[:1]]


def _is_local(url: str) -> bool:
    return url.startswith("#")


def _section_end(lines: Sequence[str], place: int) -> int:
    """Where the section of a heading ends."""
    while place < len(lines) and lines[place].lstrip()[:1] != "#" and lone_label(lines[place]) is None:
        place += 1
    return place


def _add_settings(draft: Draft, source: SourceText) -> None:
    """What the settings say goes first: they were written to be read by a program."""
    settings = settings_of(source)
    told = _top_heading(source) is None and not settings.paper  # then a labelled line gave the title
    draft.title = (draft.title if told else None) or settings.title or draft.title
    if settings.authors and (settings.paper or not draft.authors):
        draft.authors = settings.authors
    if settings.paper or not draft.urls:
        draft.urls = [*settings.urls, *(url for url in draft.urls if url not in settings.urls)]
    draft.tags[:0] = settings.tags
    if settings.abstract:
        draft.abstract = draft.abstract or settings.abstract.split("\n")
    if settings.summary:
        draft.commentary[:0] = [*settings.summary.split("\n"), ""]
    if settings.unread:
        draft.commentary += ["", *(source.lines[index] for index in settings.unread)]
    draft.title = without_review(plain(draft.title)) if draft.title else None
