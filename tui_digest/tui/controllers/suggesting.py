"""What to read next, and what is like a paper: lists that open like a search, and close on the place before."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING

from tui_digest.errors import DigestError
from tui_digest.tui.reading_state import Listed

if TYPE_CHECKING:
    from tui_digest.library import Library
    from tui_digest.store.likeness import Alike
    from tui_digest.tui.controllers.upkeep import Upkeep
    from tui_digest.tui.host import Host
    from tui_digest.tui.panes.main_panes import Panes
    from tui_digest.tui.reading_state import ReadingState
    from tui_digest.tui.voice import Voice


class Suggesting:
    """Lists papers by what they share with others."""

    def __init__(
        self, state: ReadingState, library: Library, voice: Voice, panes: Panes, upkeep: Upkeep, host: Host
    ) -> None:
        self._state, self._library, self._voice = state, library, voice
        self._panes, self._upkeep, self._host = panes, upkeep, host

    def similar(self, _: int | None = None) -> None:
        """List the papers that are most like this one."""
        here = self._host.current()
        if here is None:
            self._voice.say("entries.none_here")
        else:
            self._begin("similar", here.key, here.display_title)

    def next(self, _: int | None = None) -> None:
        """List the unread papers that are most like those that are starred."""
        self._begin("next", "", "")

    def _begin(self, name: str, key: str, title: str) -> None:
        self._host.run_worker(partial(self._list, name, key, title), group="suggesting", exclusive=True)

    async def _list(self, name: str, key: str, title: str) -> None:
        likenesses = self._library.likenesses
        try:
            if not await asyncio.to_thread(likenesses.load):
                self._voice.say("suggest.making")
                await self._make()
            found = likenesses.next() if name == "next" else likenesses.similar(key)
            self._show(name, title, found)
        except DigestError as error:
            self._voice.report(error)

    async def _make(self) -> None:
        """Has made beside the reading what is asked; where the cache cannot be written, in a thread."""
        async for told in self._upkeep.doing("likeness"):
            if told[0] == "notice":
                raise DigestError(told[1], **told[2])
        if not await asyncio.to_thread(self._library.likenesses.load):
            await asyncio.to_thread(self._library.likenesses.make)

    def _show(self, name: str, title: str, found: list[Alike]) -> None:
        if not found:
            self._voice.say(f"{name}.none")
            return
        state = self._state
        stars = self._library.lists.titles({each.star for each in found if each.star})
        reasons = {each.paper: (", ".join(each.words), stars.get(each.star, "")) for each in found}
        # From one such list to the next: Esc leads back to before the first.
        back = state.place(self._panes.entry.body.top) if state.listed is None else state.listed.back
        self._panes.show_listed(Listed(name, title, reasons, back))
