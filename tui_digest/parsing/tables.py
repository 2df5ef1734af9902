"""Tables: which lines lay them out, which columns they have, and the paper that a row tells of."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tui_digest.models import Link
from tui_digest.parsing.authors import authors_in
from tui_digest.parsing.days import day_said
from tui_digest.parsing.drafts import Draft
from tui_digest.parsing.items import read_item
from tui_digest.parsing.labels import Label, field_of
from tui_digest.parsing.lines import is_badge, names_paper, own_url, tag_words, votes_in
from tui_digest.parsing.links import find_links, is_paper, is_paper_page, links_in
from tui_digest.parsing.markdown import has_words, headings, is_label, plain, readable, tidy_links, unfenced
from tui_digest.parsing.title_ends import has_stars
from tui_digest.text.patterns import regex

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tui_digest.parsing.source_text import SourceText

_LONGEST_SAID = 60
_RULE_MARKS = frozenset("|-: \t+=")
_APART = " ,;:/·<>()[]|"
_BORDER = regex(r"(?<!\\)\|")
_EMPTY = regex(r"\W*(?::heavy_minus_sign:|null|none|n/?a|tba|tbd|없음|无|なし|未公開)?\W*$", re.IGNORECASE)
_NO_MEETING = regex(
    r"\W*(?:(?:tb[acd]|to be (?:announced|determined|decided|confirmed)|n/?a|no (?:meeting|class|seminar|reading|paper)"
    r"|cancell?ed|skipped|(?:\w+ )?(?:break|holidays?|vacation))\b"
    r"|휴강|휴일|공휴일|방학|미정|추후\s?공지|모임\s?없음|休講|未定|休み|待定|停课|放假).{0,40}$",
    re.IGNORECASE,
)
"""What stands in a schedule where no paper is read."""
_OWN_NAMES = frozenset(
    "paper papers title titles name model work reading readings article articles"
    " 논문 제목 논문명 标题 論文 タイトル 论文 题目 題目".split()
)


@dataclass(slots=True)
class Table:
    """A table's columns, and its rows: each the lines it takes."""

    heads: list[str]
    rows: list[list[int]] = field(default_factory=list)

    @property
    def names_papers(self) -> bool:
        """Whether a column is headed paper or title."""
        return any(_is_own(head) for head in self.heads)


def is_table_rule(line: str) -> bool:
    """Whether a line is the one that makes the line above the heads of a table."""
    return "-" in line and "|" in line and set(line) <= _RULE_MARKS


def tables_in(source: SourceText) -> tuple[list[Table], set[int]]:
    """The tables of a text, and the lines that only lay them out."""
    tables: list[Table] = []
    layout: set[int] = set()
    places = unfenced(source)
    every = {heading.line for heading in headings(source)}
    table: Table | None = None
    open_row = False
    for place, index in enumerate(places):
        line = source.lines[index]
        below = source.lines[places[place + 1]] if place + 1 < len(places) else ""
        follows = place > 0 and places[place - 1] == index - 1
        if index in every:
            table, open_row = None, False
        elif is_table_rule(line):
            layout.add(index)
            table = table or Table([])
            if not tables or tables[-1] is not table:
                tables.append(table)
        elif is_table_rule(below) and "|" in line:
            table, open_row = Table(_fitted(_cells(line), 0)), False
            tables.append(table)
            layout.add(index)
        elif table is not None and (line.lstrip()[:1] == "|" or (follows and not open_row and " | " in line)):
            if has_words(line):
                table.rows.append([index])
                open_row = not line.rstrip().endswith("|")
            else:
                layout.add(index)
        elif table is not None and follows and open_row:
            table.rows[-1].append(index)
            open_row = not line.rstrip().endswith("|")
        else:
            open_row = False
    return tables, layout


def _cells(line: str) -> list[str]:
    """The cells of a row; `\\|` is no border."""
    return [cell.replace("\\|", "|") for cell in _BORDER.split(line.strip().removeprefix("|"))]


def _fitted(cells: list[str], columns: int) -> list[str]:
    """As many cells as columns: a border too many was part of the text, for the links stand last."""
    while len(cells) > max(columns, 1) and not cells[-1].strip():
        del cells[-1]
    if columns == 2 < len(cells):
        cells = ["|".join(cells[:-1]), cells[-1]]
    return [cell.strip() for cell in cells]


def read_row(source: SourceText, heads: Sequence[str], row: Sequence[int]) -> Draft:
    """The paper that a row tells of, by the heads of its columns."""
    draft = Draft(first=row[0], last=row[-1])
    cells = _fitted(_cells(" ".join(source.lines[index].strip() for index in row)), len(heads))
    roles = _roles(heads, cells)
    own = next((place for place, role in enumerate(roles) if role is Label.TITLE), 0)
    piece = read_item(cells[own])
    draft.title, draft.authors, draft.date = piece.title, piece.authors, piece.date
    links: list[Link] = []
    texts = [piece.text]
    told: list[tuple[int, Link]] = []
    for place, (cell, role) in enumerate(zip(cells, roles, strict=True)):
        if place != own and not _is_empty(cell):
            before = len(links)
            texts += _read_cell(draft, links, cell, role, heads[place] if place < len(heads) else "")
            if place < len(heads) and _heads_paper(heads[place]):
                told += [(place, link) for link in links[before:]]
    headed = next((link.url for place, link in told if roles[place] is Label.LINK and not is_badge(link.url)), None)
    links += piece.links
    if headed and not (piece.url and is_paper(piece.url)):
        draft.urls.append(headed)
        links += [Link(piece.url)] if piece.url else []
    elif piece.url:
        draft.urls.append(piece.url)
    elif beside := next((link.url for link in piece.links if is_paper_page(link.url)), None):
        draft.urls.append(beside)  # slides in another column are not the paper
    else:
        apart = [link for link in links if not is_badge(link.url)]
        if url := own_url(apart or [link for text in texts for link in links_in(text)]):
            draft.urls.append(url)
    draft.links = links
    draft.commentary = [line for text in texts for line in _lines_of(text)]
    return draft


