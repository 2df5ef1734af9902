"""Commands of the user's own: what they are told, how they end, and that no text of a paper ever reaches the shell."""

from __future__ import annotations

import io
import json
import os
import re
import sys
import time
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.builders import digest, entry, put
from tui_digest.cli import main
from tui_digest.desktop.user_commands import Ended, Given, run, run_here
from tui_digest.library import Library
from tui_digest.library.told_papers import VARIABLES, runs_of, variables_of
from tui_digest.paths import locate
from tui_digest.settings import config
from tui_digest.settings.commands import UserCommand
from tui_digest.tui.keymap import KeyReader, with_overrides

ROOT = Path(__file__).resolve().parent.parent
EVIL = """$(touch {0}) `touch {0}` "; touch {0}; ' && touch {0} | touch {0} > {0} %s $HOME \\ -rf * 한글"""

pytestmark = [
    pytest.mark.usefixtures("user_home"),
    pytest.mark.skipif(os.name == "nt", reason="the tests' commands are of a POSIX shell"),
]


def given(variables: dict[str, str] | None = None, text: str = "") -> Given:
    return Given(variables or {}, [text.encode()])


# --- running -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "ended"),
    [
        ("echo one; echo two; echo", Ended("done", 0, "two")),
        ("true", Ended("done", 0, "")),
        ("echo out; echo first >&2; echo 'why  not' >&2; exit 3", Ended("failed", 3, "why not")),
        ("printf 'a\\033[31mred\\007\\n' >&2; exit 1", Ended("failed", 1, "ared")),
        ("no-such-program-anywhere 2> /dev/null", Ended("failed", 127, "")),
        ("kill -9 $$", Ended("failed", -9, "")),
        ("head -c 3000000 /dev/zero; echo; echo end", Ended("done", 0, "end")),
        ("exec 0<&-; echo closed", Ended("done", 0, "closed")),
    ],
)
def test_how_a_command_ends(text: str, ended: Ended) -> None:
    assert run(text, given(text="x" * 300_000)) == ended


