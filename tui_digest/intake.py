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
) -> tuple[list[SourceReport | None], list[Incoming]]:
    """Reads and parses every source: a report for each that failed and a None for each that did not, and these."""
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
    reports: list[SourceReport | None] = []
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
        incoming.append(Incoming(source.path, source.sha256, parsing.parse(source)))
        reports.append(None)
    if progress is not None:
        progress(len(readers), len(readers), "")
    return reports, incoming


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
