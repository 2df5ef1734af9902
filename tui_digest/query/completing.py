"""What could stand where one is typing: field names, the words of some fields, and tags."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tui_digest.query.grammar import term
from tui_digest.query.vocabulary import CHOICES, FIELDS, SETTINGS
from tui_digest.text.matching import fold

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_TAG = re.compile(
    r"""(?:^|(?<=[\s(|]))-?(?P<term>(?:tag[:：]|[#＃]+)(?:["“＂](?P<phrase>[^"”＂]+)|(?P<word>[^\s()|"“＂]+)))$""",
    re.IGNORECASE,
)
"""A tag that is being typed, its quotes not closed."""


def fragment(text: str, cursor: int) -> tuple[int, int]:
    """The place of what is being typed at the cursor: `complete` says what could stand there."""
    if tag := _TAG.search(text[:cursor]):
        return tag.start("term"), cursor
    start = cursor
    while start and not text[start - 1].isspace() and text[start - 1] not in '()|"':
        start -= 1
    while start < cursor and text[start] == "-":
        start += 1
    return start, cursor


def complete(text: str, cursor: int, tags: Callable[[], Iterable[str]] = tuple) -> list[str]:
    """What could stand in the place of the `fragment` at the cursor: field names, the words of `is:`, `has:` and
    `sort:`, and those of the `tags` that begin with what is typed, then those that hold it, in their order."""
    start, end = fragment(text, cursor)
    if len(re.findall(r'(?:^|(?<=[\s(:|-]))"|"(?=[\s)|]|$)', text[:start])) % 2:
        return []  # inside a phrase
    if tag := _TAG.search(text[:cursor]):
        return [term("tag", name) for name in _holding(fold(tag["phrase"] or tag["word"]), tags())]
    typed = text[start:end].lower()
    name, colon, value = typed.partition(":")
    if not colon:
        negated = start > 0 and text[start - 1] == "-"
        return [f"{field}:" for field in FIELDS if field.startswith(name) and not (negated and field in SETTINGS)]
    words = CHOICES.get(name, ())
    if name == "sort" and value.startswith("-"):
        words = tuple(f"-{word}" for word in words)
    return [f"{name}:{word}" for word in words if word.startswith(value) and word != value]


def completed(text: str, cursor: int, tags: Callable[[], Iterable[str]]) -> tuple[str, int] | None:
    """The text with the first that could stand at the cursor put in, and the cursor behind it; None where nothing
    is known, or too little is typed to tell."""
    start, end = fragment(text, cursor)
    if end - start < 2 or text[cursor : cursor + 1].strip(" )|"):
        return None
    found = complete(text, cursor, tags)
    return (text[:start] + found[0] + text[end:], start + len(found[0])) if found else None


def _holding(typed: str, tags: Iterable[str]) -> list[str]:
    folded = [(tag, fold(tag)) for tag in tags]
    begins = [tag for tag, text in folded if text.startswith(typed) and text != typed]
    return begins + [tag for tag, text in folded if typed in text[1:] and not text.startswith(typed)]
