"""Moving in a pane, between panes, and to the unread."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from tui_digest.errors import DigestError
from tui_digest.tui.screens.keyed import Keyed

if TYPE_CHECKING:
    from tui_digest.tui.widgets.row_list import RowList

_ORDER = ("weeks", "tags", "entries", "entry")
_LEFT = {"entry": "entries", "entries": "weeks", "tags": "weeks"}
_RIGHT = {"weeks": "entries", "tags": "entries", "entries": "entry"}


class Moving(Keyed):
    """The moving part of the main screen."""

    def _list(self) -> RowList | None:
        """The list that has the keys, or None where the entry has them."""
        lists = {"weeks": self.weeks_list, "tags": self.tags_list, "entries": self.entries_list}
        return lists.get(self.pane)

    def action_move_down(self, count: int | None = None) -> None:
        """A row down in a list, a line in the entry."""
        self._move(count or 1)

    def action_move_up(self, count: int | None = None) -> None:
        """A row or a line up."""
        self._move(-(count or 1))

    def _move(self, delta: int) -> None:
        rows = self._list()
        if rows is None:
            self.body.scroll_line(delta)
        else:
            rows.move(delta)

    def action_half_page_down(self, count: int | None = None) -> None:
        """Half a page down."""
        self._half_page(count or 1)

    def action_half_page_up(self, count: int | None = None) -> None:
        """Half a page up."""
        self._half_page(-(count or 1))

    def _half_page(self, delta: int) -> None:
        rows = self._list()
        if rows is None:
            self.body.half_page(delta)
        else:
            rows.half_page(delta)

    def action_page_down(self, count: int | None = None) -> None:
        """A page down."""
        self._page(count or 1)

    def action_page_up(self, count: int | None = None) -> None:
        """A page up."""
        self._page(-(count or 1))

    def _page(self, delta: int) -> None:
        rows = self._list()
        if rows is None:
            self.body.page(delta)
        else:
            rows.page(delta)

    def action_first(self, count: int | None = None) -> None:
        """To the first row, or line of the entry; with a count, to that one."""
        rows = self._list()
        if rows is None:
            self.body.home()
            self.body.scroll_line((count or 1) - 1)
        elif count:
            rows.goto(count - 1)
        else:
            rows.first()

    def action_last(self, count: int | None = None) -> None:
        """To the last row or line; with a count, to that one."""
        rows = self._list()
        if count:
            self.action_first(count)
        elif rows is None:
            self.body.end()
        else:
            rows.last()

    def action_page(self, count: int | None = None) -> None:
        """A page on in the entry; at its end, the next unread entry. In the side lists, a page of rows."""
        rows = self._list()
        if rows is not None and rows is not self.entries_list:
            rows.page(count or 1)
            return
        if self.pane == "entries":
            self._open_pane("entry")
        elif not self.body.page(count or 1):
            self.action_next_unread()

    # --- panes -----------------------------------------------------------------------------------------------

    def action_next_pane(self, count: int | None = None) -> None:
        """The next pane, round and round."""
        self._open_pane(_ORDER[(_ORDER.index(self.pane) + (count or 1)) % len(_ORDER)])

    def action_previous_pane(self, count: int | None = None) -> None:
        """The pane before, round and round."""
        self._open_pane(_ORDER[(_ORDER.index(self.pane) - (count or 1)) % len(_ORDER)])

    def action_pane_left(self, count: int | None = None) -> None:
        """The pane to the left."""
        self._beside(_LEFT, count or 1)

    def action_pane_right(self, count: int | None = None) -> None:
        """The pane to the right; into the entry, this opens it."""
        self._beside(_RIGHT, count or 1)

    def _beside(self, neighbours: Mapping[str, str], steps: int) -> None:
        pane = self.pane
        for _ in range(min(steps, len(_ORDER))):
            pane = neighbours.get(pane, pane)
        self._open_pane(pane)

    def _open_pane(self, pane: str) -> None:
        if pane == "entry" and self.pane != "entry":
            if self.current() is None:
                self.say("entries.none_here")
                return
            self.go_to("entry")
            self.opened()
        else:
            self.go_to(pane)

    # --- unread ----------------------------------------------------------------------------------------------

    def action_next_unread(self, count: int | None = None) -> None:
        """The next unread entry; past the end of a week, that of the next week with one; past the last, the first."""
        self._to_unread(1, count or 1)

    def action_previous_unread(self, count: int | None = None) -> None:
        """The unread entry before, round and round as well."""
        self._to_unread(-1, count or 1)

    def _to_unread(self, step: int, count: int) -> None:
        start, wrapped = (self.week, self.entries_list.cursor), False
        for _ in range(count):
            try:
                found = self._next_unread(step)
            except DigestError as error:
                self.report(error)
                return
            if found is None:
                self.say("unread.none")
                return
            week, index, round_again = found
            wrapped |= round_again
            if week != self.week:
                self.show_week(week)
            self.entries_list.goto(index)
        if (self.week, self.entries_list.cursor) == start:
            self.say("unread.only")
        elif wrapped:
            self.say("unread.wrapped" if step > 0 else "unread.wrapped_back")
        if self.pane == "entry":
            self.show_entry()
            self.opened()
        elif self.pane != "entries":
            self.go_to("entries")

    def _next_unread(self, step: int) -> tuple[str | None, int, bool] | None:
        """Week and row of the nearest unread entry that way, and whether it lies past the end; None for none at all.

        First the rest of the list, then the other weeks as they follow, round to the beginning of the list.
        """
        here, cursor = self.rows.keys, self.entries_list.cursor
        forward = step > 0
        index = self._unread_in(here, range(cursor + 1, len(here)) if forward else range(cursor - 1, -1, -1))
        if index is not None:
            return self.week, index, False
        ids = [week.id for week in self.weeks]
        at = ids.index(self.week) if self.week in ids else -1
        if at >= 0:
            after, before = self.weeks[at + 1 :], self.weeks[:at]
            ways = ((after, False), (before, True)) if forward else ((before[::-1], False), (after[::-1], True))
            for weeks, wrapped in ways:
                for week in weeks:
                    keys = self.rows_of(week.id).keys if week.unread else ()
                    index = self._unread_in(keys, range(len(keys))[::step])
                    if index is not None:
                        return week.id, index, wrapped
        index = self._unread_in(here, range(cursor + 1) if forward else range(len(here) - 1, cursor - 1, -1))
        return None if index is None else (self.week, index, True)

    def _unread_in(self, keys: Sequence[str], places: Iterable[int]) -> int | None:
        return next((place for place in places if place >= 0 and not self.library.marks.of(keys[place]).read), None)
