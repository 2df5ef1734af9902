"""This machine's name in the journals: made at its first act, twelve random letters and four that check them."""

from __future__ import annotations

import os
import zlib
from contextlib import suppress
from itertools import zip_longest
from typing import TYPE_CHECKING

from tui_digest.errors import StoreError
from tui_digest.files import read_bytes, replace_file
from tui_digest.store.lock import locked
from tui_digest.store.machine_place import found_name, note_place

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from tui_digest.store.machine_place import MachineName

_RANDOM, _CHECK = 12, 4

_LONGEST = 64
"""Letters that a name may have: it names a file. Archives are held to the same."""

_LETTERS_WRONG = 2
"""In how many letters a damaged name may differ from the journal's that it names."""


def machine_name(path: Path) -> str | None:
    """The name in the file; None where there is none, or what stands there is no name. Raises `store.unreadable`."""
    name = _content(path)
    return name if name and _is_name(name) else None


def new_machine_name() -> str:
    """A name that no other machine has."""
    letters = os.urandom(_RANDOM // 2).hex()
    return letters + _check(letters)


def known_name(path: Path, journals: Path) -> MachineName:
    """What is known of this machine's name: none where there is none yet, or where it is that of the home from which
    this one was copied. Raises `store.unreadable`."""
    return found_name(path, journals, machine_name(path))


def make_machine_name(path: Path, journals: Path, lock: Path, patience: float | None = None) -> MachineName:
    """The name, made where there is none, and its place noted. Raises `store.full` and the like, and `store.busy`."""
    with locked(lock, patience):
        named = known_name(path, journals)
        if named.name is None:
            named = named._replace(name=new_machine_name())
        if machine_name(path) is None or not named.noted:
            put_machine_name(path, named)
        return named._replace(placed=True, noted=True)


def put_machine_name(path: Path, named: MachineName) -> None:
    """Makes this the name of the home; the lock is held. Raises `store.full` and the like."""
    note_place(path, named)  # first: it knows what the home was copied from
    if machine_name(path) != (name := named.name or ""):
        replace_file(path, name.encode() + b"\n")
        with suppress(StoreError):  # which file has the name is known now; a later start asks for that, if any
            note_place(path, named)


def meant_name(path: Path, journals: Collection[str]) -> str | None:
    """The journal of ours that a damaged file names, going by what is left of its letters; None where the file is well
    or not there. An empty text where there is no such journal. Raises `store.unreadable`."""
    name = _content(path)
    if name is None or (_is_name(name) and name in journals):
        return None
    near = [each for each in journals if _letters_apart(each, name) <= _LETTERS_WRONG]
    if len(near) == 1:
        return near[0]
    return None if _is_name(name) else ""


def restore_machine_name(path: Path, lock: Path, name: str) -> None:
    """Puts the name into the file again. Raises like `make_machine_name`."""
    with locked(lock):
        replace_file(path, name.encode() + b"\n")


def _content(path: Path) -> str | None:
    try:
        data = read_bytes(path)
    except StoreError as error:
        if error.message_id != "store.not_a_file":
            raise
        return None  # it is moved aside when the marks are loaded
    return None if data is None else data.decode("latin-1").removesuffix("\n")


def _is_name(name: str) -> bool:
    """Older ones have no letters that check them, and are believed."""
    if not (name.isascii() and name.isalnum() and len(name) <= _LONGEST):
        return False
    if abs(len(name) - _RANDOM - _CHECK) > 1:
        return True
    return name[_RANDOM:] == _check(name[:_RANDOM])


def _check(letters: str) -> str:
    return f"{zlib.crc32(letters.encode()) & 0xFFFF:04x}"


def _letters_apart(one: str, other: str) -> int:
    return sum(a != b for a, b in zip_longest(one, other))
