"""The orders in which a list can be sorted: of each all rows, of which a query picks its own."""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from itertools import chain, compress
from typing import TYPE_CHECKING

from tui_digest.library.column_terms import digest_rows
from tui_digest.store.bits import RowSet, flags_of
from tui_digest.store.columns import SEPARATOR
from tui_digest.store.orders import CALLED, SIGNPOSTS, sorting
from tui_digest.store.steps import at_once
from tui_digest.text.matching import fold

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Mapping, Sequence

    from tui_digest.store.columns import WeekColumns
    from tui_digest.store.orders import Order

KEPT = tuple((name, descending) for name in ("title", "author") for descending in (False, True))
"""Orders that take long to make, and are worth a file."""

_MARKED = ("waiting",)
"""Orders that another mark may change: they are made whenever they are asked for."""

_ROWS = 8192
"""Rows that are looked at in one step."""


class RowOrders:
    """Sorts rows of some weeks: `blocks`, of which each begins at a row of `starts`."""

    def __init__(
        self,
        blocks: Sequence[WeekColumns],
        starts: Sequence[int],
        numbers: Mapping[str, Callable[[], Mapping[int, int]]],
        kept: Callable[[Order], Generator[None, None, array[int] | None]],
    ) -> None:
        """`numbers` gives the `votes` of rows that have some, and how often they were `seen` where that is more than
        once, and how long their papers have been `waiting`; `kept` reads an order that was made before, in steps."""
        self._blocks, self._starts, self._numbers, self._kept = blocks, starts, numbers, kept
        self._orders: dict[Order, array[int]] = {}
        """All rows in every order that was asked for."""
        self._sorted: tuple[int, Order, array[int]] | None = None
        """The set of rows that was sorted last, by what, and what came of it."""

    def sorted(self, rows: Sequence[int], name: str, descending: bool) -> Sequence[int]:
        """What lacks the thing to sort by comes last, either way; what is equal in it stays in reading order."""
        wanted = (name, descending)
        return at_once(self.sorting(rows.bits, wanted) if isinstance(rows, RowSet) else self.ordering(wanted))

    def sorting(self, bits: int, wanted: Order) -> Generator[None, None, array[int]]:
        """A set of rows in an order, in steps; at once where that is what was asked for last."""
        if self._sorted is not None and self._sorted[:2] == (bits, wanted):
            return self._sorted[2]
        order = yield from self.ordering(wanted)
        flags, found = flags_of(bits, len(order)), array("I")
        for at in range(0, len(order), _ROWS):
            some = order[at : at + _ROWS]
            found.extend(compress(some, map(flags.__getitem__, some)))
            yield
        self._sorted = None if wanted[0] in _MARKED else (bits, wanted, found)
        return found

    def ordering(self, wanted: Order) -> Generator[None, None, array[int]]:
        """All rows in an order, in steps of a few milliseconds; at once where it was asked for before, or is kept."""
        order = self._orders.get(wanted)
        if order is None and wanted in KEPT:
            order = yield from self._kept(wanted)
        if order is None:
            name, descending = wanted
            if wanted in KEPT:
                order = yield from sorting((yield from self._texts(name)), descending=descending)
            else:
                order = self._by_number(name, descending) if name in self._numbers else self._by_day(name, descending)
        if wanted[0] not in _MARKED:
            self._orders[wanted] = order
        return order

    def _by_number(self, name: str, descending: bool) -> array[int]:
        """The few that have a number of their own, and all others."""
        numbers = self._numbers[name]()
        few = sorted(sorted(numbers), key=numbers.__getitem__, reverse=descending)
        others = [row for row in range(self._starts[-1]) if row not in numbers]
        return array("I", [*others, *few] if name == "seen" and not descending else [*few, *others])

    def _by_day(self, name: str, descending: bool) -> array[int]:
        """The entries of a digest are of one day, and stand together."""
        spans = [
            (digest.added if name == "added" else digest.start, range(row, row + digest.entries))
            for row, digest in digest_rows(self._blocks)
        ]
        dated = sorted([span for span in spans if span[0]], key=lambda span: span[0] or "", reverse=descending)
        undated = [span for span in spans if not span[0]]
        return array("I", chain.from_iterable(span for _, span in [*dated, *undated]))

    def _texts(self, name: str) -> Generator[None, None, list[str | None]]:
        """The title or the first author of each row, None where it lacks that."""
        found: list[str | None] = []
        for block in self._blocks:
            texts = block.folded(f"{name}s").split("\n") if len(block) else []
            found += map(_first, texts)
            for place in block.untitled if name == "title" else ():
                found[place - len(texts)] = None
            yield
        return found

    def text_of(self, name: str, row: int) -> str | None:
        """What one row is sorted by, as `_texts` has it."""
        week = bisect_right(self._starts, row) - 1
        block, place = self._blocks[week], row - self._starts[week]
        if name == "title" and place in block.untitled:
            return None
        return _first(fold(block.line(f"{name}s", place)))

    def texts_of(self, name: str, rows: Sequence[int]) -> list[str | None]:
        """What some rows, the first ones first, are sorted by."""
        found: list[str | None] = []
        for week, start in enumerate(self._starts[:-1]):
            first, end = (bisect_left(rows, each) for each in (start, self._starts[week + 1]))
            if first == end:
                continue
            block, places = self._blocks[week], [row - start for row in rows[first:end]]
            lines = block.titles if name == "title" else block.authors
            without = {*block.untitled} if name == "title" else set[int]()
            found += [None if place in without else _first(fold(lines[place])) for place in places]
        return found

    def signposts(self, name: str) -> tuple[list[str], int]:
        """For `store.orders.Names`."""
        order = at_once(self.ordering((name, False)))
        named = bisect_left(order, 1, key=lambda row: self.text_of(name, row) is None)
        rows = order[:named:SIGNPOSTS]
        in_reading = sorted(rows)
        text_of = dict(zip(in_reading, self.texts_of(name, in_reading), strict=True))
        return [(text_of[row] or "")[:CALLED] for row in rows], named


def _first(folded: str) -> str | None:
    """What a row is sorted by, given its folded title, or all its authors; None where there is nothing."""
    return folded.partition(SEPARATOR)[0] or None
