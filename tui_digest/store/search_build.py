"""The search index, written: whole into a temporary file that takes the old one's place, or a few weeks more into the
one there is. Raises `sqlite3.Error` or OSError where that cannot be done; the caller goes on without."""

from __future__ import annotations

import itertools
import os
import re
import sqlite3
from collections import defaultdict
from contextlib import closing, suppress
from itertools import chain
from operator import add
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from tui_digest.errors import StoreError
from tui_digest.files import make_private, open_new
from tui_digest.processes import MOST, CannotStartError, EndedError, Pool, WorkError, processors
from tui_digest.store.bits import Packed, bits_of, pack, pack_bits
from tui_digest.store.search_index import SCHEMA, Stored, beginnings, facts, kind_of
from tui_digest.store.search_phrases import TEXTS, joined
from tui_digest.store.search_text import ALL_FIELDS, BETWEEN_TEXTS, Stopped, entry_words
from tui_digest.store.shards import Shards

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Generator, Iterable, Iterator, Mapping, Sequence

    from tui_digest.files import Stamp
    from tui_digest.store.codec import StoredFields

    WeekVersions = Mapping[str, tuple[Stamp, int]]
    """The version of each week's file, and how many entries it has."""
    Load = Callable[[str], Sequence[StoredFields]]
    """A week's entries in reading order; raises `StoreError` where it cannot be read."""
    HowFar = Callable[[int, int], object]
    """Called with how many weeks are done, and of how many."""

PART = 4096
"""Entries that are indexed together, at least a week: what is held in memory at once, some 20 MB."""

SMALL_PARTS = 32
"""Small parts come from updates, and every one makes a search slower: so many are made into large ones."""

_WORDS_A_BLOB = 50_000
_THREE = re.compile("(?=([\x00-\x7f]{3}))")
_SEVERAL = 64
"""Entries from which on those of a word are united with others as bitmaps; fewer are cheaper one by one."""
_LISTED = 256
"""Entries up to which they are sorted as a list."""
_DIGITS = frozenset("0123456789")
_numbers = itertools.count(1)


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

    @property
    def size(self) -> int:
        """Entries."""
        return sum(entries for _, _, entries in self.weeks)


class ReadyPart(NamedTuple):
    """A part that was made before it was asked for, of weeks as they were written."""

    stamps: Mapping[str, Stamp]
    """The weeks, and the version of each one's file."""
    load: Callable[[], PartRows]
    """Raises `StoreError`."""


class Work(NamedTuple):
    """What an index is made of, and how."""

    weeks: WeekVersions
    """Those that it is to have, the newest first."""
    load: Load
    progress: HowFar
    stop: Callable[[], bool]
    beside: Path | None = None
    """The folder of the weeks, where other processes work at it, too."""
    ready: Sequence[ReadyPart] = ()
    """Parts that need not be made where their weeks are still the same."""


def build(path: Path, work: Work) -> None:
    """Makes the index anew, and puts it in the place of what is there. Raises `Stopped`, and then nothing has
    changed."""
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
            _add_weeks(connection, 0, work)
            _keep_vocabulary(connection, connection.execute("SELECT DISTINCT word FROM words"))
            connection.execute("COMMIT")
        with suppress(FileNotFoundError):  # of an update that was killed: it would be played back into the new file
            path.with_name(path.name + "-journal").unlink()
        temporary.replace(path)
    except BaseException:
        with suppress(OSError):
            temporary.unlink()
        raise


