"""Triage sessions on disk: a line a verdict, appended at once, a file for each list of papers that is gone through.

What a verdict marks is in the journal; a session only remembers the order of its papers, what was put off, and what
was decided, so that it can go on after a restart and tell at its end. Losing one loses no mark.
"""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import orjson

from tui_digest.errors import StoreError
from tui_digest.files import ends_torn, make_private, read_bytes, replace_file, store_error, write_whole
from tui_digest.store.seal import harmless_lines, holds, sealed

SCHEMA_VERSION = 1

SESSIONS_KEPT = 200
"""Files; the ones that were written to longest ago go first."""

VERDICTS = ("keep", "later", "skip")


class Verdict(NamedTuple):
    """What was decided about a paper."""

    name: str
    """One of `VERDICTS`."""
    key: str
    fields: tuple[str, ...] = ()
    """The marks that it set: those that the paper had not had before."""


class Session(NamedTuple):
    """What a file's lines add up to."""

    week: str | None
    """None for all weeks."""
    query: str
    """To what the list was narrowed, as it would be typed."""
    keys: tuple[str, ...]
    """The papers in the order in which they are shown."""
    verdicts: tuple[Verdict, ...] = ()
    """Those that were not taken back, the latest last."""
    ended: bool = False
    """Whether it was gone through to the end."""
    begun_again: bool = False
    """Whether this beginning can be taken back to what was before it."""


def session_file(folder: Path, week: str | None, query: str) -> Path:
    """Where the session about a week (None: all of them) and a query lies."""
    name = week or "all"
    return folder / f"{name}-{zlib.crc32(query.encode('utf-8', 'replace')):08x}.ndjson"


def load(path: Path) -> Session | None:
    """The session in a file; None where there is none that can be read. A line that a crash cut short, or
    that is damaged, is passed over."""
    try:
        data = read_bytes(path)
    except StoreError:
        return None
    begun: list[_Begun] = []
    for line in (data or b"").split(b"\n"):
        with suppress(ValueError, TypeError, LookupError, AttributeError):
            if holds(line) is not False:
                _take(begun, harmless_lines(line))
    return begun[-1].session(begun_again=len(begun) > 1) if begun else None


@dataclass(slots=True)
class _Begun:
    """A session while its lines are read."""

    week: str | None
    query: str
    keys: list[str]
    verdicts: dict[str, Verdict]
    ended: bool = False

    def session(self, *, begun_again: bool) -> Session:
        keys, verdicts = tuple(self.keys), tuple(self.verdicts.values())
        return Session(self.week, self.query, keys, verdicts, self.ended, begun_again)


def _take(begun: list[_Begun], line: dict[str, Any]) -> None:
    """Takes in one line; raises where it is none of ours."""
    op = line["op"]
    if op == "begin":
        if line["schema_version"] != SCHEMA_VERSION:
            raise ValueError(line)
        week = line["week"]
        begun.append(_Begun(None if week is None else str(week), str(line["query"]), _texts(line["keys"]), {}))
        return
    now = begun[-1]
    if op in VERDICTS:
        verdict = Verdict(op, str(line["key"]), tuple(_texts(line["fields"])))
        now.verdicts.pop(verdict.key, None)  # of a verdict given twice the second counts, and it stands last
        now.verdicts[verdict.key] = verdict
    elif op == "back":
        now.verdicts.pop(str(line["key"]), None)
    elif op == "back to before" and len(begun) > 1:
        begun.pop()
    elif op == "add":
        now.keys += _texts(line["keys"])
    elif op == "end":
        now.ended = True


def _texts(values: Iterable[object]) -> list[str]:
    return [str(value) for value in values]


def begin(path: Path, session: Session, *, again: bool = False) -> None:
    """Writes the beginning of a session; `again` leaves what was before it standing, so that it can be taken back.

    Raises `store.full`, `store.readonly` or `store.failed`.
    """
    line = {
        "op": "begin", "schema_version": SCHEMA_VERSION, "week": session.week, "query": session.query,
        "keys": session.keys,
    }  # fmt: skip
    if again:
        append(path, line)
        return
    replace_file(path, sealed(orjson.dumps(line)) + b"\n")
    _prune(path.parent)


def stamp(path: Path) -> tuple[int, int, int]:
    """What tells one state of a file from another: which file it is, its size in bytes, when it was written to."""
    try:
        found = path.stat()
    except OSError:
        return 0, 0, 0
    return found.st_ino, found.st_size, found.st_mtime_ns


def append(path: Path, line: dict[str, Any]) -> int:
    """Puts a line to the end, on disk before this returns; where the last one was cut short it begins one of its own.
    Returns how many bytes that took.

    Raises like `begin`.
    """
    try:
        make_private(path.parent)
        descriptor = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            data = (b"\n" if ends_torn(descriptor) else b"") + sealed(orjson.dumps(line)) + b"\n"
            write_whole(descriptor, data)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    except OSError as error:
        raise store_error(error, path) from error
    return len(data)


def latest(folder: Path, week: str | None) -> Session | None:
    """The session that was written to last, about that week where one is named."""
    for path in _by_age(folder):
        if week is None or path.name.startswith(f"{week}-"):
            session = load(path)
            if session is not None and session.verdicts:
                return session
    return None


def _by_age(folder: Path) -> Sequence[Path]:
    """The files of a folder, the one that was written to last first."""
    found: list[tuple[int, Path]] = []
    with suppress(OSError):
        for path in folder.glob("*.ndjson"):
            with suppress(OSError):
                found.append((path.stat().st_mtime_ns, path))
    return [path for _, path in sorted(found, reverse=True)]


def _prune(folder: Path) -> None:
    for path in _by_age(folder)[SESSIONS_KEPT:]:
        with suppress(OSError):
            path.unlink()
