"""Answers a query over the rows of a list: every term becomes a set of rows, and sets are cheap to combine.

A set is a whole number, bit n for row n. Columns answer for what stands in them, the marks for what the user did,
`Search` for free text; a hundred thousand rows cost a few milliseconds a term.
"""

from __future__ import annotations

from datetime import date
from functools import cached_property, partial
from itertools import repeat
from typing import TYPE_CHECKING

from tui_digest.library.row_orders import RowOrders
from tui_digest.models import UNDATED
from tui_digest.query import Dates, Field, Numbers, Weeks, Words, evaluate, terms_of, within
from tui_digest.store.bits import RowSet, bits_from, bits_of, numbers_of
from tui_digest.store.columns import ABSTRACT, LINKS, SEPARATOR
from tui_digest.store.search import WeekPart, WeekParts
from tui_digest.store.steps import at_once
from tui_digest.text.matching import at_words, fold, holds, initials, is_initials, searchable, spaced

if TYPE_CHECKING:
    import re
    from array import array
    from collections.abc import Callable, Collection, Generator, Iterable, Iterator, Mapping, Sequence

    from tui_digest.files import Stamp
    from tui_digest.query import Node
    from tui_digest.store.columns import DigestFacts, WeekColumns
    from tui_digest.store.mark_store import MarkStore
    from tui_digest.store.orders import Order
    from tui_digest.store.paper_keys import PaperKeys
    from tui_digest.store.search import Search

