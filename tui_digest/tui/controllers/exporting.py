"""Exports by a key: of the entry or of the list that is shown, to the clipboard or into a file."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from tui_digest.errors import DigestError
from tui_digest.tui.controllers.asked_line import AskedLine

if TYPE_CHECKING:
    from collections.abc import Callable

    from tui_digest.library import Library
    from tui_digest.tui.controllers.commanding import Commanding
    from tui_digest.tui.controllers.copying import Copying
    from tui_digest.tui.controllers.under_way import UnderWay
    from tui_digest.tui.export_text import Done, ToExport
    from tui_digest.tui.host import Host
    from tui_digest.tui.reading_state import ReadingState
    from tui_digest.tui.screens.export_dialog import Wanted
    from tui_digest.tui.selected_papers import SelectedPapers
    from tui_digest.tui.voice import Voice
    from tui_digest.tui.window import Window

_SLOW = 1000
"""Entries from which on it is said that an export is under way."""


class Exporting:
    """Asks what is to be exported, and does it."""

    def __init__(
        self,
        state: ReadingState,
        selected: SelectedPapers,
        library: Library,
        voice: Voice,
        copying: Copying,
        under_way: UnderWay,
        commanding: Commanding,
        window: Window,
        host: Host,
    ) -> None:
        self._selected, self._under_way, self._commanding = selected, under_way, commanding
        self._state, self._library, self._voice = state, library, voice
        self._copying, self._window, self._host = copying, window, host
        self.line = AskedLine("export_box", host, self._answered, lambda: voice.tr("export.name"))
        """For the name of a file."""
        self._chosen: ToExport | None = None
        self._typed = ""
        """The name in the box, with the syllable that comes behind its end."""
        self._folder: Path | None = None
        """Where the last file went to."""

    def ask(self, _: int | None = None) -> None:
        """Ask what, in which format and where to."""
        from tui_digest.export import FORMATS
        from tui_digest.plugins import export_names
        from tui_digest.tui.export_text import ToExport
        from tui_digest.tui.screens.export_dialog import COMMAND, DESTINATIONS, ExportDialog, Wanted

        here, rows, tr = self._host.current(), self._state.rows, self._voice.tr
        if here is None:
            self._voice.say("entries.none_here")
            return
        formats = [name for name in export_names() if name not in FORMATS or not FORMATS[name].folder]
        name, place = self._library.memory.load_exported()
        places = (*DESTINATIONS, *(COMMAND + each for each in self._window.settings.commands))
        name, place = name if name in formats else "bibtex", place if place in places else places[0]
        papers = self._library.lists.papers_of(rows)
        gathered = self._selected.gathered()
        selected = {"selected": tr("export.scope.selected", n=f"{len(self._selected):,}")} if self._selected else {}
        scopes = {
            **selected,
            "entry": tr("export.scope.entry", title=here.display_title),
            "list": tr("export.scope.list", n=papers),
        }

        def chosen(wanted: Wanted) -> ToExport:
            return ToExport(wanted, here, rows, gathered)

        async def preview(wanted: Wanted, lines: int) -> str:
            return await self._previewed(chosen(wanted), lines)

        def answered(wanted: Wanted | None) -> None:
            if wanted is not None:
                self._library.memory.save_exported((wanted.format, wanted.place))
                self._take(chosen(wanted))

        start = Wanted(next(iter(scopes)), name, place)
        self._window.push_screen(ExportDialog(start, scopes, formats, preview, tr, places), answered)

    def _default(self, chosen: ToExport) -> str:
        if chosen.wanted.scope == "entry":
            return self._library.exports.cite_key(chosen.here.key)
        if chosen.wanted.scope == "selected":
            return "selected"
        return f"papers-{self._state.week}" if self._state.week else "papers"

    def _take(self, chosen: ToExport) -> None:
        from tui_digest.tui.export_text import sent
        from tui_digest.tui.screens.export_dialog import COMMAND

        count = self._count(chosen)
        _, command, name = chosen.wanted.place.partition(COMMAND)
        if command:
            papers = self._library.lists.papers_of(chosen.rows) if chosen.wanted.scope == "list" else count
            self._commanding.start(name, papers, partial(sent, self._library, chosen, papers, self._voice.tr))
            return
        if count >= _SLOW:
            self._voice.say("export.working")
        if chosen.wanted.place == "clipboard":
            self._host.run_worker(partial(self._copy, chosen), group="export")
        else:
            self._open_box(chosen)

    # --- the text --------------------------------------------------------------------------------------------

    async def _previewed(self, chosen: ToExport, lines: int) -> str:
        """The first lines of the text; why there is none, where it cannot be made."""
        from tui_digest.tui.controllers.copying import in_a_thread
        from tui_digest.tui.export_text import first_lines

        try:
            return await in_a_thread(lambda: first_lines(self._library, chosen, lines, self._voice.tr))
        except DigestError as error:
            return self._voice.tr(error.message_id, **error.details)

    async def _made(self, chosen: ToExport, target: Path | None) -> Done | None:
        """Make all of the text, and write it into a file where one is named. None where that failed, which is told;
        the end of the program ends it, and then the file is as it was."""
        from tui_digest.tui.export_text import written

        tr = self._voice.tr
        with self._under_way.one_more("export") as stop:
            try:
                tell = self._telling(self._count(chosen))
                return await asyncio.to_thread(written, self._library, chosen, target, stop.is_set, tell, tr)
            except DigestError as error:
                if error.message_id == "export.stopped":
                    self._voice.say("export.stopped")
                else:
                    self._voice.report(error)
                return None
            except asyncio.CancelledError:
                stop.set()
                raise

    @staticmethod
    def _count(chosen: ToExport) -> int:
        """How many entries go out."""
        several = {"list": len(chosen.rows), "selected": chosen.selected.papers}
        return several.get(chosen.wanted.scope, 1)

    def _telling(self, of: int) -> Callable[[int], None]:
        """What a thread calls to tell how far an export is."""
        loop = asyncio.get_running_loop()

        def tell(done: int) -> None:
            with suppress(RuntimeError):  # the loop has ended: nobody looks any more
                loop.call_soon_threadsafe(lambda: self._voice.say("export.progress", done=f"{done:,}", of=f"{of:,}"))

        return tell

    # --- the clipboard ---------------------------------------------------------------------------------------

    async def _copy(self, chosen: ToExport) -> None:
        done = await self._made(chosen, None)
        if done is not None:
            told = self._voice.tr("export.copied", n=done.papers, format=chosen.wanted.format)
            self._copying.copy(done.text, "own", told=told)
            self._voice.report(*done.notices)

    # --- a file ----------------------------------------------------------------------------------------------

    def _open_box(self, chosen: ToExport) -> None:
        from tui_digest.plugins import export_format

        try:
            default = self._default(chosen) + export_format(chosen.wanted.format).suffix
        except DigestError as error:
            self._voice.report(error)
            return
        try:
            folder = self._folder or Path.cwd()
        except OSError:  # the folder that the program was started in is gone
            folder = Path("~")
        self._chosen = chosen._replace(default=default)
        self.line.ask(_in_home(folder / default))

    def _answered(self, text: str | None) -> None:
        """Write the file that is named, or (None) none; a name at which no file can be stays in the box."""
        from tui_digest.tui.terminal.keystrokes import LATE

        chosen = self._chosen
        if chosen is None or not self.line.open:
            return
        closed = text is None or self._look_at(text, chosen) is not None
        waits = 2 * LATE if text is not None and self.line.composed else 0.0
        self.line.end(closed=closed, late=self._take_late if waits else None)
        if closed and text is not None:
            self._typed = text
            self._host.run_worker(partial(self._go_on, chosen, waits), group="export")

    def _take_late(self, text: str) -> None:
        self._typed = text

    def _look_at(self, text: str, chosen: ToExport) -> tuple[Path, bool] | None:
        """The file of that name, and whether it is there already; None where none can be there, which is told."""
        from tui_digest.store.user_files import stands_at

        if not text.strip():
            self._voice.say("export.name", warn=True)
            return None
        try:
            target = Path(text.strip()).expanduser().absolute()
            if target.is_dir():
                target /= chosen.default
            return target, stands_at(target, self._library.paths)
        except DigestError as error:
            self._voice.report(error)
        except (OSError, RuntimeError, ValueError) as error:  # nobody's home; a name with a NUL in it
            self._voice.report(DigestError("output.unwritable", path=text, reason=error))
        return None

    async def _go_on(self, chosen: ToExport, waits: float) -> None:
        """Write it, after asking where a file is there. An input method may still owe the last syllable of the name,
        which is waited for."""
        from tui_digest.tui.screens.export_dialog import ReplaceDialog

        if waits:
            await asyncio.sleep(waits)
        if (found := self._look_at(self._typed, chosen)) is None:
            return
        target, there = found

        def answered(replace: bool | None) -> None:
            if replace:
                self._host.run_worker(partial(self._write, chosen, target), group="export")
            else:
                self._voice.say("export.kept")
                self._folder = target.parent

        if there:
            self._window.push_screen(ReplaceDialog(_in_home(target), self._voice.tr), answered)
        else:
            await self._write(chosen, target)

    async def _write(self, chosen: ToExport, target: Path) -> None:
        done = await self._made(chosen, target)
        if done is None or done.path is None:
            return
        self._folder = target.parent
        self._voice.say(
            "export.done",
            path=_in_home(done.path),
            entries=done.entries,
            papers=done.papers,
            format=chosen.wanted.format,
            size=max(1, done.path.stat().st_size // 1024),
        )
        self._voice.report(*done.notices)


def _in_home(path: Path) -> str:
    """A path as one writes it: with `~` for one's own folder."""
    try:
        return f"~/{path.relative_to(Path.home())}"
    except (ValueError, RuntimeError):
        return str(path)
