"""Lists of papers: an item a paper, `- [Title](URL) — comment`, with nested items that belong to it; so are citations
behind `[1]` without a list mark."""

from __future__ import annotations

from bisect import bisect_left
from itertools import pairwise, takewhile
from typing import TYPE_CHECKING, NamedTuple

from tui_digest.parsing.authors import people
from tui_digest.parsing.dates import file_date
from tui_digest.parsing.drafts import Draft
from tui_digest.parsing.fields import read_block
from tui_digest.parsing.items import cites, read_item, without_task
from tui_digest.parsing.labels import Label, labelled
from tui_digest.parsing.lines import is_link_line, is_rule, own_url, same_said
from tui_digest.parsing.links import find_links, is_paper, is_paper_page, links_in, may_link
from tui_digest.parsing.markdown import BOLD_LEVEL, has_words, headings, is_label, leading_link, tidy_links, unfenced
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
_MARKS = frozenset("-*+•◦▪‣·0123456789[ \t(가나다라마바사아자차카타파하IVX") | SIGNS_BEGIN
_ALWAYS_FIELDS = frozenset(Label) - {Label.LINK, Label.CODE, Label.VENUE, Label.SCORE, Label.TITLE, Label.NUMBER}


class Item(NamedTuple):
    """A list item, or a line that is read as one."""

    line: int
    indent: int
    text: str
    numbered: bool
    opens: bool
    """Whether it is a paper by itself: it has a title and a link."""


def items_in(source: SourceText) -> list[Item]:
    """The list items of a text, in order."""
    if (known := source.memo.get("items")) is not None:
        found: list[Item] = known
        return found
    places, lines = unfenced(source), source.lines
    marked = () if _MARKS.isdisjoint(source.begins) else enumerate(places)
    found = []
    for place, index in [(place, index) for place, index in marked if lines[index][0] in _MARKS]:
        line = lines[index]
        if line[0] == "[" and _is_bare_item(line):
            found.append(Item(index, 0, line, False, True))
            continue
        if not (match := _ITEM.match(line)) or is_rule(line):
            continue
        text = match["text"]
        if match["cite"] and not _is_cited(text):
            continue
        below = _below(source, places[place : place + 3], line)
        opens = _opens(text, line, below) or (bool(match["cite"]) and _is_whole_citation(text))
        if match["cite"] and not opens:
            continue
        found.append(Item(index, _width(match["indent"]), text, match[0].lstrip()[0] not in "-*+•◦▪‣·", opens))
    dated = file_date(source.stem)
    if not (dated and dated[1]):  # a note's lines are its text
        found = _with_addresses(source, found)
        found += _bare_runs(source, places, {item.line for item in found})
    found.sort()
    source.memo["items"] = found
    return found


def _with_addresses(source: SourceText, found: list[Item]) -> list[Item]:
    """The items; those that begin with the address of a paper, two or more of one list, are papers by themselves, and
    so is one alone below a heading like theirs. Where the first has no words behind it but others have, these are
    beside it."""
    led = {item.line: _behind_paper(item.text) for item in found if not item.opens and _begins_with_paper(item.text)}
    if len(led) < _FEW:
        return found
    known = [each for each in headings(source) if each.level < BOLD_LEVEL]
    headed = [each.line for each in known]
    runs: list[list[Item]] = []
    for item in found:
        run = runs[-1] if runs else []
        if run and _is_one_list(source, run, item, headed):
            if item.indent > run[0].indent:
                continue
            if item.line in led:
                run.append(item)
                continue
        runs.append([item] if item.line in led else [])
    several = [run for run in runs if len(run) > 1 and (led[run[0].line] or not any(led[item.line] for item in run))]
    levels = {known[place - 1].level for run in several if (place := bisect_left(headed, run[0].line))}
    several += [
        run
        for run in runs
        if len(run) == 1
        and (place := bisect_left(headed, run[0].line))
        and known[place - 1].level in levels
        and not any(map(str.strip, source.lines[headed[place - 1] + 1 : run[0].line]))
    ]
    opens = {item.line for run in several for item in run}
    return [item._replace(opens=True) if item.line in opens else item for item in found]


def _behind_paper(text: str) -> bool:
    """Whether words, and not only tags, stand behind the address that begins an item."""
    text = closing_tags(text)[0]
    found = next(find_links(text), None)
    return found is not None and has_words(text[found.end :])


