"""What arXiv says of a paper beyond what its digest says, as lines that need no words of any language."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from tui_digest.text.people import people

if TYPE_CHECKING:
    from tui_digest.models import Sighting


class SaidElsewhere(NamedTuple):
    """What is left, each empty where there is nothing."""

    title: str = ""
    authors: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    """Categories, days, DOI, venue, comment."""
    abstract: str = ""


def said_elsewhere(sighting: Sighting, day_of: Callable[[str], str] = str) -> SaidElsewhere:
    """What stands nowhere in the digest's entry. A title that is shown in place of one stands there. `day_of` says a
    day that is written `2024-02-29`."""
    known, entry = sighting.learned, sighting.entry
    if known is None:
        return SaidElsewhere()
    title = known.title or ""
    told = {" ".join(text.split()) for text in (entry.abstract, entry.commentary) if text}
    version = f"v{known.version}" if known.version else ""
    published = day_of(known.published) if known.published else known.published
    changed = f"{day_of(known.updated)} ({version})" if known.updated and known.updated != known.published else version
    doi = f"doi:{known.doi}" if known.doi else ""
    facts = (" ".join(known.categories), published, changed, doi, known.venue, known.comment)
    return SaidElsewhere(
        title="" if _same(title, sighting.display_title) else title,
        authors=() if people(entry.authors) == known.authors else known.authors,
        facts=tuple(" ".join(fact.split()) for fact in facts if fact),
        abstract="" if " ".join((known.abstract or "").split()) in told else known.abstract or "",
    )


def _same(one: str, other: str) -> bool:
    return "".join(filter(str.isalnum, one.casefold())) == "".join(filter(str.isalnum, other.casefold()))
