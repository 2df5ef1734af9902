"""Keys and what they do, as pieces of a bar: what footers of screens and of dialogs are made of. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from tui_digest.tui.keynames import shown
from tui_digest.tui.widgets.row_pieces import KeyName, Piece, cells

if TYPE_CHECKING:
    from tui_digest.i18n import Translator
    from tui_digest.tui.box_keys import BoxKey

_ESC = shown("escape")


def hint(key: str, name: str, typed: str = "") -> list[Piece]:
    """A key and what it does; a click on them types `typed`."""
    return [(KeyName.of(key, typed) if typed else key, "key"), (f" {name}  ", "muted")]


def together(keys: Sequence[str], name: str) -> list[Piece]:
    """Keys of one name: a click on each types it, one on the name nothing."""
    pieces = [piece for key in keys for piece in ((KeyName.of(shown(key), key), "key"), (" ", "key"))]
    return [*pieces, (f"{name}  ", "muted")]


def whole(hints: list[list[Piece]], room: int) -> list[Piece]:
    """As many of the hints as fit, none of them cut."""
    pieces: list[Piece] = []
    for each in hints:
        pieces += each
        if cells(pieces) - 2 > room:  # the blanks after the last need no room
            del pieces[-len(each) :]
            break
    return _ended(pieces)


def box_hints(tr: Translator, keys: Iterable[BoxKey]) -> list[list[Piece]]:
    """What those keys of a text field or dialog do that the footer names, in their order."""
    hinted = (key for key in keys if key.hinted)
    return [_box_hint(tr, list(group)) for _, group in groupby(hinted, key=lambda key: key.pair or key.name)]


def fitting(hints: Sequence[list[Piece]], room: int) -> list[Piece]:
    """As many of the hints as fit, whole: before the others the first, which answers, and the one that leaves."""
    leaves = next((number for number, each in enumerate(hints) if each[0][0] == _ESC), len(hints) - 1)
    kept: set[int] = set()
    for number in sorted(range(len(hints)), key=lambda number: (number not in (0, leaves), number)):
        if (wide := cells(hints[number])) - 2 <= room:
            kept.add(number)
            room -= wide
    return _ended([piece for number, each in enumerate(hints) if number in kept for piece in each])


def _ended(pieces: list[Piece]) -> list[Piece]:
    """Without the blanks that part the last hint from another."""
    return [*pieces[:-1], *((text.rstrip(), ink) for text, ink in pieces[-1:])]


def _box_hint(tr: Translator, keys: Sequence[BoxKey]) -> list[Piece]:
    """What one key does, or several that do one thing together."""
    name = tr(f"short.box.{keys[0].pair}") if keys[0].pair else box_name(tr, keys[0])
    tokens = [token for key in keys for token in key.keys[: key.hinted]]
    if all(token.isdigit() for token in tokens):  # which of them one means is for the keyboard to say
        return hint(f"{tokens[0]}–{tokens[-1]}", name)
    return hint(shown(tokens[0]), name, tokens[0]) if len(tokens) == 1 else together(tokens, name)


def box_name(tr: Translator, key: BoxKey) -> str:
    """What a key of a text field or dialog does, in a word or two."""
    return tr(f"short.{key.label}" if tr.knows(f"short.{key.label}") else key.label)
