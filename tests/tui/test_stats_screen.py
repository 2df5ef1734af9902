"""Pictures of one's reading: counted beside the keys, a section at a time, each row leading to its papers."""

from __future__ import annotations

import threading
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from tests.builders import home
from tests.tui.reading import APRIL, JULY, all_done, library_of, lines, reading, told, until
from tui_digest.errors import StoreError
from tui_digest.i18n import Translator
from tui_digest.library import Library
from tui_digest.library.lists import Lists
from tui_digest.library.stats import Stats
from tui_digest.store.steps import at_once
from tui_digest.tui.charts import UNICODE
from tui_digest.tui.screens.main import MainScreen
from tui_digest.tui.screens.stats import StatsDialog
from tui_digest.tui.stats_bins import SECTIONS
from tui_digest.tui.stats_lines import markdown_table
from tui_digest.tui.widgets.row_list import RowList
from tui_digest.tui.wrap import width_of

SPARSE, OLDER = "arxiv:2307.00001", "arxiv:2304.00001"


def dialog(pilot: Pilot[None]) -> StatsDialog:
    screen: Any = pilot.app.screen
    assert isinstance(screen, StatsDialog)
    return screen


async def opened(pilot: Pilot[None], *keys: str) -> StatsDialog:
    """The pictures, counted and drawn."""
    await pilot.press(*(keys or ("S",)))
    await until(pilot, lambda: dialog(pilot).section is not None)
    await drawn(pilot)
    return dialog(pilot)


async def drawn(pilot: Pilot[None]) -> None:
    await until(pilot, lambda: not any(each.group == "drawing" and not each.is_finished for each in pilot.app.workers))
    await pilot.pause()


def shown(pilot: Pilot[None]) -> str:
    return "\n".join(lines(pilot))


def cursor(pilot: Pilot[None]) -> int:
    return dialog(pilot).query_one(RowList).cursor


@pytest.mark.parametrize("keys", [("S",), ("g", "c"), ("g", "ㅊ")])
async def test_keys_go_through_the_sections_and_back(library: Library, keys: tuple[str, ...]) -> None:
    async with reading(library) as (pilot, screen):
        stats = await opened(pilot, *keys)
        assert "The digests" not in shown(pilot) and "1 weeks" in shown(pilot)
        went = []
        for key in ("tab", "l", "right", "4", "h", "shift+tab", "left", "h", "tab"):
            await pilot.press(key)
            assert stats.section is not None
            went.append(SECTIONS.index(stats.section.id) + 1)
        assert went == [2, 3, 4, 4, 3, 2, 1, 7, 1], "after the last comes the first"
        await pilot.press("escape")
        assert pilot.app.screen is screen


async def test_the_bar_of_the_row_is_marked_and_a_section_keeps_its_cursor(library: Library) -> None:
    async with reading(library, size=(80, 24)) as (pilot, _):
        await opened(pilot)
        marked = [line.index("▲") for line in lines(pilot) if "▲" in line]
        await pilot.press("j")
        await pilot.pause()
        other = [line.index("▲") for line in lines(pilot) if "▲" in line]
        assert len(marked) == len(other) == 1 and other[0] < marked[0], "an older week stands to the left"
        await pilot.press("tab", "shift+tab")
        assert cursor(pilot) == 1
        await pilot.press("G", "g", "ctrl+d", "space", "pageup")
        assert cursor(pilot) == 0


async def test_a_row_leads_to_its_papers(library: Library) -> None:
    library.marks.set_fields(SPARSE, ["later"], True)
    async with reading(library) as (pilot, screen):
        await opened(pilot)
        await pilot.press("j", "enter")
        await pilot.pause()
        assert pilot.app.screen is screen
        assert (screen.state.week, screen.state.text, screen.state.pane) == ("2023-W16", "", "entries")
        stats = await opened(pilot, "S")
        await pilot.press("3")
        assert stats.section is not None
        first = stats.section.rows[0]
        await pilot.press("enter")
        await pilot.pause()
        assert (screen.state.week, screen.state.text) == (None, f"tag:{first.name}")
        assert screen.state.found == int(first.numbers[0])
        await opened(pilot, "S")
        await pilot.press("6", "enter")
        await pilot.pause()
        assert screen.state.week is not None and screen.state.text.startswith("digest:=") and len(screen.state.rows)
        await opened(pilot, "S")
        await pilot.press("7", "enter")
        await pilot.pause()
        assert (screen.state.text, screen.state.rows.key(0)) == ("is:later sort:waiting", SPARSE)


async def test_strips_are_of_all_papers_of_those_read_and_of_those_starred(library: Library) -> None:
    library.marks.mark_read([SPARSE], True)
    async with reading(library) as (pilot, _):
        stats = await opened(pilot)
        await pilot.press("m", "3")
        trends = []
        for _each in range(4):
            assert stats.section is not None
            (row,) = [row for row in stats.section.rows if row.name == "memory"]
            trends.append((stats.section.drawn, sum(row.trend)))
            await pilot.press("m")
        assert [name for name, _ in trends] == ["papers", "read", "starred", "papers"]
        assert trends[0][1] > trends[1][1] > trends[2][1] == 0 and trends[3] == trends[0]


