"""The first run: a starter library to read, one line about it, and a way to put it away."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.builders import home
from tests.tui.reading import offered, reading, until
from tui_digest.library import Library


@pytest.mark.parametrize("size", [(80, 24), (100, 30), (120, 40), (200, 60)])
@pytest.mark.parametrize("lang", ["en", "ko"])
async def test_one_line_says_how_to_import_and_how_to_put_away(
    tmp_path: Path, size: tuple[int, int], lang: str
) -> None:
    library = Library.open(home(tmp_path))
    async with reading(library, size=size, lang=lang) as (_, screen):
        line = "".join(segment.text for segment in screen.panes.notice.render_line(0))
        assert "tui-digest import" in line
        assert "Ctrl+p" in line
        assert "…" not in line
        assert len(screen.state.rows) > 0


async def test_the_palette_puts_them_away_and_brings_them_back(tmp_path: Path) -> None:
    library = Library.open(home(tmp_path))
    async with reading(library) as (pilot, screen):
        await pilot.press("s")
        for expected in (False, True):
            await pilot.press("ctrl+p")
            await pilot.pause()
            await pilot.press(*"starter digests")
            await until(pilot, lambda: "tarter digests" in offered(pilot))
            await pilot.press("enter")
            await until(pilot, lambda: len(pilot.app.screen_stack) == 1)
            assert library.imports.starters_on is expected
            assert bool(len(screen.state.rows)) is expected
            assert screen.panes.notice.display is expected
        starred = [key for key in library.lists.entries(None).keys if library.marks.of(key).starred]
        assert len(starred) == 1, "the mark stayed while they were away"
