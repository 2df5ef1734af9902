"""Answers a query over the rows of a list: every term becomes a set of rows, and sets are cheap to combine.

A set is a whole number, bit n for row n. Columns answer for what stands in them, the marks for what the user did,
`Search` for free text; a hundred thousand rows cost a few milliseconds a term.
"""

from __future__ import annotations

from functools import cached_property, partial
from typing import TYPE_CHECKING

from tui_digest.library.column_terms import ColumnTerms, lines_with
from tui_digest.library.row_orders import RowOrders
from tui_digest.query import Field, Words, evaluate, terms_of
from tui_digest.store.bits import RowSet, bits_of, numbers_of
from tui_digest.store.search import WeekPart, WeekParts
from tui_digest.store.steps import at_once
from tui_digest.text.matching import at_words, fold, holds, initials, is_initials, searchable

if TYPE_CHECKING:
    import re
    from array import array
    from collections.abc import Callable, Collection, Generator, Iterable, Mapping, Sequence

    from tui_digest.files import Stamp
    from tui_digest.query import Node
    from tui_digest.store.columns import WeekColumns
    from tui_digest.store.mark_store import MarkStore
    from tui_digest.store.orders import Order
    from tui_digest.store.paper_keys import PaperKeys
    from tui_digest.store.search import Search

_LOOKED = 32
"""Needles whose rows are kept while there is no index."""


_NO_COLUMNS = ("title", "author", "is", "note")
"""Fields that the index or the marks answer."""