def update(path: Path, work: Work) -> bool:
    """Brings the index to its weeks by adding those that changed; False where making it anew is better. Raises
    `Stopped`, and then nothing has changed."""
    weeks = work.weeks
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True, isolation_level=None)) as connection:
        # Not WAL: the folder may be on a network drive.
        connection.executescript("PRAGMA journal_mode = DELETE; PRAGMA synchronous = NORMAL; BEGIN IMMEDIATE;")
        if dict(connection.execute("SELECT name, value FROM facts")) != facts():
            return False
        rows = connection.execute("SELECT week, mtime, size, inode, part, first, entries FROM weeks")
        known = {week: Stored((mtime, size, inode), *place) for week, mtime, size, inode, *place in rows}
        changed = {week: at for week, at in weeks.items() if week not in known or known[week].stamp != at[0]}
        gone = {week for week in known if week not in weeks or week in changed}
        if not changed and not gone:
            return True
        parts = dict(connection.execute("SELECT part, entries FROM parts"))
        alive = sum(stored.entries for week, stored in known.items() if week not in gone)
        dead = sum(parts.values()) - alive
        if 2 * len(changed) > len(weeks) or dead > alive:
            return False
        had: set[str] = set()
        if len(parts) >= alive // PART + SMALL_PARTS:
            small = {part for part, entries in parts.items() if entries < PART}
            again = {week for week, stored in known.items() if stored.part in small and week not in gone}
            gone |= again
            changed = {week: at for week, at in weeks.items() if week in changed or week in again}
            had = _drop(connection, small)
        connection.executemany("DELETE FROM weeks WHERE week = ?", [(week,) for week in gone])
        fresh: list[str] = []
        _add_weeks(connection, max(parts, default=-1) + 1, work._replace(weeks=changed), fresh)
        _keep_vocabulary(connection, ((word,) for word in fresh if word not in had))
        connection.execute("COMMIT")
        return True


def _drop(connection: sqlite3.Connection, parts: Collection[int]) -> set[str]:
    """Takes parts out, and returns the words that they had: the vocabulary keeps these."""
    among = f"part IN ({','.join(map(str, sorted(parts)))})"
    words = {word for (word,) in connection.execute(f"SELECT DISTINCT word FROM words WHERE {among}")}
    for table in ("words", "grams", "texts", "parts"):
        connection.execute(f"DELETE FROM {table} WHERE {among}")
    return words


def _add_weeks(connection: sqlite3.Connection, part: int, work: Work, fresh: list[str] | None = None) -> None:
    """Adds weeks as parts from this number on; words that the index did not have yet go to `fresh`."""
    weeks, done = work.weeks, 0

    def loading(week: str) -> Sequence[StoredFields]:
        nonlocal done
        if work.stop():
            raise Stopped
        try:
            return work.load(week)
        finally:
            done += 1
            work.progress(done, len(weeks))

    with closing(_parts(work, loading)) as parts:
        for number, (rows, told) in enumerate(parts, part):
            if not told:
                if work.stop():
                    raise Stopped
                done += len(rows.weeks)
                work.progress(done, len(weeks))
            placed = [(week, *weeks[week][0], number, first, entries) for week, first, entries in rows.weeks]
            connection.executemany("INSERT INTO weeks VALUES (?, ?, ?, ?, ?, ?, ?)", placed)
            _write(connection, number, rows, fresh)


def _parts(work: Work, loading: Load) -> Generator[tuple[PartRows, bool], None, None]:
    """The parts of the weeks, and of each whether it was told of while it was made: as `loading` does, unlike the
    work's own `load`. First those that are ready."""
    versions = {week: at[0] for week, at in work.weeks.items()}
    place_of = {week: place for place, week in enumerate(versions)}
    fitting = [part for part in work.ready if part.stamps.items() <= versions.items()]
    fitting.sort(key=lambda part: place_of[next(iter(part.stamps))])
    for part in fitting:
        try:
            rows = part.load()
        except StoreError:  # what lay aside cannot be read
            rows = rows_of([*part.stamps], work.load)
        yield rows, False
    taken = {week for part in fitting for week in part.stamps}
    groups = _groups({week: at for week, at in work.weeks.items() if week not in taken})
    if work.beside is None or min(len(groups), processors()) < 2:
        for group in groups:
            yield rows_of(group, loading), True
        return
    with closing(_made_beside(groups, work.load, work.beside)) as made:
        for rows in made:
            yield rows, False


def _groups(weeks: WeekVersions) -> list[list[str]]:
    """The weeks of each part."""
    groups: list[list[str]] = [[]]
    size = 0
    for week, (_, entries) in weeks.items():
        if size >= PART:
            groups.append([])
            size = 0
        groups[-1].append(week)
        size += entries
    return groups if groups[0] else []


