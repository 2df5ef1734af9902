"""Markdown: a list of papers to be pasted into notes, and single links. Digest text is data here too."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from tui_digest.export import Request
from tui_digest.export.papers import Paper, PaperMention, all_tags, link_words, papers, shown_papers
from tui_digest.models import Link, Mark, Sighting

if TYPE_CHECKING:
    from tui_digest.i18n import Translator

_SPECIAL = re.compile(r"[\\`*_\[\]<>]|&(?=#?\w+;)|(?<=~)~")
_BLOCK = re.compile(r"^(?:[-+](?=\s|$)|#{1,6}(?=\s|$)|[-=]+$|\|)")
"""What makes a line a heading, an item or a rule."""
_NUMBERED = re.compile(r"^(\d{1,9})([.)])(?=\s|$)")
_URL = str.maketrans({"(": "%28", ")": "%29", "<": "%3C", ">": "%3E", " ": "%20", "\\": "%5C"})


def markdown_link(sighting: Sighting, url: str) -> str:
    """`[title](url)`."""
    return link(sighting.display_title, url)


def write(sightings: Iterable[Sighting], mark_of: Callable[[str], Mark], request: Request) -> Iterator[str]:
    """An item a paper: its link, authors, other links and tags, where it stands, the user's note as a quotation, the
    abstract, and what each digest says of it under the digest's name."""
    tr = request.words
    for paper, mark in shown_papers(papers(sightings), mark_of, request.left_out):
        yield "".join(f"{line}\n" for line in _item(paper, mark, tr))


def titles_under_headings(title: str, lead: str, groups: Iterable[tuple[str, Iterable[Sighting]]]) -> str:
    """A heading, a sentence, and under a heading each the linked titles of some papers; an empty group is left out."""
    parts = [f"## {plain(title)}\n\n{plain(lead)}\n"]
    for heading, sightings in groups:
        items = [_title(paper) for paper in papers(sightings)]
        if items:
            parts.append(f"\n### {plain(heading)}\n\n" + "".join(f"- {item}\n" for item in items))
    return "".join(parts)


def _title(paper: Paper) -> str:
    return link(paper.marked_title, paper.url) if paper.url else plain(paper.marked_title)


def _item(paper: Paper, mark: Mark, tr: Translator) -> Iterator[str]:
    yield f"- {'★ ' if mark.starred else ''}{_title(paper)}"
    if paper.authors:
        yield f"  {plain(', '.join(paper.authors))}"
    if paper.facts:
        yield f"  {plain(' · '.join(paper.facts))}"
    if paper.links:
        yield "  " + " · ".join(map(named_link, paper.links))
    if tags := all_tags(paper, mark):
        yield "  " + " ".join(f"\\#{plain(tag)}" for tag in tags)
    yield from (f"  {told}" for each in paper.mentions if not each.commentary and (told := whereabouts(each, tr)))
    if mark.note:
        yield from ("  " + line for line in quoted(mark.note))
    if paper.abstract:
        yield from ("", f"  **{tr('body.abstract')}**", "")
        yield from (f"  {line}".rstrip() for line in lines_of(paper.abstract))
    for mention in paper.commentaries:
        yield from ("", f"  **{whereabouts(mention, tr) or tr('body.commentary')}**", "")
        yield from ("  " + line for line in quoted(mention.commentary or ""))
    if mark.note or paper.abstract or paper.commentaries:
        yield ""  # so that the next item is not drawn into the text of this one


def whereabouts(mention: PaperMention, tr: Translator) -> str:
    """Which digest it is, of when, and where in it the paper stands; on one line, escaped."""
    day = mention.date.isoformat() if mention.date else ""
    votes = "" if mention.votes is None else tr("body.votes", n=mention.votes)
    return plain(" · ".join(filter(None, (mention.origin, mention.section, day, votes))))


def quoted(text: str) -> Iterator[str]:
    """A text as a quotation, its paragraphs kept."""
    for line in lines_of(text):
        yield f"> {line}".rstrip()


def lines_of(text: str) -> Iterator[str]:
    """The lines of a text as Markdown shows them: a blank line between paragraphs, and a break where a line ends."""
    lines = [plain(line) for line in text.strip().split("\n")]
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        yield f"{line}\\" if line and following else line


def named_link(named: Link) -> str:
    """A link under what it is called."""
    return link(link_words(named), named.url)


def link(text: str, url: str) -> str:
    """`[text](url)`, whatever they hold."""
    return f"[{plain(text)}]({url.translate(_URL)})"


def plain(text: str) -> str:
    """Words that Markdown shows as they are, on one line."""
    escaped = _SPECIAL.sub(lambda match: "\\" + match[0], " ".join(text.split()))
    return _NUMBERED.sub(r"\1\\\2", _BLOCK.sub(lambda match: "\\" + match[0], escaped))
