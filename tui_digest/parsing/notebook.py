"""Notebooks of Jupyter: the text of their cells as Markdown, code in fences, what the code printed left out."""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate
from json import dumps
from typing import TYPE_CHECKING, Any

from tui_digest.errors import SourceError
from tui_digest.parsing.html_page import PageLine
from tui_digest.parsing.json_records import found_objects

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tui_digest.models import Source
    from tui_digest.parsing.document_records import FoundRecord

_FENCE = "```"


def notebook_lines(source: Source) -> Sequence[PageLine]:
    """The lines of the cells, one blank line between two cells, each with the line of the file on which it stands.
    Raises `source.malformed` and `source.no_papers`."""
    try:
        objects = found_objects(source.text)
    except (ValueError, RecursionError) as error:
        line = getattr(error, "lineno", 1)
        raise SourceError("source.malformed", path=source.path, format="Jupyter", line=line) from error
    cells = [each for each in objects if isinstance(each.get("cell_type"), str) and "source" in each]
    if not cells:
        raise SourceError("source.no_papers", path=source.path, format="Jupyter")
    starts = [0, *accumulate(len(line) + 1 for line in source.text.split("\n"))]
    lines: list[PageLine] = []
    for cell in cells:
        if lines:
            lines.append(PageLine("", lines[-1].number))
        said = [*_placed(cell, source.text, starts)]
        if cell["cell_type"] == "code" and said:
            said = [PageLine(_FENCE, said[0].number), *said, PageLine(_FENCE, said[-1].number)]
        lines += said
    return lines


def _placed(cell: FoundRecord, text: str, starts: Sequence[int]) -> Iterator[PageLine]:
    """The lines of a cell, each sought in the file behind the one above."""
    place, end = starts[cell.first], starts[min(cell.last + 1, len(starts) - 1)]
    for line in _said(cell["source"]).split("\n"):
        for written in (dumps(line, ensure_ascii=False)[1:-1], dumps(line)[1:-1]):
            if (found := text.find(written, place, end)) >= 0:
                place = found
                break
        yield PageLine(line, bisect_right(starts, place))


def _said(value: Any) -> str:
    parts = value if isinstance(value, list) else [value]
    return "".join(part for part in parts if isinstance(part, str)).rstrip("\n")
