"""The scrollbars that Textual draws (of dialogs, of the note's text field) look as those of the panes do."""

from __future__ import annotations

from rich.color import Color
from rich.segment import Segment, Segments
from rich.style import Style
from textual.scrollbar import ScrollBar, ScrollBarRender

from tui_digest.tui.terminal.signs import THUMB
from tui_digest.tui.widgets.scrollbar import thumb

_NONE = Color.default()


class ThinBar(ScrollBarRender):
    """A thin line where the thumb is; a whole cell of colour would be the loudest thing in a dialog."""

    @classmethod
    def render_bar(
        cls,
        size: int = 25,
        virtual_size: float = 50,
        window_size: float = 20,
        position: float = 0,
        thickness: int = 1,
        vertical: bool = True,
        back_color: Color = _NONE,
        bar_color: Color = _NONE,
    ) -> Segments:
        """The bar's cells, from top to bottom."""
        if not vertical:
            return super().render_bar(
                size, virtual_size, window_size, position, thickness, vertical, back_color, bar_color
            )
        place = thumb(size, round(virtual_size), round(window_size or virtual_size), round(position))

        def cell(y: int) -> Segment:
            if place is not None and place.holds(y):
                held = Style(color=bar_color, bgcolor=back_color, meta={"@mouse.down": "grab"})
                return Segment(THUMB.rjust(thickness), held)
            away = "scroll_up" if place is None or y < place.start else "scroll_down"
            return Segment(" " * thickness, Style(bgcolor=back_color, meta={"@mouse.down": away}))

        return Segments(map(cell, range(size)), new_lines=True)


def use_thin_scrollbars() -> None:
    """From now on. Asked for by the modules whose widgets have one, for the start of the reader needs none."""
    ScrollBar.renderer = ThinBar