async def test_one_s_own_weeks_lead_to_no_list_and_say_so(library: Library) -> None:
    library.marks.star([SPARSE], True)
    async with reading(library) as (pilot, _):
        await opened(pilot)
        await pilot.press("2", "enter")
        assert told(pilot)[-1] == "No list shows the papers of one of your weeks"
        dialog(pilot)


async def test_a_table_is_copied_as_markdown(library: Library, copied: list[str]) -> None:
    async with reading(library) as (pilot, _):
        stats = await opened(pilot)
        await pilot.press("3", "y")
        await all_done(pilot)
        assert stats.section is not None
        assert copied == [markdown_table(stats.section)]
        assert told(pilot)[-1].startswith("Copied the table: Tags over time")


async def test_keys_go_on_while_it_is_counted(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    go_on = threading.Event()
    monkeypatch.setattr(Lists, "load_columns", lambda _: go_on.wait(20))
    async with reading(library) as (pilot, screen):
        await pilot.press("S")
        assert "Counting…" in shown(pilot)
        await pilot.press("tab", "j", "enter", "y", "3")
        assert dialog(pilot).section is None
        await pilot.press("escape", "j")
        assert (pilot.app.screen, screen.state.cursor) == (screen, 1), "left before it was counted"
        await pilot.press("S", "3")
        go_on.set()
        await until(pilot, lambda: dialog(pilot).section is not None)
        section = dialog(pilot).section
        assert section is not None and section.id == "tags", "the section that was asked for meanwhile"


async def test_what_cannot_be_counted_is_said(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> Any:
        yield
        raise StoreError("store.unreadable", path="x", reason="no")

    monkeypatch.setattr(Stats, "counting", broken)
    async with reading(library) as (pilot, screen):
        await pilot.press("S")
        await until(pilot, lambda: told(pilot))
        assert "could not be read" in told(pilot)[-1] or "x" in told(pilot)[-1]
        await pilot.press("escape")
        assert pilot.app.screen is screen


async def test_it_fits_every_size_and_says_the_same_numbers_as_the_store(library: Library) -> None:
    library.marks.star([SPARSE], True)
    library.marks.mark_read([OLDER], True)
    counted = at_once(library.stats.counting())
    async with reading(library) as (pilot, _):
        stats = await opened(pilot)
        for number, size in enumerate(((200, 60), (80, 24), (40, 10), (20, 6), (4, 2), (120, 40)), 1):
            await pilot.resize_terminal(*size)
            await pilot.press(str(number))
            await drawn(pilot)
        await pilot.resize_terminal(40, 10)
        for number in range(1, len(SECTIONS) + 1):
            await pilot.press(str(number))
            await drawn(pilot)
            assert any(line.startswith("│ ▌") for line in lines(pilot)) == bool(stats.section and stats.section.rows)
        await pilot.resize_terminal(120, 40)
        await pilot.press("1")
        await drawn(pilot)
        assert stats.section is not None
        assert [row.numbers[0] for row in stats.section.rows] == [
            str(each.tally.papers) for each in counted.weeks[::-1]
        ]
        assert set("".join(lines(pilot))) & set(UNICODE.parts) == {*UNICODE.parts}


@pytest.mark.parametrize("width", [120, 200])
async def test_a_wide_terminal_has_the_table_beside_its_chart(library: Library, width: int) -> None:
    async with reading(library, size=(width, 40)) as (pilot, _):
        await opened(pilot)
        axis, head = (next(at for at, line in enumerate(lines(pilot)) if sign in line) for sign in ("┤", "period"))
        assert axis == head, "both begin on one line"
        assert lines(pilot)[head].index("period") > width // 2
        await pilot.press("3")
        await drawn(pilot)
        assert "-wide" not in dialog(pilot).classes, "a table without a chart has the whole width"


@pytest.mark.parametrize("lang", ["en", "ko"])
async def test_an_empty_library_says_what_to_do(lang: str, tmp_path: Path) -> None:
    library = Library.open(home(tmp_path), starters=False)
    async with reading(library, lang=lang, size=(80, 24)) as (pilot, screen):
        stats = await opened(pilot)
        for number in range(1, len(SECTIONS) + 1):
            await pilot.press(str(number), "j", "enter", "y", "g", "G")
            section = stats.section
            assert section is not None and section.rows == [] and section.empty
            assert section.empty[:20] in shown(pilot)
        assert isinstance(screen, MainScreen)


async def test_it_is_spoken_in_the_language_of_the_app(tmp_path: Path) -> None:
    library = library_of(home(tmp_path), tmp_path / "d", JULY, APRIL)
    async with reading(library, lang="ko", size=(80, 24)) as (pilot, _):
        await opened(pilot)
        assert "읽기 통계" in shown(pilot) and "█ 별표  ▒ 읽음  ░ 남음" in shown(pilot)


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_what_a_section_counts_is_told_in_a_line_at_80_columns(lang: str) -> None:
    tr = Translator(lang)
    first, last = tr.day(date(2015, 12, 29)), tr.day(date(2026, 12, 29))
    for name in SECTIONS:
        assert width_of(tr(f"stats.{name}.about", n="14,263", first=first, last=last)) <= 76, name
