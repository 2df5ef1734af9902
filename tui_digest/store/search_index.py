"""The search index, read: a derived SQLite file of every word's entries, and a vocabulary to look for parts of words.

A word stands in an entry exactly where it stands in one of the entry's blank-divided words. So the needle is looked
for in the vocabulary, which is small, and the entries of the words that hold it are united as bitmaps. One and two
letters, and three of ASCII, stand in too many words for that: their entries are kept ready. Nothing here decides
anything about text: of a phrase, whose words are found but not their order, the candidates are looked at, in texts
that are kept for it (`search_phrases`).

FTS5 was measured first: it finds prefixes, not parts of words, and hands out 75,000 entries in 30 ms.
"""

from __future__ import annotations

import re
import sqlite3
import unicodedata
from itertools import chain
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from tui_digest.store.bits import bits_of, listed, sound, unpack
from tui_digest.store.search_behind import BehindBeside
from tui_digest.store.search_codes import codes_of
from tui_digest.store.search_initials import InitialWords
from tui_digest.store.search_phrases import Phrase, standing
from tui_digest.store.search_text import BODY, Stopped
from tui_digest.store.steps import at_once
from tui_digest.text.matching import joints

T = TypeVar("T")

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Generator, Iterable, Iterator, Mapping, Sequence
    from collections.abc import Set as AbstractSet
    from pathlib import Path

    from tui_digest.files import Stamp
    from tui_digest.store.bits import Packed
    from tui_digest.store.search_text import Sought

    _WordsFound = dict[tuple[int, int], int]
    """(part, field) -> the entries, a bitmap."""
    _PackedRow = tuple[int, int, Packed]
    """A part, a field, and the entries of a word."""
    _Steps = Generator[None, None, T]
    IndexLook = tuple[dict[int, int], Phrase | re.Pattern[str] | None, Sequence[int]]

INDEX_VERSION = 7

SCHEMA = """
CREATE TABLE facts (name TEXT PRIMARY KEY, value) WITHOUT ROWID;
CREATE TABLE weeks (week TEXT PRIMARY KEY, mtime INT, size INT, inode INT, part INT, first INT, entries INT)
    WITHOUT ROWID;
CREATE TABLE parts (part INTEGER PRIMARY KEY, entries INT);
CREATE TABLE words (word TEXT, part INT, field INT, entries, PRIMARY KEY (word, part, field)) WITHOUT ROWID;
CREATE TABLE grams (gram TEXT, part INT, field INT, entries, PRIMARY KEY (gram, part, field)) WITHOUT ROWID;
CREATE TABLE texts (part INT, chunk INT, texts BLOB, PRIMARY KEY (part, chunk));
CREATE TABLE codes (part INTEGER PRIMARY KEY, own TEXT, starts BLOB, entries BLOB);
CREATE TABLE vocabulary (number INTEGER PRIMARY KEY, kind INT, words BLOB);
"""
"""Entries are numbered within a part; a part is some weeks that were indexed together. `entries` is what
`bits.pack` makes, `texts` what `search_phrases.joined` does of `TEXTS` entries,
`codes` are `search_codes.Coded`."""

_ASCII_LETTER = re.compile("[a-z]")

_SPACINGS = 16
"""Up to how many phrases that a word can be are looked up, one after the other."""

_CHUNK = 400
"""Words asked for at once, at most."""

_ROWS, _PLACES = 400, 16
"""Rows of a table, and sets of entries, that are taken in one step: about a millisecond of work."""


PLAIN_SIGNS, PLAIN, OTHER = range(3)
"""Kinds of words: ASCII without a letter, other ASCII, all others."""


class Stored(NamedTuple):
    """Where a week's entries stand in the index."""

    stamp: Stamp
    """The version of the shard they were read from."""
    part: int
    first: int
    entries: int


def kind_of(word: str) -> int:
    """One of the kinds."""
    if not word.isascii():
        return OTHER
    return PLAIN if _ASCII_LETTER.search(word) else PLAIN_SIGNS


LONGEST_BEGINNING = 6
"""Signs of a word that `beginnings` looks at."""