def _made_beside(groups: Sequence[Sequence[str]], load: Load, folder: Path) -> Generator[PartRows, None, None]:
    """The parts, made by other processes as far as there are any, in their order."""
    at, made = 0, dict[int, PartRows]()
    count = min(processors(), MOST, len(groups))
    works: dict[int, int] = {}
    try:
        with Pool(count) as pool:
            while at < len(groups):
                while len(works) < min(at + 3 * count, len(groups)):
                    group = len(works)
                    works[pool.give(f"{__name__}:rows_in", str(folder), groups[group])] = group
                for work, rows in pool.done() if at not in made else ():
                    # what failed there, whatever it was, is met here again
                    made[works[work]] = rows_of(groups[works[work]], load) if isinstance(rows, WorkError) else rows
                while at in made:
                    yield made.pop(at)
                    at += 1
    except (CannotStartError, EndedError):  # then the rest is made here
        for group in range(at, len(groups)):
            yield made.pop(group) if group in made else rows_of(groups[group], load)


def rows_in(folder: str, weeks: Sequence[str]) -> PartRows:
    """The part of these weeks, whose files lie in a folder: a piece of work of one of several processes."""
    shards = Shards(Path(folder), None)
    return rows_of(weeks, lambda week: shards.load(week, keep=False).documents)


def rows_of(weeks: Sequence[str], load: Load) -> PartRows:
    """The part of these weeks; one that cannot be read is left out, as it is from all lists."""
    fields: list[dict[str, list[int]]] = [defaultdict(list) for _ in range(ALL_FIELDS)]
    texts: list[str] = []
    places = []
    for week in weeks:
        with suppress(StoreError):
            documents = load(week)
            places.append((week, len(texts), len(documents)))
            for number, (text, words) in enumerate(entry_words(documents), len(texts)):
                for found, told in zip(fields, words, strict=True):
                    for word in {*told}:
                        found[word].append(number)
                texts.append(text)
    standing, grams = [], []
    for field in fields:
        field.pop(BETWEEN_TEXTS, None)
        bits = {word: bits_of(entries) for word, entries in field.items() if len(entries) >= _SEVERAL}
        ordered = sorted(field)
        standing.append(Postings(" ".join(ordered), [pack(field[word], bits.get(word)) for word in ordered]))
        grams.append(_grams(field, bits))
        field.clear()  # it may be the largest thing in memory
    chunks = [joined(texts[first : first + TEXTS]) for first in range(0, len(texts), TEXTS)]
    return PartRows(places, standing, grams, chunks)


def _write(connection: sqlite3.Connection, part: int, rows: PartRows, fresh: list[str] | None) -> None:
    """Puts a part into the file."""
    connection.execute("INSERT INTO parts VALUES (?, ?)", (part, rows.size))
    if fresh is not None:
        ask = "SELECT 1 FROM words WHERE word = ? LIMIT 1"
        words = dict.fromkeys(word for field in rows.words for word in field.words.split())
        fresh += [word for word in words if connection.execute(ask, (word,)).fetchone() is None]
    for table, told in (("words", rows.words), ("grams", rows.grams)):
        for field, (names, entries) in enumerate(told):
            placed = zip(names.split(" "), itertools.repeat(part), itertools.repeat(field), entries)
            connection.executemany(f"INSERT INTO {table} VALUES (?, ?, ?, ?)", placed)
    texts = ((part, chunk, text) for chunk, text in enumerate(rows.texts))
    connection.executemany("INSERT INTO texts VALUES (?, ?, ?)", texts)


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


def _keep_vocabulary(connection: sqlite3.Connection, rows: Iterator[tuple[str]] | sqlite3.Cursor) -> None:
    """Adds these words to those that parts of words are looked for in."""
    while portion := [row[0] for row in itertools.islice(rows, _WORDS_A_BLOB)]:
        kinds: list[list[str]] = [[], [], []]
        for word in portion:
            kinds[kind_of(word)].append(word)
        kept = [(kind, "\n".join(words).encode()) for kind, words in enumerate(kinds) if words]
        connection.executemany("INSERT INTO vocabulary (kind, words) VALUES (?, ?)", kept)
