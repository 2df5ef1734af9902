"""HTML: one page that any browser shows and mails carry along, with nothing to load and nothing that runs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from html import escape
from typing import TYPE_CHECKING

from tui_digest.export import Request
from tui_digest.export.papers import Paper, PaperMention, all_tags, link_words, papers, shown_papers
from tui_digest.models import Link, Mark, Sighting

if TYPE_CHECKING:
    from tui_digest.i18n import Translator

_STYLE = (
    "body{max-width:46rem;margin:2rem auto;padding:0 1rem;font:1rem/1.6 sans-serif}"
    "article{margin:2.5rem 0}h2{font-size:1.15rem;margin:0}p{margin:.3rem 0}"
    "blockquote{margin:.5rem 0;padding-left:1rem;border-left:3px solid}"
    "@media(prefers-color-scheme:dark){body{background:#111;color:#ddd}a{color:#8bf}}"
)


def write(sightings: Iterable[Sighting], mark_of: Callable[[str], Mark], request: Request) -> Iterator[str]:
    """A page with an article a paper."""
    tr = request.words
    yield (
        f'<!doctype html>\n<html lang="{tr.lang}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta name="viewport" content="width=device-width">\n<title>{escape(tr("export.page"))}</title>\n'
        f"<style>{_STYLE}</style>\n</head>\n<body>\n<main>\n"
    )
    for paper, mark in shown_papers(papers(sightings), mark_of, request.left_out):
        yield "".join(f"{line}\n" for line in _article(paper, mark, tr))
    yield "</main>\n</body>\n</html>\n"


def _article(paper: Paper, mark: Mark, tr: Translator) -> Iterator[str]:
    yield f'<article id="{escape(paper.key)}">'
    title = _linked(paper.marked_title, paper.url)
    yield f"<h2>{'★ ' if mark.starred else ''}{title}</h2>"
    if paper.authors:
        yield f'<p class="authors">{escape(", ".join(paper.authors))}</p>'
    ids = [f"arXiv:{paper.arxiv_id}" if paper.arxiv_id else "", f"doi:{paper.doi}" if paper.doi else ""]
    if any(ids):
        yield f'<p class="ids">{escape(" · ".join(filter(None, ids)))}</p>'
    if paper.facts:
        yield f'<p class="ids">{escape(" · ".join(paper.facts))}</p>'
    if paper.links:
        yield f'<p class="links">{" · ".join(map(_named, paper.links))}</p>'
    if tags := all_tags(paper, mark):
        yield f'<p class="tags">{escape(" ".join(f"#{tag}" for tag in tags))}</p>'
    if mark.note:
        yield from _section("note", tr("body.note"), mark.note)
    if paper.abstract:
        yield from _section("abstract", tr("body.abstract"), paper.abstract)
    for mention in paper.mentions:
        if mention.commentary:
            yield from _section("commentary", _whereabouts(mention, tr) or tr("body.commentary"), mention.commentary)
        elif told := _whereabouts(mention, tr):
            yield f'<p class="digest">{escape(told)}</p>'
    yield "</article>"


def _section(kind: str, heading: str, text: str) -> Iterator[str]:
    yield f'<section class="{kind}">'
    yield f"<p><strong>{escape(heading)}</strong></p>"
    yield "<blockquote>" if kind != "abstract" else "<div>"
    for paragraph in text.strip().split("\n\n"):
        yield f"<p>{'<br>'.join(map(escape, paragraph.split(chr(10))))}</p>"
    yield "</blockquote>" if kind != "abstract" else "</div>"
    yield "</section>"


def _whereabouts(mention: PaperMention, tr: Translator) -> str:
    when = tr.when(mention.start, mention.end) if mention.start else ""
    day = tr.day(mention.date) if mention.date else ""
    votes = "" if mention.votes is None else tr("body.votes", n=mention.votes)
    return " · ".join(filter(None, (mention.digest, when, mention.section, day, votes)))


def _named(link: Link) -> str:
    return _linked(link_words(link), link.url)


def _linked(text: str, url: str | None) -> str:
    """A link that a browser may follow; other addresses than those of the web would do something else."""
    if url is None:
        return escape(text)
    if not url.lower().startswith(("http://", "https://")):
        return f"{escape(text)} ({escape(url)})" if text != url else escape(text)
    return f'<a href="{escape(url)}" rel="noopener noreferrer">{escape(text)}</a>'