def beginnings(word: str) -> list[str]:
    """How a number begins, as far as the entries of the words that begin so are kept ready: year and month of arXiv
    ids, of which a large library has ten thousand a month, and the first digit after them."""
    if not (word.isascii() and word[:4].isdecimal() and len(word) >= 4):
        return []
    lengths = range(4, min(len(word), LONGEST_BEGINNING) + 1) if word[4:5] == "." else (4,)
    return [f"\n{word[:length]}" for length in lengths]


def is_ready(word: str) -> bool:
    """Whether the entries of this part of a word are kept ready."""
    return len(word) <= 2 or (len(word) == 3 and word.isascii())


def facts() -> dict[str, object]:
    """What must hold of an index that this program can read: folding follows Python's Unicode tables."""
    return {"version": INDEX_VERSION, "unicode": unicodedata.unidata_version}


class IndexFile:
    """An open index. Raises `sqlite3.Error` or ValueError anywhere for a file that is damaged or none of ours."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, check_same_thread=False)
        self._behind, self._number = BehindBeside(path), 0
        """What the house keeps beside it, and the number by which that is known to be of this index."""
        self.weeks: dict[str, Stored] = {}
        self._parts = 0
        """How many parts there are."""
        self._vocabulary: list[list[bytes]] = []
        """The words of each kind, in pieces: each line one word, a line break before the first, too."""
        self._codes: Mapping[int, Mapping[str, int]] = {}
        """By part, the words that have a code of their own, once asked for."""
        self._last: tuple[str, list[str]] = ("", [])
        """The latest part of a word that was looked up, and the words that hold it."""
        self._united: tuple[list[str], _WordsFound] | None = None
        """The words whose entries were last asked for, and these."""
        self._initials: InitialWords | None = None
        """Their initial consonants, once asked for."""
        self._state = -1
        try:
            self._connection.execute("PRAGMA query_only = 1")
            found = dict(self._connection.execute("SELECT name, value FROM facts"))
            if found != facts():
                raise ValueError(found)
            (self._number,) = self._connection.execute("PRAGMA user_version").fetchone()
            self.catch_up()
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Lets go of the file."""
        self._connection.close()

    def catch_up(self) -> bool:
        """Takes in what another connection wrote since; True when it did."""
        state = self._connection.execute("PRAGMA data_version").fetchone()[0]
        if state == self._state:
            return False
        rows = self._connection.execute("SELECT week, mtime, size, inode, part, first, entries FROM weeks")
        self.weeks = {week: Stored((mtime, size, inode), *place) for week, mtime, size, inode, *place in rows}
        self._parts = len({stored.part for stored in self.weeks.values()})
        self._vocabulary, self._initials, self._codes = [], None, {}
        self._last, self._united = ("", []), None
        self._state = state
        return True

    def looks(self, wanted: Sought, stop: Callable[[], bool]) -> Iterator[IndexLook | None]:
        """What to look through for all that is sought: entries of each part, and what `matching` has to find in their
        texts and in which fields; None where they hold it for certain. In steps of a millisecond or two, with None
        after those that found nothing yet; goes on only while the index is as it was."""
        needle, fields = wanted.needle, wanted.fields
        if " " in needle:
            yield (yield from self._phrase(needle, fields, stop))
        else:
            words = yield from (self._ready(needle) if is_ready(needle) else self._with_word(needle, stop))
            yield _united(words, fields), None, fields
        if wanted.spacings is not None:
            spacings = self._spacings(needle)
            if len(spacings) > _SPACINGS:  # a text such as `가 나 다 라 마 바 사`: each has so many
                yield dict.fromkeys((stored.part for stored in self.weeks.values()), -1), wanted.spacings, fields
                spacings = []
            for each in spacings:
                yield (yield from self._phrase(each, fields, stop))
        if wanted.in_body is not None:
            yield (yield from self._with_initials(needle, stop)), wanted.in_body, (BODY,)

    def _phrase(self, needle: str, fields: Sequence[int], stop: Callable[[], bool]) -> _Steps[IndexLook]:
        """The entries that have all words of a phrase in one of the fields, and the phrase, which `matching` says of
        each of them whether it really stands there."""
        first, *between, last = needle.split(" ")
        begin, end = (yield from self._holding(f"{first}\n")), (yield from self._holding(f"\n{last}"))
        codes, behind = (yield from self._loading_codes()), self._behind.get(self._number)
        lacking = {part for part, own in codes.items() if not own.keys() >= {*between}}
        yield
        # Where it is known what stands behind words, it tells of those with a code of their own.
        told = set[int]() if behind is None else behind.parts - lacking
        begins, ends = (yield from self._apart(begin, stop)), (yield from self._apart(end, stop))
        places = {place for place in begins.places & ends.places if place[1] in fields}
        unsure = {place for place in places if begins.has_uncoded(place) or ends.has_uncoded(place)}
        wanted = {place for place in places if place in unsure or place[0] not in told}
        begins_uncoded = yield from begins.uncoded(unsure)
        ends_uncoded = yield from ends.uncoded(unsure)
        beginning, ending = (yield from begins.whole(wanted)), (yield from ends.whole(wanted))
        middle: list[_WordsFound] = []
        for word in between:
            middle += [(yield from self._by_field([word], stop))]
        having = _both([beginning, ending, *middle])
        yield
        some = _any([_both([begins_uncoded, ending, *middle]), _both([beginning, ends_uncoded, *middle])])
        yield
        uncertain = {place: bits if place[0] in lacking else some.get(place, 0) for place, bits in having.items()}
        phrase = Phrase(needle, fields, ({*begin}, between, {*end}), _united(uncertain, fields), behind)
        everywhere = dict.fromkeys([part for part, _ in places if part in told], -1)
        return _united(having, fields) | everywhere, phrase, fields

    def matching(
        self,
        needle: Phrase | re.Pattern[str],
        fields: Sequence[int],
        part: int,
        entries: int,
        stop: Callable[[], bool],
    ) -> int:
        """Those of some entries of a part in which a phrase really stands, or a pattern finds something."""
        if isinstance(needle, Phrase):
            return needle.standing(self._connection, self._codes[part], part, entries, stop)
        return standing(self._connection, needle, fields, part, entries, stop)

    def _loading_codes(self) -> _Steps[Mapping[int, Mapping[str, int]]]:
        if not self._codes:
            codes = {}
            rows = self._connection.execute("SELECT part, own FROM codes").fetchall()
            for number, (part, own) in enumerate(rows, 1):
                codes[part] = codes_of(own)
                if number % _PLACES == 0:
                    yield
            self._codes = codes
        return self._codes

    def _spacings(self, needle: str) -> list[str]:
        """The phrases that a word can be with blanks at its joints, as far as there are words for them."""
        cuts = joints(needle)
        known: dict[int, list[str]] = {}

        def behind(cut: int) -> list[str]:
            """Those of what stands behind a cut; no more than show that they are too many."""
            if cut not in known:
                found = [needle[cut:]] if self._has_word(f"\n{needle[cut:]}") else []
                for end in cuts:
                    if end > cut and self._has_word(f"\n{needle[cut:end]}\n"):
                        found += [f"{needle[cut:end]} {rest}" for rest in behind(end)]
                known[cut] = found[: _SPACINGS + 1]
            return known[cut]

        starts = [cut for cut in cuts if self._has_word(f"{needle[:cut]}\n")]
        return [f"{needle[:cut]} {rest}" for cut in starts for rest in behind(cut)]

    def _has_word(self, text: str) -> bool:
        """Whether there is a word that holds a text, at the end at which there is a line break."""
        if text[0] == text[-1] == "\n":
            ask = "SELECT 1 FROM words WHERE word = ? LIMIT 1"
            return self._connection.execute(ask, (text[1:-1],)).fetchone() is not None
        return any(at_once(self._looking_up(text)))

    def _with_initials(self, needle: str, stop: Callable[[], bool]) -> _Steps[dict[int, int]]:
        """The entries whose body may hold what `matching.at_words` finds."""
        if self._initials is None:
            vocabulary = yield from self._loading_vocabulary()
            self._initials = InitialWords(b"".join(vocabulary[OTHER]).decode())
        words, length = self._initials, len(needle)
        behind: dict[int, _WordsFound] = {}
        for cut in range(length - 2, 0, -1):
            ways = [(yield from self._by_field(words.beginning(needle[cut:]), stop))]
            for end in range(cut + 2, length - 1):
                whole = yield from self._by_field(words.whole(needle[cut:end]), stop)
                ways.append(_both([whole, behind[end]]))
            behind[cut] = _any(ways)
        ways = [(yield from self._by_field(words.holding(needle), stop))]
        for cut, rest in behind.items():
            ending = yield from self._by_field(words.ending(needle[:cut]), stop)
            ways.append(_both([ending, rest]))
        return _united(_any(ways), (BODY,))

    def _with_word(self, text: str, stop: Callable[[], bool]) -> _Steps[_WordsFound]:
        """The entries of the words that hold a text."""
        if f"\n{text}" in beginnings(text):
            words = yield from self._looking_up(text, beginning=False)
            within = yield from self._by_field(words, stop)
            ready = yield from self._ready(f"\n{text}")
            return {place: within.get(place, 0) | ready.get(place, 0) for place in {*within, *ready}}
        words = yield from self._holding(text)
        if self._united is None or self._united[0] != words:
            self._united = (words, (yield from self._by_field(words, stop)))
        return self._united[1]

    def _ready(self, gram: str) -> _Steps[_WordsFound]:
        ask = "SELECT part, field, entries FROM grams WHERE gram = ?"
        found: _WordsFound = {}
        for number, (part, field, entries) in enumerate(self._connection.execute(ask, (gram,)).fetchall(), 1):
            found[part, field] = unpack(entries)
            if number % (4 * _PLACES) == 0:
                yield
        return found

    def _by_field(self, words: Iterable[str], stop: Callable[[], bool]) -> _Steps[_WordsFound]:
        """The entries of any of the words: (part, field) -> bitmap."""
        found = _Gathered()
        for rows in self._asked("part, field, entries", words, stop):
            found.add(rows)
            yield
        return (yield from found.uniting())

    def _apart(self, words: Iterable[str], stop: Callable[[], bool]) -> _Steps[_Apart]:
        """The same, not united yet, by whether the words have a code of their own in a part."""
        found, codes = _Apart(), self._codes
        for rows in self._asked("part, field, entries, word", words, stop):
            for *row, word in rows:
                found.add(row[0], row[1], row[2], coded=word in codes[row[0]])
            yield
        return found

    def _asked(self, columns: str, words: Iterable[str], stop: Callable[[], bool]) -> Iterator[list[Any]]:
        """What is told of some words, some `_ROWS` rows at a time: of seldom words many are asked for at once. Nothing
        of it is left to be read meanwhile, which would keep others from writing."""
        ask, left, first = self._connection.execute, [*words], 0
        size = max(1, min(_PLACES, _ROWS // (self._parts + 1)))
        while first < len(left):
            some = left[first : first + size]
            rows = ask(f"SELECT {columns} FROM words WHERE word IN ({','.join('?' * len(some))})", some).fetchall()
            yield rows
            first += size
            size = min(_CHUNK, max(1, len(some) * _ROWS // (len(rows) + 1)))
            if stop():
                raise Stopped

    def _holding(self, text: str) -> _Steps[list[str]]:
        """The words of the vocabulary that hold a text; with a line break at an end of the text, at that end."""
        known, words = self._last
        if "\n" in text:
            return (yield from self._looking_up(text))
        # Most needles are the last one and a letter more.
        within = bool(known) and known in text
        found = [word for word in words if text in word] if within else (yield from self._looking_up(text))
        self._last = (text, found)
        return found

    def _looking_up(self, text: str, *, beginning: bool = True) -> _Steps[list[str]]:
        wanted = text.encode("utf-8", "surrogatepass")
        shift = 1 if text[0] == "\n" else 0
        found = []
        for words in chain.from_iterable((yield from self._loading_vocabulary())[kind_of(text) :]):
            if not beginning:  # what is left of such a word may hold the text again, and is no word or one that does
                words = words.replace(b"\n" + wanted, b"\n")
            find, before = words.find, words.rfind
            place = find(wanted)
            while place >= 0:
                start = place + 1 if shift else before(b"\n", 0, place) + 1
                end = find(b"\n", place + shift)
                found.append(words[start:end].decode())
                place = find(wanted, end)
            yield
        return found

    def vocabulary(self) -> list[str]:
        """All words of letters, a line each: those of ASCII, and the others."""
        kinds = at_once(self._loading_vocabulary())
        return [words.decode() for kind in (PLAIN, OTHER) for words in kinds[kind]]

    def _loading_vocabulary(self) -> _Steps[list[list[bytes]]]:
        if not self._vocabulary:
            kinds: list[list[bytes]] = [[] for _ in (PLAIN_SIGNS, PLAIN, OTHER)]
            ask = self._connection.execute
            for number, kind in ask("SELECT number, kind FROM vocabulary ORDER BY number").fetchall():
                words = ask("SELECT words FROM vocabulary WHERE number = ?", (number,)).fetchone()[0]
                kinds[kind].append(b"\n%b\n" % words)
                yield
            self._vocabulary = kinds
        return self._vocabulary


class _Gathered:
    """The entries of words, gathered by part and field."""

    def __init__(self) -> None:
        self._many: _WordsFound = {}
        self._few: dict[tuple[int, int], set[int]] = {}

    def add(self, rows: Iterable[_PackedRow]) -> None:
        """Adds what rows of the table tell."""
        many, few = self._many, self._few
        for part, field, entries in rows:
            place = (part, field)
            if isinstance(entries, int):
                numbers = few.get(place)
                sound(entries)
                if numbers is None:
                    few[place] = {entries}
                else:
                    numbers.add(entries)
            elif entries[:1] == b"#":
                many[place] = many.get(place, 0) | int.from_bytes(entries[1:], "little")
            else:
                few.setdefault(place, set()).update(listed(entries))

    def uniting(self) -> _Steps[_WordsFound]:
        """All of them, in steps."""
        for number, (place, numbers) in enumerate(self._few.items(), 1):
            self._many[place] = self._many.get(place, 0) | bits_of(numbers)
            if number % _PLACES == 0:
                yield
        self._few = {}
        return self._many


class _Apart:
    """The entries of words, those apart that have no code of their own in a part; united where that is wanted."""

    def __init__(self) -> None:
        self._coded: dict[tuple[int, int], list[_PackedRow]] = {}
        self._uncoded: dict[tuple[int, int], list[_PackedRow]] = {}

    def add(self, part: int, field: int, entries: Packed, *, coded: bool) -> None:
        """Adds those of a word."""
        (self._coded if coded else self._uncoded).setdefault((part, field), []).append((part, field, entries))

    @property
    def places(self) -> AbstractSet[tuple[int, int]]:
        """Parts and fields in which there are any of the words."""
        return self._coded.keys() | self._uncoded.keys()

    def has_uncoded(self, place: tuple[int, int]) -> bool:
        """Whether some of them have no code there."""
        return place in self._uncoded

    def uncoded(self, places: Collection[tuple[int, int]]) -> _Steps[_WordsFound]:
        """The entries of those without a code at these places, in steps."""
        return self._united(places, [self._uncoded])

    def whole(self, places: Collection[tuple[int, int]]) -> _Steps[_WordsFound]:
        """The entries of all at these places, in steps."""
        return self._united(places, [self._uncoded, self._coded])

    def _united(
        self, places: Collection[tuple[int, int]], kinds: Sequence[Mapping[tuple[int, int], list[_PackedRow]]]
    ) -> _Steps[_WordsFound]:
        found, taken = _Gathered(), 0
        for place in places:
            for rows in [kind[place] for kind in kinds if place in kind]:
                found.add(rows)
                taken += len(rows)
                if taken > _ROWS:
                    taken = 0
                    yield
        return (yield from found.uniting())


def _united(found: _WordsFound, fields: Sequence[int]) -> dict[int, int]:
    united: dict[int, int] = {}
    for (part, field), bits in found.items():
        if field in fields:
            united[part] = united.get(part, 0) | bits
    return united


def _any(all_found: Iterable[_WordsFound]) -> _WordsFound:
    """The entries that are in any."""
    united: _WordsFound = {}
    for found in all_found:
        for place, bits in found.items():
            united[place] = united.get(place, 0) | bits
    return united


def _both(all_found: Iterable[_WordsFound]) -> _WordsFound:
    """The entries that are in every one."""
    both, *others = all_found
    for other in others:
        both = {place: bits & other.get(place, 0) for place, bits in both.items()}
    return both
