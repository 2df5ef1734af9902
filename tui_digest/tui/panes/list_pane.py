"""What the three lists have in common: a title, rows, and the keys that move among them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_digest.tui.widgets.bar import Bar

if TYPE_CHECKING:
    from tui_digest.tui.widgets.row_list import RowList


class ListPane:
    """A list with its title. Where a key takes a count, None stands for none typed."""

    def __init__(self, rows: RowList) -> None:
        self.list = rows
        self.bar = Bar()

    def reveal(self) -> None:
        """Bring the cursor back into view, where the wheel has left it: a key acts on what is seen."""
        self.list.reveal()

    def down(self, count: int | None = None) -> None:
        """Move the cursor down by a row, or by so many."""
        self.list.step(count or 1)

    def up(self, count: int | None = None) -> None:
        """Move the cursor up by a row, or by so many."""
        self.list.step(-(count or 1))

    def half_down(self, count: int | None = None) -> None:
        """Move half a view down."""
        self.list.half_page(count or 1)

    def half_up(self, count: int | None = None) -> None:
        """Move half a view up."""
        self.list.half_page(-(count or 1))

    def page_down(self, count: int | None = None) -> None:
        """Move a view down."""
        self.list.page(count or 1)

    def page_up(self, count: int | None = None) -> None:
        """Move a view up."""
        self.list.page(-(count or 1))

    def first(self, count: int | None = None) -> None:
        """Go to the first row; with a count, to that one."""
        if count:
            self.list.goto(count - 1)
        else:
            self.list.first()

    def last(self, count: int | None = None) -> None:
        """Go to the last row; with a count, to that one."""
        if count:
            self.first(count)
        else:
            self.list.last()
