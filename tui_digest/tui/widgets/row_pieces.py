"""What a row of a list is made of: pieces of plain text, each with the name of its style. Pure: knows no widget."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol
from unicodedata import bidirectional, category

from tui_digest.tui.wrap import ellipsis, width_of

Piece = tuple[str, str]
"""Text, and the name of its style: `text`; `strong` for what is unread; `muted` for facts, dates and tags; `accent` for
stars and checks; `heading` for a heading between rows; `key` for keys in bars; `match` for what was searched for."""


class KeyName(str):
    """A key's name in a bar, which remembers what is typed for it: `g g`, `escape`."""

    typed: str

    @classmethod
    def of(cls, shown: str, typed: str) -> KeyName:
        """`shown` is how it is written, `typed` its tokens, with blanks between."""
        name = cls(shown)
        name.typed = typed
        return name


class RowSource(Protocol):
    """Rows by index; a list asks only for those in view, again whenever they may have changed."""

    def __len__(self) -> int:
        """How many rows there are; it stays so until `RowList.set_rows` is called again."""
        ...

    def selectable(self, index: int) -> bool:
        """Whether the cursor may stand on it; headings are passed over."""
        ...

    def row(self, index: int, width: int) -> Sequence[Sequence[Piece]]:
        """Its lines, the first at the top, each of `width` cells at most (what is wider is cut off)."""
        ...


def printable(text: str) -> str:
    """`text` without what would move a terminal's cursor; a blank stands in, so that offsets stay.

    What takes no cell stays, for a blank would take one, such as the joiner in an emoji of several: the painter draws
    none of it. So do blanks of other widths. What turns the direction of writing is a blank.
    """
    if text.isprintable():
        return text
    return "".join(character if character.isprintable() or _stays(character) else " " for character in text)


def _stays(character: str) -> bool:
    kind = category(character)
    if kind == "Cf" and bidirectional(character) not in ("BN", ""):
        return False
    return (
        kind == "Zs"
        or (kind in ("Cf", "Cn") and not width_of(character))
        or (kind == "Cn" and width_of(character) == 2)
    )


def cells(pieces: Iterable[Piece]) -> int:
    """The width of pieces side by side."""
    return sum([width_of(text) for text, _ in pieces])  # a list: half the time of a generator, with every paint


def clip(pieces: Sequence[Piece], width: int) -> list[Piece]:
    """As much of the pieces as fits in `width` cells, ending in `…` where something is left out."""
    if cells(pieces) <= width:
        return list(pieces)
    room, shown = width, list[Piece]()
    for index, (text, name) in enumerate(pieces):
        taken = width_of(text)
        last = index == len(pieces) - 1
        if taken < room or (last and taken == room):
            shown.append((text, name))
            room -= taken
            continue
        # a piece that fits to the cell must still give way to the `…` of what follows it
        cut = ellipsis(text, room) if taken > room else ellipsis(text + "…", room)
        return [*shown, (cut, name)]
    return shown


def spread(left: Sequence[Piece], right: Sequence[Piece], width: int) -> list[Piece]:
    """`left` at the left edge, `right` at the right edge, a blank at least between them; `left` gives way."""
    taken = cells(right)
    if not taken or taken >= width:
        return clip(left, width)
    shown = clip(left, width - taken - 1)
    return [*shown, (" " * (width - taken - cells(shown)), "text"), *right]
