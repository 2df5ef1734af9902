"""What goes on beside the reading: other windows, the place, backups, folding, the search index."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING

from tui_digest.errors import DigestError, StoreError, note
from tui_digest.library import Library
from tui_digest.models import Place
from tui_digest.tui.screens.reader import Reader
from tui_digest.tui.signs import BETWEEN

if TYPE_CHECKING:
    from tui_digest.store.news import News


class Upkeep(Reader):
    """The upkeep part of the main screen."""

    told: int
    """How many of the library's notices were shown; the application shows those of the start."""
    _kept: Place | None = None
    _mine: bool = False
    """Whether what is to be taken in was done for this window: then nobody needs to be told."""
    _catching_up: bool = False
    _indexing: bool = False
    _rescued_told: bool = False

    def keep_place(self) -> None:
        """Write down where the reader is, unless that stands there already."""
        place = self.place()
        if place != self._kept:
            self._kept = place
            self.library.memory.save_place(place)

    def look_again(self, *, mine: bool = False) -> None:
        """Show what another window wrote; keep the place, for not every end of a program is a quit. Nothing of an
        import that is on its way."""
        self.keep_place()
        self._mine = self._mine or mine or self.acting > 0
        try:
            if not self.library.behind:
                self._mine = self.acting > 0
                self._take_changes()
                self.look_at_note()
            elif not self._catching_up:
                self._catching_up = True
                self.run_worker(self._catch_up(), group="library")
        except DigestError as error:
            self.report(error)

    async def _catch_up(self) -> None:
        """Take in what another window imported. The work is done beside the screen; here it is only read."""
        try:
            found: News | None = None
            with suppress(StoreError):  # then it is done here, and says what is wrong
                found = await asyncio.to_thread(self.library.renew_aside)
            self._take_changes(found)
        except DigestError as error:
            self.report(error)
        finally:
            self._catching_up = False

    def _take_changes(self, found: News | None = None) -> None:
        changed = self.library.refresh()
        for error in found.notices if found else ():
            note(self.library.notices, error)
        self.report(*self.library.notices[self.told :])
        self.told = len(self.library.notices)
        if changed:
            self.count()
            self.show_again()
            self.count_views()
            self.fit_panes()
        if found is not None:
            self._tell_news(found)

    def _tell_news(self, found: News) -> None:
        """What another window or a command brought, or took away, in one line."""
        mine, self._mine = self._mine, False
        said = []
        for kind, papers, digests in (("new", found.papers, found.digests), ("gone", found.gone, found.gone_digests)):
            if papers:
                where = self.tr("elsewhere.digests", n=f"{digests:,}")
                said.append(self.tr(f"elsewhere.{kind}", n=f"{papers:,}", digests=where))
        if said and not mine:
            self.app.notify(f" {BETWEEN} ".join(said), markup=False, timeout=5)

    def keep_house(self) -> None:
        """What is done beside the screen from time to time: backup, folded marks, search index."""
        work = None if self._indexing else self.library.lists.index_work()
        if work is not None:
            self._indexing = True
            self.run_worker(self._make_index(work), group="index", exit_on_error=False)
        self.run_worker(self._keep_house(), group="house", exclusive=True, exit_on_error=False)

    async def _keep_house(self) -> None:
        """Beside the screen; an entry that was shown before its mentions were known shows them now."""
        try:
            learned = await asyncio.to_thread(_keep_house, self.library)
            self._tell_rescued()
            here = self.current() if learned else None
            if here is not None and self.jumps(here):
                self.show_entry(top=None)
        except DigestError as error:
            self.report(error)

    def _tell_rescued(self) -> None:
        """Once a run: where the notes are that could not be saved at the end of an earlier one."""
        if not self._rescued_told:
            from tui_digest.store.rescue import rescued

            self._rescued_told = True
            for path in rescued(self.library.paths.state):
                self.app.notify(self.tr("note.rescued.there", path=path), markup=False, timeout=10, severity="warning")

    async def _make_index(self, work: Callable[[Callable[[int, int], None], Callable[[], bool]], bool]) -> None:
        """The reader goes on meanwhile: words are found in titles, tags and authors."""
        told = -1

        def tell(done: int, weeks: int) -> None:
            nonlocal told
            if (percent := done * 100 // max(1, weeks)) >= told + 10:
                told = percent
                self.app.call_from_thread(self.say, "search.building", percent=percent)

        try:
            if await asyncio.to_thread(work, tell, lambda: not self.is_running):
                self.say("search.ready")
                if self.place().text:
                    self.show_rows(index=max(0, self.entries_list.cursor))
        finally:
            self._indexing = False

    # What the other parts answer.

    def look_at_note(self) -> None:
        """Take in what another window made of the note that is open here."""
        raise NotImplementedError

    def count(self) -> bool:
        """Ask for the weeks, their counts and the views anew."""
        raise NotImplementedError

    def count_views(self, *, at_start: bool = False) -> None:
        """Count the papers of the views anew, when the keys have rested."""
        raise NotImplementedError

    def fit_panes(self) -> None:
        """Fit the panes to what there is to show."""
        raise NotImplementedError


def _keep_house(library: Library) -> bool:
    """Today's backup, and the marks folded: never on a key, and in a thread of its own. True where mentions became
    known."""
    learned = False
    with suppress(StoreError):  # nothing is lost: it is tried again, and doctor tells when backups stay away
        learned = library.lists.learn_mentions()
        library.lists.learn_tags()
        library.backups.write_daily()
        if library.fold_due:
            library.fold_aside()
    return learned
