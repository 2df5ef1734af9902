"""Reads header lines, whatever a server may write in them. Pure functions; they raise nothing unless they say so."""

from __future__ import annotations

import codecs
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

LONGEST_WAIT = 86_400
"""The longest wait in seconds that a server can ask for; longer ones are cut to this."""
OLDEST = 365 * 86_400

_TOKEN = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
_MEDIA = re.compile(rf"\s*({_TOKEN}/{_TOKEN})\s*(?:[;,]|$)")
_CHARSET = re.compile(rf""";\s*charset\s*=\s*["']?({_TOKEN})""", re.IGNORECASE)
_MAX_AGE = re.compile(r"(?:^|[,\s])max-age\s*=\s*\"?(\d{1,19})", re.IGNORECASE)
_NEVER = re.compile(r"(?:^|[,\s])(?:no-store|no-cache)(?:$|[,\s=])", re.IGNORECASE)
_PLAIN = re.compile(r"[\x20-\x7e\x80-\xff]{1,1000}")


def media_type(value: str | None) -> str:
    """The media type in a `Content-Type`: `text/html` of `Text/HTML; charset=…`; empty where there is none."""
    match = _MEDIA.match(value or "")
    return match[1].lower() if match else ""


def charset(value: str | None) -> str | None:
    """The character encoding in a `Content-Type`, by Python's name for it; None where Python does not know it."""
    match = _CHARSET.search(value or "")
    if match is None:
        return None
    try:
        known = codecs.lookup(match[1])
    except (LookupError, ValueError):
        return None
    return match[1].lower() if known._is_text_encoding else None


def content_length(values: Sequence[str]) -> int | None:
    """The length of the body in bytes; None where it is not given. Raises ValueError for what is not one number."""
    found = {each.strip() for value in values for each in value.split(",")}
    if not found:
        return None
    if len(found) > 1 or not re.fullmatch(r"[0-9]{1,18}", text := found.pop()):
        raise ValueError("Content-Length")
    return int(text)


def retry_after(value: str | None, now: float) -> float | None:
    """The seconds to wait by a `Retry-After`, which is a number or a date; `now` is in seconds since 1970. Between 0
    and `LONGEST_WAIT`; None where it cannot be read."""
    text = (value or "").strip()
    if re.fullmatch(r"\d+", text, re.ASCII):
        return float(min(int(text[:9]), LONGEST_WAIT))
    moment = http_date(text)
    return None if moment is None else min(max(moment - now, 0.0), float(LONGEST_WAIT))


def http_date(text: str) -> float | None:
    """An HTTP date as seconds since 1970; None for what is not a date."""
    from datetime import UTC, datetime, timedelta
    from email.utils import parsedate_tz

    try:
        found = parsedate_tz(text[:100])
        if found is None or abs(found[9] or 0) > 86_400:
            return None
        moment = datetime(*found[:6], tzinfo=UTC) - timedelta(seconds=found[9] or 0)
        return moment.timestamp()
    except (ValueError, OverflowError, TypeError, IndexError):
        return None


def max_age(value: str | None) -> int | None:
    """The `max-age` of a `Cache-Control` in seconds, a year at most; None where it has none."""
    text = value or ""
    if _NEVER.search(text):
        return 0
    match = _MAX_AGE.search(text)
    return min(int(match[1]), OLDEST) if match else None


def kept(value: str | None) -> str | None:
    """A validator as it came; None where it is missing, or has characters that would break a header line."""
    return value if value is not None and _PLAIN.fullmatch(value) else None


def location(value: str | None) -> str | None:
    """The address in a `Location`. Header lines are read as Latin-1, and servers write UTF-8: that is turned back."""
    if not value:
        return None
    try:
        return value.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return value


def encodings(values: Sequence[str]) -> list[str]:
    """The encodings of a `Content-Encoding`, in the order in which they were applied."""
    found = [each.strip().lower() for value in values for each in value.split(",")]
    return [each for each in found if each not in ("", "identity")]
