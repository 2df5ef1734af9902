"""The library on disk: one small TinyDB file a week, with its digests and its entries in reading order."""

from __future__ import annotations

import errno
import os
import re
import time
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

from tui_digest.errors import DigestError, StoreError, note
from tui_digest.files import Stamp, set_aside, stamp, store_error, sync_folder, write_beside
from tui_digest.models import UNDATED, Digest, Sighting
from tui_digest.store.codec import (
    StoredFields,
    check_entry,
    digest_document,
    digest_of,
    entry_of,
    said_by_arxiv,
    with_current_keys,
)
from tui_digest.store.storage import file_of, opened, replace_tables

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

OPEN_SHARDS = 16
"""Weeks kept in memory, the latest used ones."""

_COARSE, _BELIEVED = 2.0, 10.0
"""Seconds within which two changes of a folder may have the same time, and for which its time is believed."""

_WEEK_FILE = re.compile(rf"(\d{{4}}-W\d{{2}}|{UNDATED})\.json")


@dataclass(slots=True)
class StoredDigest:
    """A digest and the documents of its entries, in source order."""

    digest: Digest
    documents: Sequence[StoredFields]


@dataclass
class Shard:
    """One week as it stands on disk."""

    week: str
    digests: list[Digest] = field(default_factory=list)
    """In reading order."""
    documents: list[StoredFields] = field(default_factory=list)
    """Of the entries, in reading order. Shared with the cache: not to be changed."""

    @cached_property
    def by_id(self) -> dict[str, Digest]:
        """The digests by their id."""
        return {digest.id: digest for digest in self.digests}

    @cached_property
    def own_keys(self) -> frozenset[str]:
        """The keys of its entries, by their own text alone."""
        return frozenset([document["key"] for document in self.documents])

    def sighting(self, place: int, aliases: Mapping[str, str]) -> Sighting:
        """The entry at that place in reading order."""
        document = self.documents[place]
        key = document["key"]
        digest = self.by_id[document["digest"]]
        first = place == 0 or self.documents[place - 1]["digest"] != digest.id
        sighting = Sighting(aliases.get(key, key), digest, entry_of(document), digest.preface if first else None)
        if said_by_arxiv(document, "title") is None:
            return sighting
        from tui_digest.store.learned import learned_of

        return sighting._replace(learned=learned_of(document["learned"]))

    def stored(self) -> dict[str, StoredDigest]:
        """The digests with their entries, by id."""
        found: dict[str, list[StoredFields]] = {digest.id: [] for digest in self.digests}
        for document in self.documents:
            found[document["digest"]].append(document)
        return {digest.id: StoredDigest(digest, found[digest.id]) for digest in self.digests}


