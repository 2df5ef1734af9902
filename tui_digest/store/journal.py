"""What the reader does, one JSON object a line, appended and fsynced; one file a machine, never rewritten.

A line cut short by a crash was never promised to anyone: it is passed over, and the next event starts a new line.
"""

from __future__ import annotations

import os
import stat
import time
import zlib
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, NamedTuple

import orjson

from tui_digest.errors import StoreError
from tui_digest.models import Change
from tui_digest.store.files import ends_torn, make_private, read_bytes, replace_file, store_error, sync_folder
from tui_digest.store.lock import hold, locked

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

EVENT_VERSION = 1

OPERATIONS = ("set", "undo", "redo")

LIBRARY_FIELDS = ("import", "remove")
"""Fields whose keys are digests: acts on the library, not on a paper's marks."""

VIEW = "view:"
"""Before the name of a saved view, it makes the view's field; its key is the query's text behind `QUERY`."""

_SUFFIX = ".ndjson"

Value = bool | str | None
"""What a field has: true or false, the text of a note, or None for no note."""


class Part(NamedTuple):
    """One field set on some papers (or digests), within an act."""

    field: str
    """`read`, `starred`, `tag:NAME`, `note`, `view:NAME`, `import` or `remove`."""
    value: Value
    keys: tuple[str, ...]
    was: str | None = None
    """The note that this one took the place of."""


class Event(NamedTuple):
    """One act: from this moment on these papers' fields have these values."""

    id: str
    at: int
    """Microseconds since 1970; in one journal every event is later than the one before."""
    op: str
    """`set`, `undo` or `redo`; each says in full what is true after it."""
    parts: tuple[Part, ...]
    """At least one; the first tells what kind of act it was."""
    of: str | None = None
    """The event that is undone or done again."""
    after: str | None = None
    """The event that this one goes on with: a note saved while it is written is one act."""
    entries: int = 0
    """How many entries an act on the library was about."""
    seen: tuple[tuple[str, int], ...] = ()
    """For a note: the latest moment of each machine's note on this paper that the writer had before the eyes."""
    offset: int = 0
    """Where its line starts in its journal, in bytes."""

    @property
    def field(self) -> str:
        """The first part's field."""
        return self.parts[0].field

    def line(self) -> bytes:
        """The event as it stands in a journal."""
        first, *more = self.parts
        fields: dict[str, Any] = {"v": EVENT_VERSION, "id": self.id, "at": self.at, "op": self.op}
        fields |= {"field": first.field, "value": first.value, "keys": first.keys}
        told = {"was": first.was, "of": self.of, "after": self.after}
        fields |= {name: value for name, value in told.items() if value is not None}
        if self.entries:
            fields["entries"] = self.entries
        if self.seen:
            fields["seen"] = dict(self.seen)
        if more:
            fields["more"] = [list(part) for part in more]
        return orjson.dumps(fields) + b"\n"


def event_of(fields: dict[str, Any], offset: int = 0) -> Event:
    """The event of a line's fields. Raises LookupError, TypeError or ValueError where they are not those of one."""
    more = [Part(str(field), value, tuple(keys), was) for field, value, keys, was in fields.get("more", ())]
    event = Event(
        id=fields["id"],
        at=int(fields["at"]),
        op=fields["op"],
        parts=(Part(fields["field"], fields["value"], tuple(fields["keys"]), fields.get("was")), *more),
        of=fields.get("of"),
        after=fields.get("after"),
        entries=int(fields.get("entries", 0)),
        seen=tuple((str(machine), int(at)) for machine, at in fields.get("seen", {}).items()),
        offset=offset,
    )
    for part in event.parts:
        well = isinstance(part.value, str | None) if part.field == "note" else isinstance(part.value, bool)
        if not (well and isinstance(part.field, str) and all(map(_is_key, part.keys))):
            raise ValueError(part)
    if event.op not in OPERATIONS or not isinstance(event.id, str):
        raise ValueError(event.op)
    return event


def change_of(parts: Sequence[Part], entries: int = 0) -> Change:
    """What an act changed, from what it set."""
    first, *others = parts
    if all(part.field.startswith(VIEW) for part in parts):  # one view, under a name or with a text in another's place
        return Change(*next((part for part in parts if part.value), first)[:3])
    return Change(first.field, first.value, first.keys, entries, sum(len(part.keys) for part in others))


