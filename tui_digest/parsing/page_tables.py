"""Tables of papers in a page, as those of Markdown; cells that go over several rows or columns count in each."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tui_digest.parsing.page_marks import attribute
from tui_digest.parsing.record_roles import role_of
from tui_digest.text.patterns import regex

if TYPE_CHECKING:
    from collections.abc import Callable

_ROW = regex(r"<tr\b[^<>]*>(?P<cells>.*?)(?=<tr\b|</tr|</table|\Z)", re.IGNORECASE | re.DOTALL)
_CELL = regex(r"<t[dh]\b(?P<rest>[^<>]*)>(?P<said>.*?)(?=<t[dh]\b|</t[dh]|\Z)", re.IGNORECASE | re.DOTALL)
_MOST_SPANNED = 100


def data_table(page: str, start: int, end: int, number: int, read: Callable[[str], str]) -> list[tuple[str, int]]:
    """The rows of a table whose head names a column of titles, as Markdown's, each with its line; none of any other:
    most only lay out a page. It stands at these places of the page, from the line `number` on; `read` reads a cell."""
    lines: list[tuple[str, int]] = []
    spanned: dict[int, tuple[int, str]] = {}
    for row in _ROW.finditer(page, start, end):
        cells = _cells(row["cells"], spanned, read)
        if not cells:
            continue
        at = number + page.count("\n", start, row.start())
        if not lines and not (len(cells) > 1 and any(role_of(cell) == "title" for cell in cells)):
            return []
        lines.append((f"| {' | '.join(cells)} |", at))
        if len(lines) == 1:
            lines.append(("|" + "---|" * len(cells), at))
    return lines


def _cells(row: str, spanned: dict[int, tuple[int, str]], read: Callable[[str], str]) -> list[str]:
    """The cells of a row; `spanned` are those of rows above that reach into it, by column, and how far they do."""
    cells: list[str] = []

    def fill() -> None:
        while (above := spanned.get(len(cells))) and above[0]:
            spanned[len(cells)] = (above[0] - 1, above[1])
            cells.append(above[1])

    for cell in _CELL.finditer(row):
        fill()
        rest, said = cell["rest"], read(cell["said"])
        rows, columns = (_count(rest, name) for name in ("rowspan", "colspan")) if "span" in rest.lower() else (1, 1)
        for _ in range(columns):
            if rows > 1 or len(cells) in spanned:
                spanned[len(cells)] = (rows - 1, said)
            cells.append(said)
            said = ""
    if cells:
        fill()
    return cells


def _count(rest: str, name: str) -> int:
    said = attribute(rest, name)
    return min(max(int(said), 1), _MOST_SPANNED) if said.isdecimal() else 1
