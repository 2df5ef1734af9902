"""Which item of a list of authors stands for those it leaves out: `et al.`, `and 3 others`, `외 3명`, `等`, `ほか`."""

from __future__ import annotations

import re
from collections.abc import Iterable

from tui_digest.text.patterns import regex

OTHERS = (
    r"et\.?\s*(?:al|el)\b\.?|외\s*\d*\s*[명인]?|등(?:\s*\d+\s*[명인])?|等(?:\s*\d*\s*[人位名]?(?:作者)?)?"
    r"|他(?:\s*\d+\s*名)?|ほか(?:\s*\d*\s*名|多数)?|(?:and\s+)?\+?\s*\d+\s+(?:more|others)(?: authors)?"
    r"|(?:and\s+)?others|…|\.{2,}"
)
"""A pattern, of small letters or capitals."""
_OTHERS = regex(rf"(?:{OTHERS}|ら)[.。]?", re.IGNORECASE)
_BEHIND = regex(r"\s+(?:ほか|他|等|외)\s*\d*\s*(?:名|명|人|位作者)?$")
_OWN = frozenset("bcdfghijklmnpqrstuvwxyzBCDFGHIJKLMNPQRSTUVWXYZ")
"""Letters of ASCII with which nothing begins that stands for others."""
_OTHERS_BEGIN = ("et", "an", "ot")
"""What else of ASCII's letters does."""


def is_others(name: str) -> bool:
    """Whether an item of a list of authors is no name, but says that there are more."""
    return _OTHERS.fullmatch(name.strip()) is not None


def people(authors: Iterable[str]) -> tuple[str, ...]:
    """The names alone, without what stands for others."""
    names = tuple(authors)
    if "".join(names).isascii() and _OWN.issuperset([name[:1] for name in names]):  # as nearly always
        return names
    return tuple([name for each in names if (name := _own_name(each))])


def _own_name(item: str) -> str:
    # Nearly all are names: the patterns would cost most of making the columns.
    if item.isascii() and (item[:1] in _OWN or (item[:1].isalpha() and item[:2].lower() not in _OTHERS_BEGIN)):
        return item
    return "" if is_others(item) else _BEHIND.sub("", item)
