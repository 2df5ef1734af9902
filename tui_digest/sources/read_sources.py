"""Reads sources one by one: a few in this process, many in several, one of which each source is read by. What comes of
it is the same."""

from __future__ import annotations

import os
import pickle
import signal
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import orjson

from tui_digest import parsing
from tui_digest.errors import SourceError, some
from tui_digest.models import SourceReport
from tui_digest.parsing import decoding
from tui_digest.parsing.periods import Period
from tui_digest.processes import CannotStartError, EndedError, WorkError
from tui_digest.sources import folders
from tui_digest.sources.known import Version, version_of
from tui_digest.store.codec import entry_document
from tui_digest.store.spool import facts_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from tui_digest.models import Mark, ParsedDigest, Source
    from tui_digest.parsing import Shape
    from tui_digest.processes import Crew, Pool

POOL_FROM = 2 * 1024 * 1024
"""Bytes of files from which on other processes read them, too: below, starting these takes longer than reading."""

A_FILE = 8 * 1024
"""Bytes that a file counts for besides its own: reading one takes its time, however little is in it."""

_TOGETHER = 256 * 1024
"""Bytes of small files that are read as one piece of work."""


class SourceAsked(NamedTuple):
    """A source that is to be read."""

    name: str
    """Its path; a name where no file holds it."""
    data: bytes | None = None
    """What it holds, where no file does."""
    doubtful: bool = False
    """Whether it is a digest only if it holds papers."""
    marks: bool = False
    """Whether marks are read in it that one of our own exports has."""
    near: Period | None = None
    """Days that its neighbours lend it."""


class WasRead(NamedTuple):
    """What reading a source came to, as one process tells it to another."""

    path: str
    sha256: str = ""
    digests: tuple[ParsedDigest, ...] = ()
    """Without their entries."""
    documents: tuple[tuple[bytes, bytes, int], ...] = ()
    """Of the entries of each digest, as `Spool.put` takes them."""
    days: Period | None = None
    """The first that it tells."""
    waits: bool = False
    """Whether it has a header whose days are not known without those of its neighbours, and no other days."""
    error: SourceReport | None = None
    """Of one that failed."""
    no_papers: bool = False
    """Whether it is doubtful, and holds none."""
    marks: tuple[tuple[str, Mark], ...] = ()
    version: Version | None = None
    """The version of its file from which it was read."""


def source_of(asked: SourceAsked) -> Source:
    """Its text. Raises `SourceError`."""
    if asked.data is not None:
        return decoding.source_from_bytes(asked.data, asked.name)
    return decoding.read_source(Path(asked.name))


def read_one(asked: SourceAsked, shapes: Sequence[Shape]) -> WasRead:
    """Reads and parses a source; `shapes` are asked before those of the program."""
    parse: Callable[..., tuple[ParsedDigest, ...]] = (
        partial(parsing.parse_all, shapes=shapes) if shapes else parsing.parse_all
    )
    version = version_of(asked.name) if asked.data is None else None  # before it is read
    try:
        source = source_of(asked)
        digests = parse(source, near=asked.near) if asked.near else parse(source)
    except SourceError as error:
        if asked.doubtful and error.message_id == "source.no_papers":
            return WasRead(asked.name, no_papers=True)
        shown = error.details.get("path", asked.name)
        details = {"path": asked.name, **error.details}
        return WasRead(asked.name, error=SourceReport(shown, error=error.message_id, details=tuple(details.items())))
    if asked.doubtful and not folders.hold_papers(source.name, digests):
        return WasRead(source.path, source.sha256, no_papers=True)
    first = next((each for each in digests if each.start), None)
    return WasRead(
        source.path,
        source.sha256,
        tuple(each._replace(entries=()) for each in digests),
        tuple(map(_documents, digests)),
        Period(first.start, first.end or first.start) if first and first.start else None,
        asked.near is None and first is None and any(each.unread_date for each in digests),
        marks=tuple(parsing.marks_in(source)) if asked.marks else (),
        version=version,
    )


def _documents(digest: ParsedDigest) -> tuple[bytes, bytes, int]:
    documents = [entry_document(each, "") for each in digest.entries]
    return orjson.dumps(documents), orjson.dumps([*map(facts_of, documents)]), len(documents)


def read_several(asked: Sequence[SourceAsked], shapes: Sequence[Shape]) -> list[WasRead]:
    """Reads sources one after the other: a piece of work of one of several processes."""
    return [read_one(each, shapes) for each in asked]


def read_each(asked: Sequence[SourceAsked], shapes: Sequence[Shape], crew: Crew) -> Iterator[tuple[int, WasRead]]:
    """Reads sources, and yields each with its number as it is done: in their order where one process reads them.
    Raises `import.ended` where one of several was ended."""
    pieces = _pieces(asked)
    pool = crew.pool(len(pieces)) if _can_be_told(shapes) else None
    done: set[int] = set()
    if pool is not None:
        try:
            for number, was in _read_side_by_side(pool, asked, pieces, shapes):
                done.add(number)
                yield number, was
            return
        except CannotStartError:
            crew.end()  # then what is left is read here
    for number, each in enumerate(asked):
        if number not in done:
            yield number, read_one(each, shapes)


def _read_side_by_side(
    pool: Pool, asked: Sequence[SourceAsked], pieces: Sequence[Sequence[int]], shapes: Sequence[Shape]
) -> Iterator[tuple[int, WasRead]]:
    works = {pool.give(f"{__name__}:read_several", [asked[n] for n in piece], shapes): piece for piece in pieces}
    try:
        while pool.busy:
            for work, found in pool.done():
                if isinstance(found, WorkError):  # which nobody foresaw: it is met again here, where it can be told
                    found = read_several([asked[number] for number in works[work]], shapes)
                yield from zip(works[work], found, strict=True)
    except EndedError as error:
        names = [each.name for sources, _ in error.work for each in sources]
        raise SourceError("import.ended", path=some(names), how=_ending(error.code)) from error


def _pieces(asked: Sequence[SourceAsked]) -> list[list[int]]:
    """The numbers of the sources, as they are read together; none where they are too little for several processes."""
    sizes = [_size(each) for each in asked]
    if sum(sizes) < POOL_FROM:
        return []
    pieces: list[list[int]] = [[]]
    room = _TOGETHER
    for number, size in enumerate(sizes):
        if pieces[-1] and size > room:
            pieces.append([])
            room = _TOGETHER
        pieces[-1].append(number)
        room -= size
    return pieces


def _size(asked: SourceAsked) -> int:
    if asked.data is not None:
        return len(asked.data) + A_FILE
    try:
        return os.stat(asked.name).st_size + A_FILE  # noqa: PTH116 - of a hundred thousand files
    except (OSError, ValueError):
        return A_FILE


def _can_be_told(shapes: Sequence[Shape]) -> bool:
    """Whether shapes of other packages can be named to another process."""
    try:
        pickle.dumps(shapes)
    except Exception:  # whatever a package made its shape of
        return False
    return True


def _ending(code: int | None) -> str:
    """How a process ended, for a sentence."""
    try:
        return signal.Signals(-(code or 0)).name
    except ValueError:
        return str(code)
