"""Marks in a line of a page that is written as Markdown, and the attributes of its tags."""

from __future__ import annotations

from html import unescape
from typing import TYPE_CHECKING

from tui_digest.text.patterns import regex

if TYPE_CHECKING:
    from collections.abc import Sequence

_ATTRIBUTE = regex(r"(?P<name>[\w:-]+)\s*=\s*(?:\"(?P<double>[^\"]*)\"|'(?P<single>[^']*)'|(?P<bare>[^\s\"'>]+))")
_SCHEME = regex(r"^(?:https?://)?(?:www\.)?")
_FEWEST = 10
_LIST_LEVEL = regex(r"(?<![\w-])lst-\w+-(?P<level>\d)(?![\w-])")
"""A class of lists as word processors export them: those that are nested stand behind each other."""
_EMPTY_MARKS = regex(r"\x01(\*\*|\*|`)\s*(?:\1)?\x02|(\*\*|\*|`)\x02\x01\2")
"""Marks around nothing, or taken up again where they ended."""
_BLANK_BEHIND_MARK = regex(r"\x01(\*\*|\*|`)\s+")
_BLANK_BEFORE_MARK = regex(r"\s+(\*\*|\*|`)\x02")
_UNTIDY = regex(r"\x01(\*\*|\*|`)(?:\s|\1?\x02)|\s(?:\*\*|\*|`)\x02|(\*\*|\*|`)\x02\x01\2")
"""Where any of these three patterns is found."""


def tidied(text: str) -> str:
    """The text with the marks of emphasis where Markdown wants them."""
    if _UNTIDY.search(text) is None:
        return text.replace("\x01", "").replace("\x02", "")
    text = _EMPTY_MARKS.sub("", text)
    text = _BLANK_BEHIND_MARK.sub(r" \1", text)
    text = _BLANK_BEFORE_MARK.sub(r"\1 ", text).replace("\x01", "").replace("\x02", "")
    return " ".join(text.split())


def attribute(rest: str, name: str) -> str:
    """The value of an attribute of a tag; empty where it has none."""
    for match in _ATTRIBUTE.finditer(rest) if "=" in rest else ():
        if match["name"].lower() == name:
            return unescape(match["double"] or match["single"] or match["bare"] or "")
    return ""


def list_depth(rest: str, around: Sequence[int]) -> int:
    """How deep a list stands that opens inside of lists of these depths; its tag may tell so."""
    depth = around[-1] + 1 if around else 0
    told = _LIST_LEVEL.search(attribute(rest, "class")) if "lst-" in rest else None
    return max(depth, int(told["level"])) if told else depth


def says_address(label: str, target: str) -> bool:
    """Whether a link's label is the address where it leads, perhaps without its scheme or cut short."""
    if "." not in label or " " in label:
        return False
    said, whole = (_SCHEME.sub("", each).rstrip("/") for each in (label, target))
    return said == whole or (said[-1:] == "…" and len(said) > _FEWEST and whole.startswith(said[:-1]))
