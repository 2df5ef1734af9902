"""Search over the whole library: which entries a needle stands in, as a bitmap over the rows of a list.

A small library is scanned. A large one has an index in the cache directory, derived and made again whenever it is
missing, damaged or of another version; weeks it does not have yet are scanned, so an answer is the same with it and
without it, only later. Nothing is opened before the first search. May be asked from several threads.
"""

from __future__ import annotations

import importlib
import re
import shutil
import tempfile
import weakref
from dataclasses import dataclass
from pathlib import Path
from threading import Lock, Thread
from typing import TYPE_CHECKING, NamedTuple

from tui_digest.errors import StoreError
from tui_digest.files import Stamp, stamp
from tui_digest.store.bits import RowBits, bits_of, numbers_of, part_of
from tui_digest.store.search_text import Stopped, entry_texts, matching_places, sought
from tui_digest.store.shards import Shards
from tui_digest.store.steps import at_once

if TYPE_CHECKING:  # sqlite3 takes 5 ms, which no start needs
    from collections.abc import Callable, Generator, Iterator, Sequence

    from tui_digest.store.codec import StoredFields
    from tui_digest.store.search_build import HowFar, MadeAhead, Work
    from tui_digest.store.search_index import IndexFile, IndexLook
    from tui_digest.store.search_text import Sought
    from tui_digest.store.search_words import WordList

SCAN_BELOW = 10_000
"""Libraries of fewer entries go without an index."""

KEPT_TEXTS = 10_000
"""Entries whose texts are kept after a scan, about 20 MB of them."""


_LOOKED_AT, _LOOKS, _PATTERN = 128, 8, 8
"""So many entries' texts are looked through at once, and so often before a pause; a pattern takes so many times as
long."""

_MOVES = 64
"""Runs of rows that are put together before a pause, a millisecond of work."""

_WEEKS = 256
"""Weeks from which on it takes a millisecond to find out where their rows stand."""

_MADE_AT_ONCE = 32
"""So many entries' texts are made before a pause, about a millisecond of work."""

KEPT_ANSWERS = 32
"""Needles whose rows are kept, some 12 KB each in a large library."""


class WeekPart(NamedTuple):
    """A week's entries in a list: so many rows, in the week's reading order, from the version `stamp` of its shard."""

    week: str
    stamp: Stamp
    entries: int


WeekParts = tuple[WeekPart, ...]
"""The rows of a list, week after week. Row n of the list is bit n of an answer."""


def never() -> bool:
    """A `stop` that is never True: for callers that wait for the whole answer."""
    return False


def _silent(done: int, weeks: int) -> None:
    """Shows no progress."""


class _Move(NamedTuple):
    """Entries that follow each other both in the index and in the list."""

    part: int
    first: int
    entries: int
    start: int
    """Row of the first."""


@dataclass
class _Going:
    """What is being looked for in steps."""

    wanted: Sought
    steps: Generator[tuple[int, int], None, int]
    row: int = 0
    """Up to which row all is found."""
    found: int = 0
    """What was found below that."""


