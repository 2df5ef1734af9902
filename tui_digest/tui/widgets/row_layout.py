"""Where rows of different heights stand in a view. Pure: knows no widget, and no row that is not near.

The view is held by its first row, so nothing has to be known of the rows above it: of a million rows only those in
view, and those next to it, are asked for their height. Every view begins with the first line of a row; the row at its
end may be cut off. The blank lines that part a row from the next are no part of it: they may lie outside.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

_EXACT = 8
"""Views up to which a leap is walked row by row; a longer one is reckoned from the rows around."""


class RowLayout:
    """Rows from 0 to `count` - 1 in a view of `lines` lines, each with `gap` blank lines after it. `height` tells how
    many lines a row takes, one at least; it is asked again each time, so whoever gives it remembers."""

    def __init__(self, height: Callable[[int], int]) -> None:
        self._height = height
        self.count = 0
        self.lines = 0
        self.gap = 0

    def taken(self, index: int) -> int:
        """Lines that a row takes with the blank ones after it."""
        return self._height(index) + self.gap

    @property
    def _room(self) -> int:
        """Lines for rows with their blank lines; those of the last need not be seen."""
        return self.lines + self.gap

    # --- walking ---------------------------------------------------------------------------------------------

    def _down(self, index: int, lines: int) -> int:
        """The last row, or the end, to which it is no more than so many lines from `index`."""
        while lines > 0 and index < self.count and (lines := lines - self.taken(index)) >= 0:
            index += 1
        return index

    def _up(self, index: int, lines: int) -> int:
        """The first row from which it is no more than so many lines to `index`."""
        while lines > 0 and index > 0 and (lines := lines - self.taken(index - 1)) >= 0:
            index -= 1
        return index

    # --- what is in view -------------------------------------------------------------------------------------

    def in_view(self, top: int) -> Iterator[tuple[int, int]]:
        """For each line of the view where there is a row, or blank lines after it: the row, and which of its lines."""
        left = self.lines
        for index in range(top, self.count):
            taken = min(left, self.taken(index))
            for line in range(taken):
                yield index, line
            left -= taken
            if not left:
                return

    def line_of(self, top: int, index: int) -> int | None:
        """The line of the view on which a row begins; None where it does not begin in view."""
        if not 0 <= index - top < self.lines:
            return None
        line = sum(self.taken(above) for above in range(top, index))
        return line if line < self.lines else None

    def end(self, top: int) -> int:
        """The first row below the view that is not wholly seen; that at the top is seen as far as it can be."""
        return min(self.count, max(top + 1, self._down(top, self._room)))

    def top_for(self, last: int) -> int:
        """The first top from which a row is wholly seen; the row itself, where there is no room for all of it."""
        return min(last, self._up(last + 1, self._room))

    @property
    def max_top(self) -> int:
        """The first top from which the end is seen."""
        return self.top_for(self.count - 1) if self.count else 0

    def within(self, top: int) -> int:
        """The nearest top there is."""
        if top <= 0:
            return 0
        # With so many rows below, the end is not in view whatever their heights: none of them is asked.
        return top if self.count - top >= self._room else min(top, self.max_top)

    # --- where the view belongs ------------------------------------------------------------------------------

    def shown(self, top: int, cursor: int, margin: int, first: int | None = None) -> int:
        """The top nearest to `top` from which the cursor's row is wholly seen, and, as far as there is room, `margin`
        rows on either side of it and those from `first` on."""
        first = cursor if first is None else first
        above, below = max(0, cursor - margin), min(self.count - 1, cursor + margin)
        if cursor < 0 or (
            0 <= top <= min(above, first) and below < top + self._room and self._down(top, self._room) > below
        ):
            return self.within(top)  # as it is; no row out of view was asked
        low, high = cursor, self.top_for(cursor)
        for around in range(margin, 0, -1):
            above, needed = max(0, cursor - around), self.top_for(min(self.count - 1, cursor + around))
            if needed <= above:
                low, high = above, needed
                break
        if first < low:
            low = max(first, self.top_for(cursor))
            high = min(high, low)
        return self.within(min(max(top, high), low))

    def at_line(self, cursor: int, line: int) -> int:
        """The top from which the cursor's row begins on that line of the view, or as little above it as can be."""
        return self._up(cursor, line) if cursor > 0 else 0

    def middle(self, cursor: int) -> int:
        """The top from which the cursor's row stands in the middle."""
        return self.at_line(cursor, (self.lines - self._height(cursor) + 1) // 2) if cursor > 0 else 0

    def turned(self, top: int, way: int) -> int:
        """The top a whole view further down (1) or up (-1), which passes over no row."""
        if way > 0:
            return self.within(self.end(top))
        return self.top_for(top - 1) if top > 0 else 0

    def wheeled(self, top: int, lines: int) -> int:
        """The top so many lines further down or (below 0) up, and on to the next whole row."""
        way, left = (1 if lines > 0 else -1), abs(lines)
        while left > 0 and top + min(way, 0) >= 0 and top < self.count:
            left -= self.taken(top + min(way, 0))
            top += way
        return self.within(top)

    # --- leaps -----------------------------------------------------------------------------------------------

    def leap(self, top: int, cursor: int, margin: int, lines: int) -> tuple[int, int]:
        """Top and cursor after both went so many lines down or (below 0) up, by a row at least. One view is turned so
        that no row is passed over."""
        top = self.shown(top, cursor, margin)
        goal, row = (self.within(self._far(top, lines)), min(max(0, self._far(cursor, lines)), self.count - 1))
        if abs(lines) <= self._room:
            way = 1 if lines > 0 else -1
            while row != cursor and (self.shown(goal, row, margin) - goal) * way > 0:
                row -= way
        return self.shown(goal, row, margin), row

    def _far(self, index: int, lines: int) -> int:
        """The row so many lines away, one row at least; it may lie beyond the ends."""
        if abs(lines) > _EXACT * self._room:
            start = self.top_for(index)
            end = self.end(start)
            return index + lines * (end - start) // sum(self.taken(row) for row in range(start, end))
        return max(index + 1, self._down(index, lines)) if lines > 0 else min(index - 1, self._up(index, -lines))

    def page(self) -> int:
        """Lines of a leap by a whole view."""
        return max(1, self._room)

    def half(self) -> int:
        """Lines of a leap by half a view."""
        return max(1, self.lines // 2)
