"""What the digest said (`Digest`, `Entry`) and what the user did (`Mark`), as frozen records.

They are named tuples, not data classes: a dozen of those cost 8 ms of every start, these a tenth of it.
Nothing here reads a file or knows a widget: parsers make these records, the store keeps
them, both faces show them.
"""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

_Day = date  # where a field is called `date` itself

SCHEMA_VERSION = 2
"""Of every JSON document that commands print and `export` writes (docs/schema.json)."""

UNDATED = "undated"
"""The week id of digests that carry no date at all; listed after every dated week."""


def week_id(day: date) -> str:
    """The id of the ISO week that a day is in: `2023-W30`."""
    year, week, _ = day.isocalendar()
    return f"{year:04d}-W{week:02d}"


class Link(NamedTuple):
    """One more URL of an entry, and what the source calls it."""

    url: str
    """As the source writes it, without surrounding punctuation; redirects are followed to their target."""
    label: str | None = None
    """`Tweet`, `Code`, … where the source names it, else None."""


class Source(NamedTuple):
    """The decoded, cleaned text of one file, and where it came from."""

    path: str
    """Absolute path, or `-` for standard input."""
    text: str
    """Decoded and stripped of control characters; line numbers equal those of the file."""
    sha256: str
    """Hex digest of the raw bytes: the same content is the same source, wherever it lies."""

    @property
    def name(self) -> str:
        """The last part of the path."""
        return self.path.rsplit("/", 1)[-1]


class Entry(NamedTuple):
    """One paper as one digest tells it."""

    key: str
    """The paper's key by this text alone: `arxiv:ID`, `doi:…`, `url:…`, `title:…` or `text:…` (see `identity`). In a
    library a `text:…` ends with its digest's `place`."""
    title: str | None
    """As the source gives it; None where it gives none, never invented."""
    authors: tuple[str, ...]
    url: str | None
    """The entry's own URL."""
    arxiv_id: str | None
    """Without the version: `2307.12950`, `cs/0112017`."""
    version: int | None
    """The `v2` of the entry's own URL."""
    links: tuple[Link, ...]
    """The entry's other URLs, in order, each once."""
    tags: tuple[str, ...]
    """In the source's spelling, without `#`, each once."""
    abstract: str | None
    commentary: str | None
    """The lines between head and tags, joined by newlines, blank lines between paragraphs kept."""
    votes: int | None
    start_line: int
    """1-based, inclusive."""
    end_line: int
    """1-based, inclusive: the entry's last line that is not blank."""
    fallback_title: str | None = None
    """What to call an untitled entry: a file's short title, an arXiv id, a URL's host."""
    date: _Day | None = None
    """Its own day, where its row, item or note gives one (of a month alone the first); else the digest's period
    stands."""
    section: str | None = None
    """The topic heading that it stands under."""

    @property
    def display_title(self) -> str:
        """The title, or what stands in for it."""
        return self.title or self.fallback_title or self.arxiv_id or self.key

    @property
    def untitled(self) -> bool:
        """Whether the shown title is a stand-in."""
        return self.title is None


class ParsedDigest(NamedTuple):
    """What a parser makes of one source: every non-blank line is in the header, in one entry, or in `unplaced`."""

    title: str
    shape: str
    """The name of the row in `parsing.SHAPES` that read it, for example `weekly-text`."""
    start: date | None
    end: date | None
    """The period's last day, inclusive; equal to `start` for a daily digest."""
    entries: tuple[Entry, ...]
    header_lines: tuple[int, ...] = ()
    """1-based numbers of the lines that head the digest and belong to no entry."""
    unplaced: tuple[tuple[int, str], ...] = ()
    """Lines no rule could place, with their 1-based numbers."""
    preface: str | None = None
    """What the digest says before its first entry; its lines are among `header_lines`."""
    unread_date: str | None = None
    """The header, where no days could be read from it: it names none that a calendar has, or no year."""


class Digest(NamedTuple):
    """One digest in the library, without its entries."""

    id: str
    """Stable over moves and edits of its source."""
    title: str
    shape: str
    week: str
    """ISO week of the middle of the period, `2023-W30`, or `UNDATED`."""
    start: date | None
    end: date | None
    path: str
    """Where its source was last seen."""
    sha256: str
    starter: bool = False
    """Whether it is one of the starter digests that come with the program."""
    preface: str | None = None
    """What its text says before the first entry, besides the header."""
    added: date | None = None
    """The day it came into the library; None where that was not written down."""
    place: str = ""
    """Stands for its source in the keys of texts that name no paper; made of its first path, kept when it moves."""


