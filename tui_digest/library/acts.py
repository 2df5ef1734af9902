"""The acting half of the façade: marks, notes, own tags, imports and removals, each undoable; `Library` adds browsing.

What the reader does to papers costs one append and one fsync. What is done to the library is whole: `store.intent`
writes down first what it replaces and intends; it counts from its event in the journal on.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import suppress
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from tui_digest import paths as locations
from tui_digest.clock import now
from tui_digest.errors import DigestError, StoreError
from tui_digest.models import Act, Change, ImportReport, Mark, SourceReport
from tui_digest.store.events import Part, change_of
from tui_digest.store.lock import locked
from tui_digest.store.marks import TAG, marks_of
from tui_digest.store.note_writing import write_note
from tui_digest.store.shards import Shards
from tui_digest.store.summary import Index
from tui_digest.store.typed import note_text, tag_name

if TYPE_CHECKING:  # imported where they are used: the first screen needs none of it
    from tui_digest.paths import Paths
    from tui_digest.sources.intake import Progress
    from tui_digest.store.archive import Archive
    from tui_digest.store.events import Event
    from tui_digest.store.importing import Import, Incoming
    from tui_digest.store.marks import Marks
    from tui_digest.store.note_writing import Saved
    from tui_digest.store.replaced import Replaced
    from tui_digest.store.sources import Sources

FOLD_AFTER = 64 * 1024
"""Bytes of journal, some four hundred acts."""


class Acts:
    """What the reader can do with the library."""

    def __init__(self, paths: Paths, clock: Callable[[], float] = now) -> None:
        self.paths = paths
        self._clock = clock
        self.notices: list[DigestError] = []
        """What was found damaged, or could not be done, without being asked for; the faces say it once."""
        self.taken_back = False
        """Whether an act that was cut short had to be taken back when this was opened."""
        self._shards = Shards(paths.shards, paths.damaged)
        self._marks = marks_of(paths, clock)
        self._index = Index(paths.cache, self._shards, self._marks, self.notices)

    # -- marks ---------------------------------------------------------------------------------------------------

    def mark(self, key: str) -> Mark:
        """What the reader did with the paper."""
        return self._marks.mark(key)

    def set_read(self, keys: Collection[str], value: bool) -> Change | None:
        """Marks papers read or unread; None when all were. On disk before it returns.

        Raises `store.full`, `store.readonly`, `store.failed` or `store.busy`; then nothing has changed.
        """
        return self._marks.set("read", value, keys)

    def set_starred(self, keys: Collection[str], value: bool) -> Change | None:
        """Stars papers or takes the stars off, like `set_read`."""
        return self._marks.set("starred", value, keys)

    def set_marks(self, key: str, fields: Sequence[str], value: bool) -> Change | None:
        """Sets or takes off several of a paper's marks (`read`, `starred`) as one act, like `set_read`."""
        return self._marks.set_all([Part(field, value, (key,)) for field in fields])

    def set_tag(self, tag: str, keys: Collection[str], value: bool) -> Change | None:
        """Puts an own tag on papers or takes it off, like `set_read`; a `#` before the name means nothing.

        Raises `tag.empty` where nothing is left of the name.
        """
        return self._marks.set(TAG + tag_name(tag), value, keys)

    def set_own_tags(self, key: str, tags: Collection[str], *, seen: Collection[str] | None = None) -> Change | None:
        """Makes these the paper's own tags, as one act; like `set_tag`. With those that one has `seen` only what
        differs from them is put on and taken off: others may have changed more since."""
        wanted, known = {tag_name(tag) for tag in tags}, set(self.mark(key).tags if seen is None else seen)
        changes = [(tag, True) for tag in sorted(wanted - known)] + [(tag, False) for tag in sorted(known - wanted)]
        return self._marks.set_all([Part(TAG + tag, value, (key,)) for tag, value in changes]) if changes else None

    def set_note(self, key: str, text: str | None) -> Change | None:
        """Writes the note on a paper, in the place of the one that is there; like `set_read`."""
        return self._marks.set_note(key, note_text(text))

    def write_note(self, key: str, text: str, *, seen: str, after: str | None = None) -> Saved:
        """Saves a note while it is written. `seen` is the note as its writer last had it: what others made of it since
        is kept beside the text. `after` is the act it was saved by before, to be one act with it. Raises like
        `set_read`."""
        return write_note(self._marks, key, note_text(text), seen=seen, after=after)

    def own_tags(self) -> list[str]:
        """The reader's own tags, by name."""
        return sorted(self._marks.own_tags())

    # -- undo ----------------------------------------------------------------------------------------------------

    def next_act(self, op: str) -> Event | None:
        """The act that `undo` or `redo` would take; one of `LIBRARY_FIELDS` may take a while."""
        return self._marks.next_act(op)

    def undo(self) -> Change | None:
        """Takes back the latest act, also one of an earlier start; None when there is none. Raises like `set_read`,
        and `undo.lost`."""
        return self._step("undo")

    def redo(self) -> Change | None:
        """Does again what was last undone; None when there is none. Raises like `undo`."""
        return self._step("redo")

    def history(self) -> Iterator[Act]:
        """Every act of every machine, the latest first."""
        events = self._marks.journal.events()
        undone: set[str] = set()
        gone_on = {event.after for _, event in events}
        for _, event in events:
            if event.op == "undo" and event.of:
                undone.add(event.of)
            elif event.op == "redo" and event.of:
                undone.discard(event.of)
        for machine, event in reversed(events):
            if event.id in gone_on:
                continue  # a note that was written on
            change = change_of(event.parts, event.entries)
            yield Act(event.id, event.at, machine, event.op, change, event.id in undone)

    def _step(self, op: str) -> Change | None:
        if self.settle_cut() and op == "undo":  # that was the latest act, and it is taken back: not the one before, too
            raise self.notices[-1]
        if self._marks.next_act(op) is None:
            return None
        with locked(self.paths.undo_lock):
            return (self._marks.undo if op == "undo" else self._marks.redo)(self._exchange)

    def _exchange(self, act: Event, op: str) -> Change | None:
        """Puts the library as it was before the act, or after it; None where another act came in between."""
        from tui_digest.store.exchanging import Exchange
        from tui_digest.store.intent import Intent, whole

        with whole(self.paths, self.notices) as undertaking:
            now = self._marks.next_act(op)
            if now is None or now.id != act.id:
                return None
            ours, theirs = ("before", "after") if op == "undo" else ("after", "before")
            image = self._replaced().load(act.id, ours)
            event_id = self._marks.journal.new_id()
            intent = Intent(op, event_id, (act.id, theirs))
            work = Exchange(self.paths, self._shards, self.notices)
            left = work.exchange(image, image.became, partial(undertaking.begin, intent))
            entries = work.entries if left else act.entries
            change = self._marks.step(op, act, event_id=event_id, on=work.touched, entries=entries)
        self._take_in()
        return change._replace(left=left) if change is not None else None

    def settle_cut(self) -> bool:
        """Settles an act on the library that was cut short, and says in `notices` how; True where it was taken back.
        Somebody who is still at it is left alone. Raises nothing: what hinders it is in `notices`, too."""
        if not self.paths.intent.exists():
            return False
        from tui_digest.store.intent import settle_now

        return settle_now(self.paths, self.notices) in ("back", "lost")

    # -- the library ---------------------------------------------------------------------------------------------

    def import_paths(
        self,
        paths: Sequence[Path],
        *,
        stdin: bytes | None = None,
        dry_run: bool = False,
        with_marks: bool = False,
        progress: Progress | None = None,
    ) -> ImportReport:
        """Reads files, folders and standard input into the library; sources that cannot be read are in the report.
        With `with_marks` the marks in our own exports become the reader's, as one act; none of theirs is taken away.

        Raises `StoreError` when the library cannot be written; then it is as it was.
        """
        from tui_digest.sources import intake, known  # with the parsers, which cost start-up time

        with intake.no_collection():
            records = [] if dry_run else self._sources().records  # looking moves nothing damaged aside
            before = known.Known(self.paths.cache, records, self._shards.scan())
            taken = intake.read_all(paths, stdin, progress, before, with_marks=with_marks)
            incoming = taken.incoming
            work = self._import(look_only=dry_run)
            if dry_run:
                read = work.plan(incoming) if incoming else []
            else:
                read = self._bring_in(work, incoming) if incoming else []
            if not dry_run and (parts := intake.mark_parts(taken.marks, self.mark)):
                self._marks.set_all(parts)
        done = iter(read)
        sources = tuple(
            intake.merged([next(done) for _ in range(each)]) if isinstance(each, int) else each
            for each in taken.reports
        )
        if not dry_run:
            before.keep(sources, taken.hashes)
        return ImportReport(sources, dry_run, not dry_run and work.put_away > 0, taken.passed)

    def _bring_in(self, work: Import, incoming: Sequence[Incoming]) -> list[SourceReport]:
        from tui_digest.store.carrying import carried
        from tui_digest.store.intent import Intent, whole

        with whole(self.paths, self.notices) as undertaking:
            event_id = self._marks.journal.new_id()
            read = work.run(incoming, keep=partial(undertaking.begin, Intent("import", event_id, (event_id, "before"))))
            if work.touched:
                parts = [Part("import", True, work.imported), *carried(self._marks, work.rekeyed)]
                entries = sum(source.added + source.updated for source in read)
                self._marks.record(parts, event_id=event_id, entries=entries)
        self._take_in()
        return read

    def remove_digests(self, digest_ids: Collection[str]) -> Change | None:
        """Takes digests out of the library; None where none of them is there. Marks stay, and `undo` brings the
        digests back. Raises `StoreError`; then they are still there."""
        from tui_digest.store.intent import Intent, whole

        with whole(self.paths, self.notices) as undertaking:
            event_id = self._marks.journal.new_id()
            work = self._import()
            work.remove(digest_ids, partial(undertaking.begin, Intent("remove", event_id, (event_id, "before"))))
            if not work.touched:
                return None
            change = self._marks.record([Part("remove", True, work.touched)], event_id=event_id, entries=work.entries)
        self._take_in()
        return change

    @property
    def starters_on(self) -> bool:
        """Whether starter digests are in the library."""
        return self._index.starters > 0

    def put_starters(self, on: bool) -> int:
        """Brings the starter digests in or puts them away; how many there were. Marks stay. Raises `StoreError`."""
        from tui_digest.sources.intake import read_all
        from tui_digest.store.intent import Intent, whole

        before = self._index.starters
        folder = locations.starters()
        incoming = read_all([folder] if on and folder.is_dir() else [], None, None).incoming
        if incoming or not on:
            with whole(self.paths, self.notices) as undertaking:
                keep = partial(undertaking.begin, Intent("starters", None, ("starters", "before")))
                self._import().run(incoming, starter=on, drop_starters=not on, keep=keep)
            self._take_in()
        return abs(self._index.starters - before)

    def settle(self) -> None:
        """What a start puts off until the first screen stands."""
        self._marks.unpack()

    @property
    def fold_due(self) -> bool:
        """Whether the next start would have to read so much of the journals that it is worth folding before."""
        return self._marks.unfolded > FOLD_AFTER

    def fold_aside(self) -> None:
        """Folds without touching this library's memory: for a thread beside it. Raises `StoreError`."""
        marks = marks_of(self.paths)
        marks.load([], self._index.names)
        marks.fold(patience=0.2)
        self._marks.folded_to(marks.journal.offsets)

    def fold(self, patience: float | None = None) -> None:
        """Writes down what all acts add up to, so that the next start reads no journal. Raises `StoreError`."""
        self._marks.fold(patience)
        self._index.save()
        if self.paths.replaced.is_dir():
            with suppress(StoreError), locked(self.paths.lock, 0.0):  # an act that is under way needs what it keeps
                if not self.paths.intent.exists():
                    self._marks.catch_up()
                    self._replaced().prune(self._marks.acts())

    def close(self) -> None:
        """Folds, where that can be done at once: what the reader did is on disk either way."""
        with suppress(StoreError):  # the journal holds it all, and the next start reads that
            self.fold(patience=0.2)
        self._index.save()

    def digests_of(self, asked: str) -> list[str]:
        """The ids of the digests that an id, a source's path or a folder's path names."""
        here = os.path.realpath(asked)
        found = []
        for record in self._sources().records:
            path = os.path.realpath(record.path) if record.path != "-" else record.path
            named = asked in (record.digest, record.path) or path == here or path.startswith(here + os.sep)
            if (record.week is not None or record.leaves) and named:
                found.append(record.digest)
        return found

    # -- backups -------------------------------------------------------------------------------------------------

    def back_up(self, target: Path) -> Path:
        """Writes an archive of everything the user did, and returns its file, with links resolved. Raises
        `store.unreadable`, `backup.too_much`, and like `write_output`."""
        from tui_digest.store.outputs import write_output

        return write_output(target, [self.packed()], self.paths, private=True)

    def packed(self) -> bytes:
        """That archive. Raises `store.unreadable`, `backup.too_much`."""
        from tui_digest.store import backup

        return backup.pack(self.paths, now())

    def back_up_daily(self) -> Path | None:
        """Makes today's rolling copy where it is due; safe in any thread. Raises `StoreError`."""
        from tui_digest.store import backup

        with locked(self.paths.backups_lock, 0.0):
            return backup.roll(self.paths, now())

    def restoring(self, archive: Path, *, keep_mine: bool = False) -> list[Part]:
        """What restoring the archive would change here; with `keep_mine` nothing is taken away.

        What could not be used of it is in `notices`. Raises like `archive.read_archive`.
        """
        from tui_digest.store.archive import read_archive

        return self._missing_here(read_archive(archive), archive, keep_mine)

    def restore(self, archive: Path, *, keep_mine: bool = False) -> Change | None:
        """Makes the marks those of the archive, as one act that `undo` takes back; into a home in which nothing was
        done yet the archive's history comes along. None where nothing differs. Raises like `restoring`, `set_read`."""
        from tui_digest.store.archive import read_archive
        from tui_digest.store.restoring import bring_history

        found, marks = read_archive(archive), self._marks
        parts = self._missing_here(found, archive, keep_mine)
        name = bring_history(self.paths, found, parts, marks.journal.machine)
        if name is None:
            return marks.set_all(parts)
        marks.journal.machine = name
        marks.catch_up()
        self._adopt()
        return change_of(parts) if parts else None

    def _missing_here(self, archive: Archive, path: Path, keep_mine: bool) -> list[Part]:
        from tui_digest.store import backup

        there = backup.marks_in(archive, self._index.names, path, self.notices)
        self._adopt(there)
        return backup.differences(self._marks, there, keep_mine=keep_mine)

    def today(self) -> date:
        """The day by this library's clock."""
        return date.fromtimestamp(self._clock())

    # -- inside --------------------------------------------------------------------------------------------------

    def _canonical(self, key: str) -> str:
        return self._index.aliases.get(key, key)

    def _import(self, *, look_only: bool = False) -> Import:
        from tui_digest.store.importing import Import

        shards = Shards(self.paths.shards, None) if look_only else self._shards
        return Import(self.paths, shards, self.notices, today=self.today())

    def _replaced(self) -> Replaced:
        from tui_digest.store.replaced import Replaced

        return Replaced(self.paths.replaced, self.paths.damaged)

    def _take_in(self) -> None:
        """Brings what is derived up to the shards."""
        if not self._index.fresh():
            self._renew()

    def _adopt(self, marks: Marks | None = None) -> None:
        """Finds the papers of marks under keys of earlier rules: of those that came in since this was last asked, or
        of an archive's."""
        if self._index.adopt_strange() if marks is None else self._index.adopt(marks):
            from tui_digest.store.sources import keep_names  # at a start there is hardly ever one to keep

            keep_names(self.paths, self._index, self._sources)

    def _sources(self) -> Sources:
        from tui_digest.store.sources import load_sources

        return load_sources(self.paths.sources, self.paths.damaged, self._shards, self.notices)

    def _renew(self) -> None:
        raise NotImplementedError
