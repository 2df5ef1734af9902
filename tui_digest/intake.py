"""From files, folders and standard input to parsed digests, ready for the store."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import NamedTuple

from tui_digest import parsing
from tui_digest.errors import SourceError
from tui_digest.models import Passed, Source, SourceReport
from tui_digest.parsing import folders, reading
from tui_digest.store.importing import Incoming

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


def read_all(paths: Sequence[Path], stdin: bytes | None, progress: Progress | None) -> Taken:
    """Reads and parses every source."""
    readers, doubtful, passed = _sources(paths)
    if stdin is not None:
        readers["-"] = partial(reading.source_from_bytes, stdin, "-")
    reports: list[SourceReport | int] = []
    incoming: list[Incoming] = []
    for number, (name, read) in enumerate(readers.items()):
        if progress is not None:
            progress(number, len(readers), name)
        try:
            source = read()
        except SourceError as error:
            shown = error.details.get("path", name)
            reports.append(SourceReport(shown, error=error.message_id, details=tuple(error.details.items())))
            continue
        digests = parsing.parse_all(source)
        if name in doubtful and not folders.hold_papers(source.name, digests):
            (passed.indexes if folders.is_index(source.name) else passed.left_out).append(source.path)
            continue
        incoming += [Incoming(source.path, source.sha256, parsed) for parsed in digests]
        reports.append(len(digests))
    if progress is not None:
        progress(len(readers), len(readers), "")
    return Taken(reports, incoming, Passed(*(tuple(each) for each in passed)))


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
                readers[name] = partial(reading.read_source, Path(name))
                if each in found.doubtful:
                    doubtful.add(name)
            elif each not in found.doubtful:  # named by itself, too
                doubtful.discard(seen[real])
        passed.left_out.extend(map(_absolute, found.left_out))
        passed.outside.extend(map(_absolute, found.outside))
    return readers, doubtful, passed


def _absolute(path: Path) -> str:
    return os.path.normpath(path.absolute())


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
