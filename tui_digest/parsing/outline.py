"""Where in a text the papers are: which headings, rows and items are papers, under which topics and days they stand.

A heading is a paper by what shows directly below it; rows and items by their titles and links. Everything is decided
once for the whole text, in a few passes over its lines.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tui_digest.parsing.bare_names import is_one_name
from tui_digest.parsing.days import day_said, is_date
from tui_digest.parsing.evidence import Evidence, lone_paper, shown_below
from tui_digest.parsing.front_matter import settings_lines
from tui_digest.parsing.heads import topic_said
from tui_digest.parsing.item_runs import is_below_item
from tui_digest.parsing.labelled_titles import with_titles, with_votes
from tui_digest.parsing.labels import is_label_heading, labelled, may_title
from tui_digest.parsing.links import is_paper_page, links_in, may_link
from tui_digest.parsing.markdown import BOLD_LEVEL, Heading, folded_lines, headings, plain
from tui_digest.parsing.numbering import bare_heading, number_of
from tui_digest.parsing.paper_lists import items_in, listed
from tui_digest.parsing.parts import is_part_of_a_text
from tui_digest.parsing.sections import dated, first_header, is_contents
from tui_digest.parsing.tables import Table, is_table_rule, leaves_out, tables_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from tui_digest.parsing.periods import Named
    from tui_digest.parsing.source_text import SourceText

HEADING, ROW, ITEM = "daily-markdown", "weekly-table", "list"
"""What a paper may be; also the name of the shape that a text of such papers has."""

_FEW = 2
ENOUGH = 2.0
"""The sum of weights (`Evidence.worth`) from which on a heading is a paper."""


@dataclass(slots=True)
class Unit:
    """A paper in the text."""

    kind: str
    lines: Sequence[int]
    """Its filled lines, in order."""
    heading: Heading | None = None
    table: Table | None = None
    section: str | None = None
    day: date | None = None
    """The day of the item in which it is nested."""
    shown: Evidence | None = None


@dataclass(slots=True)
class Outline:
    """What a text holds."""

    units: list[Unit] = field(default_factory=list)
    layout: set[int] = field(default_factory=set)
    """Lines that only lay out tables."""
    heads: list[tuple[Heading, Named]] = field(default_factory=list)
    """Headings that name days and have papers below them."""
    found: list[Heading] = field(default_factory=list)
    """All headings."""
    about_one: bool = False
    """Whether the whole text is about one paper: its first heading shows one, though it is no unit."""

    def of(self, kind: str) -> list[Unit]:
        """The units of a kind."""
        return [unit for unit in self.units if unit.kind == kind]


def outline_of(source: SourceText) -> Outline:
    """The outline of the whole file that a text is, or is part of."""
    known = source.memo.get("outline")
    if not isinstance(known, Outline):
        known = source.memo["outline"] = _OutlineReader(source).read() if _may_hold(source) else Outline()
    return known


def _may_hold(source: SourceText) -> bool:
    """Whether a text has any heading, item, row or labelled title; most notes have none."""
    return bool(headings(source) or items_in(source) or "|" in source.text or may_title(source.text))


class _OutlineReader:
    """One reading of a text."""

    def __init__(self, source: SourceText) -> None:
        self._source = source
        settings = settings_lines(source)
        self._filled = source.filled[settings:]
        above = frozenset(source.filled[:settings])  # a comment among settings looks like a heading
        found = with_votes(source, with_titles(source, headings(source)))
        self._found = [heading for heading in found if heading.line not in above]
        self._days = {heading.line: named for heading, named in dated(self._found)}
        self._folded = folded_lines(source)
        self._items = items_in(source)
        self._tables, self._layout = tables_in(source) if "|" in source.text else ([], set[int]())
        self._opening = sorted(
            [item.line for item in self._items if item.opens]
            + [row[0] for table in self._tables for row in table.rows if may_link(source.lines[row[0]])]
        )

        self._openers = frozenset(self._opening)
        self._beside: dict[int, Evidence] = {}

    def read(self) -> Outline:
        """All units, in order."""
        if not (self._found or self._items or self._tables):
            return Outline([], self._layout)  # plain text
        papers = self._heading_units()
        inside = {index for unit in papers for index in unit.lines}
        rows = self._row_units(inside)
        inside |= {index for unit in rows for index in unit.lines}
        free = [index for index in self._filled if index not in inside]
        stops = {heading.line for heading in self._found} | {unit.lines[0] for unit in rows}
        entries = [Unit(ITEM, lines) for lines in listed(self._source, free, stops)]
        units = sorted([*papers, *rows, *entries], key=lambda unit: unit.lines[0])
        outline = Outline(units, self._layout, [], self._found, self._about_one)
        self._name_sections(outline)
        last = units[-1].lines[0] if units else -1
        covered = {index for unit in units for index in unit.lines}
        outline.heads = [
            (heading, self._days[heading.line])
            for heading in self._found
            if heading.line in self._days and heading.line not in covered and heading.line < last
        ]
        return outline

    def _heading_units(self) -> list[Unit]:
        """The headings that are papers, each with all below it up to the next heading of its level or above."""
        candidates = self._candidates()
        top = candidates.get(self._found[0].line) if self._found else None
        self._about_one = top is not None and not top.closing and (top.address or top.authors)
        ends = self._ends(candidates)
        strong = sorted(line for line, shown in candidates.items() if shown.strong)
        every = sorted(candidates)
        chosen: list[Heading] = []
        until = -1
        for heading in self._found:
            shown = candidates.get(heading.line)
            if shown is None or heading.line < until:
                continue
            end = ends[heading.line]
            strong_inside = _count(strong, heading.line + 1, end)
            inside = [
                candidates[line] for line in every[bisect_left(every, heading.line + 1) : bisect_left(every, end)]
            ]
            own = len({shown.last for shown in inside if shown.closing}) + sum(not shown.closing for shown in inside)
            below = max(own, _count(self._opening, heading.line + 1, end))
            if shown.closing and self._heads_another(heading, candidates):
                continue  # the link is that of the paper below
            if strong_inside > 1 or (below > 1 and not shown.strong):
                continue  # it is a heading above papers, no paper
            chosen.append(heading)
            until = end
        if not chosen:
            return []
        seen = [candidates[heading.line] for heading in chosen]
        if not any(each.strong or each.address for each in seen) and not self._all_named(chosen, seen):
            return []
        chosen = self._with_siblings(chosen, ends, candidates)
        units = []
        for heading in chosen:
            first = bisect_left(self._filled, heading.line)
            last = bisect_left(self._filled, ends[heading.line])
            shown = candidates.get(heading.line) or self._beside.get(heading.line)
            units.append(Unit(HEADING, self._filled[first:last], heading, shown=shown))
        return units

    def _heads_another(self, heading: Heading, candidates: dict[int, Evidence]) -> bool:
        """Whether a heading that is strong enough to be a paper stands directly below this one."""
        below = bisect_left(self._filled, heading.line + heading.lines)
        shown = candidates.get(self._filled[below]) if below < len(self._filled) else None
        return shown is not None and not shown.closing

    def _candidates(self) -> dict[int, Evidence]:
        """The headings with enough evidence that they are papers, and this evidence."""
        kept = self._shown([heading for heading in self._found if heading.level == BOLD_LEVEL], frozenset())
        bold = frozenset(kept) if len(kept) > 1 else frozenset[int]()
        return kept | self._shown([heading for heading in self._found if heading.level < BOLD_LEVEL], bold)

    def _shown(self, found: Sequence[Heading], bold: frozenset[int]) -> dict[int, Evidence]:
        """The headings with enough evidence that they are papers, and this evidence; it ends at a bold line that is a
        paper itself."""
        kept: dict[int, Evidence] = {}
        own_ends = self._own_ends()
        stops = self._openers | bold
        sections = self._ends({})
        for heading in found:
            if heading.line in self._days and not _is_linked(heading):
                continue
            text = bare_heading(heading.text)
            if is_part_of_a_text(text) or is_date(plain(text)):
                continue
            first = bisect_left(self._filled, heading.line + heading.lines)
            own = self._filled[first : bisect_left(self._filled, own_ends[heading.line])]
            last = bisect_left(self._filled, sections[heading.line]) - 1
            closing = self._filled[last] if last >= first else None
            if closing is not None and is_below_item(self._source.lines, self._opening, closing):
                closing = None
            shown = shown_below(self._source, heading, own, closing, stops)
            if shown.worth >= ENOUGH:
                kept[heading.line] = shown
        return kept

    def _own_ends(self) -> dict[int, int]:
        """Where the text directly below each heading ends: at the next heading that is no label."""
        ends: dict[int, int] = {}
        after = len(self._source.lines)
        bold = after
        for heading in reversed(self._found):
            ends[heading.line] = bold if heading.level == BOLD_LEVEL else after
            if heading.line in self._folded or is_label_heading(self._source.lines[heading.line]):
                continue
            if heading.level < BOLD_LEVEL:
                after = heading.line
            bold = heading.line
        return ends

    def _ends(self, papers: dict[int, Evidence]) -> dict[int, int]:
        """Where each heading's section ends: at the next heading of its level or above, or, for a bold line, at the
        next heading or paper."""
        ends: dict[int, int] = {}
        next_at = [len(self._source.lines)] * (BOLD_LEVEL + 1)
        for heading in reversed(self._found):
            folded = self._folded.get(heading.line, -1)
            ends[heading.line] = next_at[heading.level]
            if folded >= 0 and heading.line not in papers:
                continue  # inside of what is folded away under a paper
            if heading.level == BOLD_LEVEL and papers and heading.line not in papers:
                continue
            for level in range(heading.level, BOLD_LEVEL + 1):
                next_at[level] = heading.line
        return ends

    def _all_named(self, chosen: list[Heading], shown: Sequence[Evidence]) -> bool:
        """Whether headings are papers of which only the authors are told: two or more, and most of their level."""
        level = Counter(heading.level for heading in chosen).most_common(1)
        of_level = sum(heading.level == level[0][0] for heading in self._found) if level else 0
        named = sum(each.names for each in shown)
        return named >= _FEW and named * 2 >= of_level

    def _with_siblings(
        self, chosen: list[Heading], ends: dict[int, int], candidates: dict[int, Evidence]
    ) -> list[Heading]:
        """The papers, and the headings of their level that are numbered like them or have a line of links."""
        if len(chosen) < 2:
            return chosen
        level = Counter(heading.level for heading in chosen).most_common(1)[0][0]
        numbered = sum(number_of(heading.text) is not None for heading in chosen) * 2 > len(chosen)
        named = sum(candidates[heading.line].names for heading in chosen) * 2 > len(chosen)
        taken = {heading.line for heading in chosen}
        kept: list[Heading] = []
        until = -1
        for heading in self._found:
            if heading.line in taken:
                kept.append(heading)
                until = ends[heading.line]
            elif heading.level == level and heading.line >= until and heading.line not in self._days:
                end = ends[heading.line]
                if is_part_of_a_text(bare_heading(heading.text)) or _count(sorted(taken), heading.line, end):
                    continue
                first = bisect_left(self._filled, heading.line + heading.lines)
                own = self._filled[first : bisect_left(self._filled, end)]
                shown = shown_below(self._source, heading, own, None, self._openers)
                opens = _count(self._opening, heading.line + 1, end)
                like = named and bool(own) and is_one_name(self._source.lines[own[0]])
                shown.mention = None if shown.address else lone_paper(self._source, own)
                if opens < 2 and (
                    shown.worth >= 1 or shown.mention or like or (numbered and number_of(heading.text) is not None)
                ):
                    kept.append(heading)
                    if shown.mention:
                        self._beside[heading.line] = shown
                    until = end
        return kept

    def _row_units(self, inside: set[int]) -> list[Unit]:
        """The rows of tables of papers: such a table stands below a heading that names days, or has a column headed
        paper or title and links in most rows."""
        units: list[Unit] = []
        for table in self._tables:
            rows = [row for row in table.rows if row[0] not in inside]
            if rows and self._holds_papers(table, rows):
                units += [Unit(ROW, row, table=table) for row in rows]
        return units

    def _holds_papers(self, table: Table, rows: Sequence[Sequence[int]]) -> bool:
        linked = sum("](" in self._source.lines[row[0]] or "http" in self._source.lines[row[0]] for row in rows)
        into_page = sum("](#" in self._source.lines[row[0]] for row in rows)
        if into_page * 2 > len(rows):
            return False
        if sum(labelled(self._source.lines[row[0]]) is not None for row in rows) * 2 >= len(rows):
            return False  # labels and what they say
        if self._headed_by_days(rows[0][0]):
            return True
        if table.names_papers:
            held = len(rows) - sum(leaves_out(self._source.lines[row[0]]) for row in rows)
            return linked * 2 > held - (linked > 1)
        return linked > 1 and linked * 2 >= len(rows) and self._leads(rows) * 2 >= max(len(rows), 2 * _FEW)

    def _leads(self, rows: Sequence[Sequence[int]]) -> int:
        """How many rows lead to papers."""
        links = ((link.url for index in row for link in links_in(self._source.lines[index])) for row in rows)
        return sum(any(map(is_paper_page, urls)) for urls in links)

    def _headed_by_days(self, line: int) -> bool:
        """Whether the nearest heading above names days."""
        place = bisect_left([heading.line for heading in self._found], line) - 1
        return place >= 0 and self._found[place].line in self._days

    def _name_sections(self, outline: Outline) -> None:
        """Gives every unit the topic that stands above it: the nearest heading that is no date, no title of the whole
        text and no paper, or the item in which it is nested."""
        papers = {unit.lines[0] for unit in outline.units}
        stack: list[Heading] = []
        nested = self._topics(papers)
        place = 0
        top = self._found[0] if self._found and not first_header(self._source) else None
        for unit in outline.units:
            line = unit.lines[0]
            while place < len(self._found) and self._found[place].line < line:
                heading = self._found[place]
                place += 1
                if heading.line in papers or heading.line in self._folded:
                    continue
                while stack and stack[-1].level >= heading.level:
                    stack.pop()
                stack.append(heading)
            level = unit.heading.level if unit.heading else BOLD_LEVEL + 1
            above = [heading for heading in stack if heading.level < level]
            topic = nested.get(line)
            unit.day = day_said(topic, whole=True) if topic and is_date(topic) else None
            unit.section = (None if unit.day else topic) or self._topic(above, top)

    def _topic(self, above: Iterable[Heading], top: Heading | None) -> str | None:
        for heading in reversed(list(above)):
            text = topic_said(heading.text)
            dated = heading.line in self._days and plain(heading.text).endswith(text)
            if heading is not top and text and not dated and not is_date(text):
                return text
        return None

    def _topics(self, papers: set[int]) -> dict[int, str]:
        """Of items nested in one that is no paper, that one's words."""
        topics: dict[int, str] = {}
        stack: list[tuple[int, str]] = []
        for item in self._items:
            while stack and stack[-1][0] >= item.indent:
                stack.pop()
            if item.line in papers:
                if stack:
                    topics[item.line] = stack[-1][1]
            elif not item.opens and len(item.text) < 120 and not is_contents(self._source.lines[item.line]):
                stack.append((item.indent, topic_said(item.text)))
        return topics


def _is_linked(heading: Heading) -> bool:
    return "](" in heading.text


def _count(lines: Sequence[int], first: int, end: int) -> int:
    return bisect_left(lines, end) - bisect_left(lines, first)


def unclaimed(source: SourceText, outline: Outline) -> tuple[int, int]:
    """How many lines with words stand outside of the papers, and how many of these between the first and the last
    paper."""
    covered = {index for unit in outline.units for index in unit.lines} | outline.layout
    covered |= {heading.line for heading in outline.found}
    first, last = outline.units[0].lines[0], outline.units[-1].lines[0]
    items = {item.line: item for item in items_in(source)}
    level = min((items[unit.lines[0]].indent for unit in outline.of(ITEM) if unit.lines[0] in items), default=0)
    others = [
        index
        for index in source.filled[settings_lines(source) :]
        if index not in covered
        and not is_contents(source.lines[index])
        and not is_table_rule(source.lines[index])
        and (items[index].indent <= level if index in items else _is_prose(source.lines[index]))
    ]
    return len(others), sum(first < index < last for index in others)


def _is_prose(line: str) -> bool:
    bare = line.strip()
    return line[:1] not in (" ", "\t", "!", "<", "|", "[", "#", ">", "{") and any(map(str.isalnum, bare))