def is_no_meeting(said: str) -> bool:
    """Whether a title or a cell only says that no paper is read on a day, or none is known yet."""
    return len(said) < _LONGEST_SAID and _NO_MEETING.match(said) is not None


def leaves_out(line: str) -> bool:
    """Whether a row has such a cell."""
    return any(is_no_meeting(cell.strip()) for cell in line.split("|") if cell.strip())


def _is_empty(cell: str) -> bool:
    return not cell or (len(cell) < 40 and _EMPTY.match(cell) is not None and not has_stars(cell))


def _is_own(head: str) -> bool:
    name = plain(head).casefold().strip(" .:：")
    return field_of(name) is Label.TITLE or name in _OWN_NAMES


def _roles(heads: Sequence[str], cells: Sequence[str]) -> list[Label | None]:
    """What each cell is. Of `| Title | Paper |` the column of words is the paper, the other one its link."""
    roles = [field_of(plain(heads[place])) if place < len(heads) else None for place, _ in enumerate(cells)]
    own = [place for place, _ in enumerate(cells) if place < len(heads) and _is_own(heads[place])]
    if own:
        chosen = next((place for place in own if not _is_links(cells[place]) and not _is_empty(cells[place])), own[0])
        roles = [Label.LINK if place in own and place != chosen else role for place, role in enumerate(roles)]
    else:
        free = [place for place, role in enumerate(roles) if role is None and not cells[place].isdigit()]
        linked = (place for place in free if "](" in cells[place] and not _is_links(cells[place]))
        chosen = next(linked, free[0] if free else 0)
        if heads and free and free[0] != chosen and not any(map(_names_something, heads[: free[0] + 1])):
            chosen = free[0]
    roles[chosen] = Label.TITLE
    return roles


def _heads_paper(head: str) -> bool:
    """Whether a column is headed as that of the papers' own pages."""
    return names_paper(plain(head)) or plain(head).casefold().strip() in ("pdf", "arxiv", "doi")


def _names_something(head: str) -> bool:
    return has_words(head)


def _is_links(cell: str) -> bool:
    cell = tidy_links(cell)
    position, beside = 0, ""
    for each in find_links(cell):
        if each.link.label is not None and not is_label(each.link.label):
            return False
        beside, position = f"{beside} {cell[position : each.start]}", each.end
    words = f"{beside} {cell[position:]}".strip(_APART)
    return position > 0 and (not has_words(words) or is_label(words))


def _read_cell(draft: Draft, links: list[Link], cell: str, role: Label | None, head: str) -> list[str]:
    """Fills in what a cell beside the paper's says; what of it is text."""
    head = plain(head)
    if role is Label.NUMBER and not links_in(cell):
        return []
    if role is Label.AUTHORS and not draft.authors:
        draft.authors = authors_in(cell)
        return []
    if role is Label.VOTES and (votes := votes_in(cell)) is not None:
        draft.votes = votes
        return []
    if role is Label.DATE and (day := day_said(plain(cell))):
        draft.date = draft.date or day
        return [] if day_said(plain(cell), whole=True) else [f"{head}: {plain(cell)}"]
    if role in (Label.TAGS, Label.CATEGORIES) and not links_in(cell):
        draft.tags += tag_words(plain(cell))
        return []
    if role is Label.ABSTRACT and not draft.abstract and not links_in(cell):
        draft.abstract = _lines_of(cell)
        return []
    if role is Label.SUMMARY:
        return [cell]
    left = []
    position = 0
    cell = " ".join(readable([tidy_links(cell)]))
    for found in find_links(cell):
        between = cell[position : found.start]
        named = found.link.label
        if named is None and is_label(words := between.strip(_APART)):  # `Paper: URL`
            named, between = words, ""
        generic = named is None or named.lower() in ("link", "url", "링크", "链接", "リンク", "here")
        takes_head = bool(head) and (
            generic or (role is Label.LINK and not is_label(named) and is_paper(found.link.url))
        )
        links.append(Link(found.link.url, head if takes_head else named))
        left.append(between)
        position = found.end
    said = "".join([*left, cell[position:]])
    rest = " ".join((said.strip(_APART) if position else said).split())
    if _is_empty(rest) or not (has_words(rest) or has_stars(rest)):
        return []
    return [f"{head}: {rest}" if head else rest]


def _lines_of(text: str) -> list[str]:
    """The lines of a cell: `<br>` and `●` begin new ones, and spaces only lay it out."""
    lines = (" ".join(line.split()) for line in readable(text.replace("●", "\n●").split("\n")))
    return [line for line in lines if line]
