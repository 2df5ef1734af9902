"""What an earlier import made of files that have not changed since: then they need not be read again.

A file's content, its name and the code that reads it decide; a header whose year came from a neighbour is always read,
and so is what an import had something to tell of. Kept with what is derived: without it everything is read once more.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

from tui_digest import __version__
from tui_digest.errors import StoreError
from tui_digest.files import read_bytes
from tui_digest.models import SourceReport
from tui_digest.store.columns import keep_derived

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from tui_digest.store.sources import Record

_FILE = "imported.json"
_READING = ("parsing", "identity", "text", "sources")
"""The packages whose code decides what is read in a file."""
_PIECE = 1 << 20


class Known:
    """The files of earlier imports."""

    def __init__(self, cache: Path, records: Iterable[Record], weeks: Collection[str]) -> None:
        """`records` are those of the library's sources, `weeks` the ones whose files are there."""
        self._file = cache / _FILE
        self._readers = _readers()
        self._files: dict[str, list[Any]] = _load(self._file, self._readers)
        """Path -> hash, size, shape, number of digests, number of entries."""
        self._held: defaultdict[str, list[str]] = defaultdict(list)
        for record in records:
            there = record.week in weeks and not record.leaves and not record.starter
            self._held[record.path].append(record.sha256 if there else "")

    def unchanged(self, path: str) -> SourceReport | None:
        """What to say of a file that an import need not read: it is as it was, and so is the library."""
        told = self._files.get(path)
        if told is None:
            return None
        sha256, size, shape, digests, entries = told
        if self._held.get(path) != [sha256] * digests or _hash(path, size) != sha256:
            return None
        return SourceReport(path, shape=shape, digests=digests, unchanged=entries)

    def keep(self, reports: Sequence[SourceReport], hashes: Mapping[str, str]) -> None:
        """Remembers the files of `hashes`, of those that were read now and leave nothing to be told."""
        changed = False
        for report in reports:
            sha256 = hashes.get(report.path)
            if sha256 is None:
                continue
            quiet = not (report.error or report.unplaced or report.unread_dates or report.same_as)
            told = self._told(report, sha256) if quiet else None
            if told != self._files.get(report.path):
                changed = True
                if told is None:
                    self._files.pop(report.path, None)
                else:
                    self._files[report.path] = told
        if changed:
            keep_derived(self._file, orjson.dumps({"readers": self._readers, "files": self._files}))

    @staticmethod
    def _told(report: SourceReport, sha256: str) -> list[Any] | None:
        try:
            size = Path(report.path).stat().st_size
        except (OSError, ValueError):
            return None
        entries = report.added + report.updated + report.unchanged
        return [sha256, size, report.shape, report.digests, entries]


def _hash(path: str, size: int) -> str | None:
    """The hash of a file of this size, a piece at a time; None for any other."""
    try:
        with Path(path).open("rb") as file:
            facts = os.fstat(file.fileno())
            if not stat.S_ISREG(facts.st_mode) or facts.st_size != size:
                return None
            made = hashlib.sha256()
            while piece := file.read(_PIECE):
                made.update(piece)
            return made.hexdigest()
    except (OSError, ValueError):
        return None


def _load(file: Path, readers: str) -> dict[str, list[Any]]:
    try:
        kept = orjson.loads(read_bytes(file) or b"{}")
        files = kept["files"] if kept["readers"] == readers else {}
        return {path: told for path, told in files.items() if _is_told(told)}
    except (StoreError, ValueError, LookupError, TypeError, AttributeError):
        return {}


def _is_told(told: Any) -> bool:
    return type(told) is list and list(map(type, told)) == [str, int, str, int, int]


def _readers() -> str:
    """What stands for the code that reads: one byte of it changed, and everything is read anew."""
    made = hashlib.sha256(__version__.encode())
    home = Path(__file__).parent.parent
    for package in _READING:
        for file in sorted((home / package).rglob("*.py")):
            made.update(file.read_bytes())
    return made.hexdigest()
