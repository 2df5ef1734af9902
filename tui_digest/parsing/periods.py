"""The days that a text names, wherever in it they stand: a day, a week, a month, `(Feb 26 - March 3) - 2024`. The year
may be missing: then it follows from what stands around, a heading, a file's name, a neighbour."""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from datetime import date, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from tui_digest.parsing.date_patterns import (
    DAY_BY_WEEKDAY,
    DAYS,
    DAYS_ALONE,
    ISO_WEEKS,
    LAST,
    LOOSE_DAYS,
    LOOSE_ISO_WEEKS,
    LOOSE_RANGES,
    MONTH_ALONE,
    MONTHS,
    ORDINALS,
    RANGES,
    ROWS,
    THIRDS,
    WEEK_BEHIND,
    WEEK_OF,
    WHOLE,
    YEAR,
    search,
)
from tui_digest.parsing.date_words import plainly
from tui_digest.text.patterns import regex

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_LONGEST = 200
_UNITS = regex(
    r"(?<!\d)20\d{6}(?!\d)|\d\s*[-./년年월月주周週일日号號(（~]|第|w(?:eek)?\W{0,2}\d|week\s+of|\bQ[1-4]|\b[12]\d{3}\W{0,2}Q|\bR\d"
    r"|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|[년年월月주周週]",
    re.IGNORECASE,
)
"""One of these stands in every text that names days, and in few others: a quick test."""
_REIWA = 2018
_CJK_DAY = DAYS[1]
_DAY = timedelta(days=1)
_GAP = 92
"""Where years are missing: a header that comes fewer days later in the year than the one above it follows that one in
time; one that comes more days later, or earlier, is taken for an older one."""


class Period(NamedTuple):
    """First and last day, both inclusive."""

    start: date
    end: date


class Named(NamedTuple):
    """The days that a heading names: a period, or only what is known of it without the year."""

    period: Period | None
    first: tuple[int, int]
    """Month and day; so is `last`."""
    last: tuple[int, int]
    year_given: int | None = None
    """The year that stands beside a range that crosses from one year to the next: that of its beginning or end."""
    weekday: int | None = None
    """The weekday that stands beside a day, Monday being 0."""
    unit: str = "days"
    """What `number` counts where the year is missing: `days`; the `row` of a month or the `week` of a year, whose days
    differ from year to year; a whole `month`."""
    number: int = 0
    """Which row, or which week."""
    span: tuple[int, int] = (0, 0)
    """Where it stands in the text as `date_words.plainly` has it."""
    possible: bool = True
    """Whether a calendar can have such days at all; `period` is None where it has not."""

    def ending_in(self, year: int) -> Period | None:
        """The period whose last day is in this year, of rows and weeks the one that is counted there; None where no
        calendar has such days."""
        if self.unit == "row":
            return month_row(year, self.first[0], self.number)
        if self.unit == "week":
            return iso_week(year, self.number)
        if self.unit == "month":
            return _third(year, self.first[0], None)
        start, end = day_of(year - (self.first > self.last), *self.first), day_of(year, *self.last)
        return Period(start, end) if start and end else None

    def near(self, likely: Period) -> Period | None:
        """The period where its year is missing: that of the likely days which lies in them, else the nearest; a weekday
        beside the day decides where one of those years fits it."""
        years = range(likely.start.year - 1, likely.end.year + 2)
        options = [option for year in years if (option := self.ending_in(year))]
        if self.weekday is not None:
            fits = [option for option in options if option.start.weekday() == self.weekday]
            options = fits or options
        return min(options, key=lambda option: _distance(option, likely), default=None)


def _distance(one: Period, other: Period) -> int:
    return max((other.start - one.end).days, (one.start - other.end).days, 0)


def named_in(text: str, *, loose: bool = False) -> Named | None:
    """The days that a text names; None where it names none. Where `loose`, also what only a header or a file's name
    says so: whole months and quarters, `24/3/5`, `3/5`, weeks and days without a year."""
    if len(text) > _LONGEST or not _may_name(text):
        return None
    text, weekday = plainly(text)
    for look in _LOOKS if loose else _STRICT_LOOKS:
        if found := look(text):
            return found._replace(weekday=weekday)
    if loose and weekday is not None and (match := search(DAY_BY_WEEKDAY, text)):
        found = _without_year(text, match)
        return found._replace(weekday=weekday) if found else None
    return None


def _may_name(text: str) -> bool:
    return _UNITS.search(text if text.isascii() else unicodedata.normalize("NFKC", text)) is not None


