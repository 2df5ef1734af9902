"""Everything the reader did, in one archive: rolling copies at home, and archives to carry elsewhere.

An archive is a zip of the journals, what they add up to, and this machine's name in them. It holds nothing of the
library, which importing brings back.
"""

from __future__ import annotations

import io
import re
import tempfile
import zipfile
import zlib
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import orjson

from tui_digest.errors import StoreError
from tui_digest.paths import Paths
from tui_digest.store.files import read_bytes, replace_file
from tui_digest.store.journal import VIEW, Part
from tui_digest.store.marks import Marks, marks_of

if TYPE_CHECKING:
    from collections.abc import Mapping

BACKUP_VERSION = 1

KEPT = 14
"""Rolling copies, one a day at most."""

MAX_BYTES = 1 << 30
"""More than this in an archive is no backup of ours."""

_MANIFEST = "backup.json"
_JOURNAL = re.compile(r"journal/([0-9A-Za-z]+)\.ndjson")
_ROLLING = re.compile(r"(\d+)-(\d{4}-\d{2}-\d{2})\.zip")


def pack(paths: Paths, now: float) -> bytes:
    """The archive. Raises `store.unreadable`."""
    members = {"marks.json": read_bytes(paths.marks), "machine": read_bytes(paths.data / "machine")}
    for path in _journals(paths):
        members[f"journal/{path.name}"] = read_bytes(path)
    manifest = {"schema_version": BACKUP_VERSION, "made": int(now * 1_000_000), "program": "tui-digest"}
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        archive.writestr(_MANIFEST, orjson.dumps(manifest))
        for name, data in members.items():
            if data is not None:
                archive.writestr(name, data)
    return target.getvalue()


def roll(paths: Paths, now: float) -> Path | None:
    """Makes today's rolling copy, if there is none and something was done since the last; drops those beyond `KEPT`.
    Returns the new one. Raises `StoreError`."""
    if not (journals := _journals(paths)):
        return None
    today = date.fromtimestamp(now).isoformat()
    known = rolling(paths)
    if known:
        newest = known[-1]
        made_at, done_at = newest.stat().st_mtime, max(path.stat().st_mtime for path in journals)
        # One from the future says nothing: the clock was wrong then, and would keep all later copies away.
        if _day(newest) == today or done_at <= made_at <= now:
            return None
    number = int(known[-1].name.partition("-")[0]) + 1 if known else 1
    made = paths.backups / f"{number:04d}-{today}.zip"
    replace_file(made, pack(paths, now))
    for old in [*known, made][:-KEPT]:
        old.unlink(missing_ok=True)
    return made


def rolling(paths: Paths) -> list[Path]:
    """The rolling copies, the oldest first."""
    try:
        found = [path for path in paths.backups.iterdir() if _ROLLING.fullmatch(path.name)]
    except OSError:
        return []
    return sorted(found, key=lambda path: int(path.name.partition("-")[0]))


def unpack(data: bytes, path: Path) -> dict[str, bytes]:
    """The archive's files by name. Raises `backup.unreadable`, `backup.not_ours`, `store.newer`; `path` is only
    named in the error."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(info.file_size for info in archive.infolist()) > MAX_BYTES:
                raise StoreError("backup.not_ours", path=path)
            members = {name: archive.read(name) for name in archive.namelist()}
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, NotImplementedError) as error:
        raise StoreError("backup.unreadable", path=path) from error
    try:
        version = orjson.loads(members[_MANIFEST])["schema_version"]
    except (LookupError, ValueError, TypeError) as error:
        raise StoreError("backup.not_ours", path=path) from error
    if version != BACKUP_VERSION:
        raise StoreError("store.newer", path=path, found=version, known=BACKUP_VERSION)
    return members


def marks_in(members: Mapping[str, bytes], aliases: Mapping[str, str]) -> Marks:
    """What the archive's acts add up to. Raises `store.newer` where a newer version wrote them."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        (root / "journal").mkdir()
        for name, data in members.items():
            if name in ("marks.json", "machine") or _JOURNAL.fullmatch(name):
                (root / name).write_bytes(data)
        found = marks_of(Paths(data=root, state=root, config=root, cache=root))
        found.load([], aliases)
        for column in found.columns.values():
            column.packed()  # unpacks it: the files go now
        return found


def differences(here: Marks, there: Marks, *, keep_mine: bool) -> list[Part]:
    """What must be set here for the marks to be as they are there; with `keep_mine`, nothing is taken away."""
    parts: list[Part] = []
    for name in sorted({*here.columns, *there.columns}):
        ours, theirs = {*here.chosen(name)}, {*there.chosen(name)}
        if keep_mine and ours and name.startswith(VIEW):
            continue  # a view of that name is here
        parts.append(Part(name, True, tuple(sorted(theirs - ours))))
        if not keep_mine:
            parts.append(Part(name, False, tuple(sorted(ours - theirs))))
    for key in sorted({*here.notes.papers, *there.notes.papers}):
        mine, other = here.notes.text(key), there.notes.text(key)
        if mine != other and not (keep_mine and mine is not None):
            parts.append(Part("note", other, (key,), mine))
    return [part for part in parts if part.keys]


def put_journals(paths: Paths, members: Mapping[str, bytes]) -> None:
    """Puts the archive's journals into a home that has none, with this machine's name in them."""
    for name, data in members.items():
        if _JOURNAL.fullmatch(name):
            replace_file(paths.data / name, data)
    if "machine" in members:
        replace_file(paths.data / "machine", members["machine"])


def has_journals(paths: Paths) -> bool:
    """Whether anything was ever done in this home."""
    return bool(_journals(paths))


def _journals(paths: Paths) -> list[Path]:
    try:
        return sorted(path for path in paths.journal.iterdir() if path.suffix == ".ndjson")
    except OSError:
        return []


def _day(path: Path) -> str:
    match = _ROLLING.fullmatch(path.name)
    return match[2] if match else ""
