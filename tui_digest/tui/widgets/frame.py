"""A container that is wholly covered by what stands in it, but for a rule at its left."""

from __future__ import annotations

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from tui_digest.tui.terminal.signs import BORDER


class Frame(Widget):
    """Holds other widgets beside or below each other.

    Textual paints a container line by line before it paints over it; this one hands over one line for all,
    which is a fifth of the first paint.
    """

    DEFAULT_CSS = """
    Frame { width: 1fr; height: 1fr; layout: vertical; overflow: hidden hidden; }
    Frame.row { layout: horizontal; }
    """

    def render_lines(self, crop: Region) -> list[Strip]:
        """As many lines as are asked for: blank, behind the rule where there is one."""
        line = Strip.blank(self.outer_size.width, self.rich_style)
        kind, color = self.styles.border_left
        if kind:
            ground = self.background_colors[1]
            drawn = [Segment(BORDER, Style.from_color((ground + color).rich_color, ground.rich_color)), *line]
            for each in self.get_line_filters():
                drawn = each.apply(drawn, ground)
            line = Strip(drawn)
        return [line.crop(*crop.column_span)] * crop.height
