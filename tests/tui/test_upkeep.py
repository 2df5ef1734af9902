"""What goes on beside the reading: the search index is made, told of, and given up when one quits."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from tests.builders import asked, home
from tests.tui.reading import APRIL, JULY, library_of, reading, told
from tui_digest.library import Library
from tui_digest.store.search_text import Stopped
from tui_digest.tui.screens.main import MainScreen


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Library:
    monkeypatch.setattr("tui_digest.library.lists.INDEX_FROM", 0)
    monkeypatch.setattr("tui_digest.store.search.SCAN_BELOW", 0)
    return library_of(home(tmp_path), tmp_path / "digests", JULY, APRIL)


async def made(pilot: Pilot[None], screen: MainScreen) -> None:
    while screen.upkeep.indexing:
        await pilot.pause(0.01)
    await pilot.pause()


async def test_the_index_is_made_beside_the_reading_and_told(library: Library) -> None:
    assert library.lists.index_work() is not None
    async with reading(library) as (pilot, screen):
        await pilot.press("/", *"sparse")
        screen.upkeep.keep_house()
        assert screen.upkeep.indexing
        screen.upkeep.keep_house()  # one is enough
        await made(pilot, screen)
        assert told(pilot)[-1] == "The search index is ready"
        assert sum("ready" in sentence for sentence in told(pilot)) == 1
        assert "Making the search index: 50%" in told(pilot)
        assert [row.key for row in screen.state.rows] == ["arxiv:2307.00001"]
        assert library.lists.index_work() is None
        before = len(told(pilot))
        screen.upkeep.keep_house()
        await pilot.app.workers.wait_for_complete()
        assert len(told(pilot)) == before, "nothing to do, nothing to say"


async def test_what_only_the_index_finds_is_shown_when_it_is_ready(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tui_digest.store.search.KEPT_TEXTS", 0)
    async with reading(library) as (pilot, screen):
        await pilot.press("/", *"성기게", "enter")
        await pilot.pause()
        assert len(screen.state.rows) == 0, "so far only titles, tags and authors are looked through"
        screen.upkeep.keep_house()
        await made(pilot, screen)
        assert [row.key for row in screen.state.rows] == ["arxiv:2307.00001"]


class Work:
    """Work on the index that stands still in its thread until it is let go."""

    def __init__(self) -> None:
        self.begun, self.go_on, self.ended = threading.Event(), threading.Event(), ""

    def __call__(self, tell: Callable[[int, int], None], stop: Callable[[], bool]) -> bool:
        self.begun.set()
        assert self.go_on.wait(30)
        try:
            tell(1, 2)
            if stop():
                raise Stopped
        except BaseException as error:
            self.ended = type(error).__name__
            raise
        self.ended = "done"
        return True


async def begun(work: Work) -> None:
    assert await asyncio.to_thread(work.begun.wait, 30)


async def test_quitting_meanwhile_ends_the_work_and_leaves_no_index(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    work = Work()
    monkeypatch.setattr(library.lists, "index_work", lambda: work)
    async with reading(library) as (pilot, screen):
        screen.upkeep.keep_house()
        await begun(work)
        await pilot.press("s", "q")
    work.go_on.set()
    while not work.ended:
        await asyncio.sleep(0.01)
    assert work.ended != "done"
    assert pilot.app.return_code == 0
    assert not library.paths.search.exists()
    again = Library.open(library.paths, starters=False)
    assert again.marks.of("arxiv:2307.00001").starred
    assert [row.key for row in again.lists.entries(None, asked("성기게"))] == ["arxiv:2307.00001"]
    assert again.lists.index_work() is not None


async def test_work_that_fails_is_begun_again_and_holds_nothing_up(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any) -> bool:
        raise Stopped

    monkeypatch.setattr(library.lists, "index_work", lambda: fail)
    async with reading(library) as (pilot, screen):
        screen.upkeep.keep_house()
        await made(pilot, screen)
        assert not [sentence for sentence in told(pilot) if "index" in sentence]
        await pilot.press("s")
        assert library.marks.of("arxiv:2307.00001").starred
