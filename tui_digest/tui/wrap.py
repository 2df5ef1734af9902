"""Word wrap by terminal cells for Korean and English, as offsets into the source text.

Offsets, not strings, come back, so that styles, links and selections stay tied to the text. Pure: knows no widget.
Lines break at blanks; a run of wide characters (Hangul, Kanji) may break between two of them where breaking at
the blank before it would leave much of the line empty; anything else too long for a line is broken hard.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import accumulate

from rich.cells import cell_len, get_character_cell_size

from tui_digest.text.dates_in_words import UNITS

ELLIPSIS = "…"

NOT_FIRST = frozenset(",.、。，．)]}）］｝〉》」』】〕’”…‥!?！？:;：；·・％%\u3000")
"""Characters that do not begin a line while another place to break is near."""
NOT_LAST = frozenset("([{（［｛〈《「『【〔‘“")
"""Characters that do not end a line, likewise."""

_NEAR = 8
"""How many characters, or blanks, a break may step back to respect `NOT_FIRST` and `NOT_LAST`."""

_ZERO_WIDTH_JOINER = "\u200d"
_EMOJI_SELECTOR = "\ufe0f"
_SKIN_TONES = "\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff"


class _Widths(dict[str, int]):
    """Cells of each character met so far: one dictionary lookup is several times faster than asking rich."""

    def __missing__(self, character: str) -> int:
        width = self[character] = get_character_cell_size(character)
        return width


_WIDTHS = _Widths()


def cells_before(text: str) -> Sequence[int]:
    """The cells before each offset of `text`: one number more than there are characters, the last the whole width.

    What belongs to the character before it (combining marks, joined emoji) adds nothing at its own offset.
    """
    if text.isascii():
        return range(len(text) + 1)
    widths = list(map(_WIDTHS.__getitem__, text))
    if _ZERO_WIDTH_JOINER in text or _EMOJI_SELECTOR in text:
        _join(text, widths)
    return list(accumulate(widths, initial=0))


def _join(text: str, widths: list[int]) -> None:
    """Give an emoji sequence the width of its first character, two cells where a selector asks for a picture of one
    that there is."""
    base, joined = 0, False
    for offset, character in enumerate(text):
        if joined:
            widths[offset], joined = 0, False
        elif character == _ZERO_WIDTH_JOINER:
            joined = True
        elif character == _EMOJI_SELECTOR:
            if offset and widths[base] == 1 and cell_len(text[base] + _EMOJI_SELECTOR) == 2:
                widths[base] = 2
        elif widths[offset]:
            base = offset


def whole_signs(text: str, start: int, end: int) -> tuple[int, int]:
    """The span, and the rest of the signs which it cuts: joined or coloured emoji, letters with marks."""
    if text.isascii() or start >= end:
        return start, end
    cells = cells_before(text)

    def cut(at: int) -> bool:
        return 0 < at < len(text) and (cells[at] == cells[at + 1] or text[at] in _SKIN_TONES)

    while cut(start):
        start -= 1
    while cut(end):
        end += 1
    return start, end


def width_of(text: str) -> int:
    """The cells that `text` takes on one line."""
    return len(text) if text.isascii() else cells_before(text)[-1]


def wrap(text: str, width: int, hang: int = 0, limit: int | None = None) -> list[tuple[int, int]]:
    """The lines of `text`, each as (start, end) offsets, none wider than `width` cells (2 at least).

    A newline always ends a line; blanks at a break belong to no line; blanks that begin a line of the text are
    kept. Lines that go on from another are narrower by `hang`. With `limit`, stops after that many lines.
    """
    width = max(2, width)
    hang = hang_within(hang, width)
    cells = cells_before(text)
    lines: list[tuple[int, int]] = []
    start = 0
    while limit is None or len(lines) < limit:
        newline = text.find("\n", start)
        end = len(text) if newline < 0 else newline
        _wrap_line(text, cells, (start, end), (width, width - hang), limit, lines)
        if newline < 0:
            break
        start = newline + 1
    return lines


def wrap_link(text: str, width: int, hang: int) -> list[tuple[int, int]]:
    """The lines of a numbered address: it begins beside its number and goes on after a `/` where it is too long."""
    width = max(2, width)
    hang = hang_within(hang, width)
    cells, lines, start, room = cells_before(text), list[tuple[int, int]](), 0, width
    while cells[-1] - cells[start] > room:
        stop = bisect_right(cells, cells[start] + room, start + 1) - 1
        stop = max(stop, start + 1)
        blank, slash = text.rfind(" ", start + hang + 1, stop + 1), text.rfind("/", start + hang + 1, stop) + 1
        cut = max(blank, slash) if max(blank, slash) > start else stop
        lines.append((start, cut))
        start, room = _skip_blanks(text, cut, len(text)), width - hang
    return [*lines, (start, len(text))]


def hang_within(hang: int, width: int) -> int:
    """The hang that `wrap` really uses: it leaves room for text in lines of `width` cells."""
    return max(0, min(hang, width // 2, width - 2))


def _wrap_line(
    text: str,
    cells: Sequence[int],
    span: tuple[int, int],
    rooms: tuple[int, int],
    limit: int | None,
    lines: list[tuple[int, int]],
) -> None:
    """Append the lines of one line of the source; `rooms` are the cells of its first line and of those after."""
    start, end = span
    room, later_room = rooms
    first = _skip_blanks(text, start, end)
    if first == end:
        lines.append((start, start))
        return
    start = max(start, first - room // 2)  # an indent may take half of the line, so that text always moves on
    while start < end:
        stop = bisect_right(cells, cells[start] + room, start, end + 1) - 1
        if stop == end:
            lines.append((start, end))
            return
        cut = _cut(text, cells, (first, stop, end), room)
        lines.append((start, cut))
        if len(lines) == limit:
            return
        start = first = _skip_blanks(text, cut, end)
        room = later_room


def _skip_blanks(text: str, start: int, end: int) -> int:
    while start < end and text[start] == " ":
        start += 1
    return start


def _cut(text: str, cells: Sequence[int], span: tuple[int, int, int], room: int) -> int:
    """The offset where a line ends, of which the text in `span` is left and `room` cells are free."""
    first, stop, end = span
    blank = _blank_before(text, first, stop, end)
    if blank > first and 3 * (cells[blank] - cells[first]) >= 2 * room:
        return blank
    for cut in range(stop, max(first, blank + 1), -1):
        wide = cells[cut + 1] - cells[cut] == 2 or cells[cut] - cells[cut - 1] == 2
        if wide and _may_break(text, cells, cut):
            return cut
    if blank > first:
        return blank
    for cut in range(stop, max(first, stop - _NEAR), -1):
        if _may_break(text, cells, cut):
            return cut
    return stop


def _blank_before(text: str, first: int, stop: int, end: int) -> int:
    """The end of the last word that fits, kept off the forbidden ends and beginnings of lines; -1 for none."""
    nearest = -1
    blank = stop + 1
    for _ in range(_NEAR):
        blank = text.rfind(" ", first, blank)
        if blank <= first:
            break
        word_end = blank
        while text[word_end - 1] == " ":
            word_end -= 1
        following = _skip_blanks(text, blank, end)
        if nearest < 0:
            nearest = word_end
        if following == end or (text[following] not in NOT_FIRST and text[word_end - 1] not in NOT_LAST):
            return word_end
        blank = word_end
    return nearest


def _may_break(text: str, cells: Sequence[int], cut: int) -> bool:
    """Whether a word may be broken before `cut`: not inside a character and its marks, nor against the rules above."""
    if cells[cut + 1] == cells[cut] or not {" ", "\xa0"}.isdisjoint((text[cut - 1], text[cut])):
        return False
    if text[cut] in UNITS and text[cut - 1].isdigit():  # a day is not parted from its number
        return False
    return text[cut] not in NOT_FIRST and text[cut - 1] not in NOT_LAST


def ellipsis(text: str, cells: int) -> str:
    """`text` itself where it fits in so many cells, else its beginning and `…`."""
    if len(text) * 2 <= cells:
        return text
    before = cells_before(text)
    if before[-1] <= cells:
        return text
    if cells < 1:
        return ""
    return text[: bisect_right(before, cells - 1) - 1].rstrip() + ELLIPSIS


def middle(text: str, cells: int) -> str:
    """`text` itself where it fits in so many cells, else both ends with `…` between: an address keeps host and id."""
    before = cells_before(text)
    if before[-1] <= cells:
        return text
    if cells < 3:
        return ellipsis(text, cells)
    tail = (cells - 1) // 2
    end, start = bisect_right(before, cells - 1 - tail) - 1, bisect_left(before, before[-1] - tail)
    return text[:end].rstrip() + ELLIPSIS + text[start:].lstrip()


def first_fit(texts: Sequence[str], cells: int) -> str:
    """The first of several wordings, from long to short, that fits in so many cells; the last where none does."""
    return next((text for text in texts if width_of(text) <= cells), texts[-1])


def fit_lines(text: str, cells: int, max_lines: int) -> list[str]:
    """`text` in at most `max_lines` lines of so many cells; what does not fit ends in `…`. Newlines become blanks."""
    text = text.replace("\n", " ")
    if cells < 2 or max_lines < 2:
        return [ellipsis(text, cells)]
    lines = wrap(text, cells, limit=max_lines)
    shown = [text[start:end] for start, end in lines]
    if len(lines) == max_lines:
        shown[-1] = ellipsis(text[lines[-1][0] :].rstrip(), cells)
    return shown
