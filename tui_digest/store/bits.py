"""Sets of entries as whole numbers, bit n for entry n: united, cut and counted at the speed of memory."""

from __future__ import annotations

import itertools
import re
import sys
from array import array
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, overload

if TYPE_CHECKING:
    from collections.abc import Collection, Generator, Iterable

_NOT_ZERO = re.compile(rb"[^\0]", re.DOTALL)
_ONE = ord("1")
_ONES = re.compile("1")
_DIGITS = bytes.maketrans(b"\0\1", b"01")
_FLAGS = bytes.maketrans(b"01", b"\0\1")
_DENSE = 8
"""A set of more than one number in so many is listed faster digit by digit."""
_SHORT, _SHIFTED = 8192, 32
"""Below that number, up to so many are added to a set one by one; of larger ones each would move too many bytes."""
_DEARER = 4
"""A bitmap is made and read in a fraction of the time of a list of numbers, of two bytes each: it is taken up to twice
the size."""
_GATHERED = 8192
"""Numbers that become part of a set in one step."""
_STEP = 64
"""Bytes of a bitmap that are listed together."""

LARGEST = 1 << 24
"""No entry's number is as large: where a file says so, it is damaged, and a set of it would take all memory."""

Packed = int | bytes
"""As kept in a file: one entry's number; `,` and 16-bit numbers; or `#` and the bitmap, the lowest byte first."""


def bits_of(numbers: Collection[int]) -> int:
    """The set of these entries."""
    last = max(numbers, default=0)
    if len(numbers) <= (_SHIFTED if last < _SHORT else 4):  # as most words have
        bits = 0
        for number in numbers:
            bits |= 1 << number
        return bits
    digits = bytearray(b"0") * (last + 1)
    for number in numbers:
        digits[last - number] = _ONE
    return int(digits, 2)


def bits_from(flags: Iterable[object]) -> int:
    """The set of the places whose flag is true."""
    digits = bytes(map(bool, flags)).translate(_DIGITS)
    return int(digits[::-1], 2) if digits else 0


def flags_of(bits: int, length: int) -> bytes:
    """A byte a place, 1 for those of the set."""
    return bin(bits)[:1:-1].encode().translate(_FLAGS).ljust(length, b"\0")


class RowBits:
    """A set of rows that is made up of sets of weeks: a long number would be copied for each."""

    def __init__(self, rows: int) -> None:
        self._data = bytearray((rows >> 3) + 1)

    def add(self, start: int, bits: int) -> None:
        """Adds a set whose numbers count from a row on."""
        if bits:
            first, bits = start >> 3, bits << (start & 7)
            end = first + ((bits.bit_length() + 7) >> 3)
            bits |= int.from_bytes(self._data[first:end], "little")
            self._data[first:end] = bits.to_bytes(end - first, "little")

    @property
    def bits(self) -> int:
        """The whole set."""
        return int.from_bytes(self._data, "little")


def gathering(numbers: Sequence[int]) -> Generator[None, None, int]:
    """The set of many entries that are given in order, in steps."""
    found = RowBits(numbers[-1] if numbers else 0)
    for at in range(0, len(numbers), _GATHERED):
        some = numbers[at : at + _GATHERED]
        found.add(some[0], bits_of([number - some[0] for number in some]))
        yield
    return found.bits


def part_of(data: bytes, start: int, end: int) -> int:
    """Some rows of a set that is given as bytes, the lowest first, as a set of its own: a long number is not shifted
    for each."""
    return int.from_bytes(data[start >> 3 : (end >> 3) + 1], "little") >> (start & 7) & (1 << end - start) - 1


