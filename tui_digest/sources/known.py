"""What an earlier import made of files that have not changed since: then they need not be read again.

A file's content, its name, the days that its neighbours lent it and the code that reads it decide; what an import had
something to tell of is always read. Kept with what is derived: without it everything is read once more.
"""

from __future__ import annotations

import hashlib
import os
import stat
import sys
import time
from collections import defaultdict
from contextlib import suppress
from datetime import date
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

import orjson

from tui_digest import __version__
from tui_digest.errors import StoreError
from tui_digest.files import read_bytes
from tui_digest.models import UNDATED, SourceReport
from tui_digest.parsing.periods import Period
from tui_digest.store.columns import keep_derived

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from tui_digest.store.sources import Record

_FILE = "imported.json"
_READING = ("parsing", "identity", "text", "sources")
"""The packages whose code decides what is read in a file."""
_LIBRARIES = ("pyyaml", "selectolax")
"""What others wrote that decides it, too."""
_PIECE = 1 << 20

_Days = list[int] | None
"""First and last day, as ordinals."""


Version = list[int]
"""What tells one version of a file from the next without reading it: mtime and ctime in ns, and inode. Nothing that
writes to a file can leave its ctime as it is."""

_SURE = 2.0
"""Seconds after which no other version of a file can have the same times any more."""


def version_of(path: str) -> Version | None:
    """The version of a file; None where it is so fresh that the next one might have the same times, or cannot be
    told."""
    try:
        facts = os.stat(path)  # noqa: PTH116 - of a hundred thousand files
    except (OSError, ValueError):
        return None
    return _version(facts) if time.time() - max(facts.st_mtime, facts.st_ctime) > _SURE else None


def _version(facts: os.stat_result) -> Version:
    return [facts.st_mtime_ns, facts.st_ctime_ns, facts.st_ino]


class Reading(NamedTuple):
    """How a file was read."""

    sha256: str
    days: Period | None
    """The first days that it tells: those that it lends to its neighbours."""
    near: Period | None
    """The days that its neighbours lent it, without which its own are not known."""
    version: Version | None = None
    """The version that was read, where that is known for certain."""


class _Kept(NamedTuple):
    """What is kept of a file."""

    sha256: str
    size: int
    shape: str
    digests: int
    entries: int
    days: _Days
    near: _Days
    corrected: int
    """Tells what was corrected in it by hand from other corrections."""
    version: Version | None
    """None where only the bytes tell whether it has changed."""


class Unchanged(NamedTuple):
    """A file that an import need not read, if its neighbours lend it what they lent it then."""

    report: SourceReport
    reading: Reading


