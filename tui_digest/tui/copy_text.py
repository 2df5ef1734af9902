"""The texts that keys copy: of one entry, or of several papers, to be made in a thread."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

    from tui_digest.errors import DigestError
    from tui_digest.library import Library
    from tui_digest.models import Sighting
    from tui_digest.tui.selected_papers import Gathered

    Maker = Callable[[Library, Sighting], tuple[str | None, str]]
    """Makes the text, or None where there is none; and what is said of it, the end of a message id."""


class Texts(NamedTuple):
    """What is copied of several papers."""

    text: str
    papers: int
    """How many have one."""
    without: int
    """How many have none."""
    notices: list[DigestError]
    """What could not be read."""


def texts_of(beside: Library, gathered: Gathered, kind: str) -> Texts:
    """A line a paper, or of BibTeX a record a paper; `kind` is one of `MAKERS`. Raises `DigestError`."""
    make, notices = MAKERS[kind], list["DigestError"]()
    with closing(beside.another()) as library:
        made = [make(library, sighting)[0] for sighting in gathered.sightings(library, notices)]
    texts = [text for text in made if text is not None]
    joined = "\n\n".join(text.rstrip("\n") for text in texts) if kind == "bibtex" else "\n".join(texts)
    return Texts(joined + "\n" * bool(texts), len(texts), len(made) - len(texts), notices)


def _link(library: Library, sighting: Sighting) -> tuple[str | None, str]:
    return library.lists.link_of(sighting)


def _abstract(library: Library, sighting: Sighting) -> tuple[str | None, str]:
    link, why = library.lists.link_of(sighting)
    return link, "abstract" if why == "own" else why


def _pdf(library: Library, sighting: Sighting) -> tuple[str | None, str]:
    """There is one only where an arXiv id is known."""
    from tui_digest import identity

    arxiv_id, _how = library.lists.arxiv_for(sighting)
    return None if arxiv_id is None else identity.pdf_link(arxiv_id), "pdf"


def _bibtex(library: Library, sighting: Sighting) -> tuple[str | None, str]:
    from tui_digest.export.bibtex import bibtex_for

    return bibtex_for(sighting, library.exports.cite_key), "bibtex"


def _markdown(library: Library, sighting: Sighting) -> tuple[str | None, str]:
    from tui_digest.export.markdown import markdown_link

    return markdown_link(sighting, library.lists.link_of(sighting)[0]), "markdown"


def _title(library: Library, sighting: Sighting) -> tuple[str | None, str]:
    return sighting.display_title, "title"


MAKERS: dict[str, Maker] = {
    "link": _link, "abstract": _abstract, "pdf": _pdf, "bibtex": _bibtex, "markdown": _markdown, "title": _title,
}  # fmt: skip
