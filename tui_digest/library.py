"""The façade: everything either face can ask of the reader's library, in short methods with plain arguments.

It opens cheap: the first screen comes from a small summary, a week from its own file, and the rest when asked for.
"""

from __future__ import annotations

import gc
import os
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from tui_digest import paths as locations
from tui_digest.errors import DigestError, SourceError, StoreError
from tui_digest.models import Change, ImportReport, Mark, Place, Sighting, Source, SourceReport, Week
from tui_digest.store import place
from tui_digest.store.columns import Block, block_of, title_hash
from tui_digest.store.files import remove_stale
from tui_digest.store.journal import Journal
from tui_digest.store.lock import locked
from tui_digest.store.marks import Marks
from tui_digest.store.rows import Filter, Row, Rows, tag_counts
from tui_digest.store.shards import OPEN_SHARDS, Shard, Shards
from tui_digest.store.summary import Index

if TYPE_CHECKING:  # imported where they are used: the first screen needs none of it
    from tui_digest.paths import Paths
    from tui_digest.store.importing import Import, Incoming
    from tui_digest.store.sources import Sources
    from tui_digest.store.summary import Totals

__all__ = ["Library", "Row", "Rows"]

Progress = Callable[[int, int, str], None]
"""Called with how many sources are done, how many there are, and the path of the one that comes next."""


