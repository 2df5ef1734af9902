"""Titles as names of files that every system takes."""

from __future__ import annotations

import re

from tui_digest.text.patterns import regex

_UNFIT = regex(r'[/\\:*?"<>|\x00-\x1f\x7f]+')
_RESERVED = regex(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)", re.IGNORECASE)
"""What Windows takes for a device, whatever the ending."""


def fitting(title: str) -> str:
    """A title without what file names cannot hold: such characters become blanks, dots at the ends go."""
    return " ".join(_UNFIT.sub(" ", title).split()).strip(". ")


def allowed(name: str) -> str:
    """A name, with a line in front where it is that of a device."""
    return f"_{name}" if _RESERVED.match(name) else name
