"""The rows of a list of some weeks, and the answer to a query over them."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from contextlib import suppress
from functools import cached_property
from itertools import accumulate
from typing import TYPE_CHECKING

from tui_digest.store.bits import bits_of, gathering, numbers_of, part_of
from tui_digest.store.columns import SEPARATOR
from tui_digest.store.describing import shared_papers, standing_again
from tui_digest.store.paper_keys import PaperKeys
from tui_digest.store.rows import counts_with
from tui_digest.store.steps import at_once

if TYPE_CHECKING:  # what answers queries takes several milliseconds to load, and the first screen asks for everything
    from array import array
    from collections.abc import Callable, Collection, Generator, Mapping, Sequence
    from collections.abc import Set as AbstractSet
    from pathlib import Path

    from tui_digest.files import Stamp
    from tui_digest.library.terms import Terms
    from tui_digest.query import Asked
    from tui_digest.store.columns import WeekColumns
    from tui_digest.store.mark_store import MarkStore
    from tui_digest.store.orders import Order
    from tui_digest.store.search import Search
    from tui_digest.store.tag_sets import TagSets
    from tui_digest.text.tag_names import TagNames


class Finder:
    """Answers queries over some weeks; thrown away when the library changes."""

    def __init__(
        self,
        blocks: Sequence[WeekColumns],
        stamps: Sequence[Stamp],
        marks: MarkStore,
        search: Callable[[], Search],
        names: TagNames | None = None,
        whole: Callable[[], Finder] | None = None,
        orders: Path | None = None,
        shared: AbstractSet[str] | None = None,
    ) -> None:
        """`names` tells which spellings of tags are one, where the user says so; `whole` makes the list of all weeks,
        where this one is of a week; in the file `orders` those of all weeks are kept; `shared` are the papers of
        several of these weeks, where that is known."""
        self.blocks = blocks
        self.starts = [0, *accumulate(len(block) for block in blocks)]
        """The row that each week begins with, and how many rows there are."""
        self._made_of = (stamps, marks, search)
        self._names = names
        self._whole = whole
        self._orders = orders
        self._shared = shared
        self._tag_sets: TagSets | None = None
        self._making: Generator[None, None, None] | None = None
        """What is making those."""

    @cached_property
    def terms(self) -> Terms:
        """The terms of queries, as sets of rows."""
        from tui_digest.library.terms import Terms

        stamps, marks, search = self._made_of
        return Terms(self.blocks, self.starts, self.keys, stamps, marks, search(), lambda: self.seen, self._kept_order)

    @cached_property
    def keys(self) -> PaperKeys:
        """The papers' keys, a row each."""
        return PaperKeys(self.blocks, self.starts)

    def making_repeated(self) -> Generator[None, None, None]:
        """Makes `repeated`, in steps: at once it takes 25 ms for a hundred thousand rows."""
        if "repeated" in self.__dict__:
            return
        shared = self._shared
        if shared is None:
            shared = shared_papers(self.blocks).keys()
        rows: list[int] = []
        for start, block in zip(self.starts, self.blocks, strict=False):
            keys = block.keys
            if several := standing_again(keys, shared):
                rows += [row for row, key in enumerate(keys, start) if key in several]
            yield
        self.repeated = yield from gathering(rows)

    def rows(self, asked: Asked, stop: Callable[[], bool], below: int | None = None) -> tuple[Sequence[int], int]:
        """The rows that are asked for, in the order that is asked for, and as a set; `below` as for `Terms.rows`.
        Raises `Stopped` when `stop` says so."""
        if asked.tree is None:
            rows: Sequence[int] = range(self.starts[-1])
            found = (1 << self.starts[-1]) - 1
        else:
            rows = chosen = self.terms.rows(asked.tree, stop, below)
            found = chosen.bits
        if asked.sort is not None:
            rows = self.terms.orders.sorted(rows, *asked.sort)
        if asked.limit is None:
            return rows, found
        rows = rows[: asked.limit]
        return rows, bits_of(rows)

    def sorting(self, asked: Asked) -> Generator[None, None, None]:
        """Puts the rows that are asked for into their order, if there is one, in steps: then `rows` has them at hand.
        What they are must be at hand."""
        if asked.sort is not None and asked.tree is None:
            yield from self.terms.orders.ordering(asked.sort)
        elif asked.sort is not None:
            assert asked.tree is not None
            yield from self.terms.orders.sorting(self.terms.rows(asked.tree, lambda: False).bits, asked.sort)

    # -- orders --------------------------------------------------------------------------------------------------

    def _kept_order(self, order: Order) -> Generator[None, None, array[int] | None]:
        from tui_digest.store.order_changes import kept_order

        if self._orders is None:
            return None
        return (yield from kept_order(self._orders, self._stamps, order, [len(block) for block in self.blocks]))

    @property
    def _stamps(self) -> dict[str, Stamp]:
        return {block.week: stamp for block, stamp in zip(self.blocks, self._made_of[0], strict=True)}

    def keep_orders(self) -> bool:
        """Keeps the orders of the rows that take long to make, unless they are kept; whether that was done."""
        from tui_digest.library.row_orders import KEPT
        from tui_digest.store.order_changes import changes_path, keep_changes, keeps_orders
        from tui_digest.store.orders import keep_orders

        if self._orders is None or keeps_orders(self._orders, self._stamps):
            return False
        orders, sizes = self.terms.orders, [len(block) for block in self.blocks]
        if not keep_changes(self._orders, self._stamps, sizes, orders.text_of, orders.texts_of):
            made = {each: at_once(orders.ordering(each)) for each in KEPT}
            names = {name: orders.signposts(name) for name, descending in KEPT if not descending}
            keep_orders(self._orders, self._stamps, made, sizes, names)
            with suppress(OSError):  # it is of other orders, and says so
                changes_path(self._orders).unlink(missing_ok=True)
        return True

    # -- counting ------------------------------------------------------------------------------------------------

    @cached_property
    def repeated(self) -> int:
        """The rows whose paper stands in several."""
        at_once(self.making_repeated())
        return self.repeated

    @cached_property
    def seen(self) -> Mapping[str, int]:
        """In how many digests of the whole library a paper is, for those that are in several."""
        if self._whole is not None:
            return self._whole().seen
        if not self.repeated:
            return {}
        again = {self.keys[row] for row in numbers_of(self.repeated)}
        times: Counter[str] = Counter()
        row = 0
        for digest in (digest for block in self.blocks for digest in block.digests):
            times.update(again.intersection(self.keys[row : row + digest.entries]))
            row += digest.entries
        return {key: number for key, number in times.items() if number > 1}

    def papers(self, bits: int) -> int:
        """How many papers some rows tell of."""
        again = bits & self.repeated
        return bits.bit_count() - again.bit_count() + len({self.keys[row] for row in numbers_of(again)})

    def papers_by_week(self, bits: int) -> Generator[None, None, dict[str, int]]:
        """How many papers some rows tell of in each week that has some; in steps."""
        data = bits.to_bytes((self.starts[-1] >> 3) + 1, "little")
        again = (bits & self.repeated).to_bytes(len(data), "little")
        found: dict[str, int] = {}
        for start, end, block in zip(self.starts, self.starts[1:], self.blocks, strict=False):
            if rows := part_of(data, start, end):
                twice = part_of(again, start, end)
                papers = (
                    rows.bit_count() - twice.bit_count() + len({self.keys[start + row] for row in numbers_of(twice)})
                )
                found[block.week] = papers
            yield
        return found

    @property
    def tag_sets(self) -> TagSets:
        """What counts the tags; made in a tenth of a second for a hundred thousand rows."""
        at_once(self.making_tag_sets())
        assert self._tag_sets is not None
        return self._tag_sets

    def making_tag_sets(self) -> Generator[None, None, None]:
        """Makes that, in steps; those of several who need it at the same time are of one and the same work."""
        if self._tag_sets is None and self._making is None:
            self._making = self._make_tag_sets()
        while self._making is not None and next(self._making, self) is not self:
            yield
        self._making = None

    def _make_tag_sets(self) -> Generator[None, None, None]:
        from tui_digest.store.tag_sets import TagSets

        yield from self.making_repeated()
        made = TagSets(self.keys, self.repeated, self._names)
        for start, block in zip(self.starts, self.blocks, strict=False):
            made.add(block, start)
            yield
        yield from made.finishing()
        self._tag_sets = made

    def tag_counts(self, bits: int, own: Mapping[str, Collection[str]]) -> Mapping[str, int]:
        """How many papers of some rows have each tag, from a digest or from the user (`own`)."""
        counts = self.tag_sets.counts(bits)
        if not own:
            return counts
        given: dict[str, set[str]] = {}
        for row in numbers_of(bits & self.keys.rows_in("own tags", own.keys())):
            week = bisect_right(self.starts, row) - 1
            text = self.blocks[week].line("tags", row - self.starts[week])
            given.setdefault(self.keys[row], set()).update(text.split(SEPARATOR))
        return counts_with(counts, given, own, self._names)
