"""Rows of any heights in a view of any height: what every move must keep, and that only the rows near are asked."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_digest.tui.widgets.row_layout import RowLayout


@dataclass
class Rows:
    """A list, and what was asked of it."""

    heights: list[int]
    lines: int
    gap: int = 0
    margin: int = 1

    def __post_init__(self) -> None:
        self.asked = Counter[int]()
        self.layout = RowLayout(self.height)
        self.layout.count, self.layout.lines, self.layout.gap = len(self.heights), self.lines, self.gap

    def height(self, index: int) -> int:
        self.asked[index] += 1
        return self.heights[index]

    def whole(self, top: int) -> list[int]:
        """The rows of which every line is in view."""
        seen = Counter(index for index, line in self.layout.in_view(top) if line < self.heights[index])
        return [index for index, lines in sorted(seen.items()) if lines == self.heights[index]]

    def end_in_view(self, top: int) -> bool:
        return len(self.heights) - 1 in self.whole(top)


LISTS = st.builds(
    Rows,
    st.lists(st.integers(1, 4), min_size=1, max_size=60),
    st.integers(1, 14),
    st.integers(0, 2),
    st.integers(0, 2),
)


def stands_right(rows: Rows, top: int, cursor: int) -> None:
    """The cursor's row is wholly seen, or fills the view; no line is wasted below the end; lines follow one another."""
    view = list(rows.layout.in_view(top))
    assert 0 <= top <= rows.layout.max_top
    assert cursor in rows.whole(top) or (top == cursor and rows.heights[cursor] > rows.lines)
    wanted = [(i, line) for i in range(top, len(rows.heights)) for line in range(rows.heights[i] + rows.gap)]
    assert view == wanted[: rows.lines], "every line of every row from the top on, once"
    for y, (index, line) in enumerate(view):
        assert rows.layout.line_of(top, index) == y - line
    if top:
        assert not rows.end_in_view(top - 1), "at the end the view is as full as whole rows make it"


@given(
    LISTS,
    st.lists(
        st.tuples(st.sampled_from(["step", "page", "half", "goto", "wheel", "turn", "size"]), st.integers(-70, 70))
    ),
)
def test_any_moves_through_any_heights(rows: Rows, moves: list[tuple[str, int]]) -> None:
    layout, last = rows.layout, len(rows.heights) - 1
    top, cursor = layout.shown(0, 0, rows.margin), 0
    for move, n in moves:
        if move in ("page", "half"):
            top, cursor = layout.leap(top, cursor, rows.margin, (n or 1) * getattr(layout, move)())
        elif move in ("step", "goto"):
            cursor = min(max(0, n if move == "goto" else cursor + n), last)
            top = layout.shown(top, cursor, rows.margin)
        elif move == "size":
            rows.lines = layout.lines = abs(n) % 14 + 1
            top = layout.shown(top, cursor, rows.margin)
        else:
            top = layout.wheeled(top, n or 1) if move == "wheel" else layout.turned(top, 1 if n > 0 else -1)
            assert 0 <= top <= layout.max_top
            top = layout.shown(top, cursor, rows.margin)
        stands_right(rows, top, cursor)
        assert layout.shown(top, cursor, rows.margin) == top, "to look again moves nothing"


@given(LISTS, st.data())
def test_down_and_up_again_returns(rows: Rows, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(rows.heights) - 1))
    steps = data.draw(st.integers(0, 20))
    top, way = rows.layout.shown(0, start, rows.margin), []
    for cursor in range(start, min(start + steps, len(rows.heights) - 1) + 1):
        top = rows.layout.shown(top, cursor, rows.margin)
        way.append(cursor)
        stands_right(rows, top, cursor)
    for cursor in reversed(way):
        top = rows.layout.shown(top, cursor, rows.margin)
        stands_right(rows, top, cursor)
    assert cursor == start


