"""Shape 5, weekly tables: a heading that names a week, then a table with a paper a row; mostly several weeks a file."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tui_digest.models import Link, ParsedDigest
from tui_digest.parsing.dates import file_date
from tui_digest.parsing.entries import Draft
from tui_digest.parsing.fields import author_list, votes_in
from tui_digest.parsing.items import own_url, read_item
from tui_digest.parsing.links import find_links, links_in, url_line
from tui_digest.parsing.markdown import has_words, headings, is_label, plain, readable, tidy_links, unfenced
from tui_digest.parsing.sections import dated, digest_of, is_contents, parts_at
from tui_digest.parsing.tags import tag_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tui_digest.parsing.document import Document
    from tui_digest.parsing.markdown import Heading
    from tui_digest.parsing.periods import Named

SHAPE = "weekly-table"
_RULE_MARKS = frozenset("|-: \t")
_NO_PROSE = frozenset("|#<!>{")
_APART = " ,;:/·<>()[]|"
_BORDER = re.compile(r"(?<!\\)\|")
_ROLES = {
    "paper": "paper papers title name model work 논문 제목 논문명",
    "links": "link links url urls resources 링크 주소",
    "authors": "author authors 저자",
    "votes": "vote votes upvote upvotes likes 추천 추천수 투표",
    "tags": "tag tags keyword keywords category topic topics 태그 키워드 분류",
    "number": "# no no. num rank 번호 순위",
    "text": "summary comment comments description notes note tldr tl;dr abstract 요약 설명 코멘트 내용 한줄평 소개",
}
_ROLE_OF = {word: role for role, words in _ROLES.items() for word in words.split()}


@dataclass(slots=True)
class _Table:
    """A table's columns, and its rows: each the lines it takes."""

    heads: list[str]
    rows: list[list[int]] = field(default_factory=list)


def is_weekly_table(source: Document) -> bool:
    """Whether a heading that names days stands above a table, or a table of linked papers is most of the text, by its
    column heads or in a file of a day."""
    if source.part is not None:
        return source.part.shape == SHAPE
    if "|" not in source.text or "-" not in source.text:
        return False
    return bool(_heads(source)) or _is_bare_table(source)


def parts(source: Document) -> list[Document]:
    """A digest a week, or a day that heads tables under headings of their own."""
    heads = _heads(source)
    if not heads:
        last = max((row[0] for table in _tables(source)[0] for row in table.rows), default=-1)
        heads = [pair for pair in dated(headings(source)) if pair[0].line < last]
    return parts_at(source, heads, SHAPE)


def parse_weekly_table(source: Document) -> ParsedDigest:
    """The rows of all tables of the week, in order."""
    tables, layout = _tables(source)
    drafts = [draft for table in tables for row in table.rows if (draft := _read_row(source, table.heads, row))]
    return digest_of(source, SHAPE, drafts, layout)


def paper_rows(source: Document) -> tuple[list[Draft], set[int]]:
    """The papers in tables that have a column for them, where most rows hold links, and what only lays them out."""
    tables, layout = _tables(source) if "|" in source.text else ([], set[int]())
    drafts: list[Draft] = []
    for table in tables:
        linked = sum("](" in source.lines[row[0]] for row in table.rows)
        if linked > 1 and linked * 2 > len(table.rows) and "paper" in map(_role, table.heads):
            drafts += [_read_row(source, table.heads, row) for row in table.rows]
    return drafts, layout


def _heads(source: Document) -> list[tuple[Heading, Named]]:
    """The headings that name days and have a table below them, before the next heading and before any URL line."""
    found = headings(source)
    heads = {heading.line: (heading, named) for heading, named in dated(found)}
    if not heads:
        return []
    every = {heading.line for heading in found}
    current: tuple[Heading, Named] | None = None
    kept: list[tuple[Heading, Named]] = []
    for index in unfenced(source):
        line = source.lines[index]
        if index in every:
            current = heads.get(index)
        elif current and (_is_rule(line) or url_line(line)):
            if _is_rule(line):
                kept.append(current)
            current = None
    return kept


def _is_bare_table(source: Document) -> bool:
    found = file_date(source.stem)
    if found and found[1]:
        return False
    tables = [table for table in _tables(source)[0] if found or "paper" in map(_role, table.heads)]
    rows = [row[0] for table in tables for row in table.rows]
    linked = sum("](" in source.lines[row] for row in rows)
    if linked < 2 or linked * 2 < len(rows):
        return False
    prose = sum(
        source.lines[index].lstrip()[:1] not in _NO_PROSE and not is_contents(source.lines[index])
        for index in source.filled
    )
    among = sum(
        rows[0] < index < rows[-1] and source.lines[index].lstrip()[:1] not in _NO_PROSE for index in source.filled
    )
    return linked > prose or linked >= max(3 * among, prose / 4, 5)


