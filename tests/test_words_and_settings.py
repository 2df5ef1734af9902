"""Sentences, dates, settings, the filter language, the keymap: the small pure rooms."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_digest import config
from tui_digest.i18n import Translator, language
from tui_digest.tui.keymap import KEYS, KeyReader, screens_of, shown, with_overrides

ENGLISH, KOREAN = Translator("en"), Translator("ko")


def test_language_follows_the_locale() -> None:
    assert language({"LANG": "ko_KR.UTF-8"}) == "ko"
    assert language({"LC_ALL": "en_US", "LANG": "ko_KR"}) == "en"
    assert language({}) == "en"


def test_one_is_singular_also_as_a_string() -> None:
    assert ENGLISH("title.papers", n=1) == "1 paper"
    assert ENGLISH("title.papers", n="1") == "1 paper"
    assert ENGLISH("title.papers", n=2) == "2 papers"


def test_an_unknown_id_and_a_missing_detail_hide_nothing() -> None:
    assert "no.such" in ENGLISH("no.such", path="x")
    assert "{path}" in ENGLISH("source.binary")


@pytest.mark.parametrize(
    ("start", "end", "english", "korean"),
    [
        (date(2023, 7, 23), date(2023, 7, 29), "23–29 Jul", "7/23–29"),
        (date(2023, 4, 30), date(2023, 5, 6), "30 Apr – 6 May", "4/30–5/6"),
        (date(2024, 2, 29), date(2024, 2, 29), "29 Feb", "2/29"),
        (date(2023, 9, 1), date(2023, 9, 30), "Sep 2023", "2023년 9월"),
        (date(2024, 2, 1), date(2024, 2, 29), "Feb 2024", "2024년 2월"),
        (date(2023, 12, 1), date(2023, 12, 31), "Dec 2023", "2023년 12월"),
        (date(2023, 2, 1), date(2023, 3, 1), "1 Feb – 1 Mar", "2/1–3/1"),
        (None, None, "", ""),
    ],
)
def test_periods(start: date | None, end: date | None, english: str, korean: str) -> None:
    assert (ENGLISH.period(start, end), KOREAN.period(start, end)) == (english, korean)
    if english.endswith("2023"):
        assert (ENGLISH.when(start, end), KOREAN.when(start, end)) == (english, korean)


@pytest.mark.parametrize(
    ("week", "korean"),
    [
        ("2023-W30", "2023년 7월 5주차"),
        ("2023-W16", "2023년 4월 4주차"),
        ("2024-W21", "2024년 5월 4주차"),
        ("2024-W09", "2024년 2월 5주차"),
    ],
)
def test_weeks_in_words(week: str, korean: str) -> None:
    assert KOREAN.week_name(week, year=True) == korean
    assert KOREAN.week_name("2023-W22", "2023년 6월 1주차") == "6월 1주차", "as the digest counts it"
    assert ENGLISH.week_name("2023-W22", "2023년 6월 1주차", year=True) == "Jun, week 1, 2023"
    assert KOREAN.week_name("undated") == "날짜 없음"


def test_a_missing_config_is_the_default_and_a_broken_one_is_said(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    assert config.load(path) == (config.Settings(), [])
    path.write_text("lang = [", "utf-8")
    settings, errors = config.load(path)
    assert settings == config.Settings()
    assert [error.message_id for error in errors] == ["config.unreadable"]


def test_a_bad_value_is_named_and_the_others_stand(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text(
        'lang = "fr"\nread_after = true\nbody_width = 72\nnonsense = 1\n[keys]\n"mark.star" = "x"\nhelp = 3\n', "utf-8"
    )
    settings, errors = config.load(path)
    assert (settings.lang, settings.body_width, settings.read_after) == ("", 72, 1.0)
    assert settings.keys == {"mark.star": ("x",)}
    assert sorted(error.details["name"] for error in errors) == ["keys.help", "lang", "nonsense", "read_after"]


def test_the_default_keys_clash_nowhere_and_reach_their_actions() -> None:
    from tui_digest.tui.screens.main import MainScreen
    from tui_digest.tui.screens.triage import TriageScreen

    table, errors = with_overrides({})
    assert errors == []
    assert len({key.id for key in table}) == len(table)
    screens = {"main": MainScreen, "triage": TriageScreen, "summary": TriageScreen}
    for key in table:
        for name in screens_of(key):
            assert callable(getattr(screens[name], f"action_{key.action}")), key.id
            reader = KeyReader(table, name)
            for binding in key.keys:
                found = [reader.feed(token) for token in binding.split()]
                assert found[-1] == (key, None), (name, binding)


def test_keys_clash_only_where_both_act() -> None:
    assert [error.details["id"] for error in with_overrides({"triage.keep": ["t"]})[1]] == []
    clashes = with_overrides({"triage.keep": ["j"]})[1]
    assert [(error.details["id"], error.details["other"]) for error in clashes] == [("triage.keep", "move.down")]


def test_every_shift_key_has_a_second_way() -> None:
    for key in KEYS:
        if any(binding.isupper() for binding in key.keys):
            assert any(not binding.isupper() for binding in key.keys), key.id


def test_counts_sequences_and_escape() -> None:
    reader = KeyReader()
    assert [reader.feed(token) for token in "12"] == [None, None]
    found = reader.feed("j")
    assert found is not None
    assert (found[0].id, found[1]) == ("move.down", 12)
    assert reader.feed("y") is None
    assert [key.id for _, key in reader.continuations()][:2] == ["copy.link", "copy.abstract"]
    assert reader.feed("escape") is None
    assert not reader.waiting
    assert reader.feed("0") is None
    assert not reader.waiting, "a count does not begin with 0"


def test_overrides_unknown_ids_and_clashes() -> None:
    table, errors = with_overrides({"mark.star": ["x"], "mark.sta": ["w"], "quit": ["j"]})
    assert next(key for key in table if key.id == "mark.star").keys == ("x",)
    assert (errors[0].message_id, errors[0].details["near"]) == ("config.unknown_key", "mark.star")
    assert any(error.message_id == "config.key_clash" for error in errors)
    assert shown("ctrl+d") == "Ctrl+d"


@given(st.lists(st.sampled_from(["j", "g", "y", "5", "0", "escape", "z", "q", "v", "ㅓ", "가", "enter"]), max_size=30))
def test_any_typing_leaves_a_reader_that_reads(tokens: list[str]) -> None:
    reader = KeyReader()
    for token in tokens:
        reader.feed(token)
    reader.feed("escape")
    found = reader.feed("j")
    assert found is not None
    assert found[0].id == "move.down"


def test_a_config_nested_without_end_is_said(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text("a = " + "[" * 100_000, "utf-8")
    settings, errors = config.load(path)
    assert settings == config.Settings()
    assert [error.message_id for error in errors] == ["config.unreadable"]
