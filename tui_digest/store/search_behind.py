"""What stands behind each frequent word: a file beside the search index, made by the process that keeps house.

Whether two frequent words follow each other stands in the codes of all texts (`search_codes`), twelve megabytes of a
hundred thousand entries. Here, for each word that has a code of its own in a part, the codes of the words behind it
stand together, and to which entries and fields they belong: to find a phrase a seventieth of the bytes is read. It is
of large parts alone, which never change and are never taken out of their index; the others are looked through as ever,
and so are all where the file is missing, damaged, or of another index.
"""

from __future__ import annotations

import os
import struct
import weakref
import zlib
from bisect import bisect_right
from contextlib import suppress
from itertools import chain, repeat
from typing import TYPE_CHECKING, NamedTuple

import orjson

from tui_digest.errors import StoreError
from tui_digest.files import open_held, read_at, replace_file, stamp
from tui_digest.store.seal import fields_of, sealed
from tui_digest.store.search_codes import ENTRIES_CODE, FIELD_BITS, FIELDS_CODE, FIRST_OWN, codes_of
from tui_digest.store.search_text import Stopped

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Collection, Iterator
    from collections.abc import Set as AbstractSet
    from pathlib import Path

    from tui_digest.files import Stamp

_VERSION = 2

_BLOCK = 32
"""Entries whose numbers differ in five bits only: with that of the field they are a byte."""

_WORTH = 16
"""It is made anew when one of so many entries of large parts is not in it."""

_END = struct.Struct("<Q")
"""At the end of the file: how long its table of contents is, which stands before."""


class _Area(NamedTuple):
    """What stands behind a word: by place where it stands."""

    behind: bytes
    """The code of the next word, or of what parts texts of a field."""
    low: bytes
    """The lowest byte of the entry's number and the field's."""
    blocks: tuple[int, ...]
    """Which place is the first one of each `_BLOCK` entries."""

    def places(self, codes: Collection[int]) -> Iterator[int]:
        """The places, as `Behind.places` has them, at which one of these codes stands behind the word; some of them
        more than once."""
        low, blocks = self.low, self.blocks
        for at in _found(self.behind, codes):
            yield ((bisect_right(blocks, at) - 1) * _BLOCK << FIELD_BITS) + low[at]


def _found(data: bytes, codes: Collection[int]) -> Iterator[int]:
    """Where these bytes stand. A pattern for each part would take longer to compile than to find them."""
    wanted = bytes(codes)
    if len(wanted) > 1:
        data, wanted = data.translate(bytes(code in codes for code in range(256))), b"\1"
    at = data.find(wanted)
    while at >= 0:
        yield at
        at = data.find(wanted, at + 1)


class _Part(NamedTuple):
    """Where a part stands: first a table of each area's size and checksum, with a checksum of its own, then the areas
    of its words in the order of their codes."""

    at: int
    words: int
    blocks: int
    """How many blocks of entries it has."""


class Behind:
    """The file, open for reading. Raises OSError, ValueError, LookupError or TypeError where it is none or damaged."""

    def __init__(self, path: Path, index: int) -> None:
        """`index` is the number of the index that it must be of."""
        found = open_held(path)
        if found is None:
            raise FileNotFoundError(path)
        self._file = found
        weakref.finalize(self, os.close, found)  # whoever still asks it may go on
        self._parts = self._read(index)
        self._last: tuple[_Part, list[int]] | None = None
        """The latest part that was asked for, and its table."""

    def _read(self, index: int) -> dict[int, _Part]:
        size = os.fstat(self._file).st_size
        (length,) = _END.unpack(read_at(self._file, _END.size, size - _END.size))
        if length > size:
            raise ValueError(length)
        told = fields_of(read_at(self._file, length, size - _END.size - length))
        if (told["version"], told["index"]) != (_VERSION, index):
            raise ValueError(index)
        return {part: _Part(*place) for part, *place in told["parts"]}

    @property
    def parts(self) -> AbstractSet[int]:
        """The parts that it has."""
        return self._parts.keys()

    def places(self, part: int, first: Collection[int], second: Collection[int]) -> set[int] | None:
        """The places of a part, which are fields of an entry, in which a word with one of the second codes stands
        behind one with one of the first, codes that one word has of its own: each as the entry's number with the
        field's in the last `FIELD_BITS`. None where that is not known."""
        try:
            areas = self._areas(self._parts[part], first)
        except (OSError, ValueError, LookupError, struct.error):
            return None
        return {*chain.from_iterable(area.places(second) for area in areas)}

    def _areas(self, part: _Part, codes: Collection[int]) -> list[_Area]:
        if self._last is None or self._last[0] != part:
            self._last = part, self._table(part)
        told, found = self._last[1], []
        for number in (code - FIRST_OWN for code in codes):
            place = part.at + 8 * part.words + 4 + sum(told[:number])
            data = read_at(self._file, told[number], place)
            if zlib.crc32(data) != told[part.words + number]:
                raise ValueError(part)
            places = (len(data) - 4 * part.blocks) // 2
            blocks = struct.unpack_from(f"<{part.blocks}I", data, 2 * places)
            found.append(_Area(data[:places], data[places : 2 * places], blocks))
        return found

    def _table(self, part: _Part) -> list[int]:
        """The sizes of a part's areas, and their checksums."""
        table = read_at(self._file, 8 * part.words + 4, part.at)
        *told, check = struct.unpack(f"<{2 * part.words + 1}I", table)
        if zlib.crc32(table[:-4]) != check:
            raise ValueError(part)
        return told


