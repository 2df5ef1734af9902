"""What goes on beside the reading: other windows, the place, backups, folding, the search index."""

from __future__ import annotations

import asyncio
from contextlib import aclosing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from tui_digest import start_code
from tui_digest.errors import DigestError, StoreError, note
from tui_digest.tui import collecting
from tui_digest.tui.in_pieces import Rank, do_in_pieces
from tui_digest.tui.terminal.signs import BETWEEN

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Coroutine, Generator, Iterator

    from tui_digest.library import Library
    from tui_digest.library.jobs import Told
    from tui_digest.models import Change, Place
    from tui_digest.store.news import News
    from tui_digest.tui.controllers.noting import Noting
    from tui_digest.tui.controllers.viewing import Viewing
    from tui_digest.tui.host import Host
    from tui_digest.tui.mentions import Mentions
    from tui_digest.tui.panes.main_panes import Panes
    from tui_digest.tui.reading_state import ReadingState
    from tui_digest.tui.voice import Voice
    from tui_digest.tui.window import Window


_MUCH = 64 * 1024
"""Bytes of what other machines did from which on it is told how much is read."""


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
        self._keeping = False
        """Whether the house is being kept."""
        self.indexing = False
        """Whether the search index is being made."""
        self._percent = -1
        """How much of it is made, as it was told last."""
        self._rescued_told = False
        self.on_change: Callable[[], None] = lambda: None
        """Called when changes were taken in; the view of sources follows them."""

    def keep_place(self) -> None:
        """Write down where the user is, unless that stands there already."""
        panes = self._panes
        place = self._state.place(panes.entry.body.top, (panes.weeks.list.top, panes.entries.list.top))
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
            if self._catching_up:
                return
            if self._library.behind or self._library.marks.behind:
                self._begin(self._catch_up())
                return
            self._mine = self._acting > 0
            steps = self._taking_changes()
            if next(steps, steps) is not steps:
                self._begin(do_in_pieces(steps, rank=Rank.SHOWN))
            self._noting.look_at_note()
        except DigestError as error:
            self._voice.report(error)

    def _begin(self, work: Coroutine[None, None, None]) -> None:
        """Have changes taken in and shown beside the keys; until that is done no others are looked for."""

        async def until_done() -> None:
            try:
                await work
            except DigestError as error:
                self._voice.report(error)
            finally:
                self._catching_up = False

        self._catching_up = True
        self._host.run_worker(until_done, group="library")

    async def _catch_up(self) -> None:
        """Take in what is left of acts on many papers, and then what another window imported. That work is done in
        another process; here the end of it is read."""
        marks = self._library.marks
        if marks.behind:
            await do_in_pieces(marks.taking_in(), self._telling_unread(), rank=Rank.SHOWN)
            await do_in_pieces(self._showing_changes(), rank=Rank.SHOWN)
        if self._library.behind:
            found, unsure = await self._news()
            await do_in_pieces(marks.taking_in(), rank=Rank.SHOWN)
            await do_in_pieces(self._taking_changes(found, unsure), rank=Rank.SHOWN)

    def _telling_unread(self) -> Callable[[object], None]:
        """Tells how much is read of what other machines did, where that is much: marks and counts are those of before,
        except where the user acts."""
        whole, percent = self._library.marks.unread, -1

        def tell(_: object) -> None:
            nonlocal percent
            done = 100 - self._library.marks.unread * 100 // whole if whole > _MUCH else 0
            if whole > _MUCH and done // 25 > percent:
                percent = done // 25
                self._voice.say("elsewhere.reading", percent=percent * 25)

        return tell

    async def _news(self) -> tuple[News | None, bool | None]:
        """What others brought, and whether weeks may be missing; None where that is to be found out here."""
        from tui_digest.store.news import News

        notices: list[DigestError] = []
        try:
            async for told in self.doing("news"):
                if told[0] == "notice":
                    notices.append(DigestError(told[1], **told[2]))
                elif told[0] == "news":
                    papers, digests, gone, gone_digests, kept, unsure = told[1:]
                    if kept and await asyncio.to_thread(self._library.read_aside):
                        return News(papers, digests, gone, gone_digests, tuple(notices)), unsure
            # the cache cannot be written, or the work was cut short
            return await asyncio.to_thread(self._library.renew_aside), None
        except StoreError:  # then it is done here, and says what is wrong
            return None, None

    async def act(self, name: str, *about: str) -> Change | None:
        """Have an act on the library done: `undo`, `redo`, `remove`. Raises `DigestError`."""
        from tui_digest.models import Change

        change: Change | None = None
        async for told in self.doing(name, *about):
            if told[0] == "notice":
                raise DigestError(told[1], **told[2])
            if told[0] == "changed" and told[1] is not None:
                change = Change(*told[1])
                change = change._replace(keys=tuple(change.keys))
        return change

    async def doing(self, name: str, *about: str) -> AsyncGenerator[Told, None]:
        """Have a job done beside the screen, and hear what it tells; of an error that nobody foresaw the user is told
        here. Raises `DigestError` like `library.beside.doing`."""
        from tui_digest.library.beside import doing

        async with aclosing(doing(self._library.job(name, about), self._voice.tr.lang)) as work:
            async for told in work:
                if told[0] == "sentence":
                    self._voice.fail(told[1])
                else:
                    yield told

    def _taking_changes(self, found: News | None = None, unsure: bool | None = None) -> Generator[object, None, None]:
        """Take in and show what others wrote, in steps between which keys act: the former list stands until there is
        another. The first has read it; there is no other where nothing changed."""
        changed = self._library.refresh(unsure=unsure, patient=True)
        for error in found.notices if found else ():
            note(self._library.notices, error)
        self._voice.report(*self._library.notices[self._told :])
        self._told = len(self._library.notices)
        if changed:
            yield None
            yield from self._library.marks.taking_in()
            yield from self._library.lists.preparing(self._state.week, self._state.wanted)
            yield from self._showing_changes()
        if found is not None:
            self._tell_news(found)

    def _showing_changes(self) -> Generator[object, None, None]:
        self._state.count()
        yield from self._panes.showing_again()
        self._views.count_soon()
        self._panes.fit()
        self.on_change()

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

    # --- what later keys need --------------------------------------------------------------------------------

    def make_ready(self) -> None:
        """Once the first screen stands: load, and make in small pieces, what the first use of a key would wait for."""
        self._host.run_worker(self._make_ready, group="ready", exit_on_error=False)

    async def _make_ready(self) -> None:
        from tui_digest.tui.loading import loading

        lists = self._library.lists
        try:
            await asyncio.to_thread(lists.load_columns)
            await do_in_pieces(lists.making_repeated(), rank=Rank.LATER)
        except DigestError as error:
            self._voice.report(error)
        await do_in_pieces(loading(large=lists.large), rank=Rank.LATER)
        collecting.keep()
        await do_in_pieces(start_code.keeping(), rank=Rank.LATER)

    # --- housekeeping ----------------------------------------------------------------------------------------

    def keep_house(self) -> None:
        """Have done beside the screen what is to be done from time to time, where anything is: backup, folded marks,
        search index."""
        if self._keeping or not self._library.house_due:
            return
        self._keeping = True
        self._host.run_worker(self._keep_house, group="house", exit_on_error=False)

    async def _keep_house(self) -> None:
        try:
            async for told in self.doing("house"):
                self._hear(told)
            self._tell_rescued()
            await self._learn()
        except DigestError as error:
            self._voice.report(error)
        finally:
            self._keeping = self.indexing = False

    def _hear(self, told: Told) -> None:
        """What comes of the work on the house."""
        word, *what = told
        if word == "notice":
            self._voice.report(DigestError(what[0], **what[1]))
        elif word == "folded":
            self._library.folded_to(what[0])
        elif word == "indexing":
            self._tell_indexing(*what)
        elif word == "indexed":
            if what[0] is not None:
                self._library.lists.take_index(Path(what[0]))
            self.indexing = False
            self._voice.say("search.ready")
            if self._state.text:
                self._host.run_worker(self._show_found, group="indexed", exclusive=True)
        elif word == "kept":
            self._library.house_kept(*what)

    async def _show_found(self) -> None:
        """Show what the index finds, where the same is still asked for when it is found: until then the former list
        stands."""
        state, lists = self._state, self._library.lists
        asked = (state.week, state.wanted)
        try:
            await do_in_pieces(lists.preparing(*asked), rank=Rank.SHOWN)
        except DigestError as error:
            self._voice.report(error)
        if asked == (state.week, state.wanted):
            self._panes.show_rows(index=max(0, state.cursor))

    def _tell_indexing(self, done: int, weeks: int) -> None:
        """The user reads on meanwhile: words are found in titles, tags and authors."""
        if not self.indexing:
            self.indexing, self._percent = True, -1
        if (percent := done * 100 // max(1, weeks)) >= self._percent + 10:
            self._percent = percent
            self._voice.say("search.building", percent=percent)

    async def _learn(self) -> None:
        """Have made what later keys would have to wait for, in small pieces; an entry that was shown before its
        mentions were known shows them then."""
        lists = self._library.lists
        await asyncio.to_thread(lists.load_columns)
        known = lists.mentions_known
        await do_in_pieces(lists.learning(), rank=Rank.LATER)
        here = None if known else self._state.current()
        if here is not None and self._mentions.of(here):
            self._panes.show_entry(top=None)

    def _tell_rescued(self) -> None:
        """Once a run: where the notes are that could not be saved at the end of an earlier one."""
        if not self._rescued_told:
            from tui_digest.store.rescue import rescued

            self._rescued_told = True
            for path in rescued(self._library.paths.state):
                self._voice.warn("note.rescued.there", path=path)
