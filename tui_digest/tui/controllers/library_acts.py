"""Acts on the library: a digest removed, an import taken back, the starter digests put away."""

from __future__ import annotations

import asyncio
from contextlib import closing
from functools import partial
from typing import TYPE_CHECKING, Any

from tui_digest.errors import DigestError
from tui_digest.library import Library

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from tui_digest.models import Change
    from tui_digest.tui.controllers.upkeep import Upkeep
    from tui_digest.tui.host import Host
    from tui_digest.tui.panes.main_panes import Panes
    from tui_digest.tui.reading_state import ReadingState
    from tui_digest.tui.voice import Voice
    from tui_digest.tui.window import Window


class LibraryActs:
    """Acts that may be about thousands of entries."""

    def __init__(
        self,
        state: ReadingState,
        library: Library,
        voice: Voice,
        panes: Panes,
        upkeep: Upkeep,
        window: Window,
        host: Host,
    ) -> None:
        self._state, self._library, self._voice = state, library, voice
        self._panes, self._upkeep, self._window, self._host = panes, upkeep, window, host

    def step(self, op: str) -> None:
        """Undo or redo (`op`) an act on the library."""
        self._voice.say(f"{op}.working")
        self._host.run_worker(partial(self._have_done, op, op), group="library")

    def put_starters(self, on: bool, lang: str | None = None, *, instead: bool = False) -> None:
        """Put the starter digests away, or bring them back: those that speak `lang`, or all; `instead` of those
        that are there."""
        imports = self._library.imports
        try:
            if instead:
                imports.put_starters(False)
            count = imports.put_starters(on, lang)
        except DigestError as error:
            self._voice.report(error)
            return
        self._voice.say(f"starters.{'on' if on else 'off'}", n=count)
        self._state.count()
        self._state.leave_saved()
        self._panes.show_week(self._state.newest())
        self._panes.fit()

    def ask_to_remove(self) -> None:
        """Ask whether the digest of the entry shown is to go out of the library."""
        from tui_digest.tui.screens.dialogs import RemovalDialog

        here, tr = self._state.current(), self._voice.tr
        if here is None:
            self._voice.say("entries.none_here")
            return
        digest = here.digest

        def answered(remove: bool | None) -> None:
            if remove:
                self.remove_digest(digest.id)

        name, days = tr.digest_name(digest.title, digest.start, digest.end), tr.when(digest.start, digest.end)
        self._window.push_screen(RemovalDialog(name if days in name else f"{name}  {days}", tr), answered)

    def remove_digest(self, digest_id: str) -> None:
        """Take a digest out of the library."""
        self._host.run_worker(partial(self._have_done, "mark", "remove", digest_id), group="library")

    async def _have_done(self, words: str, name: str, *about: str) -> None:
        """Have another process do an act on the library, which may be about thousands of entries."""
        await self._tell_end(self._upkeep.act(name, *about), words)

    async def carry_out(self, act: Callable[[Library], Change | None], words: str, unchanged: str = "") -> None:
        """Do an act that is about a few entries beside the screen, as another window would; nothing changed is told by
        the id `unchanged`."""
        await self._tell_end(asyncio.to_thread(_in_own_library, self._library, act), words, unchanged)

    async def _tell_end(self, work: Coroutine[Any, Any, Change | None], words: str, unchanged: str = "") -> None:
        """Wait for an act, take in what it changed, and tell of it."""
        change: Change | None = None
        with self._upkeep.own_act():
            try:
                change = await work
            except DigestError as error:
                self._voice.report(error)
                return
        if change is not None:
            self._voice.tell_change(words, change)
        elif unchanged:
            self._voice.say(unchanged)


def _in_own_library(beside: Library, act: Callable[[Library], Change | None]) -> Change | None:
    with closing(beside.another()) as library:
        return act(library)
