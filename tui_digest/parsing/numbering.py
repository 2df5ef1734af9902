"""Numbers and other marks before a title: `1.`, `[1]`, `**[1]**`, `#1`, anchors, links into the page."""

from __future__ import annotations

import re

from tui_digest.parsing.markdown import tidy_links, without_decoration
from tui_digest.text.patterns import regex

_NUMBER = regex(
    r"(?P<mark>[*_]{0,3})\s*(?:\d{1,3}[、．]|\d{1,2}(?:\.\d{1,2}){1,3}\.?(?=\s)|(?:(?!(?:19|20)\d\d)\d{1,4}\.|\(?\d{1,3}\))(?=[\s*_\[《「『])|\[\d{1,4}\](?![(:\[])|#\d{1,4}[.):]?\s|[\u2460-\u2473]|\d\ufe0f?\u20e3)\s*"
)
_NUMBER_MARKED = regex(r"(?P<mark>[*_]{2,3})\s*(?:\[\d{1,4}\]|\(?\d{1,4}[.)]?)\s*(?P=mark)[.:]?\s+")
_ANCHOR = regex(r"<a\s+(?:id|name)\s*=[^<>]{0,200}>\s*(?:</a>)?", re.IGNORECASE)
_INTO_PAGE = regex(r"\s*\[{1,2}[^\[\]]{0,60}\]{1,2}\(#[^()\s]*\)\]?\s*$")


def without_number(text: str) -> str:
    """The text without the number before it: `1.`, `[1]`, `**[1]**`, `#1`, and emoji behind that."""
    if marked := _NUMBER_MARKED.match(text):
        return without_decoration(text[marked.end() :])
    if number := _NUMBER.match(text):
        return number["mark"] + without_decoration(text[number.end() :])
    return text


def number_of(text: str) -> int | None:
    """The number before a title; None where there is none."""
    text = without_decoration(_ANCHOR.sub("", text).strip())
    match = _NUMBER_MARKED.match(text) or _NUMBER.match(text)
    digits = re.search(r"\d+", match[0]) if match else None
    return int(digits[0]) if digits else None


def bare_heading(text: str) -> str:
    """A heading without anchors, number, emoji, and links into the page."""
    text = _INTO_PAGE.sub("", _ANCHOR.sub("", tidy_links(text)).strip())
    return without_number(without_decoration(text)).strip()
