"""The screen is arranged by keys: it holds at once, at the next start, and never leaves a pane without room."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from tests.builders import home
from tests.tui.reading import library_of, reading, told
from tui_digest.library import Library
from tui_digest.models import Arrangement
from tui_digest.settings.config import Settings

LONG = f"""2023년 7월 5주차
https://arxiv.org/abs/2307.00001
Long Lines (Ada One)
{"낱말 words " * 60}
{"둘째 문단 second " * 40}
"""


async def test_panes_grow_and_shrink_and_stay_so(library: Library) -> None:
    async with reading(library) as (pilot, screen):
        before = screen.panes.entries.list.size.width
        await pilot.press("w", "l")
        await pilot.pause()
        assert screen.panes.entries.list.size.width == before + 4
        await pilot.press("2", "<")
        await pilot.pause()
        assert screen.panes.entries.list.size.width == before - 4
        await pilot.press("tab", ">")  # the entry, wider: the list gives way
        await pilot.pause()
        assert screen.panes.entries.list.size.width == before - 8
        await pilot.press("tab", "3", "w", "l")
        await pilot.pause()
        left = screen.panes.weeks.list.size.width
    async with reading(library) as (pilot, screen):
        assert (screen.panes.entries.list.size.width, screen.panes.weeks.list.size.width) == (before - 8, left)
        await pilot.press("w", "r")
        await pilot.pause()
        assert screen.panes.entries.list.size.width == before
        assert library.memory.load_arrangement() == Arrangement()


@pytest.mark.parametrize("size", [(88, 24), (100, 30), (116, 24), (120, 40), (200, 60)])
async def test_no_pane_loses_its_room(library: Library, size: tuple[int, int]) -> None:
    async with reading(library, size=size) as (pilot, screen):
        for pane, key in itertools.product(["weeks", "tags", "entries", "entry"], "><"):
            screen.panes.go_to(pane)
            await pilot.press("9", "9", key, "9", "9", "w", "k")
            await pilot.pause()
            for shown in screen.panes.room.shown:
                rows = {
                    "left": screen.panes.weeks.list,
                    "entries": screen.panes.entries.list,
                    "entry": screen.panes.entry.body,
                }[shown]
                assert rows.size.width >= 18, (pane, key, shown)
                assert rows.size.height >= 3
            if "left" in screen.panes.room.shown:
                assert screen.panes.facets.list.size.height >= 3


async def test_one_pane_alone_says_so(library: Library) -> None:
    async with reading(library, size=(80, 24)) as (pilot, _):
        await pilot.press("w", "l")
        assert told(pilot)[-1] == "One pane fills this terminal"


async def test_lines_of_text_get_longer_and_shorter(tmp_path: Path) -> None:
    library = library_of(home(tmp_path), tmp_path / "digests", LONG)
    async with reading(library, size=(200, 60), settings=Settings(read_after=-1, body_width=60)) as (pilot, screen):
        assert screen.panes.entry.body.text_width == 60
        await pilot.press("w", "w")
        assert screen.panes.entry.body.text_width == 64
        await pilot.press("3", "w", "n")
        assert screen.panes.entry.body.text_width == 52
    async with reading(library, size=(200, 60), settings=Settings(read_after=-1, body_width=60)) as (_, screen):
        assert screen.panes.entry.body.text_width == 52
    # who changes the setting since wants the setting
    async with reading(library, size=(200, 60), settings=Settings(read_after=-1, body_width=70)) as (_, screen):
        assert screen.panes.entry.body.text_width == 70


async def test_density_and_spacing(tmp_path: Path) -> None:
    library = library_of(home(tmp_path), tmp_path / "digests", LONG)
    async with reading(library) as (pilot, screen):
        assert (screen.panes.entries.list.row_height, screen.panes.entry_lines) == (4, 3)  # with the blank line between
        lines = len(screen.panes.entry.body.lines)
        await pilot.press("w", "s")
        assert len(screen.panes.entry.body.lines) < lines
        assert screen.panes.entries.list.row_height == 3
        await pilot.press("w", "d")
        assert (screen.panes.entries.list.row_height, screen.panes.entry_lines) == (2, 2)
        await pilot.press("w", "d")
        assert screen.panes.entry_lines == 1
    async with reading(library) as (pilot, screen):
        assert screen.panes.entry_lines == 1
        await pilot.press("w", "d")
        assert screen.panes.entry_lines == 3


def test_an_arrangement_that_cannot_be_read_is_none(library: Library) -> None:
    library.memory.save_arrangement(Arrangement(left=4, chosen=(("body_width", 80, 72),)))
    assert library.memory.load_arrangement() == Arrangement(left=4, chosen=(("body_width", 80, 72),))
    for wrong in (b"", b"{", b"[]", b'{"schema_version":1,"left":"x"}', b'{"schema_version":1,"chosen":[[1]]}'):
        library.paths.arrangement.write_bytes(wrong)
        assert library.memory.load_arrangement() == Arrangement()
