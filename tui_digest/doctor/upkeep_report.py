"""What needs looking after: unfinished files, files moved aside, backups, settings."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from tui_digest.clock import believed
from tui_digest.doctor.disk_report import below
from tui_digest.doctor.finding import Finding, of_error, some, unusable
from tui_digest.doctor.marks_report import true_marks
from tui_digest.errors import StoreError
from tui_digest.files import stale_files, stamp
from tui_digest.settings import config
from tui_digest.store.archive import MAX_BYTES, read_archive
from tui_digest.store.backup import without_room
from tui_digest.store.events import moment
from tui_digest.store.fetched import damaged_lines, fetched_files, file_name
from tui_digest.store.lock import is_held
from tui_digest.store.registry import ADDED, names_of_items, registered
from tui_digest.store.restoring import READY

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from tui_digest.doctor.marks_report import Lines
    from tui_digest.paths import Paths

OLD = 2
"""Days after which what the user did should be in a backup."""

_BACKUP = re.compile(r"\d+-(\d{4}-\d{2}-\d{2})\.zip")


def left_unfinished(paths: Paths) -> list[Path]:
    """Temporary files of processes that ended while writing, wherever the program writes, and the folder of a restore
    that was cut short."""
    ready = paths.data / READY
    found = [ready] if ready.is_dir() and not is_held(paths.marks_lock) else []
    for place in dict.fromkeys((paths.data, paths.state, paths.cache)):
        folders = dict.fromkeys((place, *(path.parent for path in below(place))))
        found += [path for folder in folders for path in sorted(stale_files(folder))]
    return found


def check_unfinished(paths: Paths) -> Iterator[Finding]:
    """Temporary files whose writer has ended."""
    if found := left_unfinished(paths):
        details = {"n": len(found), "names": some(found), "paths": [str(path) for path in found]}
        yield Finding("doctor.unfinished", "note", details, "doctor.fix.unfinished_files", True)


def check_set_aside(paths: Paths) -> Iterator[Finding]:
    """Files that were found damaged and kept."""
    try:
        names = sorted(path.name for path in paths.damaged.iterdir())
    except OSError:
        return
    if names:
        details = {"n": len(names), "path": str(paths.damaged), "names": some(names), "files": names}
        yield Finding("doctor.set_aside", "note", details, "doctor.fix.set_aside")


def check_backups(folder: Path, journals: Mapping[str, Lines], now: float) -> Iterator[Finding]:
    """Whether what the user did is in a backup that can be read."""
    days: list[date] = []
    for path in below(folder):
        if not (match := _BACKUP.fullmatch(path.name)):
            continue
        if not _sound(path):
            yield Finding("doctor.backup.damaged", "warning", {"path": str(path)}, "doctor.fix.backup.damaged")
            continue
        try:
            days.append(date.fromisoformat(match[1]))
        except ValueError:
            continue
    first = min((each.first for each in journals.values() if each.events), default=0)
    if not first:
        return
    latest = max(each.latest for each in journals.values())
    newest = max(days, default=None)
    age = (datetime.fromtimestamp(believed(now), UTC).date() - (newest or moment(first).date())).days
    details = {"path": str(folder), "n": age}
    # Nothing is missing from an old backup if nothing was done since.
    if age <= OLD or (newest is not None and moment(latest).date() < newest):
        if newest is not None:
            yield Finding("doctor.backup.ok", "ok", {**details, "day": newest})
    elif newest is None:
        yield Finding("doctor.backup.none", "warning", details, "doctor.fix.backup")
    else:
        yield Finding("doctor.backup.old", "warning", {**details, "day": newest}, "doctor.fix.backup")


def check_fetched(paths: Paths) -> Iterator[Finding]:
    """What sources said: damaged items, what is kept of removed sources, and whether backups have room for it."""
    files = fetched_files(paths.fetched)
    for path in files:
        try:
            damaged = damaged_lines(path)
        except StoreError as error:
            yield unusable(error)
            continue
        if damaged:
            yield Finding("doctor.fetched.damaged", "warning", {"path": str(path), "n": damaged}, "doctor.fix.fetched")
    if not files:
        return
    try:
        known = registered(true_marks(paths)).values()
    except StoreError:
        return  # the journals could not be read, which is said elsewhere
    if left := without_room(paths):
        names = names_of_items(known, [path.name for path in left])
        details = {"n": len(names), "names": some(names), "limit": MAX_BYTES >> 21, "path": str(paths.fetched)}
        yield Finding("doctor.backup.left_out", "warning", details, "doctor.fix.backup.left_out")
    ours = {file_name(address) for address in (ADDED, *(each.address for each in known))}
    if removed := [path for path in files if path.name not in ours]:
        size = sum(found[1] for path in removed if (found := stamp(path)) is not None) / 1e6
        details = {"n": len(removed), "size": f"{size:.1f}", "path": str(paths.fetched)}
        yield Finding("doctor.fetched.removed", "note", details, "doctor.fix.fetched.removed")


def _sound(path: Path) -> bool:
    try:
        read_archive(path)
    except StoreError:
        return False
    return True


def check_settings(path: Path) -> Iterator[Finding]:
    """Whether the settings can be used."""
    _, errors = config.load(path)
    for error in errors:
        yield of_error(error, "warning", "doctor.fix.settings")
    if not errors:
        yield Finding("doctor.settings.ok", "ok", {"path": str(path)})
