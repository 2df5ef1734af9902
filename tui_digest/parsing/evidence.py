"""The evidence that a heading names a paper: what stands below it (names, an address, an abstract, votes), with
weights."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tui_digest.identity import arxiv_id
from tui_digest.parsing.authors import name_list, reads_as_names
from tui_digest.parsing.bare_names import BY, commaed, names_ahead
from tui_digest.parsing.fields import is_paper_field, labelled_at
from tui_digest.parsing.labels import Label
from tui_digest.parsing.lines import fields_apart, is_dressing, is_link_line, names_paper, without_superscripts
from tui_digest.parsing.links import find_links, is_paper, is_paper_page, links_in, may_link, url_line
from tui_digest.parsing.markdown import is_label, leading_link, plain, without_decoration
from tui_digest.parsing.numbering import bare_heading, number_of

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from tui_digest.parsing.labels import Labelled
    from tui_digest.parsing.markdown import Heading
    from tui_digest.parsing.source_text import SourceText

_SOON = 12
"""Evidence is sought in so many lines below a heading."""
_FIRST = 2
"""In so many lines names may stand without a label."""
_LONGEST = 4000
_SMALL = frozenset((Label.TAGS, Label.DATE, Label.VENUE, Label.CODE, Label.SCORE, Label.CATEGORIES))


@dataclass(slots=True)
class Evidence:
    """What was found below a heading, and the sum of its weights."""

    linked: bool = False
    """Whether the heading is a link."""
    names_paper: bool = False
    """Whether that link leads to a paper."""
    authors: bool = False
    address: bool = False
    abstract: bool = False
    votes: bool = False
    names: bool = False
    """Whether names stand below it without a label."""
    page: bool = False
    """Whether a line leads to some page."""
    closing: bool = False
    """Whether nothing but the last line of the section leads to a paper."""
    last: int = -1
    """That line."""
    worth: float = 0.0
    mention: str | None = None
    """The only address of a paper below a heading that nothing else shows to be one, but those beside it."""

    @property
    def strong(self) -> bool:
        """Whether the evidence is enough by itself, whatever else the text looks like."""
        return (
            self.votes
            or (self.linked and self.worth >= 3)
            or (self.authors and (self.address or self.abstract or self.worth >= 2.5))
        )


def shown_below(
    source: SourceText, heading: Heading, own: Sequence[int], last: int | None, papers: Collection[int] = ()
) -> Evidence:
    """The evidence in a heading and the lines of its own text, up to the first line that is a paper itself; `last` is
    the last line of its section, where the link may stand."""
    shown = Evidence()
    text = bare_heading(heading.text)
    _see_heading(shown, heading, text)
    small = 0.0
    seen = 0
    lines = own[: _SOON * 2]
    for index in lines:
        line = source.lines[index]
        if len(line) > _LONGEST * 10 or is_dressing(line) or line.lstrip()[:2] == "![":
            continue
        seen += 1
        if seen > _SOON or index in papers:
            break
        small = max(small, 0.0) + _see_line(shown, line, seen)
    shown.worth += min(small, 1.0)
    if last is not None and not shown.address and (not lines or last > lines[-1] or last in lines):
        line = source.lines[last]
        if may_link(line) and last not in papers and _leads_to_paper(line):
            shown.closing = shown.worth < 2
            shown.last = last
            shown.address = True
            shown.worth += 2
    return shown


def lone_paper(source: SourceText, own: Sequence[int]) -> str | None:
    """The only address of a paper among these lines, within a sentence perhaps; None where there is another one."""
    links = (link for index in own if may_link(line := source.lines[index]) for link in links_in(line))
    papers = {link.url for link in links if is_paper_page(link.url) and (link.label is None or is_label(link.label))}
    return papers.pop() if len(papers) == 1 else None


def _see_heading(shown: Evidence, heading: Heading, text: str) -> None:
    lead = leading_link(text)
    if lead is not None and not is_label(lead.label):
        shown.linked = True
        shown.names_paper = is_paper(lead.url)
        shown.worth += 3 if is_paper(lead.url) else 2
    elif any(is_paper(link.url) for link in links_in(text)):
        shown.address = True
        shown.worth += 2
    elif text[:1] in "[*" and "](" in text and not text.startswith("[!") and "](#" not in text:
        shown.worth += 1  # to a note of one's own
    if number_of(heading.text) is not None:
        shown.worth += 0.5


def _see_line(shown: Evidence, line: str, place: int) -> float:
    """Notes what a line shows, the first below its heading at the place 1; returns its weight where it is one of the
    small signs that are added up, else 0."""
    small = 0.0
    for piece in fields_apart(line):
        found = labelled_at(piece)
        said = found.field if found else None
        if said is Label.AUTHORS and found and not shown.authors:
            shown.authors = True
            shown.worth += 2
        elif said is Label.ABSTRACT and not shown.abstract:
            shown.abstract = True
            shown.worth += 1.5
        elif said in (Label.LINK, Label.ID) and found and not shown.address:
            _see_address(shown, found.value)
        elif said in _SMALL:
            small += 0.5
        elif said is Label.TITLE:
            shown.worth += 1
        elif (said is None and is_paper_field(piece) and not shown.votes) or (said is Label.VOTES and not shown.votes):
            shown.votes = True
            shown.worth += 2
        elif not shown.address and may_link(piece):
            _see_links(shown, piece, found)
    alone = place <= _FIRST and not shown.authors and (_names_alone(line) or _names_before_link(line))
    if alone or (place == 1 and not shown.authors and names_ahead(line)):
        shown.authors = shown.names = True
        shown.worth += 2
    return small


def _see_address(shown: Evidence, value: str) -> None:
    links = links_in(value)
    if any(is_paper(link.url) for link in links) or arxiv_id(plain(value).strip()) is not None:
        shown.address = True
        shown.worth += 2
    elif links:
        shown.address = True
        shown.worth += 1.5


def _see_links(shown: Evidence, piece: str, said: Labelled | None) -> None:
    links = links_in(piece)
    papers = any(is_paper(link.url) for link in links)
    if said is not None and papers and url_line(said.value):  # a label of one's own
        shown.address = True
        shown.worth += 2
    elif is_link_line(piece):
        shown.address = papers
        shown.worth += 2 if papers else 0 if shown.page else 1
        shown.page = True
    elif any(names_paper(link.label) or (is_label(link.label) and is_paper(link.url)) for link in links):
        shown.address = True
        shown.worth += 1.5


def _leads_to_paper(line: str) -> bool:
    """Whether a line is a link to a paper and nothing else, or links and labels."""
    links = links_in(line)
    return is_link_line(line) and any(is_paper_page(link.url) for link in links)


def _names_before_link(line: str) -> bool:
    """Whether a line begins with names and goes on with links."""
    first = next(find_links(line), None) if may_link(line) else None
    return first is not None and _names_alone(line[: first.start].rstrip(" .,|[(–—-"))


def _names_alone(line: str) -> bool:
    """Whether a line is a list of names and nothing else."""
    line = BY.sub("", without_superscripts(without_decoration(line)), count=1)
    bare = commaed(line.strip(" \t-*+_()（）\\."))
    if not 4 < len(bare) < _LONGEST or may_link(line) or ":" in bare:
        return False
    if line.strip()[:1] in "*_" and line.rstrip(" \\.")[-1:] in "*_" and line.strip()[:2] not in ("**", "__"):
        return bool(name_list(bare)) or reads_as_names(bare)
    return ("," in bare or "、" in bare or " and " in bare) and len(name_list(bare)) > 1
