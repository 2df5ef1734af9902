"""Everything the user did, in one archive: rolling copies at home, and archives to carry elsewhere.

An archive is a zip of the journals, what they add up to, this machine's name in them, and what arXiv said of papers. It
holds nothing of the library, which importing brings back.
"""

from __future__ import annotations

import io
import os
import re
import tempfile
import zipfile
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import orjson

from tui_digest.clock import local_time
from tui_digest.errors import StoreError, note
from tui_digest.files import LOST, read_bytes, replace_file, stamp, store_error
from tui_digest.paths import Paths
from tui_digest.store.archive import BACKUP_VERSION, MACHINE, MANIFEST, MARKS, MAX_BYTES, Archive
from tui_digest.store.events import Part, is_of_a_name
from tui_digest.store.fetched import fetched_files
from tui_digest.store.learned import learned_files
from tui_digest.store.mark_store import MarkStore, marks_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tui_digest.errors import DigestError
    from tui_digest.store.mark_keys import MarkKeys

KEPT = 14
"""Rolling copies, one a day at most."""

_ROLLING = re.compile(r"(\d+)-(\d{4}-\d{2}-\d{2})\.zip")


class PackedBackup(NamedTuple):
    """An archive."""

    data: bytes
    left_out: tuple[str, ...]
    """The names of the files of items (`store.fetched`) for which there was no room."""


def pack(paths: Paths, now: float) -> PackedBackup:
    """Packs the archive. Raises `store.unreadable`, and `backup.too_much` where it could not be read back."""
    members = {MARKS: read_bytes(paths.marks), MACHINE: read_bytes(paths.data / "machine")}
    for path in _journals(paths):
        members[f"journal/{path.name}"] = read_bytes(path)
    for path in learned_files(paths.learned):
        members[f"learned/{path.name}"] = read_bytes(path)
    if sum(len(data) for data in members.values() if data is not None) > MAX_BYTES:
        raise StoreError("backup.too_much", path=paths.data, limit=MAX_BYTES >> 20)
    left_out = _add_fetched(paths, members)
    held = [name for name, data in members.items() if data is not None]
    manifest = {
        "schema_version": BACKUP_VERSION,
        "made": int(now * 1_000_000),
        "program": "tui-digest",
        "members": held,
    }
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        archive.writestr(_member(MANIFEST, now), orjson.dumps(manifest))
        for name in held:
            archive.writestr(_member(name, now), members[name] or b"")
    return PackedBackup(target.getvalue(), left_out)


def without_room(paths: Paths) -> list[Path]:
    """The files of items for which a backup made now would have no room, by their sizes: the largest."""
    others = [paths.marks, *_journals(paths), *learned_files(paths.learned)]
    room = MAX_BYTES // 2 - sum(found[1] for path in others if (found := stamp(path)) is not None)
    left = []
    for path in fetched_files(paths.fetched):
        room -= found[1] if (found := stamp(path)) is not None else 0
        if room < 0:
            left.append(path)
    return left


def _add_fetched(paths: Paths, members: dict[str, bytes | None]) -> tuple[str, ...]:
    """Adds what sources said, as far as there is room: no feed that grows and grows keeps the marks from being backed
    up. The names of the files that were left out."""
    room = MAX_BYTES // 2 - sum(len(data) for data in members.values() if data is not None)
    files = fetched_files(paths.fetched)
    for number, path in enumerate(files):
        data = read_bytes(path)
        if data is None:
            continue
        if len(data) > room:
            return tuple(each.name for each in files[number:])  # they are larger, and need not even be read
        members[f"fetched/{path.name}"] = data
        room -= len(data)
    return ()


def _member(name: str, now: float) -> zipfile.ZipInfo:
    """An archive tells the time from 1980 to 2107, and fails on any other."""
    made = local_time(int(now * 1_000_000))
    member = zipfile.ZipInfo(name, made.timetuple()[:6] if 1980 <= made.year <= 2107 else (1980, 1, 1, 0, 0, 0))
    member.compress_type = zipfile.ZIP_DEFLATED
    member.external_attr = 0o600 << 16
    return member


