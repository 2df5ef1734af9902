"""Private files that are either the old one or the new one, whole, whatever happens while they are written."""

from __future__ import annotations

import errno
import itertools
import os
import re
import stat
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from tui_digest.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Iterable

STALE_AFTER = 3600.0
"""Seconds after which a temporary file is taken for left behind, even if its process number is in use again."""

Stamp = tuple[int, int, int]
"""What tells one version of a file from the next: mtime in ns, size, inode (a replaced file is a new one)."""

LOST = ("store.damaged", "store.damaged_left")
"""Ids of the errors after which one goes on as if the file were not there; after any other it must be left alone."""

_homes: dict[Path, tuple[Path, ...]] = {}
"""The data folders that were seen here, each with the folders of its home."""

_TEMPORARY = re.compile(r"\..+\.(\d+)\.\d+\.tmp")
_numbers = itertools.count(1)

_IDS = {errno.ENOSPC: "store.full", errno.EDQUOT: "store.full"} | dict.fromkeys(
    (errno.EROFS, errno.EACCES, errno.EPERM), "store.readonly"
)


def store_error(error: OSError, path: Path) -> StoreError:
    """The error to show for a failed write: disk full, read-only, or the system's own words."""
    message_id = _IDS.get(error.errno or 0)
    if message_id is not None:
        return StoreError(message_id, path=path)
    return StoreError("store.failed", path=path, reason=error.strerror or error)


def watch_home(data: Path, folders: tuple[Path, ...], *, anew: bool = False) -> None:
    """From now on none of the folders is made again where `data` is gone: the home was moved away, and making it again
    would leave the user with two. `anew` forgets that it was ever there. Raises `store.moved` where it was, and is not
    any more."""
    if data.is_dir():
        _homes[data] = (data, *folders)
    elif anew:
        _homes.pop(data, None)
    else:
        check_home(data)


def check_home(data: Path) -> None:
    """Raises `store.moved` where the data folder was seen before and is gone."""
    if data in _homes and not data.is_dir():
        raise StoreError("store.moved", path=data)


def make_private(folder: Path) -> None:
    """Makes the folder and the missing ones above it, open to this user only."""
    missing: list[Path] = []
    while not folder.is_dir():
        missing.append(folder)
        folder = folder.parent
    if missing:
        for data, folders in _homes.items():
            if any(each in folders for each in (*missing, folder)):
                check_home(data)
    for each in reversed(missing):
        try:
            each.mkdir(0o700)
            try:
                sync_folder(each.parent)  # what is fsynced in it must not be gone with the folder
            except OSError:
                with suppress(OSError):  # lest it stays unsynced: the next call would find it there and pass it over
                    each.rmdir()
                raise
        except FileExistsError:
            if not each.is_dir():
                raise StoreError("store.failed", path=each, reason=os.strerror(errno.ENOTDIR)) from None
        except OSError as error:
            raise store_error(error, each) from error


def stamp(path: Path) -> Stamp | None:
    """The file's version, or None where there is no file."""
    try:
        status = path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise StoreError("store.unreadable", path=path, reason=error.strerror or error) from error
    return status.st_mtime_ns, status.st_size, status.st_ino


def open_file(path: Path) -> BinaryIO | None:
    """The file, open for reading, or None where there is none. Raises `store.unreadable`, and `store.not_a_file` for
    a folder, a pipe or a device, none of which is waited for."""
    try:
        # Not to hang on a pipe that nobody writes to.
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            os.close(descriptor)
            raise StoreError("store.not_a_file", path=path)
        return open(descriptor, "rb")
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise StoreError("store.unreadable", path=path, reason=error.strerror or error) from error


def read_bytes(path: Path) -> bytes | None:
    """The file's content, or None where there is no file. Raises like `open_file`."""
    file = open_file(path)
    if file is None:
        return None
    try:
        with file:
            return file.read()
    except OSError as error:
        raise StoreError("store.unreadable", path=path, reason=error.strerror or error) from error


def open_held(path: Path) -> int | None:
    """A descriptor of the file, to be read from and to be held: it stays what it is when another takes its place. None
    where it cannot be opened."""
    try:
        return os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except OSError:
        return None


def read_at(descriptor: int, length: int, place: int) -> bytes:
    """So many bytes of an open file from a place on, fewer only at its end; others may read it at the same time. Raises
    OSError."""
    found = os.pread(descriptor, length, place)
    while len(found) < length and (more := os.pread(descriptor, length - len(found), place + len(found))):
        found += more
    return found


