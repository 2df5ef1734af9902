"""Sightings -> papers: what citations, tables and lists are made of. What one digest leaves out another may know, or
arXiv, where it was asked."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, NamedTuple, TypeVar

from tui_digest import identity
from tui_digest.models import Link, Mark, Sighting

_T = TypeVar("_T")
_Day = date  # where a field is called `date` itself

_MODERN = re.compile(r"(\d\d)(\d\d)\.")
_OLD = re.compile(r"[a-z.-]+/(\d\d)(\d\d)", re.IGNORECASE)
_FIRST_YEAR = 91
"""arXiv opened in 1991: a smaller number in an old-style id is of this century."""
_CATEGORY = re.compile(
    r"(?:(?:cs|math|stat|physics|eess|econ|q-bio|q-fin|nlin|cond-mat|astro-ph)\.[A-Za-z-]{2,14}"
    r"|astro-ph|cond-mat|gr-qc|hep-(?:ex|lat|ph|th)|math-ph|nucl-(?:ex|th)|quant-ph)"
)
"""What arXiv calls its subjects; digests give them as tags, the first subject first."""


class PaperMention(NamedTuple):
    """What one digest says of a paper in words of its own, and which digest it is."""

    digest: str
    """Its title."""
    week: str
    start: date | None
    end: date | None
    date: _Day | None
    """The entry's own day."""
    section: str | None
    commentary: str | None
    votes: int | None

    @property
    def days(self) -> str:
        """The digest's days as ISO 8601 writes a span: `2023-07-23/2023-07-29`; of one day just that."""
        first, last = (day.isoformat() if day else "" for day in (self.start, self.end))
        return first if last in ("", first) else f"{first}/{last}"

    @property
    def origin(self) -> str:
        """Whose words these are, and when: the digest and its days."""
        return f"{self.digest} ({self.days})" if self.days else self.digest

    @property
    def attributed(self) -> str:
        """The commentary below a line that says whose it is."""
        return f"{self.origin}:\n{self.commentary}" if self.origin else self.commentary or ""


@dataclass(frozen=True, slots=True)
class Paper:
    """What is known of one paper from all its sightings given."""

    key: str
    title: str | None
    stand_in: str
    """What to call it where no title is known."""
    authors: tuple[str, ...]
    url: str | None
    """The arXiv page where there is one, else the URL that a digest gave."""
    arxiv_id: str | None
    version: int | None
    doi: str | None
    links: tuple[Link, ...]
    tags: tuple[str, ...]
    abstract: str | None
    subjects: tuple[str, ...]
    """arXiv's, the first one first, where it was asked."""
    first_day: date | None
    """Of its first version on arXiv, where that was asked."""
    latest_day: date | None
    """Of its latest version, where that is another day."""
    venue: str | None
    """Where it was published, as its authors told arXiv."""
    mentions: tuple[PaperMention, ...]
    """One a sighting, as these were given: in reading order, the latest first."""

    @property
    def display_title(self) -> str:
        """The title, or what stands in for it."""
        return self.title or self.stand_in

    @property
    def marked_title(self) -> str:
        """The title; what only stands in for one is in brackets, as libraries write titles that they supply."""
        return self.title or f"[{self.stand_in}]"

    @property
    def is_preprint(self) -> bool:
        """Whether it is on arXiv."""
        return self.arxiv_id is not None

    @property
    def year(self) -> int | None:
        """The year in which it came to arXiv; of other papers no digest says it, and none is invented."""
        return None if self.arxiv_id is None else arxiv_year(self.arxiv_id)

    @property
    def month(self) -> int | None:
        """The month in which it came to arXiv, 1 to 12."""
        match = _id_match(self.arxiv_id or "")
        return int(match[2]) if match and 1 <= int(match[2]) <= 12 else None

    @property
    def category(self) -> str | None:
        """arXiv's first subject, where it, a digest or an old-style id tells it: `cs.CL`, `hep-th`."""
        if self.arxiv_id is None:
            return None
        archive = self.arxiv_id.partition("/")[0] if "/" in self.arxiv_id else ""
        return next(filter(_CATEGORY.fullmatch, (*self.subjects, *self.tags, archive)), None)

    @property
    def facts(self) -> tuple[str, ...]:
        """Subjects, days and venue as texts, where arXiv was asked."""
        days = (day.isoformat() if day else "" for day in (self.first_day, self.latest_day))
        told = (" ".join(self.subjects), *days, self.venue or "")
        return tuple(filter(None, told))

    @property
    def commentaries(self) -> list[PaperMention]:
        """The digests that say something of it."""
        return [mention for mention in self.mentions if mention.commentary]

    def without(self, left_out: Collection[str]) -> Paper:
        """The same without some of the fields of `export.FIELDS`."""
        if not left_out:
            return self
        gone: dict[str, Any] = {name: emptied(getattr(self, name)) for name in _OWN_FIELDS if name in left_out}
        if "link_labels" in left_out and "links" not in left_out:
            gone["links"] = tuple(Link(link.url) for link in self.links)
        untold: dict[str, Any] = {name: None for name in _MENTION_FIELDS if name in left_out}
        if "digest" in left_out:
            untold |= {"digest": "", "week": "", "start": None, "end": None}
        return replace(self, **gone, mentions=tuple(mention._replace(**untold) for mention in self.mentions))


