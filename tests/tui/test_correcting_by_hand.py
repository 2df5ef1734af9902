"""What was misread is corrected in the reader: field, join and split, each one act that `u` takes back."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Static

from tests.builders import home
from tests.tui.reading import JULY, library_of, lines, offered, reading, told, until
from tests.tui.snapshots import snapshot
from tui_digest.library import Library
from tui_digest.tui.app import DigestApp
from tui_digest.tui.screens.correction import CorrectionDialog
from tui_digest.tui.screens.main import MainScreen

SPARSE, MARKUP = "arxiv:2307.00001", "arxiv:2307.00002"


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return library_of(home(tmp_path), tmp_path / "digests", JULY)


def titles(screen: MainScreen) -> list[str]:
    return [row.title for row in screen.state.rows]


def below(pilot: Pilot[None]) -> str:
    """What the dialog says will be."""
    return str(pilot.app.screen.query_one(Static).content)


async def taken_back(pilot: Pilot[None], screen: MainScreen, before: list[str]) -> None:
    await pilot.press("u")
    await until(pilot, lambda: titles(screen) == before)
    await until(pilot, lambda: any("again what was read" in each for each in told(pilot)))


async def test_a_title_is_corrected_in_place(library: Library) -> None:
    async with reading(library) as (pilot, screen):
        before = titles(screen)
        await pilot.press("m", "c", "enter")
        await pilot.pause()
        assert screen.typing
        assert isinstance(pilot.app, DigestApp)
        assert "Write the title" in snapshot(pilot.app)
        await pilot.press("ctrl+u", *"Sparser", "enter")
        await until(pilot, lambda: titles(screen)[0] == "Sparser")
        assert not screen.typing
        here = screen.state.current()
        assert here is not None and here.entry.title == "Sparser"
        await until(pilot, lambda: told(pilot)[-1].startswith("Corrected"))
        (again,) = library.imports.from_paths([Path(here.digest.path)]).sources
        assert again.unchanged == 3
        await taken_back(pilot, screen, before)


async def test_what_is_no_day_stays_in_the_box(library: Library) -> None:
    async with reading(library) as (pilot, screen):
        await pilot.press("m", "c", "j", "enter", *"today", "enter")
        await pilot.pause()
        assert screen.typing
        assert "is no day" in told(pilot)[-1]
        await pilot.press("ctrl+u", *"2023-07-27", "enter")
        await until(pilot, lambda: (here := screen.state.current()) and str(here.entry.date) == "2023-07-27")
        await pilot.press("m", "c", "j", "enter", "enter")  # it says that already
        await until(pilot, lambda: told(pilot)[-1] == screen.tr("mark.unchanged"))
        assert not screen.typing
        await pilot.press("m", "c", "j", "enter", "x", "escape")
        await pilot.pause()
        assert not screen.typing


async def test_the_next_entry_is_joined_as_was_shown(library: Library) -> None:
    library.marks.star([MARKUP], True)
    async with reading(library) as (pilot, screen):
        before = titles(screen)
        await pilot.press("m", "c", "j", "j", "j")
        await pilot.pause()
        assert "One paper" in below(pilot)
        assert "Sparse Memory for Long Context" in below(pilot)
        await pilot.press("enter")
        await until(pilot, lambda: len(titles(screen)) == 2)
        assert library.marks.of(SPARSE).starred
        week = screen.state.weeks[0]
        assert (week.papers, week.starred) == (2, 1)
        await taken_back(pilot, screen, before)
        assert not library.marks.of(SPARSE).starred


async def test_an_entry_is_split_at_the_line_that_was_chosen(library: Library) -> None:
    async with reading(library, size=(80, 24)) as (pilot, screen):
        before = titles(screen)
        await pilot.press("j", "m", "c", "G", "enter")
        await pilot.pause()
        assert isinstance(pilot.app.screen, CorrectionDialog)
        assert below(pilot).startswith("Two papers:")
        shown = below(pilot)
        await pilot.press("j")
        await pilot.pause()
        assert below(pilot) != shown
        await pilot.press("k", "k", "enter")
        await until(pilot, lambda: len(titles(screen)) == 4)
        await taken_back(pilot, screen, before)


async def test_the_last_entry_has_none_to_join(library: Library) -> None:
    async with reading(library) as (pilot, _):
        await pilot.press("G", "m", "c")
        await pilot.pause()
        dialog = pilot.app.screen
        assert isinstance(dialog, CorrectionDialog)
        assert dialog._answers == ["title", "date", "url", "split"]


@pytest.mark.parametrize("keys", ["m c j j j", "G m c", "m c G enter j"])
async def test_the_dialog_is_as_high_as_what_it_says_at_most(library: Library, keys: str) -> None:
    async with reading(library, size=(100, 30)) as (pilot, _):
        await pilot.press(*keys.split())
        await until(pilot, lambda: isinstance(pilot.app.screen, CorrectionDialog))
        await pilot.pause()
        shown = lines(pilot)
        foot = next(at for at, line in enumerate(shown) if "╰" in line)
        assert shown[foot - 1].strip(" │"), shown


async def test_a_source_that_changed_is_said_and_nothing_is_split(library: Library) -> None:
    async with reading(library) as (pilot, screen):
        here = screen.state.current()
        assert here is not None
        Path(here.digest.path).write_text("other", "utf-8")
        await pilot.press("m", "c", "G", "enter")
        await pilot.pause()
        assert pilot.app.screen is screen
        assert "Import it again" in told(pilot)[-1]


async def test_the_palette_offers_it_and_nothing_is_asked_without_an_entry(library: Library) -> None:
    async with reading(library) as (pilot, screen):
        await pilot.press("ctrl+p", *"correct this")
        await until(pilot, lambda: "correct this entry" in offered(pilot))
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, CorrectionDialog))
        await pilot.press("q", "v", "s", "m", "c")
        await pilot.pause()
        assert pilot.app.screen is screen
