"""This machine's name in the journals: made at its first act, twelve random letters and four that check them."""

from __future__ import annotations

import os
import zlib
from itertools import zip_longest
from typing import TYPE_CHECKING

from tui_digest.errors import StoreError
from tui_digest.files import read_bytes, replace_file
from tui_digest.store.lock import locked

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

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


def make_machine_name(path: Path, lock: Path) -> str:
    """The name in the file, made where there is none. Raises `store.full` and the like, and `store.busy`."""
    with locked(lock):
        name = machine_name(path)
        if name is None:
            name = new_machine_name()
            replace_file(path, name.encode() + b"\n")
        return name


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
