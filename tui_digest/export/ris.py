"""RIS, which reference managers read: a record a paper, one field a line."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from tui_digest.export import Request
from tui_digest.export.names import names_of
from tui_digest.export.papers import Paper, PaperMention, all_tags, papers, shown_papers
from tui_digest.models import Link, Mark, Sighting


def write(sightings: Iterable[Sighting], mark_of: Callable[[str], Mark], request: Request) -> Iterator[str]:
    """A record a paper: preprints as `UNPD`, all else as web pages."""
    for paper, mark in shown_papers(papers(sightings), mark_of, request.left_out):
        lines = ((tag, " ".join(value.split())) for tag, value in _fields(paper, mark))
        yield "".join(f"{tag}  - {value}\n" for tag, value in lines if value) + "ER  - \n\n"


def _fields(paper: Paper, mark: Mark) -> Iterator[tuple[str, str]]:
    yield "TY", "UNPD" if paper.is_preprint else "ELEC"
    yield "TI", paper.marked_title
    for name in names_of(paper.authors)[0]:  # who is not named has no field
        # Without a comma it is taken for an institution, and so is any group whose own name has none.
        yield "AU", name.family.replace(",", " ") if name.group else name.family_first
    if paper.year:
        yield "PY", str(paper.year)
        day = paper.first_day.strftime("%Y/%m/%d/") if paper.first_day else ""
        yield "DA", day or (f"{paper.year}/{paper.month:02}//" if paper.month else "")
    if paper.is_preprint:
        yield "PB", "arXiv"
        yield "M1", f"arXiv:{paper.arxiv_id}"
        yield "ET", f"v{paper.version}" if paper.version else ""
    yield "DO", paper.doi or ""
    yield "UR", paper.url or ""
    for link in paper.links:
        yield "L2", link.url
    for tag in all_tags(paper, mark):
        yield "KW", tag
    yield "AB", paper.abstract or ""
    yield from _notes(paper, mark)


def _notes(paper: Paper, mark: Mark) -> Iterator[tuple[str, str]]:
    """The user's note and what digests say: a field a paragraph, since a field is one line; then what no other field
    is for."""
    texts = [mark.note or "", *(mention.attributed for mention in paper.commentaries)]
    texts.append("; ".join(map(_named, paper.links)))  # the field of links has no place for what they are called
    texts += [line for mention in paper.mentions if (line := _where(mention))]
    texts += [paper.venue or "", " ".join(paper.subjects)]
    for text in texts:
        for paragraph in text.split("\n\n"):
            yield "N1", paragraph


def _named(link: Link) -> str:
    return f"{link.label}: {link.url}" if link.label else link.url


def _where(mention: PaperMention) -> str:
    """Where a digest has the paper: `2023년 7월 5주차 (2023-07-23/2023-07-29), 2023-W30, Vision, 12 votes`."""
    votes = f"votes: {mention.votes}" if mention.votes is not None else ""
    day = mention.date.isoformat() if mention.date else ""
    return ", ".join(filter(None, (mention.origin, mention.week, mention.section, day, votes)))