class BehindBeside:
    """The file as it is: looked at whenever it is asked for."""

    def __init__(self, index: Path) -> None:
        """`index` is where the search index lies."""
        self._path = behind_path(index)
        self._seen: Stamp | None = None
        self._open: Behind | None = None

    def get(self, number: int) -> Behind | None:
        """The file of the index with this number, or None."""
        found = None
        with suppress(StoreError):
            found = stamp(self._path)
        if found != self._seen:
            self._open, self._seen = None, found
            if found is not None and number:
                with suppress(OSError, ValueError, LookupError, TypeError, struct.error):
                    self._open = Behind(self._path, number)
        return self._open


def behind_path(index: Path) -> Path:
    """Where it lies, beside the search index."""
    return index.with_name(f"{index.stem}-behind.bin")


def keep_behind(connection: sqlite3.Connection, index: Path, least: int, stop: Callable[[], bool]) -> bool:
    """Makes the file of an open index, of its parts of `least` entries and more; False where there was nothing to do.
    Raises `Stopped`, `StoreError` and `sqlite3.Error`, and then what was there is as it was."""
    (number,) = connection.execute("PRAGMA user_version").fetchone()
    large = dict(connection.execute("SELECT part, entries FROM parts WHERE entries >= ?", (least,)))
    known = BehindBeside(index).get(number)
    missing = large.keys() - (known.parts if known is not None else ())
    if not number or sum(map(large.__getitem__, missing)) * _WORTH <= sum(large.values()):
        return False
    replace_file(behind_path(index), _pieces(connection, number, sorted(large), stop), durable=False)
    return True


def _pieces(
    connection: sqlite3.Connection, number: int, parts: Collection[int], stop: Callable[[], bool]
) -> Iterator[bytes]:
    told, at = [], 0
    for part in parts:
        if stop():
            raise Stopped
        ask = "SELECT own, entries FROM codes WHERE part = ?"
        own, codes = connection.execute(ask, (part,)).fetchone()
        areas = [*_areas_of(codes.split(ENTRIES_CODE), len(codes_of(own)))]
        table = struct.pack(f"<{2 * len(areas)}I", *map(len, areas), *map(zlib.crc32, areas))
        made = b"".join([table, struct.pack("<I", zlib.crc32(table)), *areas])
        told.append([part, at, len(areas), codes.count(ENTRIES_CODE) // _BLOCK + 1])
        at += len(made)
        yield made
    contents = sealed(orjson.dumps({"version": _VERSION, "index": number, "parts": told}))
    yield contents + _END.pack(len(contents))


def _areas_of(entries: list[bytes], own: int) -> Iterator[bytes]:
    """The areas of the first words, as they are kept, given the codes of each entry."""
    behind, low = ([bytearray() for _ in range(256)] for _ in range(2))
    ends: list[list[int]] = []
    add, behind_of, low_of = bytearray.append, behind.__getitem__, low.__getitem__
    for first in range(0, len(entries), _BLOCK):
        ends.append([*map(len, low)])
        for number, entry in enumerate(entries[first : first + _BLOCK]):
            for field, codes in enumerate(entry.split(FIELDS_CODE), number << FIELD_BITS):
                followed = codes[:-1]
                any(map(add, map(behind_of, followed), codes[1:]))
                any(map(add, map(low_of, followed), repeat(field)))
    for code in range(FIRST_OWN, FIRST_OWN + own):
        blocks = struct.pack(f"<{len(ends)}I", *(each[code] for each in ends))
        yield bytes(behind[code] + low[code]) + blocks
