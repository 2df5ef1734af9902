"""Notes that are written in two places at once: both are kept, and undo reaches each."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_digest.paths import Paths
from tui_digest.store.mark_store import MarkStore, marks_of
from tui_digest.store.note_writing import Saved, together, write_note
from tui_digest.store.notes import BETWEEN


def marks(paths: Paths) -> MarkStore:
    found = marks_of(paths)
    found.load([])
    return found


def test_two_notes_written_side_by_side_are_both_kept_and_undo_reaches_each(paths: Paths) -> None:
    one, two = marks(paths), marks(paths)
    mine = write_note(one, "a", "mine", seen="")
    theirs = write_note(two, "a", "theirs", seen="")
    both = f"mine{BETWEEN}theirs"
    assert theirs.text == two.mark("a").note == both
    mine = write_note(one, "a", "mine, longer", seen="mine", after=mine.act)
    longer = f"mine, longer{BETWEEN}theirs"
    assert mine.text == longer
    theirs = write_note(two, "a", f"{both}!", seen=both, after=theirs.act)
    assert theirs.text == f"{longer}!"
    texts = []
    while (change := one.undo()) is not None:
        texts.append(change.value)
    assert texts == [longer, both, "mine", None]
    while (change := two.redo()) is not None:
        texts.append(change.value)
    assert texts[4:] == ["mine", both, longer, f"{longer}!"]


def test_what_changed_nothing_is_no_act(paths: Paths) -> None:
    one = marks(paths)
    assert write_note(one, "a", "", seen="") == Saved("", None)
    saved = write_note(one, "a", "x", seen="")
    assert write_note(one, "a", "x", seen="x", after=saved.act) == Saved("x", saved.act)
    write_note(one, "a", "x and more")
    assert write_note(one, "a", "x", seen="x", after=saved.act) == Saved("x and more", saved.act)


@pytest.mark.parametrize(
    ("seen", "mine", "theirs", "both"),
    [
        ("", "mine", "theirs", f"theirs{BETWEEN}mine"),
        ("", "mine", "mine", "mine"),
        ("old", "old", "theirs", "theirs"),
        ("old", "mine", "old", "mine"),
        ("old", "mine", "", "mine"),
        ("old", "", "theirs", "theirs"),
        ("", "mine", "mine and more", "mine and more"),
        ("a\nb\nc", "A\nb\nc", "a\nb\nC", "A\nb\nC"),
        ("a\nb\nc", "a\nb\nc\nmine", "theirs\na\nb\nc", "theirs\na\nb\nc\nmine"),
        ("a\nb\nc", "a\nmine\nc", "a\ntheirs\nc", "a\ntheirs\nmine\nc"),
        ("a\nb", "a\nb\nmine", "a\nb\ntheirs", "a\nb\ntheirs\nmine"),
        ("a\nb\nc", "a\nc", "a\nb\nc\nd", "a\nc\nd"),
    ],
)
def test_two_texts_made_of_one_become_one(seen: str, mine: str, theirs: str, both: str) -> None:
    assert together(seen, mine, theirs) == both


@given(*[st.lists(st.sampled_from("abcd")).map("\n".join)] * 3)
def test_no_line_that_anybody_wrote_is_lost(seen: str, mine: str, theirs: str) -> None:
    found, old = set(together(seen, mine, theirs).split("\n")), set(seen.split("\n"))
    assert {line for text in (mine, theirs) for line in text.split("\n")} - old - {""} <= found
    assert together(seen, mine, seen) == mine
    assert together(seen, seen, theirs) == theirs
