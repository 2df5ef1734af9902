"""What is handed to the painter: nothing of an old list may stay, and a mark paints no more than what it changes."""

from __future__ import annotations

from typing import Any

import pytest
from textual.geometry import Region

from tests.tui.reading import reading, until
from tui_digest.library import Library
from tui_digest.tui.screens.main import MainScreen
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