class RowSet(Sequence[int]):
    """A set as a list of its numbers in order, which is never made as a whole: a hundred thousand of them would cost
    more than finding them."""

    def __init__(self, bits: int) -> None:
        self.bits = bits
        self._count = bits.bit_count()
        self._near: tuple[int, list[int]] = (-1, [])
        """The latest piece that was listed."""

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[int]:
        if self._count * _DENSE > self.bits.bit_length():
            return itertools.compress(itertools.count(), flags_of(self.bits, 0))
        return numbers_of(self.bits)

    def __contains__(self, number: object) -> bool:
        return isinstance(number, int) and number >= 0 and bool(self.bits >> number & 1)

    @overload
    def __getitem__(self, index: int) -> int: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[int]: ...
    def __getitem__(self, index: int | slice) -> int | Sequence[int]:
        if isinstance(index, slice):
            start, stop, step = index.indices(self._count)
            if start == 0 and step == 1:
                return list(itertools.islice(self, stop))
            return [self[each] for each in range(start, stop, step)]
        if index < 0:
            index += self._count
        if not 0 <= index < self._count:
            raise IndexError(index)
        data, before = self._pieces
        piece = bisect_right(before, index) - 1
        if self._near[0] != piece:
            first = piece * _STEP
            numbers = numbers_of(int.from_bytes(data[first : first + _STEP], "little"))
            self._near = (piece, [first * 8 + number for number in numbers])
        return self._near[1][index - before[piece]]

    def place_of(self, number: int) -> int | None:
        """At which place a number stands."""
        return (self.bits & (1 << number) - 1).bit_count() if number in self else None

    @cached_property
    def _pieces(self) -> tuple[bytes, list[int]]:
        """The bitmap, and how many numbers stand before each piece of it."""
        data = self.bits.to_bytes((self.bits.bit_length() + 7) >> 3, "little")
        pieces = (data[first : first + _STEP] for first in range(0, len(data), _STEP))
        return data, [0, *itertools.accumulate(int.from_bytes(piece, "little").bit_count() for piece in pieces)]


def numbers_of(bits: int) -> Iterator[int]:
    """The entries of a set, in order."""
    for match in _NOT_ZERO.finditer(bits.to_bytes((bits.bit_length() + 7) >> 3, "little")):
        first, byte = match.start() << 3, match[0][0]
        while byte:
            low = byte & -byte
            yield first + low.bit_length() - 1
            byte ^= low


def pack(numbers: Sequence[int], bits: int | None = None) -> Packed:
    """A short form of a set, given as its numbers in order, and as a bitmap where that is at hand."""
    if len(numbers) == 1:
        return numbers[0]
    length = (numbers[-1] >> 3) + 1
    if _DEARER * len(numbers) < length:
        return _listed(numbers)
    return b"#" + (bits_of(numbers) if bits is None else bits).to_bytes(length, "little")


def pack_bits(bits: int) -> Packed:
    """The same, given only as a bitmap, which is not empty."""
    count = bits.bit_count()
    if count == 1:
        return bits.bit_length() - 1
    length = (bits.bit_length() + 7) >> 3
    if length <= _DEARER * count:
        return b"#" + bits.to_bytes(length, "little")
    # Looked for digit by digit where that is faster than byte by byte.
    return _listed([*map(re.Match.start, _ONES.finditer(bin(bits)[:1:-1]))] if count > 16 else [*numbers_of(bits)])


def sound(number: int) -> int:
    """The number of an entry, as a file says. Raises ValueError where none can have it."""
    if not 0 <= number < LARGEST:
        raise ValueError(number)
    return number


def unpack(packed: Packed) -> int:
    """The set again. Raises ValueError for a number that is too large."""
    if isinstance(packed, int):
        return 1 << sound(packed)
    if packed[:1] == b"#":
        return int.from_bytes(packed[1:], "little")
    return bits_of(listed(packed))


def listed(packed: bytes) -> Sequence[int]:
    """The entries of the form `,`."""
    return _ordered(array("H", packed[1:]))


def _listed(numbers: Sequence[int]) -> bytes:
    return b"," + _ordered(array("H", numbers)).tobytes()


def _ordered(numbers: array[int]) -> array[int]:
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers
