"""What an app without a terminal draws is not put together.

Such an app draws every widget, line by line, whenever something changes; that stays, for it may fail there. Textual
then cuts each line at the edge of every widget and makes a screen of the pieces, which is thrown away: some of the
processor time of tests of the screen. What a test looks at, or has a painter write, is put together as ever.
"""

from __future__ import annotations

from typing import Any

from textual._compositor import Compositor, LayoutUpdate
from textual.geometry import Region
from textual.screen import Screen

_refresh = Screen._compositor_refresh
_whole = Compositor.render_full_update

_unseen = [False]
"""Whether nobody sees what is drawn; the innermost drawing last."""


def refresh(screen: Screen[Any]) -> None:
    """Draws what changed, as Textual's `Screen._compositor_refresh` does. An app that looks at its updates says so by
    an attribute `watched`."""
    _unseen.append(screen.app.is_headless and not getattr(screen.app, "watched", False))
    try:
        _refresh(screen)
    finally:
        _unseen.pop()


def whole(compositor: Compositor, simplify: bool = False) -> LayoutUpdate:
    """Has every widget that is in view draw itself; gives the screen, or nothing where nobody would see it."""
    if not _unseen[-1]:
        return _whole(compositor, simplify)
    compositor._dirty_regions.clear()
    for widget, (region, clip) in compositor.visible_widgets.items():
        if shown := region.intersection(clip):
            widget.render_lines(Region(shown.x - region.x, shown.y - region.y, shown.width, shown.height))
    return LayoutUpdate([], compositor.size.region)


def put_nothing_together() -> None:
    """From now on, in this process."""
    for kind, name, ours in ((Screen, "_compositor_refresh", refresh), (Compositor, "render_full_update", whole)):
        setattr(kind, name, ours)
