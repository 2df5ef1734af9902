"""The search index, written: whole into a temporary file that takes the old one's place, or a few weeks more into the
one there is. Raises `sqlite3.Error` or OSError where that cannot be done; the caller goes on without."""

from __future__ import annotations

import itertools
import os
import re
import sqlite3
from collections import defaultdict
from contextlib import closing, suppress
from operator import add
from typing import TYPE_CHECKING

from tui_digest.errors import StoreError
from tui_digest.files import make_private, open_new
from tui_digest.store.bits import bits_of, pack, pack_bits
from tui_digest.store.search_index import SCHEMA, Stored, beginnings, facts, kind_of
from tui_digest.store.search_phrases import TEXTS, joined
from tui_digest.store.search_text import ALL_FIELDS, Stopped, entry_texts, fields_of, words_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from tui_digest.files import Stamp
    from tui_digest.store.codec import StoredFields

    Load = Callable[[str], Sequence[StoredFields]]
    """A week's entries in reading order; raises `StoreError` where it cannot be read."""
    HowFar = Callable[[int, int], object]
    """Called with how many weeks are done, and of how many."""

PART = 4096
"""Entries that are indexed together, at least a week: what is held in memory at once, some 20 MB."""

SMALL_PARTS = 32
"""Small parts come from updates, and every one makes a search slower: with so many the index is made anew."""

_WORDS_A_BLOB = 50_000
_THREE = re.compile("(?=([\x00-\x7f]{3}))")
_numbers = itertools.count(1)


def build(path: Path, weeks: Mapping[str, Stamp], load: Load, progress: HowFar, stop: Callable[[], bool]) -> None:
    """Makes the index of these weeks, the newest first, and puts it in the place of what is there. Raises `Stopped`,
    and then nothing has changed."""
    make_private(path.parent)
    temporary = path.parent / f".{path.name}.{os.getpid()}.{next(_numbers)}.tmp"
    try:
        os.close(open_new(temporary))
        with closing(sqlite3.connect(temporary, isolation_level=None)) as connection:
            # Nobody else sees this file, and what a crash leaves of it is thrown away.
            connection.executescript(
                "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -4000; BEGIN;" + SCHEMA
            )
            connection.executemany("INSERT INTO facts VALUES (?, ?)", facts().items())
            _add_weeks(connection, 0, weeks, load, progress, stop)
            _keep_vocabulary(connection, connection.execute("SELECT DISTINCT word FROM words"))
            connection.execute("COMMIT")
        with suppress(FileNotFoundError):  # of an update that was killed: it would be played back into the new file
            path.with_name(path.name + "-journal").unlink()
        temporary.replace(path)
    except BaseException:
        with suppress(OSError):
            temporary.unlink()
        raise


def update(path: Path, weeks: Mapping[str, Stamp], load: Load, progress: HowFar, stop: Callable[[], bool]) -> bool:
    """Brings the index to these weeks by adding those that changed; False where making it anew is better. Raises
    `Stopped`, and then nothing has changed."""
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True, isolation_level=None)) as connection:
        # Not WAL: the folder may be on a network drive.
        connection.executescript("PRAGMA journal_mode = DELETE; PRAGMA synchronous = NORMAL; BEGIN IMMEDIATE;")
        if dict(connection.execute("SELECT name, value FROM facts")) != facts():
            return False
        rows = connection.execute("SELECT week, mtime, size, inode, part, first, entries FROM weeks")
        known = {week: Stored((mtime, size, inode), *place) for week, mtime, size, inode, *place in rows}
        changed = {week: stamp for week, stamp in weeks.items() if week not in known or known[week].stamp != stamp}
        gone = [week for week in known if week not in weeks or week in changed]
        if not changed and not gone:
            return True
        parts = dict(connection.execute("SELECT part, entries FROM parts"))
        alive = sum(stored.entries for week, stored in known.items() if week in weeks and week not in changed)
        dead = sum(parts.values()) - alive
        if len(parts) >= alive // PART + SMALL_PARTS or 2 * len(changed) > len(weeks) or dead > alive:
            return False
        connection.executemany("DELETE FROM weeks WHERE week = ?", [(week,) for week in gone])
        fresh: list[str] = []
        _add_weeks(connection, max(parts, default=-1) + 1, changed, load, progress, stop, fresh)
        _keep_vocabulary(connection, ((word,) for word in fresh))
        connection.execute("COMMIT")
        return True


