"""What came and went since the orders of all rows were kept: a small file beside theirs.

It tells of every row that came where it stands among those that were there, in each order. So after an import of one
week nothing is written but what is told of its rows, and nothing is looked for but their places: among the names that
the orders' file tells of, and then among sixteen rows. Whoever wants an order puts the rows in.
"""

from __future__ import annotations

import zlib
from array import array
from bisect import bisect_left, bisect_right
from contextlib import suppress
from functools import cache, partial
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

import orjson

from tui_digest.files import open_file
from tui_digest.store.columns import keep_derived, sum_of
from tui_digest.store.orders import CALLED, SIGNPOSTS, WRONG, as_stored, opened_orders
from tui_digest.store.seal import fields_of, sealed

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Generator, Mapping, Sequence
    from pathlib import Path

    from tui_digest.files import Stamp
    from tui_digest.store.orders import Order

    WeekStamp = tuple[str, Stamp]
    """A week and which it was."""

MOST = 32
"""Orders are made anew when one in so many of their rows came or went since."""

_ROWS = 8192
"""Rows that are looked at in one step."""

_WEEKS = 64
"""Weeks that are looked at in one step."""


class _Changes(NamedTuple):
    """The rows that came, numbered as they follow each other in the library, week by week."""

    weeks: list[tuple[str, Stamp, int]]
    """Those that they are of: each with its version, and how many rows it has."""
    gone: list[str]
    """Weeks that were there, and are not any more as they were."""
    places: Mapping[Order, tuple[array[int], array[int]]]
    """In each order: before which of the rows that were there each stands, the first one first, and its number."""


def changes_path(path: Path) -> Path:
    """Where it lies; `path` is that of the orders."""
    return path.with_stem(f"{path.stem}-since")


def keeps_orders(path: Path, weeks: Mapping[str, Stamp]) -> bool:
    """Whether orders of these weeks can be had of the files."""
    with suppress(*WRONG), opened_orders(path) as base:
        return base.is_of(weeks) or _kept(path, base.check, sum_of(weeks)) is not None
    return False


def kept_order(
    path: Path, weeks: Mapping[str, Stamp], order: Order, sizes: Sequence[int]
) -> Generator[None, None, array[int] | None]:
    """One order of the rows of these weeks, in steps; None where the files are damaged, or of other weeks."""
    with suppress(*WRONG):
        with opened_orders(path) as base:
            same, check = base.is_of(weeks), base.check
            yield
            found = base.order(order)
            yield
            before = [] if same else base.weeks()
        yield
        if not same:
            changes = _kept(path, check, sum_of(weeks))
            found = array("I") if changes is None else (yield from _with(found, before, changes, order, weeks, sizes))
        return found if len(found) == sum(sizes) else None
    return None


def _with(
    order: array[int],
    before: Sequence[tuple[str, Stamp, int]],
    changes: _Changes,
    wanted: Order,
    weeks: Mapping[str, Stamp],
    sizes: Sequence[int],
) -> Generator[None, None, array[int]]:
    """An order with the rows that came, and without those that went, all as they are numbered now."""
    firsts = _firsts(weeks, sizes)
    yield
    now, came = array("q"), array("I")
    for number, (week, stamp, size) in enumerate(before, 1):
        first = firsts.get((week, stamp))
        now.extend([-1] * size if first is None else range(first, first + size))
        if number % _WEEKS == 0:
            yield
    for week, stamp, size in changes.weeks:
        came.extend(range(first := firsts[week, stamp], first + size))
    yield
    found, at = array("I"), 0
    places, numbers = changes.places[wanted]
    for start in range(0, len(order) + 1, _ROWS):
        end = start + _ROWS
        while at < len(places) and places[at] < end:
            found.extend([row for row in map(now.__getitem__, order[start : places[at]]) if row >= 0])
            found.append(came[numbers[at]])
            start, at = places[at], at + 1
        found.extend([row for row in map(now.__getitem__, order[start:end]) if row >= 0])
        yield
    return found


