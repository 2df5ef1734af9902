"""Titles behind a label, `Title: …`, as headings, of records that a text holds one below the other; and what of a paper
stands above its heading."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

from tui_digest.parsing.labels import labelled, may_label, may_title, title_in
from tui_digest.parsing.lines import is_rule, votes_alone
from tui_digest.parsing.links import find_links, may_link, url_line
from tui_digest.parsing.markdown import BOLD_LEVEL, Heading
from tui_digest.parsing.numbering import without_number
from tui_digest.text.patterns import regex

if TYPE_CHECKING:
    from tui_digest.parsing.source_text import SourceText

_LONGEST = 1000
_FEW = 2
_LABELS_BEHIND = regex(r"\s*(?:[\[(][\w,./ -]{1,60}[\])]\s*){0,4}")
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
        heading = Heading(index, BOLD_LEVEL, title)
        if index and (above := _address_in(source.lines[index - 1])):
            heading = Heading(index - 1, BOLD_LEVEL, f"[{title}]({above})", 2)
        elif told := _labels_above(source, index):
            heading = Heading(index - told, BOLD_LEVEL, title, told + 1, told)
        groups.setdefault(bisect_left(lines, index), []).append(heading)
    titles = [title for group in groups.values() if len(group) > 1 for title in group]
    taken = {title.line for title in titles}
    return sorted([*(heading for heading in found if heading.line not in taken), *titles]) if titles else found


def _address_in(line: str) -> str | None:
    """The address that a line is, or the one id that it names, numbered or not: `[1] arXiv:2403.01234 [pdf, html]`."""
    if not may_link(line):
        return None
    if urls := url_line(line):
        return urls[0]
    bare = without_number(line.strip())
    found = next(find_links(bare), None)
    return found.link.url if found and not found.start and _LABELS_BEHIND.fullmatch(bare, found.end) else None


def with_votes(source: SourceText, found: list[Heading]) -> list[Heading]:
    """The headings; where votes stand alone above them, and not below, each with its votes as its first line."""
    found = [each for each in found if each.level < BOLD_LEVEL or votes_alone(source.lines[each.line]) is None]
    if len(found) < _FEW:
        return found
    places = [bisect_left(source.filled, heading.line) - 1 for heading in found]
    above = [source.filled[place] if place >= 0 else -1 for place in places]
    voted = [line >= 0 and votes_alone(source.lines[line]) is not None for line in above]
    if sum(voted) < _FEW or votes_alone(source.lines[source.filled[-1]]) is not None:
        return found
    level = found[voted.index(True)].level
    if any(heading.level == level for heading in found[: voted.index(True)]):
        return found  # those are the votes of the heading above
    return [
        Heading(line, heading.level, heading.text, heading.lines + heading.line - line, heading.line - line)
        if has_votes
        else heading
        for heading, line, has_votes in zip(found, above, voted, strict=True)
    ]


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
