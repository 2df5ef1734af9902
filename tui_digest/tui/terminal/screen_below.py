"""What shows around a dialog: the screen below it, drawn once more.

Textual has it drawn as a text of Rich, which is taken apart and cut into lines again, cell by cell: a third of what it
takes to paint a dialog. Its lines are there already.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.segment import Segment
from rich.style import Style as RichStyle
from textual.renderables.background_screen import BackgroundScreen
from textual.strip import Strip
from textual.visual import Visual

from tui_digest.tui.terminal.inside import lacking

if TYPE_CHECKING:
    from textual.css.styles import RulesMap
    from textual.screen import Screen
    from textual.style import Style
    from textual.visual import RenderOptions


class ScreenBelow(Visual):
    """The lines of a screen, without what a click or a pointer would find in them."""

    def __init__(self, screen: Screen[object]) -> None:
        self._screen = screen

    def render_strips(self, width: int, height: int | None, style: Style, options: RenderOptions) -> list[Strip]:
        """So many lines of it, so many cells wide."""
        bare: dict[RichStyle | None, RichStyle] = {None: RichStyle.null()}
        strips = []
        for strip in self._screen._compositor.render_strips()[:height]:
            segments = []
            for text, own, control in strip:
                if own not in bare and own is not None:
                    bare[own] = own.clear_meta_and_links()
                segments.append(Segment(text, bare[own], control))
            strips.append(Strip(segments, strip.cell_length).crop(0, width))
        return strips

    def get_optimal_width(self, rules: RulesMap, container_width: int) -> int:
        """As wide as there is room."""
        return container_width

    def get_height(self, rules: RulesMap, width: int) -> int:
        """As high as the screen."""
        return self._screen.size.height


def shown_below(ground: object) -> object:
    """What a dialog gives as its ground; as lines, where that is the screen below as it is."""
    if not isinstance(ground, BackgroundScreen) or ground.color.a or lacking("below"):
        return ground
    return ScreenBelow(ground.screen)
