"""A text in Markdown as the entry pane shows it, a line for a line of the source: headings, lists, quotes, fences,
rules and tables by what they are, not by their marks. Pure: knows no widget.

What is shown is the text: matches, selection and copying see it, and need no map back to the source.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import Literal, NamedTuple

from tui_digest.tui.widgets.marked_inline import InlineSpan, Shown, Target, shown_line
from tui_digest.tui.wrap import width_of, wrap

MarkedKind = Literal["paragraph", "bullet", "subheading", "code", "rule", "row", "blank"]


class MarkedLine(NamedTuple):
    """A line as it is shown; long ones are wrapped later."""

    kind: MarkedKind
    text: str = ""
    spans: tuple[InlineSpan, ...] = ()
    targets: tuple[Target, ...] = ()
    hang: int = 0
    """Cells by which lines after the first are set in."""
    quotes: int = 0
    """How deep it is quoted."""


_ITEM = re.compile(r"(?P<indent>\s*)(?P<sign>[-*+•·–—▪◦‣∙]|\(?\d{1,2}[.)])\s+")
_HEADING = re.compile(r" {0,3}#{1,6}\s+(?P<text>\S.*)$")
_HEADING_END = re.compile(r"(?:\s+#+|\s*\{#[\w:.-]+\})+\s*$")
_RULE = re.compile(r" {0,3}(?:(?:-\s*){3,}|(?:\*\s*){3,}|(?:_\s*){3,})$")
_UNDERLINE = re.compile(r"={3,}\s*$")
_FENCE = re.compile(r"\s*(?P<mark>`{3,}|~{3,})(?P<said>[^`]*)$")
_SEPARATOR = re.compile(r"\s*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*$")
_SETTING = re.compile(r"[\w-]+:(?:\s|$)|\s+\S|- |#")
_KRAMDOWN = re.compile(r"\s*\{:[^{}]*\}\s*$")
_PIPE = re.compile(r"(?<!\\)\|")
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_DEEPEST = 6
_MOST_SETTINGS = 80
_FEWEST_CELLS = 8
"""A column of a table is not made narrower than this; where that does not do, each row becomes lines."""
_BETWEEN_COLUMNS = "  "


@lru_cache(maxsize=64)
def marked(text: str, told: Callable[[str], str], width: int) -> tuple[MarkedLine, ...]:
    """The lines of a text. `told` makes formulas readable, `width` is how wide a table may be, in cells."""
    return tuple(_MarkdownReader(text.split("\n"), told, width).lines())


def _unquoted(line: str) -> tuple[int, str]:
    """How deep a line is quoted, and what is quoted."""
    depth = at = 0
    while True:
        start = at
        while at < len(line) and line[at] == " " and at - start < 4:
            at += 1
        if at == len(line) or line[at] != ">":
            return (min(depth, _DEEPEST), line[start:]) if depth else (0, line)
        depth, at = depth + 1, at + 1
        if line[at : at + 1] == " ":
            at += 1


class _MarkdownReader:
    """Reads the lines once, from the first to the last."""

    def __init__(self, source: Sequence[str], told: Callable[[str], str], width: int) -> None:
        self._source = [_unquoted(line) if ">" in line else (0, line) for line in source]
        self._told, self._width = told, width
        self._unclosed = dict.fromkeys("`~", 1 << 30)
        """The shortest fence that none closes from here on: longer ones are not asked again."""

    def lines(self) -> Iterator[MarkedLine]:
        """All of it."""
        at = self._settings_end()
        while at < len(self._source):
            quotes, line = self._source[at]
            fence = _FENCE.match(line) if line.lstrip()[:3] in ("```", "~~~") else None
            if fence and (end := self._fence_end(at, fence["mark"])) is not None:
                for depth, code in self._source[at + 1 : end]:
                    yield MarkedLine("code", code.rstrip(), quotes=depth)
                at = end + 1
                continue
            if "|" in line and (rows := self._rows_of(at)):
                told = [line, *(self._source[row][1] for row in range(at + 2, at + 1 + rows))]
                for made in _table([[shown_line(cell, self._told) for cell in _cells(row)] for row in told],
                                   self._width - 2 * quotes):  # fmt: skip
                    yield made._replace(quotes=quotes)
                at += 1 + rows
                continue
            under = self._source[at + 1][1] if at + 1 < len(self._source) else ""
            if line.strip() and _UNDERLINE.match(under):
                yield self._line("subheading", line.strip(), quotes)
                at += 2
                continue
            yield from self._told_line(quotes, line)
            at += 1

    def _settings_end(self) -> int:
        """Where the text begins, behind its front matter."""
        if self._source[0][1].rstrip() != "---":
            return 0
        for at, (_, line) in enumerate(self._source[1:_MOST_SETTINGS], 1):
            if line.rstrip() in ("---", "..."):
                return at + 1 if at > 1 else 0
            if line.strip() and not _SETTING.match(line):
                break
        return 0

    def _fence_end(self, at: int, mark: str) -> int | None:
        """The line that closes a fence; a fence that is never closed is none."""
        if len(mark) >= self._unclosed[mark[0]]:
            return None
        for place in range(at + 1, len(self._source)):
            line = self._source[place][1].strip()
            if line.startswith(mark) and not line.strip(mark[0]):
                return place
        self._unclosed[mark[0]] = len(mark)
        return None

    def _rows_of(self, at: int) -> int:
        """How many lines below the first belong to a table; 0 where none begins here."""
        if at + 1 >= len(self._source) or "-" not in (below := self._source[at + 1][1]) or "|" not in below:
            return 0
        if len(below) > 2000 or not _SEPARATOR.match(below):
            return 0
        end, quotes = at + 2, self._source[at][0]
        while end < len(self._source) and "|" in self._source[end][1] and self._source[end][0] == quotes:
            end += 1
        return end - at - 1

    def _told_line(self, quotes: int, line: str) -> Iterator[MarkedLine]:
        if not line.strip():
            yield MarkedLine("blank", quotes=quotes)
        elif _RULE.match(line):
            yield MarkedLine("rule", quotes=quotes)
        elif heading := _HEADING.match(line):
            yield self._line("subheading", _HEADING_END.sub("", heading["text"]), quotes)
        elif not (line.lstrip().startswith("{:") and _KRAMDOWN.match(line)):
            for piece in _BREAK.split(line) if "<br" in line.lower() else [line]:
                if made := self._words(piece, quotes):
                    yield made

    def _words(self, line: str, quotes: int) -> MarkedLine | None:
        """A paragraph or an item; None where nothing but marks that are not shown stands there."""
        line = line[:-1].rstrip() if line.endswith("\\") and not line.endswith("\\\\") else line.rstrip()
        item = _ITEM.match(line)
        lead = item.group() if item else ""
        if item and item["sign"] in "*+":
            lead = lead.replace(item["sign"], "-", 1)
        made = self._line("bullet" if item else "paragraph", line[len(lead) :], quotes)
        if not made.text.strip() and not lead:
            return None
        by = len(lead)
        return made._replace(
            text=lead + made.text,
            spans=tuple((start + by, end + by, name) for start, end, name in made.spans),
            targets=tuple((start + by, url) for start, url in made.targets),
            hang=width_of(lead),
        )

    def _line(self, kind: MarkedKind, text: str, quotes: int) -> MarkedLine:
        shown = shown_line(text, self._told)
        return MarkedLine(kind, shown.text, shown.spans, shown.targets, quotes=quotes)


# -- tables --------------------------------------------------------------------------------------------------------


def _cells(line: str) -> list[str]:
    line = line.strip()
    cells = _PIPE.split(line.removeprefix("|"))
    if len(cells) > 1 and not cells[-1].strip():
        cells.pop()
    return [cell.strip() for cell in cells]


def _table(rows: list[list[Shown]], room: int) -> Iterator[MarkedLine]:
    """The rows in aligned columns, cells wrapped where the width asks for it; a line a cell where even that fails."""
    columns = max(map(len, rows))
    rows = [[*row, *[Shown("")] * (columns - len(row))] for row in rows]
    natural = [max(1, *(width_of(row[at].text) for row in rows)) for at in range(columns)]
    widths = _fitted(natural, room - len(_BETWEEN_COLUMNS) * (columns - 1))
    if widths is None:
        yield from _listed(rows)
        return
    for number, row in enumerate(rows):
        for made in _row(row, widths):
            yield made if number else made._replace(spans=_bold(made))
        if number == 0:
            yield MarkedLine("rule")


def _fitted(natural: Sequence[int], room: int) -> list[int] | None:
    """The widths of the columns in so many cells: the widest give way; None where they would become too narrow."""
    least = [min(width, _FEWEST_CELLS) for width in natural]
    if sum(least) > room:
        return None
    low, high = _FEWEST_CELLS, max(natural)
    while low < high:
        cap = (low + high + 1) // 2
        low, high = (cap, high) if sum(min(width, cap) for width in natural) <= room else (low, cap - 1)
    return [min(width, max(low, _FEWEST_CELLS)) for width in natural]


def _row(row: Sequence[Shown], widths: Sequence[int]) -> Iterator[MarkedLine]:
    """A row's lines: each cell wrapped within its column."""
    pieces = [wrap(cell.text, width) if cell.text else [] for cell, width in zip(row, widths, strict=True)]
    for level in range(max(1, *map(len, pieces)) if pieces else 1):
        text, spans, targets = "", list[InlineSpan](), list[Target]()
        missing = 0
        for cell, width, lines in zip(row, widths, pieces, strict=True):
            text += " " * missing
            start, end = lines[level] if level < len(lines) else (0, 0)
            by = len(text) - start
            for a, b, name in cell.spans:
                if a < end and b > start:
                    spans.append((max(a, start) + by, min(b, end) + by, name))
                    targets += [(max(a, start) + by, url) for at, url in cell.targets if at == a]
            text += cell.text[start:end]
            missing = width - width_of(cell.text[start:end]) + len(_BETWEEN_COLUMNS)
        yield MarkedLine("row", text.rstrip(), tuple(spans), tuple(targets))


def _bold(line: MarkedLine) -> tuple[InlineSpan, ...]:
    """A header's spans: all of it strong."""
    spans, at = list[InlineSpan](), 0
    for start, end, name in line.spans:
        spans += [(at, start, "strong")] if start > at else []
        spans.append((start, end, name if "strong" in name else f"{name} strong"))
        at = end
    return (*spans, (at, len(line.text), "strong")) if at < len(line.text) else tuple(spans)


def _listed(rows: Sequence[Sequence[Shown]]) -> Iterator[MarkedLine]:
    """Each row as lines `column: cell`, the rows apart."""
    for number, row in enumerate(rows[1:] or rows):
        if number:
            yield MarkedLine("blank")
        for head, cell in zip(rows[0], row, strict=True):
            if not cell.text:
                continue
            lead = f"{head.text}: " if head.text and len(rows) > 1 else ""
            by = len(lead)
            spans = tuple((a + by, b + by, name) for a, b, name in cell.spans)
            told = ((0, by - 1, "strong"), *spans) if lead else spans
            targets = tuple((at + by, url) for at, url in cell.targets)
            yield MarkedLine("bullet", lead + cell.text, told, targets, hang=2 if lead else 0)
