"""Lists of entries: which ones are shown, by index, without loading what is not on screen."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from tui_digest.store.bits import RowSet
from tui_digest.store.columns import SEPARATOR, WeekColumns, repeated
from tui_digest.store.paper_keys import ChosenKeys, PaperKeys

if TYPE_CHECKING:
    from tui_digest.models import Sighting
    from tui_digest.text.tag_names import TagNames


class Row(NamedTuple):
    """What a list shows of an entry."""

    key: str
    title: str
    untitled: bool
    """Whether the title is a stand-in."""
    facts: str
    """The arXiv id, else the URL's host, else nothing."""
    tags: tuple[str, ...]
    week: str
    authors: int
    """How many."""


OPENED = 64
"""Weeks whose columns a list keeps unpacked: as many as may be on the screen at once."""


class Rows:
    """A list of entries in reading order. Lengths and rows cost nothing; a sighting loads its week."""

    def __init__(
        self,
        blocks: Sequence[WeekColumns],
        starts: Sequence[int],
        numbers: Sequence[int],
        keys: Sequence[str],
        sighting: Callable[[WeekColumns, int], Sighting],
        *,
        bits: int = 0,
        in_order: bool = True,
    ) -> None:
        """`numbers` are the rows among all of `blocks`, of which each begins with the row that `starts` tells; `keys`
        has the paper of each of those; `bits` are the same rows as a set; `in_order` unless something else sorts
        them."""
        self._blocks = blocks
        self._starts = starts
        self._numbers = numbers
        self._all_keys = keys
        self._sighting = sighting
        self._in_order = in_order
        self.bits = bits
        """The rows among all of `blocks`, as a set."""
        self._opened: dict[str, tuple[list[str], ...]] = {}
        """The columns of some weeks, unpacked."""

    @cached_property
    def keys(self) -> Sequence[str]:
        """The papers' keys, an element a row."""
        if isinstance(self._numbers, range) and len(self._numbers) == len(self._all_keys):
            return self._all_keys
        return ChosenKeys(self._all_keys, self._numbers)

    def __len__(self) -> int:
        return len(self._numbers)

    def key(self, index: int) -> str:
        """The paper of one row."""
        return self._all_keys[self._numbers[index]]

    def places(self) -> list[list[int]]:
        """The places of the entries in each week."""
        found: list[list[int]] = [[] for _ in self._blocks]
        for number in self._numbers:
            week = bisect_right(self._starts, number) - 1
            found[week].append(number - self._starts[week])
        return found

    @property
    def blocks(self) -> Sequence[WeekColumns]:
        """The weeks that the entries stand in."""
        return self._blocks

    def __getitem__(self, index: int) -> Row:
        if len(self._opened) > OPENED:
            self._opened.clear()
        return self._row(index)

    def __iter__(self) -> Iterator[Row]:
        return map(self._row, range(len(self)))  # each week is opened once, in whatever order the rows are

    def _row(self, index: int) -> Row:
        block, place = self._find(index)
        columns = self._opened.get(block.week)
        if columns is None:
            columns = self._opened[block.week] = (block.own_keys, block.titles, block.facts, block.tags, block.authors)
        key, title, host, tags, authors = [column[place] for column in columns]
        return Row(
            key=block.aliases.get(key, key),
            title=title,
            untitled=place in block.untitled,
            facts=key[6:] if key.startswith("arxiv:") else host,
            tags=tuple(tags[1:-1].split(SEPARATOR)) if tags else (),
            week=block.week,
            authors=authors.count(SEPARATOR) + 1 if authors else 0,
        )

    def sighting(self, index: int) -> Sighting:
        """The entry itself, with its digest. Raises `StoreError` where its week cannot be read."""
        block, place = self._find(index)
        return self._sighting(block, place)

    def read_by(self, sighting: Callable[[WeekColumns, int], Sighting]) -> Rows:
        """The same rows, whose entries something else reads."""
        rows = (self._blocks, self._starts, self._numbers, self._all_keys)
        return Rows(*rows, sighting, bits=self.bits, in_order=self._in_order)

    def only(self, keys: Collection[str]) -> Rows:
        """The first row of each of these papers."""
        left, numbers = {*keys}, list[int]()
        for number, key in zip(self._numbers, self.keys, strict=True):
            if key in left:
                left.discard(key)
                numbers.append(number)
        made_of = (self._blocks, self._starts, numbers, self._all_keys, self._sighting)
        return Rows(*made_of, in_order=self._in_order)

    def index_of(self, key: str) -> int | None:
        """The first row of that paper."""
        return next(self.indexes_of(key), None)

    def indexes_of(self, key: str) -> Iterator[int]:
        """The rows of that paper, a mention each."""
        every = self._all_keys
        for number in every.rows_of(key) if isinstance(every, PaperKeys) else _places_of(key, every):
            if (index := self._index_of(number)) is not None:
                yield index

    def _index_of(self, number: int) -> int | None:
        if isinstance(self._numbers, RowSet):
            return self._numbers.place_of(number)
        if self._in_order:
            index = bisect_left(self._numbers, number)
            return index if index < len(self._numbers) and self._numbers[index] == number else None
        try:
            return self._numbers.index(number)
        except ValueError:
            return None

    def _find(self, index: int) -> tuple[WeekColumns, int]:
        if index < 0:
            index += len(self._numbers)
        if not 0 <= index < len(self._numbers):
            raise IndexError(index)
        number = self._numbers[index]
        place = bisect_right(self._starts, number) - 1
        return self._blocks[place], number - self._starts[place]


