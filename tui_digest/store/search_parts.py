"""A part of the search index: what words the entries of some weeks have, and where, packed."""

from __future__ import annotations

import re
from collections import defaultdict
from contextlib import suppress
from itertools import chain, compress, count, pairwise, repeat
from operator import add, itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from tui_digest.errors import StoreError
from tui_digest.store.bits import Packed, bits_of, pack, pack_bits
from tui_digest.store.search_codes import FIRST_OWN, SHARED, Coded, WordCodes
from tui_digest.store.search_index import LONGEST_BEGINNING, beginnings
from tui_digest.store.search_phrases import TEXTS, joined
from tui_digest.store.search_text import ALL_FIELDS, FIELDS, texts_by_field
from tui_digest.store.shards import Shards

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from tui_digest.store.codec import StoredFields
    from tui_digest.store.search_text import EntryTexts

    Load = Callable[[str], Sequence[StoredFields]]
    """A week's entries in reading order; raises `StoreError` where it cannot be read."""

ROWS_IN = f"{__name__}:rows_in"
"""What another process is told to do."""

_THREE = re.compile("(?=([\x00-\x7f]{3}))")
_SEVERAL = 16
"""Entries from which on those of a word are united with others as bitmaps; fewer are cheaper one by one."""
_LISTED = 256
"""Entries up to which they are sorted as a list."""
_COLUMNS = 128
"""Three signs that may follow each other in numbers, up to which each is looked for in all numbers at once."""
_MANY = 8
"""Numbers of one length are looked at together from one in so many entries on."""
_STANDS = bytes(b"01"[code == 1] for code in range(256))
_OTHERS = bytes(code in SHARED for code in range(256))
"""By code, whether words have none of their own."""
_OWN_CODES = bytes(code for code in range(1, 256) if code not in SHARED)
"""All others, but for what parts fields."""
_AT_ONCE = 256
"""Entries whose words are taken at once."""
_DIGITS = frozenset("0123456789")
_NUMBER = "0123456789."
_LONGEST_NUMBER = 16
_HAS = {char: bytes(b"01"[code == ord(char)] for code in range(256)) for char in _NUMBER}
"""By a sign of numbers, what makes bytes the digits of a bitmap: where it stands."""


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

    def readable() -> Iterator[tuple[str, Sequence[StoredFields]]]:
        for week in weeks:
            with suppress(StoreError):
                yield week, load(week)

    return rows_made_of(readable())


def rows_made_of(weeks: Iterable[tuple[str, Sequence[StoredFields]]]) -> PartRows:
    """The part of these weeks, each with its entries in reading order; no more than one of them need be in memory."""
    texts: list[bytes] = []
    codes, places = WordCodes(), list[tuple[str, int, int]]()

    def pieces() -> Iterator[EntryTexts]:
        first = 0
        for week, documents in weeks:
            places.append((week, first, len(documents)))
            first += len(documents)
            for at in range(0, len(documents), _AT_ONCE):
                yield texts_by_field(documents[at : at + _AT_ONCE])

    fields = [_Field() for _ in range(ALL_FIELDS)]
    for piece in codes.learn(pieces()):
        first = len(texts)
        codes.add([field.take(told, first, codes) for field, told in zip(fields, piece.fields, strict=False)])
        for field, initials in zip(fields[len(FIELDS) :], piece.initials, strict=True):
            field.take_apart(initials, first)
        texts += piece.whole
    made = [_postings(fields.pop(0), codes.own, len(texts)) for _ in range(ALL_FIELDS)]
    chunks = [joined(texts[first : first + TEXTS]) for first in range(0, len(texts), TEXTS)]
    return PartRows(places, [words for words, _ in made], [grams for _, grams in made], chunks, codes.made())


