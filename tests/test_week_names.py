"""What a list calls a week can be typed: every name that is shown, in both languages."""

from __future__ import annotations

from calendar import SUNDAY, Calendar
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import home
from tests.tui.reading import APRIL, JULY, library_of
from tui_digest.cli import main
from tui_digest.i18n import Translator
from tui_digest.library import Library
from tui_digest.library.week_names import named_week
from tui_digest.models import UNDATED, Week
from tui_digest.query import Field, QueryError, Weeks, read
from tui_digest.store.summary import Totals
from tui_digest.text.dates_in_words import is_date
from tui_digest.tui import status
from tui_digest.tui.row_texts import WeekRows

SPOKEN = [Translator("ko"), Translator("en")]
DAYS = st.dates(date(2001, 1, 1), date(2030, 12, 28))
TITLES = (
    st.none() | st.just("row") | st.sampled_from(["Week 22 in papers", "봄 논문", "The 5th week", "2023-07-24 ~ 30"])
)


@st.composite
def weeks(draw: st.DrawFn) -> list[Week]:
    """A library's weeks, newest first, an undated one last."""
    found: dict[str, Week] = {}
    for start in draw(st.lists(DAYS, max_size=12)):
        end = start + timedelta(days=draw(st.sampled_from([0, 0, 6, 6, 6, 3, 29])))
        middle = start + (end - start) / 2
        year, number, _ = middle.isocalendar()
        title = draw(TITLES)
        if title == "row":
            title = f"{middle.year}년 {middle.month}월 {(middle.day - 1) // 7 + 1}주차"
        found[f"{year}-W{number:02d}"] = Week(f"{year}-W{number:02d}", start, end, title, 1, 1, 0)
    undated = [Week(UNDATED, None, None, draw(st.none() | st.just("Notes")), 1, 1, 0)] if draw(st.booleans()) else []
    return [*(found[name] for name in sorted(found, reverse=True)), *undated]


def shown(tr: Translator, week: Week) -> set[str]:
    """The names of a week as they stand on the screen: in the list of weeks, in the title line and among facts."""
    rows = WeekRows(tr)
    rows.set([week], 0)
    (row,) = rows.row(len(rows) - 1, 200)
    names = {text.strip() for text, style in row if style in ("strong", "text", "muted")} - {"1", ""}
    at = status.TitleLine(200, week, Totals(1, 1, 0), "x", False, "", 0, True)
    left, _ = status.title(tr, at)
    return names | set("".join(text for text, _ in left).strip().split(" · ")) | {tr.week_days(week, year=True)}


def counted(tr: Translator, week: Week) -> set[str]:
    """The rows of a month, of a calendar that begins with Sunday, that the middle of a week lies in."""
    if week.id == UNDATED:
        return set()
    middle = date.fromisocalendar(int(week.id[:4]), int(week.id[6:]), 3)
    names = set()
    for month in {(middle + timedelta(days=step)).replace(day=1) for step in range(-3, 4)}:
        for row, days in enumerate(Calendar(SUNDAY).monthdatescalendar(month.year, month.month), 1):
            if middle in days:
                names.add(tr.month_row(month.month, row))
    return names


@given(weeks())
def test_every_name_that_is_shown_gives_that_week(there: list[Week]) -> None:
    def week_named(name: str) -> str | None:
        return named_week(name, there)

    for tr in SPOKEN:
        for at, week in enumerate(there):
            for name in shown(tr, week):
                found = week_named(name)
                newest = next(each.id for each in there[: at + 1] if name in shown(tr, each))
                later = [each.id for each in there if each.id[:4] > newest[:4] and name in counted(tr, each)]
                assert found == (later[0] if later and newest != UNDATED else newest), name
                asked = read(f'week:"{name}"', today=date(2024, 1, 1), weeks=week_named).tree
                assert asked == Field("week", UNDATED if found == UNDATED else Weeks(found, found)), name


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return library_of(home(tmp_path), tmp_path / "digests", JULY, APRIL)


@pytest.mark.parametrize(
    "typed",
    ["2023년 7월 5주차", "2023년7월5주", "7월 5주차", "Jul week 5", "jul, week 5", "Jul week 5 2023", "23–29 Jul",
     "23-29 Jul 2023", "7/23–29", "7/23~29", "2023년 7월 23-29일", "2023-W30", "2023-w30"],
)  # fmt: skip
def test_a_week_is_asked_for_as_it_is_said(library: Library, typed: str) -> None:
    assert library.lists.week_named(typed) == "2023-W30"
    assert len(library.lists.entries(None, library.views.read(f'week:"{typed}"'))) == 3
    assert [row.week for row in library.lists.entries(None, library.views.read(f'week:"{typed}" tag:alignment'))] == [
        "2023-W30"
    ] * len(library.lists.entries("2023-W30", library.views.read("tag:alignment")))


