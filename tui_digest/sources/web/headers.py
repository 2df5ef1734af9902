"""What the lines above a body say. Pure functions of what any server may write; none raises anything but ValueError
where that is said."""

from __future__ import annotations

import codecs
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

LONGEST_WAIT = 86_400
"""Seconds that a server may ask to be left alone; what asks for more asks for this."""
OLDEST = 365 * 86_400

_TOKEN = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
_MEDIA = re.compile(rf"\s*({_TOKEN}/{_TOKEN})\s*(?:[;,]|$)")
_CHARSET = re.compile(rf""";\s*charset\s*=\s*["']?({_TOKEN})""", re.IGNORECASE)
_MAX_AGE = re.compile(r"(?:^|[,\s])max-age\s*=\s*\"?(\d{1,19})", re.IGNORECASE)
_NEVER = re.compile(r"(?:^|[,\s])(?:no-store|no-cache)(?:$|[,\s=])", re.IGNORECASE)
_PLAIN = re.compile(r"[\x20-\x7e\x80-\xff]{1,1000}")


def media_type(value: str | None) -> str:
    """`text/html` of `Text/HTML; charset=…`; empty where there is none."""
    match = _MEDIA.match(value or "")
    return match[1].lower() if match else ""


def charset(value: str | None) -> str | None:
    """The encoding of text that a content type tells, where Python has it under some name."""
    match = _CHARSET.search(value or "")
    if match is None:
        return None
    try:
        known = codecs.lookup(match[1])
    except (LookupError, ValueError):
        return None
    return match[1].lower() if known._is_text_encoding else None


def content_length(values: Sequence[str]) -> int | None:
    """How long the body will be. Raises ValueError where that is no number, or several."""
    found = {each.strip() for value in values for each in value.split(",")}
    if not found:
        return None
    if len(found) > 1 or not re.fullmatch(r"[0-9]{1,18}", text := found.pop()):
        raise ValueError("Content-Length")
    return int(text)


def retry_after(value: str | None, now: float) -> float | None:
    """The seconds to wait: told as a number or as a moment. Between 0 and `LONGEST_WAIT`; None where it cannot be
    read."""
    text = (value or "").strip()
    if re.fullmatch(r"\d+", text, re.ASCII):
        return float(min(int(text[:9]), LONGEST_WAIT))
    moment = http_date(text)
    return None if moment is None else min(max(moment - now, 0.0), float(LONGEST_WAIT))


def http_date(text: str) -> float | None:
    """A date as servers write it, as seconds since 1970; None for what no calendar has."""
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
    """Seconds for which the answer holds, by `Cache-Control`."""
    text = value or ""
    if _NEVER.search(text):
        return 0
    match = _MAX_AGE.search(text)
    return min(int(match[1]), OLDEST) if match else None


def kept(value: str | None) -> str | None:
    """A validator that may be sent back as it came; None for what would break a line."""
    return value if value is not None and _PLAIN.fullmatch(value) else None


def location(value: str | None) -> str | None:
    """Where a redirect leads: servers write other alphabets as UTF-8, where lines are read as Latin-1."""
    if not value:
        return None
    try:
        return value.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return value


def encodings(values: Sequence[str]) -> list[str]:
    """In what the body was packed, in that order."""
    found = [each.strip().lower() for value in values for each in value.split(",")]
    return [each for each in found if each not in ("", "identity")]
