from __future__ import annotations

import unicodedata
from datetime import date

import pytest

from tui_digest.parsing.dates import (
    bracketed_date,
    daily_header,
    days_of_name,
    file_date,
    month_row,
    weekly_header,
)
from tui_digest.parsing.periods import Period


@pytest.mark.parametrize(
    ("line", "start", "end"),
    [
        ("2023년 4월 4주차", date(2023, 4, 16), date(2023, 4, 22)),
        ("2023년 7월 5주차", date(2023, 7, 23), date(2023, 7, 29)),
        ("2023년7월5주차", date(2023, 7, 23), date(2023, 7, 29)),
        ("## **2023년 7월 5주차** 논문 정리", date(2023, 7, 23), date(2023, 7, 29)),
        ("２０２３년　７월 ５주차", date(2023, 7, 23), date(2023, 7, 29)),
        ("2023년 7월 5째 주 (7/23 ~ 7/29)", date(2023, 7, 23), date(2023, 7, 29)),
        ("23년 7월 다섯째 주", date(2023, 7, 23), date(2023, 7, 29)),
        ("2023년 1월 1주차", date(2023, 1, 1), date(2023, 1, 7)),
        ("2024년 3월 6주차", date(2024, 3, 31), date(2024, 4, 6)),
    ],
)
def test_weekly_headers(line: str, start: date, end: date) -> None:
    for spelling in (line, unicodedata.normalize("NFD", line)):
        header = weekly_header(spelling)
        assert header is not None
        assert (header.start, header.end) == (start, end)


@pytest.mark.parametrize("line", ["2023년 7월 9주차", "2023년 13월 1주차", "2023년 7월 0주차"])
def test_an_impossible_week_is_a_header_without_a_date(line: str) -> None:
    header = weekly_header(line)
    assert header is not None
    assert (header.start, header.end) == (None, None)


@pytest.mark.parametrize(
    ("line", "plain"),
    [
        ("2024년 2월 29일", True),
        ("# 2024년2월29일 (목)", True),
        ("2024-02-29", False),
        ("2024. 2. 29.", False),
        ("Thursday, February 29th, 2024", False),
        ("29 Feb 2024", False),
    ],
)
def test_daily_headers(line: str, plain: bool) -> None:
    header = daily_header(line)
    assert header is not None
    assert (header.start, header.end, header.plain) == (date(2024, 2, 29), date(2024, 2, 29), plain)


@pytest.mark.parametrize(
    "line",
    [
        "2024년 2월 29일에 나온 논문을 읽었다.",
        "2024년 2월 29일 나온 논문을 읽었습니다",
        "2023년 7월 5주간의 기록",
        "Version 2024-02-29",
        "Attention with Lanterns (2024.02)",
        "3/4 of the parameters suffice",
        "",
    ],
)
def test_what_is_no_header(line: str) -> None:
    assert daily_header(line) is None
    assert weekly_header(line) is None


def test_no_row_lies_outside_its_month() -> None:
    for month in range(1, 13):
        rows = [month_row(2024, month, row) for row in range(8)]
        assert rows[0] is None
        assert rows[7] is None
        assert 4 <= sum(row is not None for row in rows) <= 6


@pytest.mark.parametrize(
    ("stem", "found"),
    [
        ("230725 Retentive Network", (date(2023, 7, 25), "Retentive Network")),
        ("2024-02-29_GPT-3.5", (date(2024, 2, 29), "GPT-3.5")),
        ("20240229", (date(2024, 2, 29), "")),
        ("991231 Old", (date(1999, 12, 31), "Old")),
        ("231301 No such month", None),
        ("003_f4e2d7c976a826c5", None),
        ("1234567 x", None),
    ],
)
def test_file_names(stem: str, found: tuple[date, str] | None) -> None:
    assert file_date(stem) == found


def test_bracketed_dates() -> None:
    assert bracketed_date(["x", "최근(2023.09)에"]) == (date(2023, 9, 1), date(2023, 9, 30))
    assert bracketed_date(["(2023. 9. 5.)"]) == (date(2023, 9, 5), date(2023, 9, 5))
    assert bracketed_date(["(2023.13) (61.64 까지.) 2023.09"]) is None


