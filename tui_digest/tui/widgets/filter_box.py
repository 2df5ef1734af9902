"""The line at the foot of the screen in which a filter is typed."""

from __future__ import annotations

from dataclasses import dataclass

from textual import events
from textual.message import Message
from textual.widgets import Input
from textual.widgets.input import Selection

from tui_digest.tui.widgets.bar import Bar
from tui_digest.tui.widgets.frame import Frame
from tui_digest.tui.widgets.line_box import LineBox


class FilterBox(LineBox):
    """Says what is typed in it; Enter and Esc close it."""

    DEFAULT_CSS = """
    FilterBox, FilterBox:focus { width: 1fr; padding: 0 1 0 0; }
    """

    @dataclass
    class Typed(Message):
        """The text is another now."""

        text: str
        for_tags: bool

        def can_replace(self, message: Message) -> bool:
            """Of several waiting texts only the last counts."""
            return isinstance(message, FilterBox.Typed)

    @dataclass
    class Moved(Message):
        """An arrow key asks to move through what was found."""

        delta: int
        for_tags: bool

    class Fixed(Message):
        """Tab takes the suggestion, where there is one."""

    @dataclass
    class Closed(Message):
        """The box is done with; `kept` tells Enter from Esc."""

        kept: bool
        for_tags: bool

    def __init__(self, text: str, *, for_tags: bool) -> None:
        self.for_tags = for_tags
        self._told = text  # before the value is set, which tells its watcher
        super().__init__(text, select_on_focus=False)
        # The old text is selected, so that typing replaces it; before the first key, which may come before the focus.
        self.set_reactive(Input.selection, Selection(0, len(text)))

    def watch_value(self, value: str) -> None:
        """Tell what was typed."""
        if value != self._told:
            self._told = value
            self.post_message(self.Typed(value, self.for_tags))

    async def on_key(self, event: events.Key) -> None:
        """Arrows move through the results, Enter keeps, Esc (or Ctrl+C) gives up."""
        moves = {"down": 1, "up": -1, "ctrl+n": 1, "ctrl+p": -1}
        if self.came_behind(event):
            return
        if event.key in moves:
            self.post_message(self.Moved(moves[event.key], self.for_tags))
        elif event.key == "tab":
            self.post_message(self.Fixed())
        elif event.key in ("enter", "escape", "ctrl+c"):
            self.end(event)
            self.post_message(self.Closed(event.key == "enter", self.for_tags))
        else:
            return
        event.stop()
        event.prevent_default()


class FilterLine(Frame):
    """The box behind its prompt."""

    DEFAULT_CSS = """
    FilterLine { height: 1; layout: horizontal; }
    FilterLine Bar { width: 3; padding: 0 0 0 1; background: $surface; }
    """

    def __init__(self, box: FilterBox) -> None:
        prompt = Bar()
        prompt.show([("/", "key")])
        # Handed over rather than composed: the box is there at once, for the next key that is typed.
        super().__init__(prompt, box)