def test_a_name_that_no_week_has_is_pointed_at(library: Library) -> None:
    with pytest.raises(QueryError) as raised:
        library.views.read("llama week:봄소식")
    error = raised.value
    assert (error.message_id, error.position, error.length) == ("query.week", len("llama week:"), 3)


def test_the_newest_week_of_a_name_without_a_year(tmp_path: Path) -> None:
    library = library_of(
        home(tmp_path), tmp_path / "digests", JULY, JULY.replace("2023년", "2022년").replace("2307.", "2207.")
    )
    assert library.lists.week_named("7월 5주차") == "2023-W30"
    assert library.lists.week_named("2022년 7월 5주차") == library.lists.week_named("Jul week 5 2022") == "2022-W30"


@pytest.mark.parametrize(
    "typed",
    ["Jul week 4", "July week 4", "7월 4주차", "7월4주", "4th week of July", "7월 넷째 주", "Jul week 4 2023",
     "2023 Jul week 4", "2023년 7월 4주차"],
)  # fmt: skip
def test_a_week_that_shows_its_days_only_is_counted_in_its_month(tmp_path: Path, typed: str) -> None:
    """Titles that are dates, or that do not agree, leave the list nothing but days; digests count rows of the month."""
    older, newer = (
        "\n".join(
            [f"{year}-07-17 ~ {year}-07-22", f"A paper of {year}", f"https://arxiv.org/abs/{year - 2000}07.00001"]
        )
        for year in (2022, 2023)
    )
    library = library_of(home(tmp_path), tmp_path / "digests", JULY, older, newer)
    assert [library.lists.week_named(typed), library.lists.week_named("22년 7월 4주차")] == ["2023-W29", "2022-W29"]
    assert len(library.lists.entries(None, library.views.read(f'week:"{typed}"'))) == 1


def test_a_name_that_is_shown_goes_before_a_row_that_is_counted(tmp_path: Path) -> None:
    """Digests that count their weeks from the first Monday on are found by their own names."""

    def week(name: str, start: date, title: str | None) -> Week:
        return Week(name, start, start + timedelta(days=6), title, 1, 1, 0)

    there = [
        week("2024-W30", date(2024, 7, 22), None),
        week("2023-W30", date(2023, 7, 24), "2023년 7월 4주차"),
        week("2023-W29", date(2023, 7, 17), "2023년 7월 3주차"),
        Week(UNDATED, None, None, None, 1, 1, 0),
    ]
    assert named_week("2023년 7월 4주차", there) == "2023-W30" == named_week("Jul week 4 2023", there)
    assert named_week("7월 4주차", there) == "2024-W30"
    assert named_week("7월 4주차", there[1:]) == "2023-W30"
    assert named_week("7월 5주차", there[1:]) == "2023-W30"
    for name in (
        "7월 9주차",
        "8월 4주차",
        "papers of Jul week 4",
        "Jul week 4 papers",
        "7월",
        "4주차",
        "2021 Jul week 4",
    ):
        assert named_week(name, there) is None, name


def test_the_last_week_of_december_may_lie_in_the_next_year() -> None:
    start = date(2023, 12, 31)
    there = [Week("2024-W01", start, start + timedelta(days=6), None, 1, 1, 0)]
    assert [named_week(name, there) for name in ("Jan week 1", "12월 6주차", "2023년 12월 6주차")] == ["2024-W01"] * 3


def test_the_command_line_takes_the_same_names(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = tmp_path / "july.txt"
    source.write_text(JULY, "utf-8")
    assert main(["import", str(source)]) == 0
    capsys.readouterr()
    for command in (["list", "--week"], ["export", "--week"], ["read", "--plain"], ["tags", "--week"]):
        outputs = set()
        for name in ("2023-W30", "2023년 7월 5주차", "23–29 Jul 2023"):
            assert main([*command, name]) == 0
            outputs.add(capsys.readouterr().out)
        assert len(outputs) == 1
    assert main(["list", "--week", "Jul week 9"]) == 2
    assert "Jul week 9 names no week" in capsys.readouterr().err


def test_titles_that_are_dates_say_nothing_more() -> None:
    for title in (
        "2023-07-24 ~ 2023-07-30",
        "July 24 - July 30, 2023",
        "2023년 7월 24일 (월)",
        "2023.07.24",
        "Week 30, 2023",
    ):
        assert is_date(title), title
    for title in ("Top papers of July 24", "주간 논문", "LLM week", "", "Marching on"):
        assert not is_date(title), title
