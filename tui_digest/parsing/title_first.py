"""The entry form of daily texts: a title line, an `(Authors)` line, an English abstract, Korean commentary, tags."""

from __future__ import annotations

from bisect import bisect
from typing import TYPE_CHECKING

from tui_digest.parsing.authors import authors_at_end
from tui_digest.parsing.drafts import Draft, take_tags
from tui_digest.parsing.language import has_hangul, is_commentary_language, is_korean_sentence
from tui_digest.parsing.links import bulleted_urls, leading_url, told_urls, url_line
from tui_digest.parsing.tags import closing_tags, ends_in_tags, tag_line
from tui_digest.parsing.titles import (
    Head,
    authors_block,
    authors_line,
    is_plain_title,
    is_same_head,
    read_head,
    title_with_url,
    unmarked,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tui_digest.parsing.source_text import SourceText

_WRAPPED_FROM = 40
"""A title line shorter than this is not wrapped, so the line above a title is its beginning only from this length."""
_LONGEST_WRAP = 160


def author_lines(source: SourceText, filled: Sequence[int]) -> list[int]:
    """The positions in `filled` at which an `(Authors)` block begins."""
    if not any(begun in ("(", "（") or begun.isspace() for begun in source.begins):
        return []
    return [
        place
        for place, index in enumerate(filled)
        if source.lines[index].lstrip()[:1] in ("(", "（") and authors_block(_ahead(source, filled, place, 4))
    ]


def _above_addresses(source: SourceText, filled: Sequence[int]) -> list[int]:
    """The places at which a title begins a paragraph and an address is the line below it, where the text begins so: one
    further down may be a paper that the entry tells of."""
    found = []
    for place, index in enumerate(filled[:-1]):
        apart = not place or index - filled[place - 1] > 1
        if apart and filled[place + 1] == index + 1 and bulleted_urls(source.lines[index + 1]):
            line = source.lines[index]
            titled = is_plain_title(line) or (has_hangul(line) and not is_korean_sentence(line))
            if titled and not bulleted_urls(line) and not ends_in_tags(line):
                found.append(place)
        if not place and not found:
            break
    return found


def _ahead(source: SourceText, filled: Sequence[int], place: int, count: int) -> list[str]:
    return [source.lines[index] for index in filled[place : place + count]]


def opening_lines(source: SourceText, filled: Sequence[int]) -> list[int]:
    """The lines at which an entry starts: the first, the one after the tags, and a title with authors below or behind
    it."""
    if not filled:
        return []
    starts = [0]
    closed = False
    titles = [_title_start(source, filled, place) for place in author_lines(source, filled) if place]
    titles += _above_addresses(source, filled)
    for place, index in enumerate(filled):
        line = source.lines[index]
        tags = tag_line(line)
        if place and closed and tags is None:
            starts.append(place)
        closed = tags is not None or _ends_with_tags(source, filled, place)
        if tags is None and not closed and title_with_authors(line):
            titles.append(place)
    for title in sorted(titles):
        known = bisect(starts, title)
        if _is_repeated(source, filled, title, starts[known - 1]):
            continue
        opening = _above_urls(source, filled, title, starts[known - 1])
        if opening not in starts[known - 1 : known]:
            starts.insert(known, opening)
    return [filled[place] for place in starts]


def _is_repeated(source: SourceText, filled: Sequence[int], title: int, entry: int) -> bool:
    """Whether the title is that of the entry above again, as some digests repeat it."""
    if title == entry:
        return False
    drafts = [Draft(place, place) for place in (title, entry)]
    for draft in drafts:
        _read_head(draft, _ahead(source, filled, draft.first, 8))
    head, above = (Head(draft.title, draft.authors, 0) for draft in drafts)
    return head.title is not None and is_same_head(head, above)


def _above_urls(source: SourceText, filled: Sequence[int], title: int, entry: int) -> int:
    """The position of the title, or of the URL lines directly above it if they are its own and not those of the `entry`
    above: that one began there, has a URL already, or has text while this digest opens with a URL."""
    own = title
    while own > entry and bulleted_urls(source.lines[filled[own - 1]]):
        own -= 1
    if own in (title, entry):
        return own
    above = [source.lines[index] for index in filled[entry:own]]
    draft = Draft(first=entry, last=own)
    text = len(above) - _read_head(draft, above)
    if draft.urls or any(map(url_line, above)) or draft.title is None:
        return own
    return own if text and bulleted_urls(source.lines[filled[0]]) else title


def _ends_with_tags(source: SourceText, filled: Sequence[int], place: int) -> bool:
    """Whether tags close this line of commentary and the next line can be a title."""
    if not closing_tags(source.lines[filled[place]])[1] or place + 1 >= len(filled):
        return False
    following = source.lines[filled[place + 1]]
    return tag_line(following) is None and (is_plain_title(following) or title_with_authors(following))


def title_with_authors(line: str) -> bool:
    """Whether a line of its own is `Title (Authors)` beyond doubt: English, a title before the names, two or more."""
    if line.rstrip(" \t*_")[-1:] not in (")", "）") or has_hangul(line):
        return False
    led = leading_url(line)
    split = authors_at_end(unmarked(led[1] if led else line))
    return split is not None and len(split[1]) > 1 and is_plain_title(split[0])


def _title_start(source: SourceText, filled: Sequence[int], place: int) -> int:
    """The position of the title above the author line at `place`: one line, or two where the upper one is wrapped."""
    title = place - 1
    while title and bulleted_urls(source.lines[filled[title]]):
        title -= 1
    above = source.lines[filled[title - 1]] if title and filled[title - 1] + 1 == filled[title] else ""
    return title - 1 if _is_wrapped(above.strip()) and not ends_in_tags(above) else title


def _is_wrapped(line: str) -> bool:
    return _WRAPPED_FROM <= len(line) <= _LONGEST_WRAP and is_plain_title(line)


def read_entry(source: SourceText, filled: Sequence[int]) -> Draft:
    """The entry on these filled lines."""
    draft = Draft(first=filled[0], last=filled[-1])
    lines, draft.tags = take_tags(source.lines[filled[0] : filled[-1] + 1])
    if lines and (led := leading_url(lines[0])):
        lines[:1] = led
    elif lines and (titled := title_with_url(unmarked(lines[0]))):
        lines[:1] = titled
    places = [index for index, line in enumerate(lines) if line.strip()]
    taken = _read_head(draft, [lines[index] for index in places])
    rest = lines[places[taken - 1] + 1 :] if taken else lines
    _split_text(draft, rest)
    return draft


def _read_head(draft: Draft, lines: Sequence[str]) -> int:
    """Fills in title, authors and own URL; the number of filled lines they took."""
    position = _read_urls(draft, lines, 0)
    if position < len(lines):
        position += _read_title(draft, lines[position:])
    position = _read_urls(draft, lines, position)
    if not draft.authors and (block := authors_block(lines[position : position + 4])):
        draft.authors = block[0]
        position += block[1]
    if draft.title and not draft.authors and position < len(lines):
        draft.authors = authors_line(lines[position])
        position += bool(draft.authors)
    return _read_urls(draft, lines, position)


def _read_urls(draft: Draft, lines: Sequence[str], position: int) -> int:
    while position < len(lines) and (urls := (told_urls if position else bulleted_urls)(lines[position])):
        draft.urls.extend(urls)
        position += 1
    return position


def _read_title(draft: Draft, lines: Sequence[str]) -> int:
    for count in (1, 2, 3):
        if len(lines) > count and (block := authors_block(lines[count : count + 4])):
            draft.title = unmarked(" ".join(" ".join(lines[:count]).split()))
            draft.authors = block[0]
            return count + block[1]
        if len(lines) <= count or not _is_wrapped(lines[count - 1].strip()) or url_line(lines[count]):
            break
    head = read_head(lines[:4])
    if head is not None:
        draft.title, draft.authors = head.title, head.authors
        return head.lines
    if has_hangul(lines[0]) and not is_korean_sentence(lines[0]):
        draft.title = " ".join(unmarked(lines[0]).split())
        return 1
    return 0


def _split_text(draft: Draft, lines: Sequence[str]) -> None:
    """Tells the abstract, English lines before the first Korean one, from the commentary.

    A URL line on its own before the commentary is the entry's own URL. Without authors and URL there is no paper that
    an abstract could belong to: then English lines are commentary too."""
    position = 0
    while position < len(lines) and not is_commentary_language(lines[position]):
        urls = url_line(lines[position])
        if urls:
            draft.urls.extend(urls)
        else:
            draft.abstract.append(lines[position])
        position += 1
    draft.commentary.extend(lines[position:])
    if not draft.authors and not draft.urls:
        draft.commentary[:0] = draft.abstract
        draft.abstract.clear()
