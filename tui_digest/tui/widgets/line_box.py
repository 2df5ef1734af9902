"""One line to type in, where an input method can compose."""

from __future__ import annotations

from typing import Any

from textual.geometry import Offset
from textual.widgets import Input


class LineBox(Input):
    """A line without a frame."""

    DEFAULT_CSS = """
    LineBox, LineBox:focus { height: 1; border: none; padding: 0 1; background: $surface; }
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.cursor_blink = False  # nothing moves by itself: over a slow line each blink is a paint

    @property
    def cursor_screen_offset(self) -> Offset:
        """Where the terminal's own cursor stands: on the drawn one, so that an input method composes in place.

        At the end of the text Textual puts it one cell further right.
        """
        offset = super().cursor_screen_offset
        return offset - Offset(1, 0) if self.cursor_at_end and self.value else offset
