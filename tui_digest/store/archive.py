"""An archive of what the user did, read with suspicion: it may come from anywhere, damaged or made to do harm.

Names, kinds and sizes are looked at before anything is unpacked, and only what a restore needs is. What cannot be
trusted is refused as a whole, in one sentence.
"""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from typing import TYPE_CHECKING, NamedTuple

import orjson

from tui_digest.errors import StoreError
from tui_digest.files import open_file

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

BACKUP_VERSION = 1

MAX_BYTES = 1 << 29
"""More than this, unpacked or packed, is no backup of ours: some four million acts."""

MANIFEST = "backup.json"
MARKS = "marks.json"
MACHINE = "machine"
JOURNAL = re.compile(r"journal/([0-9A-Za-z]{1,64})\.ndjson")
LEARNED = re.compile(r"learned/([0-9a-z-]{4,30}\.json)")
"""What arXiv said of papers (`store.learned`)."""
FETCHED = re.compile(r"fetched/([0-9a-f]{24}\.ndjson)")
"""What sources said (`store.fetched`)."""

_MACHINE_NAME = re.compile(rb"[0-9A-Za-z]{1,64}\s*")
_SMALL = 1 << 16
"""Bytes that the manifest and the machine's name may have."""
_SHOWN = 60
"""Characters of a member's name that a sentence shows: one may have sixty thousand."""
_PLAIN = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""How members may be packed; of the other methods nobody can tell beforehand how much memory unpacking takes."""
_DAMAGE = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, RuntimeError, ValueError, IndexError)
"""What reading a damaged zip file may raise; `RuntimeError` also stands for what is not implemented."""


class Archive(NamedTuple):
    """What a restore needs of an archive."""

    journals: dict[str, bytes]
    """The machines' journals, by machine."""
    marks: bytes | None
    """What its folded events add up to (`marks.json`)."""
    machine: str | None
    """The name of the machine on which it was made."""
    lost: tuple[str, ...] = ()
    """Members that are not what they should be, and were passed over."""
    learned: dict[str, bytes] = {}  # noqa: RUF012 - nobody changes it
    """The files of what arXiv said of papers, by name."""
    fetched: dict[str, bytes] = {}  # noqa: RUF012 - nobody changes it
    """The files of what sources said, by name."""


def read_archive(path: Path) -> Archive:
    """What a restore needs of the archive at `path`.

    Raises `backup.missing`, `store.not_a_file`, `store.unreadable`, `backup.unreadable` (cut or damaged),
    `backup.not_ours`, `store.newer`, `backup.strange_name`, `backup.twice`, `backup.packing`, `backup.too_large`.
    """
    file = open_file(path)
    if file is None:
        raise StoreError("backup.missing", path=path)
    with file:
        if path.stat().st_size > MAX_BYTES:
            raise StoreError("backup.too_large", path=path, limit=MAX_BYTES >> 20)
        try:
            with zipfile.ZipFile(file) as archive:
                return _ArchiveReading(archive, path).whole()
        except _DAMAGE as error:
            raise StoreError("backup.unreadable", path=path) from error


class _ArchiveReading:
    """One archive being read."""

    def __init__(self, archive: zipfile.ZipFile, path: Path) -> None:
        self.archive, self.path = archive, path
        self.members = archive.infolist()

    def whole(self) -> Archive:
        """Everything, once all of it is known to be what we write."""
        told = self._check_manifest()
        needed = dict(self._needed())
        lost = [name[:_SHOWN] for name in told if name not in needed]  # it stands there under another name, by a bit
        if sum(member.file_size for member in needed.values()) > MAX_BYTES:
            raise StoreError("backup.too_large", path=self.path, limit=MAX_BYTES >> 20)
        machine = self._machine(needed.pop(MACHINE)) if MACHINE in needed else ""
        marks = self.archive.read(needed.pop(MARKS)) if MARKS in needed else None
        journals, learned, fetched = (
            {match[1]: self.archive.read(member) for name, member in needed.items() if (match := kind.fullmatch(name))}
            for kind in (JOURNAL, LEARNED, FETCHED)
        )
        all_lost = (*lost, *([MACHINE] if machine is None else []))
        return Archive(journals, marks, machine or None, all_lost, learned, fetched)

    def _machine(self, member: zipfile.ZipInfo) -> str | None:
        """The machine's name; None where that is none. No mark is lost with it, so the rest counts."""
        name = self.archive.read(member) if member.file_size <= _SMALL else b""
        return name.decode("ascii").strip() if _MACHINE_NAME.fullmatch(name) else None

    def _check_manifest(self) -> list[str]:
        """The members that the manifest tells of; nothing in archives of before."""
        found = [member for member in self.members if member.filename == MANIFEST]
        if len(found) != 1:
            raise StoreError("backup.not_ours", path=self.path)
        self._check_packing(found[0])
        try:
            manifest = orjson.loads(self._small(found[0]))
            version, told = manifest["schema_version"], manifest.get("members", [])
        except (LookupError, orjson.JSONDecodeError, TypeError, AttributeError) as error:
            raise StoreError("backup.not_ours", path=self.path) from error
        if not isinstance(version, int) or version < 1:
            raise StoreError("backup.not_ours", path=self.path)
        if version > BACKUP_VERSION:
            raise StoreError("store.newer", path=self.path, found=version, known=BACKUP_VERSION)
        return [name for name in told if isinstance(name, str)] if isinstance(told, list) else []

    def _needed(self) -> Iterator[tuple[str, zipfile.ZipInfo]]:
        """The members that a restore reads, each once, by name. What else lies in an archive (a packer's own files) is
        passed over, unless its name leads out of a folder or to where our own files are."""
        seen: set[str] = set()
        for member in self.members:
            name = member.filename
            if name not in (MARKS, MACHINE) and not any(kind.fullmatch(name) for kind in (JOURNAL, LEARNED, FETCHED)):
                if _is_strange(name):
                    raise StoreError("backup.strange_name", path=self.path, name=name[:_SHOWN])
                continue
            if name.casefold() in seen:  # one file, where a disk does not tell small letters from capital ones
                raise StoreError("backup.twice", path=self.path, name=name[:_SHOWN])
            seen.add(name.casefold())
            self._check_packing(member)
            yield name, member

    def _check_packing(self, member: zipfile.ZipInfo) -> None:
        if member.flag_bits & 0x1 or member.compress_type not in _PLAIN:
            raise StoreError("backup.packing", path=self.path, name=member.filename[:_SHOWN])

    def _small(self, member: zipfile.ZipInfo) -> bytes:
        if member.file_size > _SMALL:
            raise StoreError("backup.not_ours", path=self.path)
        return self.archive.read(member)


def _is_strange(name: str) -> bool:
    parts = re.split(r"[/\\]", name)
    return ".." in parts or parts[0] == "" or ":" in parts[0] or (parts[0] == "journal" and parts[1:] != [""])
