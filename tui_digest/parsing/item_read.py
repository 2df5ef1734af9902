"""What one line says of a paper, and where its stars go."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING

from tui_digest.parsing.title_ends import rating_behind

if TYPE_CHECKING:
    from tui_digest.models import Link

_Day = date  # where a field is called `date` itself


@dataclass(slots=True)
class ItemRead:
    """What one line says of a paper."""

    title: str | None = None
    url: str | None = None
    """Where the title leads, or the address that begins the line."""
    authors: tuple[str, ...] = ()
    links: list[Link] = field(default_factory=list)
    """The links that stand apart from the comment."""
    text: str = ""
    """The comment."""
    date: _Day | None = None
    """The day that stands before the title."""
    votes: int | None = None
    """The votes that stand before it: `▲ 45 Title`."""


def rated(piece: ItemRead) -> ItemRead:
    """The same with the stars behind its title in the comment."""
    split = rating_behind(piece.title or "")
    return with_rating(replace(piece, title=split[0]), split[1]) if split else piece


def with_rating(piece: ItemRead, rating: str) -> ItemRead:
    """The same with stars before its comment."""
    return replace(piece, text=f"{rating} {piece.text}".rstrip())
