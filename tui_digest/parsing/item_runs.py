"""Runs of list items that only together show that they are papers: items that begin with addresses, and lines without
any mark."""

from __future__ import annotations

from bisect import bisect_left
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from tui_digest.parsing.items import read_item, without_task
from tui_digest.parsing.links import find_links, is_paper_page, links_in, may_link
from tui_digest.parsing.markdown import BOLD_LEVEL, has_words, headings, tidy_links
from tui_digest.parsing.tags import closing_tags

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from tui_digest.parsing.source_text import SourceText

_FEW = 2
_LONGEST_TITLE = 400
_SHORT = 40


class Item(NamedTuple):
    """A list item, or a line that is read as one."""

    line: int
    indent: int
    text: str
    numbered: bool
    opens: bool
    """Whether it is a paper by itself: it has a title and a link."""


def with_addresses(source: SourceText, found: list[Item]) -> list[Item]:
    """The items; those that begin with the address of a paper, two or more of one list, are papers by themselves, and
    so is one alone below a heading like theirs. Where the first has no words behind it but others have, these are
    beside it."""
    led = {item.line: _behind_paper(item.text) for item in found if not item.opens and _begins_with_paper(item.text)}
    if len(led) < _FEW:
        return found
    known = [each for each in headings(source) if each.level < BOLD_LEVEL]
    headed = [each.line for each in known]
    runs: list[list[Item]] = []
    for item in found:
        run = runs[-1] if runs else []
        if run and _is_one_list(source, run, item, headed):
            if item.indent > run[0].indent:
                continue
            if item.line in led:
                run.append(item)
                continue
        runs.append([item] if item.line in led else [])
    several = [run for run in runs if len(run) > 1 and (led[run[0].line] or not any(led[item.line] for item in run))]
    levels = {known[place - 1].level for run in several if (place := bisect_left(headed, run[0].line))}
    several += [
        run
        for run in runs
        if len(run) == 1
        and (place := bisect_left(headed, run[0].line))
        and known[place - 1].level in levels
        and not any(map(str.strip, source.lines[headed[place - 1] + 1 : run[0].line]))
    ]
    opens = {item.line for run in several for item in run}
    return [item._replace(opens=True) if item.line in opens else item for item in found]


def _behind_paper(text: str) -> bool:
    """Whether words, and not only tags, stand behind the address that begins an item."""
    text = closing_tags(text)[0]
    found = next(find_links(text), None)
    return found is not None and has_words(text[found.end :])


def _is_one_list(source: SourceText, run: Sequence[Item], item: Item, headed: Sequence[int]) -> bool:
    """Whether an item goes on with a list: between them stands nothing but what is indented."""
    if item.indent < run[0].indent or bisect_left(headed, item.line) != bisect_left(headed, run[0].line):
        return False
    between = source.lines[run[-1].line + 1 : item.line]
    return all(not line.strip() or indent_of(line) > run[0].indent for line in between)


def _begins_with_paper(text: str) -> bool:
    if not may_link(text):
        return False
    text = without_task(tidy_links(text))
    found = next(find_links(text), None)
    return found is not None and not found.start and found.link.label is None and is_paper_page(found.link.url)


def bare_runs(source: SourceText, places: Sequence[int], taken: Collection[int]) -> list[Item]:
    """The lines of paragraphs without marks in which every line, two or more, is a title and ends with links to its
    paper."""
    found: list[Item] = []
    headed = {line for each in headings(source) if each.level < BOLD_LEVEL for line in each.places}
    if headed:
        places = [index for index in places if index not in headed]
    linked = [index for index in source.linked() if index not in taken]
    if places is not source.filled:
        linked = sorted(set(linked).intersection(places))
    for run in _unbroken(linked):
        if not _goes_on(places, run) and all(_is_bare_paper(source.lines[index]) for index in run):
            found += [Item(line, 0, source.lines[line].strip(), False, True) for line in run]
    return found


def _unbroken(indexes: Sequence[int]) -> Iterator[list[int]]:
    """Those of two or more that follow one another."""
    run: list[int] = []
    for above, index in pairwise([-2, *indexes, -2]):
        if index != above + 1:
            if len(run) > 1:
                yield run
            run = []
        run.append(index)


def _goes_on(places: Sequence[int], run: Sequence[int]) -> bool:
    """Whether a paragraph has more lines above these of its lines, or below."""
    first, last = bisect_left(places, run[0]), bisect_left(places, run[-1])
    return (first > 0 and places[first - 1] + 1 == run[0]) or (
        last + 1 < len(places) and places[last + 1] == run[-1] + 1
    )


def _is_bare_paper(line: str) -> bool:
    """Whether a line without a mark is a title that ends with links to its paper."""
    if not may_link(line) or len(line) > _LONGEST_TITLE * 2 or line[0] in "#|>-*+[" or line.rstrip()[-1:] in ".。":
        return False
    if not any(is_paper_page(link.url) for link in links_in(line)):  # most lines of a post
        return False
    piece = read_item(line)
    led = any(is_paper_page(link.url) for link in piece.links)
    return piece.title is not None and led and len(piece.text) < _SHORT


def indent_of(line: str) -> int:
    """How far a line is indented, a tab counting as four."""
    blank = line[: len(line) - len(line.lstrip())]
    return len(blank.expandtabs(4))


def is_below_item(lines: Sequence[str], opening: Sequence[int], line: int) -> bool:
    """Whether a line is indented below an item that begins on one of the lines `opening`, and so its own."""
    place = bisect_left(opening, line)
    if not place:
        return False
    above, between = lines[opening[place - 1]], lines[opening[place - 1] + 1 : line + 1]
    return all(not each.strip() or indent_of(each) > indent_of(above) for each in between)
