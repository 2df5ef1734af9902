"""How many papers came in since the app was last left."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tui_digest.library.derived import Derived
    from tui_digest.store.arrivals import Arrivals
    from tui_digest.store.mark_store import MarkStore
    from tui_digest.store.summary import Index

_Counts = dict[str | None, int]


class ArrivedCounts:
    """The counts; asked for after every mark, and made anew only where something came or the weeks changed."""

    def __init__(self, arrivals: Arrivals, store: MarkStore, index: Index, derived: Derived) -> None:
        self._arrivals, self._store, self._index = arrivals, store, index
        self._made: tuple[Mapping[str, Collection[str]], bool, _Counts] | None = None
        """What was counted, whether with the columns, and the counts."""
        derived.on_change.append(self._forget)

    def counts(self) -> _Counts:
        """The papers of each week, and under None those of all weeks, each once. What an undo took out again does not
        count, as soon as the columns of the weeks are in memory."""
        came = self._arrivals.by_week
        with_columns = bool(came) and self._index.known_blocks is not None
        if self._made is None or self._made[0] is not came or self._made[1] != with_columns:
            self._made = (came, with_columns, self._count(came))
        return self._made[2]

    def _count(self, came: Mapping[str, Collection[str]]) -> _Counts:
        weeks = set(self._index.week_ids())
        papers = {week: set(self._store.names.all_of(keys)) for week, keys in came.items() if week in weeks}
        for block in (self._index.known_blocks or ()) if papers else ():
            if block.week in papers:
                papers[block.week].intersection_update(block.keys)
        counts: _Counts = {week: len(each) for week, each in papers.items()}
        return counts | {None: len(set().union(*papers.values()))} if counts else {}

    def _forget(self) -> None:
        self._made = None
