"""The entry form of weekly texts and notes: URL lines, `Title (Authors)`, commentary, tags; any part may be missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_digest.parsing.entries import Draft, take_tags
from tui_digest.parsing.links import is_paper, is_post, url_line
from tui_digest.parsing.tags import closing_tags
from tui_digest.parsing.titles import MOST_LINES, authors_block, read_head

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tui_digest.parsing.document import Document


def opening_lines(source: Document, filled: Sequence[int]) -> list[int]:
    """The lines at which an entry starts: every URL line, but one that directly follows another URL line goes on with
    that entry. Posts in a social network are the exception: the paper after them is an entry of its own."""
    starts: list[int] = []
    run: list[str] = []
    last_url_line = -2
    complete = True  # whether the entry before has had its tags, so that a URL with tags behind it is a new entry
    for index in filled:
        line = source.lines[index]
        urls = url_line(line)
        if urls is None and complete and (tagged := closing_tags(line))[1]:
            urls = url_line(tagged[0])
        if urls is None:
            complete = bool(closing_tags(line)[1]) or not starts
            continue
        follows = index == last_url_line + 1
        if not follows or (all(map(is_post, run)) and any(map(is_paper, urls))):
            starts.append(index)
            run = []
        run.extend(urls)
        last_url_line = index
        complete = bool(closing_tags(line)[1])
    return starts


def read_entry(source: Document, filled: Sequence[int]) -> Draft:
    """The entry on these filled lines, whose first ones are its URL lines."""
    draft = Draft(first=filled[0], last=filled[-1])
    own = source.lines[filled[0] : filled[-1] + 1]
    beside, tags = closing_tags(own[0])
    if tags and url_line(beside):
        own[0] = beside
    else:
        tags = []
    lines, draft.tags = take_tags(own)
    draft.tags[:0] = tags
    position = 0
    while position < len(lines):
        urls = url_line(lines[position])
        if urls is None and lines[position].strip():
            break
        draft.urls.extend(urls or ())
        position += 1
    read_title_and_text(draft, lines[position:])
    return draft


def read_title_and_text(draft: Draft, lines: Sequence[str]) -> None:
    """Fills in the title and authors that these lines begin with, and the commentary behind them."""
    places = [index for index, line in enumerate(lines) if line.strip()]
    ahead = [lines[index] for index in places[: MOST_LINES + 1]]
    head = read_head(ahead)
    rest = 0
    if head is not None:
        draft.title, draft.authors, taken = head.title, head.authors, head.lines
        if not head.authors and (block := authors_block(ahead[taken:])):
            draft.authors, taken = block[0], taken + block[1]
        rest = places[taken - 1] + 1
    draft.commentary.extend(lines[rest:])
