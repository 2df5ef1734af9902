"""Lists of dialogs: the row under the cursor has a bar before it, as in the lists of the main screen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from rich.segment import Segment
from textual.command import CommandList
from textual.widgets import OptionList

from tui_digest.tui.terminal.signs import CURSOR_BAR

if TYPE_CHECKING:
    from textual.strip import Strip


class CursorBar:
    """For an `OptionList`: without it only a shade would tell where the cursor is."""

    def render_line(self: Any, y: int) -> Strip:
        """A line, with the bar in its first cell where the cursor is and that cell is blank."""
        strip: Strip = OptionList.render_line(self, y)
        first = next(iter(strip), None)
        if first is None or first.style is None or first.style.meta.get("option", -1) != self.highlighted:
            return strip
        if not first.text.startswith(" "):
            return strip
        accent = self.get_component_rich_style("option-list--option-highlighted", "choices--bar", partial=True)
        bar = Segment(CURSOR_BAR, first.style + accent)
        return strip.__class__.join([strip.__class__([bar]), strip.crop(1)])


class Choices(CursorBar, OptionList):
    """The list of a dialog of ours."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"choices--bar"}
    DEFAULT_CSS = "Choices > .choices--bar { color: $ink-cursor-accent; }"


class CommandChoices(CursorBar, CommandList):
    """The palette's list."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"choices--bar"}
    DEFAULT_CSS = "CommandChoices > .choices--bar { color: $ink-cursor-accent; }"
