"""What the terminal shows, and the fewest bytes that make it show something else.

Textual writes whole lines of every widget that changed, each piece with its full style and a reset. Over a slow line
that is ten kilobytes for one row down. The painter keeps the cells the terminal shows, and of what Textual would write
it sends those that differ, with the shortest moves and changes of style. It knows no widget: strips come in, text for
the terminal comes out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import groupby
from typing import NamedTuple

from rich.color import Color, ColorSystem
from rich.console import Console
from rich.style import Style
from textual._compositor import ChopsUpdate, CompositorUpdate, LayoutUpdate
from textual.strip import Strip

from tui_digest.tui.terminal.drawn_cells import blanks_of, cells_of, widths_agreed
from tui_digest.tui.terminal.eight_bit import eight_bit
from tui_digest.tui.terminal.sparing_compositor import DrawnAnew


class Look(NamedTuple):
    """How a cell looks, as the terminal's own codes; equal looks are one object."""

    attributes: frozenset[str] = frozenset()
    color: str = ""
    background: str = ""
    link: str = ""


PLAIN = Look()
UNKNOWN = "\x00"
"""The text of a cell of which it is not known what the terminal shows."""

_ATTRIBUTES = {
    "bold": "1", "dim": "2", "italic": "3", "underline": "4", "blink": "5", "reverse": "7", "conceal": "8",
    "strike": "9", "underline2": "21", "overline": "53",
}  # fmt: skip
_ENDS = {"1": "22", "2": "22", "3": "23", "4": "24", "5": "25", "7": "27", "8": "28", "9": "29", "21": "24", "53": "55"}
_SEEN_ON_BLANKS = frozenset({"4", "7", "9", "21", "53"})
"""Attributes that a blank shows; colour and weight of its letter it does not."""

_NEAR = 4
"""Equal cells between changed ones that are written again, for a move costs as much."""
_ERASED = 8
"""Blanks from which on erasing takes fewer bytes than writing them."""

Line = tuple[list[str], list[Look]]
"""The cells of a line: their text (of a wide character's two cells the second is empty) and their looks."""


class Painter:
    """Turns updates of Textual's compositor into what has to be written. `erases` tells whether the terminal erases
    with the background of the pen; one that does not would leave holes. `italics`: whether it has slanted letters."""

    def __init__(self, *, erases: bool = True, italics: bool = True) -> None:
        self._erases = erases
        self._attributes = {name: code for name, code in _ATTRIBUTES.items() if italics or name != "italic"}
        self._size = (0, 0)
        self._lines: list[Line] = []
        self._sure: list[bool | None] = []
        """Of each of these lines whether terminals agree on all its widths; None where nobody asked yet."""
        self._looks: dict[tuple[Style, ColorSystem], tuple[Look, Look]] = {}
        self._known: dict[Look, Look] = {PLAIN: PLAIN}

    def forget(self) -> None:
        """Nothing is known of what the terminal shows: the next paint writes whatever it is given."""
        self._lines = []

    @property
    def lines(self) -> list[Line]:
        """The cells that the terminal shows."""
        return self._lines

    def stand_on(self, lines: list[Line]) -> None:
        """From now on the terminal is known to show these cells, which are all of it."""
        self._lines = [(texts, [self._one(look) for look in looks]) for texts, looks in lines]
        self._sure = [None] * len(lines)
        self._size = (len(lines[0][0]) if lines else 0, len(lines))

    def painted_anew(self) -> str | None:
        """What paints all that the terminal shows on an empty screen; None where not all of it is known."""
        if not self._lines or any(UNKNOWN in texts for texts, _ in self._lines):
            return None
        pen = _Pen(self._erases)
        nothing = ([UNKNOWN] * self._size[0], [PLAIN] * self._size[0])
        for y, line in enumerate(self._lines):
            pen.line(y, nothing, line, 0, self._size[0], sure=_is_sure(line))
        return pen.written()

    def instead_of(self, renderable: object, size: tuple[int, int]) -> object:
        """What to write in place of something that Textual would write: an update in our bytes, all else as it is."""
        return Painted(self, renderable, size) if isinstance(renderable, CompositorUpdate) else renderable

    def paint(self, update: CompositorUpdate, size: tuple[int, int], colors: ColorSystem) -> str:
        """What makes the terminal show the update; `size` is that of the terminal, columns and lines."""
        if size != self._size or not self._lines:
            self._size = size
            self._lines = [([UNKNOWN] * size[0], [PLAIN] * size[0]) for _ in range(size[1])]
            self._sure = [True] * size[1]
        changed: dict[int, Line] = {}
        reach: dict[int, tuple[int, int]] = {}
        for y, x, strip in _pieces(update):
            if 0 <= y < size[1] and x < size[0]:  # what was drawn before the terminal shrank may lie outside
                line = changed.get(y)
                if line is None:
                    line = changed[y] = (self._lines[y][0].copy(), self._lines[y][1].copy())
                    reach[y] = (x, x)
                end = self._put(line, x, strip, colors)
                reach[y] = (min(x, reach[y][0]), max(end, reach[y][1]))
        pen = _Pen(self._erases)
        for y, line in changed.items():
            before, self._lines[y] = self._lines[y], line
            first, last = reach[y]
            if before[0][first:last] != line[0][first:last] or before[1][first:last] != line[1][first:last]:
                was, self._sure[y] = self._sure[y], _is_sure(line)
                sure = self._sure[y] and (_is_sure(before) if was is None else was)
                pen.line(y, before, line, *(reach[y] if sure else (0, size[0])), sure=bool(sure))
        return pen.written()

    def _put(self, line: Line, x: int, strip: Strip, colors: ColorSystem) -> int:
        """Lay a strip's cells over a line; returns the column behind them."""
        texts, looks = line
        room = self._size[0]
        for text, style, _ in strip:
            if not text:
                continue
            look, blank = self._look(style or Style.null(), colors)
            cells = cells_of(text)
            end = min(room, x + len(cells))
            if end <= x:
                break
            if end - x < len(cells):
                cells = cells[: end - x]
            texts[x:end] = cells
            looks[x:end] = [look] * (end - x)
            if blank is not look:
                for at in blanks_of(text):
                    if x + at < end:
                        looks[x + at] = blank
            x = end
        return x

    def _look(self, style: Style, colors: ColorSystem) -> tuple[Look, Look]:
        """The looks of a style: that of a letter, and that of a blank, on which less is seen."""
        found = self._looks.get((style, colors))
        if found is None:
            attributes = frozenset(code for name, code in self._attributes.items() if getattr(style, name))
            color, background = (
                "" if one is None or one.is_default else ";".join(_in(colors, one).get_ansi_codes(foreground))
                for one, foreground in ((style.color, True), (style.bgcolor, False))
            )
            look = self._one(Look(attributes, color, background, style.link or ""))
            shown = attributes & _SEEN_ON_BLANKS
            blank = look if shown or look.link else self._one(Look(background=background))
            found = self._looks[(style, colors)] = (look, blank)
        return found

    def _one(self, look: Look) -> Look:
        return self._known.setdefault(look, look)


