"""Notices of several lines, in a place of their own: above the footer, or at a dialog's foot. They cover nothing that
is read.

A toast lies over what stands there. Where its edge cuts a wide character in two, both halves are blank.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, NamedTuple

from textual.content import Content
from textual.widgets import Static

if TYPE_CHECKING:
    from textual.notifications import SeverityLevel
    from textual.screen import Screen
    from textual.timer import Timer

_GRADES = {"warning": "-warning", "error": "-error"}


class Notice(NamedTuple):
    """What is to be said."""

    text: str
    severity: SeverityLevel
    until: float
    """The moment, of `time.monotonic`, at which it has been said long enough."""


class NoticeLines(Static):
    """Shown while there is something to say."""

    DEFAULT_CSS = """
    NoticeLines {
        height: auto; max-height: 50%; padding: 0 1; display: none; background: $surface; color: $foreground;
        border-left: outer $primary;
        &.-said { display: block; }
        &.-warning { border-left: outer $warning; }
        &.-error { border-left: outer $error; }
        &.-docked { dock: bottom; height: auto; min-height: 0; max-height: 50%; margin: 0; color: $foreground; }
    }
    """
    ALLOW_SELECT = False

    def __init__(self, *, docked: bool = False) -> None:
        """`docked`: at the foot of a screen that has laid out no place for it."""
        super().__init__(id="notice-lines", classes="-docked" if docked else None)
        self._timer: Timer | None = None
        self._notice: Notice | None = None

    @property
    def standing(self) -> Notice | None:
        """What is being said."""
        return self._notice

    def say(self, text: str, severity: SeverityLevel, seconds: float) -> None:
        """Show a text for so many seconds, in the place of what stands there."""
        self.hush()
        self._notice = Notice(text, severity, time.monotonic() + seconds)
        self.update(Content(text))
        self.add_class("-said", *([_GRADES[severity]] if severity in _GRADES else []))
        self._timer = self.set_timer(seconds, self.hush)

    def hush(self) -> None:
        """Give the place back to what is read."""
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        self._notice = None
        self.remove_class("-said", *_GRADES.values())

    def on_click(self) -> None:
        """It was read."""
        self.hush()


def notice_lines_of(screen: Screen[object]) -> NoticeLines:
    """Those of a screen; a dialog gets some with its first notice."""
    found = screen.query(NoticeLines)
    if found:
        return found.first()
    lines = NoticeLines(docked=True)
    screen.mount(lines)
    screen.add_class("-noticed")
    return lines
