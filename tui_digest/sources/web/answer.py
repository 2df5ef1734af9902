"""What a server answered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class Validators:
    """The `ETag` and `Last-Modified` of an answer, by which the next request asks whether it changed; None where the
    server gave none."""

    etag: str | None = None
    modified: str | None = None
    """`Last-Modified` as it came; it is sent back and never parsed."""

    def __bool__(self) -> bool:
        return self.etag is not None or self.modified is not None


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to one request, complete: a body that was cut short is an error, never an answer."""

    url: str
    """The address after all redirects, without user name and password."""
    moved_to: str | None
    """The address to use from now on, where all redirects were permanent; None otherwise. It may hold the password of
    the request: store it like the address itself, and show it through `address.shown`."""
    media_type: str
    """Such as `text/html`, in small letters; empty where the server gave none."""
    charset: str | None
    """The encoding that the server named, if Python knows it; else None."""
    body: bytes
    """Decompressed; empty where nothing changed."""
    validators: Validators
    """For the next request; those of this request where nothing changed and the server gave no new ones."""
    not_modified: bool
    fetched: datetime
    """In UTC, by the clock of this computer."""
    max_age: int | None
    """Seconds for which the answer holds, by `Cache-Control`, a year at most; None where the server does not say."""
