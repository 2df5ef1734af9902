"""From files, folders and standard input to parsed digests, ready for the store."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from functools import partial
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, NamedTuple

from tui_digest import parsing
from tui_digest.errors import SourceError
from tui_digest.models import Mark, Passed, Source, SourceReport
from tui_digest.processes import Crew
from tui_digest.sources import folders, neighbours
from tui_digest.sources.known import Reading, Version
from tui_digest.sources.read_sources import SourceAsked, WasRead, read_each, read_one, source_of
from tui_digest.store.carrying import united
from tui_digest.store.events import TAG, Part
from tui_digest.store.importing import Incoming
from tui_digest.store.spool import Spool
from tui_digest.text.tag_names import plain_tag

if TYPE_CHECKING:
    from tui_digest.parsing import Shape
    from tui_digest.parsing.periods import Period
    from tui_digest.parsing.pieces import Pieces
    from tui_digest.sources.known import Known, Unchanged

Progress = Callable[[int, int, str], None]
"""Called with how many sources are done, how many there are, and the path of the one that comes next."""


class Taken(NamedTuple):
    """What was read."""

    reports: list[SourceReport | int]
    """A report for each source that failed; for each that did not, the number of its digests."""
    incoming: list[Incoming]
    """These digests."""
    passed: Passed
    """What of the folders was passed over."""
    marks: list[tuple[str, str, Mark]]
    """The marks in our own exports among them, where they were asked for: of which file (SHA-256), and by the key that
    it gives its entry."""
    readings: dict[str, Reading]
    """By path, how each of the sources was read that did not fail."""


def read_all(
    paths: Sequence[Path],
    stdin: bytes | None,
    progress: Progress | None,
    known: Known | None = None,
    *,
    with_marks: bool = False,
    texts: Mapping[str, bytes] | None = None,
    shapes: Sequence[Shape] = (),
    spool: Spool | None = None,
    crew: Crew | None = None,
) -> Taken:
    """Reads and parses every source, but for those that are `known` and unchanged. `texts` are sources that no file
    holds, by their names; `shapes` are asked before those of the program; what is read is put aside in `spool`; `crew`
    are processes that may help. Raises `import.ended` where one was ended that read some of them, and `StoreError`
    where nothing can be put aside."""
    found, passed = _sources(paths)
    if stdin is not None:
        found["-"] = SourceAsked("-", stdin)
    found |= {name: SourceAsked(name, data) for name, data in (texts or {}).items()}
    aside = spool or Spool()
    files = {name: _File(each._replace(marks=with_marks), shapes, aside) for name, each in found.items()}
    with nullcontext(crew) if crew is not None else Crew() as helping:
        _read_changed([*files.values()], shapes, None if with_marks else known, progress, helping)
    for each in files.values():
        if each.no_papers:
            (passed.indexes if folders.is_index(PurePath(each.path).name) else passed.left_out).append(each.path)
    files = {name: each for name, each in files.items() if not each.no_papers}
    neighbours.lend_years(files, known)
    for each in files.values():
        if each.waits and each.known is not None:  # nothing lends it a year any more
            each.read()
    return Taken(
        [each.report for each in files.values()],
        [one for each in files.values() for one in each.incoming],
        Passed(*(tuple(each) for each in passed)),
        [(each.sha256, *marked) for each in files.values() for marked in each.marks],
        {
            each.path: Reading(each.sha256, each.days, each.near, each.version)
            for each in files.values()
            if each.incoming
        },
    )


def _read_changed(
    files: Sequence[_File], shapes: Sequence[Shape], known: Known | None, progress: Progress | None, crew: Crew
) -> None:
    """Reads those that are not known to be as they were."""
    tell = progress or (lambda done, of, path: None)
    unread: list[_File] = []
    for number, each in enumerate(files):
        if known is not None:
            tell(number - len(unread), len(files), each.path)
            if told := known.unchanged(each.path):
                each.leave(told)
                continue
        unread.append(each)
    done = len(files) - len(unread)
    left = dict.fromkeys(range(len(unread)))
    if unread:
        tell(done, len(files), unread[0].path)
    for number, was in read_each([each.asked for each in unread], shapes, crew):
        unread[number].take(was)
        del left[number]
        tell(len(files) - len(left), len(files), unread[next(iter(left))].path if left else "")
    if not unread:
        tell(done, len(files), "")


class _File:
    """A source that is read, or that need not be."""

    __slots__ = (
        "_pieces", "_shapes", "_spool", "asked", "days", "incoming", "known", "marks", "near", "no_papers", "path",
        "report", "sha256", "version", "waits",
    )  # fmt: skip

    def __init__(self, asked: SourceAsked, shapes: Sequence[Shape], spool: Spool) -> None:
        self.asked, self._shapes, self._spool = asked, shapes, spool
        self.path, self.sha256 = asked.name, ""
        self.incoming: tuple[Incoming, ...] = ()
        """Its digests."""
        self.days: Period | None = None
        """The first that it tells."""
        self.near: Period | None = None
        """What its neighbours lent it."""
        self.waits = False
        """Whether it has a header whose days are not known without those of its neighbours, and no other days."""
        self.known: Unchanged | None = None
        self.report: SourceReport | int = 0
        """Of one that failed or is unchanged; of any other the number of its digests."""
        self.no_papers = False
        """Whether it is no digest after all."""
        self.version: Version | None = None
        """As `WasRead.version`."""
        self.marks: tuple[tuple[str, Mark], ...] = ()
        self._pieces: Pieces | None = None

    def read(self, near: Period | None = None) -> None:
        """Reads and parses it."""
        self.take(read_one(self.asked._replace(near=near), self._shapes))
        self.near = near

    def take(self, was: WasRead) -> None:
        """Takes what was read in it, here or by another process."""
        self.known, self.near = None, None
        self.path, self.sha256, self.days, self.waits = was.path, was.sha256, was.days, was.waits
        self.version = was.version
        self.report, self.no_papers, self.marks = was.error or len(was.digests), was.no_papers, was.marks
        self.incoming = tuple(
            Incoming(was.path, was.sha256, digest, self.pieces, spooled=self._spool.put(*documents))
            for digest, documents in zip(was.digests, was.documents, strict=True)
        )

    def pieces(self) -> Pieces | None:
        """The lines of the source, read again from the disk; None where it was changed or is gone."""
        if self._pieces is None:
            self._pieces = pieces_of(partial(source_of, self.asked), self.sha256, self._shapes)
        return self._pieces

    def leave(self, known: Unchanged) -> None:
        """Leaves it unread; its days are known once it is lent those that it was lent then."""
        self.known, self.report = known, known.report
        self.waits = known.reading.near is not None
        self.days = None if self.waits else known.reading.days

    def lend(self, near: Period) -> None:
        """Takes a neighbour's days."""
        if self.known is not None and self.known.reading.near == near:
            self.days, self.waits = self.known.reading.days, False
        else:
            self.read(near)


