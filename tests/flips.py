"""One bit of one file is another one: nothing is uncaught, and nothing becomes something else without a word."""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.damage import Snapshot, prepared
from tests.faults import Act, Outcome, Stage, WrongError, carry_out
from tui_digest.errors import DigestError, note
from tui_digest.library import Library

KINDS = ("marks.json", "journal", "library", "sources.json", "replaced", "machine", "backups", "intent.json", "cache")
"""Files and folders of the home whose bits are flipped, each kind so many times."""

DERIVED = "cache"
"""Heals without a word."""

AFTER: list[Act] = [
    ["backup"],
    ["set", "starred", ["arxiv:2401.00013"], True],
    ["set", "note", ["arxiv:2401.00014"], '세 번째 {글}\nwith "quotes"'],
    ["import", {"d1": 3, "d4": 4}],
]


def stage_of(root: Path, kind: str) -> Stage:
    """A home with something of every kind in it; for `intent.json` with an act that was cut short."""
    stage = prepared(root)
    stage.prepare(AFTER)
    for act in (["set", "read", ["arxiv:2401.00020"], True], ["set", "starred", ["arxiv:2401.00021"], True]):
        stage.prepare([act], fold=False)  # some lines are not folded yet
    stage.prepare([["import", {"d3": 7}]], fold=False)
    if kind == "intent.json":
        _cut_short(stage)
    else:
        stage.open()._index.save()
    return stage


def _cut_short(stage: Stage) -> None:
    """Ends a process between the weeks and the journal of an import."""
    pid = os.fork()
    if not pid:
        library = stage.open()
        library._store.record = lambda *_, **__: os._exit(0)  # type: ignore[method-assign]
        carry_out(stage, library, ["import", {"d2": 5}])
        os._exit(1)
    assert os.waitpid(pid, 0)[1] == 0
    assert stage.paths.intent.exists()


def flips(root: Path, kind: str, times: int, seed: int) -> Outcome:
    """Flips so many bits of files of the kind, one at a time, then looks at all there is, and takes the latest act
    back. Every second time the file keeps its time, as it does where a disk forgets."""
    outcome, chance, stage = Outcome(f"a flipped bit in `{kind}`"), random.Random(seed), stage_of(root, kind)
    snapshot = Kept(stage)
    reference, said = looked_at(stage)
    snapshot.put_back()
    files = sorted(_files(stage, kind))
    assert files, kind
    for turn in range(times):
        (path,) = chance.choices(files, [each.stat().st_size for each in files])
        status, content = path.stat(), bytearray(path.read_bytes())
        place = chance.randrange(len(content) * 8)
        content[place // 8] ^= 1 << place % 8
        path.write_bytes(content)
        if turn % 2:
            os.utime(path, ns=(status.st_mtime_ns, status.st_mtime_ns))
        outcome.times += 1
        try:
            found, told = looked_at(stage)
            told -= said
            outcome.said.update(told)
            other = [name for name in reference if found[name] != reference[name]]
            if other and (kind == DERIVED or not told):
                raise WrongError(f"{other} changed, said {told}: {[(reference[n], found[n]) for n in other]}"[:2000])
            if told and kind == DERIVED:
                raise WrongError(f"said {told}")
            outcome.checked += len(reference)
        except Exception as error:  # whatever is no DigestError is uncaught
            outcome.lost.append(f"bit {place} of {path.name}: {type(error).__name__}: {error}")
        snapshot.put_back()
    return outcome


def _files(stage: Stage, kind: str) -> Iterator[Path]:
    base = stage.paths.cache if kind == DERIVED else stage.paths.data / kind
    if base.is_dir():
        yield from (path for path in base.rglob("*") if path.is_file() and path.stat().st_size)
    else:
        yield base


def looked_at(stage: Stage) -> tuple[dict[str, object], set[str]]:
    """All that the home tells, each question for itself, and what was said about damage."""
    said: list[DigestError] = []
    found: dict[str, object] = {}

    def ask(name: str, question: Callable[[], object]) -> None:
        try:
            found[name] = question()
        except DigestError as error:
            found[name] = error.message_id
            note(said, error)

    library = stage.open()
    ask("marks", lambda: {key: library.marks.of(key) for key in sorted(_papers(stage))})
    ask("weeks", library.lists.weeks)
    ask("tags", lambda: sorted(library.lists.tags(None)))
    ask("entries", lambda: [*library.lists.all_sightings()])
    ask("rows", lambda: _rows(library))
    ask("views", library.views.all)
    ask(
        "sources",
        lambda: sorted((r.digest, r.path, r.sha256, r.week or "") for r in library._derived.sources().records),
    )
    ask("history", lambda: [*library.marks.history()])
    for archive in sorted(stage.paths.backups.iterdir()):
        ask(archive.name, lambda archive=archive: library.backups.restoring(archive))  # type: ignore[misc]
    ask("undo", library.marks.undo)
    ask("entries, undone", lambda: [*library.lists.all_sightings()])
    ask("marks, undone", lambda: {key: library.marks.of(key) for key in sorted(_papers(stage))})
    ask("closed", library.close)
    return found, {error.message_id for error in (*said, *library.notices)}


def _rows(library: Library) -> list[object]:
    rows = library.lists.entries(None)
    return [rows[place] for place in range(len(rows))]


def _papers(stage: Stage) -> set[str]:
    return {*stage.model.marks}


class Kept(Snapshot):
    """A home's files, put back in place: what did not change stays the file that it was."""

    def __init__(self, stage: Stage) -> None:
        super().__init__(stage.paths)

    def put_back(self) -> None:
        there = {path for path in self._root.rglob("*") if path.is_file()}
        for path in there - self._files.keys():
            path.unlink()
        for folder in ("damaged",):
            shutil.rmtree(self._root / "data" / folder, ignore_errors=True)
        for path, (content, moment) in self._files.items():
            if path not in there or path.read_bytes() != content or path.stat().st_mtime_ns != moment:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
                os.utime(path, ns=(moment, moment))
