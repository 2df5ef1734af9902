"""Entries' texts in codes, a byte a word: whether the words of a phrase follow each other is seen in an eighth of the
bytes that the texts have.

Of each part of the index the words that most of its first entries have get a code of their own; all others share what
is left. So where words with codes of their own follow each other, the phrase stands there; where others take part, it
may, and the texts tell.
"""

from __future__ import annotations

import re
import sys
from array import array
from bisect import bisect_right
from collections import Counter
from itertools import accumulate, chain, pairwise
from typing import TYPE_CHECKING, NamedTuple
from zlib import crc32

from tui_digest.store.bits import bits_of
from tui_digest.store.search_text import BETWEEN_TEXTS

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from tui_digest.store.search_text import EntryTexts

OWN = 200
"""Words of a part that have a code of their own, at most."""

FIELDS_CODE, ENTRIES_CODE, _TEXTS = b"\0", b"\1", b"\2"
"""What stands between two fields, entries, and texts of a field."""

FIELD_BITS = 3
"""Where a field of an entry is told as one number, so many bits are the field's."""

FIRST_OWN = 3
_FIRST_SHARED = FIRST_OWN + OWN
_SHARED = 256 - _FIRST_SHARED

SHARED = bytes(range(_FIRST_SHARED, 256))
"""The codes of words that have none of their own."""

_LEARNED_OF = 256
"""Entries whose words tell which are frequent."""

_PASSES = 2
"""Up to so many codes are looked for one after the other."""


class Coded(NamedTuple):
    """The codes of a part's entries."""

    own: str
    """The words that have a code of their own, in the order of these, with a blank between two."""
    starts: bytes
    """Where each entry begins in `entries`, as 32-bit numbers, the lowest byte first."""
    entries: bytes


class _Codes(dict[bytes, int]):
    """Each word's code."""

    def __missing__(self, word: bytes) -> int:
        self[word] = code = _FIRST_SHARED + crc32(word) % _SHARED  # as `_shared` says
        return code


def _shared(word: bytes) -> int:
    return _FIRST_SHARED + crc32(word) % _SHARED


class WordCodes:
    """Makes the codes of a part, entry by entry."""

    def __init__(self) -> None:
        self._codes = _Codes({b"\0": FIELDS_CODE[0], BETWEEN_TEXTS.encode(): _TEXTS[0]})
        self._made: list[bytes] = []
        self.own: list[bytes] = []
        """The words that have a code of their own, from `FIRST_OWN` on."""

    def learn(self, pieces: Iterable[EntryTexts]) -> Iterator[EntryTexts]:
        """The same texts of entries, when the words of the first of them have told which are frequent."""
        rest = iter(pieces)
        first: list[EntryTexts] = []
        texts: list[bytes] = []
        for piece in rest:
            first.append(piece)
            texts += piece.whole
            if len(texts) >= _LEARNED_OF:
                break
        known = len(self._codes)
        frequent = Counter(chain.from_iterable(map(bytes.split, texts[:_LEARNED_OF]))).most_common(OWN + known)
        self.own = [word for word, _ in frequent if word not in self._codes][:OWN]
        self._codes.update((word, code) for code, word in enumerate(self.own, FIRST_OWN))
        return chain(first, rest)

    def of(self, words: Iterable[bytes]) -> bytes:
        """The codes of some words, and of what stands between fields and texts."""
        return bytes(map(self._codes.__getitem__, words))

    def add(self, fields: Sequence[Sequence[bytes]]) -> None:
        """Takes the codes of some entries, field by field."""
        self._made += map(FIELDS_CODE.join, zip(*fields, strict=True))

    def made(self) -> Coded:
        """The codes of all."""
        starts = accumulate((len(coded) + 1 for coded in self._made[:-1]), initial=0)
        own = b" ".join(self.own).decode("utf-8", "surrogatepass")
        return Coded(own, _ordered(array("I", starts)).tobytes(), ENTRIES_CODE.join(self._made))


def codes_of(own: str) -> dict[str, int]:
    """The codes that words have of their own, as a part keeps these."""
    return dict(zip(own.split(" "), range(FIRST_OWN, _FIRST_SHARED), strict=False)) if own else {}


class CodedEntries(NamedTuple):
    """A part's entries, unpacked."""

    starts: array[int]
    codes: bytes

    def span(self, entry: int) -> tuple[int, int]:
        """Where an entry begins and ends; what parts it from the next one is in no phrase."""
        following = entry + 1
        return self.starts[entry], self.starts[following] if following < len(self.starts) else len(self.codes)


