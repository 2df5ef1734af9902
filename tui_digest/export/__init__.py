"""What leaves the library: a table of formats, each a pure writer from sightings to text.

A writer takes sightings in reading order and a way to look marks up, and yields pieces of text to be joined; it
knows no file and no screen. A new format is one file here and one row in `FORMATS`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from tui_digest.export import bibtex, csv_table, markdown, records, ris
from tui_digest.export.bibtex import bibtex_for
from tui_digest.export.markdown import markdown_link, titles_under_headings
from tui_digest.models import Mark, Sighting

__all__ = ["FORMATS", "Format", "Writer", "bibtex_for", "markdown_link", "titles_under_headings"]

Writer = Callable[[Iterable[Sighting], Callable[[str], Mark]], Iterator[str]]


@dataclass(frozen=True, slots=True)
class Format:
    """One row of the table."""

    name: str
    """What `export --format` calls it."""
    suffix: str
    """What its files end with, dot included."""
    write: Writer


FORMATS: dict[str, Format] = {
    row.name: row
    for row in (
        Format("json", ".json", records.write_json),
        Format("ndjson", ".ndjson", records.write_ndjson),
        Format("bibtex", ".bib", bibtex.write),
        Format("ris", ".ris", ris.write),
        Format("csv", ".csv", csv_table.write),
        Format("markdown", ".md", markdown.write),
    )
}
"""The first two write a record a sighting, the others one a paper."""
