"""A text in Markdown as the entry pane draws it: `text/marked_text.py` reads it, here its tables get columns that fit
the width. Pure: knows no widget."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache

from tui_digest.text.marked_inline import InlineSpan, Shown, Target
from tui_digest.text.marked_text import MarkedLine, read_marked
from tui_digest.tui.wrap import width_of, wrap

_FEWEST_CELLS = 8
"""A column of a table is not made narrower than this; where that does not do, each row becomes lines."""
_BETWEEN_COLUMNS = "  "


@lru_cache(maxsize=64)
def laid_out(text: str, told: Callable[[str], str], width: int) -> tuple[MarkedLine, ...]:
    """The lines of a text, `lead` in cells. `told` makes formulas readable, `width` is how wide a table may be, in
    cells."""
    return tuple(_fitting(read_marked(text, told), width))


def _fitting(lines: Iterator[MarkedLine], width: int) -> Iterator[MarkedLine]:
    for line in lines:
        if line.rows:
            for made in _columns(line.rows, width - 2 * line.quotes):
                yield made._replace(quotes=line.quotes)
        elif line.lead and not line.text.isascii():
            yield line._replace(lead=width_of(line.text[: line.lead]))
        else:
            yield line


def _columns(rows: Sequence[Sequence[Shown]], room: int) -> Iterator[MarkedLine]:
    """The rows in aligned columns, cells wrapped where the width asks for it; a line a cell where even that fails."""
    columns = len(rows[0])
    natural = [max(1, *(width_of(row[at].text) for row in rows)) for at in range(columns)]
    widths = _fitted(natural, room - len(_BETWEEN_COLUMNS) * (columns - 1))
    if widths is None:
        yield from _listed(rows)
        return
    for number, row in enumerate(rows):
        for made in _row(row, widths):
            yield made if number else made._replace(spans=_bold(made))
        if number == 0:
            yield MarkedLine("rule")


def _fitted(natural: Sequence[int], room: int) -> list[int] | None:
    """The widths of the columns in so many cells: the widest give way; None where they would become too narrow."""
    least = [min(width, _FEWEST_CELLS) for width in natural]
    if sum(least) > room:
        return None
    low, high = _FEWEST_CELLS, max(natural)
    while low < high:
        cap = (low + high + 1) // 2
        low, high = (cap, high) if sum(min(width, cap) for width in natural) <= room else (low, cap - 1)
    return [min(width, max(low, _FEWEST_CELLS)) for width in natural]


def _row(row: Sequence[Shown], widths: Sequence[int]) -> Iterator[MarkedLine]:
    """A row's lines: each cell wrapped within its column."""
    pieces = [wrap(cell.text, width) if cell.text else [] for cell, width in zip(row, widths, strict=True)]
    for level in range(max(1, *map(len, pieces)) if pieces else 1):
        text, spans, targets = "", list[InlineSpan](), list[Target]()
        missing = 0
        for cell, width, lines in zip(row, widths, pieces, strict=True):
            text += " " * missing
            start, end = lines[level] if level < len(lines) else (0, 0)
            by = len(text) - start
            for a, b, name in cell.spans:
                if a < end and b > start:
                    spans.append((max(a, start) + by, min(b, end) + by, name))
                    targets += [(max(a, start) + by, url) for at, url in cell.targets if at == a]
            text += cell.text[start:end]
            missing = width - width_of(cell.text[start:end]) + len(_BETWEEN_COLUMNS)
        yield MarkedLine("row", text.rstrip(), tuple(spans), tuple(targets))


def _bold(line: MarkedLine) -> tuple[InlineSpan, ...]:
    """A header's spans: all of it strong."""
    spans, at = list[InlineSpan](), 0
    for start, end, name in line.spans:
        spans += [(at, start, "strong")] if start > at else []
        spans.append((start, end, name if "strong" in name else f"{name} strong"))
        at = end
    return (*spans, (at, len(line.text), "strong")) if at < len(line.text) else tuple(spans)


def _listed(rows: Sequence[Sequence[Shown]]) -> Iterator[MarkedLine]:
    """Each row as lines `column: cell`, the rows apart."""
    for number, row in enumerate(rows[1:] or rows):
        if number:
            yield MarkedLine("blank")
        for head, cell in zip(rows[0], row, strict=True):
            if not cell.text:
                continue
            lead = f"{head.text}: " if head.text and len(rows) > 1 else ""
            by = len(lead)
            spans = tuple((a + by, b + by, name) for a, b, name in cell.spans)
            told = ((0, by - 1, "strong"), *spans) if lead else spans
            targets = tuple((at + by, url) for at, url in cell.targets)
            yield MarkedLine("bullet", lead + cell.text, told, targets, lead=2 if lead else 0)
