"""The rows of a list of some weeks, and the answer to a query over them."""

from __future__ import annotations

from functools import cached_property
from itertools import accumulate
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # what answers queries takes several milliseconds to load, and the first screen asks for everything
    from collections.abc import Callable, Sequence

    from tui_digest.query import Asked
    from tui_digest.store.columns import Block
    from tui_digest.store.files import Stamp
    from tui_digest.store.marks import Marks
    from tui_digest.store.search import Search
    from tui_digest.terms import Terms


class Finder:
    """Made for one list, thrown away when the library changes."""

    def __init__(
        self, blocks: Sequence[Block], stamps: Sequence[Stamp], marks: Marks, search: Callable[[], Search]
    ) -> None:
        self.blocks = blocks
        self.starts = [0, *accumulate(len(block) for block in blocks)]
        """The row that each week begins with, and how many rows there are."""
        self._made_of = (stamps, marks, search)

    @cached_property
    def terms(self) -> Terms:
        """What tells the rows of a term."""
        from tui_digest.terms import Terms

        stamps, marks, search = self._made_of
        return Terms(self.blocks, self.starts, self.keys, stamps, marks, search())

    @cached_property
    def keys(self) -> Sequence[str]:
        """The papers' keys, a row each."""
        if len(self.blocks) == 1:
            return self.blocks[0].keys
        return [key for block in self.blocks for key in block.keys]

    def rows(self, asked: Asked, stop: Callable[[], bool]) -> Sequence[int]:
        """The rows that are asked for, in the order that is asked for. Raises `Stopped` when `stop` says so."""
        rows: Sequence[int] = range(self.starts[-1]) if asked.tree is None else self.terms.rows(asked.tree, stop)
        if asked.sort is not None:
            rows = self.terms.sorted(rows, *asked.sort)
        return rows if asked.limit is None else rows[: asked.limit]
