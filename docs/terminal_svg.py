"""Draws a terminal's screen as SVG, still or moving, from the strips of cells that Textual paints.

Every piece of a row is drawn once and shown in the frames that have it, so a recording is not much larger than a
picture. Without animation (a viewer that knows none, or a reader who wants less motion) it is the picture of one of its
frames. Lines and blocks are drawn as shapes, so that they meet whatever the font is.
"""

from __future__ import annotations

import html
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any, NamedTuple

from rich.cells import cell_len

CELL, LINE, SIZE = 8.4, 18.0, 14
"""Width and height of a cell, and the size of the letters."""

_FONTS = "ui-monospace,Menlo,Consolas,'DejaVu Sans Mono','D2Coding','NanumGothicCoding',monospace"
_BELOW = 36
"""Height of the strip below a recording that shows the keys."""
_WIDE = SIZE + 1.5
"""Size of letters of two cells. Who knows no places for single letters spaces them."""
_LEFT = {"▌": 0.5, "▏": 0.125, "█": 1.0, "▐": 0.5}
_LOW = {sign: (number + 1) / 8 for number, sign in enumerate("▁▂▃▄▅▆▇")}
_LINES = {
    "─": ((0, 0.5, 1, 0.5),), "│": ((0.5, 0, 0.5, 1),), "━": ((0, 0.5, 1, 0.5),), "┃": ((0.5, 0, 0.5, 1),),
    "╭": ((0.5, 1, 0.5, 0.5), (0.5, 0.5, 1, 0.5)), "╮": ((0.5, 1, 0.5, 0.5), (0.5, 0.5, 0, 0.5)),
    "╰": ((0.5, 0, 0.5, 0.5), (0.5, 0.5, 1, 0.5)), "╯": ((0.5, 0, 0.5, 0.5), (0.5, 0.5, 0, 0.5)),
}  # fmt: skip
_HEAVY = "━┃"


class Frame(NamedTuple):
    """One moment of a screen."""

    rows: Sequence[Any]
    """A strip a line."""
    seconds: float = 0.0
    """For how long it is shown."""
    key: str = ""
    """The key that led to it, shown beside the screen."""


class _Look(NamedTuple):
    """How a run of cells looks."""

    ink: str
    ground: str
    bold: bool
    italic: bool
    underline: bool


def picture(frame: Frame, ink: str, ground: str) -> str:
    """One screen as SVG, in the theme's own ink on its ground."""
    return recording([frame], ink, ground)


def recording(frames: Sequence[Frame], ink: str, ground: str, *, poster: int = 0) -> str:
    """All frames as one SVG that shows them in turn, for ever; `poster` is the one for those who see no motion."""
    drawn = _Drawing(ink, ground)
    width, height = sum(cell_len(each.text) for each in frames[0].rows[0]), len(frames[0].rows)
    moving = len(frames) > 1
    starts, at = [], 0.0
    for frame in frames:
        starts.append(at)
        at += frame.seconds
    starts.append(at)
    looks: dict[tuple[int, ...], int] = {}
    grounds: dict[str, list[int]] = {}
    letters: dict[str, list[int]] = {}
    for place, frame in enumerate(frames):
        for number, strip in enumerate(frame.rows):
            below, above = drawn.row(strip, number)
            for layer, pieces in ((grounds, below), (letters, above)):
                for piece in pieces:
                    layer.setdefault(piece, []).append(place)
        if frame.key:
            letters.setdefault(_badge(frame.key, width, height, ink, ground), []).append(place)
    body = [each for layer in (grounds, letters) for each in _groups(layer, len(frames), poster, looks)]
    wide, high = width * CELL + 24, height * LINE + (24 if not moving else 24 + _BELOW)
    style = [
        f"text{{font:{SIZE}px {_FONTS};white-space:pre}}",
        f".w{{font-size:{_WIDE}px;letter-spacing:{2 * CELL - _WIDE:.1f}px}}",
        *drawn.style(),
        *(_timing(name, shown, starts) for shown, name in looks.items()),
    ]
    if looks:
        style.append("@media (prefers-reduced-motion:reduce){g{animation:none!important}}")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide:.0f} {high:.0f}" width="{wide:.0f}">'
        f"<style>{''.join(style)}</style>"
        f'<rect width="100%" height="100%" rx="8" fill="{ground}"/>'
        f'<g transform="translate(12,12)" xml:space="preserve">{"".join(body)}</g></svg>\n'
    )


