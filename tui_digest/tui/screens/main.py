"""The main screen: weeks and tags, the list, the entry; three panes, two or one as the terminal has room."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.binding import BindingType

from tui_digest.errors import DigestError
from tui_digest.library import EVERYTHING
from tui_digest.models import Sighting
from tui_digest.tui import status
from tui_digest.tui.keymap import PANES, Key, KeyReader, shown
from tui_digest.tui.rows import EntryRows, TagRows, WeekRows
from tui_digest.tui.screens.copying import Copying
from tui_digest.tui.screens.dressing import Dressing
from tui_digest.tui.screens.finding import COUNTED
from tui_digest.tui.screens.jumping import Jumping
from tui_digest.tui.screens.marking import Marking
from tui_digest.tui.screens.noting import Noting
from tui_digest.tui.screens.panes import Panes
from tui_digest.tui.screens.upkeep import Upkeep
from tui_digest.tui.widgets.bar import Bar
from tui_digest.tui.widgets.document import NOTHING, Document, DocumentWords, document_for
from tui_digest.tui.widgets.entry_body import EntryBody
from tui_digest.tui.widgets.frame import Frame
from tui_digest.tui.widgets.inks import InkScreen
from tui_digest.tui.widgets.row_list import RowList

if TYPE_CHECKING:
    from tui_digest.config import Settings
    from tui_digest.i18n import Translator
    from tui_digest.library import Library


def _words(tr: Translator, table: Sequence[Key]) -> DocumentWords:
    """The words of the entry pane in the reader's language."""
    unfold = "".join(f" ({shown(key.keys[0])})" for key in table if key.id == "entry.authors" and key.keys)
    return DocumentWords(
        abstract=tr("body.abstract"),
        commentary=tr("body.commentary"),
        links=tr("body.links"),
        note=tr("body.note"),
        preface=tr("body.preface"),
        jumps=tr("jump.title"),
        more_authors=lambda n: tr("body.more_authors", n=n) + unfold,
        votes=lambda n: tr("body.votes", n=f"{n:,}"),
    )


