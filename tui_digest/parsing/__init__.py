"""Pure text -> `ParsedDigest`. A table of shapes, tried from the top; the last row takes every text.

A new shape is one file with two functions, one row here, and a sample pair in the tests. Nothing in this package
raises on text, whatever it holds; only `reading` does, on bytes that are no text.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tui_digest.parsing import dated_text, note, plain_text
from tui_digest.parsing.document import Document, document

if TYPE_CHECKING:
    from collections.abc import Callable

    from tui_digest.models import ParsedDigest, Source


@dataclass(frozen=True, slots=True)
class Shape:
    """A kind of digest: how to know it, how to read it."""

    name: str
    recognise: Callable[[Document], bool]
    parse: Callable[[Document], ParsedDigest]


SHAPES: tuple[Shape, ...] = (
    Shape("weekly-text", dated_text.is_weekly, dated_text.parse_weekly),
    Shape("daily-text", dated_text.is_daily, dated_text.parse_daily),
    Shape("note", note.is_note, note.parse_note),
    Shape("review", plain_text.is_review, plain_text.parse_review),
    Shape("text", lambda _: True, plain_text.parse_text),
)


def parse(source: Source, name_hint: str | None = None) -> ParsedDigest:
    """What the first shape that knows the source makes of it. `name_hint` stands in for the file name where the path
    tells nothing (standard input)."""
    text = document(source, name_hint)
    shape = next(shape for shape in SHAPES if shape.recognise(text))
    return shape.parse(text)
