"""A whole text as one entry: notes, reviews and every text that no other shape knows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_digest.parsing.drafts import Draft, take_tags
from tui_digest.parsing.language import has_hangul
from tui_digest.parsing.links import bulleted_urls, leading_url
from tui_digest.parsing.titles import authors_block, heading, read_head, title_with_url, unmarked
from tui_digest.parsing.url_first import read_title_and_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tui_digest.parsing.source_text import SourceText


def read_whole(source: SourceText, *, plain_titles: bool) -> Draft:
    """The text as one entry. Where `plain_titles`, a first line that reads as a title is one even without a URL."""
    draft = Draft(first=source.filled[0], last=source.filled[-1])
    lines, draft.tags = take_tags(source.lines[draft.first : draft.last + 1])
    places = [index for index, line in enumerate(lines) if line.strip()]
    if not places:
        return draft
    named = heading(lines[places[0]])
    if named is not None:
        _read_headed(draft, lines, places, named)
    elif not (_read_opening(draft, lines, places) or _read_title_then_url(draft, lines, places)):
        _read_prose(draft, lines, places, plain_titles)
    return draft


def _read_headed(draft: Draft, lines: list[str], places: Sequence[int], named: str) -> None:
    """A Markdown heading is the title; a URL below it opens the entry."""
    below = places[1:]
    if not (below and _read_opening(draft, lines, below)):
        draft.commentary = lines[places[0] + 1 :]
    if draft.title is not None:
        draft.commentary.insert(0, lines[places[0]])
    else:
        draft.title = named


def _read_opening(draft: Draft, lines: list[str], places: Sequence[int]) -> bool:
    """URL lines, a URL with prose behind it, or a title with its URL behind it, as the first line."""
    first = lines[places[0]].strip()
    if bulleted_urls(first):
        position = places[0]
        while position < len(lines) and ((urls := bulleted_urls(lines[position])) or not lines[position].strip()):
            draft.urls.extend(urls or ())
            position += 1
        read_title_and_text(draft, lines[position:])
        return True
    led = leading_url(first)
    if led is not None:
        draft.urls.append(led[0])
        below = [led[1], *lines[places[0] + 1 :]]
        head = read_head([led[1]], plain_titles=False)
        if head is None:
            draft.commentary = below
        else:
            draft.title, draft.authors, draft.commentary = head.title, head.authors, below[1:]
        return True
    titled = title_with_url(unmarked(first))
    if titled is None or (len(places) > 1 and title_with_url(unmarked(lines[places[1]]))):
        return False  # with a second such line it is a list of papers, and no address is the text's own
    title, url = titled
    head = read_head([title], plain_titles=False)
    draft.title, draft.authors = (head.title, head.authors) if head else (title, ())
    draft.urls.append(url)
    draft.commentary = lines[places[0] + 1 :]
    return True


def _read_title_then_url(draft: Draft, lines: list[str], places: Sequence[int]) -> bool:
    """A URL line as the second line, and the only one of the text: the entry's own, below its title or an intro."""
    url_places = [place for place in places if bulleted_urls(lines[place]) and lines[place].lstrip()[:1] != ">"]
    if len(url_places) != 1 or url_places[0] != places[1]:
        return False
    draft.urls.extend(bulleted_urls(lines[url_places[0]]) or ())
    head = read_head([lines[places[0]]])
    if head is None:
        draft.commentary = [*lines[places[0] : url_places[0]], *lines[url_places[0] + 1 :]]
        return True
    draft.title, draft.authors = head.title, head.authors
    below = [lines[place] for place in places[2:6]]
    rest = url_places[0] + 1
    if not draft.authors and (block := authors_block(below)):
        draft.authors = block[0]
        rest = places[1 + block[1]] + 1
    draft.commentary = lines[rest:]
    return True


def _read_prose(draft: Draft, lines: list[str], places: Sequence[int], plain_titles: bool) -> None:
    ahead = [lines[place] for place in places[:5]]
    head = read_head(ahead, plain_titles=plain_titles)
    if head is None or (head.title and not head.authors and has_hangul(head.title)):
        draft.commentary = lines
        return
    draft.title, draft.authors, taken = head.title, head.authors, head.lines
    if not draft.authors and (block := authors_block(ahead[taken:])):
        draft.authors, taken = block[0], taken + block[1]
    draft.commentary = lines[places[taken - 1] + 1 :]
