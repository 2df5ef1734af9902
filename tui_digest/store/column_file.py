"""The columns of all weeks in the cache: a file that weeks are appended to, and a small one that says which count.

`columns.bin` is the small one, put in place by a rename: the other's name (there may be two, `columns-0.bin` and
`columns-1.bin`, while one takes the other's place) and where in it the directory stands, which tells where each week
stands. What was written once is never written over. So who holds the file open goes on reading what was there, an
import writes its own weeks and a directory, and a writer that is killed leaves bytes that nobody asks for; when these
are the greater part, all is written anew into the other file.

Of a week only the papers' keys are in memory (while an import writes not even these: else it would hold more, the more
comes in); another column is read when it is asked for. It is never fsynced, and the disk may fail: each column has a
checksum, and one that is not what was written is made again of the week itself.
"""

from __future__ import annotations

import os
import struct
import weakref
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, suppress
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

import orjson

from tui_digest.errors import StoreError
from tui_digest.files import (
    Stamp,
    make_private,
    open_held,
    open_new,
    read_at,
    read_bytes,
    replace_file,
    temporary_beside,
    write_whole,
)
from tui_digest.store.columns import COLUMNS, COLUMNS_VERSION, DigestFacts, WeekColumns
from tui_digest.store.lock import hold
from tui_digest.store.seal import fields_of, sealed

if TYPE_CHECKING:
    from pathlib import Path

    Blocks = dict[str, tuple[Stamp, WeekColumns]]
    """The columns of each week, with the version of the shard that they were made from."""
    Again = Callable[[str], WeekColumns]
    """Makes the columns of a week of its shard. Raises `StoreError`."""

_HEADER = struct.Struct(f"<{2 * len(COLUMNS)}I")
"""What a week begins with: the lengths of its columns, and their checksums."""
_PLACES = {name: place for place, name in enumerate(COLUMNS)}
_NOT_IN_EVERY_WEEK = ("published", "updated")
_FIRST_LINE = 200
"""Bytes in which the first line of the large file ends."""
_SMALL = 1 << 18
"""Bytes that may lie there for nothing, whatever the size of the library."""


class _Data:
    """The large file, open; closed with the last who reads from it."""

    def __init__(self, number: int, token: str) -> None:
        self.number, self.token = number, token
        self.growing = False
        """Whether weeks are being written to it, whose keys are not kept in memory before they count."""
        weakref.finalize(self, os.close, number)


class HeldColumns(NamedTuple):
    """The columns as they were at a moment: they stay what they are, whatever others write."""

    file: _Data
    which: int
    """0 or 1: in which of the two files they are."""
    at: int
    """Where the directory stands."""
    length: int
    live: int
    """Bytes of the file that count."""

    @property
    def told(self) -> tuple[int, int, int]:
        """What another process, or `held_from`, needs to read them: the number of the open file, and where the
        directory stands in it."""
        return self.file.number, self.at, self.length


def held_from(told: tuple[int, int, int]) -> HeldColumns:
    """The columns that `HeldColumns.told` tells of. Raises OSError."""
    number, at, length = told
    return HeldColumns(_Data(os.dup(number), ""), 0, at, length, 0)


def data_files(path: Path) -> list[Path]:
    """The two places of the large file, of which mostly one is there; `path` is that of the small one."""
    return [path.with_name(f"{path.stem}-{which}{path.suffix}") for which in (0, 1)]


def open_columns(path: Path) -> HeldColumns | None:
    """The columns that count now; None where they are missing, damaged or of another version."""
    for _ in range(3):  # another may have put the other file in place after the small one was read
        try:
            head = fields_of((read_bytes(path) or b"").rstrip(b"\n"))
            if head.get("schema_version") != COLUMNS_VERSION:
                return None
            which, token = int(head["which"]), str(head["token"])
            if (number := open_held(data_files(path)[which])) is None:
                continue
            data = _Data(number, token)
            if read_at(number, _FIRST_LINE, 0).startswith(_first_line(token)):
                return HeldColumns(data, which, int(head["at"]), int(head["length"]), int(head["live"]))
        except (StoreError, OSError, ValueError, LookupError, TypeError, AttributeError):
            return None
    return None


def _first_line(token: str) -> bytes:
    return sealed(orjson.dumps({"schema_version": COLUMNS_VERSION, "token": token})) + b"\n"


