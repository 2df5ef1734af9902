"""All rows of the library by title and by first author: derived, kept in the cache for lists that are sorted so.

To sort a hundred thousand titles takes a tenth of a second, to read their order a millisecond. The file holds for just
the weeks that it was made of; for others, or without it, the order is made when it is asked for. When a few weeks came
or went, a small file beside it says so (`order_changes`): sorting a million rows takes seconds. For whoever looks for
the place of a row, the file tells what every sixteenth row in order is called.
"""

from __future__ import annotations

import sys
import unicodedata
import zlib
from array import array
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, BinaryIO

import orjson

from tui_digest.errors import StoreError
from tui_digest.files import open_file
from tui_digest.store.columns import COLUMNS_VERSION, keep_derived, sum_of
from tui_digest.store.seal import fields_of, sealed

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Mapping, Sequence
    from pathlib import Path

    from tui_digest.files import Stamp

    Order = tuple[str, bool]
    """What is sorted by, `title` or `author`, and whether from the end of the alphabet."""
    Names = Mapping[str, tuple[list[str], int]]
    """By what is sorted: what every `SIGNPOSTS`th row in order is called, cut to `CALLED` characters, and how many rows
    are called something at all."""

ORDERS_VERSION = 3

_PREFIX = 4
"""Characters by which rows are told apart, then by so many more: what begins alike is sorted in one step."""

_SORTED = 1024
"""Rows that are sorted in one step, though they may be told apart by more characters."""

SIGNPOSTS = 16
"""Of so many rows in order one is called by its name."""

CALLED = 64
"""Characters of a name that are told."""

_ROWS = 4096
"""Rows that are looked at in one step."""


def sorting(values: list[str | None], *, descending: bool = False) -> Generator[None, None, array[int]]:
    """The places of the values in their order, in steps. Equal ones stay as they stand, and None comes last, in either
    direction. The list of values is used up."""
    named, without = list[int](), list[int]()
    for at in range(0, len(values), _ROWS):
        for place, value in enumerate(values[at : at + _ROWS], at):
            (without if value is None else named).append(place)
        yield
    order = array("I")
    left = [(0, named)]
    """Places that belong together, the last ones first, each time with how many characters are equal in them."""
    while left:
        equal, part = left.pop()
        if len(part) > _SORTED:
            parts = yield from _told_apart(values, part, equal + _PREFIX)
            if len(parts) > 1 or all(len(prefix) == equal + _PREFIX for prefix in parts):
                left += [(equal + _PREFIX, parts[prefix]) for prefix in sorted(parts, reverse=not descending)]
                continue
        part.sort(key=values.__getitem__, reverse=descending)  # type: ignore[arg-type]
        order.extend(part)
        yield
    order.extend(without)
    while values:  # to let go of a million texts takes its time, too
        del values[-_ROWS:]
        yield
    return order


def _told_apart(
    values: Sequence[str | None], places: Sequence[int], length: int
) -> Generator[None, None, dict[str, list[int]]]:
    """Places by how their values begin."""
    parts: dict[str, list[int]] = {}
    for number, place in enumerate(places):
        prefix = values[place][:length]  # type: ignore[index]
        if (part := parts.get(prefix)) is None:
            parts[prefix] = [place]
        else:
            part.append(place)
        if number % _ROWS == 0:
            yield
    return parts


def keep_orders(
    path: Path,
    weeks: Mapping[str, Stamp],
    orders: Mapping[Order, array[int]],
    sizes: Sequence[int],
    names: Names,
) -> None:
    """Writes the orders of the rows of these weeks, which follow each other as they are given; `sizes` tells how many
    rows each week has."""
    bodies = [as_stored(order).tobytes() for order in orders.values()]
    kept = [[*order, len(body), zlib.crc32(body)] for order, body in zip(orders, bodies, strict=True)]
    made_of = [[week, *stamp, size] for (week, stamp), size in zip(weeks.items(), sizes, strict=True)]
    ends = [sealed(orjson.dumps(each)) for each in ({"weeks": made_of}, {"names": names})]
    head = {**_versions(), "weeks": sum_of(weeks), "orders": kept, "ends": [*map(len, ends)]}
    keep_derived(path, b"".join([sealed(orjson.dumps(head)), b"\n", *bodies, *ends]))


class KeptOrders:
    """The file of orders, open. All that is asked of it raises what `WRONG` lists where it is damaged."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        line = file.readline()
        self._head = fields_of(line.rstrip(b"\n"))
        self._first, self.check = len(line), zlib.crc32(line)
        if any(self._head.get(name) != fact for name, fact in _versions().items()):
            raise ValueError(self._head)

    def is_of(self, weeks: Mapping[str, Stamp]) -> bool:
        """Whether it was made of these weeks."""
        return bool(self._head["weeks"] == sum_of(weeks))

    def order(self, wanted: Order) -> array[int]:
        """One of the orders."""
        at = self._first
        for name, descending, length, check in self._head["orders"]:
            if (name, descending) == wanted:
                self._file.seek(at)
                body = self._file.read(length)
                if zlib.crc32(body) != check:
                    raise ValueError(wanted)
                return as_stored(array("I", body))
            at += length
        raise LookupError(wanted)

    def weeks(self) -> list[tuple[str, Stamp, int]]:
        """The weeks that it was made of: each with its version, and how many rows it has."""
        return [(week, (mtime, size, inode), rows) for week, mtime, size, inode, rows in self._end(0)["weeks"]]

    def names(self) -> Names:
        """See `Names`."""
        return {name: (texts, number) for name, (texts, number) in self._end(1)["names"].items()}

    def _end(self, which: int) -> dict[str, Any]:
        """What stands behind the orders."""
        lengths = self._head["ends"]
        self._file.seek(self._first + sum(length for *_, length, _ in self._head["orders"]) + sum(lengths[:which]))
        return fields_of(self._file.read(lengths[which]))


WRONG = (StoreError, OSError, ValueError, LookupError, TypeError, AttributeError)
"""What a file that is damaged, or no file at all, may lead to."""


@contextmanager
def opened_orders(path: Path) -> Iterator[KeptOrders]:
    """The file that there is. Raises what `WRONG` lists."""
    if (file := open_file(path)) is None:
        raise FileNotFoundError(path)
    with file:
        yield KeptOrders(file)


def _versions() -> dict[str, object]:
    """What must hold of a file. Folding follows Python's Unicode tables."""
    return {"schema_version": ORDERS_VERSION, "columns": COLUMNS_VERSION, "unicode": unicodedata.unidata_version}


def as_stored(order: array[int]) -> array[int]:
    """The lowest byte first, whatever the machine; and back."""
    if sys.byteorder == "big":
        order = array("I", order)
        order.byteswap()
    return order
