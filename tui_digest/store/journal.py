"""What the reader does, one JSON object a line, appended and fsynced; one file a machine, never rewritten.

A line cut short by a crash was never promised to anyone: it is passed over, and the next event starts a new line.
"""

from __future__ import annotations

import os
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, NamedTuple

import orjson

from tui_digest.errors import StoreError
from tui_digest.store.files import make_private, read_bytes, replace_file, store_error, write_whole
from tui_digest.store.lock import hold, locked

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

EVENT_VERSION = 1

OPERATIONS = ("set", "undo", "redo")

_SUFFIX = ".ndjson"


class Event(NamedTuple):
    """One act: these papers' field has this value from this moment on."""

    id: str
    at: int
    """Microseconds since 1970; in one journal every event is later than the one before."""
    op: str
    """`set`, `undo` or `redo`; each says in full what is true after it."""
    field: str
    value: bool
    keys: tuple[str, ...]
    of: str | None = None
    """The event that is undone or done again."""
    offset: int = 0
    """Where its line starts in its journal, in bytes."""


class Journal:
    """The folder of journals: reads the tails of all of them, appends to this machine's own."""

    def __init__(self, folder: Path, machine_file: Path, lock: Path, clock: Callable[[], float] = time.time) -> None:
        self.folder = folder
        self._machine_file = machine_file
        self._lock = lock
        self._clock = clock
        self._machine = _machine_id(machine_file)
        self.latest = 0
        """The latest moment of any event known."""
        self.offsets: dict[str, int] = {}
        """How far each journal was read, in bytes, up to the end of a whole line."""
        self.damaged_lines: dict[str, int] = {}
        """Lines that no version of this program wrote, by journal."""

    @property
    def machine(self) -> str | None:
        """This machine's name in the journals; None before its first event."""
        return self._machine

    def sizes(self) -> dict[str, int]:
        """Every journal there is, and its length in bytes."""
        try:
            with os.scandir(self.folder) as entries:
                return {e.name[: -len(_SUFFIX)]: e.stat().st_size for e in entries if e.name.endswith(_SUFFIX)}
        except FileNotFoundError:
            return {}
        except OSError as error:
            raise StoreError("store.unreadable", path=self.folder, reason=error.strerror or error) from error

    def tails(self) -> list[tuple[str, Event]]:
        """What was appended since the last look, (machine, event), each journal in its own order.

        Raises `store.newer` for an event that only a newer version understands.
        """
        found: list[tuple[str, Event]] = []
        sizes = self.sizes()
        if sizes and self._machine is None:  # another window may have made our first event
            self._machine = _machine_id(self._machine_file)
        for machine, size in sorted(sizes.items()):
            known = self.offsets.get(machine, 0)
            if size < known:  # replaced by an older copy: read it again, events already known change nothing
                known = 0
            if size > known:
                found += [(machine, event) for event in self._read_on(machine, known)]
        return found

    def event_at(self, offset: int) -> Event | None:
        """The event of this machine's journal whose line starts there; None where there is none."""
        if self._machine is None:
            return None
        try:
            with self._path(self._machine).open("rb") as file:
                file.seek(offset)
                return self._event(file.readline(), self._machine, offset)
        except OSError:
            return None

    @contextmanager
    def writing(self) -> Iterator[Appender]:
        """This machine's journal, held against other processes; read the tails inside before deciding anything."""
        if self._machine is None:
            self._machine = _make_machine_id(self._machine_file, self._lock)
        path = self._path(self._machine)
        make_private(self.folder)
        try:
            descriptor = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise store_error(error, path) from error
        try:
            hold(descriptor, path)
            yield Appender(self, self._machine, path, descriptor)
        finally:
            os.close(descriptor)

    def next_moment(self) -> int:
        """Now, or just after the latest event known: a wrong clock never makes an act older than what it answers."""
        self.latest = max(int(self._clock() * 1_000_000), self.latest + 1)
        return self.latest

    def _path(self, machine: str) -> Path:
        return self.folder / f"{machine}{_SUFFIX}"

    def _read_on(self, machine: str, offset: int) -> list[Event]:
        path = self._path(machine)
        try:
            with path.open("rb") as file:
                file.seek(offset)
                data = file.read()
        except FileNotFoundError:
            return []
        except OSError as error:
            raise StoreError("store.unreadable", path=path, reason=error.strerror or error) from error
        events = []
        end = data.rfind(b"\n") + 1
        start = 0
        while start < end:
            stop = data.index(b"\n", start) + 1
            event = self._event(data[start:stop], machine, offset + start)
            if event is not None:
                events.append(event)
                self.latest = max(self.latest, event.at)
            start = stop
        self.offsets[machine] = offset + end
        return events

    def _event(self, line: bytes, machine: str, offset: int) -> Event | None:
        try:
            fields: dict[str, Any] = orjson.loads(line)
            version = fields["v"]
            if type(version) is int and version > EVENT_VERSION:
                path = self._path(machine)
                raise StoreError("store.newer", path=path, found=version, known=EVENT_VERSION)
            event = Event(
                id=fields["id"],
                at=int(fields["at"]),
                op=fields["op"],
                field=fields["field"],
                value=bool(fields["value"]),
                keys=tuple(fields["keys"]),
                of=fields.get("of"),
                offset=offset,
            )
            if event.op in OPERATIONS and all(isinstance(key, str) for key in event.keys):
                return event
        except (ValueError, LookupError, TypeError, AttributeError):
            if not line.strip() or line.startswith(b'{"v":'):  # the head of an event that a crash cut short
                return None
        self.damaged_lines[machine] = self.damaged_lines.get(machine, 0) + 1
        return None


