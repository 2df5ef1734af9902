"""The library's own files: weeks, sources, what was replaced; and whether they agree with each other."""

from __future__ import annotations

import shlex
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tui_digest.doctor.disk_report import below
from tui_digest.doctor.finding import Finding, some, unusable
from tui_digest.doctor.identity_report import Identities
from tui_digest.doctor.stored_files import DamagedError, read_image, read_shard, read_sources
from tui_digest.errors import StoreError
from tui_digest.files import stamp
from tui_digest.store.intent import load as load_intent
from tui_digest.store.learned import learned_files, papers_in_file
from tui_digest.store.lock import is_held
from tui_digest.store.shards import Shards

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from tui_digest.doctor.columns_beside import ColumnsBeside
    from tui_digest.doctor.finding import Level
    from tui_digest.errors import DigestError
    from tui_digest.files import Stamp
    from tui_digest.paths import Paths
    from tui_digest.store.sources import Record, Sources

    WeekIsRead = Callable[[int, int, str], None]
    """Called with how many weeks were read, how many there are, and which comes next."""


@dataclass
class Shelves:
    """What is kept of the library as it is read, a week at a time, for the checks that look at all of it."""

    columns: ColumnsBeside
    """Compares the columns of every week with those of the index."""
    stamps: dict[str, Stamp] = field(default_factory=dict)
    digests: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    """Of the weeks that could be read: id and path of each."""
    identities: Identities = field(default_factory=Identities)
    """The names of all papers."""
    sources: Sources | None = None
    """None where the file is missing or cannot be read."""

    @property
    def unread(self) -> frozenset[str]:
        """The weeks whose file is there but tells nothing."""
        return frozenset(self.stamps.keys() - self.digests.keys())


def read_library(paths: Paths, shelves: Shelves, progress: WeekIsRead) -> Iterator[Finding]:
    """Reads everything, has all of it looked at that `shelves` keeps something of, and says what cannot be read."""
    try:
        if stamp(paths.sources) is not None:
            shelves.sources = read_sources(paths.sources)
    except DamagedError:
        yield Finding("doctor.sources.damaged", "error", {"path": str(paths.sources)}, "doctor.fix.sources", True)
    except StoreError as error:
        yield unusable(error)
    try:
        shelves.stamps = Shards(paths.shards, paths.damaged).scan()
    except StoreError as error:
        yield unusable(error)
        return
    aliases = shelves.sources.aliases if shelves.sources else {}
    for number, week in enumerate(sorted(shelves.stamps)):
        progress(number, len(shelves.stamps), week)
        path = paths.shards / f"{week}.json"
        try:
            shard = read_shard(path, week)
            shelves.digests[week] = [(digest.id, digest.path) for digest in shard.digests]
            shelves.identities.look(shard, aliases)
            shelves.columns.look(shard, shelves.stamps)
        except DamagedError:
            records = [record for record in shelves.sources.records if record.week == week] if shelves.sources else []
            yield lost("doctor.shard.damaged", "error", records, {"path": str(path), "week": week}, fixable=True)
        except StoreError as error:
            yield unusable(error)
    progress(len(shelves.stamps), len(shelves.stamps), "")
    digests, entries = sum(map(len, shelves.digests.values())), shelves.identities.entries
    yield Finding("doctor.library.read", "ok", {"weeks": len(shelves.digests), "digests": digests, "entries": entries})


def lost(
    message_id: str, level: Level, records: Iterable[Record], details: dict[str, Any], *, fixable: bool = False
) -> Finding:
    """A finding whose digests come back by importing their sources again; `command` says how, as far as known."""
    records = list(records)
    own = [record.path for record in records if not record.starter and record.path != "-"]
    commands = ["tui-digest starters on"] if any(record.starter for record in records) else []
    if own:
        commands.append(f"tui-digest import {shlex.join(own)}")
    details |= {"sources": [record.path for record in records], "command": " && ".join(commands)}
    if fixable:
        fix = "doctor.fix.shard" if commands else "doctor.fix.shard.unknown"
    else:
        fix = "doctor.fix.import" if commands else "doctor.fix.import.unknown"
    return Finding(message_id, level, details, fix, fixable)


def compare_sources(shelves: Shelves) -> Iterator[Finding]:
    """`sources.json` against the weeks."""
    sources = shelves.sources
    if sources is None:
        return
    places: dict[str, list[str]] = {}
    paths: dict[str, str] = {}
    for week, digests in shelves.digests.items():
        for digest_id, path in digests:
            places.setdefault(digest_id, []).append(week)
            paths[digest_id] = path
    moving = {record.digest for record in sources.records if record.leaves or record.week is None}
    if moving:
        yield Finding("doctor.sources.unfinished", "note", {"n": len(moving)}, "doctor.fix.unfinished")
    twice = {name: weeks for name, weeks in places.items() if len(weeks) > 1 and name not in moving}
    for digest_id, weeks in twice.items():
        details: dict[str, Any] = {"path": paths[digest_id], "weeks": ", ".join(weeks)}
        yield Finding("doctor.sources.twice", "warning", details, "doctor.fix.twice")
    missing = [
        record
        for record in sources.records
        if record.digest not in moving | twice.keys()
        and record.week not in shelves.unread
        and record.week not in places.get(record.digest, ())
    ]
    if missing:
        details = {"n": len(missing), "names": some(record.path for record in missing)}
        yield lost("doctor.sources.lost", "warning", missing, details)
    known = {record.digest for record in sources.records}
    strangers = [path for name, path in paths.items() if name not in known]
    if strangers:
        details = {"n": len(strangers), "names": some(strangers), "sources": strangers}
        yield Finding("doctor.sources.unrecorded", "warning", details, "doctor.fix.unrecorded", True)


def missing_sources(paths: Paths, shelves: Shelves) -> Iterator[Finding]:
    """Weeks without `sources.json`: the next import knows its sources from the weeks, so nothing is lost."""
    try:
        missing = stamp(paths.sources) is None
    except StoreError:
        return  # said when it was to be read
    if shelves.digests and missing:
        yield Finding("doctor.sources.missing", "note", {"path": str(paths.sources)}, "doctor.fix.unrecorded", True)


def check_intent(paths: Paths) -> Iterator[Finding]:
    """An act on the library that was cut short; nothing about one that another process is carrying out now."""
    found: list[DigestError] = []
    try:
        if is_held(paths.lock) or (load_intent(paths.intent, None, found) is None and not found):
            return
    except StoreError as error:
        yield unusable(error)
        return
    how = "damaged" if found else "cut"
    yield Finding(f"doctor.intent.{how}", "warning", {"path": str(paths.intent)}, "doctor.fix.intent", True)


def check_learned_files(folder: Path) -> Iterator[Finding]:
    """What arXiv said of papers: without a file of it, arXiv has to be asked again."""
    for path in learned_files(folder):
        try:
            papers_in_file(path)
        except (ValueError, LookupError, TypeError, AttributeError):
            yield Finding("doctor.learned.damaged", "warning", {"path": str(path)}, "doctor.fix.learned")
        except StoreError as error:
            yield unusable(error)


def check_replaced(folder: Path) -> Iterator[Finding]:
    """What acts on the library replaced: without it, that act cannot be undone."""
    for path in below(folder):
        if path.suffix != ".json":
            continue
        try:
            read_image(path)
        except DamagedError:
            yield Finding("doctor.replaced.damaged", "warning", {"path": str(path)}, "doctor.fix.replaced", True)
        except StoreError as error:
            yield unusable(error)
