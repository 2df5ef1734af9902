"""The words of triage's title line, verdicts and footer: pure functions of what is on the screen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from tui_digest.tui import status
from tui_digest.tui.keynames import shown
from tui_digest.tui.terminal.signs import BETWEEN, DONE, RULE, STARRED
from tui_digest.tui.widgets.row_pieces import KeyName, Piece, cells
from tui_digest.tui.wrap import ellipsis, width_of

if TYPE_CHECKING:
    from tui_digest.i18n import Translator
    from tui_digest.library.triaging import Triage
    from tui_digest.tui.keymap import Key, KeyReader

VERDICT_KEYS = {"keep": "triage.keep", "later": "triage.later", "skip": "triage.skip"}
"""The verdicts, and the ids of their keys."""
FOOTER = {
    "triage": ("mark.undo", "triage.leave", "help", "move.page", "copy.link", "open.browser", "note.write",
               "triage.again"),
    "summary": ("triage.copy", "triage.close", "mark.undo", "move.page", "help"),
}  # fmt: skip
"""The footer's keys over a paper and over the summary."""


class TriageFoot(NamedTuple):
    """What the footer of triage tells of."""

    width: int
    table: Sequence[Key]
    keys: KeyReader
    """Reads the keys of what is on the screen: what was begun, and what may follow."""
    fraction: float
    """How far one has read, 0 to 1."""
    scrolls: bool = True
    """Whether there is more of it than is in view."""
    flashed: str = ""
    """What was just done, said in the keys' place."""
    meant: str = ""
    """What the last key of another layout was taken for."""
    typing: status.Typing | None = None


def title(tr: Translator, triage: Triage, heading: str, width: int) -> tuple[list[Piece], list[Piece]]:
    """Left: what is sorted; right: how far one is, and what came of it so far where there is room and the summary does
    not say it."""
    counts = triage.counts()
    place = tr("triage.done") if triage.at_end else f"{triage.place:,}/{triage.total:,}"
    told = [f"{STARRED} {counts['keep']:,}", *(tr(f"triage.count.{n}", n=f"{counts[n]:,}") for n in ("later", "skip"))]
    right: list[Piece] = [(place, "strong"), ("".join(f" {BETWEEN} {each}" for each in told) + " ", "muted")]
    if triage.at_end or cells(right) + 12 > width:
        right = [(f"{place} ", "strong")]
    room = width - cells(right) - 2
    left = f"{tr('triage.title')} {BETWEEN} {heading}"
    return [(f" {left if width_of(left) <= room else ellipsis(heading, room)}", "strong")], right


def progress(triage: Triage, width: int) -> list[Piece]:
    """A line that grows with every verdict."""
    done = width * len(triage.verdicts) // max(1, triage.total)
    return [(DONE * done, "accent"), (RULE * (width - done), "rule")]


def legend(tr: Translator, table: Sequence[Key], width: int) -> list[Piece]:
    """What each verdict means, in the longest wording that fits."""
    pieces: list[Piece] = []
    for length in ("", ".short", ".shorter"):
        pieces = [(" ", "text")]
        for name, id_ in VERDICT_KEYS.items():
            typed = next((key.keys[0] for key in table if key.id == id_ and key.keys), "")
            words = f" {tr(f'triage.means.{name}{length}')}"
            pieces += [(KeyName.of(shown(typed), typed), "key"), (KeyName.of(words, typed), "text"), ("  ", "text")]
        if cells(pieces[:-1]) <= width:
            break
    return pieces[:-1]


def footer(tr: Translator, at: TriageFoot) -> tuple[list[Piece], list[Piece]]:
    """Left: what was just done, else the other keys, or what can follow what was begun; right: how far one has read."""
    keys, width = at.keys, at.width
    where = "" if at.fraction >= 1 else f"{round(at.fraction * 100):3}%"
    right = status.right_end(at.meant, where)
    if at.flashed and not keys.waiting:
        return status.flashing(at.flashed, right, width)
    if at.typing is not None:
        return [(" ", "text"), *status.typing_hints(tr, at.typing, width - 2)], []
    room = width - cells(right) - 2
    if keys.waiting:
        begun = f"{keys.count}{shown(' '.join(keys.pending))}… "
        follow = [key._replace(keys=(token,)) for token, key in keys.continuations()]
        return [(f" {begun}", "accent"), *status.key_hints(tr, follow, room - len(begun))], []
    if keys.screen == "select":
        return [(" ", "text"), *status.picking_hints(tr, at.table, room)], right
    by_id = {key.id: key for key in at.table}
    # Over a paper that is whole in view the key says so; over a summary it does nothing.
    still = "" if at.scrolls or keys.screen != "summary" else "move.page"
    wanted = [by_id[id_] for id_ in FOOTER[keys.screen] if id_ != still]
    return [(" ", "text"), *status.key_hints(tr, wanted, room)], right
