"""The words of title line, pane titles and footer, made from the main screen's state."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_digest.tui.keymap import shown
from tui_digest.tui.widgets.row import Piece, cells
from tui_digest.tui.wrap import width_of

if TYPE_CHECKING:
    from tui_digest.tui.screens.main import MainScreen

_SHOWN = (
    "move.page", "pane.open", "pane.back", "mark.star", "mark.read", "copy.link", "open.browser", "filter.text",
    "filter.tags", "open.links", "move.next_unread", "mark.undo", "help", "quit",
)  # fmt: skip
"""The footer's keys, in the order in which they stand."""

_FIRST = ("help", "pane.open", "pane.back", "mark.star", "copy.link", "move.page", "filter.text", "quit", "mark.read")
"""Those that stay where there is no room for all; the others follow in their order."""


def title(screen: MainScreen) -> tuple[list[Piece], list[Piece]]:
    """Left: which week, and the panes on the way to here where only one shows; right: counts and filters."""
    tr = screen.tr
    week = next((w for w in screen.weeks if w.id == screen.week), None)
    if week is None:
        name, when = tr("week.all"), ""
        papers, unread = sum(w.papers for w in screen.weeks), sum(w.unread for w in screen.weeks)
        starred = sum(w.starred for w in screen.weeks)
    else:
        name = tr.week_name(week.id, week.title, year=True)
        when = tr.period(week.start, week.end)
        papers, unread, starred = week.papers, week.unread, week.starred
    left: list[Piece] = [(f" {name}", "strong")]
    if when and when not in name:
        left.append((f" · {when}", "muted"))
    if screen.size.width < 88 or screen.zen:
        left.append((f" › {tr(f'pane.{screen.pane}')}", "accent"))
    counts = tr("title.papers", n=papers)
    right: list[Piece] = []
    asked = screen.asked()
    if asked:
        right.append((f"{len(screen.rows)}/{asked}  ", "accent"))
    right.append((counts, "text"))
    if unread:
        right += [(" · ", "muted"), (tr("title.unread", n=unread), "strong")]
    if starred:
        right += [(" · ", "muted"), (f"★ {starred}", "accent")]
    return left, [*right, (" ", "text")]


def pane_title(screen: MainScreen, pane: str) -> list[Piece]:
    """A pane's name, in the accent colour where it has the keys."""
    words: list[Piece] = [(screen.tr(f"pane.{pane}"), "key" if screen.pane == pane else "muted")]
    if pane == "tags" and screen.tag_text:
        words.append((f" /{screen.tag_text}", "accent"))
    return words


def footer(screen: MainScreen) -> tuple[list[Piece], list[Piece]]:
    """Left: what can be pressed here, or what can follow what was begun; right: where one is."""
    tr, keys = screen.tr, screen.keys
    left: list[Piece] = [(" ", "text")]
    if keys.waiting:
        left.append((f"{keys.count}{shown(' '.join(keys.pending))}… ", "accent"))
        for token, key in keys.continuations():
            left += [(token, "key"), (f" {tr(key.label)}  ", "muted")]
    else:
        left += _hints(screen)
    return left, [(where(screen), "muted"), (" ", "text")]


def _hints(screen: MainScreen) -> list[Piece]:
    """As many of the pane's keys as fit, whole."""
    tr = screen.tr
    by_id = {key.id: key for key in screen.table}
    down, up = by_id["move.down"].keys, by_id["move.up"].keys
    hints: dict[str, list[Piece]] = {}
    if down and up:
        hints["move"] = [(f"{shown(down[0])} {shown(up[0])}", "key"), (f" {tr('footer.move')}  ", "muted")]
    for id_ in _SHOWN:
        key = by_id[id_]
        if screen.pane in key.panes and key.keys:
            # A line has room for a word a key; where the full name is longer, a short one stands in.
            name = tr(f"short.{id_}") if tr.knows(f"short.{id_}") else tr(key.label)
            hints[id_] = [(shown(key.keys[0]), "key"), (f" {name}  ", "muted")]
    room = screen.app.size.width - width_of(where(screen)) - 3
    fitting: set[str] = set()
    for id_ in (*_FIRST, *hints):
        if id_ in hints and id_ not in fitting and (wide := cells(hints[id_])) <= room:
            fitting.add(id_)
            room -= wide
    return [piece for id_, pieces in hints.items() if id_ in fitting for piece in pieces]


def where(screen: MainScreen) -> str:
    """The place in the list, and in the entry: `3/8 · 42%`."""
    total = len(screen.rows)
    if not total:
        return "0/0"
    place = f"{screen.entries_list.cursor + 1:,}/{total:,}"
    return f"{place} · {round(screen.body.fraction * 100)}%" if screen.pane == "entry" else place