def open_exclusively(path: Path, mode: int = 0o600) -> int:
    """A descriptor of a file that was not there, to be written: no other file, and nothing that a link leads to, is
    opened in its place. Raises OSError, FileExistsError among them."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    return os.open(path, flags, mode)


def open_new(temporary: Path) -> int:
    """Like `open_exclusively`, for a name that is ours: what stands there was left by a process that is gone, or put
    there by another user, and is removed."""
    try:
        return open_exclusively(temporary)
    except FileExistsError:
        temporary.unlink()
        return open_exclusively(temporary)


def write_whole(descriptor: int, data: bytes) -> None:
    """Writes all of it; the system may take it in pieces."""
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]


def ends_torn(descriptor: int) -> bool:
    """Whether the last line of a file that is appended to was cut short, so that the next one must begin its own."""
    size = os.fstat(descriptor).st_size
    return size > 0 and os.pread(descriptor, 1, size - 1) != b"\n"


def replace_file(
    path: Path, data: bytes | Iterable[bytes], *, durable: bool = True, folder_later: bool = False
) -> None:
    """Puts `data`, or one piece of it after the other, at `path`: temporary file beside it, flush, fsync, rename over,
    fsync of the folder.

    Raises `store.full`, `store.readonly` or `store.failed`, and then the old file is as it was. Derived files
    go without the fsyncs (`durable=False`): a torn one is rebuilt. With `folder_later` the caller syncs the folder,
    once for many files.
    """
    if path.is_symlink():  # someone keeps the file elsewhere: write there, and leave the link
        path = Path(os.path.realpath(path))
    make_private(path.parent)
    temporary = temporary_beside(path)
    try:
        _write_new(temporary, (data,) if isinstance(data, bytes) else data, durable=durable)
        temporary.replace(path)
        if durable and not folder_later:
            sync_folder(path.parent)
    except BaseException as error:
        _remove(temporary)
        if isinstance(error, OSError):
            raise store_error(error, path) from error
        raise


def write_beside(path: Path, data: bytes) -> Path:
    """Writes `data` into a temporary file beside `path`, whose folder is there, and fsyncs it: the name of that file,
    which the caller renames. Raises `StoreError` like `replace_file`."""
    temporary = temporary_beside(path)
    try:
        _write_new(temporary, (data,), durable=True)
    except BaseException as error:
        _remove(temporary)
        if isinstance(error, OSError):
            raise store_error(error, path) from error
        raise
    return temporary


def temporary_beside(path: Path) -> Path:
    """A new name for a file that is going to take the place of `path`; `stale_files` knows it for one."""
    return path.parent / f".{path.name}.{os.getpid()}.{next(_numbers)}.tmp"


def _write_new(temporary: Path, pieces: Iterable[bytes], *, durable: bool) -> None:
    descriptor = open_new(temporary)
    try:
        for each in pieces:
            write_whole(descriptor, each)
        if durable:
            os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_folder(folder: Path) -> None:
    """Makes a rename in the folder outlive a power cut, where the file system can."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOTSUP):  # some file systems cannot sync a folder
            raise
    finally:
        os.close(descriptor)


def set_aside(path: Path, damaged: Path | None) -> StoreError:
    """Moves an unreadable file into `damaged` under a name of its own; returns the error that says so. Without such
    a folder one only looks, and the file stays."""
    if damaged is None:
        return StoreError("store.damaged_left", path=path)
    try:
        make_private(damaged)
        for number in itertools.count(1):
            kept = damaged / f"{path.name}.{number}"
            try:  # reserve the name first, so that nothing set aside earlier can be overwritten
                os.close(os.open(kept, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
            except FileExistsError:
                continue
            folder = path.is_dir() and not path.is_symlink()
            if folder:  # no folder replaces a file
                kept.unlink()
            path.replace(kept)
            if not kept.is_symlink():
                kept.chmod(0o700 if folder else 0o600)
            break
    except FileNotFoundError:  # another process set it aside in this moment
        _remove(kept)
    except (OSError, StoreError):
        return StoreError("store.stuck", path=path)
    return StoreError("store.damaged", path=path, kept=kept)


def stale_files(folder: Path) -> list[Path]:
    """The temporary files in the folder whose writer ended before they were done."""
    try:
        found = [entry for entry in os.scandir(folder) if entry.name.endswith(".tmp")]
    except OSError:
        return []
    stale = []
    for entry in found:
        match = _TEMPORARY.fullmatch(entry.name)
        with suppress(OSError):  # it went in this moment
            if match and (not _alive(int(match[1])) or time.time() - entry.stat().st_mtime > STALE_AFTER):
                stale.append(Path(entry.path))
    return stale


def remove_stale(folder: Path) -> None:
    """Clears away the temporary files of processes that ended while writing."""
    for path in stale_files(folder):
        _remove(path)


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    return True


def _remove(path: Path) -> None:
    with suppress(OSError):  # it was never made, or its disk is gone: `remove_stale` looks again later
        path.unlink()
