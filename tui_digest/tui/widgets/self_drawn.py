"""A widget that draws every cell of its own, line by line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.strip import Strip
from textual.widget import Widget

if TYPE_CHECKING:
    from textual.geometry import Region


class SelfDrawn(Widget):
    """Has neither border nor padding, as a rule: a frame around it has. So its lines go to the screen as `render_line`
    gives them, through the filters, where Textual would look at each line for what stands around and over it, which
    takes three times as long. Nobody asks it to be tinted or translucent."""

    def render_lines(self, crop: Region) -> list[Strip]:
        """The lines of a part of it."""
        if any(self.gutter):
            return super().render_lines(crop)
        filters, background = self.get_line_filters(), self.background_colors[1]
        left, right = crop.column_span
        whole = (left, right) == (0, self.outer_size.width)
        lines = []
        for y in crop.line_range:
            strip = self.render_line(y)
            segments = list(strip)
            for each in filters:
                segments = each.apply(segments, background)
            drawn = Strip(segments, strip.cell_length)
            lines.append(drawn if whole else drawn.crop(left, right))
        return lines
