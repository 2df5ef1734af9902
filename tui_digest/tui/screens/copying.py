"""Copying links and citations, and opening them: always said how it went, never more than is known."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from tui_digest.tui.screens.reader import JUMP, Reader

if TYPE_CHECKING:
    from tui_digest.desktop.opener import Reason
    from tui_digest.models import Sighting

T = TypeVar("T")


class Copying(Reader):
    """The copying part of the main screen."""

    _copying: asyncio.Lock | None = None

    def _copy(self, text: str, why: str) -> None:
        """Put text on the clipboard; a tool that hangs holds up nothing but the notice."""
        self.run_worker(self._copy_in_turn(text, why), group="copy")

    async def _copy_in_turn(self, text: str, why: str) -> None:
        """Copy by the best way there is, and say which text, which way and what it is. The last one asked for is
        the last one copied."""
        from tui_digest.desktop import clipboard

        self._copying = self._copying or asyncio.Lock()
        async with self._copying:
            try:
                outcome = await asyncio.to_thread(clipboard.copy, text, spill=self.library.paths.state)
            except OSError as error:
                self.say("copy.failed", warn=True, reason=error.strerror or error)
                return
            if outcome.osc52 is not None and self.app._driver is not None:
                self.app._driver.write(outcome.osc52)
                self.app._driver.flush()
        first = text.strip().splitlines()[0]
        shown = f"{first} …" if "\n" in text.strip() else first
        # Its plain arXiv link is what one expects; anything else is named, in fewer words where the line is short.
        said, kind = ("", "") if why == "own" else (f" · {self.tr(f'copy.{name}.{why}')}" for name in ("why", "kind"))
        details = {"text": shown, "why": said, "kind": kind, "way": outcome.way, "path": outcome.path}
        self.say(f"copy.{outcome.grade}", warn=outcome.grade == "file", **details)

    def _here(self) -> Sighting | None:
        sighting = self.current()
        if sighting is None:
            self.say("copy.nothing", warn=True)
        return sighting

    def _link(self, sighting: Sighting) -> tuple[str, str]:
        """The link that stands for a paper, and where it comes from."""
        return self.library.lists.link_of(sighting)

    def action_copy_link(self, _: int | None = None) -> None:
        """The arXiv link, or what comes nearest to it; but text selected with the mouse, where there is some."""
        if not self.copy_selection() and (sighting := self._here()):
            self._copy(*self._link(sighting))

    def action_copy_abstract(self, _: int | None = None) -> None:
        """The link of the abstract's page."""
        if sighting := self._here():
            link, why = self._link(sighting)
            self._copy(link, "abstract" if why == "own" else why)

    def action_copy_pdf(self, _: int | None = None) -> None:
        """The link of the PDF; there is one only where an arXiv id is known."""
        if sighting := self._here():
            from tui_digest import identity

            arxiv_id, _how = self.library.lists.arxiv_for(sighting)
            if arxiv_id is None:
                self.say("copy.no_arxiv", warn=True)
            else:
                self._copy(identity.pdf_link(arxiv_id), "pdf")

    def action_copy_bibtex(self, _: int | None = None) -> None:
        """A BibTeX record."""
        if sighting := self._here():
            from tui_digest.export import bibtex_for

            self._copy(bibtex_for(sighting), "bibtex")

    def action_copy_markdown(self, _: int | None = None) -> None:
        """`[title](link)`."""
        if sighting := self._here():
            from tui_digest.export import markdown_link

            self._copy(markdown_link(sighting, self._link(sighting)[0]), "markdown")

    def action_copy_title(self, _: int | None = None) -> None:
        """The title."""
        if sighting := self._here():
            self._copy(sighting.entry.display_title, "title")

    def copy_selection(self) -> bool:
        """Copy the selected text, if there is any, and let it go."""
        text = self.body.selected_text()
        if not text.strip():
            return False
        self._copy(text, "selection")
        self.body.select(None)
        return True

    # --- opening ---------------------------------------------------------------------------------------------

    def links(self, sighting: Sighting) -> list[tuple[str, str]]:
        """The entry's links as numbered in the entry pane: (URL, what it is)."""
        entry = sighting.entry
        own = [(entry.url, self.tr("links.own"))] if entry.url else []
        return own + [(link.url, link.label or "") for link in entry.links]

    async def action_open_browser(self, _: int | None = None) -> None:
        """Open the entry's link in the browser; where there are several, ask which."""
        if sighting := self._here():
            links = self.links(sighting)
            if len(links) > 1:
                self._choose(links)
            else:
                self._open(links[0][0] if links else self._link(sighting)[0])

    async def action_links(self, _: int | None = None) -> None:
        """The entry's links, by number."""
        if sighting := self._here():
            links = self.links(sighting)
            jumps = self.jumps(sighting)
            if links or jumps:
                self._choose([*links, *((f"{JUMP}{number}", words) for number, (words, _) in enumerate(jumps))])
            else:
                self.say("links.none")

    def _choose(self, links: list[tuple[str, str]]) -> None:
        from tui_digest.tui.screens.dialogs import LinksDialog

        def chosen(answer: tuple[str, str] | None) -> None:
            if answer is not None:
                self.link_chosen(*answer)

        self.app.push_screen(LinksDialog(links, self.tr), chosen)

    def link_chosen(self, doing: str, url: str) -> None:
        """Open or copy one link, or go where a jump leads."""
        here = self.current()
        if url.startswith(JUMP) and here is not None:
            self.jump(self.jumps(here)[int(url.removeprefix(JUMP))][1])
        elif doing == "copy":
            self._copy(url, "link")
        else:
            self._open(url)

    def _offer(self, url: str, refused: str) -> None:
        """No browser opens from here: the link to copy, or to click on where the terminal opens links itself."""
        from tui_digest.tui.screens.dialogs import OfferDialog

        def answered(copy: bool | None) -> None:
            if copy:
                self._copy(url, "link")

        self.app.push_screen(OfferDialog(url, self.tr(f"open.{refused}"), self.tr), answered)

    def _open(self, url: str) -> None:
        from tui_digest.desktop import opener

        ways = opener.ways_to_open(url, browser=self.settings.browser)
        if isinstance(ways, str):
            self._opened(url, ways)
        else:
            self.run_worker(self._try_ways(url, ways), group="open")

    async def _try_ways(self, url: str, ways: list[list[str]]) -> None:
        """Beside the reading: whether a browser could be started shows only after a moment."""
        from tui_digest.desktop import opener

        self._opened(url, await in_a_thread(lambda: opener.try_ways(ways)))

    def _opened(self, url: str, refused: Reason | None) -> None:
        if refused is None:
            self.say("open.opened", url=url)
        elif refused == "refused":
            self.say("open.refused", warn=True, url=url)
        else:
            self._offer(url, refused)


async def in_a_thread(work: Callable[[], T]) -> T:
    """What the work returns. Unlike asyncio's own threads, one that still works when the program ends does not hold
    up the end."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[T] = loop.create_future()

    def run() -> None:
        try:
            result = work()
        except Exception as error:  # raised again where it is waited for
            _settle(loop, done, partial(done.set_exception, error))
        else:
            _settle(loop, done, partial(done.set_result, result))

    threading.Thread(target=run, daemon=True, name="aside").start()
    return await done


def _settle(loop: asyncio.AbstractEventLoop, done: asyncio.Future[T], settle: Callable[[], None]) -> None:
    with suppress(RuntimeError):  # the loop has ended: nobody waits any more
        loop.call_soon_threadsafe(lambda: None if done.done() else settle())
