"""Another process beside an open reader: what it brings, takes away and writes, and where the cursor stays."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from tests.builders import another_machine, home
from tests.tui.reading import (
    APRIL,
    JULY,
    all_done,
    digest_here,
    has_left,
    library_of,
    lines,
    note_box,
    reading,
    told,
)
from tui_digest.errors import StoreError
from tui_digest.library import Library
from tui_digest.models import Mark
from tui_digest.store import mark_store
from tui_digest.store.journal import Appender
from tui_digest.store.lock import locked
from tui_digest.store.rescue import rescued
from tui_digest.tui import in_pieces, voice
from tui_digest.tui.controllers import upkeep
from tui_digest.tui.controllers.copying import Copying
from tui_digest.tui.screens.dialogs import UnsavedDialog
from tui_digest.tui.screens.main import MainScreen
from tui_digest.tui.widgets import note_editor

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


@pytest.fixture(autouse=True)
def no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(note_editor, "PAUSE", 0.01)


def bring(library: Library, name: str, text: str) -> Library:
    """What `tui-digest import` in a shell does."""
    path = library.paths.data.parent.parent / "digests" / name
    path.write_text(text, "utf-8")
    other = Library.open(library.paths, starters=False)
    other.imports.from_paths([path])
    return other


async def shown(screen: MainScreen, pilot: Pilot[None], true: Callable[[], object]) -> None:
    """Have the screen look for what others did, until that shows."""
    for _ in range(200):
        screen.upkeep.look_again()
        await all_done(pilot)
        if true():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it never came")


@pytest.fixture(params=["en", "ko"])
def lang(request: pytest.FixtureRequest) -> str:
    return str(request.param)


async def test_what_was_imported_elsewhere_is_told_in_one_line(
    library: Library, lang: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(voice, "_NEWS", 3600.0)  # it is looked at below, however long that takes
    async with reading(library, lang=lang) as (pilot, screen):
        with locked(library.paths.lock):  # an import is on its way
            for _ in range(3):
                screen.upkeep.look_again()
            await all_done(pilot)
        bring(library, "may.txt", MAY)
        await shown(screen, pilot, lambda: len(screen.state.weeks) == 3)
        assert told(pilot) == [
            "2 new papers in 1 digest" if lang == "en" else "다이제스트 1개에 새 글 2편이 들어왔습니다"
        ]
        assert screen.taker.flashed == told(pilot)[0]


async def test_nothing_half_imported_is_shown_nor_told(library: Library) -> None:
    async with reading(library) as (pilot, screen):
        week = library.paths.shards / "2023-W30.json"
        with locked(library.paths.lock):
            week.rename(week.with_suffix(".away"))
            for _ in range(3):
                screen.upkeep.look_again()
                await all_done(pilot)
            assert len(screen.state.weeks) == 2
            assert screen.state.key_here() == FIRST
            week.with_suffix(".away").rename(week)
        await shown(screen, pilot, lambda: not library.behind)
        assert told(pilot) == []


async def test_the_cursor_stays_with_its_paper(library: Library) -> None:
    async with reading(library, size=(120, 20)) as (pilot, screen):
        await pilot.press("j")
        assert screen.state.key_here() == SECOND
        bring(
            library, "digest-0.txt", JULY.replace("\n", "\nhttps://arxiv.org/abs/2307.00009\nA New One (Zo)\n#x\n", 1)
        )
        await shown(screen, pilot, lambda: len(screen.state.rows) == 4)
        assert (screen.state.key_here(), screen.panes.entries.list.cursor, screen.state.week) == (SECOND, 2, "2023-W30")
        assert SECOND in screen.panes.entry.body.document.key


async def test_keys_act_between_the_steps_in_which_an_import_is_shown(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All in one step was 25 ms of a hundred thousand entries."""
    stood: list[tuple[int, int]] = []

    async def do_in_pieces(steps: Any, *told: Any, **how: Any) -> Any:
        if steps.__name__ != "_taking_changes":
            return await in_pieces.do_in_pieces(steps, *told, **how)
        for _ in steps:
            entries = screen.panes.entries.list
            entries.move(1 if len(stood) % 2 == 0 else -1)
            stood.append((entries.cursor, screen.state.cursor))
            assert len(entries.source) == len(screen.state.rows)
        return None

    async with reading(library, size=(120, 20)) as (pilot, screen):
        monkeypatch.setattr(upkeep, "do_in_pieces", do_in_pieces)
        more = "\nhttps://arxiv.org/abs/2307.00009\nA New One (Zo)\n#x\n"
        bring(library, "digest-0.txt", JULY.replace("\n", more, 1))
        await shown(screen, pilot, lambda: len(screen.state.rows) == 4)
        assert len(stood) >= 3 and all(one == two for one, two in stood)
        assert (key := screen.state.key_here()) in (FIRST, SECOND)
        assert key in screen.panes.entry.body.document.key


