"""A digest of one's own, to be shared: papers with the user's notes and tags, as a text that is read like any digest.

Two forms: Markdown, and the weekly text. No rule for reading can promise that every note comes back unchanged from such
a text, so `library.composing` reads each digest again and writes papers that did not come back as `guarded`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import NamedTuple

from tui_digest.export.markdown import link, plain
from tui_digest.export.papers import Paper
from tui_digest.models import Link, Mark


class SharedPaper(NamedTuple):
    """What a digest of one's own says of a paper."""

    title: str | None
    authors: tuple[str, ...]
    url: str | None
    links: tuple[Link, ...]
    tags: tuple[str, ...]
    """Those of digests, and the user's own."""
    text: str
    """The user's note; below it, as a quotation, what digests said, and whose words these are."""


def shared_paper(paper: Paper, mark: Mark) -> SharedPaper:
    """What a digest of one's own says of a paper with this mark."""
    texts = [mark.note.strip()] if mark.note and mark.note.strip() else []
    texts += [_quoted(mention.commentary or "", mention.origin) for mention in paper.commentaries]
    tags = tuple(dict.fromkeys(_tag(tag) for tag in (*paper.tags, *mark.tags)))
    links = tuple(each for each in paper.links if each.url != paper.url)
    return SharedPaper(paper.title, paper.authors, paper.url, links, tags, "\n\n".join(texts))


def as_markdown(title: str, papers: Sequence[SharedPaper], note: str, guarded: Collection[int] = ()) -> str:
    """A heading for each paper, labelled lines below it, then its text. Papers at the `guarded` indexes have their text
    as a quotation below the label `note`, where nothing in it can be taken for a heading or an abstract."""
    blocks = [f"# {plain(title)}"] if title else []
    for place, paper in enumerate(papers):
        name = plain(paper.title) if paper.title else paper.url or ""
        blocks.append(f"## {link(paper.title, paper.url) if paper.title and paper.url else name}")
        facts = [f"- **Authors:** {', '.join(paper.authors)}"] if paper.authors else []
        facts += [f"- {link(each.label, each.url) if each.label else each.url}" for each in paper.links]
        facts += [f"- **Tags:** {_tags(paper.tags)}"] if paper.tags else []
        blocks += ["\n".join(facts)] if facts else []
        if paper.text and place in guarded:
            blocks.append(labelled(note))
        blocks += [_text(paper.text, quote=place in guarded)] if paper.text else []
    return "\n\n".join(blocks) + "\n"


def labelled(note: str) -> str:
    """The line above a guarded text."""
    return f"**{note}:**"


def as_weekly_text(title: str, papers: Sequence[SharedPaper], note: str, guarded: Collection[int] = ()) -> str:
    """A line of addresses a paper, one of title and authors, the text, and a line of tags. Labels have no place in it.
    Without days a header is none: then it is best left out."""
    blocks = [title] if title else []
    for place, paper in enumerate(papers):
        lines = [" ".join(filter(None, (paper.url, *(each.url for each in paper.links))))]
        authors = f" ({', '.join(paper.authors)})" if paper.authors else ""
        lines += [f"{paper.title}{authors}"] if paper.title else [f"({', '.join(paper.authors)})"] if authors else []
        lines += [_text(paper.text, quote=place in guarded)] if paper.text else []
        lines += [_tags(paper.tags, label="Tags: ")] if paper.tags else []
        blocks.append("\n".join(filter(None, lines)))
    return "\n\n".join(blocks) + "\n"


FORMS: dict[str, Callable[[str, Sequence[SharedPaper], str, Collection[int]], str]] = {
    "markdown": as_markdown,
    "weekly-text": as_weekly_text,
}
"""By what `digest --format` calls them."""


def _quoted(text: str, origin: str) -> str:
    lines = [*text.strip().split("\n"), f"— {origin}"] if origin else text.strip().split("\n")
    return "\n".join(f"> {line}".rstrip() for line in lines)


def _text(text: str, *, quote: bool) -> str:
    lines = text.split("\n")
    return "\n".join(line if line.startswith(">") else f"> {line}".rstrip() for line in lines) if quote else text


def _tag(tag: str) -> str:
    return " ".join(tag.replace(",", " ").split())


def _tags(tags: Iterable[str], label: str = "") -> str:
    """Words behind `#`; between commas where one of them is of several words."""
    named = [*tags]
    if any(" " in tag for tag in named):
        return label + ", ".join(named)
    return " ".join(f"#{tag}" for tag in named)
