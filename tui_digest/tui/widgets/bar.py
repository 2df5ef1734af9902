"""One line of text with a left and a right end: the title line, pane titles, the footer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.segment import Segment
from textual.strip import Strip
from textual.widget import Widget

from tui_digest.tui.widgets.row import Piece, printable, spread


class Bar(Widget):
    """Shows pieces of plain text in one row; the right end stands, the left end is cut where room is short."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"bar--text", "bar--muted", "bar--accent", "bar--key", "bar--strong"}

    DEFAULT_CSS = """
    Bar {
        height: 1;
        color: $foreground;
        & > .bar--text { color: $foreground; }
        & > .bar--muted { color: $text-muted; }
        & > .bar--accent { color: $text-accent; }
        & > .bar--key { color: $text-accent; text-style: bold; }
        & > .bar--strong { text-style: bold; }
    }
    """

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._left: tuple[Piece, ...] = ()
        self._right: tuple[Piece, ...] = ()

    def show(self, left: Sequence[Piece], right: Sequence[Piece] = ()) -> None:
        """Put other pieces in (style names are those of `bar--…`); paints only when they differ."""
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
        segments = [Segment(printable(text), self.get_component_rich_style(f"bar--{name}")) for text, name in pieces]
        return Strip(segments).adjust_cell_length(width, base)
