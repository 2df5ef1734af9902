"""No dialog ends the reader, however small the terminal is; what was asked is done, and all of them can be closed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.builders import home
from tests.tui.reading import JULY, library_of, reading
from tui_digest.library import Library
from tui_digest.tui.screens.main import MainScreen

OPENED = (
    "?",
    ", ",
    "ctrl+t",
    "ctrl+p",
    ";",
    "o",
    "/",
    "#",
    "e",
    "v u b",
    "T",
    "V",
    "? /",
    "m c",
    "m c enter",
    "m c G enter",
    "x",
    "x j j l enter",
)
"""Keys that open a dialog, a box or another screen."""
SIZES = [(1, 1), (3, 3), (20, 1), (40, 3), (20, 5)]


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return library_of(home(tmp_path), tmp_path / "digests", JULY)


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
async def test_every_dialog_opens_and_closes(library: Library, size: tuple[int, int]) -> None:
    async with reading(library, size=size) as (pilot, screen):
        await pilot.press("j")  # the paper with two links
        for keys in OPENED:
            await pilot.press(*keys.split())
            await pilot.press("down", "x", "escape", "escape")
            await pilot.pause()
            assert isinstance(pilot.app.screen, MainScreen), keys
            assert pilot.app.is_running, keys
            assert not screen.typing, keys
            screen.narrowing.view_all()


async def test_they_live_through_a_change_of_size(library: Library) -> None:
    async with reading(library, size=(80, 24)) as (pilot, _):
        for keys in ("ctrl+p", "?", ","):
            await pilot.press(keys)
            for size in ((3, 3), (1, 1), (80, 24)):
                await pilot.resize_terminal(*size)
            await pilot.press("escape")
        assert isinstance(pilot.app.screen, MainScreen)


@pytest.mark.parametrize("size", [(40, 3), (20, 5), (120, 40)])
async def test_the_palette_does_what_is_chosen(library: Library, size: tuple[int, int]) -> None:
    async with reading(library, size=size) as (pilot, screen):
        await pilot.press("ctrl+p", *"view: unread", "enter")
        await pilot.pause()
        assert screen.state.view == "unread"
