"""Random acts in two windows, restarts, undos, imports and another machine's journal, against a plain model in memory.

The model is written without a look at how the store does it: dictionaries, and a list of what was done.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from tests.builders import asked, digest, entry, home, plain_parsing, put
from tests.tried import examples
from tui_digest import paths as locations
from tui_digest.library import Library
from tui_digest.models import Change

PAPERS = [entry(f"Paper number {n}", arxiv=f"2301.0000{n}") for n in range(6)]
KEYS = [paper.key for paper in PAPERS]
DATES = ["2023-07-23", "2023-07-30", "2023-08-06"]
TAGS = ["rl", "later"]
VIEWS = ["mine", "읽을 것"]
FIELDS = ["read", "starred", "tag:rl", "tag:later"]

windows = st.integers(0, 1)
keys = st.lists(st.sampled_from(KEYS), min_size=1, max_size=4, unique=True)


class Done(NamedTuple):
    """One act of the model."""

    field: str
    value: Any
    keys: tuple[str, ...]
    was: Any = None


class Model:
    """What should be true."""

    def __init__(self) -> None:
        self.marks: dict[tuple[str, str], tuple[int, bool]] = {}
        self.notes: dict[str, str | None] = {}
        self.library: dict[str, tuple[int, ...]] = {}
        """File name -> (which date, papers…)."""
        self.views: dict[str, str] = {}
        self.done: list[Done] = []
        self.undone: list[Done] = []

    def has(self, field: str, key: str) -> bool:
        return self.marks.get((field, key), (0, False))[1]

    def put(self, field: str, key: str, value: bool, at: int) -> None:
        known = self.marks.get((field, key), (-1, False))
        if at > known[0] or (at == known[0] and value):
            self.marks[field, key] = (at, value)

    def act(self, done: Done) -> None:
        self.done.append(done)
        self.undone.clear()

    def step(self, op: str, at: int) -> Done | None:
        """Undo or redo: the latest act that still shows."""
        origin, target = (self.done, self.undone) if op == "undo" else (self.undone, self.done)
        while origin:
            act = origin.pop()
            target.append(act)
            if act.field == "library":
                wanted, expected = (act.was, act.value) if op == "undo" else (act.value, act.was)
                for name in act.keys:
                    if self.library.get(name) == expected.get(name):
                        self._set_file(name, wanted.get(name))
                return act
            if act.field == "view":
                text = act.was if op == "undo" else act.value
                if self.views.get(act.keys[0]) != text:
                    self.view(act.keys[0], text)
                    return act
                continue
            if act.field == "note":
                text = act.was if op == "undo" else act.value
                if self.notes.get(act.keys[0]) != text:
                    self.notes[act.keys[0]] = text
                    return act
                continue
            value = act.value if op == "redo" else not act.value
            changing = [key for key in act.keys if self.has(act.field, key) != value]
            for key in changing:
                self.put(act.field, key, value, at)
            if changing:
                return act
        return None

    def view(self, name: str, text: str | None) -> None:
        if text is None:
            self.views.pop(name, None)
        else:
            self.views[name] = text

    def _set_file(self, name: str, content: tuple[int, ...] | None) -> None:
        if content is None:
            self.library.pop(name, None)
        else:
            self.library[name] = content

    def entries(self) -> set[tuple[str, str]]:
        return {(DATES[content[0]], KEYS[paper]) for content in self.library.values() for paper in content[1:]}


class Reader(RuleBasedStateMachine):
    """The machine that hypothesis drives."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.patch = pytest.MonkeyPatch()
        plain_parsing(self.patch)
        self.patch.setattr(locations, "starters", lambda: self.folder / "no-starters")
        self.paths = home(self.folder)
        self.now = 1_700_000_000.0
        self.model = Model()
        self.foreign = 0

    def clock(self) -> float:
        return self.now

    def open(self) -> Library:
        return Library.open(self.paths, clock=self.clock)

    @initialize()
    def open_both(self) -> None:
        self.windows = [self.open(), self.open()]

    def teardown(self) -> None:
        self.patch.undo()
        shutil.rmtree(self.folder)

    def latest(self, window: int) -> int:
        return self.windows[window]._store.journal.latest

    # -- marks ---------------------------------------------------------------------------------------------------

    @rule(window=windows, field=st.sampled_from(FIELDS), value=st.booleans(), chosen=keys)
    def mark(self, window: int, field: str, value: bool, chosen: list[str]) -> None:
        library = self.windows[window]
        changing = tuple(key for key in chosen if self.model.has(field, key) != value)
        if field.startswith("tag:"):
            change = library.marks.tag(field[4:], chosen, value)
        else:
            change = (library.marks.mark_read if field == "read" else library.marks.star)(chosen, value)
        assert change == (Change(field, value, changing) if changing else None)
        if changing:
            self.model.act(Done(field, value, changing))
            for key in changing:
                self.model.put(field, key, value, self.latest(window))

    @rule(window=windows, key=st.sampled_from(KEYS), text=st.sampled_from(["", "note", "메모", "line\nline"]))
    def note(self, window: int, key: str, text: str) -> None:
        was = self.model.notes.get(key)
        change = self.windows[window].marks.note(key, text)
        assert (change is None) == (was == (text or None))
        if change:
            self.model.act(Done("note", text or None, (key,), was))
            self.model.notes[key] = text or None

    @rule(window=windows, name=st.sampled_from(VIEWS), text=st.sampled_from(["", "rl", "is:unread | 논문"]))
    def view(self, window: int, name: str, text: str) -> None:
        library, was = self.windows[window], self.model.views.get(name)
        if not text and was is None:
            return
        change = library.views.save(name, text) if text else library.views.delete(name)
        assert (change is None) == (was == (text or None))
        if change:
            self.model.act(Done("view", text or None, (name,), was))
            self.model.view(name, text or None)

    @rule(window=windows, op=st.sampled_from(["undo", "redo"]))
    def step(self, window: int, op: str) -> None:
        library = self.windows[window]
        change = library.marks.undo() if op == "undo" else library.marks.redo()
        act = self.model.step(op, self.latest(window))
        assert (change is None) == (act is None)
        if change is not None and act is not None:
            field = {"library": "import", "view": f"view:{act.keys[0]}"}.get(act.field, act.field)
            assert change.field in (field, "remove")

    # -- the library ---------------------------------------------------------------------------------------------

    @rule(
        window=windows,
        files=st.dictionaries(
            st.sampled_from(["a.txt", "b.txt", "c.txt"]),
            st.tuples(st.integers(0, 2), st.sets(st.integers(0, 5), min_size=1, max_size=3)),
            min_size=1,
            max_size=2,
        ),
    )
    def bring(self, window: int, files: dict[str, tuple[int, set[int]]]) -> None:
        before = dict(self.model.library)
        for name, (when, papers) in files.items():
            chosen = sorted(papers)
            # The name is in the text: the same text in two files is a digest that moved, and not this test's matter.
            parsed = digest(*(PAPERS[paper] for paper in chosen), start=DATES[when], title=name)
            put(self.folder / "in" / name, parsed)
            self.model.library[name] = (when, *chosen)
        self.windows[window].imports.from_paths([self.folder / "in" / name for name in files])
        changed = tuple(name for name in files if before.get(name) != self.model.library[name])
        if changed:
            after = {name: self.model.library[name] for name in changed}
            self.model.act(Done("library", after, changed, before))

    @rule(window=windows, name=st.sampled_from(["a.txt", "b.txt", "c.txt"]))
    def remove(self, window: int, name: str) -> None:
        library = self.windows[window]
        ids = library.imports.digests_named(str(self.folder / "in" / name))
        assert bool(ids) == (name in self.model.library)
        change = library.imports.remove(ids)
        assert (change is None) == (not ids)
        if change:
            before = dict(self.model.library)
            del self.model.library[name]
            self.model.act(Done("library", {}, (name,), before))

    # -- the world -----------------------------------------------------------------------------------------------

    @rule(window=windows, folds=st.booleans())
    def restart(self, window: int, folds: bool) -> None:
        if folds:
            self.windows[window].close()
        self.windows[window] = self.open()

    @rule(window=windows)
    def fold(self, window: int) -> None:
        self.windows[window].fold()

    @rule(window=windows)
    def fold_beside(self, window: int) -> None:
        self.windows[window].fold_aside()

    @rule(seconds=st.sampled_from([-86_400.0, -1.0, 0.5, 3600.0]))
    def pass_time(self, seconds: float) -> None:
        self.now += seconds

    @rule(field=st.sampled_from(FIELDS), value=st.booleans(), key=st.sampled_from(KEYS), ago=st.integers(0, 10**9))
    def another_machine(self, field: str, value: bool, key: str, ago: int) -> None:
        """Its journal arrives by a synchronised folder; what it did may be older than what was done here since."""
        self.foreign = max(self.foreign + 1, int(self.now * 1_000_000) - ago)
        event = {"v": 1, "id": f"other-{self.foreign}", "at": self.foreign, "op": "set"}
        event |= {"field": field, "value": value, "keys": [key]}
        self.paths.journal.mkdir(parents=True, exist_ok=True)
        with (self.paths.journal / "other.ndjson").open("a") as file:
            file.write(json.dumps(event) + "\n")
        self.model.put(field, key, value, self.foreign)

    @rule()
    def lose_what_is_derived(self) -> None:
        shutil.rmtree(self.paths.cache, ignore_errors=True)
        self.paths.marks.unlink(missing_ok=True)

    # -- what must hold ------------------------------------------------------------------------------------------

    @invariant()
    def all_agree(self) -> None:
        for library in (*self.windows, self.open()):
            library.refresh()
            self.agrees(library)

    def agrees(self, library: Library) -> None:
        model = self.model
        for key in KEYS:
            mark = library.marks.of(key)
            assert mark.read == model.has("read", key)
            assert mark.starred == model.has("starred", key)
            assert mark.note == model.notes.get(key)
            assert mark.tags == tuple(sorted(tag for tag in TAGS if model.has(f"tag:{tag}", key)))
        assert library.views.all() == model.views
        rows = library.lists.entries(None)
        here = {(str(rows.sighting(n).digest.start), rows[n].key) for n in range(len(rows))}
        assert here == model.entries()
        papers = {key for _, key in model.entries()}
        for view, field in (("starred", "starred"), ("unread", "read")):
            assert {row.key for row in library.lists.entries(None, asked(f"is:{view}"))} == {
                key for key in papers if model.has(field, key) == (view == "starred")
            }
        by_week = {week.id: (week.papers, week.unread, week.starred) for week in library.lists.weeks()}
        for week, counts in by_week.items():
            in_week = {row.key for row in library.lists.entries(week)}
            unread = sum(not model.has("read", key) for key in in_week)
            assert counts == (len(in_week), unread, sum(model.has("starred", key) for key in in_week))
        assert library.notices == []


EXAMPLES = int(os.environ.get("TUI_DIGEST_MODEL_EXAMPLES", examples(25)))
"""Of forty steps each."""

TestReader = Reader.TestCase
TestReader.settings = settings(max_examples=EXAMPLES, stateful_step_count=40, suppress_health_check=list(HealthCheck))
