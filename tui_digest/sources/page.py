"""Pages from the web: their main text, and the feeds that they announce.

An HTML5 parser reads a page as browsers do, also where its tags do not match. Navigation, footers and forms are
recognised by their elements and left out; the main text is the innermost block that still has most of the words.
"""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING

from selectolax.lexbor import LexborHTMLParser

if TYPE_CHECKING:
    from collections.abc import Iterator

    from selectolax.lexbor import LexborNode

_AROUND = (
    "script, style, nav, footer, aside, form, template, noscript, svg, iframe"
    ", [hidden], [role=navigation], [role=search]"
)
_BLOCKS = ("div", "section", "article", "main", "body", "table", "tbody", "center")
_MOST = 0.7
"""An inner block is taken in the place of the outer one where it has at least this share of its words."""
_MOST_STEPS = 60
_DEEPEST = 2000
"""Greatest depth of nested elements. The parser's time grows with its square, and real pages have less than fifty."""
_MARK = re.compile(r"<(?P<end>/?)(?P<name>[A-Za-z][A-Za-z0-9-]*)")
_NEVER_CLOSED = frozenset(
    "area base br col embed hr img input link meta param source track wbr p li dt dd tr td th thead tbody tfoot option"
    " optgroup colgroup html head body".split()
)
"""Elements that have no closing tag, or may go without one."""
_FEEDS = {"application/feed+json": 0, "application/json": 1, "application/atom+xml": 2, "application/rss+xml": 2}
"""The media types of feeds that a page may announce, and their rank: those that hold most come first."""


def main_text(text: str) -> str:
    """The page with only its title and main text, as HTML; unchanged where it is nested too deeply to parse."""
    if _is_too_deep(text):
        return text
    tree = LexborHTMLParser(text)
    title = _title(tree)
    body = tree.body
    if body is None:
        return text
    for node in body.css(_AROUND):
        node.decompose()
    return f"<html><head><title>{escape(title)}</title></head><body>{_densest(body).html or ''}</body></html>"


def title_of(text: str) -> str:
    """The title of a page; empty where it has none."""
    return "" if _is_too_deep(text) else _title(LexborHTMLParser(text))


def announced_feeds(text: str) -> list[str]:
    """The addresses of the feeds that a page announces, as they are written there (perhaps relative): in the order of
    their rank, feeds of comments last."""
    if _is_too_deep(text):
        return []
    found = []
    for number, (kind, title, address) in enumerate(_announced(LexborHTMLParser(text))):
        found.append(("comment" in title.casefold() or "/comments/" in address, _FEEDS[kind], number, address))
    return [address for *_, address in sorted(found)]


def _is_too_deep(text: str) -> bool:
    depth = 0
    for match in _MARK.finditer(text):
        if match["name"].lower() in _NEVER_CLOSED:
            continue
        depth = max(depth - 1, 0) if match["end"] else depth + 1
        if depth > _DEEPEST:
            return True
    return False


def _announced(tree: LexborHTMLParser) -> Iterator[tuple[str, str, str]]:
    for node in tree.css("link[rel][href]"):
        kind = (node.attributes.get("type") or "").split(";")[0].strip().lower()
        if "alternate" in (node.attributes.get("rel") or "").lower().split() and kind in _FEEDS:
            yield kind, node.attributes.get("title") or "", node.attributes.get("href") or ""


def _title(tree: LexborHTMLParser) -> str:
    node = tree.css_first("head title") or tree.css_first("title") or tree.css_first("h1")
    return " ".join((node.text(deep=True) if node else "").split())


def _densest(node: LexborNode) -> LexborNode:
    """The innermost block that still has most of the words; the `main` or `article` element where there is just one."""
    for name in ("main", "[role=main]", "article"):
        found = node.css(name)
        if len(found) == 1 and _words(found[0]) * 2 >= _words(node):
            node = found[0]
            break
    whole = _words(node)
    for _ in range(_MOST_STEPS):
        inner = [(words, child) for child in node.iter() if child.tag in _BLOCKS and (words := _words(child))]
        words, child = max(inner, key=lambda each: each[0], default=(0, node))
        if words < whole * _MOST or words == 0:
            return node
        node = child
    return node


def _words(node: LexborNode) -> int:
    return len(node.text(deep=True, separator=" ").split())
