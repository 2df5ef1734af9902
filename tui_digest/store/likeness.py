"""How much papers are about the same: for every paper its strongest words (TF-IDF), derived, kept in the cache.

A word of a paper weighs (1 + ln times) * ln(papers / papers that have it); one of its titles or tags counts three
times. Words of one paper only say nothing of likeness, and those of more than a tenth of all papers little: both are
left out. The `WORDS` heaviest words of a paper are kept, as shares of its length in steps of 1/255: so the sum of
products over the words of two papers is their cosine, in whole numbers, the same on every machine.

A look-up goes along the papers of a few words: with no word in more than a tenth of them, that is some milliseconds in
a hundred thousand. Mentions of one paper, in whatever language, are one text.
"""

from __future__ import annotations

import heapq
import math
import sys
import unicodedata
import zlib
from array import array
from collections import Counter
from contextlib import suppress
from itertools import accumulate, chain, pairwise
from typing import TYPE_CHECKING, NamedTuple

import orjson

from tui_digest.errors import StoreError
from tui_digest.files import read_bytes
from tui_digest.store.columns import keep_derived, sum_of
from tui_digest.store.seal import fields_of, sealed
from tui_digest.store.search_text import BETWEEN_TEXTS, BODY, FIELDS, Stopped, entry_texts
from tui_digest.store.search_text import plain_fields_of as texts_of
from tui_digest.store.spool import Spool
from tui_digest.text.topic_words import halves, topic_words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from tui_digest.files import Stamp
    from tui_digest.store.codec import StoredFields

LIKENESS_VERSION = 1

WORDS = 20
"""Words that are kept of a paper, at most."""

PROFILE = 64
"""Words that several papers together are compared by, at most."""

WHOLE = 255
"""The share of a paper that has one word only."""

_MEANT = 100_000
"""Texts between blanks whose words are remembered, some 20 MB."""

_HEAVY = 3
"""How many times a word of a title or a tag counts."""

_TITLE, _TAG = FIELDS.index("title"), FIELDS.index("tag")