class Library:
    """One reader's library. Make it with `Library.open`; `close` it at the end (nothing is lost otherwise)."""

    def __init__(self, paths: Paths, clock: Callable[[], float] = time.time) -> None:
        self.paths = paths
        self.notices: list[DigestError] = []
        """What was found damaged, or could not be done, without being asked for; the faces say it once."""
        journal = Journal(paths.journal, paths.data / "machine", paths.lock, clock)
        self._shards = Shards(paths.shards, paths.damaged)
        self._marks = Marks(paths.marks, paths.damaged, paths.lock, journal)
        self._index = Index(paths.cache, self._shards, self._marks, self.notices)
        self._week_blocks: dict[str, tuple[Shard, Block]] = {}

    @classmethod
    def open(cls, paths: Paths, *, starters: bool = True, clock: Callable[[], float] = time.time) -> Library:
        """Opens the library, on the starter digests where the home is empty (`starters`).

        Damaged files are moved aside and told in `notices`. Raises `store.newer` and `store.unreadable`.
        """
        library = cls(paths, clock)
        for folder in (paths.data, paths.shards, paths.cache, paths.state):
            remove_stale(folder)
        index, marks = library._index, library._marks
        fresh = index.open()
        marks.aliases = index.aliases
        marks.load(library.notices)
        marks.use_aliases(index.aliases)
        if not fresh:
            library._renew()
        elif not index.counts_stand():
            index.recount()
        marks.changed = index.count
        if starters and not index.week_ids():
            library._open_starters()
        return library

    # -- browsing ------------------------------------------------------------------------------------------------

    def weeks(self) -> list[Week]:
        """The week list: newest first, undated last."""
        return self._index.weeks()

    def totals(self) -> Totals:
        """Papers, unread and starred of all weeks: a paper that stands in two counts once."""
        return self._index.totals()

    def tags(self, week: str | None, chosen: Collection[str] = ()) -> list[tuple[str, int]]:
        """The tags of a week (None: of all) and how many papers have each, the most frequent first; with `chosen`,
        among the entries that have all of those."""
        if week is None and not chosen:
            return self._index.tags
        blocks = self._blocks(week)
        wanted = Filter(tags=chosen)
        return tag_counts(blocks, [wanted.places(block, (), ()) for block in blocks])

    def entries(self, week: str | None, *, view: str = "all", tags: Collection[str] = (), text: str = "") -> Rows:
        """The entries of a week (None: of all weeks) in reading order.

        `view` is one of `rows.VIEWS`; an entry must have all `tags` and hold all words of `text`.
        """
        blocks = self._blocks(week)
        wanted = Filter(view, tags, text)
        read, starred = self._marks.chosen("read"), self._marks.chosen("starred")
        return Rows(blocks, [wanted.places(block, read, starred) for block in blocks], self._sighting)

    def sightings(self, key: str) -> list[Sighting]:
        """The paper in every digest that has it, in reading order."""
        key = self._canonical(key)
        found = []
        for week in self._index.weeks_of(key):
            shard = self._shards.load(week)
            for number, document in enumerate(shard.documents):
                if self._canonical(document["key"]) == key:
                    found.append(shard.sighting(number, self._index.aliases))
        return found

    def all_sightings(self) -> Iterator[Sighting]:
        """Every entry of the library in reading order, a week at a time."""
        aliases = self._index.aliases
        for week in self._index.week_ids():
            shard = self._shards.load(week, keep=False)
            for number in range(len(shard.documents)):
                yield shard.sighting(number, aliases)

    def find(self, key_or_id: str) -> str | None:
        """The key of the paper that a key, an arXiv id, a URL or an exact title names; None where none is here."""
        from tui_digest import identity

        text = key_or_id.strip()
        arxiv = identity.arxiv_id(text)
        candidates = [text, *([f"arxiv:{arxiv[0]}"] if arxiv else [])]
        if "://" in text:
            candidates.append(identity.paper_key(text, None, ""))
        for candidate in candidates:
            key = self._canonical(candidate)
            if candidate and any(True for _ in self._index.weeks_of(key)):
                return key
        return self._by_title(text)

    def arxiv_for(self, sighting: Sighting) -> tuple[str | None, str]:
        """The entry's arXiv id and whose it is: `own`, that of another `sighting` of the same title, or `none`."""
        if sighting.entry.arxiv_id is not None:
            return sighting.entry.arxiv_id, "own"
        key = self._canonical(sighting.key)
        return (key.removeprefix("arxiv:"), "sighting") if key.startswith("arxiv:") else (None, "none")

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

    def undo(self) -> Change | None:
        """Takes back the latest act, also one of an earlier start; None when there is none. Raises like `set_read`."""
        return self._marks.undo()

    def redo(self) -> Change | None:
        """Does again what was last undone; None when there is none. Raises like `set_read`."""
        return self._marks.redo()

    # -- importing -----------------------------------------------------------------------------------------------

    def import_paths(
        self,
        paths: Sequence[Path],
        *,
        stdin: bytes | None = None,
        dry_run: bool = False,
        progress: Progress | None = None,
    ) -> ImportReport:
        """Reads files, folders and standard input into the library; sources that cannot be read are in the report.

        Raises `StoreError` when the library cannot be written; importing again then completes it.
        """
        with _no_collection():
            reports, incoming = _read_all(paths, stdin, progress)
            work = self._import()
            act = work.plan if dry_run else work.run
            done = iter(act(incoming) if incoming else [])
            if not dry_run and not self._index.fresh():
                self._renew()
        if not dry_run:
            self._carry_marks(work.rekeyed)
        sources = tuple(next(done) if report is None else report for report in reports)
        return ImportReport(sources, dry_run, not dry_run and work.put_away > 0)

    def _carry_marks(self, rekeyed: Sequence[tuple[str, str]]) -> None:
        """Give entries that an edit renamed the marks of their old names. The marks are read before any is set, for
        an insertion moves every nameless entry's name on by one; a star is never taken away by this."""
        pairs = {new: self.mark(old) for old, new in rekeyed if self._canonical(old) != self._canonical(new)}
        self.set_starred([new for new, mark in pairs.items() if mark.starred], True)
        self.set_read([new for new, mark in pairs.items() if mark.read], True)

    @property
    def starters_on(self) -> bool:
        """Whether starter digests are in the library."""
        return self._index.starters > 0

    def put_starters(self, on: bool) -> int:
        """Brings the starter digests in or puts them away; how many there were. Marks stay. Raises `StoreError`."""
        before = self._index.starters
        work = self._import()
        if on:
            folder = locations.starters()
            _, incoming = _read_all([folder] if folder.is_dir() else [], None, None)
            if incoming:
                work.run(incoming, starter=True)
        else:
            work.run([], drop_starters=True)
        if not self._index.fresh():
            self._renew()
        return abs(self._index.starters - before)

    # -- housekeeping --------------------------------------------------------------------------------------------

    def refresh(self) -> bool:
        """Takes in what other processes wrote since; True when anything changed. Cheap enough for every second."""
        try:
            changed = not self._index.fresh()
            if changed:
                self._renew()
            return self._marks.catch_up() or changed
        except StoreError as error:
            told = {(notice.message_id, *notice.details.items()) for notice in self.notices}
            if (error.message_id, *error.details.items()) in told:
                return False
            self.notices.append(error)
            return True

    def load_place(self) -> Place:
        """Where the reader was at the last stop."""
        return place.load_place(self.paths.place)

    def save_place(self, where: Place) -> None:
        """Keeps where the reader is. Never raises."""
        place.save_place(self.paths.place, where)

    def fold(self) -> None:
        """Writes down what all acts add up to, so that the next start reads no journal. Raises `StoreError`."""
        self._marks.fold()
        self._index.save()

    def close(self) -> None:
        """Folds, where that can be done: what the reader did is on disk either way."""
        with suppress(StoreError):  # the journal holds it all, and the next start reads that
            self._marks.fold()
        self._index.save()

    # -- inside --------------------------------------------------------------------------------------------------

    def _canonical(self, key: str) -> str:
        return self._index.aliases.get(key, key)

    def _blocks(self, week: str | None) -> list[Block]:
        if week is None:
            return self._index.blocks()
        try:
            shard = self._shards.load(week)
        except StoreError as error:
            if error.message_id != "store.damaged":
                raise
            self.notices.append(error)  # moved aside: the week is gone from the list until it is imported again
            self._renew()
            return []
        known = self._week_blocks.get(week)
        if known is None or known[0] is not shard:
            block = block_of(shard)
            block.use_aliases(self._index.aliases)
            if len(self._week_blocks) >= OPEN_SHARDS:
                self._week_blocks.clear()
            known = self._week_blocks[week] = (shard, block)
        return [known[1]]

    def _sighting(self, block: Block, number: int) -> Sighting:
        shard = self._shards.load(block.week)
        own = block.own_keys[number]
        documents = shard.documents
        if number >= len(documents) or documents[number]["key"] != own:  # imported again since the list was made
            number = next((n for n, document in enumerate(documents) if document["key"] == own), -1)
            if number < 0:
                raise StoreError("store.gone", title=block.titles[block.own_keys.index(own)])
        return shard.sighting(number, self._index.aliases)

    def _by_title(self, text: str) -> str | None:
        from tui_digest import identity

        wanted, normal = title_hash(text), identity.normalise_title(text)
        if not wanted:
            return None
        for block in self._index.blocks():
            for number, found in enumerate(block.hashes):
                if found == wanted and identity.normalise_title(block.titles[number]) == normal:
                    return block.keys[number]
        return None

    def _import(self) -> Import:
        from tui_digest.store.importing import Import

        return Import(self.paths, self._shards, self.notices)

    def _sources(self) -> Sources:
        from tui_digest.store.sources import load_sources

        return load_sources(self.paths.sources, self.paths.damaged, self._shards, self.notices)

    def _renew(self) -> None:
        """Makes the derived files anew, and keeps newly found aliases: marks may hang on them from now on."""
        paths = self.paths
        self._week_blocks.clear()
        sources = self._sources()
        if self._index.renew({**self._index.aliases, **sources.aliases}):
            with suppress(StoreError), locked(paths.lock):  # a read-only home finds them again at the next start
                sources = self._sources()
                sources.aliases = {**self._index.aliases, **sources.aliases}
                sources.save(paths.sources, paths.damaged)
        self._index.save()

    def _open_starters(self) -> None:
        sources = self._sources()
        if sources.starters_asked or sources.own:
            return
        try:
            self.put_starters(True)
        except StoreError as error:
            self.notices.append(error)  # the reader opens on an empty library, and says why


