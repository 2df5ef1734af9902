"""Marks in a line of a page that is written as Markdown, and the attributes of its tags."""

from __future__ import annotations

from html import unescape

from tui_digest.text.patterns import regex

_ATTRIBUTE = regex(r"(?P<name>[\w:-]+)\s*=\s*(?:\"(?P<double>[^\"]*)\"|'(?P<single>[^']*)'|(?P<bare>[^\s\"'>]+))")
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
