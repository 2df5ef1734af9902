"""One writer at a time, between processes, by `flock`; held during a write, never for as long as the app is open."""

from __future__ import annotations

import errno
import os
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from tui_digest.errors import StoreError
from tui_digest.files import make_private, store_error

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

if sys.platform != "win32":  # no such thing there: it goes without a lock
    import fcntl

PATIENCE = 30.0
"""Seconds to wait for another process; a write takes milliseconds, a large import a few seconds."""

_UNSUPPORTED = {errno.ENOLCK, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS}
_HELD = {errno.EWOULDBLOCK, errno.EAGAIN, errno.EACCES}


def hold(descriptor: int, path: Path, patience: float | None = None) -> None:
    """Locks an open file until it is closed; a file system without locks is used without one.

    Raises `store.busy` when another process keeps it longer than `patience` seconds.
    """
    if sys.platform == "win32":
        return
    deadline = time.monotonic() + (PATIENCE if patience is None else patience)
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except OSError as error:
            if error.errno in _UNSUPPORTED:
                return
            if error.errno not in _HELD:
                raise store_error(error, path) from error
        if time.monotonic() >= deadline:
            raise StoreError("store.busy", path=path)
        time.sleep(0.005)


@contextmanager
def locked(path: Path, patience: float | None = None) -> Iterator[None]:
    """Holds the lock file at `path`, making it where it is missing."""
    make_private(path.parent)
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise store_error(error, path) from error
    try:
        hold(descriptor, path, patience)
        yield
    finally:
        os.close(descriptor)


def is_held(path: Path) -> bool:
    """Whether any process holds the lock file at this moment. Makes nothing; False where it cannot be told."""
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        hold(descriptor, path, 0.0)
    except StoreError as error:
        return error.message_id == "store.busy"
    finally:
        os.close(descriptor)
    return False
