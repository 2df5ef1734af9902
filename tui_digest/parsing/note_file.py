"""Shape 4, one note of a folder: a file named `YYMMDD Short title.md` that holds one paper, seldom several."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from tui_digest.models import ParsedDigest
from tui_digest.parsing import url_first
from tui_digest.parsing.dates import file_date
from tui_digest.parsing.drafts import finished, paragraphs
from tui_digest.parsing.links import bulleted_urls, may_link
from tui_digest.parsing.one_entry import read_whole
from tui_digest.parsing.source_text import cut
from tui_digest.parsing.titles import heading

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tui_digest.parsing.drafts import Draft
    from tui_digest.parsing.source_text import SourceText


def is_note(source: SourceText) -> bool:
    """Whether the file's name is a date and a short title."""
    dated = file_date(source.stem)
    return dated is not None and dated[1] != "" and bool(source.filled)


def holds_several(source: SourceText) -> bool:
    """Whether a note tells of several papers, each below its own URL line."""
    return is_note(source) and source.once(_papers) is not None


def parse_note(source: SourceText) -> ParsedDigest:
    """The note as a digest of its paper or papers, on the day of its file's name."""
    day, short_title = file_date(source.stem) or (None, source.stem)
    heads, drafts = source.once(_papers) or ([], [read_whole(source, plain_titles=False)])
    for draft in drafts:
        draft.fallback_title = short_title
    return ParsedDigest(
        title=source.stem,
        shape="note",
        start=day,
        end=day,
        entries=finished(drafts, source),
        header_lines=tuple(index + 1 for index in heads),
        preface=paragraphs([source.lines[index] for index in heads]),
    )


def _papers(source: SourceText) -> tuple[Sequence[int], list[Draft]] | None:
    """The heading and the papers of a note on several, each with a URL line and a title of its own; None for others."""
    linked = [source.lines[index] for index in source.filled if may_link(source.lines[index])]
    if len(linked) < 2 or sum(map(bool, map(bulleted_urls, linked))) < 2:
        return None
    starts = url_first.openings(source, source.filled)
    first = next(starts, None)
    if first is None:
        return None
    parts = cut(source.filled, chain([first], starts))
    headed = first != source.filled[0] and heading(source.first) is not None
    heads = next(parts) if headed else []
    if len(heads) > 1:
        return None
    drafts: list[Draft] = []
    for part in parts:
        draft = url_first.read_entry(source, part)
        if not draft.urls or draft.title is None:
            return None
        drafts.append(draft)
    return (heads, drafts) if len(drafts) > 1 else None
