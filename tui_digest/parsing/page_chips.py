"""Chips of a page: short words in boxes of their own, which are tags where a line holds nothing else."""

from __future__ import annotations

import re

from tui_digest.parsing.markdown import is_label
from tui_digest.text.patterns import regex

CHIP_OPENS, CHIP_CLOSES = "\x03", "\x04"
"""Stand around a chip in a line that is being written; no text that was cleaned holds them."""
_KINDS = frozenset(
    "tag tags label labels badge badges chip chips keyword keywords pill pills topic topics category".split()
)
_OF_LINKS = frozenset("tag tags tag-link post-tag taglink".split())
_SAID = regex("\x03(?P<said>[^\x03\x04]*)\x04")
_LABEL = regex(r"\W*(?:tags?|keywords?|topics?|categories|태그|키워드)?\W*$", re.IGNORECASE)
_LONGEST = 40


def is_chip(kind: str) -> bool:
    """Whether the classes of an element, in small letters, say that it is a chip."""
    return bool(kind) and not _KINDS.isdisjoint(kind.replace("-", " ").replace("_", " ").split())


def is_tag_link(kind: str) -> bool:
    """Whether the relations and classes of a link say that it leads to a tag's page."""
    return not _OF_LINKS.isdisjoint(kind.lower().split())


def without_chips(text: str) -> tuple[str, list[str]]:
    """A line whose chips are words of it, and no tags; or nothing and the tags, where it holds nothing but chips."""
    chips = [" ".join(match["said"].split()) for match in _SAID.finditer(text)]
    named = all(len(chip) <= _LONGEST and "](" not in chip and not is_label(chip) for chip in chips)
    if chips and named and _LABEL.match(_SAID.sub("", text)):
        return "", [chip.lstrip("#").replace(",", " ") for chip in chips if any(map(str.isalpha, chip))]
    apart = text.replace(CHIP_CLOSES + CHIP_OPENS, " ").replace(CHIP_OPENS, "").replace(CHIP_CLOSES, "")
    return " ".join(apart.split()), []