class StoredColumns(Mapping[str, bytes]):
    """The packed columns of a week in a file: `WeekColumns.packed`. Its keys stay in memory, unless that is growing."""

    __slots__ = ("_again", "_at", "_header", "_keys", "_made", "_size", "_sum", "_week", "file")

    def __init__(
        self, file: _Data, at: int, header: bytes, keys: bytes, week: str, size: int, again: Again | None
    ) -> None:
        self.file = file
        self._at, self._header, self._week, self._size, self._again = at, header, week, size, again
        self._sum = self._sum_of(keys)
        self._keys = None if file.growing else keys
        self._made: Mapping[str, bytes] | None = None

    @property
    def failed(self) -> bool:
        """Whether a column was not what was written."""
        return self._made is not None

    @property
    def row(self) -> tuple[int, int, int]:
        """What the directory says of it: where it stands, the length of the keys, and the checksum of header and
        keys."""
        return self._at, _HEADER.unpack(self._header)[_PLACES["own_keys"]], self._sum

    @property
    def bytes_stored(self) -> int:
        """How many bytes of the file are this week's."""
        lengths: tuple[int, ...] = _HEADER.unpack(self._header)[: len(COLUMNS)]
        return _HEADER.size + sum(lengths)

    def __getitem__(self, name: str) -> bytes:
        if name == "own_keys":
            if (keys := self._keys) is None:
                keys = self._column(name)
                if not self.file.growing:
                    self._keys = keys
            return keys
        return self._column(name)

    def _column(self, name: str) -> bytes:
        if self._made is None:
            told, place = _HEADER.unpack(self._header), _PLACES[name]
            if not (length := told[place]):
                if name in _NOT_IN_EVERY_WEEK:
                    raise KeyError(name)
                return b""
            with suppress(OSError):
                found = read_at(self.file.number, length, self._at + _HEADER.size + sum(told[:place]))
                if len(found) == length and zlib.crc32(found) == told[len(COLUMNS) + place]:
                    return found
            self._made = self._make_again()
        return self._made[name]

    def _sum_of(self, keys: bytes) -> int:
        return zlib.crc32(keys, zlib.crc32(self._header))

    def __iter__(self) -> Iterator[str]:
        told = zip(COLUMNS, _HEADER.unpack(self._header), strict=False)
        return (name for name, length in told if length or name not in _NOT_IN_EVERY_WEEK)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def whole(self) -> bool:
        """Whether all is what was written; reads it all."""
        return all(self[name] is not None for name in self) and not self.failed

    def _make_again(self) -> Mapping[str, bytes]:
        if self._again is not None:
            with suppress(StoreError):
                made = self._again(self._week)
                if made.size == self._size and self._sum_of(made.packed["own_keys"]) == self._sum:
                    return made.packed
        # The week is another one by now, which is about to be noticed, or cannot be read, either: lines without words.
        lines = b"\n" * (self._size - 1)
        empty = dict.fromkeys(COLUMNS, lines) | {"hashes": bytes(4 * self._size), "flags": bytes(self._size)}
        for name in _NOT_IN_EVERY_WEEK:
            empty[name] = bytes(4 * self._size)
        nothing = DigestFacts(None, None, "", weekly=False, starter=False, path="", added=None, entries=self._size)
        return empty | {"lists": orjson.dumps([[], [[*nothing]], []]), "names": b""}


def load_blocks(
    place: Path | HeldColumns,
    known: Mapping[str, tuple[Stamp, WeekColumns]] = MappingProxyType({}),
    again: Again | None = None,
    *,
    only: str | None = None,
) -> Blocks:
    """The columns as they were last kept, with the version of the shard that each was made from; whatever is missing,
    damaged or of another version is simply not there. Weeks that `known` has in the same version are shared with it.
    Where nothing can make a column `again`, all of them are read and checked here. `only`: of that week alone."""
    try:
        held = place if isinstance(place, HeldColumns) else open_columns(place)
        return {} if held is None else _read_blocks(held, known, again, only)
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        return {}


def _read_blocks(
    held: HeldColumns, known: Mapping[str, tuple[Stamp, WeekColumns]], again: Again | None, only: str | None
) -> Blocks:
    found: Blocks = {}
    number = held.file.number
    for week, mtime, bytes_, inode, size, at, keys, crc in fields_of(read_at(number, held.length, held.at))["weeks"]:
        if only is not None and week != only:
            continue
        stamp = (mtime, bytes_, inode)
        if (mine := known.get(week)) is not None and mine[0] == stamp:
            found[week] = (stamp, WeekColumns(week, size, mine[1].packed))  # keys may be other papers' now
            continue
        data = read_at(number, _HEADER.size + keys, at)
        if zlib.crc32(data) != crc or len(data) != _HEADER.size + keys:
            continue
        packed = StoredColumns(held.file, at, data[: _HEADER.size], data[_HEADER.size :], week, size, again)
        if again is not None or packed.whole():
            found[week] = (stamp, WeekColumns(week, size, packed))
    return found


