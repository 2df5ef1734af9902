"""Pictures of numbers, made of characters: bars on an axis, strips of small bars, and shares of a whole.

Bars and axis are drawn by plotext, which is loaded when the first chart is. What it is told is exact to the cell, and
words stand around its canvas and not in it: it counts a syllable of Hangul as one cell, and it is two.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Sequence
from typing import NamedTuple

_DRAWING = threading.Lock()
"""plotext has one canvas for all of a program."""

_TOWERS = 3
"""So many times as high as the next bar, one is cut short."""

_LEAST_SCALE = 4
"""What a strip's highest bar stands for at least: one paper alone is no tower."""

_WIDEST = 6
"""Cells of a bar, however few there are."""


class ChartSigns(NamedTuple):
    """What pictures are made of; every part has a sign of its own, so that no colour is needed."""

    parts: str
    """Of the parts of a bar, the lowest first."""
    cut: str
    """Across a bar that is higher than the axis."""
    levels: str
    """Of a strip, the lowest first; nothing at all is a blank."""


UNICODE = ChartSigns("█▒░", "≈", "▁▂▃▄▅▆▇█")
ASCII = ChartSigns("#=.", "~", "_.:-=+*#")


class Chart(NamedTuple):
    """A drawn chart."""

    lines: list[str]
    """The highest first; each begins with the axis, and all are as wide."""
    left: int
    """Cells of the axis."""
    columns: list[tuple[int, int]]
    """Of each bar the first cell and the one behind its last, the axis counted."""


