"""The words of triage's title line, verdicts and footer, made from its screen's state."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_digest.tui import status
from tui_digest.tui.keynames import shown
from tui_digest.tui.signs import BETWEEN, STARRED
from tui_digest.tui.widgets.row import Piece, cells
from tui_digest.tui.wrap import ellipsis, width_of

if TYPE_CHECKING:
    from tui_digest.tui.screens.triage import TriageScreen

VERDICT_KEYS = {"keep": "triage.keep", "later": "triage.later", "skip": "triage.skip"}
"""The verdicts, and the ids of their keys."""
FOOTER = {
    "triage": ("mark.undo", "triage.leave", "help", "move.page", "copy.link", "open.browser", "note.write",
               "triage.again"),
    "summary": ("triage.copy", "triage.close", "mark.undo", "move.page", "help"),
}  # fmt: skip
"""The footer's keys over a paper and over the summary."""


def title(screen: TriageScreen) -> tuple[list[Piece], list[Piece]]:
    """Left: what is sorted; right: how far one is, and what came of it so far where there is room."""
    triage, tr, width = screen.triage, screen.tr, screen.app.size.width
    counts = triage.counts()
    place = tr("triage.done") if screen.at_end else f"{triage.place:,}/{triage.total:,}"
    told = [f"{STARRED} {counts['keep']:,}", *(tr(f"triage.count.{n}", n=f"{counts[n]:,}") for n in ("later", "skip"))]
    right: list[Piece] = [(place, "strong"), ("".join(f" {BETWEEN} {each}" for each in told) + " ", "muted")]
    if cells(right) + 12 > width:
        right = [(f"{place} ", "strong")]
    room = width - cells(right) - 2
    left = f"{tr('triage.title')} {BETWEEN} {screen.heading}"
    return [(f" {left if width_of(left) <= room else ellipsis(screen.heading, room)}", "strong")], right


def legend(screen: TriageScreen) -> list[Piece]:
    """What each verdict means, in the longest wording that fits."""
    pieces: list[Piece] = []
    for length in ("", ".short", ".shorter"):
        pieces = [(" ", "text")]
        for name, id_ in VERDICT_KEYS.items():
            pieces += [(screen.key_of(id_), "key"), (f" {screen.tr(f'triage.means.{name}{length}')}", "text")]
            pieces.append(("  ", "text"))
        if cells(pieces[:-1]) <= screen.app.size.width:
            break
    return pieces[:-1]


def footer(screen: TriageScreen) -> tuple[list[Piece], list[Piece]]:
    """Left: what was just done, else the other keys, or what can follow what was begun; right: how far one has read."""
    keys, width = screen.keys, screen.app.size.width
    if screen.flashed and not keys.waiting:
        return [(f" {screen.flashed}", "key")], []
    if screen.editing:
        return [(" ", "text"), *status.note_hints(screen, width - 2)], []
    where = "" if screen.body.fraction >= 1 else f"{round(screen.body.fraction * 100):3}%"
    right = status.right_end(screen.layout_meant, where)
    room = width - cells(right) - 2
    if keys.waiting:
        begun = f"{keys.count}{shown(' '.join(keys.pending))}… "
        follow = [key._replace(keys=(token,)) for token, key in keys.continuations()]
        return [(f" {begun}", "accent"), *status.key_hints(screen.tr, follow, room - len(begun))], []
    by_id = {key.id: key for key in screen.table}
    wanted = [by_id[id_] for id_ in FOOTER["summary" if screen.at_end else "triage"]]
    return [(" ", "text"), *status.key_hints(screen.tr, wanted, room)], right
