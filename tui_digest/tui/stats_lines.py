"""The sections of `stats_sections` as lines of so many cells, and as Markdown; Hangul counts two cells a syllable."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from tui_digest.export.markdown import plain
from tui_digest.tui.charts import UNICODE, ChartSigns, axis_end, bar_chart, share_bar, strip
from tui_digest.tui.stats_sections import StatsRow, StatsSection
from tui_digest.tui.wrap import ellipsis, width_of

_SHARE, _LONGEST_SHARE = 12, 24
"""Cells of a share beside a name, where there is room, and where there is more of it than anything else takes."""

_WIDEST_STEP = 2
"""Cells of a strip's number at most."""

_NAME = 24
"""Cells that a name has at least, before pictures and columns on the right give way."""


class Picture(NamedTuple):
    """A chart with what stands below it."""

    lines: list[str]
    columns: list[tuple[int, int]]
    """Of each bar the first cell and the one behind its last."""


def picture(section: StatsSection, width: int, height: int, signs: ChartSigns = UNICODE) -> Picture:
    """The chart of a section, its labels below it, and its stars; `height` is of the bars alone."""
    if not any(map(sum, section.bars)):
        return Picture([], [])
    chart = bar_chart(section.bars, width, height, signs)
    lines = [*chart.lines, _labels(section.labels, chart.columns, width)]
    if any(section.stars):
        line = [" "] * width
        for (first, end), sign in zip(chart.columns, strip(section.stars, signs), strict=True):
            line[first:end] = sign * (end - first)
        line[0] = "★" if signs is UNICODE else "*"
        lines.append("".join(line))
    return Picture(lines, chart.columns)


def _labels(labels: Sequence[str], columns: Sequence[tuple[int, int]], width: int) -> str:
    """As many of the labels as have room, each below the beginning of its bar, from the last one on."""
    placed: list[tuple[int, str]] = []
    end = width
    for (first, _), label in [*zip(columns, labels, strict=True)][::-1]:
        wide = width_of(label)
        start = min(first, width - wide)
        if label and start >= 0 and start + wide < end + (not placed):
            placed.append((start, label))
            end = start
    line = ""
    for start, label in reversed(placed):
        line += " " * (start - width_of(line)) + label
    return line


def legend(section: StatsSection, signs: ChartSigns = UNICODE) -> str:
    """`█ starred  ▒ read  ░ left`, and what it means where a bar is cut short."""
    told = [*zip(signs.parts, section.legend, strict=False)]
    if any(sum(bar) > axis_end(section.bars) for bar in section.bars):
        told.append((signs.cut, section.cut))
    return "  ".join(f"{sign} {name}" for sign, name in told)


class StatsTable(NamedTuple):
    """A table that is laid out: how wide each part of a line is."""

    section: StatsSection
    name: int
    picture: int
    """Cells of strips or shares; 0 for none."""
    step: int
    """Cells of a number in a strip."""
    numbers: tuple[int, ...]
    """Of the columns that have room."""
    signs: ChartSigns

    def head(self) -> str:
        """The headings."""
        first, *heads = self.section.heads
        drawn = self.section.drawn if width_of(self.section.drawn) <= self.picture else ""
        return self._line(first, drawn, heads)

    def line(self, row: StatsRow) -> str:
        """A row."""
        name, drawn, numbers = self.pieces(row)
        return f"{name}{drawn}{numbers}"

    def pieces(self, row: StatsRow) -> tuple[str, str, str]:
        """A row in its parts: name, picture, numbers."""
        drawn = ""
        if self.picture and row.trend:
            drawn = "".join(sign * self.step for sign in strip(row.trend, self.signs))
        elif self.picture:
            drawn = share_bar(row.parts, self.picture, self.signs)
        return self._name(row.name), self._picture(drawn), self._numbers(row.numbers)

    def _line(self, name: str, drawn: str, numbers: Sequence[str]) -> str:
        return f"{self._name(name)}{self._picture(drawn)}{self._numbers(numbers)}".rstrip()

    def _name(self, text: str) -> str:
        return _left(" ".join(text.split()), self.name)

    def _picture(self, drawn: str) -> str:
        return f"  {_left(drawn, self.picture)}" if self.picture else ""

    def _numbers(self, numbers: Sequence[str]) -> str:
        return "".join(f"  {_right(text, wide)}" for text, wide in zip(numbers, self.numbers, strict=False))


def table(section: StatsSection, width: int, signs: ChartSigns = UNICODE) -> StatsTable:
    """The section's table, so wide; where it is too narrow, first the picture goes, then columns from the right."""
    _, *heads = section.heads
    columns = [[head, *(row.numbers[place] for row in section.rows)] for place, head in enumerate(heads)]
    wide = [max(map(width_of, column)) for column in columns]
    longest = max(map(width_of, [section.heads[0], *(row.name for row in section.rows)]), default=0)
    drawn = max((len(row.trend) or _SHARE * bool(row.parts) for row in section.rows), default=0)
    least = min(_NAME, longest)

    def taken() -> int:
        return sum(2 + each for each in wide) + (2 + drawn if drawn else 0)

    if width - taken() < least:
        drawn = 0
    while wide and width - taken() < least:
        wide.pop()
    name = min(longest, max(1, width - taken()))
    spare, step = width - taken() - name, 1
    if drawn and any(row.trend for row in section.rows):
        step = min(_WIDEST_STEP, 1 + spare // drawn)
        drawn = max(drawn * step, min(width_of(section.drawn), drawn + spare))  # its heading has room, if there is any
    elif drawn:
        drawn = min(_LONGEST_SHARE, drawn + spare)
    return StatsTable(section, name, drawn, step, tuple(wide), signs)


def markdown_table(section: StatsSection) -> str:
    """The section's title and rows, as Markdown."""
    lines = [f"## {plain(section.title)}", "", f"{plain(section.about)}", ""]
    lines += [_row(section.heads), _row(["---", *["---:"] * (len(section.heads) - 1)])]
    lines += [_row([plain(row.name), *row.numbers]) for row in section.rows]
    return "\n".join(lines) + "\n"


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def _left(text: str, cells: int) -> str:
    text = ellipsis(text, cells)
    return text + " " * (cells - width_of(text))


def _right(text: str, cells: int) -> str:
    return " " * (cells - width_of(text)) + text
