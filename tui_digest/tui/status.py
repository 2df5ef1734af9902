"""The words of title line, pane titles and footer, made from the main screen's state."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from tui_digest.tui.keymap import BOX_KEYS
from tui_digest.tui.keynames import shown
from tui_digest.tui.signs import BETWEEN, CURSOR_BAR, INTO, STARRED
from tui_digest.tui.widgets.row import Piece, cells
from tui_digest.tui.wrap import ellipsis, first_fit, fit_lines, width_of

if TYPE_CHECKING:
    from tui_digest.i18n import Translator
    from tui_digest.tui.keymap import Key
    from tui_digest.tui.screens.main import MainScreen
    from tui_digest.tui.screens.noting import Noting

_SHOWN = (
    "move.page", "pane.open", "pane.back", "mark.star", "mark.read", "copy.link", "open.browser", "filter.text",
    "filter.tags", "facet.tags", "facet.authors", "facet.digests", "view.save", "open.links",
    "move.next_unread", "mark.undo", "triage.start", "help", "quit",
)  # fmt: skip
"""The footer's keys, in the order in which they stand."""

_FIRST = ("help", "pane.open", "pane.back", "mark.star", "copy.link", "move.page", "filter.text", "quit", "mark.read")
"""Those that stay where there is no room for all; the others follow in their order."""


_PICKING = ("select.word", "select.line_end", "select.swap", "select.copy", "select.leave")
"""The footer's keys while text is being selected, behind those that move."""


def title(screen: MainScreen) -> tuple[list[Piece], list[Piece]]:
    """Left: which week, and the pane where only one shows; right: what is asked for, and counts.

    Where the line is short, period, year and the lesser counts go, each whole, before anything is cut.
    """
    room = screen.size.width
    narrower = [_counts(screen), _counts(screen, short=True), list[Piece]()]
    for right in narrower:
        for left in _names(screen):
            if cells(left) + cells(right) + 2 <= room:
                return left, [*right, (" ", "text")]
    return _names(screen)[-1], []


def _names(screen: MainScreen) -> list[list[Piece]]:
    """The week in words and the pane, from long to short."""
    tr = screen.tr
    week = next((w for w in screen.weeks if w.id == screen.week), None)
    pane: list[Piece] = []
    if screen.size.width < 88 or screen.zen:
        pane.append((f" {INTO} {_pane_name(screen, screen.pane)}", "accent"))
    if week is None:
        return [[(f" {tr('week.all')}", "strong"), *pane]]
    whole, bare = (tr.week_days(week, year=year) for year in (True, False))
    name = tr.week_name(week)
    named: list[Piece] = [(f" {BETWEEN} {name}", "muted")] if name else []
    return [
        [(f" {whole}", "strong"), *named, *pane],
        [(f" {whole}", "strong"), *pane],
        [(f" {bare}", "strong"), *pane],
    ]


