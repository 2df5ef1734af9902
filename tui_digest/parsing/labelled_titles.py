"""Titles behind a label, `Title: …`, as headings: of records that a text holds one below the other."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

from tui_digest.parsing.labels import labelled, may_label, may_title, title_in
from tui_digest.parsing.lines import is_rule
from tui_digest.parsing.links import url_line
from tui_digest.parsing.markdown import BOLD_LEVEL, Heading

if TYPE_CHECKING:
    from tui_digest.parsing.source_text import SourceText

_LONGEST = 1000
_MOST_ABOVE = 6
_LONGEST_NAME = 20


def with_titles(source: SourceText, found: list[Heading]) -> list[Heading]:
    """The headings, and the lines that give a title behind a label, `Title: …`, where several of them stand below one
    heading, or above the first. An address directly above such a line is the paper's."""
    if not may_title(source.text):
        return found
    lines = [heading.line for heading in found]
    groups: dict[int, list[Heading]] = {}
    for index in source.filled:
        line = source.lines[index]
        if len(line) > _LONGEST or line.lstrip()[:1] in ("|", "#") or (title := title_in(line)) is None:
            continue
        above = url_line(source.lines[index - 1]) if index else None
        heading = Heading(index, BOLD_LEVEL, title)
        if above:
            heading = Heading(index - 1, BOLD_LEVEL, f"[{title}]({above[0]})", 2)
        elif told := _labels_above(source, index):
            heading = Heading(index - told, BOLD_LEVEL, title, told + 1, told)
        groups.setdefault(bisect_left(lines, index), []).append(heading)
    titles = [title for group in groups.values() if len(group) > 1 for title in group]
    taken = {title.line for title in titles}
    return sorted([*(heading for heading in found if heading.line not in taken), *titles]) if titles else found


def _labels_above(source: SourceText, index: int) -> int:
    """How many labelled lines of the same paragraph stand directly above a labelled title: they are of its paper."""
    place = index
    while place and index - place < _MOST_ABOVE:
        line = source.lines[place - 1]
        said = labelled(line) if may_label(line) and line.strip() else None
        if said is None or not said.value or line[:1] == "#" or len(said.name) > _LONGEST_NAME or title_in(line):
            break
        place -= 1
    opens = place == 0 or not source.lines[place - 1].strip() or is_rule(source.lines[place - 1])
    return index - place if opens else 0
