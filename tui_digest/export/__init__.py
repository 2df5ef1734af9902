"""What leaves the library: a table of formats, each a pure writer from sightings to text.

A writer takes sightings in reading order and a way to look marks up, and yields pieces of text to be joined; it
knows no file and no screen. A new format is one file here and one row in `FORMATS`; other packages add theirs by an
entry point (`plugins`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple

from tui_digest.models import Mark, Sighting

if TYPE_CHECKING:
    from tui_digest.i18n import Translator

__all__ = ["DIGEST_FORMS", "FIELDS", "FORMATS", "Format", "Request", "Writer"]

FIELDS = (
    "digest", "source", "fallback_title", "authors", "authors_written", "url", "arxiv_id", "version", "doi", "links",
    "link_labels", "tags", "abstract", "commentary", "votes", "read", "starred", "note", "own_tags", "date", "section",
    "preface", "learned",
)  # fmt: skip
"""What an export may leave out, by the names that JSON gives. A paper's key and title always go out."""


class Request(NamedTuple):
    """What the caller of an export asks for besides its papers."""

    left_out: frozenset[str] = frozenset()
    """The names in `FIELDS` that are not written."""
    cite_key: Callable[[str], str] | None = None
    """The citation key of a paper by its own key; without it citation keys are unique within this export only."""
    tr: Translator | None = None
    """The language of headings and labels; without it they are English."""

    @property
    def words(self) -> Translator:
        """The translator of headings and labels."""
        from tui_digest.i18n import Translator  # few formats have words

        return self.tr or Translator("en")


Writer = Callable[[Iterable[Sighting], Callable[[str], Mark]], Iterator[str]]
_OwnWriter = Callable[[Iterable[Sighting], Callable[[str], Mark], Request], Iterator[str]]


class Format(NamedTuple):
    """One row of the table."""

    name: str
    """What `export --format` calls it."""
    suffix: str
    """What its files end with, dot included."""
    writer: Writer | str
    """The function that writes it; or `module.function` in this package, which is imported at its first use and gets
    the `Request` as a third argument."""
    is_json: bool = False
    """Whether its text is JSON, so that control characters can be escaped for a terminal."""
    marked: bool = False
    """Whether its files (not streams) begin with a byte order mark, by which spreadsheets recognise UTF-8."""
    folder: bool = False
    """Whether it is written as a folder with a file a paper (`library.note_folder`); as text, one behind the other."""

    def write(
        self, sightings: Iterable[Sighting], mark_of: Callable[[str], Mark], request: Request | None = None
    ) -> Iterator[str]:
        """The text in pieces, to be joined; `mark_of` gives the mark of a paper by its key."""
        request = request or Request()
        if "learned" in request.left_out:
            sightings = (sighting._replace(learned=None) for sighting in sightings)
        if isinstance(self.writer, str):
            module, _, function = self.writer.partition(".")
            own: _OwnWriter = getattr(import_module(f"{__name__}.{module}"), function)
            return own(sightings, mark_of, request)
        if not request.left_out:
            return self.writer(sightings, mark_of)
        from tui_digest.export.papers import mark_without, sighting_without

        kept = (sighting_without(sighting, request.left_out) for sighting in sightings)
        return self.writer(kept, lambda key: mark_without(mark_of(key), request.left_out))

    def encoded(self, pieces: Iterable[str], *, file: bool) -> Iterator[bytes]:
        """The text as UTF-8, for a `file` with the byte order mark of its format."""
        if self.marked and file:
            yield b"\xef\xbb\xbf"
        for piece in pieces:
            yield piece.encode("utf-8", "replace")


FORMATS: dict[str, Format] = {
    row.name: row
    for row in (
        Format("json", ".json", "json_document.write_json", is_json=True),
        Format("ndjson", ".ndjson", "json_document.write_ndjson", is_json=True),
        Format("bibtex", ".bib", "bibtex.write"),
        Format("ris", ".ris", "ris.write"),
        Format("csljson", ".json", "csl_json.write", is_json=True),
        Format("csv", ".csv", "csv_table.write", marked=True),
        Format("markdown", ".md", "markdown.write"),
        Format("html", ".html", "web_page.write"),
        Format("notes", ".md", "note_files.write", folder=True),
    )
}
"""The first two write a record a sighting, the others one paper."""

DIGEST_FORMS = ("markdown", "weekly-text")
"""The forms that a digest of one's own may have: the rows of `own_digest.FORMS`."""