class _Field:
    """The words of a field."""

    def __init__(self) -> None:
        self.told: list[bytes] = []
        """By entry, the codes of its words."""
        self.words: dict[bytes, list[int]] = defaultdict(list)
        """The words without a code of their own, and in which entries each stands: in one twice, where it is said
        twice."""

    def take(self, texts: Sequence[bytes], first: int, codes: WordCodes) -> list[bytes]:
        """Takes what some entries say, numbered from `first` on; their codes."""
        words = b"\0".join(texts).split()
        coded = codes.of(words)
        told = coded.split(b"\0")
        self.told += told
        if 1 in (lack := coded.translate(_OTHERS)):
            lacking = map(len, coded.translate(None, _OWN_CODES).split(b"\0"))
            numbers = chain.from_iterable(map(repeat, count(first), lacking))
            others = self.words
            for word, number in zip(compress(words, lack), numbers, strict=True):
                others[word].append(number)
        return told

    def take_apart(self, entries: Sequence[Sequence[bytes]], first: int) -> None:
        """Takes the words of some entries, which have no codes."""
        for number, words in enumerate(entries, first):
            for word in words:
                self.words[word].append(number)

    def coded(self, own: Sequence[bytes]) -> Iterator[tuple[bytes, int]]:
        """The words with a code of their own, which are these, and the entries of each: a bitmap."""
        told = self.told
        there = b"".join(told)
        # An entry a row: by code 1 where a word of that code stands in it, any other number where none does.
        rows = b"".join([*map(bytes.maketrans, told, map(b"\1".__mul__, map(len, told)))])
        for code, word in enumerate(own, FIRST_OWN):
            if code in there:
                yield word, int(rows[code - 256 :: -256].translate(_STANDS), 2)


def _postings(field: _Field, own: Sequence[bytes], size: int) -> tuple[Postings, Postings]:
    """The words of a field of so many entries, and the parts of words; `own` are those with a code of their own."""
    coded = dict(field.coded(own))
    few = field.words
    ordered = sorted([*few, *coded])
    names = b" ".join(ordered).decode("utf-8", "surrogatepass")
    packed: list[Packed] = []
    grams = _Grams(size)
    for name, word in zip(names.split(" "), ordered, strict=False):
        if bits := coded.get(word):
            packed.append(pack_bits(bits))
            grams.add_many(name, bits)
            continue
        if len(entries := few[word]) > 1:
            entries = [*dict.fromkeys(entries)]
        packed.append(pack(entries))
        grams.add(name, entries)
    return Postings(names, packed), grams.packed()