class Search:
    """Searches a library: `file` is the index, `shards` the folder of the weeks."""

    def __init__(self, file: Path, shards: Path) -> None:
        self._file = file
        self._shards = Shards(shards, None)
        self._lock = Lock()
        self._index: IndexFile | None = None
        self._seen: Stamp | None = None
        """The version of the index file that is open, or that cannot be used."""
        self._texts: dict[tuple[str, Stamp], list[str]] = {}
        """What was scanned, the latest last."""
        self._layout: WeekParts = ()
        self._moves: list[_Move] = []
        """Where the layout's rows come from in the index."""
        self._others: list[tuple[int, WeekPart]] = []
        """What of the layout the index does not have, and the first row of each."""
        self._temporary: weakref.finalize[..., Search] | None = None
        """Clears away the folder of an index that could not be put into the cache."""
        self._words: tuple[WeekParts, WordList] | None = None
        """The words of the weeks that they were last asked for of."""
        self._going: _Going | None = None
        """What is being looked for in steps."""
        self._laid_out = 0
        """How often it was found out where the rows come from: another number, other rows."""
        self._answers: dict[Sought, int] = {}
        """The latest answers for this layout: while one types, most words stay as they were."""

    def rows(
        self,
        needle: str,
        layout: WeekParts,
        field: str | None = None,
        stop: Callable[[], bool] = never,
        *,
        exact: bool = False,
        below: int | None = None,
    ) -> int:
        """The rows in which a word or a phrase stands, in one of `search_text.FIELDS` or in any: what a look at every
        text would give. All rows for a needle of nothing but blanks. `exact` takes the letters as they are; `below`
        asks only for the rows before that one.

        Raises `Stopped` soon after `stop` says so, and ValueError for an unknown field.
        """
        wanted = sought(needle, field, exact=exact)
        if not wanted.needle:
            return (1 << sum(part.entries for part in layout)) - 1
        with self._lock:
            self._look()
            self._lay_out(layout)
            known = self._answers.pop(wanted, None)
            going = self._going
            if known is None and below is not None and going and (going.wanted, going.row >= below) == (wanted, True):
                return going.found & (1 << below) - 1
            found = at_once(self._finding(wanted, stop)) if known is None else known
            self._keep(wanted, found)
            return found

    def opening(self, layout: WeekParts) -> Generator[None, None, None]:
        """Does what the first question about these weeks would wait for, in steps: opens the index, and finds out which
        of their rows it has. Nothing where that is done."""
        if self._index is None and self._file.exists():
            importlib.import_module("tui_digest.store.search_index")
            yield
        before = self._index
        with self._lock:
            self._look()
        if self._index is not before:
            yield
        if layout is not self._layout and layout != self._layout:
            with self._lock:
                self._lay_out(layout)
            if len(layout) > _WEEKS:
                yield

    def finding(
        self, needle: str, layout: WeekParts, field: str | None = None, *, exact: bool = False
    ) -> Generator[int, None, None]:
        """Finds out what `rows` would give, in steps of a millisecond or two where many texts have to be looked
        through, and tells up to which row it has; `rows` then has it at hand, and before that what is `below` that
        row."""
        wanted = sought(needle, field, exact=exact)
        with self._lock:
            self._look()
            self._lay_out(layout)
            if not wanted.needle or wanted in self._answers:
                return
            laid_out, going = self._laid_out, self._going
            if going is None or going.wanted != wanted:
                going = self._going = _Going(wanted, self._finding(wanted, never))
        while True:
            with self._lock:
                if laid_out != self._laid_out or not self._layout:  # another list, or another index
                    return
                try:
                    going.row, going.found = next(going.steps)
                except StopIteration as done:
                    if wanted not in self._answers and done.value is not None:  # else another waited for the same
                        self._keep(wanted, done.value)
                    return
            yield going.row

    def _keep(self, wanted: Sought, found: int) -> None:
        self._answers[wanted] = found
        if len(self._answers) > KEPT_ANSWERS:
            del self._answers[next(iter(self._answers))]

    def words(self, layout: WeekParts) -> Generator[None, None, WordList]:
        """The words of these weeks, as far as the index has them or they are few; made in steps, and kept."""
        from tui_digest.store.search_words import WordList

        if self._words is not None and self._words[0] == layout:
            return self._words[1]
        with self._lock:
            self._look()
            self._lay_out(layout)
            others = [part for _, part in self._others]
            indexed = [] if self._index is None else self._index.vocabulary()
        read: set[str] = set()
        if sum(part.entries for part in others) <= KEPT_TEXTS:
            for part in others:
                making = self._making_texts(part)
                while (texts := self._next_of(making)) is None:
                    yield
                for text in texts:
                    read.update(text.replace("\x7f", " ").split())
                yield
        self._words = (layout, WordList([*indexed, "\n".join(read)]))
        return self._words[1]

    def _next_of(self, texts: Iterator[list[str] | None]) -> list[str] | None:
        with self._lock:
            return next(texts)

    def ready(self, layout: WeekParts) -> bool:
        """Whether the index has enough of these weeks that an answer takes milliseconds, or they are few."""
        with self._lock:
            self._look()
            self._lay_out(layout)
            return sum(part.entries for _, part in self._others) <= KEPT_TEXTS

    def holds(self, layout: WeekParts) -> bool:
        """Whether the index has just these weeks."""
        return self._indexed() == {part.week: part.stamp for part in layout}

    def _indexed(self) -> dict[str, Stamp]:
        """The weeks of the index, and their versions."""
        with self._lock:
            self._look()
            return {} if self._index is None else {week: kept.stamp for week, kept in self._index.weeks.items()}

    def update(
        self,
        layout: WeekParts,
        progress: HowFar = _silent,
        stop: Callable[[], bool] = never,
        *,
        beside: bool = False,
        ahead: MadeAhead | None = None,
    ) -> bool:
        """Brings the index to these weeks, which are those of the whole library, and tells `progress` how many weeks
        of how many are done. Searches go on meanwhile: this is for a thread of its own, or for an import. With `beside`
        it is made by as many processes as there are processors; `ahead` as in `search_build.Work`.

        False where there was nothing to do, or nothing could be done: then weeks that are missing are scanned.
        Raises `Stopped`, and leaves things as they were.
        """
        if sum(part.entries for part in layout) < SCAN_BELOW:
            return False
        known = self._indexed()
        if known == {part.week: part.stamp for part in layout}:
            return False
        from tui_digest.store.search_build import Work

        shards = Shards(self._shards.folder, None)  # its memory is not for several threads

        def load(week: str) -> Sequence[StoredFields]:
            return shards.load(week, keep=False).documents

        weeks = {part.week: (part.stamp, part.entries) for part in layout}
        work = Work(weeks, load, progress, stop, self._shards.folder if beside else None, ahead)
        return self._write(work, more=bool(known))

    def keep_behind(self, stop: Callable[[], bool] = never) -> None:
        """Keeps beside the index what makes phrases fast (`search_behind`), where it has grown; for the process that
        keeps house. Raises `Stopped`, and leaves things as they were."""
        import sqlite3
        from contextlib import closing, suppress

        from tui_digest.store.search_behind import keep_behind
        from tui_digest.store.search_build import PART

        with suppress(sqlite3.Error, StoreError, ValueError, LookupError, TypeError):  # damaged, or no room
            uri = f"{self._file.absolute().as_uri()}?mode=ro"
            with closing(sqlite3.connect(uri, uri=True)) as connection:
                keep_behind(connection, self._file, PART, stop)

    def close(self) -> None:
        """Lets go of the file and of all texts."""
        with self._lock:
            self._drop(None)
            self._texts.clear()
            self._words = None

    # -- asking --------------------------------------------------------------------------------------------------

    def _finding(self, wanted: Sought, stop: Callable[[], bool]) -> Generator[tuple[int, int], None, int]:
        """The rows, row after row; where it pauses it tells up to which, and what was found below that."""
        within = self._narrowed(wanted)
        found, scanned = 0, (yield from self._scanning(wanted, within, stop))
        try:
            steps = self._looking_up(wanted, within, stop)
            while True:
                try:
                    row, found = next(steps)
                except StopIteration as done:
                    found = done.value
                    break
                yield row, (found | scanned) & (1 << row) - 1
        except Exception as error:  # whatever a damaged file may give
            self._fail(error)
            found, scanned = 0, (yield from self._scanning(wanted, within, stop))
        return found | scanned

    def _looking_up(
        self, wanted: Sought, within: int, stop: Callable[[], bool]
    ) -> Generator[tuple[int, int], None, int]:
        """The rows of the index; where it pauses it tells up to which row all is found, and what was."""
        index = self._index
        if index is None or not self._moves:
            return 0
        looks: list[IndexLook] = []
        for look in index.looks(wanted, stop):
            if look is None:
                yield 0, 0
            else:
                looks.append(look)
        in_texts = any(isinstance(needle, re.Pattern) for _, needle, _ in looks)
        rows = sum(part.entries for part in self._layout)
        found_rows, within_rows = RowBits(rows), within.to_bytes((rows >> 3) + 1, "little")
        done = reached = 0
        for number, first, entries, start in self._moves:
            step = _LOOKED_AT if in_texts else max(1, entries)
            for at in range(0, entries, step):
                ahead = min(step, entries - at)
                left = part_of(within_rows, start + at, start + at + ahead) << first + at
                found, paused = 0, False
                for parts, needle, fields in looks:
                    held = parts.get(number, 0) & left
                    if held and needle is not None:
                        paused = True
                        held = index.matching(needle, fields, number, held, stop)
                    found |= held
                    left &= ~held
                found_rows.add(start + at, found >> first + at)
                done += 1
                if paused:
                    reached = start + at + ahead
                if paused or done % _MOVES == 0:  # without looks into texts the rest is there at once
                    yield reached, found_rows.bits
        return found_rows.bits

    def _scanning(self, wanted: Sought, within: int, stop: Callable[[], bool]) -> Generator[tuple[int, int], None, int]:
        """The rows that the index does not have; until all are looked at, none is told."""
        weight = 1 if wanted.spacings is None and wanted.in_body is None else _PATTERN
        most = max(1, _LOOKED_AT * _LOOKS // weight)
        found = looked = 0
        for start, part in [*self._others]:
            if stop():
                raise Stopped
            if not (rows := within >> start & (1 << part.entries) - 1):
                continue
            making = self._making_texts(part)
            while (texts := next(making)) is None:
                yield 0, 0
            # Imported again since the list was made, it may have fewer: then the list is about to change, too.
            whole = rows == (1 << len(texts)) - 1
            places = range(len(texts)) if whole else [place for place in numbers_of(rows) if place < len(texts)]
            for at in range(0, len(places), most):
                some = places[at : at + most]
                found |= bits_of(matching_places(wanted, texts, some)) << start
                looked += len(some)
                if looked >= most:
                    looked = 0
                    yield 0, 0
        return found

    def _narrowed(self, wanted: Sought) -> int:
        """The rows that may hold `wanted`: those that held every shorter needle asked for just before."""
        within = (1 << sum(part.entries for part in self._layout)) - 1
        for known, rows in self._answers.items():
            if wanted.narrows(known):
                within &= rows
        return within

    def _making_texts(self, part: WeekPart) -> Iterator[list[str] | None]:
        """A week's texts, which are kept for a while. Where they are not, the week is read and they are made in steps,
        with None after each but the last; others may ask for them meanwhile."""
        key = (part.week, part.stamp)
        texts = self._texts.pop(key, None)
        if texts is None:
            texts = []
            try:
                documents = self._shards.load(part.week, keep=False).documents
                for at in range(0, len(documents), _MADE_AT_ONCE):
                    yield None
                    texts += entry_texts(documents[at : at + _MADE_AT_ONCE])
            except StoreError:  # it leaves the list, too, at the library's next look
                pass
            yield None
        self._texts[key] = texts
        while len(self._texts) > 1 and sum(map(len, self._texts.values())) > KEPT_TEXTS:
            del self._texts[next(iter(self._texts))]
        yield texts

    def _lay_out(self, layout: WeekParts) -> None:
        """Finds out where the rows come from."""
        if layout is self._layout or layout == self._layout:
            return
        self._layout, self._moves, self._others = layout, [], []
        self._laid_out += 1
        self._going = None
        self._answers.clear()
        weeks = {} if self._index is None else self._index.weeks
        start = 0
        for each in layout:
            kept = weeks.get(each.week)
            if kept is None or kept.stamp != each.stamp or kept.entries != each.entries:
                self._others.append((start, each))
            else:
                last = self._moves[-1] if self._moves else None
                if last and (last.part, last.first + last.entries, last.start + last.entries) == (*kept[1:3], start):
                    self._moves[-1] = last._replace(entries=last.entries + each.entries)
                else:
                    self._moves.append(_Move(kept.part, kept.first, each.entries, start))
            start += each.entries

    # -- the index -----------------------------------------------------------------------------------------------

    def _look(self) -> None:
        """Opens the index, or the one that took its place, or takes in what was added to it."""
        try:
            found = stamp(self._file)
        except StoreError:
            found = None
        try:
            if self._index is not None and found is not None and self._seen is not None and found[2] == self._seen[2]:
                if self._index.catch_up():
                    self._layout = ()
            elif found != self._seen:
                if self._index is not None:
                    # Who lets go of a file last that others replaced waits until the disk has taken back its room.
                    Thread(target=self._index.close, daemon=True).start()
                    self._index = None
                self._drop(found)
                if found is not None:
                    from tui_digest.store.search_index import IndexFile

                    self._index = IndexFile(self._file)
        except Exception as error:
            self._fail(error)

    def _fail(self, error: Exception) -> None:
        """Goes on without the index where it is the index that is at fault; `update` makes a new one."""
        import sqlite3

        if not isinstance(error, (sqlite3.Error, ValueError, LookupError, TypeError, OverflowError)):
            raise error
        layout = self._layout
        self._drop(self._seen)
        self._lay_out(layout)

    def _drop(self, seen: Stamp | None) -> None:
        if self._index is not None:
            self._index.close()
        self._index, self._seen, self._layout = None, seen, ()

    def _write(self, work: Work, *, more: bool) -> bool:
        import sqlite3

        from tui_digest.store import search_build

        try:
            if more and search_build.update(self._file, work):
                return True
        except sqlite3.OperationalError as error:
            if "lock" in str(error):  # another process writes it
                return False
        except (sqlite3.Error, OSError, ValueError, LookupError, TypeError):
            pass  # damaged: it is made anew
        try:
            search_build.build(self._file, work)
        except (sqlite3.Error, OSError, StoreError):
            return self._write_elsewhere(work._replace(beside=None, ahead=None))
        return True

    def _write_elsewhere(self, work: Work) -> bool:
        """Where the cache cannot be written: for this run alone, among the system's temporary files."""
        import sqlite3

        from tui_digest.store import search_build

        try:
            folder = tempfile.mkdtemp(prefix="tui-digest-")
        except OSError:
            return False
        temporary = weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)
        try:
            search_build.build(Path(folder) / self._file.name, work)
        except (sqlite3.Error, OSError, StoreError):
            return False
        with self._lock:
            self._file, self._temporary = Path(folder) / self._file.name, temporary
        return True

    def hand_over(self) -> Path | None:
        """The folder of an index that could not be put into the cache, no longer cleared away from here; else None."""
        if self._temporary is None or self._temporary.detach() is None:
            return None
        return self._file.parent

    def take(self, folder: Path) -> None:
        """Uses the index in a folder that another handed over, and clears it away at the end."""
        with self._lock:
            self._file = folder / self._file.name
            self._temporary = weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)
