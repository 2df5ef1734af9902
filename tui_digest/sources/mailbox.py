"""Maildir folders and mbox files as items, one for each letter. They are only read, never changed.

Letters come in the order of delivery, the newest last. A letter's id is the name of its file (Maildir), or its own
Message-ID (mbox).
"""

from __future__ import annotations

import hashlib
import re
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from tui_digest.errors import SourceError
from tui_digest.models import Source
from tui_digest.parsing.decoding import source_from_bytes
from tui_digest.parsing.mail import letters
from tui_digest.store.fetched import SaidItem

if TYPE_CHECKING:
    from collections.abc import Container, Iterator

LARGEST = 4_000_000
"""Bytes of a letter; larger ones are skipped: they carry attachments, not text."""
_MBOX = re.compile(rb"(?:\A|(?<=\n\n)|(?<=\r\n\r\n))From \S+[^\n]*\d[^\n]*\n")
_ID = re.compile(r"^message-id:\s*(?:\n[ \t]+)?(\S+)", re.IGNORECASE | re.MULTILINE)
_HEADERS = 20_000


def is_mailbox(path: Path) -> bool:
    """Whether a path is a Maildir folder or an mbox file."""
    if path.is_dir():
        return (path / "cur").is_dir() and (path / "new").is_dir()
    try:
        with path.open("rb") as file:
            return file.read(5) == b"From "
    except OSError:
        return False


def signature(path: Path) -> str:
    """A text that changes when letters were added or removed, without reading them. Raises `source.unreadable`."""
    try:
        if not path.is_dir():
            facts = path.stat()
            return f"{facts.st_size}:{facts.st_mtime_ns}"
        names = "\0".join(sorted(_base(each) for each in _files(path)))
    except OSError as error:
        raise SourceError("source.unreadable", path=path, reason=error.strerror or error) from error
    return hashlib.sha256(names.encode("utf-8", "replace")).hexdigest()


def letters_in(path: Path, known: Container[str]) -> tuple[list[SaidItem], int]:
    """The letters whose ids are not `known` yet, and how many could not be read. Raises `source.unreadable`."""
    found: list[SaidItem] = []
    failed = 0
    try:
        for name, data in _messages(path, known):
            try:
                found.append(_item(name, data, str(path)))
            except SourceError:
                failed += 1
    except OSError as error:
        raise SourceError("source.unreadable", path=path, reason=error.strerror or error) from error
    return [each for each in found if each.id not in known], failed


def _messages(path: Path, known: Container[str]) -> Iterator[tuple[str, bytes]]:
    if path.is_dir():
        for file in sorted(_files(path), key=lambda each: each.name):
            if _base(file) not in known:
                with file.open("rb") as letter:
                    yield _base(file), letter.read(LARGEST + 1)
        return
    with path.open("rb") as box:
        data = box.read()
    starts = [match.start() for match in _MBOX.finditer(data)]
    for start, end in pairwise([*starts, len(data)]):
        yield "", data[data.index(b"\n", start) + 1 : end]


def _files(path: Path) -> Iterator[Path]:
    for part in ("cur", "new"):
        yield from (each for each in (path / part).iterdir() if each.is_file() and not each.name.startswith("."))


def _base(file: Path) -> str:
    """A file's name without its flags, which change when the letter is read."""
    return file.name.partition(":")[0]


def _item(name: str, data: bytes, path: str) -> SaidItem:
    if len(data) > LARGEST:
        raise SourceError("source.too_large", path=path, limit=LARGEST // 1_000_000)
    text = source_from_bytes(data, path).text
    letter = letters(Source(path, text, ""))[0]
    match = _ID.search(text[:_HEADERS].partition("\n\n")[0])
    known_as = name or (match[1] if match else hashlib.sha256(data).hexdigest()[:24])
    return SaidItem(known_as, "letter", text, letter.day.isoformat() if letter.day else "")
