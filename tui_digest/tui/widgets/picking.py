"""Selecting text by keys: two ends in a document, and how each motion moves the one of them.

Pure: knows the document's blocks and its lines as drawn, no widget. Places are (block, offset into its text).
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from tui_digest.text.url_tail import URL, without_tail
from tui_digest.tui.widgets.document import Document
from tui_digest.tui.widgets.drawn_lines import DrawnLine
from tui_digest.tui.wrap import width_of

Point = tuple[int, int]

_WORD = re.compile(r"\w+|[^\w\s]+")


def word_at(document: Document, point: Point) -> tuple[Point, Point] | None:
    """The word at a place, a whole address where that is one: its beginning, and the place after it; None between
    words."""
    number, offset = point
    block = document.blocks[number]
    addresses = [span[:2] for span in block.spans if "url" in span[2]]
    found = _around(addresses, block.text, offset)
    return found and ((number, found[0]), (number, found[1]))


def word_in(text: str, offset: int) -> tuple[int, int] | None:
    """The same in a text of which nothing is known: where the word begins and ends."""
    addresses = (found.span() for found in re.finditer(URL, text))
    return _around([(start, start + len(without_tail(text[start:end]))) for start, end in addresses], text, offset)


def _around(addresses: Sequence[tuple[int, int]], text: str, offset: int) -> tuple[int, int] | None:
    words = (word.span() for word in _WORD.finditer(text))
    return next((span for span in (*addresses, *words) if span[0] <= offset < span[1]), None)


@dataclass(slots=True)
class Picking:
    """A selection that grows: `anchor` stays, `caret` moves; both ends belong to it."""

    document: Document
    anchor: Point
    caret: Point
    _column: int | None = None
    """The cell column that up and down keep to."""

    @classmethod
    def of(cls, document: Document, start: Point, end: Point) -> Picking:
        """What was selected otherwise, from a place up to another, as if keys had done it."""
        picking = cls(document, start, start)
        picking.caret = (end[0], picking._before(end))
        return picking

    def span(self) -> tuple[Point, Point]:
        """Its first character's place, and the place after its last."""
        first, last = sorted((self.anchor, self.caret))
        return first, (last[0], self._after(last))

    def line_of(self, lines: Sequence[DrawnLine]) -> int:
        """The line that the caret stands in."""
        return max(0, bisect_right(lines, self.caret, key=lambda line: line[:2]) - 1)

    def follow(self, document: Document) -> bool:
        """Go over to the same text, of which only the marks before the title may be others; False where it is not."""
        (old, *rest), (new, *others) = self.document.blocks, document.blocks
        shift = len(new.text) - len(old.text)
        same = new.text.endswith(old.text) or old.text.endswith(new.text)
        if not same or [block.text for block in rest] != [block.text for block in others]:
            return False
        self.anchor, self.caret = (
            (block, offset if block else max(0, offset + shift)) for block, offset in (self.anchor, self.caret)
        )
        self.document = document
        return True

    def swap(self) -> None:
        """Move the other end from now on."""
        self.anchor, self.caret, self._column = self.caret, self.anchor, None

    def move(self, motion: str, count: int, lines: Sequence[DrawnLine]) -> None:
        """`down`, `up`, `left`, `right`, `word`, `word_end`, `word_back`, `line_start`, `line_end`, `first`, `last`;
        past an end, to that end; where there are no lines yet, nowhere."""
        if not lines:
            return
        if motion in ("down", "up"):
            self._by_lines(count if motion == "down" else -count, lines)
            return
        self._column = None
        at = self.line_of(lines)
        block, start, end, _ = lines[at]
        if motion == "line_start":
            self.caret = (block, start)
        elif motion == "line_end":
            self.caret = (block, self._before((block, end)) if end > start else start)
        elif motion == "first":
            self.caret = (0, 0)
        elif motion == "last":
            self.caret = self._last()
        else:
            for _ in range(count):
                self.caret = getattr(self, f"_{motion}")()

    def _by_lines(self, count: int, lines: Sequence[DrawnLine]) -> None:
        at = self.line_of(lines)
        block, start, _, hang = lines[at]
        if self._column is None:
            self._column = hang + width_of(self._text(block)[start : self.caret[1]])
        block, start, end, hang = lines[min(max(at + count, 0), len(lines) - 1)]
        offset, text = start, self._text(block)
        while offset < end and hang + width_of(text[start : self._after((block, offset))]) <= self._column:
            offset = self._after((block, offset))
        self.caret = (block, self._before((block, end)) if offset >= end > start else offset)

    def _text(self, block: int) -> str:
        return self.document.blocks[block].text

    def _after(self, point: Point) -> int:
        """The offset past the character there and the marks on it."""
        text, at = self._text(point[0]), point[1] + 1
        while at < len(text) and unicodedata.combining(text[at]):
            at += 1
        return min(at, len(text))

    def _before(self, point: Point) -> int:
        """The offset of the character before, with the marks on it."""
        text, at = self._text(point[0]), max(point[1] - 1, 0)
        while at > 0 and unicodedata.combining(text[at]):
            at -= 1
        return at

    def _last(self) -> Point:
        block = len(self.document.blocks) - 1
        return block, self._before((block, len(self._text(block))))

    def _right(self) -> Point:
        block, at = self.caret[0], self._after(self.caret)
        if at < len(self._text(block)):
            return block, at
        following = (later for later in range(block + 1, len(self.document.blocks)) if self._text(later))
        later = next(following, None)
        return self.caret if later is None else (later, 0)

    def _left(self) -> Point:
        block, at = self.caret
        if at > 0:
            return block, self._before(self.caret)
        earlier = next((found for found in range(block - 1, -1, -1) if self._text(found)), None)
        return self.caret if earlier is None else (earlier, self._before((earlier, len(self._text(earlier)))))

    def _word(self) -> Point:
        """The beginning of the next word."""
        block, at = self.caret
        for later in range(block, len(self.document.blocks)):
            for word in _WORD.finditer(self._text(later)):
                if later > block or word.start() > at:
                    return later, word.start()
        return self._last()

    def _word_end(self) -> Point:
        """The last character of the word, or of the next one."""
        block, at = self.caret
        for later in range(block, len(self.document.blocks)):
            for word in _WORD.finditer(self._text(later)):
                end = self._before((later, word.end()))
                if later > block or end > at:
                    return later, end
        return self._last()

    def _word_back(self) -> Point:
        """The beginning of the word, or of the one before."""
        block, at = self.caret
        for earlier in range(block, -1, -1):
            starts = [word.start() for word in _WORD.finditer(self._text(earlier))]
            before = [start for start in starts if earlier < block or start < at]
            if before:
                return earlier, before[-1]
        return 0, 0
