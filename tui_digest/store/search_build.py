"""The search index, written: whole into a temporary file that takes the old one's place, or a few weeks more into the
one there is. Raises `sqlite3.Error` or OSError where that cannot be done; the caller goes on without."""

from __future__ import annotations

import itertools
import os
import pickle
import sqlite3
import weakref
from contextlib import closing, suppress
from functools import partial
from operator import not_
from pathlib import Path
from random import randrange
from typing import TYPE_CHECKING, NamedTuple

from tui_digest.errors import StoreError
from tui_digest.files import make_private, open_new
from tui_digest.processes import MOST, CannotStartError, EndedError, Pool, WorkError, processors
from tui_digest.store.search_index import OTHER, PLAIN, PLAIN_SIGNS, SCHEMA, Stored, facts
from tui_digest.store.search_parts import ROWS_IN, rows_of
from tui_digest.store.search_text import Stopped

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Generator, Iterator, Mapping, Sequence

    from tui_digest.files import Stamp
    from tui_digest.store.codec import StoredFields
    from tui_digest.store.search_parts import Load, PartRows
    from tui_digest.store.spool import Extent, Spool

    WeekVersions = Mapping[str, tuple[Stamp, int]]
    """The version of each week's file, and how many entries it has."""
    HowFar = Callable[[int, int], object]
    """Called with how many weeks are done, and of how many."""

PART = 4096
"""Entries that are indexed together, at least a week: what is held in memory at once, some 20 MB."""

SMALL_PARTS = 32
"""Small parts come from updates, and every one makes a search slower: so many are made into large ones."""

_WORDS_A_BLOB = 50_000
_PAGE = 16 * 1024
"""Bytes of a page: a part's texts are read in half the time that pages of 4 KB take."""
_CACHE = 16_000
"""KB of pages that are kept in memory while an index is made anew."""
_numbers = itertools.count(1)


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
    ahead: MadeAhead | None = None
    """What need not be made where its weeks are still the same."""

    @property
    def versions(self) -> Mapping[str, Stamp]:
        """The version of each week's file."""
        return {week: at[0] for week, at in self.weeks.items()}


class NewIndex:
    """An index in the making: a file beside the one that there is, whose place it takes when it is finished. Raises
    `sqlite3.Error` or OSError where it cannot be written."""

    def __init__(self, path: Path) -> None:
        make_private(path.parent)
        self._path = path
        self._temporary = path.parent / f".{path.name}.{os.getpid()}.{next(_numbers)}.tmp"
        os.close(open_new(self._temporary))
        self.connection = sqlite3.connect(self._temporary, isolation_level=None)
        self._end = weakref.finalize(self, _drop_file, self.connection, self._temporary)
        self.stamps: dict[str, Stamp] = {}
        """The weeks that it has, with their versions."""
        self.parts = 0
        # Nobody else sees this file, and what a crash leaves of it is thrown away. By its `user_version` what is kept
        # beside it (`search_behind`) is known to be of it.
        self.connection.executescript(
            f"PRAGMA page_size = {_PAGE}; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;"
            f" PRAGMA cache_size = -{_CACHE}; PRAGMA user_version = {randrange(1, 1 << 31)}; BEGIN;" + SCHEMA
        )
        self.connection.executemany("INSERT INTO facts VALUES (?, ?)", facts().items())

    def put(self, stamps: Mapping[str, Stamp], rows: PartRows) -> None:
        """Puts a part into it, made of weeks of these versions."""
        _put_part(self.connection, self.parts, stamps, rows, None)
        self.parts += 1
        self.stamps.update(stamps)

    def finish(self) -> None:
        """Puts it in its place."""
        _keep_vocabulary(self.connection, self.connection.execute("SELECT DISTINCT word FROM words"))
        self.connection.execute("COMMIT")
        self.connection.close()
        with suppress(FileNotFoundError):  # of an update that was killed: it would be played back into the new file
            self._path.with_name(self._path.name + "-journal").unlink()
        self._temporary.replace(self._path)
        self._end.detach()

    def drop(self) -> None:
        """Throws it away, unless it is finished."""
        self._end()


def _drop_file(connection: sqlite3.Connection, path: Path) -> None:
    connection.close()
    with suppress(OSError):
        path.unlink()


class MadeAhead:
    """Parts of the index that an import makes along the way, of weeks as it wrote them. Where there is no index yet
    they go into a new one at once, else they are put aside."""

    def __init__(self, path: Path, aside: Spool) -> None:
        """`path` is the index."""
        self._path, self._aside = path, aside
        self._begins = not path.exists()
        self.begun: NewIndex | None = None
        self.parts: list[ReadyPart] = []
        self._failed = False

    def take(self, stamps: Mapping[str, Stamp], packed: bytes) -> None:
        """Takes the pickled `PartRows` of these weeks. Never raises: what cannot be kept is made once more later on."""
        try:
            if self._failed:
                return
            if self._begins:
                self.begun = self.begun or NewIndex(self._path)
                self.begun.put(stamps, _unpacked(packed))
            else:
                self.parts.append(ReadyPart(stamps, partial(_taken, self._aside, self._aside.keep(packed))))
        except (sqlite3.Error, OSError, StoreError):
            self._failed = True
            self.drop()

    def begun_of(self, versions: Mapping[str, Stamp]) -> NewIndex | None:
        """The index that was begun, where its weeks are still the same."""
        if self.begun is None or self.begun.stamps.items() <= versions.items():
            return self.begun
        self.drop()
        return None

    def drop(self) -> None:
        """Throws away what was not used."""
        if self.begun is not None:
            self.begun.drop()
        self.begun = None
        self.parts.clear()


