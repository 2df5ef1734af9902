"""A screen as plain text, and its comparison with the one that was looked at and kept in `tests/data/screens`."""

from __future__ import annotations

import difflib
import os
from collections.abc import Callable, Iterator
from functools import cache
from itertools import groupby
from pathlib import Path

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual._compositor import LayoutUpdate
from textual.app import App
from textual.color import Color
from textual.strip import Strip

from tui_digest.tui.app import DigestApp

FOLDER = Path(__file__).parents[1] / "data" / "screens"
WRITE = "TUI_DIGEST_SNAPSHOTS"
RENEW = "If the new screen is right: make snapshots, look at the difference, commit it."

_GROUNDS = {
    "block-cursor-background": "cursor",
    "block-cursor-blurred-background": "cursor without keys",
    "screen-selection-background": "selected",
    "ink-match": "match",
}
_INKS = {"text-accent": "accent", "ink-cursor-accent": "accent", "text-error": "error"}
_ATTRIBUTES = ("bold", "italic", "underline", "reverse")
_SHOWN = 30
"""Letters of a styled piece that the map repeats."""

Piece = tuple[int, str, Style]
"""Column, text, style."""


def drawn_whole(app: App[None]) -> LayoutUpdate:
    """All that the painter would get if everything were drawn anew, dialogs and what shows through beside them."""
    full = app.screen._compositor.render_update(full=True, screen_stack=app._background_screens)
    assert isinstance(full, LayoutUpdate)
    return full


def drawn_segments(app: App[None]) -> list[Segment]:
    """The same as pieces that can be compared, line after line; a hundredth of the work of a snapshot."""
    return [segment for strips in drawn_whole(app).strips for strip in strips for segment in strip]


def snapshot(app: DigestApp) -> str:
    """The painted lines; below them, by line, what is marked out from ordinary text."""
    grounds, inks = _grounds_of(app), _inks_of(app)
    painted, styled = [], []
    for number, strips in enumerate(drawn_whole(app).strips, start=1):
        pieces = list(_pieces(strips))
        line = "".join(text for _, text, _ in pieces)
        assert cell_len(line) == app.size.width, f"line {number} does not fill the terminal: {line!r}"
        painted.append(line.rstrip())
        styled += [f"{number:3} {told}" for told in (*_grounds(pieces, grounds), *_inks(pieces, inks))]
    return "\n".join([*painted, "", "== line, style, columns or text ==", *styled, ""])


def _pieces(strips: object) -> Iterator[Piece]:
    column = 0
    for strip in strips:  # type: ignore[attr-defined]
        assert isinstance(strip, Strip)
        for text, style, control in strip:
            if text and not control:
                yield column, text, style or Style.null()
                column += cell_len(text)


def _grounds_of(app: DigestApp) -> Callable[[Style], str]:
    """What the background of a style is called."""
    names = _named(app, _GROUNDS)
    return cache(lambda style: names.get(_hex(style.bgcolor), ""))


def _inks_of(app: DigestApp) -> Callable[[Style], str]:
    """What a style is called otherwise."""
    names = _named(app, _INKS)

    def name_of(style: Style) -> str:
        told = [names.get(_hex(style.color), ""), *(each for each in _ATTRIBUTES if getattr(style, each))]
        return " ".join(filter(None, told))

    return cache(name_of)


def _grounds(pieces: list[Piece], name_of: Callable[[Style], str]) -> Iterator[str]:
    for name, run in _runs(pieces, name_of):
        column, text, _ = run[-1]
        yield f"{name} {run[0][0] + 1}-{column + cell_len(text)}"


def _inks(pieces: list[Piece], name_of: Callable[[Style], str]) -> Iterator[str]:
    for name, run in _runs(pieces, name_of):
        text = "".join(text for _, text, _ in run).strip()
        if text:
            yield f"{name}: {text if len(text) <= _SHOWN else text[:_SHOWN].rstrip() + ' (…)'}"


def _named(app: DigestApp, names: dict[str, str]) -> dict[str, str]:
    return {Color.parse(app.theme_variables[variable]).hex: name for variable, name in names.items()}


def _hex(color: object) -> str:
    return "" if color is None else Color.from_rich_color(color).hex  # type: ignore[arg-type]


def _runs(pieces: list[Piece], name_of: Callable[[Style], str]) -> Iterator[tuple[str, list[Piece]]]:
    for name, run in groupby(pieces, lambda piece: name_of(piece[2])):
        if name:
            yield name, list(run)


def compare(name: str, now: str) -> None:
    """Fails with the difference where the screen is not the kept one; writes it instead where that was asked for."""
    path = FOLDER / f"{name}.txt"
    if os.environ.get(WRITE) == "write":
        FOLDER.mkdir(parents=True, exist_ok=True)
        path.write_text(now, "utf-8")
        return
    assert path.exists(), f"{path.name}: this screen was never kept. {RENEW}"
    kept = path.read_text("utf-8")
    if kept != now:
        lines = difflib.unified_diff(kept.splitlines(), now.splitlines(), "kept", "now", lineterm="", n=1)
        raise AssertionError("\n".join([f"{path.name} looks different.", *lines, RENEW]))
