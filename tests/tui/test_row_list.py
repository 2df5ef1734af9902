"""The list widget: cursor and view at any size and length, what it posts, what it repaints, the mouse."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual import events
from textual.app import ComposeResult
from textual.message import Message

from tests.tui.reading import InkApp
from tui_digest.tui.widgets.row_list import RowList
from tui_digest.tui.widgets.row_pieces import Piece, cells, clip, printable, spread
from tui_digest.tui.widgets.scrollbar import thumb, top_at

SIZES = [(120, 40), (80, 24), (40, 10)]


class Numbered:
    """Rows that tell their number; those in `headings` cannot be stood on. Counts what is asked of it."""

    def __init__(self, count: int, headings: Sequence[int] = ()) -> None:
        self.count = count
        self.headings = frozenset(headings)
        self.asked: list[int] = []

    def __len__(self) -> int:
        return self.count

    def selectable(self, index: int) -> bool:
        return index not in self.headings

    def row(self, index: int, width: int) -> Sequence[Sequence[Piece]]:
        self.asked.append(index)
        name = "strong" if self.selectable(index) else "heading"
        return [spread([(f"행 {index}", name)], [(str(index), "muted")], width), [("facts [/] of it", "accent")]]


class ListApp(InkApp):
    def __init__(self, source: Numbered, row_lines: int = 1, cursor: int = 0, top: int | None = None) -> None:
        super().__init__()
        self.source, self.start = source, (cursor, top)
        self.rows = RowList(row_lines=row_lines, empty_text="아무것도 없습니다", id="rows")
        self.heard: list[Message] = []

    def compose(self) -> ComposeResult:
        yield self.rows

    def on_mount(self) -> None:
        self.rows.set_rows(self.source, *self.start)
        self.rows.focus()

    def on_row_list_highlighted(self, message: RowList.Highlighted) -> None:
        self.heard.append(message)

    def on_row_list_chosen(self, message: RowList.Chosen) -> None:
        self.heard.append(message)

    def line(self, y: int) -> str:
        return "".join(segment.text for segment in self.rows.render_lines(self.rows.size.region)[y])


def in_view(app: ListApp) -> bool:
    """Whether all lines of the cursor's row are painted."""
    strips = app.rows.render_lines(app.rows.size.region)
    bars = sum(strip.text.startswith("▌") for strip in strips)
    return bars == len(app.source.row(app.rows.cursor, 80)[: app.rows.row_lines])


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("count", [0, 1, 500, 100_000])
async def test_any_length_at_any_size(count: int, size: tuple[int, int]) -> None:
    app = ListApp(Numbered(count), row_lines=2)
    async with app.run_test(size=size) as pilot:
        rows = app.rows
        assert rows.cursor == min(0, count - 1)
        acts: list[Callable[[], bool]] = [
            lambda: rows.move(1),
            lambda: rows.page(1),
            lambda: rows.half_page(1),
            rows.last,
            lambda: rows.page(-1),
            lambda: rows.half_page(-1),
            lambda: rows.move(-3),
            lambda: rows.goto(count // 2),
            lambda: rows.move(999_999),
            lambda: rows.goto(-5),
        ]
        for act in acts:
            act()
            await pilot.pause()
            assert 0 <= rows.top <= rows.max_top
            assert not count or in_view(app)
        assert len(app.source.asked) < 8 * size[1] + 40


async def test_a_gap_parts_rows_and_goes_again() -> None:
    app = ListApp(Numbered(500), row_lines=2)
    async with app.run_test(size=(40, 12)) as pilot:

        def drawn() -> list[str]:
            return [app.line(y)[:5].strip(" ▌") for y in range(7)]

        app.rows.set_gap(1)
        assert drawn() == ["행 0", "fact", "", "행 1", "fact", "", "행 2"]
        await pilot.click("#rows", offset=(5, 6))
        assert app.rows.cursor == 2
        app.rows.first()
        app.rows.set_gap(3)
        assert drawn() == ["행 0", "fact", "", "", "", "행 1", "fact"]
        app.rows.set_gap(0)
        assert drawn() == ["행 0", "fact", "행 1", "fact", "행 2", "fact", "행 3"]
        app.rows.row_lines = 1
        assert drawn() == [f"행 {n}" for n in range(7)]


class Uneven(Numbered):
    """Rows of one line to four, the first line numbered."""

    def lines_of(self, index: int) -> int:
        return index * 7 % 4 + 1

    def row(self, index: int, width: int) -> Sequence[Sequence[Piece]]:
        return [[(f"행 {index}" if not line else "…", "text")] for line in range(self.lines_of(index))]


async def test_each_row_is_as_high_as_its_lines() -> None:
    app = ListApp(Uneven(1_000_000), row_lines=3)
    async with app.run_test(size=(40, 10)) as pilot:

        def drawn() -> list[str]:
            return [app.line(y)[:-1].rstrip() for y in range(10)]

        assert drawn() == ["▌행 0", " 행 1", " …", " …", " 행 2", " …", " …", " 행 3", " …", " 행 4"]
        for y, row in ((3, 1), (9, 4), (5, 2)):
            await pilot.click("#rows", offset=(5, y))
            assert app.rows.cursor == row
            assert app.rows.top == 0
        await pilot.click("#rows", offset=(5, 4))
        await pilot.pause()
        assert [(type(m), m.index) for m in app.heard][-1] == (RowList.Chosen, 2)  # type: ignore[attr-defined]
        app.rows.page(1)
        assert drawn()[0] == " 행 5", "a page begins with what was not wholly seen"
        app.source.asked.clear()
        app.rows.last()
        assert in_view(app)
        assert (app.rows.cursor, app.rows.top) == (999_999, app.rows.max_top)
        assert "┃" in app.line(9)
        app.rows.goto(500_000)
        assert in_view(app)
        assert len(app.source.asked) < 40


async def test_a_row_that_grows_moves_those_below_and_keeps_the_cursor_in_view() -> None:
    app = ListApp(Uneven(50), row_lines=4)
    async with app.run_test(size=(40, 10)) as pilot:
        app.rows.goto(3)
        app.source.lines_of = lambda index: 4  # type: ignore[attr-defined]
        app.rows.refresh_rows()
        await pilot.pause()
        assert in_view(app)
        assert [app.line(y)[:3].strip(" ▌") for y in range(0, 10, 4)] == ["행", "행", "행"]
        await pilot.resize_terminal(40, 3)
        await pilot.pause()
        assert app.line(0).startswith("▌행 3"), "of a row higher than the view its beginning is seen"


async def test_no_rows_say_so() -> None:
    app = ListApp(Numbered(0))
    async with app.run_test(size=(40, 10)):
        assert app.line(1).strip() == "아무것도 없습니다"
        assert not app.rows.move(1)
        assert not app.rows.last()
        app.rows.choose()
        assert app.heard == []


async def test_a_move_asks_for_no_row_and_posts_once() -> None:
    app = ListApp(Numbered(500))
    async with app.run_test(size=(40, 10)) as pilot:
        app.source.asked.clear()
        assert app.rows.move(1)
        await pilot.pause()
        assert app.source.asked == []
        (message,) = app.heard
        assert isinstance(message, RowList.Highlighted)
        assert (message.row_list, message.index) == (app.rows, 1)
        assert not app.rows.goto(1)
        assert app.rows.move(-1)
        assert not app.rows.move(-1)


async def test_the_cursor_keeps_a_margin_until_the_ends() -> None:
    app = ListApp(Numbered(50))
    async with app.run_test(size=(40, 10)):
        for _ in range(8):
            app.rows.move(1)
        assert (app.rows.cursor, app.rows.top) == (8, 1)
        app.rows.last()
        assert (app.rows.cursor, app.rows.top) == (49, 40)
        app.rows.move(-7)
        assert (app.rows.cursor, app.rows.top) == (42, 40)
        app.rows.move(-1)
        assert (app.rows.cursor, app.rows.top) == (41, 39)


async def test_headings_are_passed_over_and_shown() -> None:
    app = ListApp(Numbered(60, headings=[0, 1, 5, 59]))
    async with app.run_test(size=(40, 10)):
        rows = app.rows
        assert rows.cursor == 2
        rows.goto(4)
        rows.move(1)
        assert rows.cursor == 6
        rows.move(-1)
        assert rows.cursor == 4
        rows.last()
        assert rows.cursor == 58
        assert not rows.move(1)
        rows.first()
        assert (rows.cursor, rows.top) == (2, 0)
        assert app.line(0).startswith(" 행 0")
        assert app.line(2).startswith("▌행 2")


async def test_a_count_passes_over_headings_like_single_keys() -> None:
    app = ListApp(Numbered(12, headings=[0, 3, 4, 7]), cursor=1)
    async with app.run_test(size=(60, 20)) as pilot:
        await pilot.pause()
        for times, expected in ((3, 6), (1, 8), (-2, 5), (99, 11), (1, 11), (-99, 1)):
            app.rows.step(times)
            assert app.rows.cursor == expected


async def test_a_list_of_headings_has_no_cursor() -> None:
    app = ListApp(Numbered(3, headings=[0, 1, 2]))
    async with app.run_test(size=(40, 10)):
        assert app.rows.cursor == -1
        assert not app.rows.move(1)
        assert not app.rows.page(1)


async def test_pages_move_view_and_cursor_together() -> None:
    app = ListApp(Numbered(500))
    async with app.run_test(size=(40, 10)):
        app.rows.goto(4)
        app.rows.page(1)
        assert (app.rows.cursor, app.rows.top) == (14, 10)
        app.rows.half_page(-1)
        assert (app.rows.cursor, app.rows.top) == (9, 5)


@pytest.mark.parametrize(
    ("cursor", "top", "expected"), [(0, None, 0), (250, None, 245), (250, 243, 243), (250, 9, 243)]
)
async def test_a_place_is_restored(cursor: int, top: int | None, expected: int) -> None:
    app = ListApp(Numbered(500), cursor=cursor, top=top)
    async with app.run_test(size=(40, 10)):
        assert (app.rows.cursor, app.rows.top) == (cursor, expected)
        app.rows.set_rows(Numbered(3), cursor=cursor, top=top)
        assert (app.rows.cursor, app.rows.top) == (min(cursor, 2), 0)
        assert app.heard == []


async def test_a_place_restored_in_a_smaller_view_stays_when_the_view_grows_back() -> None:
    app = ListApp(Numbered(500), cursor=250, top=243)
    async with app.run_test(size=(40, 9)) as pilot:
        assert app.rows.top == 244
        await pilot.resize_terminal(40, 10)
        await pilot.pause()
        assert (app.rows.cursor, app.rows.top) == (250, 243)
        app.rows.goto(260)
        await pilot.resize_terminal(40, 20)
        await pilot.pause()
        assert (app.rows.cursor, app.rows.top) == (260, 253)


async def test_the_cursor_stays_in_view_when_the_window_shrinks() -> None:
    app = ListApp(Numbered(500), cursor=30)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.resize_terminal(40, 10)
        await pilot.pause()
        assert in_view(app)
        assert app.line(app.rows.cursor - app.rows.top).startswith("▌행 30")


async def test_only_rows_in_view_are_asked_for_again() -> None:
    app = ListApp(Numbered(500), row_lines=2)
    async with app.run_test(size=(40, 10)) as pilot:
        app.source.asked.clear()
        app.rows.refresh_rows()
        await pilot.pause()
        assert sorted(app.source.asked) == [0, 1, 2, 3, 4]


async def test_data_is_no_markup_and_lines_have_the_width() -> None:
    app = ListApp(Numbered(500), row_lines=2)
    async with app.run_test(size=(41, 11)):
        assert "facts [/] of it" in app.line(1)
        assert {strip.cell_length for strip in app.rows.render_lines(app.rows.size.region)} == {41}


async def test_focus_shows_on_the_cursor_row() -> None:
    app = ListApp(Numbered(5))
    async with app.run_test(size=(40, 10)) as pilot:

        def backgrounds() -> list[object]:
            strips = app.rows.render_lines(app.rows.size.region)
            return [strip._segments[1].style.bgcolor for strip in strips[:2]]  # type: ignore[union-attr]

        focused, plain = backgrounds()
        app.set_focus(None)
        await pilot.pause()
        blurred, plain_again = backgrounds()
        assert len({focused, blurred, plain}) == 3
        assert plain == plain_again


async def test_the_wheel_moves_the_view_and_leaves_the_cursor() -> None:
    app = ListApp(Numbered(500))
    async with app.run_test(size=(40, 10)) as pilot:
        await pilot._post_mouse_events([events.MouseScrollDown], "#rows", button=0)
        await pilot.pause()
        assert (app.rows.top, app.rows.cursor) == (3, 0)
        assert app.heard == []
        for _ in range(9):
            await pilot._post_mouse_events([events.MouseScrollDown], "#rows", button=0)
        assert (app.rows.top, app.rows.cursor) == (30, 0)
        app.rows.move(1)
        assert (app.rows.top, app.rows.cursor) == (0, 1), "a key brings the cursor back into view"
        await pilot._post_mouse_events([events.MouseScrollDown], "#rows", button=0)
        await pilot._post_mouse_events([events.MouseScrollUp], "#rows", button=0)
        assert (app.rows.top, app.rows.cursor) == (0, 1)


async def test_clicks_go_to_a_row_and_choose_it() -> None:
    app = ListApp(Numbered(500, headings=[1]), row_lines=2)
    async with app.run_test(size=(40, 10)) as pilot:
        await pilot.click("#rows", offset=(5, 5))
        await pilot.pause()
        assert app.rows.cursor == 2
        await pilot.click("#rows", offset=(5, 3))
        await pilot.pause()
        assert app.rows.cursor == 2
        await pilot.click("#rows", offset=(5, 4))
        await pilot.pause()
        assert [(type(m), m.index) for m in app.heard] == [(RowList.Highlighted, 2), (RowList.Chosen, 2)]  # type: ignore[attr-defined]


async def test_the_thumb_is_dragged_and_the_track_turns_pages() -> None:
    app = ListApp(Numbered(100))
    async with app.run_test(size=(40, 10)) as pilot:
        await pilot.mouse_down("#rows", offset=(39, 0))
        await pilot.hover("#rows", offset=(39, 9))
        await pilot.mouse_up("#rows", offset=(39, 9))
        await pilot.pause()
        assert app.rows.top == 90
        assert app.rows.cursor == 0
        await pilot.hover("#rows", offset=(39, 2))
        assert app.rows.top == 90
        await pilot.click("#rows", offset=(39, 2))
        assert app.rows.top == 80
        await pilot.click("#rows", offset=(5, 7))
        assert app.rows.cursor == 87
        assert "┃" in app.line(8)


@given(st.integers(0, 60), st.integers(0, 10**6), st.integers(1, 60), st.data())
def test_the_thumb_stays_on_its_bar(height: int, total: int, shown: int, data: st.DataObject) -> None:
    top = data.draw(st.integers(0, max(0, total - shown)))
    bar = thumb(height, total, shown, top)
    if bar is None:
        assert total <= shown or height < 1
        return
    assert bar.start >= 0
    assert bar.start + bar.size <= height
    if 0 < top < total - shown and height - bar.size > 1:
        assert 0 < bar.start < height - bar.size
    assert 0 <= top_at(height, total, shown, bar.start) <= total - shown
    assert top_at(height, total, shown, -3) == 0
    assert height == bar.size or top_at(height, total, shown, height) == total - shown


PIECES = st.lists(st.tuples(st.text(alphabet="ab 한글…", max_size=12), st.sampled_from(["text", "muted"])), max_size=5)


@given(PIECES, PIECES, st.integers(0, 40))
def test_pieces_fit(left: list[Piece], right: list[Piece], width: int) -> None:
    assert cells(clip(left, width)) <= width
    line = spread(left, right, width)
    assert cells(line) <= width
    if 0 < cells(right) < width:
        assert line[len(line) - len(right) :] == right
        assert cells(line) == width


def test_clipping_says_that_something_is_left_out() -> None:
    assert clip([("abc", "text"), ("def", "muted")], 5) == [("abc", "text"), ("d…", "muted")]
    assert clip([("abc", "text"), ("def", "muted")], 3) == [("ab…", "text")]
    assert clip([("abc", "text"), ("def", "muted")], 6) == [("abc", "text"), ("def", "muted")]


def test_what_would_move_the_cursor_is_a_blank() -> None:
    assert printable("a\tb\x1b[31m\u202ec\nd") == "a b [31m c d"
    assert printable("한글\xa0ok") == "한글\xa0ok"