class _Pen:
    """Writes cells: where it stands and how it writes is known, and said only when it changes."""

    def __init__(self, erases: bool) -> None:
        self._erases = erases
        self._out: list[str] = []
        self._look = PLAIN
        self._at: tuple[int, int] | None = None

    def written(self) -> str:
        """All that was written; the pen is left as others expect it."""
        self._take(PLAIN)
        return "".join(self._out)

    def line(self, y: int, before: Line, line: Line, first: int, last: int, *, sure: bool) -> None:
        """Write the cells of a line that are not as they were, from a column to another. `sure`: terminals agree on
        the widths of all that the line holds or held; else it is written whole."""
        texts, looks = line
        width = len(texts)
        if sure:
            cells = zip(
                range(first, last), before[0][first:last], texts[first:last], before[1][first:last], looks[first:last],
                strict=True,
            )  # fmt: skip
            differing = [x for x, old, new, worn, wear in cells if worn is not wear or old != new]
        else:
            differing = [x for x in range(first, last) if texts[x] != UNKNOWN]
        start = end = -1
        for x in (*differing, width + _NEAR + 1):
            if x - end > _NEAR or start < 0 or UNKNOWN in texts[end:x]:
                if start >= 0:
                    self._span(y, start, end, line)
                start = x
            end = x + 1

    def _span(self, y: int, start: int, end: int, line: Line) -> None:
        texts, looks = line
        width = len(texts)
        while start > 0 and not texts[start]:  # the second half of a wide character: begin with the whole
            start -= 1
        while end < width and not texts[end]:
            end += 1
        tail = width  # from here to the end of the line there are blanks of one look
        while tail > 0 and texts[tail - 1] == " " and looks[tail - 1] is looks[width - 1]:
            tail -= 1
        erased = self._erasable(looks[width - 1]) and end > tail and width - tail >= _ERASED
        stop = max(start, tail) if erased else end
        at, x, worn = start, start, PLAIN
        for _, group in groupby(looks[start:stop], key=id):
            length = len(list(group))
            look = looks[x]
            blank = length <= _ERASED and _shows_blank(worn, look) and not "".join(texts[x : x + length]).strip(" ")
            if at < x and look is not worn and not blank:
                self._run(y, at, texts[at:x], worn, width)
                at = x
            if at == x:
                worn = look
            x += length
        if at < x:
            self._run(y, at, texts[at:x], worn, width)
        if erased:
            self._move(y, stop)
            self._take(looks[width - 1], blank=True)
            self._out.append("\x1b[K")

    def _run(self, y: int, x: int, texts: Sequence[str], look: Look, width: int) -> None:
        """Cells of one look; a few blanks between them may have another that is the same on blanks."""
        text = "".join(texts)
        blank = not text.strip(" ")
        if blank and len(texts) > _ERASED and self._erasable(look):
            self._move(y, x)
            self._take(look, blank=True)
            self._out.append(f"\x1b[{len(texts)}X")
            return
        self._move(y, x)
        self._take(look, blank=blank)
        if widths_agreed(text):
            self._out.append(text)
        else:
            self._carefully(texts, x)
        # At the right edge terminals differ in where the cursor stands.
        self._at = (y, x + len(texts)) if x + len(texts) < width else None

    def _carefully(self, texts: Sequence[str], x: int) -> None:
        """Text of which the terminal may think that it is wider or narrower: its cells are blank before, and the place
        is said after it."""
        for at, text in enumerate(texts, x):
            if text and not widths_agreed(text):
                cells = 2 if at + 1 < x + len(texts) and not texts[at + 1 - x] else 1
                self._out.append(f"{' ' * cells}\x1b[{at + 1}G{text}\x1b[{at + 1 + cells}G")
            else:
                self._out.append(text)

    def _erasable(self, look: Look) -> bool:
        return not look.attributes and not look.link and (self._erases or not look.background)

    def _move(self, y: int, x: int) -> None:
        if self._at == (y, x):
            return
        if self._at is not None and self._at[0] == y and x > self._at[1]:
            self._out.append(f"\x1b[{x - self._at[1]}C")
        else:
            self._out.append(f"\x1b[{y + 1};{x + 1}H" if x else f"\x1b[{y + 1}H")
        self._at = (y, x)

    def _take(self, look: Look, *, blank: bool = False) -> None:
        if look is not self._look and not (blank and _shows_blank(self._look, look)):
            self._out.append(_change(self._look, look))
            self._look = look