def _places_of(key: str, keys: Sequence[str]) -> Iterator[int]:
    return (place for place, each in enumerate(keys) if each == key)


def _keys_of(blocks: Sequence[WeekColumns], places: Sequence[Sequence[int]]) -> Iterator[str]:
    for block, chosen in zip(blocks, places, strict=True):
        yield from map(block.keys.__getitem__, chosen)


def tag_counts(
    blocks: Sequence[WeekColumns],
    places: Sequence[Sequence[int]],
    own: Mapping[str, Collection[str]],
    names: TagNames | None = None,
) -> list[tuple[str, int]]:
    """The tags of these entries and in how many papers each is seen: the most frequent first, then by name. `own` has
    the user's own tags of every paper that has some; `names` tells which spellings are one."""
    counts: Counter[str] = Counter()
    several = repeated(_keys_of(blocks, places))
    seen: dict[str, set[str]] = {}
    """The tags so far of the papers that stand there more than once."""
    for block, chosen in zip(blocks, places, strict=True):
        keys, tags = block.keys, block.tags
        for place in chosen:
            text = tags[place]
            if not text:
                continue
            key = keys[place]
            found = text[1:-1].split(SEPARATOR)
            fresh = set(found) if names is None else names.names(found)
            if hash(key) in several:
                before = seen.get(key, set())
                fresh -= before
                seen[key] = before | fresh
            counts.update(fresh)
    return ordered(with_own_tags(counts, blocks, places, own, names))


def with_own_tags(
    counts: Mapping[str, int],
    blocks: Sequence[WeekColumns],
    places: Sequence[Sequence[int]],
    own: Mapping[str, Collection[str]],
    names: TagNames | None = None,
) -> Mapping[str, int]:
    """The counts, and the papers that have a tag only from the user."""
    if not own:
        return counts
    given: dict[str, set[str]] = {}
    for block, chosen in zip(blocks, places, strict=True):
        keys, tags = block.keys, block.tags
        for place in chosen:
            if keys[place] in own:
                given.setdefault(keys[place], set()).update(tags[place].split(SEPARATOR))
    return counts_with(counts, given, own, names)


def counts_with(
    counts: Mapping[str, int],
    given: Mapping[str, Collection[str]],
    own: Mapping[str, Collection[str]],
    names: TagNames | None,
) -> Mapping[str, int]:
    """The counts of tags, and one more for each paper that has a tag from the user (`own`) and not from a digest
    (`given`)."""
    added: Counter[str] = Counter(counts)
    for key, source_tags in given.items():
        if names is None:
            added.update(set(own[key]).difference(source_tags))
        else:
            added.update(names.names(own[key]) - names.names(source_tags))
    return added


def ordered(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    """The most frequent first, then by name."""
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))
