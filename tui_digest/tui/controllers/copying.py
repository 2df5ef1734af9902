"""Copying links and citations, and opening them: it is always told how that went, and never more than is known."""

from __future__ import annotations

import asyncio
import threading
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from tui_digest.errors import DigestError
from tui_digest.tui.in_pieces import do_in_pieces
from tui_digest.tui.mentions import JUMP

if TYPE_CHECKING:
    from collections.abc import Callable

    from tui_digest.desktop.opener import Reason
    from tui_digest.library import Library
    from tui_digest.models import Sighting
    from tui_digest.tui.host import Host
    from tui_digest.tui.mentions import Mentions
    from tui_digest.tui.panes.entry import EntryPane
    from tui_digest.tui.selected_papers import Gathered, SelectedPapers
    from tui_digest.tui.voice import Voice
    from tui_digest.tui.window import Window

T = TypeVar("T")


class Copying:
    """Links, citations and selected text of the paper on the screen."""

    def __init__(
        self,
        library: Library,
        voice: Voice,
        entry: EntryPane,
        window: Window,
        host: Host,
        mentions: Mentions | None = None,
        jump: Callable[[Sighting], None] | None = None,
        selected: SelectedPapers | None = None,
    ) -> None:
        """`mentions` and `jump` where one can go from here to other papers; without them links alone are offered.
        `selected` where several papers can be selected."""
        self._library, self._voice, self._entry, self._window, self._host = library, voice, entry, window, host
        self._mentions, self._jump, self._selected = mentions, jump, selected
        self._turn: asyncio.Lock | None = None

    # --- keys ------------------------------------------------------------------------------------------------

    def link(self, _: int | None = None) -> None:
        """Copy the arXiv link, or what comes nearest to it; but selected text, where there is some."""
        if not self.selection():
            self._copy("link")

    def abstract(self, _: int | None = None) -> None:
        """Copy the link of the abstract's page."""
        self._copy("abstract")

    def pdf(self, _: int | None = None) -> None:
        """Copy the link of the PDF; there is one only where an arXiv id is known."""
        self._copy("pdf")

    def bibtex(self, _: int | None = None) -> None:
        """Copy a BibTeX record."""
        self._copy("bibtex")

    def markdown(self, _: int | None = None) -> None:
        """Copy `[title](link)`."""
        self._copy("markdown")

    def title(self, _: int | None = None) -> None:
        """Copy the title."""
        self._copy("title")

    def open_browser(self, _: int | None = None) -> None:
        """Open the entry's link in the browser; where there are several, ask which."""
        if sighting := self._here():
            links = self._links(sighting)
            if len(links) > 1:
                self._choose(links, sighting.display_title)
            else:
                own = links[0][0] if links else self._library.lists.link_of(sighting)[0]
                self._open(own, sighting.display_title)

    def links(self, _: int | None = None) -> None:
        """Show the entry's links, and where one can jump to, by number."""
        if sighting := self._here():
            jumps = self._mentions.words(sighting) if self._mentions else []
            links = [*self._links(sighting), *((f"{JUMP}{number}", words) for number, words in enumerate(jumps))]
            if links:
                self._choose(links, sighting.display_title)
            else:
                self._voice.say("links.none")

    # --- copying ---------------------------------------------------------------------------------------------

    def selection(self) -> bool:
        """Copy the selected text, if there is any, and let it go."""
        text = self._entry.body.selected_text()
        if not text.strip():
            return False
        self.copy(text, "selection")
        self._entry.end_selection()
        self._host.show_status()
        return True

    def copy(self, text: str, why: str, *, told: str = "", title: str = "") -> None:
        """Put text on the clipboard; a tool that hangs holds up nothing but the notice. `why` says what it is; `told`
        is said in the place of its first line, and after it the paper's `title` where there is room."""
        self._host.run_worker(partial(self._copy_in_turn, text, why, told, title), group="copy")

    def to_primary(self, text: str) -> None:
        """Have the middle button of the mouse paste a text, where it pastes what is selected; nothing is said of it."""
        self._host.run_worker(partial(self._offer_primary, text), group="primary")

    async def _offer_primary(self, text: str) -> None:
        from tui_digest.desktop import primary

        self._turn = self._turn or asyncio.Lock()
        async with self._turn:  # a word, and then its paragraph: the last one offered is the one that stays
            if sequence := await asyncio.to_thread(primary.offer, text):
                self._window.write_to_terminal(sequence)

    async def _copy_in_turn(self, text: str, why: str, told: str, title: str = "") -> None:
        """Copy by the best way there is, and say which text, which way and what it is. The last one asked for is
        the last one copied."""
        self._turn = self._turn or asyncio.Lock()
        async with self._turn:
            await self._put(text, why, told, title)

    async def _put(self, text: str, why: str, told: str, title: str = "") -> None:
        from tui_digest.desktop import clipboard

        try:
            outcome = await asyncio.to_thread(clipboard.copy, text, spill=self._library.paths.state)
        except OSError as error:
            self._voice.say("copy.failed", warn=True, reason=error.strerror or error)
            return
        if outcome.osc52 is not None:
            self._window.write_to_terminal(outcome.osc52)
        first = told or text.strip().splitlines()[0]
        shown = f"{first} …" if "\n" in text.strip() and not told else first
        # Its plain arXiv link is what one expects; anything else is named, in fewer words where the line is short.
        tr = self._voice.tr
        said, kind = ("", "") if why == "own" else (f" · {tr(f'copy.{name}.{why}')}" for name in ("why", "kind"))
        details = {"text": shown, "why": said, "kind": kind, "way": outcome.way, "path": outcome.path}
        self._voice.say(f"copy.{outcome.grade}", warn=outcome.grade == "file", paper=title, **details)

    def _copy(self, kind: str) -> None:
        """Copy what `MAKERS` has of this kind: of the papers that are selected, else of the one on the screen."""
        from tui_digest.tui.copy_text import MAKERS

        if self._selected:
            self._host.run_worker(partial(self._copy_several, kind, self._selected.gathered()), group="copy")
        elif (sighting := self._here()) and kind == "bibtex":
            self._host.run_worker(partial(self._copy_record, sighting), group="copy")
        elif sighting:
            text, why = MAKERS[kind](self._library, sighting)
            if text is None:
                self._voice.say("copy.no_arxiv", warn=True)
            else:
                # Of the others the text itself tells which paper it is.
                self.copy(text, why, title=sighting.display_title if kind in ("link", "abstract", "pdf") else "")

    async def _copy_record(self, sighting: Sighting) -> None:
        """Copy the BibTeX record of a paper; its citation key, which no other paper has, is found in pieces."""
        from tui_digest.export.bibtex import bibtex_for

        self._turn = self._turn or asyncio.Lock()
        async with self._turn:
            exports = self._library.exports
            await do_in_pieces(exports.naming(sighting.key))
            await self._put(bibtex_for(sighting, exports.cite_key), "bibtex", "")

    async def _copy_several(self, kind: str, gathered: Gathered) -> None:
        """Copy of many papers; their weeks are read in a thread, by a library object of its own."""
        from tui_digest.tui.copy_text import texts_of

        self._turn = self._turn or asyncio.Lock()
        async with self._turn:
            try:
                made = await in_a_thread(lambda: texts_of(self._library, gathered, kind))
            except DigestError as error:
                self._voice.report(error)
                return
            self._voice.report(*made.notices)
            if not made.papers:
                self._voice.say("copy.no_arxiv", warn=True)
                return
            tr = self._voice.tr
            told = tr(f"copy.several.{kind}", n=f"{made.papers:,}")
            told += tr("copy.several.without", n=f"{made.without:,}") if made.without else ""
            await self._put(made.text, "own", told)

    def _here(self) -> Sighting | None:
        sighting = self._host.current()
        if sighting is None:
            self._voice.say("copy.nothing", warn=True)
        return sighting

    # --- links -----------------------------------------------------------------------------------------------

    def _links(self, sighting: Sighting) -> list[tuple[str, str]]:
        """The entry's links as the entry pane numbers them: addresses, and what they are."""
        entry = sighting.entry
        own = [(entry.url, self._voice.tr("links.own"))] if entry.url else []
        return own + [(link.url, link.label or "") for link in entry.links]

    def follow(self, index: int) -> None:
        """A link or jump of the entry pane was clicked, `index` in the order in which they stand there."""
        here = self._host.current()
        if here is None:
            return
        links = self._links(here)
        if 0 <= index < len(links):
            self._open(links[index][0], here.display_title)
        else:
            self._go(here, index - len(links))

    def _choose(self, links: list[tuple[str, str]], paper: str) -> None:
        from tui_digest.tui.screens.dialogs import LinksDialog

        def chosen(answer: tuple[str, str] | None) -> None:
            if answer is not None:
                self._chosen(*answer, paper)

        self._window.push_screen(LinksDialog(links, paper, self._voice.tr), chosen)

    def _chosen(self, doing: str, url: str, paper: str) -> None:
        """Open or copy one link of the paper of that title, or go where a jump leads."""
        here = self._host.current()
        if url.startswith(JUMP) and here is not None:
            self._go(here, int(url.removeprefix(JUMP)))
        elif doing == "copy":
            self.copy(url, "link", title=paper)
        else:
            self._open(url, paper)

    def _go(self, here: Sighting, number: int) -> None:
        if self._mentions is not None and self._jump is not None:
            self._jump(self._mentions.of(here)[number][1])

    def _offer(self, url: str, refused: str, paper: str) -> None:
        """No browser opens from here: the link to copy, or to click on where the terminal opens links itself."""
        from tui_digest.tui.screens.dialogs import OfferDialog

        def answered(copy: bool | None) -> None:
            if copy:
                self.copy(url, "link", title=paper)

        tr = self._voice.tr
        self._window.push_screen(OfferDialog(url, tr(f"open.{refused}"), tr), answered)

    def _open(self, url: str, paper: str) -> None:
        """Open a link of the paper of that title."""
        from tui_digest.desktop import opener

        ways = opener.ways_to_open(url, browser=self._window.settings.browser)
        if isinstance(ways, str):
            self._opened(url, paper, ways)
        else:
            self._host.run_worker(partial(self._try_ways, url, paper, ways), group="open")

    async def _try_ways(self, url: str, paper: str, ways: list[list[str]]) -> None:
        """Beside the reading: whether a browser could be started shows only after a moment."""
        from tui_digest.desktop import opener

        self._opened(url, paper, await in_a_thread(lambda: opener.try_ways(ways)))

    def _opened(self, url: str, paper: str, refused: Reason | None) -> None:
        if refused is None:
            self._voice.say("open.opened", paper=paper, url=url)
        elif refused == "refused":
            self._voice.say("open.refused", warn=True, paper=paper, url=url)
        else:
            self._offer(url, refused, paper)


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
    with suppress(RuntimeError):  # the loop has ended: the result is not wanted any more
        loop.call_soon_threadsafe(lambda: None if done.done() else settle())
