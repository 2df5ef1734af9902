"""Faults of what surrounds the program: damaged, odd and deleted files, a wrong clock, no locks, a full disk, a home
that cannot be written. Each function tries one many times and checks everything after each try."""

from __future__ import annotations

import errno
import fcntl
import json
import os
import random
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.builders import asked
from tests.faults import (
    BEFORE,
    MARKING,
    Act,
    Outcome,
    Stage,
    Trap,
    carry_out,
    compare,
    fork,
    heard,
    random_act,
)
from tests.model import NAMES, Model, keys_of, write_source
from tui_digest.errors import DigestError, StoreError
from tui_digest.library import Library
from tui_digest.paths import Paths

MARKS: list[Act] = [
    ["set", "starred", ["arxiv:2401.00003"], True],
    ["set", "read", ["arxiv:2401.00003", "title:d2 version 0"], True],
    ["set", "note", ["arxiv:2401.00009"], "둘째 글\nline"],
    ["set", "tag:나중", ["arxiv:2401.00004"], True],
    ["undo"],
]


class Snapshot:
    """A home's files, to be put back."""

    def __init__(self, paths: Paths) -> None:
        self._root = paths.data.parent
        files = [path for path in self._root.rglob("*") if path.is_file()]
        self._files = {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in files}

    def put_back(self) -> None:
        """The home as it was; its files have the times they had, so that what is derived from them stands."""
        shutil.rmtree(self._root)
        for path, (content, moment) in self._files.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
            os.utime(path, ns=(moment, moment))


def prepared(root: Path, *, fold: bool = True) -> Stage:
    """A home with digests and marks of every kind."""
    stage = Stage(root)
    stage.prepare(BEFORE)
    stage.prepare(MARKS, fold=fold)
    stage.open()  # the summary and the columns are made
    return stage


def _try(outcome: Outcome, when: str, check: Callable[[], object], acts: int) -> None:
    outcome.times += 1
    try:
        check()
        outcome.checked += acts
    except (Exception, pytest.fail.Exception) as error:  # whatever stops the reader from opening is a loss
        outcome.lost.append(f"{when}: {type(error).__name__}: {error}")


def _said(outcome: Outcome, library: Library) -> set[str]:
    outcome.said.update(notice.message_id for notice in library.notices)
    return {notice.message_id for notice in library.notices}


def _kept(library: Library) -> list[bytes]:
    folder = library.paths.damaged
    return [path.read_bytes() for path in folder.iterdir() if path.is_file()] if folder.is_dir() else []


# --- the journal ----------------------------------------------------------------------------------------------------


def journal_cut(root: Path, step: int, *, folded: bool) -> Outcome:
    """The journal cut at (every `step`-th of) the bytes of its last lines; then a mark, and a start without a fold."""
    outcome = Outcome(f"journal cut at any byte, {'folded before' if folded else 'never folded'}")
    stage = Stage(root)
    stage.prepare(BEFORE, fold=folded)
    (journal,) = stage.paths.journal.iterdir()
    ends: list[tuple[int, Model]] = [(journal.stat().st_size, stage.model.copy())]
    for act in MARKS:
        stage.prepare([act], fold=folded)
        ends.append((journal.stat().st_size, stage.model.copy()))
    snapshot, star = Snapshot(stage.paths), ["set", "starred", ["arxiv:2401.00011"], True]
    for cut in range(ends[0][0], ends[-1][0], step):
        snapshot.put_back()
        os.truncate(journal, cut)
        model = (ends[-1][1] if folded else max((e for e in ends if e[0] <= cut), key=lambda e: e[0])[1]).copy()

        def check(model: Model = model, cut: int = cut) -> None:
            library = stage.open()
            said = _said(outcome, library)
            assert said == ({"store.journal_changed"} if folded else set()), said
            compare(library, model, piles=not folded)
            if cut + 1 in dict(ends):  # only the end of the line is missing: the next event brings it
                model = (ends[-1][1] if folded else dict(ends)[cut + 1]).copy()
            for _ in range(3):  # as long as what was cut off, so that it may look like that
                model.act(star)
                carry_out(stage, library, star)
                star[3] = not star[3]
            compare(stage.open(), model, piles=not folded)

        _try(outcome, f"cut at {cut}", check, len(model.done))
    return outcome


# --- damaged files --------------------------------------------------------------------------------------------------


