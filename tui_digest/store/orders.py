"""All rows of the library by title and by first author: derived, kept in the cache for lists that are sorted so.

To sort a hundred thousand titles takes a tenth of a second, to read their order a millisecond. The file holds for just
the weeks that it was made of; for others, or without it, the order is made when it is asked for.
"""

from __future__ import annotations

import sys
import unicodedata
import zlib
from array import array
from contextlib import suppress
from typing import TYPE_CHECKING

import orjson

from tui_digest.errors import StoreError
from tui_digest.files import open_file
from tui_digest.store.columns import COLUMNS_VERSION, keep_derived, sum_of
from tui_digest.store.seal import fields_of, sealed

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping, Sequence
    from pathlib import Path

    from tui_digest.files import Stamp

    Order = tuple[str, bool]
    """What is sorted by, `title` or `author`, and whether from the end of the alphabet."""

ORDERS_VERSION = 1

_PREFIX = 4
"""Characters by which rows are told apart first: what begins alike is sorted in one step, a few milliseconds."""

_ROWS = 4096
"""Rows that are looked at in one step."""


def sorting(values: Sequence[str | None], *, descending: bool = False) -> Generator[None, None, array[int]]:
    """The places of the values in their order, in steps. Equal ones stay as they stand, and None comes last, in either
    direction."""
    parts: dict[str, list[int]] = {}
    without: list[int] = []
    for place, value in enumerate(values):
        if value is None:
            without.append(place)
        elif (part := parts.get(value[:_PREFIX])) is None:
            parts[value[:_PREFIX]] = [place]
        else:
            part.append(place)
        if place % _ROWS == 0:
            yield
    order = array("I")
    for prefix in sorted(parts, reverse=descending):
        part = parts[prefix]
        if len(part) > 1:
            part.sort(key=values.__getitem__, reverse=descending)  # type: ignore[arg-type]
        order.extend(part)
        yield
    order.extend(without)
    return order


def keep_orders(path: Path, weeks: Mapping[str, Stamp], orders: Mapping[Order, array[int]]) -> None:
    """Writes the orders of the rows of these weeks, which follow each other as they are given."""
    bodies = [_as_stored(order).tobytes() for order in orders.values()]
    kept = [[*order, len(body), zlib.crc32(body)] for order, body in zip(orders, bodies, strict=True)]
    head = orjson.dumps({**_facts(weeks), "orders": kept})
    keep_derived(path, b"".join([sealed(head), b"\n", *bodies]))


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


def _facts(weeks: Mapping[str, Stamp]) -> dict[str, object]:
    """What must hold of a file for these weeks: folding follows Python's Unicode tables."""
    unicode = unicodedata.unidata_version
    return {"schema_version": ORDERS_VERSION, "columns": COLUMNS_VERSION, "unicode": unicode, "weeks": sum_of(weeks)}


def _as_stored(order: array[int]) -> array[int]:
    """The lowest byte first, whatever the machine; and back."""
    if sys.byteorder == "big":
        order = array("I", order)
        order.byteswap()
    return order
