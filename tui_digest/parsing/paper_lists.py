"""Lists of papers: an item a paper, `- [Title](URL) — comment`, with nested items that belong to it; so are citations
behind `[1]` without a list mark."""

from __future__ import annotations

from bisect import bisect_left
from itertools import pairwise, takewhile
from typing import TYPE_CHECKING

from tui_digest.parsing.authors import people
from tui_digest.parsing.dates import file_date
from tui_digest.parsing.drafts import Draft
from tui_digest.parsing.fields import read_block
from tui_digest.parsing.item_runs import Item, bare_runs, indent_of, with_addresses
from tui_digest.parsing.items import cites, read_item
from tui_digest.parsing.labels import Label, labelled
from tui_digest.parsing.lines import is_link_line, is_rule, own_url, same_said
from tui_digest.parsing.links import is_paper, is_paper_page, links_in, may_link
from tui_digest.parsing.markdown import is_label, leading_link, unfenced, unfenced_beginning
from tui_digest.parsing.numbering import SIGNS, SIGNS_BEGIN
from tui_digest.parsing.tags import closing_tags
from tui_digest.text.patterns import regex

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from tui_digest.parsing.item_read import ItemRead
    from tui_digest.parsing.source_text import SourceText

_ITEM = regex(
    r"(?P<indent>[ \t]*)(?:"
    r"(?:[-*+•◦▪‣·]|\d{1,4}\\?[.)]|\(\d{1,3}\)|\(?[가나다라마바사아자차카타파하][.)]|[IVX]{1,5}\)"
    r"|(?P<cite>(?P<bold>\*\*)?\[\d{1,4}\](?(bold)\*\*)))[ \t]+"
    rf"|(?:(?:\d\ufe0f?\u20e3){{1,3}}|[{SIGNS}])[ \t]*)"
    r"(?P<text>\S.*)$"
)
_YEAR_BEHIND = regex(r"[\s,]*\(?(?P<year>(?:19|20)\d{2}[a-z]?)\)?$")
_LONGEST = 20_000
_LONGEST_TITLE = 400
_FEW = 2
_SHORT = 40
_MOST_WRAPPED = 4
_NARROWEST_PAGE = 66
"""A line that is shorter even with the next word was not wrapped."""
_MARKS = frozenset("-*+•◦▪‣·0123456789[ \t(가나다라마바사아자차카타파하IVX") | SIGNS_BEGIN
_ALWAYS_FIELDS = frozenset(Label) - {Label.LINK, Label.CODE, Label.VENUE, Label.SCORE, Label.TITLE, Label.NUMBER}


def items_in(source: SourceText) -> list[Item]:
    """The list items of a text, in order."""
    if (known := source.memo.get("items")) is not None:
        found: list[Item] = known
        return found
    places, lines = unfenced(source), source.lines
    found = []
    for index in unfenced_beginning(source, _MARKS):
        line = lines[index]
        if line[0] == "[" and _is_bare_item(line):
            found.append(Item(index, 0, line, False, True))
            continue
        if not (match := _ITEM.match(line)) or is_rule(line):
            continue
        text = match["text"]
        if match["cite"] and not _is_cited(text):
            continue
        place = bisect_left(places, index)
        below = _below(source, places[place : place + 2 + _MOST_WRAPPED], line)
        opens = _opens(text, line, below) or (bool(match["cite"]) and _is_whole_citation(text))
        if match["cite"] and not opens:
            continue
        found.append(Item(index, _width(match["indent"]), text, match[0].lstrip()[0] not in "-*+•◦▪‣·", opens))
    dated = file_date(source.stem)
    if not (dated and dated[1]):  # a note's lines are its text
        found = with_addresses(source, found)
        found += bare_runs(source, places, {item.line for item in found})
    found.sort()
    source.memo["items"] = found
    return found


def _below(source: SourceText, places: Sequence[int], line: str) -> list[str]:
    """The next lines that go on with an item: directly below it, or indented behind a blank line."""
    kept: list[str] = []
    for above, each in pairwise(places):
        if each != above + 1 and indent_of(source.lines[each]) <= indent_of(line):
            break
        kept.append(source.lines[each])
    return kept


def _is_whole_citation(text: str) -> bool:
    """Whether names and a title stand in a citation, so that it needs no link."""
    piece = read_item(text) if len(text) < _LONGEST_TITLE * 3 else None
    return piece is not None and piece.title is not None and bool(piece.authors)


def _is_cited(text: str) -> bool:
    """Whether what stands behind `[1]` is more than an address or a lone word."""
    return len(text) > 20 and " " in text


def _is_bare_item(line: str) -> bool:
    """Whether a line without a mark is a paper: it begins with a link to one, and not with a sentence about it."""
    lead = leading_link(line) if len(line) <= _LONGEST else None
    if lead is None or is_label(lead.label) or lead.rest.strip()[:1].isalnum():
        return False
    return is_paper(lead.url) or (is_paper_page(lead.url) and len(lead.label.split()) > _FEW and not lead.rest.strip())