def broken(whole: bytes, chance: random.Random, more: int) -> Iterator[tuple[str, bytes]]:
    """The ways in which a file's content can be no more what it was; `more` of each kind that takes chance."""
    yield "empty", b""
    yield "zeros", bytes(len(whole))
    yield "the end is zeros", whole[: len(whole) // 2] + bytes(len(whole) - len(whole) // 2)
    yield "not text", b"\xff\xfe\x00 garbage \x80"
    for other in (b"[]", b"{}", b"null", b'{"_meta": 5}', b'{"_meta": {"1": {"schema_version": 1}}, "marks": 7}'):
        yield other.decode(), other
    for _ in range(more):
        cut = chance.randrange(1, len(whole))
        yield f"cut at {cut}", whole[:cut]
        start = chance.randrange(len(whole))
        yield (
            f"garbage at {start}",
            whole[:start] + bytes(chance.randrange(256) for _ in range(40)) + whole[start + 40 :],
        )


def other_types(content: bytes) -> Iterator[tuple[str, bytes]]:
    """JSON in which one value after another has a wrong type."""

    def walk(node: Any, path: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
        inner = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
        for name, value in inner:
            yield (*path, name)
            yield from walk(value, (*path, name))

    for path in walk(json.loads(content), ()):
        for wrong in ("wrong", 5, ["wrong"], {"wrong": 1}):
            whole = json.loads(content)
            inner = whole
            for name in path[:-1]:
                inner = inner[name]
            if type(inner[path[-1]]) is not type(wrong):
                inner[path[-1]] = wrong
                yield f"{path} is {wrong}", json.dumps(whole).encode()


def damaged_marks(root: Path, seed: int, more: int) -> Outcome:
    """`marks.json` damaged: it is told, kept aside, and everything comes back from the journal."""
    outcome, stage = Outcome("damaged `marks.json`"), prepared(root)
    snapshot, whole = Snapshot(stage.paths), stage.paths.marks.read_bytes()
    for what, content in broken(whole, random.Random(seed), more):

        def check(content: bytes = content) -> None:
            stage.paths.marks.write_bytes(content)
            library = stage.open()
            assert _said(outcome, library) == {"store.damaged"}
            assert _kept(library) == [content]
            compare(library, stage.model)
            library.close()
            assert not stage.open().notices

        snapshot.put_back()
        _try(outcome, what, check, len(stage.model.done))
    return outcome


def damaged_shards(root: Path, seed: int, more: int) -> Outcome:
    """A week damaged: it is told and kept aside, no mark is touched, the rest is read; importing brings it back."""
    outcome, stage = Outcome("a damaged week"), prepared(root)
    snapshot, versions = Snapshot(stage.paths), stage.model.digests
    for path in sorted(stage.paths.shards.iterdir()):
        whole, chance = path.read_bytes(), random.Random(seed)
        for what, content in [*broken(whole, chance, more), *_sample(other_types(whole), chance, more * 10)]:

            def check(path: Path = path, content: bytes = content) -> None:
                path.write_bytes(content)
                library = stage.open()
                for week in library.lists.weeks():
                    library.lists.entries(week.id).keys  # noqa: B018
                seen = [*library.lists.all_sightings()]
                said = _said(outcome, library)
                if said or b"wrong" not in content:  # else it is a week all the same, of other words
                    assert {"store.damaged"} <= said <= {"store.damaged", "store.vanished"}, said
                    assert _kept(library) == [content]
                    assert len(seen) < 7 * len(NAMES)
                    marked = stage.model.marks
                    assert all(library.marks.of(key) == stage.model.mark(key) for key in marked)
                    library.imports.from_paths([write_source(stage.sources, *pair) for pair in versions.items()])
                    compare(stage.open(), stage.model, piles=False)

            snapshot.put_back()
            _try(outcome, f"{path.name} {what}", check, len(stage.model.done))
    return outcome


def damaged_index(root: Path, seed: int, more: int) -> Outcome:
    """Each file of the cache damaged, of another home, deleted, or a folder: it is made again, and nothing is said."""
    outcome, stage = Outcome("damaged, foreign or deleted index"), prepared(root)
    other = Stage(root / "other")
    other.prepare([["import", {"d3": 1}], ["set", "read", keys_of("d3", 1), True]])
    snapshot = Snapshot(stage.paths)
    reference = _everything(stage.open())
    for path in sorted(stage.paths.cache.iterdir()):
        whole, chance = path.read_bytes(), random.Random(seed)
        foreign = (other.paths.cache / path.name).read_bytes()
        ways: list[tuple[str, bytes | None]] = [*broken(whole, chance, more), ("foreign", foreign), ("gone", None)]
        if path.suffix == ".json":
            ways += _sample(other_types(whole), chance, more * 10)
        for what, content in [*ways, ("folder", None)]:

            def check(path: Path = path, what: str = what, content: bytes | None = content) -> None:
                if content is not None:
                    path.write_bytes(content)
                else:
                    path.unlink()
                    if what == "folder":
                        path.mkdir()
                library = stage.open()
                assert _said(outcome, library) == set()
                assert _everything(library) == reference
                compare(library, stage.model)
                library.close()

            snapshot.put_back()
            _try(outcome, f"{path.name} {what}", check, len(stage.model.done))
    return outcome


def _everything(library: Library) -> list[object]:
    rows = library.lists.entries(None)
    found = library.lists.entries(None, asked("version"))
    listed = [rows[number] for number in range(len(rows))], [found[number] for number in range(len(found))]
    return [library.lists.weeks(), sorted(library.lists.tags(None)), *listed]


def _sample(ways: Iterator[tuple[str, bytes]], chance: random.Random, count: int) -> list[tuple[str, bytes]]:
    every = [*ways]
    return chance.sample(every, min(count, len(every)))


def odd_files(root: Path) -> Outcome:
    """A folder or a pipe in a file's place: the reader opens, what it says of it is said, no mark is lost."""
    outcome, stage = Outcome("a folder or a pipe in a file's place"), prepared(root)
    snapshot, paths = Snapshot(stage.paths), stage.paths
    (journal,) = paths.journal.iterdir()
    files = [path for path in paths.data.parent.rglob("*") if path.is_file()]
    for path in [*files, paths.place]:
        for what, make in (("folder", Path.mkdir), ("pipe", os.mkfifo)):

            def check(path: Path = path, make: Callable[[Path], Any] = make) -> None:
                path.parent.mkdir(exist_ok=True)
                path.unlink(missing_ok=True)
                make(path)
                library = stage.open()
                _said(outcome, library)
                assert library.memory.load_place() is not None
                for key in stage.model.marks:
                    assert library.marks.of(key) == stage.model.mark(key)
                try:
                    carry_out(stage, library, ["set", "starred", ["arxiv:2401.00011"], True])
                except DigestError as error:
                    outcome.said[error.message_id] += 1
                    assert not stage.open().marks.of("arxiv:2401.00011").starred
                else:
                    assert stage.open().marks.of("arxiv:2401.00011").starred
                library.close()

            snapshot.put_back()
            _try(outcome, f"{path.relative_to(paths.data.parent)} is a {what}", check, len(stage.model.done))
    assert journal in files
    return outcome


# --- clock, locks, disks --------------------------------------------------------------------------------------------


def wrong_clock(root: Path, acts: int, seed: int) -> Outcome:
    """The clock jumps by hours, days and years, back and forth, between acts and between starts."""
    outcome, chance, stage = Outcome("a clock that jumps back"), random.Random(seed), Stage(root)
    stage.prepare([["import", dict.fromkeys(NAMES, 0)]])
    for number in range(acts):
        jump = chance.choice([0, -7200, -86_400, -40_000_000, 3600, 40_000_000])
        library = Library.open(stage.paths, starters=False, clock=lambda jump=jump: time.time() + jump)  # type: ignore[misc]
        for turn in range(3):
            act = random_act(chance, number * 3 + turn + 12, MARKING)
            carry_out(stage, library, act)
            stage.model.act(act)
        library.close() if chance.random() < 0.3 else None
        _try(outcome, f"act {number}", lambda: compare(stage.open(), stage.model), 3)
    return outcome


def no_locks(root: Path, processes: int, acts: int) -> Outcome:
    """A file system without locks, and several processes at once: nobody's event is passed over or cut."""
    outcome, stage = Outcome("several processes on a file system without locks"), Stage(root)
    stage.prepare([["import", {"d0": 0}]])

    def refuse(*_: object) -> None:
        raise OSError(errno.ENOLCK, "no locks")

    def child(name: int) -> tuple[int, int]:
        def work(tell: Callable[[str, Any], None]) -> None:
            fcntl.flock = refuse  # type: ignore[assignment]
            library = stage.open()
            for number in range(acts):
                library.marks.star([f"arxiv:{name}.{number}"], True)
                tell("done", f"arxiv:{name}.{number}")
                if number % 7 == name:
                    library.fold()

        return fork(work)

    for pid, reading in [child(name) for name in range(processes)]:
        told = heard(reading)
        os.waitpid(pid, 0)

        def check(told: list[tuple[str, Any]] = told) -> None:
            library = stage.open()
            assert not library.notices, library.notices
            missing = [what for kind, what in told if kind == "error" or not library.marks.of(what).starred]
            assert not missing, missing

        _try(outcome, f"process {pid}", check, len(told))
    return outcome


@contextmanager
def mounted(folder: Path, *options: str) -> Iterator[bool]:
    """A small disk at the folder; False where this machine or this user mounts nothing."""
    folder.mkdir(parents=True, exist_ok=True)
    command = ["mount", *options, str(folder)]
    try:
        done = subprocess.run(command, capture_output=True, check=False).returncode == 0
    except OSError:
        done = False
    try:
        yield done
    finally:
        if done:
            subprocess.run(["umount", "--lazy", str(folder)], check=True)


def full_disk(root: Path, times: int, seed: int) -> Outcome:
    """A real disk of 4 MB runs full while the reader acts, and gets room again."""
    outcome, chance = Outcome("a real full disk"), random.Random(seed)
    with mounted(root, "-t", "tmpfs", "-o", "size=4m", "tmpfs") as done:
        if not done:
            outcome.said["(nothing can be mounted here: not tried)"] += 1
            return outcome
        stage, ballast = Stage(root), root / "ballast"
        stage.prepare([["import", {"d0": 0}]])
        library = stage.open()
        for number in range(times):
            free = os.statvfs(root).f_bavail * os.statvfs(root).f_frsize
            ballast.write_bytes(bytes(max(0, free - chance.randrange(0, 80_000))))
            refused: list[str] = []
            for turn in range(60):
                act: Act = ["set", "note", [f"arxiv:2401.{turn:05}"], f"{number} {turn} " + "글" * 200]
                try:
                    carry_out(stage, library, act)
                    stage.model.act(act)
                    outcome.checked += 1
                except StoreError as error:
                    refused.append(error.message_id)
            outcome.said.update(refused)
            ballast.unlink()

            def check(refused: list[str] = refused) -> None:
                assert set(refused) <= {"store.full"}, refused
                compare(stage.open(), stage.model)
                library.fold()
                compare(library, stage.model)

            _try(outcome, f"full for the {number}. time", check, 0)
    return outcome


def read_only(root: Path) -> Outcome:
    """A home that cannot be written: everything is read, every act is refused and changes nothing, the end is quiet."""
    outcome, stage = Outcome("a read-only home"), prepared(root, fold=False)
    home = stage.paths.data.parent

    def refused() -> None:
        library = stage.open()
        compare(library, stage.model)
        for act in (["set", "starred", ["arxiv:2401.00011"], True], ["undo"], ["remove", "d1"], ["fold"], ["backup"]):
            with pytest.raises(StoreError, match=r"store\.readonly"):
                carry_out(stage, library, act)
            outcome.said["store.readonly"] += 1
            compare(library, stage.model)
        library.memory.save_place(library.memory.load_place())
        library.close()

    for index in ("there", "gone"):
        if index == "gone":
            shutil.rmtree(stage.paths.cache)
        for kind in ("mount", "calls"):
            if kind == "calls":
                with Trap(1, errno.EROFS, stays=True, everything=True):
                    _try(outcome, f"refused calls, index {index}", refused, len(stage.model.done))
                continue
            with mounted(home, "--bind", "-o", "ro", str(home)) as done:
                if done:
                    _try(outcome, f"mounted, index {index}", refused, len(stage.model.done))
    stage.open().close()
    (stage.paths.replaced / "nobody-1.before.json").write_text("{}")  # what a killed import leaves, and a fold prunes
    with Trap(1, errno.EROFS, stays=True, everything=True):
        _try(outcome, "folded before", lambda: stage.open().close(), 0)
    _try(outcome, "writable again", lambda: compare(stage.open(), stage.model), len(stage.model.done))
    return outcome
