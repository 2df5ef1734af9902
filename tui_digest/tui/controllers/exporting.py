"""Exports by a key: of the entry or of the list that is shown, to the clipboard or into a file.

The text is made beside the screen, by a library object of its own: a list may have many thousands of papers.
"""

from __future__ import annotations

import asyncio
import threading
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from tui_digest.errors import DigestError
from tui_digest.tui.controllers.asked_line import AskedLine

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tui_digest.library import Library, Rows
    from tui_digest.models import Sighting
    from tui_digest.tui.controllers.copying import Copying
    from tui_digest.tui.host import Host
    from tui_digest.tui.reading_state import ReadingState
    from tui_digest.tui.screens.export_dialog import Wanted
    from tui_digest.tui.voice import Voice
    from tui_digest.tui.window import Window

_PREVIEWED = 20
"""Entries of which a preview is made; more never fit into it."""
_SLOW = 1000
"""Entries from which on it is said that an export is under way."""


class _Chosen(NamedTuple):
    """What goes out."""

    wanted: Wanted
    here: Sighting
    """The entry that was under the cursor."""
    rows: Rows
    """The list that was shown."""
    default: str = ""
    """The name of its file, where none is written; told where it goes into one."""


class _Done(NamedTuple):
    """What was written."""

    entries: int
    papers: int
    notices: list[DigestError]
    """What could not be read."""
    text: str = ""
    path: Path | None = None


