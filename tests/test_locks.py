"""One writer at a time: every lock is held while its files are written, and what is decided is decided under it."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.builders import digest, entry, home, incoming, put
from tui_digest.doctor import examine_store, repair
from tui_digest.library import Library, imports
from tui_digest.library import marks as library_marks
from tui_digest.models import Mark
from tui_digest.paths import Paths
from tui_digest.store import intent, journal, mark_store
from tui_digest.store.importing import Import
from tui_digest.store.lock import is_held, locked

pytestmark = pytest.mark.usefixtures("plain_parser")

A = entry("Paper A", arxiv="2301.00001", lines=(2, 4))
B = entry("Paper B", arxiv="2301.00002", lines=(6, 7))
C = entry("Paper C", arxiv="2301.00003", lines=(9, 9))
LATER = "2023-08-06"
NOW = 1_790_000_000.0

First = Callable[[Any, str, Callable[[], object]], list[int]]


def window(paths: Paths) -> Library:
    """Another window on the home."""
    return Library.open(paths, starters=False)


# --- held while written ---------------------------------------------------------------------------------------------


class Watch:
    """Sees every change to the data folder, and whether the lock that belongs to the file is held at that moment."""

    def __init__(self, paths: Paths, patch: pytest.MonkeyPatch) -> None:
        self.paths = paths
        self.seen: Counter[str] = Counter()
        self.bare: list[str] = []
        write, replace, unlink = os.write, os.replace, os.unlink

        def watched_write(descriptor: int, data: Any) -> int:
            path = Path(f"/proc/self/fd/{descriptor}").readlink()
            if path.parent == paths.journal and path.suffix == ".ndjson":
                self._changes(path, path)
                if b'"op":"undo"' in data or b'"op":"redo"' in data:
                    self._changes(Path("an undo"), paths.undo_lock)
            return write(descriptor, data)

        def watched_replace(source: Any, target: Any, **more: Any) -> None:
            for path in (Path(source), Path(target)):
                self._looked_at(path)
            replace(source, target, **more)

        def watched_unlink(path: Any, **more: Any) -> None:
            self._looked_at(Path(path))
            unlink(path, **more)

        patch.setattr(os, "write", watched_write)
        patch.setattr(os, "replace", watched_replace)
        patch.setattr(os, "unlink", watched_unlink)

    def _looked_at(self, path: Path) -> None:
        home = self.paths
        if path.suffix == ".tmp" or home.data not in path.parents or home.data / "restoring" in path.parents:
            return
        owner = path if path.parent == home.data else path.parent
        lock = {
            home.shards: home.lock,
            home.sources: home.lock,
            home.intent: home.lock,
            home.replaced: home.lock,
            home.marks: home.marks_lock,
            home.data / "machine": home.marks_lock,
            home.journal: home.marks_lock,
            home.backups: home.backups_lock,
        }.get(owner)
        if lock is not None:
            self._changes(owner, lock)

    def _changes(self, what: Path, lock: Path) -> None:
        name = "a journal" if what.suffix == ".ndjson" else what.name
        self.seen[name] += 1
        if not is_held(lock):
            self.bare.append(name)

    def checked(self, *names: str) -> None:
        """These were changed, and nothing without its lock."""
        assert self.bare == []
        assert set(names) <= set(self.seen), self.seen
        self.seen.clear()


@pytest.fixture
def watch(paths: Paths, monkeypatch: pytest.MonkeyPatch) -> Watch:
    """Watches from the first act on."""
    if not Path("/proc/self/fd").is_dir():
        pytest.skip("what a descriptor belongs to is only told by Linux")
    return Watch(paths, monkeypatch)


def test_marks_are_written_under_their_locks(paths: Paths, watch: Watch) -> None:
    library = window(paths)
    library.marks.star([A.key], True)
    watch.checked("a journal", "machine")
    library.marks.note(A.key, "note")
    library.marks.set_tags(A.key, ["x", "y"])
    library.views.save("v", "#x")
    watch.checked("a journal")
    library.marks.undo()
    library.marks.redo()
    watch.checked("a journal", "an undo")
    library.fold()
    watch.checked("marks.json")
    library.marks.mark_read([A.key], True)
    library.fold_aside()
    watch.checked("marks.json")
    library.backups.write_daily()
    watch.checked("backups")


def test_acts_on_the_library_are_done_under_its_lock(paths: Paths, watch: Watch, tmp_path: Path) -> None:
    put(tmp_path / "starters" / "s.txt", digest(C))
    library = Library.open(paths)
    watch.checked("library", "sources.json", "intent.json", "replaced")
    library.imports.put_starters(False)
    library.imports.put_starters(True)
    watch.checked("library", "sources.json", "intent.json", "replaced")
    for act in (
        lambda: library.imports.from_paths([put(tmp_path / "one.txt", digest(A, B))]),
        lambda: library.imports.remove([library.lists.sightings(A.key)[0].digest.id]),
        library.marks.undo,
        library.marks.redo,
    ):
        act()
        watch.checked("a journal", "library", "sources.json", "intent.json", "replaced")
    library.marks.undo()
    library.marks.undo()
    library.marks.star([A.key], True)  # nothing can be done again from here on
    library.fold()
    watch.checked("replaced", "marks.json")


def test_the_event_stands_before_the_lock_is_let_go(
    paths: Paths, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    noted, append = [], journal.Appender.append

    def watched(self: journal.Appender, op: str, parts: Any, **more: Any) -> Any:
        noted.append((op, parts[0].field, is_held(paths.lock)))
        return append(self, op, parts, **more)

    monkeypatch.setattr(journal.Appender, "append", watched)
    library = window(paths)
    library.imports.from_paths([put(tmp_path / "one.txt", digest(A, B))])
    library.imports.remove([library.lists.sightings(A.key)[0].digest.id])
    library.marks.undo()
    library.marks.redo()
    ops = [("set", "import"), ("set", "remove"), ("undo", "remove"), ("redo", "remove")]
    assert noted == [(*op, True) for op in ops]


def test_what_was_cut_short_is_settled_under_the_lock(
    paths: Paths, watch: Watch, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cut() -> None:
        library, file = window(paths), put(tmp_path / "one.txt", digest(A))
        with monkeypatch.context() as patch:
            patch.setattr(intent, "settle", lambda *_: None)
            patch.setattr(Import, "_write", interrupted(Import._write))
            with pytest.raises(KeyboardInterrupt):
                library.imports.from_paths([file])
        watch.checked("library", "intent.json")

    cut()
    window(paths)
    watch.checked("library", "sources.json", "intent.json")
    cut()
    repair(paths, list(examine_store(paths, NOW)))
    watch.checked("library", "sources.json", "intent.json")


def interrupted(write: Callable[[Import], None]) -> Callable[[Import], None]:
    def cut(work: Import) -> None:
        write(work)
        raise KeyboardInterrupt

    return cut


def test_a_restore_is_done_under_the_lock_of_the_marks(paths: Paths, watch: Watch, tmp_path: Path) -> None:
    other = window(home(tmp_path / "other"))
    other.marks.star([A.key], True)
    other.backups.write(tmp_path / "kept.zip")
    window(paths).backups.restore(tmp_path / "kept.zip")
    watch.checked("machine", "journal")


def test_aliases_are_kept_under_the_lock(paths: Paths, watch: Watch, tmp_path: Path) -> None:
    library = window(paths)
    library.imports.from_paths(
        [put(tmp_path / "a.txt", digest(entry("One Title About Sparse Memory", arxiv="2401.00001")))]
    )
    watch.checked("sources.json")
    other = digest(entry("One Title About Sparse Memory", url="https://example.org/x"), start=LATER)
    with locked(paths.lock):
        Import(paths, library._shards, []).run([incoming(str(tmp_path / "b.txt"), other)])
        watch.checked("sources.json")
    library.refresh()
    assert library._index.aliases
    watch.checked("sources.json")


def test_the_doctor_mends_under_the_locks(paths: Paths, watch: Watch, tmp_path: Path) -> None:
    library = window(paths)
    library.imports.from_paths([put(tmp_path / "one.txt", digest(A, B))])
    library.marks.star([A.key], True)
    library.close()
    for damaged, seen in (
        (next(paths.shards.iterdir()), "library"),
        (paths.sources, "sources.json"),
        (paths.marks, "marks.json"),
        (next(paths.replaced.iterdir()), "replaced"),
    ):
        damaged.write_bytes(b"{")
        watch.seen.clear()
        repair(paths, list(examine_store(paths, NOW)))
        watch.checked(seen)


# --- decided under it -----------------------------------------------------------------------------------------------


@pytest.fixture
def first(monkeypatch: pytest.MonkeyPatch) -> First:
    """`first(room, "hold", act)`: another window's act happens after this one has looked, before it has the lock."""

    def before(room: Any, name: str, act: Callable[[], object]) -> list[int]:
        real, done = getattr(room, name), list[int]()

        def late(*asked: Any, **more: Any) -> Any:
            if not done:
                done.append(1)
                act()
            return real(*asked, **more)

        monkeypatch.setattr(room, name, late)
        return done

    return before


