"""The words of title line, pane titles and footer: pure functions of what is on the screen."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from tui_digest.tui.box_keys import BOX_KEYS
from tui_digest.tui.hints import box_hints, fitting, hint, together, whole
from tui_digest.tui.keynames import shown
from tui_digest.tui.panes.layout import THREE_PANES
from tui_digest.tui.terminal.signs import BETWEEN, CHOSEN, CURSOR_BAR, INTO, RULE, STARRED
from tui_digest.tui.widgets.row_pieces import Piece, cells
from tui_digest.tui.wrap import ellipsis, first_fit, fit_lines, width_of

if TYPE_CHECKING:
    from tui_digest.i18n import Translator
    from tui_digest.models import Mark, Week
    from tui_digest.query import QueryError
    from tui_digest.store.summary import Totals
    from tui_digest.tui.keymap import Key, KeyReader

_SHOWN = (
    "move.page", "pane.open", "pane.left", "pane.back", "mark.star", "mark.read", "copy.link", "open.browser",
    "filter.text", "filter.tags", "facet.tags", "facet.authors", "facet.digests", "view.save", "open.links",
    "move.next_unread", "mark.undo", "triage.start", "help", "quit",
)  # fmt: skip
"""The footer's keys, in the order in which they stand."""

_FIRST = (
    "help",
    "pane.open",
    "pane.left",
    "pane.back",
    "mark.star",
    "copy.link",
    "move.page",
    "filter.text",
    "quit",
    "mark.read",
)
"""Those that stay where there is no room for all; the others follow in their order."""


_PICKING = ("select.word", "select.line_end", "select.swap", "select.copy", "select.leave")
"""The footer's keys while text is being selected, behind those that move."""


MORE = "+"
"""Behind a number that may grow."""

_OF_AN_ENTRY = (
    "move.page", "pane.open", "mark.star", "mark.read", "copy.link", "open.browser", "open.links", "move.next_unread",
    "triage.start",
)  # fmt: skip
"""Keys that do nothing where there is no entry."""


class TitleLine(NamedTuple):
    """What the title line tells of."""

    width: int
    """Cells of the line."""
    week: Week | None
    """The week shown; None for all weeks."""
    totals: Totals
    pane: str
    """The pane that has the keys, by name."""
    alone: bool
    """Whether that pane stands alone, so that its name is to be told."""
    asked: str
    """What the list is narrowed to, in words."""
    found: int
    """How many papers that leaves."""
    readable: bool
    """Whether that could be read; else the list is what was asked for before."""
    so_far: bool = False
    """Whether more may be found."""
    entries: int = 0
    """Rows of the list: more than the papers where one is mentioned twice."""


class Typing(NamedTuple):
    """A text field at the foot of the screen."""

    box: str
    """Which one, as a place of `BOX_KEYS`."""
    completion: str = ""
    """What Tab would put there."""
    purpose: str = ""
    """What the text is for, where that is to be told."""
    unsaved: bool = False
    """Whether it is a note that cannot be saved."""
    mistake: QueryError | None = None
    caret: tuple[int, int] | None = None
    """Where the mistake stands: column of the screen, and cells."""


class Foot(NamedTuple):
    """What the footer tells of."""

    width: int
    table: Sequence[Key]
    keys: KeyReader
    """Reads the keys of the table: what was begun, and what may follow."""
    pane: str
    """The pane that has the keys: one of `keymap.PANES`."""
    facet: str
    """What the list below the weeks holds."""
    place: tuple[int, int]
    """The row of the cursor in the pane's list, the first being 1, and its rows."""
    read: float | None = None
    """How much of the entry was read (0 to 1), where that is told."""
    moves: bool = True
    """Whether there is something to move through: more than one row, or more of an entry than is in view."""
    flashed: str = ""
    """What was just done, said in the keys' place."""
    meant: str = ""
    """What the last key of another layout was taken for."""
    mark: Mark | None = None
    """The mark of the paper under the cursor, where its keys are offered."""
    selected: str = ""
    """How many papers are selected, where some are."""
    nothing: bool = False
    """Whether the list has no entry, and so its pane and that of the entry nothing to act on."""
    way_on: str = ""
    """The id of the key that leads on from there."""
    selecting: bool = False
    """Whether text is being selected by keys."""
    typing: Typing | None = None


