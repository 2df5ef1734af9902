"""A text as it is drawn: the words without their marks. Search and plain reading see the same as the entry pane."""

from __future__ import annotations

from collections.abc import Callable

_SIGNS = "*_`[<\\&~|#>={"


def may_mark(text: str) -> bool:
    """Whether a text can hold Markdown at all: a quick test, which most lines of words fail."""
    if any(map(text.__contains__, _SIGNS)):  # each is looked for at the speed of memory
        return True
    return ("-" in text and ("--" in text or "- -" in text)) or ("+" in text and "+ " in text)


def drawn(text: str, told: Callable[[str], str] | None = None) -> str:
    """What is drawn of a text, a line for a line: a link is its label, a table's cells stand two blanks apart, rules
    are left out. `told` makes formulas readable; without it they stay as they are written."""
    if not may_mark(text):
        return text
    from tui_digest.text.marked_text import read_marked  # only for those whose digests hold Markdown

    lines: list[str] = []
    for line in read_marked(text, told):
        if line.rows:
            lines += ["  ".join(cell.text for cell in row if cell.text) for row in line.rows]
        elif line.kind != "rule":
            lines.append(line.text)
    return "\n".join(lines)
