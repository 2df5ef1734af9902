"""What an import read, put aside until it is stored: a library that comes in at once need not fit into memory."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Sequence
from typing import IO, TYPE_CHECKING, overload

import orjson

from tui_digest.errors import StoreError
from tui_digest.files import make_private, store_error
from tui_digest.identity import placed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tui_digest.store.codec import StoredFields

Extent = tuple[int, int]
"""Where something was put aside: its first byte, and how many there are."""

IN_MEMORY = 16 * 1024 * 1024
"""Bytes up to which no file is made."""


def facts_of(document: StoredFields) -> tuple[str, str | None]:
    """What an import needs to know of an entry that is new: its key and its own day."""
    return document["key"], document.get("date")


class Spool:
    """Entries of many digests, one after the other: in memory while they are few, then in a file without a name, which
    is gone with this object, however the process ends."""

    def __init__(self, folder: Path | None = None) -> None:
        """`folder` is where the file lies, by preference; else it is among the system's temporary files."""
        self._folder = folder
        self._file: IO[bytes] = io.BytesIO()
        self._size = 0
        self._on_disk = False

    def put(self, documents: bytes, facts: bytes, count: int) -> Spooled:
        """Puts the entries of a digest aside: `count` documents, and what `facts_of` says of them, as JSON arrays.
        Raises `StoreError`."""
        return Spooled(self, self.keep(documents), self.keep(facts), count)

    def keep(self, data: bytes) -> Extent:
        """Puts some bytes aside, for `get`. Raises `StoreError`."""
        first = self._size
        self._size += len(data)
        try:
            if self._size > IN_MEMORY and not self._on_disk:
                self._leave_memory()
            self._file.seek(first)
            self._file.write(data)
        except OSError as error:
            raise store_error(error, self._place) from error
        return first, len(data)

    def get(self, piece: Extent) -> bytes:
        """What was put aside there. Raises `StoreError`."""
        try:
            self._file.seek(piece[0])
            return self._file.read(piece[1])
        except OSError as error:
            raise store_error(error, self._place) from error

    @property
    def _place(self) -> Path:
        from pathlib import Path

        return self._folder or Path(tempfile.gettempdir())

    def _leave_memory(self) -> None:
        self._on_disk = True
        made = None
        for folder in (self._folder, None):
            try:
                if folder is not None:
                    make_private(folder)
                made = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 - it lives as long as this object
                break
            except (OSError, StoreError):  # nowhere to write: then it stays in memory
                continue
        if made is not None:
            assert isinstance(self._file, io.BytesIO)
            made.write(self._file.getbuffer())
            self._file = made


class Spooled(Sequence["StoredFields"]):
    """The entries of a digest that were put aside. Each look at them makes them anew: nothing is kept in memory."""

    __slots__ = ("_at", "_count", "_digest", "_facts", "_place", "_spool")

    def __init__(
        self, spool: Spool, documents: Extent, facts: Extent, count: int, digest: str = "", place: str = ""
    ) -> None:
        self._spool, self._at, self._facts, self._count = spool, documents, facts, count
        self._digest, self._place = digest, place

    def of(self, digest_id: str, place: str) -> Spooled:
        """The same as the entries of that digest of the library, whose source is `place` (`Digest.place`)."""
        return Spooled(self._spool, self._at, self._facts, self._count, digest_id, place)

    def documents(self) -> list[StoredFields]:
        """All of them. Raises `StoreError`."""
        return documents_in(self.data(), self._digest, self._place)

    def data(self) -> bytes:
        """All of them as they were put aside, for `documents_in`. Raises `StoreError`."""
        return self._spool.get(self._at)

    def facts(self) -> list[tuple[str, str | None]]:
        """What `facts_of` says of each. Raises `StoreError`."""
        found: list[tuple[str, str | None]] = orjson.loads(self._spool.get(self._facts))
        return [(placed(key, self._place), day) for key, day in found] if self._digest else found

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[StoredFields]:
        return iter(self.documents())

    @overload
    def __getitem__(self, index: int) -> StoredFields: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[StoredFields]: ...
    def __getitem__(self, index: int | slice) -> StoredFields | Sequence[StoredFields]:
        return self.documents()[index]


def documents_in(data: bytes, digest_id: str, place: str) -> list[StoredFields]:
    """The entries of a digest that were put aside as JSON, as those of a digest of the library whose source is `place`
    (`Digest.place`); as they were read without an id."""
    found: list[StoredFields] = orjson.loads(data)
    for each in found if digest_id else ():
        each["digest"] = digest_id
        each["key"] = placed(each["key"], place)
    return found
