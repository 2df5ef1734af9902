"""Text as cells of a terminal, such that every terminal draws them alike."""

from __future__ import annotations

from bisect import bisect_right
from functools import lru_cache
from itertools import pairwise
from unicodedata import category, normalize

from rich.cells import get_character_cell_size

from tui_digest.tui.wrap import cells_before

_WIDTHS_AGREED = (
    (0x20, 0x7E),
    (0xA0, 0xAC),
    (0xAE, 0x2FF),
    (0x370, 0x482),
    (0x48A, 0x52F),
    (0x2010, 0x2027),
    (0x2030, 0x205E),
    (0x20A0, 0x20BF),
    (0x2190, 0x2211),
    (0x2500, 0x25FF),
    (0x2605, 0x2605),
    (0x2606, 0x2606),
    (0x270E, 0x270E),
    (0x2713, 0x2713),
    (0x3000, 0x3029),
    (0x3030, 0x303D),
    (0x3041, 0x3096),
    (0x309B, 0x30FF),
    (0x3131, 0x318E),
    (0x3400, 0x4DBF),
    (0x4E00, 0x9FFF),
    (0xAC00, 0xD7A3),
    (0xFF01, 0xFF5E),
    (0xFFFD, 0xFFFD),
)
"""Characters whose width terminals agree on, from one to another. After anything else (emoji, joined and combining
characters) the place is said again, and a line that holds it is painted whole."""

_FIRST = [first for first, _ in _WIDTHS_AGREED]
_agreed = {*map(chr, range(0x20, 0x7F))}
"""Those of them that were met so far: a pattern of them all takes longer to make than a first paint has for it."""

_PICTURED = "\u20e3" + "".join(map(chr, range(0xFE00, 0xFE10)))
"""The frame of a keycap, and selectors of a picture or of plain text."""


def widths_agreed(text: str) -> bool:
    """Whether terminals agree on the width of every character of a text."""
    for character in {*text} - _agreed:
        first, last = _WIDTHS_AGREED[bisect_right(_FIRST, ord(character)) - 1]
        if not first <= ord(character) <= last:
            return False
        _agreed.add(character)
    return True


@lru_cache(maxsize=4096)
def cells_of(text: str) -> list[str]:
    """A text cut into cells; what takes none belongs to the character before it, as far as it can be drawn there."""
    if text.isascii():
        return list(text)
    before = cells_before(text)
    cells: list[str] = []
    for character, width in zip(text, (b - a for a, b in pairwise(before)), strict=True):
        if width > 0:
            cells += [character, ""][:width]
        elif cells:
            last = len(cells) - 1 - (not cells[-1])
            cells[last] += character
    for at, cell in enumerate(cells):
        if len(cell) > 1:
            cells[at : at + 2] = _as_one_sign(cell, cells[at + 1 : at + 2])
        elif "\U0001f1e6" <= cell <= "\U0001f1ff":
            cells[at] = chr(ord(cell) - 0x1F1E6 + ord("A"))  # flags are drawn in two, four or no cells: 🇰🇷 is KR
    return cells


@lru_cache(maxsize=4096)
def blanks_of(text: str) -> tuple[int, ...]:
    """Which cells of a text are blanks."""
    return tuple(at for at, cell in enumerate(cells_of(text)) if cell == " ")


def _as_one_sign(cell: str, following: list[str]) -> list[str]:
    """A cell of several characters, and the one after it, as every terminal draws them alike: Hangul and accents
    composed, of joined or coloured emoji the first sign, and no selector of a picture, which only some heed."""
    cell = normalize("NFC", cell)
    first, rest = cell[0], cell[1:]
    kept = "".join(each for each in rest.partition("\u200d")[0] if category(each)[0] in "ML" and each not in _PICTURED)
    if following == [""] and "\ufe0f" in rest and get_character_cell_size(first) == 1:
        return [first + kept, " "]
    return [first + kept, *following]
