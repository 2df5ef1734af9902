"""What keys get from elsewhere: arXiv's word on papers, PDFs, single papers; beside the reading, stopped at will."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.server import Paper, Reply, Server, arxiv
from tests.tui.reading import JULY, library_of, reading, told, until
from tui_digest.desktop import opener
from tui_digest.library import Library
from tui_digest.paths import locate
from tui_digest.settings.config import Settings
from tui_digest.sources.web.pacing import SystemTime

SPARSE = Paper("2307.00001", title="Sparse Memory", abstract="We keep little.", doi="10.5555/sparse")


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return library_of(locate(), tmp_path / "digests", JULY)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setattr(SystemTime, "sleep", lambda *_: None)
    with Server() as running:
        running.put("/api", arxiv(SPARSE, Paper("2307.00002", title="A Title")))
        yield running


def settings(server: Server, folder: Path, **more: object) -> Settings:
    endpoints = {"arxiv_api": f"{server.url}/api", "arxiv_pdf": f"{server.url}/pdf/"}
    return Settings(read_after=-1, endpoints=endpoints, pdf_folder=str(folder / "Papers"), **more)  # type: ignore[arg-type]


async def test_arxiv_is_asked_about_the_paper_and_about_the_list(
    library: Library, server: Server, tmp_path: Path
) -> None:
    async with reading(library, settings=settings(server, tmp_path)) as (pilot, screen):
        await pilot.press("i", "a")
        await until(pilot, lambda: any("known to it: 1;" in each for each in told(pilot)))
        await until(
            pilot, lambda: "We keep little." in "".join(b.text for b in screen.panes.entry.body.document.blocks)
        )
        assert server.requests[0].query["id_list"] == ["2307.00001"]
        await pilot.press("i", "l")
        await until(
            pilot, lambda: any("asked about before: 1, no id or title to ask by: 1" in each for each in told(pilot))
        )
        assert server.requests[1].query["id_list"] == ["2307.00002"]
        assert screen.state.key_here() == "arxiv:2307.00001"
        await pilot.press("G", "i", "a")
        await until(
            pilot, lambda: told(pilot)[-1] == "This paper has no arXiv id, nor a title that tells arXiv which it is"
        )


async def test_the_pdf_is_fetched_once_and_opened(
    library: Library, server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(opener, "try_ways", lambda ways: opened.append(ways[0][-1]))
    monkeypatch.setattr(opener, "ways_to_open_file", lambda path, **_: [["viewer", str(path)]])
    server.put("/pdf/2307.00001", Reply(b"%PDF-1.7 x"))
    place = tmp_path / "Papers" / "Sparse Memory for Long Context (2307.00001).pdf"
    async with reading(library, settings=settings(server, tmp_path)) as (pilot, _):
        await pilot.press("i", "p")
        await until(pilot, lambda: opened == [str(place)])
        assert place.read_bytes() == b"%PDF-1.7 x"
        await pilot.press("i", "p")
        await until(pilot, lambda: len(opened) == 2)
        assert len(server.requests) == 1


async def test_what_is_under_way_is_stopped(library: Library, server: Server, tmp_path: Path) -> None:
    server.put("/pdf/2307.00001", Reply(b"%PDF-1.7 x" * 99, fault="stall"))
    async with reading(library, settings=settings(server, tmp_path)) as (pilot, _):
        await pilot.press("i", "c")
        assert told(pilot)[-1] == "Nothing is under way"
        await pilot.press("i", "p")
        await until(pilot, lambda: server.requests)
        await pilot.press("i", "p")
        await until(pilot, lambda: told(pilot)[-1] == "This is already under way")
        await pilot.press("j", "i", "c")
        await until(pilot, lambda: told(pilot)[-1] == "Stopped; what came is kept")
    assert not [*(tmp_path / "Papers").glob("*.pdf")]


async def test_a_paper_is_added_by_its_id(library: Library, server: Server, tmp_path: Path) -> None:
    server.put("/api", arxiv(Paper("2401.00009", title="New one")))
    async with reading(library, settings=settings(server, tmp_path, ask_arxiv=True)) as (pilot, screen):
        await pilot.press("i", "n", *"nothing", "enter")
        await until(pilot, lambda: told(pilot) and "does not name a paper" in told(pilot)[-1])
        assert screen.obtaining.line.open
        await pilot.press("ctrl+u", *"2401.00009", "enter")
        await until(pilot, lambda: any("known to it: 1;" in each for each in told(pilot)))
        assert not screen.obtaining.line.open
        assert any("Added: 2401.00009" in each for each in told(pilot))
    again = Library.open(library.paths)
    assert [each.display_title for each in again.lists.sightings("arxiv:2401.00009")] == ["New one"]
    assert again.lists.sightings("arxiv:2401.00009")[0].digest.title == "Added by hand"


async def test_without_the_network_it_is_said(library: Library, tmp_path: Path) -> None:
    away = Settings(read_after=-1, endpoints={"arxiv_api": "http://127.0.0.1:1/"})
    async with reading(library, settings=away) as (pilot, _):
        await pilot.press("i", "a")
        await until(pilot, lambda: any("could not be reached" in each for each in told(pilot)))
