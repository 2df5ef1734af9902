from __future__ import annotations

import unicodedata
from datetime import date

import pytest

from tui_digest.parsing.dates import bracketed_date, daily_header, file_date, month_row, weekly_header


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
        "2024-02",
        "",
        "2024년 2월",
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
