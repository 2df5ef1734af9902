"""Marks in a line of a page that is written as Markdown, and the attributes of its tags."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING

from tui_digest.text.patterns import regex

if TYPE_CHECKING:
    from collections.abc import Sequence

_ATTRIBUTE = regex(r"(?P<name>[\w:-]+)\s*=\s*(?:\"(?P<double>[^\"]*)\"|'(?P<single>[^']*)'|(?P<bare>[^\s\"'>]+))")
_SCHEME = regex(r"^(?:https?://)?(?:www\.)?")
_FEWEST = 10
_BOLD = regex(r"font-weight\s*:\s*(?:bold|[6-9]00)\b", re.IGNORECASE)
_CONTROLS = frozenset(
    (
        "unsubscribe", "save", "save to library", "save for later", "add to library", "share", "forward", "subscribe",
        "view in browser", "view this email in your browser", "view online", "read online", "manage preferences",
        "update your preferences", "update preferences", "manage alerts", "list alerts", "cancel alert", "edit alert",
        "view all alerts", "email preferences", "privacy policy", "cite", "create alert",
        "구독하기", "구독 취소", "수신거부", "수신 거부", "공유하기", "공유", "웹에서 보기", "退订", "取消订阅",
        "配信停止",
    )
)  # fmt: skip
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


def is_bold(rest: str) -> bool:
    """Whether the style of a tag sets its text in bold."""
    return _BOLD.search(attribute(rest, "style")) is not None


def says_address(label: str, target: str) -> bool:
    """Whether a link's label is the address where it leads, perhaps without its scheme or cut short."""
    if "." not in label or " " in label:
        return False
    said, whole = (_SCHEME.sub("", each).rstrip("/") for each in (label, target))
    return said == whole or (said[-1:] == "…" and len(said) > _FEWEST and whole.startswith(said[:-1]))


def quoted(address: str) -> str:
    """An address as it may stand in brackets."""
    return address.replace(" ", "%20").replace("(", "%28").replace(")", "%29")


def as_link(label: str, address: str) -> str:
    """A link in Markdown's form, given its address as `quoted` has it."""
    return f"[{label.replace('[', '(').replace(']', ')')}]({address})"


def is_control(label: str) -> bool:
    """Whether a link's label only says what a program does when it is pressed: `Unsubscribe`, `Save to library`."""
    return label.strip(" .:>»→|").casefold() in _CONTROLS
