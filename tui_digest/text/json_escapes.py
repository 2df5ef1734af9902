"""JSON that is safe to look at: what a terminal would obey is written as escapes."""

from __future__ import annotations

from tui_digest.text.patterns import regex

_UNSAFE = regex("[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
"""Characters that JSON leaves as they are and a terminal obeys."""


def json_escaped(text: str) -> str:
    """JSON that says the same, with what a terminal would obey written as escapes: paths may hold anything."""
    return _UNSAFE.sub(lambda match: f"\\u{ord(match[0]):04x}", text)
