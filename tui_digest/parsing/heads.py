"""The paper that a heading names."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from tui_digest.parsing.authors import authors_at_end, name_list
from tui_digest.parsing.days import day_said
from tui_digest.parsing.item_read import ItemRead, rated, with_rating
from tui_digest.parsing.item_rest import OPEN_END, with_rest
from tui_digest.parsing.items import (
    find_first,
    read_labels,
    read_linked,
    read_pictured,
    read_quoted,
    title_said,
)
from tui_digest.parsing.labels import Label, labelled
from tui_digest.parsing.markdown import has_words, plain
from tui_digest.parsing.numbering import bare_heading, state_of
from tui_digest.parsing.title_ends import rating_ahead, to_link, votes_ahead
from tui_digest.text.patterns import regex

if TYPE_CHECKING:
    from tui_digest.parsing.drafts import Draft

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
_BY_AT_END = regex(r"[\s,–—-]+by\s+(?P<names>[^\s\d:].{3,300})$", re.IGNORECASE)
_A_PERSON = regex(r"(?!\S+ing\s)\S+\s\S")
_VENUE_AT_END = regex(
    r"\s*[(\[（](?:(?:arXiv|[A-Z])[\w .&/-]{0,30}[\s,-]?\s?)?(?:(?:19|20)\d{2}|['’‘]\d{2})(?:[\s,]+[A-Z][a-z]+)?"
    r"[)\]）]$"
)


def read_heading(text: str) -> ItemRead:
    """The paper that a heading names, as below, with what stands before it: the state of a task, which goes to the
    comment, or votes, or stars, which go there too."""
    state, text = state_of(text)
    voted = votes_ahead(text)
    text = voted[1] if voted else text
    ahead = rating_ahead(text)
    piece = rated(_read_named(ahead[1] if ahead else text))
    if ahead:
        piece = with_rating(piece, ahead[0])
    if state:
        piece = replace(piece, text=f"{state}\n{piece.text}".rstrip())
    return replace(piece, votes=voted[0]) if voted else piece


def _read_named(text: str) -> ItemRead:
    """The paper that a heading names: a link and what stands behind it, or all of the heading; names in brackets that
    close it, and links behind it, are no part of the title. of `Title: …` and `제목: …` the label is none, either."""
    text = _REVIEW.sub("", bare_heading(text), count=1)
    if text[:2] == "![":
        return read_pictured(text)
    if linked := read_linked(text):
        return linked
    if local := _RELATIVE.match(text):
        return with_rest(ItemRead(title=title_said(local["label"])), local["rest"])
    if text[:1] == "[" and (labelled_first := read_labels(text)):
        return labelled_first
    found = labelled(text)
    if found and (found.field is Label.TITLE or (found.field is Label.LINK and not find_first(found.value))):
        return read_heading(found.value) if found.value else ItemRead()
    if text[:1] in ('"', "“") and (quoted := read_quoted(text)):
        return quoted
    first = find_first(text)
    before, rest = to_link(text, first) if first is not None else (text, "")
    if by := _said_by(before):
        return with_rest(by, rest)
    title = plain(before.rstrip(OPEN_END + "(" if rest else " ")).strip()
    split = authors_at_end(title)
    if split and split[0] and len(split[1]) > 1:
        return with_rest(ItemRead(title=split[0], authors=split[1]), rest)
    if (venue := _VENUE_AT_END.search(title)) and has_words(title[: venue.start()]):
        title, rest = title[: venue.start()], f"{venue[0].strip()} {rest}"
    bare = title.rstrip(":： ") if has_words(title) else ""
    return with_rest(ItemRead(title=bare or None), rest) if rest else ItemRead(title=bare or None)


def _said_by(text: str) -> ItemRead | None:
    """`Title by Ann Lee and Bob Ray`; None where what stands behind `by` may be something else than people."""
    by = _BY_AT_END.search(text)
    if by is None:
        return None
    names = name_list(by["names"] if by["names"].endswith("al.") else by["names"].rstrip(" .,"))
    sure = len(names) > 1 and (names[-1].startswith("et al") or all(_A_PERSON.match(name) for name in names))
    return ItemRead(title=title_said(text[: by.start()]), authors=names) if sure else None


_CITED_KEY = regex(r"(?P<key>\[\[@[^\[\]]{1,80}\]\]|\[@[\w:.-]{1,80}\])[\s:–—-]+(?=\S)")
"""A key of a reference manager before a title, `[[@lee2024]] Title`."""


def take_heading(draft: Draft, text: str) -> list[str]:
    """Puts the paper that a heading names into the draft; what it says besides, as the lines of a text."""
    keyed = _CITED_KEY.match(text)
    piece = read_heading(text[keyed.end() :] if keyed else text)
    draft.title, draft.authors = piece.title, piece.authors or draft.authors
    draft.urls = [*([piece.url] if piece.url else []), *draft.urls]
    draft.links += piece.links
    draft.votes = piece.votes if draft.votes is None else draft.votes
    said = piece.text.split("\n") if piece.text else []
    return [keyed["key"], *said] if keyed else said


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