def emptied(value: object) -> tuple[()] | None:
    """What stands for a value that is left out."""
    return () if isinstance(value, tuple) else None


_OWN_FIELDS = ("authors", "url", "arxiv_id", "version", "doi", "links", "tags", "abstract")
_MENTION_FIELDS = ("date", "section", "commentary", "votes")
_MARK_FIELDS = {"read": "read", "starred": "starred", "note": "note", "own_tags": "tags"}


def mark_without(mark: Mark, left_out: Collection[str]) -> Mark:
    """A mark without some of the fields of `export.FIELDS`."""
    empty = Mark()
    gone: dict[str, Any] = {field: getattr(empty, field) for name, field in _MARK_FIELDS.items() if name in left_out}
    return mark._replace(**gone)


def shown_papers(
    found: Iterable[Paper], mark_of: Callable[[str], Mark], left_out: Collection[str]
) -> Iterator[tuple[Paper, Mark]]:
    """Each paper and its mark, both without some of the fields of `export.FIELDS`."""
    for paper in found:
        yield paper.without(left_out), mark_without(mark_of(paper.key), left_out)


def all_tags(paper: Paper, mark: Mark) -> tuple[str, ...]:
    """The tags of digests, then the user's own, each once."""
    return _joined(paper.tags, mark.tags)


def link_words(link: Link) -> str:
    """What a link is called: its label, else its address without the scheme."""
    return link.label or link.url.partition("://")[2] or link.url


def sighting_without(sighting: Sighting, left_out: Collection[str]) -> Sighting:
    """A sighting whose entry is without some of the fields of `export.FIELDS`."""
    entry = sighting.entry
    gone: dict[str, Any] = {name: emptied(getattr(entry, name)) for name in entry._fields if name in left_out}
    known = sighting.learned
    if known is not None:
        less: dict[str, Any] = {name: emptied(getattr(known, name)) for name in known._fields[1:] if name in left_out}
        known = known._replace(**less)
    return sighting._replace(entry=entry._replace(**gone), learned=known)


def arxiv_year(arxiv_id: str) -> int | None:
    """The year that an arXiv id tells: `2307.12950` and `cs/0112017` are of 2023 and 2001."""
    match = _id_match(arxiv_id)
    if match is None:
        return None
    year = int(match[1])
    return 1900 + year if "/" in arxiv_id and year >= _FIRST_YEAR else 2000 + year


def _id_match(arxiv_id: str) -> re.Match[str] | None:
    return _MODERN.match(arxiv_id) or _OLD.match(arxiv_id)


def doi_of(sighting: Sighting) -> str | None:
    """The DOI of the paper, or of the entry's own address."""
    scheme, _, name = sighting.key.partition(":")
    return name if scheme == "doi" else identity.doi(sighting.entry.url or "")


def paper_of(sighting: Sighting) -> Paper:
    """What one sighting says of its paper."""
    entry, key, digest, known = sighting.entry, sighting.key, sighting.digest, sighting.learned
    arxiv_id = entry.arxiv_id or (key.removeprefix("arxiv:") if key.startswith("arxiv:") else None)
    mention = PaperMention(
        digest.title, digest.week, digest.start, digest.end, entry.date, entry.section, entry.commentary, entry.votes
    )
    return Paper(
        key=key,
        title=None if sighting.untitled else sighting.display_title,
        stand_in=sighting.display_title,
        authors=sighting.authors,
        url=identity.abstract_link(arxiv_id) if arxiv_id else entry.url,
        arxiv_id=arxiv_id,
        version=entry.version,
        doi=doi_of(sighting) or (known.doi if known else None),
        links=entry.links,
        tags=entry.tags,
        abstract=sighting.abstract,
        subjects=known.categories if known else (),
        first_day=_day_of(known.published) if known else None,
        latest_day=_day_of(known.updated) if known and known.updated != known.published else None,
        venue=known.venue if known else None,
        mentions=(mention,),
    )


def _day_of(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def papers(sightings: Iterable[Sighting]) -> list[Paper]:
    """Each paper once, where its first sighting stands; gaps are filled from its later ones."""
    found: dict[str, Paper] = {}
    for sighting in sightings:
        paper = paper_of(sighting)
        known = found.get(paper.key)
        found[paper.key] = paper if known is None else _filled(known, paper)
    return list(found.values())


def _filled(known: Paper, other: Paper) -> Paper:
    return replace(
        known,
        title=known.title or other.title,
        authors=known.authors or other.authors,
        url=known.url or other.url,
        arxiv_id=known.arxiv_id or other.arxiv_id,
        version=known.version or other.version,
        doi=known.doi or other.doi,
        links=_joined(known.links, other.links),
        tags=_joined(known.tags, other.tags),
        abstract=known.abstract or other.abstract,
        subjects=known.subjects or other.subjects,
        first_day=known.first_day or other.first_day,
        latest_day=known.latest_day or other.latest_day,
        venue=known.venue or other.venue,
        mentions=known.mentions + other.mentions,
    )


def _joined(first: tuple[_T, ...], second: tuple[_T, ...]) -> tuple[_T, ...]:
    return tuple(dict.fromkeys(first + second))
