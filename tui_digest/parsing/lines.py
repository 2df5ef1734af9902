"""What a single line or cell is: links and their labels only, tags, votes, a rule, or tags that lay out the page."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tui_digest.identity import arxiv_id
from tui_digest.models import Link
from tui_digest.parsing.links import bulleted_urls, find_links, may_link
from tui_digest.parsing.markdown import has_words, is_label, plain, tidy_links, without_tags
from tui_digest.text.patterns import regex

if TYPE_CHECKING:
    from collections.abc import Sequence

_WORDS = regex(r"[^\W\d_]+")
_PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".svg", ".webp", ".mp4", ".webm")
_BADGES = ("img.shields.io/", "badge", "badgen.net/", "awesome.re/", "/stars/")
_DRESSING = regex(
    r"\s*(?:</?(?:details|div|p|center|a|blockquote|span|br|hr|section|table|tbody|ul|ol)\b(?![^<>]*\bhref)[^<>]*>"
    r"|\{%.{0,300}?%\}|<!--.{0,300}?-->|\s)*\s*$",
    re.IGNORECASE,
)
_NAMED = regex(
    r"(?<![\w/])(?:arXiv\s?[:：]\s?(?P<id>\d{4}\.\d{4,5}(?:v\d+)?)|doi\s?[:：]\s?(?P<doi>10\.\d{4,9}/[^\s,;)\]]*[^\s,;)\].]))",
    re.IGNORECASE,
)
_CATEGORY = regex(r"[a-z]{2,8}(?:-[a-z]{2,4})?\.[A-Za-z-]{2,8}$")
_DRAWER = (":PROPERTIES:", ":END:", ":LOGBOOK:")
ANY_LINK = frozenset("link links url here 링크 链接 リンク".split())
_FIELDS_APART = regex(r"\s+[·•|｜]\s+")
_LONGEST_SHARED = 2000
_RULE_MARKS = frozenset("-*_ \t=")
_SUPER = regex(r"<sup>.{0,40}?</sup>")
_ENUMERATED = regex(
    r"[^,;()]{1,60}(?:,\s+[^,;()]{1,60}){0,4},\s+(?:and|&)\s+[^,;()]{1,60}\([a-z-]{2,8}(?:\.[\w-]{2,8})?\)"
)
"""A name of arXiv's that counts up, with its short one behind: its commas part no tags."""
_TAG_APART = regex(r"\s*[,，、;；|•]\s*|\s+[·/]\s+|`\s+`?|(?<=`)\s*(?=`)|\s*<br\s*/?>\s*")
_LONGEST_TAG = 60
_MOST_TAGS = 64
_THUMB = regex(
    r"[\s>]*(?:[-*+•]\s+)?[*_]{0,2}(?:[👍⬆▲🔺🔼❤♥]\ufe0f?\s*:?\s*(?P<n>\d[\d,]*)|(?P<m>\d[\d,]*)\s*(?:up)?votes?)[*_]{0,2}\s*$",
    re.IGNORECASE,
)
_COUNT = regex(
    r"[*_`+\s]*(?P<n>\d{1,3}(?:,\d{3})+|\d{1,9})(?:\s*(?:votes?|upvotes?|likes?|표|명|개))?[*_`\s]*$", re.IGNORECASE
)
_MOST_LABELS = 3
"""A link's label of more words is a title, unless all of them are labels."""
_PAPER_WORDS = frozenset("paper papers 논문 论文 论文链接 论文下载链接".split())
_PAPER_NAMES = ("论文", "論文", "논문")


def names_paper(label: str | None) -> bool:
    """Whether a link's label calls it a paper (`Paper`, `arXiv`)."""
    words = _WORDS.findall((label or "").lower()) if label else []
    if len(words) > _MOST_LABELS and not is_label(label):
        return False
    return not _PAPER_WORDS.isdisjoint(words) or (
        len(words) < 6 and any(name in word for word in words for name in _PAPER_NAMES)
    )


def own_url(links: Sequence[Link]) -> str | None:
    """The URL that is the entry's own among its links: the one called a paper, else the first."""
    for link in links:
        if names_paper(link.label):
            return link.url
    return links[0].url if links else None


def fields_apart(line: str) -> list[str]:
    """The fields that share a line, `Vote: 5 | Code: URL`; one for most lines."""
    return _FIELDS_APART.split(line) if len(line) < _LONGEST_SHARED else [line]


def is_link_line(line: str) -> bool:
    """Whether a line holds links and their labels only."""
    return links_alone(line) is not None


