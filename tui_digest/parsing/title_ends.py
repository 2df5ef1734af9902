"""Where on its line a title begins and ends: behind votes, between ratings, before a bracket that holds a link."""

from __future__ import annotations

from tui_digest.parsing.links import find_links
from tui_digest.parsing.markdown import has_words
from tui_digest.text.patterns import regex

_VOTES_AHEAD = regex(r"\s*[▲△⬆🔺🔼👍]\ufe0f?\s*(?P<votes>\d[\d,]{0,8})\s+(?=\S)")

_STARS = "★☆⭐🌟✩✪"
_RATING = regex(rf"[{_STARS}]")
_RATINGS = regex(rf"(?:[{_STARS}]\ufe0f?)+")
_RATING_AHEAD = regex(rf"\s*(?P<rating>[(（\[]?(?:[{_STARS}]\ufe0f?){{2,10}}[)）\]]?)(?!\()\s*(?=\S)")
_RATING_BEHIND = regex(rf"\s*(?P<rating>[(（\[]?(?:[{_STARS}]\ufe0f?){{1,10}}[)）\]]?)$")


def votes_ahead(text: str) -> tuple[int, str] | None:
    """The votes that stand before a title behind a sign, `▲ 45 Title`, and the title; None where there are none."""
    match = _VOTES_AHEAD.match(text)
    return (int(match["votes"].replace(",", "")), text[match.end() :]) if match else None


def rating_ahead(text: str) -> tuple[str, str] | None:
    """The stars that stand before a title, `★★★ Title`, two or more (one is a list mark), and the title; None where
    there are none."""
    match = _RATING_AHEAD.match(text) if _RATING.search(text, 0, 4) else None
    return (match["rating"], text[match.end() :]) if match else None


def rating_behind(title: str) -> tuple[str, str] | None:
    """A title, and the stars that stand behind it; None where there are none."""
    match = None if title.isascii() else _RATING_BEHIND.search(title, max(0, len(title) - 30))
    return (title[: match.start()], match["rating"]) if match and has_words(title[: match.start()]) else None


def has_stars(text: str) -> bool:
    """Whether stars are in a text."""
    return not text.isascii() and _RATING.search(text) is not None


def stars_beside_links(text: str) -> str:
    """The stars of a text that stand in none of its links."""
    position = 0
    stars: list[str] = []
    for each in find_links(text):
        stars += _RATINGS.findall(text[position : each.start])
        position = each.end
    return " ".join(map(str.strip, (*stars, *_RATINGS.findall(text[position:]))))


def to_link(text: str, place: int) -> tuple[str, str]:
    """What stands before a link, and the rest from it on; a bracket of more than the link belongs to that."""
    before = text[:place]
    opened = max(before.rfind("("), before.rfind("（"))
    if opened > 0 and not any(mark in before[opened:] for mark in ")）") and has_words(before[opened:]):
        return text[:opened], text[opened:]
    return before, text[place:]
