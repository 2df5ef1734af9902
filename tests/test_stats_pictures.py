"""The pictures of the statistics: exact to the cell, as wide as they say, and readable without colour."""

from __future__ import annotations

import re
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tried import examples
from tui_digest.cli import main
from tui_digest.i18n import LANGUAGES, Translator
from tui_digest.library.stats import DigestTally, ReadingStats, SourceTally, Tally, WeekTally
from tui_digest.models import UNDATED, week_id
from tui_digest.tui.charts import ASCII, UNICODE, axis_end, bar_chart, bars_that_fit, round_up, share_bar, shares, strip
from tui_digest.tui.stats_bins import bins_of, monday
from tui_digest.tui.stats_lines import legend, markdown_table, picture, table
from tui_digest.tui.stats_sections import StatsRow, StatsSection, sections
from tui_digest.tui.wrap import width_of

DOCS = Path(__file__).resolve().parent.parent / "docs"

NUMBERS = st.integers(0, 5_000)


@settings(max_examples=examples(30))
@given(
    st.integers(20, 120), st.integers(2, 12), st.data(), st.sampled_from([UNICODE, ASCII]),
)  # fmt: skip
def test_a_bar_is_as_high_as_its_number_and_nothing_stands_beside_it(
    width: int, height: int, data: st.DataObject, signs: object
) -> None:
    bars = data.draw(st.lists(st.tuples(NUMBERS, NUMBERS, NUMBERS), min_size=1, max_size=bars_that_fit(width)))
    chart = bar_chart(bars, width, height, signs)  # type: ignore[arg-type]
    parts = signs.parts  # type: ignore[attr-defined]
    assert len(chart.lines) == height
    highest = round_up(axis_end(bars))
    drawn: set[tuple[int, int]] = set()
    for bar, (first, end) in zip(bars, chart.columns, strict=True):
        assert chart.left <= first < end <= width
        rows = [line[first:end] for line in reversed(chart.lines)]
        assert all(len(set(row)) == 1 for row in rows), "a bar is as wide from bottom to top"
        shown = "".join(row[0] for row in rows).rstrip()
        cut = sum(bar) > highest and height > 2
        assert (shown[-2:-1] == signs.cut) is cut  # type: ignore[attr-defined]
        shown = shown.replace(signs.cut, shown[-1:])  # type: ignore[attr-defined]
        wanted = max(1, round(sum(bar) / highest * height)) if sum(bar) else 0
        assert len(shown) == min(height, wanted)
        assert list(shown) == sorted(shown, key=parts.index), "the parts stand in their order"
        own = len(shown) - cut  # where a bar is cut, a sign of it says so
        assert sum(bool(part) for part in bar) > own or {*shown} == {
            sign for sign, part in zip(parts, bar, strict=True) if part
        }
        drawn |= {(row, column) for row in range(height) for column in range(first, end)}
    for row, line in enumerate(reversed(chart.lines)):
        assert set(line[chart.left :][: width - chart.left]) <= {" ", *parts, signs.cut}  # type: ignore[attr-defined]
        left = {column for column, sign in enumerate(line) if sign != " " and column >= chart.left}
        assert left <= {column for at, column in drawn if at == row}


def test_the_sign_of_a_cut_bar_hides_no_part() -> None:
    chart = bar_chart([(0, 0, 1), (2, 1, 1)], 20, 4)
    first, _ = chart.columns[1]
    assert [line[first] for line in reversed(chart.lines)] == ["█", "▒", "≈", "░"]


@pytest.mark.parametrize(
    ("bars", "end"),
    [([], 0), ([(7,)], 7), ([(0,), (7,)], 7), ([(7,), (20,)], 20), ([(7,), (22,)], 7), ([(7,), (22,), (22,)], 22)],
)
def test_of_one_bar_that_dwarfs_the_others_the_axis_has_less(bars: list[tuple[int, ...]], end: int) -> None:
    assert axis_end(bars) == end


@given(st.lists(NUMBERS, min_size=1, max_size=3), st.integers(0, 40))
def test_shares_add_up_and_nothing_that_is_there_is_left_out(parts: list[int], cells: int) -> None:
    found = shares(parts, cells)
    assert sum(found) == (cells if sum(parts) else 0)
    assert all(abs(cell - part * cells / sum(parts)) < 3 for cell, part in zip(found, parts, strict=True) if sum(parts))
    if cells >= len(parts):
        assert all(cell or not part for cell, part in zip(found, parts, strict=True))
    assert len(share_bar(parts, cells)) == cells


@given(st.lists(NUMBERS, max_size=40))
def test_a_strip_has_a_cell_for_each_number_and_higher_is_more(numbers: list[int]) -> None:
    for signs in (UNICODE, ASCII):
        drawn = strip(numbers, signs)
        assert len(drawn) == len(numbers)
        levels = " " + signs.levels
        heights = [levels.index(sign) for sign in drawn]
        assert [not height for height in heights] == [not number for number in numbers]
        pairs = sorted(zip(numbers, heights, strict=True))
        assert [height for _, height in pairs] == sorted(heights)
        highest = max(numbers, default=0)
        assert max(heights, default=0) == len(signs.levels) if highest >= 4 else max(heights, default=0) == 2 * highest


