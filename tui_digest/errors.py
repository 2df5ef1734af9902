"""One family of errors: a message id, its details, an exit code. Words are found at the edges (cli, tui).

An unforeseen error ends here, too: its traceback goes to the log, the user gets one sentence and the log's path.
"""

from __future__ import annotations

import errno
import os
import stat
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tui_digest.i18n import Translator

_LARGE_LOG = 1_000_000
"""Bytes after which a new log is begun."""
EXIT_DONE, EXIT_FAILED, EXIT_USAGE, EXIT_PARTLY = 0, 1, 2, 3


class DigestError(Exception):
    """Something the user must be told; `message_id` names a sentence of the locale catalogue.

    The sentence is filled with `details` (strings), says what happened and what to do.
    """

    def __init__(self, message_id: str, *, exit_code: int = EXIT_FAILED, **details: object) -> None:
        self.message_id = message_id
        self.exit_code = exit_code
        self.details = {name: str(value) for name, value in details.items()}
        super().__init__(message_id, self.details)


def note(notices: list[DigestError], error: DigestError) -> bool:
    """Adds what was found wrong, unless just that was said before; True when it is new."""
    if any((each.message_id, each.details) == (error.message_id, error.details) for each in notices):
        return False
    notices.append(error)
    return True


class SourceError(DigestError):
    """A source that could not be read: it is reported and skipped, the others go on."""


class StoreError(DigestError):
    """The library or the marks could not be read or written."""


class ConfigError(DigestError):
    """A setting or keymap entry that cannot be used."""


def some(names: Sequence[str], most: int = 3) -> str:
    """The first of them, at `most` so many, for a sentence."""
    return ", ".join([*names[:most], *(["…"] if len(names) > most else [])])


def log_unexpected(path: Path | None, tr: Translator, error: BaseException | None) -> str:
    """Append the error's traceback to the log at `path`; returns the sentence to show instead of it. `path` is None
    where not even the places of files were known yet."""
    if path is None:
        return tr("error.unlogged", reason=repr(error))
    import traceback

    from tui_digest.clock import local_time, now

    lines = [
        f"{local_time(int(now() * 1_000_000)).isoformat()}\n",
        *(traceback.format_exception(error) if error else []),
    ]
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        _renew(path)
        with open(_open_log(path), "a", encoding="utf-8", errors="backslashreplace") as log:
            log.writelines(lines)
    except OSError as unwritable:
        return tr("error.unlogged", reason=f"{error!r}; {path}: {unwritable.strerror}")
    return tr("error.unexpected", path=path)


def _renew(path: Path) -> None:
    """Put a log away that has become large: it is `log.old.txt` then, and the one before it is gone."""
    with suppress(OSError):
        if path.stat().st_size > _LARGE_LOG and path.is_file():
            path.replace(path.with_suffix(f".old{path.suffix}"))


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
