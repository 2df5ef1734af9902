"""The public door: a library for programs, without a screen and without a command line.

    from tui_digest.api import open_library

    with open_library() as library:
        for sighting in library.entries("is:unread tag:rlhf"):
            print(sighting.entry.title)

What stands in `__all__` keeps its meaning while the major version of the program does; everything else may move.
Errors are `DigestError`; its `message_id` names what happened, `str()` of `sentence(error)` says it in words.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import islice
from pathlib import Path
from types import TracebackType

from tui_digest import identity
from tui_digest.errors import DigestError, SourceError, StoreError
from tui_digest.export import Format, Writer
from tui_digest.i18n import Translator
from tui_digest.library import Library
from tui_digest.library.exports import wanted_fields
from tui_digest.models import (
    SCHEMA_VERSION,
    Change,
    Digest,
    Entry,
    ImportReport,
    Link,
    Mark,
    ParsedDigest,
    Sighting,
    Source,
    SourceReport,
    Week,
)
from tui_digest.parsing import Shape, parse_all
from tui_digest.parsing.decoding import source_from_bytes
from tui_digest.parsing.source_text import SourceText
from tui_digest.paths import locate
from tui_digest.plugins import export_format, export_names
from tui_digest.query import Asked, QueryError
from tui_digest.sources.kinds import Brought, SourceKind
from tui_digest.store.fetched import SaidItem

__all__ = [
    "SCHEMA_VERSION",
    "Brought",
    "Change",
    "Digest",
    "DigestError",
    "Entry",
    "Format",
    "ImportReport",
    "Link",
    "Mark",
    "OpenLibrary",
    "ParsedDigest",
    "QueryError",
    "SaidItem",
    "Shape",
    "Sighting",
    "Source",
    "SourceError",
    "SourceKind",
    "SourceReport",
    "SourceText",
    "StoreError",
    "Week",
    "Writer",
    "export_names",
    "make_entry",
    "open_library",
    "parse_text",
    "sentence",
]


def open_library(
    home: Path | str | None = None,
    *,
    starters: bool = False,
    tag_aliases: Mapping[str, Sequence[str]] | None = None,
) -> OpenLibrary:
    """Opens the user's library, or the one below the folder `home`, which is made where it is missing.

    `starters` brings the starter digests into an empty library; `tag_aliases` has other spellings of tags by the tag's
    name (`config.toml` is not read). Raises `StoreError` where it cannot be opened.
    """
    paths = locate() if home is None else locate({"TUI_DIGEST_HOME": str(home)})
    return OpenLibrary(Library.open(paths, starters=starters, tag_aliases=tag_aliases))


def parse_text(text: str, name: str = "") -> tuple[ParsedDigest, ...]:
    """The digests of a text, without any library. `name` is a file's name, which may tell days and a format
    (`2023-07-23.md`, `papers.bib`). Raises `SourceError` for a format that its name promises and the text is not."""
    return parse_all(source_from_bytes(text.encode("utf-8", "replace"), name or "-"))


def make_entry(
    title: str | None,
    *,
    url: str | None = None,
    authors: Iterable[str] = (),
    tags: Iterable[str] = (),
    links: Iterable[Link] = (),
    abstract: str | None = None,
    commentary: str | None = None,
    votes: int | None = None,
    date: date | None = None,
    section: str | None = None,
    lines: tuple[int, int],
) -> Entry:
    """An entry with the key, arXiv id and version that follow from its address and title; what a shape of your own
    makes. `lines` are the first and last line of its text, 1-based, inclusive."""
    links, authors, tags = tuple(links), tuple(authors), tuple(dict.fromkeys(tags))
    paper = identity.arxiv_id(url) if url else None
    own = identity.text_key(identity.own_text(title, url, authors, abstract, commentary, tags))
    return Entry(
        key=identity.paper_key(url, title, own),
        title=title,
        authors=authors,
        url=url,
        arxiv_id=paper[0] if paper else None,
        version=paper[1] if paper else None,
        links=links,
        tags=tags,
        abstract=abstract,
        commentary=commentary,
        votes=votes,
        start_line=lines[0],
        end_line=lines[1],
        date=date,
        section=section,
    )


def sentence(error: DigestError, lang: str = "en") -> str:
    """What an error says to a user, in English (`en`) or Korean (`ko`)."""
    return Translator(lang)(error.message_id, **error.details)


class OpenLibrary:
    """An open library. A `with` block closes it; nothing is lost without, the next opening only takes longer.

    Papers are named by their key, arXiv id, address or exact title. Every change is on disk when its method returns,
    is seen by other windows, and can be taken back with `undo`.
    """

    def __init__(self, library: Library) -> None:
        """Made by `open_library`."""
        self._library = library

    def __enter__(self) -> OpenLibrary:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Writes down what the acts add up to, so that the next opening is quick."""
        self._library.close()

    @property
    def notices(self) -> tuple[DigestError, ...]:
        """What was found damaged or had to be passed over so far, each once."""
        return tuple(self._library.notices)

    # -- looking -------------------------------------------------------------------------------------------------

    def weeks(self) -> list[Week]:
        """The weeks that hold digests, the newest first, with their counts."""
        return self._library.lists.weeks()

    def entries(self, query: str = "", *, week: str | None = None, limit: int | None = None) -> Iterator[Sighting]:
        """The entries that a query asks for (docs/query.md), of one week (`2023-W30`, `undated`) or of all, in reading
        order unless it sorts. Raises `QueryError` at once; weeks that cannot be read are in `notices`."""
        return islice(self._library.lists.walk(week, self._asked(query, week)), limit)

    def paper(self, paper: str) -> list[Sighting]:
        """Every mention of a paper, in reading order; none where the library has no such paper."""
        key = self._library.lists.find(paper)
        return [] if key is None else self._library.lists.sightings(key)

    def tags(self, query: str = "", *, week: str | None = None) -> list[tuple[str, int]]:
        """The tags of what a query asks for and how many papers have each, the most frequent first."""
        return self._library.lists.tags(week, self._asked(query, week))

    def mark(self, paper: str) -> Mark:
        """Whether a paper is read and starred, its note and the user's own tags. Raises `cli.no_paper`."""
        return self._library.marks.of(self._key(paper))

    # -- marking -------------------------------------------------------------------------------------------------

    def star(self, papers: Collection[str], on: bool = True) -> Change | None:
        """Stars papers, or takes the star off; None where nothing changed, here and below. Raises `cli.no_paper` for a
        paper that is not in the library, and `StoreError`."""
        return self._library.marks.star([self._key(each) for each in papers], on)

    def mark_read(self, papers: Collection[str], on: bool = True) -> Change | None:
        """Marks papers read, or unread."""
        return self._library.marks.mark_read([self._key(each) for each in papers], on)

    def tag(self, tag: str, papers: Collection[str], on: bool = True) -> Change | None:
        """Puts one of the user's own tags on papers, or takes it off."""
        return self._library.marks.tag(tag, [self._key(each) for each in papers], on)

    def note(self, paper: str, text: str | None) -> Change | None:
        """Writes a paper's note in place of the one that is there; None or an empty text takes it away."""
        return self._library.marks.note(self._key(paper), text)

    def undo(self) -> Change | None:
        """Takes the last act back, whoever did it; None where there is none."""
        return self._library.marks.undo()

    def redo(self) -> Change | None:
        """Does again what was undone last; None where there is nothing."""
        return self._library.marks.redo()

    # -- in and out ----------------------------------------------------------------------------------------------

    def import_paths(self, paths: Collection[Path | str], *, dry_run: bool = False) -> ImportReport:
        """Reads files and folders into the library, or with `dry_run` only tells what that would come to. A source that
        cannot be read is in the report, and the others go on. Raises `StoreError`; then the library is as it was."""
        return self._library.imports.from_paths([Path(path) for path in paths], dry_run=dry_run)

    def import_text(self, text: str, name: str, *, dry_run: bool = False) -> ImportReport:
        """Reads a text into the library as the source `name`: what comes under the same name later is an edit of it.
        Otherwise like `import_paths`."""
        texts = {name: text.encode("utf-8", "replace")}
        return self._library.imports.from_paths([], texts=texts, dry_run=dry_run)

    def export(
        self,
        format: str = "json",
        query: str = "",
        *,
        week: str | None = None,
        fields: Collection[str] | None = None,
        without: Collection[str] = (),
    ) -> Iterator[str]:
        """What a query asks for as text, piece by piece, in one of `export_names()`. `fields` are the only ones to go
        out (None: all), by the names that JSON has, `without` those that do not. Raises `QueryError`, `export.field`,
        `plugin.unknown` and `plugin.broken` at once."""
        row, left_out = export_format(format), wanted_fields(fields, without)
        return self._library.exports.pieces(row, self.entries(query, week=week), left_out=left_out)

    def export_notes(
        self,
        folder: Path | str,
        query: str = "",
        *,
        week: str | None = None,
        without: Collection[str] = (),
    ) -> tuple[int, int, int]:
        """Brings a folder of Markdown notes, one a paper, up to what is known of the papers that a query asks for: how
        many notes are new, renewed, and unchanged. Raises `QueryError`, `export.field` and `StoreError`."""
        sightings = self.entries(query, week=week)
        left_out = wanted_fields(None, without)
        written = self._library.exports.notes(Path(folder), sightings, left_out=left_out)
        return written.new, written.renewed, written.unchanged

    def digest(
        self, query: str = "is:starred", *, week: str | None = None, form: str = "markdown", lang: str = "en"
    ) -> str:
        """A digest of the papers that a query asks for, with the user's notes and tags, to be shared and imported;
        `form` is `markdown` or `weekly-text`. Raises `QueryError`, and `digest.nothing` where there are no papers."""
        from tui_digest.library.composing import compose

        sightings = list(self.entries(query, week=week))
        if not sightings:
            raise DigestError("digest.nothing", query=query)
        return compose(sightings, self._library.marks.of, form, Translator(lang), week=week).text

    # -- inside --------------------------------------------------------------------------------------------------

    def _asked(self, query: str, week: str | None) -> Asked:
        asked = self._library.views.read(query)
        self._library.lists.make_index_for(week, asked)
        return asked

    def _key(self, paper: str) -> str:
        key = self._library.lists.find(paper)
        if key is None:
            raise DigestError("cli.no_paper", key=paper)
        return key
