"""Dates as digests write them: header lines, file names, a date in brackets. Pure: nothing here asks what day it is."""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from tui_digest.parsing.date_words import plainly
from tui_digest.parsing.periods import Named, Period, day_of, full_year, month_row, named_in
from tui_digest.text.patterns import regex

__all__ = [
    "Header", "any_header", "bracketed_date", "daily_header", "file_date", "lone_header", "may_be_lone", "month_row",
    "weekly_header", "wording",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Header:
    """What a digest's first line says."""

    title: str
    """The line without Markdown marks."""
    start: date | None
    """None where the line names days that no calendar has, or no year."""
    end: date | None
    plain: bool = True
    """Whether the wording is the digest's own (`2024년 2월 29일`), not one that any text may begin with."""
    lone: bool = False
    """Whether the line says nothing but days and perhaps a weekday."""
    named: Named | None = None

    def days(self, likely: Period | None) -> Period | None:
        """The days that it names; where it names no year, those near the `likely` ones."""
        if self.start is not None and self.end is not None:
            return Period(self.start, self.end)
        return self.named.near(likely) if self.named and self.named.possible and likely else None


_MARKS = "#>*_=~[]【】《》〈〉「」『』<|- \t\u3000"
_NUMBERS = regex(r"\d+")
_SENTENCE_END = regex(r"[다요죠까]\s*[.!?。]*$|[.!?。]$")
_LONGEST = 120
_LONGEST_REST = 60
_LONGEST_LONE = 60
_MOST_BEFORE = 40
_CJK_UNIT = regex(r"[년월주일年月周週日号號]")
_YEAR_SIGN = regex("[년年\u1102\uf98e]")
"""One of these stands in every line that names a year in Korean or Chinese; \u1102 begins a decomposed `년`."""
_YEAR_OF_CJK = regex(r"\d\s*[년年]")
_DIGEST_WORDS = regex(
    r"\b(?:papers?|weekly|daily|monthly|digests?|readings?|news(?:letter)?|arxiv|round-?up|recap|summar\w*|reviews?|notes?"
    r"|updates?|picks|highlights|log|ai|ml|nlp|llms?)\b"
    r"|논문|주간|일간|월간|정리|모음|소식|뉴스|요약|리뷰|기록|스터디|읽은|추천|论文|論文|速递|速報|日报|周报|週報|日報|精选|推荐|阅读|まとめ|今週",
    re.IGNORECASE,
)
_BETWEEN = " \t()[]（）「」【】<>《》,.:·|-–—/"

_FILE_DATE = regex(
    r"^(?:(?P<y2>\d{2})(?P<m2>\d{2})(?P<d2>\d{2})|(?P<y4>\d{4})(?P<mark>[-._]?)(?P<m4>\d{2})(?P=mark)(?P<d4>\d{2}))"
    r"(?:[\s_\-.]+(?P<title>.*))?$"
)
_NAME_YEAR = regex(r"(?<!\d)(?P<y>(?:19|20)\d{2})(?!\d)")
_NAME_MARKS = ((regex(r"(?<=\d)_(?=\d)"), "-"), (regex(r"[_+]+|(?<=[^\W\d])-(?=\d)"), " "))
_IN_BRACKETS = regex(
    r"[(（]\s*(?P<year>(?:19|20)\d{2})\s*[-./년年]\s*(?P<month>\d{1,2})\s*[월月]?\.?"
    r"(?:\s*[-./]?\s*(?P<day>\d{1,2})\s*[일日]?\.?)?\s*[)）]"
)


@lru_cache(maxsize=64)
def _header(line: str) -> tuple[Header, bool] | None:
    """The header that a line is, and whether it is a day's; None for any other line."""
    if len(line) > _LONGEST or "://" in line:
        return None
    title = _bare(line)
    named = named_in(title, loose=True) if title else None
    if named is None:
        return None
    spelling, _ = plainly(title)
    start, end = named.span
    before, after, said = spelling[:start], spelling[end:], spelling[start:end]
    if not _stands_apart(before, after, said):
        return None
    leads = not before.strip(_BETWEEN)
    is_day = named.unit == "days" and named.first == named.last
    is_whole = named.unit in ("month", "whole")
    tells = _DIGEST_WORDS.search(before + after) is not None
    if not leads and (is_whole or (is_day and not tells)):
        return None  # `A Title (2023.09)`: that dates a paper
    if named.period is None and named.possible and not _CJK_UNIT.search(said) and (before + after).strip(_BETWEEN):
        return (Header(title, None, None, plain=False, named=named), is_day) if tells else None
    full = _YEAR_OF_CJK.search(spelling) is not None and _CJK_UNIT.search(said) is not None
    plain = leads and full and not is_whole
    lone = leads and not after.strip(_BETWEEN + "'")
    days = named.period or (None, None)
    return Header(title, days[0], days[1], plain, lone, named), is_day


def _stands_apart(before: str, after: str, said: str) -> bool:
    """Whether what stands around the days is a weekday or a few words, not the rest of a sentence."""
    if _CJK_UNIT.search(said[-1:]) and after[:1].isalpha() and "\uac00" <= after[:1] <= "\ud7a3":
        return False  # a particle: `29일에`
    rest = f"{before} {after}".strip()
    sentence = any(map(str.isalpha, after)) and _SENTENCE_END.search(after.strip())
    return len(before) <= _MOST_BEFORE and len(rest) <= _LONGEST_REST and not sentence


def wording(line: str) -> str:
    """A header's line without Markdown marks, and with 0 for every number: headers of one make differ in those only."""
    return _NUMBERS.sub("0", _bare(line))


def _bare(line: str) -> str:
    return unicodedata.normalize("NFC", line).strip().strip(_MARKS)


def any_header(line: str) -> Header | None:
    """What `weekly_header` or `daily_header` says of a line."""
    found = _header(line)
    return found[0] if found else None


def weekly_header(line: str) -> Header | None:
    """`2023년 7월 5주차` and what else names a week, a month or any days of more than one: `July 2023, week 5`,
    `2024年第10周`, `Mar 4 - 10`. Where the year is missing the header has no days yet."""
    found = _header(line)
    return found[0] if found and not found[1] else None


def daily_header(line: str) -> Header | None:
    """`2024년 2월 29일`, also `2024-02-29` and `February 29, 2024` (then not `plain`), weekday or few words around."""
    found = _header(line)
    return found[0] if found and found[1] else None


def may_be_lone(line: str) -> bool:
    """Whether `lone_header` may know a line: a quick test, which most lines fail."""
    return len(line) <= _LONGEST_LONE and not line.isascii() and _YEAR_SIGN.search(line) is not None


def lone_header(line: str) -> Header | None:
    """A week's or day's header that says nothing else but perhaps the weekday."""
    if not may_be_lone(line):
        return None
    found = _header(line)
    return found[0] if found and found[0].plain and found[0].lone else None


@lru_cache(maxsize=16)  # every shape asks for that of the same name
def file_date(stem: str) -> tuple[date, str] | None:
    """The date a file name begins with (`YYMMDD`, `YYYYMMDD`, `YYYY-MM-DD`) and the short title behind it."""
    match = _FILE_DATE.match(stem)
    if match is None:
        return None
    if match["y2"]:
        found = day_of(full_year(match["y2"]), int(match["m2"]), int(match["d2"]))
    else:
        found = day_of(int(match["y4"]), int(match["m4"]), int(match["d4"]))
    return (found, (match["title"] or "").strip()) if found else None


def days_of_name(stem: str, likely: Period | None = None) -> Period | None:
    """The days that a file's name tells, wherever in it they stand: `report_2025-10-13`, `2024-W10`, `2024년 3월`;
    without a year those near the `likely` ones."""
    if begun := file_date(stem):
        ranged = _range_in(stem) if "~" in stem or begun[1][:1].isdigit() else None
        return ranged.period if ranged and ranged.period else Period(begun[0], begun[0])
    named = _range_in(stem)
    if named is None:
        for marks, plain in _NAME_MARKS:
            stem = marks.sub(plain, stem)
        named = named_in(stem, loose=True)
    if named is None or not named.possible:
        return None
    return named.period or (named.near(likely) if likely else None)


def _range_in(stem: str) -> Named | None:
    named = named_in(stem)
    return named if named and named.first != named.last else None


def year_of_name(*names: str) -> Period | None:
    """The year in the first of these names that has one."""
    for name in names:
        if match := _NAME_YEAR.search(name):
            year = int(match["y"])
            return Period(date(year, 1, 1), date(year, 12, 31))
    return None


def bracketed_date(lines: list[str]) -> tuple[date, date] | None:
    """The first `(2023.09)` or `(2023.09.15)` in the lines: the whole month, or the day."""
    for line in lines:
        if match := _IN_BRACKETS.search(line):
            year, month = int(match["year"]), int(match["month"])
            if not 1 <= month <= 12:
                continue
            if match["day"]:
                if found := day_of(year, month, int(match["day"])):
                    return found, found
                continue
            return date(year, month, 1), date(year, month, monthrange(year, month)[1])
    return None
