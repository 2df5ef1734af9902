"""The end of the error road: a traceback goes to the log, the user gets one sentence and the log's path."""

from __future__ import annotations

import errno
import os
import stat
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from tui_digest.i18n import Translator
    from tui_digest.paths import Paths


def log_unexpected(where: Paths | None, tr: Translator, error: BaseException | None) -> str:
    """Append the error's traceback to the log; returns the sentence to show instead of it. `where` is None where
    not even the places of files were known yet."""
    if where is None:
        return tr("error.unlogged", reason=repr(error))
    import traceback

    from tui_digest.clock import local_time, now

    lines = [
        f"{local_time(int(now() * 1_000_000)).isoformat()}\n",
        *(traceback.format_exception(error) if error else []),
    ]
    try:
        where.log.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with open(_open_log(where.log), "a", encoding="utf-8", errors="backslashreplace") as log:
            log.writelines(lines)
    except OSError as unwritable:
        return tr("error.unlogged", reason=f"{error!r}; {where.log}: {unwritable.strerror}")
    return tr("error.unexpected", path=where.log)


def _open_log(path: Path) -> int:
    """A descriptor that appends to the log, a file for the user alone: a traceback may hold what was read. A pipe in
    its place is not waited for, and nothing else is written to. Raises OSError."""
    flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NONBLOCK | os.O_CLOEXEC
    descriptor = os.open(path, flags, 0o600)
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode):
        os.close(descriptor)
        raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))
    if status.st_mode & 0o077:
        with suppress(OSError):  # one that somebody else owns
            os.fchmod(descriptor, 0o600)
    return descriptor
