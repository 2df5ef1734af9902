"""CSV and TSV with a column for titles or for links."""

from __future__ import annotations

import csv
import re
from typing import TYPE_CHECKING, NamedTuple

from tui_digest.errors import SourceError
from tui_digest.parsing.drafts import paragraphs
from tui_digest.parsing.links import is_paper_page
from tui_digest.parsing.record_fields import address_said, digest_of, draft_of
from tui_digest.parsing.record_roles import role_of, title_among
from tui_digest.text.patterns import regex
from tui_digest.text.spreadsheet_cells import meant

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tui_digest.models import ParsedDigest, Source

_SAMPLE = 10_000
_OWN = frozenset("key digest week start end read starred".split())
"""Columns that an export of ours has; what they say is no comment."""
_TELLING = frozenset(("title", "url", "arxiv", "doi", "pdf"))
_FIRST = 10
"""Among so many rows the heads of the columns stand."""
_ROWS = 50
"""So many rows show which column holds titles, and which addresses."""
_SEPARATOR = regex(r"sep=(.?)$", re.IGNORECASE)


class _Row(NamedTuple):
    """A row that is not empty, and its 0-based lines."""

    cells: list[str]
    first: int
    last: int


def read_csv(source: Source) -> tuple[ParsedDigest, ...]:
    """A paper a row, by the names of the columns, or where none of these is known by what stands in them. Raises
    `source.no_papers`, `source.malformed`."""
    rows = _rows(source)
    heads, start = _heads(rows)
    drafts = []
    for row in rows[start:] if heads else ():
        fields = {head: meant(cell) for head, cell in zip(heads, row.cells, strict=False)}
        if draft := draft_of(fields, row.first, row.last, rest=not fields.keys() >= _OWN):
            drafts.append(draft)
    if not drafts:
        raise SourceError("source.no_papers", path=source.path, format="CSV")
    digest = digest_of(source, "csv", drafts)
    above = [" ".join(filter(None, map(str.strip, row.cells))) for row in rows[: max(0, start - 1)]]
    return (digest._replace(preface=paragraphs(above)),)


def _rows(source: Source) -> list[_Row]:
    """The filled rows. Raises `source.malformed`."""
    lines = (f"{line}\n" for line in source.text.split("\n"))  # else a cell of several lines would be one
    reader = csv.reader(lines, delimiter=_delimiter(source))
    found: list[_Row] = []
    first = 0
    try:
        for row in reader:
            if any(cell.strip() for cell in row) and not (len(found) == 0 and _SEPARATOR.match("".join(row).strip())):
                found.append(_Row(row, first, reader.line_num - 1))
            first = reader.line_num
    except csv.Error as error:
        raise SourceError("source.malformed", path=source.path, format="CSV", line=reader.line_num) from error
    return found


def _heads(rows: Sequence[_Row]) -> tuple[list[str], int]:
    """The names of the columns, each once, and the number of the first row below them; no names where no column
    tells of a paper."""
    for place, row in enumerate(rows[:_FIRST]):
        cells = [cell.strip("\ufeff ") for cell in row.cells]
        roles = [role_of(cell) for cell in cells]
        known = sum(map(bool, roles))
        if not _TELLING.isdisjoint(roles) and (known > 1 or not any(map(_leads, cells))):
            return _apart(_titled(cells, rows[place + 1 :])), place + 1
    return _guessed(rows)


def _apart(heads: Sequence[str]) -> list[str]:
    """The names, with a number behind one that an earlier column has."""
    return [f"{head} {place + 1}" if head in heads[:place] else head for place, head in enumerate(heads)]


def _guessed(rows: Sequence[_Row]) -> tuple[list[str], int]:
    """The columns by what stands in them: the one whose cells lead to papers, and the first of words beside it."""
    if not rows:
        return [], 0
    start = 0 if any(map(_leads, rows[0].cells)) else 1
    shown = [row.cells for row in rows[start : start + _ROWS]]
    width = max(map(len, shown), default=0)
    columns = [[row[place] for row in shown if place < len(row) and row[place].strip()] for place in range(width)]
    leading = next((n for n, cells in enumerate(columns) if cells and sum(map(_leads, cells)) * 2 > len(cells)), None)
    if leading is None:
        return [], 0
    names = [cell.strip("\ufeff ") for cell in rows[0].cells] if start else []
    heads = [names[n] if n < len(names) and names[n] else f"{n + 1}" for n in range(width)]
    heads[leading] = "url"
    return _apart(_titled(heads, rows[start:])), start


def _titled(heads: list[str], rows: Sequence[_Row]) -> list[str]:
    """The names of the columns; where none is a title, the first whose cells are mostly of several words holds it, if
    nobody knows what else it is."""
    roles = {head: role_of(head) for head in heads}
    if "title" in roles.values() or title_among(roles):
        return heads
    shown = [row.cells for row in rows[:_ROWS]]
    for place in [place for place, head in enumerate(heads) if not roles[head]]:
        cells = [row[place] for row in shown if place < len(row) and row[place].strip()]
        if sum(len(cell.split()) > 1 for cell in cells) * 2 > len(cells):
            return [*heads[:place], "title", *heads[place + 1 :]]
    return heads


def _leads(cell: str) -> bool:
    url = address_said(cell)
    return url is not None and is_paper_page(url)


def _delimiter(source: Source) -> str:
    lines = [line for line in source.text[:_SAMPLE].split("\n", _FIRST)[:_FIRST] if line.strip()]
    if lines and (said := _SEPARATOR.match(lines[0].strip("\ufeff \r"))):
        return said[1] or ","
    if source.name.lower().endswith(".tsv") and any("\t" in line for line in lines):
        return "\t"
    return max(",\t;|", key=lambda mark: max((line.count(mark) for line in lines[:1]), default=0))
