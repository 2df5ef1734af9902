"""Notices of several lines, in a place of their own above the footer: nothing that is read is covered by them.

A toast lies over the panes. Where its edge cuts a wide character in two, both halves are blank.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content
from textual.widgets import Static

if TYPE_CHECKING:
    from textual.notifications import SeverityLevel
    from textual.timer import Timer

_GRADES = {"warning": "-warning", "error": "-error"}


class NoticeLines(Static):
    """Shown while there is something to say."""

    DEFAULT_CSS = """
    NoticeLines {
        height: auto; max-height: 50%; padding: 0 1; display: none; background: $surface; color: $foreground;
        border-left: outer $primary;
        &.-said { display: block; }
        &.-warning { border-left: outer $warning; }
        &.-error { border-left: outer $error; }
    }
    """
    ALLOW_SELECT = False

    def __init__(self) -> None:
        super().__init__(id="notice-lines")
        self._timer: Timer | None = None

    def say(self, text: str, severity: SeverityLevel, seconds: float) -> None:
        """Show a text for so many seconds, in the place of what stands there."""
        self.hush()
        self.update(Content(text))
        self.add_class("-said", *([_GRADES[severity]] if severity in _GRADES else []))
        self._timer = self.set_timer(seconds, self.hush)

    def hush(self) -> None:
        """Give the place back to what is read."""
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        self.remove_class("-said", *_GRADES.values())

    def on_click(self) -> None:
        """It was read."""
        self.hush()
