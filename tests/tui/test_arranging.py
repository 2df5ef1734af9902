"""The screen is arranged by keys: it holds at once, at the next start, and never leaves a pane without room."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest
from textual.pilot import Pilot

from tests.builders import digest, entry, home, plain_parsing, put
from tests.tui.reading import library_of, lines, reading, told
from tui_digest.library import Library
from tui_digest.models import Arrangement
from tui_digest.settings.config import Settings
from tui_digest.tui.screens.main import MainScreen

LONG = f"""2023년 7월 5주차
https://arxiv.org/abs/2307.00001
Long Lines (Ada One)
{"낱말 words " * 60}
{"둘째 문단 second " * 40}
"""


UNEVEN = """2023년 7월 5주차
https://arxiv.org/abs/2307.00001
Short (Ada One)
#memory
https://arxiv.org/abs/2307.00002
A Title That Is a Good Deal Longer Than One Line of the List (Bo Two)
https://arxiv.org/abs/2307.00003
A Title That Is So Long That Two Lines of the List Do Not Hold It, However Wide They Are, nor Would Three of Them (Cy)
"""


async def test_panes_grow_and_shrink_and_stay_so(library: Library) -> None:
    async with reading(library) as (pilot, screen):
        before = screen.panes.entries.list.size.width
        await pilot.press("w", "l")
        await pilot.pause()
        assert screen.panes.entries.list.size.width == before + 4
        await pilot.press("2", "<")
        await pilot.pause()
        assert screen.panes.entries.list.size.width == before - 4
        await pilot.press("tab", ">")  # the entry, wider: the list gives way
        await pilot.pause()
        assert screen.panes.entries.list.size.width == before - 8
        await pilot.press("tab", "3", "w", "l")
        await pilot.pause()
        left = screen.panes.weeks.list.size.width
    async with reading(library) as (pilot, screen):
        assert (screen.panes.entries.list.size.width, screen.panes.weeks.list.size.width) == (before - 8, left)
        await pilot.press("w", "r")
        await pilot.pause()
        assert screen.panes.entries.list.size.width == before
        assert library.memory.load_arrangement() == Arrangement()


@pytest.mark.parametrize("size", [(88, 24), (100, 30), (116, 24), (120, 40), (200, 60)])
async def test_no_pane_loses_its_room(library: Library, size: tuple[int, int]) -> None:
    async with reading(library, size=size) as (pilot, screen):
        for pane, key in itertools.product(["weeks", "tags", "entries", "entry"], "><"):
            screen.panes.go_to(pane)
            await pilot.press("9", "9", key, "9", "9", "w", "k")
            await pilot.pause()
            for shown in screen.panes.room.shown:
                rows = {
                    "left": screen.panes.weeks.list,
                    "entries": screen.panes.entries.list,
                    "entry": screen.panes.entry.body,
                }[shown]
                assert rows.size.width >= 18, (pane, key, shown)
                assert rows.size.height >= 3
            if "left" in screen.panes.room.shown:
                assert screen.panes.facets.list.size.height >= 3


async def test_one_pane_alone_says_so(library: Library) -> None:
    async with reading(library, size=(80, 24)) as (pilot, _):
        await pilot.press("w", "l")
        assert told(pilot)[-1] == "One pane fills this terminal"


async def test_lines_of_text_get_longer_and_shorter(tmp_path: Path) -> None:
    library = library_of(home(tmp_path), tmp_path / "digests", LONG)
    async with reading(library, size=(200, 60), settings=Settings(read_after=-1, body_width=60)) as (pilot, screen):
        assert screen.panes.entry.body.text_width == 60
        await pilot.press("w", "w")
        assert screen.panes.entry.body.text_width == 64
        await pilot.press("3", "w", "n")
        assert screen.panes.entry.body.text_width == 52
    async with reading(library, size=(200, 60), settings=Settings(read_after=-1, body_width=60)) as (_, screen):
        assert screen.panes.entry.body.text_width == 52
    # who changes the setting since wants the setting
    async with reading(library, size=(200, 60), settings=Settings(read_after=-1, body_width=70)) as (_, screen):
        assert screen.panes.entry.body.text_width == 70


def list_of(pilot: Pilot[None], screen: MainScreen) -> list[str]:
    """The lines of the list of entries, down to the last that is not blank."""
    region = screen.panes.entries.list.region
    cells = [line[region.x : region.right - 1] for line in lines(pilot)[region.y : region.bottom]]
    shown = [line.lstrip("│")[1:].rstrip() for line in cells]
    return shown[: max(n for n, line in enumerate(shown, 1) if line)]


async def test_density_and_spacing(tmp_path: Path) -> None:
    library = library_of(home(tmp_path), tmp_path / "digests", LONG + UNEVEN.partition("\n")[2])
    async with reading(library) as (pilot, screen):
        shown = screen.panes.entries.list
        assert "" in list_of(pilot, screen)
        text = len(screen.panes.entry.body.lines)
        await pilot.press("w", "s")
        await pilot.pause()
        assert len(screen.panes.entry.body.lines) < text
        assert "" not in list_of(pilot, screen)
        assert (shown.row_lines, screen.panes.entry_lines) == (4, 4)
        await pilot.press("w", "d")
        await pilot.pause()
        assert told(pilot)[-1] == "Entries of one line"
        assert len(list_of(pilot, screen)) == len(screen.state.rows)
    async with reading(library) as (pilot, screen):
        for lines_each in (1, 2, 3, 4):
            assert (screen.panes.entries.list.row_lines, screen.panes.entry_lines) == (lines_each, lines_each)
            await pilot.press("w", "d")


async def test_an_entry_is_as_high_as_its_title(tmp_path: Path) -> None:
    """A line where the title fits, more where it does not, then what is known of it; no line of it is blank."""
    library = library_of(home(tmp_path), tmp_path / "digests", UNEVEN)
    async with reading(library) as (pilot, screen):
        await pilot.press("w", "s")
        await pilot.pause()
        assert list_of(pilot, screen) == [
            "●  Short",
            "   2307.00001 · #memory",
            "●  A Title That Is a Good Deal Longer",
            "   Than One Line of the List",
            "   2307.00002",
            "●  A Title That Is So Long That Two",
            "   Lines of the List Do Not Hold It,",
            "   However Wide They Are, nor Would Thr…",
            "   2307.00003",
        ]
        await pilot.press("j", "j", "s", "k")  # marks that need no line leave every line where it is
        await pilot.pause()
        assert list_of(pilot, screen)[5] == "●★ A Title That Is So Long That Two"


async def test_a_title_without_facts_has_their_line_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plain_parsing(monkeypatch)
    library = Library.open(home(tmp_path), starters=False)
    titles = ["Nothing but a Title", "A Title for Which Nothing Else Is Known, " + "However Long It May Be " * 4]
    library.imports.from_paths([put(tmp_path / "one.txt", digest(*map(entry, titles)))])
    async with reading(library) as (pilot, screen):
        await pilot.press("w", "s")
        await pilot.pause()
        assert list_of(pilot, screen) == [
            "●  Nothing but a Title",
            "●  A Title for Which Nothing Else Is",
            "   Known, However Long It May Be However",
            "   Long It May Be However Long It May Be",
            "   However Long It May Be",
        ]
        keys = screen.state.rows.keys
        library.marks.note(keys[0], "a note")
        screen.panes.show_marks()
        await pilot.pause()
        assert list_of(pilot, screen)[:3] == ["●  Nothing but a Title", "   ✎", "●  A Title for Which Nothing Else Is"]


def test_an_arrangement_that_cannot_be_read_is_none(library: Library) -> None:
    library.memory.save_arrangement(Arrangement(left=4, chosen=(("body_width", 80, 72),)))
    assert library.memory.load_arrangement() == Arrangement(left=4, chosen=(("body_width", 80, 72),))
    for wrong in (b"", b"{", b"[]", b'{"schema_version":1,"left":"x"}', b'{"schema_version":1,"chosen":[[1]]}'):
        library.paths.arrangement.write_bytes(wrong)
        assert library.memory.load_arrangement() == Arrangement()