def _width(indent: str) -> int:
    return len(indent.expandtabs(4))


def is_field_item(text: str) -> bool:
    """Whether an item is a labelled line about a paper and not one itself: `Code: [here](…)`, `要約: …`."""
    found = labelled(text)
    if found is None or found.field is None:
        return False
    return found.field in _ALWAYS_FIELDS or not may_link(found.value) or found.value.lstrip("*_ `(<")[:1] in ("[", "h")


def _opens(text: str, line: str, below: Sequence[str]) -> bool:
    """Whether an item has a link and a title, or its link in the lines that continue it: on a line of its own, at the
    end of a title wrapped over two, or below a bold title."""
    if len(text) > _LONGEST or is_field_item(text):
        return False
    if not may_link(text):
        if _wrapped(text, line, below):
            return True
        below = below[:_FEW]
        if below and _is_told(text, line, below):
            return True
        if not below or not any(map(may_link, below)):
            return False
        if text.startswith("**") and not _ITEM.match(below[0]):
            return read_item(text).title is not None
        if not _goes_on(text, below[0]) and (not may_link(below[0]) or indent_of(below[0]) <= indent_of(line)):
            return False
        text, taken = _opening(text, below)
        if not taken:
            return is_link_line(below[0])
    piece = read_item(text)
    led = piece.url is not None or bool(piece.links) or _leads_to_paper(piece.text)
    return piece.title is not None and led


def _wrapped(text: str, line: str, below: Sequence[str]) -> tuple[str, int] | None:
    """The text of an item whose title and names were wrapped at the width of a page, up to the address behind them, and
    how many lines below it that takes; None for any other item. `line` is its first line."""
    above, taken = line, 0
    for each in below[:_MOST_WRAPPED]:
        said = each.strip()
        if not said or _ITEM.match(each) or indent_of(each) <= indent_of(line) or labelled(each):
            return None
        full = len(above.rstrip()) + len(said.split(None, 1)[0]) >= _NARROWEST_PAGE
        if not full and text.count("(") <= text.count(")") and not (taken and is_link_line(each)):
            return None
        text, above, taken = f"{text} {said}", each, taken + 1
        if may_link(each):
            piece = read_item(text)
            own = piece.title is not None and any(
                link.label is None and is_paper_page(link.url) for link in piece.links
            )
            return (text, taken) if own else None
    return None


def _is_told(text: str, line: str, below: Sequence[str]) -> bool:
    """Whether below a title without a link stand the labelled lines of a paper, or a line and then its address."""
    if len(text.split()) < _FEW or indent_of(below[0]) <= indent_of(line) or text.rstrip()[-1:] in ".。:：?":
        return False
    if len(below) > 1 and not may_link(below[0]) and may_link(below[1]) and not _ITEM.match(below[0]):
        return is_link_line(below[1]) and any(is_paper_page(link.url) for link in links_in(below[1]))
    said = [found.field for each in takewhile(_is_no_other, below) if (found := labelled(each)) is not None]
    return Label.AUTHORS in said or (Label.LINK in said and any(map(may_link, below)))


def _is_no_other(line: str) -> bool:
    """Whether a line is no item of another paper: it has no mark, or a label behind it."""
    return not _ITEM.match(line) or ((found := labelled(line)) is not None and found.field is not None)


def _leads_to_paper(text: str) -> bool:
    """Whether a comment holds a link to a paper whose label says so or is the address itself."""
    return may_link(text) and any(
        is_paper_page(link.url) and (link.label is None or is_label(link.label)) for link in links_in(text)
    )


def _opening(text: str, below: Sequence[str]) -> tuple[str, int]:
    """An item's text with the lines that end its title and hold its links, where it has none, and how many they are."""
    if may_link(text) or (text.startswith("**") and text.count("**") % 2 == 0):
        return text, 0
    taken = 0
    if below and not may_link(below[0]) and _goes_on(text, below[0]):
        text, taken, below = f"{text} {below[0].strip()}", 1, below[1:]
    for line in below:
        linked = may_link(line) and (not taken or is_link_line(line)) and not _is_property(line)
        if _ITEM.match(line) or len(line) > _LONGEST or not (linked or (not taken and _goes_on(text, line))):
            break
        text = f"{text} {line.strip()}"
        taken += 1
    return text, taken


def _is_property(line: str) -> bool:
    """Whether a line is a property of its item, as outliners have it: `url:: …`."""
    return ":: " in line and (found := labelled(line)) is not None and found.field is not None


def _goes_on(text: str, below: str) -> bool:
    """Whether a title is wrapped: a quote or a bold text is still open, or the next line begins in small letters."""
    if _ITEM.match(below) or not below.strip() or len(text) > _LONGEST_TITLE:
        return False
    if _is_property(below):
        return False
    return text.count('"') % 2 == 1 or text.count("**") % 2 == 1 or (below.strip()[0].islower() and may_link(below))


