"""Faults, tried many times, each followed by a check of everything that was acknowledged.

`python -m tests.faults [--kills N] [--seed S]` runs them all and prints a table; it ends with 1 on any loss.
The tests run the same functions with small counts.

A child process, forked from this one, does random acts in a home and says through a pipe what it is about to do and,
after the act returned, that it did. It is killed; then the home is opened and compared with a model (`tests.model`)
that did the acknowledged acts. The act that was under way is there whole or not at all, and can be done again.
"""

from __future__ import annotations

import argparse
import atexit
import errno
import json
import os
import random
import select
import shutil
import signal
import stat
import sys
import tempfile
import threading
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.builders import home, plain_parsing
from tests.model import NAMES, Model, held, keys_of, write_source
from tui_digest import paths as locations
from tui_digest import processes
from tui_digest.errors import StoreError
from tui_digest.library import Library
from tui_digest.models import Change
from tui_digest.paths import Paths
from tui_digest.processes import Pool
from tui_digest.store import week_writing
from tui_digest.store.events import CORRECT, LIBRARY_FIELDS, Event, event_of
from tui_digest.store.intent import ACTS

CUT = {f"intent.{act}.{how}" for act in ACTS for how in ("back", "done")}
"""What may be said of an act on the library that was cut short."""

Act = list[Any]
"""The name of an act and its arguments, as JSON can carry them."""


@dataclass
class Outcome:
    """What trying a fault came to."""

    fault: str
    times: int = 0
    checked: int = 0
    """Acts that were acknowledged and then found."""
    lost: list[str] = field(default_factory=list)
    said: Counter[str] = field(default_factory=Counter)
    """What the library told when it was opened again, by message id."""

    def add(self, one: Outcome) -> None:
        """Counts what trying another fault came to as well."""
        self.times, self.checked = self.times + one.times, self.checked + one.checked
        self.lost += [f"{one.fault}: {each}" for each in one.lost]
        self.said += one.said

    def row(self) -> str:
        """A row of the table."""
        said = ", ".join(f"`{name}` ×{count}" for name, count in sorted(self.said.items()))
        return f"| {self.fault} | {self.times} | {self.checked} | {len(self.lost)} | {said or 'nothing'} |"


class Stage:
    """A home, the digests' sources beside it, and the model of what it must hold."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.paths = home(root)
        self.model = Model()

    @property
    def sources(self) -> Path:
        """The folder of the digests' sources."""
        return self.root / "sources"

    @property
    def kept(self) -> Path:
        """The backup that `keep` makes and `restore` restores."""
        return self.root / "kept.zip"

    def open(self) -> Library:
        """The library as the next start finds it."""
        return Library.open(self.paths, starters=False)

    def prepare(self, acts: list[Act], *, fold: bool = True) -> None:
        """Carries out acts, in the home and in the model; without `fold` the next start finds only the journal."""
        library = self.open()
        for act in acts:
            carry_out(self, library, act)
            self.model.act(act)
        if fold:
            library.close()

    def copy(self, root: Path) -> Stage:
        """The same home and model elsewhere; the sources stay where they are, as their paths are on record."""
        other = Stage(root)
        shutil.copytree(self.paths.data.parent, other.paths.data.parent)
        other.root = self.root
        other.model = self.model.copy()
        return other


@contextmanager
def staged() -> Iterator[None]:
    """Inside, digests are read by the plain parser, and no starters are opened."""
    with pytest.MonkeyPatch.context() as patch:
        plain_parsing(patch)
        patch.setattr(locations, "starters", lambda: Path("no starters"))
        yield


# --- acts -----------------------------------------------------------------------------------------------------------