HEADERS = [
    ("2023년 7월 제5주", "2023-07-23", "2023-07-29"),
    ("주간 논문 (2023년 7월 5주차)", "2023-07-23", "2023-07-29"),
    ("July 2023, week 5", "2023-07-23", "2023-07-29"),
    ("Week 5 of July 2023", "2023-07-23", "2023-07-29"),
    ("The last week of July 2023", "2023-07-30", "2023-08-05"),
    ("2023년 7월 마지막 주", "2023-07-30", "2023-08-05"),
    ("2023年12月最后一周", "2023-12-31", "2024-01-06"),
    ("2024年3月第一週", "2024-02-25", "2024-03-02"),
    ("2023년 7월 넷째주 (7/24~7/30)", "2023-07-24", "2023-07-30"),
    ("2023년 30주차", "2023-07-24", "2023-07-30"),
    ("2023-W30", "2023-07-24", "2023-07-30"),
    ("W30, 2023", "2023-07-24", "2023-07-30"),
    ("2024年第十周", "2024-03-04", "2024-03-10"),
    ("Week of March 4, 2024", "2024-03-04", "2024-03-10"),
    ("2024.03.04 ~ 03.10", "2024-03-04", "2024-03-10"),
    ("24.3.4~24.3.10", "2024-03-04", "2024-03-10"),
    ("2024년 3월 4일(월) ~ 3월 10일(일)", "2024-03-04", "2024-03-10"),
    ("2024年3月4日～10日", "2024-03-04", "2024-03-10"),
    ("2023년 12월 31일 ~ 2024년 1월 6일", "2023-12-31", "2024-01-06"),
    ("2023년 7월", "2023-07-01", "2023-07-31"),
    ("2024년 3월호", "2024-03-01", "2024-03-31"),
    ("March 2024 papers", "2024-03-01", "2024-03-31"),
    ("2024년 3월 중순", "2024-03-11", "2024-03-20"),
    ("2024年2月下旬", "2024-02-21", "2024-02-29"),
    ("2024년 1분기", "2024-01-01", "2024-03-31"),
    ("Q4 2024", "2024-10-01", "2024-12-31"),
    ("2024年第四四半期", "2024-10-01", "2024-12-31"),
    ("2024년 하반기", "2024-07-01", "2024-12-31"),
]
DAYS = [
    "2024.03.05", "2024/3/5(화)", "24/3/5", "'24.3.5", "5 March 2024", "5th of March, 2024", "05.03.2024", "3/5/24",
    "20240305",
    "令和6年3月5日", "R6.3.5", "2024年3月5日（火）", "2024年03月05日 论文速递", "二〇二四年三月五日",
    "2024年3月5日 星期二", "民國113年3月5日", "Daily Papers - 2024-03-05",
]  # fmt: skip


@pytest.mark.parametrize(("line", "start", "end"), HEADERS)
def test_weeks_months_and_ranges_in_the_words_of_people(line: str, start: str, end: str) -> None:
    header = weekly_header(line)
    assert header is not None
    assert (str(header.start), str(header.end)) == (start, end)


@pytest.mark.parametrize("line", DAYS)
def test_days_in_the_words_of_people(line: str) -> None:
    header = daily_header(line)
    assert header is not None
    assert header.start == header.end == date(2024, 3, 5)


YEAR_2023 = Period(date(2023, 1, 1), date(2023, 12, 31))


@pytest.mark.parametrize(
    ("line", "start", "end"),
    [
        ("7월 5주차", "2023-07-23", "2023-07-29"),
        ("8월 첫째 주", "2023-07-30", "2023-08-05"),
        ("7월의 마지막 주", "2023-07-30", "2023-08-05"),
        ("7월 30일", "2023-07-30", "2023-07-30"),
        ("7/24 ~ 7/30", "2023-07-24", "2023-07-30"),
        ("Mar 5th", "2023-03-05", "2023-03-05"),
        ("8/1(화)", "2023-08-01", "2023-08-01"),
        ("3.5 (일)", "2023-03-05", "2023-03-05"),
        ("第10週", "2023-03-06", "2023-03-12"),
        ("Week 10", "2023-03-06", "2023-03-12"),
        ("7월 논문 정리", "2023-07-01", "2023-07-31"),
    ],
)
def test_a_header_without_a_year_takes_that_of_what_is_near(line: str, start: str, end: str) -> None:
    header = weekly_header(line) or daily_header(line)
    assert header is not None
    assert (header.start, header.days(None)) == (None, None)
    assert list(map(str, header.days(YEAR_2023) or ())) == [start, end]


def test_the_nearest_year_is_taken_unless_the_weekday_is_that_of_another() -> None:
    christmas = Period(date(2023, 12, 24), date(2023, 12, 30))
    header = weekly_header("1월 2주차")
    assert header is not None
    assert header.days(christmas) == Period(date(2024, 1, 7), date(2024, 1, 13))
    day = daily_header("8/1(목)")  # a Thursday in 2024
    assert day is not None
    assert day.days(christmas) == Period(date(2024, 8, 1), date(2024, 8, 1))


@pytest.mark.parametrize(
    ("stem", "start", "end"),
    [
        ("report_2025-10-13", "2025-10-13", "2025-10-13"),
        ("weekly-2024-03-05", "2024-03-05", "2024-03-05"),
        ("papers_20240305", "2024-03-05", "2024-03-05"),
        ("240305 A Short Title", "2024-03-05", "2024-03-05"),
        ("digest-2024-03-04_2024-03-10", "2024-03-04", "2024-03-10"),
        ("2024-W10", "2024-03-04", "2024-03-10"),
        ("2024_10주차", "2024-03-04", "2024-03-10"),
        ("2024_03", "2024-03-01", "2024-03-31"),
        ("2024년 3월 1주차", "2024-02-25", "2024-03-02"),
    ],
)
def test_days_in_the_name_of_a_file(stem: str, start: str, end: str) -> None:
    assert list(map(str, days_of_name(stem) or ())) == [start, end]


@pytest.mark.parametrize(
    "stem", ["Llama 3", "2401.00001", "top100papers", "part-01", "weekly_12", "cvpr2024", "v1.2.3"]
)
def test_names_that_tell_no_days(stem: str) -> None:
    assert days_of_name(stem) is None