def test_ascii_pictures_are_ascii_and_their_parts_can_be_told_apart() -> None:
    assert len(set(ASCII.parts)) == 3 and len(set(UNICODE.parts)) == 3
    chart = bar_chart([(1, 2, 3), (0, 0, 9)], 40, 6, ASCII)
    assert all(line.isascii() for line in chart.lines)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("weeks", [1, 5, 60, 1_000])
@pytest.mark.parametrize("room", [4, 33, 90])
def test_weeks_are_put_together_until_they_fit(lang: str, weeks: int, room: int) -> None:
    tr = Translator(lang)
    ids = [week_id(date(2004, 1, 5) + timedelta(weeks=number)) for number in range(weeks)]
    bins = bins_of([*ids, UNDATED], room, tr)
    assert len(bins) <= room and [week for each in bins for week in each.weeks] == [*ids, UNDATED]
    assert len({each.name for each in bins}) == len(bins), "each is called otherwise"
    assert len(bins) == weeks + 1 or len(bins) < weeks
    if weeks < room:
        assert all(len(each.weeks) == 1 for each in bins)
    months = {(each.weeks[0][:4], len(each.weeks)) for each in bins[:-1]}
    assert len(months) > 0 and monday(ids[0]) == date(2004, 1, 5)


def reading_of(weeks: int, *, undated: bool = False) -> ReadingStats:
    days = [date(2004, 1, 5) + timedelta(weeks=number) for number in range(weeks)]
    tallies = [Tally(number % 9 + 1, number % 4, number % 3, number % 9 + 1 - max(number % 4, number % 3)) for number in
               range(weeks)]  # fmt: skip
    dated = [WeekTally(week_id(day), day, day + timedelta(days=6), tally)
             for day, tally in zip(days, tallies, strict=True)]  # fmt: skip
    found = [*dated, *([WeekTally(UNDATED, None, None, Tally(3, 1, 1, 2))] if undated else [])]
    total = Tally()
    for each in found:
        total = total.plus(each.tally)
    return ReadingStats(total, found, [], [], [], [], [], [], date(2024, 1, 1))


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(("weeks", "undated"), [(0, False), (0, True), (1, False), (30, True), (1_000, True)])
@pytest.mark.parametrize("width", [38, 76, 116, 196])
def test_every_line_fits_and_hangul_lines_up(lang: str, weeks: int, undated: bool, width: int) -> None:
    found = sections(reading_of(weeks, undated=undated), Translator(lang), bars_that_fit(width), width // 3)
    section = found["weeks"]
    assert section.empty and bool(section.rows) == bool(weeks or undated)
    if not section.rows:
        return
    shown = table(section, width)
    lines = [shown.line(row) for row in section.rows]
    assert len({width_of(line) for line in lines}) == 1 and width_of(lines[0]) <= width
    drawn = picture(section, width, 8)
    assert all(width_of(line) <= width for line in [*drawn.lines, legend(section)])
    assert len(drawn.columns) == len(section.bars) == len(section.rows)
    labels = drawn.lines[8]
    assert section.labels[-1] in labels
    assert sorted(row.bar for row in section.rows) == list(range(len(section.bars)))


@pytest.mark.parametrize("width", [38, 116])
def test_a_digest_without_papers_has_no_shares(width: int) -> None:
    """Only its header was read, say."""
    empty = DigestTally("One of headers", UNDATED, None, None, Tally())
    nothing = SourceTally("~/digests", "folder", 1, None, Tally())
    reading = reading_of(3)._replace(digests=[empty], sources=[nothing])
    found = sections(reading, Translator("en"), bars_that_fit(width), width // 3)
    for name in ("digests", "sources"):
        shown = table(found[name], width)
        assert "–" in shown.line(found[name].rows[0])


@given(
    st.lists(st.tuples(st.text("가나abc |#", max_size=30), st.integers(0, 10**6)), min_size=1, max_size=5),
    st.integers(10, 90),
)
def test_a_table_of_any_names_keeps_to_its_width(rows: list[tuple[str, int]], width: int) -> None:
    section = StatsSection(
        "x", "t", "a", ("이름", "papers", "읽음"),
        [StatsRow(name, (f"{n:,}", "5"), parts=(n, 1, 2)) for name, n in rows],
    )  # fmt: skip
    shown = table(section, width)
    widths = {width_of(shown.line(row)) for row in section.rows}
    assert len(widths) == 1 and max(widths) <= width and width_of(shown.head()) <= width
    assert markdown_table(section).count("\n") == len(rows) + 6


def test_the_library_that_draws_is_loaded_with_the_first_picture_only() -> None:
    code = "import sys, tui_digest.tui.stats_lines, tui_digest.library.stats; print('plotext' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout == "False\n"


def test_the_page_shows_what_the_command_prints(
    own_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    page = (DOCS / "stats.md").read_text("utf-8")
    monkeypatch.chdir(tmp_path)
    texts = re.findall(r"```text\n(.*?)```", page, re.DOTALL)
    for name, text in zip(re.findall(r"`(july-\d\.txt)`", page), texts, strict=True):
        (tmp_path / name).write_text(text, "utf-8")
    for line in re.findall(r"```sh\n(.*?)```", page, re.DOTALL)[0].splitlines():
        assert main(line.split()[1:]) == 0
    shown = re.findall(r"```console\n\$ tui-digest (.*?)\n(.*?)```", page, re.DOTALL)
    assert len(shown) >= 3
    for words, printed in shown:
        capsys.readouterr()
        assert main(["--lang", "en", *words.split()]) == 0
        assert capsys.readouterr().out == printed
