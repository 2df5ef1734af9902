"""The search index, read: a derived SQLite file of every word's entries, and a vocabulary to look for parts of words.

A word stands in an entry exactly where it stands in one of the entry's blank-divided words. So the needle is looked
for in the vocabulary, which is small, and the entries of the words that hold it are united as bitmaps. One and two
letters stand in too many words for that: their entries are kept ready. Nothing here decides anything about text:
only a phrase, whose words are found but not their order, is left to be checked.
"""

from __future__ import annotations

import sqlite3
import unicodedata
from typing import TYPE_CHECKING, NamedTuple

from tui_digest.store.bits import bits_of, listed, unpack
from tui_digest.store.search_text import Stopped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from tui_digest.store.files import Stamp

INDEX_VERSION = 1

GRAM = 2
"""Needles up to this many characters are kept ready."""

SCHEMA = """
CREATE TABLE facts (name TEXT PRIMARY KEY, value) WITHOUT ROWID;
CREATE TABLE weeks (week TEXT PRIMARY KEY, mtime INT, size INT, inode INT, part INT, first INT, entries INT)
    WITHOUT ROWID;
CREATE TABLE parts (part INTEGER PRIMARY KEY, entries INT);
CREATE TABLE words (word TEXT, part INT, field INT, entries, PRIMARY KEY (word, part, field)) WITHOUT ROWID;
CREATE TABLE grams (gram TEXT, part INT, field INT, entries, PRIMARY KEY (gram, part, field)) WITHOUT ROWID;
CREATE TABLE vocabulary (number INTEGER PRIMARY KEY, ascii INT, words BLOB);
"""
"""Entries are numbered within a part; a part is some weeks that were indexed together. `entries` is what
`bits.pack` makes."""

_CHUNK = 400
"""Words asked for at once: a millisecond or two between two looks at whether anybody still waits."""


class Stored(NamedTuple):
    """Where a week's entries stand in the index."""

    stamp: Stamp
    """The version of the shard they were read from."""
    part: int
    first: int
    entries: int


def facts() -> dict[str, object]:
    """What must hold of an index that this program can read: folding follows Python's Unicode tables."""
    return {"version": INDEX_VERSION, "unicode": unicodedata.unidata_version}


class IndexFile:
    """An open index. Raises `sqlite3.Error` or ValueError anywhere for a file that is damaged or none of ours."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, check_same_thread=False)
        self.weeks: dict[str, Stored] = {}
        self._vocabulary: tuple[bytes, bytes] | None = None
        """Words of ASCII only, and all others: each line one word, a line break before the first, too."""
        self._state = -1
        try:
            self._connection.execute("PRAGMA query_only = 1")
            found = dict(self._connection.execute("SELECT name, value FROM facts"))
            if found != facts():
                raise ValueError(found)
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
        self._vocabulary = None
        self._state = state
        return True

    def entries(self, needle: str, fields: Sequence[int], stop: Callable[[], bool]) -> dict[int, int]:
        """The entries that have a `searchable` word, or may have a phrase, in one of the fields: a bitmap a part.

        Exact for one word. A phrase's words are all there, at the ends where they are cut, in one and the same field.
        """
        first, *rest = needle.split(" ")
        if not rest:
            return self._united(self._one_word(first, stop), fields)
        *middle, last = rest
        found = [self._by_field(self._holding(f"{first}\n"), stop)]
        found += [self._by_field(iter([word]), stop) for word in middle]
        found.append(self._by_field(self._holding(f"\n{last}"), stop))
        both = found[0]
        for other in found[1:]:
            both = {place: bits & other.get(place, 0) for place, bits in both.items()}
        return self._united(both, fields)

    def _one_word(self, word: str, stop: Callable[[], bool]) -> dict[tuple[int, int], int]:
        if len(word) <= GRAM:
            rows = self._connection.execute("SELECT part, field, entries FROM grams WHERE gram = ?", (word,))
            return {(part, field): unpack(entries) for part, field, entries in rows}
        return self._by_field(self._holding(word), stop)

    @staticmethod
    def _united(found: dict[tuple[int, int], int], fields: Sequence[int]) -> dict[int, int]:
        united: dict[int, int] = {}
        for (part, field), bits in found.items():
            if field in fields:
                united[part] = united.get(part, 0) | bits
        return united

    def _by_field(self, words: Iterator[str], stop: Callable[[], bool]) -> dict[tuple[int, int], int]:
        """The entries of any of the words: (part, field) -> bitmap."""
        found: dict[tuple[int, int], int] = {}
        few: dict[tuple[int, int], set[int]] = {}
        chunk: list[str] = []
        ask = self._connection.execute
        for word in words:
            chunk.append(word)
            if len(chunk) == _CHUNK:
                self._add(ask(_asking(_CHUNK), chunk), found, few)
                chunk.clear()
                if stop():
                    raise Stopped
        if chunk:
            self._add(ask(_asking(len(chunk)), chunk), found, few)
        for place, numbers in few.items():
            found[place] = found.get(place, 0) | bits_of(numbers)
        return found

    @staticmethod
    def _add(rows: sqlite3.Cursor, found: dict[tuple[int, int], int], few: dict[tuple[int, int], set[int]]) -> None:
        for part, field, entries in rows:
            place = (part, field)
            if isinstance(entries, int):
                numbers = few.get(place)
                if numbers is None:
                    few[place] = {entries}
                else:
                    numbers.add(entries)
            elif entries[:1] == b"#":
                found[place] = found.get(place, 0) | int.from_bytes(entries[1:], "little")
            else:
                few.setdefault(place, set()).update(listed(entries))

    def _holding(self, text: str) -> Iterator[str]:
        """The words of the vocabulary that hold a text; with a line break at an end of the text, at that end."""
        wanted = text.encode("utf-8", "surrogatepass")
        shift = 1 if text[0] == "\n" else 0
        for words in self._load_vocabulary()[0 if text.isascii() else 1 :]:
            find, before = words.find, words.rfind
            place = find(wanted)
            while place >= 0:
                start = place + 1 if shift else before(b"\n", 0, place) + 1
                end = find(b"\n", place + shift)
                yield words[start:end].decode()
                place = find(wanted, end)

    def _load_vocabulary(self) -> tuple[bytes, bytes]:
        if self._vocabulary is None:
            ask = self._connection.execute
            kinds = [
                b"\n".join(
                    [b"", *(row[0] for row in ask("SELECT words FROM vocabulary WHERE ascii = ?", (kind,))), b""]
                )
                for kind in (1, 0)
            ]
            self._vocabulary = (kinds[0], kinds[1])
        return self._vocabulary


def _asking(words: int) -> str:
    return f"SELECT part, field, entries FROM words WHERE word IN ({','.join('?' * words)})"
