"""Shape 7, Markdown lists: an item a paper, `- [Title](URL) — comment`, with nested items that belong to it."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from tui_digest.parsing.entries import Draft
from tui_digest.parsing.fields import is_link_line, is_rule, read_block
from tui_digest.parsing.items import own_url, read_item
from tui_digest.parsing.links import is_paper, may_link
from tui_digest.parsing.markdown import headings, is_label, leading_link, unfenced
from tui_digest.parsing.note import is_note
from tui_digest.parsing.sections import dated, digest_of, front_matter, is_contents, parts_at
from tui_digest.parsing.tags import closing_tags
from tui_digest.parsing.weekly_table import paper_rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tui_digest.models import ParsedDigest
    from tui_digest.parsing.document import Document

SHAPE = "list"
_ITEM = re.compile(r"(?P<indent>[ \t]*)(?:[-*+•◦▪‣·]|\d{1,3}[.)])[ \t]+(?P<text>\S.*)$")
_LONGEST = 20_000
_MARKS = frozenset("-*+•◦▪‣·0123456789 \t")
_STARTS = _MARKS | {"["}


class _Item(NamedTuple):
    line: int
    indent: int
    text: str
    numbered: bool
    opens: bool
    """Whether it is a paper by itself: titled, and linked."""


def is_list(source: Document) -> bool:
    """Whether most of what the text holds, headings apart, is a list of linked titles, two or more."""
    if source.part is not None:
        return source.part.shape == SHAPE
    starts = (source.lines[index][:1] in _STARTS and may_link(source.lines[index]) for index in source.filled)
    if is_note(source) or not may_link(source.text) or sum(starts) < 2:
        return False
    items = {item.line: item for item in _items(source)}
    every = {heading.line for heading in headings(source)}
    opening = [item for item in items.values() if item.opens]
    if len(opening) < 2:
        return False
    level = min(item.indent for item in opening)
    others = [
        index
        for index in source.filled[front_matter(source) :]
        if index not in every
        and not is_contents(source.lines[index])
        and (
            items[index].indent <= level and not items[index].opens
            if index in items
            else _is_prose(source.lines[index])
        )
    ]
    among = sum(opening[0].line < index < opening[-1].line for index in others)
    return len(opening) >= len(others) or (bool(every) and len(opening) >= max(3 * among, len(others) / 4, 5))


def parts(source: Document) -> list[Document]:
    """A digest a day or week, where their headings stand above lists."""
    last = max((item.line for item in _items(source) if item.opens), default=-1)
    return parts_at(source, [pair for pair in dated(headings(source)) if pair[0].line < last], SHAPE)


def parse_list(source: Document) -> ParsedDigest:
    """The items that are papers, and those in tables among them; headings, contents and the text around the lists head
    the digest."""
    drafts = listed(source)
    inside = {index for draft in drafts for index in range(draft.first, draft.last + 1)}
    rows, layout = paper_rows(source)
    drafts += [row for row in rows if row.first not in inside]
    return digest_of(source, SHAPE, sorted(drafts, key=lambda draft: draft.first), layout if rows else ())


def listed(source: Document) -> list[Draft]:
    """The items of a text that are papers, each with what belongs to it."""
    return [_read(source, lines) for lines in _entries(source)]


def _is_prose(line: str) -> bool:
    return line[:1] not in (" ", "\t", "!", "<", "|", "[", "#") and not is_rule(line)


def _items(source: Document) -> list[_Item]:
    places = unfenced(source)
    found: list[_Item] = []
    for place, index in enumerate(places):
        line = source.lines[index]
        if line[0] == "[" and _is_bare_item(line):
            found.append(_Item(index, 0, line, False, True))
        if line.lstrip()[:1] not in _MARKS or not (match := _ITEM.match(line)) or is_rule(line):
            continue
        text = match["text"]
        following = places[place + 1 : place + 3]
        below = [source.lines[each] for step, each in enumerate(following, 1) if each == index + step]
        opens = _opens(text, line, below)
        found.append(_Item(index, _width(match["indent"]), text, line.lstrip()[0].isdigit(), opens))
    return found


def _is_bare_item(line: str) -> bool:
    """Whether a line without a mark is a paper: it begins with a link to one, and not with a sentence about it."""
    lead = leading_link(line) if len(line) <= _LONGEST else None
    return lead is not None and not is_label(lead.label) and is_paper(lead.url) and not lead.rest.strip()[:1].isalnum()


def _width(indent: str) -> int:
    return len(indent.expandtabs(4))


def _opens(text: str, line: str, below: Sequence[str]) -> bool:
    """Whether an item has a link and a title, or its link in the lines that continue it: on a line of its own, at the
    end of a title wrapped over two, or below a bold title."""
    if len(text) > _LONGEST:
        return False
    if not may_link(text):
        if not below or not any(map(may_link, below)):
            return False
        if text.startswith("**") and not _ITEM.match(below[0]):
            return read_item(text).title is not None
        if not may_link(below[0]) or _indent(below[0]) <= _indent(line):
            return False
        text, taken = _opening(text, below)
        if not taken:
            return is_link_line(below[0])
    piece = read_item(text)
    return piece.title is not None and (piece.url is not None or bool(piece.links))


def _opening(text: str, below: Sequence[str]) -> tuple[str, int]:
    """An item's text with the lines that end its title and hold its links, where it has none, and how many they are."""
    if may_link(text) or text.startswith("**"):
        return text, 0
    taken = 0
    for line in below:
        if _ITEM.match(line) or len(line) > _LONGEST or not (may_link(line) and (not taken or is_link_line(line))):
            break
        text = f"{text} {line.strip()}"
        taken += 1
    return text, taken


