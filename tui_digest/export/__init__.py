"""What leaves the library: a table of formats, each a pure writer from sightings to text.

A writer takes sightings in reading order and a way to look marks up, and yields pieces of text to be joined; it
knows no file and no screen. A new format is one file here and one row in `FORMATS`; other packages add theirs by an
entry point (`plugins`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from importlib import import_module
from typing import NamedTuple

from tui_digest.models import Mark, Sighting

__all__ = ["FORMATS", "Format", "Writer"]

Writer = Callable[[Iterable[Sighting], Callable[[str], Mark]], Iterator[str]]


class Format(NamedTuple):
    """One row of the table."""

    name: str
    """What `export --format` calls it."""
    suffix: str
    """What its files end with, dot included."""
    writer: Writer | str
    """The function that writes it, or `module.function` in this package: it is loaded when it first writes."""
    is_json: bool = False
    """Whether its text is JSON: then what a terminal would obey can be written as escapes."""

    def write(self, sightings: Iterable[Sighting], mark_of: Callable[[str], Mark]) -> Iterator[str]:
        """The text, piece by piece; `mark_of` tells the mark of a paper's key."""
        writer = self.writer
        if isinstance(writer, str):
            module, _, function = writer.partition(".")
            writer = getattr(import_module(f"{__name__}.{module}"), function)
        return writer(sightings, mark_of)


FORMATS: dict[str, Format] = {
    row.name: row
    for row in (
        Format("json", ".json", "json_document.write_json", is_json=True),
        Format("ndjson", ".ndjson", "json_document.write_ndjson", is_json=True),
        Format("bibtex", ".bib", "bibtex.write"),
        Format("ris", ".ris", "ris.write"),
        Format("csv", ".csv", "csv_table.write"),
        Format("markdown", ".md", "markdown.write"),
    )
}
"""The first two write a record a sighting, the others one a paper."""
