"""A document's lines: wrapped to a width, and cut where their style changes. Pure: knows no widget."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise

from textual.selection import Selection

from tui_digest.tui.terminal.signs import RESTING_BAR
from tui_digest.tui.widgets.document import Block, Document
from tui_digest.tui.wrap import hang_within, whole_signs, wrap, wrap_link

DrawnLine = tuple[int, int, int, int]
"""A line as drawn: its block, start and end offset in the block's text, and the cells it is set in by."""

SPARED = 8
"""A line leaves free at most one cell in so many."""


@lru_cache(maxsize=512)
def _lines(text: str, width: int, hang: int, is_link: bool) -> tuple[tuple[int, int], ...]:
    """A block's lines. Kept, for a mark on an entry of 20 KB changes one line and would wrap all of them again."""
    return tuple((wrap_link if is_link else wrap)(text, width, hang))


def lay_out(document: Document, width: int) -> list[DrawnLine]:
    """The document's lines when they are `width` cells wide."""
    rows: list[DrawnLine] = []
    for index, block in enumerate(document.blocks):
        hang = bars = len(quote_bars(block, width)) if block.quotes else 0
        room = width - bars - min(block.spare, width // SPARED)
        for start, end in _lines(block.text, room, block.hang, block.kind == "link"):
            rows.append((index, start, end, hang))
            hang = bars + hang_within(block.hang, room)
    return rows


def quote_bars(block: Block, width: int) -> str:
    """What stands before each line of a quoted block: a bar and a blank for each quote it is in, half the width at
    most. It is no part of the block's text."""
    return f"{RESTING_BAR} " * min(block.quotes, width // 4)


def selected(selection: Selection, index: int, block: Block) -> tuple[int, int]:
    """The selected part of a block's text, of signs that are joined all; its end lies before its start where nothing is
    selected."""
    span = selection.get_span(index)
    if span is None:
        return 0, -1
    length = len(block.text)
    start, end = span
    return whole_signs(block.text, min(max(0, start), length), length if end < 0 else min(end, length))


def pieces(block: Block, start: int, end: int, chosen: tuple[int, int]) -> Iterator[tuple[int, int, str]]:
    """A line cut where its style changes: start, end, and the span's name or nothing."""
    spans = [span for span in block.spans if span[0] < end and span[1] > start]
    if not spans and chosen[0] >= chosen[1]:
        if start < end:
            yield start, end, ""  # as most lines are
        return
    cuts = {start, end, *chosen}
    for span_start, span_end, _ in spans:
        cuts |= {span_start, span_end}
    ordered = sorted(cut for cut in cuts if start <= cut <= end)
    for a, b in pairwise(ordered):
        names = [name for span_start, span_end, name in spans if span_start <= a < span_end]
        yield a, b, names[0] if names else ""