def common(papers: int) -> int:
    """In how many of so many papers a word may stand and still tell something."""
    return max(20, papers // 10)


class Alike(NamedTuple):
    """A paper that is like others."""

    paper: str
    """Its key."""
    likeness: int
    """Comparable among what one question answers; of two papers, their cosine times `WHOLE` squared."""
    words: tuple[str, ...]
    """What decided, the most important first; tags begin with `#`."""
    star: str = ""
    """The key of the one of those papers that it is most like."""


class Likeness:
    """The words of all papers, and the papers of all words. Raises ValueError for parts that do not fit together."""

    def __init__(self, keys: list[str], words: list[str], parts: Mapping[str, array[int]]) -> None:
        """`parts`: `starts` of each paper's words among `its_words`, with the `shares`; `first` of each word's papers
        among `its_papers`, with the `weights`."""
        self.keys, self.words, self.parts = keys, words, parts
        self._places = {key: place for place, key in enumerate(keys)}
        kept, listed = len(parts["its_words"]), len(parts["its_papers"])
        if (
            (len(parts["starts"]), len(parts["first"])) != (len(keys) + 1, len(words) + 1)
            or (parts["starts"][-1], parts["first"][-1]) != (kept, listed)
            or (len(parts["shares"]), len(parts["weights"]), listed) != (kept, kept, kept)
            or len(self._places) != len(keys)
        ):
            raise ValueError(len(keys))

    def vector(self, key: str) -> dict[int, int]:
        """The words of a paper by number, each with its share; nothing for one that is not known."""
        place = self._places.get(key)
        return {} if place is None else self._vector(place)

    def like(self, key: str, limit: int) -> list[Alike]:
        """The papers that are most like a paper, the most alike first; of equal ones in reading order."""
        vector = self.vector(key)
        return [
            Alike(self.keys[place], likeness, self._deciding(place, vector))
            for place, likeness in self._best(vector, limit, {key})
        ]

    def like_any(self, keys: Iterable[str], without: set[str], limit: int) -> list[Alike]:
        """The papers that are most like several papers together, but for these and those of `without`."""
        vectors = {key: vector for key in sorted(keys) if (vector := self.vector(key))}
        total: Counter[int] = Counter()
        for vector in vectors.values():
            total.update(vector)
        profile = dict(sorted(total.items(), key=lambda each: (-each[1], self.words[each[0]]))[:PROFILE])
        having: dict[int, list[tuple[str, int]]] = {}
        for key, vector in vectors.items():
            for word, share in vector.items():
                having.setdefault(word, []).append((key, share))
        found = []
        for place, likeness in self._best(profile, limit, without | vectors.keys()):
            near: Counter[str] = Counter()
            own = self._vector(place)
            for word, share in own.items():
                for key, other in having.get(word, ()):
                    near[key] += share * other
            star = min(near, key=lambda key: (-near[key], key))
            found.append(Alike(self.keys[place], likeness, self._deciding(place, profile), star))
        return found

    def _vector(self, place: int) -> dict[int, int]:
        start, end = self.parts["starts"][place], self.parts["starts"][place + 1]
        return dict(zip(self.parts["its_words"][start:end], self.parts["shares"][start:end], strict=True))

    def _best(self, vector: Mapping[int, int], limit: int, left_out: set[str]) -> list[tuple[int, int]]:
        """The places of the papers that share most with a vector, and how much."""
        first, papers, weights = (self.parts[name] for name in ("first", "its_papers", "weights"))
        sums = [0] * len(self.keys)
        for word, share in vector.items():
            start, end = first[word], first[word + 1]
            for paper, weight in zip(papers[start:end], weights[start:end], strict=True):
                sums[paper] += share * weight
        for key in left_out:
            if (place := self._places.get(key)) is not None:
                sums[place] = 0
        best = heapq.nlargest(limit, range(len(sums)), key=sums.__getitem__)
        return [(place, sums[place]) for place in best if sums[place]]

    def _deciding(self, place: int, vector: Mapping[int, int], most: int = 4) -> tuple[str, ...]:
        """The words that a paper shares with a vector, the weightiest first."""
        shared = {word: share * vector[word] for word, share in self._vector(place).items() if word in vector}
        ordered = [self.words[word] for word in sorted(shared, key=lambda word: (-shared[word], self.words[word]))]
        in_tags = {part for word in ordered if word[0] == "#" for part in topic_words(word)}
        return tuple([word for word in ordered if word not in in_tags][:most])


# -- making it ---------------------------------------------------------------------------------------------------------


class Gathering:
    """Takes the entries of a library, week after week, and makes a `Likeness` of them. What each entry says is put
    aside in files without a name, in `folder` by preference: of a million entries it is 600 MB."""

    def __init__(self, folder: Path | None = None) -> None:
        self._first: dict[str, int] = {}
        """The number of each paper's first entry."""
        self._others: dict[str, list[int]] = {}
        """The numbers of the others, of the papers that have some."""
        self._numbers: dict[str, int] = {}
        """The words, numbered as they come."""
        self._meant = _TopicNumbers(self._numbers)
        self._words, self._times, self._starts = Spool(folder), Spool(folder), array("I", [0])
        """The words of the entries, one behind the other, and how often each is there."""
        self._entries_with: Counter[int] = Counter()
        """In how many entries a word is."""

    def add(self, documents: Sequence[StoredFields], key_of: Callable[[str], str]) -> None:
        """The entries of a week; `key_of` tells the paper of an entry's own key. Raises `StoreError` where they cannot
        be put aside."""
        words, times = array("I"), array("H")
        before = self._starts[-1]
        for document, text in zip(documents, entry_texts(documents), strict=True):
            key, number = key_of(document["key"]), len(self._starts) - 1
            if self._first.setdefault(key, number) != number:
                self._others.setdefault(key, []).append(number)
            found = self._counted(texts_of(text))
            words.extend(found)
            times.extend([min(often, 65535) for often in found.values()])
            self._starts.append(before + len(words))
        self._entries_with.update(words)
        for spool, part in ((self._words, words), (self._times, times)):
            spool.keep(part.tobytes())

    def made(self, stop: Callable[[], bool]) -> Likeness:
        """What became of them. Raises `Stopped` and `StoreError`."""
        parts = self._parts()
        papers_with: Counter[int] = Counter()
        for times in self._papers(parts, stop):
            papers_with.update(times.keys())
        total, most = len(self._first), common(len(self._first))
        weight = {word: math.log(total / n) for word, n in papers_with.items() if 2 <= n <= most and n < total}
        names = [*self._numbers]
        kept = _KeptWords()
        for times in self._papers(parts, stop):
            kept.add(_shares(times, weight, names))
        return _arranged([*self._first], kept, names)

    def _counted(self, fields: Sequence[str]) -> Counter[int]:
        """The words of an entry's fields (`search_text.plain_fields_of`) and how often each counts."""
        meant = self._meant.__getitem__
        found = Counter(chain.from_iterable(map(meant, fields[BODY].split())))
        for number in chain.from_iterable(map(meant, f"{fields[_TITLE]} {fields[_TAG]}".split())):
            found[number] += _HEAVY
        for tag in filter(None, map(str.strip, fields[_TAG].split(BETWEEN_TEXTS))):
            found[self._meant.number(f"#{tag}")] += _HEAVY
        return found

    def _papers(self, parts: Mapping[int, tuple[int, int]], stop: Callable[[], bool]) -> Iterator[Mapping[int, int]]:
        """The words of each paper. Raises `Stopped`."""
        for number, (key, first) in enumerate(self._first.items()):
            if number % 1000 == 0 and stop():
                raise Stopped
            yield self._of([first, *self._others.get(key, ())], parts)

    def _parts(self) -> dict[int, tuple[int, int]]:
        """The Hangul words that other texts write as two: the pair of words that is most frequent."""
        entries_with = self._entries_with
        numbers, found = self._numbers, {}
        for word, number in numbers.items():
            ways = [(numbers[a], numbers[b]) for a, b in halves(word) if a in numbers and b in numbers]
            if ways:
                found[number] = max(ways, key=lambda way: min(entries_with[way[0]], entries_with[way[1]]))
        return found

    def _of(self, entries: Sequence[int], parts: Mapping[int, tuple[int, int]]) -> Mapping[int, int]:
        """The words of some entries together, and how often each is there; of two in one, these, too."""
        found: Counter[int] = Counter()
        for entry in entries:
            first, end = self._starts[entry], self._starts[entry + 1]
            words, times = array("I"), array("H")
            words.frombytes(self._words.get((first * words.itemsize, (end - first) * words.itemsize)))
            times.frombytes(self._times.get((first * times.itemsize, (end - first) * times.itemsize)))
            found.update(dict(zip(words, times, strict=True)))
        for word, often in [(word, often) for word, often in found.items() if word in parts]:
            for each in parts[word]:
                found[each] += often
        return found


def _shares(times: Mapping[int, int], weight: Mapping[int, float], names: Sequence[str]) -> list[tuple[int, int]]:
    """The heaviest words of a paper with their shares."""
    weights = [((1 + math.log(n)) * weight[word], word) for word, n in times.items() if word in weight]
    weights.sort(key=lambda each: (-each[0], names[each[1]]))
    del weights[WORDS:]
    length = math.sqrt(math.fsum(each * each for each, _ in weights))
    return [(word, max(1, round(WHOLE * each / length))) for each, word in weights]


class _TopicNumbers(dict[str, tuple[int, ...]]):
    """The numbers of the topic words in what stands between two blanks. Most of it comes again and again."""

    def __init__(self, numbers: dict[str, int]) -> None:
        """`numbers` are those of the words, and are given to new ones."""
        super().__init__()
        self._numbers = numbers

    def number(self, word: str) -> int:
        """The number of a word."""
        return self._numbers.setdefault(word, len(self._numbers))

    def __missing__(self, text: str) -> tuple[int, ...]:
        if len(self) >= _MEANT:
            self.clear()
        found = self[text] = tuple(map(self.number, topic_words(text)))
        return found


class _KeptWords:
    """The words that are kept of the papers, one behind the other: a hundred bytes a paper, where lists of pairs would
    take two thousand."""

    def __init__(self) -> None:
        self.starts, self.words, self.shares = array("I", [0]), array("I"), array("B")

    def add(self, paper: Sequence[tuple[int, int]]) -> None:
        """One paper more."""
        self.words.extend([word for word, _ in paper])
        self.shares.extend([share for _, share in paper])
        self.starts.append(len(self.words))


def _arranged(keys: list[str], kept: _KeptWords, names: Sequence[str]) -> Likeness:
    """The words that were kept in the order of the alphabet, and the papers of each."""
    sizes_of = Counter(kept.words)
    used = sorted(sizes_of, key=names.__getitem__)
    place_of = {word: place for place, word in enumerate(used)}
    its_words = array("I", map(place_of.__getitem__, kept.words))
    first = array("I", [0, *accumulate(map(sizes_of.__getitem__, used))])
    ends = array("I", first)
    papers, weights = array("I", bytes(4 * first[-1])), array("B", bytes(first[-1]))
    for number, (start, end) in enumerate(pairwise(kept.starts)):
        for word, share in zip(its_words[start:end], kept.shares[start:end], strict=True):
            at = ends[word]
            papers[at], weights[at] = number, share
            ends[word] = at + 1
    parts = {"starts": kept.starts, "its_words": its_words, "shares": kept.shares}
    parts |= {"first": first, "its_papers": papers, "weights": weights}
    return Likeness(keys, [names[word] for word in used], parts)


# -- keeping it --------------------------------------------------------------------------------------------------------

_KINDS = {"starts": "I", "its_words": "I", "shares": "B", "first": "I", "its_papers": "I", "weights": "B"}


def keep_likeness(path: Path, weeks: Mapping[str, Stamp], found: Likeness) -> None:
    """Writes what was made of these weeks: a line of JSON that says what follows, then that."""
    texts = ["\n".join(found.keys).encode(), "\n".join(found.words).encode()]
    bodies = [*texts, *(_as_stored(found.parts[name]).tobytes() for name in _KINDS)]
    body = b"".join(bodies)
    head = {**_facts(weeks), "lengths": [*map(len, bodies)], "crc": zlib.crc32(body)}
    keep_derived(path, sealed(orjson.dumps(head)) + b"\n" + body)


def kept_likeness(path: Path, weeks: Mapping[str, Stamp]) -> Likeness | None:
    """What was kept; None where it is not there, damaged, or that of other weeks."""
    with suppress(StoreError, OSError, ValueError, LookupError, TypeError):
        data = read_bytes(path) or b""
        end = data.find(b"\n")
        head = fields_of(data[: max(0, end)])
        body = memoryview(data)[end + 1 :]
        if any(head.get(name) != fact for name, fact in _facts(weeks).items()) or zlib.crc32(body) != head["crc"]:
            return None
        pieces = []
        for length in head["lengths"]:
            pieces.append(body[:length])
            body = body[length:]
        keys, words = (str(piece, "utf-8").split("\n") if piece else [] for piece in pieces[:2])
        parts = {name: array(kind) for name, kind in _KINDS.items()}
        for part, piece in zip(parts.values(), pieces[2:], strict=True):
            part.frombytes(piece)
        return Likeness(keys, words, {name: _as_stored(part) for name, part in parts.items()})
    return None


def keeps_likeness(path: Path, weeks: Mapping[str, Stamp]) -> bool:
    """Whether the file says that it is that of these weeks."""
    with suppress(StoreError, OSError, ValueError, LookupError, TypeError), path.open("rb") as file:
        head = fields_of(file.readline().rstrip(b"\n"))
        return all(head.get(name) == fact for name, fact in _facts(weeks).items())
    return False


def _facts(weeks: Mapping[str, Stamp]) -> dict[str, object]:
    return {"schema_version": LIKENESS_VERSION, "unicode": unicodedata.unidata_version, "weeks": sum_of(weeks)}


def _as_stored(part: array[int]) -> array[int]:
    """The lowest byte first, whatever the machine; and back."""
    if sys.byteorder == "big":
        part = array(part.typecode, part)
        part.byteswap()
    return part
