"""A long text of a dialog, in lines of which those in view are drawn and no others."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from textual.content import Content
from textual.geometry import Size
from textual.strip import Strip
from textual.style import Style
from textual.visual import Visual

from tui_digest.tui.widgets.prose import Prose
from tui_digest.tui.wrap import hang_within, width_of, wrap


class LongTextLine(NamedTuple):
    """A line of the text."""

    content: Content
    hang: int = 0
    """Cells that stay blank before what of it needs more lines."""


class LongText(Prose):
    """Stands in what scrolls it. Textual would wrap and draw all lines of a text, twice, before the first is seen."""

    def __init__(self) -> None:
        super().__init__()
        self._lines: Sequence[LongTextLine] = ()
        self._rows: list[tuple[int, int, int]] = []
        """Of each line as it is drawn: which line of the text, and where it begins and ends in that."""
        self._laid_out_for = 0

    def show(self, lines: Sequence[LongTextLine]) -> None:
        """Show these."""
        self._lines, self._laid_out_for = lines, 0
        self.update(Content("\n").join(line.content for line in lines))

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """The lines it takes when it is so wide."""
        self._lay_out(width)
        return len(self._rows)

    def _lay_out(self, width: int) -> None:
        if width == self._laid_out_for:
            return
        self._laid_out_for, self._rows = width, []
        for number, (content, hang) in enumerate(self._lines):
            text = content.plain
            whole = [(0, len(text))]
            spans = whole if width_of(text) <= width else wrap(text, width, hang_within(hang, width))
            self._rows += [(number, start, end) for start, end in spans]

    def render_line(self, y: int) -> Strip:
        """One line."""
        width = self.size.width
        self._lay_out(width)
        if not 0 <= y < len(self._rows):
            return Strip.blank(width, self.visual_style.rich_style)
        number, start, end = self._rows[y]
        content, hang = self._lines[number]
        chosen = self.text_selection
        if chosen is not None and (span := chosen.get_span(number)) is not None:
            marked = Style.from_styles(self.screen.get_component_styles("screen--selection"))
            content = content.stylize(marked, span[0], len(content) if span[1] < 0 else span[1])
        (strip,) = Visual.to_strips(self, content[start:end], width, 1, self.visual_style, apply_selection=False) or [
            Strip([])
        ]
        before = Strip.blank(hang_within(hang, width) if start else 0, self.visual_style.rich_style)
        drawn = Strip.join([before, strip.apply_offsets(start, number)])
        return drawn.extend_cell_length(width, self.visual_style.rich_style).crop(0, width)
