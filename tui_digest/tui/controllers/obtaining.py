"""What is got from elsewhere by keys: what arXiv says of papers, PDFs, and single papers that are added.

All of it goes on beside the reading, one thing at a time for each kind, and can be cancelled.
"""

from __future__ import annotations

import asyncio
import threading
from contextlib import closing, suppress
from functools import partial
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from tui_digest.errors import DigestError
from tui_digest.tui.controllers.asked_line import AskedLine
from tui_digest.tui.controllers.copying import in_a_thread

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tui_digest.library import Library
    from tui_digest.library.metadata import Enriched
    from tui_digest.sources.web.client import Web
    from tui_digest.tui.controllers.under_way import UnderWay
    from tui_digest.tui.controllers.upkeep import Upkeep
    from tui_digest.tui.host import Host
    from tui_digest.tui.reading_state import ReadingState
    from tui_digest.tui.selected_papers import SelectedPapers
    from tui_digest.tui.voice import Voice
    from tui_digest.tui.window import Window

T = TypeVar("T")
P = ParamSpec("P")

_TELL_EACH = 1_000_000
"""Bytes of a PDF after which one is told how much came."""


class Obtaining:
    """Gets things for the paper under the cursor, or for the list."""

    def __init__(
        self,
        state: ReadingState,
        selected: SelectedPapers,
        library: Library,
        voice: Voice,
        upkeep: Upkeep,
        under_way: UnderWay,
        window: Window,
        host: Host,
    ) -> None:
        self._state, self._selected, self._library, self._voice = state, selected, library, voice
        self._upkeep, self._window, self._host = upkeep, window, host
        self.line = AskedLine("add_box", host, self._answered, lambda: voice.tr("obtain.add"))
        """For what names a paper that is to be added."""
        self._under_way = under_way

    # --- what arXiv says -------------------------------------------------------------------------------------

    def ask(self, _: int | None = None) -> None:
        """Ask arXiv about the paper under the cursor, or those that are selected, be they known already."""
        here = self._host.current()
        if self._selected:
            self._ask(self._selected.keys, again=True)
        elif here is None:
            self._voice.say("entries.none_here")
        else:
            self._ask(lambda: [here.key], again=True)

    def ask_list(self, _: int | None = None) -> None:
        """Ask arXiv about all papers of the list that it was not asked about."""
        rows = self._state.rows
        if len(rows):
            self._ask(lambda: list(rows.keys), again=False)
        else:
            self._voice.say("entries.none_here")

    def _ask(self, keys: Callable[[], list[str]], *, again: bool) -> None:
        stop = self._begin("arxiv")
        if stop is not None:
            self._host.run_worker(partial(self._asking, keys, again, stop), group="arxiv")

    async def _asking(self, keys: Callable[[], list[str]], again: bool, stop: threading.Event) -> None:
        from tui_digest.sources.arxiv_api import BATCH

        tell = self._on_screen(lambda done, of: self._voice.say("obtain.asking", done=done, of=of))

        def told(done: int, of: int) -> None:
            if BATCH < of > done:
                tell(done, of)

        def work() -> Enriched:
            with closing(self._library.another()) as library, self._web() as web:
                return library.metadata.enrich(keys(), web, again=again, cancelled=stop.is_set, progress=told)

        with self._upkeep.own_act():
            done = await self._beside("arxiv", work)
        if done is None:
            return
        if done.error is not None and done.error.message_id != "web.cancelled":
            self._voice.report(done.error)
        if done.others and done[:3] == (0, 0, 0) and done.error is None:
            self._voice.say("obtain.no_id", warn=True)
        elif done.asked or done.error is None:
            self._voice.say("enrich.done", asked=done.asked, learned=done.learned, known=done.known, others=done.others)
        else:
            self._voice.say("obtain.stopped")

    # --- the PDF ---------------------------------------------------------------------------------------------

    def pdf(self, _: int | None = None) -> None:
        """Open the PDF of the paper under the cursor; fetch it first where it is not there."""
        from tui_digest.sources import pdf as files

        here = self._host.current()
        if here is None:
            self._voice.say("entries.none_here")
            return
        settings = self._window.settings
        sightings = self._library.lists.sightings(here.key) or [here]
        try:
            place = files.place_of(sightings, settings.pdf_folder)
        except DigestError as error:
            self._voice.report(error)
            return
        url = files.address_of(sightings, settings.endpoints_with_defaults["arxiv_pdf"])
        if place.is_file():
            self._host.run_worker(partial(self._open, place), group="open")
        elif url is None:
            self._voice.report(DigestError("pdf.none", key=here.key))
        elif (stop := self._begin("pdf")) is not None:
            self._voice.say("pdf.progress", paper=here.display_title)
            fetching = partial(self._fetching, url, place, here.key.startswith("arxiv:"), stop, here.display_title)
            self._host.run_worker(fetching, group="pdf")

    async def _fetching(self, url: str, place: Path, user_named: bool, stop: threading.Event, paper: str) -> None:
        from tui_digest.sources import pdf as files

        told = 0
        say = self._on_screen(lambda size: self._voice.say("obtain.pdf", paper=paper, size=size))

        def tell(done: int, of: int | None) -> None:
            nonlocal told
            if done >= told + _TELL_EACH:
                told = done
                size = f"{done / 1e6:.0f}" + (f" / {of / 1e6:.0f}" if of else "")
                say(size)

        def work() -> bool:
            with self._web() as web:
                files.fetch(web, url, place, user_named=user_named, cancelled=stop.is_set, progress=tell)
            return True

        if await self._beside("pdf", work):
            await self._open(place)

    async def _open(self, place: Path) -> None:
        """Open a PDF in what shows such; where none does, its place is told. Its name holds the title."""
        from tui_digest.desktop import opener

        ways = opener.ways_to_open_file(place, viewer=self._window.settings.pdf_viewer)
        refused = ways if isinstance(ways, str) else await in_a_thread(lambda: opener.try_ways(ways))
        self._voice.say("obtain.opened" if refused is None else "obtain.there", path=place)

    # --- a paper of one's own --------------------------------------------------------------------------------

    def add(self, _: int | None = None) -> None:
        """Ask for a paper, by its arXiv id, DOI or address, to add to the day's own digest."""
        if not self.line.open:
            self.line.ask()

    def _answered(self, text: str | None) -> None:
        """Add the paper, or (None) none; what names none stays in the box."""
        from tui_digest.library.adding import paper_url

        refused = False
        if text is not None and text.strip():
            try:
                paper_url(text)
            except DigestError as error:
                self._voice.report(error)
                refused = True
            else:
                self._host.run_worker(partial(self._adding, text), group="library")
        self.line.end(closed=not refused)

    async def _adding(self, text: str) -> None:
        words = self._voice.tr("add.digest")

        def work() -> tuple[str, str, bool]:
            with closing(self._library.another()) as library:
                added = library.adding.add(text, words)
                return added.key, library.lists.sightings(added.key)[0].display_title, added.already

        with self._upkeep.own_act():
            found = await self._beside("add", work)
        if found is None:
            return
        key, name, already = found
        self._voice.say("add.already" if already else "add.done", key=key, title=name)
        if self._window.settings.ask_arxiv and not already and key.startswith("arxiv:"):
            self._ask(lambda: [key], again=False)

    # --- all of them -----------------------------------------------------------------------------------------

    def stop(self, _: int | None = None) -> None:
        """End what is under way; what came of it is kept."""
        if not self._under_way.stop():
            self._voice.say("obtain.nothing")

    def _begin(self, kind: str) -> threading.Event | None:
        """What ends this; None where one of the kind is under way."""
        stop = self._under_way.begin(kind)
        if stop is None:
            self._voice.say("obtain.busy", warn=True)
        return stop

    async def _beside(self, kind: str, work: Callable[[], T]) -> T | None:
        """What the work returns, done in a thread; None where it failed, which is told."""
        try:
            return await in_a_thread(work)
        except DigestError as error:
            if error.message_id == "web.cancelled":
                self._voice.say("obtain.stopped")
            else:
                self._voice.report(error)
        finally:
            self._under_way.end(kind)
        return None

    def _on_screen(self, tell: Callable[P, object]) -> Callable[P, None]:
        """A call that a thread may make, for what is told on the screen."""
        loop = asyncio.get_running_loop()

        def call(*args: P.args, **options: P.kwargs) -> None:
            with suppress(RuntimeError):  # the loop has ended: nobody looks any more
                loop.call_soon_threadsafe(lambda: tell(*args, **options))

        return call

    def _web(self) -> Web:
        from tui_digest.sources.web.client import Web

        return Web(self._window.settings, self._library.paths)