class Learned(NamedTuple):
    """What arXiv says of a paper, where it was asked: it stands beside what digests say, and in place of nothing."""

    asked: str
    """The ISO date on which it was asked."""
    title: str | None = None
    """None where arXiv does not know the paper: then nothing else is told either."""
    authors: tuple[str, ...] = ()
    abstract: str | None = None
    categories: tuple[str, ...] = ()
    """`cs.LG`; the first is the primary one."""
    published: str | None = None
    """The ISO date of the first version."""
    updated: str | None = None
    """That of the latest."""
    version: int | None = None
    """The number of the latest."""
    doi: str | None = None
    """Of the published paper, in small letters."""
    venue: str | None = None
    """Where it was published, as its authors wrote it."""
    comment: str | None = None


class Sighting(NamedTuple):
    """One paper in one digest: what the entry pane shows and what `export` writes."""

    key: str
    """The paper's key in this library: `entry.key`, or the arXiv key of another sighting with the same title."""
    digest: Digest
    entry: Entry
    preface: str | None = None
    """The digest's, on its first entry: there it is read."""
    learned: Learned | None = None
    """What arXiv says of it, where it was asked and knows it."""

    @property
    def display_title(self) -> str:
        """The digest's title; without one arXiv's; else what stands in for it."""
        known = self.learned.title if self.learned else None
        return self.entry.title or known or self.entry.display_title

    @property
    def untitled(self) -> bool:
        """Whether the shown title is a stand-in."""
        return self.entry.title is None and not (self.learned and self.learned.title)

    @property
    def authors(self) -> tuple[str, ...]:
        """The digest's authors; without any arXiv's."""
        return self.entry.authors or (self.learned.authors if self.learned else ())

    @property
    def abstract(self) -> str | None:
        """The digest's abstract; without one arXiv's."""
        return self.entry.abstract or (self.learned.abstract if self.learned else None)


class Mark(NamedTuple):
    """What the user did with a paper; one mark for all its sightings."""

    read: bool = False
    starred: bool = False
    note: str | None = None
    tags: tuple[str, ...] = ()
    """The user's own."""


class Week(NamedTuple):
    """A row of the week list. Counts are of papers, not of sightings."""

    id: str
    start: date | None
    """First day of the earliest digest in it."""
    end: date | None
    """Last day of the latest digest in it."""
    title: str | None
    """The header of the week's digests (`2023년 7월 5주차`) where all of them lie in the same seven days, else None."""
    papers: int
    unread: int
    starred: int


class Change(NamedTuple):
    """What one act of the user changed; what undo and redo report."""

    field: str
    """`read`, `starred`, `tag:NAME`, `note`, `view:NAME`; `import`, `remove` or `correct` for an act on the library."""
    value: bool | str | None
    """What holds now: for an act on the library, whether it is done; for a note, its text."""
    keys: tuple[str, ...]
    """The papers whose mark really changed; the digests of an act on the library; the query of a view."""
    entries: int = 0
    """How many entries an act on the library was about."""
    others: int = 0
    """How many further marks the same act changed."""
    left: int = 0
    """How many digests an undo or redo left as they are, since something else became of them meanwhile."""
    besides: bool = False
    """Whether all digests were left, and what else the act set, such as a source or a correction, was not."""


class Act(NamedTuple):
    """One line of the history."""

    id: str
    at: int
    """Microseconds since 1970."""
    machine: str
    op: str
    """`set`, `undo` or `redo`."""
    change: Change
    undone: bool
    """Whether it was taken back since."""


class SourceReport(NamedTuple):
    """What importing one source came to."""

    path: str
    shape: str | None = None
    digests: int = 0
    added: int = 0
    updated: int = 0
    unchanged: int = 0
    removed: tuple[str, ...] = ()
    """Titles of entries that the source no longer holds."""
    unplaced: tuple[tuple[int, str], ...] = ()
    error: str | None = None
    """Message id of why it was not read, else None."""
    details: tuple[tuple[str, str], ...] = ()
    """The error's fields."""
    unread_dates: tuple[str, ...] = ()
    """Headers from which no days could be read."""
    same_as: str | None = None
    """Another path with the very same bytes; both are kept."""
    aside: tuple[str, ...] = ()
    """Titles of marked entries that are several papers now: their marks are on none of these, and are kept."""
    corrections_aside: tuple[str, ...] = ()
    """What was corrected by hand in entries that the source tells otherwise now."""
    stayed: tuple[str, ...] = ()
    """Titles of marked entries that are several papers now, of which one took their marks."""
    no_paper: bool = False
    """Whether the whole text is one entry in which no paper was seen: it has neither an address nor authors."""


