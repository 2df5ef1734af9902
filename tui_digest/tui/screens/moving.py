"""Moving in a pane, between panes, and to the unread."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_digest.tui.screens.reader import Reader

if TYPE_CHECKING:
    from tui_digest.tui.widgets.row_list import RowList

_ORDER = ("weeks", "tags", "entries", "entry")
_LEFT = {"entry": "entries", "entries": "weeks", "tags": "weeks"}
_RIGHT = {"weeks": "entries", "tags": "entries", "entries": "entry"}


class Moving(Reader):
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

    def action_first(self, count: int | None = None) -> None:
        """To the first row; with a count, to that row."""
        rows = self._list()
        if rows is None:
            self.body.home()
        elif count:
            rows.goto(count - 1)
        else:
            rows.first()

    def action_last(self, count: int | None = None) -> None:
        """To the last row; with a count, to that row."""
        rows = self._list()
        if count:
            self.action_first(count)
        elif rows is None:
            self.body.end()
        else:
            rows.last()

    def action_page(self, _: int | None = None) -> None:
        """A page on in the entry; at its end, the next unread entry. In the side lists, a page of rows."""
        rows = self._list()
        if rows is not None and rows is not self.entries_list:
            rows.page(1)
            return
        if self.pane == "entries":
            self.go_to("entry")
            self.opened()
        elif not self.body.page(1):
            self.action_next_unread()

    # --- panes -----------------------------------------------------------------------------------------------

    def action_next_pane(self, _: int | None = None) -> None:
        """The next pane, round and round."""
        self._open_pane(_ORDER[(_ORDER.index(self.pane) + 1) % len(_ORDER)])

    def action_previous_pane(self, _: int | None = None) -> None:
        """The pane before, round and round."""
        self._open_pane(_ORDER[(_ORDER.index(self.pane) - 1) % len(_ORDER)])

    def action_pane_left(self, _: int | None = None) -> None:
        """The pane to the left."""
        self._open_pane(_LEFT.get(self.pane, self.pane))

    def action_pane_right(self, _: int | None = None) -> None:
        """The pane to the right; into the entry, this opens it."""
        self._open_pane(_RIGHT.get(self.pane, self.pane))

    def _open_pane(self, pane: str) -> None:
        if pane == "entry" and self.pane != "entry":
            if self.current() is None:
                return
            self.go_to("entry")
            self.opened()
        else:
            self.go_to(pane)

    # --- unread ----------------------------------------------------------------------------------------------

    def action_next_unread(self, count: int | None = None) -> None:
        """The next unread entry; past the end of a week, that of the next week with one."""
        self._to_unread(1, count or 1)

    def action_previous_unread(self, count: int | None = None) -> None:
        """The unread entry before."""
        self._to_unread(-1, count or 1)

    def _to_unread(self, step: int, count: int) -> None:
        for _ in range(count):
            index = self._unread_from(self.entries_list.cursor + step, step)
            if index is not None:
                self.entries_list.goto(index)
            elif not self._unread_week(step):
                self.say("unread.none")
                return
        if self.pane == "entry":
            self.show_entry()
            self.opened()
        elif self.pane != "entries":
            self.go_to("entries")

    def _unread_from(self, index: int, step: int) -> int | None:
        stop = len(self.rows) if step > 0 else -1
        return next((i for i in range(index, stop, step) if not self.library.mark(self.rows[i].key).read), None)

    def _unread_week(self, step: int) -> bool:
        """Go on to the nearest week that has unread entries under the same filters."""
        if self.week is None:
            return False
        ids = [week.id for week in self.weeks]
        at = ids.index(self.week) if self.week in ids else -1
        later = self.weeks[at + 1 :] if step > 0 else self.weeks[:at][::-1]
        here = self.week
        for week in later:
            if week.unread:
                self.show_week(week.id)
                index = self._unread_from(0 if step > 0 else len(self.rows) - 1, step)
                if index is not None:
                    self.entries_list.goto(index)
                    return True
        if self.week != here:
            self.show_week(here)
        return False
