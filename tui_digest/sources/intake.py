"""From files, folders and standard input to parsed digests, ready for the store."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from tui_digest import parsing
from tui_digest.errors import SourceError
from tui_digest.models import Mark, Passed, Source, SourceReport
from tui_digest.parsing import decoding
from tui_digest.parsing.periods import Period
from tui_digest.sources import folders, neighbours
from tui_digest.sources.known import Reading
from tui_digest.store.events import TAG, Part
from tui_digest.store.importing import Incoming
from tui_digest.text.tag_names import plain_tag

if TYPE_CHECKING:
    from tui_digest.models import ParsedDigest
    from tui_digest.parsing import Shape
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
    marks: list[tuple[str, Mark]]
    """The marks in our own exports among them, by key, where they were asked for."""
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
) -> Taken:
    """Reads and parses every source, but for those that are `known` and unchanged. `texts` are sources that no file
    holds, by their names; `shapes` are asked before those of the program."""
    marks: list[tuple[str, Mark]] = []
    readers, doubtful, passed = _sources(paths)
    if stdin is not None:
        readers["-"] = partial(decoding.source_from_bytes, stdin, "-")
    readers |= {name: partial(decoding.source_from_bytes, data, name) for name, data in (texts or {}).items()}
    parse = partial(parsing.parse_all, shapes=shapes) if shapes else parsing.parse_all
    files: dict[str, _File] = {}
    left_out: set[str] = set()
    for number, (name, read) in enumerate(readers.items()):
        if progress is not None:
            progress(number, len(readers), name)
        files[name] = each = _File(name, read, parse, shapes)
        if known is not None and not with_marks and (told := known.unchanged(name)):
            each.leave(told)
            continue
        source = each.read()
        if source is None:
            continue
        if name in doubtful and not folders.hold_papers(source.name, each.digests):
            (passed.indexes if folders.is_index(source.name) else passed.left_out).append(source.path)
            left_out.add(name)
            continue
        if with_marks:
            marks += parsing.marks_in(source)
    if progress is not None:
        progress(len(readers), len(readers), "")
    files = {name: each for name, each in files.items() if name not in left_out}
    neighbours.lend_years(files, known)
    for each in files.values():
        if each.waits and each.known is not None:  # nothing lends it a year any more
            each.read()
    return Taken(
        [each.report for each in files.values()],
        [Incoming(each.path, each.sha256, digest, each.pieces) for each in files.values() for digest in each.digests],
        Passed(*(tuple(each) for each in passed)),
        marks,
        {each.path: Reading(each.sha256, each.days, each.near) for each in files.values() if each.digests},
    )


class _File:
    """A source that is read, or that need not be."""

    def __init__(
        self,
        name: str,
        read: Callable[[], Source],
        parse: Callable[..., tuple[ParsedDigest, ...]],
        shapes: Sequence[Shape],
    ) -> None:
        self.path, self._shapes = name, shapes
        self.sha256 = ""
        self.digests: tuple[ParsedDigest, ...] = ()
        self.days: Period | None = None
        """The first that it tells."""
        self.near: Period | None = None
        """What its neighbours lent it."""
        self.waits = False
        """Whether it has a header whose days are not known without those of its neighbours, and no other days."""
        self.known: Unchanged | None = None
        self.report: SourceReport | int = 0
        """Of one that failed or is unchanged; of any other the number of its digests."""
        self._read, self._parse = read, parse
        self._source: Source | None = None
        self._pieces: Pieces | None = None

    def read(self, near: Period | None = None) -> Source | None:
        """Reads and parses it; None where that fails."""
        self.known, self.near = None, near
        try:
            source = self._source or self._read()
            self.digests = self._parse(source, near=near) if near else self._parse(source)
        except SourceError as error:
            shown = error.details.get("path", self.path)
            details = {"path": self.path, **error.details}
            self.report = SourceReport(shown, error=error.message_id, details=tuple(details.items()))
            self.digests, self.waits = (), False
            return None
        self.path, self.sha256, self.report = source.path, source.sha256, len(self.digests)
        first = next((each for each in self.digests if each.start), None)
        self.days = Period(first.start, first.end or first.start) if first and first.start else None
        self.waits = near is None and first is None and any(each.unread_date for each in self.digests)
        self._source = source if self.waits else None
        return source

    def pieces(self) -> Pieces | None:
        """The lines of the source, read again from the disk; None where it was changed or is gone."""
        if self._pieces is None:
            self._pieces = pieces_of(self._read, self.sha256, self._shapes)
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


def _sources(paths: Sequence[Path]) -> tuple[dict[str, Callable[[], Source]], set[str], _Passed]:
    """What reads every source, by path; the paths of those that are digests only if they hold papers; and what
    folders have besides."""
    readers: dict[str, Callable[[], Source]] = {}
    doubtful: set[str] = set()
    passed = _Passed([], [], [])
    seen: dict[str, str] = {}
    for path in paths:
        try:
            found = folders.find_sources(path)
        except SourceError as error:
            readers[_absolute(path)] = partial(_fail, error)
            continue
        for each in found.files:
            name = _absolute(each)
            real = os.path.realpath(name)
            if real not in seen:  # links lead to one file by several names
                seen[real] = name
                readers[name] = partial(decoding.read_source, Path(name))
                if each in found.doubtful:
                    doubtful.add(name)
            elif each not in found.doubtful:  # named by itself, too
                doubtful.discard(seen[real])
        passed.left_out.extend(map(_absolute, found.left_out))
        passed.outside.extend(map(_absolute, found.outside))
    return readers, doubtful, passed


def _absolute(path: Path) -> str:
    return os.path.normpath(path.absolute())


def mark_parts(marks: Sequence[tuple[str, Mark]], mark_of: Callable[[str], Mark]) -> list[Part]:
    """What of these marks papers have not yet, as parts of one act. A note that is there stays; theirs is not added."""
    new = dict(marks)
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


def _fail(error: SourceError) -> Source:
    raise error


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