def _indent(line: str) -> int:
    return _width(line[: len(line) - len(line.lstrip())])


def _entries(source: Document) -> list[list[int]]:
    """The lines of every entry. What is indented below an item, or continues its line, belongs to it; so does a
    paragraph between two items of a list. An item of the same kind without a link is an entry among others, unless
    such are nested in it."""
    items = _items(source)
    item_at = {item.line: item for item in items}
    nests = {above.line for above, below in pairwise(items) if below.opens and below.indent > above.indent}
    stops = {heading.line for heading in headings(source)}
    entries: list[list[int]] = []
    current: _Item | None = None
    pending: list[int] = []
    for index in source.filled[front_matter(source) :]:
        item = item_at.get(index)
        if item and current and not item.opens and item.numbered != current.numbered:
            item = None  # `- task: …` below `34. Title`, whether indented or not
        if index in stops:
            current, pending = None, []
        elif item and (current is None or item.indent <= current.indent):
            if item.opens or (current and item.line not in nests and item.indent == current.indent):
                if current:
                    entries[-1] += pending
                entries.append([index])
                current = item
            else:
                current = None
            pending = []
        elif current:
            line = source.lines[index]
            belongs = _indent(line) > current.indent or (entries[-1][-1] == index - 1 and not is_rule(line))
            if belongs and not pending:
                entries[-1].append(index)
            else:
                pending.append(index)
    return entries


def _read(source: Document, lines: Sequence[int]) -> Draft:
    draft = Draft(first=lines[0], last=lines[-1])
    match = _ITEM.match(source.lines[lines[0]])
    text = match["text"] if match else source.lines[lines[0]].strip()
    text, taken = _opening(text, source.lines[lines[0] + 1 : lines[-1] + 1])
    text, draft.tags = closing_tags(text)
    piece = read_item(text)
    draft.title, draft.authors, draft.links = piece.title, piece.authors, piece.links
    if url := piece.url or own_url(piece.links):
        draft.urls.append(url)
    below = source.lines[lines[0] + 1 + taken : lines[-1] + 1]
    read_block(draft, [piece.text, *_dedented(below)] if piece.text else _dedented(below))
    return draft


def _dedented(lines: Sequence[str]) -> list[str]:
    indent = min((len(line) - len(line.lstrip()) for line in lines if line.strip()), default=0)
    return [line[indent:] for line in lines]
