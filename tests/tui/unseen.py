"""What an app without a terminal draws is drawn once where it rests, and not put together.

Such an app would draw every widget that changed, line by line, at each layout and each sixtieth of a second, some six
times until its first screen stands. What a widget draws may fail, so each state in which the app rests is drawn, as
`idle` tells. Textual then cuts each line at the edge of every widget and makes a screen of the pieces, which is thrown
away. Together that is a third of the processor time of tests of the screen. What a test looks at, or has a painter
write, and what an app draws that says by an attribute `watched` that somebody looks at it, is drawn and put together
as ever.
"""

from __future__ import annotations

from typing import Any
from weakref import WeakSet

from textual._compositor import Compositor, LayoutUpdate
from textual.geometry import Region
from textual.screen import Screen

_refresh = Screen._compositor_refresh
_whole = Compositor.render_full_update

_unseen = [False]
"""Whether nobody sees what is drawn; the innermost drawing last."""

_begun: WeakSet[Screen[Any]] = WeakSet()
"""The screens that were drawn once."""

_undrawn: WeakSet[Screen[Any]] = WeakSet()
"""The screens of which something changed since they were drawn."""


def refresh(screen: Screen[Any]) -> None:
    """Takes the place of Textual's `Screen._compositor_refresh`: has what changed drawn when the app rests. The first
    time a screen is drawn at once: what asks for that meanwhile has it."""
    app = screen.app
    if getattr(app, "watched", False) or not app.is_headless or screen is not app.screen:
        _refresh(screen)
        return
    _undrawn.add(screen)
    if screen not in _begun:
        _begun.add(screen)
        draw(screen)
        return
    screen._dirty_widgets.clear()
    app._update_mouse_over(screen)


def draw(screen: Screen[Any]) -> None:
    """Draws what changed, as Textual's `Screen._compositor_refresh` does. What fails ends the app."""
    if screen not in _undrawn:
        return
    _undrawn.discard(screen)
    _unseen.append(True)
    try:
        _refresh(screen)
    except Exception as error:
        screen.app._handle_exception(error)
    finally:
        _unseen.pop()


def whole(self: Compositor, simplify: bool = False) -> LayoutUpdate:
    """Has every widget that is in view draw itself; gives the screen, or nothing where nobody would see it.
    Its arguments have Textual's names, for the app asks for those."""
    if not _unseen[-1]:
        return _whole(self, simplify)
    self._dirty_regions.clear()
    for widget, (region, clip) in self.visible_widgets.items():
        if shown := region.intersection(clip):
            widget.render_lines(Region(shown.x - region.x, shown.y - region.y, shown.width, shown.height))
    return LayoutUpdate([], self.size.region)


def draw_where_it_rests() -> None:
    """From now on, in this process."""
    for kind, name, ours in ((Screen, "_compositor_refresh", refresh), (Compositor, "render_full_update", whole)):
        setattr(kind, name, ours)
