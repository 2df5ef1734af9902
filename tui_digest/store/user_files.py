"""Files that the user named: exports and archives. Whole or not at all, and never in place of something else.

A link is kept, and what it leads to is replaced; an existing file keeps its mode and owner. Nothing is written where
the app keeps its own files, by whatever way a name leads there.
"""

from __future__ import annotations

import errno
import os
import stat
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from tui_digest.errors import StoreError
from tui_digest.files import open_exclusively

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tui_digest.paths import Paths

_TRIES = 20


def write_output(target: Path, pieces: Iterable[bytes], own: Paths, *, private: bool = False) -> Path:
    """Puts the pieces, joined, at `target`; returns the file, with links resolved.

    `own` are the app's places, where nothing may be written. Without `private` a new file is what the umask makes it,
    and a pipe or a device takes the pieces as they come. With it a new file is the user's alone, and pipes and
    devices are refused. Raises `output.inside`, `output.no_file` and `output.unwritable`, and then an existing file is
    as it was; errors of `pieces` pass through.
    """
    pieces = iter(pieces)
    first = next(pieces, b"")  # what is wrong with the data is no fault of the file
    try:
        named, target = target, Path(os.path.realpath(target))
        status = _status(named)  # `/dev/fd/63` of a pipe resolves to no file
        _keep_out(target, own)
        if status is None or stat.S_ISREG(status.st_mode):
            _replace(target, status, first, pieces, 0o600 if private else 0o666)
        elif stat.S_ISDIR(status.st_mode):
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        elif private:
            raise StoreError("output.no_file", path=target)
        else:
            _stream(named, first, pieces)
            return named
    except (OSError, ValueError) as error:  # a name with a NUL in it is a ValueError
        raise _unwritable(target, error) from error
    return target


def is_stream(target: Path) -> bool:
    """Whether what the user named is there and no file: a pipe or a device."""
    try:
        return not stat.S_ISREG(target.stat().st_mode)
    except (OSError, ValueError):
        return False


def stands_at(target: Path, own: Paths) -> bool:
    """Whether there is a file that `write_output` would replace. Raises what that would raise for the place, and
    `output.device` for a pipe or a device: on a screen nobody waits for one."""
    try:
        named, target = target, Path(os.path.realpath(target))
        status = _status(named)
        _keep_out(target, own)
        if status is None:
            target.parent.stat()
            needed = target.parent
        elif stat.S_ISDIR(status.st_mode):
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        elif not stat.S_ISREG(status.st_mode):
            raise StoreError("output.device", path=target)
        else:
            needed = target
        if not os.access(needed, os.W_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    except (OSError, ValueError) as error:
        raise _unwritable(target, error) from error
    return status is not None


def _unwritable(target: Path, error: OSError | ValueError) -> StoreError:
    reason = error.strerror if isinstance(error, OSError) else None
    return StoreError("output.unwritable", path=target, reason=reason or error)


def _status(target: Path) -> os.stat_result | None:
    try:
        return target.stat()
    except FileNotFoundError:
        return None


def _keep_out(target: Path, own: Paths) -> None:
    """Raises `output.inside` where a folder above the target is one of the app's own, under whatever name."""
    places: dict[tuple[int, int], Path] = {}
    for place in own:
        with suppress(OSError):
            status = place.stat()
            places[status.st_dev, status.st_ino] = place
    for folder in target.parents:
        with suppress(OSError):
            status = folder.stat()
            inside = places.get((status.st_dev, status.st_ino))
            if inside is not None:
                raise StoreError("output.inside", path=target, place=inside)


def _replace(target: Path, status: os.stat_result | None, first: bytes, rest: Iterable[bytes], mode: int) -> None:
    """A new file beside the old one, renamed over it once all is on the disk."""
    if status is not None and not os.access(target, os.W_OK):  # whoever made it read-only meant it
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    descriptor, unfinished = _beside(target.parent, 0o600 if status is not None else mode)
    try:
        with open(descriptor, "wb") as file:
            file.write(first)
            file.writelines(rest)
            file.flush()
            if status is not None:
                with suppress(OSError):  # only root may give a file away
                    os.fchown(descriptor, status.st_uid, status.st_gid)
                os.fchmod(descriptor, stat.S_IMODE(status.st_mode) & 0o777)
            os.fsync(descriptor)
        unfinished.replace(target)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise


def _beside(folder: Path, mode: int) -> tuple[int, Path]:
    """A new file in the folder, under a random name, which others cannot have taken before: the folder may be open to
    them."""
    for _ in range(_TRIES):
        path = folder / f".tui-digest.{os.urandom(6).hex()}.tmp"  # not the asked name and more: it may be too long
        with suppress(FileExistsError):
            return open_exclusively(path, mode), path
    raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST))


def _stream(target: Path, first: bytes, rest: Iterable[bytes]) -> None:
    descriptor = os.open(target, os.O_WRONLY | os.O_CLOEXEC)
    with open(descriptor, "wb") as stream:
        stream.write(first)
        stream.writelines(rest)