def _groups(
    layer: Mapping[str, Sequence[int]], frames: int, poster: int, looks: dict[tuple[int, ...], int]
) -> Iterator[str]:
    """What is drawn, together with all that stands in the same frames."""
    together: dict[tuple[int, ...], list[str]] = {}
    for piece, shown in layer.items():
        together.setdefault(tuple(dict.fromkeys(shown)), []).append(piece)
    for shown, pieces in together.items():
        if len(shown) == frames:
            yield "\n".join(pieces) + "\n"
            continue
        hidden = "" if poster in shown else ' visibility="hidden"'
        yield f'<g class="t{looks.setdefault(shown, len(looks))}"{hidden}>' + "\n".join(pieces) + "</g>\n"


def _timing(name: int, shown: tuple[int, ...], starts: Sequence[float]) -> str:
    """When a row is to be seen, as keyframes that jump."""
    whole = starts[-1]
    steps: list[tuple[float, str]] = [(0.0, "visible" if 0 in shown else "hidden")]
    steps += [
        (100 * starts[place] / whole, "visible" if place in shown else "hidden")
        for place in range(1, len(starts) - 1)
        if (place in shown) != (place - 1 in shown)
    ]
    frames = "".join(f"{_short(at)}%{{visibility:{how}}}" for at, how in [*steps, (100.0, steps[-1][1])])
    return f"@keyframes k{name}{{{frames}}}.t{name}{{animation:k{name} {_short(whole)}s step-end infinite}}"


def _badge(text: str, width: int, height: int, ink: str, ground: str) -> str:
    """The keys that were pressed, in a cap below the screen."""
    wide = (cell_len(text) + 2) * CELL
    left, top = (width * CELL - wide) / 2, height * LINE + 8
    return (
        f'<rect x="{_short(left)}" y="{_short(top)}" width="{_short(wide)}" height="{LINE + 6:.0f}" rx="5" '
        f'fill="{ink}"/><text x="{_short(left + CELL)}" y="{_short(top + SIZE + 3)}" fill="{ground}" font-weight="700" '
        f'textLength="{_short(cell_len(text) * CELL)}">{html.escape(text)}</text>'
    )


