"""Notices in one line: an address gives way before a word does, and a shorter wording before a second line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from tui_digest.tui.terminal.signs import BETWEEN
from tui_digest.tui.widgets.document import bare
from tui_digest.tui.wrap import ellipsis, middle, width_of

if TYPE_CHECKING:
    from tui_digest.i18n import Translator

FRAME = 3
"""Cells of a notice that hold none of its words."""

_GIVES_WAY = ("text", "url")
_LEAST = 10
"""Cells that an address keeps: host or id are still told."""


_TITLE = 12
"""Cells of a title from which on it tells which paper is meant."""

TITLE_ROOM = 27
"""Cells that a title and what parts it from the sentence should have."""


def about(sentence: str, title: str) -> str:
    """The sentence and, after it, the paper that it is about; a border cuts what it has no room for."""
    return f"{sentence} {BETWEEN} {' '.join(title.split())}"


def with_title(sentence: str, title: str, room: int) -> str:
    """The sentence, and after it as much of a paper's title as there is room for, if that tells anything."""
    left = room - width_of(sentence) - 3
    words = ellipsis(" ".join(title.split()), left) if title and left >= _TITLE else ""
    return f"{sentence} {BETWEEN} {words}" if words else sentence


def fitted(tr: Translator, message_id: str, details: Mapping[str, object], room: int) -> str:
    """The sentence in so many cells, if it can be: whole, else its `.short` twin, else with the address shortened."""
    ids = [message_id, f"{message_id}.short"] if tr.knows(f"{message_id}.short") else [message_id]
    given_way: dict[str, object] = dict(details)
    whole = [tr(id_, **details) for id_ in ids]
    if width_of(whole[0]) <= room:
        return whole[0]
    for sentence, id_ in zip(whole, ids, strict=True):
        for name in _GIVES_WAY:
            if name in details:
                text = str(details[name])
                left = room - (width_of(sentence) - width_of(text))
                given_way[name] = middle(bare(text), max(_LEAST, left))
        sentence = tr(id_, **given_way)
        if width_of(sentence) <= room:
            return sentence
    return sentence
