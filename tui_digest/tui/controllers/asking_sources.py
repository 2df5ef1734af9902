"""Sources in the app: refreshing them beside the reading, the view of sources, and adding one."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import aclosing
from functools import partial
from typing import TYPE_CHECKING, Any

from tui_digest.errors import DigestError
from tui_digest.models import SourceNews
from tui_digest.tui.box_keys import BOX_KEYS
from tui_digest.tui.controllers.asked_line import AskedLine
from tui_digest.tui.keymap import first_key
from tui_digest.tui.keynames import shown

if TYPE_CHECKING:
    from collections.abc import Callable

    from tui_digest.library import Library
    from tui_digest.models import Change
    from tui_digest.tui.controllers.library_acts import LibraryActs
    from tui_digest.tui.controllers.upkeep import Upkeep
    from tui_digest.tui.host import Host
    from tui_digest.tui.keymap import Key
    from tui_digest.tui.voice import Voice
    from tui_digest.tui.window import Window


class Refreshing:
    """Refreshes sources in a process of its own, one refresh at a time; new entries show like another window's."""

    def __init__(
        self, library: Library, voice: Voice, upkeep: Upkeep, acts: LibraryActs, window: Window, host: Host,
        ask: Callable[[str], None], table: Sequence[Key],
    ) -> None:  # fmt: skip
        """`ask` shows the entries that a query finds; `table` are the keys as they are bound."""
        self._library, self._voice, self._upkeep, self._acts = library, voice, upkeep, acts
        self._window, self._host, self._ask, self._table = window, host, ask, table
        self.line = AskedLine("source_box", host, self._answered, lambda: voice.tr("source.box"))
        """For the address of a source that is to be added."""
        self._work: Any = None
        """The worker that reads the messages of the process; None while no refresh is going on."""
        self.progress: tuple[int, int] | None = None
        """The number of sources done, and of all; None while no refresh is going on."""
        self.news: dict[str, SourceNews] = {}
        """The results of this refresh, or of the last one, by the names of the sources."""
        self.on_change: Callable[[], None] = lambda: None
        """Called when `progress`, `news` or the library changed; the view of sources sets it."""
        upkeep.on_change = self._follow

    def _follow(self) -> None:
        self.on_change()

    # --- refreshing ------------------------------------------------------------------------------------------

    def refresh(self, _: int | None = None) -> None:
        """Refresh all sources; during a refresh, stop it."""
        if self._work is not None:
            self.stop()
        elif not self._library.sources.all():
            self._voice.say("source.none_yet", warn=True, how=self._how_to_add())
        else:
            self._begin("refresh")

    def _how_to_add(self) -> str:
        """The keys that lead to the address of a new source."""
        if view := first_key(self._table, "source.view"):
            adding = next(key for key in BOX_KEYS if key.name == "source_add")
            return f"{view} {shown(adding.keys[0])}"
        return f"{first_key(self._table, 'palette')} {self._voice.tr('source.command')}".lstrip()

    def refresh_one(self, name: str) -> None:
        """Refresh one source, unless a refresh is going on."""
        if self._work is None:
            self._begin("refresh", name)

    def stop(self) -> None:
        """Stop the refresh; what came so far is imported."""
        if self._work is not None:
            self._work.cancel()

    def _begin(self, job: str, *asked: str) -> None:
        self.news, self.progress = {}, (0, 0)
        self._voice.say("refresh.begun" if job == "refresh" else "source.adding")
        self._work = self._host.run_worker(partial(self._hear, job, asked), group="sources", exit_on_error=False)
        self.on_change()

    async def _hear(self, job: str, asked: Sequence[str]) -> None:
        """Start the process, read its messages, and show the results."""
        heard: list[SourceNews] | None = None
        try:
            with self._upkeep.own_act():
                async with aclosing(self._upkeep.doing(job, *asked)) as work:
                    async for word, *what in work:
                        if word == "refreshing":
                            self._reached(*what)
                        elif word == "refreshed":
                            heard = [_news(each) for each in what[0]]
                        elif word == "notice":
                            self._voice.report(DigestError(what[0], **what[1]))
        except DigestError as error:
            self._voice.report(error)
        finally:
            self._work = self.progress = None
            if heard is None:
                self._voice.say("refresh.stopped")
            self.on_change()
        if heard is not None:
            self._tell(job, heard)

    def _reached(self, done: int, of: int, told: Sequence[Any] | None) -> None:
        self.progress = (done, of)
        if told is not None:
            news = _news(told)
            self.news[news.name] = news
        self._voice.say("refresh.reached", done=done, of=of)
        self.on_change()

    def _tell(self, job: str, heard: Sequence[SourceNews]) -> None:
        """Say in one line what the refresh brought."""
        self.news = {each.name: each for each in heard}
        new = sum(each.new for each in heard if each.brought is not None and each.brought == each.asked)
        failed = [each for each in heard if each.error is not None]
        if job == "add" and heard:
            self._voice.say("source.added_here", name=heard[0].name, n=f"{heard[0].added:,}")
        elif failed:
            names = ", ".join(each.name for each in failed[:3]) + (" …" if len(failed) > 3 else "")
            self._voice.say("refresh.told_failed", warn=True, n=f"{new:,}", failed=len(failed), names=names)
        else:
            self._voice.say("refresh.told" if new else "refresh.told_nothing", n=f"{new:,}")
        self.on_change()

    # --- the view --------------------------------------------------------------------------------------------

    def show_sources(self, _: int | None = None) -> None:
        """Open the view of sources."""
        from tui_digest.tui.screens.sources import SourcesDialog

        def answered(choice: str | None) -> None:
            self.on_change = lambda: None
            if choice == "add":
                self.ask_for_address()
            elif choice is not None:
                self._ask(choice)

        self._window.push_screen(SourcesDialog(self, self._voice.tr), answered)

    def standing(self) -> list[SourceNews]:
        """The state of each source, with the results of the refresh that is going on."""
        return [self.news.get(each.name, each)._replace(muted=each.muted) for each in self._library.sources.standing()]

    def mute(self, name: str, on: bool) -> None:
        """Mute or unmute a source."""
        self._act(lambda: self._library.sources.mute(name, on))

    def brought(self, name: str) -> int:
        """How many digests of a source are in the library."""
        source = self._library.sources.all().get(name)
        return 0 if source is None else len(self._library.sources.digests(source))

    def remove(self, name: str, with_digests: bool) -> None:
        """Remove a source, and its digests where that is wanted; undo brings all back."""
        if with_digests:  # which may be thousands of entries
            remove = self._acts.carry_out(lambda library: library.sources.remove(name, with_digests=True), "mark")
            self._host.run_worker(remove, group="library")
        else:
            self._act(lambda: self._library.sources.remove(name, with_digests=False))

    def _act(self, act: Callable[[], Change | None]) -> None:
        try:
            change = act()
        except DigestError as error:
            self._voice.report(error)
            return
        if change is not None:
            self._voice.tell_change("mark", change)
        self.on_change()

    # --- one more --------------------------------------------------------------------------------------------

    def ask_for_address(self, _: int | None = None) -> None:
        """Ask for the address of another source."""
        if not self.line.open:
            self.line.ask()

    def _answered(self, text: str | None) -> None:
        """Add what was typed, or (None) nothing."""
        if text is not None and text.strip() and self._work is None:
            self._begin("add", text.strip())
        self.line.end()


def _news(fields: Sequence[Any]) -> SourceNews:
    """The record of a source from the fields that the process sent."""
    told = SourceNews(*fields)
    return told._replace(details=tuple((name, value) for name, value in told.details))
