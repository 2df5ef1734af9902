"""What the terminal can show, as far as the environment tells: how many colours, which signs, how it erases."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from typing import NamedTuple

from rich.color import ColorSystem

_FULL = ("alacritty", "contour", "foot", "ghostty", "kitty", "rio", "wezterm", "direct")
"""Parts of the names of terminals that show every colour, also where COLORTERM was lost on the way (ssh)."""


class TerminalKind(NamedTuple):
    """What may be sent to the terminal."""

    colors: ColorSystem | None
    """None: no colours at all."""
    ascii: bool
    """Whether signs and lines have to be ASCII."""
    encoding: str
    """Of what is written; everything else has to be replaced."""
    erases: bool
    """Whether it erases with the background of what was written last."""
    italics: bool = True
    """Whether it has slanted letters; GNU screen shows patches for them."""
    mouse: bool = True
    """Whether it is asked to tell what the mouse does: GNU screen then keeps Esc back until another key comes."""

    @property
    def few(self) -> bool:
        """Whether only the terminal's own colours can be shown, or none."""
        return self.colors in (None, ColorSystem.STANDARD)


def terminal_kind(
    environ: Mapping[str, str] | None = None,
    encoding: str | None = None,
    count: Callable[[str], int | None] | None = None,
) -> TerminalKind:
    """The kind of terminal the environment speaks of; `count` tells a terminal's colours by its name."""
    environ = os.environ if environ is None else environ
    encoding = (encoding or getattr(sys.__stderr__, "encoding", None) or "utf-8").lower()
    name = environ.get("TERM", "").lower()
    # In a C locale Python takes UTF-8 for itself; the variables still tell what the terminal was set up for.
    locale = environ.get("LC_ALL") or environ.get("LANG") or ""
    simple = locale in ("C", "POSIX") or name in ("dumb", "unknown") or name.startswith("vt")
    return TerminalKind(
        colors=_colors(environ, name, count or _counted),
        ascii=simple or encoding.replace("-", "").replace("_", "") != "utf8",
        encoding=encoding,
        erases=not name.startswith("screen"),
        italics=not environ.get("STY"),
        mouse=not environ.get("STY"),
    )


def _colors(environ: Mapping[str, str], name: str, count: Callable[[str], int | None]) -> ColorSystem | None:
    if environ.get("NO_COLOR") or name in ("dumb", "unknown"):
        return None
    if environ.get("COLORTERM", "").strip().lower() in ("truecolor", "24bit"):
        return ColorSystem.TRUECOLOR
    if any(part in name for part in _FULL):
        return ColorSystem.TRUECOLOR
    if name.endswith("256color"):
        return ColorSystem.EIGHT_BIT
    counted = 16 if name.endswith("16color") else count(name)
    if counted is None:
        return ColorSystem.STANDARD
    if counted < 8:
        return None
    return ColorSystem.EIGHT_BIT if counted >= 256 else ColorSystem.STANDARD


def _counted(name: str) -> int | None:
    """How many colours the system's own table of terminals gives it; None where it knows no such terminal."""
    try:
        import curses  # only for a terminal that says little of itself
    except ImportError:
        return None
    try:
        curses.setupterm(name or None, fd=sys.__stderr__.fileno() if sys.__stderr__ else 2)
        return curses.tigetnum("colors")
    except (curses.error, OSError, ValueError):
        return None
