"""The disk below the home: who may read it, how much room there is, what kind of file system it is."""

from __future__ import annotations

import os
import re
import shutil
import stat
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from tui_digest.doctor.finding import Finding, some

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tui_digest.paths import Paths

if sys.platform != "win32":
    import fcntl

MOUNTS = Path("/proc/self/mountinfo")
"""What Linux tells of the mounted file systems."""

MEGABYTE = 1_000_000
FULL, LOW = 10 * MEGABYTE, 200 * MEGABYTE
"""Free bytes below which there is an error, and a warning."""

_OVER_THE_NETWORK = re.compile(r"nfs\d?|cifs|smb\w*|9p|afs|ncpfs|ceph|glusterfs|lustre|gpfs|beegfs|fuse(\..+)?|fuseblk")
_IN_MEMORY = ("tmpfs", "ramfs")
_OCTAL = re.compile(r"\\([0-7]{3})")


def check_permissions(paths: Paths) -> Iterator[Finding]:
    """Files that others may read or write, files of another user, and a home that cannot be written."""
    if sys.platform == "win32":
        return
    loose, foreign = open_to_others(paths), _of_others(paths)
    if loose:
        details = {"n": len(loose), "names": some(loose), "paths": [str(path) for path in loose]}
        yield Finding("doctor.permissions.loose", "warning", details, "doctor.fix.permissions.loose", True)
    if foreign:
        details = {"n": len(foreign), "names": some(foreign), "paths": [str(path) for path in foreign]}
        yield Finding("doctor.permissions.foreign", "warning", details, "doctor.fix.permissions.foreign")
    closed = [*_closed(paths)]
    yield from closed
    if not (loose or foreign or closed):
        yield Finding("doctor.permissions.ok", "ok")


def _closed(paths: Paths) -> Iterator[Finding]:
    """What cannot be written, by what that hinders; each place once."""
    journals = sorted(paths.journal.glob("*.ndjson"))
    hindered = (
        ("doctor.permissions.read_only", (paths.data, paths.journal), (*journals, paths.marks_lock, paths.undo_lock)),
        ("doctor.permissions.no_import", (paths.shards, paths.replaced), (paths.lock,)),
        ("doctor.permissions.not_kept", (paths.state, paths.cache), ()),
    )
    told: set[Path] = set()
    for message, folders, files in hindered:
        # A folder that is not there yet must be made in the nearest one above that is.
        closed = [place for place in dict.fromkeys(map(existing, folders)) if not _writable(place)]
        closed += [file for file in files if file.is_file() and not os.access(file, os.W_OK)]
        closed = [place for place in closed if place not in told]
        told.update(closed)
        if closed:
            details = {"n": len(closed), "names": some(closed)}
            yield Finding(message, "warning", details, "doctor.fix.permissions.read_only")


def open_to_others(paths: Paths) -> list[Path]:
    """Files and folders of the program that group or others have any right to."""
    return [path for path, status in _tree(paths) if stat.S_IMODE(status.st_mode) & 0o077]


def _of_others(paths: Paths) -> list[Path]:
    return [path for path, status in _tree(paths) if status.st_uid != os.geteuid()]


def _tree(paths: Paths) -> Iterator[tuple[Path, os.stat_result]]:
    """All that the program itself made; what a link points to is left out."""
    for place in dict.fromkeys((paths.data, paths.state, paths.cache)):
        for path in (place, *below(place)):
            try:
                status = path.lstat()
            except OSError:
                continue  # it went in this moment, or was never there
            if stat.S_ISREG(status.st_mode) or stat.S_ISDIR(status.st_mode):
                yield path, status


def below(place: Path) -> Iterator[Path]:
    """Everything below a folder, in the order of names; what may not be looked into is passed over."""
    for folder, folders, files in os.walk(place):
        folders.sort()
        yield from (Path(folder, name) for name in sorted(folders + files))


def _writable(place: Path) -> bool:
    return os.access(place, os.W_OK | os.X_OK)


def check_space(paths: Paths) -> Iterator[Finding]:
    """Free space, once a file system: every write needs room for a second copy."""
    size = sum(status.st_size for _, status in _tree(paths) if stat.S_ISREG(status.st_mode))
    seen: set[int] = set()
    for place in (paths.data, paths.state, paths.cache):
        there = existing(place)
        try:
            device, free = there.stat().st_dev, shutil.disk_usage(there).free
        except OSError:
            continue  # said by the check that reads the place
        if device in seen:
            continue
        seen.add(device)
        details = {"path": str(place), "free": free // MEGABYTE, "size": -(-size // MEGABYTE)}
        if free < FULL:
            yield Finding("doctor.space.full", "error", details, "doctor.fix.space")
        elif free < max(LOW, 3 * size):
            yield Finding("doctor.space.low", "warning", details, "doctor.fix.space")
        else:
            yield Finding("doctor.space.ok", "ok", details)


def existing(place: Path) -> Path:
    """The place, or the nearest folder above it that is there."""
    while place != place.parent:
        with suppress(OSError):  # a folder above it that we may not look into: go on up
            place.stat()
            break
        place = place.parent
    return place


def check_file_system(paths: Paths) -> Iterator[Finding]:
    """What the data lies on, and whether locks work there."""
    kind = kind_of(existing(paths.data))
    details = {"path": str(paths.data), "kind": kind or "?"}
    if kind is None:
        yield Finding("doctor.filesystem.unknown", "note", details, "doctor.fix.filesystem.unknown")
    elif kind in _IN_MEMORY:
        yield Finding("doctor.filesystem.memory", "warning", details, "doctor.fix.filesystem.memory")
    elif _OVER_THE_NETWORK.fullmatch(kind):
        yield Finding("doctor.filesystem.network", "note", details, "doctor.fix.filesystem.network")
    else:
        yield Finding("doctor.filesystem.ok", "ok", details)
    if not _locks(paths.lock):
        yield Finding("doctor.filesystem.no_locks", "warning", details, "doctor.fix.filesystem.network")


def kind_of(place: Path) -> str | None:
    """The type of the file system that the place lies on, `ext4` or `nfs4`; None where the system does not tell."""
    try:
        lines = MOUNTS.read_text("utf-8", "surrogateescape").splitlines()
    except OSError:
        return None
    real = place.resolve()
    best: tuple[int, str] | None = None
    for line in lines:
        mount, _, source = line.partition(" - ")
        fields, facts = mount.split(" "), source.split(" ")
        if len(fields) < 5:
            continue
        point = Path(_OCTAL.sub(lambda match: chr(int(match[1], 8)), fields[4]))
        depth = len(point.parts)
        if real.is_relative_to(point) and (best is None or depth >= best[0]):  # mounted later, it lies on top
            best = (depth, facts[0])
    return None if best is None else best[1]


def _locks(path: Path) -> bool:
    """Whether the lock file can be locked; also where there is none yet, or where it may not be opened.

    Nothing is written for it: the file is the store's own, held for no longer than this call.
    """
    if sys.platform == "win32":
        return True
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    except OSError:
        return True
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:  # another window is writing: so they work
        return True
    except OSError:
        return False
    finally:
        os.close(descriptor)
    return True
