"""What stands below a paper's heading or list item: labelled lines (`Authors:`, `Vote:`), links and pictures on lines
of their own, tags, abstract and commentary."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tui_digest.models import Link
from tui_digest.parsing.authors import name_list
from tui_digest.parsing.entries import take_tags
from tui_digest.parsing.items import names_paper, own_url
from tui_digest.parsing.language import is_commentary_language
from tui_digest.parsing.links import bulleted_urls, find_links, is_paper, links_in, may_link
from tui_digest.parsing.markdown import has_words, is_label, plain, readable, tidy_links, without_tags

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tui_digest.parsing.entries import Draft

_FIELD = re.compile(
    r"[\s>]*(?:[-*+•]\s+)?[^\w\s*\[(]{0,3}\s*[*_]{0,3}(?P<name>[^\W\d_][^\W_]*(?: [^\W_]+)?)[*_]{0,3}\s*"
    r"[:：][*_]{0,3}\s*(?P<value>.*)$"
)
_AUTHORS = frozenset("author authors 저자 저자들 글쓴이".split())
_VOTES = frozenset("vote votes upvote upvotes like likes 추천 추천수 투표 득표 좋아요".split())
_ABSTRACT = frozenset("abstract 초록".split())
_THUMB = re.compile(
    r"[\s>]*(?:[-*+•]\s+)?[*_]{0,2}(?:[👍⬆▲🔺🔼❤♥]\ufe0f?\s*:?\s*(?P<n>\d[\d,]*)|(?P<m>\d[\d,]*)\s*(?:up)?votes?)[*_]{0,2}\s*$",
    re.IGNORECASE,
)
_COUNT = re.compile(
    r"[*_`+\s]*(?P<n>\d{1,3}(?:,\d{3})+|\d{1,9})(?:\s*(?:votes?|upvotes?|likes?|표|명|개))?[*_`\s]*$", re.IGNORECASE
)
_ANY_LINK = frozenset("link links url here 링크".split())
_FIELDS_APART = re.compile(r"\s+[·•|]\s+")
_ITALIC_START = re.compile(r"\s*(?P<mark>[*_])(?P<names>[^*_\s][^*_]{2,3000})(?P=mark)[\s.,;:]*")
_LONGEST_SHARED = 2000
_QUOTED = re.compile(r"'([^']*)'|\"([^\"]*)\"")
_LEADING_AND = re.compile(r"^(?:and|&|및)\s+", re.IGNORECASE)
_ET_AL = re.compile(r"\s+(et\.?\s*al\.?|외 ?\d*[명인]?)$", re.IGNORECASE)
_COMMA = re.compile(r"\s*[,，、;；]\s*(?:(?:and|&|및)\s+)?|\s+(?:and|&|및)\s+")
_LIST_MARK = re.compile(r"\s*(?:[-*+•●]\s|\d{1,2}[.)]\s)")
_RULE_MARKS = frozenset("-*_ \t=")


def labelled(line: str) -> tuple[str, str] | None:
    """The label, in small letters, and the value of a `Label: value` line; None for any other line."""
    if len(line) > 20_000 or not (":" in line[:60] or "：" in line[:60]):
        return None
    match = _FIELD.match(line)
    return (match["name"].lower(), match["value"].strip()) if match else None


def is_paper_field(line: str) -> bool:
    """Whether a line gives the votes or the authors of a paper."""
    field = labelled(line)
    return (field is not None and (field[0] in _VOTES or field[0] in _AUTHORS)) or _votes_alone(line) is not None


def fields_apart(line: str) -> list[str]:
    """The fields that share a line, `Vote: 5 | Code: URL`; one for most lines."""
    return _FIELDS_APART.split(line) if len(line) < _LONGEST_SHARED else [line]


def is_link_line(line: str) -> bool:
    """Whether a line holds links and their labels only."""
    return _links_alone(line) is not None


def read_block(draft: Draft, lines: Sequence[str]) -> None:
    """Fills in what the lines below a title say."""
    lines, tags = take_tags(lines)
    draft.tags += tags
    rest = [left for line in lines if (left := _untaken(draft, line)) is not None]
    if not draft.urls and (own := own_url([link for link in draft.links if not _is_picture(link.url)])):
        draft.urls.append(own)
    if not draft.urls:
        papers = [
            link
            for line in rest
            for link in links_in(line)
            if names_paper(link.label) or (is_label(link.label) and is_paper(link.url))
        ]
        draft.urls += [link.url for link in papers[:1]]
    if not draft.authors:
        _take_bare_authors(draft, rest)
    _tell_abstract(draft, readable(rest))


def _untaken(draft: Draft, line: str) -> str | None:
    """What of a line is text; None where all of it is more: then that is filled in. Several fields may share a line."""
    if _take_field(draft, line):
        return None
    pieces = fields_apart(line)
    if len(pieces) == 1 or not any(is_paper_field(piece) or is_link_line(piece) for piece in pieces):
        return line
    left = [piece for piece in pieces if not _take_field(draft, piece)]
    return " | ".join(left) if left else None


def _take_field(draft: Draft, line: str) -> bool:
    """Whether the line is more than text: then what it says is filled in."""
    if not line.strip():
        return False
    field = labelled(line.strip("() ") if line[0] == "(" and line.rstrip()[-1] == ")" else line)
    if field is not None:
        name, value = field
        if name in _AUTHORS and not draft.authors:
            draft.authors = author_list(value)
            draft.links += [each.link for each in find_links(value)]
            return True
        if name in _VOTES and draft.votes is None and (_COUNT.match(value) or not has_words(value)):
            draft.votes = _number(value)
            return True
        if name in _ABSTRACT and value and not draft.abstract:
            draft.abstract.append(value)
            return True
    elif draft.votes is None and (votes := _votes_alone(line)) is not None:
        draft.votes = votes
        return True
    links = _links_alone(line)
    if links is not None:
        draft.links += links
    return links is not None


def _number(text: str) -> int | None:
    match = _COUNT.match(text)
    return int(match["n"].replace(",", "")) if match else None


def _votes_alone(line: str) -> int | None:
    match = _THUMB.match(line.strip(" ()")) if len(line) < 40 else None
    return int((match["n"] or match["m"]).replace(",", "")) if match else None


def votes_in(cell: str) -> int | None:
    """The number of votes that a cell holds."""
    return _number(cell) if len(cell) < 40 else None


def author_list(value: str) -> tuple[str, ...]:
    """The names behind `Authors:`, in order: between commas, or as a list in quotes."""
    value = value.strip()
    if value[:1] == "[" and value[-1:] == "]" and value[1:2] in ("'", '"'):
        quoted = ((pair[0] or pair[1]).strip() for pair in _QUOTED.findall(value))
        return tuple(name for each in quoted if (name := _LEADING_AND.sub("", each)))
    names: list[str] = []
    value = (
        ", ".join(each.link.label or "" for each in find_links(value)) if value[:1] == "[" and "](" in value else value
    )
    for item in _COMMA.split(value if len(value) > 2000 else plain(value)):
        match = _ET_AL.search(item)
        names += [item[: match.start()], match[1]] if match else [item]
    return tuple(
        name
        for name in (" ".join(name.strip(" .[]`*").split()) if name[-3:] != "al." else name for name in names)
        if name
    )


def _links_alone(line: str) -> list[Link] | None:
    """The links of a line that holds nothing else but their labels and punctuation; None for any other line."""
    if not may_link(line) or len(line) > 20_000:
        return None
    if urls := bulleted_urls(line):
        return [Link(url) for url in urls]
    line = tidy_links(line)
    if "<" in line and not has_words(without_tags(line)):
        return [each.link for each in find_links(line)]
    links: list[Link] = []
    position, told = 0, 0
    for each in find_links(line):
        label = each.link.label
        between = line[position : each.start]
        position = each.end
        if has_words(between):
            words = plain(between).strip(" -*•|,;/:：()[]")
            if not is_label(words):
                return None
            if words.lower() not in _ANY_LINK:
                if label and label.lower() not in _ANY_LINK and label.lower() not in each.link.url.lower():
                    return None  # both say something
                label = words
        told += label is None or is_label(label) or line[each.start] == "!"
        links.append(Link(each.link.url, label))
    if not links or has_words(line[position:]):
        return None
    return links if told == len(links) or len(links) > 1 else None


def _is_picture(url: str) -> bool:
    return url.partition("?")[0].lower().endswith((".png", ".jpg", ".jpeg", ".gif", ".svg", ".webp", ".mp4", ".webm"))


def _take_bare_authors(draft: Draft, rest: list[str]) -> None:
    """Two names or more on the first line of text, in brackets, in italics or by themselves, are the authors; so are
    those in italics that begin the first line or the second."""
    filled = [place for place, line in enumerate(rest) if line.strip()][:2]
    for place in filled:
        line = rest[place]
        italic = _ITALIC_START.match(line) if len(line) < 4000 and "," in line else None
        if place != filled[0] and not italic:
            return
        bare = italic["names"] if italic else plain(line.removesuffix("\\")).strip("()（） .")
        names = name_list(bare.rstrip(" .")) if len(line) < 4000 and "," in line else ()
        if len(names) > 1:
            draft.authors = names
            left = line[italic.end() :] if italic else ""
            rest[place : place + 1] = [left] if has_words(left) else []
            return


def _tell_abstract(draft: Draft, rest: Sequence[str]) -> None:
    """An English paragraph above Korean text is the abstract, as in daily texts; lists are commentary."""
    korean = next((place for place, line in enumerate(rest) if is_commentary_language(line)), None)
    above = rest[: korean or 0]
    if korean and not draft.abstract and has_words("".join(above)) and not any(map(_LIST_MARK.match, above)):
        draft.abstract += above
        rest = rest[korean:]
    draft.commentary += rest


def is_rule(line: str) -> bool:
    """Whether a line is a thematic break."""
    bare = line.strip()
    return len(bare) > 2 and set(bare) <= _RULE_MARKS
