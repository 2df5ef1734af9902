"""Papers that arXiv can be asked for by their titles, since no digest gives their arXiv id; and which of its answers is
the paper. Nothing is guessed: the title has to be the same and be one paper's, and an author or the year has to agree.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tui_digest.export.names import names_of
from tui_digest.identity import normalise_title
from tui_digest.identity.certainty import title_is_certain

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tui_digest.models import Learned, Sighting

_BEYOND_LATIN = "\u0370"
"""arXiv's titles are written in Latin letters."""


@dataclass(slots=True)
class TitledPaper:
    """What digests say of the paper of one title."""

    keys: set[str] = field(default_factory=set)
    families: list[set[str]] = field(default_factory=list)
    """The family names of its authors, a set for each mention that gives some."""
    years: set[int] = field(default_factory=set)
    """Those of the mentions."""
    dois: set[str] = field(default_factory=set)


def by_title(sightings: Iterable[Sighting]) -> dict[str, TitledPaper]:
    """The papers by their titles (`identity.normalise_title`), but for those that arXiv cannot be asked for: whose
    title may be another's, too, or is not in Latin letters, and pages on the web that name no author."""
    found: dict[str, TitledPaper] = {}
    for sighting in sightings:
        entry = sighting.entry
        title = normalise_title(entry.title or "")
        families = _families(entry.authors)
        if not title_is_certain(title) or max(title) >= _BEYOND_LATIN:
            continue
        kind, _, name = sighting.key.partition(":")
        if kind not in ("doi", "title") and not families:
            continue
        paper = found.setdefault(title, TitledPaper())
        paper.keys.add(sighting.key)
        if families:
            paper.families.append(families)
        days = [entry.date] if entry.date else [sighting.digest.start, sighting.digest.end]
        paper.years |= {day.year for day in days if day}
        if kind == "doi":
            paper.dois.add(name)
    return {title: paper for title, paper in found.items() if paper.families or paper.years}


def found_among(asked: Mapping[str, TitledPaper], answers: Mapping[str, Learned]) -> dict[str, str | None]:
    """The key of the arXiv paper of each title; None where no answer is certain to be it, or several may be."""
    titled: dict[str, list[str]] = {title: [] for title in asked}
    for key, learned in answers.items():
        title = normalise_title(learned.title or "")
        if title in titled:
            titled[title].append(key)
    return {
        title: keys[0] if len(keys) == 1 and _agrees(asked[title], answers[keys[0]]) else None
        for title, keys in titled.items()
    }


def _agrees(paper: TitledPaper, learned: Learned) -> bool:
    if learned.doi and paper.dois and learned.doi not in paper.dois:
        return False
    if paper.families:
        families = _families(learned.authors)
        return all(families & each for each in paper.families)
    return learned.published is not None and int(learned.published[:4]) in paper.years


def _families(authors: Iterable[str]) -> set[str]:
    """Family names without accents, in small letters."""
    names, _ = names_of(authors)
    folded = (unicodedata.normalize("NFKD", name.family.casefold()) for name in names)
    return {"".join(sign for sign in name if not unicodedata.combining(sign)) for name in folded}