def begun(paths: Paths) -> tuple[Library, Library]:
    """Two windows on a home in which something was done."""
    one = window(paths)
    one.marks.star([B.key], True)
    other = window(paths)
    one.marks.star([B.key], False)
    return one, other


@pytest.mark.parametrize("how", ["one field", "several", "a note", "tags"])
def test_what_another_window_has_just_done_is_not_done_again(paths: Paths, first: First, how: str) -> None:
    one, other = begun(paths)
    act: Callable[[Library], object] = {
        "one field": lambda library: library.marks.star([A.key], True),
        "several": lambda library: library.marks.set_fields(A.key, ["starred", "read"], True),
        "tags": lambda library: library.marks.set_tags(A.key, ["x"]),
        "a note": lambda library: library.marks.note(A.key, "other"),
    }[how]
    came = first(journal, "hold", lambda: act(other))
    if how == "a note":
        one.marks.note(A.key, "mine")
        assert came
        assert window(paths).marks.of(A.key).note == "mine"  # it has seen the other, and takes its place
        assert one.marks.undo() is not None
        assert window(paths).marks.of(A.key).note == "other"
        return
    assert act(one) is None
    assert came
    assert len(list(one.marks.history())) == 3


def test_moments_and_ids_differ_though_the_clock_stands(paths: Paths, first: First, tmp_path: Path) -> None:
    one, other = (Library.open(paths, starters=False, clock=lambda: NOW) for _ in range(2))
    one.marks.star([B.key], True)
    other.refresh()
    came = first(Import, "_write", lambda: other.marks.star([A.key], True))
    one.imports.from_paths([put(tmp_path / "one.txt", digest(A))])
    assert came
    events = one._store.journal.events()
    assert len({event.at for _, event in events}) == len({event.id for _, event in events}) == 3
    first(journal, "hold", lambda: other.marks.mark_read([A.key], True))
    one.marks.mark_read([B.key], True)
    events = one._store.journal.events()
    assert len({event.at for _, event in events}) == len({event.id for _, event in events}) == 5

    def twice() -> None:
        other.marks.mark_read([A.key], False)
        other.marks.mark_read([B.key], False)

    first(journal, "hold", twice)
    one.imports.from_paths([put(tmp_path / "two.txt", digest(B, start=LATER))])
    events = one._store.journal.events()
    assert len({event.at for _, event in events}) == len({event.id for _, event in events}) == 8


