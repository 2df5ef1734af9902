"""Sources from the reader: the view of them, a refresh beside the reading, one more of them."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.widgets import OptionList, Static

from tests.builders import home
from tests.server import Reply, Server, fetching
from tests.test_sources import feed, item
from tests.tui.reading import APRIL, JULY, library_of, reading, told, until
from tui_digest.library import Library
from tui_digest.settings.config import Settings
from tui_digest.sources.opml import ListedFeed
from tui_digest.tui.screens.main import MainScreen
from tui_digest.tui.screens.sources import SourceRemovalDialog, SourcesDialog


@pytest.fixture
def library(tmp_path: Path, server: Server) -> Library:
    library = library_of(home(tmp_path), tmp_path / "digests", JULY, APRIL)
    library.sources.add(fetching(library.paths), server.put("/lamps", feed(item(1))), "Lamps", backlog=-1)
    library.leave()
    library.imports.look_at_arrivals()
    return library


def weeks(screen: MainScreen) -> list[str]:
    rows = (screen.panes.weeks.list.source.row(index, 24)[0] for index in range(len(screen.panes.weeks.list.source)))
    return [" ".join("".join(text for text, _ in row).split()) for row in rows]


def shown(dialog: SourcesDialog) -> list[str]:
    rows = dialog.query_one(OptionList)
    return [" ".join(str(rows.get_option_at_index(at).prompt).split()) for at in range(rows.option_count)]


async def test_what_a_refresh_brings_shows_beside_the_reading(library: Library, server: Server) -> None:
    server.put("/lamps", feed(item(2), item(1), etag='"2"'))
    async with reading(library) as (pilot, screen):
        await pilot.press("s", "R")
        await until(pilot, lambda: screen.refreshing.progress is None)
        await until(pilot, lambda: any("+1" in each for each in weeks(screen)))
        assert "Sources: 1 new" in pilot.app.told  # type: ignore[attr-defined]
        await pilot.press("v", "l")
        await pilot.pause()
        screen.panes.show_week(None)
        assert [row.key for row in screen.state.rows] == ["arxiv:2511.00002"]
        await pilot.press("u")
        await until(pilot, lambda: any("star" in each for each in pilot.app.told[-2:]))  # type: ignore[attr-defined]
        assert library.lists.find("2511.00002") is not None, "undo takes back the user's star, and no refresh"


async def test_what_keeps_arxiv_from_being_asked_is_said(library: Library, server: Server) -> None:
    server.put("/api/query", Reply("gone", 404))
    settings = library.paths.settings
    settings.parent.mkdir(parents=True, exist_ok=True)
    settings.write_text(f'ask_arxiv = true\n[endpoints]\narxiv_api = "{server.url}/api/query"\n', "utf-8")
    server.put("/lamps", feed(item(2), item(1), etag='"2"'))
    async with reading(library) as (pilot, screen):
        await pilot.press("R")
        await until(pilot, lambda: screen.refreshing.progress is None)
        assert any("404" in each for each in pilot.app.told)  # type: ignore[attr-defined]
        assert "Sources: 1 new" in pilot.app.told  # type: ignore[attr-defined]


@pytest.mark.parametrize(("size", "lang"), [((80, 24), "en"), ((120, 40), "ko"), ((40, 10), "en")])
async def test_the_view_of_sources(library: Library, server: Server, size: tuple[int, int], lang: str) -> None:
    server.put("/lamps", Reply("gone", 404))
    library.sources.refresh(fetching(library.paths))
    async with reading(library, size=size, lang=lang) as (pilot, screen):
        await pilot.press("g", "s")
        await pilot.pause()
        dialog = pilot.app.screen
        assert isinstance(dialog, SourcesDialog)
        (row,) = shown(dialog)
        assert row.startswith("Lamps ! ")
        assert "404" in str(dialog.query_one(Static).content)
        await pilot.press("m")
        await pilot.pause()
        assert library.sources.named("Lamps").muted
        server.put("/lamps", feed(item(3), item(1), etag='"3"'))
        await pilot.press("r")
        await until(pilot, lambda: "+1" in shown(dialog)[0])
        await pilot.press("enter")
        await pilot.pause()
        assert screen.state.text == "source:Lamps"
        assert {row.key for row in screen.state.rows} == {"arxiv:2511.00001", "arxiv:2511.00003"}


@pytest.mark.parametrize(("key", "stay"), [("y", True), ("d", False)])
async def test_what_becomes_of_the_digests_of_a_source_is_asked(library: Library, key: str, stay: bool) -> None:
    async with reading(library) as (pilot, _):
        await pilot.press("g", "s", "x")
        await pilot.pause()
        asked = pilot.app.screen
        assert isinstance(asked, SourceRemovalDialog)
        assert "digest" in str(asked.query_one(Static).content)
        await pilot.press("escape")
        await pilot.pause()
        assert "Lamps" in library.sources.all(), "nothing is removed unasked"
        await pilot.press("x", key)
        await until(pilot, lambda: "Lamps" not in library.sources.all())
        await until(pilot, lambda: shown(pilot.app.screen) == [])  # type: ignore[arg-type]
        assert (library.lists.find("2511.00001") is not None) is stay
        await pilot.press("escape", "u")
        await until(pilot, lambda: "Lamps" in library.sources.all() and bool(library.lists.find("2511.00001")))


async def test_a_source_without_digests_goes_at_once(library: Library, server: Server) -> None:
    library.sources.add_list([ListedFeed("Kites", server.url + "/kites")])
    async with reading(library) as (pilot, _):
        await pilot.press("g", "s", "x")
        await until(pilot, lambda: "Kites" not in library.sources.all())
        assert isinstance(pilot.app.screen, SourcesDialog)


async def test_a_refresh_is_stopped_by_the_same_key(library: Library, server: Server) -> None:
    server.put("/lamps", Reply("", fault="silent"))
    async with reading(library) as (pilot, screen):
        await pilot.press("g", "r")
        await until(pilot, lambda: "/lamps" in server.asked[1:])
        await pilot.press("R")
        await until(pilot, lambda: screen.refreshing.progress is None)
        assert "Stopped asking the sources" in pilot.app.told  # type: ignore[attr-defined]


async def test_a_source_is_added_from_the_reader(library: Library, server: Server) -> None:
    other = server.put("/other", feed(item(5), title="Other"))
    async with reading(library) as (pilot, screen):
        await pilot.press("g", "s", "a")
        await pilot.pause()
        assert screen.refreshing.line.open
        await pilot.press(*other, "enter")
        await until(pilot, lambda: screen.refreshing.progress is None)
        await until(pilot, lambda: "Other" in library.sources.all())
        assert library.lists.find("2511.00005") is not None
        await pilot.press("u")
        await until(pilot, lambda: "Other" not in library.sources.all())


async def test_without_sources_the_key_says_so(tmp_path: Path) -> None:
    library = library_of(home(tmp_path), tmp_path / "digests", JULY)
    async with reading(library) as (pilot, screen):
        await pilot.press("R")
        await pilot.pause()
        assert told(pilot)[-1] == "There are no sources yet. To add one: gs a"
        await pilot.press("g", "s", "a")
        await pilot.pause()
        assert screen.refreshing.line.open
    unbound = Settings(read_after=-1, keys={"source.view": ()})
    async with reading(library, settings=unbound) as (pilot, _):
        await pilot.press("R")
        await pilot.pause()
        assert told(pilot)[-1] == "There are no sources yet. To add one: Ctrl+p add a source …"