class Terms:
    """The terms of queries over the rows of some weeks: `blocks`, of which each begins at a row of `starts`."""

    def __init__(
        self,
        blocks: Sequence[WeekColumns],
        starts: Sequence[int],
        keys: PaperKeys,
        stamps: Sequence[Stamp],
        marks: MarkStore,
        search: Search,
        digests_of: Callable[[], Mapping[str, int]],
        kept_order: Callable[[Order], Generator[None, None, array[int] | None]],
    ) -> None:
        """`digests_of` tells of the papers that are in several digests of the whole library in how many; `kept_order`
        reads an order of all rows that was made before."""
        self.blocks, self.starts, self.keys = blocks, starts, keys
        self._marks = marks
        self._search = search
        self.layout: WeekParts = tuple(
            WeekPart(block.week, stamp, len(block)) for block, stamp in zip(blocks, stamps, strict=True)
        )
        """The rows, as `Search` takes them."""
        self.columns = ColumnTerms(blocks, starts, keys, digests_of)
        numbers = {"votes": lambda: self.columns.votes, "seen": lambda: self.columns.seen, "waiting": self._waiting}
        self.orders = RowOrders(blocks, starts, numbers, kept_order)
        self._looked: dict[tuple[str, str | None], int] = {}
        """In which rows a folded text stands as far as titles, tags and authors tell; the latest few."""
        self._below: int | None = None
        self.partly = False
        """Whether the last answer looked for words in titles, tags and authors only, for the index is not ready."""

    def rows(self, tree: Node, stop: Callable[[], bool], below: int | None = None) -> RowSet:
        """The rows that are asked for, in reading order; those before the row `below` only, where `looking` has come
        that far. Raises `Stopped` when `stop` says so."""
        self.partly = False
        self._below = below
        asked_of = self.starts[-1] if below is None else below
        return RowSet(evaluate(tree, lambda leaf: self._leaf(leaf, stop), (1 << asked_of) - 1))

    # -- terms ---------------------------------------------------------------------------------------------------

    def _leaf(self, leaf: Words | Field, stop: Callable[[], bool]) -> int:
        if isinstance(leaf, Words):
            return self._words(leaf.text, None, stop, exact=leaf.phrase) | self._said_by_the_user(leaf)
        if leaf.name in ("title", "author"):
            return self._words(str(leaf.value), leaf.name, stop)
        if leaf.name in ("is", "note"):
            return self._marked(leaf)
        found = self.columns.rows(leaf)
        return found | self._own_tag(str(leaf.value)) if leaf.name == "tag" else found

    def _words(self, text: str, field: str | None, stop: Callable[[], bool], *, exact: bool = False) -> int:
        if self._search.ready(self.layout):
            found = self._search.rows(text, self.layout, field, stop, exact=exact, below=self._below)
            # A text that names no paper says nothing of the id that its paper is known by.
            return found if field else found | self._named(fold(text), self._borrowed)
        self.partly = True
        wanted = fold(text)
        at_once(self._looking_for(wanted, field))
        return self._looked[wanted, field]

    def looking(self, tree: Node | None) -> Generator[int, None, None]:
        """Looks for the words of a query, in steps: then `rows` has them at hand. Tells up to which row all are found.

        The index has words at hand, and phrases are looked for in texts. Where there is no index to ask, titles, tags
        and authors are looked through, a week at a time.
        """
        fields = [term for term in terms_of(tree) if isinstance(term, Field)]
        for field in fields:
            for _ in self.columns.finding(field) if field.name not in _NO_COLUMNS else ():
                yield 0
        for value in dict.fromkeys(str(term.value) for term in fields if term.name == "is" and term.value != "tagged"):
            for _ in self.keys.finding_rows(*self._chosen(value)):
                yield 0
        for _ in self._search.opening(self.layout):
            yield 0
        if self._search.ready(self.layout):
            yield from self._looking_up(tree)
            return
        for term in terms_of(tree):
            if isinstance(term, Words):
                yield from self._looking_for(fold(term.text), None)
            elif term.name in ("title", "author"):
                yield from self._looking_for(fold(str(term.value)), term.name)

    def _looking_up(self, tree: Node | None) -> Generator[int, None, None]:
        find, words = partial(self._search.finding, layout=self.layout), [*terms_of(tree)]
        each = [find(term.text, exact=term.phrase) for term in words if isinstance(term, Words)]
        fields = [term for term in words if isinstance(term, Field) and term.name in ("title", "author")]
        each += [find(str(term.value), field=term.name) for term in fields]
        going = [[0, number] for number in range(len(each))]
        while going:
            least = min(going)
            row = next(each[least[1]], None)
            if row is None:
                going.remove(least)
            else:
                least[0] = row
                yield min(row for row, _ in going)

    def _looking_for(self, wanted: str, field: str | None) -> Generator[int, None, None]:
        if (wanted, field) in self._looked:
            return
        within = (1 << self.starts[-1]) - 1
        for (known, of), rows in self._looked.items():
            if of == field and known in wanted:  # while one types, most needles are the last one and a letter more
                within &= rows
        found, names = 0, (f"{field}s",) if field else ("titles", "tags", "facts", "authors")
        for start, block in zip(self.starts, self.blocks, strict=False):
            if within >> start & (1 << len(block)) - 1:
                lines = 0
                for name in names:
                    column = block.folded(name)
                    if wanted in column:
                        lines |= bits_of([*lines_with(wanted, column)])
                if field is None:
                    lines |= bits_of(_named_in(wanted, self.keys[start : start + len(block)]))
                found |= lines << start
            yield 0
        self._looked[wanted, field] = found
        if len(self._looked) > _LOOKED:
            del self._looked[next(iter(self._looked))]

    def _named(self, wanted: str, keys: Iterable[str]) -> int:
        """The rows of those papers of `keys` whose arXiv id or DOI holds a folded text."""
        return self._of({key for key in keys if wanted in _id_in(key)})

    def _said_by_the_user(self, leaf: Words) -> int:
        """Where the note or an own tag holds the text; initial consonants are enough, as in what digests say."""
        wanted = searchable(leaf.text)
        short = is_initials(wanted) and not leaf.phrase
        in_notes = None if leaf.phrase else at_words(wanted)

        def meant(tag: str) -> bool:
            folded = searchable(tag)
            return holds(folded, wanted, exact=leaf.phrase) or (short and wanted in initials(folded))

        return self._of(self._noted(wanted, in_notes, exact=leaf.phrase) | self._tagged(meant))

    def _noted(self, wanted: str, pattern: re.Pattern[str] | None = None, *, exact: bool = False) -> set[str]:
        """The papers whose note holds a `searchable` text, or in whose note a pattern finds something."""
        notes = ((key, searchable(note)) for key, note in self._marks.notes.items())
        return {key for key, note in notes if holds(note, wanted, exact=exact) or (pattern and pattern.search(note))}

    def _tagged(self, meant: Callable[[str], bool]) -> set[str]:
        """The papers that have an own tag that is meant."""
        return {key for tag, papers in self._marks.own_tags().items() if meant(tag) for key in papers}

    def _marked(self, leaf: Field) -> int:
        value = str(leaf.value)
        if leaf.name == "note":
            return self._of(self._noted(searchable(value)))
        if value == "tagged":
            return self._of(self._tagged(lambda _: True))
        rows = self.keys.rows_in(*self._chosen(value))
        return ~rows if value == "unread" else rows

    def _chosen(self, value: str) -> tuple[str, Collection[str]]:
        """What `is:` asks for but for own tags: the name of the set, and the papers in it (`unread`: not in it)."""
        if value == "later":
            return value, self._marks.waiting().keys()
        name = {"unread": "read", "noted": "note"}.get(value, value)
        return name, self._marks.chosen(name)

    def _own_tag(self, tag: str) -> int:
        wanted = fold(tag)
        return self._of(self._tagged(lambda name: fold(name) == wanted))

    def _of(self, papers: Collection[str]) -> int:
        """The rows of these papers."""
        return self.keys.rows_in("", papers)

    def _waiting(self) -> dict[int, int]:
        """How long the papers of some rows have waited, as a number that is the greater the longer it is."""
        waiting = self._marks.waiting()
        rows = numbers_of(self._of(waiting)) if waiting else ()
        return {row: -waiting[self.keys[row]] for row in rows}

    @cached_property
    def _borrowed(self) -> set[str]:
        """Keys that entries have from others of the same title."""
        return {key for block in self.blocks[:1] for key in block.aliases.values()}


def _named_in(wanted: str, keys: Sequence[str]) -> list[int]:
    """The places of the papers whose arXiv id or DOI holds a folded text. What stands before it in a key is the
    library's, and no text of anybody's."""
    column = fold("\n".join(keys))
    if wanted not in column:
        return []
    return [place for place in lines_with(wanted, column) if wanted in _id_in(keys[place])]


def _id_in(key: str) -> str:
    scheme, _, name = key.partition(":")
    return fold(name) if scheme in ("arxiv", "doi") else ""