def roll(paths: Paths, now: float) -> Path | None:
    """Makes today's rolling copy, if there is none and something was done since the last; drops those beyond `KEPT`.
    Returns the new one. Raises `StoreError`."""
    if not (kept := [*_journals(paths), *learned_files(paths.learned), *fetched_files(paths.fetched)]):
        return None
    today = date.fromtimestamp(now).isoformat()
    known = rolling(paths)
    if known:
        newest = known[-1]
        made_at, done_at = newest.stat().st_mtime, max(path.stat().st_mtime for path in kept)
        # One from the future says nothing: the clock was wrong then, and would keep all later copies away.
        if _day(newest) == today or done_at <= made_at <= now:
            return None
    number = int(known[-1].name.partition("-")[0]) + 1 if known else 1
    made = paths.backups / f"{number:04d}-{today}.zip"
    replace_file(made, pack(paths, now).data)
    for old in [*known, made][:-KEPT]:
        old.unlink(missing_ok=True)
    return made


def made_today(paths: Paths, now: float) -> bool:
    """Whether there is a rolling copy of today."""
    known = rolling(paths)
    return bool(known) and _day(known[-1]) == date.fromtimestamp(now).isoformat()


def rolling(paths: Paths) -> list[Path]:
    """The rolling copies, the oldest first."""
    try:
        found = [path for path in paths.backups.iterdir() if _ROLLING.fullmatch(path.name)]
    except OSError:
        return []
    return sorted(found, key=lambda path: int(path.name.partition("-")[0]))


def marks_in(archive: Archive, names: MarkKeys, path: Path, notices: list[DigestError]) -> MarkStore:
    """What the archive's acts add up to. What could not be used of it is noted with `path`, the archive's own. Raises
    `store.newer` where a newer version wrote something in it."""
    found_wrong: list[DigestError] = []
    with _unpacked(archive) as root:
        found = marks_of(Paths(data=root, state=root, config=root, cache=root))
        try:
            found.load(found_wrong, names, foreign=True)
        except StoreError as error:
            details: dict[str, Any] = {**error.details, "path": path}
            raise StoreError(error.message_id, **details) from error
        for column in found.columns.values():
            column.packed()  # unpacks it: the files go now
    for name in archive.lost:
        note(notices, StoreError("backup.lost", path=path, name=name))
    for wrong in found_wrong:
        inside = os.path.relpath(wrong.details["path"], root)
        if wrong.message_id in LOST:
            note(notices, StoreError("backup.lost", path=path, name=inside))
        else:
            note(notices, StoreError(wrong.message_id, path=f"{path}: {inside}", n=wrong.details.get("n", "")))
    return found


@contextmanager
def _unpacked(archive: Archive) -> Iterator[Path]:
    """The archive's files, as long as they are looked at, among the system's temporary ones; where these cannot be
    written, that is said like of any other file."""
    try:
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder)
            (root / "journal").mkdir()
            for machine, data in archive.journals.items():
                (root / "journal" / f"{machine}.ndjson").write_bytes(data)
            if archive.marks is not None:
                (root / MARKS).write_bytes(archive.marks)
            yield root
    except OSError as error:
        raise store_error(error, Path(error.filename or tempfile.gettempdir())) from error


def differences(here: MarkStore, there: MarkStore, *, keep_mine: bool) -> list[Part]:
    """What must be set here for the marks to be as they are there; with `keep_mine`, nothing is taken away."""
    parts: list[Part] = []
    for name in sorted({*here.columns, *there.columns}):
        ours, theirs = {*here.chosen(name)}, {*there.chosen(name)}
        if keep_mine and ours and is_of_a_name(name):
            continue  # a view or source of that name is here
        parts.append(Part(name, True, tuple(sorted(theirs - ours))))
        if not keep_mine:
            parts.append(Part(name, False, tuple(sorted(ours - theirs))))
    for key in sorted({*here.notes.papers, *there.notes.papers}):
        mine, other = here.notes.text(key), there.notes.text(key)
        if mine != other and not (keep_mine and mine is not None):
            parts.append(Part("note", other, (key,), mine))
    return [part for part in parts if part.keys]


def _journals(paths: Paths) -> list[Path]:
    try:
        return sorted(path for path in paths.journal.iterdir() if path.suffix == ".ndjson")
    except OSError:
        return []


def _day(path: Path) -> str:
    match = _ROLLING.fullmatch(path.name)
    return match[2] if match else ""