def _is_rule(line: str) -> bool:
    """Whether a line is the one that makes the line above the heads of a table."""
    return "-" in line and "|" in line and set(line) <= _RULE_MARKS


def _tables(source: Document) -> tuple[list[_Table], set[int]]:
    """The tables of a text, and the lines that only lay them out."""
    tables: list[_Table] = []
    layout: set[int] = set()
    places = unfenced(source)
    every = {heading.line for heading in headings(source)}
    table: _Table | None = None
    open_row = False
    for place, index in enumerate(places):
        line = source.lines[index]
        below = source.lines[places[place + 1]] if place + 1 < len(places) else ""
        follows = place > 0 and places[place - 1] == index - 1
        if index in every:
            table, open_row = None, False
        elif _is_rule(line):
            layout.add(index)
            table = table or _Table([])
            if not tables or tables[-1] is not table:
                tables.append(table)
        elif _is_rule(below) and "|" in line:
            table, open_row = _Table(_fitted(_cells(line), 0)), False
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


def _read_row(source: Document, heads: Sequence[str], row: Sequence[int]) -> Draft:
    draft = Draft(first=row[0], last=row[-1])
    cells = _fitted(_cells(" ".join(source.lines[index].strip() for index in row)), len(heads))
    roles = _roles(heads, cells)
    own = next((place for place, role in enumerate(roles) if role == "paper"), 0)
    piece = read_item(cells[own])
    draft.title, draft.authors = piece.title, piece.authors
    links: list[Link] = []
    texts = [piece.text]
    for place, (cell, role) in enumerate(zip(cells, roles, strict=True)):
        if place != own and cell:
            texts += _read_cell(draft, links, cell, role, heads[place] if place < len(heads) else "")
    links += piece.links
    if piece.url:
        draft.urls.append(piece.url)
    elif url := own_url(links or [link for text in texts for link in links_in(text)]):
        draft.urls.append(url)
    draft.links = links
    draft.commentary = [line for text in texts for line in _lines_of(text)]
    return draft


def _role(head: str) -> str:
    return _ROLE_OF.get(plain(head).lower(), "other")


def _roles(heads: Sequence[str], cells: Sequence[str]) -> list[str]:
    roles = [_role(heads[place]) if place < len(heads) else "other" for place, _ in enumerate(cells)]
    if "paper" not in roles:
        first = next((place for place, role in enumerate(roles) if role == "other" and not cells[place].isdigit()), 0)
        roles[first] = "paper"
    else:  # `| Title | Paper |`: the column of words is the paper, the other one its link
        papers = [place for place, role in enumerate(roles) if role == "paper"]
        own = next((place for place in papers if not _is_links(cells[place])), papers[0])
        roles = ["links" if role == "paper" and place != own else role for place, role in enumerate(roles)]
    return roles


def _is_links(cell: str) -> bool:
    found = list(find_links(tidy_links(cell)))
    return bool(found) and all(each.link.label is None or is_label(each.link.label) for each in found)


def _read_cell(draft: Draft, links: list[Link], cell: str, role: str, head: str) -> list[str]:
    """Fills in what a cell beside the paper's says; what of it is text."""
    head = plain(head)
    if role == "number" and not links_in(cell):
        return []
    if role == "authors" and not draft.authors:
        draft.authors = author_list(cell)
        return []
    if role == "votes" and (votes := votes_in(cell)) is not None:
        draft.votes = votes
        return []
    if role == "tags":
        draft.tags += tag_line(cell) or [tag.strip(" `#") for tag in plain(cell).split(",") if tag.strip(" `#")]
        return []
    if role == "text":
        return [cell]
    left = []
    position = 0
    cell = " ".join(readable([tidy_links(cell)]))
    for found in find_links(cell):
        between = cell[position : found.start]
        named = found.link.label
        if named is None and is_label(words := between.strip(_APART)):  # `Paper: URL`
            named, between = words, ""
        generic = named is None or named.lower() in ("link", "url", "링크")
        links.append(Link(found.link.url, head if generic and role == "other" and head else named))
        left.append(between)
        position = found.end
    rest = " ".join("".join([*left, cell[position:]]).strip(_APART).split())
    if not has_words(rest):
        return []
    return [f"{head}: {rest}" if role == "other" and head else rest]


def _lines_of(text: str) -> list[str]:
    """The lines of a cell: `<br>` and `●` begin new ones, and spaces only lay it out."""
    lines = (" ".join(line.split()) for line in readable(text.replace("●", "\n●").split("\n")))
    return [line for line in lines if line]