def links_alone(line: str) -> list[Link] | None:
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
            words = plain(between).strip(" -*•·|,;/:：()[]>")
            if not is_label(words):
                return None
            if words.lower() not in ANY_LINK:
                if label and not same_said(label, each.link.url):
                    return None  # both label and address tell something
                label = words
        told += label is None or is_label(label) or line[each.start] == "!"
        links.append(Link(each.link.url, label))
    if not links or has_words(line[position:]):
        return None
    return links if told == len(links) or len(links) > 1 or names_paper(links[0].label) else None


def same_said(label: str, url: str) -> bool:
    """Whether a link's label says no more than its address."""
    label = label.lower()
    return label in ANY_LINK or label in url.lower() or arxiv_id(label) is not None


def is_dressing(line: str) -> bool:
    """Whether a line holds only tags that lay the page out: `</details>`, `<div id=toc>`, `{% raw %}`."""
    if (line.lstrip()[:1] == ":" and line.strip().upper() in _DRAWER) or not line.strip("> \t"):
        return True
    return line.lstrip()[:1] in ("<", "{") and len(line) < _LONGEST_SHARED and _DRESSING.match(line) is not None


def is_badge(url: str) -> bool:
    """Whether an address is that of a badge: a picture of words."""
    return _is_picture(url) or any(mark in url for mark in _BADGES)


def _is_picture(url: str) -> bool:
    return url.partition("?")[0].lower().endswith(_PICTURES)


_DEEPEST_HEADING = 6


def is_rule(line: str) -> bool:
    """Whether a line is a thematic break."""
    bare = line.strip()
    return len(bare) > 2 and (set(bare) <= _RULE_MARKS or (len(bare) > _DEEPEST_HEADING and set(bare) == {"#"}))


def without_superscripts(line: str) -> str:
    """A line of names without the marks of their footnotes."""
    return _SUPER.sub("", line) if "<sup>" in line else line


def named_in_text(lines: Sequence[str]) -> list[str]:
    """The addresses of papers that a text names by `arXiv:2403.01234` or `doi: 10.1000/x`, without a link."""
    found = (match for line in lines if len(line) < 20_000 for match in _NAMED.finditer(line))
    return [f"https://arxiv.org/abs/{each['id']}" if each["id"] else f"https://doi.org/{each['doi']}" for each in found]


def tag_words(text: str) -> list[str]:
    """The tags in a value: words between commas, in code marks, behind `#` or between colons; empty where a sentence
    stands there."""
    text = text.strip().rstrip(".")
    if text[:1] == "[" and text[-1:] == "]":
        text = text[1:-1]
    if text[:1] == ":" and text[-1:] == ":" and " " not in text:
        words = text.split(":")
    elif all(map(_CATEGORY.match, text.split())):
        words = text.split()
    elif text[:1] in "#＃" and " " in text:
        words = re.split(r"[\s,，、]+", text)
    else:
        words, done = [], 0
        for name in _ENUMERATED.finditer(text) if ")" in text else ():
            words += [*_TAG_APART.split(text[done : name.start()]), name[0]]
            done = name.end()
        words += _TAG_APART.split(text[done:])
    tags = [tag for each in words if (tag := each.strip(" \t`'\"*[]").lstrip("#＃"))]
    if len(tags) > _MOST_TAGS or any(len(tag) > _LONGEST_TAG for tag in tags):
        return []
    return [tag for tag in tags if any(map(str.isalnum, tag))]


def votes_in(cell: str) -> int | None:
    """The number of votes that a cell holds."""
    return number_in(cell) if len(cell) < 40 else None


def number_in(text: str) -> int | None:
    """The number that a value is; None where it is anything else."""
    match = _COUNT.match(text)
    return int(match["n"].replace(",", "")) if match else None


def votes_alone(line: str) -> int | None:
    """The votes that a line without a label gives: `👍 12`, `12 votes`."""
    match = _THUMB.match(line.strip(" ()")) if len(line) < 40 else None
    return int((match["n"] or match["m"]).replace(",", "")) if match else None


def paper_named(value: str) -> Link | None:
    """The paper that a value names by its bare id, `2403.01234v1` or `10.1000/x`."""
    bare = plain(value).strip(" .`")
    if not bare or " " in bare or "/" in bare.partition("/")[2]:
        return None
    if paper := arxiv_id(bare):
        version = f"v{paper[1]}" if paper[1] else ""
        return Link(f"https://arxiv.org/abs/{paper[0]}{version}", None)
    if re.match(r"10\.\d{4,9}/\S+$", bare):
        return Link(f"https://doi.org/{bare}", None)
    return None
