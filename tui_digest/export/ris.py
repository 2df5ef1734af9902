"""RIS, which reference managers read: a record a paper, one field a line."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from tui_digest.export.papers import Paper, papers
from tui_digest.models import Mark, Sighting
from tui_digest.text.people import is_others


def write(sightings: Iterable[Sighting], mark_of: Callable[[str], Mark]) -> Iterator[str]:
    """A record a paper: preprints as `UNPB`, all else as web pages."""
    for paper in papers(sightings):
        fields = _fields(paper, mark_of(paper.key))
        yield "".join(f"{tag}  - {' '.join(value.split())}\n" for tag, value in fields if value)
        yield "ER  - \n\n"


def _fields(paper: Paper, mark: Mark) -> Iterator[tuple[str, str]]:
    yield "TY", "UNPB" if paper.arxiv_id else "ELEC"
    yield "TI", paper.display_title
    for author in paper.authors:
        if is_others(author):
            continue  # RIS knows persons only
        yield "AU", name_family_first(author)
    yield "PY", str(paper.year or "")
    if paper.arxiv_id:
        yield "PB", "arXiv"
        yield "M1", f"arXiv:{paper.arxiv_id}"
    yield "DO", paper.doi or ""
    yield "UR", paper.url or ""
    for link in paper.links:
        yield "L2", link.url
    for tag in paper.tags:
        yield "KW", tag
    yield "N1", mark.note or ""


def name_family_first(author: str) -> str:
    """`van der Maaten, Laurens`: the order that RIS asks for. One word, or a name with a comma, stays as it is."""
    words = author.split()
    if "," in author or len(words) < 2 or not words[-1].isascii() or not words[-1][0].isupper():
        return author
    family = len(words) - 1
    while family > 1 and words[family - 1][0].islower():  # van, der, de, da …
        family -= 1
    return f"{' '.join(words[family:])}, {' '.join(words[:family])}"
