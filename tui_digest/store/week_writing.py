"""Writes weeks of the library, a file each, and makes their columns. Of many, several wait for the disk at once; of
very many, other processes make the files, and this one puts them in place: what is not in place when it ends never
comes to be.
"""

from __future__ import annotations

import pickle
from collections import deque
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from tui_digest.errors import StoreError
from tui_digest.files import make_private, remove_stale
from tui_digest.processes import CannotStartError, EndedError, WorkError
from tui_digest.store.columns import block_of
from tui_digest.store.shards import Shard, Shards, StoredDigest, week_order
from tui_digest.store.spool import Spooled, documents_in

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
    from concurrent.futures import Future

    from tui_digest.files import Stamp
    from tui_digest.models import Digest
    from tui_digest.processes import Crew
    from tui_digest.store.codec import StoredFields
    from tui_digest.store.columns import WeekColumns
    from tui_digest.store.search_build import MadeAhead

    _Edits = Mapping[str, StoredDigest | None]
    _Told = Sequence[tuple[str, Sequence[tuple[Digest, bytes]]]]
    _Made = tuple[list[tuple[str, str, WeekColumns]], bytes]
    WrittenWeek = tuple[str, tuple[Stamp, WeekColumns] | None]
    """A week, the version of its file, and its columns; None where nothing is left of it."""

TOGETHER = 8
"""From so many weeks on threads write them: before, these cost more than they save."""

PIECE = 4096
"""Entries that another process writes together, at least a week: a part of the search index (`search_build.PART`)."""

MAKE_WEEKS = f"{__name__}:make_weeks"
"""What another process is told to do."""

_AT_ONCE = 4
"""Weeks that are written at once, and so in memory."""


class Helpers(NamedTuple):
    """Who helps to write very many weeks, and what they do besides."""

    crew: Crew
    index_ahead: MadeAhead | None
    """Takes the parts of the search index, if any are to be made."""


def write_weeks(
    shards: Shards,
    weeks: Mapping[str, _Edits],
    made: Callable[[StoredDigest | None], StoredDigest | None] | None,
    helpers: Helpers | None = None,
) -> Generator[WrittenWeek, None, None]:
    """Puts digests into weeks, or takes them out, as `Shards.write` does, and yields each week as it is then; `made` is
    asked for each digest as it is to be stored, where there is anything to ask. Where one cannot be written the others
    that were begun are, or are not, when this raises or is closed."""
    left = dict(weeks)
    if helpers is not None and made is None:
        for written in _by_others(shards, weeks, helpers):
            del left[written[0]]
            yield written
    edits = ((week, {name: made(edit) if made else edit for name, edit in part.items()}) for week, part in left.items())
    if len(weeks) < TOGETHER:
        for week, part in edits:
            yield week, _with_columns(shards.write(week, part))
        return
    for week, found in _in_threads(shards, edits):
        yield week, _with_columns(found)
    shards.sync()


def _with_columns(written: tuple[Stamp, Shard] | None) -> tuple[Stamp, WeekColumns] | None:
    return None if written is None else (written[0], block_of(written[1], hashed=True))


def _in_threads(
    shards: Shards, edits: Iterable[tuple[str, _Edits]]
) -> Iterator[tuple[str, tuple[Stamp, Shard] | None]]:
    from concurrent.futures import ThreadPoolExecutor  # few weeks need none

    waiting: deque[tuple[str, Future[tuple[Stamp, Shard] | None]]] = deque()
    with ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="weeks") as threads:
        for week, part in edits:
            waiting.append((week, threads.submit(shards.write, week, part, folder_later=True)))
            if len(waiting) == _AT_ONCE:
                first, written = waiting.popleft()
                yield first, written.result()
        for week, written in waiting:
            yield week, written.result()


# -- by other processes ----------------------------------------------------------------------------------------------


