"""From files, folders and standard input to parsed digests, ready for the store."""

from __future__ import annotations

import gc
import os
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from tui_digest import parsing
from tui_digest.errors import SourceError
from tui_digest.models import Mark, Passed, Source, SourceReport
from tui_digest.parsing import decoding
from tui_digest.parsing.periods import Period
from tui_digest.sources import folders
from tui_digest.store.events import Part
from tui_digest.store.importing import Incoming
from tui_digest.store.mark_store import TAG
from tui_digest.text.tag_names import plain_tag

if TYPE_CHECKING:
    from datetime import date

    from tui_digest.models import ParsedDigest
    from tui_digest.sources.known import Known

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
    hashes: dict[str, str]
    """Of the sources whose reading depends on nothing but themselves, the hash by path."""


def read_all(
    paths: Sequence[Path],
    stdin: bytes | None,
    progress: Progress | None,
    known: Known | None = None,
    *,
    with_marks: bool = False,
) -> Taken:
    """Reads and parses every source, but for those that are `known` and unchanged."""
    marks: list[tuple[str, Mark]] = []
    readers, doubtful, passed = _sources(paths)
    if stdin is not None:
        readers["-"] = partial(decoding.source_from_bytes, stdin, "-")
    reports: list[SourceReport | int] = []
    parsed: dict[str, _Parsed] = {}
    for number, (name, read) in enumerate(readers.items()):
        if progress is not None:
            progress(number, len(readers), name)
        if known is not None and not with_marks and (told := known.unchanged(name)):
            reports.append(told)
            continue
        try:
            source = read()
            digests = parsing.parse_all(source)
        except SourceError as error:
            shown = error.details.get("path", name)
            reports.append(SourceReport(shown, error=error.message_id, details=tuple(error.details.items())))
            continue
        if name in doubtful and not folders.hold_papers(source.name, digests):
            (passed.indexes if folders.is_index(source.name) else passed.left_out).append(source.path)
            continue
        if with_marks:
            marks += parsing.marks_in(source)
        lacks_year = any(digest.unread_date and digest.start is None for digest in digests)
        parsed[name] = _Parsed(source.path, source.sha256, digests, source if lacks_year else None)
        reports.append(len(digests))
    if progress is not None:
        progress(len(readers), len(readers), "")
    _add_years(parsed)
    incoming = [Incoming(each.path, each.sha256, digest) for each in parsed.values() for digest in each.digests]
    hashes = {each.path: each.sha256 for each in parsed.values() if each.lacks_year is None}
    return Taken(reports, incoming, Passed(*(tuple(each) for each in passed)), marks, hashes)


@dataclass(slots=True)
class _Parsed:
    """A source that was read."""

    path: str
    sha256: str
    digests: tuple[ParsedDigest, ...]
    lacks_year: Source | None
    """Its text, if it has a header whose days are not known without those of its neighbours."""

    @property
    def days(self) -> tuple[date, date] | None:
        return next(((each.start, each.end or each.start) for each in self.digests if each.start), None)


def _add_years(parsed: dict[str, _Parsed]) -> None:
    """Reads headers without a year once more, with the days of the file beside them in their folder: the one before,
    else the one behind, in the order in which people number files."""
    beside: defaultdict[str, list[_Parsed]] = defaultdict(list)
    if not any(each.lacks_year for each in parsed.values()):
        return
    for name, each in parsed.items():
        beside[name.rpartition(os.sep)[0]].append(each)
    for group in beside.values():
        group.sort(key=lambda each: _as_numbered(each.path))
        for order in (group, group[::-1]):
            near: tuple[date, date] | None = None
            for each in order:
                if each.lacks_year is not None and each.days is None and near is not None:
                    each.digests = parsing.parse_all(each.lacks_year, near=Period(*near))
                near = each.days or near


def _as_numbered(path: str) -> list[tuple[int, str]]:
    """`week 10` behind `week 9`."""
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in _NUMBERS.split(path)]


_NUMBERS = re.compile(r"(\d+)")


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
