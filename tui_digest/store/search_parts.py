"""A part of the search index: what words the entries of some weeks have, and where, packed."""

from __future__ import annotations

import re
from collections import defaultdict
from contextlib import suppress
from itertools import chain
from operator import add
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from tui_digest.errors import StoreError
from tui_digest.store.bits import Packed, bits_of, pack, pack_bits
from tui_digest.store.search_codes import Coded, WordCodes
from tui_digest.store.search_index import beginnings
from tui_digest.store.search_phrases import TEXTS, joined
from tui_digest.store.search_text import ALL_FIELDS, BETWEEN_TEXTS, entry_words
from tui_digest.store.shards import Shards

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from tui_digest.store.codec import StoredFields

    Load = Callable[[str], Sequence[StoredFields]]
    """A week's entries in reading order; raises `StoreError` where it cannot be read."""

ROWS_IN = f"{__name__}:rows_in"
"""What another process is told to do."""

_THREE = re.compile("(?=([\x00-\x7f]{3}))")
_SEVERAL = 64
"""Entries from which on those of a word are united with others as bitmaps; fewer are cheaper one by one."""
_LISTED = 256
"""Entries up to which they are sorted as a list."""
_DIGITS = frozenset("0123456789")


class Postings(NamedTuple):
    """Where words, or parts of words, stand in a field: packed together, for they go from one process to another."""

    words: str
    """In the order of the file, with a blank between two."""
    entries: list[Packed]
    """In which each of them stands."""


class PartRows(NamedTuple):
    """A part of the index as it is put into the file."""

    weeks: list[tuple[str, int, int]]
    """Its weeks, each with the number of its first entry and how many entries it has."""
    words: list[Postings]
    """By field."""
    grams: list[Postings]
    """The same of parts of words."""
    texts: list[bytes]
    """As `search_phrases.joined` has them."""
    codes: Coded

    @property
    def size(self) -> int:
        """Entries."""
        return sum(entries for _, _, entries in self.weeks)


def rows_in(folder: str, weeks: Sequence[str]) -> PartRows:
    """The part of these weeks, whose files lie in a folder: a piece of work of one of several processes."""
    shards = Shards(Path(folder), None)
    return rows_of(weeks, lambda week: shards.load(week, keep=False).documents)


def rows_of(weeks: Sequence[str], load: Load) -> PartRows:
    """The part of these weeks; one that cannot be read is left out, as it is from all lists."""
    fields: list[dict[bytes, list[int]]] = [defaultdict(list) for _ in range(ALL_FIELDS)]
    texts: list[bytes] = []
    codes, places = WordCodes(), []
    for week in weeks:
        with suppress(StoreError):
            documents = load(week)
            places.append((week, len(texts), len(documents)))
            for number, (text, words) in enumerate(entry_words(documents), len(texts)):
                codes.add(text)  # first: then what each word is looked up by is known
                for field, told in zip(fields, words, strict=True):
                    for word in {*told}:
                        field[word].append(number)
                texts.append(b" %b " % b" ".join(text))
    standing, grams = [], []
    for field in fields:
        field.pop(BETWEEN_TEXTS.encode(), None)
        ordered = sorted(field)
        names = b" ".join(ordered).decode("utf-8", "surrogatepass")
        found = {name: field.pop(word) for name, word in zip(names.split(" "), ordered, strict=False)}
        bits = {word: bits_of(entries) for word, entries in found.items() if len(entries) >= _SEVERAL}
        standing.append(Postings(names, [pack(entries, bits.get(word)) for word, entries in found.items()]))
        grams.append(_grams(found, bits))
    chunks = [joined(texts[first : first + TEXTS]) for first in range(0, len(texts), TEXTS)]
    return PartRows(places, standing, grams, chunks, codes.made())


def _grams(words: Mapping[str, list[int]], bits: Mapping[str, int]) -> Postings:
    """Every part of a word that `is_ready`: of words with their entries, of which those of some are given as bitmaps,
    too."""
    few: dict[str, list[int]] = defaultdict(list)
    many: dict[str, int] = defaultdict(int)
    for word, entries in words.items():
        pairs = [*map(add, word, word[1:]), f"{word[-1]}\n"]
        parts: Iterable[str] = chain(pairs, map(add, pairs, word[2:]) if word.isascii() else _THREE.findall(word))
        if word[0] in _DIGITS:
            parts = chain(parts, beginnings(word))
        if (together := bits.get(word)) is not None:
            for part in {*parts}:
                many[part] |= together
        elif len(entries) > 1:
            for part in {*parts}:
                few[part].extend(entries)
        else:  # most are so: it may be there twice
            entry = entries[0]
            for part in parts:
                few[part].append(entry)
    for part in [part for part in few if part in many or len(few[part]) > _LISTED]:
        many[part] |= bits_of(few.pop(part))
    for pair in [part for part in few if len(part) == 2]:
        few[pair[0]] += few[pair]
    for pair in [part for part in many if len(part) == 2]:
        many[pair[0]] |= many[pair]
    ordered = sorted(part for part in {*few, *many} if part[1:] != "\n")
    packed = [
        pack_bits(many[part] | bits_of(few.get(part, ()))) if part in many else pack(sorted({*few[part]}))
        for part in ordered
    ]
    return Postings(" ".join(ordered), packed)
