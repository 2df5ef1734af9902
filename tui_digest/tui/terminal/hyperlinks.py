"""Telling the terminal where an address leads (OSC 8), so that it can be opened by a click there, also over SSH."""

from __future__ import annotations

import os
from collections.abc import Mapping
from urllib.parse import quote

_KEPT = "!#$%&'()*+,/:;=?@[]~"
"""Signs that stand in an address as they are. Of all others but letters and digits the bytes are written, for the
address goes to the terminal within an escape sequence."""


def takes_links(environ: Mapping[str, str] | None = None) -> bool:
    """Whether to tell the terminal. Those that do not know the sequence pass over it, but for the plainest, which
    would print it."""
    return (os.environ if environ is None else environ).get("TERM", "") not in ("", "dumb", "linux", "vt100", "vt220")


def target(url: str) -> str:
    """The address as it may stand in an escape sequence."""
    return quote(url, safe=_KEPT)
