"""Texts of papers in Markdown: daily digests with a heading a paper, weekly tables, lists, or all of it in one file."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from typing import TYPE_CHECKING

from tui_digest.parsing.bare_names import complete_names
from tui_digest.parsing.dates import file_date
from tui_digest.parsing.drafts import Draft
from tui_digest.parsing.fields import read_block
from tui_digest.parsing.front_matter import settings_of
from tui_digest.parsing.heads import take_heading
from tui_digest.parsing.labels import Label, lone_label
from tui_digest.parsing.lines import is_dressing, is_rule
from tui_digest.parsing.links import is_paper_page, may_link
from tui_digest.parsing.markdown import has_words, plain, without_tags
from tui_digest.parsing.note_file import is_note
from tui_digest.parsing.outline import HEADING, ITEM, ROW, Outline, Unit, outline_of, unclaimed
from tui_digest.parsing.paper_lists import read_listed
from tui_digest.parsing.sections import days_told, digest_of, parts_at
from tui_digest.parsing.tables import is_no_meeting, read_row
from tui_digest.parsing.tags import closing_tags

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tui_digest.models import ParsedDigest
    from tui_digest.parsing.source_text import SourceText

KINDS = (HEADING, ROW, ITEM)
_FEW = 5
_MOST_IN_NOTE = 3


def holds_papers(source: SourceText) -> bool:
    """Whether a text holds several papers that its structure parts, or one below a heading that names days."""
    if source.part is not None:
        return source.memo.get("papers") is not None
    if not source.filled or not (
        may_link(source.text) or any(mark in source.text for mark in ("](", "#", "**", "[1]"))
    ):
        return False
    kept = _kept(source)
    source.memo["papers"] = kept
    source.memo["paper lines"] = [unit.lines[0] for unit in kept or ()]
    return kept is not None


def parts(source: SourceText) -> list[SourceText]:
    """A digest a week or day, where headings name several of them in one file."""
    outline = outline_of(source)
    kept: list[Unit] = source.memo["papers"]
    last = kept[-1].lines[0]
    inside = {index for unit in kept for index in unit.lines}
    heads = [pair for pair in outline.heads if pair[0].line < last and pair[0].line not in inside]
    return parts_at(source, heads, _shape(kept))


def parse_papers(source: SourceText) -> ParsedDigest:
    """The papers of a text, in order; what stands outside of them heads the digest."""
    outline = outline_of(source)
    kept: list[Unit] = source.memo["papers"]
    starts: list[int] = source.memo["paper lines"]
    units = kept[bisect_left(starts, source.filled[0]) : bisect_right(starts, source.filled[-1])]
    closing = units[-1] if units else None
    drafts = [_read(source, unit, closes=unit is closing) for unit in units]
    if any(unit.kind == ROW for unit in units):
        told = [draft for draft, unit in zip(drafts, units, strict=True) if unit.kind != ROW or _tells_paper(draft)]
        drafts = told or drafts
    complete_names(drafts)
    layout = outline.layout if any(unit.kind == ROW for unit in units) else ()
    return digest_of(source, _shape(units or kept), drafts, layout)


def _tells_paper(draft: Draft) -> bool:
    """Whether a row has a title or a link; another one among such says that there was no meeting, say."""
    if draft.urls or draft.links:
        return True
    return draft.title is not None and not is_no_meeting(draft.title)


def _shape(units: Sequence[Unit]) -> str:
    """The kind of most of the papers (`Unit.kind`); where any of them is a heading, headings decide."""
    kinds = Counter(unit.kind for unit in units)
    return HEADING if kinds[HEADING] else kinds.most_common(1)[0][0]


def _kept(source: SourceText) -> list[Unit] | None:
    """The papers of the text; None where it holds too few, or is itself about one."""
    outline = outline_of(source)
    if not outline.units:
        return None
    headed = outline.of(HEADING)
    rows, items = outline.of(ROW), outline.of(ITEM)
    settings = settings_of(source)
    if settings.paper and len(headed) < 2:
        return None
    if headed:
        return _with_headings(source, outline, headed, [*rows, *items])
    if not rows and len(items) < 2 and not _is_all(source, outline):
        return None
    return _without_headings(source, outline)


def _is_all(source: SourceText, outline: Outline) -> bool:
    """Whether the only item of a text leads to a paper, and nothing but headings stands besides."""
    return unclaimed(source, outline)[0] == 0 and bool(outline.found) and _names_paper(source, outline.units[0])


def _with_headings(source: SourceText, outline: Outline, headed: list[Unit], others: list[Unit]) -> list[Unit] | None:
    shown = [unit.shown for unit in headed if unit.shown is not None]
    told = any(each.strong or each.address for each in shown) or sum(each.names for each in shown) > 1
    beside = [unit for unit in others if _names_paper(source, unit)]
    dated_above = any(heading.line < headed[0].lines[0] for heading, _ in outline.heads)
    several = len(headed) > 1 or len(beside) > max(1, len(headed))
    if not told and not len(headed) > 1:
        return None
    if settings_of(source).title:
        seen = [unit.shown for unit in headed if unit.shown is not None and unit.shown.strong]
        enough = sum(shown.address for shown in seen) > 1 or any(shown.names_paper for shown in seen)
        enough = enough or (len(headed) > 1 and all(unit.shown and unit.shown.address for unit in headed))
    elif is_note(source):
        enough = (several and told) or dated_above
    else:
        enough = several or dated_above or (days_told(source) is not None)
    return sorted([*headed, *beside], key=lambda unit: unit.lines[0]) if enough and told else None


def _names_paper(source: SourceText, unit: Unit) -> bool:
    """Whether an item or row beside papers that are headings is one, too: it leads to a paper."""
    if unit.kind == ROW:
        return True
    return any(is_paper_page(url) for url in read_listed(source, unit.lines).urls)


def _without_headings(source: SourceText, outline: Outline) -> list[Unit] | None:
    """Rows and items are papers where they are most of the text, or five of them below an introduction."""
    units = outline.units
    if len(outline.of(ROW)) >= len(outline.of(ITEM)):
        units = [unit for unit in units if _names_paper(source, unit)]
    others, among = unclaimed(source, outline)
    count = len(units)
    if outline.about_one and not outline.of(ROW) and count < max(others, _FEW):
        return None  # its references
    if not outline.of(ROW) and not any(_is_marked(source, unit) or _names_paper(source, unit) for unit in units):
        return None  # steps with links
    if settings_of(source).title and count < others * 2:
        return None
    if is_note(source):
        return units if count >= _MOST_IN_NOTE and others * 3 <= count else None
    if outline.of(ROW) and outline.heads and not outline.of(ITEM):
        return units
    headed = bool(outline.found)
    enough = count >= others or (headed and count >= max(3 * among, others / 4, _FEW))
    if not enough and headed and not outline.of(ROW):
        enough = count * 2 >= others and all(_names_paper(source, unit) for unit in units)
    if outline.of(ROW) and not outline.of(ITEM):
        dated_file = file_date(source.stem)
        enough = count > 1 and (count > others or count >= max(3 * among, others / 4, _FEW) or dated_file is not None)
    return units if enough else None


def _is_marked(source: SourceText, unit: Unit) -> bool:
    """Whether an item begins with a title that is linked or bold."""
    return (
        source.lines[unit.lines[0]].lstrip(" \t-*+•0123456789.)")[:1] in ("[", "*", "_")
        or "**" in source.lines[unit.lines[0]][:8]
    )


def _read(source: SourceText, unit: Unit, *, closes: bool) -> Draft:
    if unit.table is not None:
        draft = read_row(source, unit.table.heads, unit.lines)
    elif unit.heading is not None:
        draft = _read_headed(source, unit, closes=closes)
    else:
        draft = read_listed(source, unit.lines)
    draft.section = unit.section
    draft.date = draft.date or unit.day
    return draft


def _read_headed(source: SourceText, unit: Unit, *, closes: bool) -> Draft:
    """The paper of a heading, without rules (`---`) at its end; in the last one, what follows a rule closes the digest
    and is left out."""
    assert unit.heading is not None
    taken = list(unit.lines)
    if closes:
        below = unit.heading.lines
        rules = [place for place, index in enumerate(taken) if place >= below and is_rule(source.lines[index])]
        taken = taken[: rules[-1]] if rules else taken
    while len(taken) > unit.heading.lines and len(taken) > 1 and _lays_out(source.lines[taken[-1]]):
        taken.pop()
    draft = Draft(first=taken[0], last=taken[-1])
    body = source.lines[taken[0] + unit.heading.lines : taken[-1] + 1]
    if unit.heading.above:
        body = [*source.lines[taken[0] : taken[0] + unit.heading.above], *body]
    read_headed(draft, unit.heading.text, body)
    if not draft.urls and unit.shown and unit.shown.mention:
        draft.urls.append(unit.shown.mention)
    return draft


def _lays_out(line: str) -> bool:
    """Whether a line at the end of a paper does not belong to it: a rule, or the anchor of what comes next."""
    return is_rule(line) or (
        line.lstrip()[:1] == "<"
        and is_dressing(line)
        and "</details" not in line
        and not may_link(line)
        and not has_words(without_tags(line))
    )


def read_headed(draft: Draft, heading: str, body: Sequence[str]) -> None:
    """Fills in the paper that a heading and the lines below it tell of; the title may stand on the next line."""
    body = list(body)
    if lone_label(f"# {heading}") is Label.TITLE:
        place = next((place for place, line in enumerate(body) if line.strip()), None)
        if place is not None:
            draft.title = plain(body.pop(place).strip(" \t-*>")) or None
    else:
        heading, tags = closing_tags(heading)
        draft.tags += tags
        if said := take_heading(draft, heading):
            read_block(draft, said)
    read_block(draft, body)
