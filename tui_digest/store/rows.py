"""Lists of entries: which ones are shown, by index, without loading what is not on screen."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from tui_digest.store.columns import SEPARATOR, Block, fold

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Container, Iterator, Sequence

    from tui_digest.models import Sighting

VIEWS = ("all", "unread", "starred", "noted")


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


class Filter(NamedTuple):
    """Which entries are wanted."""

    view: str = "all"
    tags: Collection[str] = ()
    """An entry holds all of them."""
    text: str = ""
    """Words that must all be found in the title, tags, id or authors, anywhere in a word."""

    def places(self, block: Block, read: Container[str], starred: Container[str]) -> Sequence[int]:
        """The wanted entries of one week."""
        keys = block.keys
        found: Sequence[int] = range(len(keys))
        if self.view == "unread":
            found = [place for place in found if keys[place] not in read]
        elif self.view == "starred":
            found = [place for place in found if keys[place] in starred]
        elif self.view != "all":
            return ()
        for tag in self.tags:
            wanted, tags = f"{SEPARATOR}{tag}{SEPARATOR}", block.tags
            found = [place for place in found if wanted in tags[place]]
        for word in fold(self.text).split():
            texts = block.haystacks
            found = [place for place in found if word in texts[place]]
        return found


class Rows:
    """A list of entries in reading order. Lengths and rows cost nothing; a sighting loads its week."""

    def __init__(
        self,
        blocks: Sequence[Block],
        places: Sequence[Sequence[int]],
        sighting: Callable[[Block, int], Sighting],
    ) -> None:
        self._blocks = blocks
        self._places = places
        self._sighting = sighting
        self._starts = [0]
        self.keys: Sequence[str] = []
        """The papers' keys, an element a row."""
        keys: list[str] = []
        for block, chosen in zip(blocks, places, strict=True):
            keys += block.keys if len(chosen) == len(block) else [block.keys[place] for place in chosen]
            self._starts.append(len(keys))
        self.keys = keys

    def __len__(self) -> int:
        return len(self.keys)

    def __getitem__(self, index: int) -> Row:
        block, place = self._find(index)
        tags = block.tags[place]
        authors = block.authors[place]
        return Row(
            key=block.keys[place],
            title=block.titles[place],
            untitled=place in block.untitled,
            facts=block.fact(place),
            tags=tuple(tags[1:-1].split(SEPARATOR)) if tags else (),
            week=block.week,
            authors=authors.count(SEPARATOR) + 1 if authors else 0,
        )

    def __iter__(self) -> Iterator[Row]:
        return (self[index] for index in range(len(self)))

    def sighting(self, index: int) -> Sighting:
        """The entry itself, with its digest. Raises `StoreError` where its week cannot be read."""
        block, place = self._find(index)
        return self._sighting(block, place)

    def index_of(self, key: str) -> int | None:
        """The first row of that paper."""
        try:
            return self.keys.index(key)
        except ValueError:
            return None

    def _find(self, index: int) -> tuple[Block, int]:
        if index < 0:
            index += len(self.keys)
        if not 0 <= index < len(self.keys):
            raise IndexError(index)
        number = bisect_right(self._starts, index) - 1
        return self._blocks[number], self._places[number][index - self._starts[number]]


def tag_counts(blocks: Sequence[Block], places: Sequence[Sequence[int]]) -> list[tuple[str, int]]:
    """The tags of these entries and in how many papers each is seen: the most frequent first, then by name."""
    counts: Counter[str] = Counter()
    seen: dict[str, set[str]] = {}
    for block, chosen in zip(blocks, places, strict=True):
        keys, tags = block.keys, block.tags
        for place in chosen:
            text = tags[place]
            if not text:
                continue
            key = keys[place]
            before = seen.get(key)
            if before is None:
                fresh = set(text[1:-1].split(SEPARATOR))
                seen[key] = fresh
            else:
                fresh = set(text[1:-1].split(SEPARATOR)) - before
                seen[key] = before | fresh
            counts.update(fresh)
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))