def pieces_of(read: Callable[[], Source], sha256: str, shapes: Sequence[Shape] = ()) -> Pieces | None:
    """The lines of a source that is still what it was; None where it is not, or is not there."""
    try:
        source = read()
    except SourceError:
        return None
    return parsing.pieces_of(source, shapes) if source.sha256 == sha256 else None


class _Passed(NamedTuple):
    """`models.Passed` in the making."""

    left_out: list[str]
    indexes: list[str]
    outside: list[str]
    not_read: list[str]


def _sources(paths: Sequence[Path]) -> tuple[dict[str, SourceAsked], _Passed]:
    """Every source, by path, and what folders have besides."""
    sources: dict[str, SourceAsked] = {}
    passed = _Passed([], [], [], [])
    seen: dict[str, str] = {}
    real_folders: dict[str, str] = {}
    for path in paths:
        found = folders.find_sources(path)
        for each in found.files:
            name, doubtful = _absolute(each), each in found.doubtful
            real = _real(name, real_folders)
            if real not in seen:  # links lead to one file by several names
                seen[real] = name
                sources[name] = SourceAsked(name, doubtful=doubtful)
            elif not doubtful:  # named by itself, too
                sources[seen[real]] = SourceAsked(seen[real])
        passed.left_out.extend(map(_absolute, found.left_out))
        passed.outside.extend(map(_absolute, found.outside))
        passed.not_read.extend(map(_absolute, found.not_read))
    return sources, passed


def _absolute(path: Path) -> str:
    return os.path.abspath(path)  # noqa: PTH100 - of a hundred thousand files, likewise below


def _real(name: str, folders: dict[str, str]) -> str:
    """Where a file is that has this name; `folders` remembers where those are that were asked for."""
    if os.path.islink(name):  # noqa: PTH114
        return os.path.realpath(name)
    folder, _, last = name.rpartition(os.sep)
    if folder not in folders:
        folders[folder] = os.path.realpath(folder or os.sep)
    return folders[folder] + os.sep + last


def mark_parts(marks: Sequence[tuple[str, Mark]], mark_of: Callable[[str], Mark]) -> list[Part]:
    """What of these marks papers have not yet, as parts of one act; several of one paper are all taken. A note that is
    there stays; theirs is not added."""
    told: dict[str, list[Mark]] = {}
    for key, mark in marks:
        told.setdefault(key, []).append(mark)
    new = {key: each[0] if len(each) == 1 else united(each, any) for key, each in told.items()}
    parts = [
        Part("starred", True, tuple(key for key, mark in new.items() if mark.starred)),
        Part("read", True, tuple(key for key, mark in new.items() if mark.read)),
    ]
    for key, mark in new.items():
        parts += [Part(TAG + name, True, (key,)) for tag in mark.tags if (name := plain_tag(tag))]
        if mark.note is not None and mark_of(key).note is None:
            parts.append(Part("note", mark.note, (key,)))
    return [part for part in parts if part.keys]


def merged(reports: Sequence[SourceReport]) -> SourceReport:
    """What importing a source came to that holds several digests."""
    first = reports[0]
    failed = next((report for report in reports if report.error is not None), None)
    return (
        first
        if len(reports) == 1
        else (failed or first)._replace(
            digests=sum(report.digests for report in reports),
            added=sum(report.added for report in reports),
            updated=sum(report.updated for report in reports),
            unchanged=sum(report.unchanged for report in reports),
            removed=tuple(title for report in reports for title in report.removed),
            unplaced=tuple(sorted({line for report in reports for line in report.unplaced})),
            corrections_aside=tuple(dict.fromkeys(each for report in reports for each in report.corrections_aside)),
            aside=tuple(title for report in reports for title in report.aside),
            stayed=tuple(title for report in reports for title in report.stayed),
            unread_dates=tuple(dict.fromkeys(header for report in reports for header in report.unread_dates)),
        )
    )


@contextmanager
def no_collection() -> Iterator[None]:
    """A hundred thousand records are made in a row and none is garbage: looking for some only costs time."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()