def test_a_command_gets_text_and_variables_and_no_others(user_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TUI_DIGEST_TITLE", "of an outer command")
    monkeypatch.setenv("TUI_DIGEST_HOME", "/h")
    monkeypatch.setenv("PATH", f"relative::{os.environ['PATH']}")
    told = 'printf "%s|%s|%s|" "$TUI_DIGEST_KEY" "$TUI_DIGEST_TITLE" "$TUI_DIGEST_HOME"; echo "$PATH"'
    ended = run(f"cat > in; pwd > where; {told}", given({"KEY": "a b"}, "line\n"))
    assert ended.said.startswith("a b||/h|/")
    assert (user_home / "in").read_text() == "line\n"
    assert (user_home / "where").read_text().strip() == str(user_home)


def test_time_and_stop_end_all_that_it_started(user_home: Path) -> None:
    text = "(trap '' TERM; echo > begun; while :; do echo on >> still; sleep 0.05; done) & wait"
    begun = time.monotonic()

    def stopped() -> bool:
        return (user_home / "begun").exists() or time.monotonic() > begun + 20

    assert run(text, given(), stopped=stopped).how == "stopped"
    size = (user_home / "still").stat().st_size
    assert run("sleep 60; echo late >&2", given(), timeout=0.05).how == "timeout"
    assert (user_home / "still").stat().st_size == size


def test_what_runs_on_in_the_background_is_not_waited_for(user_home: Path) -> None:
    waits = "(while [ ! -e go ]; do sleep 0.02; done; echo > gone) & echo started"
    assert run(waits, given(), timeout=60) == Ended("done", 0, "started")
    assert not (user_home / "gone").exists()
    (user_home / "go").touch()
    while not (user_home / "gone").exists():
        os.sched_yield()


def test_with_the_terminal_the_lines_are_in_a_file_for_a_while(user_home: Path) -> None:
    assert run_here('cat "$TUI_DIGEST_JSON" > in; ls -l "$TUI_DIGEST_JSON" > name; exit 4', given(text="a\n")).code == 4
    assert (user_home / "in").read_text() == "a\n"
    mode, *_, name = (user_home / "name").read_text().split()
    assert mode.startswith("-rw-------")
    assert not Path(name).exists()


def test_a_command_that_cannot_start_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    ended = run("true", given({"TITLE": "x" * 10_000_000}))
    assert ended.how == "unstarted"
    assert ended.said


# --- what it is told ---------------------------------------------------------------------------------------------


@pytest.fixture
def library(own_home: Path, tmp_path: Path, plain_parser: None) -> Library:
    """Three papers, one of them written by somebody who means harm."""
    library = Library.open(locate(), starters=False)
    evil = EVIL.format(tmp_path / "hit")
    entries = [
        entry("Plain Words", arxiv="2401.00001", tags=["rl", "safety"], lines=(1, 2)),
        entry(evil, arxiv="2401.00002", commentary=f"{evil}\n\x1b]52;c;AAAA\x07second", tags=[evil], lines=(3, 4)),
        entry("-rf Third", lines=(5, 6)),
    ]
    library.imports.from_paths([put(tmp_path / "one.txt", digest(*entries, start="2024-01-07"))])
    library.marks.tag("mine", ["arxiv:2401.00001"], True)
    return library


def test_every_variable_is_one_harmless_line(library: Library) -> None:
    for sighting in library.lists.all_sightings():
        longer = sighting._replace(entry=sighting.entry._replace(title="한\0a\x1b[2J\nb\u202ec" + "가" * 100_000))
        for each in (sighting, longer):
            told = variables_of(library, each)
            assert {*told} | {"COUNT", "FORMAT", "JSON"} == {*VARIABLES}
            assert all(value.isprintable() and len(value) <= 8000 for value in told.values()), told
            assert run("env > /dev/null", Given(told, [])).how == "done"
    first = variables_of(library, next(iter(library.lists.all_sightings())))
    assert (first["KEY"], first["ARXIV_ID"], first["WEEK"]) == ("arxiv:2401.00001", "2401.00001", "2024-W02")
    assert first["URL"] == "https://arxiv.org/abs/2401.00001"
    assert first["PDF_URL"] == "https://arxiv.org/pdf/2401.00001"
    assert (first["TAGS"], first["OWN_TAGS"], first["DOI"]) == ("rl safety", "mine", "")


TELLS = 'printf "%s\\n" "$TUI_DIGEST_TITLE" >> titles; cat >> lines; printf %s "$TUI_DIGEST_COUNT " >> counts'


@pytest.mark.parametrize("together", [False, True])
def test_no_text_of_a_paper_reaches_the_shell(
    library: Library, user_home: Path, tmp_path: Path, together: bool
) -> None:
    sightings = [*library.lists.all_sightings()]
    for each in runs_of(library, UserCommand(TELLS, together=together), sightings):
        assert run(TELLS, each.given).how == "done"
    assert not (tmp_path / "hit").exists()
    lines = [json.loads(line) for line in (user_home / "lines").read_text().splitlines()]
    assert [line["title"] for line in lines] == [each.entry.title for each in sightings]
    assert "\x1b" not in (user_home / "lines").read_text()
    titles = (user_home / "titles").read_text().splitlines()
    if together:
        assert (user_home / "counts").read_text() == "3 " and titles == [""]
    else:
        assert (user_home / "counts").read_text() == "1 1 1 "
        assert titles == ["Plain Words", EVIL.format(tmp_path / "hit"), "-rf Third"]


def test_another_format_comes_on_standard_input(library: Library, user_home: Path) -> None:
    (each,) = runs_of(library, UserCommand("", together=True, format="bibtex"), [*library.lists.all_sightings()])
    assert run("cat > in.bib", each.given).how == "done"
    assert (user_home / "in.bib").read_text().count("@misc{") >= 2


# --- config.toml -------------------------------------------------------------------------------------------------

WRONG = """[commands]
fine = "true"
"two words" = "true"
number = 3
empty = " "
[commands.nothing]
about = "what?"
[commands.odd]
run = "true"
colour = "red"
timeout = -1
keys = ["g z", 3]
[commands.taken]
run = "true"
keys = "s"
[commands.again]
run = "true"
keys = ["s", "g q"]
format = "doc"
[commands.typo]
run = "true"
keys = "ctrl+shft+x"
"""


def test_what_is_wrong_is_told_with_its_line(own_home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (own_home / "config").mkdir()
    path = own_home / "config" / "config.toml"
    path.write_text(WRONG, "utf-8")
    assert main(["config", "check", "--json"]) == 1
    found = [(each["line"], each["problem"]) for each in json.loads(capsys.readouterr().out)["problems"]]
    assert found == [
        (3, "config.command.name"), (4, "config.command.kind"), (5, "config.command.run"),
        (6, "config.command.without"), (10, "config.command.field"), (11, "config.command.timeout"),
        (12, "config.command.keys"), (15, "config.key_clash"), (18, "config.key_clash"), (19, "config.value.choice"),
        (22, "config.unknown_binding"),
    ]  # fmt: skip
    settings, _ = config.load(path)
    assert [*settings.commands] == ["fine", "taken", "again", "typo"]


def test_a_key_of_a_command_goes_by_the_rules_of_keys() -> None:
    commands = {
        "send": UserCommand("true", ("s",)),
        "other": UserCommand("true", ("s", "g z"), "Second"),
        "x": UserCommand("y"),
    }
    table, errors = with_overrides({"command.x": ["g x"], "mark.star": ["g z"]}, commands=commands)
    keys = {key.id: key for key in table}
    assert keys["command.send"].keys == ("s",)
    assert keys["command.other"].keys == ()  # `s` is the first command's, and `g z` was given to another in [keys]
    assert keys["command.x"].keys == ("g x",)
    assert keys["command.other"].named(str) == "Second" and keys["command.x"].named(str) == "x"
    assert {error.details["id"] for error in errors} == {"command.other"}
    assert KeyReader(table).feed("s") == (keys["command.send"], None)


def test_commands_are_shown_and_listed(own_home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (own_home / "config").mkdir()
    text = '[commands]\nsend = "true"\n[commands.put]\nrun = "printf \'%s\' \\"$X\\""\n'
    text += 'keys = "g z"\nabout = "넣기"\ntimeout = 5\n'
    (own_home / "config" / "config.toml").write_text(text, "utf-8")
    assert main(["config", "show"]) == 0
    shown = tomllib.loads(capsys.readouterr().out)["commands"]
    assert shown["put"] == {"run": "printf '%s' \"$X\"", "keys": ["g z"], "about": "넣기", "timeout": 5}
    assert main(["config", "show", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["commands"]["send"]["run"] == "true"
    assert main(["keys"]) == 0
    assert re.search(r"gz +넣기 +command\.put", capsys.readouterr().out)
    assert main(["keys", "--json"]) == 0
    assert {
        "id": "command.put",
        "keys": ["g z"],
        "default": ["g z"],
        "group": "command",
        "label": "넣기",
    } in json.loads(capsys.readouterr().out)["keys"]
    assert main(["run"]) == 0
    assert capsys.readouterr().out == "send  true\nput  넣기\n"


# --- tui-digest run ----------------------------------------------------------------------------------------------


@pytest.fixture
def configured(library: Library, own_home: Path) -> Path:
    library.close()
    (own_home / "config").mkdir()
    text = """[commands]
tell = '''printf '%s\\n' "$TUI_DIGEST_KEY"'''
fail = '''echo "$TUI_DIGEST_KEY" >> tried; test "$TUI_DIGEST_KEY" != arxiv:2401.00002'''
[commands.all]
run = "cat"
together = true
[commands.slow]
run = "sleep 60"
timeout = 0.05
"""
    (own_home / "config" / "config.toml").write_text(text, "utf-8")
    return own_home


def ran(words: Sequence[str], capfd: pytest.CaptureFixture[str]) -> tuple[int, str, str]:
    code = main(["run", *words])
    sys.stdout.flush()
    return code, *capfd.readouterr()


def test_a_text_is_let_run_once(configured: Path, capfd: pytest.CaptureFixture[str]) -> None:
    code, out, err = ran(["tell", "2401.00001"], capfd)
    assert (code, out) == (1, "")
    assert "printf '%s\\n' \"$TUI_DIGEST_KEY\"" in err and "--yes" in err
    assert ran(["tell", "--yes", "2401.00001"], capfd)[:2] == (0, "arxiv:2401.00001\n")
    assert ran(["tell", "2401.00002", "2401.00001"], capfd)[:2] == (0, "arxiv:2401.00002\narxiv:2401.00001\n")
    path = configured / "config" / "config.toml"
    path.write_text(path.read_text("utf-8").replace("'%s\\n'", "'%s \\n'"), "utf-8")
    assert ran(["tell", "2401.00001"], capfd)[0] == 1  # another text
    (configured / "state" / "allowed.json").write_text("{", "utf-8")
    assert ran(["tell", "2401.00001"], capfd)[0] == 1


def test_papers_come_from_keys_filters_and_standard_input(
    configured: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    code, out, _ = ran(["--yes", "all", "--filter", "tag:rl"], capfd)
    assert code == 0 and [json.loads(line)["key"] for line in out.splitlines()] == ["arxiv:2401.00001"]
    words = b'arxiv:2401.00002\n{"key": "arxiv:2401.00001"}\n'
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(words)))
    code, out, _ = ran(["all", "-"], capfd)
    assert [json.loads(line)["key"] for line in out.splitlines()] == ["arxiv:2401.00002", "arxiv:2401.00001"]
    assert ran(["all"], capfd)[0] == 2
    code, _, err = ran(["al", "2401.00001"], capfd)
    assert code == 2 and "Did you mean all" in err


def test_the_exit_code_tells_how_far_it_came(
    configured: Path, capfd: pytest.CaptureFixture[str], user_home: Path
) -> None:
    code, _, err = ran(["fail", "--yes", "2401.00001", "2401.00002", "2401.00001"], capfd)
    assert code == 3
    assert "exit code 1" in err and "1 of 3" in err
    assert (user_home / "tried").read_text().split() == ["arxiv:2401.00001", "arxiv:2401.00002"]
    assert ran(["fail", "2401.00002"], capfd)[0] == 1
    code, _, err = ran(["slow", "--yes", "2401.00001"], capfd)
    assert code == 1 and "took too long" in err


# --- docs/commands.md --------------------------------------------------------------------------------------------


def examples() -> list[str]:
    return re.findall(r"```toml\n(.*?)```", (ROOT / "docs" / "commands.md").read_text("utf-8"), re.DOTALL)


def documented() -> dict[str, Any]:
    found: dict[str, Any] = {}
    for text in examples():
        settings, errors = config.read(text, Path("docs"))
        assert errors == []
        found |= settings.commands
    return found


def test_the_documents_examples_can_be_read() -> None:
    assert {*documented()} == {"reading-list", "share", "page-through", "chat", "zotero", "pdf"}
    _, errors = with_overrides({}, commands=documented())
    assert errors == []


@pytest.mark.parametrize("name", ["reading-list", "share", "pdf"])
def test_the_documents_examples_do_what_they_say(library: Library, user_home: Path, name: str) -> None:
    command = documented()[name]
    (user_home / "bin").mkdir()
    reader = user_home / "bin" / "zathura"
    reader.write_text('#!/bin/sh\necho "$1" > ../opened 2>/dev/null || echo "$1" > opened\n', "utf-8")
    reader.chmod(0o755)
    os.environ["PATH"], before = f"{user_home / 'bin'}{os.pathsep}{os.environ['PATH']}", os.environ["PATH"]
    try:
        for each in runs_of(library, command, [*library.lists.all_sightings()][:1]):
            assert run(command.run, each.given).how == "done"
    finally:
        os.environ["PATH"] = before
    if name == "reading-list":
        assert (user_home / "reading-list.md").read_text() == "- Plain Words\n  https://arxiv.org/abs/2401.00001\n"
    if name == "share":
        assert json.loads((user_home / "shared.ndjson").read_text())["key"] == "arxiv:2401.00001"


def test_the_document_names_every_variable_and_field() -> None:
    text = (ROOT / "docs" / "commands.md").read_text("utf-8")
    assert {*re.findall(r"TUI_DIGEST_([A-Z_]+)", text)} == {*VARIABLES}
    for field in UserCommand._fields:
        assert re.search(rf"(?m)^{field} = ", text), field
