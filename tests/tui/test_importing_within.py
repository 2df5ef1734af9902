"""Digests brought in from within the app: a path with Tab, or an address; beside the reading, as one act."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.builders import home
from tests.server import Reply, Server
from tests.tui.reading import APRIL, JULY, all_done, library_of, lines, reading, told, until
from tui_digest.library import Library
from tui_digest.sources.path_completion import completed, meant
from tui_digest.tui.widgets.line_box import AskingBox


@pytest.fixture
def digests(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of two digests, in the user's home."""
    monkeypatch.setenv("HOME", str(tmp_path))
    folder = tmp_path / "digests"
    (folder / ".hidden").mkdir(parents=True)
    (folder / "notes").mkdir()
    (folder / "july.txt").write_text(JULY, "utf-8")
    (folder / "notes" / "april.txt").write_text(APRIL, "utf-8")
    return folder


def test_tab_goes_on_as_far_as_it_is_certain(digests: Path) -> None:
    assert completed("~") == ("~/", ())
    assert completed("~/dig").text == "~/digests/"
    assert completed(f"{digests}/") == (f"{digests}/", ("notes/", "july.txt")), "folders first, no hidden names"
    assert completed(f"{digests}/.").text == f"{digests}/.hidden/"
    assert completed(f"{digests}/x") == (f"{digests}/x", ())
    assert completed("/nowhere at all/x") == ("/nowhere at all/x", ())
    (digests / "notice.txt").touch()
    assert completed(f"{digests}/n") == (f"{digests}/not", ("notes/", "notice.txt"))


def test_names_of_hangul_are_completed_however_the_disk_holds_them(tmp_path: Path) -> None:
    (tmp_path / "논문").mkdir()  # decomposed
    assert completed(f"{tmp_path}/논").text == f"{tmp_path}/논문/"


def test_a_dropped_file_is_what_the_terminal_meant(tmp_path: Path) -> None:
    (tmp_path / "a b.txt").touch()
    for typed in (f"'{tmp_path}/a b.txt'", f"{tmp_path}/a\\ b.txt ", f'"{tmp_path}/a b.txt"'):
        assert meant(typed) == f"{tmp_path}/a b.txt"


async def test_a_folder_comes_in_with_tab_and_goes_by_one_undo(tmp_path: Path, digests: Path) -> None:
    library = Library.open(home(tmp_path), lang="en")
    async with reading(library) as (pilot, screen):
        await pilot.press("i", "i", *"~/dig", "tab")
        assert screen.query_one(AskingBox).value == "~/digests/"
        assert "notes/  july.txt" in lines(pilot)[-1]
        await pilot.press("enter")
        await until(pilot, lambda: not library.imports.starters_on and library.lists.weeks())
        await all_done(pilot)
        assert [week.id for week in screen.state.weeks][:1] == ["2023-W30"]
        assert screen.state.week == "2023-W30"
        assert not screen.panes.notice.display
        assert any("Reading ~/digests/" in each for each in told(pilot))
        assert any("5 new" in each for each in told(pilot))
        await pilot.press("u")
        await until(pilot, lambda: library.imports.starters_on)
        await all_done(pilot)
        assert "2023-W30" not in [week.id for week in screen.state.weeks]


async def test_a_wrong_path_is_named_and_stays_to_be_mended(tmp_path: Path, digests: Path) -> None:
    library = library_of(home(tmp_path), tmp_path / "other", APRIL)
    async with reading(library) as (pilot, screen):
        await pilot.press("i", "i", *"~/digets", "enter")
        assert told(pilot)[-1] == "There is nothing at ~/digets"
        await pilot.press("backspace", "backspace", *"sts", "enter")
        await until(pilot, lambda: any("new" in each for each in told(pilot)))
        await all_done(pilot)
        assert len(screen.state.weeks) == 2
        await pilot.press("i", "i", "escape", "j")
        assert not screen.bringing.line.open


async def test_what_cannot_be_read_is_said(tmp_path: Path) -> None:
    library = library_of(home(tmp_path), tmp_path / "other", APRIL)
    (tmp_path / "picture.bin").write_bytes(bytes(range(256)) * 9)
    async with reading(library) as (pilot, _):
        await pilot.press("i", "i", *f"{tmp_path}/picture.bin", "enter")
        await until(pilot, lambda: any("picture.bin is not a text file" in each for each in told(pilot)))
        await all_done(pilot)
        assert not any("1 of 1" in each for each in told(pilot))


async def test_of_several_that_cannot_be_read_each_is_named(tmp_path: Path, digests: Path) -> None:
    for name in ("a.txt", "b.txt", "notes/c.txt"):
        (digests / name).write_text("", "utf-8")
    library = library_of(home(tmp_path), tmp_path / "other", APRIL)
    async with reading(library) as (pilot, _):
        await pilot.press("i", "i", *"~/digests", "enter")
        await until(pilot, lambda: any("3 of 5 could not be read" in each for each in told(pilot)))
        assert any("a.txt is empty" in each and "The others: b.txt, c.txt" in each for each in told(pilot))
        await all_done(pilot)


async def test_a_page_without_an_entry_is_not_said_to_be_here_already(tmp_path: Path, digests: Path) -> None:
    (digests / "page.html").write_text('<html><body><div id="root"></div></body></html>', "utf-8")
    library = library_of(home(tmp_path), tmp_path / "other", APRIL)
    async with reading(library) as (pilot, _):
        await pilot.press("i", "i", *"~/digests/page.html", "enter")
        await until(pilot, lambda: "No entry was found there, so nothing came in" in told(pilot))
        await all_done(pilot)


async def test_an_address_is_fetched_once(tmp_path: Path, server: Server) -> None:
    server.put("/week.txt", Reply(JULY))
    library = library_of(home(tmp_path), tmp_path / "other", APRIL)
    async with reading(library) as (pilot, screen):
        await pilot.press("ctrl+p")
        await pilot.pause()
        await pilot.press(*"import digests")
        await pilot.pause()
        await until(pilot, lambda: len(pilot.app.screen_stack) == 2)
        await pilot.press("enter")
        await until(pilot, lambda: screen.bringing.line.open)
        await pilot.press(*f"{server.url}/week.txt", "enter")
        await until(pilot, lambda: len(screen.state.weeks) == 2)
        await all_done(pilot)
        assert library.sources.all() == {}


async def test_a_text_without_a_paper_says_so(tmp_path: Path, digests: Path) -> None:
    (digests / "diary.txt").write_text("It rained all day.\n\nI had tea and read a book.\n", "utf-8")
    library = library_of(home(tmp_path), tmp_path / "other", APRIL)
    async with reading(library) as (pilot, _):
        await pilot.press("i", "i", *"~/digests/diary.txt", "enter")
        await until(pilot, lambda: any("no paper was seen" in each for each in told(pilot)))
        assert "1 new" in next(each for each in told(pilot) if "no paper was seen" in each)
        await all_done(pilot)