class MainScreen(Panes, Marking, Copying, Noting, Jumping, Dressing, Upkeep, InkScreen[None]):
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
        self.entry_rows = EntryRows(library, tr, settings.entry_lines)
        self.weeks_list = RowList(id="weeks")
        self.tags_list = RowList(empty_text=tr("tags.empty"), id="tags")
        self.entries_list = RowList(row_height=self.entry_rows.height, id="entries")
        self.body = EntryBody(measure=settings.body_width, empty_text=tr("body.nothing"), id="entry")
        self.words = _words(tr, self.table)
        self.folded, self._folded_for = True, 0
        self.told = len(library.notices)
        self.title_bar, self.notice_bar, self.footer_bar = (Bar(id=name) for name in ("title", "notice", "footer"))
        self.weeks_bar, self.tags_bar, self.entries_bar, self.entry_bar = Bar(), Bar(), Bar(), Bar()
        self.left, self.middle, self.right = Frame(id="left"), Frame(), Frame()
        self.count()

    def on_mount(self) -> None:
        """Stand where the reader was."""
        place = self.library.load_place()
        self.view, self.chosen_tags, self.text = place.view, place.tags, place.text
        self.make_query()
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
        self.set_interval(0.5, self.look_again)  # another window's star shows within a second
        self.set_timer(3.0, self.keep_house)
        self.set_interval(60.0, self.keep_house)

    def count(self) -> None:
        """Ask for the weeks and their counts anew."""
        self.weeks, self.totals = self.library.weeks(), self.library.totals()

    def on_unmount(self) -> None:
        """Keep what is being written and the place, however the screen ends."""
        self.keep_note()
        self.keep_place()

    # --- keys ------------------------------------------------------------------------------------------------

    @property
    def typing(self) -> bool:
        """Whether a text field has the keys."""
        return self._box is not None or self.writing

    async def take_key(self, event: events.Key) -> None:
        """Read one keystroke against the table."""
        waited = self.keys.waiting
        token = event.character if event.is_printable and event.character and event.character != " " else event.key
        found = self.keys.feed(token)
        if found is not None:
            if rows := self._list():
                rows.reveal()
            await self.act(*found)
        if waited or self.keys.waiting:
            self.show_status()

    def action_quit(self, _: int | None = None) -> None:
        """Leave at once; everything is on disk already."""
        self.app.exit()

    def action_help(self, _: int | None = None) -> None:
        """Show the keys."""
        from tui_digest.tui.screens.dialogs import HelpDialog

        self.app.push_screen(HelpDialog(self.table, self.tr))

    def action_palette(self, _: int | None = None) -> None:
        """Open the palette."""
        self.app.action_command_palette()

    def put_starters(self, on: bool) -> None:
        """Put the starter digests away, or bring them back."""
        try:
            count = self.library.put_starters(on)
        except DigestError as error:
            self.report(error)
            return
        self.say(f"starters.{'on' if on else 'off'}", n=count)
        self.count()
        self.show_week(self.weeks[0].id if self.weeks else None)
        self.fit_panes()

    # --- rows ------------------------------------------------------------------------------------------------

    def show_weeks(self) -> None:
        """Bring the week list up to date."""
        self.week_rows.set(self.weeks, self.totals.unread)
        self.weeks_list.set_rows(self.week_rows, cursor=self.week_rows.index_of(self.week))

    def show_week(self, week: str | None, *, key: str | None = None, index: int = 0) -> None:
        """Put another week's entries into the list."""
        self.week = week
        self.show_weeks()
        self.show_rows(key=key, index=index)

    def show_rows(self, *, key: str | None = None, index: int = 0) -> None:
        """Ask the library for the list anew."""
        try:
            self.rows = self.rows_of(self.week)
        except DigestError as error:
            self.report(error)
            return
        many = len(self.rows) > COUNTED  # then their mentions are counted: papers would take longer than a key may
        self.found = (len(self.rows) if many else len(set(self.rows.keys))) if self.narrowed else 0
        found = self.rows.index_of(key) if key else None
        self.entry_rows.set(self.rows, with_week=self.week is None, needles=self.needles())
        self.entries_list.empty_text = "" if len(self.rows) else self.nothing_here()
        self.entries_list.set_rows(self.entry_rows, cursor=min(index if found is None else found, len(self.rows) - 1))
        self.show_tags()
        self.show_entry()

    def show_tags(self) -> None:
        """Bring the tag sidebar up to date."""
        at = self.tag_rows[self.tags_list.cursor][0] if 0 <= self.tags_list.cursor < len(self.tag_rows) else None
        self.tag_rows = self.find_tags()
        names = [tag for tag, _ in self.tag_rows]
        self.tags_list.empty_text = (
            self.tr("tags.no_match", text=self.tag_text) if self.tag_text else self.tr("tags.empty")
        )
        self.tag_source.set(self.tag_rows, self.chosen_tags)
        self.tags_list.set_rows(self.tag_source, cursor=names.index(at) if at in names else 0)

    def show_entry(self, *, top: int | None = 0) -> None:
        """Put the entry under the cursor into the entry pane, from a line on; None where it is the same entry."""
        here = self.current()
        self.body.show(NOTHING if here is None else self._document(here), top=top)
        self.show_status()

    def _document(self, here: Sighting) -> Document:
        digest = here.digest
        # A note's title is its file's, and that of a review its paper's: the date tells more than saying it again.
        dated = digest.shape == "note" or digest.title in (here.entry.title, here.entry.display_title)
        when = self.tr.when(digest.start, digest.end) if dated else digest.title
        mark, measure = self.library.mark(here.key), self.body.text_width
        self._folded_for = measure
        jumps = [words for words, _ in self.jumps(here)]
        return document_for(
            here, mark, self.words, when=when, folded_authors=self.folded, measure=measure, jumps=jumps,
            needles=self.needles(),
        )  # fmt: skip

    def needles(self) -> list[str]:
        """What was searched for, to be highlighted."""
        if not self.text:
            return []
        from tui_digest.query import plain

        return [words.text for words in plain(self.wanted.tree)]

    def marks_changed(self) -> None:
        """Bring everything that shows a mark or a count up to date."""
        self.count()
        self.week_rows.set(self.weeks, self.totals.unread)
        self.weeks_list.refresh_rows()
        self.entries_list.refresh_rows()
        self.show_entry(top=None)

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
            week = self.week_rows.week_at(message.index)
            if week != self.week:
                self.week = week
                self.show_rows()
        self.show_status()

    def on_row_list_chosen(self, message: RowList.Chosen) -> None:
        """A row was clicked twice, or its list lost the keys by a click elsewhere."""
        self.action_open()

    def on_entry_body_scrolled(self) -> None:
        """The entry was scrolled, or its pane got another width: percentage and folded authors follow."""
        if self.body.text_width != self._folded_for:
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
