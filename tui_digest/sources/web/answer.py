"""What a server answered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class Validators:
    """What a server gave to ask by, whether something changed since; each as it came, None where it gave none."""

    etag: str | None = None
    modified: str | None = None
    """Its `Last-Modified`: a date in words, never read as one."""

    def __bool__(self) -> bool:
        return self.etag is not None or self.modified is not None


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of one request, whole: a body that was cut short is an error and no answer."""

    url: str
    """Where it ended, without user name and password."""
    moved_to: str | None
    """Another address to ask from now on, where every redirect was a permanent one. It has the password that was
    asked with, where that may go there: keep it as the address itself is kept, and show it by `address.shown`."""
    media_type: str
    """`text/html`, in small letters; empty where none was told."""
    charset: str | None
    """The encoding told, where Python knows it."""
    body: bytes
    """Decoded; empty where nothing changed."""
    validators: Validators
    """For the next request; those asked with, where nothing changed and the server gave no others."""
    not_modified: bool
    fetched: datetime
    """In UTC, by this machine's clock."""
    max_age: int | None
    """Seconds for which the server says that nothing will change, a year at most; None where it says nothing."""
