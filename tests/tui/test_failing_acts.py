"""The disk fails under the reader: every key is pressed while what it asks of the library raises, and none ends it."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

import pytest
from textual import events
from textual.pilot import Pilot

from tests.tui.reading import all_done, reading, told
from tui_digest.errors import StoreError
from tui_digest.library import Library
from tui_digest.library.backups import Backups
from tui_digest.library.imports import Imports
from tui_digest.library.lists import Lists
from tui_digest.library.marks import Marks
from tui_digest.library.triaging import Triage
from tui_digest.library.views import Views
from tui_digest.tui.controllers.copying import Copying, in_a_thread
from tui_digest.tui.keymap import KEYS, Key, screens_of
from tui_digest.tui.screens.main import MainScreen
from tui_digest.tui.screens.triage import TriageScreen

ACTS: dict[type[Any], str] = {
    Marks: "mark_read star set_fields tag set_tags tag_all write_note undo redo next_act",
    Views: "save rename delete",
    Imports: "put_starters remove",
    Backups: "write_daily",
    Library: "fold_aside",
}
ASKS: dict[type[Any], str] = {
    Lists: "entries tags tags_of authors_of digests_of view_papers noted also_in related arxiv_for",
    Library: "refresh renew_aside",
}
SESSION: dict[type[Any], str] = {Triage: "judge take_back begin_again end look current"}
LEAVING = {"quit", "suspend", "triage.leave", "triage.close"}
TELLING = {"mark.star", "mark.read", "mark.all_read", "mark.undo", "mark.redo", "note.write", "note.tags", "view.save"}
IN_TRIAGE = {"session": {"triage.keep", "triage.later", "triage.skip", "triage.again", "mark.undo"},
             "acts": {"triage.keep", "triage.skip", "note.write"}, "asks": set[str]()}  # fmt: skip
"""Keys that act, and so must say that it did not go."""


@pytest.fixture(autouse=True)
def nothing_leaves(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Copying, "_open", lambda *_: None)

    def refuse(*_: object, **__: object) -> None:
        raise OSError("no clipboard")

    monkeypatch.setattr("tui_digest.desktop.clipboard.copy", refuse)


def fail(*_: object, **__: object) -> Any:
    raise StoreError("store.full", path="marks.ndjson")


def break_all(monkeypatch: pytest.MonkeyPatch, methods: dict[type[Any], str]) -> None:
    """Let these methods of these classes fail."""
    for owner, names in methods.items():
        for name in names.split():
            monkeypatch.setattr(owner, name, fail)


async def pressed(pilot: Pilot[None], key: Key, home_screen: MainScreen | TriageScreen) -> None:
    """Press a key's first binding; a box gets a letter and Enter, whatever was opened is closed."""
    for token in key.keys[0].split():
        pilot.app.post_message(events.Key(token, token if len(token) == 1 else None))
    await pilot.pause()
    if pilot.app.screen is not home_screen or home_screen.typing:
        for token in ("x", "enter", "escape"):
            if pilot.app.screen is not home_screen or home_screen.typing:
                pilot.app.post_message(events.Key(token, token if len(token) == 1 else None))
                await pilot.pause()
    while pilot.app.screen is not home_screen:
        pilot.app.pop_screen()
        await pilot.pause()
    if home_screen.selecting.reader is not None:  # it has the keys as long as text is selected
        home_screen.selecting.leave()
    if home_screen.noting.editing:  # a note that cannot be saved stays open until one says what to do
        home_screen.noting._close_editor()


def only_tell(pilot: Pilot[None]) -> None:
    """Keep what is said, and paint none of it: there will be much."""

    def notify(message: str, **_: Any) -> None:
        told(pilot).append(message)

    pilot.app.notify = notify  # type: ignore[method-assign, assignment]


@pytest.mark.parametrize("failing", [ACTS, ASKS], ids=["acts", "asks"])
async def test_no_key_of_the_main_screen_ends_the_reader(
    library: Library, monkeypatch: pytest.MonkeyPatch, failing: dict[type[Any], str]
) -> None:
    async with reading(library, size=(60, 12)) as (pilot, screen):
        await pilot.press("s")
        only_tell(pilot)
        with monkeypatch.context() as broken:
            break_all(broken, failing)
            for key in (key for key in KEYS if "main" in screens_of(key) and key.id not in LEAVING):
                screen.state.view = "unread" if key.id == "view.save" else "all"
                screen.panes.go_to("entries")
                before = len(told(pilot))
                await pressed(pilot, key, screen)
                assert pilot.app.is_running and screen.is_running, key.id
                if failing is ACTS and key.id in TELLING:
                    assert any("disk is full" in each for each in told(pilot)[before:]), key.id
        screen.upkeep.look_again()
        await pilot.press("escape", "s")
        assert pilot.app.screen is screen


@pytest.mark.parametrize("what", IN_TRIAGE)
async def test_no_key_of_triage_ends_the_reader(library: Library, monkeypatch: pytest.MonkeyPatch, what: str) -> None:
    async with reading(library) as (pilot, _):
        await pilot.press("T")
        await pilot.pause()
        screen: Any = pilot.app.screen
        assert isinstance(screen, TriageScreen)
        only_tell(pilot)
        break_all(monkeypatch, {"session": SESSION, "acts": ACTS, "asks": ASKS}[what])
        for key in (key for key in KEYS if "triage" in screens_of(key) and key.id not in LEAVING):
            before = len(told(pilot))
            await pressed(pilot, key, screen)
            screen.look_again()
            assert pilot.app.screen is screen, key.id
            if key.id in IN_TRIAGE[what]:
                assert any("disk is full" in each for each in told(pilot)[before:]), key.id
        monkeypatch.undo()
        await pilot.press("escape", "escape")
        await pilot.pause()
        assert isinstance(pilot.app.screen, MainScreen)


async def test_the_summary_of_triage_lives_on_too(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    async with reading(library) as (pilot, _):
        await pilot.press("T")
        await pilot.pause()
        await pilot.press("s", "r", "r", "r")
        screen: Any = pilot.app.screen
        assert screen.at_end
        break_all(monkeypatch, SESSION)
        monkeypatch.setattr("tui_digest.tui.controllers.deciding.markdown", fail)
        for key in (key for key in KEYS if "summary" in screens_of(key) and key.id not in LEAVING):
            await pressed(pilot, key, screen)
            assert pilot.app.screen is screen, key.id
        await pilot.press("enter")
        await pilot.pause()
        assert isinstance(pilot.app.screen, MainScreen)


async def test_the_palettes_own_acts_say_what_failed(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    async with reading(library) as (pilot, screen):
        break_all(monkeypatch, ACTS)
        break_all(monkeypatch, ASKS)
        screen.library_acts.put_starters(False)
        screen.upkeep.keep_house()
        screen.views.count_next()
        await all_done(pilot)
        assert any("disk is full" in each for each in told(pilot))


def test_what_a_thread_brings_after_the_reader_has_ended_is_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    failed: list[object] = []
    monkeypatch.setattr(threading, "excepthook", failed.append)
    begun, goes_on = threading.Event(), threading.Event()
    threads: list[threading.Thread] = []

    def work() -> str:
        threads.append(threading.current_thread())
        begun.set()
        goes_on.wait(60)
        return "too late"

    async def reads() -> None:
        waiting = asyncio.ensure_future(in_a_thread(work))
        await asyncio.to_thread(begun.wait, 60)
        waiting.cancel()

    asyncio.run(reads())
    goes_on.set()
    threads[0].join(60)
    assert not threads[0].is_alive()
    assert failed == []
