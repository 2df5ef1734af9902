"""One line to type in, where an input method can compose."""

from __future__ import annotations

from dataclasses import dataclass

from textual import events
from textual.geometry import Offset
from textual.message import Message
from textual.widgets import Input


class LineBox(Input):
    """A line without a frame."""

    DEFAULT_CSS = """
    LineBox, LineBox:focus { height: 1; border: none; padding: 0 1; background: $surface; }
    """

    @property
    def cursor_screen_offset(self) -> Offset:
        """Where the terminal's own cursor stands: on the drawn one, so that an input method composes in place.

        At the end of the text Textual puts it one cell further right.
        """
        offset = super().cursor_screen_offset
        return offset - Offset(1, 0) if self.cursor_at_end and self.value else offset


class AskingBox(LineBox):
    """A line that is asked for: Enter hands it over, Esc (or Ctrl+C) gives up."""

    @dataclass
    class Closed(Message):
        """The box is done with; `text` is None after Esc."""

        text: str | None

    async def _on_key(self, event: events.Key) -> None:
        if event.key in ("enter", "escape", "ctrl+c"):
            event.stop()
            event.prevent_default()
            self.post_message(self.Closed(self.value if event.key == "enter" else None))
            return
        await super()._on_key(event)


class NameBox(AskingBox):
    """Where a view gets its name."""

    class Closed(AskingBox.Closed):
        """The name is there, or nobody wants one."""
