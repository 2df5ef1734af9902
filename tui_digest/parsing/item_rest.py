"""What follows a paper's title on its line: authors, links, a comment."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tui_digest.parsing.authors import name_list
from tui_digest.parsing.links import find_links, is_paper
from tui_digest.parsing.markdown import has_words, is_label, plain, split_links
from tui_digest.parsing.title_ends import has_stars, stars_beside_links
from tui_digest.text.patterns import regex

if TYPE_CHECKING:
    from tui_digest.parsing.item_read import ItemRead

BREAKS = regex(r"(?:\s*<br\s*/?>)+\s*", re.IGNORECASE)
BETWEEN = regex(r"^[\s\-–—:：|,;·.~]+(?=[\s\w\[(<*_`'\"“‘$@#●]|$)")
OPEN_END = " \t-–—:：|,;·([{"
_CLOSED = regex(r"[)\]]+[\s,.:|–—-]*")
_BRACKETED = regex(r"\s*[(（](?P<names>[^()（）]{3,4000})[)）]")
_ITALIC = regex(r"\s*(?P<mark>[*_])(?P<names>[^*_]{3,4000})(?P=mark)")
_NAMES = (
    r"(?P<names>[^;:|\[\]()—–]{3,2000}?)"
    r"(?=(?<!\b[A-Z])\.(?:\s|$)|,\s+[*_]\w|\s+[-–—|]\s|\s*[;:|\[(]|\s*$)"
)
_BY = regex(rf"\s*by\s+{_NAMES}", re.IGNORECASE)
SEGMENT = regex(rf"\s*{_NAMES}")
_YEAR_AT_END = regex(r"[,\s]+(?P<year>(?:19|20)\d\d)\s*$")
_YEAR_AHEAD = regex(r"\s*[(（](?P<year>(?:19|20)\d\d)[)）][\s,.:]*")
_YEAR_FIRST = regex(r"(?P<year>(?:19|20)\d\d)[,\s]+")
_REMARK = regex(
    r"(?:(?<=\))|(?<=\])(?!\())(?P<remark>(?:\s*[*_]{0,2}\([^()\[\]/]{1,80}(?:\([^()/]{1,80}\)[^()/]{0,9})?\)[*_]{0,2}"
    r"|\s*:\w{1,30}:){1,9})[\s.:]*$"
)
_LONGEST_REMARK = 200


def unstopped(names: str) -> str:
    """Names without the full stop that ends their sentence."""
    return names if names.endswith("al.") else names.rstrip(" .,")


def with_rest(piece: ItemRead, rest: str) -> ItemRead:
    """Authors and links that follow a title, and the comment that is left."""
    if breaks := BREAKS.match(rest):
        rest = rest[breaks.end() :]
    rest = BETWEEN.sub("", rest, count=1)
    if not piece.authors:
        rest = _take_authors(piece, rest)
    remark = _REMARK.search(rest, max(0, len(rest) - _LONGEST_REMARK)) if "](" in rest else None
    before, text, after = split_links(rest[: remark.start()] if remark else rest)
    piece.links += [*before, *after]
    if after and not before and piece.url is None:
        piece.url = _own_in(text)
    if before and (closed := _CLOSED.match(text.lstrip())):
        text = text.lstrip()[closed.end() :]
    text = BETWEEN.sub("", text, count=1).strip()
    if after:
        text = text.rstrip(OPEN_END)
        if text[:1] in ("(", "（") and not any(mark in text for mark in ")）"):
            text = _opened(piece, text[1:])
    if remark:
        text = f"{text} {remark['remark'].strip()}".lstrip()
    piece.text = text if has_words(text) or has_stars(text) else ""
    if has_stars(rest) and not has_stars(piece.text):
        piece.text = f"{stars_beside_links(rest)} {piece.text}".strip()
    return piece


def _own_in(text: str) -> str | None:
    """The address of a paper's page, `[arXiv](URL)`, that is the first of a text, and so no other paper's, as those
    may be that end it."""
    first = next(find_links(text), None)
    return first.link.url if first and is_label(first.link.label) and is_paper(first.link.url) else None


def _opened(piece: ItemRead, text: str) -> str:
    """What is left of words in a bracket that closed behind a link, without two authors or more that end it."""
    year = _YEAR_FIRST.match(text)
    names = name_list(unstopped(plain(text[year.end() :] if year else text)))
    if piece.authors or len(names) < 2:
        return text
    piece.authors = names
    return year["year"] if year else ""


def _take_authors(piece: ItemRead, rest: str) -> str:
    """What is left of the text without the authors that begin it; a year may stand before them, and stays."""
    year = ahead = _YEAR_AHEAD.match(rest)
    start = ahead.end() if ahead else 0
    for pattern in (_BRACKETED, _ITALIC, _BY, SEGMENT):
        match = pattern.match(rest, start)
        said = plain(match["names"]) if match else ""
        end = match.end() if match else 0
        if said.endswith(" al") and rest[end : end + 1] == ".":
            said, end = f"{said}.", end + 1
        if pattern is _BRACKETED and (year_said := _YEAR_AT_END.search(said)):
            year, said = year or year_said, said[: year_said.start()]
        names = name_list(unstopped(said))
        if match and (len(names) > 1 or (names and (year or pattern in (_BRACKETED, _ITALIC)))):
            piece.authors = names
            left = BETWEEN.sub("", rest[end:], count=1)
            return f"({year['year']}) {left}".rstrip() if year else left
        year = ahead
    return rest
