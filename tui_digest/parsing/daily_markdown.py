"""Shape 6, daily Markdown: a heading a paper, `### [Title](URL)`, with picture, votes, authors and bullets below it."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from tui_digest.parsing.entries import Draft
from tui_digest.parsing.fields import fields_apart, is_link_line, is_paper_field, is_rule, read_block
from tui_digest.parsing.items import read_item
from tui_digest.parsing.link_list import listed
from tui_digest.parsing.links import is_paper, links_in, may_link
from tui_digest.parsing.markdown import has_words, headings, is_label, leading_link, tidy_links, without_tags
from tui_digest.parsing.note import is_note
from tui_digest.parsing.sections import dated, days_told, digest_of, front_matter, parts_at

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tui_digest.models import ParsedDigest
    from tui_digest.parsing.document import Document
    from tui_digest.parsing.markdown import Heading

SHAPE = "daily-markdown"
_SOON = 8
"""Within so many lines below a heading without a link, a paper shows its link, votes or authors."""


def is_daily_markdown(source: Document) -> bool:
    """Whether headings lead to papers: two of one level that are links or have votes, authors or a line of links below
    them, or one if a date heads it."""
    if source.part is not None:
        return source.part.shape == SHAPE
    if not may_link(source.text) or not any(mark in source.text for mark in ("# ", "**", "__")):
        return False
    found = headings(source)
    papers = _papers(source, found) if found else []
    if not papers or not any(_told(source, heading) for heading in papers):
        return False
    headed = bool(_heads_above(found, papers))
    if is_note(source):
        return headed and len(papers) > 1
    return headed or len(papers) > 1 or days_told(source) is not None


def _told(source: Document, heading: Heading) -> bool:
    """Whether a heading is a link that names a paper, or a paper shows below it."""
    lead = leading_link(_opening(heading))
    return (lead is not None and is_paper(lead.url)) or _shows_paper(source, heading.line)


def parts(source: Document) -> list[Document]:
    """A digest a day (or week), where several are headed in one file."""
    found = headings(source)
    papers = _papers(source, found)
    level = papers[0].level if papers else 0
    heads = [pair for pair in dated(found) if pair[0].level < level and pair[0] not in papers]
    inside = [pair for pair in heads if any(pair[0].line < paper.line for paper in papers[-1:])]
    return parts_at(source, inside, SHAPE)


def parse_daily_markdown(source: Document) -> ParsedDigest:
    """The papers, each up to the next heading of its level or above."""
    found = headings(source)
    papers = {heading.line: heading for heading in _papers(source, found)}
    level = next(iter(papers.values())).level if papers else 0
    stops = {heading.line for heading in found if heading.level <= level}
    drafts: list[Draft] = []
    taken: list[int] = []
    for index in source.filled[front_matter(source) :]:
        if index in stops:
            _finish(source, papers, taken, drafts)
            taken = [index] if index in papers else []
        elif taken:
            taken.append(index)
    _finish(source, papers, taken, drafts)
    return digest_of(source, SHAPE, sorted([*drafts, *_listed_apart(source, drafts)], key=lambda draft: draft.first))


def _listed_apart(source: Document, drafts: Sequence[Draft]) -> list[Draft]:
    """The papers in lists under headings of their own."""
    inside = {index for draft in drafts for index in range(draft.first, draft.last + 1)}
    return [draft for draft in listed(source) if draft.first not in inside and any(map(is_paper, draft.urls))]


def _papers(source: Document, found: Sequence[Heading]) -> list[Heading]:
    """The headings of papers: all of one level that are links or show a paper below them."""
    linked = [heading for heading in found if _is_linked(heading)]
    told = linked or [heading for heading in found if heading.level > 1 and _shows_paper(source, heading.line)]
    if not told:
        return []
    level = Counter(heading.level for heading in told).most_common(1)[0][0]
    days = {heading.line for heading, _ in dated(found)}
    return [
        heading
        for heading in found
        if heading.level == level
        and (_is_linked(heading) or (heading.line not in days and _shows_paper(source, heading.line, any_page=True)))
    ]


def _opening(heading: Heading) -> str:
    return tidy_links(heading.text).lstrip("0123456789.)( \t#️⃣🔥⭐📄📝🏆🥇🥈🥉")


def _is_linked(heading: Heading) -> bool:
    lead = leading_link(_opening(heading))
    return lead is not None and not is_label(lead.label)


def _shows_paper(source: Document, index: int, *, any_page: bool = False) -> bool:
    """Whether votes, authors or a line of links to a paper, or to `any_page`, stand soon below, before the next heading
    and any list of papers."""
    for line in source.lines[index + 1 : index + 1 + _SOON]:
        if line.lstrip()[:1] == "#":
            return False
        linked = may_link(line)
        if is_paper_field(line) or (linked and any(_leads_on(piece, any_page) for piece in fields_apart(line))):
            return True
        if linked and line.lstrip()[:1] in ("-", "*", "+", "|"):
            return False
    return False


def _leads_on(piece: str, any_page: bool) -> bool:
    return is_link_line(piece) and (any_page or any(map(is_paper, _urls(piece))))


def _urls(line: str) -> list[str]:
    return [link.url for link in links_in(line)]


def _heads_above(found: Sequence[Heading], papers: Sequence[Heading]) -> list[Heading]:
    return [heading for heading, _ in dated(found) if heading.line < papers[0].line]


def _is_anchor(line: str) -> bool:
    """Whether a line only marks the place of the heading below it."""
    return line.lstrip()[:3] in ("<a ", "</a") and not may_link(line) and not has_words(without_tags(line))


def _finish(source: Document, papers: dict[int, Heading], taken: list[int], drafts: list[Draft]) -> None:
    """Makes an entry of the lines taken, but for rules at its end; in the last entry a rule sets off what closes the
    digest."""
    if not taken:
        return
    if taken[0] == next(reversed(papers)):
        rules = [place for place, index in enumerate(taken) if is_rule(source.lines[index])]
        taken = taken[: rules[-1]] if rules else taken
    while is_rule(source.lines[taken[-1]]) or _is_anchor(source.lines[taken[-1]]):
        taken.pop()
    draft = Draft(first=taken[0], last=taken[-1])
    heading = papers[taken[0]]
    piece = read_item(heading.text)
    draft.title = piece.title or None
    draft.authors = piece.authors
    draft.urls = [piece.url] if piece.url else []
    draft.links = piece.links
    body = source.lines[taken[0] + heading.lines : taken[-1] + 1]
    if piece.text:
        read_block(draft, [piece.text])
    read_block(draft, body)
    drafts.append(draft)
