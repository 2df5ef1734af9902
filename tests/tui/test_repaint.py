"""What is handed to the painter: nothing of an old list may stay, and a mark paints no more than what it changes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest
from textual._compositor import Compositor
from textual.dom import DOMNode
from textual.geometry import Region
from textual.screen import Screen
from textual.widgets import Input

from tests.tui.reading import reading, until
from tui_digest.library import Library
from tui_digest.tui.screens.main import MainScreen
from tui_digest.tui.screens.triage import TriageScreen
from tui_digest.tui.terminal.sparing_compositor import SparingCompositor
from tui_digest.tui.widgets.in_turn import InTurn


def painting(screen: MainScreen, monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
    """What the list of entries has painted again from now on: nothing named is all of it."""
    asked: list[tuple[Any, ...]] = []
    refresh = screen.panes.entries.list.refresh

    def heard(*regions: Any, **how: Any) -> Any:
        asked.append(regions)
        return refresh(*regions, **how)

    monkeypatch.setattr(screen.panes.entries.list, "refresh", heard)
    return asked


async def test_other_rows_paint_the_whole_list(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    async with reading(library) as (pilot, screen):
        asked = painting(screen, monkeypatch)
        screen.panes.show_asked(screen.state.write("sparse"))
        await pilot.pause()
        assert () in asked


async def test_a_star_paints_a_row(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    async with reading(library) as (pilot, screen):
        asked = painting(screen, monkeypatch)
        await pilot.press("s")
        await pilot.pause()
        assert [len(regions) for regions in asked] == [1]


class Drawing:
    """The lines that widgets draw from now on, by the widget's id, and how often the screen is composed."""

    def __init__(self, screen: MainScreen, monkeypatch: pytest.MonkeyPatch) -> None:
        self.lines: dict[str, list[int]] = {"weeks": [], "tags": [], "entries": [], "entry": []}
        self.composed = 0
        for name in self.lines:
            widget = screen.query_one(f"#{name}")
            monkeypatch.setattr(widget, "render_line", self._heard(widget, name))
        screen.app.watched = True  # type: ignore[attr-defined]
        compose = Compositor.render_update

        def counted(*args: Any, **options: Any) -> Any:
            self.composed += 1
            return compose(*args, **options)

        monkeypatch.setattr(Compositor, "render_update", counted)

    def _heard(self, widget: Any, name: str) -> Any:
        render, lines = widget.render_line, self.lines[name]

        def heard(y: int) -> Any:
            lines.append(y)
            return render(y)

        return heard