class _Grams:
    """Every part of some words that `is_ready`, and the entries of these words."""

    def __init__(self, size: int) -> None:
        """`size` entries there are."""
        self._size = size
        self._few: dict[str, list[int]] = defaultdict(list)
        self._many: dict[str, int] = defaultdict(int)
        self._numbers: dict[int, list[tuple[str, int]]] = defaultdict(list)

    def add(self, word: str, entries: Sequence[int]) -> None:
        """Adds a word of some entries."""
        if len(entries) >= _SEVERAL:
            self.add_many(word, bits_of(entries))
        elif word[0] in _DIGITS and len(word) <= _LONGEST_NUMBER and not word.strip(_NUMBER):
            self._numbers[len(word)] += zip(repeat(word), entries)
        else:
            self._add(word, entries)

    def add_many(self, word: str, entries: int) -> None:
        """Adds a word of many entries, a bitmap."""
        many = self._many
        for part in {*_parts(word)}:
            many[part] |= entries

    def _add(self, word: str, entries: Sequence[int]) -> None:
        few = self._few
        if len(entries) == 1:  # most are so: it may be there twice
            entry = entries[0]
            for part in _parts(word):
                few[part].append(entry)
        else:
            for part in {*_parts(word)}:
                few[part].extend(entries)

    def _add_numbers(self, length: int, found: Sequence[tuple[str, int]]) -> None:
        """Adds numbers of one length, each with an entry that has it: a large library has hundreds of thousands, and
        each has some twenty parts. They are written one below the other, and cut into columns."""
        lines: dict[int, str] = {}
        for word, entry in found:
            if lines.setdefault(entry, word) != word:  # it has another one of this length
                self._add(word, (entry,))
        table = "".join(map(lines.get, range(self._size), repeat(" " * length))).encode()
        words, entries = [*lines.values()], [*lines]
        for place, parts in enumerate(self._add_pairs(table, length)):
            if parts:
                for part, bits in parts:
                    self._many[part] |= bits
            else:
                self._add_each(map(itemgetter(slice(place, place + 3)), words), entries)
        begun: dict[str, list[int]] = defaultdict(list)
        for begin, entry in zip(map(itemgetter(slice(LONGEST_BEGINNING)), words), entries, strict=True):
            begun[begin].append(entry)
        for begin, those in begun.items():
            for part in beginnings(begin):
                self._few[part] += those

    def _add_each(self, parts: Iterable[str], entries: Iterable[int]) -> None:
        few = self._few
        for part, entry in zip(parts, entries, strict=True):
            few[part].append(entry)

    def _add_pairs(self, table: bytes, length: int) -> Iterator[list[tuple[str, int]]]:
        """Adds the pairs of signs of numbers that are written one below the other, a line for each of all entries. Of
        each place but the last two the three signs from there on, with their entries; none where they are many."""
        columns: list[dict[str, int]] = []
        for place in range(length):
            written = table[place::length][::-1]
            signs = [char for char in _NUMBER if char.encode() in written]
            columns.append({char: int(written.translate(_HAS[char]), 2) for char in signs})
        columns += [{"\n": -1}]
        for place, (column, behind) in enumerate(pairwise(columns)):
            pairs = _both(column, behind)
            for pair, bits in pairs.items():
                self._many[pair] |= bits
            if place < length - 2:
                third = columns[place + 2]
                yield [*_both(pairs, third).items()] if len(pairs) * len(third) <= _COLUMNS else []

    def _unite(self) -> None:
        """Makes bitmaps of what has many entries, or is one in part."""
        few, many = self._few, self._many
        for part in [part for part in few if part in many or len(few[part]) > _LISTED]:
            many[part] |= bits_of({*few.pop(part)})

    def packed(self) -> Postings:
        """All of them, in order."""
        few, many = self._few, self._many
        for length, found in self._numbers.items():
            if len(found) * _MANY < self._size:
                for word, entry in found:
                    self._add(word, (entry,))
            else:
                self._add_numbers(length, found)
        for length in (3, 2):  # what begins with three signs begins with two, and with one
            self._unite()
            for part in [part for part in few if len(part) == length]:
                few[part[:-1]] += few[part]
            for part in [part for part in many if len(part) == length]:
                many[part[:-1]] |= many[part]
        ordered = sorted(part for part in {*few, *many} if part[1:] != "\n")
        known = _PackedBits()  # what only one word has stands where that does
        entries = [
            known[many[part] | bits_of(few.get(part, ()))] if part in many else pack(sorted({*few[part]}))
            for part in ordered
        ]
        return Postings(" ".join(ordered), entries)


class _PackedBits(dict[int, "Packed"]):
    """Bitmaps, packed once each."""

    def __missing__(self, bits: int) -> Packed:
        self[bits] = packed = pack_bits(bits)
        return packed


def _both(first: Mapping[str, int], behind: Mapping[str, int]) -> dict[str, int]:
    """What is made of each of some signs and one behind it, and the entries that have both."""
    return {
        sign + char: both for sign, bits in first.items() for char, others in behind.items() if (both := bits & others)
    }


def _parts(word: str) -> Iterable[str]:
    """The parts of a word that are ready, some of them more than once: the last sign with a line break behind it, of
    the others what is not the beginning of another one."""
    pairs = map(add, word, word[1:])
    if word.isascii():
        parts = chain((word[-2:], f"{word[-1]}\n") if len(word) > 1 else (f"{word}\n",), map(add, pairs, word[2:]))
    else:
        parts = chain(pairs, (f"{word[-1]}\n",), _THREE.findall(word))
    return chain(parts, beginnings(word)) if word[0] in _DIGITS else parts
