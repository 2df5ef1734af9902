"""The one link that stands for a paper: what both faces copy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_digest import identity

if TYPE_CHECKING:
    from tui_digest.library import Library
    from tui_digest.models import Sighting


def paper_link(library: Library, sighting: Sighting) -> tuple[str, str]:
    """The link, and where it comes from; a search only where no text has a link."""
    arxiv_id, how = library.arxiv_for(sighting)
    entry = sighting.entry
    if arxiv_id is not None and (how == "own" or entry.url is None):
        return identity.abstract_link(arxiv_id), how
    if entry.url is not None:
        return entry.url, "url"
    for link in entry.links:
        if named := identity.arxiv_id(link.url):
            return identity.abstract_link(named[0]), "arxiv_in_text"
    if entry.links:
        return entry.links[0].url, "in_text"
    return identity.title_search_link(entry.display_title), "search"
