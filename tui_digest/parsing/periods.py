"""The days that a heading names, wherever in it they stand: a week, `(Feb 26 - March 3) - 2024`, or one day. The year
may be missing: then it follows from the headings around."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from tui_digest.parsing.dates import month_row

if TYPE_CHECKING:
    from collections.abc import Sequence

_LONGEST = 200
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NAME = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)\b\.?"
)
_TO = r"\s*(?:[-–—−~〜～→]+|to|until|through)\s*"
_TH = r"(?:st|nd|rd|th)?"
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d{2}(?!\d)")
_US = rf"\b(?P<m1>{_NAME})\s*(?P<d1>\d{{1,2}}){_TH}(?:,?\s*(?P<y1>\d{{4}}))?{_TO}(?:(?P<m2>{_NAME})\s*)?"
_UK = rf"(?<!\d)(?P<d1>\d{{1,2}}){_TH}\s*(?P<m1>{_NAME})?(?:,?\s*(?P<y1>\d{{4}}))?{_TO}(?P<d2>\d{{1,2}}){_TH}\s*"
_ISO = rf"(?<![\d./-])(?P<y1>\d{{4}})\s?[-./]\s?(?P<m1>\d{{1,2}})\s?[-./]\s?(?P<d1>\d{{1,2}})\.?{_TO}"
_KOREAN = rf"(?:(?P<y1>\d{{4}})\s?년\s*)?(?<!\d)(?P<m1>\d{{1,2}})\s?월\s*(?P<d1>\d{{1,2}})\s?일?{_TO}"
_RANGES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        _US + rf"(?P<d2>\d{{1,2}}){_TH}(?!\d)(?:,?\s*(?P<y2>\d{{4}}))?",
        _UK + rf"(?P<m2>{_NAME})(?:,?\s*(?P<y2>\d{{4}}))?",
        _ISO + r"(?:(?P<y2>\d{4})\s?[-./]\s?)?(?:(?P<m2>\d{1,2})\s?[-./]\s?)?(?P<d2>\d{1,2})(?!\d)",
        rf"(?<![\d./-])(?P<m1>\d{{1,2}})/(?P<d1>\d{{1,2}}){_TO}(?:(?P<m2>\d{{1,2}})/)?(?P<d2>\d{{1,2}})(?![\d/])",
        _KOREAN + r"(?:(?P<y2>\d{4})\s?년\s*)?(?:(?P<m2>\d{1,2})\s?월\s*)?(?P<d2>\d{1,2})\s?일",
    )
)
_ROW = re.compile(r"(?P<y>\d{4})\s*년\s*(?P<m>\d{1,2})\s*월\s*(?:제\s*)?(?P<row>\d)\s*째?\s*주")
_ISO_WEEK = re.compile(
    r"(?<!\d)(?P<y>\d{4})\W{0,3}W(?:eek)?\W?(?P<w>\d{1,2})(?!\d)|\bweek\W{0,2}(?P<w2>\d{1,2})\W{1,3}(?P<y2>\d{4})(?!\d)",
    re.IGNORECASE,
)
_DAYS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"(?<![\d./-])(?P<y>\d{4})\s?[-./]\s?(?P<m>\d{1,2})\s?[-./]\s?(?P<d>\d{1,2})(?![\d/-])",
        r"(?<!\d)(?P<y>\d{4})\s*년\s*(?P<m>\d{1,2})\s*월\s*(?P<d>\d{1,2})\s*일",
        rf"\b(?P<m>{_NAME})\s*(?P<d>\d{{1,2}}){_TH},?\s+(?P<y>\d{{4}})(?!\d)",
        rf"(?<!\d)(?P<d>\d{{1,2}}){_TH}\s*(?P<m>{_NAME}),?\s+(?P<y>\d{{4}})(?!\d)",
    )
)
_WEEK_OF = re.compile(r"\bweek\s+of\s+\W*$", re.IGNORECASE)
_DAY = timedelta(days=1)
_GAP = 92
"""A digest that comes later in the year by more days is an older one, with others between left out."""


class Period(NamedTuple):
    """First and last day, both inclusive."""

    start: date
    end: date


class Named(NamedTuple):
    """What a heading says: a period, or only its months and days."""

    period: Period | None
    first: tuple[int, int]
    """Month and day; so is `last`."""
    last: tuple[int, int]
    year_given: int | None = None
    """The year that stands beside a range that crosses from one year to the next: that of its beginning or end."""

    def ending_in(self, year: int) -> Period | None:
        """The period whose last day is in this year; None where no calendar has such days."""
        start, end = _date(year - (self.first > self.last), *self.first), _date(year, *self.last)
        return Period(start, end) if start and end else None


def named_in(text: str) -> Named | None:
    """The days that a heading names; None where it names none."""
    if len(text) > _LONGEST or not any(map(str.isdigit, text)):
        return None
    text = unicodedata.normalize("NFKC", text)
    return _range_in(text) or _week_in(text) or _day_in(text)


def _range_in(text: str) -> Named | None:
    for pattern in _RANGES:
        if (match := pattern.search(text)) is None:
            continue
        found = match.groupdict()
        first_month = _month(found["m1"] or found["m2"])
        first, last = (first_month, int(found["d1"])), (_month(found["m2"]) or first_month, int(found["d2"]))
        if not all(1 <= month <= 12 and 1 <= day <= 31 for month, day in (first, last)):
            continue
        named = Named(None, first, last)
        start_year, end_year = found.get("y1"), found.get("y2")
        if end_year or start_year:
            year = int(end_year or 0) or int(start_year or 0) + (first > last)
            return named._replace(period=named.ending_in(year))
        beside = _YEAR.search(text, match.end()) or _YEAR.search(text, 0, match.start())
        if beside is None:
            return named
        year = int(beside[0])
        return named._replace(period=named.ending_in(year), year_given=year if first > last else None)
    return None


def _week_in(text: str) -> Named | None:
    if match := _ROW.search(text):
        row = month_row(int(match["y"]), int(match["m"]), int(match["row"]))
        return _named(*row) if row else None
    if match := _ISO_WEEK.search(text):
        try:
            start = date.fromisocalendar(int(match["y"] or match["y2"]), int(match["w"] or match["w2"]), 1)
        except ValueError:
            return None
        return _named(start, start + 6 * _DAY) if 1900 <= start.year <= 2200 else None
    return None


def _day_in(text: str) -> Named | None:
    for pattern in _DAYS:
        if (match := pattern.search(text)) and (day := _date(int(match["y"]), _month(match["m"]), int(match["d"]))):
            return _named(day, day + 6 * _DAY if _WEEK_OF.search(text[: match.start()]) else day)
    return None


def _named(start: date, end: date) -> Named:
    return Named(Period(start, end), (start.month, start.day), (end.month, end.day))


def _month(text: str | None) -> int:
    if not text:
        return 0
    return int(text) if text.isdecimal() else _MONTHS.index(text[:3].lower()) + 1


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day) if 1900 <= year <= 2200 else None
    except ValueError:
        return None


def with_years(named: Sequence[Named], likely: date | None) -> list[Period | None]:
    """The periods of headings in file order. Where the year is missing, it is that of the nearest heading above or
    below that has one, or the one before or after: the file runs on from week to week, newest first unless the years
    given, or else most of the headings, say otherwise. Where none has a year, the first is the one nearest to the
    `likely` day."""
    ahead = _runs_forward(named)
    found = [each.period for each in named]
    if named and not any(found) and likely:
        close = [period for year in range(likely.year - 1, likely.year + 2) if (period := named[0].ending_in(year))]
        found[0] = min(close, key=lambda period: abs(period.start - likely), default=None)
    _fill(named, found, range(len(found)), later=ahead)
    _fill(named, found, range(len(found) - 1, -1, -1), later=not ahead)
    return found


def _runs_forward(named: Sequence[Named]) -> bool:
    dated = [each.period.start for each in named if each.period]
    votes = sum((below > above) - (below < above) for above, below in pairwise(dated))
    if votes:  # years that are given tell; days alone only guess
        return votes > 0
    for above, below in pairwise(named):
        step = (below.first[0] - above.first[0]) * 30 + below.first[1] - above.first[1]
        votes += 0 if step == 0 else 1 if 0 < step % 365 < _GAP else -1
    return votes > 0


def _fill(named: Sequence[Named], found: list[Period | None], order: range, *, later: bool) -> None:
    """Walks from headings with a year to those without; the next one is the nearest later (earlier) week."""
    last: Period | None = None
    for place in order:
        each = named[place]
        period = found[place]
        if last is not None and (period is None or each.year_given is not None):
            years = range(last.start.year - 1, last.start.year + 3)
            if each.year_given is not None:
                years = range(each.year_given, each.year_given + 2)
            options = [option for year in years if (option := each.ending_in(year))]
            right = [
                option for option in options if (option.start >= last.start if later else option.start <= last.start)
            ]
            start = last.start
            found[place] = min(right or options, key=lambda option: abs(option.start - start), default=period)
        last = found[place] or last
