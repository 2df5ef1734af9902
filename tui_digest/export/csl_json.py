"""CSL-JSON, which Zotero, Pandoc and citation processors read: an array with an item a paper."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import orjson

from tui_digest.export import Request
from tui_digest.export.cite_keys import keys_for
from tui_digest.export.names import Name, names_of
from tui_digest.export.papers import Paper, all_tags, papers, shown_papers
from tui_digest.models import Mark, Sighting


def write(sightings: Iterable[Sighting], mark_of: Callable[[str], Mark], request: Request) -> Iterator[str]:
    """One document, an item a line, with the ids that BibTeX has."""
    found = papers(sightings)
    keys = keys_for(found, request.cite_key)
    yield "["
    for number, (paper, mark) in enumerate(shown_papers(found, mark_of, request.left_out)):
        item = {"id": keys[paper.key], **_item(paper, mark)}
        yield (",\n" if number else "\n") + orjson.dumps(item).decode("utf-8")
    yield "\n]\n"


def _item(paper: Paper, mark: Mark) -> dict[str, Any]:
    """A paper as CSL-JSON: a preprint is an `article`, as Zotero exports it; a paper with only a URL is a `webpage`."""
    fields = {
        "type": "article" if paper.is_preprint or paper.doi else "webpage",
        "title": paper.marked_title,
        "author": [author(name) for name in names_of(paper.authors)[0]],
        "issued": {"date-parts": [_date_parts(paper)]} if paper.year else None,
        "container-title": paper.venue,
        "publisher": "arXiv" if paper.is_preprint else None,
        "number": f"arXiv:{paper.arxiv_id}" if paper.is_preprint else None,
        "version": str(paper.version) if paper.version else None,
        "DOI": paper.doi,
        "URL": paper.url,
        "keyword": ", ".join(all_tags(paper, mark)),
        "abstract": paper.abstract,
        "note": mark.note,
        "annote": "\n\n".join(mention.attributed for mention in paper.commentaries),
        "custom": _custom(paper, mark),
    }
    return {name: value for name, value in fields.items() if value}


def _date_parts(paper: Paper) -> list[int]:
    if (day := paper.first_day) is not None:
        return [day.year, day.month, day.day]
    return [part for part in (paper.year, paper.month) if part]


def _custom(paper: Paper, mark: Mark) -> dict[str, Any]:
    """The fields for which CSL has no name, under `custom`."""
    mentions = (
        {"digest": each.digest, "week": each.week, "days": each.days, "section": each.section, "date": each.date,
         "votes": each.votes}
        for each in paper.mentions
    )  # fmt: skip
    told = [kept for each in mentions if (kept := {n: v for n, v in each.items() if v not in (None, "")})]
    fields = {
        "digests": told,
        "links": [{"url": link.url, "label": link.label} if link.label else {"url": link.url} for link in paper.links],
        "subjects": paper.subjects,
        "updated": paper.latest_day,
        "read": mark.read,
        "starred": mark.starred,
    }
    return {name: value for name, value in fields.items() if value}


def author(name: Name) -> dict[str, str]:
    """An author as a CSL name; a name that cannot be divided is `literal`."""
    if name.whole:
        return {"literal": name.family}
    parts = {
        "family": name.family, "given": name.given, "non-dropping-particle": name.particle, "suffix": name.suffix,
    }  # fmt: skip
    return {part: text for part, text in parts.items() if text}
