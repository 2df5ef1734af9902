"""The views across all weeks: their rows and counts, saving one under a name, and choosing by author and digest."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from tests.builders import home
from tests.tui.reading import APRIL, JULY, all_done, library_of, lines, reading, told, until
from tui_digest.errors import StoreError
from tui_digest.library import Library
from tui_digest.tui import in_pieces
from tui_digest.tui.keymap import KEYS
from tui_digest.tui.panes import facets
from tui_digest.tui.screens.main import MainScreen

SPARSE, OLDER = "arxiv:2307.00001", "arxiv:2304.00001"


def side(screen: MainScreen) -> list[str]:
    """The rows of the week list, as they read."""
    rows = (screen.panes.weeks.list.source.row(index, 24)[0] for index in range(len(screen.panes.weeks.list.source)))
    return [" ".join("".join(text for text, _ in row).split()) for row in rows]


def here(screen: MainScreen) -> str:
    """The row under the cursor of the week list."""
    return side(screen)[screen.panes.weeks.list.cursor]


def titles(screen: MainScreen) -> list[str]:
    return [row.title.split()[0] for row in screen.state.rows]


async def counted(pilot: Pilot[None], screen: MainScreen) -> None:
    """Waits until the views are counted."""
    await until(pilot, lambda: not screen.views.uncounted)


async def test_views_stand_in_the_week_list_with_their_counts(library: Library) -> None:
    library.marks.star([SPARSE], True)
    library.marks.mark_read([OLDER], True)
    library.marks.note(SPARSE, "later")
    async with reading(library) as (pilot, screen):
        await counted(pilot, screen)
        assert side(screen)[:5] == ["All weeks", "● Unread 3", "★ Starred 1", "✎ Noted 1", "2023"]
        await pilot.press("h", "g", "g", "j")
        await pilot.pause()
        assert (here(screen), screen.state.week, len(screen.state.rows)) == ("● Unread 3", None, 4)
        await pilot.press("j")
        await pilot.pause()
        assert titles(screen) == ["Sparse", "Sparse"], "both mentions, the newest first"
        await pilot.press("l", "s")
        await pilot.pause()
        assert "★ Starred" in side(screen)


async def test_what_was_put_off_is_a_row_with_how_long_it_waits_and_gone_once_read(tmp_path: Path) -> None:
    day, now = 86_400.0, [2_000_000_000.0]
    made = library_of(home(tmp_path), tmp_path / "d", JULY, APRIL)
    library = Library.open(made.paths, clock=lambda: now[0])
    async with reading(library) as (pilot, screen):
        await counted(pilot, screen)
        assert "› Later" not in " ".join(side(screen)), "nothing waits: nothing reminds of it"
        await pilot.press("T", "l", "l", "escape")  # Sparse, then the one below it
        await counted(pilot, screen)
        assert side(screen)[3:6] == ["✎ Noted", "› Later 2", "2023"]
        first, second = (row.key for row in [*library.lists.entries("2023-W30")][:2])
        library.marks.undo()
        now[0] += 12 * day
        library.marks.set_fields(second, ["later"], True)
        now[0] += day
        await pilot.press("v", "p")
        await pilot.pause()
        assert [row.key for row in screen.state.rows] == [first, second], "the longest waiting first"
        await pilot.press("h", "g", "g")
        await pilot.pause()
        assert (here(screen), screen.state.week, screen.state.view) == ("› Later 2", None, "later")
        facts = [screen.panes.entries.list.source.row(index, 60)[-1] for index in range(3)]
        said = ["".join(text for text, _ in row).strip() for row in facts]
        assert "put off 13 days ago" in said[0] and "put off yesterday" in said[-1]
        assert screen.state.asked_text() == "is:later sort:waiting"
        for key in (first, second):
            library.marks.mark_read([key], True)
        screen.marks_changed()
        await counted(pilot, screen)
        assert here(screen) == "› Later", "while it is shown it stays"
        await pilot.press("g", "g")
        await pilot.pause()
        screen.marks_changed()
        await counted(pilot, screen)
        assert "› Later" not in " ".join(side(screen))


@pytest.mark.parametrize("lang", ["en", "ko"])
async def test_every_view_that_a_key_shows_has_its_name_in_the_title_and_says_why_it_is_empty(
    lang: str, tmp_path: Path
) -> None:
    async with reading(library_of(home(tmp_path), tmp_path / "d", APRIL), lang=lang) as (pilot, screen):
        for key in KEYS:
            if key.id.startswith("view.") and key.action.startswith("narrowing."):
                await pilot.press(*key.keys[0].split())
                await pilot.pause()
                view = key.id.removeprefix("view.")
                assert screen.state.view == view
                assert not {f"title.view.{view}", f"entries.none.{view}"} & {*"\n".join(lines(pilot)).split()}
                if view != "all":
                    assert all(screen.tr.knows(f"{ids}.{view}") for ids in ("title.view", "entries.none"))


async def test_a_view_of_a_row_is_let_go_in_a_week_and_one_of_a_week_stays(library: Library) -> None:
    library.marks.star([OLDER], True)
    async with reading(library) as (pilot, screen):
        await pilot.press("h", "g", "g", "2", "j")
        await pilot.pause()
        assert (screen.state.view, titles(screen)) == ("starred", ["An"])
        await pilot.press("2", "j")
        await pilot.pause()
        assert (screen.state.view, screen.state.week, len(screen.state.rows)) == ("all", "2023-W30", 3)
        await pilot.press("v", "s", "j")
        await pilot.pause()
        assert (screen.state.view, screen.state.week, titles(screen)) == ("starred", "2023-W16", ["An"])
        await pilot.press("g", "g")
        await pilot.pause()
        assert (here(screen), titles(screen)) == ("★ Starred 1", ["An"]), "all weeks, still the starred"
        await pilot.press("g", "g")
        await pilot.pause()
        assert (here(screen), len(screen.state.rows)) == ("All weeks", 5)


async def test_the_cursor_stands_on_the_row_of_what_is_shown(library: Library) -> None:
    async with reading(library) as (pilot, screen):
        await pilot.press("h", "g", "g", "l", "v", "u")
        await pilot.pause()
        assert here(screen).startswith("● Unread")
        await pilot.press("/", *"sparse", "enter")
        await pilot.pause()
        assert (here(screen).split()[1], screen.state.found) == ("Unread", 1)
        await pilot.press("escape")
        await pilot.pause()
        assert (screen.state.text, screen.state.view) == ("", "unread"), "first what was added to the view"
        await pilot.press("escape")
        await pilot.pause()
        assert (here(screen).split()[0], screen.state.view) == ("All", "all")


async def test_what_is_shown_is_saved_under_a_name(library: Library) -> None:
    async with reading(library) as (pilot, screen):
        await pilot.press("/", *"sparse OR older", "enter", "v", "u", "t", "enter", "b")
        await pilot.pause()
        assert screen.query_one(Input).value == "unread  memory  sparse OR older"
        await pilot.press(*"Mine", "enter")
        await pilot.pause()
        assert library.views.all() == {"Mine": "(sparse OR older) is:unread tag:memory"}
        assert told(pilot)[-1] == "Saved the view Mine"
        await counted(pilot, screen)
        assert side(screen)[4] == "/ Mine 1"
        await pilot.press("h", "escape", "escape", "h", "g", "g", "4", "j")
        await pilot.pause()
        assert (screen.state.saved, screen.state.week, titles(screen)) == ("Mine", None, ["Sparse", "Sparse"])
        assert [each.text for each in screen.state.needles()] == ["sparse", "older"]
        await pilot.press("l", "v", "s")
        await pilot.pause()
        assert (here(screen), len(screen.state.rows)) == ("/ Mine 1", 0)
        await pilot.press("u")
        await pilot.pause()
        assert (library.views.all(), screen.state.saved, here(screen)) == ({}, "", "★ Starred")


async def test_nothing_narrowed_is_no_view(library: Library) -> None:
    async with reading(library) as (pilot, screen):
        await pilot.press("b")
        await pilot.pause()
        assert not screen.typing and told(pilot)[-1].startswith("Everything is shown")


async def test_an_existing_name_gets_the_new_query_and_says_so(library: Library) -> None:
    library.views.save("Mine", "blog")
    async with reading(library) as (pilot, _):
        await pilot.press("v", "u", "b", *"mine", "enter")
        await pilot.pause()
        assert library.views.all() == {"mine": "is:unread"}
        assert told(pilot)[-1].startswith("Replaced the view ")
        await pilot.press("u")
        assert library.views.all() == {"Mine": "blog"}


async def test_a_saved_view_is_renamed_and_deleted_on_its_row(library: Library) -> None:
    library.views.save("one", "sparse")
    library.views.save("two", "older")
    async with reading(library) as (pilot, screen):
        await pilot.press("h", "g", "g", "4", "j", "b")
        await pilot.pause()
        assert screen.query_one(Input).value == "one"
        await pilot.press(*"two", "enter")
        await pilot.pause()
        assert library.views.all() == {"one": "sparse", "two": "older"}, "no view takes another's place by its name"
        assert screen.query_one(Input).value == "two", "what was typed is there to be mended"
        await pilot.press("ctrl+u", *"three", "enter")
        await pilot.pause()
        assert (library.views.all(), screen.state.saved) == ({"three": "sparse", "two": "older"}, "three")
        assert here(screen).startswith("/ three") and titles(screen) == ["Sparse", "Sparse"]
        await pilot.press("b", "backspace", "enter")
        await pilot.pause()
        assert (library.views.all(), screen.state.saved, screen.state.view) == ({"two": "older"}, "", "all")
        assert told(pilot)[-1] == "Deleted the view three · undo brings it back"
        await pilot.press("l", "u")
        await pilot.pause()
        assert library.views.all() == {"three": "sparse", "two": "older"}


async def test_a_name_that_cannot_be_saved_stays_in_its_box(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise StoreError("store.full", path="journal")

    async with reading(library) as (pilot, screen):
        await pilot.press("v", "u", "b", "ctrl+u", *"mine")
        with monkeypatch.context() as patch:
            patch.setattr(library.views, "save", full)
            await pilot.press("enter")
            await pilot.pause()
            assert (screen.typing, screen.query_one(Input).value, library.views.all()) == (True, "mine", {})
        await pilot.press("enter")
        await pilot.pause()
        assert (screen.typing, library.views.all()) == (False, {"mine": "is:unread"})


async def test_esc_in_the_name_box_saves_nothing(library: Library) -> None:
    async with reading(library) as (pilot, screen):
        await pilot.press("v", "u", "b", *"x", "escape")
        await pilot.pause()
        assert (library.views.all(), screen.typing, screen.state.pane, screen.state.view) == (
            {},
            False,
            "entries",
            "unread",
        )


async def test_another_window_s_view_is_seen_and_its_deletion_too(library: Library) -> None:
    other = Library.open(library.paths)
    async with reading(library) as (pilot, screen):
        other.views.save("theirs", "older")
        screen.upkeep.look_again()
        await all_done(pilot)
        await pilot.press("h", "g", "g", "4", "j")
        await pilot.pause()
        assert titles(screen) == ["An"]
        other.views.save("theirs", "sparse")
        screen.upkeep.look_again()
        await all_done(pilot)
        assert titles(screen) == ["Sparse", "Sparse"]
        other.views.delete("theirs")
        screen.upkeep.look_again()
        await all_done(pilot)
        assert (screen.state.saved, len(screen.state.rows), here(screen)) == ("", 5, "All weeks")


async def test_a_view_that_cannot_be_read_any_more_shows_nothing_and_says_why(library: Library) -> None:
    library.views.save("inner", "older")
    library.views.save("outer", "view:inner")
    library.views.delete("inner")
    async with reading(library) as (pilot, screen):
        await counted(pilot, screen)
        await pilot.press("h", "g", "g", "4", "j")
        await pilot.pause()
        assert (here(screen), len(screen.state.rows)) == ("/ outer", 0)
        assert any("outer cannot be read: view:inner" in each for each in told(pilot))


async def test_the_next_start_stands_in_the_view_and_on_what_was_chosen(library: Library) -> None:
    library.views.save("mine", "sparse OR older")
    async with reading(library) as (pilot, screen):
        await pilot.press("h", "g", "g", "4", "j", "v", "d", "enter")
        await pilot.pause()
        assert (screen.state.chosen_names(), titles(screen)) == (("2023년 7월 5주차",), ["Sparse"])
    async with reading(Library.open(library.paths)) as (pilot, screen):
        assert (screen.state.saved, screen.state.facet, screen.state.pane) == ("mine", "digests", "tags")
        assert (here(screen).startswith("/ mine"), titles(screen)) == (True, ["Sparse"])
    library.views.delete("mine")
    async with reading(Library.open(library.paths)) as (pilot, screen):
        await until(pilot, lambda: here(screen) == f"All weeks {len(titles(screen))}")
        assert screen.state.saved == ""


async def test_authors_and_digests_are_chosen_like_tags(library: Library) -> None:
    async with reading(library) as (pilot, screen):
        await pilot.press("h", "g", "g", "v", "w")
        await pilot.pause()
        assert screen.panes.facets.names == [("Ada One", 1), ("Bo Two", 1), ("Cy Three", 1), ("Di Four", 1)]
        await pilot.press("/", *"bo t", "enter")
        await pilot.pause()
        assert (screen.state.asked(screen.tr), titles(screen)) == ("Bo Two", ["Sparse", "Sparse"])
        await pilot.press("v", "d")
        await pilot.pause()
        assert screen.panes.facets.names == [("2023년 7월 5주차", 1), ("2023년 4월 4주차", 1)]
        await pilot.press("j", "enter", "t")
        await pilot.pause()
        assert (screen.state.asked(screen.tr), len(screen.state.rows)) == ("Bo Two  16–22 Apr 2023", 1)
        assert [name for name, _ in screen.panes.facets.names] == ["memory"]
        await pilot.press("escape", "b", *"two", "enter")
        assert library.views.all() == {"two": 'author:="Bo Two" digest:="2023년 4월 4주차"'}


async def test_digests_titled_by_a_date_of_another_language_are_called_by_their_days(tmp_path: Path) -> None:
    again = "Week 5 of July 2023\nhttps://arxiv.org/abs/2307.00009\nA Ninth Lamp (Eve Five)\n"
    library = library_of(home(tmp_path), tmp_path / "digests", JULY, APRIL)

    async def shown(lang: str, *keys: str) -> list[str]:
        async with reading(library, lang=lang) as (pilot, screen):
            await pilot.press("h", "g", "g", "v", "d", *keys)
            await pilot.pause()
            drawn = screen.panes.facets.list.source
            rows = ["".join(text for text, _ in drawn.row(number, 30)[0]) for number in range(len(drawn))]
            return [row.rsplit(" ", 1)[0].strip(" ✓") for row in rows]

    assert await shown("en") == ["23–29 Jul 2023", "16–22 Apr 2023"]
    assert await shown("ko") == ["2023년 7월 5주차", "2023년 4월 4주차"]
    assert await shown("en", "/", *"apr") == ["16–22 Apr 2023"]
    assert await shown("en", "/", *"4월 4") == ["16–22 Apr 2023"], "its title finds it, too"
    (tmp_path / "again.txt").write_text(again, "utf-8")
    library.imports.from_paths([tmp_path / "again.txt"])
    names = await shown("en")
    assert {"2023년 7월 5주차", "Week 5 of July 2023"} <= {*names}, "the days would not tell them apart"


async def test_authors_of_a_long_list_are_counted_beside_the_screen(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(facets, "COUNTED", 3)
    may_end, count = asyncio.Event(), in_pieces.do_in_pieces

    async def counted(steps: Any) -> Any:
        await may_end.wait()
        return await count(steps)

    monkeypatch.setattr(facets, "do_in_pieces", counted)
    async with reading(library) as (pilot, screen):
        await pilot.press("h", "g", "g", "v", "w")
        assert (screen.panes.facets.names, screen.panes.facets.list.empty_text) == ([], "counting…")
        may_end.set()
        await until(pilot, lambda: screen.panes.facets.names)
        assert screen.panes.facets.names[0] == ("Ada One", 1)
        await pilot.press("j", "enter")
        await pilot.pause()
        assert titles(screen) == ["Sparse", "Sparse"]


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_esc_in_the_box_puts_everything_back(tmp_path: Path, size: tuple[int, int]) -> None:
    texts = "\n".join(f"https://arxiv.org/abs/2307.{n:05}\nPaper {n:05} (A B)\n#t{n % 3}" for n in range(1, 60))
    library = library_of(home(tmp_path), tmp_path / "digests", f"2023년 7월 5주차\n{texts}\n", APRIL)
    async with reading(library, size=size) as (pilot, screen):
        await pilot.press("t", "enter", "l", "1", "5", "j", "ctrl+d", "k")
        await pilot.pause()

        def standing() -> tuple[object, ...]:
            lists = (screen.panes.weeks.list, screen.panes.facets.list, screen.panes.entries.list)
            return screen.state.place(), screen.state.found, *((rows.cursor, rows.top) for rows in lists)

        before = standing()
        assert screen.panes.entries.list.top > 0
        await pilot.press("/", *"is:unread 0000", "down", "escape")
        await pilot.pause()
        assert standing() == before
        await pilot.press("t", "j", "j", "/", *"zz", "escape", "k", "k", "l")
        await pilot.pause()
        assert standing() == before
