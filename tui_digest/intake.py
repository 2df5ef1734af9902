"""From files, folders and standard input to parsed digests, ready for the store."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from tui_digest import parsing
from tui_digest.errors import SourceError
from tui_digest.models import Source, SourceReport
from tui_digest.parsing import reading
from tui_digest.store.importing import Incoming

Progress = Callable[[int, int, str], None]
"""Called with how many sources are done, how many there are, and the path of the one that comes next."""


def read_all(
    paths: Sequence[Path], stdin: bytes | None, progress: Progress | None
) -> tuple[list[SourceReport | int], list[Incoming]]:
    """Reads and parses every source: a report for each that failed, for each that did not the number of its digests,
    and these."""
    readers: dict[str, Callable[[], Source]] = {}
    seen: set[str] = set()
    for path in paths:
        try:
            for each in reading.find_sources(path):
                name = os.path.normpath(each.absolute())
                if (real := os.path.realpath(name)) not in seen:  # links lead to one file by several names
                    seen.add(real)
                    readers[name] = partial(reading.read_source, Path(name))
        except SourceError as error:
            readers[os.path.normpath(path.absolute())] = partial(_fail, error)
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
        incoming += [Incoming(source.path, source.sha256, parsed) for parsed in digests]
        reports.append(len(digests))
    if progress is not None:
        progress(len(readers), len(readers), "")
    return reports, incoming


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
