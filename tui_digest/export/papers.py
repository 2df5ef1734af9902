"""Sightings -> papers: what citations, tables and lists are made of. What one digest leaves out another may know."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TypeVar

from tui_digest import identity
from tui_digest.models import Link, Sighting

_T = TypeVar("_T")

_MODERN = re.compile(r"(\d\d)\d\d\.")
_OLD = re.compile(r"[a-z.-]+/(\d\d)", re.IGNORECASE)
_FIRST_YEAR = 91
"""arXiv opened in 1991: a smaller number in an old-style id is of this century."""


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
    doi: str | None
    links: tuple[Link, ...]
    tags: tuple[str, ...]
    week: str
    """Of the first sighting given: in reading order, the latest."""
    digest: str
    """That sighting's digest, by its title."""

    @property
    def display_title(self) -> str:
        """The title, or what stands in for it."""
        return self.title or self.stand_in

    @property
    def year(self) -> int | None:
        """The year in which it came to arXiv; of other papers no digest says it, and none is invented."""
        return None if self.arxiv_id is None else arxiv_year(self.arxiv_id)


def arxiv_year(arxiv_id: str) -> int | None:
    """The year that an arXiv id tells: `2307.12950` and `cs/0112017` are of 2023 and 2001."""
    match = _MODERN.match(arxiv_id) or _OLD.match(arxiv_id)
    if match is None:
        return None
    year = int(match[1])
    return 1900 + year if "/" in arxiv_id and year >= _FIRST_YEAR else 2000 + year


def paper_of(sighting: Sighting) -> Paper:
    """What one sighting says of its paper."""
    entry, key = sighting.entry, sighting.key
    arxiv_id = entry.arxiv_id or (key.removeprefix("arxiv:") if key.startswith("arxiv:") else None)
    return Paper(
        key=key,
        title=entry.title,
        stand_in=entry.display_title,
        authors=entry.authors,
        url=identity.abstract_link(arxiv_id) if arxiv_id else entry.url,
        arxiv_id=arxiv_id,
        doi=key.removeprefix("doi:") if key.startswith("doi:") else None,
        links=entry.links,
        tags=entry.tags,
        week=sighting.digest.week,
        digest=sighting.digest.title,
    )


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
        links=_joined(known.links, other.links),
        tags=_joined(known.tags, other.tags),
    )


def _joined(first: tuple[_T, ...], second: tuple[_T, ...]) -> tuple[_T, ...]:
    return tuple(dict.fromkeys(first + second))
