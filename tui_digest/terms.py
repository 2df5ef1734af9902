"""Answers a query over the rows of a list: every term becomes a set of rows, and sets are cheap to combine.

A set is a whole number, bit n for row n. Columns answer for what stands in them, the marks for what the reader did,
`Search` for free text; a hundred thousand rows cost a few milliseconds a term.
"""

from __future__ import annotations

import builtins
from collections import Counter
from functools import cached_property
from typing import TYPE_CHECKING

from tui_digest.matching import fold, searchable
from tui_digest.models import UNDATED
from tui_digest.query import Dates, Field, Numbers, Weeks, Words, evaluate, within
from tui_digest.store.bits import bits_of, numbers_of
from tui_digest.store.columns import ABSTRACT, LINKS, SEPARATOR
from tui_digest.store.search import Layout, Part

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

    from tui_digest.query import Node
    from tui_digest.store.columns import Block, DigestFacts
    from tui_digest.store.files import Stamp
    from tui_digest.store.marks import Marks
    from tui_digest.store.search import Search

_DIGITS = (b"0"[0], b"1"[0])
_DENSE = 8
"""A set of more than one row in so many is listed faster digit by digit."""


class Terms:
    """The terms of queries over the rows of some weeks: `blocks`, of which each begins at a row of `starts`."""

    def __init__(
        self,
        blocks: Sequence[Block],
        starts: Sequence[int],
        keys: Sequence[str],
        stamps: Sequence[Stamp],
        marks: Marks,
        search: Search,
    ) -> None:
        self.blocks, self.starts, self.keys = blocks, starts, keys
        self._marks = marks
        self._search = search
        self.layout: Layout = tuple(
            Part(block.week, stamp, len(block)) for block, stamp in zip(blocks, stamps, strict=True)
        )
        """The rows, as `Search` takes them."""
        self._kept: dict[Field, int] = {}
        """Answers that no mark changes."""
        self.partly = False
        """Whether the last answer looked for words in titles, tags and authors only, for the index is not ready."""

    def rows(self, tree: Node, stop: Callable[[], bool]) -> list[int]:
        """The rows that are asked for, in reading order. Raises `Stopped` when `stop` says so."""
        self.partly = False
        return listed(evaluate(tree, lambda leaf: self._leaf(leaf, stop), (1 << self.starts[-1]) - 1))

    # -- terms ---------------------------------------------------------------------------------------------------

    def _leaf(self, leaf: Words | Field, stop: Callable[[], bool]) -> int:
        if isinstance(leaf, Words):
            return self._words(leaf.text, None, stop) | self._said_by_the_reader(leaf.text)
        if leaf.name in ("title", "author"):
            return self._words(str(leaf.value), leaf.name, stop)
        if leaf.name in ("is", "note"):
            return self._marked(leaf)
        if (known := self._kept.get(leaf)) is None:
            known = self._kept[leaf] = self._column(leaf)
        return known | self._own_tag(str(leaf.value)) if leaf.name == "tag" else known

    def _words(self, text: str, field: str | None, stop: Callable[[], bool]) -> int:
        if self._search.ready(self.layout):
            return self._search.rows(text, self.layout, field, stop)
        self.partly = True
        wanted = fold(text)
        return _bits([wanted in haystack for block in self.blocks for haystack in block.haystacks])

    def _said_by_the_reader(self, text: str) -> int:
        """Where the note or an own tag holds the text."""
        wanted = searchable(text)
        return self._of(self._noted(wanted) | self._tagged(lambda tag: wanted in searchable(tag)))

    def _noted(self, wanted: str) -> set[str]:
        """The papers whose note holds a `searchable` text."""
        return {key for key, note in self._marks.notes.items() if wanted in searchable(note)}

    def _tagged(self, meant: Callable[[str], bool]) -> set[str]:
        """The papers that have an own tag that is meant."""
        return {key for tag, papers in self._marks.own_tags().items() if meant(tag) for key in papers}

    def _marked(self, leaf: Field) -> int:
        value = str(leaf.value)
        if leaf.name == "note":
            return self._of(self._noted(searchable(value)))
        if value in ("read", "unread"):
            read = self._of(self._marks.chosen("read"))
            return read if value == "read" else ~read
        return self._of(self._marks.chosen("note" if value == "noted" else value))

    def _own_tag(self, tag: str) -> int:
        wanted = fold(tag)
        return self._of(self._tagged(lambda name: fold(name) == wanted))

    def _column(self, leaf: Field) -> int:
        value = leaf.value
        if leaf.name == "tag":
            wanted = f"{SEPARATOR}{fold(str(value))}{SEPARATOR}"
            return _bits([wanted in tags for block in self.blocks for tags in block.folded_tags])
        if leaf.name == "arxiv":
            return self._of({f"arxiv:{value}"})
        if leaf.name == "has":
            return self._having(str(value))
        if leaf.name == "week":
            return self._weeks(value)
        if leaf.name == "author=":
            return self._by(fold(str(value)))
        if leaf.name == "digest=":
            wanted = searchable(str(value))
            return self._digests(lambda d: wanted in (searchable(d.title), searchable(d.path)))
        if leaf.name == "digest":
            wanted = searchable(str(value))
            return self._digests(lambda d: wanted in searchable(d.title) or wanted in searchable(d.path))
        if isinstance(value, Dates):
            return self._digests(lambda digest: _in_time(digest, leaf.name, value))
        assert isinstance(value, Numbers)
        if leaf.name == "seen":
            seen = self._seen
            return _bits([within(seen[key], seen[key], *value) for key in self.keys])
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

    def _having(self, what: str) -> int:
        if what == "arxiv":
            return _bits([key.startswith("arxiv:") for key in self.keys])
        wanted = ABSTRACT if what == "abstract" else LINKS
        return _bits([flags & wanted for block in self.blocks for flags in block.flags])

    def _weeks(self, value: object) -> int:
        found = 0
        for block, start in zip(self.blocks, self.starts, strict=False):
            dated = block.week != UNDATED
            if (dated and within(block.week, block.week, *value)) if isinstance(value, Weeks) else block.week == value:
                found |= ((1 << len(block)) - 1) << start
        return found

    def _digests(self, wanted: Callable[[DigestFacts], bool]) -> int:
        found = 0
        for row, digest in self._digest_rows():
            if wanted(digest):
                found |= ((1 << digest.entries) - 1) << row
        return found

    def _digest_rows(self) -> Iterator[tuple[int, DigestFacts]]:
        """Every digest, and its first row."""
        row = 0
        for block in self.blocks:
            for digest in block.digests:
                yield row, digest
                row += digest.entries

    def _of(self, papers: Collection[str]) -> int:
        """The rows of these papers."""
        return _bits([key in papers for key in self.keys]) if papers else 0

    @cached_property
    def _votes(self) -> dict[int, int]:
        return {
            start + place: votes
            for block, start in zip(self.blocks, self.starts, strict=False)
            for place, votes in block.votes.items()
        }

    @cached_property
    def _seen(self) -> Counter[str]:
        return Counter(self.keys)

    # -- order ---------------------------------------------------------------------------------------------------

    def sorted(self, rows: Sequence[int], name: str, descending: bool) -> list[int]:
        """What lacks the thing to sort by comes last, either way; what is equal in it stays in reading order."""
        values = self._values(name)
        known = builtins.sorted((row for row in rows if row in values), key=values.__getitem__, reverse=descending)
        return [*known, *(row for row in rows if row not in values)]

    def _values(self, name: str) -> dict[int, int] | dict[int, str]:
        if name == "votes":
            return self._votes
        if name == "seen":
            return {row: self._seen[key] for row, key in enumerate(self.keys)}
        if name in ("title", "author"):
            columns = ((block.titles if name == "title" else block.authors) for block in self.blocks)
            texts = enumerate(text for column in columns for text in column)
            untitled = {start + place for block, start in zip(self.blocks, self.starts, strict=False)
                        for place in block.untitled} if name == "title" else ()  # fmt: skip
            return {row: fold(text.partition(SEPARATOR)[0]) for row, text in texts if text and row not in untitled}
        found: dict[int, str] = {}
        for row, digest in self._digest_rows():
            day = digest.added if name == "added" else digest.start
            if day is not None:
                found.update(dict.fromkeys(range(row, row + digest.entries), day))
        return found


def _in_time(digest: DigestFacts, name: str, span: Dates) -> bool:
    first, last = (digest.added, None) if name == "added" else (digest.start, digest.end)
    low, high = (None if day is None else day.isoformat() for day in span)
    return first is not None and within(first, last or first, low, high)


def _bits(flags: Iterable[object]) -> int:
    """The set of the rows whose flag is true."""
    digits = bytes([_DIGITS[1] if flag else _DIGITS[0] for flag in flags])
    return int(digits[::-1], 2) if digits else 0


def listed(bits: int) -> list[int]:
    """The rows of a set, in order."""
    if bits.bit_count() * _DENSE > bits.bit_length():
        return [row for row, digit in enumerate(bin(bits)[:1:-1]) if digit == "1"]
    return list(numbers_of(bits))
