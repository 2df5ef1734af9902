"""Draws anew what is to be painted and nothing beside it.

Textual's compositor draws every widget that the rectangle around all changed places touches, whole, and cuts each of
their lines at every widget's edge: for a star and a number in the footer that is the screen. This one draws the lines
that hold a changed place, of the widget that is seen there.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from rich.control import Control
from textual._compositor import Compositor, CompositorUpdate, LayoutUpdate
from textual.geometry import Region

from tui_digest.tui.terminal.inside import lacking

if TYPE_CHECKING:
    from rich.console import Console
    from textual.screen import Screen
    from textual.strip import Strip

Spans = list[tuple[int, int]]
"""Columns of a line: from, to."""


class DrawnAnew(CompositorUpdate):
    """Pieces of lines: line, column, strip."""

    def __init__(self, pieces: list[tuple[int, int, Strip]]) -> None:
        self.pieces = pieces

    def render_segments(self, console: Console) -> str:
        """The pieces in Textual's bytes, where no painter of ours writes them."""
        return "".join(f"{Control.move_to(x, y).segment.text}{strip.render(console)}" for y, x, strip in self.pieces)


class SparingCompositor(Compositor):
    """Textual's compositor, which draws a part of the screen otherwise."""

    drawn = False
    """Whether the whole screen was ever drawn."""

    def render_full_update(self, simplify: bool = False) -> LayoutUpdate:
        """The whole screen. When it is drawn for the first time, every widget on it has asked for that as it got its
        size: with this they have it, and need not be drawn again at once."""
        if not self.drawn:
            self.drawn = True
            for widget in self.visible_widgets:
                widget._repaint_required = False
                widget._exchange_repaint_regions()
        return super().render_full_update(simplify)

    def render_partial_update(self) -> DrawnAnew | None:  # type: ignore[override]
        """What changed since it was asked last; None where nothing did."""
        screen = self.size.region
        regions = [shown for each in self._dirty_regions if (shown := each.intersection(screen))]
        self._dirty_regions.clear()
        wanted: dict[int, Spans] = {}
        for y, first, last in self._regions_to_spans(regions):
            wanted.setdefault(y, []).append((first, last))
        pieces: list[tuple[int, int, Strip]] = []
        for widget, (region, clip) in self.visible_widgets.items():  # what lies in front comes first
            if not wanted:
                break
            shown = region.intersection(clip)
            for lines in _runs(wanted, shown):
                strips = widget.render_lines(
                    Region(shown.x - region.x, lines.start - region.y, shown.width, len(lines))
                )
                for y, strip in zip(lines, strips, strict=False):
                    left: Spans = []
                    for first, last in wanted.pop(y):
                        a, b = max(first, shown.x), min(last, shown.right)
                        if a >= b:
                            left.append((first, last))
                            continue
                        whole = (a, b) == (shown.x, shown.right)
                        pieces.append((y, a, strip if whole else strip.crop(a - shown.x, b - shown.x)))
                        left += [part for part in ((first, a), (b, last)) if part[0] < part[1]]
                    if left:
                        wanted[y] = left
        return DrawnAnew(pieces) if pieces else None


def _runs(wanted: dict[int, Spans], shown: Region) -> Iterator[range]:
    """The lines of a region that hold something wanted, as many at once as follow each other."""
    start = None
    for y in range(shown.y, shown.bottom):
        held = any(first < shown.right and last > shown.x for first, last in wanted.get(y, ()))
        if held and start is None:
            start = y
        elif not held and start is not None:
            yield range(start, y)
            start = None
    if start is not None:
        yield range(start, shown.bottom)


def was_drawn(screen: Screen[Any]) -> bool:
    """Whether a screen was drawn whole; False where Textual's own compositor draws it."""
    return getattr(screen._compositor, "drawn", False)


def lay_out_now(screen: Screen[Any]) -> None:
    """Have a screen laid out at once, as it stands: the key before this one asked for it, and both came together."""
    if not lacking("layout"):
        screen._refresh_layout()


def compose_sparingly(screen: Screen[Any]) -> None:
    """Have a screen that nothing was laid out on yet drawn so, where this Textual's inside is what that rests on."""
    if not lacking("compositor"):
        screen._compositor = SparingCompositor()
