"""One line to type in, where an input method can compose."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from textual import events
from textual.geometry import Offset, Region, Size
from textual.message import Message
from textual.reactive import Reactive
from textual.widgets import Input

from tui_digest.tui.widgets.in_turn import InTurn

MOST = 1000
"""Characters that a paste may fill a line to: far more than a question needs, and few enough to search for with every
letter that is typed."""


class OneLine:
    """For an `Input`: what `InTurn` asks of it, and a paste of several lines."""

    virtual_size = Reactive(
        Size(0, 0)
    )  # the text's: how long it is moves nothing else, so no letter lays out the screen

    @property
    def cursor_screen_offset(self: Any) -> Offset:
        """Where the cursor is drawn. At the end of the text Textual itself says one cell further right."""
        offset: Offset = Input.cursor_screen_offset.__get__(self)
        return offset - Offset(1, 0) if self.cursor_at_end else offset

    def around_cursor(self: Any) -> tuple[str, str]:
        """The text before the cursor and behind it."""
        return self.value[: self.cursor_position], self.value[self.cursor_position :]

    def on_paste(self: Any, event: events.Paste) -> None:
        """Several lines become one: an address or a title that was broken off where it was copied from. Of a whole book
        the beginning is taken, and that is said."""
        event.stop()
        event.prevent_default()
        line = " ".join(event.text.split())
        room = max(0, MOST - len(self.value) + len(self.selected_text))
        if line[:room]:
            self.composed = False
            self.replace(line[:room], *self.selection)
        if len(line) > room:
            sentence = self.app.tr("box.cut", n=f"{MOST:,}")
            self.app.notify(sentence, markup=False, timeout=5, severity="warning")


class LineBox(OneLine, InTurn, Input):
    """A line without a frame."""

    DEFAULT_CSS = """
    LineBox, LineBox:focus {
        height: 1; border: none; padding: 0 1; background: $surface; background-tint: $foreground 0%;
    }
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.cursor_blink = False  # nothing moves by itself: over a slow line each blink is a paint

    def on_resize(self) -> None:
        """Keep the cursor in view: a box that opens on a long text stands at its end."""
        at = Input.cursor_screen_offset.__get__(self) - self.content_region.offset + self.scroll_offset
        self.scroll_to_region(Region(at.x, 0, 1, 1), force=True, animate=False)


class AskingBox(LineBox):
    """A line that is asked for: Enter hands it over, Esc (or Ctrl+C) gives up. Where a path is asked for, Tab completes
    it as far as it is certain."""

    @dataclass
    class Closed(Message):
        """The box is done with."""

        place: str
        """Which box, as `BOX_KEYS` calls it."""
        text: str | None
        """What was typed; None after Esc."""

    class Offered(Message):
        """There are other names to go on with, or it is empty no more, or again."""

    offers: tuple[str, ...] = ()
    """The names that a path may go on with."""

    def __init__(self, place: str, text: str, *, select: bool, paths: bool = False) -> None:
        """`place` is what `BOX_KEYS` calls the box; `select` has the first letter take the place of the text; `paths`
        says that a path is asked for."""
        self._empty = not text  # before the value is set, which tells its watcher
        super().__init__(text, select_on_focus=select)
        self._place, self._paths = place, paths

    async def on_key(self, event: events.Key) -> None:
        """Enter hands the line over, Esc and Ctrl+C give up."""
        if self.came_behind(event):
            return
        if event.key in ("enter", "escape", "ctrl+c"):
            self.end(event)
            self.post_message(self.Closed(self._place, self.value if event.key == "enter" else None))
        elif event.key == "tab" and self._paths:
            event.stop()
            event.prevent_default()
            self._complete()

    def _complete(self) -> None:
        from tui_digest.sources.path_completion import completed

        found = completed(self.value)
        if found.text != self.value:
            self.value = found.text
            self.cursor_position = len(self.value)
            found = completed(found.text) if found.text.endswith("/") else found
        self.offers = found.names
        self.post_message(self.Offered())

    def watch_value(self, value: str) -> None:
        """What was offered is no longer so."""
        self.offers = ()
        if self._empty is not (not value):
            self._empty = not value
            self.post_message(self.Offered())
