"""The papers of all rows of a list, by their keys: unpacked week by week, as they are asked for."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import chain, compress
from typing import TYPE_CHECKING, overload

from tui_digest.store.bits import RowBits, RowSet, bits_from, bits_of, flags_of
from tui_digest.store.steps import at_once

if TYPE_CHECKING:
    from collections.abc import Collection, Generator

    from tui_digest.store.columns import WeekColumns

_OPENED = 16
"""Weeks that stay unpacked: a screen shows no more, and the rows of a list follow each other."""
_MANY = 8
"""Keys a week from which on all are unpacked once, where rows are asked for in another order."""
_FEW = 4
"""Papers up to which each is looked for by itself."""


class PaperKeys(Sequence[str]):
    """The key of each row. A string for each of a hundred thousand rows takes ten megabytes; packed, they take two."""

    def __init__(self, blocks: Sequence[WeekColumns], starts: Sequence[int]) -> None:
        """`blocks`, of which each begins at a row of `starts`."""
        self._blocks, self._starts = blocks, starts
        self._opened: dict[int, list[str]] = {}
        self._found: dict[str, tuple[frozenset[str], int]] = {}
        """Sets of papers that were asked for by a name, and their rows."""

    def __len__(self) -> int:
        return self._starts[-1]

    def __iter__(self) -> Iterator[str]:
        return chain.from_iterable(block.keys for block in self._blocks)

    @overload
    def __getitem__(self, row: int) -> str: ...
    @overload
    def __getitem__(self, row: slice) -> list[str]: ...
    def __getitem__(self, row: int | slice) -> str | list[str]:
        if isinstance(row, slice):
            first, last, step = row.indices(len(self))
            return self._between(first, last) if step == 1 else [self[each] for each in range(first, last, step)]
        if row < 0:
            row += len(self)
        if not 0 <= row < len(self):
            raise IndexError(row)
        week = bisect_right(self._starts, row) - 1
        return self.of_week(week)[row - self._starts[week]]

    def _between(self, first: int, last: int) -> list[str]:
        found: list[str] = []
        while first < last:
            week = bisect_right(self._starts, first) - 1
            start = self._starts[week]
            some = self.of_week(week)[first - start : last - start]
            found += some
            first += len(some)
        return found

    def of_week(self, week: int) -> list[str]:
        """The keys of one of the weeks, by its place; they stay unpacked for a while."""
        keys = self._opened.get(week)
        if keys is None:
            if len(self._opened) >= _OPENED:
                del self._opened[next(iter(self._opened))]
            keys = self._opened[week] = self._blocks[week].keys
        return keys

    def of_rows(self, rows: Sequence[int]) -> list[str]:
        """The keys of some rows, in whatever order these are."""
        if len(rows) > _MANY * len(self._blocks):
            every = [*self]
            return [every[row] for row in rows]
        return [self[row] for row in rows]

    def rows_of(self, key: str) -> Iterator[int]:
        """The rows of a paper: looked for in the packed keys, at the speed of memory."""
        aliases = self._blocks[0].aliases if self._blocks else {}
        lines = [own.encode() for own, paper in aliases.items() if paper == key]
        if key not in aliases:
            lines.append(key.encode())
        for week, block in enumerate(self._blocks):
            column = block.packed["own_keys"]
            if any(line in column for line in lines):
                start = self._starts[week]
                yield from [start + place for place, each in enumerate(self.of_week(week)) if each == key]

    def index(self, key: str, start: int = 0, stop: int | None = None) -> int:
        """The first row of a paper from a row on. Raises ValueError."""
        end = len(self) if stop is None else stop
        for row in self.rows_of(key):
            if start <= row < end:
                return row
        raise ValueError(key)

    def rows_in(self, name: str, papers: Collection[str]) -> int:
        """The rows of a set of papers. One with a name changes little by little: when it is asked for again, only what
        came and went is looked for."""
        return at_once(self.finding_rows(name, papers))

    def finding_rows(self, name: str, papers: Collection[str]) -> Generator[None, None, int]:
        """The same in steps, a week each where many came or went."""
        known, rows = self._found.get(name, (frozenset[str](), 0))
        now = frozenset(papers)
        if now == known:
            return rows
        gone = yield from self._rows_of_all(known - now)
        came = yield from self._rows_of_all(now - known)
        rows = rows & ~gone | came
        if name:
            self._found[name] = (now, rows)
        return rows

    def _rows_of_all(self, papers: frozenset[str]) -> Generator[None, None, int]:
        if len(papers) <= _FEW:
            return bits_of([row for paper in papers for row in self.rows_of(paper)])
        found = RowBits(self._starts[-1])
        for start, block in zip(self._starts, self._blocks, strict=False):
            keys = block.keys
            if not papers.isdisjoint(keys):  # as in most weeks, or all is looked at twice
                found.add(start, bits_from(map(papers.__contains__, keys)))
            yield
        return found.bits


class ChosenKeys(Sequence[str]):
    """The keys of some rows of all."""

    def __init__(self, every: Sequence[str], rows: Sequence[int]) -> None:
        self._every, self._rows = every, rows

    def __len__(self) -> int:
        return len(self._rows)

    def __iter__(self) -> Iterator[str]:
        if isinstance(self._rows, RowSet):
            return compress(self._every, flags_of(self._rows.bits, len(self._every)))
        return iter(self._of(self._rows))

    @overload
    def __getitem__(self, place: int) -> str: ...
    @overload
    def __getitem__(self, place: slice) -> list[str]: ...
    def __getitem__(self, place: int | slice) -> str | list[str]:
        return self._of(self._rows[place]) if isinstance(place, slice) else self._every[self._rows[place]]

    def _of(self, rows: Sequence[int]) -> list[str]:
        every = self._every
        return every.of_rows(rows) if isinstance(every, PaperKeys) else [every[row] for row in rows]