def _by_others(shards: Shards, weeks: Mapping[str, _Edits], helpers: Helpers) -> Generator[WrittenWeek, None, None]:
    """Writes those weeks into which only digests come that lie aside, as far as others can: what they could not do is
    left, for whatever reason, and met again by this process."""
    groups = _groups(shards, weeks)
    pool = helpers.crew.pool(len(groups))
    if pool is None:
        return
    make_private(shards.folder)
    waiting, works, done = deque(enumerate(groups)), dict[int, int](), False
    parts = _InOrder(helpers.index_ahead)
    try:
        while waiting or works:
            while waiting and len(works) <= pool.size + 1:  # more of them would only lie in memory
                number, group = waiting.popleft()
                told = [(week, [*map(_told, weeks[week].values())]) for week in group]
                works[pool.give(MAKE_WEEKS, str(shards.folder), told, helpers.index_ahead is not None)] = number
            for work, made in pool.done():
                number = works.pop(work)
                if isinstance(made, WorkError):
                    return
                stamps: dict[str, Stamp] = {}
                for week, prepared, columns in made[0]:
                    stamps[week] = shards.put(week, Path(prepared))
                    yield week, (stamps[week], columns)
                parts.take(number, stamps, made[1])
        shards.sync()
        done = True
    except (CannotStartError, EndedError):
        pass
    finally:
        if not done:  # none of them may go on when the act is taken back, or this process does its work
            helpers.crew.end()
            remove_stale(shards.folder)


def _groups(shards: Shards, weeks: Mapping[str, _Edits]) -> list[list[str]]:
    """The weeks that others can write, the newest first, as they are written together."""
    groups: list[list[str]] = [[]]
    size = 0
    for week, edits in sorted(weeks.items(), key=lambda each: week_order(each[0]), reverse=True):
        aside = [each.documents for each in edits.values() if each is not None and isinstance(each.documents, Spooled)]
        if len(aside) < len(edits) or shards.path(week).is_symlink():
            continue
        if size >= PIECE:
            groups.append([])
            size = 0
        groups[-1].append(week)
        size += sum(map(len, aside))
    return groups if groups[0] else []


def _told(edit: StoredDigest | None) -> tuple[Digest, bytes]:
    assert edit is not None
    assert isinstance(edit.documents, Spooled)
    return edit.digest, edit.documents.data()


class _InOrder:
    """Hands parts of the index over in the order of their weeks, in whatever order they are made."""

    def __init__(self, index: MadeAhead | None) -> None:
        self._index = index
        self._waiting: dict[int, tuple[Mapping[str, Stamp], bytes]] = {}
        self._next = 0

    def take(self, number: int, stamps: Mapping[str, Stamp], packed: bytes) -> None:
        """Takes the part with this number."""
        if self._index is None:
            return
        self._waiting[number] = stamps, packed
        while self._next in self._waiting:
            self._index.take(*self._waiting.pop(self._next))
            self._next += 1


def make_weeks(folder: str, weeks: _Told, index: bool) -> _Made:
    """Makes files of weeks beside those that there are, their columns and, with `index`, the part of the search index
    of all of them: a piece of work of one of several processes. Raises what there is to raise; then nothing is left."""
    from concurrent.futures import ThreadPoolExecutor

    shards = Shards(Path(folder), None)
    if not shards.folder.is_dir():  # the home was moved away: none is made in its place
        raise StoreError("store.moved", path=shards.folder)
    columns: dict[str, WeekColumns] = {}
    writing: dict[str, Future[Path]] = {}
    try:
        with ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="weeks") as threads:

            def made() -> Iterator[tuple[str, Sequence[StoredFields]]]:
                """Each week with its entries, which are let go then: those of all would be most of the memory."""
                for week, told in weeks:
                    shard = shards.edited(week, {digest.id: _stored(digest, data) for digest, data in told})
                    writing[week] = threads.submit(shards.prepare, shard)
                    columns[week] = block_of(shard, hashed=True)  # while that one waits for the disk
                    yield week, shard.documents

            making = made()
            rows = _packed_rows(making) if index else b""
            for _ in making:  # all of them, where nobody has asked for them yet
                pass
        return [(week, str(path.result()), columns[week]) for week, path in writing.items()], rows
    except BaseException:
        for each in writing.values():
            if each.done() and not each.cancelled() and each.exception() is None:
                each.result().unlink(missing_ok=True)
        raise


def _stored(digest: Digest, data: bytes) -> StoredDigest:
    return StoredDigest(digest, documents_in(data, digest.id, digest.place))


def _packed_rows(weeks: Iterable[tuple[str, Sequence[StoredFields]]]) -> bytes:
    from tui_digest.store.search_parts import rows_made_of

    return pickle.dumps(rows_made_of(weeks), pickle.HIGHEST_PROTOCOL)
