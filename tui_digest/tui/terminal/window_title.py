"""The title of the terminal's window while the app runs, and what else is put back when it ends."""

from __future__ import annotations

from collections.abc import Mapping

TITLE = "tui-digest"

_WITHOUT = ("dumb", "linux", "unknown", "vt", "rxvt", "cygwin", "st")
"""Beginnings of the names of terminals that have no title, or cannot put the former one back."""
_CLEARED = "\x1b[m\x1b[H\x1b[2J"


def on_taking(environ: Mapping[str, str]) -> str:
    """What to write when the terminal is taken: have it keep its title, and show ours."""
    return f"\x1b[22;2t\x1b]2;{TITLE}\x1b\\" if _has_title(environ) else ""


def on_giving_back(environ: Mapping[str, str]) -> str:
    """What to write before the terminal is given back: its former title. GNU screen has no second screen to leave,
    unless it is told to: there what was drawn is wiped away, lest the shell writes over it."""
    return "\x1b[23;2t" if _has_title(environ) else _CLEARED if environ.get("STY") else ""


def _has_title(environ: Mapping[str, str]) -> bool:
    """In GNU screen a title names its window, which is not ours."""
    name = environ.get("TERM", "")
    return bool(name) and not name.startswith(_WITHOUT) and not environ.get("STY")
