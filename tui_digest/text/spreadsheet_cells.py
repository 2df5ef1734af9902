"""Cells of tables that spreadsheets open: what begins like a formula is made text, and read back as it was."""

from __future__ import annotations

from tui_digest.text.patterns import regex

__all__ = ["defused", "meant"]

_FORMULA = regex("'*[=+\\-@\t\r\n＝＋－＠]")
"""Full-width signs are taken for their twins by programs that were told that the user writes Japanese or Korean."""


def defused(cell: str) -> str:
    """A text that a spreadsheet shows as it is: an apostrophe in front of what it would run."""
    return f"'{cell}" if _FORMULA.match(cell) else cell


def meant(cell: str) -> str:
    """What a cell said before it was defused; any other text is as it is."""
    return cell[1:] if cell[:1] == "'" and _FORMULA.match(cell) else cell
