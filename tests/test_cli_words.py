"""Every word that the command line says comes from the catalogue: argparse's own, errors, reports; dates, too."""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from rich.cells import cell_len

from tests.pseudo import GREEK, Pseudo, strays
from tui_digest.cli import main
from tui_digest.cli.parser import build_parser
from tui_digest.doctor.finding import Finding, to_json
from tui_digest.i18n import LANGUAGES, Translator


def parsers(parser: argparse.ArgumentParser) -> Iterator[argparse.ArgumentParser]:
    """A parser and those of its subcommands."""
    yield parser
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for each in action.choices.values():
                yield from parsers(each)


def grammar(parser: argparse.ArgumentParser) -> set[str]:
    """The words that are typed as they are, or stand for what is typed: commands, options, choices, metavars."""
    words = set(re.findall("[a-zA-Z]+", parser.prog))
    for action in parser._actions:
        listed = [*action.option_strings, *(action.choices or ()), action.metavar or ""]
        words.update(word for each in listed for word in re.findall("[a-zA-Z]+", str(each)))
    return words


ALL = list(parsers(build_parser(Pseudo("en"))))


@pytest.mark.parametrize("parser", ALL, ids=lambda parser: parser.prog)
def test_help_is_translated(parser: argparse.ArgumentParser) -> None:
    text = parser.format_help()
    assert not strays(text, grammar(parser)), text


