"""Another process beside an open reader: what it brings, takes away and writes, and where the cursor stays."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
from textual.pilot import Pilot

from tests.builders import home
from tests.tui.reading import APRIL, JULY, library_of, reading, told
from tui_digest.library import Library
from tui_digest.store.lock import locked
from tui_digest.tui.screens.main import MainScreen

FIRST, SECOND = "arxiv:2307.00001", "arxiv:2307.00002"

MAY = """2023년 5월 2주차
https://arxiv.org/abs/2305.00001
A Paper of May (Em Five)
#memory
https://arxiv.org/abs/2305.00002
Another Paper of May (Em Five)
#memory
"""

TALL = JULY + "\n".join(f"{n}번째 줄입니다.\n" for n in range(60))


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return library_of(home(tmp_path), tmp_path / "digests", JULY, APRIL)


def bring(library: Library, name: str, text: str) -> Library:
    """What `tui-digest import` in a shell does."""
    path = library.paths.data.parent.parent / "digests" / name
    path.write_text(text, "utf-8")
    other = Library.open(library.paths, starters=False)
    other.import_paths([path])
    return other


async def shown(screen: MainScreen, pilot: Pilot[None], true: Callable[[], object]) -> None:
    """Have the screen look for what others did, until that shows."""
    for _ in range(200):
        screen.look_again()
        await pilot.app.workers.wait_for_complete()
        await pilot.pause()
        if true():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it never came")


@pytest.fixture(params=["en", "ko"])
def lang(request: pytest.FixtureRequest) -> str:
    return str(request.param)


async def test_what_was_imported_elsewhere_is_told_in_one_line(library: Library, lang: str) -> None:
    async with reading(library, lang=lang) as (pilot, screen):
        with locked(library.paths.lock):  # an import is on its way
            for _ in range(3):
                screen.look_again()
            await pilot.app.workers.wait_for_complete()
        bring(library, "may.txt", MAY)
        await shown(screen, pilot, lambda: len(screen.weeks) == 3)
        assert told(pilot) == [
            "2 new papers in 1 digest" if lang == "en" else "다이제스트 1개에 새 글 2편이 들어왔습니다"
        ]
        assert screen.flashed == told(pilot)[0]


async def test_nothing_half_imported_is_shown_nor_told(library: Library) -> None:
    async with reading(library) as (pilot, screen):
        week = library.paths.shards / "2023-W30.json"
        with locked(library.paths.lock):
            week.rename(week.with_suffix(".away"))
            for _ in range(3):
                screen.look_again()
                await pilot.app.workers.wait_for_complete()
                await pilot.pause()
            assert len(screen.weeks) == 2
            assert screen.key_here() == FIRST
            week.with_suffix(".away").rename(week)
        await shown(screen, pilot, lambda: not library.behind)
        assert told(pilot) == []


async def test_the_cursor_stays_with_its_paper(library: Library) -> None:
    async with reading(library, size=(120, 20)) as (pilot, screen):
        await pilot.press("j")
        assert screen.key_here() == SECOND
        bring(
            library, "digest-0.txt", JULY.replace("\n", "\nhttps://arxiv.org/abs/2307.00009\nA New One (Zo)\n#x\n", 1)
        )
        await shown(screen, pilot, lambda: len(screen.rows) == 4)
        assert (screen.key_here(), screen.entries_list.cursor, screen.week) == (SECOND, 2, "2023-W30")
        assert SECOND in screen.body.document.key


async def test_the_entry_stays_where_it_was_scrolled_to(tmp_path: Path) -> None:
    library = library_of(home(tmp_path), tmp_path / "digests", TALL, APRIL)
    async with reading(library, size=(120, 20)) as (pilot, screen):
        await pilot.press("G", "l", "ctrl+d", "ctrl+d")
        await pilot.pause()
        top = screen.body.top
        assert top > 0
        bring(library, "may.txt", MAY)
        await shown(screen, pilot, lambda: len(screen.weeks) == 3)
        assert (screen.body.top, screen.pane) == (top, "entry")
        Library.open(library.paths, starters=False).set_starred([FIRST], True)
        await shown(screen, pilot, lambda: screen.totals.starred == 1)
        assert screen.body.top == top, "another window's star scrolls nothing"


async def test_of_two_mentions_of_a_paper_the_cursor_keeps_the_one(library: Library) -> None:
    async with reading(library) as (pilot, screen):
        screen.show_week(None)
        here = [*screen.rows.indexes_of(FIRST)]
        screen.show_rows(index=here[1])
        assert screen.rows[screen.entries_list.cursor].week == "2023-W16"
        bring(library, "may.txt", MAY)
        await shown(screen, pilot, lambda: len(screen.rows) == 7)
        row = screen.rows[screen.entries_list.cursor]
        assert (row.key, row.week) == (FIRST, "2023-W16")


async def test_the_lines_of_the_list_stay_where_they_are(tmp_path: Path) -> None:
    many = "2023년 7월 5주차\n" + "".join(
        f"https://arxiv.org/abs/2307.{n:05}\nPaper {n} (Ada)\n#x\n" for n in range(60)
    )
    library = library_of(home(tmp_path), tmp_path / "digests", many)
    async with reading(library, size=(120, 24)) as (pilot, screen):
        await pilot.press(*"20j", *"7k")
        rows = screen.entries_list
        line = rows.cursor - rows.top
        before = rows.top
        Library.open(library.paths, starters=False).set_starred([FIRST], True)
        await shown(screen, pilot, lambda: screen.totals.starred == 1)
        assert (rows.top, rows.cursor - rows.top) == (before, line)


async def test_a_week_removed_elsewhere_gives_way_to_the_newest(library: Library) -> None:
    async with reading(library) as (pilot, screen):
        other = Library.open(library.paths, starters=False)
        other.remove_digests([other.sightings(FIRST)[0].digest.id])
        await shown(screen, pilot, lambda: len(screen.weeks) == 1)
        assert screen.week == "2023-W16"
        assert told(pilot) == ["2 papers in 1 digest were removed in another window"]
        await pilot.press("s", "j", "s")
        assert len(told(pilot)) == 3


async def test_ones_own_act_is_told_as_that(library: Library) -> None:
    async with reading(library) as (pilot, screen):
        screen.remove_digest()
        await shown(screen, pilot, lambda: len(screen.weeks) == 1)
        await pilot.press("u")
        await shown(screen, pilot, lambda: len(screen.weeks) == 2)
        assert not [sentence for sentence in told(pilot) if "new paper" in sentence or "another window" in sentence]
        bring(library, "may.txt", MAY)
        await shown(screen, pilot, lambda: len(screen.weeks) == 3)
        assert told(pilot)[-1] == "2 new papers in 1 digest"
