"""Pure text -> `ParsedDigest`. A table of shapes, tried from the top; the last row takes every text.

A new shape is one file with two functions, one row here, and a sample pair in the tests. Nothing in this package raises
on text, whatever it holds; only `decoding` does, on bytes that are no text, and the functions of `formats`, on files
that are not what their ending says.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from tui_digest.models import ParsedDigest
from tui_digest.parsing import chat, dated_text, front_papers, loose, markdown_digest, note_file, plain_text, record
from tui_digest.parsing.dates import daily_header, weekly_header
from tui_digest.parsing.formats import read_format
from tui_digest.parsing.source_text import SourceText, document
from tui_digest.text.cleaning import clean, cleaned

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tui_digest.models import Mark, Source
    from tui_digest.parsing.periods import Period
    from tui_digest.parsing.pieces import Pieces


def _undivided(text: SourceText) -> list[SourceText]:
    return [text]


@dataclass(frozen=True, slots=True)
class Shape:
    """A kind of digest: how to know it, how to read it."""

    name: str
    recognise: Callable[[SourceText], bool]
    parse: Callable[[SourceText], ParsedDigest]
    parts: Callable[[SourceText], list[SourceText]] = _undivided
    """Cuts a text into those of its digests, where one file may hold several."""
    kinds: tuple[str, ...] = ()
    """Where the digests of this row do not all bear its name: the other shape names that they may have
    (`ParsedDigest.shape`)."""
    one: bool = False
    """Whether a digest of it is always one entry."""


SHAPES: tuple[Shape, ...] = (
    Shape("chat", chat.is_chat, chat.parse_chat, chat.parts),
    Shape("settings", front_papers.lists_papers, front_papers.parse_listed, kinds=("list",)),
    Shape(
        "papers",
        markdown_digest.holds_papers,
        markdown_digest.parse_papers,
        markdown_digest.parts,
        markdown_digest.KINDS,
    ),
    Shape("weekly-text", dated_text.is_weekly, dated_text.parse_weekly, dated_text.parts),
    Shape("daily-text", dated_text.is_daily, dated_text.parse_daily, dated_text.parts),
    Shape("record", record.is_record, record.parse_record, kinds=("note",), one=True),
    Shape("run", loose.is_run, loose.parse_run, kinds=("list",)),
    Shape("note", note_file.is_note, note_file.parse_note),
    Shape("review", plain_text.is_review, plain_text.parse_review, one=True),
    Shape("text", lambda _: True, plain_text.parse_text, one=True),
)

_BEFORE_ONE = SHAPES[: 1 + max(place for place, shape in enumerate(SHAPES) if not shape.one)]
"""The rows up to the last whose digests may have several entries."""


def parse_all(
    source: Source, name_hint: str | None = None, near: Period | None = None, shapes: Sequence[Shape] = ()
) -> tuple[ParsedDigest, ...]:
    """The digests of a source; nearly every source holds one. `name_hint` stands in for the file name where the path
    tells nothing (standard input); `near` are the days of its neighbours, for headers that name no year; `shapes` are
    asked before those of the table. Raises `source.malformed` and `source.no_papers` for a file whose ending promises
    another format than text, and that is not of it."""
    as_text = partial(parse_text, shapes=shapes)
    found = read_format(source, near, as_text)
    return tuple(map(_harmless, as_text(source, name_hint, near) if found is None else found))


def several_in(source: Source, name_hint: str | None = None, shapes: Sequence[Shape] = ()) -> tuple[ParsedDigest, ...]:
    """The digests as `parse_all` finds them, but a text that makes one entry is not read: its digest has none. Raises
    as `parse_all` does."""
    as_text = partial(_several_of_text, shapes=shapes)
    found = read_format(source, None, as_text)
    return as_text(source, name_hint, None) if found is None else found


def _harmless(digest: ParsedDigest) -> ParsedDigest:
    """The digest with its own texts clean: entities (`&#x202e;`) were read only after the source was cleaned. Entries
    are clean already."""
    if digest.title.isprintable() and not digest.preface:
        return digest
    title, unread = " ".join(clean(digest.title).split()), cleaned(digest.unread_date)
    return digest._replace(title=title, preface=cleaned(digest.preface), unread_date=unread)


def pieces_of(source: Source, shapes: Sequence[Shape] = ()) -> Pieces:
    """The lines of a text, of which some can be read as one paper; `shapes` are asked before those of the table."""
    from tui_digest.parsing.pieces import Pieces  # hardly any import asks for them

    return Pieces(source, partial(parse_text, shapes=shapes))


def marks_in(source: Source) -> list[tuple[str, Mark]]:
    """The marks in one of our own exports, by the keys of its entries; none in any other file."""
    from tui_digest.parsing import json_records  # only an import with `--with-marks` asks for them

    return json_records.marks_in(source) if json_records.is_json(source) else []


def parse_text(
    source: Source, name_hint: str | None = None, near: Period | None = None, shapes: Sequence[Shape] = ()
) -> tuple[ParsedDigest, ...]:
    """The digests of a text: what the first shape that knows it makes of it."""
    text = document(source, name_hint, near)
    shape = _shape_of(text, shapes)
    parts = shape.parts(text)
    if len(parts) == 1:
        return (_dated(shape.parse(parts[0]), text),)
    return tuple(_shape_of(part, shapes).parse(part) for part in parts)


def _several_of_text(
    source: Source, name_hint: str | None, near: Period | None, shapes: Sequence[Shape]
) -> tuple[ParsedDigest, ...]:
    text = document(source, name_hint, near)
    shape = next((each for each in (*shapes, *_BEFORE_ONE) if each.recognise(text)), None)
    if shape is None or shape.one:
        return (ParsedDigest(text.stem, "text", None, None, ()),)
    parts = shape.parts(text)
    return tuple((_shape_of(part, shapes) if len(parts) > 1 else shape).parse(part) for part in parts)


def _dated(digest: ParsedDigest, text: SourceText) -> ParsedDigest:
    """The digest on the days that its title tells, or its file's name, where the shape found none; a title that seems
    to name days, but none that can be read, goes to `unread_date`."""
    if digest.start is not None:
        return digest
    header = weekly_header(digest.title) or daily_header(digest.title)
    days = text.named or (header.days(text.likely) if header else None)
    if days is not None:
        return digest._replace(start=days.start, end=days.end, unread_date=None)
    return digest._replace(unread_date=digest.unread_date or (digest.title if header else None))


def parse(source: Source, name_hint: str | None = None) -> ParsedDigest:
    """All of a source as one digest: that of its first part, the headers of the others reported as `unplaced`."""
    first, *others = parse_all(source, name_hint)
    if not others:
        return first
    lines = source.text.split("\n")
    heads = [number for digest in others for number in digest.header_lines]
    return first._replace(
        entries=first.entries + tuple(entry for digest in others for entry in digest.entries),
        unplaced=tuple((number, lines[number - 1].strip()) for number in heads),
    )


def _shape_of(text: SourceText, others: Sequence[Shape]) -> Shape:
    return next(shape for shape in (*others, *SHAPES) if shape.recognise(text))