class _Drawing:
    """Draws rows, and keeps the looks that they use."""

    def __init__(self, ink: str, ground: str) -> None:
        self._ink, self._ground = ink, ground
        self._looks: dict[tuple[str, bool, bool], str] = {}

    def style(self) -> list[str]:
        """The classes of the letters."""
        return [
            f".{name}{{fill:{ink}{';font-weight:700' if bold else ''}{';font-style:italic' if italic else ''}}}"
            for (ink, bold, italic), name in self._looks.items()
        ]

    def row(self, strip: Any, number: int) -> tuple[list[str], list[str]]:
        """One line of the screen: its grounds, and what stands on them."""
        top, column = number * LINE, 0
        grounds: list[str] = []
        letters: list[str] = []
        cells = [(text, self._look(style)) for text, style, control in strip if text and not control]
        for look, run in groupby(cells, key=lambda cell: cell[1]):
            text = "".join(text for text, _ in run)
            wide = cell_len(text)
            if look.ground != self._ground:
                grounds.append(_box(column, top, wide, LINE, look.ground))
            letters += self._run(text, column, top, look)
            column += wide
        return grounds, letters

    def _run(self, text: str, column: int, top: float, look: _Look) -> list[str]:
        made: list[str] = []
        for kind, run in groupby(text, key=_kind):
            piece = "".join(run)
            wide = cell_len(piece)
            if kind == "wide":
                made.append(self._wide(piece, column, top, look))
            elif kind == "shape":
                made += self._shapes(piece, column, top, look)
            elif piece.strip() or look.underline:
                bare = piece if look.underline else piece.strip(" ")
                at = column + (0 if look.underline else len(piece) - len(piece.lstrip(" ")))
                made.append(self._text(bare, at, top, look))
            column += wide
        return made

    def _text(self, text: str, column: int, top: float, look: _Look) -> str:
        name = self._looks.setdefault((look.ink, look.bold, look.italic), f"c{len(self._looks)}")
        line = ' text-decoration="underline"' if look.underline else ""
        return (
            f'<text class="{name}" x="{_short(column * CELL)}" y="{_short(top + SIZE - 0.5)}" '
            f'textLength="{_short(cell_len(text) * CELL)}"{line}>{html.escape(text, quote=False)}</text>'
        )

    def _wide(self, text: str, column: int, top: float, look: _Look) -> str:
        """Letters of two cells, each in its place: fonts that hold both kinds of letters are rarely twice as wide."""
        name = self._looks.setdefault((look.ink, look.bold, look.italic), f"c{len(self._looks)}")
        places = " ".join(_short((column + 2 * place) * CELL + 0.6) for place in range(len(text)))
        line = ' text-decoration="underline"' if look.underline else ""
        return (
            f'<text class="{name} w" x="{places}" y="{_short(top + SIZE - 0.5)}"{line}>'
            f"{html.escape(text, quote=False)}</text>"
        )

    def _shapes(self, text: str, column: int, top: float, look: _Look) -> list[str]:
        made: list[str] = []
        for sign, run in groupby(text):
            count = len(list(run))
            if sign in _LEFT:
                right = sign == "▐"
                wide = count if sign == "█" else _LEFT[sign]
                made += [
                    _box(column + place + (0.5 if right else 0), top, wide, LINE, look.ink)
                    for place in ((0,) if sign == "█" else range(count))
                ]
            elif sign in _LOW:
                high = LINE * _LOW[sign]
                made.append(_box(column, top + LINE - high, count, high, look.ink))
            else:
                made.append(_path(sign, column, top, count, look.ink))
            column += count
        return made

    def _look(self, style: Any) -> _Look:
        ink, ground = self._ink, self._ground
        if style is None:
            return _Look(ink, ground, False, False, False)
        if style.color is not None and style.color.triplet is not None:
            ink = style.color.triplet.hex
        if style.bgcolor is not None and style.bgcolor.triplet is not None:
            ground = style.bgcolor.triplet.hex
        if style.reverse:
            ink, ground = ground, ink
        return _Look(ink, ground, bool(style.bold), bool(style.italic), bool(style.underline))


def _kind(sign: str) -> str:
    """Whether a sign is drawn as a shape, or as wide letters, each in its two cells, or as others."""
    if sign in _LINES or sign in _LEFT or sign in _LOW:
        return "shape"
    return "wide" if cell_len(sign) == 2 else "letter"


def _box(column: float, top: float, wide: float, high: float, color: str) -> str:
    return (
        f'<rect x="{_short(column * CELL)}" y="{_short(top)}" width="{_short(wide * CELL)}" '
        f'height="{_short(high)}" fill="{color}"/>'
    )


def _path(sign: str, column: int, top: float, count: int, color: str) -> str:
    """A line or a corner of a frame; several dashes are one line."""
    strokes = []
    for x0, y0, x1, y1 in _LINES[sign]:
        ends = [(column + x0, y0), (column + (count - 1 + x1 if x1 > x0 or count > 1 else x1), y1)]
        if sign in "│┃" and count > 1:
            strokes += [
                f"M{_at(column + place + x0, top, y0)}L{_at(column + place + x1, top, y1)}" for place in range(count)
            ]
        else:
            strokes.append(f"M{_at(ends[0][0], top, ends[0][1])}L{_at(ends[1][0], top, ends[1][1])}")
    return f'<path d="{"".join(strokes)}" stroke="{color}" stroke-width="{2.4 if sign in _HEAVY else 1}"/>'


def _at(column: float, top: float, y: float) -> str:
    return f"{_short(column * CELL)} {_short(top + y * LINE)}"


def _short(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")