def _read_all(
    paths: Sequence[Path], stdin: bytes | None, progress: Progress | None
) -> tuple[list[SourceReport | None], list[Incoming]]:
    """Reads and parses every source: a report for each that failed and a None for each that did not, and these."""
    from tui_digest import parsing  # both cost start-up time
    from tui_digest.parsing import reading
    from tui_digest.store.importing import Incoming

    readers: dict[str, Callable[[], Source]] = {}
    for path in paths:
        try:
            for each in reading.find_sources(path):
                name = os.path.normpath(each.absolute())
                readers[name] = partial(reading.read_source, Path(name))
        except SourceError as error:
            readers[os.path.normpath(path.absolute())] = partial(_fail, error)
    if stdin is not None:
        readers["-"] = partial(reading.source_from_bytes, stdin, "-")
    reports: list[SourceReport | None] = []
    incoming: list[Incoming] = []
    for number, (name, read) in enumerate(readers.items()):
        if progress is not None:
            progress(number, len(readers), name)
        try:
            source = read()
        except SourceError as error:
            shown = error.details.get("path", name)
            reports.append(SourceReport(shown, error=error.message_id, details=tuple(error.details.items())))
            continue
        incoming.append(Incoming(source.path, source.sha256, parsing.parse(source)))
        reports.append(None)
    if progress is not None:
        progress(len(readers), len(readers), "")
    return reports, incoming


def _fail(error: SourceError) -> Source:
    raise error


@contextmanager
def _no_collection() -> Iterator[None]:
    """A hundred thousand records are made in a row and none is garbage: looking for some only costs time."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()
