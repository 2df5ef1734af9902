"""The items that sources gave, as they came: one line with a checksum for each, written before digests are made of it.

A feed shows only its latest items; here all stay, so that a later version of the app can read them anew, and the
digest of a day can grow. Of several lines with one id the last counts. Each source has a file, named after its address.
"""

from __future__ import annotations

import hashlib
import os
import re
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

import orjson

from tui_digest.errors import StoreError, note
from tui_digest.files import (
    LOST,
    ends_torn,
    make_private,
    read_bytes,
    replace_file,
    stamp,
    store_error,
    sync_folder,
    write_whole,
)
from tui_digest.store.seal import fields_of, sealed
from tui_digest.store.storage import opened, put_tables

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from pathlib import Path

    from tui_digest.errors import DigestError

ITEM_VERSION = 1
_NAME = re.compile(r"[0-9a-f]{24}")


class SaidItem(NamedTuple):
    """One item of a source: of a feed an item, of a mailbox a letter, of a page the whole text."""

    id: str
    """Its id within the source; empty for a source that is a single text."""
    form: str
    """How `text` is to be read: a row of `sources.item_digests.FORMS`."""
    text: str
    day: str = ""
    """Its day when it was first seen, as `2025-11-28`; empty where it had none. An edit does not change it."""
    whole: bool = False
    """Whether it is a digest of its own; otherwise it is an entry of its day's digest."""


class State(NamedTuple):
    """What is stored of a source besides its items."""

    kind: str = ""
    """The name of its kind in `sources.kinds`."""
    title: str = ""
    """Its own title."""
    at: str = ""
    """Where it is fetched, if not at its address: the feed that a page announces, what the address moved to."""
    etag: str | None = None
    modified: str | None = None
    body: str = ""
    """SHA-256 of the body of its last answer."""
    taken: int = 0
    """How many bytes of its file of items are imported into the library."""
    readers: str = ""
    """A hash of the code that made digests of the items (`sources.known.readers`)."""


