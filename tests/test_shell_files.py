"""Completions and the manual page: as they are shipped, and as the shells themselves take them."""

from __future__ import annotations

import runpy
import shutil
import subprocess
from pathlib import Path

import pytest

from tui_digest.cli import main
from tui_digest.cli.parser import SHELLS, build_parser
from tui_digest.cli.shell_files import SHELLS as MADE_FOR
from tui_digest.cli.shell_files import subcommands
from tui_digest.cli.subcommands import COMMANDS, function_of
from tui_digest.i18n import Translator

ROOT = Path(__file__).resolve().parent.parent
SHARE = ROOT / "share"
BASH = SHARE / "bash-completion" / "completions" / "tui-digest"
FISH = SHARE / "fish" / "vendor_completions.d" / "tui-digest.fish"
ZSH = SHARE / "zsh" / "site-functions" / "_tui-digest"


def tool(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"{name} is not installed: it was NOT asked what it makes of the file")
    return found


def asked(*command: str, text: str = "") -> str:
    done = subprocess.run(command, input=text, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def test_what_is_shipped_is_what_the_grammar_says() -> None:
    made = runpy.run_path(str(ROOT / "docs" / "make_share.py"))["files"]()
    found = {path.relative_to(SHARE).as_posix(): path.read_text("utf-8") for path in SHARE.rglob("*") if path.is_file()}
    assert found == made, "the grammar changed: run make share"


def test_every_command_is_in_every_file() -> None:
    named = {each.name for each in subcommands(build_parser(Translator("en")))}
    assert {*COMMANDS} == {name for name in named if " " not in name}
    assert all(callable(function_of(name)) for name in COMMANDS)
    for path in SHARE.rglob("*"):
        text = path.read_text("utf-8") if path.is_file() else ""
        assert not text or all(name.split()[-1] in text for name in named)


def test_the_commands_print_them(capsys: pytest.CaptureFixture[str]) -> None:
    assert tuple(MADE_FOR) == SHELLS
    for shell, path in zip(SHELLS, (BASH, ZSH, FISH), strict=True):
        assert main(["--lang", "en", "completions", shell]) == 0
        assert capsys.readouterr().out == path.read_text("utf-8")
    assert main(["--lang", "ko", "man"]) == 0
    assert capsys.readouterr().out == (SHARE / "man" / "ko" / "man1" / "tui-digest.1").read_text("utf-8")


COMPLETED = [
    ("exp", "export"),
    ("export --form", "--format"),
    ("export --format bib", "bibtex"),
    ("--lang k", "ko"),
    ("--lang ko --vers", "--version"),
    ("config ch", "check"),
    ("config check --js", "--json"),
    ("list --week 2023-W30 --lim", "--limit"),
    ("completions f", "fish"),
    ("digest --format week", "weekly-text"),
]


@pytest.mark.parametrize(("words", "wanted"), COMPLETED)
def test_bash_completes(words: str, wanted: str) -> None:
    typed = ["tui-digest", *words.split(" ")]
    script = (
        f". {BASH}; COMP_WORDS=({' '.join(typed)}); COMP_CWORD={len(typed) - 1}; _tui_digest\n"
        'printf "%s\\n" "${COMPREPLY[@]}"'
    )
    assert asked(tool("bash"), "-u", "-c", script).split() == [wanted]


def test_bash_completes_files(tmp_path: Path) -> None:
    (tmp_path / "two words.txt").write_text("x", "utf-8")
    words = f'COMP_WORDS=(tui-digest import "{tmp_path}/two"); COMP_CWORD=2'
    script = f'. {BASH}; {words}; _tui_digest; echo "${{COMPREPLY[0]}}"'
    assert asked(tool("bash"), "-c", script) == f"{tmp_path}/two words.txt\n"


@pytest.mark.parametrize(("words", "wanted"), COMPLETED)
def test_fish_completes(words: str, wanted: str) -> None:
    found = asked(tool("fish"), "--no-config", "-c", f'source {FISH}; complete -C "tui-digest {words}"')
    assert wanted in [line.split("\t")[0] for line in found.splitlines()]


def test_zsh_takes_the_function() -> None:
    asked(tool("zsh"), "-f", "-n", str(ZSH))


@pytest.mark.parametrize("page", ["man/man1/tui-digest.1", "man/ko/man1/tui-digest.1"])
def test_the_manual_page_is_set_without_a_warning(page: str) -> None:
    printed = asked(tool("groff"), "-man", "-ww", "-K", "utf8", "-T", "utf8", str(SHARE / page))
    assert "tui" in printed
