"""A file that may take several downloads: each goes on with the bytes that the one before left."""

from __future__ import annotations

import os
import re
from contextlib import suppress
from typing import TYPE_CHECKING

from tui_digest.errors import SourceError
from tui_digest.files import make_private, read_bytes, replace_file, store_error, sync_folder
from tui_digest.sources.web import headers

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from email.message import Message
    from pathlib import Path

_PART = re.compile(r"bytes (\d{1,18})-\d{1,18}/(?:\d{1,18}|\*)", re.ASCII)


class PartFile:
    """An unfinished download: its bytes so far in `.NAME.part` beside the target, and the version on the server that
    they belong to in `.NAME.of`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._part, self._of = path.with_name(f".{path.name}.part"), path.with_name(f".{path.name}.of")

    @property
    def have(self) -> int:
        """How many bytes are there."""
        try:
            return self._part.stat().st_size if self._of.is_file() else 0
        except OSError:
            return 0

    def asking(self) -> Mapping[str, str]:
        """The headers that ask for the rest of the same version; empty where the whole file is needed."""
        version = (read_bytes(self._of) or b"").decode("latin-1") if self.have else ""
        return {"Range": f"bytes={self.have}-", "If-Range": version} if headers.kept(version) else {}

    def take(self, status: int, lines: Message, pieces: Iterable[bytes], url: str) -> None:
        """Appends the pieces of an answer where `status` is 206 (the rest), else begins the file anew with them. Raises
        `web.malformed` for the rest of something else, StoreError where it cannot be written, and what reading the
        pieces raises; bytes written before an error stay."""
        if status == 206:
            match = _PART.fullmatch(lines.get("Content-Range", "").strip())
            if match is None or int(match[1]) != self.have:
                self.drop()
                raise SourceError("web.malformed", url=url)
        try:
            if not self.path.parent.is_dir():
                make_private(self.path.parent)
            if status != 206:
                self.drop()
                etag = headers.kept(lines.get("ETag"))
                version = etag if etag and not etag.startswith("W/") else headers.kept(lines.get("Last-Modified"))
                if version:
                    replace_file(self._of, version.encode("latin-1"), durable=False)
            with self._part.open("ab") as file:
                for piece in pieces:
                    file.write(piece)
        except OSError as error:
            raise store_error(error, self.path) from error

    def begins_with(self, sign: bytes) -> bool:
        """Whether the file begins with these bytes."""
        try:
            with self._part.open("rb") as file:
                return file.read(len(sign)) == sign
        except OSError:
            return False

    def finish(self) -> None:
        """Renames the complete file to its target. Raises StoreError."""
        try:
            with self._part.open("rb") as file:
                os.fsync(file.fileno())
            self._part.replace(self.path)
            sync_folder(self.path.parent)
        except OSError as error:
            raise store_error(error, self.path) from error
        self.drop()

    def drop(self) -> None:
        """Deletes the bytes that are there."""
        for each in (self._of, self._part):
            with suppress(OSError):
                each.unlink(missing_ok=True)