def _range(text: str, patterns: Sequence[str] = ()) -> Named | None:
    for pattern in patterns or RANGES:
        if (match := search(pattern, text)) is None:
            continue
        found = match.groupdict()
        first_month = _month(found["m1"] or found["m2"])
        first, last = (first_month, int(found["d1"])), (_month(found["m2"]) or first_month, int(found["d2"]))
        if not all(1 <= month <= 12 and 1 <= day <= 31 for month, day in (first, last)):
            continue
        named = Named(None, first, last, span=match.span())
        start_year, end_year = found.get("y1"), found.get("y2")
        if end_year or start_year:
            year = full_year(end_year) if end_year else full_year(start_year or "") + (first > last)
            return named._replace(period=named.ending_in(year))
        beside = search(YEAR, text, match.end()) or search(YEAR, text, 0, match.start())
        if beside is None:
            return named
        year = int(beside[0])
        return named._replace(period=named.ending_in(year), year_given=year if first > last else None)
    return None


def _loose_range(text: str) -> Named | None:
    return _range(text, LOOSE_RANGES)


def _row(text: str) -> Named | None:
    for pattern in ROWS:
        if match := search(pattern, text):
            found = match.groupdict()
            month, word = _month(found.get("m") or found.get("n")), found["row"].lower()
            row = int(word) if word.isdecimal() else LAST if word[0] == "最" else ORDINALS[word]
            year = found.get("y") or found.get("y2") or ""
            period = month_row(full_year(year), month, row) if year else None
            about = (month, min(28, max(1, row * 7 - 6)))
            possible = 1 <= month <= 12 and 1 <= row <= LAST and not (year and period is None)
            return Named(period, about, about, unit="row", number=row, span=match.span(), possible=possible)
    return None


def _week(text: str, patterns: Sequence[str] = ()) -> Named | None:
    for pattern in patterns or ISO_WEEKS:
        if match := search(pattern, text):
            found = match.groupdict()
            number, year = int(found["w"]), found.get("y")
            period = iso_week(int(year), number) if year else None
            if not 1 <= number <= 53 or (year and period is None):
                continue
            about = date(2001, 1, 1) + timedelta(weeks=number - 1)
            days = (about.month, about.day)
            return Named(period, days, days, unit="week", number=number, span=match.span())
    return None


def _loose_week(text: str) -> Named | None:
    return _week(text, LOOSE_ISO_WEEKS)


def _day(text: str) -> Named | None:
    for pattern in DAYS:
        if (match := search(pattern, text)) and (
            day := day_of(full_year(match["y"]), _month(match["m"]), int(match["d"]))
        ):
            return _of_day(text, match, day)
    return None


def _loose_day(text: str) -> Named | None:
    for pattern in LOOSE_DAYS:
        if (match := search(pattern, text)) and (day := _day_of_numbers(match)):
            return _of_day(text, match, day)
    match = search(_CJK_DAY, text)  # one that no calendar has is a date all the same
    return Named(None, (0, 0), (0, 0), span=match.span(), possible=False) if match else None


def _day_of_numbers(match: re.Match[str]) -> date | None:
    """The day of three numbers: the year first where it can be none of a month; of the others the month is first,
    unless it can be none, or full stops stand between and the year behind (`05.03.2024`)."""
    found = match.groupdict()
    if found.get("era"):
        return day_of(_REIWA + int(found["era"]), int(found["m"]), int(found["d"]))
    year, month, day = found["y"], int(found["m"]), int(found["d"])
    if match.start("y") > match.start("m"):
        month, day = (day, month) if found["mark"] == "." or month > 12 else (month, day)
    elif len(year) == 2 and int(year) <= 12 < day:  # `3/5/24`
        year, month, day = found["d"], int(year), month
    return day_of(full_year(year), month, day)


def _day_alone(text: str, patterns: Sequence[str] = ()) -> Named | None:
    for pattern in patterns or DAYS_ALONE:
        if (match := search(pattern, text)) and (found := _without_year(text, match)):
            return found
    return None


def _cjk_day_alone(text: str) -> Named | None:
    return _day_alone(text, DAYS_ALONE[:1])