def _is_key(key: object) -> bool:
    return isinstance(key, str) and "\n" not in key and "\t" not in key


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
        self.ends: dict[str, tuple[int, int]] = {}
        """The last line read of each journal, where it starts and its CRC: tells whether the journal is still that."""
        self.damaged_lines: dict[str, int] = {}
        """Lines that no version of this program wrote, by journal."""

    @property
    def machine(self) -> str | None:
        """This machine's name in the journals; None before its first event."""
        return self._machine

    @machine.setter
    def machine(self, name: str) -> None:
        self._machine = name

    def sizes(self) -> dict[str, int]:
        """Every journal there is, and its length in bytes."""
        try:
            with os.scandir(self.folder) as entries:
                return {
                    e.name[: -len(_SUFFIX)]: e.stat().st_size
                    for e in entries
                    if e.name.endswith(_SUFFIX) and e.is_file()
                }
        except FileNotFoundError:
            return {}
        except OSError as error:
            raise StoreError("store.unreadable", path=self.folder, reason=error.strerror or error) from error

    def oddities(self) -> list[Path]:
        """What stands in the place of the folder, of a journal or of the machine's name and is none, links aside."""
        if self.folder.is_symlink() or self.folder.is_dir():
            found = [path for path in self.folder.glob(f"*{_SUFFIX}") if not path.is_symlink() and not path.is_file()]
        else:
            found = [self.folder] if self.folder.exists() else []
        machine = self._machine_file
        return [*found, machine] if machine.exists() and not machine.is_file() else found

    def go_on_from(self, offsets: dict[str, int], ends: dict[str, tuple[int, int]]) -> list[Path]:
        """What is before these offsets is known, where the journals are still those; returns the others."""
        self.offsets, self.ends = offsets, ends
        sizes = self.sizes()
        changed = [name for name, end in offsets.items() if end > sizes.get(name, 0) or not self._stands(name, end)]
        for name in changed:
            del offsets[name]
        return [self._path(name) for name in changed]

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

    def new_id(self) -> str:
        """An id for an event that is still to be appended. Raises like `writing`."""
        if self._machine is None:
            self._machine = _make_machine_id(self._machine_file, self._lock)
        return f"{self._machine}-{self.next_moment()}"

    def events(self) -> list[tuple[str, Event]]:
        """Every act of every machine, (machine, event), the oldest first. Raises `store.newer`, `store.unreadable`."""
        kept = dict(self.offsets), dict(self.ends), dict(self.damaged_lines)
        found = [(machine, event) for machine in self.sizes() for event in self._read_on(machine, 0)]
        self.offsets, self.ends, self.damaged_lines = kept
        return sorted(found, key=lambda pair: (pair[1].at, pair[0]))

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
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):  # a pipe would swallow it
                raise StoreError("store.not_a_file", path=path)
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

    def _stands(self, machine: str, offset: int) -> bool:
        """Whether the journal still ends there with the line it ended with: an older copy of it, or one cut short,
        may have grown beyond that since."""
        if machine not in self.ends or not offset:
            return True
        start, known = self.ends[machine]
        try:
            with self._path(machine).open("rb") as file:
                file.seek(start)
                return zlib.crc32(file.read(offset - start)) == known
        except OSError:
            return True  # who reads on will say so

    def _read_on(self, machine: str, offset: int) -> list[Event]:
        path = self._path(machine)
        if not self._stands(machine, offset):
            offset = 0
        if not offset:
            self.damaged_lines.pop(machine, None)
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
            self.ends[machine] = (offset + start, zlib.crc32(data[start:stop]))
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
            return event_of(fields, offset)
        except (ValueError, LookupError, TypeError, AttributeError):
            cut = line.startswith(b'{"v":') and not line.endswith(b"}\n")
            if cut or not line.strip():  # the head of an event that a crash cut short, promised to nobody
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

    def append(self, op: str, parts: tuple[Part, ...], **more: Any) -> Event:
        """Puts the event on disk, fsynced, before it returns. `more`: other fields of `Event`.

        Raises `store.full`, `store.readonly` or `store.failed`, and then the journal is as it was.
        """
        journal = self._journal
        at = journal.next_moment()
        event = Event(more.pop("id", None) or f"{self._machine}-{at}", at, op, parts, **more)
        line = event.line()
        try:
            new = not os.fstat(self._descriptor).st_size
            end = self._write(b"\n" + line if ends_torn(self._descriptor) else line)
            if new:
                sync_folder(self._path.parent)  # a journal just made must outlive a power cut, too
        except OSError as error:
            raise store_error(error, self._path) from error
        start = end - len(line)
        if start == journal.offsets.get(self._machine, 0):
            journal.offsets[self._machine] = end
            journal.ends[self._machine] = (start, zlib.crc32(line))
        # else something stands before it that was not read: a cut line or, on a file system without locks, what another
        # process appended just now. The next look reads that, and this event once more, which changes nothing.
        return event._replace(offset=start)

    def _write(self, line: bytes) -> int:
        """Appends the line; returns where it ends."""
        written = 0
        try:
            while written < len(line):
                written += os.write(self._descriptor, line[written:])
            os.fsync(self._descriptor)
        except BaseException:
            with suppress(OSError):  # a cut line would be left then, which every reader passes over
                self._take_back(written)
            raise
        return os.lseek(self._descriptor, 0, os.SEEK_CUR)

    def _take_back(self, written: int) -> None:
        """What did not reach the disk must not appear later; unless, without locks, somebody has written after it."""
        end = os.lseek(self._descriptor, 0, os.SEEK_CUR)
        if written and os.fstat(self._descriptor).st_size == end:
            os.ftruncate(self._descriptor, end - written)


def _machine_id(path: Path) -> str | None:
    try:
        data = read_bytes(path)
    except StoreError as error:
        if error.message_id != "store.not_a_file":
            raise
        return None  # it is moved aside when the marks are loaded
    name = "" if data is None else data.decode("ascii", "replace").strip()
    return name if name.isalnum() and name.isascii() else None


def _make_machine_id(path: Path, lock: Path) -> str:
    with locked(lock):
        name = _machine_id(path)
        if name is None:
            name = os.urandom(6).hex()
            replace_file(path, name.encode() + b"\n")
        return name
