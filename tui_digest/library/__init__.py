"""The façade: everything either face can ask of the user's library. It holds one part for each kind of question.

It opens cheap: the first screen comes from a small summary, a week from its own file, and the rest when asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import date
from functools import cached_property, partial
from typing import TYPE_CHECKING

from tui_digest.clock import now
from tui_digest.errors import StoreError, note
from tui_digest.files import remove_stale, watch_home
from tui_digest.library.derived import Derived
from tui_digest.library.imports import Imports
from tui_digest.library.lists import EVERYTHING, INDEX_FROM, Lists, TagAliases, never, tag_names
from tui_digest.library.marks import Marks
from tui_digest.library.memory import Memory
from tui_digest.library.views import Views
from tui_digest.store.mark_store import marks_of
from tui_digest.store.rows import Row, Rows
from tui_digest.store.shards import Shards
from tui_digest.store.summary import Index

if TYPE_CHECKING:  # imported where they are used: the first screen needs none of it
    from tui_digest.errors import DigestError
    from tui_digest.library.adding import Adding
    from tui_digest.library.backups import Backups
    from tui_digest.library.exports import Exports
    from tui_digest.library.jobs import Job
    from tui_digest.library.likenesses import Likenesses
    from tui_digest.library.metadata import Metadata
    from tui_digest.library.sources import UserSources
    from tui_digest.library.stats import Stats
    from tui_digest.paths import Paths
    from tui_digest.store.columns import WeekColumns
    from tui_digest.store.news import News

__all__ = ["EVERYTHING", "INDEX_FROM", "Library", "Row", "Rows", "never"]

FOLD_AFTER = 64 * 1024
"""Bytes of journal, some four hundred acts, from which on folding saves more than it costs."""


class Library:
    """One user's library. Make it with `Library.open`; `close` it at the end (nothing is lost otherwise).

    Its parts: `lists` (what a query asks for, counted; the mentions of a paper), `marks` (stars, notes, tags, undo),
    `views` (saved queries), `imports` (what comes in), `exports` (what goes out), `backups`, `metadata` (what arXiv
    says), and `memory` (of how the screen was).
    """

    def __init__(
        self, paths: Paths, clock: Callable[[], float] = now, *, tag_aliases: TagAliases | None = None
    ) -> None:
        """Reads and writes nothing: like a library that is empty, until `open` fills it. Arguments as for `open`."""
        self.paths = paths
        self.notices: list[DigestError] = []
        """What was found damaged, or could not be done, without being asked for; the faces say it once."""
        self.taken_back = False
        """Whether an act that was cut short had to be taken back when this was opened."""
        self._clock = clock
        self._tag_aliases = tag_aliases
        self._aside: Index | None = None
        """What a thread made of the library as it is now."""
        self._kept: tuple[date, int, dict[str, int] | None] | None = None
        """The day, the weeks' versions and the journals' lengths when the house was kept; these None where there is a
        backup of that day."""
        self._asked: tuple[date, int, dict[str, int] | None] | None = None
        """The same when that was begun."""
        names, notices, today = tag_names(tag_aliases), self.notices, partial(_day, clock)
        self._shards = shards = Shards(paths.shards, paths.damaged)
        self._store = store = marks_of(paths, clock)
        self._index = index = Index(paths.cache, shards, store, notices)
        self._derived = derived = Derived(paths, shards, index, notices, names)
        self.imports = Imports(paths, shards, store, index, derived, notices, today)
        self.marks = Marks(
            store, undo_lock=paths.undo_lock, settle=self.imports.settle_cut, exchange=self.imports.exchange
        )
        self.views = Views(store, today, self._week_named)
        self.lists = Lists(paths, shards, store, index, derived, self.views, notices, names)
        self.memory = Memory(paths)

    def _week_named(self, name: str) -> str | None:
        return self.lists.week_named(name)

    @cached_property
    def exports(self) -> Exports:
        """What goes out; loaded when first asked for."""
        from tui_digest.library.exports import Exports

        return Exports(self.paths, self._index, self._derived, self.marks.of)

    @cached_property
    def sources(self) -> UserSources:
        """The user's sources; loaded when first asked for."""
        from tui_digest.library.sources import UserSources

        return UserSources(self.paths, self._store, self.imports, self._derived, self.notices, self._clock)

    @cached_property
    def backups(self) -> Backups:
        """Archives of what the user did; loaded when first asked for."""
        from tui_digest.library.backups import Backups

        return Backups(self.paths, self._store, self._index, self._derived, self.metadata, self.notices)

    @cached_property
    def adding(self) -> Adding:
        """Papers that the user adds one by one; loaded when first asked for."""
        from tui_digest.library.adding import Adding

        return Adding(self.paths, self.imports, self.lists, self.notices, partial(_day, self._clock))

    @cached_property
    def likenesses(self) -> Likenesses:
        """What is like a paper, and what to read next; loaded when first asked for."""
        from tui_digest.library.likenesses import Likenesses

        return Likenesses(self.paths, self._shards, self._index, self._store, self.notices)

    @cached_property
    def metadata(self) -> Metadata:
        """What arXiv says of papers; loaded when first asked for."""
        from tui_digest.library.metadata import Metadata

        today = partial(_day, self._clock)
        return Metadata(self.paths, self._shards, self._index, self._derived, self.notices, today)

    @cached_property
    def stats(self) -> Stats:
        """What one reads, counted; loaded when first asked for."""
        from tui_digest.library.stats import Stats

        names = tag_names(self._tag_aliases)
        return Stats(self._store, self._index, self.lists, self.views, names, self.today)

    @classmethod
    def open(
        cls,
        paths: Paths,
        *,
        starters: bool = True,
        lang: str | None = None,
        clock: Callable[[], float] = now,
        tag_aliases: TagAliases | None = None,
        patient: bool = False,
    ) -> Library:
        """Opens the library, on the starter digests where the home is empty (`starters`), those that speak `lang` or
        all; an act on it that was cut short is settled first. `clock` gives seconds since 1970; `tag_aliases` has other
        spellings of tags by the tag's name: they are counted, listed and found as one. `patient`: where other machines
        did much since, that is left to `marks.taking_in`, and marks and counts are those of before.

        Damaged files are moved aside, weeks that cannot be read are left out; both are told in `notices`. Raises
        `store.newer` and `store.unreadable` for the marks, `store.moved` for a home that is gone.
        """
        library = cls(paths, clock, tag_aliases=tag_aliases)
        library._watch_home(anew=True)
        for folder in (paths.data, paths.shards, paths.cache, paths.state):
            remove_stale(folder)
        library.taken_back = library.imports.settle_cut() is not None
        index, store, derived = library._index, library._store, library._derived
        fresh = index.open()
        store.load(library.notices, index.names, patient=patient)
        if not fresh:
            derived.renew()
        elif not index.counts_stand():
            index.recount()
        derived.adopt()
        if any(notice.message_id == "store.journal_lines" for notice in library.notices):
            with suppress(StoreError):  # so that it is said once: the next start need not read those lines
                store.fold(patience=0.0)
        store.changed = index.counting
        library.imports.look_at_arrivals()
        if starters and not index.week_ids():
            library.imports.open_starters(lang)
        return library

    @classmethod
    def only_named(cls, paths: Paths, *, tag_aliases: TagAliases | None = None) -> Library:
        """A library of which nothing is known but which keys are one paper: enough to fold, and to make backups, while
        another process changes its weeks. Raises `store.moved`."""
        library = cls(paths, tag_aliases=tag_aliases)
        library._watch_home()
        library._index.open()
        return library

    def another(self) -> Library:
        """A library object on the same home and with the same settings, for a thread beside this one. Raises
        `store.moved`."""
        self._watch_home()
        return Library.open(self.paths, starters=False, tag_aliases=self._tag_aliases)

    def look(self) -> None:
        """Reads only the marks, and changes nothing on the disk: enough for a dry run, which does not open."""
        self._store.look()

    def finish_opening(self) -> None:
        """Does what `open` leaves until the first screen is painted: the marks' columns are unpacked."""
        self._store.unpack()

    def today(self) -> date:
        """The day by this library's clock."""
        return _day(self._clock)

    # -- what others wrote ---------------------------------------------------------------------------------------

    @property
    def behind(self) -> bool:
        """Whether another process changed the library; then `read_aside` or `renew_aside` in a thread makes `refresh`
        cheap."""
        return self._derived.behind

    def read_aside(self) -> bool:
        """Reads the derived files that another process made, without touching this library's memory: short, for a
        thread. False where they are not those of the weeks as they are now."""
        index = Index(self.paths.cache, self._shards, marks_of(self.paths), [])
        if not index.open():
            return False
        index.load_columns(of=self._index)  # most weeks are as they were, and are not in memory twice
        if index.known_blocks is None:
            return False
        self._aside = index
        return True

    def renew_aside(self) -> News:
        """Makes the derived files anew without touching this library's memory, and tells what is new in them. Raises
        `StoreError`."""
        from tui_digest.store.news import News, news

        before = self._index.kept_blocks()
        other = self.another()
        index = self._aside = other._index
        index.save()
        found = News() if before is None else news(before, index.blocks(), index.aliases)
        return found._replace(notices=tuple(other.notices))

    def refresh(self, *, unsure: bool | None = None, patient: bool = False) -> bool:
        """Takes in what other processes wrote since; True when anything changed. Cheap enough for every second.

        `unsure` is told by a process that looked for weeks that are missing, whether it could tell; then what
        `read_aside` read is taken, and nothing is made here: where it is too late, the library is still `behind`.
        `patient`: marks of many papers are left to `marks.taking_in`.
        """
        if self._store.behind:  # an act is being taken in, which this would do at once
            return False
        try:
            self._watch_home()
        except StoreError as error:  # what is in memory is shown on: there is nothing else to show
            note(self.notices, error)
            return False
        try:
            aside, self._aside = self._aside, None
            if unsure is None:
                changed = self._derived.behind and self._derived.refresh(aside)
            else:
                self._derived.unsure = unsure
                changed = aside is not None and self._derived.take(aside)
            caught = self._store.catch_up(patient=patient)
            arrived = self.imports.look_at_arrivals()
            self._derived.adopt()
            return caught or changed or arrived
        except StoreError as error:
            return note(self.notices, error)

    # -- beside it -----------------------------------------------------------------------------------------------

    @property
    def house_due(self) -> bool:
        """Whether anything may be to be done that keeps house. Costs little; says yes once a run in any case."""
        if self._kept is None or self.fold_due:
            return True
        today, stamps, offsets = self._kept
        now = self._state_of_house()
        return (today, stamps) != now[:2] or (offsets is not None and offsets != now[2])

    def house_kept(self, backed_up: bool) -> None:
        """Takes note that all was done that was due when `job` was made; `backed_up` where today's backup is there."""
        if self._asked is not None:
            self._kept = (*self._asked[:2], None if backed_up else self._asked[2])

    def _state_of_house(self) -> tuple[date, int, dict[str, int] | None]:
        return self.today(), self._index.held_columns()[1], dict(self._store.journal.offsets)

    def job(self, name: str, asked: Sequence[str] = ()) -> Job:
        """What another process is to do for this library, by the name of a `jobs.Job`; `asked` tells about what.
        Raises `store.moved`: that process has not seen the home, and would make another in its place."""
        from tui_digest.library.jobs import Job

        self._watch_home()
        if name == "house":
            self._asked = self._state_of_house()

        aliases = None if self._tag_aliases is None else {name: [*each] for name, each in self._tag_aliases.items()}
        before, stamps = self._index.held_columns() if name == "news" else (None, 0)
        return Job(name, tuple(map(str, self.paths)), aliases, self.fold_due, before, stamps, tuple(asked))

    def keep_derived(self) -> tuple[bool, bool]:
        """Keeps the derived files of a library that was opened beside another; whether they are on the disk now, and
        whether weeks may be missing, which cannot be told while an import runs."""
        self._index.save()
        self._derived.look_for_gone()
        kept = Index(self.paths.cache, self._shards, self._store, [])
        return kept.open() and kept.kept_blocks() is not None, self._derived.unsure

    def columns(self) -> tuple[list[WeekColumns], Mapping[str, str]]:
        """The columns of all weeks, and which keys stand for others: what `news` compares."""
        return self._index.blocks(), self._index.aliases

    # -- folding -------------------------------------------------------------------------------------------------

    @property
    def fold_due(self) -> bool:
        """Whether the next start would have to read so much of the journals that it is worth folding before."""
        return self._store.unfolded > FOLD_AFTER

    def fold_aside(self) -> dict[str, int]:
        """Folds without touching this library's memory: for a thread or a process beside it. How far each journal is
        folded now, for `folded_to`. Raises `StoreError`."""
        store = marks_of(self.paths)
        store.load([], self._index.names)
        store.fold(patience=0.2)
        self.folded_to(store.journal.offsets)
        return dict(store.journal.offsets)

    def folded_to(self, offsets: Mapping[str, int]) -> None:
        """Takes note that another process folded the journals up to here."""
        self._store.folded_to(offsets)

    def fold(self, patience: float | None = None) -> None:
        """Writes down what all acts add up to, so that the next start reads no journal. Waits `patience` seconds for
        other processes (None: as long as a lock is waited for anywhere). Raises `StoreError`."""
        self._store.fold(patience)
        self._index.save()
        self.imports.clear_needless()

    def leave(self) -> None:
        """The app is left: what came in so far is no news any more."""
        self.imports.arrivals.clear()

    def close(self) -> None:
        """Folds, where that can be done at once: what the user did is on disk either way."""
        with suppress(StoreError):  # the journal holds it all, and the next start reads that
            if not self._store.unread:
                self.fold(patience=0.2)
        self._index.save()

    def _watch_home(self, *, anew: bool = False) -> None:
        paths = self.paths
        watch_home(paths.data, (paths.state, paths.config, paths.cache), anew=anew)


def _day(clock: Callable[[], float]) -> date:
    return date.fromtimestamp(clock())
