"""The day that a field, a row or an item gives for its own paper."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

from tui_digest.parsing.periods import Period, named_in
from tui_digest.text.patterns import regex

if TYPE_CHECKING:
    pass

_LONGEST = 80
_MONTH = regex(
    r"(?<![\d./-])(?P<y>(?:19|20)\d{2})\s?(?:[-./]\s?|年\s*|년\s*)(?P<m>0?[1-9]|1[0-2])(?:\s*月|\s*월)?(?![\d./-]*\d)"
)
_MONTH_NAMED = regex(
    r"\b(?P<n>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?,?\s+(?P<y>(?:19|20)\d{2})\b", re.IGNORECASE
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_CHINESE_DAY = regex(r"(?<!\d)(?P<y>(?:19|20)\d{2})\s*年\s*(?P<m>\d{1,2})\s*月\s*(?P<d>\d{1,2})\s*[日号號]")
_COMPACT = regex(r"^(?P<y>(?:19|20)\d{2})(?P<m>\d{2})(?P<d>\d{2})$")
_ISO = regex(r"(?P<y>(?:19|20)[0-9]{2})-(?P<m>[0-9]{2})-(?P<d>[0-9]{2})\Z")
_LITTLE = 14
"""A text that is only a date may have so many letters besides: a weekday, a time."""


def day_said(text: str, *, whole: bool = False) -> date | None:
    """The day that a text gives, of a month alone its first; None where it gives none. Where `whole`, hardly anything
    else may stand in it."""
    text = text.strip()
    if (match := _ISO.match(text)) and (found := _date(int(match["y"]), int(match["m"]), int(match["d"]))):
        return found  # as most settings give it
    if not 4 <= len(text) <= _LONGEST or not any(map(str.isdigit, text)):
        return None
    if whole and sum(map(str.isalpha, text)) > _LITTLE:
        return None
    if found := chinese_day(text):
        return found
    if match := _COMPACT.search(text):
        return _date(int(match["y"]), int(match["m"]), int(match["d"]))
    named = named_in(text)
    if named is not None:
        return named.period.start if named.period and named.period.start == named.period.end else None
    month = month_said(text)
    return month.start if month else None


def chinese_day(text: str) -> date | None:
    """The day of `2024年3月5日`; None where there is none."""
    match = _CHINESE_DAY.search(text) if "年" in text else None
    return _date(int(match["y"]), int(match["m"]), int(match["d"])) if match else None


def month_said(text: str) -> Period | None:
    """The month that a text names, `2024-03`, `2024년 3월`, `March 2024`; None where it names none."""
    if match := _MONTH.search(text):
        year, month = int(match["y"]), int(match["m"])
    elif match := _MONTH_NAMED.search(text):
        year, month = int(match["y"]), _MONTHS.index(match["n"].lower()) + 1
    else:
        return None
    first = date(year, month, 1)
    after = date(year + month // 12, month % 12 + 1, 1)
    return Period(first, date.fromordinal(after.toordinal() - 1))


def is_date(text: str) -> bool:
    """Whether a text says a date, a month or a year and hardly anything else."""
    bare = text.strip(" *_`~#:：()[]（）【】")
    return (len(bare) == 4 and bare.isdigit()) or day_said(bare, whole=True) is not None


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
