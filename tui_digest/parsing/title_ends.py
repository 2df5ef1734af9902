"""Where on its line a title begins and ends: behind votes, before a bracket that holds a link."""

from __future__ import annotations

from tui_digest.parsing.markdown import has_words
from tui_digest.text.patterns import regex

_VOTES_AHEAD = regex(r"\s*[▲△⬆🔺🔼👍]\ufe0f?\s*(?P<votes>\d[\d,]{0,8})\s+(?=\S)")


def votes_ahead(text: str) -> tuple[int, str] | None:
    """The votes that stand before a title behind a sign, `▲ 45 Title`, and the title; None where there are none."""
    match = _VOTES_AHEAD.match(text)
    return (int(match["votes"].replace(",", "")), text[match.end() :]) if match else None


def to_link(text: str, place: int) -> tuple[str, str]:
    """What stands before a link, and the rest from it on; a bracket of more than the link belongs to that."""
    before = text[:place]
    opened = max(before.rfind("("), before.rfind("（"))
    if opened > 0 and not any(mark in before[opened:] for mark in ")）") and has_words(before[opened:]):
        return text[:opened], text[opened:]
    return before, text[place:]
