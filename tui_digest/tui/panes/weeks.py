"""The pane of weeks: all weeks, the views across them, then each week."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_digest.errors import DigestError
from tui_digest.tui.in_pieces import Rank, do_in_pieces
from tui_digest.tui.panes.list_pane import ListPane
from tui_digest.tui.reading_state import VIEWS
from tui_digest.tui.row_texts import ViewRow, WeekRows
from tui_digest.tui.widgets.row_list import RowList

if TYPE_CHECKING:
    from collections.abc import Mapping

    from textual.timer import Timer

    from tui_digest.library import Library
    from tui_digest.tui.host import Host
    from tui_digest.tui.reading_state import ReadingState, SideRow
    from tui_digest.tui.voice import Voice


_RESTED = 0.15
"""Seconds after which a search has come to rest, and what it finds elsewhere is counted."""

LATER = "\0later"
"""Stands for the view of papers that wait; no saved view has such a name."""


class WeeksPane(ListPane):
    """Weeks and views, and how many papers each has, or how many of them a search found."""

    def __init__(self, state: ReadingState, library: Library, voice: Voice, host: Host) -> None:
        super().__init__(RowList(id="weeks"))
        self._state, self._library, self._voice, self._host = state, library, voice, host
        self._rows = WeekRows(voice.tr)
        self._found: tuple[Mapping[str | None, int], Mapping[SideRow, int]] | None = None
        """While something is searched for: how many papers were found in each week, and in each row above them."""
        self._following: object = None
        """What is searched for, and in which state of the library."""
        self._counting: Timer | None = None
        self._papers: dict[str, int | None] = {}
        """How many papers each view has that costs something to count: `""` for those with a note, `LATER` for those
        that wait, else its name."""

    def here(self) -> str | ViewRow | None:
        """What the cursor stands on: a week's id, a view, or None for all weeks."""
        return self._rows.at(self.list.cursor)

    def place(self) -> tuple[int, int]:
        """On which row the cursor stands, the first being 1, and of how many; headings are not counted."""
        return self._rows.place(self.list.cursor)

    @property
    def on_what_is_read(self) -> bool:
        """Whether the cursor stands there."""
        return self._index() == self.list.cursor

    @property
    def counted(self) -> dict[str, int | None]:
        """How many papers the views have that were counted."""
        return dict(self._papers)

    def know(self, counted: Mapping[str, int | None]) -> None:
        """Take counts of before for the first that is shown; they are counted anew."""
        self._papers.update(counted)

    def show(self, *, top: int | None = None) -> None:
        """Show weeks and views, the cursor on what is read; `top` is the first row in view."""
        self._take_rows()
        self.list.set_rows(self._rows, cursor=self._index(), top=top)

    def show_counts(self) -> None:
        """Show other counts; the view of papers that wait comes and goes with them."""
        before = len(self._rows)
        self._take_rows()
        if len(self._rows) == before:
            self.list.refresh_rows()
        else:
            self.list.set_rows(self._rows, cursor=self._index(), top=self.list.top)

    def take_count(self, name: str, papers: int | None) -> None:
        """Show how many papers a view has; `""` stands for those with a note, `LATER` for those that wait."""
        if papers != self._papers.get(name):
            self._papers[name] = papers
            self.show_counts()

    # --- what a search finds ---------------------------------------------------------------------------------

    @property
    def searching(self) -> bool:
        """Whether the counts are those of a search, or about to be."""
        return self._found is not None or self._counting is not None

    @property
    def followed(self) -> bool:
        """Whether they are those of what is searched for now."""
        return self._counting is None

    def follow_search(self, *, again: bool = False) -> None:
        """Have the counts follow what is searched for, once that rests, `again` where marks changed; without a search
        they are those of all at once."""
        searched = self._state.searched()
        following = None if searched is None else (searched, self._library.lists.changes)
        if following == self._following and not again:
            return
        self._following = following
        if self._counting is not None:
            self._counting.stop()
            self._counting = None
        if searched is not None:
            self._counting = self._host.set_timer(_RESTED, self._count_found)
        elif self._found is not None:
            self._found = None
            self.show_counts()

    def _count_found(self) -> None:
        self._host.run_worker(self._count_beside, group="found", exclusive=True)

    async def _count_beside(self) -> None:
        asked = self._state.searched()
        if asked is None:
            return
        try:
            weeks, rows = await do_in_pieces(self._library.lists.counting_found(*asked), rank=Rank.SHOWN)
        except DigestError as error:
            self._voice.report(error)
            self._counting = None
            return
        if asked == self._state.searched():
            self._found = (dict(((None, rows.get(("all", ""), 0)), *weeks.items())), rows)
            self._counting = None
            self.show_counts()

    def stand_on_row(self) -> bool:
        """Put the cursor on what is read; False where it stands there already."""
        if self.on_what_is_read:
            return False
        self.list.set_rows(self._rows, cursor=self._index())
        return True

    def _index(self) -> int:
        state = self._state
        return self._rows.index_of(state.week, state.view, state.saved)

    def _take_rows(self) -> None:
        state = self._state
        waiting = self._papers.get(LATER)
        has = {
            ("unread", ""): state.totals.unread,
            ("starred", ""): state.totals.starred,
            ("noted", ""): self._papers.get(""),
            ("later", ""): waiting,
            **{("all", name): self._papers.get(name) for name in state.views},
        }
        weeks, found = (None, has) if self._found is None else self._found
        # Papers that wait are reminded of where there are some, or where they are listed.
        reminded = waiting or (state.week is None and state.view == "later")
        views = [ViewRow(view, found.get((view, ""))) for view in VIEWS if view != "later" or reminded]
        views += [ViewRow(name, found.get(("all", name)), saved=True) for name in state.views]
        self._rows.set(state.weeks, state.totals.unread, views, state.arrived, weeks)
