"""One line of text with a left and a right end: the title line, pane titles, the footer."""

from __future__ import annotations

from collections.abc import Sequence

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip
from textual.widget import Widget

from tui_digest.tui.widgets.row_pieces import Piece, printable, spread


class Bar(Widget):
    """Shows pieces of plain text in one row; the right end stands, the left end is cut where room is short."""

    DEFAULT_CSS = "Bar { height: 1; }"

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._left: tuple[Piece, ...] = ()
        self._right: tuple[Piece, ...] = ()

    def show(self, left: Sequence[Piece], right: Sequence[Piece] = ()) -> None:
        """Put other pieces in (style names are those of `ink--…`); paints only when they differ."""
        pieces = (tuple(left), tuple(right))
        if pieces != (self._left, self._right):
            self._left, self._right = pieces
            self.refresh()

    @property
    def text(self) -> str:
        """What is shown, without styles; for tests and screen readers."""
        return "".join(text for text, _ in (*self._left, *self._right))

    def render_line(self, y: int) -> Strip:
        """The one row."""
        width = self.size.width
        base = self.rich_style
        pieces = spread(self._left, self._right, width) if y == 0 else []
        background = Style(bgcolor=base.bgcolor)
        inks = {name: self.screen.get_component_rich_style(f"ink--{name}") + background for _, name in pieces}
        segments = [Segment(printable(text), inks[name]) for text, name in pieces]
        return Strip(segments).adjust_cell_length(width, base)