_LOOKED = 32
"""Needles whose rows are kept while there is no index."""


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
        kept_order: Callable[[Order], array[int] | None],
    ) -> None:
        """`digests_of` tells of the papers that are in several digests of the whole library in how many; `kept_order`
        reads an order of all rows that was made before."""
        self.blocks, self.starts, self.keys = blocks, starts, keys
        self._digests_of = digests_of
        self._marks = marks
        self._search = search
        self.layout: WeekParts = tuple(
            WeekPart(block.week, stamp, len(block)) for block, stamp in zip(blocks, stamps, strict=True)
        )
        """The rows, as `Search` takes them."""
        numbers = {"votes": lambda: self._votes, "seen": lambda: self._seen, "waiting": self._waiting}
        self.orders = RowOrders(blocks, starts, numbers, kept_order)
        self._kept: dict[Field, int] = {}
        """Answers that no mark changes."""
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
        if (known := self._kept.get(leaf)) is None:
            known = self._kept[leaf] = self._column(leaf)
        return known | self._own_tag(str(leaf.value)) if leaf.name == "tag" else known

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
        if any(term.name == "tag" for term in fields):
            for _ in self._folding_tags():
                yield 0
        for value in dict.fromkeys(str(term.value) for term in fields if term.name == "is" and term.value != "tagged"):
            for _ in self.keys.finding_rows(*self._chosen(value)):
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
                        lines |= bits_of([*_lines_with(wanted, column)])
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

    def _standing(self, wanted: str, columns: Iterable[str], pattern: re.Pattern[str] | None = None) -> int:
        """The rows in which a text stands, or in which a pattern finds something, given a column week by week."""
        found = 0
        for start, column in zip(self.starts, columns, strict=False):
            if wanted in column:
                found |= bits_of([*_lines_with(wanted, column)]) << start
            if pattern is not None and pattern.search(column):
                found |= bits_from(map(pattern.search, column.split("\n"))) << start
        return found

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

    def _column(self, leaf: Field) -> int:
        value = leaf.value
        if leaf.name == "tag":
            return self._standing(f"{SEPARATOR}{fold(str(value))}{SEPARATOR}", self._folded_tags)
        if leaf.name == "arxiv":
            from tui_digest.identity import arxiv_key  # its patterns cost time, and words need none

            return self._of({arxiv_key(str(value))})
        if leaf.name == "has":
            return self._having(str(value))
        if leaf.name == "week":
            return self._weeks(value)
        if leaf.name == "section":
            sections = [block.folded("sections") for block in self.blocks]
            return self._standing(fold(str(value)), sections, spaced(fold(str(value))))
        if leaf.name == "author=":
            return self._by(searchable(str(value)))
        if leaf.name == "source":
            from tui_digest.store.registry import is_under

            return self._digests(lambda d: is_under(str(value), d.path)) if value else 0
        if leaf.name == "digest=":
            wanted = searchable(str(value))
            return self._digests(lambda d: wanted in (searchable(d.title), searchable(d.path)))
        if leaf.name == "digest":
            wanted = searchable(str(value))
            return self._digests(lambda d: holds(searchable(d.title), wanted) or holds(searchable(d.path), wanted))
        if isinstance(value, Dates):
            return self._days(leaf.name, value)
        assert isinstance(value, Numbers)
        if leaf.name == "seen":
            seen = bits_of([row for row, times in self._seen.items() if within(times, times, *value)])
            return seen | (~bits_of([*self._seen]) if within(1, 1, *value) else 0)
        return bits_of([row for row, votes in self._votes.items() if within(votes, votes, *value)])

    def _by(self, author: str) -> int:
        """The rows that an author of just this (folded) name wrote."""
        found = []
        for block, start in zip(self.blocks, self.starts, strict=False):
            authors = fold(str(block.packed["authors"], "utf-8"))  # not kept: few ask, and it is much
            if author in authors:
                lines = enumerate(authors.split("\n"), start)
                found += [row for row, line in lines if author in line and author in line.split(SEPARATOR)]
        return bits_of(found)

    def _days(self, name: str, span: Dates) -> int:
        """The rows whose digest's days, or whose paper's day, are in the span."""
        if name in ("date", "added"):
            return self._digests(lambda digest: _in_time(digest, name, span))
        # No day is 0, and `date.min` is 1.
        first, last = (span.first or date.min).toordinal(), (span.last or date.max).toordinal()
        found = 0
        for block, start in zip(self.blocks, self.starts, strict=False):
            if days := block.days(name):
                found |= bits_from([first <= day <= last for day in days]) << start
        return found

    def _having(self, what: str) -> int:
        if what == "arxiv":
            return bits_from(map(str.startswith, self.keys, repeat("arxiv:")))
        wanted = ABSTRACT if what == "abstract" else LINKS
        return bits_from([flags & wanted for block in self.blocks for flags in block.flags])

    def _weeks(self, value: object) -> int:
        found = 0
        for block, start in zip(self.blocks, self.starts, strict=False):
            dated = block.week != UNDATED
            if (dated and within(block.week, block.week, *value)) if isinstance(value, Weeks) else block.week == value:
                found |= ((1 << len(block)) - 1) << start
        return found

    def _digests(self, wanted: Callable[[DigestFacts], bool]) -> int:
        found = 0
        for row, digest in self.orders.digest_rows():
            if wanted(digest):
                found |= ((1 << digest.entries) - 1) << row
        return found

    def _of(self, papers: Collection[str]) -> int:
        """The rows of these papers."""
        return self.keys.rows_in("", papers)

    @cached_property
    def _folded_tags(self) -> list[str]:
        return at_once(self._folding_tags())

    def _folding_tags(self) -> Generator[None, None, list[str]]:
        """Makes that, a week at a time."""
        folded: list[str] | None = self.__dict__.get("_folded_tags")
        if folded is None:
            folded = []
            for block in self.blocks:
                folded.append(block.folded("tags"))
                yield
            self._folded_tags = folded
        return folded

    @cached_property
    def _votes(self) -> dict[int, int]:
        return {
            start + place: votes
            for block, start in zip(self.blocks, self.starts, strict=False)
            for place, votes in block.votes.items()
        }

    @cached_property
    def _seen(self) -> dict[int, int]:
        """In how many digests a row's paper is, for those that are in several."""
        times = self._digests_of()
        rows = numbers_of(bits_from(map(times.__contains__, self.keys))) if times else ()
        return {row: times[self.keys[row]] for row in rows}

    def _waiting(self) -> dict[int, int]:
        """How long the papers of some rows have waited, as a number that is the greater the longer it is."""
        waiting = self._marks.waiting()
        rows = numbers_of(self._of(waiting)) if waiting else ()
        return {row: -waiting[self.keys[row]] for row in rows}

    @cached_property
    def _borrowed(self) -> set[str]:
        """Keys that entries have from others of the same title."""
        return {key for block in self.blocks[:1] for key in block.aliases.values()}


def _in_time(digest: DigestFacts, name: str, span: Dates) -> bool:
    first, last = (digest.added, None) if name == "added" else (digest.start, digest.end)
    low, high = (None if day is None else day.isoformat() for day in span)
    return first is not None and within(first, last or first, low, high)


def _named_in(wanted: str, keys: Sequence[str]) -> list[int]:
    """The places of the papers whose arXiv id or DOI holds a folded text. What stands before it in a key is the
    library's, and no text of anybody's."""
    column = fold("\n".join(keys))
    if wanted not in column:
        return []
    return [place for place in _lines_with(wanted, column) if wanted in _id_in(keys[place])]


def _id_in(key: str) -> str:
    scheme, _, name = key.partition(":")
    return fold(name) if scheme in ("arxiv", "doi") else ""


def _lines_with(wanted: str, column: str) -> Iterator[int]:
    """The numbers of the lines in which a text stands."""
    line = end = 0
    place = column.find(wanted)
    while place >= 0:
        line += column.count("\n", end, place)
        yield line
        end = column.find("\n", place)
        place = column.find(wanted, end) if end >= 0 else -1
