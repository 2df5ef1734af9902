"""An act of one's own while acts on many papers are still taken in: it knows what was done to its papers, it is on disk
when it returns, and in the end all is as the journals say."""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from collections.abc import Generator, Sequence
from contextlib import nullcontext
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.builders import home
from tests.tried import examples
from tui_digest.models import Change
from tui_digest.paths import Paths
from tui_digest.store import mark_store
from tui_digest.store.journal import Journal
from tui_digest.store.mark_keys import MarkKeys
from tui_digest.store.mark_store import MarkStore
from tui_digest.store.note_writing import write_note

PAPERS = [f"arxiv:{n}" for n in range(6)]
NAMES = MarkKeys(
    {"url:0": "arxiv:0", "title:1": "arxiv:1"}, {"title:old": ("arxiv:2", "url:0"), "title:two": ("title:1", "arxiv:3")}
)
KEYS = [*PAPERS, *NAMES.one, *NAMES.several]
FIELDS = ("read", "starred", "tag:rl", "later", "note")


Act = tuple[str, str, bool, list[str]]
"""What kind of act, its field or text, its value, its papers."""


class Counted(MarkStore):
    """A window's marks, which counts as the library does: what it is told has changed."""

    def __init__(self, paths: Paths, machine: str = "machine", *, patient: bool = False) -> None:
        journal = Journal(paths.journal, paths.data / machine, paths.lock)
        super().__init__(paths.marks, paths.damaged, paths.lock, journal)
        self.load([], NAMES, patient=patient)
        self.counts = Counter({field: len(self.chosen(field)) for field in ("read", "starred")})
        self.changed = self.counting

    def counting(self, name: str, value: bool, keys: Sequence[str]) -> Generator[None, None, None]:
        for key in keys:
            yield
            assert key in PAPERS
            self.counts[name] += 1 if value else -1

    def everything(self) -> object:
        """All that the user can see of them."""
        papers = [(self.mark(key), key in self.chosen("later")) for key in PAPERS]
        return papers, self.next_act("undo"), self.next_act("redo"), [*self._acts.done], [*self._acts.undone]


some = st.lists(st.sampled_from(KEYS), min_size=1, max_size=8, unique=True)
act = st.one_of(
    st.tuples(st.just("set"), st.sampled_from(FIELDS[:-1]), st.booleans(), some),
    st.tuples(st.just("note"), st.sampled_from(["", "one", "two"]), st.just(False), some.map(lambda keys: keys[:1])),
    st.tuples(st.sampled_from(["undo", "redo"]), st.just(""), st.just(False), st.just([])),
)
move = st.tuples(
    st.sampled_from(
        ["own", "own", "own at once", "other window", "other machine", "steps", "look", "opened", "folded"]
    ),
    act,
    st.integers(0, 12),
)


def do(marks: MarkStore, kind: str, name: str, value: bool, keys: Sequence[str]) -> Change | None:
    """One act; what it says that it changed."""
    if kind == "set":
        return marks.set(name, value, keys)
    if kind == "note":
        return write_note(marks, keys[0], name).change
    return marks.undo() if kind == "undo" else marks.redo()


def by_a_new_one(paths: Paths, kind: str, name: str, value: bool, keys: Sequence[str]) -> Change | None:
    """The same act in a window that was opened just now and knows all: in a copy of the home."""
    with tempfile.TemporaryDirectory() as folder:
        if paths.data.exists():
            shutil.copytree(paths.data, Path(folder, "home", "data"))
        return do(Counted(home(Path(folder))), kind, name, value, keys)


def does_as_a_new_one(own: Counted, paths: Paths, what: Act, *, patient: bool) -> None:
    """One act in a window that is behind: it says and leaves the same as in one that was opened just now."""
    expected = by_a_new_one(paths, *what)
    with own.patient() if patient else nullcontext():
        change = do(own, *what)
    assert in_order(change) == in_order(expected)
    there = Counted(paths)  # what the next start finds, were this window killed now
    if not own.own_behind:
        for key in NAMES.all_of(change.keys if change else what[3]):
            assert own.mark(key) == there.mark(key)
        assert own.next_act("undo") == there.next_act("undo")


def in_order(change: Change | None) -> Change | None:
    return change and change._replace(keys=tuple(sorted(change.keys)))


@settings(max_examples=examples(80), deadline=None)
@given(st.lists(move, min_size=4, max_size=24))
def test_random_acts_in_windows_that_are_behind(moves: list[tuple[str, Act, int]]) -> None:
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(mark_store, "_MANY", 2)
        patch.setattr(mark_store, "_LONG", 0)
        patch.setattr(mark_store, "_BITE", 200)  # an act or two
        paths = home(Path(folder))
        own, window, machine = Counted(paths), Counted(paths), Counted(paths, "elsewhere")
        for who, what, number in moves:
            if who == "steps":
                for _ in zip(range(number), own.taking_in(), strict=False):
                    pass
            elif who == "look":
                own.catch_up(patient=True)
            elif who == "opened":
                own = Counted(paths, patient=True)
            elif who == "folded":
                window.fold()
            elif who == "other window":
                do(window, *what)
            elif who == "other machine":
                do(machine, *what)
            else:
                does_as_a_new_one(own, paths, what, patient=who == "own")
        for _ in own.taking_in():
            pass
        own.catch_up()
        there = Counted(paths)
        assert own.everything() == there.everything()
        assert own.counts == there.counts
        own.fold()
        assert Counted(paths).everything() == there.everything()
