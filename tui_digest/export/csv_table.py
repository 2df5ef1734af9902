"""CSV in UTF-8, with a header: a row a paper, lists joined by semicolons."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator

from tui_digest.export.papers import Paper, papers
from tui_digest.models import Mark, Sighting
from tui_digest.text.people import people

COLUMNS = (
    "key", "title", "authors", "year", "url", "arxiv_id", "tags", "links", "week", "digest", "read", "starred", "note",
)  # fmt: skip

_FORMULA = ("=", "+", "-", "@")


def write(sightings: Iterable[Sighting], mark_of: Callable[[str], Mark]) -> Iterator[str]:
    """The header, then a line a paper."""
    yield _line(COLUMNS)
    for paper in papers(sightings):
        yield _line([_cell(value) for value in _values(paper, mark_of(paper.key))])


def _values(paper: Paper, mark: Mark) -> tuple[str, ...]:
    return (
        paper.key,
        paper.title or "",
        "; ".join(people(paper.authors)),
        str(paper.year or ""),
        paper.url or "",
        paper.arxiv_id or "",
        "; ".join(paper.tags),
        "; ".join(link.url for link in paper.links),
        paper.week,
        paper.digest,
        "true" if mark.read else "false",
        "true" if mark.starred else "false",
        mark.note or "",
    )


def _cell(value: str) -> str:
    """Digests are texts of strangers, and a spreadsheet runs a cell that begins like a formula: an apostrophe makes
    it text."""
    # A lone carriage return ends a row for some readers, and the writer would not quote it.
    value = value.replace("\r\n", "\n").replace("\r", "\n")
    return f"'{value}" if value.startswith(_FORMULA) else value


def _line(values: Iterable[str]) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow(values)
    return line.getvalue()