@given(LISTS, st.sampled_from(["page", "half"]), st.booleans())
def test_leaves_that_are_turned_show_every_row(rows: Rows, leaf: str, down: bool) -> None:
    """From one end to the other every row is wholly seen on the way, where it can be, and every leap leads on."""
    layout, last = rows.layout, len(rows.heights) - 1
    cursor, goal, way = (0, last, 1) if down else (last, 0, -1)
    top = layout.shown(layout.within(cursor), cursor, rows.margin)
    seen = {*rows.whole(top), top}
    while cursor != goal:
        before = top, cursor
        top, cursor = layout.leap(top, cursor, rows.margin, way * getattr(layout, leaf)())
        assert ((top - before[0]) * way, (cursor - before[1]) * way) > (0, 0) or (cursor - before[1]) * way > 0
        assert (top - before[0]) * way >= 0
        stands_right(rows, top, cursor)
        seen |= {*rows.whole(top), top}
    assert seen == set(range(last + 1))


@given(LISTS, st.booleans())
def test_the_bar_and_the_wheel_show_every_row(rows: Rows, wheel: bool) -> None:
    layout, top, seen = rows.layout, 0, set[int]()
    for way in (1, -1):
        seen.clear()
        while True:
            seen |= {index for index, _ in layout.in_view(top)} if wheel else {*rows.whole(top), top}
            further = layout.wheeled(top, 3 * way) if wheel else layout.turned(top, way)
            if further == top:
                break
            assert (further - top) * way > 0
            top = further
        assert top == (layout.max_top if way > 0 else 0)
        if wheel and rows.lines < 3 + max(rows.heights) + rows.gap:
            continue  # a notch of the wheel is more than such a view
        assert seen == set(range(len(rows.heights)))


@given(LISTS, st.data())
def test_a_row_is_put_in_the_middle_or_on_a_line(rows: Rows, data: st.DataObject) -> None:
    layout = rows.layout
    cursor = data.draw(st.integers(0, len(rows.heights) - 1))
    line = data.draw(st.integers(0, rows.lines - 1))
    top = layout.at_line(cursor, line)
    assert layout.line_of(top, cursor) is not None
    above = line - (layout.line_of(top, cursor) or 0)
    assert above == 0 or top == 0 or above < rows.heights[top - 1] + rows.gap, "no other row would fit above"
    stands_right(rows, layout.shown(layout.middle(cursor), cursor, rows.margin), cursor)


@given(LISTS, st.data())
def test_rows_above_the_cursor_are_shown_with_it_where_there_is_room(rows: Rows, data: st.DataObject) -> None:
    cursor = data.draw(st.integers(0, len(rows.heights) - 1))
    first = data.draw(st.integers(0, cursor))
    top = rows.layout.shown(cursor, cursor, rows.margin, first)
    stands_right(rows, top, cursor)
    least = next(t for t in range(first, cursor + 1) if cursor in rows.whole(t) or t == cursor)
    assert top <= least


@pytest.mark.parametrize("gap", [0, 1])
def test_of_a_million_rows_only_those_near_are_asked(gap: int) -> None:
    million = Rows([1, 3, 2, 2] * 250_000, lines=40, gap=gap)
    layout, top, cursor = million.layout, 0, 0
    for cursor in (0, 1, 500_000, 500_001, 999_999, 999_998, 3, 700_000):
        million.asked.clear()
        top = layout.shown(top, cursor, 1)
        assert len(list(layout.in_view(top))) > 36
        assert len(million.asked) < 130, cursor
        assert all(abs(row - top) < 60 for row in million.asked)
    for lines in (layout.page(), -layout.page(), layout.half(), -layout.half()):
        million.asked.clear()
        top, cursor = layout.leap(top, cursor, 1, lines)
        assert len(million.asked) < 130
    million.asked.clear()
    top, cursor = layout.leap(top, cursor, 1, -10_000 * layout.half())
    assert len(million.asked) < 130
    assert abs(700_000 - cursor - 10_000 * 20 // (2 + gap)) < 20_000, "a long leap is reckoned from the rows around"