def carry_out(stage: Stage, library: Library, act: Act) -> Change | None:
    """Does one act; returns when it is done."""
    name, *rest = act
    if name in ("set", "tags"):
        return (_set if name == "set" else _put_tags)(library, *rest)
    if name == "import":
        files = [write_source(stage.sources, digest, version) for digest, version in rest[0].items()]
        report = library.imports.from_paths(files)
        assert not report.failed, report.failed
        return None
    if name == "keep":
        library.backups.write(stage.kept)
        return None
    if name == "restore":
        return library.backups.restore(stage.kept)
    if name == "remove":
        return library.imports.remove(library.imports.digests_named(str(stage.sources / f"{rest[0]}.txt")))
    if name in ("join", "split"):
        first, second, *_ = (each for each in library.lists.all_sightings() if Path(each.digest.path).stem == rest[0])
        return library.imports.join(first, second) if name == "join" else library.imports.split(second, 4)
    if name == "view":
        if rest[1]:
            return library.views.save(*rest)
        return library.views.delete(rest[0]) if rest[0] in library.views.all() else None
    if name in ("undo", "redo"):
        return library.marks.undo() if name == "undo" else library.marks.redo()
    if name == "fold":
        library.fold()
    elif name == "backup":
        library.backups.write_daily()
    return None


def _put_tags(library: Library, keys: list[str], on: list[str], off: list[str]) -> Change | None:
    return library.marks.put_on_disk(lambda: library.marks.tag_all(keys, on, off))


def _set(library: Library, name: str, keys: list[str], value: Any) -> Change | None:
    if name == "note":
        return library.marks.note(keys[0], value)
    if name == "read":
        return library.marks.mark_read(keys, value)
    if name == "starred":
        return library.marks.star(keys, value)
    return library.marks.tag(name.removeprefix("tag:"), keys, value)


def random_act(chance: random.Random, number: int, weights: dict[str, int]) -> Act:
    """One act; `number` makes its text and its digests' versions new ones."""
    (name,) = chance.choices(list(weights), list(weights.values()))
    papers = [key for digest in NAMES for key in keys_of(digest, chance.randrange(12))]
    if name == "set":
        field_name = chance.choice(["starred", "read", "tag:나중", "tag:b"])
        return ["set", field_name, chance.sample(papers, chance.randint(1, 4)), chance.random() < 0.7]
    if name == "tags":
        return [
            "tags",
            chance.sample(papers, chance.randint(2, 5)),
            *chance.choice([(["b"], ["나중"]), (["c", "b"], [])]),
        ]
    if name == "note":
        return ["set", "note", [chance.choice(papers)], chance.choice([None, f"글 {number}\nline " + "x" * number])]
    if name == "view":
        return [
            "view",
            chance.choice(["mine", "읽을 것"]),
            chance.choice([None, "is:unread", f"#b OR 글 {number % 5}"]),
        ]
    if name == "import":
        return ["import", dict.fromkeys(chance.sample(NAMES, chance.randint(1, 4)), number)]
    return [name, chance.choice(NAMES)] if name == "remove" else [name]


MARKING = {"set": 60, "tags": 10, "note": 15, "view": 12, "undo": 15, "redo": 8, "fold": 4, "reopen": 2}
IMPORTING = {"import": 40, "remove": 8, "undo": 18, "redo": 12, "set": 12, "note": 5, "fold": 3, "reopen": 2}


# --- the child ------------------------------------------------------------------------------------------------------


def told_up_to(library: Library) -> dict[str, int]:
    """How far a window has read each machine's journal, in bytes."""
    return library._store.journal.offsets


