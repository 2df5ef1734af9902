"""The four panes of the main screen together: which of them stand there, and what they show of the reading state."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_digest.store.steps import at_once
from tui_digest.tui import status
from tui_digest.tui.keymap import PANES
from tui_digest.tui.panes.entries import EntriesPane
from tui_digest.tui.panes.entry import EntryPane
from tui_digest.tui.panes.facets import FacetsPane
from tui_digest.tui.panes.layout import NOTICE, Room
from tui_digest.tui.panes.weeks import WeeksPane
from tui_digest.tui.widgets.bar import Bar
from tui_digest.tui.widgets.frame import Frame

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    from textual.app import ComposeResult

    from tui_digest.library import Library
    from tui_digest.models import Arrangement
    from tui_digest.tui.host import Host
    from tui_digest.tui.keymap import Key
    from tui_digest.tui.mentions import Mentions
    from tui_digest.tui.panes.list_pane import ListPane
    from tui_digest.tui.reading_state import Listed, ReadingState
    from tui_digest.tui.selected_papers import SelectedPapers
    from tui_digest.tui.voice import Voice
    from tui_digest.tui.window import Window


class Panes:
    """Shows the reading state. Widths, heights and text follow the arrangement, which the user changes by keys."""

    def __init__(
        self,
        state: ReadingState,
        library: Library,
        voice: Voice,
        table: Sequence[Key],
        mentions: Mentions,
        selected: SelectedPapers,
        window: Window,
        host: Host,
    ) -> None:
        self._state, self._library, self._window, self._host, self._voice = state, library, window, host, voice
        self._mentions, self._selected = mentions, selected
        self.arrangement = library.memory.load_arrangement()
        """How the user arranged the screen; kept for the next start."""
        tr = voice.tr
        self.weeks = WeeksPane(state, library, voice, host)
        self.facets = FacetsPane(state, library, voice, host)
        self._table = table
        self.entries = EntriesPane(state, library, tr, table, selected)
        self.entry = EntryPane(library, voice, table, host, empty_text=tr("body.nothing"))
        self.notice = Bar(id="notice")
        """The line about the starter digests."""
        self._half_shown = False
        """Whether a list is shown, and what is told beside it is still that of the one before."""
        self._titled: tuple[object, ...] = ()
        """What the titles of the panes and that line were last made of."""
        self._left, self._middle, self._right = Frame(id="left"), Frame(), Frame()
        self.entries.arrange(self.entry_lines, source=self.arrangement.source)
        self.entry.arrange(self.arrangement, window.settings)

    def compose(self) -> ComposeResult:
        """The line about the starter digests, and below it the panes."""
        self.fit()  # before anything stands, for a change afterwards lays everything out again
        yield self.notice
        with Frame(id="panes", classes="row"):
            with self._left:
                yield self.weeks.bar
                yield self.weeks.list
                yield self.facets.bar
                yield self.facets.list
            with self._middle:
                yield self.entries.bar
                yield self.entries.list
            with self._right:
                yield self.entry.bar
                yield self.entry.body

    # --- where the keys are ----------------------------------------------------------------------------------

    @property
    def here(self) -> ListPane | EntryPane:
        """The pane that has the keys."""
        panes = {"weeks": self.weeks, "tags": self.facets, "entries": self.entries}
        return panes.get(self._state.pane, self.entry)

    def go_to(self, pane: str) -> None:
        """Give a pane the keys."""
        self._state.go_to(pane)
        self.follow()

    def follow(self) -> None:
        """Show the pane that has the keys of the reading state, and let it have them; where a text field has them, once
        that is left."""
        if self._state.pane != "entry" and self.entry.picking is not None:
            self.entry.end_selection()
        self.fit()
        here = self.here
        if not self._host.typing:  # a list that was long in coming would leave the open field without keys
            self._host.set_focus(here.body if isinstance(here, EntryPane) else here.list, scroll_visible=False)
        self._host.show_status()

    # --- what they show --------------------------------------------------------------------------------------

    def show_week(
        self, week: str | None, *, key: str | None = None, index: int = 0, tops: tuple[int, ...] = ()
    ) -> None:
        """Turn to another week, the cursor on a paper where it is there, else on a row; `tops` as in `Place`."""
        self._state.turn_to(week)
        self.weeks.show(top=tops[0] if tops else None)
        self.show_rows(key=key, index=index)
        if len(tops) > 1 and key is not None and self._state.key_here() == key:
            self.entries.show_at(self._state.cursor, tops[1])

    @property
    def as_at_start(self) -> bool:
        """Whether all that is shown would be shown at the next start, before anything was learned beside the screen."""
        state, tags, here = self._state, self.facets.list, self._state.current()
        moved = (
            tags.cursor > 0 or tags.top or state.facet != "tags" or state.facet_text or not self.weeks.on_what_is_read
        )
        opened = (
            state.zen
            or self.weeks.searching
            or len(self._selected)
            or self.entry.picking is not None
            or not self.entry.folded
        )
        return not (moved or opened or (here is not None and any(self._library.lists.related(here))))

    def show_rows(self, *, key: str | None = None, index: int = 0) -> None:
        """Ask for the rows anew and show them, the cursor on a paper where it is there, else on a row."""
        if self._state.load(key=key, index=index):
            self._show_loaded()

    def show_asked(self, readable: bool, *, key: str | None = None) -> None:
        """Show what is asked for now, where that is `readable`: on a paper, else the same one, where it is among it."""
        if readable:
            at_once(self.showing_asked(key=key))
        elif self._half_shown:
            at_once(self._showing_loaded())
        else:
            self._host.show_status()

    def showing_asked(self, *, key: str | None = None) -> Generator[None, None, None]:
        """The same for what can be read, in steps: first the list, then what is told beside it. Given up between them,
        the rest of it comes with what is asked for next."""
        state = self._state
        if state.load(key=key or state.key_here()):
            yield from self._showing_loaded()
        self.stand_on_week()
        if state.text and self._library.lists.searched_partly(state.week):
            self._voice.say("search.partly")

    def show_listed(self, listed: Listed) -> None:
        """List papers for a reason of their own."""
        self._state.list_papers(listed)
        self.weeks.show()
        self.show_rows()
        self.stand_on_week()
        self.go_to("entries")

    def leave_listed(self) -> None:
        """Stand again where the user was before such a list."""
        if (listed := self._state.listed) is not None:
            self._state.ask_as(listed.back)
            self.show_week(listed.back.week, key=listed.back.key)
            self.stand_on_week()
            self.go_to(listed.back.pane)
            self.show_entry(top=listed.back.scroll)

    def take_suggestion(self) -> bool:
        """Ask for what was probably meant, where nothing was found; False where nothing is known."""
        meant = self._state.suggestion
        if meant:
            self.show_asked(self._state.write(meant))
        return bool(meant)

    def show_first(self, below: int) -> None:
        """Show what was found below a row of the library, while the rest is looked through."""
        if self._state.load(key=self._state.key_here(), below=below):
            self._show_loaded()

    def show_rest(self) -> None:
        """Show all that was found, behind the first of it: cursor and view stay where they were moved to meanwhile."""
        if self._state.load(key=self._state.key_here(), index=max(0, self._state.cursor)):
            self._show_loaded(top=self.entries.list.top, scroll=self.entry.body.top)

    def widen(self) -> None:
        """Show everything of the week again; of a view's row, first everything of that view."""
        here = self._state.key_here()
        self._state.widen()
        self.show_rows(key=here)
        self.stand_on_week()

    def show_again(self) -> None:
        """The same after the library changed, with cursor and scrolling where they were, on the mention that was
        read."""
        at_once(self.showing_again())

    def showing_again(self) -> Generator[None, None, None]:
        """The same in steps. What a key shows between them stays as that left it."""
        entries, scroll = self.entries.list, self.entry.body.top
        above = self._state.cursor - entries.top
        same = self._state.load_again()
        if gone := self._selected.settle():
            self._voice.say("several.gone", n=f"{gone:,}")
        self.weeks.show()
        yield from self._showing_loaded(top=self._state.cursor - above if same else None, scroll=scroll if same else 0)

    def _show_loaded(self, *, top: int | None = None, scroll: int = 0) -> None:
        at_once(self._showing_loaded(top=top, scroll=scroll))

    def _showing_loaded(self, *, top: int | None = None, scroll: int = 0) -> Generator[None, None, None]:
        self._half_shown = True
        self.entries.show(top=top)
        state, body = self._state, self.entry.body
        rows, cursor, stood = state.rows, state.cursor, body.top
        yield
        self.facets.show()
        self.weeks.follow_search()
        yield
        moved = state.rows is not rows or state.cursor != cursor
        self.show_entry(top=0 if moved else scroll if body.top == stood else None)
        self._half_shown = False

    def show_entry(self, *, top: int | None = 0) -> None:
        """Show the entry under the cursor, from a line on; None keeps the place, for the same entry changed."""
        here = self._state.current()
        # Where the list says why it is empty, there is nothing to choose.
        self.entry.body.empty_text = self._voice.tr("body.nothing") if len(self._state.rows) else ""
        self.entry.body.expected = self.room.entry
        jumps = self._mentions.words(here) if here else []
        why = self._state.reason(self._state.key_here(), self._voice.tr)
        self.entry.show(self.entry.document_of(here, self._state.needles(), jumps, why), top=top)
        self._host.show_status()

    def show_marks(self) -> None:
        """Show marks and counts as they are now."""
        if self._state.count():
            self.show_again()
        else:
            self.weeks.show_counts()
            self.weeks.follow_search(again=True)
            self.entries.list.refresh_rows()
            self.show_entry(top=None)

    def show_titles(self) -> None:
        """Bring the panes' titles and the line about the starter digests up to date."""
        state, tr, width = self._state, self._voice.tr, self._window.size.width
        selected = status.selected_words(tr, len(self._selected), self._selected.unshown, short=False)
        side = self.room.left
        titled = (tr.lang, width, side, state.pane, state.facet, state.facet_text, selected)
        if titled == self._titled:  # after most keys: they move a cursor, or mark
            return
        self._titled = titled
        for pane, bar in zip(PANES, (self.weeks.bar, self.facets.bar, self.entries.bar, self.entry.bar), strict=True):
            told = f"/{state.facet_text}" if pane == "tags" and state.facet_text else ""
            told = selected if pane == "entries" else told
            name, below = status.pane_name(tr, pane, state.facet), side if pane == "tags" else 0
            bar.show(status.pane_title(name, told, here=pane == state.pane, width=below))
        self.notice.show(status.notice(tr, width, self._table))
        self._tell_narrowed()

    def stand_on(self, index: int) -> None:
        """Put the cursor on a row of the list."""
        self.entries.list.goto(index)

    def stand_on_week(self) -> None:
        """Put the cursor of the week list on what is read."""
        if self.weeks.stand_on_row():
            self._host.show_status()

    def say_why_empty(self) -> None:
        """Have empty lists say why they are empty."""
        self.entries.say_why_empty()
        self.facets.say_why_empty()

    def say_anew(self) -> None:
        """Show every word in the language that is spoken now."""
        self.entry.say_anew()
        self.say_why_empty()
        self.facets.list.refresh_rows()
        self.weeks.list.refresh_rows()
        self.entries.list.refresh_rows()
        self.show_entry(top=None)

    # --- sizes -----------------------------------------------------------------------------------------------

    @property
    def room(self) -> Room:
        """The room there is."""
        size, state = self._window.size, self._state
        return Room(size.width, size.height, state.pane, state.zen, self.arrangement)

    @property
    def entry_lines(self) -> int:
        """Lines of an entry in the list."""
        return self.arrangement.of("entry_lines", self._window.settings.entry_lines)

    def arrange(self, arrangement: Arrangement) -> None:
        """Follow another arrangement."""
        self.arrangement = arrangement
        self.rearrange()
        self.show_entry(top=None)

    def rearrange(self) -> None:
        """Follow the arrangement and the settings."""
        self.entries.arrange(self.entry_lines, source=self.arrangement.source)
        self.entry.arrange(self.arrangement, self._window.settings)
        self.fit()

    def _tell_narrowed(self) -> None:
        """A pane alone is named in the title, which does not tell what the tags are narrowed to."""
        room = self.room
        if room.alone:
            narrowed = bool(self._state.facet_text) and self._state.pane == "tags"
            self.facets.bar.display = narrowed and room.titled

    def fit(self) -> None:
        """Fit widths, heights and what is shown to the terminal and to the pane that has the keys."""
        room = self.room
        shown, alone = room.shown, room.alone
        self._left.display = "left" in shown
        for frame, pane in ((self._middle, self.entries), (self._right, self.entry)):
            widget = pane.body if isinstance(pane, EntryPane) else pane.list
            frame.display = widget.display = widget.id in shown
            pane.bar.display = not alone and room.titled
        both = {"entries", "entry"} <= shown
        self._left.styles.width = "1fr" if alone else room.left
        self._middle.styles.width = room.middle if both else "1fr"
        self.facets.list.styles.height = "2fr" if room.tags is None else room.tags
        self._middle.set_class("left" in shown and not alone, "beside")
        self._right.set_class(both, "beside")
        for name, side in (("weeks", self.weeks), ("tags", self.facets)):
            side.list.display = not alone or self._state.pane == name
            side.bar.display = side.list.display and not alone
        self._tell_narrowed()
        self.notice.display = self._library.imports.starters_on and room.height >= NOTICE
        self.entries.list.set_gap(room.gap(self.entry_lines))