class Exporting:
    """Asks what is to be exported, and does it."""

    def __init__(
        self, state: ReadingState, library: Library, voice: Voice, copying: Copying, window: Window, host: Host
    ) -> None:
        self._state, self._library, self._voice = state, library, voice
        self._copying, self._window, self._host = copying, window, host
        self.line = AskedLine("export_box", host, self._answered, lambda: voice.tr("export.name"))
        """For the name of a file."""
        self._chosen: _Chosen | None = None
        self._typed = ""
        """The name in the box, with the syllable that comes behind its end."""
        self._folder: Path | None = None
        """Where the last file went to."""

    def ask(self, _: int | None = None) -> None:
        """Ask what, in which format and where to."""
        from tui_digest.export import FORMATS
        from tui_digest.plugins import export_names
        from tui_digest.tui.screens.export_dialog import DESTINATIONS, ExportDialog, Wanted

        here, rows, tr = self._host.current(), self._state.rows, self._voice.tr
        if here is None:
            self._voice.say("entries.none_here")
            return
        formats = [name for name in export_names() if name not in FORMATS or not FORMATS[name].folder]
        name, place = self._library.memory.load_exported()
        name, place = name if name in formats else "bibtex", place if place in DESTINATIONS else DESTINATIONS[0]
        papers = self._library.lists.papers_of(rows)
        scopes = {
            "entry": tr("export.scope.entry", title=here.display_title),
            "list": tr("export.scope.list", n=papers),
        }

        def chosen(wanted: Wanted) -> _Chosen:
            return _Chosen(wanted, here, rows)

        async def preview(wanted: Wanted, lines: int) -> str:
            return await self._previewed(chosen(wanted), lines)

        def answered(wanted: Wanted | None) -> None:
            if wanted is not None:
                self._library.memory.save_exported((wanted.format, wanted.place))
                self._take(chosen(wanted))

        self._window.push_screen(ExportDialog(Wanted("entry", name, place), scopes, formats, preview, tr), answered)

    def _default(self, chosen: _Chosen) -> str:
        if chosen.wanted.scope == "entry":
            return self._library.exports.cite_key(chosen.here.key)
        return f"papers-{self._state.week}" if self._state.week else "papers"

    def _take(self, chosen: _Chosen) -> None:
        if chosen.wanted.scope == "list" and len(chosen.rows) >= _SLOW:
            self._voice.say("export.working")
        if chosen.wanted.place == "clipboard":
            self._host.run_worker(self._copy(chosen), group="export")
        else:
            self._open_box(chosen)

    # --- the text --------------------------------------------------------------------------------------------

    async def _previewed(self, chosen: _Chosen, lines: int) -> str:
        """The first lines of the text; why there is none, where it cannot be made."""
        from tui_digest.tui.controllers.copying import in_a_thread

        def work() -> str:
            with closing(self._library.another()) as library:
                first = islice(_sightings(library, chosen, []), _PREVIEWED)
                found = ""
                for piece in self._pieces(library, chosen, first):
                    found += piece
                    if found.count("\n") >= lines:
                        break
                return found

        try:
            return await in_a_thread(work)
        except DigestError as error:
            return self._voice.tr(error.message_id, **error.details)

    def _pieces(self, library: Library, chosen: _Chosen, sightings: Iterable[Sighting]) -> Iterator[str]:
        """The text, piece by piece; what fails in the code of another package is an error like any other."""
        from tui_digest.export import FORMATS
        from tui_digest.plugins import export_format

        name = chosen.wanted.format
        try:
            yield from library.exports.pieces(export_format(name), sightings, tr=self._voice.tr)
        except DigestError:
            raise
        except Exception as error:
            if name in FORMATS:
                raise
            reason = " ".join(f"{type(error).__name__}: {error}".split())
            raise DigestError("export.failed", name=name, reason=reason) from error

    async def _made(self, chosen: _Chosen, target: Path | None) -> _Done | None:
        """Make all of the text, and write it into a file where one is named. None where that failed, which is told;
        the end of the program ends it, and then the file is as it was."""
        stop = threading.Event()

        def work() -> _Done:
            from tui_digest.library.exports import Outgoing
            from tui_digest.plugins import export_format
            from tui_digest.store.user_files import write_output

            with closing(self._library.another()) as library:
                notices: list[DigestError] = []
                counted = Outgoing(_sightings(library, chosen, notices), stop.is_set)
                pieces = self._pieces(library, chosen, counted)
                text, path = "", None
                if target is None:
                    text = "".join(pieces)
                else:
                    row = export_format(chosen.wanted.format)
                    path = write_output(target, row.encoded(pieces, file=True), library.paths)
                return _Done(counted.entries, len(counted.papers), notices, text, path)

        try:
            return await asyncio.to_thread(work)
        except DigestError as error:
            self._voice.report(error)
            return None
        except asyncio.CancelledError:
            stop.set()
            raise

    # --- the clipboard ---------------------------------------------------------------------------------------

    async def _copy(self, chosen: _Chosen) -> None:
        done = await self._made(chosen, None)
        if done is not None:
            told = self._voice.tr("export.copied", n=done.papers, format=chosen.wanted.format)
            self._copying.copy(done.text, "own", told=told)
            self._voice.report(*done.notices)

    # --- a file ----------------------------------------------------------------------------------------------

    def _open_box(self, chosen: _Chosen) -> None:
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
            self._host.run_worker(self._go_on(chosen, waits), group="export")

    def _take_late(self, text: str) -> None:
        self._typed = text

    def _look_at(self, text: str, chosen: _Chosen) -> tuple[Path, bool] | None:
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

    async def _go_on(self, chosen: _Chosen, waits: float) -> None:
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
                self._host.run_worker(self._write(chosen, target), group="export")
            else:
                self._voice.say("export.kept")
                self._folder = target.parent

        if there:
            self._window.push_screen(ReplaceDialog(_in_home(target), self._voice.tr), answered)
        else:
            await self._write(chosen, target)

    async def _write(self, chosen: _Chosen, target: Path) -> None:
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


def _sightings(library: Library, chosen: _Chosen, notices: list[DigestError]) -> Iterator[Sighting]:
    if chosen.wanted.scope == "entry":
        return iter([chosen.here])
    return library.lists.sightings_of(chosen.rows, notices)


def _in_home(path: Path) -> str:
    """A path as one writes it: with `~` for one's own folder."""
    try:
        return f"~/{path.relative_to(Path.home())}"
    except (ValueError, RuntimeError):
        return str(path)