def _unpacked(packed: bytes) -> PartRows:
    rows: PartRows = pickle.loads(packed)  # of our own process
    return rows


def _taken(aside: Spool, piece: Extent) -> PartRows:
    return _unpacked(aside.get(piece))


def build(path: Path, work: Work) -> None:
    """Makes the index anew, and puts it in the place of what is there. Raises `Stopped`, and then nothing has
    changed."""
    new = (work.ahead and work.ahead.begun_of(work.versions)) or NewIndex(path)
    try:
        left = {week: at for week, at in work.weeks.items() if week not in new.stamps}
        _add_weeks(new.connection, new.parts, work._replace(weeks=left), done=len(new.stamps))
        new.finish()
    except BaseException:
        new.drop()
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
    for table in ("words", "grams", "texts", "codes", "parts"):
        connection.execute(f"DELETE FROM {table} WHERE {among}")
    return words


def _add_weeks(
    connection: sqlite3.Connection, part: int, work: Work, fresh: list[str] | None = None, done: int = 0
) -> None:
    """Adds weeks as parts from this number on; words that the index did not have yet go to `fresh`; `done` weeks it has
    already."""
    versions, of = work.versions, len(work.weeks) + done
    if done:
        work.progress(done, of)

    def loading(week: str) -> Sequence[StoredFields]:
        nonlocal done
        if work.stop():
            raise Stopped
        try:
            return work.load(week)
        finally:
            done += 1
            work.progress(done, of)

    with closing(_parts(work, loading)) as parts:
        for number, (rows, told) in enumerate(parts, part):
            if not told:
                if work.stop():
                    raise Stopped
                done += len(rows.weeks)
                work.progress(done, of)
            _put_part(connection, number, versions, rows, fresh)


def _parts(work: Work, loading: Load) -> Generator[tuple[PartRows, bool], None, None]:
    """The parts of the weeks, and of each whether it was told of while it was made: as `loading` does, unlike the
    work's own `load`. First those that are ready."""
    versions = work.versions
    place_of = {week: place for place, week in enumerate(versions)}
    fitting = [part for part in (work.ahead.parts if work.ahead else ()) if part.stamps.items() <= versions.items()]
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
    made: dict[int, PartRows] = {}
    at = 0
    count = min(processors(), MOST, len(groups))
    works: dict[int, int] = {}
    try:
        with Pool(count) as pool:
            while at < len(groups):
                while len(works) < min(at + 3 * count, len(groups)):
                    group = len(works)
                    works[pool.give(ROWS_IN, str(folder), groups[group])] = group
                for work, rows in pool.done() if at not in made else ():
                    # what failed there, whatever it was, is met here again
                    made[works[work]] = rows_of(groups[works[work]], load) if isinstance(rows, WorkError) else rows
                while at in made:
                    yield made.pop(at)
                    at += 1
    except (CannotStartError, EndedError):  # then the rest is made here
        for group in range(at, len(groups)):
            yield made.pop(group) if group in made else rows_of(groups[group], load)


def _put_part(
    connection: sqlite3.Connection, part: int, stamps: Mapping[str, Stamp], rows: PartRows, fresh: list[str] | None
) -> None:
    """Puts a part into the file, of weeks of these versions."""
    weeks = [(week, *stamps[week], part, first, entries) for week, first, entries in rows.weeks]
    connection.executemany("INSERT INTO weeks VALUES (?, ?, ?, ?, ?, ?, ?)", weeks)
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
    connection.execute("INSERT INTO codes VALUES (?, ?, ?, ?)", (part, *rows.codes))


def _keep_vocabulary(connection: sqlite3.Connection, rows: Iterator[tuple[str]] | sqlite3.Cursor) -> None:
    """Adds these words to those that parts of words are looked for in, each to its kind (`search_index.kind_of`)."""
    while portion := [row[0] for row in itertools.islice(rows, _WORDS_A_BLOB)]:
        plain = [*map(str.isascii, portion)]
        others = itertools.compress(portion, map(not_, plain))
        portion = [*itertools.compress(portion, plain)]
        lettered = [*map(str.islower, portion)]  # they are folded: no letter is a capital
        signs = itertools.compress(portion, map(not_, lettered))
        words = {PLAIN_SIGNS: [*signs], PLAIN: [*itertools.compress(portion, lettered)], OTHER: [*others]}
        kept = [(kind, "\n".join(told).encode()) for kind, told in words.items() if told]
        connection.executemany("INSERT INTO vocabulary (kind, words) VALUES (?, ?)", kept)