def fork(work: Callable[[Callable[[str, Any], None]], None]) -> tuple[int, int]:
    """Starts a child that does `work` and tells, a line at a time; (process id, pipe to read)."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid:
        os.close(writing)
        return pid, reading
    code = 1
    try:
        os.close(reading)
        write = os.write  # as it is now: a trap must not count what the child tells
        work(lambda kind, what: _tell(write, writing, kind, what))
        code = 0
    except BaseException:
        _tell(os.write, writing, "error", traceback.format_exc())
    finally:
        os._exit(code)


def _tell(write: Callable[[int, bytes], int], descriptor: int, kind: str, what: Any) -> None:
    write(descriptor, json.dumps([kind, what]).encode() + b"\n")


def heard(reading: int) -> list[tuple[str, Any]]:
    """What a child told, up to its end; a line that was cut short was not told."""
    with open(reading, "rb") as pipe:
        return [tuple(json.loads(line)) for line in pipe.read().splitlines(keepends=True) if line.endswith(b"\n")]


def busy_child(stage: Stage, seed: int, weights: dict[str, int], first: int) -> tuple[int, int]:
    """A child that does random acts until it is killed."""

    def work(tell: Callable[[str, Any], None]) -> None:
        chance, library = random.Random(seed), stage.open()
        tell("from", told_up_to(library))
        for number in range(first, first + 5000):
            act = random_act(chance, number, weights)
            tell("begin", act)
            if act == ["reopen"]:
                library.close()
                library = stage.open()
            else:
                carry_out(stage, library, act)
            tell("done", told_up_to(library))

    return fork(work)


# --- the check ------------------------------------------------------------------------------------------------------


class WrongError(AssertionError):
    """The home does not hold what it must."""


def settle(stage: Stage, told: list[tuple[str, Any]], outcome: Outcome) -> None:
    """Replays what a child acknowledged, opens the home and compares; completes what was cut short, compares again."""
    pending: Act | None = None
    offsets: dict[str, int] = {}
    acknowledged, refused = 0, False
    for kind, what in told:
        if kind == "error":
            raise WrongError(what)
        if kind == "from":
            offsets = what
        elif kind == "begin":
            pending = what
        elif kind == "refused":
            refused = True
        elif kind == "done":
            assert pending is not None
            stage.model.act(pending)
            offsets, pending, acknowledged = what, None, acknowledged + 1
    library = stage.open()
    for notice in library.notices:
        outcome.said[notice.message_id] += 1
    noted = _events_after(stage.paths, offsets) if pending is not None else []
    allowed = CUT if pending or refused else set()
    if unexpected := {notice.message_id for notice in library.notices} - allowed:
        raise WrongError(f"it said {unexpected}")
    if pending is not None:
        if noted:
            stage.model.act(pending)
        compare(library, stage.model)
        if not noted:  # and it can be done now
            carry_out(stage, library, pending)
            stage.model.act(pending)
    compare(stage.open(), stage.model)
    outcome.checked += acknowledged


def compare(library: Library, model: Model, *, piles: bool = True) -> None:
    """Raises `WrongError` where the library is not as the model; `piles`: with what undo and redo would take."""
    found, wanted = held(library), {name: [version] for name, version in sorted(model.digests.items())}
    if found != wanted:
        raise WrongError(f"digests: {found}, not {wanted}")
    papers = {key for version in range(12) for name in NAMES for key in keys_of(name, version)} | {*model.marks}
    for key in sorted(papers):
        if library.marks.of(key) != model.mark(key):
            raise WrongError(f"{key}: {library.marks.of(key)}, not {model.mark(key)}")
    if library.views.all() != model.views():
        raise WrongError(f"views: {library.views.all()}, not {model.views()}")
    for week in library.lists.weeks():
        keys = {row.key for row in library.lists.entries(week.id)}
        counted = (len(keys), sum(not model.mark(k).read for k in keys), sum(model.mark(k).starred for k in keys))
        if counted != (week.papers, week.unread, week.starred):
            raise WrongError(f"{week} counts other than {counted}")
    for op, pile in (("undo", model.done), ("redo", model.redo)) if piles else ():
        act, known = library.marks.next_act(op), pile[-1] if pile else None
        parts = [
            p for p in (act.parts if act else ()) if p.field not in LIBRARY_FIELDS and not p.field.startswith(CORRECT)
        ]
        marks = {(p.field, key) for p in parts for key in p.keys} if act else None
        if marks != ({(each.field, each.key) for each in known.sets} if known else None):
            raise WrongError(f"{op} would take {act}, not {known}")


def _events_after(paths: Paths, offsets: dict[str, int]) -> list[Event]:
    found = []
    for path in paths.journal.glob("*.ndjson"):
        for line in path.read_bytes()[offsets.get(path.stem, 0) :].splitlines(keepends=True):
            if line.endswith(b"\n") and line.strip():
                with suppress(ValueError):
                    found.append(event_of(json.loads(line)))
    return found


# --- kill -9 --------------------------------------------------------------------------------------------------------


def kill_at_random(root: Path, kills: int, seed: int, weights: dict[str, int], fault: str) -> Outcome:
    """Kills a busy child at random moments; a home lives through several kills."""
    outcome, chance = Outcome(fault), random.Random(seed)
    stage = Stage(root / "0")
    for kill in range(kills):
        if kill % 25 == 0:
            stage = Stage(root / str(kill))
            stage.prepare([["import", {name: 0}] for name in NAMES])
        pid, reading = busy_child(stage, chance.random().__hash__(), weights, 12 + kill * 5000)
        # Until it has opened the library: a busy machine shall not kill it before its first act.
        select.select([reading], [], [])
        time.sleep(chance.random() * 0.06)
        os.kill(pid, signal.SIGKILL)
        told = heard(reading)
        os.waitpid(pid, 0)
        outcome.times += 1
        if not _settled(stage, told, outcome, f"kill {kill}"):
            stage = Stage(root / f"{kill}-next")
            stage.prepare([["import", {name: 0}] for name in NAMES])
    return outcome


def _settled(stage: Stage, told: list[tuple[str, Any]], outcome: Outcome, when: str) -> bool:
    try:
        settle(stage, told, outcome)
    except (AssertionError, StoreError) as error:
        outcome.lost.append(f"{when} in {stage.paths.data.parent}: {error}")
        return False
    return True


# --- a fault at every single call -----------------------------------------------------------------------------------


class Trap:
    """Counts the calls that change a disk and springs at one of them: `kill` ends the process, in the middle of a
    write where it is one (`half`); an errno makes the call fail, once or from then on (`stays`)."""

    CALLS = ("write", "fsync", "replace", "unlink", "mkdir", "ftruncate", "open")

    def __init__(
        self, at: int, number: int | None = None, *, half: bool = False, stays: bool = False, everything: bool = False
    ) -> None:
        self.at, self.number, self.half, self.stays = at, number, half, stays
        # what frees room works on a full disk
        self._spared = () if number is None or everything else ("ftruncate", "unlink")
        self.count = 0
        self._real = {name: getattr(os, name) for name in self.CALLS}

    @property
    def sprung(self) -> bool:
        """Whether it came so far."""
        return self.count >= self.at

    def __enter__(self) -> Trap:
        for name in self.CALLS:
            setattr(os, name, self._wrapped(name))
        return self

    def __exit__(self, *_: object) -> None:
        for name, call in self._real.items():
            setattr(os, name, call)

    def _wrapped(self, name: str) -> Callable[..., Any]:
        real = self._real[name]

        def call(*args: Any, **more: Any) -> Any:
            if name == "open" and not args[1] & (os.O_CREAT | os.O_WRONLY | os.O_RDWR):
                return real(*args, **more)
            if name in self._spared:
                return real(*args, **more)
            self.count += 1
            if self.count == self.at or (self.stays and self.sprung):
                if name == "write" and self.half:
                    real(args[0], bytes(args[1])[: len(args[1]) // 2])
                if self.number is None:
                    os.kill(os.getpid(), signal.SIGKILL)
                raise OSError(self.number, os.strerror(self.number or 0))
            return real(*args, **more)

        return call


BEFORE: list[Act] = [
    ["import", dict.fromkeys(NAMES, 0)],
    ["set", "starred", ["title:d0 version 0", "arxiv:2401.00002"], True],
    ["set", "note", ["title:d1 version 0"], "첫 글"],
    ["set", "read", keys_of("d2", 0), True],
    ["import", {"d0": 1, "d3": 2}],
]
"""What was done before the operation that a fault meets."""


@cache
def begun() -> Stage:
    """A home in which `BEFORE` was done, made once a process, to be copied; the sources stay beside the first."""
    folder = Path(tempfile.mkdtemp(prefix="tui-digest-begun-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    stage = Stage(folder)
    stage.prepare(BEFORE)
    return stage


OPERATIONS: dict[str, tuple[list[Act], Act]] = {
    "star": ([], ["set", "starred", ["arxiv:2401.00003"], True]),
    "tags of several": (
        [],
        ["tags", ["arxiv:2401.00002", "arxiv:2401.00003", "title:d1 version 0"], ["a", "나중"], ["b"]],
    ),
    "note": ([], ["set", "note", ["arxiv:2401.00002"], "ㄱ" * 300]),
    "view": ([["view", "mine", "is:unread"]], ["view", "mine", "#b"]),
    "undo": ([["set", "starred", ["arxiv:2401.00004"], True]], ["undo"]),
    "import": ([], ["import", {"d0": 5, "d1": 5, "d4": 6}]),
    "undo an import": ([["import", {"d0": 5, "d1": 6}]], ["undo"]),
    "redo an import": ([["import", {"d0": 5, "d1": 6}], ["undo"]], ["redo"]),
    "remove": ([], ["remove", "d2"]),
    "undo a removal": ([["remove", "d2"]], ["undo"]),
    "redo a removal": ([["remove", "d2"], ["undo"]], ["redo"]),
    "join": ([], ["join", "d1"]),
    "undo a split": ([["set", "starred", [keys_of("d2", 0)[1]], True], ["split", "d2"]], ["undo"]),
    "restore": ([["keep"], ["set", "starred", ["title:d0 version 0"], False], ["view", "mine", "#b"]], ["restore"]),
    "fold": ([["set", "read", keys_of("d3", 2), True]], ["fold"]),
    "backup": ([], ["backup"]),
}


ON_THE_LIBRARY = [name for name in OPERATIONS if any(each in name for each in ("import", "remov", "join", "split"))]
"""Those of `OPERATIONS` that change what digests there are."""


@contextmanager
def others_writing() -> Iterator[None]:
    """Inside, an import has two other processes make its weeks, be they ever so few."""
    began = 0

    class Counted(Pool):
        def __init__(self, count: int) -> None:
            nonlocal began
            began += 1
            super().__init__(count)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(processes, "processors", lambda: 2)
        patch.setattr(processes, "Pool", Counted)
        patch.setattr(week_writing, "PIECE", 1)
        yield
    assert began, "no other process was started"


def at_every_call(
    root: Path,
    operation: str,
    number: int | None,
    *,
    half: bool,
    stays: bool = False,
    step: int = 1,
    inside: Callable[[], AbstractContextManager[None]] = nullcontext,
) -> Outcome:
    """Does the operation again and again, with the fault at its first call, its second, until it meets none; with a
    `step`, at every so many. It is done `inside` a context."""
    outcome = Outcome(f"{operation}, {'killed' if number is None else errno.errorcode[number]} at every call")
    first = begun().copy(root / "first")
    before, act = OPERATIONS[operation]
    first.prepare(before, fold=False)
    for at in range(1, 200, step):
        stage = first.copy(root / f"{at}")
        trap = Trap(at, number, half=half, stays=stays)

        def work(tell: Callable[[str, Any], None], stage: Stage = stage, trap: Trap = trap, at: int = at) -> None:
            library = stage.open()
            tell("from", told_up_to(library))
            tell("begin", act)
            try:
                with inside(), trap:
                    carry_out(stage, library, act)
            except StoreError as error:
                tell("refused", error.message_id)
                _same_as_on_disk(stage, library)
                compare(stage.open(), stage.model)  # it is as it was
                if stays or at % 2:  # the next start meets it; or the same window goes on
                    return
                carry_out(stage, library, act)
            tell("done", told_up_to(library))
            tell("whole", not trap.sprung)

        pid, reading = fork(work)
        told = heard(reading)
        os.waitpid(pid, 0)
        outcome.times += 1
        outcome.said.update(what for kind, what in told if kind == "refused")
        if not _settled(stage, told, outcome, f"call {at}"):
            continue
        shutil.rmtree(stage.paths.data.parent)
        if ("whole", True) in told:
            return outcome
    raise AssertionError(f"{operation} never ended")


def cut_again(root: Path, operation: str, number: int | None, *, step: int = 1) -> Outcome:
    """The operation is killed, and what takes it back at the next start meets the fault at its first call, its second,
    and so on: the start after that has it whole or not at all."""
    outcome = Outcome(f"{operation}, killed, and again while it is taken back")
    first = begun().copy(root / "first")
    before, act = OPERATIONS[operation]
    first.prepare(before, fold=False)
    for at in range(1, 200, step):
        cut = first.copy(root / f"{at}")
        told = _trapped(cut, Trap(at), lambda stage: carry_out(stage, stage.open(), act), act)
        if ("whole", True) in told:
            return outcome
        for again in range(1, 200, step) if cut.paths.intent.exists() else ():
            stage = cut.copy(root / f"{at}-{again}")
            trap = Trap(again, number, stays=number is not None)
            ended = _trapped(stage, trap, lambda stage: stage.open(), act)
            outcome.times += 1
            _settled(stage, told, outcome, f"call {at}, then {again}")
            shutil.rmtree(stage.paths.data.parent, ignore_errors=True)
            if ("whole", True) in ended:
                break
        shutil.rmtree(cut.paths.data.parent)
    raise AssertionError(f"{operation} never ended")


def restored_at_every_call(root: Path, number: int | None, *, half: bool = False, step: int = 1) -> Outcome:
    """A backup is restored into an empty home, with the fault at the first call, the second, until it meets none: it is
    there as a whole, with its history, or nothing is; it can be done again then, and undo takes all of it back."""
    outcome = Outcome(f"restore, {'killed' if number is None else errno.errorcode[number]} at every call")
    first = Stage(root / "first")
    first.prepare([*BEFORE, ["view", "mine", "#b"], ["keep"]])
    marks, acts = {**first.model.marks}, len(list(first.open().marks.history()))
    for at in range(1, 200, step):
        stage = Stage(root / f"{at}")
        shutil.copytree(first.root, stage.root, ignore=shutil.ignore_patterns("home"))
        told = _trapped(
            stage, Trap(at, number, half=half), lambda stage: carry_out(stage, stage.open(), ["restore"]), []
        )
        outcome.times += 1
        try:
            if heard := stage.open().notices:
                raise WrongError(f"it said {heard}")
            done = len([*stage.open().marks.history()])
            if done not in (0, acts + 1):
                raise WrongError(f"{done} acts of {acts}")
            for times in range(2):
                stage.model.marks = marks if done else {}
                compare(stage.open(), stage.model, piles=False)
                if times == 0 and not done:
                    carry_out(stage, stage.open(), ["restore"])
                    done = 1
            stage.open().marks.undo()
            stage.model.marks = {}
            compare(stage.open(), stage.model, piles=False)
            if stage.open().marks.next_act("undo"):
                raise WrongError("undo took only part of it back")
            outcome.checked += acts
        except (AssertionError, StoreError) as error:
            outcome.lost.append(f"call {at}: {error}")
        if ("whole", True) in told:
            return outcome
        shutil.rmtree(stage.root)
    raise AssertionError("restore never ended")


def _trapped(stage: Stage, trap: Trap, work: Callable[[Stage], object], act: Act) -> list[tuple[str, Any]]:
    """What a child told that did the work with a trap set."""

    def child(tell: Callable[[str, Any], None]) -> None:
        tell("from", told_up_to(stage.open()) if not stage.paths.intent.exists() else {})
        tell("begin", act)
        with suppress(StoreError), trap:
            work(stage)
        tell("whole", not trap.sprung)

    pid, reading = fork(child)
    told = heard(reading)
    os.waitpid(pid, 0)
    return told


def _same_as_on_disk(stage: Stage, library: Library) -> None:
    """After a refusal the window's memory holds what the disk holds."""
    again = stage.open()
    for key in [key for name in NAMES for version in range(7) for key in keys_of(name, version)]:
        assert library.marks.of(key) == again.marks.of(key), (
            f"{key}: {library.marks.of(key)} in memory, {again.marks.of(key)} on disk"
        )


