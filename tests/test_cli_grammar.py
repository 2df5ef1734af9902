"""The grammar of the command line: what begins with a dash, what is misspelt, and where no reader can open."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.tui.reading import APRIL, JULY
from tui_digest.cli import main
from tui_digest.cli.parser import build_parser
from tui_digest.i18n import Translator

FIRST = "arxiv:2307.00001"


@pytest.fixture
def imported(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name, text in (("july.txt", JULY), ("april.txt", APRIL)):
        (tmp_path / name).write_text(text, "utf-8")
        assert main(["import", str(tmp_path / name)]) == 0
    capsys.readouterr()


def given(words: str) -> dict[str, Any]:
    """What is not empty of what the grammar makes of some words."""
    found = vars(build_parser(Translator("en")).parse_args(words.split()))
    return {name: value for name, value in found.items() if value not in (None, False, [])}


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("list --filter -is:read", {"filter": "-is:read"}),
        ("list --filter=-is:read", {"filter": "-is:read"}),
        ("list --fil -is:read --limit 3", {"filter": "-is:read", "limit": 3}),
        ("search a -b", {"text": ["a", "-b"]}),
        ("search -b", {"text": ["-b"]}),
        ("search -html", {"text": ["-html"]}),
        ("search -", {"text": ["-"]}),
        ("search a --json -b", {"text": ["a", "-b"], "json": True}),
        ("search -- --json -h -b", {"text": ["--json", "-h", "-b"]}),
        ("search --json -- a --b", {"text": ["a", "--b"], "json": True}),
        ("tag K -x", {"key": "K", "name": ["-x"]}),
        ("tag K --remove -x y", {"key": "K", "name": ["-x", "y"], "remove": True}),
        ("tag -- K --y", {"key": "K", "name": ["--y"]}),
        ("note K -5 -", {"key": "K", "text": ["-5", "-"]}),
        ("note K - -- --not-an-option", {"key": "K", "text": ["-", "--not-an-option"]}),
        ("correct K --title -x", {"key": "K", "title": "-x"}),
        ("star -K -L", {"key": ["-K", "-L"]}),
        ("views --save -n -is:read", {"save": ["-n", "-is:read"]}),
        ("import -draft.md - --dry-run", {"path": ["-draft.md", "-"], "dry_run": True}),
        ("export -oout.json", {"format": "json", "output": "out.json"}),
        ("export -o - --filter -x", {"format": "json", "output": "-", "filter": "-x"}),
        ("config check -x", {"what": "check", "file": "-x"}),
        ("--lang ko config check -x", {"lang": "ko", "what": "check", "file": "-x"}),
    ],
)
def test_what_begins_with_one_dash_is_a_value(words: str, expected: dict[str, Any]) -> None:
    found = given(words)
    assert found.pop("command") == next(word for word in words.split() if word not in ("--lang", "ko"))
    assert found == expected


def test_a_query_and_a_tag_that_begin_with_a_dash_do_what_they_say(
    imported: None, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["read", FIRST]) == 0
    capsys.readouterr()
    assert main(["list", "--filter", "-is:read"]) == 0
    assert FIRST not in capsys.readouterr().out
    assert main(["search", "paper", "-older"]) == 0
    assert capsys.readouterr().out == ""
    assert main(["tag", FIRST, "-x"]) == 0
    assert main(["tag", FIRST, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["tags"] == ["-x"]


@pytest.mark.parametrize(
    ("words", "near"),
    [
        ("imprt x", "import"),
        ("serach x", "search"),
        ("Export", "export"),
        ("serch -x", "search"),
        ("search a --fliter x", "--filter"),
        ("import --dryrun x", "--dry-run"),
        ("list --jsn", "--json"),
        ("export --format bibtx", "bibtex"),
        ("config shwo", "show"),
        ("starters onn", "on"),
        ("keys --pane entires", "entries"),
        ("--lagn ko list", "--lang"),
        ("--verson", "--version"),
        ("version", "--version"),
        ("help imprt", "import"),
    ],
)
def test_what_is_misspelt_gets_the_nearest(words: str, near: str, capsys: pytest.CaptureFixture[str]) -> None:
    for lang, asks in (("en", f"did you mean {near}?"), ("ko", f"혹시 {near}인가요?")):
        with pytest.raises(SystemExit) as stop:
            main(["--lang", lang, *words.split()])
        assert stop.value.code == 2
        assert asks in capsys.readouterr().err.splitlines()[-1]


@pytest.mark.parametrize("words", ["", "import", "source add"])
def test_help_is_a_command_too(words: str, capsys: pytest.CaptureFixture[str]) -> None:
    said = []
    for asked in (["help", *words.split()], [*words.split(), "--help"]):
        with pytest.raises(SystemExit) as stop:
            main(asked)
        assert stop.value.code == 0
        said.append(capsys.readouterr().out)
    assert said[0] == said[1] and said[0].startswith("usage: tui-digest")


def test_the_first_help_names_the_way_in_and_the_plain_reader(capsys: pytest.CaptureFixture[str]) -> None:
    for lang, ways in (("en", ("import PATH", "help COMMAND", "--plain")), ("ko", ("import 경로", "--plain"))):
        with pytest.raises(SystemExit):
            main(["--lang", lang, "--help"])
        out = " ".join(capsys.readouterr().out.split())
        assert [way for way in ways if way not in out] == []
    with pytest.raises(SystemExit):
        main(["-V"])
    assert capsys.readouterr().out.startswith("tui-digest ")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("frobnicate", "there is no command frobnicate; the commands: import, source, "),
        ("-x list", "not understood: -x"),
        ("list --zzz", "tui-digest list: not understood: --zzz"),
        ("search a --zzz b", "tui-digest search: not understood: --zzz"),
        ("list extra", "tui-digest list: not understood: extra"),
        ("list --filter --json", "--filter: a value is missing"),
    ],
)
def test_what_is_near_to_nothing_is_said(words: str, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(words.split())
    last = capsys.readouterr().err.splitlines()[-1]
    assert said in last
    assert "did you mean" not in last


@pytest.mark.parametrize(
    ("words", "english", "korean"),
    [
        (["note"], "missing: KEY", "필수 인자 누락: KEY"),
        (["tag"], "missing: KEY", "필수 인자 누락: KEY"),
        (["config"], "missing: WHAT, one of path, show, default, check", "WHAT. 가능한 값: path, show, default, check"),
        (["starters"], "missing: on|off|all, one of on, off, all", "on|off|all. 가능한 값: on, off, all"),
        *(
            ([*words, ""], "nothing stands here", "값이 비어 있습니다")
            for words in (["star"], ["show"], ["list", "--week"])
        ),
        *(([*words, " "], "nothing stands here", "값이 비어 있습니다") for words in (["tag", "x"], ["add"], ["read"])),
        (
            ["read", "--plain", "2023-W99"],
            "no paper 2023-W99 in the library, nor a week of that name",
            "2023-W99 논문이나 주가 없습니다",
        ),
        (
            ["export", "--format", "notes", "-o", "FILE"],
            "FILE is a file; notes are written into a folder",
            "파일입니다",
        ),
        (["export", "-o", "none/x"], "none/x: No such file or directory.", "못했습니다: 파일이나 폴더가 없음."),
        (["import", "-"], "Standard input is empty", "표준 입력: 내용이 없어"),
    ],
)
def test_what_is_missing_or_empty_is_said(
    words: list[str],
    english: str,
    korean: str,
    imported: None,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "FILE").write_text("mine", "utf-8")
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b""), "utf-8"))
    for lang, said in (("en", english), ("ko", korean)):
        try:
            code = main(["--lang", lang, *words])
        except SystemExit as stop:
            code = int(stop.code or 0)
        assert code
        assert said in capsys.readouterr().err


def test_a_language_that_is_none_is_refused_in_the_one_that_is_spoken(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LC_ALL", "ko_KR.UTF-8")
    with pytest.raises(SystemExit):
        main(["--lang", "fr", "list"])
    assert "'fr' 값은 쓸 수 없습니다. 가능한 값: en, ko" in capsys.readouterr().err


def test_acts_and_tags_are_not_counted_as_papers(capsys: pytest.CaptureFixture[str]) -> None:
    for command, unit in (("history", "작업 최대 N개"), ("tags", "태그 최대 N개"), ("list", "최대 N편")):
        with pytest.raises(SystemExit):
            main(["--lang", "ko", command, "--help"])
        assert unit in capsys.readouterr().out


@pytest.mark.parametrize(
    ("query", "code", "near"),
    [
        ("tag:efficency", 0, "tag:efficiency"),
        ("#efficency memory", 0, "tag:efficiency"),
        ("-tag:Efficiancy", 0, "tag:efficiency"),
        ("is:unred", 2, "is:unread"),
        ("is:stared", 2, "is:starred"),
        ("sort:titel", 2, "sort:title"),
        ("tags:memory", 2, "tag:"),
        ("autor:one", 2, "author:"),
        ("has:arxv", 2, "has:arxiv"),
    ],
)
def test_a_query_that_is_misspelt_gets_the_nearest(
    query: str, code: int, near: str, imported: None, capsys: pytest.CaptureFixture[str]
) -> None:
    for command in (["list", "--filter", query], ["search", query], ["export", "--filter", query]):
        for lang, asks in (("en", f"did you mean {near}?"), ("ko", f"혹시 {near}")):
            assert main(["--lang", lang, *command]) == code
            assert asks in capsys.readouterr().err


def test_a_tag_that_is_known_is_not_doubted(imported: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["tag", FIRST, "my own"]) == 0
    capsys.readouterr()
    for query in ("tag:EFFICIENCY", 'tag:"my own"', "zzz", '"tag:zzz"'):
        assert main(["list", "--filter", query]) == 0
        assert capsys.readouterr().err == ""
    assert main(["list", "--filter", "efficency"]) == 0
    assert capsys.readouterr().err == "Nothing is found. Did you mean efficiency?\n"
    assert main(["list", "--filter", "tag:zzz"]) == 0
    assert capsys.readouterr().err == "No paper has the tag zzz. `tui-digest tags` lists them.\n"


@pytest.mark.parametrize("term", ["dumb", "unknown"])
def test_a_terminal_that_cannot_draw_is_told_how_to_read(
    term: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TERM", term)
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    for argv in ([], ["--lang", "ko"]):
        assert main(argv) == 2
        assert f"TERM={term}" in (said := capsys.readouterr().err)
        assert said.rstrip().endswith("tui-digest read --plain")


def test_keys_come_from_standard_input(
    imported: None, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def given_in(text: str) -> None:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))

    assert main(["list", "--ndjson"]) == 0
    lines = capsys.readouterr().out
    keys = [json.loads(each)["key"] for each in lines.splitlines()]
    assert len(keys) > 2
    given_in(lines)
    assert main(["star", "-"]) == 0
    given_in("\n".join([FIRST, "", f"https://arxiv.org/abs/{FIRST[6:]}"]))
    assert main(["tag", "-", "mine"]) == 0
    capsys.readouterr()
    assert main(["search", "is:tagged", "--ndjson"]) == 0
    for tagged in map(json.loads, capsys.readouterr().out.splitlines()):
        assert (tagged["key"], tagged["own_tags"], tagged["starred"]) == (FIRST, ["mine"], True)
    given_in(f"{keys[1]}\nno such paper\n")
    assert main(["unstar", "-"]) == 1
    assert main(["list", "--filter", "-is:starred", "--ndjson"]) == 0, "all of them, or none"
    assert capsys.readouterr().out == ""
    assert main(["undo"]) == 0 and main(["undo"]) == 0, "two acts, however many papers"
    assert main(["list", "--filter", "is:starred"]) == 0
    assert capsys.readouterr().out == ""
