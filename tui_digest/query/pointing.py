"""A mistake, pointed at: the text, and below it a mark under the place."""

from __future__ import annotations

import unicodedata

from tui_digest.query.nodes import QueryError


def caret(text: str, error: QueryError) -> str:
    """Two lines: the text, and `^~~~` under the mistake, by the cells that a terminal gives each character."""
    from rich.cells import cell_len

    start, end = error.position, error.position + error.length
    before, place, after = (_shown(part) for part in (text[:start], text[start:end], text[end:]))
    return f"{before}{place}{after}\n{' ' * cell_len(before)}^{'~' * (cell_len(place) - 1)}"


def _shown(text: str) -> str:
    """In one line, without anything that moves the cursor."""
    visible = ("" if unicodedata.category(each) in ("Cc", "Cf", "Cs") and not each.isspace() else each for each in text)
    return unicodedata.normalize("NFC", "".join(" " if each.isspace() else each for each in visible))