class Passed(NamedTuple):
    """Paths in imported folders that were passed over."""

    left_out: tuple[str, ...] = ()
    """What repositories have besides digests: licences, lists of requirements, prompts, folders of tools."""
    indexes: tuple[str, ...] = ()
    """README files and indexes in which no papers were found; named by themselves they are imported."""
    outside: tuple[str, ...] = ()
    """Links that lead out of their folder."""
    not_read: tuple[str, ...] = ()
    """Documents and archives in a form that is not read: PDFs, office files, what is packed."""


class ImportReport(NamedTuple):
    """What one import came to, source by source, in the order they were read."""

    sources: tuple[SourceReport, ...]
    dry_run: bool = False
    starters_put_away: bool = False
    """Whether this was the user's first import, which puts the starter digests away."""
    passed: Passed = Passed()

    @property
    def failed(self) -> tuple[SourceReport, ...]:
        """The sources that were not read."""
        return tuple(s for s in self.sources if s.error is not None)


class SourceNews(NamedTuple):
    """What asking a source for news came to, and how it stands."""

    name: str
    address: str
    """As it may be shown: an address without passwords and tokens, or an absolute path."""
    kind: str = ""
    """The row of `sources.kinds` that reads it, or `folder`, `file`, `mailbox`; empty before it was first read."""
    title: str = ""
    """What it calls itself."""
    muted: bool = False
    pulled: bool = False
    asked: float | None = None
    """When it was last asked, in seconds since 1970; None where it never was."""
    answered: float | None = None
    """When it last answered."""
    brought: float | None = None
    """When something last came of it."""
    added: int = 0
    """Entries that it brought this time, or the last time that it brought any; likewise below."""
    updated: int = 0
    new: int = 0
    """How many of the added are of papers that the library did not have."""
    error: str | None = None
    """Message id of why it did not answer the last time."""
    details: tuple[tuple[str, str], ...] = ()
    failed: int = 0
    """How many of its items could not be read."""


class RefreshReport(NamedTuple):
    """What one refresh came to, source by source."""

    sources: tuple[SourceNews, ...]
    starters_put_away: bool = False
    cancelled: bool = False
    arrived: tuple[str, ...] = ()
    """The keys of the papers that are new in the library, and unread."""

    @property
    def failed(self) -> tuple[SourceNews, ...]:
        """The sources that could not be asked or read."""
        return tuple(each for each in self.sources if each.error is not None)


class Place(NamedTuple):
    """Where the user was: enough to stand there again at the next start."""

    week: str | None = None
    """A week id; None for all weeks."""
    key: str | None = None
    scroll: int = 0
    view: str = "all"
    chosen: tuple[tuple[str, str], ...] = ()
    """What was chosen among tags, authors and digests: the query's field, and the name."""
    text: str = ""
    """The filter box's text."""
    pane: str = "entries"
    """The pane that had the keys."""
    saved: str = ""
    """The saved view that was shown."""
    facet: str = "tags"
    """What the list below the weeks held: `tags`, `authors` or `digests`."""
    tops: tuple[int, ...] = ()
    """The first rows in view of the weeks and of the list of entries; nothing where that is not known."""


class Arrangement(NamedTuple):
    """How the user arranged the screen by keys: how much it differs from what the terminal's size would give."""

    left: int = 0
    """Cells by which the side lists are wider."""
    middle: int = 0
    """Cells by which the list of entries is wider, beside the entry."""
    tags: int = 0
    """Lines by which the lower side list is higher."""
    airy: bool = True
    """Whether blank lines part entries and paragraphs where the source has none."""
    source: bool = False
    """Whether formulas are shown as they were written."""
    chosen: tuple[tuple[str, int, int], ...] = ()
    """Of settings that keys change, too: the name, what the settings said then, and what was chosen."""

    def of(self, name: str, setting: int) -> int:
        """The value of a setting that holds: the one chosen by keys, unless the setting itself was changed since."""
        found = (now for known, then, now in self.chosen if known == name and then == setting)
        return next(found, setting)

    def choosing(self, name: str, setting: int, now: int) -> Arrangement:
        """The arrangement with `now` chosen for a setting that says `setting`."""
        kept = tuple(each for each in self.chosen if each[0] != name)
        return self._replace(chosen=kept if now == setting else (*kept, (name, setting, now)))