def _shows_blank(pen: Look, look: Look) -> bool:
    """Whether a blank of that look is the same written, or erased, with a pen of the other."""
    return (
        not (look.attributes or look.color or look.link or pen.link or pen.attributes & _SEEN_ON_BLANKS)
        and look.background == pen.background
    )


def _is_sure(line: Line) -> bool:
    """Whether terminals agree on the widths of all that the line holds."""
    text = "".join(line[0])
    return text.isascii() or widths_agreed(text.replace(UNKNOWN, ""))


def _in(colors: ColorSystem, color: Color) -> Color:
    """A colour as the terminal has it."""
    if colors == ColorSystem.EIGHT_BIT and color.triplet is not None:
        return Color.from_ansi(eight_bit(*color.triplet))
    return color.downgrade(colors)


@lru_cache(maxsize=4096)
def _change(before: Look, after: Look) -> str:
    """The shortest way from one look to another."""
    link = "" if before.link == after.link else f"\x1b]8;;{after.link}\x1b\\"
    ended = {_ENDS[code] for code in before.attributes - after.attributes}
    # What ends bold ends dim too.
    begun = {code for code in after.attributes if code not in before.attributes or _ENDS[code] in ended}
    steps = [*sorted(ended), *sorted(begun)]
    if before.color != after.color:
        steps.append(after.color or "39")
    if before.background != after.background:
        steps.append(after.background or "49")
    anew = ["", *sorted(after.attributes), *filter(None, (after.color, after.background))]
    codes = min(";".join(steps), ";".join(anew), key=len)
    return link + (f"\x1b[{codes}m" if steps else "")


def _pieces(update: CompositorUpdate) -> Iterator[tuple[int, int, Strip]]:
    """What an update would write: line, column, strip."""
    if isinstance(update, LayoutUpdate):
        for y, strips in enumerate(update.strips, update.region.y):
            x = update.region.x
            for strip in strips:
                yield y, x, strip
                x += strip.cell_length
    elif isinstance(update, DrawnAnew):
        yield from update.pieces
    elif isinstance(update, ChopsUpdate):
        for y, first, last in update.spans:
            for end, (x, chop) in zip(update.chop_ends[y], update.chops[y].items(), strict=False):
                if chop is not None and x < last and end > first:
                    yield y, x, chop.crop(0, end - x) if chop.cell_length > end - x else chop


class Painted(CompositorUpdate):
    """An update as Textual writes it, in the painter's bytes."""

    def __init__(self, painter: Painter, update: CompositorUpdate, size: tuple[int, int]) -> None:
        self._painter, self._update, self._size = painter, update, size

    def render_segments(self, console: Console) -> str:
        """Called when it is certain that the result goes to the terminal: from now on it shows this."""
        colors = console._color_system or ColorSystem.TRUECOLOR
        return self._painter.paint(self._update, self._size, colors)