def test_an_undo_knows_that_it_was_undone_by_hand(paths: Paths, first: First) -> None:
    one, other = begun(paths)
    came = first(journal, "hold", lambda: other.marks.star([B.key], True))
    one.marks.undo()  # of taking that star off: it is on again already, so the undo before it is taken, too
    assert came
    assert not window(paths).marks.of(B.key).starred


def test_two_windows_that_undo_take_two_acts(paths: Paths, first: First) -> None:
    one, other = begun(paths)
    one.marks.mark_read([A.key], True)
    came = first(library_marks, "locked", other.marks.undo)
    change = one.marks.undo()
    assert came
    assert change is not None
    assert (change.field, change.keys) == ("starred", (B.key,))
    assert window(paths).marks.of(A.key) == Mark()
    assert window(paths).marks.of(B.key) == Mark(starred=True)


def test_a_fold_takes_in_what_came_before_it(paths: Paths, first: First) -> None:
    one, other = begun(paths)

    def star_and_fold() -> None:
        other.marks.star([A.key], True)
        other.fold()

    came = first(mark_store, "locked", star_and_fold)
    one.fold()
    assert came
    for path in paths.journal.iterdir():
        path.unlink()
    assert window(paths).marks.of(A.key).starred, "the later fold was written over by the earlier one"


def test_an_import_compares_with_what_another_has_just_brought(paths: Paths, first: First, tmp_path: Path) -> None:
    one, other = begun(paths)
    file = put(tmp_path / "one.txt", digest(A, B))
    came = first(intent, "locked", lambda: other.imports.from_paths([file]))
    (report,) = one.imports.from_paths([file]).sources
    assert came
    assert (report.added, report.unchanged) == (0, 2)
    assert [act.change.field for act in one.marks.history()][:2] == ["import", "starred"]


def test_a_digest_is_removed_once(paths: Paths, first: First, tmp_path: Path) -> None:
    one, other = begun(paths)
    one.imports.from_paths([put(tmp_path / "one.txt", digest(A, B))])
    gone = one.lists.sightings(A.key)[0].digest.id
    came = first(intent, "locked", lambda: other.imports.remove([gone]))
    assert one.imports.remove([gone]) is None
    assert came
    assert one.marks.undo() is not None
    assert len(window(paths).lists.entries(None)) == 2


def test_an_undo_takes_the_import_that_came_before_it(paths: Paths, first: First, tmp_path: Path) -> None:
    one, other = begun(paths)
    one.imports.from_paths([put(tmp_path / "one.txt", digest(A))])
    came = first(
        intent, "locked", lambda: other.imports.from_paths([put(tmp_path / "two.txt", digest(B, start=LATER))])
    )
    one.marks.undo()
    assert came
    assert [row.title for row in window(paths).lists.entries(None)] == ["Paper A"]


def test_nothing_is_cleared_away_that_another_window_can_undo(paths: Paths, first: First, tmp_path: Path) -> None:
    one, other = begun(paths)
    came = first(imports, "locked", lambda: other.imports.from_paths([put(tmp_path / "one.txt", digest(A))]))
    one.imports.from_paths([put(tmp_path / "two.txt", digest(B, start=LATER))])
    one.fold()
    assert came
    other.refresh()
    assert other.marks.undo() is not None
    assert other.marks.undo() is not None
    assert len(window(paths).lists.entries(None)) == 0