# --- power cut ------------------------------------------------------------------------------------------------------


class Durable:
    """Knows what would still be there after a power cut: what was fsynced, under names whose folder was fsynced."""

    def __init__(self) -> None:
        self._contents: dict[int, bytes] = {}
        self._names: dict[int, dict[str, int]] = {}
        self._one_by_one = threading.Lock()

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Inside, every fsync is taken note of."""
        real = os.fsync

        def fsync(descriptor: Any) -> None:
            status = os.fstat(descriptor)
            with self._one_by_one:  # several threads write weeks; what they do meanwhile is theirs to sync
                if stat.S_ISDIR(status.st_mode):
                    names = self._listing(Path(f"/proc/self/fd/{descriptor}").readlink())
                    real(descriptor)
                    self._names[status.st_ino] = names
                else:
                    real(descriptor)
                    self._contents[status.st_ino] = Path(f"/proc/self/fd/{descriptor}").read_bytes()

        os.fsync = fsync  # type: ignore[assignment]
        try:
            yield
        finally:
            os.fsync = real

    def missing(self, folder: Path) -> list[str]:
        """What below the folder would not be there as it is now."""
        found = []
        for path in [folder, *folder.rglob("*")]:
            inode = path.stat().st_ino
            if path.is_dir():
                known = self._names.get(inode, {})
                listing = self._listing(path)
                found += [f"{path / name}: its name" for name in listing if known.get(name) != listing[name]]
                if path.name != "replaced":  # pruned images that come back do no harm
                    found += [f"{path / name}: that it is gone" for name in known if name not in listing]
            elif path.suffix != ".lock" and path.name != "lock" and self._contents.get(inode) != path.read_bytes():
                found.append(f"{path}: its content")
        return found

    @staticmethod
    def _listing(folder: Path) -> dict[str, int]:
        entries = [path for path in folder.iterdir() if path.suffix not in (".lock", ".tmp") and path.name != "lock"]
        found = {}
        for path in entries:
            with suppress(FileNotFoundError):  # another thread took it away just now
                found[path.name] = path.stat().st_ino
        return found


def power_cuts(root: Path, acts: int, seed: int) -> Outcome:
    """After every acknowledged act: would all of it be there after a power cut?"""
    outcome, chance, durable = Outcome("power cut after any act"), random.Random(seed), Durable()
    stage = Stage(root)
    root.mkdir(parents=True, exist_ok=True)
    with durable.watching():
        library = stage.open()
        for number in range(acts):
            act: Act = BEFORE[number] if number < len(BEFORE) else random_act(chance, number + 12, IMPORTING)
            if act == ["reopen"]:
                library.close()
                library = stage.open()
            else:
                carry_out(stage, library, act)
            outcome.times += 1
            outcome.checked += 1
            missing = durable.missing(stage.paths.data)
            if missing:
                outcome.lost.append(f"after {act}: {missing}")
    return outcome


# --- the command ----------------------------------------------------------------------------------------------------


WAYS = ((False, False), (True, False), (True, True))
"""How a call fails: whether half of what it writes is written, and whether all later ones fail, too."""


def every_fault(root: Path, kills: int, seed: int) -> Iterator[Outcome]:
    """All faults, each many times."""
    from tests import damage, flips, house, windows

    yield kill_at_random(root / "marking", kills, seed, MARKING, "kill -9 while marking, at random moments")
    yield kill_at_random(root / "importing", kills, seed + 1, IMPORTING, "kill -9 while importing, at random moments")
    for number, name in ((None, "kill -9"), (errno.ENOSPC, "disk full"), (errno.EIO, "I/O error")):
        whole = Outcome(f"{name} at every single write, fsync and rename of {len(OPERATIONS)} kinds of act")
        for operation in OPERATIONS:
            for half, stays in WAYS[: 2 if number is None else 3]:
                place = root / f"{name}-{operation}-{half}-{stays}"
                whole.add(at_every_call(place, operation, number, half=half, stays=stays))
        yield whole
        whole = Outcome(f"{name} at every call of an import whose weeks other processes make")
        for half, stays in WAYS[: 2 if number is None else 3]:
            place = root / f"{name}-others-{half}-{stays}"
            whole.add(at_every_call(place, "import", number, half=half, stays=stays, inside=others_writing))
        yield whole
    for number, name in ((None, "kill -9"), (errno.ENOSPC, "disk full"), (errno.EIO, "I/O error")):
        one = restored_at_every_call(root / f"restore-{name}", number, half=number is None)
        one.fault = f"{name} at every call of a restore into an empty home"
        yield one
    for number, name in ((None, "killed again"), (errno.ENOSPC, "disk full")):
        whole = Outcome(
            f"act on the library killed at every third call, and {name} at every third of what takes it back"
        )
        for operation in ON_THE_LIBRARY:
            whole.add(cut_again(root / f"again-{name}-{operation}", operation, number, step=3))
        yield whole
    yield house.killed(root / "house", max(1, kills // 5), seed)
    for number in (None, errno.ENOSPC, errno.EIO):
        yield house.at_every_call(root / f"house-{number}", number)
    yield power_cuts(root / "power", kills, seed)
    yield damage.full_disk(root / "disk", 20, seed)
    yield damage.read_only(root / "read-only")
    yield damage.journal_cut(root / "cut", 1, folded=False)
    yield damage.journal_cut(root / "cut-folded", 1, folded=True)
    yield damage.damaged_marks(root / "marks", seed, 100)
    yield damage.damaged_shards(root / "weeks", seed, 20)
    yield damage.damaged_index(root / "index", seed, 40)
    for kind in flips.KINDS:
        yield flips.flips(root / "flips" / kind, kind, max(1, kills * 3), seed)
    yield damage.odd_files(root / "odd")
    yield damage.wrong_clock(root / "clock", kills, seed)
    yield damage.no_locks(root / "no-locks", 4, 300)
    yield windows.scripts(root / "scripts", 4)
    for how in windows.ENDS:
        yield windows.ended(root / how, how, 5)


def main() -> int:
    """Runs every fault and prints the table; 1 on any loss."""
    options = argparse.ArgumentParser(prog="python -m tests.faults", description="Tries every fault many times.")
    options.add_argument("--kills", type=int, default=300, metavar="N", help="random kills of each kind (300)")
    options.add_argument("--seed", type=int, default=1, metavar="S", help="what the random choices start from (1)")
    asked = options.parse_args()
    lost = []
    print("| Fault | Times tried | Acknowledged acts checked | Lost | What was said |")
    print("|---|---:|---:|---:|---|")
    with tempfile.TemporaryDirectory(prefix="tui-digest-faults-") as folder, staged():
        for outcome in every_fault(Path(folder), asked.kills, asked.seed):
            print(outcome.row(), flush=True)
            lost += [f"{outcome.fault}: {each}" for each in outcome.lost]
    for each in lost:
        print(each, file=sys.stderr)
    return 1 if lost else 0


if __name__ == "__main__":
    sys.exit(main())