class Shards:
    """The folder of shards, with the latest used ones kept in memory. `damaged` is where unreadable ones are moved to;
    None only looks, and moves nothing."""

    def __init__(self, folder: Path, damaged: Path | None) -> None:
        self.folder = folder
        self.damaged = damaged
        self._open: dict[str, tuple[Stamp | None, Shard]] = {}
        self._looked = (0, 0.0)
        """When the folder was changed before the last look at all weeks, and when that was."""

    def path(self, week: str) -> Path:
        """Where the week lies."""
        return self.folder / f"{week}.json"

    def scan(self) -> dict[str, Stamp]:
        """Every week there is, and the version of its file. One look at the folder, no file is read."""
        found: dict[str, Stamp] = {}
        try:
            self._looked = (self.folder.stat().st_mtime_ns, time.time())
            with os.scandir(self.folder) as entries:
                for entry in entries:
                    match = _WEEK_FILE.fullmatch(entry.name)
                    if match:
                        status = entry.stat()
                        found[match[1]] = (status.st_mtime_ns, status.st_size, status.st_ino)
        except FileNotFoundError:  # no library yet, or a week that went while we looked
            return found
        except OSError as error:
            raise StoreError("store.unreadable", path=self.folder, reason=error.strerror or error) from error
        return found

    @property
    def made(self) -> int:
        """When a week last came, went or was written anew, as the folder said at the last `scan`; in ns, 0 where there
        was none."""
        return self._looked[0]

    def made_now(self) -> int:
        """`made` as a `scan` would find it now."""
        try:
            return self.folder.stat().st_mtime_ns
        except OSError:
            return 0

    def may_have_changed(self) -> bool:
        """Whether a look at all weeks may find others than the last one did: false as long as the folder says that no
        file took another's place, and for some seconds at most, for a file may be written where it is."""
        made, looked = self._looked
        try:
            status = self.folder.stat()
        except OSError:
            return True
        # What was changed in the same moment as it was looked at has the same time; clocks of networks are coarse.
        return made != status.st_mtime_ns or looked < made / 1e9 + _COARSE or time.time() - looked > _BELIEVED

    def load(self, week: str, *, keep: bool = True) -> Shard:
        """The week; an empty one where there is no file. Raises the ids of `LOST`, `store.stuck`, `store.newer`,
        `store.unreadable`."""
        path = self.path(week)
        found = stamp(path)
        known = self._open.pop(week, None)
        if known is not None and known[0] == found:
            self._open[week] = known
            return known[1]
        shard = Shard(week) if found is None else self._read(week)
        if keep:
            self._open[week] = (found, shard)
            if len(self._open) > OPEN_SHARDS:
                del self._open[next(iter(self._open))]
        return shard

    def readable(self, weeks: Iterable[str], notices: list[DigestError]) -> Iterator[Shard]:
        """The weeks, one after the other and none of them kept; one that cannot be read is told of in `notices`, and
        passed over."""
        for week in weeks:
            try:
                shard = self.load(week, keep=False)
            except StoreError as error:
                note(notices, error)
                continue
            yield shard

    def loaded(self) -> Iterable[Shard]:
        """The weeks in memory, as they were when they were last asked for."""
        return [shard for _, shard in self._open.values()]

    def stamp_of(self, week: str) -> Stamp | None:
        """The version of a week's file that is in memory."""
        known = self._open.get(week)
        return None if known is None else known[0]

    def forget(self) -> None:
        """Drops the weeks in memory."""
        self._open.clear()

    def write(
        self, week: str, edits: Mapping[str, StoredDigest | None], *, folder_later: bool = False
    ) -> tuple[Stamp, Shard] | None:
        """Puts digests into the week, or takes them out (None), as one write; the week as it is now, and the version of
        its file, None where nothing is left of it. The caller holds the lock, and calls `sync` in the end with
        `folder_later`."""
        shard = self.edited(week, edits)
        self._open.pop(week, None)
        if not shard.digests:
            self._remove(week)
            return None
        path = self.path(week)
        replace_tables(path, _tables_of(shard), folder_later=folder_later)
        now = stamp(path)
        return None if now is None else (now, shard)

    def prepare(self, shard: Shard) -> Path:
        """Writes a week into a file beside its own. Whoever has the lock puts it in place; this needs none. Raises
        `StoreError`."""
        return write_beside(self.path(shard.week), file_of(_tables_of(shard)))

    def put(self, week: str, prepared: Path) -> Stamp:
        """Puts a week in place that was prepared; the version of its file. The caller holds the lock, and calls `sync`
        in the end. Raises `StoreError`."""
        path = self.path(week)
        self._open.pop(week, None)
        try:
            prepared.replace(path)
        except OSError as error:
            raise store_error(error, path) from error
        now = stamp(path)
        if now is None:
            raise StoreError("store.failed", path=path, reason=os.strerror(errno.ENOENT))
        return now

    def edited(self, week: str, edits: Mapping[str, StoredDigest | None]) -> Shard:
        """The week with these digests put into it, or taken out. Raises like `load`."""
        stored = self.load(week, keep=False).stored()
        for digest_id, edit in edits.items():
            if edit is None:
                stored.pop(digest_id, None)
            else:
                stored[digest_id] = edit
        ordered = sorted(stored.values(), key=lambda each: reading_order(each.digest))
        return Shard(
            week, [each.digest for each in ordered], [document for each in ordered for document in each.documents]
        )

    def sync(self) -> None:
        """Makes what was written with `folder_later` outlive a power cut. Raises `StoreError`."""
        try:
            sync_folder(self.folder)
        except FileNotFoundError:  # nothing was
            pass
        except OSError as error:
            raise store_error(error, self.folder) from error

    def _read(self, week: str) -> Shard:
        path = self.path(week)
        try:
            with opened(path, self.damaged) as database:
                digests: list[StoredFields] = [*database.table("digests")]
                documents: list[StoredFields] = [*database.table("entries")]
            shard = Shard(week, [digest_of(document, week) for document in digests], documents)
            owners = shard.by_id
            for document in documents:
                if document["digest"] not in owners:
                    raise ValueError(document["digest"])
                check_entry(document)
            shard.documents = with_current_keys(digests, documents)
        except (LookupError, ValueError, TypeError, AttributeError):
            raise set_aside(path, self.damaged) from None
        return shard

    def _remove(self, week: str) -> None:
        try:
            self.path(week).unlink(missing_ok=True)
            sync_folder(self.folder)  # a digest that was taken out must not come back with a power cut
        except OSError as error:
            raise store_error(error, self.path(week)) from error


def _tables_of(shard: Shard) -> dict[str, list[StoredFields]]:
    return {"digests": [*map(digest_document, shard.digests)], "entries": shard.documents}


def reading_order(digest: Digest) -> tuple[int, str, str]:
    """Sorts a week's digests: by start date, the newest first, then by path."""
    start = digest.start or date.min
    return (-start.toordinal(), digest.path, digest.id)


def week_order(week: str) -> str:
    """Sorts weeks, reversed: the newest first, undated last."""
    return "" if week == UNDATED else week