def listed(source: SourceText, filled: Sequence[int], stops: Collection[int]) -> list[list[int]]:
    """The lines of every entry among these. What is indented below an item, or continues its line, belongs to it; so
    does a paragraph between two items of a list. An item of the same kind without a link is an entry among others,
    unless such are nested in it, or it is a labelled line."""
    items = items_in(source)
    item_at = {item.line: item for item in items}
    nests = {above.line for above, below in pairwise(items) if below.opens and below.indent > above.indent}
    entries: list[list[int]] = []
    current: Item | None = None
    pending: list[int] = []
    most = 0  # paragraphs between items without a mark, which stand below the upper one
    for index in filled:
        item = item_at.get(index)
        if item and current and not item.opens and item.numbered != current.numbered:
            item = None  # `- task: …` below `34. Title`, whether indented or not
        if index in stops:
            _end_bare(source, entries, current, pending, most)
            current, pending = None, []
        elif item and (current is None or item.indent <= current.indent):
            among = current and item.line not in nests and item.indent == current.indent
            if item.opens or (among and not is_field_item(item.text)):
                if current:
                    entries[-1] += pending
                    most = max(most, len(_paragraphs(pending))) if _is_unmarked(source, current) else most
                entries.append([index])
                current = item
            elif among:
                entries[-1] += [*pending, index]
            else:
                current = None
            pending = []
        elif item and current and item.opens and _is_own_paper(item):
            entries.append([index])
            current, pending = item, []
        elif current:
            line = source.lines[index]
            belongs = indent_of(line) > current.indent or (entries[-1][-1] == index - 1 and not is_rule(line))
            if belongs and not pending:
                entries[-1].append(index)
            else:
                pending.append(index)
    _end_bare(source, entries, current, pending, most)
    return entries


def _end_bare(
    source: SourceText, entries: list[list[int]], current: Item | None, pending: Sequence[int], most: int
) -> None:
    """Gives the last item without a mark as many of the paragraphs below it as another one of its kind has."""
    if current and pending and most and _is_unmarked(source, current):
        entries[-1] += [index for part in _paragraphs(pending)[:most] for index in part]


def _is_unmarked(source: SourceText, item: Item) -> bool:
    return source.lines[item.line].startswith(item.text)


def _paragraphs(lines: Sequence[int]) -> list[list[int]]:
    found: list[list[int]] = []
    for index in lines:
        if found and found[-1][-1] == index - 1:
            found[-1].append(index)
        else:
            found.append([index])
    return found


def _is_own_paper(item: Item) -> bool:
    """Whether an item nested in a paper is one of its own: it begins with a link to a paper, by its title."""
    lead = leading_link(item.text)
    return lead is not None and not is_label(lead.label) and is_paper(lead.url) and len(lead.label.split()) > 2


def read_listed(source: SourceText, lines: Sequence[int]) -> Draft:
    """The entry of these lines, which an item begins."""
    match = _ITEM.match(source.lines[lines[0]])
    text = match["text"] if match else source.lines[lines[0]].strip()
    below = source.lines[lines[0] + 1 : lines[-1] + 1]
    wrapped = None if may_link(text) else _wrapped(text, source.lines[lines[0]], below)
    text, taken = wrapped or _opening(text, below)
    return draft_of_item(text, lines[0], source.lines[lines[0] + 1 + taken : lines[-1] + 1], lines[-1])


def draft_of_item(text: str, first: int, below: Sequence[str] = (), last: int | None = None) -> Draft:
    """The paper that the text of an item tells of, and the lines that stand below it."""
    draft = Draft(first, first if last is None else last)
    text, draft.tags = closing_tags(text)
    piece = read_item(text)
    draft.title, draft.authors, draft.links, draft.date = piece.title, piece.authors, piece.links, piece.date
    draft.votes = piece.votes
    if url := piece.url or own_url(piece.links):
        draft.urls.append(url)
    said = piece.text if piece.url else _with_label(draft, piece)
    read_block(draft, [said, *_dedented(below)] if said else _dedented(below))
    return draft


def _with_label(draft: Draft, piece: ItemRead) -> str:
    """The comment of an item, with what its own link is called where that is no label: it is shown nowhere else."""
    label = next((link.label for link in piece.links if link.url in draft.urls), None)
    if not label or is_label(label) or same_said(label, draft.urls[0]) or label in (piece.title or ""):
        return piece.text
    if not draft.authors and cites(label) and (names := people(_YEAR_BEHIND.sub("", label))):
        draft.authors = names
        return (
            f"({year[0].strip(' ,()')}) {piece.text}".rstrip() if (year := _YEAR_BEHIND.search(label)) else piece.text
        )
    return f"{label}: {piece.text}" if piece.text else label


def _dedented(lines: Sequence[str]) -> list[str]:
    indent = min((len(line) - len(line.lstrip()) for line in lines if line.strip()), default=0)
    return [line[indent:] for line in lines]
