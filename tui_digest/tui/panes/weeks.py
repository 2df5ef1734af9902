"""The pane of weeks: all weeks, the views across them, then each week."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_digest.tui.panes.list_pane import ListPane
from tui_digest.tui.row_texts import ViewRow, WeekRows
from tui_digest.tui.widgets.row_list import RowList

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tui_digest.i18n import Translator
    from tui_digest.tui.reading_state import ReadingState


LATER = "\0later"
"""Stands for the view of papers that wait; no saved view has such a name."""


class WeeksPane(ListPane):
    """Weeks and views, and how many papers each has."""

    def __init__(self, state: ReadingState, tr: Translator) -> None:
        super().__init__(RowList(id="weeks"))
        self._state = state
        self._rows = WeekRows(tr)
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
        views = [ViewRow("unread", state.totals.unread), ViewRow("starred", state.totals.starred)]
        views += [ViewRow("noted", self._papers.get(""))]
        waiting = self._papers.get(LATER)
        if waiting or (
            state.week is None and state.view == "later"
        ):  # a reminder, where there is something to remind of
            views += [ViewRow("later", waiting)]
        views += [ViewRow(name, self._papers.get(name), saved=True) for name in state.views]
        self._rows.set(state.weeks, state.totals.unread, views, state.arrived)