def entries_of(starts: bytes, codes: bytes) -> CodedEntries:
    """A part's entries, as it keeps them."""
    return CodedEntries(_ordered(array("I", starts)), codes)


class CodedPhrase:
    """A phrase in the codes of one part: words that may begin it, all words between, words that may end it."""

    def __init__(
        self, codes: Mapping[str, int], first: AbstractSet[str], between: Sequence[str], last: AbstractSet[str]
    ) -> None:
        """`codes` are those of the part's words that have one of their own."""
        places = [codes.keys() & words for words in (first, *({word} for word in between), last)]
        self._certain = [[codes[word] for word in words] for words in places] if all(places) else []
        """At each place of the phrase the codes that certainly are a word of it; nothing where one has none."""
        self._codes = codes
        self._words = (first, between, last)

    def certain(self, coded: CodedEntries, fields: Sequence[int] | None, among: Sequence[int] | None = None) -> int:
        """The entries, `among` some or all (None), in which it certainly stands, in one of the fields with these
        numbers, or in any (None)."""
        if not self._certain:
            return 0
        codes, starts = coded.codes, coded.starts
        if among is None:
            matches = chain.from_iterable(pattern.finditer(where) for pattern, where in _patterns(self._certain, codes))
            found = ((bisect_right(starts, match.start()) - 1, match.start()) for match in matches)
        else:
            find = re.compile(b"".join(map(_one_of, self._certain)), re.DOTALL).finditer
            found = ((entry, match.start()) for entry in among for match in find(codes, *coded.span(entry)))
        if fields is None:
            return bits_of({entry for entry, _ in found})
        return bits_of({entry for entry, place in found if codes.count(FIELDS_CODE, starts[entry], place) in fields})

    def followed(
        self, behind: Callable[[Collection[int], Collection[int]], set[int] | None], fields: Sequence[int] | None
    ) -> int | None:
        """The entries in which it certainly stands in one of the fields if it is of two words, and may stand if it is
        of more; None where that is not known. `behind` is `Behind.places` of the part."""
        found: set[int] | None = None
        for first, second in pairwise(self._certain):
            places = behind(first, second)
            if places is None:
                return None
            found = places if found is None else found & places
        field = (1 << FIELD_BITS) - 1
        return bits_of({place >> FIELD_BITS for place in found or () if fields is None or place & field in fields})

    @property
    def of_two(self) -> bool:
        """Whether it is of two words only."""
        return not self._words[1]

    def possible(self, coded: CodedEntries, among: Iterable[int]) -> int:
        """Those of some entries in which its words' codes follow each other."""
        first, between, last = self._words
        wanted = [self._all(first), *(self._all([word]) for word in between), self._all(last)]
        if not all(wanted):
            return 0
        search = re.compile(b"".join(map(_one_of, wanted)), re.DOTALL).search
        return bits_of([number for number in among if search(coded.codes, *coded.span(number))])

    def _all(self, words: Collection[str]) -> Collection[int]:
        own, found = self._codes, set()
        for word in words:
            found.add(own.get(word) or _shared(word.encode("utf-8", "surrogatepass")))
            if len(found) > 256 - FIRST_OWN:
                break
        return found


def _one_of(codes: Collection[int]) -> bytes:
    return b"[%b]" % re.escape(bytes(codes))


def _patterns(wanted: Sequence[Collection[int]], entries: bytes) -> Iterator[tuple[re.Pattern[bytes], bytes]]:
    """What to look for one after the other, and in what. A pattern that begins with a certain byte is found ten times
    as fast as others."""
    if len(wanted[0]) <= _PASSES:
        rest = b"".join(map(_one_of, wanted[1:]))
        for code in wanted[0]:
            yield re.compile(re.escape(bytes([code])) + rest, re.DOTALL), entries
        return
    # Codes that mean the same in the phrase become one.
    kinds: dict[tuple[bool, ...], int] = {}
    table = bytearray(256)
    for code in range(256):
        kind = tuple([code in codes for codes in wanted])
        table[code] = kinds.setdefault(kind, len(kinds))
    coded = entries.translate(table)
    at = [[number for kind, number in kinds.items() if kind[place]] for place in range(len(wanted))]
    rest = b"".join(map(_one_of, at[1:]))
    for code in at[0]:
        yield re.compile(re.escape(bytes([code])) + rest, re.DOTALL), coded


def _ordered(numbers: array[int]) -> array[int]:
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers
