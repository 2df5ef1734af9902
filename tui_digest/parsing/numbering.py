"""Numbers and other marks before a title: `1.`, `[1]`, `**[1]**`, `#1`, anchors, links into the page."""

from __future__ import annotations

import re
import unicodedata

from tui_digest.parsing.markdown import tidy_links, without_decoration
from tui_digest.text.patterns import regex

_SIGN_RANGES = ((0x2460, 0x2487), (0x24EB, 0x24FE), (0x2776, 0x2793), (0x3251, 0x325F), (0x1F51F, 0x1F51F))
"""Numbers in circles and brackets, white and black, and the keycap of ten."""
SIGNS = "".join(f"{chr(first)}-{chr(last)}" for first, last in _SIGN_RANGES)
"""The same for a class of a pattern."""
SIGNS_BEGIN = frozenset(chr(code) for first, last in _SIGN_RANGES for code in range(first, last + 1))
_NUMBER = regex(
    r"(?P<mark>[*_]{0,3})\s*(?:\d{1,3}[、．]|\d{1,2}(?:\.\d{1,2}){1,3}\.?(?=\s)|(?:(?!(?:19|20)\d\d)\d{1,4}\.|\(?\d{1,3}\))(?=[\s*_\[《「『])|\[\d{1,4}\](?![(:\[])|【\d{1,4}】|#\d{1,4}[.):]?\s"
    rf"|[{SIGNS}]|\d\ufe0f?\u20e3"
    r"|(?:No|Nr)\.?\s?\d{1,4}[.):]?(?=\s)|\d{1,3}/(?:\d{1,3}|[nN])?(?=\s)|[가나다라마바사아자차카타파하][.)](?=\s)|\([가-하]\)(?=\s)"
    r"|[IVX]{1,5}\)(?=\s))\s*"
)
_STATE = regex(r"⟦(?P<state>[^⟦⟧]{1,40})⟧\s*")
"""As `markup.py` writes the state and priority of an org heading."""
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
    text = _ANCHOR.sub("", text).strip()
    text = text if text[:1] in SIGNS_BEGIN else without_decoration(text)
    match = _NUMBER_MARKED.match(text) or _NUMBER.match(text)
    digits = re.search(r"\d+", match[0]) if match else None
    if digits or match is None:
        return int(digits[0]) if digits else None
    return next((int(value) for sign in match[0] if (value := unicodedata.numeric(sign, 0))), None)


def state_of(text: str) -> tuple[str, str]:
    """The state and the priority that org gives a heading, `TODO [#A]`, and the rest of the heading."""
    match = _STATE.match(text) if text[:1] == "⟦" else None
    return (match["state"], text[match.end() :]) if match else ("", text)


def bare_heading(text: str) -> str:
    """A heading without anchors, number, emoji, the state of a task, and links into the page."""
    text = state_of(text)[1]
    text = _INTO_PAGE.sub("", _ANCHOR.sub("", tidy_links(text)).strip())
    return without_number(without_decoration(text)).strip()