def keep_changes(
    path: Path,
    weeks: Mapping[str, Stamp],
    sizes: Sequence[int],
    text_of: Callable[[str, int], str | None],
    texts_of: Callable[[str, Sequence[int]], list[str | None]],
) -> bool:
    """Writes how the library's rows differ from those that the file of orders was made of; False where there is none,
    or where so many differ that they had better be made anew. `text_of` tells by what a row is sorted, `texts_of` of
    several in reading order."""
    with suppress(*WRONG), opened_orders(path) as base:
        old, names = base.weeks(), base.names()
        firsts = _firsts(weeks, sizes)
        fresh = [(week, stamp, size) for (week, stamp), size in zip(weeks.items(), sizes, strict=True)]
        there = {(week, stamp) for week, stamp, _ in old}
        came = [each for each in fresh if each[:2] not in there]
        rows = [row for week, stamp, size in came for row in range(firsts[week, stamp], firsts[week, stamp] + size)]
        all_before = sum(size for *_, size in old)
        went = all_before - sum(sizes) + len(rows)
        left = [firsts[each[:2]] for each in old if each[:2] in firsts]
        if MOST * (len(rows) + went) > all_before or left != sorted(left):
            return False
        gone = [week for week, stamp, _ in old if (week, stamp) not in firsts]
        known = _known_places(_kept(path, base.check), came, gone)
        places: dict[Order, tuple[array[int], array[int]]] = {}
        numbering = _Numbering(old, firsts)
        for name, signposts in names.items():
            orders = [base.order((name, descending)) for descending in (False, True)]
            looked = _Looked(orders, signposts, numbering, partial(text_of, name))
            texts = texts_of(name, rows)
            found = [
                known.get((name, number)) or looked.places(text, row)
                for number, (row, text) in enumerate(zip(rows, texts, strict=True))
            ]
            for descending in (False, True):
                told = [number for number, text in enumerate(texts) if text is not None]
                told.sort(key=texts.__getitem__, reverse=descending)  # type: ignore[arg-type]
                told += [number for number, text in enumerate(texts) if text is None]
                # Where rows are gone several places are as good; the later one of two stands in no earlier place.
                at = accumulate((found[number][descending] for number in told), max)
                places[name, descending] = (array("I", at), array("I", told))
        _write(path, base.check, weeks, _Changes(came, gone, places))
        return True
    return False


class _Numbering:
    """The rows that were there, as they are numbered now."""

    def __init__(self, before: Sequence[tuple[str, Stamp, int]], firsts: Mapping[WeekStamp, int]) -> None:
        self._starts = [0, *accumulate(size for *_, size in before)]
        self._now = [firsts.get((week, stamp)) for week, stamp, _ in before]
        left = [(now, start) for now, start in zip(self._now, self._starts, strict=False) if now is not None]
        self._left, self._of_left = [now for now, _ in left], [start for _, start in left]

    def now(self, row: int) -> int | None:
        """The number that a row has now; None where it is gone."""
        week = bisect_right(self._starts, row) - 1
        first = self._now[week]
        return None if first is None else first + row - self._starts[week]

    def before(self, row: int) -> int:
        """The row that came is followed by the row that had this number, or by one after that; it was in no week that
        is left."""
        after = bisect_left(self._left, row)
        return self._of_left[after] if after < len(self._left) else self._starts[-1]


