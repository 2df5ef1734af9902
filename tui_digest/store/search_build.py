"""The search index, written: whole into a temporary file that takes the old one's place, or a few weeks more into the
one there is. Raises `sqlite3.Error` or OSError where that cannot be done; the caller goes on without."""

from __future__ import annotations

import itertools
import os
import re
import sqlite3
from collections import defaultdict
from contextlib import closing, contextmanager, nullcontext, suppress
from operator import add
from typing import TYPE_CHECKING

from tui_digest.beside import beside, halves
from tui_digest.errors import StoreError
from tui_digest.store.bits import bits_of, pack, pack_bits
from tui_digest.store.files import make_private
from tui_digest.store.search_index import ROOM, SCHEMA, Stored, beginnings, facts, kind_of
from tui_digest.store.search_text import ALL_FIELDS, FIELDS, Stopped, entry_texts, fields_of, words_of
from tui_digest.store.shards import Shards

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from tui_digest.store.codec import Document
    from tui_digest.store.files import Stamp

    Load = Callable[[str], Sequence[Document]]
    """A week's entries in reading order; raises `StoreError` where it cannot be read."""
    Progress = Callable[[int, int], object]
    """Is told how many weeks are done, of how many."""

PART = 4096
"""Entries that are indexed together, at least a week: what is held in memory at once, some 20 MB."""

SHARED = 16_000_000
"""Bytes of shards, about two seconds of work, from which on two processes may share it."""

SECOND = 1 << 20
"""The number of the first part that the second process makes."""

SMALL_PARTS = 32
"""Small parts come from updates, and every one makes a search slower: with so many the index is made anew."""

_WORDS_A_BLOB = 50_000
_THREE = re.compile("(?=([\x00-\x7f]{3}))")
_numbers = itertools.count(1)


def build(
    path: Path,
    weeks: Mapping[str, Stamp],
    load: Load,
    progress: Progress,
    stop: Callable[[], bool],
    shared: Path | None = None,
) -> None:
    """Makes the index of these weeks, the newest first, and puts it in the place of what is there. With the folder of
    the shards as `shared` a second process does half of it. Raises `Stopped`, and then nothing has changed."""
    make_private(path.parent)
    with _temporary(path) as temporary, _temporary(path) as other:
        half = halves([size for _, size, _ in weeks.values()], SHARED) if shared is not None else len(weeks)
        ours, theirs = (dict(part) for part in ([*weeks.items()][:half], [*weeks.items()][half:]))
        helper = beside(build_part, other, shared, theirs) if theirs else nullcontext(lambda: True)
        with helper as helped, _created(temporary) as connection:

            def told(done: int, _: int) -> None:
                progress(done * len(weeks) // max(1, len(ours)), len(weeks))

            _add_weeks(connection, 0, ours, load, told, stop)
            if not helped():
                _add_weeks(connection, SECOND, theirs, load, progress, stop)
            elif theirs:
                _take_over(connection, other)
            connection.executemany("INSERT INTO facts VALUES (?, ?)", facts().items())
            _keep_vocabulary(connection, connection.execute("SELECT DISTINCT word FROM words"))
            connection.execute("COMMIT")
        with suppress(FileNotFoundError):  # of an update that was killed: it would be played back into the new file
            path.with_name(path.name + "-journal").unlink()
        temporary.replace(path)


def build_part(path: Path, folder: Path, weeks: Mapping[str, Stamp]) -> bool:
    """Makes the second half of an index as a file of its own."""
    shards = Shards(folder, None)
    with _created(path) as connection:
        _add_weeks(
            connection, SECOND, weeks, lambda week: shards.load(week, keep=False).documents, _nobody, lambda: False
        )
        connection.execute("COMMIT")
    return True


def _nobody(done: int, weeks: int) -> None:
    """Is told."""


@contextmanager
def _temporary(path: Path) -> Iterator[Path]:
    """A name for a file beside another, which is gone at the end."""
    temporary = path.parent / f".{path.name}.{os.getpid()}.{next(_numbers)}.tmp"
    try:
        yield temporary
    finally:
        with suppress(OSError):
            temporary.unlink()


@contextmanager
def _created(path: Path) -> Iterator[sqlite3.Connection]:
    """A new index without anything in it. Nobody else sees this file, and what a crash leaves of it is thrown away."""
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600))
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.executescript(
            "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -4000; BEGIN;" + SCHEMA
        )
        yield connection