def test_help_of_all_commands_was_seen() -> None:
    assert {"tui-digest import", "tui-digest config check", "tui-digest doctor"} <= {parser.prog for parser in ALL}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_help_fits_into_eighty_cells(lang: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The lines of usage, too, which go on where their first one begins."""
    monkeypatch.setenv("COLUMNS", "80")
    for parser in parsers(build_parser(Translator(lang))):
        told, usage = parser.format_help(), parser.format_usage()
        assert [line for line in told.splitlines() if cell_len(line) > 80] == [], parser.prog
        begin = cell_len(f"{usage[: usage.index(parser.prog)]}{parser.prog} ")
        assert {len(line) - len(line.lstrip()) for line in usage.splitlines()[1:]} <= {begin}, parser.prog


def test_the_command_keys_lists_keys_and_no_papers() -> None:
    told = build_parser(Translator("en")).format_help()
    assert re.search(r"^ +keys +list the keys of the reader", told, re.MULTILINE)


WRONG: Sequence[Sequence[str]] = (
    ["config"], ["frobnicate"], ["list", "--frob"], ["list", "extra"], ["list", "--limit"], ["list", "--limit", "x9"],
    ["list", "--week", "x9"], ["import"], ["import", ""], ["star"], ["export", "--format", "x9"],
    ["export", "--json=1"],
    ["starters"], ["starters", "x9"], ["--lang"], ["config", "x9"], ["config", "check", "1", "2"],
    ["restore", "9", "--ye=3"],
    ["import", "--d"], ["export", "--f", "x9"], ["note"], ["--version=3"], ["doctor", "--fix=1"],
    ["list", "--limit", "-1"],
    ["export", "-o"], ["--l=9"],
)  # fmt: skip


@pytest.fixture
def pseudo(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tui_digest.cli.Translator", Pseudo)


def run(argv: Sequence[str], capsys: pytest.CaptureFixture[str]) -> str:
    """What a command says."""
    with suppress(SystemExit):
        main(argv)
    return "".join(capsys.readouterr())


@pytest.mark.usefixtures("pseudo")
@pytest.mark.parametrize("argv", WRONG, ids=" ".join)
def test_wrong_usage_is_translated(argv: Sequence[str], capsys: pytest.CaptureFixture[str]) -> None:
    text = run(argv, capsys)
    known = {word for parser in ALL for word in grammar(parser)}
    typed = {word for each in argv for word in re.findall("[a-zA-Z]+", each)}
    assert not strays(text, known | typed), text


@pytest.mark.usefixtures("pseudo")
def test_what_commands_say_is_translated(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    digest = tmp_path / "9.txt"
    digest.write_text(GREEK, "utf-8")
    (tmp_path / "8.bin").write_bytes(b"\x00\x01" * 400)
    data = {
        "txt",
        "bin",
        "zip",
        "json",
        "arxiv",
        "id",
        "key",
        "list",
        "show",
        "tui",
        "digest",
        "doctor",
        "config",
        "toml",
    }
    commands: list[list[str]] = [
        ["import", str(digest), str(tmp_path / "8.bin"), str(tmp_path / "7")], ["star", "2307.00001"],
        ["star", "0000.0"],
        ["undo"], ["undo"], ["undo"], ["redo"], ["redo"], ["note", "2307.00001"], ["note", "2307.00001", "9"],
        ["tag", "2307.00001"], ["tag", "2307.00001", "9"], ["history"], ["list", "--week", "1999-W01"],
        ["list", "--filter", "("], ["remove", "0"], ["backup", str(tmp_path / "5.zip")],
        ["restore", str(tmp_path / "4")],
        ["restore", str(tmp_path / "5.zip")], ["restore", str(tmp_path / "5.zip"), "--yes"], ["starters", "on"],
        ["config", "check"], ["config", "check", str(tmp_path / "3")], ["show", "1"], ["search", "zzzz9"], [],
    ]  # fmt: skip
    for argv in commands:
        text = run(argv, capsys).replace(str(tmp_path), "").replace(os.environ["TUI_DIGEST_HOME"], "")
        assert not strays(text, data), (argv, text)


@pytest.mark.parametrize("by", ["option", "locale", "setting"])
def test_the_whole_program_speaks_korean(own_home: Path, by: str) -> None:
    (own_home / "config").mkdir()
    if by == "setting":
        (own_home / "config" / "config.toml").write_text('lang = "ko"\n', "utf-8")
    environ = {**os.environ, "LANG": "ko_KR.UTF-8" if by == "locale" else "C.UTF-8"}
    option = ["--lang", "ko"] if by == "option" else []
    done = subprocess.run(
        [sys.executable, "-m", "tui_digest", *option, "list", "--limit"], env=environ, capture_output=True, text=True
    )
    assert done.returncode == 2
    assert done.stderr.startswith("사용법: ")
    assert "값이 없습니다" in done.stderr


# --- dates ---------------------------------------------------------------------------------------------------


def test_dates_in_a_sentence_are_said_in_its_language() -> None:
    day, moment = date(2024, 2, 29), datetime(2024, 2, 29, 7, 5, 9, tzinfo=UTC)
    said = {lang: Translator(lang)("doctor.backup.ok", day=day) for lang in LANGUAGES}
    assert "29 Feb 2024" in said["en"] and "2024년 2월 29일" in said["ko"]
    said = {lang: Translator(lang)("doctor.clock.ahead", when=moment) for lang in LANGUAGES}
    assert "29 Feb 2024 07:05:09" in said["en"] and "2024년 2월 29일 07:05:09" in said["ko"]


def test_dates_for_programs_stay_as_they_are() -> None:
    found = to_json([Finding("doctor.backup.ok", "ok", {"day": date(2024, 2, 29)})], Translator("ko"))
    assert json.loads(json.dumps(found))[0]["details"] == {"day": "2024-02-29"}
    assert "2024년 2월 29일" in found[0]["message"]


@pytest.mark.parametrize(
    ("lang", "date_like"), [("en", r"\d{1,2} [A-Z][a-z]{2} \d{4}"), ("ko", r"\d{4}년 \d+월 \d+일")]
)
def test_the_history_is_dated_in_the_readers_way(lang: str, date_like: str, capsys: pytest.CaptureFixture[str]) -> None:
    main(["star", "2305.18290"])
    capsys.readouterr()
    assert main(["--lang", lang, "history"]) == 0
    assert re.match(rf"{date_like} \d\d:\d\d:\d\d  ", capsys.readouterr().out)
