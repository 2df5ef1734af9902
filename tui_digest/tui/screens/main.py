"""The main screen: weeks and tags, the list, the entry; three panes, two or one as the terminal has room."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import BindingType

from tui_digest.errors import DigestError
from tui_digest.library import EVERYTHING
from tui_digest.tui import status
from tui_digest.tui.hyperlinks import takes_links
from tui_digest.tui.keymap import PANES, KeyReader
from tui_digest.tui.keystrokes import token_of
from tui_digest.tui.rows import EntryRows, TagRows, WeekRows
from tui_digest.tui.screens.adjusting import Adjusting
from tui_digest.tui.screens.dressing import Dressing
from tui_digest.tui.screens.jumping import Jumping
from tui_digest.tui.screens.marking import Marking
from tui_digest.tui.screens.noting import Noting
from tui_digest.tui.screens.panes import Panes
from tui_digest.tui.screens.selecting import Selecting
from tui_digest.tui.screens.showing import Showing, document_words
from tui_digest.tui.screens.triaging import Triaging
from tui_digest.tui.screens.upkeep import Upkeep
from tui_digest.tui.screens.viewing import Viewing
from tui_digest.tui.widgets.bar import Bar
from tui_digest.tui.widgets.document import NOTHING
from tui_digest.tui.widgets.entry_body import EntryBody
from tui_digest.tui.widgets.frame import Frame
from tui_digest.tui.widgets.inks import InkScreen
from tui_digest.tui.widgets.row_list import RowList

if TYPE_CHECKING:
    from textual import events

    from tui_digest.i18n import Translator
    from tui_digest.library import Library
    from tui_digest.settings.config import Settings


class MainScreen(
    Panes, Viewing, Showing, Marking, Selecting, Noting, Jumping, Triaging, Dressing, Upkeep, Adjusting, InkScreen[None]
):
    """Where the reader spends the time. Holds what is shown; asks the library; hands the panes their rows."""

    AUTO_FOCUS = ""
    inherit_bindings = False
    BINDINGS: ClassVar[list[BindingType]] = []
    DEFAULT_CSS = """
    MainScreen {
        .beside > * { border-left: solid $ink-rule; }
        #notice { background: $surface; }
        #title, #footer { background: $panel; }
        #weeks { height: 3fr; }
        #tags { height: 2fr; }
    }
    """

    def __init__(self, library: Library, settings: Settings, tr: Translator, keys: KeyReader) -> None:
        super().__init__()
        self.library, self.settings, self.tr = library, settings, tr
        self.keys, self.table = keys, keys.table
        self.pane, self.zen = "entries", False
        self.week, self.wanted, self.tag_rows, self.found = None, EVERYTHING, [], 0
        self.week_rows, self.tag_source = WeekRows(tr), TagRows()
        self.views, self._papers, self._uncounted = {}, {}, []
        self.arrangement = library.memory.load_arrangement()
        self.entry_rows = EntryRows(library, tr, self.entry_lines, source=self.arrangement.source)
        self.weeks_list = RowList(id="weeks")
        self.tags_list = RowList(empty_text=tr("tags.empty"), id="tags")
        self.entries_list = RowList(row_height=self.entry_rows.height, id="entries")
        self.body = EntryBody(
            measure=self.text_measure, empty_text=tr("body.nothing"), hyperlinks=takes_links(), id="entry"
        )
        self.words = document_words(tr, self.table)
        self.folded = True
        self.told = len(library.notices)
        self.title_bar, self.notice_bar, self.footer_bar = (Bar(id=name) for name in ("title", "notice", "footer"))
        self.weeks_bar, self.tags_bar, self.entries_bar, self.entry_bar = Bar(), Bar(), Bar(), Bar()
        self.left, self.middle, self.right = Frame(id="left"), Frame(), Frame()
        self.count()

    def on_mount(self) -> None:
        """Stand where the reader was."""
        place = self.library.memory.load_place()
        if place.saved not in self.views:
            place = place._replace(saved="")
        named = ((field, self.library.lists.tag_name(name) if field == "tag" else name) for field, name in place.chosen)
        place = place._replace(chosen=tuple(dict.fromkeys(named)))  # config.toml may be another now
        self.facet = place.facet
        self.ask_as(place)
        known = {week.id for week in self.weeks}
        newest = self.weeks[0].id if self.weeks else None
        # All weeks without a paper under the cursor: asked for and found empty, or never been anywhere.
        nowhere = place.week is None and place.key is None and not self.narrowed
        week = place.week if not nowhere and (place.week is None or place.week in known) else newest
        self.show_week(week, key=place.key)
        self.show_entry(top=place.scroll)
        here = self.current()
        inside = place.pane == "entry" and here is not None and here.key == place.key
        self.go_to("entry" if inside else "entries" if place.pane == "entry" else place.pane)
        if inside:
            self.opened()
        self.count_views(at_start=True)
        self.set_interval(0.5, self.look_again)  # another window's star shows within a second
        self.set_timer(3.0, self.keep_house)
        self.set_interval(60.0, self.keep_house)

    def count(self) -> bool:
        """Ask for the weeks, their counts and the views anew; True where the views are others."""
        self.weeks, self.totals = self.library.lists.weeks(), self.library.lists.totals()
        return self.take_views()

    def on_unmount(self) -> None:
        """Keep what is being written and the place, however the screen ends."""
        self.keep_note()
        self.keep_place()

    # --- keys ------------------------------------------------------------------------------------------------

    @property
    def typing(self) -> bool:
        """Whether a text field has the keys."""
        return self._box is not None or self.writing or self.naming

    async def take_key(self, event: events.Key) -> None:
        """Read one keystroke against the table, or, while text is being selected, against the keys for that."""
        if self.select_reader is None:
            await super().take_key(event)
        elif (chosen := self.select_reader.feed(token_of(event))) is not None:
            self.act_on_selection(*chosen)
        elif not self.select_reader.waiting:
            self.say_nothing(token_of(event))

    def action_quit(self, _: int | None = None) -> None:
        """Leave at once; everything is on disk already. Text selected with the mouse is copied first, for Ctrl+C."""
        if not self.copy_selection():
            self.leave_note(self.app.exit)

    def action_help(self, _: int | None = None) -> None:
        """Show the keys."""
        from tui_digest.tui.screens.help import HelpDialog

        self.app.push_screen(HelpDialog(self.table, self.tr, self.pane))

    def action_palette(self, _: int | None = None) -> None:
        """Open the palette."""
        self.app.action_command_palette()

    def put_starters(self, on: bool) -> None:
        """Put the starter digests away, or bring them back."""
        try:
            count = self.library.imports.put_starters(on)
        except DigestError as error:
            self.report(error)
            return
        self.say(f"starters.{'on' if on else 'off'}", n=count)
        self.count()
        self.saved = ""
        self.make_query()
        self.show_week(self.weeks[0].id if self.weeks else None)
        self.fit_panes()

    # --- rows ------------------------------------------------------------------------------------------------

    def show_weeks(self) -> None:
        """Bring the week list up to date."""
        self.week_rows.set(self.weeks, self.totals.unread, self.view_rows())
        row = self.week_rows.index_of(self.week, self.view, self.saved)
        self.weeks_list.set_rows(self.week_rows, cursor=row)

    def show_week(self, week: str | None, *, key: str | None = None, index: int = 0) -> None:
        """Put another week's entries into the list."""
        self.week = week
        self.show_weeks()
        self.show_rows(key=key, index=index)

    def show_again(self) -> None:
        """The same after the library changed: same week, and cursor and scrolling where they were, on the paper, in the
        digest, that was read."""
        before, index, top, scroll = self.rows, self.entries_list.cursor, self.entries_list.top, self.body.top
        key = self.key_here()
        if self.week is not None and all(week.id != self.week for week in self.weeks):
            self.week, key, index = self.weeks[0].id if self.weeks else None, None, 0
        self.show_week(self.week, key=key, index=max(0, index))
        if key is None or self.key_here() != key:
            return
        # A paper may stand in the list several times: it is the same mention if in the same week as many stand above.
        above = [each for each in before.indexes_of(key) if each < index and before[each].week == before[index].week]
        alike = [each for each in self.rows.indexes_of(key) if self.rows[each].week == before[index].week]
        now = alike[min(len(above), len(alike) - 1)] if alike else self.entries_list.cursor
        self.entries_list.set_rows(self.entry_rows, cursor=now, top=now - (index - top))
        self.show_entry(top=scroll)

    def show_rows(self, *, key: str | None = None, index: int = 0) -> None:
        """Ask the library for the list anew."""
        try:
            self.rows = self.rows_of(self.week)
        except DigestError as error:
            self.report(error)
            return
        self.found = self.library.lists.papers_of(self.rows) if self.narrowed else 0
        found = self.rows.index_of(key) if key else None
        self.entry_rows.set(self.rows, with_week=self.week is None, needles=self.needles())
        self.entries_list.empty_text = "" if len(self.rows) else self.nothing_here()
        self.entries_list.set_rows(self.entry_rows, cursor=min(index if found is None else found, len(self.rows) - 1))
        self.show_tags()
        self.show_entry()

    def name_emptiness(self) -> None:
        """Why a list is empty, where it is."""
        self.entries_list.empty_text = "" if len(self.rows) else self.nothing_here()
        self.name_empty_facet()

    def say_anew(self) -> None:
        """Every word that stands on the screen, in the language that is spoken now."""
        self.words = document_words(self.tr, self.table)
        self.body.empty_text = self.tr("body.nothing")
        self.name_emptiness()
        self.name_box()
        self.name_writing()
        self.name_view_box()
        self.weeks_list.refresh_rows()
        self.entries_list.refresh_rows()
        self._fade()
        self.show_entry(top=None)

    def show_entry(self, *, top: int | None = 0) -> None:
        """Put the entry under the cursor into the entry pane, from a line on; None where it is the same entry."""
        here = self.current()
        document = NOTHING if here is None else self.document_of(here)
        if self.picking is not None and document.key != self.body.document.key:
            self.leave_selection()
        self.body.show(document, top=top)
        self.keep_selection()
        self.show_status()

    def needles(self) -> list[str]:
        """What was searched for, to be highlighted."""
        if not (self.text or self.saved):
            return []
        from tui_digest.query import plain

        return [words.text for words in plain(self.wanted.tree)]

    def marks_changed(self) -> None:
        """Bring everything that shows a mark or a count up to date."""
        if self.count():
            self.show_again()
        else:
            self.week_rows.set(self.weeks, self.totals.unread, self.view_rows())
            self.weeks_list.refresh_rows()
            self.entries_list.refresh_rows()
            self.show_entry(top=None)
        self.count_views()

    def show_status(self) -> None:
        """Bring title line, notice and footer up to date."""
        self.title_bar.show(*status.title(self))
        self.notice_bar.show(status.notice(self))
        self.footer_bar.show(*status.footer(self))
        bars = (self.weeks_bar, self.tags_bar, self.entries_bar, self.entry_bar)
        for pane, bar in zip(PANES, bars, strict=True):
            bar.show(status.pane_title(self, pane))

    # --- what the widgets tell -------------------------------------------------------------------------------

    def on_row_list_highlighted(self, message: RowList.Highlighted) -> None:
        """The cursor of a list moved."""
        if message.row_list is self.entries_list:
            self._stop_rest()
            self.folded = True
            self.show_entry()
        elif message.row_list is self.weeks_list:
            self.stand_at(self.week_rows.at(self.weeks_list.cursor))
        self.show_status()

    def on_row_list_chosen(self, message: RowList.Chosen) -> None:
        """A row was clicked twice, or its list lost the keys by a click elsewhere."""
        self.action_open()

    def on_entry_body_scrolled(self) -> None:
        """The entry was scrolled, or its pane got another width: percentage and folded authors follow."""
        if self.body.text_width != self.folded_for:
            self.show_entry(top=None)
        self.show_status()

    def on_entry_body_link_chosen(self, message: EntryBody.LinkChosen) -> None:
        """A link was clicked."""
        here = self.current()
        links = self.links(here) if here else []
        if 0 <= message.index < len(links):
            self.link_chosen("open", links[message.index][0])
        elif here is not None:
            self.jump(self.jumps(here)[message.index - len(links)][1])
