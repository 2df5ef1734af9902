"""The clock, as far as it can be believed: a moment that no calendar has counts as the nearest that it has."""

from __future__ import annotations

import math
import time
from datetime import UTC, datetime

FIRST, LAST = 86_400.0, 253_402_128_000.0
"""Seconds since 1970: the second day of 1970, and the last but two of 9999, so that every time zone has them."""


def now() -> float:
    """Seconds since 1970, by the machine's clock."""
    return believed(time.time())


def believed(seconds: float) -> float:
    """The seconds, kept between `FIRST` and `LAST`."""
    return FIRST if math.isnan(seconds) else min(max(seconds, FIRST), LAST)


def local_time(microseconds: int) -> datetime:
    """A moment of a journal, in the user's time zone; in UTC where the system does not know that one."""
    found = datetime.fromtimestamp(believed(microseconds / 1_000_000), UTC)
    try:
        return found.astimezone()
    except (OSError, OverflowError, ValueError):  # TZ may say anything
        return found
