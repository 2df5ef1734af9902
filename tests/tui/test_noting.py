"""Notes and own tags, written in place; acts on the library undone from the screen."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.builders import home
from tests.tui.reading import JULY, all_done, digest_here, library_of, lines, note_box, reading, told, until
from tui_digest.errors import StoreError
from tui_digest.library import Library
from tui_digest.models import Mark
from tui_digest.tui.screens.dialogs import RemovalDialog
from tui_digest.tui.widgets import note_editor
from tui_digest.tui.widgets.prose import Prose

FIRST = "arxiv:2307.00001"


@pytest.fixture(autouse=True)
def no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(note_editor, "PAUSE", 0.01)


def again(library: Library) -> Library:
    return Library.open(library.paths, starters=False)


async def test_a_note_is_saved_while_it_is_typed(library: Library) -> None:
    async with reading(library) as (pilot, screen):
        await pilot.press("e", "q", "s", "enter", "j")
        await until(pilot, lambda: again(library).marks.of(FIRST).note == "qs\nj")
        assert "saved" in str(note_box(screen).border_title)
        await pilot.press("k", "escape")
        await pilot.pause()
        assert again(library).marks.of(FIRST) == Mark(note="qs\njk")
        assert not screen.typing
        assert any("qs" in block.text for block in screen.panes.entry.body.document.blocks)
        await pilot.press("v", "n")
        assert [row.key for row in screen.state.rows] == [FIRST]
        await pilot.press("u")
        assert again(library).marks.of(FIRST) == Mark()  # one stay in the editor is one act
        await pilot.press("ctrl+r")
        assert again(library).marks.of(FIRST).note == "qs\njk"


async def test_a_korean_note_goes_on_where_it_ended(library: Library) -> None:
    library.marks.note(FIRST, "첫 줄")
    async with reading(library, size=(40, 10)) as (pilot, _):
        await pilot.press("e", "!", "가", "escape")
        await pilot.pause()
        assert again(library).marks.of(FIRST).note == "첫 줄!가"


async def test_what_was_typed_is_kept_however_the_reader_ends(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(note_editor, "PAUSE", 60.0)
    async with reading(library) as (pilot, _):
        await pilot.press("e", "a", "b")
        pilot.app.exit()
    assert again(library).marks.of(FIRST).note == "ab"


@pytest.mark.parametrize("keys", ["e", "T e"], ids=["main screen", "triage"])
async def test_a_note_that_is_being_written_stands_on_the_screen_once(library: Library, keys: str) -> None:
    library.marks.note(FIRST, "a line of its own")
    async with reading(library) as (pilot, _):
        await pilot.press(*keys.split()[:-1])
        assert str(lines(pilot)).count("a line of its own") == 1
        for key in ("e", "!", "escape"):
            await pilot.press(key)
            await all_done(pilot)
            assert str(lines(pilot)).count("a line of its own") == 1, key
        await until(pilot, lambda: "a line of its own!" in str(lines(pilot)))


async def test_a_note_that_cannot_be_saved_is_said_and_stays(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise StoreError("store.full", path="/x")

    async with reading(library) as (pilot, screen):
        with monkeypatch.context() as patch:
            patch.setattr(library.marks, "write_note", refuse)
            await pilot.press("e", "a")
            await until(pilot, lambda: "NOT saved" in str(note_box(screen).border_title))
            assert "disk is full" in told(pilot)[-1]
        await pilot.press("b", "escape")
        await pilot.pause()
        assert again(library).marks.of(FIRST).note == "ab"


async def test_own_tags_are_written_in_one_line(library: Library) -> None:
    async with reading(library) as (pilot, screen):
        await pilot.press("#", *"kv cache,later", "enter")
        await pilot.pause()
        assert again(library).marks.of(FIRST).tags == ("kv cache", "later")
        assert "later" in [tag for tag, _ in screen.panes.facets.names]
        assert any("+kv cache" in block.text for block in screen.panes.entry.body.document.blocks)
        await pilot.press("m", "t", *("backspace",) * 20, *"mine", "escape")
        await pilot.pause()
        assert again(library).marks.of(FIRST).tags == ("kv cache", "later")
        await pilot.press("u")
        assert again(library).marks.of(FIRST).tags == ()


async def test_an_import_is_undone_from_the_screen(library: Library) -> None:
    async with reading(library) as (pilot, screen):
        assert len(screen.state.weeks) == 2
        await pilot.press("u")
        await all_done(pilot)
        assert screen.state.weeks == []
        assert any("the import of 2 digests" in sentence for sentence in told(pilot))
        await pilot.press("ctrl+r")
        await all_done(pilot)
        assert len(screen.state.weeks) == 2


async def test_removing_stands_last_in_the_palette_and_asks(library: Library) -> None:
    async with reading(library) as (pilot, screen):
        for answer, weeks in (("escape", 2), ("enter", 2), ("y", 1)):
            await pilot.press("ctrl+p")
            await pilot.pause()
            await pilot.press("ctrl+end", "enter")
            await pilot.pause()
            assert isinstance(pilot.app.screen, RemovalDialog)
            await pilot.press(answer)
            await all_done(pilot)
            assert pilot.app.screen is screen
            assert len(screen.state.weeks) == weeks


@pytest.mark.parametrize(
    ("heading", "named"),
    [
        ("2023년 7월 5주차", "23–29 Jul 2023"),
        ("2023-07-23", "23 Jul 2023"),
        ("Lamp weekly, 23 Jul 2023", "Lamp weekly, 23 Jul 2023"),
        ("Lamp weekly, 2023-07-23", "Lamp weekly, 2023-07-23  23 Jul 2023"),
    ],
)
async def test_what_is_to_be_removed_is_named_with_its_days_once(tmp_path: Path, heading: str, named: str) -> None:
    text = JULY.replace("2023년 7월 5주차", heading)
    async with reading(library_of(home(tmp_path), tmp_path / "digests", text)) as (pilot, screen):
        screen.library_acts.ask_to_remove()
        await pilot.pause()
        assert str(pilot.app.screen.query(Prose).first().content).splitlines()[0] == named


async def test_a_digest_is_removed_and_brought_back(library: Library) -> None:
    async with reading(library) as (pilot, screen):
        screen.library_acts.remove_digest(digest_here(screen))
        await all_done(pilot)
        assert [week.id for week in screen.state.weeks] == ["2023-W16"]
        await pilot.press("u")
        await all_done(pilot)
        assert len(screen.state.weeks) == 2


async def test_another_windows_note_shows(library: Library) -> None:
    async with reading(library) as (pilot, screen):
        again(library).marks.note(FIRST, "from elsewhere")
        await until(
            pilot, lambda: any("from elsewhere" in block.text for block in screen.panes.entry.body.document.blocks)
        )


async def test_house_is_kept_beside_the_screen(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tui_digest.library.FOLD_AFTER", 0)
    async with reading(library) as (pilot, screen):
        await pilot.press("s")
        library.paths.marks.unlink(missing_ok=True)
        screen.upkeep.keep_house()
        await all_done(pilot)
        assert len(list(library.paths.backups.iterdir())) == 1
        assert library.paths.marks.exists()
        assert not library.fold_due
    assert again(library).marks.of(FIRST).starred


async def test_own_tags_are_taken_off_where_they_were_written(library: Library) -> None:
    async with reading(library) as (pilot, screen):
        await pilot.press("#", *"kv cache,later", "enter")
        assert library.marks.of(FIRST).tags == ("kv cache", "later")
        await pilot.press("#", *["backspace"] * len("later, "), "enter")
        await pilot.pause()
        assert library.marks.of(FIRST).tags == ("kv cache",)
        assert again(library).marks.of(FIRST).tags == ("kv cache",)
        assert "later" not in [name for name, _ in screen.panes.facets.names]
        await pilot.press("#", "ctrl+u", "enter")
        await pilot.pause()
        assert library.marks.of(FIRST).tags == ()
        await pilot.press("u")
        assert library.marks.of(FIRST).tags == ("kv cache",)


@pytest.mark.parametrize("lang", ["en", "ko"])
@pytest.mark.parametrize("key", ["e", "#", ";"])
async def test_what_is_asked_about_a_paper_names_it_where_the_screen_does_not(
    library: Library, key: str, lang: str
) -> None:
    async with reading(library, size=(80, 24), lang=lang) as (pilot, screen):
        await pilot.press("j", "h")
        await pilot.pause()
        assert screen.state.pane == "weeks" and "[/] Markup" not in "\n".join(lines(pilot))
        await pilot.press(key)
        await until(pilot, lambda: "A Title with [/]" in "\n".join(lines(pilot)))
        await pilot.press("escape")
        await until(pilot, lambda: pilot.app.screen is screen and not screen.typing)
