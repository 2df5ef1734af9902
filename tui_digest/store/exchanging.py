"""Puts digests back as they were: for undo and redo, and for an act that was cut short."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_digest.store.importing import Import, telling_of
from tui_digest.store.pairing import STDIN
from tui_digest.store.replaced import Image
from tui_digest.store.sources import record_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tui_digest.store.importing import Keep
    from tui_digest.store.shards import StoredDigest
    from tui_digest.store.sources import Record


class Exchange(Import):
    """An import whose digests come from what was kept, and not from a source."""

    def exchange(self, image: Image, now: Mapping[str, str | None], keep: Keep) -> int:
        """Puts digests back as `image` has them; returns how many were left alone, because they are no longer as
        they were after the act (`now`: content by digest, None for gone)."""
        left = 0
        self._begin()
        records = self._records()
        for digest_id, stored in image.digests.items():
            record = records.get(digest_id)
            week = record.week if record is not None else None
            current = self._stored(week, digest_id) if week is not None else None
            if (current.digest.sha256 if current is not None else None) != now[digest_id] or (
                stored is not None and self._came_anew(stored, image)
            ):
                left += 1
                continue
            self._replace(digest_id, current, stored.digest.sha256 if stored else None)
            self._put(digest_id, stored, record)
        self._sources.starters_asked, self._sources.own = image.asked, image.own
        if not self._before:
            keep(Image({}, {}, *self._flags))  # all were left alone: then the way back leaves them, too
        self._finish(keep)
        return left

    @property
    def entries(self) -> int:
        """How many entries the digests have that were exchanged."""
        stood, stand = super().entries, 0
        for digests in self._edits.values():
            stand += sum(len(each.documents) for name, each in digests.items() if each and name in self._before)
        return max(stood, stand)

    def put_back(self, image: Image) -> None:
        """Makes an act that was cut short undone: every digest is as `image` has it, however far the act came. What is
        as it was is not written."""
        self._begin()
        records = self._records()
        for digest_id, stored in image.digests.items():
            record = records.get(digest_id)
            current = self._stored(record.week, digest_id) if record is not None and record.week is not None else None
            if current != stored or record != (None if stored is None else record_of(stored.digest)):
                self._put(digest_id, stored, record)
        self._sources.starters_asked, self._sources.own = image.asked, image.own
        if self._changed or self._flags != (image.asked, image.own):
            self._write()

    def _records(self) -> dict[str, Record]:
        return {record.digest: record for record in self._sources.records}

    def _put(self, digest_id: str, stored: StoredDigest | None, record: Record | None) -> None:
        """Brings one digest in, or takes it out (None)."""
        if stored is not None:
            self._edits[stored.digest.week][digest_id] = stored
            self._note(stored.digest, record)
        elif record is not None and record.week is not None:
            self._leave(record, record.week)
            record.week = None

    def _came_anew(self, stored: StoredDigest, image: Image) -> bool:
        """Whether a digest that is to come back was read from its source again since, under another id; the other
        digests of its file are no reason to leave it out."""
        path, telling = stored.digest.path, telling_of(stored)
        beside = (each for each in self._sources.records if each.path == path != STDIN and each.week)
        return any(telling.same(self._told(record)) for record in beside if record.digest not in image.digests)
