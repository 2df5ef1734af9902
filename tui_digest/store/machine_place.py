"""For which place a machine's name was made, so that a copied home takes a name of its own.

Two homes that write under one name would overwrite each other's journals as soon as they are brought together. So
beside the file with the name lies one for each place where the home lies or lay: one of its own, since folders that are
kept alike on several computers must not quarrel about it.
"""

from __future__ import annotations

import os
import zlib
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import orjson

from tui_digest.errors import StoreError
from tui_digest.files import read_bytes, replace_file
from tui_digest.store.seal import fields_of, sealed

if TYPE_CHECKING:
    from collections.abc import Iterator

PLACE_OF_MACHINE_VERSION = 1

_COMPUTER = Path("/etc/machine-id")
"""What tells this computer from others, where the system has it; else its name does."""


class MachineName(NamedTuple):
    """What is known of this machine's name."""

    name: str | None = None
    """None where it is still to be made."""
    inherited: tuple[tuple[str, int], ...] = ()
    """The name of the home that this one was copied from, whose acts until then can be undone here, and how long its
    journal was then, in bytes; before it that which that one was copied from, and so on. Often none."""
    placed: bool = False
    """Whether it was noted for this very place, so that it holds whatever stands in the machine's own file."""
    noted: bool = False
    """Whether both files tell it."""


def found_name(machine_file: Path, journals: Path, name: str | None) -> MachineName:
    """What the files tell, of which `name` stands in the machine's own. Writes nothing."""
    here = _here(machine_file)
    own = _noted(_place_file(machine_file, here))
    if own is not None and (own["path"], own["computer"]) == here:
        # a folder kept alike on several computers has the name of any of them in the machine's own file
        noted = own["name"] == name or any(other["computer"] != here[1] for _, other in _others(machine_file, here))
        return MachineName(own["name"], _inherited(own), placed=True, noted=noted and name is not None)
    others = [other for _, other in _others(machine_file, here) if other["name"] == name]
    if name is None or not others:
        return MachineName(name)
    for other in others:
        if _is_same(other, machine_file, here):
            return MachineName(name, _inherited(other))
    length = 0
    with suppress(OSError):
        length = (journals / f"{name}.ndjson").stat().st_size
    return MachineName(None, (*_inherited(others[0]), (name, length)))


def note_place(machine_file: Path, named: MachineName) -> None:
    """Notes that this is the place of that name, and takes away what was noted of other places on this computer: there
    lies another home now, or none. Raises `store.full` and the like."""
    path, computer = here = _here(machine_file)
    version = {"schema_version": PLACE_OF_MACHINE_VERSION, "path": path, "computer": computer}
    told = version | {"name": named.name, "inherited": named.inherited, "file": _file(machine_file)}
    replace_file(_place_file(machine_file, here), sealed(orjson.dumps(told)))
    for file, other in _others(machine_file, here):
        if other["computer"] == computer and not _lies_there(other, machine_file):
            with suppress(OSError):
                file.unlink()


def _place_file(machine_file: Path, here: tuple[str, str]) -> Path:
    path, computer = here
    return machine_file.with_name(f"{machine_file.name}-{computer}{_sum(path)}")


def _others(machine_file: Path, here: tuple[str, str]) -> Iterator[tuple[Path, dict[str, Any]]]:
    """What is noted of other places."""
    own = _place_file(machine_file, here)
    for file in sorted(machine_file.parent.glob(f"{machine_file.name}-*")):
        if file != own and (noted := _noted(file)) is not None:
            yield file, noted


def _noted(file: Path) -> dict[str, Any] | None:
    """What the file tells; None where it is damaged, a newer version's or not there: it may be lost."""
    try:
        told = fields_of(read_bytes(file) or b"")
        texts = told["path"], told["computer"], told["name"], *(name for name, _ in told["inherited"])
        lengths = [length for _, length in told["inherited"]]
        well = all(isinstance(text, str) for text in texts) and all(isinstance(length, int) for length in lengths)
        return told if well and told["schema_version"] == PLACE_OF_MACHINE_VERSION and told["name"] else None
    except (StoreError, ValueError, LookupError, TypeError, AttributeError):
        return None


def _inherited(noted: dict[str, Any]) -> tuple[tuple[str, int], ...]:
    return tuple((name, length) for name, length in noted["inherited"])


def _is_same(other: dict[str, Any], machine_file: Path, here: tuple[str, str]) -> bool:
    """Whether this is the home of which that was noted: moved here, or seen by another way. On another computer only
    the file itself can tell: a copy is a file of its own, and younger."""
    if other["computer"] != here[1]:
        return bool(other.get("file") == _file(machine_file))
    there = b""
    with suppress(StoreError):
        there = read_bytes(Path(other["path"])) or b""
    return there.decode("latin-1").strip() != other["name"] or _lies_there(other, machine_file)


def _lies_there(other: dict[str, Any], machine_file: Path) -> bool:
    """Whether the noted place is this folder, by another path."""
    with suppress(OSError):
        return os.path.samefile(Path(other["path"]).parent, machine_file.parent)
    return False


def _file(machine_file: Path) -> list[int]:
    """What tells the file with the name from a copy of it; empty where it is not there."""
    with suppress(OSError):
        found = machine_file.stat()
        return [found.st_ino, found.st_ctime_ns]
    return []


def _here(machine_file: Path) -> tuple[str, str]:
    """The path and the computer, as a short text."""
    computer = ""
    with suppress(StoreError):
        computer = (read_bytes(_COMPUTER) or b"").decode("ascii", "replace").strip()
    return os.path.realpath(machine_file), _sum(computer or _host_name())


def _host_name() -> str:
    return os.uname().nodename if hasattr(os, "uname") else os.environ.get("COMPUTERNAME", "")


def _sum(text: str) -> str:
    return f"{zlib.crc32(text.encode('utf-8', 'surrogatepass')):08x}"
