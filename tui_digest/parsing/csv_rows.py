"""CSV and TSV with a column for titles or for links."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

from tui_digest.errors import SourceError
from tui_digest.parsing.record_fields import digest_of, draft_of, role_of, untold
from tui_digest.text.spreadsheet_cells import meant

if TYPE_CHECKING:
    from tui_digest.models import ParsedDigest, Source

_SAMPLE = 10_000
_OWN = frozenset("key digest week start end read starred".split())
"""Columns that an export of ours has; what they say is no comment."""
_NAMES = frozenset(("name", "이름", "名前", "名称"))


def read_csv(source: Source) -> tuple[ParsedDigest, ...]:
    """A paper a row, by the names of the columns. Raises `source.no_papers`, `source.malformed`."""
    lines = (f"{line}\n" for line in source.text.split("\n"))  # else a cell of several lines would be one
    rows = csv.reader(lines, delimiter=_delimiter(source))
    drafts = []
    heads: list[str] = []
    first = 0
    try:
        for row in rows:
            last, begun = rows.line_num - 1, first
            first = rows.line_num
            if not any(cell.strip() for cell in row):
                continue
            if not heads:
                heads = _titled(row)
                if {"title", "url", "arxiv", "doi", "pdf"}.isdisjoint(map(role_of, heads)):
                    break
                continue
            fields = dict(zip(heads, map(meant, row), strict=False))
            if draft := draft_of(fields, begun, last):
                draft.commentary += [] if fields.keys() >= _OWN else untold(fields)
                drafts.append(draft)
    except csv.Error as error:
        raise SourceError("source.malformed", path=source.path, format="CSV", line=rows.line_num) from error
    if not drafts:
        raise SourceError("source.no_papers", path=source.path, format="CSV")
    return (digest_of(source, "csv", drafts),)


def _titled(heads: list[str]) -> list[str]:
    """The names of the columns; where none is a title, one that is called a name holds it, as Notion has it."""
    roles = {role_of(head) for head in heads}
    if "title" in roles or roles.isdisjoint(("url", "arxiv", "doi", "pdf", "authors")):
        return heads
    return ["title" if head.strip("\ufeff ").casefold() in _NAMES else head for head in heads]


def _delimiter(source: Source) -> str:
    head = source.text[:_SAMPLE].split("\n", 1)[0]
    return max(",\t;|", key=head.count)
