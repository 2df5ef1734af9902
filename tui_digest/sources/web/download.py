"""A file that is fetched in parts: what was there when a download ended early is the beginning of the next one."""

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
    """A file on its way to its place: beside it as `.NAME.part`, with the version that it is a part of in
    `.NAME.of`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._part, self._of = path.with_name(f".{path.name}.part"), path.with_name(f".{path.name}.of")

    @property
    def have(self) -> int:
        """Bytes that are there."""
        try:
            return self._part.stat().st_size if self._of.is_file() else 0
        except OSError:
            return 0

    def asking(self) -> Mapping[str, str]:
        """The lines of a request for the rest, if it is the rest of the same version; nothing where all is wanted."""
        version = (read_bytes(self._of) or b"").decode("latin-1") if self.have else ""
        return {"Range": f"bytes={self.have}-", "If-Range": version} if headers.kept(version) else {}

    def take(self, status: int, lines: Message, pieces: Iterable[bytes], url: str) -> None:
        """Writes what a server sends: the rest (206), else all of it. Raises `web.malformed` for a rest of something
        else, the store's errors where it cannot be written, and whatever comes of the pieces; what came stays."""
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
        """Whether it is of that kind."""
        try:
            with self._part.open("rb") as file:
                return file.read(len(sign)) == sign
        except OSError:
            return False

    def finish(self) -> None:
        """Puts the whole file in its place. Raises the store's errors."""
        try:
            with self._part.open("rb") as file:
                os.fsync(file.fileno())
            self._part.replace(self.path)
            sync_folder(self.path.parent)
        except OSError as error:
            raise store_error(error, self.path) from error
        self.drop()

    def drop(self) -> None:
        """Forgets what was there."""
        for each in (self._of, self._part):
            with suppress(OSError):
                each.unlink(missing_ok=True)
