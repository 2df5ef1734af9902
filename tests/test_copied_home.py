"""A home that was copied, moved, put back or kept alike on two computers: no two homes write under one name."""

from __future__ import annotations

import errno
import os
import shutil
from contextlib import suppress
from pathlib import Path

import pytest

from tui_digest.errors import DigestError, StoreError
from tui_digest.paths import Paths
from tui_digest.store import machine_place, mark_store
from tui_digest.store.events import Part
from tui_digest.store.mark_store import MarkStore, marks_of


def home(root: Path) -> Paths:
    return Paths(data=root / "data", state=root / "state", config=root / "config", cache=root / "cache")


def opened(root: Path) -> MarkStore:
    """What a start reads; nothing may be said of damage."""
    notices: list[DigestError] = []
    marks = marks_of(home(root))
    marks.load(notices)
    assert not notices
    return marks


def starred(marks: MarkStore) -> set[str]:
    marks.catch_up()
    return set(marks.chosen("starred"))


def star(root: Path, *keys: str) -> MarkStore:
    marks = opened(root)
    for key in keys:
        assert marks.set("starred", True, [key])
    return marks


def brought(source: Path, target: Path) -> None:
    """The journals of one home put over those of another, as programs do that keep folders alike."""
    for path in (source / "data" / "journal").iterdir():
        shutil.copy2(path, target / "data" / "journal")


