"""Triage: one paper at a time, a key a verdict, and at the end what came of it. Wiring only, like the main screen."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import BindingType

from tui_digest.errors import DigestError
from tui_digest.library.triage_summary import name
from tui_digest.tui import status, triage_status
from tui_digest.tui.controllers.copying import Copying
from tui_digest.tui.controllers.deciding import Deciding
from tui_digest.tui.controllers.noting import Noting
from tui_digest.tui.controllers.selecting import Selecting
from tui_digest.tui.key_taker import KeyTaker
from tui_digest.tui.keymap import KeyReader, first_key, screens_of
from tui_digest.tui.panes.entry import EntryPane
from tui_digest.tui.screens.paper import PaperScreen
from tui_digest.tui.voice import Voice
from tui_digest.tui.widgets.bar import Bar
from tui_digest.tui.widgets.notice_lines import NoticeLines

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual import events
    from textual.app import ComposeResult

    from tui_digest.i18n import Translator
    from tui_digest.library.triaging import Triage
    from tui_digest.models import Sighting
    from tui_digest.tui.keymap import Key
    from tui_digest.tui.window import Window

PROGRESS = 13
"""From how many lines on there is room for the progress line."""

_LOOK = 0.5
"""Seconds between two looks for what others wrote."""


class TriageScreen(PaperScreen):
    """One session of triage; it asks the session, which asks the library."""

    AUTO_FOCUS = ""
    inherit_bindings = False
    BINDINGS: ClassVar[list[BindingType]] = []
    DEFAULT_CSS = """
    TriageScreen {
        #title, #footer { background: $panel; }
        #verdicts { background: $surface; }
    }
    """

    def __init__(self, window: Window, triage: Triage, tr: Translator, table: Sequence[Key]) -> None:
        super().__init__()
        self.triage, self.tr, self.table, self.window = triage, tr, table, window
        library = triage.library
        self._readers = {screen: KeyReader(tuple(table), screen) for screen in triage_status.FOOTER}
        self.voice = voice = Voice(window, tr)
        self.taker = KeyTaker(table, voice, window, self)
        self.entry = EntryPane(library, voice, table, self)
        self.entry.arrange(library.memory.load_arrangement(), window.settings)
        self.copying = Copying(library, voice, self.entry, window, self)
        self.selecting = Selecting(voice, self.entry, self.copying, table, self, self.focus_pane)
        self.noting = Noting(library, voice, self.copying, window, self)
        self.entry.note_open_on = self.noting.open_on
        self.deciding = Deciding(
            triage, library, voice, self.copying, self.entry, table, self.current, self.advance, self.taker.hush
        )
        self.title_bar, self.progress_bar, self.verdict_bar, self.footer_bar = (
            Bar(id=bar) for bar in ("title", "progress", "verdicts", "footer")
        )
        self.notice_lines = NoticeLines()
        self._paper_shown: Sighting | None = None
        self._known = self._marked()
        self.heading = name(library, triage.session, tr)

    def compose(self) -> ComposeResult:
        """Where one is, the paper, the verdicts, the other keys."""
        yield self.title_bar
        yield self.progress_bar
        yield self.entry.body
        yield self.verdict_bar
        yield self.notice_lines
        yield self.footer_bar

    def on_mount(self) -> None:
        """Begin, or go on and say so."""
        self.set_focus(self.entry.body, scroll_visible=False)
        self.on_resize()
        self.advance()
        if self.triage.resumed and not self.at_end:
            again = first_key(self.table, "triage.again")
            self.voice.say("triage.resumed", place=self.triage.place, total=self.triage.total, key=again)
        self.set_interval(_LOOK, self.look_again)

    def on_unmount(self) -> None:
        """Keep what is being written, however the screen ends."""
        self.noting.keep_note()

    # --- keys ------------------------------------------------------------------------------------------------

    @property
    def at_end(self) -> bool:
        """Whether every paper has its verdict, and the summary is shown."""
        return self.triage.at_end

    @property
    def typing(self) -> bool:
        """Whether a note is being written."""
        return self.noting.writing

    @property
    def reader(self) -> KeyReader:
        """Reads the keys of what is on the screen: text that is selected, a paper, or the summary."""
        return self.selecting.reader or self._readers["summary" if self.at_end else "triage"]

    @property
    def pane(self) -> EntryPane:
        """The pane that has the keys."""
        return self.entry

    def reveal_paper(self) -> None:
        """It is what the screen shows."""

    def part(self, name: str) -> object:
        """The part that a key's action names. What elsewhere moves on and undoes, here decides."""
        parts: dict[str, object] = {
            "pane": self.entry, "entry": self.entry, "moving": self.deciding, "marking": self.deciding,
            "deciding": self.deciding, "copying": self.copying, "noting": self.noting, "selecting": self.selecting,
            "screen": self,
        }  # fmt: skip
        return parts[name]

    def leave(self, _: int | None = None) -> None:
        """Go back to the list; the next triage of it goes on here."""
        self.window.keyboard.left(self.reader, self.deciding.judge_late)
        self.dismiss(None)

    def close_session(self, _: int | None = None) -> None:
        """Go back to the list; the next triage of it begins anew."""
        self.deciding.end()
        self.dismiss(None)

    def show_help(self, _: int | None = None) -> None:
        """Show the keys that act here."""
        from tui_digest.tui.screens.help import HelpDialog

        reader = self.reader
        here = [key for key in self.table if reader.screen in screens_of(key)]
        self.window.push_screen(HelpDialog(here, self.tr, reader.screen))

    # --- what is shown ---------------------------------------------------------------------------------------

    def advance(self) -> None:
        """Show the paper to decide about, or the summary."""
        try:
            self._paper_shown = self.triage.current()
        except DigestError as error:
            self._paper_shown = None
            self.voice.report(error)
        self._known = self._marked()
        self.entry.fold()
        self.show_entry()

    def show_entry(self, *, top: int | None = 0) -> None:
        """Show the paper, or the summary, from a line on; None keeps the place."""
        try:
            document = self.deciding.summary() if self.at_end else self.entry.document_of(self._paper_shown)
        except DigestError as error:
            self.voice.report(error)
            return
        self.entry.show(document, top=top)
        self.show_status()

    def _marked(self) -> tuple[object, int]:
        """Tells whether anything was marked that a verdict marks."""
        library = self.triage.library
        return library.lists.totals(), len(library.marks.waiting())

    def look_again(self) -> None:
        """Show what was marked or imported elsewhere; the main screen below takes it in."""
        self.noting.look_at_note()
        if self._marked() == self._known and not self.triage.written_elsewhere:
            return
        try:
            self.triage.look()
        except DigestError as error:
            self.voice.report(error)
        here = self._paper_shown
        if here is None or self.triage.pending[:1] != [here.key]:
            self.advance()
        else:
            self.show_entry(top=None)
        self._known = self._marked()

    def show_status(self) -> None:
        """Bring the bars up to date."""
        tr, width = self.tr, self.window.size.width
        self.title_bar.show(*triage_status.title(tr, self.triage, self.heading, width))
        self.verdict_bar.display = not self.at_end
        self.progress_bar.show(triage_status.progress(self.triage, width))
        self.verdict_bar.show(triage_status.legend(tr, self.table, width))
        typing = status.Typing("note", unsaved=self.noting.unsaved) if self.noting.editing else None
        taker = self.taker
        foot = triage_status.TriageFoot(
            width, self.table, self.reader, self.entry.body.fraction, self.entry.body.max_top > 0, taker.flashed,
            taker.layout_meant, typing,
        )  # fmt: skip
        self.footer_bar.show(*triage_status.footer(tr, foot))

    # --- what controllers ask --------------------------------------------------------------------------------

    def current(self) -> Sighting | None:
        """The paper on the screen."""
        return self._paper_shown

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """A click gave the paper the keys."""
        if event.widget is self.entry.body is self.focused:
            self.noting.leave()

    def focus_pane(self) -> None:
        """Give the keys back to the paper."""
        self.set_focus(self.entry.body, scroll_visible=False)
        self.show_status()

    def marks_changed(self) -> None:
        """Show the note that was written."""
        self.show_entry(top=None)

    # --- what the widgets tell -------------------------------------------------------------------------------

    def on_resize(self) -> None:
        """Fit the bars to another size."""
        self.progress_bar.display = self.window.size.height >= PROGRESS
        self.show_status()

    def on_entry_body_scrolled(self) -> None:
        """The text was scrolled, or has another width."""
        if not self.at_end and self.entry.folds_otherwise:
            self.show_entry(top=None)
        self.show_status()
