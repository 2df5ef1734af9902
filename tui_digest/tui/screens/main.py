"""The main screen: weeks and tags, the list, the entry; three panes, two or one as the terminal has room.

Wiring only: it puts panes and controllers together, hands them what the widgets tell, and shows title and footer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import BindingType

from tui_digest.tui import status
from tui_digest.tui.controllers.adjusting import Adjusting
from tui_digest.tui.controllers.arranging import Arranging
from tui_digest.tui.controllers.asking_sources import Refreshing
from tui_digest.tui.controllers.bringing import Bringing
from tui_digest.tui.controllers.commanding import Commanding
from tui_digest.tui.controllers.copying import Copying
from tui_digest.tui.controllers.correcting import Correcting
from tui_digest.tui.controllers.dressing import Dressing
from tui_digest.tui.controllers.exporting import Exporting
from tui_digest.tui.controllers.facets import Facets
from tui_digest.tui.controllers.jumping import Jumping
from tui_digest.tui.controllers.library_acts import LibraryActs
from tui_digest.tui.controllers.marking import Marking
from tui_digest.tui.controllers.moving import Moving
from tui_digest.tui.controllers.narrowing import Narrowing
from tui_digest.tui.controllers.noting import Noting
from tui_digest.tui.controllers.obtaining import Obtaining
from tui_digest.tui.controllers.picturing import Picturing
from tui_digest.tui.controllers.resting import Resting
from tui_digest.tui.controllers.selecting import Selecting
from tui_digest.tui.controllers.several import Several
from tui_digest.tui.controllers.suggesting import Suggesting
from tui_digest.tui.controllers.under_way import UnderWay
from tui_digest.tui.controllers.upkeep import Upkeep
from tui_digest.tui.controllers.viewing import Viewing
from tui_digest.tui.key_taker import KeyTaker
from tui_digest.tui.keymap import COMMANDS, PANES
from tui_digest.tui.mentions import Mentions
from tui_digest.tui.panes.layout import TWO_PANES
from tui_digest.tui.panes.main_panes import Panes
from tui_digest.tui.reading_state import ReadingState
from tui_digest.tui.screens.paper import PaperScreen
from tui_digest.tui.selected_papers import SelectedPapers
from tui_digest.tui.voice import Voice
from tui_digest.tui.widgets.bar import Bar
from tui_digest.tui.widgets.notice_lines import NoticeLines

if TYPE_CHECKING:
    from textual import events
    from textual.app import ComposeResult

    from tui_digest.i18n import Translator
    from tui_digest.library import Library
    from tui_digest.models import Sighting
    from tui_digest.tui.controllers.asked_line import AskedLine
    from tui_digest.tui.keymap import KeyReader
    from tui_digest.tui.panes.entry import EntryPane
    from tui_digest.tui.panes.list_pane import ListPane
    from tui_digest.tui.widgets.filter_box import FilterBox
    from tui_digest.tui.widgets.line_box import AskingBox
    from tui_digest.tui.widgets.row_list import RowList
    from tui_digest.tui.window import Window

_LOOK, _READY, _FIRST_HOUSE, _HOUSE = 0.5, 0.2, 3.0, 60.0
"""Seconds: between two looks for what others wrote, which then shows within one; after the start, until what later keys
need is made ready and until the house is kept, and between two rounds of housekeeping."""


class MainScreen(PaperScreen):
    """The screen that the user reads on."""

    AUTO_FOCUS = ""
    inherit_bindings = False
    BINDINGS: ClassVar[list[BindingType]] = []
    DEFAULT_CSS = """
    MainScreen {
        .beside { border-left: solid $ink-rule; }
        #notice { background: $surface; }
        #title, #footer { background: $panel; }
        #weeks { height: 3fr; }
        #tags { height: 2fr; }
    }
    """

    def __init__(self, window: Window, library: Library, tr: Translator, keys: KeyReader) -> None:
        super().__init__()
        self.library, self.tr, self.keys, self.table = library, tr, keys, keys.table
        self.window = window
        self.voice = voice = Voice(window, tr)
        self.taker = KeyTaker(self.table, voice, window, self)
        self.title_bar, self.footer_bar = Bar(id="title"), Bar(id="footer")
        self.notice_lines = NoticeLines()
        self.state = state = ReadingState(library, voice.report)
        self.mentions = mentions = Mentions(library, voice)
        self.selected = selected = SelectedPapers(state, library)
        self.panes = panes = Panes(state, library, voice, self.table, mentions, selected, window, self)
        self.under_way = under_way = UnderWay()
        self.several = Several(state, selected, voice, panes, self)
        self.resting = resting = Resting(library, voice, window, self)
        self.facets = Facets(state, panes)
        self.moving = Moving(state, voice, panes, self.facets, resting, self.several, under_way)
        self.jumping = Jumping(state, voice, panes, resting)
        jump = self.jumping.jump
        self.copying = Copying(library, voice, panes.entry, window, self, mentions, jump, selected)
        self.commanding = commanding = Commanding(selected, library, voice, under_way, window, self)
        self.exporting = Exporting(state, selected, library, voice, self.copying, under_way, commanding, window, self)
        self.selecting = Selecting(
            voice, panes.entry, self.copying, self.table, self, lambda: self.moving.go_to("entry")
        )
        self.narrowing = Narrowing(state, library, voice, panes, self.facets, self)
        self.views = Viewing(state, library, voice, panes, self)
        self.noting = Noting(library, voice, self.copying, window, self, panes.facets.show, selected)
        panes.entry.note_open_on = self.noting.open_on
        self.upkeep = Upkeep(state, library, voice, panes, mentions, self.views, self.noting, window, self)
        self.library_acts = LibraryActs(state, library, voice, panes, self.upkeep, window, self)
        self.correcting = Correcting(library, voice, self.library_acts, window, self)
        self.obtaining = Obtaining(state, selected, library, voice, self.upkeep, under_way, window, self)
        ask_for = self.narrowing.ask_for
        self.refreshing = Refreshing(library, voice, self.upkeep, self.library_acts, window, self, ask_for, self.table)
        self.bringing = Bringing(state, library, voice, panes, self.upkeep, self)
        self.picturing = Picturing(library, voice, self.copying, window, self.narrowing.ask_for)
        self.suggesting = Suggesting(state, library, voice, panes, self.upkeep, self)
        self.marking = Marking(state, selected, library, voice, resting, self.library_acts, self)
        self.arranging = Arranging(state, library, voice, panes, window)
        self.adjusting = Adjusting(library, voice, window, self.say_anew, panes.rearrange)
        self.dressing = Dressing(voice, window)
        owners = (self.views, self.correcting, self.obtaining, self.refreshing, self.exporting, self.bringing)
        lines = (*(owner.line for owner in owners), self.noting.tags_line)
        self.asked_lines = {line.place: line for line in lines}
        """The lines that can be asked for, by their places in `BOX_KEYS`."""

    def compose(self) -> ComposeResult:
        """Title, panes, footer."""
        yield self.title_bar
        yield from self.panes.compose()
        yield self.notice_lines
        yield self.footer_bar

    def on_mount(self) -> None:
        """Stand where the user was."""
        place = self.library.memory.load_place()
        self.state.begin(place)
        self.panes.weeks.know(self.window.counted)
        self.panes.show_week(self.state.week, key=place.key, tops=place.tops)
        self.panes.show_entry(top=place.scroll)
        inside = place.pane == "entry" and place.key is not None and self.state.key_here() == place.key
        self.panes.go_to("entries" if place.pane == "entry" and not inside else place.pane)
        if inside:
            self.resting.begin()
        self.call_after_refresh(self.window.keyboard.go_on, [])  # what was typed before this had nothing to act on
        self.views.count_soon(at_start=True)
        self.set_interval(_LOOK, self.upkeep.look_again)
        self.set_timer(_READY, self.upkeep.make_ready)
        self.set_timer(_FIRST_HOUSE, self.upkeep.keep_house)
        self.set_interval(_HOUSE, self.upkeep.keep_house)

    def on_unmount(self) -> None:
        """Keep what is being written and the place, however the screen ends."""
        self.noting.keep_note()
        self.upkeep.keep_place()

    # --- keys ------------------------------------------------------------------------------------------------

    @property
    def typing(self) -> bool:
        """Whether a text field has the keys."""
        return self.narrowing.asking or self.noting.editing or self._open_line() is not None

    @property
    def at_rest(self) -> bool:
        """Whether the next start will look the same: nothing is asked or said, and nothing came in just now."""
        busy = self.typing or self.taker.flashed or self.state.arrived or self.upkeep.indexing
        return not busy and not self.library.marks.behind and self.panes.as_at_start

    @property
    def reader(self) -> KeyReader:
        """Reads the keys that act now: those of the screen, or of text that is being selected."""
        return self.selecting.reader or self.keys

    @property
    def pane(self) -> ListPane | EntryPane:
        """The pane that has the keys."""
        return self.panes.here

    def reveal_paper(self) -> None:
        """Bring the paper that keys act on into view: the wheel may have left it while another pane has the keys."""
        self.panes.entries.reveal()

    def part(self, name: str) -> object:
        """The part that a key's action names."""
        parts: dict[str, object] = {"entry": self.panes.entry, "screen": self}
        part, _, command = name.partition(" ")
        if part == COMMANDS:
            return self.commanding.act(command)
        return parts[name] if name in parts else getattr(self, name)

    def quit(self, _: int | None = None) -> None:
        """Leave at once; everything is on disk already. Text selected with the mouse is copied first, for Ctrl+C."""
        if not self.copying.selection():
            self.noting.leave_note(self.window.end)

    def show_help(self, _: int | None = None) -> None:
        """Show the keys."""
        from tui_digest.tui.screens.help import HelpDialog

        self.window.push_screen(HelpDialog(self.table, self.tr, self.state.pane))

    def open_palette(self, _: int | None = None) -> None:
        """Open the palette."""
        self.window.open_palette()

    def suspend(self, _: int | None = None) -> None:
        """Leave the terminal to the shell until `fg`."""
        self.window.suspend_to_shell()

    def begin_triage(self, _: int | None = None) -> None:
        """Go through what is unread in the list, a verdict a paper; on where one stopped."""
        from tui_digest.library.triaging import Triage
        from tui_digest.tui.screens.triage import TriageScreen

        self.resting.stop()
        triage = Triage(self.library, self.state.week, self.state.wanted, self.state.wanted_text())
        if not triage.total:
            self.voice.say("triage.nothing")
            return
        self.window.push_screen(TriageScreen(self.window, triage, self.tr, self.table), self._triaged)

    def _triaged(self, _: None) -> None:
        state = self.state
        state.count()
        self.panes.show_week(state.week, key=state.key_here(), index=max(0, state.cursor))
        self.views.count_soon()
        self.show_status()

    # --- what controllers ask --------------------------------------------------------------------------------

    def current(self) -> Sighting | None:
        """The entry under the cursor."""
        return self.state.current()

    def focus_pane(self) -> None:
        """Give the keys back to the pane that had them."""
        self.panes.go_to(self.state.pane)

    def show_entry(self, *, top: int | None = 0) -> None:
        """Show the entry anew, from a line on; None keeps the place."""
        self.panes.show_entry(top=top)

    def marks_changed(self) -> None:
        """Show marks and counts as they are now."""
        self.panes.show_marks()
        self.views.count_soon()

    def say_anew(self) -> None:
        """Show every word in the language that is spoken now."""
        for line in self.asked_lines.values():
            line.say_anew()
        for part in (self.narrowing, self.noting, self.panes):
            part.say_anew()
        self.taker.fade()

    # --- title and footer ------------------------------------------------------------------------------------

    def show_status(self) -> None:
        """Bring title, pane titles, notice and footer up to date."""
        tr, width = self.tr, self.window.size.width
        self.panes.show_titles()
        self.title_bar.show(*status.title(tr, self._heading(width)))
        self.footer_bar.show(*status.footer(tr, self._foot(width)))

    def _heading(self, width: int) -> status.TitleLine:
        state = self.state
        return status.TitleLine(
            width,
            next((week for week in state.weeks if week.id == state.week), None),
            state.totals,
            status.pane_name(self.tr, state.pane, state.facet),
            alone=width < TWO_PANES or state.zen,
            asked=state.asked(self.tr),
            found=state.found,
            readable=state.mistake is None,
            so_far=state.below is not None,
            entries=len(state.rows) if state.below is None else 0,
        )

    def _foot(self, width: int) -> status.Foot:
        state = self.state
        key = state.key_here() if state.pane in ("entries", "entry") else None
        body, place = self.panes.entry.body, self._place()
        read = body.fraction if state.pane == "entry" else None
        moves = place[1] > 1 if read is None else body.max_top > 0
        return status.Foot(
            width, self.table, self.keys, state.pane, state.facet, place, read, moves, self.taker.flashed,
            self.taker.layout_meant, None if key is None else self.library.marks.of(key),
            status.selected_words(self.tr, len(self.selected), self.selected.unshown, short=True),
            nothing=(nothing := not len(state.rows) and state.pane in ("entries", "entry")),
            way_on="" if not nothing else "pane.back" if state.narrowed else "" if state.weeks else "import.ask",
            selecting=self.selecting.reader is not None, typing=self._typing(),
        )  # fmt: skip

    def _place(self) -> tuple[int, int]:
        """The row of the cursor in the list that the pane with the keys goes through, the first being 1, and its
        rows."""
        state, panes = self.state, self.panes
        if state.pane == "weeks":
            return panes.weeks.place()
        if state.pane == "tags":
            return panes.facets.list.cursor + 1, len(panes.facets.names)
        return state.cursor + 1, len(state.rows)

    def _typing(self) -> status.Typing | None:
        """The text field that has the keys."""
        if (line := self._open_line()) is not None:
            return status.Typing(line.place, purpose=line.purpose())
        if self.noting.editing:
            return status.Typing("note", unsaved=self.noting.unsaved)
        if self.narrowing.asking:
            mistake, caret = self.state.mistake, self.narrowing.caret()
            return status.Typing("filter", self.narrowing.completion(), mistake=mistake, caret=caret)
        return None

    def _open_line(self) -> AskedLine | None:
        return next((line for line in self.asked_lines.values() if line.open), None)

    # --- what the widgets tell -------------------------------------------------------------------------------

    def on_resize(self) -> None:
        """Fit the panes to another size."""
        self.panes.fit()
        self.show_status()

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """A click gave a pane the keys: no text field has them any more."""
        pane = event.widget.id or ""
        if pane not in PANES or self.focused is not event.widget:  # told late: a key has gone on since
            return
        for line in self.asked_lines.values():
            line.leave()
        self.narrowing.leave()
        self.noting.leave()
        if pane != self.state.pane:
            self.panes.go_to(pane)
            if pane == "entry":
                self.resting.begin()

    def on_row_list_highlighted(self, message: RowList.Highlighted) -> None:
        """The cursor of a list moved."""
        if message.row_list is self.panes.entries.list:
            self.resting.stop()
            self.panes.entry.fold()
            self.panes.show_entry()  # and with it title and footer
            return
        if message.row_list is self.panes.weeks.list:
            self.views.stand_at(self.panes.weeks.here())
        self.show_status()

    def on_row_list_chosen(self, message: RowList.Chosen) -> None:
        """A row was clicked on which the cursor stood."""
        self.moving.open()

    def on_entry_body_scrolled(self) -> None:
        """The entry was scrolled, or its pane got another width: percentage and folded authors follow."""
        if self.panes.entry.folds_otherwise:
            self.panes.show_entry(top=None)
        self.show_status()

    def on_filter_box_typed(self, message: FilterBox.Typed) -> None:
        """Something was typed in the filter box."""
        self.narrowing.typed(message.text, message.for_tags)

    def on_filter_box_moved(self, message: FilterBox.Moved) -> None:
        """An arrow key was pressed in it."""
        self.narrowing.move(message.delta, message.for_tags)

    def on_filter_box_fixed(self, message: FilterBox.Fixed) -> None:
        """Tab was pressed in it."""
        self.narrowing.fix()

    def on_filter_box_closed(self, message: FilterBox.Closed) -> None:
        """Enter or Esc was pressed in it."""
        self.narrowing.close(message.kept, message.for_tags)

    def on_asking_box_closed(self, message: AskingBox.Closed) -> None:
        """A view or a file got its name, a paper its own tags, an entry what it says; or none of them was wanted."""
        self.asked_lines[message.place].answered(message.text)

    def on_asking_box_offered(self) -> None:
        """Tab was pressed in a line for a path."""
        self.show_status()