def _is_one_list(source: SourceText, run: Sequence[Item], item: Item, headed: Sequence[int]) -> bool:
    """Whether an item goes on with a list: between them stands nothing but what is indented."""
    if item.indent < run[0].indent or bisect_left(headed, item.line) != bisect_left(headed, run[0].line):
        return False
    between = source.lines[run[-1].line + 1 : item.line]
    return all(not line.strip() or _indent(line) > run[0].indent for line in between)


def _begins_with_paper(text: str) -> bool:
    if not may_link(text):
        return False
    text = without_task(tidy_links(text))
    found = next(find_links(text), None)
    return found is not None and not found.start and found.link.label is None and is_paper_page(found.link.url)


def _bare_runs(source: SourceText, places: Sequence[int], taken: Collection[int]) -> list[Item]:
    """The lines of paragraphs without marks in which every line, two or more, is a title and ends with links to its
    paper."""
    found: list[Item] = []
    run: list[int] = []
    sound = True
    headed = {line for each in headings(source) if each.level < BOLD_LEVEL for line in each.places}
    places = [index for index in places if index not in headed]
    for above, index in pairwise([-2, *places, len(source.lines) + 2]):
        if index != above + 1:
            if sound and len(run) > 1:
                found += [Item(line, 0, source.lines[line].strip(), False, True) for line in run]
            run, sound = [], True
        if index < len(source.lines):
            sound = sound and index not in taken and _is_bare_paper(source.lines[index])
            run.append(index)
    return found


def _is_bare_paper(line: str) -> bool:
    """Whether a line without a mark is a title that ends with links to its paper."""
    if not may_link(line) or len(line) > _LONGEST_TITLE * 2 or line[0] in "#|>-*+[" or line.rstrip()[-1:] in ".。":
        return False
    if not any(is_paper_page(link.url) for link in links_in(line)):  # most lines of a post
        return False
    piece = read_item(line)
    led = any(is_paper_page(link.url) for link in piece.links)
    return piece.title is not None and led and len(piece.text) < _SHORT


def _below(source: SourceText, places: Sequence[int], line: str) -> list[str]:
    """The two lines that go on with an item: directly below it, or indented behind a blank line."""
    kept: list[str] = []
    for above, each in pairwise(places):
        if each != above + 1 and _indent(source.lines[each]) <= _indent(line):
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
    return lead is not None and not is_label(lead.label) and is_paper(lead.url) and not lead.rest.strip()[:1].isalnum()


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
        if below and _is_told(text, line, below):
            return True
        if not below or not any(map(may_link, below)):
            return False
        if text.startswith("**") and not _ITEM.match(below[0]):
            return read_item(text).title is not None
        if not _goes_on(text, below[0]) and (not may_link(below[0]) or _indent(below[0]) <= _indent(line)):
            return False
        text, taken = _opening(text, below)
        if not taken:
            return is_link_line(below[0])
    piece = read_item(text)
    led = piece.url is not None or bool(piece.links) or _leads_to_paper(piece.text)
    return piece.title is not None and led


def _is_told(text: str, line: str, below: Sequence[str]) -> bool:
    """Whether below a title without a link stand the labelled lines of a paper, or a line and then its address."""
    if len(text.split()) < _FEW or _indent(below[0]) <= _indent(line) or text.rstrip()[-1:] in ".。:：?":
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


def _indent(line: str) -> int:
    return _width(line[: len(line) - len(line.lstrip())])


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
    for index in filled:
        item = item_at.get(index)
        if item and current and not item.opens and item.numbered != current.numbered:
            item = None  # `- task: …` below `34. Title`, whether indented or not
        if index in stops:
            current, pending = None, []
        elif item and (current is None or item.indent <= current.indent):
            among = current and item.line not in nests and item.indent == current.indent
            if item.opens or (among and not is_field_item(item.text)):
                if current:
                    entries[-1] += pending
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
            belongs = _indent(line) > current.indent or (entries[-1][-1] == index - 1 and not is_rule(line))
            if belongs and not pending:
                entries[-1].append(index)
            else:
                pending.append(index)
    return entries


def _is_own_paper(item: Item) -> bool:
    """Whether an item nested in a paper is one of its own: it begins with a link to a paper, by its title."""
    lead = leading_link(item.text)
    return lead is not None and not is_label(lead.label) and is_paper(lead.url) and len(lead.label.split()) > 2


def read_listed(source: SourceText, lines: Sequence[int]) -> Draft:
    """The entry of these lines, which an item begins."""
    match = _ITEM.match(source.lines[lines[0]])
    text = match["text"] if match else source.lines[lines[0]].strip()
    text, taken = _opening(text, source.lines[lines[0] + 1 : lines[-1] + 1])
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