async def test_the_entry_stays_where_it_was_scrolled_to(tmp_path: Path) -> None:
    library = library_of(home(tmp_path), tmp_path / "digests", TALL, APRIL)
    async with reading(library, size=(120, 20)) as (pilot, screen):
        await pilot.press("G", "l", "ctrl+d", "ctrl+d")
        await pilot.pause()
        top = screen.panes.entry.body.top
        assert top > 0
        bring(library, "may.txt", MAY)
        await shown(screen, pilot, lambda: len(screen.state.weeks) == 3)
        assert (screen.panes.entry.body.top, screen.state.pane) == (top, "entry")
        Library.open(library.paths, starters=False).marks.star([FIRST], True)
        await shown(screen, pilot, lambda: screen.state.totals.starred == 1)
        assert screen.panes.entry.body.top == top, "another window's star scrolls nothing"


async def test_of_two_mentions_of_a_paper_the_cursor_keeps_the_one(library: Library) -> None:
    async with reading(library) as (pilot, screen):
        screen.panes.show_week(None)
        here = [*screen.state.rows.indexes_of(FIRST)]
        screen.panes.show_rows(index=here[1])
        assert screen.state.rows[screen.panes.entries.list.cursor].week == "2023-W16"
        bring(library, "may.txt", MAY)
        await shown(screen, pilot, lambda: len(screen.state.rows) == 7)
        row = screen.state.rows[screen.panes.entries.list.cursor]
        assert (row.key, row.week) == (FIRST, "2023-W16")


async def test_the_lines_of_the_list_stay_where_they_are(tmp_path: Path) -> None:
    many = "2023년 7월 5주차\n" + "".join(
        f"https://arxiv.org/abs/2307.{n:05}\nPaper {n} (Ada)\n#x\n" for n in range(60)
    )
    library = library_of(home(tmp_path), tmp_path / "digests", many)
    async with reading(library, size=(120, 24)) as (pilot, screen):
        await pilot.press(*"20j", *"7k")
        rows = screen.panes.entries.list
        line = rows.cursor - rows.top
        before = rows.top
        Library.open(library.paths, starters=False).marks.star([FIRST], True)
        await shown(screen, pilot, lambda: screen.state.totals.starred == 1)
        assert (rows.top, rows.cursor - rows.top) == (before, line)


async def test_a_week_removed_elsewhere_gives_way_to_the_newest(library: Library) -> None:
    async with reading(library) as (pilot, screen):
        other = Library.open(library.paths, starters=False)
        other.imports.remove([other.lists.sightings(FIRST)[0].digest.id])
        await shown(screen, pilot, lambda: len(screen.state.weeks) == 1)
        assert screen.state.week == "2023-W16"
        assert told(pilot) == ["2 papers in 1 digest were removed in another window"]
        await pilot.press("s", "j", "s")
        assert len(told(pilot)) == 3


async def test_ones_own_act_is_told_as_that(library: Library) -> None:
    async with reading(library) as (pilot, screen):
        screen.library_acts.remove_digest(digest_here(screen))
        await shown(screen, pilot, lambda: len(screen.state.weeks) == 1)
        await pilot.press("u")
        await shown(screen, pilot, lambda: len(screen.state.weeks) == 2)
        assert not [sentence for sentence in told(pilot) if "new paper" in sentence or "another window" in sentence]
        bring(library, "may.txt", MAY)
        await shown(screen, pilot, lambda: len(screen.state.weeks) == 3)
        assert told(pilot)[-1] == "2 new papers in 1 digest"


# -- notes and tags --------------------------------------------------------------------------------------------


def elsewhere(library: Library) -> Library:
    return Library.open(library.paths, starters=False)


async def test_the_open_note_takes_in_what_another_window_wrote(library: Library) -> None:
    library.marks.note(FIRST, "one\ntwo")
    async with reading(library) as (pilot, screen):
        await pilot.press("e", "!")
        await shown(screen, pilot, lambda: elsewhere(library).marks.of(FIRST).note == "one\ntwo!")
        elsewhere(library).marks.note(FIRST, "zero\none\ntwo!")
        await shown(screen, pilot, lambda: note_box(screen).text == "zero\none\ntwo!")
        assert "another window" in str(note_box(screen).border_title)
        assert note_box(screen).cursor_location == (2, 4), "the cursor stays in its line"
        await pilot.press("?")
        await shown(screen, pilot, lambda: elsewhere(library).marks.of(FIRST).note == "zero\none\ntwo!?")
        assert "· saved" in str(note_box(screen).border_title)