def bar_chart(bars: Sequence[Sequence[int]], width: int, height: int, signs: ChartSigns = UNICODE) -> Chart:
    """Bars of stacked parts, given as numbers from 0 on, the lowest first; no bar has more parts than there are signs,
    and there are no more bars than `bars_that_fit`. `width` and `height` are cells, the axis counted."""
    highest = round_up(axis_end(bars))
    ticks = sorted({1: "0", (height + 1) // 2: _number(highest / 2), height: _number(highest)}.items())
    if highest < 2 or height < 3:
        ticks = [ticks[0], ticks[-1]]
    left = max(len(word) for _, word in ticks) + 1
    room = max(1, width - left)
    columns = _columns(len(bars), room)
    points: list[tuple[list[int], list[int]]] = [([], []) for _ in (*signs.parts, signs.cut)]
    for bar, (first, end) in zip(bars, columns, strict=True):
        if sum(bar) > highest and height > 2:  # the sign of it has a row of its own, so that no part is hidden
            cut = height - 2
            drawn = [(low + (low > cut), high + (high > cut)) for low, high in _rows(bar, highest, height - 1)]
            drawn += [(0, 0)] * (len(signs.parts) - len(drawn)) + [(cut, cut + 1)]
        else:
            drawn = _rows(bar, highest, height)
        for part, (low, high) in enumerate(drawn):
            for row in range(low, high):
                points[part][0].extend(range(first + 1, end + 1))
                points[part][1].extend([row + 1] * (end - first))
    lines = _plotted(points, room, height, ticks, left, signs)
    return Chart(lines, left, [(first + left, end + left) for first, end in columns])


def axis_end(bars: Sequence[Sequence[int]]) -> int:
    """How far the axis has to reach: to the highest bar, or to the next where one towers so that the others would be
    told apart no more. That one is cut short."""
    *_, second, highest = sorted([0, 0, *map(sum, bars)])
    return second if second * _TOWERS < highest and second else highest


def bars_that_fit(width: int) -> int:
    """How many bars have room, each with a blank beside it, where an axis of thousands is drawn, too."""
    return max(1, (width - 6) // 2)


def _plotted(
    points: Sequence[tuple[list[int], list[int]]],
    room: int,
    height: int,
    ticks: Sequence[tuple[int, str]],
    left: int,
    signs: ChartSigns,
) -> list[str]:
    """The canvas as lines. The axis stands on the cell before the first column."""
    import plotext

    with _DRAWING:
        plotext.clear_figure()
        plotext.limit_size(False, False)
        plotext.theme("clear")
        plotext.plot_size(room + left, height)
        plotext.frame(False)
        plotext.xaxes(False, False)
        plotext.yaxes(True, False)
        plotext.xticks([])
        plotext.yticks([row for row, _ in ticks], [word for _, word in ticks])
        plotext.xlim(1, room)
        plotext.ylim(1, height)
        for sign, (columns, rows) in zip((*signs.parts, signs.cut), points, strict=True):
            if columns:
                plotext.scatter(columns, rows, marker=sign)
        drawn = plotext.uncolorize(plotext.build())
    if signs is ASCII:
        drawn = drawn.translate(_AXIS)
    return [line.ljust(room + left)[: room + left] for line in drawn.split("\n")[:height]]


_AXIS = str.maketrans("┤│┼", "+|+")


def _columns(bars: int, room: int) -> list[tuple[int, int]]:
    """First cell and end of each bar: all as wide, a blank between them where there is room for it."""
    if not bars:
        return []
    step = max(1, room // bars)
    wide = min(_WIDEST, step - 1) if step > 1 else 1
    step = min(step, wide + 2) if step > 1 else 1
    return [(number * step, number * step + wide) for number in range(bars)]


def _rows(bar: Sequence[int], highest: int, height: int) -> list[tuple[int, int]]:
    """From which row to which each part reaches: what is there at all is seen, as long as there are rows."""
    total = sum(bar)
    if not total:
        return []
    rows = max(1, min(height, round(total / highest * height)))
    parts = shares(bar, rows)
    ends = [sum(parts[: number + 1]) for number in range(len(parts))]
    return list(zip([0, *ends], ends, strict=False))


def shares(parts: Sequence[int], cells: int) -> list[int]:
    """So many cells divided among the parts as their numbers are; a part that is there has a cell, as long as there are
    cells, and the largest part gives it."""
    total = sum(parts)
    if not total:
        return [0] * len(parts)
    exact = [part * cells / total for part in parts]
    found = [math.floor(each) for each in exact]
    for place in sorted(range(len(parts)), key=lambda place: found[place] - exact[place])[: cells - sum(found)]:
        found[place] += 1
    for place in range(len(parts)):
        largest = max(range(len(parts)), key=found.__getitem__)
        if parts[place] and not found[place] and found[largest] > 1:
            found[place], found[largest] = 1, found[largest] - 1
    return found


def share_bar(parts: Sequence[int], cells: int, signs: ChartSigns = UNICODE) -> str:
    """A whole in a line, its parts one behind the other; blank where there is nothing."""
    drawn = "".join(sign * wide for sign, wide in zip(signs.parts, shares(parts, cells), strict=False))
    return drawn.ljust(cells)


def strip(numbers: Sequence[int], signs: ChartSigns = UNICODE) -> str:
    """A small bar for each number, a cell each, the highest being the greatest of them, or `_LEAST_SCALE`; 0 is
    blank."""
    most, levels = max(_LEAST_SCALE, *numbers, 0), len(signs.levels)
    return "".join(signs.levels[max(0, math.ceil(each / most * levels) - 1)] if each else " " for each in numbers)


def round_up(number: int) -> int:
    """The next number that is easily halved and read: 1, 2, 4, 6, 8, 10, 12, 16, 20 …"""
    if number <= 2:
        return max(1, number)
    size: int = 10 ** (len(str(number)) - 1)
    tens = (10, 20, 40, 60, 80, 100) if size == 1 else (10, 12, 16, 20, 24, 30, 40, 50, 60, 80, 100)
    return next(step * size // 10 for step in tens if step * size // 10 >= number)


def _number(number: float) -> str:
    return f"{number:g}" if number < 10_000 else f"{number / 1000:g}k"
