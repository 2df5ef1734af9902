"""Sets of entries as whole numbers, bit n for entry n: united, cut and counted at the speed of memory."""

from __future__ import annotations

import re
import sys
from array import array
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

_NOT_ZERO = re.compile(rb"[^\0]", re.DOTALL)
_ONE = ord("1")

Packed = int | bytes
"""As kept in a file: one entry's number; `,` and 16-bit numbers; or `#` and the bitmap, the lowest byte first."""


def bits_of(numbers: Collection[int]) -> int:
    """The set of these entries."""
    if len(numbers) <= 4:  # as most words have
        bits = 0
        for number in numbers:
            bits |= 1 << number
        return bits
    last = max(numbers)
    digits = bytearray(b"0") * (last + 1)
    for number in numbers:
        digits[last - number] = _ONE
    return int(digits, 2)


def numbers_of(bits: int) -> Iterator[int]:
    """The entries of a set, in order."""
    for match in _NOT_ZERO.finditer(bits.to_bytes((bits.bit_length() + 7) >> 3, "little")):
        first, byte = match.start() << 3, match[0][0]
        while byte:
            low = byte & -byte
            yield first + low.bit_length() - 1
            byte ^= low


def pack(numbers: Sequence[int]) -> Packed:
    """The shortest form of a set, given as its numbers in order."""
    if len(numbers) == 1:
        return numbers[0]
    length = (numbers[-1] >> 3) + 1
    return _listed(numbers) if 2 * len(numbers) < length else b"#" + bits_of(numbers).to_bytes(length, "little")


def pack_bits(bits: int) -> Packed:
    """The same, given as a bitmap that is not empty."""
    count = bits.bit_count()
    if count == 1:
        return bits.bit_length() - 1
    length = (bits.bit_length() + 7) >> 3
    if length <= 2 * count:
        return b"#" + bits.to_bytes(length, "little")
    return _listed(tuple(numbers_of(bits)))


def unpack(packed: Packed) -> int:
    """The set again."""
    if isinstance(packed, int):
        return 1 << packed
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
