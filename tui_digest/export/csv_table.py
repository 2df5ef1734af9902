"""CSV in UTF-8, with a header: a row a paper, lists joined by semicolons."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator

from tui_digest.export import Request
from tui_digest.export.papers import Paper, papers, shown_papers
from tui_digest.models import Mark, Sighting
from tui_digest.text.people import people
from tui_digest.text.spreadsheet_cells import defused

COLUMNS = {
    "key": "", "title": "", "authors": "authors", "year": "arxiv_id", "url": "url", "arxiv_id": "arxiv_id",
    "version": "version", "doi": "doi", "tags": "tags", "own_tags": "own_tags", "links": "links",
    "link_labels": "link_labels", "week": "digest", "digest": "digest", "start": "digest", "end": "digest",
    "section": "section", "date": "date", "votes": "votes", "read": "read", "starred": "starred", "note": "note",
    "abstract": "abstract", "commentary": "commentary", "arxiv_subjects": "learned", "arxiv_first": "learned",
    "arxiv_latest": "learned", "venue": "learned",
}  # fmt: skip
"""The columns, and the field of `export.FIELDS` that each goes out with."""


def write(sightings: Iterable[Sighting], mark_of: Callable[[str], Mark], request: Request) -> Iterator[str]:
    """The header, then a line a paper."""
    columns = [name for name, field in COLUMNS.items() if field not in request.left_out]
    yield _line(columns)
    for paper, mark in shown_papers(papers(sightings), mark_of, request.left_out):
        values = _values(paper, mark)
        yield _line([_cell(values[name]) for name in columns])


def _values(paper: Paper, mark: Mark) -> dict[str, str]:
    latest = paper.mentions[0]
    days = (latest.start, latest.end, latest.date, paper.first_day, paper.latest_day)
    start, end, date, first_day, latest_day = (day.isoformat() if day else "" for day in days)
    labels = [link.label or "" for link in paper.links]
    said = paper.commentaries
    alone = said[0].commentary if len(said) == 1 and said[0] is latest else None  # the columns say whose it is
    return {
        "key": paper.key,
        "title": paper.title or "",
        "authors": "; ".join(people(paper.authors)),
        "year": str(paper.year or ""),
        "url": paper.url or "",
        # A bare id would be read as a number, and lose a zero at its end.
        "arxiv_id": f"arXiv:{paper.arxiv_id}" if paper.arxiv_id else "",
        "version": str(paper.version or ""),
        "doi": paper.doi or "",
        "tags": "; ".join(paper.tags),
        "own_tags": "; ".join(mark.tags),
        "links": "; ".join(link.url for link in paper.links),
        "link_labels": "; ".join(labels) if any(labels) else "",
        "week": latest.week,
        "digest": latest.digest,
        "start": start,
        "end": end,
        "section": latest.section or "",
        "date": date,
        "votes": "" if latest.votes is None else str(latest.votes),
        "read": "true" if mark.read else "false",
        "starred": "true" if mark.starred else "false",
        "note": mark.note or "",
        "abstract": paper.abstract or "",
        "arxiv_subjects": "; ".join(paper.subjects),
        "arxiv_first": first_day,
        "arxiv_latest": latest_day,
        "venue": paper.venue or "",
        "commentary": alone or "\n\n".join(mention.attributed for mention in said),
    }


def _cell(value: str) -> str:
    """Digests are texts of strangers, and a spreadsheet runs a cell that begins like a formula."""
    # A lone carriage return ends a row for some readers, and the writer would not quote it.
    return defused(value.replace("\r\n", "\n").replace("\r", "\n"))


def _line(values: Iterable[str]) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow(values)
    return line.getvalue()
