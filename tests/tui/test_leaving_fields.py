"""A text field has the keys until it is left: no click and no late answer leaves one open that hears nothing."""

from __future__ import annotations

import asyncio

import pytest
from textual.pilot import Pilot

from tests.tui.reading import lines, reading, told, until
from tui_digest.errors import StoreError
from tui_digest.library import Library
from tui_digest.store.likeness import Alike
from tui_digest.tui.screens.dialogs import UnsavedDialog
from tui_digest.tui.widgets import note_editor
from tui_digest.tui.wrap import width_of

FIRST, SECOND = "arxiv:2307.00001", "arxiv:2307.00002"

FIELDS = ("e", "#", "ii", "/")
"""The keys that open one: a note, own tags, what to import, the search."""
PANES = {"weeks": "16–22 Apr", "entry": "Links ──", "entries": "A Title with"}
"""What to click in each."""


@pytest.fixture(autouse=True)
def no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(note_editor, "PAUSE", 0.01)


async def click(pilot: Pilot[None], words: str) -> None:
    row, line = next((row, line) for row, line in enumerate(lines(pilot)) if words in line)
    await pilot.click(offset=(width_of(line.split(words)[0]), row))
    await pilot.pause()


async def test_a_click_elsewhere_leaves_the_field_and_the_keys_act(library: Library) -> None:
    async with reading(library) as (pilot, screen):
        for field in FIELDS:
            for pane, words in PANES.items():
                await pilot.press(*field)
                await pilot.pause()
                assert screen.typing, (field, pane)
                await click(pilot, words)
                assert (screen.typing, screen.state.pane) == (False, pane), field
                await pilot.press("g", "g", "l", "l", "h")  # from the first row: a second click there would open it
                await pilot.pause()
                assert screen.state.pane == "entries", field


@pytest.mark.parametrize(
    ("pane", "words", "key"),
    [("weeks", "16–22 Apr", FIRST), ("entry", "Commentary", FIRST), ("entries", "A Title with", SECOND)],
)
async def test_a_search_with_a_mistake_is_left_by_a_click_too(
    library: Library, pane: str, words: str, key: str
) -> None:
    """Nothing of it can be kept: the list is what it was, and what was clicked is what is read."""
    async with reading(library) as (pilot, screen):
        await pilot.press("slash", *"memory", "enter")
        await pilot.press("slash", "space", *"sort", "colon", *"x")
        await until(pilot, lambda: screen.state.mistake is not None)
        assert screen.typing
        await click(pilot, words)
        assert (screen.typing, screen.state.pane) == (False, pane)
        assert (screen.state.text, screen.state.mistake, screen.state.key_here()) == ("memory", None, key)
        await pilot.press("question_mark")
        await until(pilot, lambda: pilot.app.screen is not screen)


async def test_a_note_that_is_left_by_a_click_is_kept(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(note_editor, "PAUSE", 60.0)
    async with reading(library) as (pilot, screen):
        await pilot.press("e", "a", "b")
        await click(pilot, "A Title with")
        assert screen.state.key_here() == SECOND and not screen.typing
        assert library.marks.of(FIRST).note == "ab" and library.marks.of(SECOND).note is None


async def test_a_note_that_cannot_be_saved_keeps_the_keys(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise StoreError("store.full", path="/x")

    monkeypatch.setattr(library.marks, "write_note", refuse)
    async with reading(library) as (pilot, screen):
        await pilot.press("e", "a")
        await click(pilot, "A Title with")
        assert isinstance(pilot.app.screen, UnsavedDialog)
        await pilot.press("escape")
        await until(pilot, lambda: pilot.app.screen is screen)
        await pilot.press("b")
        await pilot.pause()
        assert screen.typing and pilot.app.focused is screen.query_one(note_editor.NoteEditor)
        assert screen.query_one(note_editor.NoteEditor).text == "ab" and told(pilot)


async def test_a_list_that_comes_late_takes_no_keys_from_a_note(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, free = asyncio.Event(), asyncio.Event()

    async def made(*_: object) -> None:
        asked.set()
        await free.wait()

    likenesses = library.likenesses
    monkeypatch.setattr(likenesses, "load", lambda: False)
    monkeypatch.setattr(likenesses, "similar", lambda _: [Alike(SECOND, 1, ("memory",))])
    async with reading(library) as (pilot, screen):
        monkeypatch.setattr(screen.suggesting, "_make", made)
        await pilot.press("=")
        await asked.wait()
        await pilot.press("e", "a")
        free.set()
        await until(pilot, lambda: screen.state.listed is not None)
        await pilot.press("b", "escape")
        await until(pilot, lambda: library.marks.of(FIRST).note == "ab")
        assert (screen.typing, screen.state.pane) == (False, "entries")
        await pilot.press("l")
        assert screen.state.pane == "entry"


async def test_a_click_in_triage_leaves_the_note(library: Library) -> None:
    async with reading(library) as (pilot, _):
        await pilot.press("T")
        await pilot.pause()
        await pilot.press("e", "a")
        await click(pilot, "긴 문맥")
        await pilot.press("l")
        await pilot.pause()
        assert library.marks.of(FIRST).note == "a"
        assert "A Title with" in "\n".join(lines(pilot))