class Known:
    """The files of earlier imports."""

    def __init__(
        self,
        cache: Path,
        records: Iterable[Record],
        weeks: Collection[str],
        corrected: Mapping[str, int] = MappingProxyType({}),
        others: str = "",
    ) -> None:
        """`records` are those of the library's sources, `weeks` the ones whose files are there; `corrected` tells by
        place the corrections of a file from others (`Corrections.stamps`); `others` stands for the code of other
        packages that reads digests."""
        self._corrected: dict[str, int] = {}
        self._renewed = False
        """Whether new versions of files were found to hold what the former ones did."""
        self._file = cache / _FILE
        self._readers = readers(others)
        self._files: dict[str, _Kept] = _load(self._file, self._readers)
        self._held: defaultdict[str, list[str]] = defaultdict(list)
        self._weeks: dict[str, str] = {}
        for record in records:
            there = record.week in weeks and not record.leaves and not record.starter
            self._held[record.path].append(record.sha256 if there else "")
            if record.place in corrected:
                self._corrected[record.path] = corrected[record.place]
            if record.week not in (None, UNDATED) and not record.starter:
                self._weeks.setdefault(record.path, record.week)

    def unchanged(self, path: str) -> Unchanged | None:
        """What to say of a file that is as it was, and so is what the library has of it."""
        kept = self._files.get(path)
        if kept is None or self._held.get(path) != [kept.sha256] * kept.digests:
            return None
        if kept.corrected != self._corrected.get(path, 0) or not self._holds(path, kept):
            return None
        report = SourceReport(path, shape=kept.shape, digests=kept.digests, unchanged=kept.entries)
        return Unchanged(report, Reading(kept.sha256, _period(kept.days), _period(kept.near)))

    def _holds(self, path: str, kept: _Kept) -> bool:
        """Whether a file holds what it held: by its version, else by its bytes."""
        try:
            facts = os.stat(path)  # noqa: PTH116 - of a hundred thousand files
        except (OSError, ValueError):
            return False
        if facts.st_size == kept.size and kept.version == _version(facts):
            return True
        version = version_of(path)  # before it is read
        if _hash(path, kept.size) != kept.sha256:
            return False
        if version is not None:
            self._files[path] = kept._replace(version=version)
            self._renewed = True
        return True

    def days(self, path: str) -> Period | None:
        """The first days that the library knows of a file, whatever it holds today: those that were read in it, or
        else its week."""
        kept = self._files.get(path)
        if kept is not None and kept.days is not None and kept.sha256 in self._held.get(path, ()):
            return _period(kept.days)
        week = self._weeks.get(path)
        if week is None:
            return None
        try:
            return Period(*(date.fromisocalendar(int(week[:4]), int(week[6:]), day) for day in (1, 7)))
        except ValueError:
            return None

    def dated(self, folders: Collection[str]) -> Iterator[str]:
        """The files of these folders of which the library knows days."""
        return (path for path in self._weeks if path.rpartition(os.sep)[0] in folders)

    def keep(self, reports: Sequence[SourceReport], readings: Mapping[str, Reading]) -> None:
        """Remembers the files of `readings`, that were read now, but for those that leave something to be told."""
        changed = self._renewed
        for report in reports:
            reading = readings.get(report.path)
            if reading is None:
                continue
            quiet = not (report.error or report.unplaced or report.unread_dates or report.same_as or report.no_paper)
            kept = _kept(report, reading, self._corrected.get(report.path, 0)) if quiet else None
            if kept != self._files.get(report.path):
                changed = True
                if kept is None:
                    self._files.pop(report.path, None)
                else:
                    self._files[report.path] = kept
        if changed:
            keep_derived(self._file, self._packed())

    @staticmethod
    def forget(cache: Path) -> None:
        """Has everything read again: the library may hold other readings now. Where the file cannot go, so be it."""
        with suppress(OSError):
            (cache / _FILE).unlink(missing_ok=True)

    def _packed(self) -> bytes:
        files = {path: [*kept] for path, kept in self._files.items()}
        return orjson.dumps({"readers": self._readers, "files": files})


def _kept(report: SourceReport, reading: Reading, corrected: int) -> _Kept | None:
    try:
        size = Path(report.path).stat().st_size
    except (OSError, ValueError):
        return None
    entries = report.added + report.updated + report.unchanged
    days = _ordinals(reading.days), _ordinals(reading.near)
    return _Kept(reading.sha256, size, report.shape or "", report.digests, entries, *days, corrected, reading.version)


def _ordinals(period: Period | None) -> _Days:
    return None if period is None else [period.start.toordinal(), period.end.toordinal()]


def _period(days: _Days) -> Period | None:
    return None if days is None else Period(date.fromordinal(days[0]), date.fromordinal(days[1]))


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


def _load(file: Path, readers: str) -> dict[str, _Kept]:
    try:
        kept = orjson.loads(read_bytes(file) or b"{}")
        files = kept["files"] if kept["readers"] == readers else {}
        return {path: _Kept(*told) for path, told in files.items() if _is_kept(told)}
    except (StoreError, ValueError, LookupError, TypeError, AttributeError):
        return {}


def _is_kept(told: Any) -> bool:
    if type(told) is not list or list(map(type, told[:5])) != [str, int, str, int, int]:
        return False
    well = len(told) == 9 and all(map(_is_days, told[5:7])) and type(told[7]) is int
    return well and (told[8] is None or (type(told[8]) is list and list(map(type, told[8])) == [int] * 3))


def _is_days(days: Any) -> bool:
    if days is None:
        return True
    well = type(days) is list and list(map(type, days)) == [int, int]
    return well and 0 < days[0] <= days[1] <= date.max.toordinal()


def readers(others: str) -> str:
    """What stands for the code that reads, also that of others: one byte of it changed, and everything is read anew."""
    return _readers(__version__, _LIBRARIES, _READING, others)


@cache
def _readers(version: str, libraries: tuple[str, ...], packages: tuple[str, ...], others: str) -> str:
    """Looked at once a process, whose code stays what it was."""
    from importlib import metadata  # a process that only reads files needs none of it, and it takes long to load

    made = hashlib.sha256(f"{version} {sys.version} {others}".encode())
    for library in libraries:
        with suppress(metadata.PackageNotFoundError):  # installed without saying so: then it is part of this program
            made.update(metadata.version(library).encode())
    home = Path(__file__).parent.parent
    for package in packages:
        for file in sorted((home / package).rglob("*.py")):
            made.update(file.read_bytes())
    return made.hexdigest()