class Appender:
    """This machine's journal, open and held; made by `Journal.writing`."""

    def __init__(self, journal: Journal, machine: str, path: Path, descriptor: int) -> None:
        self._journal = journal
        self._machine = machine
        self._path = path
        self._descriptor = descriptor

    def append(self, op: str, field: str, value: bool, keys: tuple[str, ...], of: str | None = None) -> Event:
        """Puts the event on disk, fsynced, before it returns.

        Raises `store.full`, `store.readonly` or `store.failed`, and then the journal is as it was.
        """
        journal = self._journal
        at = journal.next_moment()
        event_id = f"{self._machine}-{at}"
        fields: dict[str, Any] = {"v": EVENT_VERSION, "id": event_id, "at": at, "op": op}
        fields |= {"field": field, "value": value, "keys": keys}
        if of is not None:
            fields["of"] = of
        line = orjson.dumps(fields) + b"\n"
        try:
            size = os.fstat(self._descriptor).st_size
            start = size
            if size and os.pread(self._descriptor, 1, size - 1) != b"\n":
                line = b"\n" + line
                start += 1
            self._write(line, size)
        except OSError as error:
            raise store_error(error, self._path) from error
        journal.offsets[self._machine] = size + len(line)
        return Event(event_id, at, op, field, value, keys, of, start)

    def _write(self, line: bytes, size: int) -> None:
        try:
            write_whole(self._descriptor, line)
            os.fsync(self._descriptor)
        except BaseException:
            with suppress(OSError):  # a cut line would be left then, which every reader passes over
                os.ftruncate(self._descriptor, size)  # what did not reach the disk must not appear later
            raise


def _machine_id(path: Path) -> str | None:
    data = read_bytes(path)
    name = "" if data is None else data.decode("ascii", "replace").strip()
    return name if name.isalnum() and name.isascii() else None


def _make_machine_id(path: Path, lock: Path) -> str:
    with locked(lock):
        name = _machine_id(path)
        if name is None:
            name = os.urandom(6).hex()
            replace_file(path, name.encode() + b"\n")
        return name
