"""All rows of the library by title and by first author: derived, kept in the cache for lists that are sorted so.

To sort a hundred thousand titles takes a tenth of a second, to read their order a millisecond. The file holds for just
the weeks that it was made of; for others, or without it, the order is made when it is asked for. When a few weeks were
imported, their rows are put into the orders that there are (`merged_orders`): sorting a million rows takes seconds.
"""

from __future__ import annotations

import sys
import unicodedata
import zlib
from array import array
from bisect import bisect_left
from contextlib import suppress
from functools import cache, partial
from typing import TYPE_CHECKING

import orjson

from tui_digest.errors import StoreError
from tui_digest.files import open_file
from tui_digest.store.columns import COLUMNS_VERSION, keep_derived, sum_of
from tui_digest.store.seal import fields_of, sealed

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Mapping, Sequence
    from pathlib import Path

    from tui_digest.files import Stamp

    Order = tuple[str, bool]
    """What is sorted by, `title` or `author`, and whether from the end of the alphabet."""

ORDERS_VERSION = 2

_PREFIX = 4
"""Characters by which rows are told apart, then by so many more: what begins alike is sorted in one step."""

_SORTED = 1024
"""Rows that are sorted in one step, though they may be told apart by more characters."""

_DEARER = 500
"""So many rows are sorted while one is looked for its place among those that there are."""

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
    path: Path, weeks: Mapping[str, Stamp], orders: Mapping[Order, array[int]], sizes: Sequence[int] = ()
) -> None:
    """Writes the orders of the rows of these weeks, which follow each other as they are given; `sizes` tells how many
    rows each week has."""
    bodies = [_as_stored(order).tobytes() for order in orders.values()]
    kept = [[*order, len(body), zlib.crc32(body)] for order, body in zip(orders, bodies, strict=True)]
    made_of = [[week, *stamp, size] for (week, stamp), size in zip(weeks.items(), sizes, strict=False)]
    last = sealed(orjson.dumps({"weeks": made_of}))
    head = orjson.dumps({**_facts(weeks), "orders": kept, "last": len(last)})
    keep_derived(path, b"".join([sealed(head), b"\n", *bodies, last]))


def kept_order(path: Path, weeks: Mapping[str, Stamp], order: Order, rows: int) -> array[int] | None:
    """One order of the rows of these weeks; None where it is not kept, damaged, or that of other weeks."""
    with suppress(StoreError, OSError, ValueError, LookupError, TypeError):
        if (file := open_file(path)) is None:
            return None
        with file:
            head = fields_of(file.readline().rstrip(b"\n"))
            if any(head.get(name) != fact for name, fact in _facts(weeks).items()):
                return None
            for name, descending, length, check in head["orders"]:
                if (name, descending) == order:
                    body = file.read(length)
                    found = array("I", body)
                    return _as_stored(found) if len(found) == rows and zlib.crc32(body) == check else None
                file.seek(length, 1)
    return None


def keeps_orders(path: Path, weeks: Mapping[str, Stamp]) -> bool:
    """Whether the file is that of these weeks."""
    with suppress(StoreError, OSError, ValueError, LookupError, TypeError):
        if (file := open_file(path)) is not None:
            with file:
                head = fields_of(file.readline().rstrip(b"\n"))
            return all(head.get(name) == fact for name, fact in _facts(weeks).items())
    return False


def merged_orders(
    path: Path, weeks: Mapping[str, Stamp], sizes: Sequence[int], value_of: Callable[[str, int], str | None]
) -> dict[Order, array[int]] | None:
    """The orders of these weeks' rows, made of those in the file, which may be of others: only the rows of weeks that
    changed are looked for their places. `value_of` tells by what a row is sorted, or None. None where nothing fits, or
    so much changed that sorting is cheaper."""
    before = _kept_before(path)
    if before is None:
        return None
    at = 0
    places: dict[tuple[str, Stamp], int] = {}
    for (week, stamp), size in zip(weeks.items(), sizes, strict=True):
        places[week, stamp] = at
        at += size
    moved, last = array("q"), -1
    for week, mtime, bytes_, inode, size in before[0]:
        start = places.pop((week, (mtime, bytes_, inode)), None)
        if start is not None and start < last:
            return None
        last = last if start is None else start
        moved.extend([-1] * size if start is None else range(start, start + size))
    size_of = dict(zip(weeks, sizes, strict=True))
    fresh = [row for (week, _), start in places.items() for row in range(start, start + size_of[week])]
    if _DEARER * len(fresh) > at or any(len(order) != len(moved) for order in before[1].values()):
        return None
    known = cache(value_of)
    return {
        (name, descending): _with_rows(
            array("I", [row for row in map(moved.__getitem__, order) if row >= 0]),
            fresh, partial(known, name), descending=descending,
        )
        for (name, descending), order in before[1].items()
    }  # fmt: skip


def _with_rows(
    order: array[int], rows: Sequence[int], value_of: Callable[[int], str | None], *, descending: bool
) -> array[int]:
    """An order with some rows more."""
    low, named = 0, len(order)
    while low < named:  # those without a value come last
        middle = (low + named) // 2
        if value_of(order[middle]) is None:
            named = middle
        else:
            low = middle + 1
    told = sorted([row for row in rows if value_of(row) is not None])
    told.sort(key=value_of, reverse=descending)  # type: ignore[arg-type]
    found, at = array("I"), 0
    for row in told:
        value, low, high = value_of(row), at, named
        while low < high:
            middle = (low + high) // 2
            other, its_row = value_of(order[middle]), order[middle]
            if (other == value and its_row < row) or (other != value and (other < value) != descending):  # type: ignore[operator]
                low = middle + 1
            else:
                high = middle
        found.extend(order[at:low])
        found.append(row)
        at = low
    found.extend(order[at:named])
    at = named
    for row in sorted([row for row in rows if value_of(row) is None]):
        place = bisect_left(order, row, at)
        found.extend(order[at:place])
        found.append(row)
        at = place
    found.extend(order[at:])
    return found


def _kept_before(path: Path) -> tuple[list[tuple[str, int, int, int, int]], dict[Order, array[int]]] | None:
    """The weeks that the file was made of, with their sizes, and its orders; None where it is not there or damaged."""
    with suppress(StoreError, OSError, ValueError, LookupError, TypeError):
        if (file := open_file(path)) is None:
            return None
        with file:
            head = fields_of(file.readline().rstrip(b"\n"))
            if any(head.get(name) != fact for name, fact in _versions().items()):
                return None
            orders = {}
            for name, descending, length, check in head["orders"]:
                body = file.read(length)
                if zlib.crc32(body) != check:
                    return None
                orders[name, descending] = _as_stored(array("I", body))
            return fields_of(file.read(head["last"]))["weeks"], orders
    return None


def _facts(weeks: Mapping[str, Stamp]) -> dict[str, object]:
    """What must hold of a file for these weeks."""
    return {**_versions(), "weeks": sum_of(weeks)}


def _versions() -> dict[str, object]:
    """Folding follows Python's Unicode tables."""
    return {"schema_version": ORDERS_VERSION, "columns": COLUMNS_VERSION, "unicode": unicodedata.unidata_version}


def _as_stored(order: array[int]) -> array[int]:
    """The lowest byte first, whatever the machine; and back."""
    if sys.byteorder == "big":
        order = array("I", order)
        order.byteswap()
    return order