async def test_a_note_of_another_window_never_takes_the_place_of_what_is_being_typed(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(note_editor, "PAUSE", 60.0)
    async with reading(library) as (pilot, screen):

        async def written_elsewhere(text: str) -> None:
            elsewhere(library).marks.note(FIRST, text)
            await shown(screen, pilot, lambda: library.marks.of(FIRST).note == text)
            screen.noting.look_at_note()

        await written_elsewhere("closed")
        assert not screen.noting.editing
        await pilot.press("e")
        assert note_box(screen).text == "closed", "the box opens with what was written meanwhile"
        await written_elsewhere("open once")
        await written_elsewhere("open")
        assert note_box(screen).text == "open"
        screen.noting.look_at_note()
        assert "another window" in str(note_box(screen).border_title)
        await pilot.press("escape", "e")
        screen.noting.look_at_note()
        assert "another window" not in str(note_box(screen).border_title), "nothing came since it was opened"
        await pilot.press("!")
        await written_elsewhere("theirs")
        assert note_box(screen).text == "open!"
        await pilot.press("escape")
        await pilot.pause()
        assert elsewhere(library).marks.of(FIRST).note == "theirs\n\n* * *\n\nopen!"
        assert not screen.noting.editing


async def test_two_open_notes_on_one_paper_are_both_kept_and_undo_reaches_each(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(note_editor, "PAUSE", 60.0)
    async with reading(library) as (one, first), reading(elsewhere(library)) as (two, second):
        await one.press("e", *"mine")
        await two.press("e", *"theirs")
        await one.press("escape")
        await one.pause()
        await two.press("escape")
        await two.pause()
        both = "mine\n\n* * *\n\ntheirs"
        assert elsewhere(library).marks.of(FIRST).note == both
        await shown(first, one, lambda: library.marks.of(FIRST).note == both)
        assert not first.typing
        assert not second.typing
        await one.press("u")
        assert elsewhere(library).marks.of(FIRST).note == "mine"
        await one.press("u")
        assert elsewhere(library).marks.of(FIRST).note is None


async def test_a_note_written_in_a_shell_meanwhile_is_no_part_of_this_act(library: Library) -> None:
    async with reading(library) as (pilot, screen):
        await pilot.press("e", *"mine")
        await shown(screen, pilot, lambda: elsewhere(library).marks.of(FIRST).note == "mine")
        elsewhere(library).marks.note(FIRST, "from the shell")
        await shown(screen, pilot, lambda: note_box(screen).text == "from the shell")
        await pilot.press("escape", "u")
        assert elsewhere(library).marks.of(FIRST).note == "mine"


@pytest.fixture
def full(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[bool], None]]:
    """Call it with whether the disk is full."""
    state = {"full": False}
    append = Appender.append

    def guard(self: Appender, *args: Any, **more: Any) -> Any:
        if state["full"]:
            raise StoreError("store.full", path="journal")
        return append(self, *args, **more)

    monkeypatch.setattr(Appender, "append", guard)
    yield lambda on: state.update(full=on)
    state.update(full=False)


async def test_a_note_that_cannot_be_saved_stays_open_and_is_tried_again(
    library: Library, full: Callable[[bool], None]
) -> None:
    async with reading(library) as (pilot, screen):
        full(True)
        await pilot.press("e", *"text")
        await shown(screen, pilot, lambda: screen.noting.unsaved)
        footer = screen.footer_bar.text
        assert str(note_box(screen).border_title).rpartition(" · ")[0] in footer, "both say the same"
        assert "NOT saved" in footer
        await pilot.press("escape")
        assert isinstance(pilot.app.screen, UnsavedDialog)
        await pilot.press("enter")
        assert pilot.app.screen is screen
        await pilot.press("!")
        assert note_box(screen).text == "text!"
        assert sum("disk is full" in sentence for sentence in told(pilot)) == 1
        full(False)
        await shown(screen, pilot, lambda: elsewhere(library).marks.of(FIRST).note == "text!")
        assert "· saved" in str(note_box(screen).border_title)
        await pilot.press("escape")
        await pilot.pause()
        assert not screen.typing


@pytest.mark.parametrize("quits", [False, True])
async def test_leaving_a_note_that_cannot_be_saved_asks(
    library: Library, full: Callable[[bool], None], quits: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    copied: list[str] = []
    monkeypatch.setattr(Copying, "copy", lambda self, text, why: copied.append(text))
    async with reading(library) as (pilot, screen):
        full(True)
        await pilot.press("e", *"text")

        async def leave() -> None:
            screen.quit() if quits else await pilot.press("escape")
            await pilot.pause()
            assert isinstance(pilot.app.screen, UnsavedDialog)

        await leave()
        await pilot.press("c")
        assert (copied, screen.noting.editing, has_left(pilot)) == (["text"], True, False)
        await leave()
        await pilot.press("x")
        await pilot.pause()
        assert not screen.noting.editing
        assert has_left(pilot) == quits


async def test_a_note_that_cannot_be_saved_at_the_end_goes_into_a_file_of_its_own(
    library: Library, full: Callable[[bool], None], capsys: pytest.CaptureFixture[str]
) -> None:
    async with reading(library) as (pilot, _):
        full(True)
        await pilot.press("e", *"text")
        pilot.app.exit()
    [kept] = rescued(library.paths.state)
    assert kept.read_text() == "text"
    assert kept.stat().st_mode & 0o077 == 0
    assert str(kept) in capsys.readouterr().err.replace("\n", "")
    full(False)
    async with reading(elsewhere(library)) as (pilot, screen):
        for _ in range(2):
            screen.upkeep.keep_house()
            await all_done(pilot)
        assert [str(kept) in sentence for sentence in told(pilot)] == [True], "said once"


async def test_own_tags_of_another_window_stay(library: Library, full: Callable[[bool], None]) -> None:
    library.marks.set_tags(FIRST, ["old", "gone"])
    async with reading(library) as (pilot, screen):
        await pilot.press("#", *["backspace"] * 20, *"old, mine")
        elsewhere(library).marks.tag("theirs", [FIRST], True)
        full(True)
        await pilot.press("enter")
        await pilot.pause()
        assert screen.noting.writing, "what cannot be kept stays in its box"
        full(False)
        await pilot.press("enter")
        await pilot.pause()
        assert elsewhere(library).marks.of(FIRST).tags == ("mine", "old", "theirs")


async def test_a_note_goes_on_though_its_paper_is_removed_elsewhere(library: Library) -> None:
    async with reading(library) as (pilot, screen):
        await pilot.press("j", "e", *"text")
        other = elsewhere(library)
        other.imports.remove([other.lists.sightings(SECOND)[0].digest.id])
        await shown(screen, pilot, lambda: len(screen.state.weeks) == 1)
        await pilot.press("!", "escape")
        await pilot.pause()
        assert elsewhere(library).marks.of(SECOND).note == "text!"
        assert screen.state.key_here() == "arxiv:2304.00001"


async def test_what_other_machines_did_is_read_when_the_first_screen_stands(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fifty thousand acts took a second and a half before the first screen. What is done meanwhile is right, and the
    counts follow."""
    monkeypatch.setattr(mark_store, "_LONG", 0)
    monkeypatch.setattr(mark_store, "_BITE", 1)
    monkeypatch.setattr(in_pieces, "PIECE", 0.0)
    monkeypatch.setattr(upkeep, "_MUCH", 0)
    monkeypatch.setattr("tui_digest.tui.screens.main._LOOK", 3600.0)  # the test says when
    library.marks.star([SECOND], True)
    library.close()
    with another_machine(library.paths):
        other = elsewhere(library)
        for value in (True, False) * 20 + (True,):
            other.marks.mark_read([FIRST, SECOND], value)
        other.marks.star([FIRST], True)
    there = Library.open(library.paths, starters=False, patient=True)
    async with reading(there) as (pilot, screen):
        assert screen.state.totals.unread == screen.state.totals.papers
        assert not screen.at_rest, "the next start may look another way"
        await pilot.press("s")
        assert told(pilot)[-1] == "Nothing to change"
        assert there.marks.of(FIRST) == Mark(read=True, starred=True)
        assert "★" in "".join(lines(pilot)), "what the key found shows at once"
        await pilot.press("r")
        assert not there.marks.of(FIRST).read
        assert there.marks.behind and not there.marks.of(SECOND).read
        screen.upkeep.look_again()
        await all_done(pilot)
        read = [each for each in told(pilot) if "other machines" in each]
        assert read[0].endswith(": 0%") and read[-1].endswith(": 100%") and len(read) == 5
        assert not there.marks.behind
        assert screen.state.totals == elsewhere(library).lists.totals()
        assert screen.state.totals.unread == screen.state.totals.papers - 1
        assert (there.marks.of(FIRST).read, there.marks.of(SECOND).read) == (False, True)
        screen.taker.fade()
        assert screen.at_rest