class Fetched:
    """The folder with the items of all sources."""

    def __init__(self, folder: Path, damaged: Path, notices: list[DigestError]) -> None:
        self._folder, self._damaged, self._notices = folder, damaged, notices

    def items(self, address: str) -> dict[str, SaidItem]:
        """All items of a source by id, in the order in which they first came. Damaged lines are passed over and said.
        Raises `store.unreadable`."""
        path = self.path(address)
        data = read_bytes(path) or b""
        found: dict[str, SaidItem] = {}
        lost = 0
        for line in data.split(b"\n"):
            if not line:
                continue
            try:
                fields = fields_of(line)
                if fields["v"] > ITEM_VERSION:
                    raise StoreError("store.newer", path=path, found=fields["v"], known=ITEM_VERSION)
                item = _item(fields)
            except (ValueError, LookupError, TypeError):
                lost += 1
                continue
            found[item.id] = item
        if lost and not data.endswith(b"\n"):
            lost -= 1  # a line that was cut short was never reported as saved
        if lost:
            note(self._notices, StoreError("fetched.lines", path=path, n=lost))
        return found

    def size(self, address: str) -> int:
        """The size of its items in bytes."""
        found = stamp(self.path(address))
        return 0 if found is None else found[1]

    def append(self, address: str, items: Sequence[SaidItem]) -> None:
        """Appends items to the file, fsynced. Raises `StoreError`, and then the file is as it was."""
        if not items:
            return
        path = self.path(address)
        make_private(self._folder)
        data = b"".join(_line(item) for item in items)
        try:
            descriptor = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
            try:
                before = os.fstat(descriptor).st_size
                try:
                    write_whole(descriptor, b"\n" + data if ends_torn(descriptor) else data)
                    os.fsync(descriptor)
                except OSError:
                    with suppress(OSError):
                        os.ftruncate(descriptor, before)
                    raise
                if not before:
                    sync_folder(self._folder)
            finally:
                os.close(descriptor)
        except OSError as error:
            raise store_error(error, path) from error

    def state(self, address: str) -> State:
        """The state of a source; an empty one where its file is missing or damaged: then all digests are made anew."""
        path = self._state_path(address)
        if stamp(path) is None:
            return State()
        try:
            with opened(path, self._damaged) as database:
                fields = database.table("state").all()[0]
            known = {name: fields[name] for name in State._fields if name in fields}
            return State(**known)._replace(taken=int(known.get("taken", 0)))
        except StoreError as error:
            if error.message_id not in LOST:
                raise
            note(self._notices, error)
        except (LookupError, TypeError, ValueError):
            pass
        return State()

    def keep_state(self, address: str, state: State) -> None:
        """Writes the state. Raises `StoreError`."""
        put_tables(self._state_path(address), self._damaged, {"state": [state._asdict()]})

    def forget_state(self, address: str) -> None:
        """Deletes the state, so that the next refresh makes all digests anew from the stored items."""
        path = self._state_path(address)
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise store_error(error, path) from error

    def bring(self, files: Mapping[str, bytes]) -> None:
        """Adds the items of an archive, given by the names of their files, to those that are here; none is replaced.
        Raises `StoreError`."""
        for name, data in files.items():
            path = self._folder / name
            here = read_bytes(path) or b""
            lines = set(here.split(b"\n"))
            new = [line for line in data.split(b"\n") if line and line not in lines]
            if new:
                before = b"".join(line + b"\n" for line in new)  # those from here are the later ones, and count
                replace_file(path, before + here)
                with suppress(OSError):
                    path.with_suffix(".json").unlink(missing_ok=True)

    def others(self, addresses: Collection[str]) -> list[Path]:
        """The files here that are of none of these addresses."""
        names = {_stem(address) for address in addresses}
        try:
            return sorted(
                path for path in self._folder.iterdir() if _NAME.fullmatch(path.stem) and path.stem not in names
            )
        except OSError:
            return []

    def path(self, address: str) -> Path:
        """The file of a source's items."""
        return self._folder / file_name(address)

    def _state_path(self, address: str) -> Path:
        return self.path(address).with_suffix(".json")


def fetched_files(folder: Path) -> list[Path]:
    """The files of items in a folder, the smallest first."""
    try:
        found = [path for path in folder.iterdir() if path.suffix == ".ndjson"]
        return sorted(found, key=lambda path: (path.stat().st_size, path.name))
    except OSError:
        return []


def file_name(address: str) -> str:
    """The name of the file of a source's items."""
    return f"{_stem(address)}.ndjson"


def _stem(address: str) -> str:
    return hashlib.sha256(address.encode("utf-8", "replace")).hexdigest()[:24]


def addresses_of(path: str) -> list[str]:
    """The addresses that a digest's path may be of: an address may hold a `#`, too."""
    parts = path.split("#")
    return ["#".join(parts[:end]) for end in range(1, len(parts) + 1)]


def damaged_lines(path: Path) -> int:
    """How many lines of a file of items cannot be read; one that was cut short at the end does not count. Raises
    `store.unreadable`."""
    try:
        with path.open("rb") as file:
            return sum(not _is_sound(line[:-1]) for line in file if line.endswith(b"\n") and line != b"\n")
    except FileNotFoundError:
        return 0
    except OSError as error:
        raise store_error(error, path) from error


def _is_sound(line: bytes) -> bool:
    try:
        fields = fields_of(line)
        return fields["v"] > ITEM_VERSION or bool(_item(fields))
    except (ValueError, LookupError, TypeError):
        return False


def _line(item: SaidItem) -> bytes:
    fields = {"v": ITEM_VERSION, **item._asdict()}
    return sealed(orjson.dumps(fields)) + b"\n"


def _item(fields: dict[str, object]) -> SaidItem:
    made = SaidItem(**{name: fields[name] for name in SaidItem._fields})  # type: ignore[arg-type]
    if list(map(type, made)) != [str, str, str, str, bool]:
        raise ValueError(made.id)
    return made
