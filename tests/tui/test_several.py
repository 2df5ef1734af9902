"""Several papers are selected with a key and acted on at once."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.builders import home
from tests.tui.reading import APRIL, JULY, all_done, library_of, lines, reading, told, until
from tests.tui.test_two_places import bring, shown
from tui_digest.errors import StoreError
from tui_digest.library import Library
from tui_digest.models import Place
from tui_digest.store.journal import Appender
from tui_digest.tui import in_pieces
from tui_digest.tui.screens.main import MainScreen
from tui_digest.tui.widgets.line_box import AskingBox

ONE, TWO, POST, OLD = (
    "arxiv:2307.00001",
    "arxiv:2307.00002",
    "url:https://blog.example.org/2023/07/sparse-things",
    "arxiv:2304.00001",
)


THIRD = JULY.replace(
    "https://example.org/post\n제목이 없는 글입니다.",
    "https://blog.example.org/2023/07/sparse-things\nNotes on Sparse Things",
)


@pytest.fixture
def library(tmp_path: Path) -> Library:
    """Three papers in July, two in April, one in both."""
    return library_of(home(tmp_path), tmp_path / "digests", THIRD, APRIL)


def selected(screen: MainScreen) -> list[str]:
    return screen.selected.keys()


def acts(library: Library) -> list[str]:
    return [act.change.field for act in Library.open(library.paths, starters=False).marks.history()]


def starred(library: Library) -> list[str]:
    there = Library.open(library.paths, starters=False)
    return [key for key in (ONE, TWO, POST, OLD) if there.marks.of(key).starred]


@pytest.mark.parametrize("key", [".", "insert", "ㅡ ㅎ"])
async def test_a_key_selects_and_goes_on(library: Library, key: str) -> None:
    async with reading(library) as (pilot, screen):
        if key == "ㅡ ㅎ":  # `m l` with Korean input on: all of the list
            await pilot.press("ㅡ", "ㅣ")
            assert selected(screen) == [ONE, TWO, POST]
            return
        await pilot.press(key, key)
        assert selected(screen) == [ONE, TWO]
        assert screen.state.key_here() == POST
        await pilot.press("k", key)
        assert selected(screen) == [ONE]
        await pilot.press("g", "g", "3", key)
        assert selected(screen) == []  # the first was selected: all go as it goes


@pytest.mark.parametrize("size", [(120, 40), (80, 24)])
async def test_it_is_told_by_a_sign_and_in_number(library: Library, size: tuple[int, int]) -> None:
    async with reading(library, size=size) as (pilot, _):
        plain = lines(pilot)
        assert not any("✓" in line for line in plain)
        await pilot.press(".", "j", ".")
        rows = [line for line in lines(pilot) if "✓●" in line]
        assert len(rows) == 2
        assert "Sparse Memory" in rows[0]
        assert "✓ 2 selected" in lines(pilot)[-1]
        assert "Esc select none" in lines(pilot)[-1]
        await pilot.press("escape")
        assert lines(pilot)[:-1] == plain[:-1] or not any("✓" in line for line in lines(pilot))


async def test_a_selection_outlives_list_week_order_and_import(library: Library) -> None:
    async with reading(library) as (pilot, screen):
        await pilot.press(".", "m", "l")
        await pilot.press("/", *"blog", "enter")
        await until(pilot, lambda: len(screen.state.rows) == 1)
        assert "✓ 3 selected, 2 elsewhere" in lines(pilot)[-1]
        assert any("3 selected, 2 not in this list" in line for line in lines(pilot))
        screen.state.ask_as(Place(text="sort:title"))
        screen.panes.show_week(screen.state.weeks[1].id)  # April, where one of them is as well
        assert screen.selected.unshown == 2
        bring(library, "digest-0.txt", THIRD.replace("긴 문맥", "아주 긴 문맥"))
        await shown(screen, pilot, lambda: "아주" in str(library.lists.sightings(ONE)))
        assert sorted(selected(screen)) == sorted([ONE, TWO, POST])


async def test_what_left_the_library_is_let_go_and_told(library: Library) -> None:
    async with reading(library) as (pilot, screen):
        await pilot.press("m", "l")
        bring(library, "digest-0.txt", "\n".join(JULY.splitlines()[:5]) + "\n")
        await shown(screen, pilot, lambda: len(screen.state.rows) == 1)
        assert selected(screen) == [ONE]
        assert any(each.endswith("and so the selection: 2") for each in told(pilot))


async def test_esc_lets_go_first_and_a_key_brings_back(library: Library) -> None:
    async with reading(library) as (pilot, screen):
        await pilot.press("m", "n")
        assert told(pilot)[-1] == "No paper is selected"
        await pilot.press("/", *"memory", "enter")
        await until(pilot, lambda: len(screen.state.rows) == 2)
        await pilot.press(".", ".", "enter", "escape")  # out of the entry
        assert len(selected(screen)) == 2
        await pilot.press("escape")
        assert selected(screen) == [] and screen.state.narrowed
        assert told(pilot)[-1] == "Selection cleared: 2 papers"
        await pilot.press("m", "n")
        assert len(selected(screen)) == 2
        await pilot.press("m", "n")
        assert selected(screen) == []
        await pilot.press("escape")
        assert not screen.state.narrowed


async def test_a_range_goes_from_the_last_one_to_here(library: Library) -> None:
    async with reading(library) as (pilot, screen):
        await pilot.press(".", "G", "m", "r")
        assert selected(screen) == [ONE, TWO, POST]
        await pilot.press("escape", "k", ".", "g", "g", "m", "r")
        assert sorted(selected(screen)) == [ONE, TWO]


async def test_in_the_entry_one_reads_on(library: Library) -> None:
    async with reading(library) as (pilot, screen):
        await pilot.press("enter", ".")
        assert screen.state.key_here() == ONE and screen.state.pane == "entry"
        assert told(pilot)[-1] == "Selected · 1 in all"
        await pilot.press(".")
        assert told(pilot)[-1] == "Deselected · 0 left"


async def test_star_and_read_are_one_act_each_and_undone_as_one(library: Library) -> None:
    async with reading(library) as (pilot, screen):
        await pilot.press("j", "s", "k", "m", "l")
        assert starred(library) == [TWO]
        await pilot.press("s")  # not all have it: so all get it
        assert starred(library) == [ONE, TWO, POST]
        assert told(pilot)[-1] == "Starred 2 papers"
        await pilot.press("r")
        assert told(pilot)[-1].startswith("Marked 3 papers read")
        await pilot.press("u", "u")
        assert starred(library) == [TWO]
        assert len(selected(screen)) == 3
        await pilot.press("1", "s")  # a count means the rows under the cursor
        assert starred(library) == [ONE, TWO]
        await pilot.press("s", "s")
        assert starred(library) == []


async def test_own_tags_are_put_on_all_and_taken_off_all(library: Library) -> None:
    library.marks.tag("both", [ONE, TWO], True)
    library.marks.tag("mine", [ONE], True)
    async with reading(library) as (pilot, screen):
        await pilot.press("2", ".", "#")
        await pilot.pause()
        box = screen.query_one(AskingBox)
        assert box.value == "both, "
        assert "tags of 2 papers" in lines(pilot)[-1]
        box.value = "new, -mine"
        await pilot.press("enter")
        await pilot.pause()
        assert [library.marks.of(key).tags for key in (ONE, TWO)] == [("new",), ("new",)]
        assert acts(library)[:1] == ["tag:new"]
        await pilot.press("u")
        assert [library.marks.of(key).tags for key in (ONE, TWO)] == [("both", "mine"), ("both",)]
        await pilot.press("m", "t")
        screen.query_one(AskingBox).value = "both, -"
        await pilot.press("enter")
        await pilot.pause()
        assert screen.typing  # what is no tag's name stays in its box
        assert [library.marks.of(key).tags for key in (ONE, TWO)] == [("both", "mine"), ("both",)]


COPIES = {
    (
        "c",
    ): "https://arxiv.org/abs/2307.00001\nhttps://arxiv.org/abs/2307.00002\nhttps://blog.example.org/2023/07/sparse-things\n",
    (
        "y",
        "a",
    ): "https://arxiv.org/abs/2307.00001\nhttps://arxiv.org/abs/2307.00002\nhttps://blog.example.org/2023/07/sparse-things\n",
    ("y", "p"): "https://arxiv.org/pdf/2307.00001\nhttps://arxiv.org/pdf/2307.00002\n",
    ("y", "t"): "Sparse Memory for Long Context\nA Title with [/] Markup in It [bold]\nNotes on Sparse Things\n",
}


@pytest.mark.parametrize("keys", [*COPIES, ("y", "b"), ("y", "m")])
async def test_copies_are_of_all_of_them(library: Library, copied: list[str], keys: tuple[str, ...]) -> None:
    async with reading(library) as (pilot, _):
        await pilot.press("m", "l", *keys)
        await until(pilot, lambda: copied)
        await until(pilot, lambda: told(pilot))
    (text,) = copied
    if keys in COPIES:
        assert text == COPIES[keys]
    if keys == ("y", "p"):
        assert told(pilot) == ["Copied 2 PDF links, 1 paper has none (xclip)"]
    if keys == ("y", "b"):
        assert text.count("@misc{") == 3 and text.count("\n\n@misc{") == 2
        assert told(pilot) == ["Copied 3 BibTeX records (xclip)"]
    if keys == ("y", "m"):
        assert len(text.splitlines()) == 3 and text.startswith("[Sparse Memory for Long Context](https://")


async def test_what_is_elsewhere_is_copied_behind_what_is_shown(library: Library, copied: list[str]) -> None:
    async with reading(library) as (pilot, screen):
        await pilot.press("j", ".", "g", "g")
        screen.panes.show_week(screen.state.weeks[1].id)
        await pilot.press("g", "g", ".", "y", "t")
        await until(pilot, lambda: copied)
    assert copied == ["An Older Paper\nA Title with [/] Markup in It [bold]\n"]


async def test_an_export_offers_the_selected_papers_first(library: Library, tmp_path: Path, copied: list[str]) -> None:
    async with reading(library) as (pilot, _):
        await pilot.press(".", "j", ".")
        library.memory.save_exported(("ris", "clipboard"))
        await pilot.press("x")
        await pilot.pause()
        assert any("the selected papers: 2" in line for line in lines(pilot))
        await pilot.press("enter")
        await until(pilot, lambda: copied)
    assert copied[0].count("ER  -") == 2
    assert "Markup" not in copied[0]


async def test_another_windows_marks_stay_what_they_are(library: Library) -> None:
    async with reading(library) as (pilot, screen):
        await pilot.press("m", "l", "s")
        other = Library.open(library.paths, starters=False)
        other.marks.star([TWO], False)
        other.marks.star([OLD], True)
        await shown(screen, pilot, lambda: not library.marks.of(TWO).starred)
        assert sorted(selected(screen)) == sorted([ONE, TWO, POST])
        await pilot.press("r")
        assert starred(library) == [ONE, POST, OLD]
        there = Library.open(library.paths, starters=False)
        assert [there.marks.of(key).read for key in (ONE, TWO, POST, OLD)] == [True, True, True, False]


async def test_a_full_disk_marks_none_of_them(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise StoreError("store.full", path="journal")

    async with reading(library) as (pilot, screen):
        await pilot.press("m", "l")
        with monkeypatch.context() as broken:
            broken.setattr(Appender, "append", full)
            await pilot.press("s", "r")
            assert "disk is full" in told(pilot)[-1]
        assert starred(library) == []
        assert not any(library.marks.of(key).read for key in selected(screen))
        await pilot.press("s")
        assert starred(library) == [ONE, TWO, POST]


async def test_thousands_are_marked_between_keys(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    weeks = "\n".join(f"https://arxiv.org/abs/2308.{n:05}\nPaper {n} (Ada One)\n#memory" for n in range(1500))
    bring(library, "many.txt", f"2023년 8월 2주차\n{weeks}\n")
    async with reading(Library.open(library.paths)) as (pilot, screen):
        screen.panes.show_week(None)
        rounds = 0

        async def count_rounds() -> None:
            nonlocal rounds
            while told(pilot)[-1:] != ["Starred 1,504 papers"]:
                rounds += 1
                await asyncio.sleep(0)

        await pilot.press("m", "l")
        monkeypatch.setattr(in_pieces, "PIECE", 0.0)  # each step is a piece, however fast the machine
        counting = asyncio.ensure_future(count_rounds())
        screen.marking.star()
        assert len(starred(library)) == 4  # on disk
        assert told(pilot)[-1:] != ["Starred 1,504 papers"]  # and told only when the screen has it, too
        before = rounds
        await all_done(pilot)
        await counting
        assert rounds > before + 3
        assert told(pilot)[-1] == "Starred 1,504 papers"
        assert screen.state.totals.starred == 1504
        await pilot.press("u")
        await all_done(pilot)
        assert screen.state.totals.starred == 0


async def test_a_star_comes_before_what_another_window_did_to_many(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tui_digest.store.mark_store._MANY", 1)
    monkeypatch.setattr("tui_digest.tui.screens.main._LOOK", 3600.0)  # the test says when
    async with reading(library) as (pilot, screen):
        other = Library.open(library.paths, starters=False)
        other.marks.mark_read([TWO, POST, OLD], True)
        await pilot.press("s")
        assert starred(library) == [ONE]
        assert "Starred" in told(pilot)[-1]
        assert library.marks.behind, "the rest has time"
        assert not library.marks.of(TWO).read
        screen.upkeep.look_again()
        await all_done(pilot)
        assert library.marks.of(TWO).read
        assert not library.marks.behind
        assert library.lists.totals() == Library.open(library.paths, starters=False).lists.totals()
        assert not any("●" in line for line in lines(pilot) if "Sparse Things" in line)
        await pilot.press("u")
        assert starred(library) == []
        await pilot.press("u")
        assert not library.marks.of(TWO).read
