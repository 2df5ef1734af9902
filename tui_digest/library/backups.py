"""Backups: archives of everything the user did, and putting back what is in them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tui_digest.clock import now
from tui_digest.errors import StoreError, note, some
from tui_digest.store.events import Part, change_of
from tui_digest.store.lock import locked

if TYPE_CHECKING:  # imported where they are used: the first screen needs none of it
    from tui_digest.errors import DigestError
    from tui_digest.library.derived import Derived
    from tui_digest.library.metadata import Metadata
    from tui_digest.models import Change
    from tui_digest.paths import Paths
    from tui_digest.store.archive import Archive
    from tui_digest.store.mark_store import MarkStore
    from tui_digest.store.summary import Index


class Backups:
    """Archives of the user's marks, notes, tags, views and sources, of what these and arXiv said. Digests of files are
    not in them: they can be imported again; those of sources come back with the next refresh, without a network too."""

    def __init__(
        self, paths: Paths, store: MarkStore, index: Index, derived: Derived, metadata: Metadata,
        notices: list[DigestError],
    ) -> None:  # fmt: skip
        self._paths, self._notices, self._metadata = paths, notices, metadata
        self._store, self._index, self._derived = store, index, derived

    def write(self, target: Path) -> Path:
        """Writes an archive of everything the user did, and returns its file, with links resolved. Raises
        `store.unreadable`, `backup.too_much`, and like `write_output`."""
        from tui_digest.store.user_files import write_output

        return write_output(target, [self.packed()], self._paths, private=True)

    def packed(self) -> bytes:
        """That archive; sources of which it has no room for what they said are noted. Raises `store.unreadable`,
        `backup.too_much`."""
        from tui_digest.store import backup
        from tui_digest.store.archive import MAX_BYTES
        from tui_digest.store.registry import names_of_items, registered

        packed = backup.pack(self._paths, now())
        if packed.left_out:
            names = names_of_items(registered(self._store).values(), packed.left_out)
            limit = MAX_BYTES >> 21  # as much again is for what is done after
            note(self._notices, StoreError("backup.left_out", n=len(names), names=some(names), limit=limit))
        return packed.data

    def write_daily(self) -> Path | None:
        """Makes today's rolling copy where it is due; safe in any thread. Raises `StoreError`."""
        from tui_digest.store import backup

        with locked(self._paths.backups_lock, 0.0):
            return backup.roll(self._paths, now())

    @property
    def made_today(self) -> bool:
        """Whether today's rolling copy is there."""
        from tui_digest.store import backup

        return backup.made_today(self._paths, now())

    def restoring(self, archive: Path, *, keep_mine: bool = False) -> list[Part]:
        """What restoring the archive would change here; with `keep_mine` nothing is taken away.

        What could not be used of it is in `notices`. Raises like `archive.read_archive`.
        """
        from tui_digest.store.archive import read_archive

        return self._missing_here(read_archive(archive), archive, keep_mine)

    def restore(self, archive: Path, *, keep_mine: bool = False) -> Change | None:
        """Makes the marks those of the archive, as one act that `undo` takes back; into a home in which nothing was
        done yet the archive's history comes along. None where nothing differs. Raises like `restoring`,
        and like the acts on marks."""
        from tui_digest.store.archive import read_archive
        from tui_digest.store.restoring import bring_history

        found, marks = read_archive(archive), self._store
        for file in self._metadata.bring(found.learned) if found.learned else ():
            note(self._notices, StoreError("backup.lost", path=archive, name=f"learned/{file}"))
        if found.fetched:
            from tui_digest.store.fetched import Fetched

            with locked(self._paths.refresh_lock):
                Fetched(self._paths.fetched, self._paths.damaged, self._notices).bring(found.fetched)
        parts = self._missing_here(found, archive, keep_mine)
        name = bring_history(self._paths, found, parts, marks.journal.machine)
        if name is None:
            return marks.set_all(parts)
        marks.journal.machine = name
        marks.catch_up()
        self._derived.adopt()
        return change_of(parts) if parts else None

    def _missing_here(self, archive: Archive, path: Path, keep_mine: bool) -> list[Part]:
        from tui_digest.store import backup

        there = backup.marks_in(archive, self._index.names, path, self._notices)
        self._derived.adopt(there)
        return backup.differences(self._store, there, keep_mine=keep_mine)
