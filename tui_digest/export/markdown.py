"""Markdown: a list of papers to be pasted into notes, and single links. Digest text is data here too."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from tui_digest.export.papers import Paper, papers
from tui_digest.models import Link, Mark, Sighting

_SPECIAL = re.compile(r"[\\`*_\[\]<>]|&(?=#?\w+;)|(?<=~)~")
_URL = str.maketrans({"(": "%28", ")": "%29", "<": "%3C", ">": "%3E", " ": "%20", "\\": "%5C"})


def markdown_link(sighting: Sighting, url: str) -> str:
    """`[title](url)`."""
    return _link(sighting.entry.display_title, url)


def write(sightings: Iterable[Sighting], mark_of: Callable[[str], Mark]) -> Iterator[str]:
    """An item a paper: its link, its authors, its other links, its tags, and the reader's note as a quotation."""
    for paper in papers(sightings):
        yield "".join(f"{line}\n" for line in _item(paper, mark_of(paper.key)))


def titles_under_headings(title: str, lead: str, groups: Iterable[tuple[str, Iterable[Sighting]]]) -> str:
    """A heading, a sentence, and under a heading each the linked titles of some papers; an empty group is left out."""
    parts = [f"## {_text(title)}\n\n{_text(lead)}\n"]
    for heading, sightings in groups:
        items = [_title(paper) for paper in papers(sightings)]
        if items:
            parts.append(f"\n### {_text(heading)}\n\n" + "".join(f"- {item}\n" for item in items))
    return "".join(parts)


def _title(paper: Paper) -> str:
    return _link(paper.display_title, paper.url) if paper.url else _text(paper.display_title)


def _item(paper: Paper, mark: Mark) -> Iterator[str]:
    yield f"- {'★ ' if mark.starred else ''}{_title(paper)}"
    if paper.authors:
        yield f"  {_text(', '.join(paper.authors))}"
    if paper.links:
        yield "  " + " · ".join(_named(link) for link in paper.links)
    if paper.tags:
        yield "  " + " ".join(f"\\#{_text(tag)}" for tag in paper.tags)
    for line in (mark.note or "").splitlines():
        yield f"  > {_text(line)}".rstrip()


def _named(link: Link) -> str:
    return _link(link.label or link.url.partition("://")[2] or link.url, link.url)


def _link(text: str, url: str) -> str:
    return f"[{_text(text)}]({url.translate(_URL)})"


def _text(text: str) -> str:
    """Plain words that Markdown shows as they are."""
    return _SPECIAL.sub(lambda match: "\\" + match[0], " ".join(text.split()))
