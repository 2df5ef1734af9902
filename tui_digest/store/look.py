"""The theme chosen in the app, and how dark the terminal was, kept between two starts. Losing it costs a moment."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tui_digest.store.place import NOT_READ, load_kept, save_kept

if TYPE_CHECKING:
    from pathlib import Path

LOOK_VERSION = 1


class SavedLook(NamedTuple):
    """How the app looked at the last stop."""

    theme: str = ""
    """The theme chosen in the app; empty where none was."""
    dark: bool = True
    """Whether the terminal's own background was dark when it was last asked."""


def load_look(path: Path) -> SavedLook:
    """What was kept; never raises."""
    try:
        data = load_kept(path, LOOK_VERSION)
        return SavedLook(theme=str(data.get("theme", "")), dark=bool(data.get("dark", True)))
    except NOT_READ:
        return SavedLook()


def save_look(path: Path, look: SavedLook) -> None:
    """Keeps it, whole or not at all."""
    save_kept(path, LOOK_VERSION, look._asdict())