def save_blocks(path: Path, blocks: Mapping[str, tuple[Stamp, WeekColumns]], again: Again | None = None) -> None:
    """Keeps the columns for the next start, as far as the cache takes them. What was not in the file yet is from now on
    read from there."""
    ColumnWriter(path, again).finish(blocks)


class ColumnWriter:
    """Writes columns, week by week; they count when all are there. Nothing is raised: they can be made again."""

    def __init__(self, path: Path, again: Again | None = None) -> None:
        self._path, self._again = path, again
        self._out: int | None = None
        self._data: _Data | None = None
        self._which = self._at = 0
        self._temporary: Path | None = None
        """The file that is made anew."""
        self._failed = False

    def add(self, block: WeekColumns) -> None:
        """Puts the columns of a week into the file, from where they are read from now on: also its keys, before
        `finish`."""
        with suppress(StoreError, OSError):
            if not self._failed:
                self._failed = True  # unless all goes well
                if self._out is None:
                    self._begin()
                self._grow(True)
                self._put(block)
                self._failed = False

    def _grow(self, growing: bool) -> None:
        if self._data is not None:
            self._data.growing = growing

    def _put(self, block: WeekColumns) -> None:
        assert self._out is not None
        assert self._data is not None
        columns = [block.packed.get(name, b"") for name in COLUMNS]
        header = _HEADER.pack(*map(len, columns), *map(zlib.crc32, columns))
        write_whole(self._out, b"".join([header, *columns]))
        packed = StoredColumns(self._data, self._at, header, columns[0], block.week, block.size, self._again)
        self._at += packed.bytes_stored
        block.packed = packed

    def _begin(self) -> None:
        """Opens the file to append to, or begins another."""
        make_private(self._path.parent)
        held = open_columns(self._path)
        if held is not None and os.fstat(held.file.number).st_size <= 2 * held.live + _SMALL:
            place = data_files(self._path)[held.which]
            self._out = os.open(place, os.O_WRONLY | os.O_APPEND | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOFOLLOW)
            hold(self._out, place, 0.0)  # two that append at once would not know where their weeks stand
            now = os.fstat(self._out)
            if os.path.samestat(now, os.fstat(held.file.number)):
                self._data, self._which, self._at = held.file, held.which, now.st_size
                return
            os.close(self._out)
        self._which = int(data_files(self._path)[0].is_dir()) if held is None else 1 - held.which
        token = os.urandom(8).hex()
        self._temporary = temporary_beside(data_files(self._path)[self._which])
        self._out = open_new(self._temporary)
        write_whole(self._out, first := _first_line(token))
        if (number := open_held(self._temporary)) is None:
            raise StoreError("store.failed", path=self._path, reason="")
        self._data, self._at = _Data(number, token), len(first)

    def finish(self, blocks: Mapping[str, tuple[Stamp, WeekColumns]]) -> None:
        """Makes these weeks count, and no others; those that are not in the file yet are put there first."""
        with closing(self), suppress(StoreError, OSError):
            if self._out is None:
                self._begin()
            self._grow(False)
            if not self._failed:
                for _, block in blocks.values():
                    if not self._holds(block):
                        self._put(block)
                self._count(blocks)

    def close(self) -> None:
        """Ends writing; what `finish` did not make count is never asked for."""
        self._grow(False)
        if self._temporary is not None:
            self._temporary.unlink(missing_ok=True)
        if self._out is not None:
            os.close(self._out)
        self._out = self._temporary = None

    def _holds(self, block: WeekColumns) -> bool:
        packed, data = block.packed, self._data
        if not isinstance(packed, StoredColumns) or data is None:
            return False
        return packed.file.token == data.token and not packed.failed

    def _count(self, blocks: Mapping[str, tuple[Stamp, WeekColumns]]) -> None:
        assert self._out is not None
        assert self._data is not None
        rows, live = [], 0
        for week, (stamp, block) in blocks.items():
            assert isinstance(block.packed, StoredColumns)
            rows.append([week, *stamp, block.size, *block.packed.row])
            live += block.packed.bytes_stored
        directory = sealed(orjson.dumps({"weeks": rows}))
        write_whole(self._out, directory)
        if self._temporary is not None:
            self._temporary.replace(data_files(self._path)[self._which])
            self._temporary = None
        head = {
            "schema_version": COLUMNS_VERSION, "which": self._which, "token": self._data.token, "at": self._at,
            "length": len(directory), "live": live + len(directory),
        }  # fmt: skip
        replace_file(self._path, sealed(orjson.dumps(head)) + b"\n", durable=False)
        data_files(self._path)[1 - self._which].unlink(missing_ok=True)
