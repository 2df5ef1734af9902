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

IN_MEMORY = 16 * 1024 * 1024
"""Bytes up to which no file is made."""


class Spool:
    """Entries of many digests, one after the other: in memory while they are few, then in a file without a name, which
    is gone with this object, however the process ends."""

    def __init__(self, folder: Path | None = None) -> None:
        """`folder` is where the file lies, by preference; else it is among the system's temporary files."""
        self._folder = folder
        self._file: IO[bytes] = io.BytesIO()
        self._size = 0
        self._on_disk = False

    def put(self, documents: bytes, count: int) -> Spooled:
        """Puts the entries of a digest aside: `count` documents, as a JSON array. Raises `StoreError`."""
        first = self._size
        self._size += len(documents)
        try:
            if self._size > IN_MEMORY and not self._on_disk:
                self._leave_memory()
            self._file.seek(first)
            self._file.write(documents)
        except OSError as error:
            raise store_error(error, self._place) from error
        return Spooled(self, first, len(documents), count)

    def get(self, first: int, length: int) -> bytes:
        """What was put aside there. Raises `StoreError`."""
        try:
            self._file.seek(first)
            return self._file.read(length)
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

    __slots__ = ("_at", "_count", "_digest", "_place", "_spool")

    def __init__(self, spool: Spool, first: int, length: int, count: int, digest: str = "", place: str = "") -> None:
        self._spool, self._at, self._count, self._digest, self._place = spool, (first, length), count, digest, place

    def of(self, digest_id: str, place: str) -> Spooled:
        """The same as the entries of that digest of the library, whose source is `place` (`Digest.place`)."""
        return Spooled(self._spool, *self._at, self._count, digest_id, place)

    def documents(self) -> list[StoredFields]:
        """All of them. Raises `StoreError`."""
        found: list[StoredFields] = orjson.loads(self._spool.get(*self._at))
        digest, place = self._digest, self._place
        if digest:
            for each in found:
                each["digest"] = digest
                each["key"] = placed(each["key"], place)
        return found

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
