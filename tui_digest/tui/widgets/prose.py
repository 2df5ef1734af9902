"""Text of a dialog, of which the mouse takes words and paragraphs as it does in an entry."""

from __future__ import annotations

from textual import events
from textual.geometry import Offset
from textual.selection import Selection
from textual.widgets import Static


class Prose(Static):
    """Two clicks take a word, a whole address where that is one; three the paragraph."""

    def on_click(self, event: events.Click) -> None:
        """One click is the dialog's."""
        event.prevent_default()  # Textual's own takes all there is
        if event.chain < 2 or not self.allow_select:
            return
        event.stop()  # the screen would take all of it
        from tui_digest.tui.widgets.picking import word_in  # only for those who select

        _, place = self.screen.get_widget_and_offset_at(int(event.screen_x), int(event.screen_y))
        paragraphs = str(self.content).splitlines()
        if place is None or not 0 <= place.y < len(paragraphs):
            return
        line = paragraphs[place.y]
        span = (0, len(line)) if event.chain > 2 else word_in(line, place.x)
        if span is not None and line:
            start, end = (Offset(x, place.y) for x in span)
            self.screen.selections = {self: Selection.from_offsets(start, end)}
            self.screen.post_message(events.TextSelected())