class _Looked:
    """Looks for the places of rows in an order and in its opposite."""

    def __init__(
        self,
        orders: Sequence[array[int]],
        signposts: tuple[list[str], int],
        numbering: _Numbering,
        text_of: Callable[[int], str | None],
    ) -> None:
        """`orders` are those two; `signposts` are of `Names`."""
        self._order, self._opposite = orders
        (self._signposts, self._named), self._numbering = signposts, numbering
        self._text_of = cache(text_of)

    def places(self, text: str | None, row: int) -> tuple[int, int]:
        """Before which row of the order, and of its opposite, this one stands."""
        before = self._numbering.before(row)
        if text is None:  # those come last, either way, in reading order
            place = bisect_left(self._order, before, self._named)
            return place, place
        low = max(0, bisect_left(self._signposts, text[:CALLED]) - 1) * SIGNPOSTS
        high = min(self._named, bisect_right(self._signposts, text[:CALLED]) * SIGNPOSTS)
        place = self._first(self._order, low, high, lambda at, other: other > text or (other == text and at >= before))
        if all(self._is_another(text, self._order[at]) for at in (place - 1, place) if 0 <= at < self._named):
            return place, self._named - place  # no text is on both sides
        low, high = self._named - high, self._named - low
        return place, self._first(
            self._opposite, low, high, lambda at, other: other < text or (other == text and at >= before)
        )

    def _is_another(self, text: str, row: int) -> bool:
        """Whether a row is left, and its text another one."""
        now = self._numbering.now(row)
        return now is not None and self._text_of(now) != text

    def _first(self, order: array[int], low: int, high: int, holds: Callable[[int, str], bool]) -> int:
        """The first place whose row, and its text, are such; rows that are gone have none, and are passed over."""
        while low < high:
            middle = at = (low + high) // 2
            while at < high and (now := self._numbering.now(order[at])) is None:
                at += 1
            if at == high or holds(order[at], self._text_of(now) or ""):
                high = middle
            else:
                low = at + 1
        return low


def _known_places(
    changes: _Changes | None, came: Sequence[tuple[str, Stamp, int]], gone: Collection[str]
) -> dict[tuple[str, int], tuple[int, int]]:
    """The places that were found before, of rows that came since the orders were made: by what is sorted and by the
    row's number among those that came. None where a week is there again that was gone: its rows were not asked."""
    if changes is None or not set(changes.gone) <= set(gone):
        return {}
    starts = accumulate([0, *(size for *_, size in came)])
    first_of = {(week, stamp): start for (week, stamp, _), start in zip(came, starts, strict=False)}
    numbers: list[int | None] = []
    for week, stamp, size in changes.weeks:
        first = first_of.get((week, stamp))
        numbers += [None] * size if first is None else range(first, first + size)
    found: dict[tuple[str, int], list[int]] = {}
    for (name, descending), (places, at) in sorted(changes.places.items()):
        for place, number in zip(places, at, strict=True):
            if (now := numbers[number]) is not None:
                found.setdefault((name, now), [0, 0])[descending] = place
    return {each: (up, down) for each, (up, down) in found.items()}


def _firsts(weeks: Mapping[str, Stamp], sizes: Sequence[int]) -> dict[WeekStamp, int]:
    """The first row of each week."""
    return dict(zip(weeks.items(), accumulate([0, *sizes]), strict=False))


def _write(
    path: Path,
    check: int,
    weeks: Mapping[str, Stamp],
    changes: _Changes,
) -> None:
    bodies = [as_stored(part).tobytes() for both in changes.places.values() for part in both]
    head = {
        "base": check, "weeks": sum_of(weeks), "came": [[week, *stamp, size] for week, stamp, size in changes.weeks],
        "gone": changes.gone, "orders": [*changes.places], "crc": zlib.crc32(b"".join(bodies)),
    }  # fmt: skip
    keep_derived(changes_path(path), b"".join([sealed(orjson.dumps(head)), b"\n", *bodies]))


def _kept(path: Path, check: int, weeks: int | None = None) -> _Changes | None:
    """What was kept of changes since that file of orders, be it of certain weeks; None where it is not there or
    damaged."""
    with suppress(*WRONG):
        if (file := open_file(changes_path(path))) is None:
            return None
        with file:
            head, body = fields_of(file.readline().rstrip(b"\n")), file.read()
        if head["base"] != check or weeks not in (None, head["weeks"]) or zlib.crc32(body) != head["crc"]:
            return None
        came = [(week, (mtime, size, inode), rows) for week, mtime, size, inode, rows in head["came"]]
        length = 4 * sum(rows for *_, rows in came)
        pieces = [as_stored(array("I", body[at : at + length])) for at in range(0, len(body), length)] if length else []
        pieces = pieces or [array("I")] * (2 * len(head["orders"]))
        both = [*zip(pieces[::2], pieces[1::2], strict=True)]
        return _Changes(
            came, head["gone"], {(name, down): each for (name, down), each in zip(head["orders"], both, strict=True)}
        )
    return None
