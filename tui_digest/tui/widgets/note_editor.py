"""The small editor in which a note is written; it tells what was typed, and when it is done with."""

from __future__ import annotations

from dataclasses import dataclass

from textual import events
from textual.message import Message
from textual.timer import Timer
from textual.widgets import TextArea

from tui_digest.tui.widgets.in_turn import InTurn
from tui_digest.tui.widgets.thin_scrollbar import use_thin_scrollbars

use_thin_scrollbars()

PAUSE = 0.3
"""Seconds without a key after which what was typed is told. A note is saved while it is written; without the pause
every key would cost an fsync."""


class NoteEditor(InTurn, TextArea):
    """Several lines of text; Esc closes it and keeps them."""

    DEFAULT_CSS = """
    NoteEditor, NoteEditor:focus {
        height: 9; max-height: 50%; padding: 0 1; border: none; border-top: solid $accent; background: $surface;
        border-title-color: $accent;
    }
    """

    undoes = True
    """Ctrl+z takes back what was typed here, and is no way to the shell."""

    @dataclass
    class Written(Message):
        """The note is this now."""

        text: str

    class Closed(Message):
        """The user is done with the editor; everything typed was told before."""

    def __init__(self, text: str) -> None:
        super().__init__(
            text, soft_wrap=True, show_line_numbers=False, tab_behavior="focus", highlight_cursor_line=False
        )
        self.cursor_blink = False  # as in the one-line boxes
        self._told = text
        self._pause: Timer | None = None

    def on_mount(self) -> None:
        """Go on where the note ends."""
        self.move_cursor(self.document.end)

    def around_cursor(self) -> tuple[str, str]:
        """The text before the cursor and behind it."""
        here = self.cursor_location
        return self.get_text_range((0, 0), here), self.get_text_range(here, self.document.end)

    def on_text_area_changed(self) -> None:
        """Tell what was typed, once the keys rest."""
        if self._pause is not None:
            self._pause.stop()
        self._pause = self.set_timer(PAUSE, self.tell) if self.text != self._told else None

    def take_in(self, text: str) -> None:
        """Have another text, without telling of it; the cursor stays where it was in what both have in common."""
        old = self.text
        first = next((place for place, (a, b) in enumerate(zip(old, text, strict=False)) if a != b), None)
        first = min(len(old), len(text)) if first is None else first
        room = min(len(old), len(text)) - first
        last = next((n for n in range(room) if old[-1 - n] != text[-1 - n]), room)
        self._told = text
        self.replace(text[first : len(text) - last], _location(old, first), _location(old, len(old) - last))

    def tell(self) -> None:
        """Tell what was typed since."""
        if self._pause is not None:
            self._pause.stop()
            self._pause = None
        if self.text != self._told:
            self._told = self.text
            self.post_message(self.Written(self.text))

    async def on_key(self, event: events.Key) -> None:
        """Esc and Ctrl+C end the field; Ctrl+C copies where text is selected."""
        if not self.came_behind(event) and event.key in ("escape", "ctrl+c"):
            if event.key == "ctrl+c" and self.selected_text:
                return
            self.end(event)
            self.tell()
            self.post_message(self.Closed())


def _location(text: str, place: int) -> tuple[int, int]:
    """Line and column of a place in a text."""
    return text.count("\n", 0, place), place - text.rfind("\n", 0, place) - 1