@pytest.fixture(params=["never folded", "folded"])
def one(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A home with two stars."""
    marks = star(tmp_path / "one", "a", "b")
    if request.param == "folded":
        marks.fold()
    return tmp_path / "one"


@pytest.fixture
def other_computer(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The file that names the computer; the homes of another one are seen by it alone."""
    file = tmp_path / "computer"
    file.write_text("first\n")
    monkeypatch.setattr(machine_place, "_COMPUTER", file)
    return file


@pytest.mark.parametrize("first", ["one", "two"])
def test_a_copy_writes_under_a_name_of_its_own(one: Path, tmp_path: Path, first: str) -> None:
    two = tmp_path / "two"
    shutil.copytree(one, two)
    for root in (one, two) if first == "one" else (two, one):
        star(root, root.name)
    assert opened(one).journal.machine != opened(two).journal.machine
    brought(one, two)
    brought(two, one)
    for root in (one, two):
        assert starred(opened(root)) == {"a", "b", "one", "two"}


def test_reading_a_copy_makes_nothing(one: Path, tmp_path: Path) -> None:
    two = tmp_path / "two"
    shutil.copytree(one, two)
    before = sorted(path.name for path in (two / "data").iterdir())
    assert starred(opened(two)) == {"a", "b"}
    assert sorted(path.name for path in (two / "data").iterdir()) == before


def test_a_copy_undoes_what_was_done_before_it_was_made_and_nothing_else(one: Path, tmp_path: Path) -> None:
    two = tmp_path / "two"
    shutil.copytree(one, two)
    star(one, "one").fold()
    star(two, "two")
    brought(one, two)
    for gone in ("two", "b"):
        change = opened(two).undo()
        assert change is not None
        assert change.keys == (gone,)
        opened(two).fold()
    shutil.copy2(one / "data" / "marks.json", two / "data")  # a whole folder kept alike
    change = opened(two).undo()
    assert change is not None
    assert change.keys == ("a",)
    assert opened(two).undo() is None
    assert starred(opened(two)) == {"one"}
    for again in ("a", "b", "two"):
        change = opened(two).redo()
        assert change is not None
        assert change.keys == (again,)
    brought(two, one)
    assert starred(opened(one)) == {"a", "b", "one", "two"}


@pytest.mark.parametrize("folded", [False, True])
def test_a_copy_of_a_copy_undoes_what_was_done_in_both(one: Path, tmp_path: Path, folded: bool) -> None:
    two, three = tmp_path / "two", tmp_path / "three"
    shutil.copytree(one, two)
    made = star(two, "two")
    if folded:
        made.fold()
    shutil.copytree(two, three)
    star(one, "later")
    star(two, "later, too")
    star(three, "three")
    brought(two, three)
    brought(one, three)
    for gone in ("three", "two", "b", "a"):
        change = opened(three).undo()
        assert change is not None
        assert change.keys == (gone,)
    assert opened(three).undo() is None
    assert starred(opened(three)) == {"later", "later, too"}
    change = opened(three).redo()
    assert change is not None
    assert change.keys == ("a",)


def test_a_copy_whose_first_screen_does_not_wait_can_undo_what_was_done_before(
    one: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mark_store, "_LONG", 1)
    two = tmp_path / "two"
    shutil.copytree(one, two)
    for gone in ("b", "a"):
        marks = marks_of(home(two))
        marks.load([], patient=True)
        change = marks.undo()
        assert change is not None
        assert change.keys == (gone,)


def test_the_acts_of_two_windows_of_a_copy_are_undone_in_their_order(one: Path, tmp_path: Path) -> None:
    two = tmp_path / "two"
    shutil.copytree(one, two)
    windows = [opened(two) for _ in range(3)]
    windows[0].set("starred", True, ["c"])
    windows[1].set("starred", True, ["d"])
    for gone in ("d", "c", "b", "a"):
        change = windows[2].undo()
        assert change is not None
        assert change.keys == (gone,)
    assert windows[0].undo() is None
    assert len({window.journal.machine for window in windows}) == 1


@pytest.mark.parametrize("number", range(4))
def test_a_copy_whose_naming_is_cut_short_loses_no_undo(
    one: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    """Killed, or refused by the disk, before any of the files with the name is put in place."""
    two = tmp_path / "two"
    shutil.copytree(one, two)
    replace, done = os.replace, iter(range(number))

    def cut(*files: Path) -> None:
        if next(done, None) is None:
            raise OSError(errno.EIO, "cut")
        replace(*files)

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", cut)
        with suppress(StoreError):
            opened(two).set("starred", True, ["c"])
    done_of_it = {"c"} & starred(opened(two))
    for gone in (*done_of_it, "b", "a"):
        change = opened(two).undo()
        assert change is not None
        assert change.keys == (gone,)
    name = opened(two).journal.machine
    assert name != opened(one).journal.machine
    assert (two / "data" / "machine").read_text() == f"{name}\n"


def test_a_note_taken_away_in_one_is_gone_in_the_other(one: Path, tmp_path: Path) -> None:
    two = tmp_path / "two"
    marks = opened(one)
    with marks.journal.writing() as appender:
        marks.append(appender, "set", (Part("note", "a note", ("a",)),))
    shutil.copytree(one, two)
    star(two, "two")
    marks = opened(one)
    with marks.journal.writing() as appender:
        marks.append(appender, "set", (Part("note", None, ("a",)),), seen=marks.notes.seen(["a"]))
    brought(one, two)
    brought(two, one)
    assert [opened(root).mark("a").note for root in (one, two)] == [None, None]


@pytest.mark.parametrize("how", ["renamed", "copied and deleted", "put back", "linked"])
def test_a_home_that_is_moved_or_put_back_goes_on_under_its_name(one: Path, tmp_path: Path, how: str) -> None:
    name, two = opened(one).journal.machine, tmp_path / "two"
    if how == "renamed":
        one.rename(two)
    elif how == "copied and deleted":
        shutil.copytree(one, two)
        shutil.rmtree(one)
    elif how == "put back":
        shutil.copytree(one, tmp_path / "kept")
        shutil.rmtree(one)
        shutil.copytree(tmp_path / "kept", one)
        two = one
    else:
        two.symlink_to(one)
    star(two, "c")
    assert opened(two).journal.machine == name
    for gone in ("c", "b", "a"):
        change = opened(two).undo()
        assert change is not None
        assert change.keys == (gone,)
    assert len([*(two / "data").glob("machine-*")]) == 1


def test_a_copy_that_takes_the_first_homes_place_goes_on_as_the_copy(one: Path, tmp_path: Path) -> None:
    two = tmp_path / "two"
    shutil.copytree(one, two)
    name = star(two, "c").journal.machine
    shutil.rmtree(one)
    two.rename(one)
    assert star(one, "d").journal.machine == name
    for gone in ("d", "c", "b", "a"):
        change = opened(one).undo()
        assert change is not None
        assert change.keys == (gone,)


def test_a_home_of_before_goes_on_under_its_name(one: Path) -> None:
    name = opened(one).journal.machine
    for path in (one / "data").glob("machine-*"):
        path.unlink()
    star(one, "c")
    assert opened(one).journal.machine == name
    assert len([*(one / "data").glob("machine-*")]) == 1


def test_a_damaged_note_of_the_place_loses_nothing(one: Path) -> None:
    name = opened(one).journal.machine
    for path in (one / "data").glob("machine-*"):
        path.write_bytes(path.read_bytes().replace(b"name", b"nAme"))
    assert star(one, "c").journal.machine == name
    assert starred(opened(one)) == {"a", "b", "c"}


def test_the_same_home_of_two_computers_keeps_its_name(one: Path, other_computer: Path) -> None:
    name = star(one, "c").journal.machine
    other_computer.write_text("second\n")
    assert star(one, "d").journal.machine == name


def test_a_home_kept_alike_on_two_computers_has_two_names_and_no_more(
    one: Path, tmp_path: Path, other_computer: Path
) -> None:
    there = tmp_path / "there"  # the second computer's disk: its home lies at the same path there
    star(one, "c")
    shutil.copytree(one, there)
    done = {"a", "b", "c"}
    for number in range(6):
        here = f"{number % 2} {number}"
        other_computer.write_text(f"{number % 2}\n" if number else "first\n")
        star(one, here)
        done.add(here)
        elsewhere = tmp_path / "elsewhere"
        one.rename(elsewhere)
        there.rename(one)
        elsewhere.rename(there)
        shutil.copytree(there, one, dirs_exist_ok=True)  # what is newer comes over
    assert starred(opened(one)) == done
    assert len([*(one / "data" / "journal").iterdir()]) == 3


def test_a_copy_of_links_leaves_the_first_homes_journal_alone(one: Path, tmp_path: Path) -> None:
    star(one, "c")
    two = tmp_path / "two"
    shutil.copytree(one, two, copy_function=os.link)
    length = sum(path.stat().st_size for path in (one / "data" / "journal").iterdir())
    star(two, "two")
    assert sum(path.stat().st_size for path in (one / "data" / "journal").iterdir()) == length
