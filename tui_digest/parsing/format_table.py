"""The table of file formats besides plain text: their endings, how they begin, and which functions read them.

A format is one file with its functions, and one row here; `formats.py` reads by it. Knows nothing of the functions, so
that whatever needs an ending can ask here.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FileFormat:
    """A row of the table: how to recognise a format, and which function reads it."""

    name: str
    suffixes: tuple[str, ...]
    """A file with such an ending is read as this format, or refused."""
    known: str | None
    """The function that recognises the format by its text; None where only the ending tells."""
    read: str
    """The function that reads it; both as `module.function`."""
    begins: tuple[str, ...] = ()
    """What such a text begins with, blanks aside; other texts need not load the module."""


FILE_FORMATS: tuple[FileFormat, ...] = (
    FileFormat("json", (".json", ".jsonl", ".ndjson"), "json_records.is_json", "json_records.read_json", ("{", "[")),
    FileFormat("bibtex", (".bib", ".bibtex"), "bibliography.is_bibtex", "bibliography.read_bibtex", ("@", "%")),
    FileFormat("ris", (".ris",), "bibliography.is_ris", "bibliography.read_ris", ("TY  -", "TY -")),
    FileFormat("csv", (".csv", ".tsv"), None, "csv_rows.read_csv"),
    FileFormat("yaml", (".yaml", ".yml"), None, "yaml_records.read_yaml"),
    FileFormat("feed", (".rss", ".atom"), "feed.is_feed", "feed.read_feed", ("<",)),
)

PAGES = (".html", ".htm", ".xhtml")
MAILS = (".eml", ".mbox")
SUFFIXES = (*(suffix for each in FILE_FORMATS for suffix in each.suffixes), ".xml", *PAGES, *MAILS)
"""What counts as a digest when a whole folder is read, besides text."""
