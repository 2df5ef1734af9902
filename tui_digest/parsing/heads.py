"""The paper that a heading names."""

from __future__ import annotations

import re

from tui_digest.parsing.authors import authors_at_end
from tui_digest.parsing.days import day_said
from tui_digest.parsing.items import (
    OPEN_END,
    ItemRead,
    find_first,
    read_labels,
    read_linked,
    read_pictured,
    title_said,
    with_rest,
)
from tui_digest.parsing.labels import Label, labelled
from tui_digest.parsing.markdown import has_words, plain
from tui_digest.parsing.numbering import bare_heading
from tui_digest.text.patterns import regex

_REVIEW = regex(
    r"^(?:\[[^\[\]]{0,20}(?:리뷰|논문|읽기|스터디|論文|论文|笔记|メモ|review|paper|note|summary|reading)[^\[\]]{0,12}\](?!\()"
    r"|(?:논문\s?리뷰|논문\s?요약|paper\s(?:review|summary|notes?)|論文(?:紹介|メモ|要約)|论文(?:笔记|阅读|解读))\s*[:：])\s*",
    re.IGNORECASE,
)
_RELATIVE = regex(
    r"[*_]{0,3}\[(?P<label>(?:[^\[\]]|\[[^\[\]]*\])+)\]\((?P<path>[^()\s#][^()]*)\)[*_]{0,3}(?P<rest>.*)$"
)
_BESIDE = regex(r"\s*(?:[|｜·]\s*(?P<bar>[^|｜·]+)|[(（\[](?P<said>[^()（）\[\]]+)[)）\]])$")
_COUNTED = regex(r"(?!(?:19|20)\d\d$)(?:total\s*:?\s*)?\d+\s*(?:papers?|items?|entries|篇|편|건|本|件)?", re.IGNORECASE)
_VENUE_AT_END = regex(
    r"\s*[(\[（](?:(?:arXiv|[A-Z])[\w .&/-]{0,30}[\s,-]?\s?)?(?:(?:19|20)\d{2}|['’‘]\d{2})(?:[\s,]+[A-Z][a-z]+)?"
    r"[)\]）]$"
)


def read_heading(text: str) -> ItemRead:
    """The paper that a heading names: a link and what stands behind it, or all of the heading; names in brackets that
    close it, and links behind it, are no part of the title. of `Title: …` and `제목: …` the label is none, either."""
    text = _REVIEW.sub("", bare_heading(text), count=1)
    if text[:2] == "![":
        return read_pictured(text)
    if piece := read_linked(text):
        return piece
    if local := _RELATIVE.match(text):
        return with_rest(ItemRead(title=title_said(local["label"])), local["rest"])
    if text[:1] == "[" and (piece := read_labels(text)):
        return piece
    found = labelled(text)
    if found and (found.field is Label.TITLE or (found.field is Label.LINK and not find_first(found.value))):
        return read_heading(found.value) if found.value else ItemRead()
    first = find_first(text)
    before, rest = (text[:first], text[first:]) if first is not None else (text, "")
    title = plain(before.rstrip(OPEN_END + "(" if rest else " ")).strip()
    split = authors_at_end(title)
    if split and split[0] and len(split[1]) > 1:
        return with_rest(ItemRead(title=split[0], authors=split[1]), rest)
    if (venue := _VENUE_AT_END.search(title)) and has_words(title[: venue.start()]):
        title, rest = title[: venue.start()], f"{venue[0].strip()} {rest}"
    bare = title.rstrip(":： ") if has_words(title) else ""
    return with_rest(ItemRead(title=bare or None), rest) if rest else ItemRead(title=bare or None)


def topic_said(text: str) -> str:
    """The words of a topic heading, without number, emoji, a date set off by a bar or in brackets, and a count of
    papers."""
    words = plain(bare_heading(text)).strip(" :：")
    if words[:2] == "[[" and words[-2:] == "]]":  # a page of the notes
        words = words[2:-2].strip()
    while (cut := _BESIDE.search(words)) and cut.start():
        said = (cut["bar"] or cut["said"]).strip()
        if not (day_said(said) or _COUNTED.fullmatch(said)):
            break
        words = words[: cut.start()].rstrip(" :：|｜·-–—")
    return words


def without_review(title: str) -> str:
    """A title without the `[논문 리뷰]` or `Paper review:` before it."""
    return _REVIEW.sub("", title, count=1) or title
