"""The theme chosen in the reader, and how dark the terminal was, kept between two starts. Losing it costs a moment."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

import orjson

from tui_digest.errors import StoreError
from tui_digest.store.files import read_bytes, replace_file

if TYPE_CHECKING:
    from pathlib import Path

LOOK_VERSION = 1


class Look(NamedTuple):
    """How the reader looked at the last stop."""

    theme: str = ""
    """The theme chosen in the reader; empty where none was."""
    dark: bool = True
    """Whether the terminal's own background was dark when it was last asked."""


def load_look(path: Path) -> Look:
    """What was kept; never raises."""
    try:
        data = orjson.loads(read_bytes(path) or b"{}")
        if data.pop("schema_version", None) != LOOK_VERSION:
            return Look()
        return Look(theme=str(data.get("theme", "")), dark=bool(data.get("dark", True)))
    except (StoreError, ValueError, TypeError, AttributeError):
        return Look()


def save_look(path: Path, look: Look) -> None:
    """Keeps it, whole or not at all."""
    with suppress(StoreError, OSError, TypeError):
        replace_file(path, orjson.dumps({"schema_version": LOOK_VERSION, **look._asdict()}))
