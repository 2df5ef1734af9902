"""What the user does, one JSON object a line, appended and fsynced; one file a machine, never rewritten.

A line that a crash cut short was never reported as saved: it is passed over, and the next event starts a new line.
"""

from __future__ import annotations

import os
import stat
import zlib
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from tui_digest.clock import now
from tui_digest.errors import StoreError
from tui_digest.files import ends_torn, make_private, set_aside, store_error, sync_folder
from tui_digest.store.events import EVENT_VERSION, LINE, Event, NewerError, lines_with, read_line, rescued
from tui_digest.store.lock import hold
from tui_digest.store.machine import known_name, make_machine_name, meant_name, restore_machine_name
from tui_digest.store.machine_place import MachineName
from tui_digest.store.seal import holds

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping
    from pathlib import Path

    from tui_digest.store.events import Part

_SUFFIX = ".ndjson"


class Journal:
    """The folder of journals: reads the tails of all of them, appends to this machine's own."""

    def __init__(self, folder: Path, machine_file: Path, lock: Path, clock: Callable[[], float] = now) -> None:
        self.folder = folder
        self._machine_file = machine_file
        self._lock = lock
        self._clock = clock
        self._named = known_name(machine_file, folder)
        self.latest = 0
        """The latest moment of any event known."""
        self.offsets: dict[str, int] = {}
        """How far each journal was read, in bytes, up to the end of a whole line."""
        self.ends: dict[str, tuple[int, int]] = {}
        """The last line read of each journal, where it starts and its CRC: tells whether the journal is still that."""
        self.tell: Callable[[StoreError], object] = lambda error: None
        """Called with what is to be said of damaged lines."""
        self.unread: dict[str, int] = {}
        """How many bytes of other machines' journals `tails` left for later."""
        self._looked: tuple[set[str], dict[str, int]] = (set(), {})
        """The papers that `unread_on` looked for last, and how far each journal was looked through for them."""
        self._damaged_lines: dict[str, int] = {}
        self._damaged_told: dict[str, int] = {}

    @property
    def machine(self) -> str | None:
        """This machine's name in the journals; None before its first event."""
        return self._named.name

    @machine.setter
    def machine(self, name: str) -> None:
        self._named = MachineName(name, placed=True, noted=True)

    @property
    def inherited(self) -> Mapping[str, int]:
        """The journals of the homes that this one was copied from, if it was, the earliest first, and up to which byte
        their acts can be undone here."""
        return dict(self._named.inherited)

    def _is_own(self, machine: str) -> bool:
        """Whether that is this machine's journal, or that of a home which this one was copied from."""
        return machine == self._named.name or machine in self.inherited

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

    def mend_machine(self, damaged: Path) -> list[StoreError]:
        """Where the file with this machine's name is damaged it is moved to `damaged`, and made again if the journals
        tell the name; returns what is to be said of it. Raises `store.unreadable`."""
        journals, named = self.sizes(), self._named
        path = self._machine_file
        if named.name in journals and not named.placed:
            return []
        name = meant_name(path, journals)
        if name is None:
            return []
        name = (named.name or name) if named.placed else name
        self._named = named._replace(name=name or None)
        error = set_aside(path, damaged)
        if error.message_id != "store.damaged":
            return [error]
        if name:
            with suppress(StoreError):  # the next start tries it again
                restore_machine_name(path, self._lock, name)
        return [StoreError("store.machine" if name else "store.machine_lost", path=path, kept=error.details["kept"])]

    def go_on_from(self, offsets: dict[str, int], ends: dict[str, tuple[int, int]]) -> list[Path]:
        """What is before these offsets is known, where the journals are still those; returns the others."""
        self.offsets, self.ends = offsets, ends
        sizes = self.sizes()
        changed = [name for name, end in offsets.items() if end > sizes.get(name, 0) or not self._stands(name, end)]
        for name in changed:
            del offsets[name]
        return [self.path(name) for name in changed]

    def tails(self, most: int | None = None) -> list[tuple[str, Event]]:
        """What was appended since the last look, (machine, event), each journal in its own order. Of every other
        machine's journal no more than the lines that begin within `most` bytes, where that is given; what is left is
        `unread`.

        Raises `store.newer` for an event that only a newer version understands.
        """
        found: list[tuple[str, Event]] = []
        self.unread = {}
        kept = dict(self.offsets), dict(self.ends)
        try:
            for machine, (known, size) in self._grown().items():
                own = self._is_own(machine)
                if most == 0 and not own:
                    self.unread[machine] = size - known
                else:
                    events = self._read_on(machine, known, None if own else most)
                    found += [(machine, event) for event in events]
        except StoreError:
            self.offsets, self.ends = kept  # nobody is told what was read of the others: it is read again
            raise
        return found

    def _grown(self) -> dict[str, tuple[int, int]]:
        """The journals that have more than was read, by machine: how far each was read, and its length."""
        sizes = self.sizes()
        if sizes and self.machine is None:  # another window may have made our first event
            self._named = known_name(self._machine_file, self.folder)
        grown = {}
        for machine, size in sorted(sizes.items()):
            known = self.offsets.get(machine, 0)
            if size < known:  # replaced by an older copy: read it again, events already known change nothing
                known = 0
            if size > known:
                grown[machine] = (known, size)
        return grown

    def may_wait(self, least: int) -> bool:
        """Whether what other machines appended since the last look is more than so many bytes, and may be read later:
        all its lines are such as this version writes. What is damaged or newer is to be known at once."""
        grown = self._grown().items()
        tails = [self._from(machine, known) for machine, (known, _) in grown if not self._is_own(machine)]
        if sum(map(len, tails)) <= least:
            return False
        return all(tail.startswith(LINE) and tail.count(b"\n" + LINE) == tail.count(b"\n", 0, -1) for tail in tails)

    def unread_on(self, keys: Collection[str]) -> list[tuple[str, Event]]:
        """The acts on any of these papers among those that are `unread`, like `tails`, which will have them as well.
        Asked again about the same papers, only those that were appended since."""
        found: list[tuple[str, Event]] = []
        known_keys, looked = self._looked
        looked = dict(looked) if known_keys == keys else {}
        for machine, (known, _) in self._grown().items() if self.unread else ():
            if machine in self.unread:
                known = max(known, looked.get(machine, 0))
                data = self._from(machine, known)
                looked[machine] = known + data.rfind(b"\n") + 1
                for line in lines_with(data, keys):
                    found += [(machine, event) for event in self._events(line, machine, 0)[0]]
        self._looked = ({*keys}, looked)
        self.latest = max([self.latest, *(event.at for _, event in found)])
        return found

    def _from(self, machine: str, known: int) -> bytes:
        """What stands in a journal behind that; all of it, where it is not any more what was read."""
        return self._read(machine, known if self._stands(machine, known) else 0)[0]

    def _read(self, machine: str, offset: int, most: int | None = None) -> tuple[bytes, int]:
        """What stands in a journal from there on, or the lines that begin within `most` bytes, and how much is left."""
        path = self.path(machine)
        try:
            with path.open("rb") as file:
                file.seek(offset)
                data = file.read(-1 if most is None else most)
                data += b"" if data.endswith(b"\n") else file.readline()
                return data, max(0, os.fstat(file.fileno()).st_size - offset - len(data))
        except FileNotFoundError:
            return b"", 0
        except OSError as error:
            raise StoreError("store.unreadable", path=path, reason=error.strerror or error) from error

    def new_id(self) -> str:
        """An id for an event that is still to be appended; others may be appended in between, so it is not made of the
        moment alone. Raises like `writing`."""
        return f"{self._own_name()}-{self.next_moment()}-{os.urandom(3).hex()}"

    def events(self) -> list[tuple[str, Event]]:
        """Every act of every machine, (machine, event), the oldest first. Raises `store.newer`, `store.unreadable`."""
        kept = dict(self.offsets), dict(self.ends), dict(self._damaged_lines), dict(self._damaged_told)
        found = [(machine, event) for machine in self.sizes() for event in self._read_on(machine, 0)]
        self.offsets, self.ends, self._damaged_lines, self._damaged_told = kept
        return sorted(found, key=lambda pair: (pair[1].at, pair[0]))

    def event_at(self, offset: int, event_id: str) -> Event | None:
        """The event with that id, if its line starts there in the journal of this machine, or, by its id, of a home
        that this one was copied from."""
        machine = next((name for name in self.inherited if event_id.startswith(f"{name}-")), self.machine)
        if machine is None:
            return None
        try:
            with self.path(machine).open("rb") as file:
                file.seek(offset)
                found, _ = self._events(file.readline(), machine, offset)
        except OSError:
            return None
        return found[0] if found and found[0].id == event_id else None

    @contextmanager
    def writing(self) -> Iterator[Appender]:
        """This machine's journal, held against other processes; read the tails inside before deciding anything."""
        machine = self._own_name()
        path = self.path(machine)
        make_private(self.folder)
        descriptor = self._held(path)
        try:
            yield Appender(self, machine, path, descriptor)
        finally:
            os.close(descriptor)

    def _own_name(self) -> str:
        """This machine's name, made and noted where it is not."""
        if self._named.name is None:
            self._named = make_machine_name(self._machine_file, self.folder, self._lock)
        elif not self._named.noted:
            with suppress(StoreError):  # a later act notes it
                self._named = make_machine_name(self._machine_file, self.folder, self._lock, 0.0)
        assert self._named.name is not None
        return self._named.name

    def _held(self, path: Path) -> int:
        """The journal's file, open and locked. Another may have taken its place while we waited for the lock: what is
        written into a file without a name is lost."""
        while True:
            try:
                descriptor = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
            except OSError as error:
                raise store_error(error, path) from error
            try:
                if not stat.S_ISREG(os.fstat(descriptor).st_mode):  # a pipe would swallow it
                    raise StoreError("store.not_a_file", path=path)
                hold(descriptor, path)
                if _is_at(descriptor, path):
                    return descriptor
            except BaseException:
                os.close(descriptor)
                raise
            os.close(descriptor)

    def next_moment(self) -> int:
        """Now, or just after the latest event known: a wrong clock never makes an act older than what it answers."""
        self.latest = max(int(self._clock() * 1_000_000), self.latest + 1)
        return self.latest

    def path(self, machine: str) -> Path:
        """Where a machine's journal lies."""
        return self.folder / f"{machine}{_SUFFIX}"

    def _stands(self, machine: str, offset: int) -> bool:
        """Whether the journal still ends there with the line it ended with: an older copy of it, or one cut short,
        may have grown beyond that since."""
        if machine not in self.ends or not offset:
            return True
        start, known = self.ends[machine]
        try:
            with self.path(machine).open("rb") as file:
                file.seek(start)
                return zlib.crc32(file.read(offset - start)) == known
        except OSError:
            return True  # reading on will raise the error

    def _read_on(self, machine: str, offset: int, most: int | None = None) -> list[Event]:
        if not self._stands(machine, offset):
            offset = 0
        damaged = self._damaged_lines.get(machine, 0) if offset else 0
        data, left = self._read(machine, offset, most)
        events = []
        end = data.rfind(b"\n") + 1
        if not left and holds(data[end:-1]):  # a whole line whose end is another letter now
            end = len(data)
        start = 0
        while start < end:
            stop = data.find(b"\n", start) + 1 or end
            found, well = self._events(data[start:stop], machine, offset + start)
            damaged += not well
            for event in found:
                events.append(event)
                self.latest = max(self.latest, event.at)
            self.ends[machine] = (offset + start, zlib.crc32(data[start:stop]))
            start = stop
        self.offsets[machine] = offset + end
        self._damaged_lines[machine] = damaged
        if left:
            self.unread[machine] = left
        elif damaged != self._damaged_told.get(machine, 0):
            self._damaged_told[machine] = damaged
            if damaged:
                self.tell(StoreError("store.journal_lines", path=self.path(machine), n=damaged))
        return events

    def _events(self, line: bytes, machine: str, offset: int) -> tuple[list[Event], bool]:
        """What stands in a line: an event, nothing, or those that are left of a damaged one; whether it is well."""
        own = self._is_own(machine)
        try:
            event = read_line(line, offset, own=own)
            return [] if event is None else [event], True
        except NewerError as error:
            raise StoreError(
                "store.newer", path=self.path(machine), found=error.args[0], known=EVENT_VERSION
            ) from error
        except ValueError:
            return rescued(line, offset, own=own), False


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
            if not os.fstat(
                self._descriptor
            ).st_size:  # a journal just made must outlive a power cut, and its folder too
                sync_folder(self._path.parent)
                sync_folder(self._path.parent.parent)
            end = self._write(b"\n" + line if ends_torn(self._descriptor) else line)
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
            self._take_back(written)
            raise
        return os.lseek(self._descriptor, 0, os.SEEK_CUR)

    def _take_back(self, written: int) -> None:
        """Takes an event that did not reach the disk out of the journal again, so that it does not appear later. Raises
        `store.unsure` where the disk takes nothing at all any more; then the user is told that the act may count."""
        end = os.lseek(self._descriptor, 0, os.SEEK_CUR)
        if not written:
            return
        try:
            if os.fstat(self._descriptor).st_size == end:  # without locks, another process may have written after it
                os.ftruncate(self._descriptor, end - written)
                with suppress(OSError):  # it is gone for whoever reads now; after a power cut, by the disk's grace
                    os.fsync(self._descriptor)
                return
        except OSError:
            pass
        try:
            self._blank(end - written, end)
        except OSError as error:
            raise StoreError("store.unsure", path=self._path, reason=error.strerror or error) from error

    def _blank(self, start: int, end: int) -> None:
        """Makes an empty line of a part of the journal: whoever reads the journal passes it over."""
        descriptor = os.open(self._path, os.O_WRONLY | os.O_CLOEXEC)  # appending is all that the other one can
        try:
            os.pwrite(descriptor, b" " * (end - start - 1) + b"\n", start)
            with suppress(OSError):
                os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _is_at(descriptor: int, path: Path) -> bool:
    try:
        there = path.stat()
    except OSError:
        return False
    return os.path.samestat(os.fstat(descriptor), there)