def title(tr: Translator, at: TitleLine) -> tuple[list[Piece], list[Piece]]:
    """Left: which week, and the pane where only one shows; right: what is asked for, and counts.

    Where the line is short, period, year and the lesser counts go, each whole, before anything is cut.
    """
    narrower = [_counts(tr, at), _counts(tr, at, short=True), list[Piece]()]
    for right in narrower:
        for left in _names(tr, at):
            if cells(left) + cells(right) + 2 <= at.width:
                return left, [*right, (" ", "text")]
    return _names(tr, at)[-1], []


def _names(tr: Translator, at: TitleLine) -> list[list[Piece]]:
    """The week in words and the pane, from long to short."""
    pane: list[Piece] = [(f" {INTO} {at.pane}", "accent")] if at.alone else []
    if at.week is None:
        return [[(f" {tr('week.all')}", "strong"), *pane]]
    whole, bare = (tr.week_days(at.week, year=year) for year in (True, False))
    name = tr.week_name(at.week)
    named: list[Piece] = [(f" {BETWEEN} {name}", "muted")] if name else []
    return [
        [(f" {whole}", "strong"), *named, *pane],
        [(f" {whole}", "strong"), *pane],
        [(f" {bare}", "strong"), *pane],
    ]


def _counts(tr: Translator, at: TitleLine, *, short: bool = False) -> list[Piece]:
    """What the list is narrowed to and how much that leaves, or how much there is."""
    counted = at.week or at.totals
    if at.asked:
        asked = ellipsis(at.asked, max(8, at.width // 3))
        if not at.readable:
            return [(asked, "accent")]
        number = f"{at.found:,}{MORE if at.so_far else ''}"
        found = number if short else tr("title.found", n=number, total=f"{counted.papers:,}")
        entries = [(f" {BETWEEN} {words}", "muted") for words, _ in _entries(tr, at, at.found, short=short)]
        return [(f"{asked}  ", "accent"), (found, "text"), *entries]
    parts: list[Piece] = [] if short else [(tr("title.papers", n=f"{counted.papers:,}"), "text")]
    parts += _entries(tr, at, counted.papers, short=short)
    if counted.unread:
        parts.append((tr("title.unread", n=f"{counted.unread:,}"), "strong"))
    if counted.starred:
        parts.append((f"{STARRED} {counted.starred:,}", "accent"))
    return [piece for part in parts for piece in ((f" {BETWEEN} ", "muted"), part)][1:]


def _entries(tr: Translator, at: TitleLine, papers: int, *, short: bool) -> list[Piece]:
    """How many entries these papers have, which the footer counts, where they are more."""
    if short or at.entries <= papers:
        return []
    return [(tr("title.entries", n=f"{at.entries:,}"), "muted")]


def pane_name(tr: Translator, pane: str, facet: str) -> str:
    """What a pane is called; that below the weeks, by what it holds."""
    return tr(f"pane.{facet if pane == 'tags' else pane}")


def pane_title(name: str, told: str, *, here: bool, width: int = 0) -> list[Piece]:
    """A pane's name, and what is told of what is in it; where it has the keys (`here`), behind the cursor's bar and
    bold, so that it is told without colour. Below another pane (`width` cells wide) a rule goes on from it."""
    words: list[Piece] = [((CURSOR_BAR if here else " ") + name, "key" if here else "muted")]
    if told:
        words.append((f" {told}", "accent"))
    rest = width - cells(words) - 2
    return [*words, (f" {RULE * rest}", "rule")] if rest > 0 else words


def selected_words(tr: Translator, papers: int, unshown: int, *, short: bool) -> str:
    """How many papers are selected, and how many of these the list does not show; nothing where none is."""
    if not papers:
        return ""
    message_id = f"several.{'foot' if short else 'count'}{'.unshown' if unshown else ''}"
    return f"{CHOSEN} {tr(message_id, n=f'{papers:,}', unshown=f'{unshown:,}')}"


def notice(tr: Translator, width: int, table: Sequence[Key]) -> list[Piece]:
    """The line about the starter digests, in the longest wording that fits; keys as they are bound."""
    bound = {key.id: shown(key.keys[0]) for key in table if key.keys}
    keys = {"imports": bound.get("import.ask", ""), "palette": bound.get("palette", "")}
    words = [tr(f"starters.{length}", **keys) for length in ("line", "short", "shorter", "shortest")]
    loud = [text for text in keys.values() if text]
    sentence = f" {first_fit(words, width - 1)}"
    parted = re.split(f"({'|'.join(map(re.escape, loud))})", sentence) if loud else [sentence]
    # Its keys alone are loud: it stands there as long as one reads the starters.
    return [(text, "key" if text in loud else "muted") for text in parted]


def footer(tr: Translator, at: Foot) -> tuple[list[Piece], list[Piece]]:
    """Left: what was just done, else what can be pressed here, or can follow what was begun; right: where one is."""
    keys, right = at.keys, right_end(at.meant, where(*at.place, at.read), at.selected)
    if at.flashed and not keys.waiting:
        return flashing(at.flashed, right, at.width)
    if at.typing is not None and at.typing.mistake is not None and at.typing.caret is not None:
        return _caret(tr, at.typing.mistake, *at.typing.caret, at.width), []
    left: list[Piece] = [(" ", "text")]
    room = at.width - cells(right) - 2
    if at.selecting:
        left += picking_hints(tr, at.table, room)
    elif at.typing is not None:
        left += typing_hints(tr, at.typing, room, moves=at.moves)
        if at.typing.purpose and (rest := room - cells(left)) > 4:
            left.append((f"  {ellipsis(at.typing.purpose, rest - 2)}", "accent"))
    elif keys.waiting:
        begun = f"{keys.count}{shown(' '.join(keys.pending))}… "
        left.append((begun, "accent"))
        # What one key does as well stands last: it is the first to go where there is no room.
        following = sorted(keys.continuations(), key=lambda found: " " not in found[1].keys[0])
        hints = [hint(token, key.words or _name(tr, key.id, at.pane, {}), token) for token, key in following]
        left += whole(hints, room - width_of(begun))
    else:
        left += _hints(tr, at, room)
    return left, right


def typing_hints(tr: Translator, typing: Typing, room: int, *, moves: bool = True) -> list[Piece]:
    """The keys of a text field, and what Tab would put there; of a note that cannot be saved, that. Without `moves`
    none that move through the list below."""
    if typing.unsaved:
        return [(ellipsis(tr("note.unsaved"), max(1, room)), "accent")]
    hints = box_hints(tr, (key for key in BOX_KEYS if key.place == typing.box and (moves or key.name != "move")))
    return fitting([*hints, *([hint("Tab", typing.completion, "tab")] if typing.completion else [])], room)


def right_end(meant: str, where: str, selected: str = "") -> list[Piece]:
    """The right end of a footer: a place, and before it what another layout's key was taken for, and how many papers
    are selected."""
    told: list[Piece] = [(meant, "accent"), ("  ", "text")] if meant else []
    told += [(selected, "accent"), ("  ", "text")] if selected else []
    return [*told, (where, "muted"), (" ", "text")]


def _caret(tr: Translator, error: QueryError, column: int, cells: int, width: int) -> list[Piece]:
    """A mark under the mistake in the box, and what is wrong; to the left of the mark where there is more room."""
    column = min(column, width - 2)
    mark = "^" + "~" * (min(cells, width - column - 1) - 1)
    tab = f"  {tr('query.tab')}" if error.fixed else ""
    after = width - column - len(mark) - 3
    # Where there is no room for all of it, its later sentences go.
    said = re.split(r"(?<=[.?;]) ", tr(error.message_id, **error.details))
    brief = [" ".join(said[:number]).rstrip(";") + tab for number in range(len(said), 0, -1)]
    words = first_fit(brief, max(after, column - 2))
    if width_of(words) <= after or after >= column:
        return [(" " * column, "text"), (mark, "accent"), (f"  {words}", "text")]
    line = fit_lines(words, max(2, column - 2), 1)[0]
    return [(" " + line.ljust(column - 1 - width_of(line) + len(line)), "text"), (mark, "accent")]


def _states(mark: Mark | None) -> dict[str, str]:
    """What the keys that turn something on or off would do to a paper, by their ids."""
    if mark is None:
        return {}
    return {"mark.star": "off" if mark.starred else "on", "mark.read": "off" if mark.read else "on"}


def _name(tr: Translator, id_: str, pane: str, states: Mapping[str, str]) -> str:
    """A key's name where there is room for a word: what it does here and to this entry, else its short name."""
    names = (f"short.{id_}.{states.get(id_, pane)}", f"short.{id_}", f"key.{id_}")
    return tr(next(name for name in names if tr.knows(name)))


def flashing(sentence: str, right: list[Piece], width: int) -> tuple[list[Piece], list[Piece]]:
    """A footer that says what was just done, and as much of its right end as there is room for."""
    room = width - width_of(sentence) - 3
    narrower: tuple[list[Piece], ...] = (right, right[:-2], [])  # where one is goes first
    return [(f" {sentence}", "key")], next(pieces for pieces in narrower if cells(pieces) <= max(room, 0))


def picking_hints(tr: Translator, table: Sequence[Key], room: int) -> list[Piece]:
    """As many of the keys as fit while text is being selected, whole."""
    first = {key.id: key.keys[0] for key in table if key.group == "select" and key.keys}
    ways = ("left", "down", "up", "right")
    moves = [first[f"select.{way}"] for way in ways if f"select.{way}" in first]
    rest = [hint(shown(first[id_]), tr(f"short.{id_}"), first[id_]) for id_ in _PICKING if id_ in first]
    return whole([together(moves, tr("footer.move")), *rest], room)


def _hints(tr: Translator, at: Foot, room: int) -> list[Piece]:
    """As many of the pane's keys as fit, whole."""
    by_id = {key.id: key for key in at.table}
    down, up = by_id["move.down"].keys, by_id["move.up"].keys
    hints: dict[str, list[Piece]] = {}
    states = _states(at.mark)
    if at.way_on and (keys := by_id[at.way_on].keys):
        hints[at.way_on] = hint(shown(keys[0]), _name(tr, at.way_on, "nothing", {}), keys[0])
    if down and up and at.moves and not at.nothing:
        hints["move"] = together([down[0], up[0]], tr("footer.move"))
    for id_ in _SHOWN:
        key = by_id[id_]
        # The way to the weeks is told where they are not to be seen.
        needless = id_ == f"facet.{at.facet}" or (id_ == "pane.left" and at.width >= THREE_PANES)
        needless |= at.nothing and id_ in _OF_AN_ENTRY
        if at.pane in key.panes and key.keys and not needless:
            hints[id_] = hint(shown(key.keys[0]), _name(tr, id_, at.pane, states), key.keys[0])
    none = by_id["pane.back"].keys
    if at.selected and at.pane == "entries" and none:  # what it does first is to let go what is selected
        hints = {"pane.back": hint(shown(none[0]), tr("short.several.none"), none[0]), **hints}
    fitting: set[str] = set()
    for id_ in (at.way_on, *_FIRST, *hints):
        if id_ in hints and id_ not in fitting and (wide := cells(hints[id_])) <= room:
            fitting.add(id_)
            room -= wide
    return [piece for id_, pieces in hints.items() if id_ in fitting for piece in pieces]


def where(at: int, total: int, fraction: float | None = None) -> str:
    """A place in a list, the first row being 1, and how much of the entry was read (0 to 1) where that is told:
    `3/8 ·  42%`. As wide at the beginning as at the end, for the hints beside it must not jump."""
    if not total:
        return "0/0"
    place = f"{at:,}/{total:,}".rjust(2 * width_of(f"{total:,}") + 1)
    return place if fraction is None else f"{place} {BETWEEN} {round(fraction * 100):3}%"


def key_hints(tr: Translator, keys: Iterable[Key], room: int) -> list[Piece]:
    """As many of the keys as fit, whole, with their short names."""
    names = ((key, f"short.{key.id}") for key in keys if key.keys)
    return whole(
        [
            hint(shown(key.keys[0]), key.words or tr(name if tr.knows(name) else key.label), key.keys[0])
            for key, name in names
        ],
        room,
    )