async def test_a_screen_that_comes_is_drawn_once(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    compose, parts = SparingCompositor.render_full_update, SparingCompositor.render_partial_update
    drawn: list[object] = []

    def whole(self: SparingCompositor, simplify: bool = False) -> Any:
        drawn.append("whole")
        return compose(self, simplify)

    def part(self: SparingCompositor) -> Any:
        found = parts(self)
        if found is not None:
            drawn.extend(y for y, *_ in found.pieces)
        return found

    monkeypatch.setattr(SparingCompositor, "render_full_update", whole)
    monkeypatch.setattr(SparingCompositor, "render_partial_update", part)
    async with reading(library) as (pilot, screen):
        await pilot.pause()
        assert drawn == ["whole"]
        await pilot.press("?")
        await until(pilot, lambda: pilot.app.screen is not screen)
        drawn.clear()
        await pilot.press("escape")
        await until(pilot, lambda: pilot.app.screen is screen)
        await pilot.pause()
        assert "whole" in drawn, "what stood over it is gone"
        drawn.clear()
        screen.refresh()
        await pilot.pause()
        assert "whole" in drawn or len({*drawn}) == screen.size.height, "who asks for it gets it"


async def test_a_screen_that_comes_while_nothing_is_drawn_is_drawn_when_asked(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with reading(library) as (pilot, _):
        with pilot.app.batch_update():
            await pilot.press("T")
            await until(pilot, lambda: isinstance(pilot.app.screen, TriageScreen))
            await pilot.pause()
        await pilot.pause()
        asked = []
        monkeypatch.setattr(Screen, "refresh", lambda screen, *regions, **how: asked.append(regions))
        pilot.app.screen.refresh()
        assert asked == [()]
        monkeypatch.undo()


async def test_a_star_draws_the_lines_that_it_changes(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    async with reading(library) as (pilot, screen):
        await pilot.pause()
        drawing = Drawing(screen, monkeypatch)
        await pilot.press("s")
        await pilot.pause()
        assert drawing.composed == 1
        assert len(drawing.lines["entry"]) < 4
        assert 0 < len(drawing.lines["entries"]) < 5  # a row
        assert len(drawing.lines["weeks"]) < 4
        assert drawing.lines["tags"] == []


async def test_a_row_down_draws_two_rows_and_another_entry(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    async with reading(library) as (pilot, screen):
        await pilot.pause()
        drawing = Drawing(screen, monkeypatch)
        await pilot.press("j")
        await pilot.pause()
        assert drawing.composed <= 2  # the list at once, the entry when no other key came
        assert 0 < len(drawing.lines["entries"]) < 10  # two rows
        assert sorted(drawing.lines["entry"]) == list(range(screen.panes.entry.body.size.height))
        assert drawing.lines["weeks"] == drawing.lines["tags"] == []


async def test_a_letter_in_the_box_lays_nothing_out(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    async with reading(library) as (pilot, screen):
        await pilot.press("/")
        await pilot.pause()
        laid_out, reflow = list[object](), Compositor.reflow

        def heard(*args: Any, **options: Any) -> Any:
            laid_out.append(args)
            return reflow(*args, **options)

        monkeypatch.setattr(Compositor, "reflow", heard)
        for key in (*"sparse", "backspace", "left"):
            await pilot.press(key)
            await pilot.pause()
        assert screen.state.text == "spars"
        assert laid_out == []
        box = pilot.app.focused
        assert isinstance(box, Input)
        box.value, box.cursor_position = "long " * 60, 300
        await pilot.pause()
        assert box.scroll_x + box.size.width >= box.content_width > 2 * box.size.width, "its end is in view"


async def test_the_box_gives_no_other_widget_another_style(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    async with reading(library) as (pilot, screen):
        await pilot.pause()
        styled: list[DOMNode] = []
        update = pilot.app.stylesheet.update_nodes

        def heard(nodes: Iterable[DOMNode], animate: bool = False) -> None:
            styled.extend(nodes := list(nodes))
            update(nodes, animate)

        monkeypatch.setattr(pilot.app.stylesheet, "update_nodes", heard)
        await pilot.press("/", "x", "escape")
        await pilot.pause()
        assert screen not in styled


async def test_an_entry_shown_again_as_it_is_draws_nothing(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    async with reading(library) as (pilot, screen):
        await pilot.pause()
        drawing = Drawing(screen, monkeypatch)
        screen.show_entry(top=None)
        await pilot.pause()
        assert drawing.lines["entry"] == []


@pytest.mark.parametrize("key", ["e", "#", "/", "?"], ids=["note", "tags", "search", "help"])
async def test_a_box_that_was_left_may_be_painted_once_more(library: Library, key: str) -> None:
    """It is taken away beside the keys: the screen may be painted when it is gone and not yet laid out without it."""
    async with reading(library) as (pilot, _):
        await pilot.press(key, *("/" if key == "?" else ""))
        await pilot.pause()
        box = pilot.app.focused
        assert isinstance(box, InTurn)
        size = box.size
        box.refresh()
        await pilot.press("escape")
        await until(pilot, lambda: not box.is_attached)
        box.refresh()
        strips = box.render_lines(Region(0, 0, size.width, size.height))
        assert [strip.cell_length for strip in strips] == [size.width] * size.height
