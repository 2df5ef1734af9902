"""Shape 4, one note of a folder: a file named `YYMMDD Short title.md` that holds one entry."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_digest.models import ParsedDigest
from tui_digest.parsing.dates import file_date
from tui_digest.parsing.entries import finished
from tui_digest.parsing.one_entry import read_whole

if TYPE_CHECKING:
    from tui_digest.parsing.document import Document


def is_note(source: Document) -> bool:
    """Whether the file's name is a date and a short title."""
    dated = file_date(source.stem)
    return dated is not None and dated[1] != "" and bool(source.filled)


def parse_note(source: Document) -> ParsedDigest:
    """The note as a digest of one entry, on the day of its file's name."""
    day, short_title = file_date(source.stem) or (None, source.stem)
    draft = read_whole(source, plain_titles=False)
    draft.fallback_title = short_title
    return ParsedDigest(title=source.stem, shape="note", start=day, end=day, entries=finished([draft], source))
