"""Lists of entries: which ones are shown, by index, without loading what is not on screen."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Collection, Container, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from tui_digest.store.columns import SEPARATOR, Block, fold

if TYPE_CHECKING:
    from tui_digest.models import Sighting

VIEWS = ("all", "unread", "starred", "noted")

_FIELDS = {"starred": "starred", "noted": "note"}

Chosen = Callable[[str], Container[str]]
"""The papers that have a field of the reader's marks set: `read`, `starred`, `note`, `tag:NAME`."""


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

    def places(self, block: Block, chosen: Chosen) -> Sequence[int]:
        """The wanted entries of one week."""
        keys = block.keys
        found: Sequence[int] = range(len(keys))
        if self.view == "unread":
            read = chosen("read")
            found = [place for place in found if keys[place] not in read]
        elif self.view != "all":
            papers = chosen(_FIELDS[self.view])
            found = [place for place in found if keys[place] in papers]
        for tag in self.tags:
            wanted, tags, own = f"{SEPARATOR}{tag}{SEPARATOR}", block.tags, chosen(f"tag:{tag}")
            found = [place for place in found if wanted in tags[place] or keys[place] in own]
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


def tag_counts(
    blocks: Sequence[Block], places: Sequence[Sequence[int]], own: Mapping[str, Collection[str]]
) -> list[tuple[str, int]]:
    """The tags of these entries and in how many papers each is seen: the most frequent first, then by name. `own` has
    the reader's own tags of every paper that has some."""
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
    return ordered(with_own_tags(counts, blocks, places, own))


def with_own_tags(
    counts: Mapping[str, int],
    blocks: Sequence[Block],
    places: Sequence[Sequence[int]],
    own: Mapping[str, Collection[str]],
) -> Mapping[str, int]:
    """The counts, and the papers that have a tag only from the reader."""
    if not own:
        return counts
    given: dict[str, set[str]] = {}
    for block, chosen in zip(blocks, places, strict=True):
        keys, tags = block.keys, block.tags
        for place in chosen:
            if keys[place] in own:
                given.setdefault(keys[place], set()).update(tags[place].split(SEPARATOR))
    added: Counter[str] = Counter(counts)
    for key, source_tags in given.items():
        added.update(tag for tag in own[key] if tag not in source_tags)
    return added


def ordered(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    """The most frequent first, then by name."""
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))