def _take_over(connection: sqlite3.Connection, other: Path) -> None:
    """Adds what stands in the file of the second half."""
    with closing(sqlite3.connect(other, isolation_level=None)) as found:
        for table in ("weeks", "parts", "words", "grams", "texts"):
            rows = found.execute(f"SELECT * FROM {table}")
            places = ", ".join("?" * len(rows.description))
            connection.executemany(f"INSERT INTO {table} VALUES ({places})", rows)


def update(path: Path, weeks: Mapping[str, Stamp], load: Load, progress: Progress, stop: Callable[[], bool]) -> bool:
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
    progress: Progress,
    stop: Callable[[], bool],
    fresh: list[str] | None = None,
) -> None:
    """Adds weeks as parts from this number on; words that the index did not have yet go to `fresh`."""
    current = _Part()
    for done, (week, stamp) in enumerate(weeks.items(), 1):
        if stop():
            raise Stopped
        with suppress(StoreError):  # it is in no list either, until it can be read
            documents = load(week)
            stored = (week, *stamp, part, current.size, len(documents))
            connection.execute("INSERT INTO weeks VALUES (?, ?, ?, ?, ?, ?, ?)", stored)
            current.add(connection, part, documents)
        if current.size and (current.size >= PART or done == len(weeks)):
            current.write(connection, part, fresh)
            part += 1
            current = _Part()
        progress(done, len(weeks))


class _Part:
    """The words of some weeks and the entries that have them, field by field."""

    def __init__(self) -> None:
        self.fields: list[dict[str, list[int]]] = [defaultdict(list) for _ in range(ALL_FIELDS)]
        self.meeting: list[dict[str, list[int]]] = [defaultdict(list) for _ in FIELDS]
        """The letters that meet over a blank."""
        self.size = 0
        """Entries."""

    def add(self, connection: sqlite3.Connection, part: int, documents: Sequence[Document]) -> None:
        """One week more, behind the others; the texts go to the file at once."""
        texts = entry_texts(documents)
        kept = ((part * ROOM + n, text.encode("utf-8", "surrogatepass")) for n, text in enumerate(texts, self.size))
        connection.executemany("INSERT INTO texts VALUES (?, ?)", kept)
        for number, text in enumerate(texts, self.size):
            fields = fields_of(text)
            for words, told in zip(self.fields, fields, strict=True):
                for word in words_of(told):
                    words[word].append(number)
            for meeting, told in zip(self.meeting, fields, strict=False):
                for pair in {f"{word[-1]} {following[0]}" for word, following in itertools.pairwise(told.split())}:
                    meeting[pair].append(number)
        self.size += len(texts)

    def write(self, connection: sqlite3.Connection, part: int, fresh: list[str] | None) -> None:
        """Puts it into the file, in the order in which it lies there."""
        connection.execute("INSERT INTO parts VALUES (?, ?)", (part, self.size))
        for number, field in enumerate(self.fields):
            if fresh is not None:
                ask = "SELECT 1 FROM words WHERE word = ? LIMIT 1"
                fresh += [word for word in field if connection.execute(ask, (word,)).fetchone() is None]
            words = ((word, part, number, pack(field[word])) for word in sorted(field))
            connection.executemany("INSERT INTO words VALUES (?, ?, ?, ?)", words)
            grams = _grams({word: bits_of(entries) for word, entries in field.items()})
            field.clear()  # it may be the largest thing in memory
            packed = {gram: pack_bits(bits) for gram, bits in grams.items()}
            if number < len(FIELDS):
                packed |= {pair: pack(entries) for pair, entries in self.meeting[number].items()}
                self.meeting[number].clear()
            rows = ((gram, part, number, packed[gram]) for gram in sorted(packed))
            connection.executemany("INSERT INTO grams VALUES (?, ?, ?, ?)", rows)


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
