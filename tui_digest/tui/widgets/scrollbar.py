"""What the lists and the entry pane share: a view that moves by whole steps, its wheel, and the bar that shows it.

The widgets do not use Textual's own scrolling: a changed virtual size costs a second layout and paint.
"""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import NamedTuple

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Region, Size
from textual.strip import Strip

from tui_digest.tui.terminal.signs import THUMB
from tui_digest.tui.terminal.sparing_compositor import lay_out_now
from tui_digest.tui.widgets.self_drawn import SelfDrawn

WHEEL_LINES = 3
"""Lines that one notch of the wheel moves, more where a step of the view is higher."""


class BarPlace(NamedTuple):
    """What a scrollbar shows, in steps of its own: how many there are, how many are in view, and from which one."""

    total: int
    shown: int
    top: int


@dataclass(frozen=True, slots=True)
class Thumb:
    """The part of a scrollbar that shows which part of the whole is in view."""

    start: int
    """Rows above it."""
    size: int
    """Rows it takes."""

    def holds(self, y: int) -> bool:
        """Whether it covers this row of the bar."""
        return self.start <= y < self.start + self.size


def thumb(height: int, total: int, shown: int, top: int) -> Thumb | None:
    """The thumb of a bar `height` rows high while `shown` of `total` steps are in view from `top`; None if all are.

    It touches an end of the bar only when the view does.
    """
    if total <= shown or height < 1:
        return None
    size = max(1, height * shown // total)
    travel, last = height - size, total - shown
    start = (top * travel + last // 2) // last
    if travel > 1 and 0 < top < last:
        start = min(max(start, 1), travel - 1)
    return Thumb(start, size)


def top_at(height: int, total: int, shown: int, start: int) -> int:
    """The view's top when the thumb is dragged so that `start` rows are above it."""
    travel, last = height - max(1, height * shown // max(1, total)), max(0, total - shown)
    if travel < 1:
        return 0
    return (min(max(start, 0), travel) * last + travel // 2) // travel


class ScrollPane(SelfDrawn, can_focus=True):
    """A widget that draws itself line by line from `top` on; what a step is (a row, a line), a subclass says."""

    DEFAULT_CSS = """
    ScrollPane { width: 1fr; height: 1fr; color: $foreground; }
    """

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._top = 0
        self._held: int | None = None
        """The row of the thumb by which the mouse holds it."""
        self._named_styles: dict[tuple[str, ...], Style] = {}
        self._drawn_size = Size(0, 0)
        """The content's size at the last paint; asking for it anew on every line would cost more than the line."""
        self._bar: Thumb | None = None
        self._bar_cells = (Segment(" "), Segment(THUMB))
        """The scrollbar's cell beside a line: where the thumb is not, and where it is."""
        self._painting = False
        """Whether a line is asked for to be painted, not to find what lies under the pointer."""

    @property
    def top(self) -> int:
        """The first step in view."""
        return self._top

    @property
    @abstractmethod
    def max_top(self) -> int:
        """The last `top` there is: the end is in view."""

    def scroll_view(self, top: int) -> bool:
        """Move the view there, or as near as there is; False when it stands there already."""
        top = self._within(top)
        if top == self._top:
            return False
        self._view_moved(top)
        return True

    def _within(self, top: int) -> int:
        """The nearest top there is."""
        return min(max(0, top), self.max_top)

    @abstractmethod
    def _bar_place(self) -> BarPlace:
        """What the scrollbar shows."""

    def _dragged_to(self, place: int) -> int:
        """The top that the scrollbar shows so."""
        return place

    @abstractmethod
    def _wheeled(self, way: int) -> int:
        """The top after a notch of the wheel, down (1) or up (-1)."""

    @abstractmethod
    def _turned(self, way: int) -> int:
        """The top a view further, down (1) or up (-1)."""

    @abstractmethod
    def _view_moved(self, top: int) -> None:
        """Take the new top and repaint."""

    @abstractmethod
    def _settle(self) -> None:
        """Fit the view to the widget's size; called before every paint and every move."""

    def _settle_to_move(self) -> None:
        """The same before a move by what is in view. A key that shows this widget, and one that moves in it, may come
        in one read: then nothing was laid out yet, and a page would be no line."""
        if not self.size.height and self.is_attached and all(node.display for node in self.ancestors_with_self):
            lay_out_now(self.screen)
        self._settle()

    def notify_style_update(self) -> None:
        """Forget styles made from the former CSS."""
        super().notify_style_update()
        self._named_styles.clear()

    def _style(self, *names: str) -> Style:
        """The style of these inks over the widget's background, the last one winning; without any, the widget's own."""
        style = self._named_styles.get(names)
        if style is None:
            visual = self.screen.get_visual_style(*names) if names else self.visual_style
            style = visual.rich_style
            if not any(self.screen.get_component_styles(name).background.a for name in names):
                # In a dialog's frame the widget's ground is not the screen's.
                style += Style(bgcolor=self.visual_style.rich_style.bgcolor)
            # Textual leaves this attribute out; where there are no shades it is what tells the cursor's row.
            if any(self.screen.get_component_styles(name).text_style.reverse for name in names):
                style += Style(reverse=True)
            self._named_styles[names] = style
        return style

    def render_lines(self, crop: Region) -> list[Strip]:
        """Paint: what all lines need is made once."""
        self._settle()
        self._drawn_size = self.size
        self._bar = thumb(self._drawn_size.height, *self._bar_place())
        held = "ink--thumb" if self._held is None else "ink--thumb-held"
        self._bar_cells = (Segment(" ", self._style()), Segment(THUMB, self._style(held)))
        self._painting = True
        try:
            return super().render_lines(crop)
        finally:
            self._painting = False

    def _with_bar(self, strip: Strip, y: int) -> Strip:
        """A line one cell narrower than the widget, with its cell of the scrollbar."""
        cell = self._bar_cells[self._bar is not None and self._bar.holds(y)]
        return Strip([*strip, cell], strip.cell_length + 1)

    def _over_bar(self, x: int) -> bool:
        """Whether a column of the content is the scrollbar's, and there is one."""
        place = self._bar_place()
        return x == self.size.width - 1 and place.total > place.shown

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """The wheel moves the view, wherever the focus is."""
        event.stop()
        event.prevent_default()
        self.scroll_view(self._wheeled(1))

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """The wheel moves the view, wherever the focus is."""
        event.stop()
        event.prevent_default()
        self.scroll_view(self._wheeled(-1))

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Take hold of the thumb, or turn a page towards the pointer."""
        offset = event.get_content_offset(self)
        if offset is None or not self._over_bar(offset.x):
            return
        event.stop()
        bar = thumb(self.size.height, *self._bar_place())
        if bar is not None and bar.holds(offset.y):
            self._held = offset.y - bar.start
            self.capture_mouse()
            self.refresh()
        elif bar is not None:
            self.scroll_view(self._turned(1 if offset.y > bar.start else -1))

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Drag the thumb."""
        if self._held is not None:
            event.stop()
            y = event.get_content_offset_capture(self).y
            total, shown, _ = self._bar_place()
            self.scroll_view(self._dragged_to(top_at(self.size.height, total, shown, y - self._held)))

    def on_mouse_up(self, event: events.MouseUp) -> None:
        """Let the thumb go."""
        if self._held is not None:
            event.stop()
            self.release_mouse()

    def on_mouse_release(self) -> None:
        """The mouse was let go, or taken away by the screen."""
        if self._held is not None:
            self._held = None
            self.refresh()