def _whole(text: str) -> Named | None:
    for pattern in WHOLE:
        if match := search(pattern, text):
            found = match.groupdict()
            year, quarter, half = full_year(found["y"]), found.get("q"), found.get("half")
            if quarter:
                period = _months(year, int(quarter) * 3 - 2, 3)
            elif half:
                period = _months(year, 1 if half[0] in "상上" else 7, 6)
            else:
                period = _third(year, _month(found["m"]), found.get("third"))
            if period:
                return _named(period, match, "whole")
    match = search(MONTH_ALONE, text)
    if match is None or not 1 <= int(match["m"]) <= 12 or match["third"]:
        return None
    month = int(match["m"])
    return Named(None, (month, 1), (month, 28), unit="month", span=match.span())


_STRICT_LOOKS: tuple[Callable[[str], Named | None], ...] = (_range, _row, _week, _day, _cjk_day_alone)
_LOOKS: tuple[Callable[[str], Named | None], ...] = (
    _range, _loose_range, _row, _week, _day, _loose_day, _day_alone, _whole, _loose_week,
)  # fmt: skip


def _of_day(text: str, match: re.Match[str], day: date) -> Named:
    """The day, or the week from it on where the words around say so."""
    is_week = search(WEEK_OF, text[: match.start()]) or search(WEEK_BEHIND, text[match.end() :])
    return _named(Period(day, day + 6 * _DAY if is_week else day), match)


def _without_year(text: str, match: re.Match[str]) -> Named | None:
    day = day_of(2000, _month(match["m"]), int(match["d"]))
    if day is None:
        return None
    named = _of_day(text, match, day)
    return named._replace(period=None)


def _named(period: Period, match: re.Match[str], unit: str = "days") -> Named:
    start, end = period
    return Named(period, (start.month, start.day), (end.month, end.day), unit=unit, span=match.span())


def _month(text: str | None) -> int:
    if not text:
        return 0
    return int(text) if text.isdecimal() else MONTHS.index(text[:3].lower()) + 1


def full_year(digits: str) -> int:
    """`24` is 2024, `'98` is 1998."""
    year = int(digits.lstrip("'"))
    return year if year > 99 else year + (1900 if year >= 70 else 2000)


def day_of(year: int, month: int, day: int) -> date | None:
    """The day; None where no calendar has it, or it is not in 1900 to 2200."""
    try:
        return date(year, month, day) if 1900 <= year <= 2200 else None
    except ValueError:
        return None


def month_row(year: int, month: int, row: int) -> Period | None:
    """The seven days, Sunday to Saturday, of a row of the month's Sunday-first calendar, `LAST` being the last of them
    whichever it is; None for a row it lacks."""
    if not (1 <= month <= 12 and row >= 1 and 1900 <= year <= 2200):
        return None
    first = date(year, month, 1)
    last = first.replace(day=monthrange(year, month)[1])
    begin = last if row == LAST else first + timedelta(weeks=row - 1)
    sunday = begin - timedelta(days=begin.isoweekday() % 7)
    return Period(sunday, sunday + 6 * _DAY) if sunday <= last else None


def iso_week(year: int, week: int) -> Period | None:
    """Monday to Sunday of the week; None where the year has no such week."""
    try:
        start = date.fromisocalendar(year, week, 1)
    except ValueError:
        return None
    return Period(start, start + 6 * _DAY) if 1900 <= year <= 2200 else None


def _months(year: int, month: int, count: int) -> Period | None:
    if day_of(year, month, 1) is None:
        return None
    last = month + count - 1
    return Period(date(year, month, 1), date(year, last, monthrange(year, last)[1]))


def _third(year: int, month: int, word: str | None) -> Period | None:
    """The month, or a third of it: its first ten days, the next ten, the rest."""
    whole = _months(year, month, 1) if 1 <= month <= 12 else None
    if whole is None or word is None:
        return whole
    third = THIRDS.get(word)
    if third is None:  # `3월호`
        return whole
    end = whole.end if third == 2 else whole.start.replace(day=third * 10 + 10)
    return Period(whole.start.replace(day=third * 10 + 1), end)


def with_years(named: Sequence[Named], likely: date | None, since: date | None = None) -> list[Period | None]:
    """The periods of headings in file order. Where the year is missing, it is that of the nearest heading above or
    below that has one, or the one before or after: the file runs on from week to week, newest first unless the years
    given, or else most of the headings, say otherwise. Where none has a year, the first is the one nearest to the
    `likely` day that is not over before `since`."""
    ahead = _runs_forward(named)
    found = [each.period for each in named]
    if named and not any(found) and likely:
        close = [period for year in range(likely.year - 1, likely.year + 2) if (period := named[0].ending_in(year))]
        close = [period for period in close if since is None or period.end >= since] or close
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
