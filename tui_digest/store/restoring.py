"""A restore into a home in which nothing was done yet: the archive's history comes along.

Everything is made ready in a folder beside the journals and takes their place by one rename, so that it is there as a
whole or not at all.
"""

from __future__ import annotations

import errno
import shutil
from typing import TYPE_CHECKING

from tui_digest.errors import StoreError
from tui_digest.files import make_private, replace_file, store_error, sync_folder
from tui_digest.paths import Paths
from tui_digest.store.archive import MACHINE
from tui_digest.store.lock import locked
from tui_digest.store.machine import new_machine_name, put_machine_name
from tui_digest.store.machine_place import MachineName
from tui_digest.store.mark_store import marks_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tui_digest.store.archive import Archive
    from tui_digest.store.events import Part

READY = "restoring"
"""The folder in which a restore is made ready."""

_IN_USE = (errno.ENOTEMPTY, errno.EEXIST, errno.ENOTDIR)


def bring_history(paths: Paths, archive: Archive, parts: Sequence[Part], machine: str | None) -> str | None:
    """Puts the archive's journals in place, and in one of this machine's own the act that sets `parts`, so that undo
    takes all of it back. `machine` is this machine's name so far; returns the one it has now, which no journal of the
    archive has: two homes under one name would mistake each other's acts for their own.

    None where something was done here meanwhile: then nothing has changed. Raises `StoreError`, likewise.
    """
    with locked(paths.marks_lock):
        if paths.marks.exists() or any(paths.journal.glob("*")):
            return None
        ready = paths.data / READY
        try:
            shutil.rmtree(ready, ignore_errors=True)  # a restore that was cut short
            name = _made_ready(ready, archive, parts, machine)
            if name != machine:
                put_machine_name(paths.data / MACHINE, MachineName(name))
            return name if _take_the_place(ready / "journal", paths.journal) else None
        finally:
            shutil.rmtree(ready, ignore_errors=True)


def _made_ready(ready: Path, archive: Archive, parts: Sequence[Part], machine: str | None) -> str:
    make_private(ready / "journal")
    for other, data in archive.journals.items():
        replace_file(ready / "journal" / f"{other}.ndjson", data)
    while machine is None or machine in archive.journals or machine == archive.machine:
        machine = new_machine_name()
    replace_file(ready / MACHINE, machine.encode() + b"\n")
    marks = marks_of(Paths(data=ready, state=ready, config=ready, cache=ready))
    marks.load([])
    if parts:
        marks.set_anew(parts)
    return machine


def _take_the_place(made: Path, place: Path) -> bool:
    try:
        made.replace(place)
    except OSError as error:
        if error.errno in _IN_USE:  # the first act of another window came in between
            return False
        raise store_error(error, place) from error
    try:
        sync_folder(place.parent)
    except OSError as error:
        _put_back(place, made)
        raise store_error(error, place) from error
    return True


def _put_back(place: Path, made: Path) -> None:
    """Takes the journals away again after a failure: an act that was refused must not count later."""
    try:
        place.replace(made)
    except OSError as error:
        raise StoreError("store.half", path=place) from error
