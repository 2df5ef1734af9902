"""Which papers came in since the app was last left: what `is:new` asks for, and what the week list counts.

A line an act, appended after the act counts, in the state folder: losing it loses no paper. The app clears it away
when it ends; commands and an app that was killed leave it.
"""

from __future__ import annotations

import os
import zlib
from contextlib import suppress
from typing import TYPE_CHECKING

import orjson

from tui_digest.errors import StoreError
from tui_digest.files import make_private, read_bytes, replace_file, stamp

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from pathlib import Path

    from tui_digest.files import Stamp

LARGEST = 1_000_000
"""The most bytes of the file, enough for some thirty thousand papers. What came first is forgotten for what comes
later; an act that brings more than that by itself is not noted."""


class Arrivals:
    """The papers that came in since the app was last left."""

    def __init__(self, path: Path) -> None:
        """Reads nothing yet."""
        self._path = path
        self._stamp: Stamp | None = None
        self._read = (0, 0)
        """How many bytes of the file were read, and their checksum."""
        self._weeks: dict[str, set[str]] = {}

    def look(self) -> bool:
        """Reads the file again if it changed; returns whether it did."""
        with suppress(StoreError):
            found = stamp(self._path)
            if found == self._stamp:
                return False
            self._stamp, self._weeks = found, {}
            data = (read_bytes(self._path) or b"")[: 2 * LARGEST]
            self._read = len(data), zlib.crc32(data)
            for line in data.split(b"\n"):
                self._take(line)
            return True
        return False

    def _take(self, line: bytes) -> None:
        with suppress(ValueError, LookupError, TypeError, AttributeError):
            for week, keys in orjson.loads(line)["weeks"].items():
                self._weeks.setdefault(week, set()).update(key for key in keys if isinstance(key, str))

    @property
    def papers(self) -> set[str]:
        """The keys of these papers."""
        return set().union(*self._weeks.values())

    @property
    def by_week(self) -> Mapping[str, Collection[str]]:
        """The keys of these papers by the weeks in which they came in."""
        return self._weeks

    def add(self, weeks: Mapping[str, Sequence[str]]) -> None:
        """Notes papers, by the weeks that they stand in. Never raises: they are in the library either way."""
        line = orjson.dumps({"weeks": weeks}) + b"\n"
        with suppress(StoreError, OSError):
            if not weeks or len(line) > LARGEST:
                return
            found = stamp(self._path)
            make_private(self._path.parent)
            if found is not None and len(line) + found[1] > LARGEST:
                before = (read_bytes(self._path) or b"")[-(LARGEST - len(line) + 1) :]
                replace_file(self._path, before.partition(b"\n")[2] + line, durable=False)
            else:
                append = os.O_WRONLY | os.O_APPEND | os.O_CREAT
                with open(os.open(self._path, append, 0o600), "ab") as file:
                    file.write(line)

    def clear(self) -> None:
        """Forgets the papers that were read here. Never raises."""
        with suppress(StoreError, OSError):
            data = read_bytes(self._path)
            if data is not None:
                size, check = self._read
                rest = data[size:] if zlib.crc32(data[:size]) == check else data  # else it was cut meanwhile
                if rest:
                    replace_file(self._path, rest, durable=False)
                else:
                    self._path.unlink(missing_ok=True)
