"""Days, periods and weeks as one says them in Korean and in English. Pure: knows no catalogue."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from unicodedata import normalize

from tui_digest.text.patterns import regex

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tui_digest.models import Week

UNITS = "년월일"
"""What stands behind the numbers of a Korean date."""
_LONGEST_NAME = 24
"""A title of more characters is a sentence, not the name of a week."""
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_ROW = regex(r"(\d{4})년\s*(\d{1,2})월\s*(\d)주차?")
"""A row of a month, as Korean digests are titled: `2023년 7월 5주차`."""
_DATE_WORDS = regex(
    r"[\d\s.,:;/~–—\-()[\]년월일주차第年月日週周]+|\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
    r"|\b(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*|[월화수목금토일]요일|\b(?:w|week|of|to|st|nd|rd|th|daily|weekly|utc)\b",
    re.IGNORECASE,
)
_UNDATED = ("undated", "날짜없음")
_DASHES = regex(r"[‐‑‒–—―~〜−]")


class DatesInWords:
    """Says them in the language `lang`: `ko`, or English."""

    lang = "en"

    def period(self, start: date | None, end: date | None) -> str:
        """A period, short: `7/23–29`, `4/30–5/6` (ko); `23–29 Jul`, `30 Apr – 6 May` (en). Empty without a start.
        A whole month is named: `2023년 9월`, `Sep 2023`."""
        if start is None:
            return ""
        end = end or start
        if _whole_month(start, end):
            return (
                f"{start.year}년 {start.month}월" if self.lang == "ko" else f"{_MONTHS[start.month - 1]} {start.year}"
            )
        if start.year != end.year:
            return self._over_new_year(start, end)
        if self.lang == "ko":
            first = f"{start.month}/{start.day}"
            if start == end:
                return first
            return f"{first}–{end.day}" if start.month == end.month else f"{first}–{end.month}/{end.day}"
        last = f"{end.day} {_MONTHS[end.month - 1]}"
        if start == end:
            return last
        if start.month == end.month:
            return f"{start.day}–{last}"
        return f"{start.day} {_MONTHS[start.month - 1]} – {last}"

    def _over_new_year(self, start: date, end: date) -> str:
        """Both years are said: `2023/12/31–2024/1/6`, `31 Dec 2023 – 6 Jan 2024`."""
        if self.lang == "ko":
            return f"{start.year}/{start.month}/{start.day}–{end.year}/{end.month}/{end.day}"
        return f"{self.day(start)} – {self.day(end)}"

    def periods(self, start: date, end: date | None) -> list[str]:
        """A period, from long to short: one over the new year loses years before it is cut, for `2023/12/31…` would
        be a day."""
        whole = self.period(start, end)
        if end is None or start.year == end.year:
            return [whole]
        if self.lang == "ko":
            short = f"{start.month}/{start.day}–{end.month}/{end.day}"
            return [whole, f"{start.year}/{short}", short]
        first, last = (f"{day.day} {_MONTHS[day.month - 1]}" for day in (start, end))
        return [whole, f"{first} {start.year} – {last}", f"{first} – {last}"]

    def day(self, day: date) -> str:
        """A day in full: `2024년 2월 29일`, `29 Feb 2024`; with the time, where it has one."""
        time = f" {day:%H:%M:%S}" if isinstance(day, datetime) else ""
        if self.lang == "ko":
            return f"{day.year}년 {day.month}월 {day.day}일{time}"
        return f"{day.day} {_MONTHS[day.month - 1]} {day.year}{time}"

    def day_of(self, written: str) -> str:
        """The same of a day that is written `2024-02-29`; anything else stays as it is."""
        try:
            return self.day(date.fromisoformat(written))
        except ValueError:
            return written

    def year(self, year: int) -> str:
        """A year that stands alone: `2023년`, `2023`."""
        return f"{year}년" if self.lang == "ko" else str(year)

    def month(self, month: int) -> str:
        """A month alone, 1 being the first: `7월`, `Jul`."""
        return f"{month}월" if self.lang == "ko" else _MONTHS[month - 1]

    def days(self, start: date, end: date | None) -> str:
        """A day or a period in full, with its year or years: `2023년 7월 23–29일`, `23–29 Jul 2023`."""
        if end is None or start == end:
            return self.day(start)
        if _whole_month(start, end):
            return self.period(start, end)
        if start.year != end.year:
            return f"{self.day(start)}{'–' if self.lang == 'ko' else ' – '}{self.day(end)}"
        if self.lang == "ko":
            if start.month == end.month:
                return f"{start.year}년 {start.month}월 {start.day}–{end.day}일"
            return f"{self.day(start)}–{end.month}월 {end.day}일"
        return f"{self.period(start, end)} {start.year}"

    def week_name(self, week: Week) -> str:
        """What its digests call the week, where they agree: `7월 5주차` (ko), `Jul week 5` (en) of a row of the month,
        else a short title of theirs; empty where that is no more than its days."""
        if week.title is None:
            return ""
        if match := _ROW.search(week.title):
            return self.month_row(int(match[2]), int(match[3]))
        return week.title if len(week.title) <= _LONGEST_NAME and not is_date(week.title) else ""

    def month_row(self, month: int, row: int) -> str:
        """A row of a month's calendar: `7월 5주차`, `Jul week 5`."""
        return f"{month}월 {row}주차" if self.lang == "ko" else f"{_MONTHS[(month - 1) % 12]} week {row}"

    def digest_name(self, title: str, start: date | None, end: date | None) -> str:
        """What a digest is called; its days, where its title says no more."""
        return self.days(start, end) if start and (not title or is_date(title)) else title

    def listed_name(self, title: str, start: date | None, end: date | None) -> str:
        """The same in a list to choose from: a title that is a date stands there, too, if it is of this language."""
        hangul = any("가" <= letter <= "힣" for letter in title)
        own = hangul if self.lang == "ko" else not hangul and any(map(str.isalpha, title))
        return title if own else self.digest_name(title, start, end)


def _whole_month(start: date, end: date) -> bool:
    return start.day == 1 and end > start and end + timedelta(days=1) == (start + timedelta(days=31)).replace(day=1)


def is_date(title: str) -> bool:
    """Whether a title is made of nothing but a date."""
    return bool(title.strip()) and not _DATE_WORDS.sub("", title)


# -- weeks by their names ------------------------------------------------------------------------------------------


def names_of(week: Week) -> Iterator[str]:
    """Everything by which a week is shown, in both languages, as `as_typed` has it."""
    if week.start is None:
        yield from _UNDATED
    if week.title:
        yield as_typed(week.title)
    match = _ROW.search(week.title or "")
    for said in (_KOREAN, _ENGLISH):
        if week.start is not None:
            yield from map(as_typed, said.periods(week.start, week.end))
            yield as_typed(said.days(week.start, week.end))
        if name := said.week_name(week):
            yield as_typed(name)
        if match:
            yield from (as_typed(f"{match[1]}년{name}"), as_typed(f"{name} {match[1]}"), as_typed(f"{match[1]} {name}"))


def as_typed(name: str) -> str:
    """A name without what people type in different ways: blanks, capitals, commas, kinds of dashes, 주 for 주차."""
    bare = "".join(_DASHES.sub("-", normalize("NFKC", name)).casefold().split())
    return re.sub(r"(\d주)차", r"\1", bare.replace(",", ""))


class _Korean(DatesInWords):
    lang = "ko"


_KOREAN, _ENGLISH = _Korean(), DatesInWords()
