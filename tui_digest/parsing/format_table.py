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
    inner: bool = False
    """Whether that function is also handed what reads texts: papers may stand in those of its records."""
    as_text: bool = False
    """Whether that function returns lines of Markdown, which the shapes read, and not digests."""


FILE_FORMATS: tuple[FileFormat, ...] = (
    FileFormat(
        "json", (".json", ".jsonl", ".ndjson"), "json_records.is_json", "json_records.read_json", ("{", "["), inner=True
    ),
    FileFormat("bibtex", (".bib", ".bibtex"), "bibliography.is_bibtex", "bibliography.read_bibtex", ("@", "%")),
    FileFormat("ris", (".ris",), "bibliography.is_ris", "bibliography.read_ris", ("TY  -", "TY -")),
    FileFormat("nbib", (".nbib",), "pubmed.is_nbib", "pubmed.read_nbib", ("PMID-",)),
    FileFormat("csv", (".csv", ".tsv"), None, "csv_rows.read_csv"),
    FileFormat("yaml", (".yaml", ".yml"), None, "yaml_records.read_yaml"),
    FileFormat("notebook", (".ipynb",), None, "notebook.notebook_lines", as_text=True),
    FileFormat("opml", (".opml",), "outline_file.is_opml", "outline_file.outline_lines", ("<",), as_text=True),
    FileFormat("endnote", (), "reference_xml.is_endnote", "reference_xml.read_endnote", ("<",)),
    FileFormat("rdf", (".rdf",), "reference_xml.is_zotero_rdf", "reference_xml.read_zotero_rdf", ("<",)),
    FileFormat("feed", (".rss", ".atom"), "feed.is_feed", "feed.read_feed", ("<",), inner=True),
)

MARKUPS = (".typ", ".tex")
"""Documents that are read as text; few of them are digests."""
PAGES = (".html", ".htm", ".xhtml")
MAILS = (".eml", ".mbox")
SUFFIXES = (*(suffix for each in FILE_FORMATS for suffix in each.suffixes), ".xml", *PAGES, *MAILS, *MARKUPS)
"""What counts as a digest when a whole folder is read, besides text."""