def _counts(screen: MainScreen, *, short: bool = False) -> list[Piece]:
    """What the list is narrowed to and how much that leaves, or how much there is."""
    tr = screen.tr
    counted = next((w for w in screen.weeks if w.id == screen.week), screen.totals)
    asked = screen.asked()
    if asked:
        asked = ellipsis(asked, max(8, screen.size.width // 3))
        if screen.mistake is not None:  # the list is what was asked for before it
            return [(asked, "accent")]
        found = f"{screen.found:,}" if short else tr("title.found", n=f"{screen.found:,}", total=f"{counted.papers:,}")
        return [(f"{asked}  ", "accent"), (found, "text")]
    parts: list[Piece] = [] if short else [(tr("title.papers", n=f"{counted.papers:,}"), "text")]
    if counted.unread:
        parts.append((tr("title.unread", n=f"{counted.unread:,}"), "strong"))
    if counted.starred:
        parts.append((f"{STARRED} {counted.starred:,}", "accent"))
    return [piece for part in parts for piece in ((f" {BETWEEN} ", "muted"), part)][1:]


def _pane_name(screen: MainScreen, pane: str) -> str:
    """What a pane is called; that of tags, by what it holds."""
    return screen.tr(f"pane.{screen.facet if pane == 'tags' else pane}")


def pane_title(screen: MainScreen, pane: str) -> list[Piece]:
    """A pane's name; where it has the keys, behind the cursor's bar and bold, so that it is told without colour."""
    here = screen.pane == pane
    words: list[Piece] = [((CURSOR_BAR if here else " ") + _pane_name(screen, pane), "key" if here else "muted")]
    if pane == "tags" and screen.tag_text:
        words.append((f" /{screen.tag_text}", "accent"))
    return words


def notice(screen: MainScreen) -> list[Piece]:
    """The line about the starter digests, in the longest wording that fits."""
    words = [screen.tr(f"starters.{length}") for length in ("line", "short", "shorter", "shortest")]
    return [(f" {first_fit(words, screen.app.size.width - 1)}", "accent")]


def footer(screen: MainScreen) -> tuple[list[Piece], list[Piece]]:
    """Left: what was just done, else what can be pressed here, or can follow what was begun; right: where one is."""
    tr, keys = screen.tr, screen.keys
    right = _right(screen)
    if screen.flashed and not keys.waiting:
        room = screen.app.size.width - width_of(screen.flashed) - 3
        narrower: tuple[list[Piece], ...] = (right, right[:-2], [])  # where one is goes first
        return [(f" {screen.flashed}", "key")], next(pieces for pieces in narrower if cells(pieces) <= max(room, 0))
    if (place := screen.caret_cells()) is not None and screen.mistake is not None:
        return _caret(screen, *place), []
    left: list[Piece] = [(" ", "text")]
    room = screen.app.size.width - cells(right) - 2
    if screen.select_reader is not None:
        left += _whole(_picking(screen), room)
    elif screen.typing:
        writing = "note" if screen.editing else "tags_box"
        box = "name" if screen.naming else writing if screen.writing else "filter"
        completion = screen.completion() if box == "filter" else ""
        left += note_hints(screen, room) if box == "note" else box_hints(tr, box, room, completion)
        if screen.naming and (rest := room - cells(left)) > 4:
            left.append((f"  {ellipsis(screen.naming_words(), rest - 2)}", "accent"))
    elif keys.waiting:
        begun = f"{keys.count}{shown(' '.join(keys.pending))}… "
        left.append((begun, "accent"))
        # What one key does as well stands last: it is the first to go where there is no room.
        following = sorted(keys.continuations(), key=lambda found: " " not in found[1].keys[0])
        left += _whole([_hint(token, _name(screen, key.id, {})) for token, key in following], room - width_of(begun))
    else:
        left += _hints(screen, room)
    return left, right


def box_hints(tr: Translator, place: str, room: int, completion: str = "") -> list[Piece]:
    """The keys of a text field, and what Tab would put there."""
    keys = [key for key in BOX_KEYS if key.place == place and key.hinted]
    hints = [_hint("".join(map(shown, key.keys[: key.hinted])), tr(key.label)) for key in keys]
    return _whole([*hints, *([_hint("Tab", completion)] if completion else [])], room)


def note_hints(screen: Noting, room: int) -> list[Piece]:
    """The keys of the open note; as long as it cannot be saved, what its own title says."""
    if screen.unsaved:
        return [(ellipsis(screen.tr("note.unsaved"), max(1, room)), "accent")]
    return box_hints(screen.tr, "note", room)


def right_end(meant: str, where: str) -> list[Piece]:
    """The right end of a footer: a place, and before it what another layout's key was taken for."""
    told: list[Piece] = [(meant, "accent"), ("  ", "text")] if meant else []
    return [*told, (where, "muted"), (" ", "text")]


def _right(screen: MainScreen) -> list[Piece]:
    """Where one is; before it, which key another layout's was taken for."""
    return right_end(screen.layout_meant, where(screen))


def _caret(screen: MainScreen, column: int, cells: int) -> list[Piece]:
    """A mark under the mistake in the box, and what is wrong; to the left of the mark where there is more room."""
    error = screen.mistake
    assert error is not None
    width = screen.app.size.width
    column = min(column, width - 2)
    mark = "^" + "~" * (min(cells, width - column - 1) - 1)
    words = screen.tr(error.message_id, **error.details) + (f"  {screen.tr('query.tab')}" if error.fixed else "")
    after = width - column - len(mark) - 3
    if width_of(words) <= after or after >= column:
        return [(" " * column, "text"), (mark, "accent"), (f"  {words}", "text")]
    said = fit_lines(words, max(2, column - 2), 1)[0]
    return [(" " + said.ljust(column - 1 - width_of(said) + len(said)), "text"), (mark, "accent")]


def _hint(key: str, name: str) -> list[Piece]:
    return [(key, "key"), (f" {name}  ", "muted")]


def _whole(hints: list[list[Piece]], room: int) -> list[Piece]:
    """As many of the hints as fit, none of them cut."""
    pieces: list[Piece] = []
    for hint in hints:
        pieces += hint
        if cells(pieces) - 2 > room:  # the blanks after the last need no room
            del pieces[-len(hint) :]
            break
    return [*pieces[:-1], *((text.rstrip(), ink) for text, ink in pieces[-1:])]


def _states(screen: MainScreen) -> dict[str, str]:
    """What the keys that turn something on or off would do to the entry under the cursor, by their ids."""
    key = screen.key_here()
    if key is None or screen.pane not in ("entries", "entry"):
        return {}
    mark = screen.library.marks.of(key)
    return {"mark.star": "off" if mark.starred else "on", "mark.read": "off" if mark.read else "on"}


def _name(screen: MainScreen, id_: str, states: Mapping[str, str]) -> str:
    """A key's name where there is room for a word: what it does here and to this entry, else its short name."""
    names = (f"short.{id_}.{states.get(id_, screen.pane)}", f"short.{id_}", f"key.{id_}")
    return screen.tr(next(name for name in names if screen.tr.knows(name)))


def _picking(screen: MainScreen) -> list[list[Piece]]:
    """The keys while text is being selected."""
    first = {key.id: shown(key.keys[0]) for key in screen.table if key.group == "select" and key.keys}
    moves = " ".join(first[f"select.{way}"] for way in ("left", "down", "up", "right") if f"select.{way}" in first)
    rest = [_hint(first[id_], screen.tr(f"short.{id_}")) for id_ in _PICKING if id_ in first]
    return [_hint(moves, screen.tr("footer.move")), *rest]


def _hints(screen: MainScreen, room: int) -> list[Piece]:
    """As many of the pane's keys as fit, whole."""
    by_id = {key.id: key for key in screen.table}
    down, up = by_id["move.down"].keys, by_id["move.up"].keys
    hints: dict[str, list[Piece]] = {}
    states = _states(screen)
    if down and up:
        hints["move"] = _hint(f"{shown(down[0])} {shown(up[0])}", screen.tr("footer.move"))
    for id_ in _SHOWN:
        key = by_id[id_]
        if screen.pane in key.panes and key.keys and id_ != f"facet.{screen.facet}":
            hints[id_] = _hint(shown(key.keys[0]), _name(screen, id_, states))
    fitting: set[str] = set()
    for id_ in (*_FIRST, *hints):
        if id_ in hints and id_ not in fitting and (wide := cells(hints[id_])) <= room:
            fitting.add(id_)
            room -= wide
    return [piece for id_, pieces in hints.items() if id_ in fitting for piece in pieces]


def where(screen: MainScreen) -> str:
    """The place in the list that has the keys, and in the entry: `3/8 ·  42%`; as wide at its beginning as at its end,
    for the hints beside it must not jump."""
    if screen.pane == "weeks":
        at, total = screen.week_rows.place(screen.weeks_list.cursor)
    elif screen.pane == "tags":
        at, total = screen.tags_list.cursor + 1, len(screen.tag_rows)
    else:
        at, total = screen.entries_list.cursor + 1, len(screen.rows)
    if not total:
        return "0/0"
    place = f"{at:,}/{total:,}".rjust(2 * width_of(f"{total:,}") + 1)
    return f"{place} {BETWEEN} {round(screen.body.fraction * 100):3}%" if screen.pane == "entry" else place


def key_hints(tr: Translator, keys: Iterable[Key], room: int) -> list[Piece]:
    """As many of the keys as fit, whole, with their short names."""
    names = ((key, f"short.{key.id}") for key in keys if key.keys)
    return _whole([_hint(shown(key.keys[0]), tr(name if tr.knows(name) else key.label)) for key, name in names], room)
