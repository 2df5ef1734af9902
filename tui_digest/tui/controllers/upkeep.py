"""What goes on beside the reading: other windows, the place, backups, folding, the search index."""

from __future__ import annotations

import asyncio
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from tui_digest.errors import DigestError, StoreError, note
from tui_digest.library import Library
from tui_digest.tui.terminal.signs import BETWEEN

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tui_digest.models import Place
    from tui_digest.store.news import News
    from tui_digest.tui.controllers.noting import Noting
    from tui_digest.tui.controllers.viewing import Viewing
    from tui_digest.tui.host import Host
    from tui_digest.tui.mentions import Mentions
    from tui_digest.tui.panes.main_panes import Panes
    from tui_digest.tui.reading_state import ReadingState
    from tui_digest.tui.voice import Voice
    from tui_digest.tui.window import Window


class Upkeep:
    """Looks at what others wrote, and keeps house."""

    def __init__(
        self,
        state: ReadingState,
        library: Library,
        voice: Voice,
        panes: Panes,
        mentions: Mentions,
        views: Viewing,
        noting: Noting,
        window: Window,
        host: Host,
    ) -> None:
        self._state, self._library, self._voice, self._panes = state, library, voice, panes
        self._mentions, self._views, self._noting, self._window, self._host = mentions, views, noting, window, host
        self._told = len(library.notices)
        """How many of the library's notices were shown; the application shows those of the start."""
        self._kept: Place | None = None
        self._acting = 0
        """How many acts on the library are being done for this window, beside it."""
        self._mine = False
        """Whether what is to be taken in was done for this window: then nobody needs to be told."""
        self._catching_up = False
        self.indexing = False
        """Whether the search index is being made."""
        self._rescued_told = False

    def keep_place(self) -> None:
        """Write down where the user is, unless that stands there already."""
        place = self._state.place(self._panes.entry.body.top)
        if place != self._kept:
            self._kept = place
            self._library.memory.save_place(place)

    # --- other windows ---------------------------------------------------------------------------------------

    @contextmanager
    def own_act(self) -> Iterator[None]:
        """While an act on the library is done for this window beside it; what it changed is shown at the end."""
        self._acting += 1
        try:
            yield
        finally:
            self._acting -= 1
            self.look_again(mine=True)

    def look_again(self, *, mine: bool = False) -> None:
        """Show what another window wrote, or (`mine`) what was done for this one; keep the place, for not every end of
        a program is a quit. Nothing of an import that is on its way."""
        self.keep_place()
        self._mine = self._mine or mine or self._acting > 0
        try:
            if not self._library.behind:
                self._mine = self._acting > 0
                self._take_changes()
                self._noting.look_at_note()
            elif not self._catching_up:
                self._catching_up = True
                self._host.run_worker(self._catch_up(), group="library")
        except DigestError as error:
            self._voice.report(error)

    async def _catch_up(self) -> None:
        """Take in what another window imported. The work is done beside the screen; here it is only read."""
        try:
            found: News | None = None
            with suppress(StoreError):  # then it is done here, and says what is wrong
                found = await asyncio.to_thread(self._library.renew_aside)
            self._take_changes(found)
        except DigestError as error:
            self._voice.report(error)
        finally:
            self._catching_up = False

    def _take_changes(self, found: News | None = None) -> None:
        changed = self._library.refresh()
        for error in found.notices if found else ():
            note(self._library.notices, error)
        self._voice.report(*self._library.notices[self._told :])
        self._told = len(self._library.notices)
        if changed:
            self.show_changes()
        if found is not None:
            self._tell_news(found)

    def show_changes(self) -> None:
        """Show the library as it is now."""
        self._state.count()
        self._panes.show_again()
        self._views.count_soon()
        self._panes.fit()

    def _tell_news(self, found: News) -> None:
        """What another window or a command brought, or took away, in one line."""
        mine, self._mine = self._mine, False
        said, tr = [], self._voice.tr
        for kind, papers, digests in (("new", found.papers, found.digests), ("gone", found.gone, found.gone_digests)):
            if papers:
                where = tr("elsewhere.digests", n=f"{digests:,}")
                said.append(tr(f"elsewhere.{kind}", n=f"{papers:,}", digests=where))
        if said and not mine:
            self._voice.tell_news(f" {BETWEEN} ".join(said))

    # --- housekeeping ----------------------------------------------------------------------------------------

    def keep_house(self) -> None:
        """Start what is done beside the screen from time to time: backup, folded marks, search index."""
        work = None if self.indexing else self._library.lists.index_work()
        if work is not None:
            self.indexing = True
            self._host.run_worker(self._make_index(work), group="index", exit_on_error=False)
        self._host.run_worker(self._keep_house(), group="house", exclusive=True, exit_on_error=False)

    async def _keep_house(self) -> None:
        """Beside the screen; an entry that was shown before its mentions were known shows them now."""
        try:
            learned = await asyncio.to_thread(_keep_house, self._library)
            self._tell_rescued()
            here = self._state.current() if learned else None
            if here is not None and self._mentions.of(here):
                self._panes.show_entry(top=None)
        except DigestError as error:
            self._voice.report(error)

    def _tell_rescued(self) -> None:
        """Once a run: where the notes are that could not be saved at the end of an earlier one."""
        if not self._rescued_told:
            from tui_digest.store.rescue import rescued

            self._rescued_told = True
            for path in rescued(self._library.paths.state):
                self._voice.warn("note.rescued.there", path=path)

    async def _make_index(self, work: Callable[[Callable[[int, int], None], Callable[[], bool]], bool]) -> None:
        """The user reads on meanwhile: words are found in titles, tags and authors."""
        told = -1

        def tell(done: int, weeks: int) -> None:
            nonlocal told
            if (percent := done * 100 // max(1, weeks)) >= told + 10:
                told = percent
                self._window.call_from_thread(self._voice.say, "search.building", percent=percent)

        try:
            if await asyncio.to_thread(work, tell, lambda: not self._host.is_running):
                self._voice.say("search.ready")
                if self._state.text:
                    self._panes.show_rows(index=max(0, self._state.cursor))
        finally:
            self.indexing = False


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
