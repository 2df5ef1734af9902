"""Wrapping by cells: nothing lost, nothing too wide, nothing broken where it must not be."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from tui_digest.tui.wrap import ELLIPSIS, cells_before, ellipsis, fit_lines, width_of, wrap

TEXTS = st.text(alphabet=st.sampled_from("ab c  한글 。、,.)(「」…é\u0301한\u200d👩🔬❤\ufe0f中\n-"), max_size=120)
WIDTHS = st.integers(2, 40)


def test_dates_are_not_broken_inside() -> None:
    text = "arXiv\xa02307.09288 · 2023년\xa07월\xa016–22일"
    for width in range(20, 40):
        lines = [text[start:end] for start, end in wrap(text, width)]
        assert lines[-1] in (text, "2023년\xa07월\xa016–22일", "· 2023년\xa07월\xa016–22일"), (width, lines)


def shown(text: str, width: int, hang: int = 0) -> list[str]:
    return [text[start:end] for start, end in wrap(text, width, hang)]


@given(TEXTS | st.text(st.characters(exclude_categories=("Cc", "Cs")), max_size=80), WIDTHS, st.integers(0, 6))
def test_nothing_is_lost_and_nothing_is_too_wide(text: str, width: int, hang: int) -> None:
    lines = wrap(text, width, hang)
    at = 0
    for start, end in lines:
        assert at <= start <= end <= len(text)
        assert set(text[at:start]) <= {" ", "\n"}
        assert cell_len(text[start:end]) <= width
        at = end
    assert set(text[at:]) <= {" "}


@given(TEXTS, WIDTHS, st.integers(1, 4))
def test_a_limit_gives_the_first_lines(text: str, width: int, limit: int) -> None:
    assert wrap(text, width, limit=limit) == wrap(text, width)[:limit]


@given(TEXTS)
def test_width_is_never_less_than_the_terminals(text: str) -> None:
    line = text.replace("\n", "")
    assert width_of(line) >= cell_len(line)
    assert list(cells_before(line)) == sorted(cells_before(line))


@given(TEXTS, st.integers(0, 40))
def test_ellipsis_fits(text: str, cells: int) -> None:
    line = text.replace("\n", "")
    short = ellipsis(line, cells)
    assert cell_len(short) <= cells
    assert short == line or short.endswith(ELLIPSIS) or cells == 0


@given(TEXTS, st.integers(2, 40), st.integers(1, 4))
def test_fitted_lines_fit(text: str, cells: int, max_lines: int) -> None:
    lines = fit_lines(text, cells, max_lines)
    assert 1 <= len(lines) <= max_lines
    assert all(cell_len(line) <= cells for line in lines)


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("", 10, [""]),
        ("one two three", 8, ["one two", "three"]),
        ("one  two   ", 5, ["one", "two"]),
        ("one two  three", 9, ["one two", "three"]),
        ("one (  two", 7, ["one", "(  two"]),
        ("ab abcdefg가나다", 10, ["ab abcdefg", "가나다"]),
        ("  indented text here", 10, ["  indented", "text here"]),
        ("첫 문단\n\n둘째", 20, ["첫 문단", "", "둘째"]),
        ("언어 모델의 학습", 11, ["언어 모델의", "학습"]),
        ("가나다라마바사아자차", 7, ["가나다", "라마바", "사아자", "차"]),
        ("논문 가나다라마바사아자차카타파하", 20, ["논문 가나다라마바사", "아자차카타파하"]),
        ("https://example.org/a-very-long-path", 12, ["https://exam", "ple.org/a-ve", "ry-long-path"]),
        ("see https://example.org/long", 20, ["see", "https://example.org/", "long"]),
        ("값이 아주 매우 크다 。끝", 19, ["값이 아주 매우", "크다 。끝"]),
        ("가나다라마，바사", 10, ["가나다라", "마，바사"]),
        ("가나다(라마바사", 8, ["가나다", "(라마바", "사"]),
        (" " * 30 + "deep", 10, [" " * 5 + "deep"]),
    ],
)
def test_breaks(text: str, width: int, lines: list[str]) -> None:
    assert shown(text, width) == lines


def test_hanging_lines_are_narrower() -> None:
    assert shown("- one two three", 8, hang=2) == ["- one", "two", "three"]


def test_a_wide_cell_is_never_cut() -> None:
    assert shown("가나다", 3) == ["가", "나", "다"]
    assert shown("가나", 1) == ["가", "나"]  # narrower than any wide character: taken as two cells


def test_joined_characters_stay_together() -> None:
    family = "👩\u200d🔬"
    assert shown(family * 3, 4) == [family * 2, family]
    assert shown("e\u0301" * 4, 2) == ["e\u0301" * 2] * 2


def test_fit_lines_ends_in_an_ellipsis_only_when_something_is_left() -> None:
    assert fit_lines("Retentive Network", 20, 2) == ["Retentive Network"]
    assert fit_lines("one two three four", 8, 2) == ["one two", "three f…"]
    assert fit_lines("one two three", 8, 2) == ["one two", "three"]
    assert fit_lines("one two", 7, 1) == ["one two"]
    assert fit_lines("가나다라", 5, 1) == ["가나…"]
    assert fit_lines("abc", 0, 2) == [""]
