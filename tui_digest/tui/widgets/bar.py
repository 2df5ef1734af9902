"""One line of text with a left and a right end: the title line, pane titles, the footer."""

from __future__ import annotations

from collections.abc import Sequence

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.strip import Strip

from tui_digest.tui.terminal.inside import key_name
from tui_digest.tui.widgets.row_pieces import KeyName, Piece, printable, spread
from tui_digest.tui.widgets.self_drawn import SelfDrawn
from tui_digest.tui.wrap import width_of


class Bar(SelfDrawn):
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

    def on_click(self, event: events.Click) -> None:
        """A click on a key or on what it does types it."""
        offset = event.get_content_offset(self)
        typed = self.typed_at(offset.x) if offset is not None else ""
        for token in typed.split():
            event.stop()
            one = len(token) == 1
            self.app.post_message(events.Key(key_name(token) if one else token, token if one else None))

    def typed_at(self, x: int) -> str:
        """What the hint at a cell types: tokens with blanks between; nothing where there is none."""
        typed = ""
        for text, style in spread(self._left, self._right, self.size.width):
            if isinstance(text, KeyName):
                typed = text.typed
            elif style != "muted":
                typed = ""
            x -= width_of(text)
            if x < 0:
                return typed if text.strip() else ""
        return ""

    def render_line(self, y: int) -> Strip:
        """The one row."""
        width = self.size.width
        base = self.rich_style
        pieces = spread(self._left, self._right, width) if y == 0 else []
        background = Style(bgcolor=base.bgcolor)
        inks = {name: self.screen.get_component_rich_style(f"ink--{name}") + background for _, name in pieces}
        segments = [Segment(printable(text), inks[name]) for text, name in pieces]
        return Strip(segments).adjust_cell_length(width, base)
