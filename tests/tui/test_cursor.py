"""The terminal's own cursor stands on the drawn one: an input method shows there what it composes."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual import events
from textual.geometry import Offset
from textual.pilot import Pilot

from tests.builders import home
from tests.tui.reading import JULY, library_of, painted, reading
from tests.tui.terminal import Tmux, needs_tmux
from tui_digest.library import Library

TEXTS = ["ab", "강화학습", "a강", "강화학습과 reinforcement learning을 함께 다룬 글을 찾습니다 그리고 더 길게"]
WAYS = [[], ["left"], ["left", "left"], ["home"], ["end"], ["ctrl+left"], ["end", "backspace"]]
"""Keys that move the cursor, one after the other."""


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return library_of(home(tmp_path), tmp_path / "digests", JULY)


def drawn(pilot: Pilot[None]) -> list[Offset]:
    """Where a cell stands in the text's colour on its background, the other way round: the drawn cursor."""
    focused = pilot.app.focused
    assert focused is not None
    text = focused.styles.color.rich_color if focused.styles.color.a == 1 else focused.rich_style.color
    ink = focused.rich_style.color or text
    found = []
    for y, strip in enumerate(painted(pilot)):
        x = 0
        for segment in strip:
            if segment.style is not None and segment.style.bgcolor == ink and segment.text:
                found.append(Offset(x, y))
            x += segment.cell_length
    return found


@pytest.mark.parametrize("box", ["/", "e", "m t", "ctrl+p", "? /"])
async def test_the_cursor_stands_where_it_is_drawn(library: Library, box: str) -> None:
    async with reading(library, size=(40, 12)) as (pilot, _):
        await pilot.press(*box.split())
        await pilot.pause()
        assert drawn(pilot) == [pilot.app.cursor_position]
        for text in TEXTS:
            pilot.app.post_message(events.Paste(text))
            for way in WAYS:
                await pilot.press(*way)
                await pilot.pause()
                assert drawn(pilot) == [pilot.app.cursor_position], (text, way)
            await pilot.press("end")


async def test_a_box_that_opens_on_a_long_text_shows_its_end(library: Library) -> None:
    async with reading(library, size=(40, 12)) as (pilot, _):
        await pilot.press("/")
        pilot.app.post_message(events.Paste(TEXTS[-1]))
        await pilot.press("enter", "/")
        await pilot.pause()
        assert drawn(pilot) == [pilot.app.cursor_position]


async def test_outside_of_boxes_it_waits_where_begun_keys_are_shown(library: Library) -> None:
    async with reading(library, size=(80, 24)) as (pilot, _):
        await pilot.press("y")
        assert pilot.app.cursor_position == (0, 23)


@needs_tmux
@pytest.mark.parametrize("key", ["/", "e"])
def test_a_true_terminal_has_it_there(tmp_path: Path, key: str) -> None:
    tmux = Tmux(tmp_path, size="80x24")
    try:
        tmux.until("? help")
        tmux.keys(key, "강화학습 abc")
        screen = tmux.until("강화학습 abc")
        rows = screen.split("\n")
        row = max(number for number, line in enumerate(rows) if "강화학습 abc" in line)  # the title says it as well
        column = rows[row].index("강화학습 abc") + len("강화학습 abc") + 4  # four letters are wide
        tmux.until(lambda _: tmux.cursor() == (column, row))
    finally:
        tmux.close()
