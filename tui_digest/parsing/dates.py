"""Dates as digests write them: header lines, file names, a date in brackets. Every reading is pure calendar work."""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, slots=True)
class Header:
    """What a digest's first line says."""

    title: str
    """The line without Markdown marks."""
    start: date | None
    """None where the line names a date that no calendar has."""
    end: date | None
    plain: bool = True
    """Whether the wording is the digest's own (`2024년 2월 29일`), not one that any text may begin with."""


_MARKS = "#>*_=~[]【】《》〈〉<|- \t\u3000"
_ORDINALS = {"첫": 1, "둘": 2, "두": 2, "셋": 3, "세": 3, "넷": 4, "네": 4, "다섯": 5, "여섯": 6}
_MONTHS = {
    name: number
    for number, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), 1
    )
}
_REST = r"(?P<rest>(?:[^\w\s].*|\s.*)?)$"
_WEEKLY = re.compile(
    r"'?(?P<year>\d{4}|\d{2})\s*년\s*(?P<month>\d{1,2})\s*월\s*(?:제\s*)?"
    r"(?P<row>\d{1,2}|첫|둘|두|셋|세|넷|네|다섯|여섯)\s*(?:째\s*)?주(?:차|째)?" + _REST
)
_DAILY = re.compile(r"'?(?P<year>\d{4}|\d{2})\s*년\s*(?P<month>\d{1,2})\s*월\s*(?P<day>\d{1,2})\s*일" + _REST)
_ISO = re.compile(r"(?P<year>\d{4})\s*(?P<mark>[-./])\s*(?P<month>\d{1,2})\s*(?P=mark)\s*(?P<day>\d{1,2})\.?" + _REST)
_ENGLISH = re.compile(
    r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\.?,?\s+)?"
    r"(?:(?P<name>[a-z]{3})[a-z]*\.?\s+(?P<day>\d{1,2})(?:st|nd|rd|th)?,?\s+"
    r"|(?P<day2>\d{1,2})(?:st|nd|rd|th)?\s+(?P<name2>[a-z]{3})[a-z]*\.?,?\s+)(?P<year>\d{4})" + _REST,
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(r"[다요죠까]\s*[.!?。]*$|[.!?]$")
_LONGEST_REST = 60
_LONGEST_LONE = 40
_YEAR = tuple(unicodedata.normalize(form, "년") for form in ("NFC", "NFD"))
_LONE = re.compile(r"(?:차|째|주|일)\s*(?:[(（]?[월화수목금토일](?:요일)?[)）]?)?$")

_FILE_DATE = re.compile(
    r"^(?:(?P<y2>\d{2})(?P<m2>\d{2})(?P<d2>\d{2})|(?P<y4>\d{4})(?P<mark>[-._]?)(?P<m4>\d{2})(?P=mark)(?P<d4>\d{2}))"
    r"(?:[\s_\-.]+(?P<title>.*))?$"
)
_IN_BRACKETS = re.compile(
    r"[(（]\s*(?P<year>(?:19|20)\d{2})\s*[-./년]\s*(?P<month>\d{1,2})\s*월?\.?(?:\s*[-./]?\s*(?P<day>\d{1,2})\s*일?\.?)?\s*[)）]"
)


def month_row(year: int, month: int, row: int) -> tuple[date, date] | None:
    """The seven days, Sunday to Saturday, of a row of the month's Sunday-first calendar; None for a row it lacks."""
    if not (1 <= month <= 12 and row >= 1 and 1900 <= year <= 2200):
        return None
    first = date(year, month, 1)
    sunday = first - timedelta(days=first.isoweekday() % 7) + timedelta(weeks=row - 1)
    last = first.replace(day=monthrange(year, month)[1])
    return (sunday, sunday + timedelta(days=6)) if sunday <= last else None


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day) if 1900 <= year <= 2200 else None
    except ValueError:
        return None


def _full_year(digits: str) -> int:
    year = int(digits)
    return year if len(digits) == 4 else year + (1900 if year >= 70 else 2000)


def _stripped(line: str) -> tuple[str, str]:
    """The line's title, and the spelling to match: one form for full-width digits and decomposed Hangul."""
    title = unicodedata.normalize("NFC", line).strip().strip(_MARKS)
    return title, unicodedata.normalize("NFKC", title)


def _is_header(rest: str) -> bool:
    """Whether what follows the date is a weekday or a few words, not the rest of a sentence."""
    rest = rest.strip()
    return len(rest) <= _LONGEST_REST and not _SENTENCE_END.search(rest)


def weekly_header(line: str) -> Header | None:
    """`2023년 7월 5주차` and its looser spellings; the period is the calendar row's seven days."""
    if len(line) > 200 or "://" in line or (match := _WEEKLY.match((titled := _stripped(line))[1])) is None:
        return None
    if not _is_header(match["rest"]):
        return None
    row = int(match["row"]) if match["row"].isdecimal() else _ORDINALS[match["row"]]
    start, end = month_row(_full_year(match["year"]), int(match["month"]), row) or (None, None)
    return Header(titled[0], start, end)


def daily_header(line: str) -> Header | None:
    """`2024년 2월 29일`, also `2024-02-29` and `February 29, 2024` (then not `plain`), weekday or few words behind."""
    if len(line) > 200 or "://" in line:
        return None
    title, spelling = _stripped(line)
    match = _DAILY.match(spelling)
    plain = match is not None
    match = match or _ISO.match(spelling)
    if match is not None:
        month, day = int(match["month"]), int(match["day"])
    elif (match := _ENGLISH.match(spelling)) is not None:
        month = _MONTHS.get((match["name"] or match["name2"]).lower(), 0)
        day = int(match["day"] or match["day2"])
        if not month:
            return None
    else:
        return None
    if not _is_header(match["rest"]):
        return None
    found = _day(_full_year(match["year"]), month, day)
    return Header(title, found, found, plain)


def lone_header(line: str) -> Header | None:
    """A week's or day's header that says nothing else but perhaps the weekday."""
    if len(line) > _LONGEST_LONE or not any(year in line for year in _YEAR):
        return None
    header = weekly_header(line) or daily_header(line)
    return header if header and header.plain and _LONE.search(header.title) else None


def file_date(stem: str) -> tuple[date, str] | None:
    """The date a file name begins with (`YYMMDD`, `YYYYMMDD`, `YYYY-MM-DD`) and the short title behind it."""
    match = _FILE_DATE.match(stem)
    if match is None:
        return None
    if match["y2"]:
        found = _day(_full_year(match["y2"]), int(match["m2"]), int(match["d2"]))
    else:
        found = _day(int(match["y4"]), int(match["m4"]), int(match["d4"]))
    return (found, (match["title"] or "").strip()) if found else None


def bracketed_date(lines: list[str]) -> tuple[date, date] | None:
    """The first `(2023.09)` or `(2023.09.15)` in the lines: the whole month, or the day."""
    for line in lines:
        if match := _IN_BRACKETS.search(line):
            year, month = int(match["year"]), int(match["month"])
            if not 1 <= month <= 12:
                continue
            if match["day"]:
                if found := _day(year, month, int(match["day"])):
                    return found, found
                continue
            return date(year, month, 1), date(year, month, monthrange(year, month)[1])
    return None