def _add_weeks(
    connection: sqlite3.Connection,
    part: int,
    weeks: Mapping[str, Stamp],
    load: Load,
    progress: HowFar,
    stop: Callable[[], bool],
    fresh: list[str] | None = None,
) -> None:
    """Adds weeks as parts from this number on; words that the index did not have yet go to `fresh`."""
    current = _IndexPart()
    for done, (week, stamp) in enumerate(weeks.items(), 1):
        if stop():
            raise Stopped
        with suppress(StoreError):  # it is in no list either, until it can be read
            documents = load(week)
            stored = (week, *stamp, part, current.size, len(documents))
            connection.execute("INSERT INTO weeks VALUES (?, ?, ?, ?, ?, ?, ?)", stored)
            current.add(documents)
        if current.size and (current.size >= PART or done == len(weeks)):
            current.write(connection, part, fresh)
            part += 1
            current = _IndexPart()
        progress(done, len(weeks))


class _IndexPart:
    """The words of some weeks and the entries that have them, field by field."""

    def __init__(self) -> None:
        self.fields: list[dict[str, list[int]]] = [defaultdict(list) for _ in range(ALL_FIELDS)]
        self.texts: list[str] = []

    @property
    def size(self) -> int:
        """Entries."""
        return len(self.texts)

    def add(self, documents: Sequence[StoredFields]) -> None:
        """One week more, behind the others."""
        for number, text in enumerate(entry_texts(documents), self.size):
            for words, told in zip(self.fields, fields_of(text), strict=True):
                for word in words_of(told):
                    words[word].append(number)
            self.texts.append(text)

    def write(self, connection: sqlite3.Connection, part: int, fresh: list[str] | None) -> None:
        """Puts it into the file, in the order in which it lies there."""
        connection.execute("INSERT INTO parts VALUES (?, ?)", (part, self.size))
        for number, field in enumerate(self.fields):
            if fresh is not None:
                ask = "SELECT 1 FROM words WHERE word = ? LIMIT 1"
                fresh += [word for word in field if connection.execute(ask, (word,)).fetchone() is None]
            bits = {word: bits_of(entries) for word, entries in field.items()}
            words = ((word, part, number, pack(field[word], bits[word])) for word in sorted(field))
            connection.executemany("INSERT INTO words VALUES (?, ?, ?, ?)", words)
            field.clear()  # it may be the largest thing in memory
            grams = _grams(bits)
            bits.clear()
            rows = ((gram, part, number, pack_bits(grams[gram])) for gram in sorted(grams))
            connection.executemany("INSERT INTO grams VALUES (?, ?, ?, ?)", rows)
        chunks = range(0, self.size, TEXTS)
        texts = ((part, first // TEXTS, joined(self.texts[first : first + TEXTS])) for first in chunks)
        connection.executemany("INSERT INTO texts VALUES (?, ?, ?)", texts)


def _grams(words: Mapping[str, int]) -> dict[str, int]:
    """The entries of every part of a word that `is_ready`."""
    pairs: dict[str, int] = defaultdict(int)
    found: dict[str, int] = defaultdict(int)
    for word, bits in words.items():
        ended = word + "\n"
        for pair in set(map(add, ended, ended[1:])):
            pairs[pair] |= bits
        for part in {*_THREE.findall(word), *beginnings(word)}:
            found[part] |= bits
    for pair, bits in pairs.items():
        found[pair[0]] |= bits
        if pair[1] != "\n":
            found[pair] = bits
    return found


def _keep_vocabulary(connection: sqlite3.Connection, rows: Iterator[tuple[str]] | sqlite3.Cursor) -> None:
    """Adds these words to those that parts of words are looked for in."""
    while portion := [row[0] for row in itertools.islice(rows, _WORDS_A_BLOB)]:
        kinds: list[list[str]] = [[], [], []]
        for word in portion:
            kinds[kind_of(word)].append(word)
        kept = [(kind, "\n".join(words).encode()) for kind, words in enumerate(kinds) if words]
        connection.executemany("INSERT INTO vocabulary (kind, words) VALUES (?, ?)", kept)
