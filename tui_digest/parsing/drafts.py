"""From the pieces that a shape found to an `Entry`: own URL, other links, tags, key and fallback title."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING

from tui_digest.identity import arxiv_id, arxiv_key, doi, own_text, paper_key, text_key
from tui_digest.identity.certainty import address_is_certain
from tui_digest.models import Entry, Link
from tui_digest.parsing.links import host_of, links_in, may_link
from tui_digest.parsing.tags import TAGS_BEGIN, closing_tags, read_tags
from tui_digest.text.cleaning import clean, cleaned

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tui_digest.parsing.source_text import SourceText

_Day = date  # where a field is called `date` itself
_MOST_VOTES = 1_000_000_000
"""From this number on it is no count of votes, and too large for the columns that store it."""


@dataclass(slots=True)
class Draft:
    """An entry in the making."""

    first: int
    """0-based index of its first line; so is `last`, inclusive."""
    last: int
    title: str | None = None
    authors: tuple[str, ...] = ()
    urls: list[str] = field(default_factory=list)
    """The URLs that begin it. The first is the entry's own; the first that names a paper gives id and key."""
    links: list[Link] = field(default_factory=list)
    """Further links that stand apart from the text, with what the source calls them."""
    tags: list[str] = field(default_factory=list)
    abstract: list[str] = field(default_factory=list)
    commentary: list[str] = field(default_factory=list)
    named_bare: bool = False
    """Whether its authors stand without a label below its title."""
    votes: int | None = None
    fallback_title: str | None = None
    date: _Day | None = None
    """The day that the paper's own row, item or note gives."""
    section: str | None = None
    """The topic heading that it stands under."""


def take_tags(lines: Sequence[str]) -> tuple[list[str], list[str]]:
    """The lines without their tag lines, and the tags; without a tag line, the tags that close the last line.
    What stands among tags and is none (`#1`) stays in the lines."""
    tags: list[str] = []
    kept: list[str] = []
    for line in lines:
        if line[:1] in TAGS_BEGIN and (found := read_tags(line)) is not None:
            tags += found[0]
            if found[1]:
                kept.append(" ".join(found[1]))
        else:
            kept.append(line)
    if tags:
        return kept, tags
    for index in range(len(kept) - 1, -1, -1):
        if kept[index] and not kept[index].isspace():
            kept[index], tags = closing_tags(kept[index])
            break
    return kept, tags


def finished(drafts: Sequence[Draft], source: SourceText) -> tuple[Entry, ...]:
    """The drafts as entries, with keys."""
    return tuple(_entry(draft, source) for draft in drafts)


def stand_in(source: SourceText) -> str | None:
    """What to call an untitled text: its file's name, or the beginning of its first line on standard input."""
    if source.stem:
        return source.stem
    first = " ".join(source.first.split())
    return (first if len(first) <= 60 else first[:59].rstrip() + "…") or None


def _entry(draft: Draft, source: SourceText) -> Entry:
    _make_harmless(draft)
    url = draft.urls[0] if draft.urls else None
    paper, named_by = None, None
    named = [*draft.urls, *(link.url for link in draft.links)] if draft.links else draft.urls
    for candidate in named:
        if (paper := arxiv_id(candidate)) is not None:
            named_by = candidate
            break
    else:
        certain = (each for each in draft.urls if address_is_certain(each))
        named_by = next((each for each in named if doi(each)), None) or next(certain, None)
    title = draft.title or None
    fallback = draft.fallback_title or (paper[0] if paper else host_of(url) if url else None)
    authors, tags = draft.authors, tuple(dict.fromkeys(draft.tags))
    abstract, commentary = paragraphs(draft.abstract), paragraphs(draft.commentary)
    key = arxiv_key(paper[0]) if paper else paper_key(named_by, title, "")
    if not key and (title or url):
        key = text_key(own_text(title, url, authors, abstract, commentary, tags))
    return Entry(  # by place: by their names, so many fields take twice the time
        key or text_key("\n".join(source.lines[draft.first : draft.last + 1])),
        title,
        authors,
        url,
        paper[0] if paper else None,
        paper[1] if paper else None,
        _other_links(draft, url, abstract, commentary),
        tags,
        abstract,
        commentary,
        draft.votes if draft.votes is not None and abs(draft.votes) < _MOST_VOTES else None,
        draft.first + 1,
        draft.last + 1,
        None if title else fallback,
        draft.date,
        draft.section,
    )


def _make_harmless(draft: Draft) -> None:
    """Cleans all texts once more: entities and escapes (`&#x202e;`, `\\u001b`) were read only after the source was
    cleaned."""
    if _is_printable(draft):
        return  # nearly all are
    draft.title, draft.fallback_title, draft.section = map(_line, (draft.title, draft.fallback_title, draft.section))
    draft.authors = tuple(name for each in draft.authors if (name := _line(each)))
    draft.tags = [tag for each in draft.tags if (tag := _line(each))]
    draft.urls, draft.abstract, draft.commentary = map(_clean_all, (draft.urls, draft.abstract, draft.commentary))
    draft.links = [Link(*cleaned([*link])) for link in draft.links]


def _is_printable(draft: Draft) -> bool:
    """Whether no text of it needs to be looked at by itself."""
    texts = [draft.title or "", draft.fallback_title or "", draft.section or ""]
    texts += [*draft.authors, *draft.tags, *draft.urls, *draft.abstract, *draft.commentary]
    for link in draft.links:
        texts += link.url, link.label or ""
    return "".join(texts).isprintable() and "" not in draft.authors and "" not in draft.tags


def _clean_all(texts: list[str]) -> list[str]:
    """The texts clean; nearly all are, and are not looked at one by one then."""
    return texts if all(map(str.isprintable, texts)) else [cleaned(text) for text in texts]


def _line(text: str | None) -> str | None:
    """The text clean, and on one line."""
    if text is None or text.isprintable():
        return text
    return " ".join(clean(text).split())


def _other_links(draft: Draft, own: str | None, *texts: str | None) -> tuple[Link, ...]:
    """The links besides its own: those that open it, that stand apart, and that stand in these texts of it."""
    linked = [text for text in texts if text and may_link(text)]
    if not (linked or draft.links or len(draft.urls) > 1):
        return ()  # as nearly all
    opening = [Link(url) for url in draft.urls[1:]]
    prose = [link for text in linked for line in text.split("\n") for link in links_in(line)]
    seen = {own}
    links: list[Link] = []
    for link in [*opening, *draft.links, *prose]:
        if link.url not in seen:
            seen.add(link.url)
            links.append(link)
    return tuple(links)


def paragraphs(lines: Sequence[str]) -> str | None:
    """The lines as one text: no blank lines around it, at most one between paragraphs; None where nothing is left."""
    kept = [*map(str.rstrip, lines)]
    if "" in kept:
        kept = [line for above, line in pairwise(["", *kept]) if line or above]
    return "\n".join(kept).rstrip() or None
