"""The fields there are, the words some of them take, and which known one a mistyped one is near to."""

from __future__ import annotations

from collections.abc import Iterable

FIELDS = {
    "tag": "rl",
    "title": "attention",
    "author": "Vaswani",
    "section": "Vision",
    "note": "baseline",
    "digest": "2023",
    "view": "unread",
    "source": "Lamps",
    "week": "2023-W30",
    "date": "2023-07",
    "added": "<7d",
    "published": "2023-07",
    "updated": "<1y",
    "is": "unread",
    "has": "arxiv",
    "arxiv": "2307.12950",
    "votes": ">=30",
    "seen": ">=2",
    "sort": "votes",
    "limit": "20",
}
"""Every field's name, and a value it could have."""

TEXTS = ("tag", "title", "author", "section", "note", "digest", "view", "source")
"""Fields whose value is taken as it is."""

WHOLE = ("author", "digest")
"""Fields of which `name:=value` asks for the whole name, and not a part of it; the tree calls them `name=`."""

DAYS = ("date", "added", "published", "updated")
"""Fields whose value is a span of days."""

SPANS = ("week", *DAYS, "votes", "seen")
"""Fields that take comparisons and ranges."""

SETTINGS = ("sort", "limit")
"""Not conditions: they say how the list is shown."""

SORTS = {"date": True, "added": True, "title": False, "author": False, "votes": True, "seen": True, "waiting": True}
"""What a list can be sorted by, and whether it descends unless a `-` turns it round."""

CHOICES = {
    "is": ("unread", "read", "starred", "noted", "tagged", "later", "new"),
    "has": ("arxiv", "abstract", "link"),
    "sort": tuple(SORTS),
}
"""Fields whose value is one of a few words."""


MEANT = {
    "by": "author:{}",
    "topic": "section:{}",
    "after": "date:>{}",
    "since": "date:>={}",
    "before": "date:<{}",
    "until": "date:<={}",
    "year": "date:{}",
    "month": "date:{}",
    "day": "date:{}",
    "submitted": "published:{}",
    "revised": "updated:{}",
    "id": "arxiv:{}",
    "read": "is:read",
    "unread": "is:unread",
    "starred": "is:starred",
    "star": "is:starred",
    "noted": "is:noted",
    "tagged": "is:tagged",
    "later": "is:later",
    "feed": "source:{}",
    "abstract": "has:abstract",
    "link": "has:link",
    "order": "sort:{}",
}
"""What other search boxes call these things: as text they would hardly find anything."""

ORDERS = {"newest": "date", "oldest": "-date", "new": "added", "recent": "added", "name": "title", "week": "date"}
"""Other words for what a list can be sorted by."""


def near(word: str, known: Iterable[str], cutoff: float = 0.6) -> str | None:
    """The known word that `word` was probably meant to be."""
    from difflib import get_close_matches

    found = get_close_matches(word, list(known), 1, cutoff)
    return found[0] if found else None


def near_field(name: str) -> str | None:
    """The field that `name` was probably meant to be: its letters in another order, or all but one or so of them.

    Strict, for what is near to no field is text: `state:x` is.
    """
    if name in FIELDS:
        return name
    for field in FIELDS:
        if sorted(name) == sorted(field):
            return field
    return near(name, (field for field in FIELDS if len(field) > 2), 0.74)


def near_choice(name: str, value: str) -> str | None:
    """The term that `name:value` was probably meant to be: with another word of the field, or under another field."""
    parts = value.split(",")
    if len(parts) > 1 and name != "sort" and set(parts) <= set(CHOICES[name]):
        return f"({' OR '.join(f'{name}:{part}' for part in parts)})"
    if name == "sort" and value in ORDERS:
        return f"sort:{ORDERS[value]}"
    if word := near(value.lstrip("-"), CHOICES[name]):
        return f"{name}:{'-' if name == 'sort' and value.startswith('-') else ''}{word}"
    for other in ("is", "has"):
        if word := near(value, CHOICES[other]):
            return f"{other}:{word}"
    return None
