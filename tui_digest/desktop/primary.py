"""Selected text to PRIMARY, which the middle button of the mouse pastes: where there is such a thing, and quietly."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping

from tui_digest.desktop import clipboard, programs

_TOOLS = {
    "wl-copy": ["wl-copy", "--primary"],
    "xclip": ["xclip", "-selection", "primary"],
    "xsel": ["xsel", "--input", "--primary"],
}
_WITH_PRIMARY = ("xterm", "foot", "alacritty", "kitty", "rxvt", "st-", "konsole")
"""Beginnings of the names of terminals that run where there is one. Others take its sequence for the clipboard's."""


def offer(text: str, environ: Mapping[str, str] | None = None, run: clipboard.Runner | None = None) -> str | None:
    """Have PRIMARY hold a text. Returns what the caller must write to its terminal for it, where the terminal is the
    only way there; None where it is done, or cannot be. Nothing is said of it: the text was only selected."""
    environ = os.environ if environ is None else environ
    data = text.encode("utf-8", "replace")
    if not clipboard.remote(environ):
        for tool in _tools(environ):
            if programs.find(tool, environ) and (run or clipboard.run_quietly)(_TOOLS[tool], data, environ):
                return None
    if len(data) > clipboard.LIMIT or not _terminal_has_one(environ):
        return None
    return clipboard.osc52(data, environ, selection="p")


def _tools(environ: Mapping[str, str]) -> list[str]:
    if clipboard.wsl(environ) or sys.platform in ("darwin", "win32"):
        return []
    wayland = ["wl-copy"] if environ.get("WAYLAND_DISPLAY") else []
    return [*wayland, *(["xclip", "xsel"] if environ.get("DISPLAY") else [])]


def _terminal_has_one(environ: Mapping[str, str]) -> bool:
    """Not in tmux and GNU screen, where the text would fill their own buffers, nor in terminals of other systems, which
    tell their names."""
    if any(environ.get(name) for name in ("TMUX", "STY", "LC_TERMINAL", "TERM_PROGRAM")):
        return False
    local = sys.platform not in ("darwin", "win32") and not clipboard.wsl(environ)
    return (local or clipboard.remote(environ)) and environ.get("TERM", "").startswith(_WITH_PRIMARY)
