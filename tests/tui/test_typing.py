"""Keys that come in one read, as over a slow line, act in the order in which they were typed."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual import events
from textual.app import App
from textual.widgets import Input, TextArea

from tests.builders import home
from tests.tui.reading import JULY, library_of, reading
from tui_digest.library import Library


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return library_of(home(tmp_path), tmp_path / "digests", JULY)


def type_at_once(app: App[None], *keys: str) -> None:
    """Hand keys over without a pause between them, as one read of the terminal does."""
    for key in keys:
        app.post_message(events.Key(key, key if len(key) == 1 else None))


@pytest.mark.parametrize(
    ("keys", "text"),
    [
        (["a", "x", "backspace", "b"], "ab"),
        (["a", "b", "ctrl+u", "c"], "c"),
        (["b", "home", "a", "end", "c"], "abc"),
        (["a", "c", "left", "b"], "abc"),
    ],
)
async def test_letters_do_not_overtake_the_keys_before_them(library: Library, keys: list[str], text: str) -> None:
    async with reading(library) as (pilot, screen):
        for opened in ("/", "#", "e"):
            await pilot.press(opened)
            type_at_once(pilot.app, *keys)
            await pilot.pause()
            field = screen.focused
            assert isinstance(field, Input | TextArea)
            assert (field.value if isinstance(field, Input) else field.text) == text, opened
            await pilot.press("escape")
            await pilot.pause()


async def test_keys_behind_enter_and_esc_are_no_text_of_the_box(library: Library) -> None:
    async with reading(library) as (pilot, screen):
        await pilot.press("/")
        type_at_once(pilot.app, *"title", "enter", "s")
        await pilot.pause()
        assert (screen.text, screen.typing, library.totals().starred) == ("title", False, 1)
        await pilot.press("/")
        type_at_once(pilot.app, "x", "escape", "u")
        await pilot.pause()
        assert (screen.text, library.totals().starred) == ("title", 0)
        await pilot.press("/")
        type_at_once(pilot.app, *" tga:x", "enter", "y")
        await pilot.pause()
        assert (screen.text, screen.typing) == ("title tga:xy", True), "what cannot be read keeps the box open"
