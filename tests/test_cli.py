"""The command line: what it prints, what it returns, what it leaves alone."""

from __future__ import annotations

import errno
import io
import json
import os
import signal
import subprocess
import sys
import threading
import time
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.tui.reading import APRIL, JULY
from tui_digest.cli import main
from tui_digest.errors import log_unexpected
from tui_digest.i18n import Translator
from tui_digest.identity import place_of, placed, text_key
from tui_digest.paths import locate

FIRST = "arxiv:2307.00001"


@pytest.fixture
def digests(tmp_path: Path) -> Path:
    folder = tmp_path / "digests"
    folder.mkdir()
    (folder / "july.txt").write_text(JULY, "utf-8")
    (folder / "april.txt").write_text(APRIL, "utf-8")
    return folder


@pytest.fixture
def imported(digests: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    assert main(["import", str(digests)]) == 0
    capsys.readouterr()
    return digests


def exported(capsys: pytest.CaptureFixture[str], *args: str) -> list[dict[str, object]]:
    assert main(["export", *args]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["schema_version"] == 2
    entries: list[dict[str, object]] = document["entries"]
    return entries


def test_import_reports_source_by_source(digests: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["import", str(digests)]) == 0
    out = capsys.readouterr().out
    assert "july.txt: weekly digest; digests 1, added 3, updated 0, unchanged 0" in out
    assert "2 sources: digests 2, added 5" in out
    assert main(["import", str(digests)]) == 0
    assert "added 0, updated 0, unchanged 5, removed 0" in capsys.readouterr().out


def test_an_edit_updates_and_keeps_marks(imported: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["star", "2307.00002"]) == 0
    text = JULY.replace("대괄호가 있는 제목입니다.", "고친 말입니다.").replace(
        "https://example.org/post\n제목이 없는 글입니다.\n#blog\n", ""
    )
    (imported / "july.txt").write_text(text, "utf-8")
    capsys.readouterr()
    assert main(["import", str(imported)]) == 0
    out = capsys.readouterr().out
    assert "updated 1" in out
    assert "no longer in the source: example.org" in out
    entries = {entry["key"]: entry for entry in exported(capsys)}
    assert entries["arxiv:2307.00002"]["starred"] is True
    assert "고친 말입니다." in str(entries["arxiv:2307.00002"]["commentary"])


def test_dry_run_writes_nothing_even_into_an_empty_home(
    digests: Path, own_home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["import", "--dry-run", "--json", str(digests)]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["dry_run"] is True
    assert [source["added"] for source in report["sources"]] == [2, 3]
    assert list(own_home.rglob("*.json")) == []


def test_standard_input(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(JULY.encode("cp949"))))
    assert main(["import", "-"]) == 0
    assert "added 3" in capsys.readouterr().out


def test_a_source_that_cannot_be_read_is_said_and_the_rest_goes_on(
    digests: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (digests / "picture.txt").write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0")
    assert main(["import", str(digests), str(digests / "missing.txt")]) == 3
    said = capsys.readouterr()
    assert "added 5" in said.out
    assert "picture.txt is not a text file" in said.err
    assert f"There is nothing at {digests}/missing.txt" in said.err
    assert main(["import", str(digests / "missing.txt")]) == 1


def test_export_has_the_agreed_shape(imported: Path, capsys: pytest.CaptureFixture[str]) -> None:
    entries = exported(capsys)
    assert entries[0]["key"] == FIRST
    assert list(entries[1]) == [
        "key", "digest", "source", "title", "fallback_title", "authors", "authors_written", "url", "arxiv_id",
        "version", "doi", "links", "link_labels",
        "tags", "abstract", "commentary", "votes", "read", "starred", "note", "own_tags", "date",
        "section", "preface", "learned",
    ]  # fmt: skip
    assert entries[1]["links"] == ["https://github.com/cy/markup"]
    source = entries[1]["source"]
    assert isinstance(source, dict) and len(source.pop("sha256")) == 64
    assert source == {"path": str(imported / "july.txt"), "start_line": 6, "end_line": 9}
    assert entries[1]["digest"]["week"] == "2023-W30"  # type: ignore[index]
    assert entries[2]["title"] is None


def test_filters(imported: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["star", FIRST]) == 0
    capsys.readouterr()
    assert len(exported(capsys, "--filter", "is:starred")) == 2
    assert len(exported(capsys, "--filter", "tag:memory", "--week", "2023-W30")) == 2
    assert len(exported(capsys, "--limit", "1")) == 1
    assert exported(capsys, "--limit", "0") == []
    assert main(["export", "--filter", "is:nonsense"]) == 2
    assert "is:nonsense is not known" in capsys.readouterr().err
    assert main(["search", "sparse", "memory"]) == 0
    assert capsys.readouterr().out.count(FIRST) == 2


def test_marks_and_undo(imported: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["read", FIRST, "https://arxiv.org/abs/2307.00002v3"]) == 0
    assert "2 papers read" in capsys.readouterr().err
    assert main(["undo"]) == 0
    assert not any(entry["read"] for entry in exported(capsys))
    assert main(["redo"]) == 0
    assert main(["unread", "no such paper"]) == 1
    assert "There is no paper no such paper" in capsys.readouterr().err
    assert sum(bool(entry["read"]) for entry in exported(capsys)) == 3


def test_show_tells_every_sighting(imported: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["show", "2307.00001"]) == 0
    out = capsys.readouterr().out
    assert "긴 문맥에서" in out
    assert "같은 논문을" in out


def test_starters_on_and_off(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["list"]) == 0
    assert len(capsys.readouterr().out.splitlines()) > 20
    assert main(["starters", "off"]) == 0
    assert main(["list"]) == 0
    assert capsys.readouterr().out == ""
    assert main(["starters", "on"]) == 0
    assert main(["list"]) == 0
    assert capsys.readouterr().out != ""


def test_the_first_import_puts_the_starters_away(digests: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["star", "1706.03762"]) == 0
    assert main(["import", str(digests)]) == 0
    assert "starter digests were put away" in capsys.readouterr().err
    assert len(exported(capsys)) == 5
    assert main(["starters", "on"]) == 0
    capsys.readouterr()
    starred = [entry["arxiv_id"] for entry in exported(capsys) if entry["starred"]]
    assert starred
    assert set(starred) == {"1706.03762"}


def test_an_export_file_is_whole_or_not_there(
    imported: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "out.bib"
    assert main(["export", "--format", "bibtex", "-o", str(target)]) == 0
    assert target.read_text("utf-8").count("@misc{") == 4
    assert main(["export", "-o", str(tmp_path / "missing" / "out.json")]) == 1
    assert "Could not write" in capsys.readouterr().err


def test_wrong_usage_is_2() -> None:
    with pytest.raises(SystemExit) as stop:
        main(["export", "--format", "nonsense"])
    assert stop.value.code == 2


def test_the_reader_needs_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    said = capsys.readouterr().err
    assert "needs a terminal" in said and "tui-digest import -" in said


def test_no_home_is_said_and_nothing_is_put_where_one_stands(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("TUI_DIGEST_HOME")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("platformdirs.user_data_path", lambda *_, **__: Path("~/.local/share/tui-digest"))
    assert main(["list"]) == 1
    assert "Set TUI_DIGEST_HOME" in capsys.readouterr().err
    assert [*tmp_path.iterdir()] == []


@pytest.mark.parametrize("home", [None, "", "relative"])
def test_a_user_without_home_and_passwd_entry_is_told_what_to_do(
    home: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    import pwd

    def nobody(_: object) -> None:
        raise KeyError("getpwuid(): uid not found")

    monkeypatch.setattr(pwd, "getpwuid", nobody)
    monkeypatch.setattr(pwd, "getpwnam", nobody)
    monkeypatch.chdir(tmp_path)
    for name in ("TUI_DIGEST_HOME", "HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    if home is not None:
        monkeypatch.setenv("HOME", home)
    for argv in ([], ["list"], ["paths"], ["config", "path"], ["doctor"]):
        assert main(argv) == 1
        assert "Set TUI_DIGEST_HOME to a folder" in capsys.readouterr().err
    for argv in (["--help"], ["list", "-h"], ["--version"]):  # these need none
        with pytest.raises(SystemExit) as stop:
            main(argv)
        assert stop.value.code == 0
        assert "tui-digest" in capsys.readouterr().out
    monkeypatch.setenv("XDG_DATA_HOME", "relative")
    assert main(["list"]) == 1
    assert "Set TUI_DIGEST_HOME to a folder" in capsys.readouterr().err
    monkeypatch.setenv("TUI_DIGEST_HOME", "~nobody here/x")
    assert main(["list"]) == 1
    assert "Set TUI_DIGEST_HOME to a folder" in capsys.readouterr().err
    assert [*tmp_path.iterdir()] == []


@pytest.mark.parametrize("seconds", [-1e10, 0.0, 253402300790.0, 1e18, float("nan"), float("inf")])
@pytest.mark.parametrize("zone", [":nowhere", "AAA-30:00BBB"])
def test_an_odd_clock_and_an_odd_zone_end_nothing(
    seconds: float, zone: str, imported: Path, own_home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(time, "time", lambda: seconds)
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        first, archive = "arxiv:2307.00001", str(tmp_path / "x.zip")
        for argv in (
            ["star", first], ["note", first, "x"], ["undo"], ["history"], ["list", "--filter", "added:<7d date:<7d"],
            ["import", str(imported)], ["backup", archive], ["restore", archive], ["doctor"],
        ):  # fmt: skip
            assert main(argv) == 0, (argv, capsys.readouterr())
        assert log_unexpected(locate().log, Translator("en"), None)  # even the log has its moment
    finally:
        monkeypatch.undo()
        time.tzset()
    assert "Traceback" not in (own_home / "state" / "log.txt").read_text()


def test_an_error_before_any_place_is_known_shows_no_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken() -> None:
        raise RuntimeError("boom")

    monkeypatch.setattr("tui_digest.paths.locate", broken)
    assert main([]) == 1
    assert "RuntimeError('boom')" in capsys.readouterr().err


def test_a_read_only_home_that_is_empty_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch, own_home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make_folder = os.mkdir

    def refused(path: str, mode: int = 0o777) -> None:
        if str(path).startswith(str(own_home)):
            raise OSError(errno.EROFS, "read-only", str(path))
        make_folder(path, mode)

    monkeypatch.setattr(os, "mkdir", refused)
    assert main(["list"]) == 0
    said = capsys.readouterr()
    assert said.out == ""
    assert "Set TUI_DIGEST_HOME to a folder you can write to" in said.err


def test_the_reader_loads_nothing_of_the_subcommands() -> None:
    script = (
        "import sys, types\nfrom tui_digest.cli import main\n"
        "terminal = types.SimpleNamespace(isatty=lambda: True)\n"
        "reader = sys.modules['tui_digest.tui.app'] = types.ModuleType('app')\n"
        "reader.run = lambda *_: 7\n"
        "sys.stdin = sys.stdout = terminal\n"
        "code = main([])\n"
        "heavy = {'argparse', 'platformdirs', 'tui_digest.cli.parser', 'tui_digest.cli.subcommands'}\n"
        "sys.stdout = sys.__stdout__\nprint(code, sorted(heavy & set(sys.modules)))\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, timeout=60)
    assert done.stdout.decode() == "7 []\n", done.stderr.decode()


def test_an_unexpected_error_shows_no_traceback(
    monkeypatch: pytest.MonkeyPatch, own_home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("boom")

    monkeypatch.setattr("tui_digest.library.Library.open", broken)
    assert main(["list"]) == 1
    said = capsys.readouterr()
    assert "Traceback" not in said.err + said.out
    log = own_home / "state" / "log.txt"
    assert str(log) in said.err
    assert "boom" in log.read_text("utf-8")


def test_korean_words_in_a_c_locale_and_a_closed_pipe(imported: Path) -> None:
    environ = {**os.environ, "LC_ALL": "C", "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    command = f'"{sys.executable}" -m tui_digest list | head -n 1'
    done = subprocess.run(["bash", "-o", "pipefail", "-c", command], env=environ, capture_output=True, timeout=60)
    assert done.returncode == 0
    assert done.stderr == b""
    assert "Sparse Memory" in done.stdout.decode()


def test_an_export_goes_through_a_link_and_into_a_pipe(imported: Path, tmp_path: Path) -> None:
    whole, link = tmp_path / "whole.json", tmp_path / "link.json"
    link.symlink_to(whole)
    assert main(["export", "-o", str(link)]) == 0
    assert link.is_symlink()
    assert len(json.loads(whole.read_text("utf-8"))["entries"]) == 5
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with subprocess.Popen(["cat", str(pipe)], stdout=subprocess.PIPE) as reading:
        assert main(["export", "-o", str(pipe)]) == 0
        assert reading.communicate(timeout=20)[0] == whole.read_bytes()
    assert pipe.is_fifo()


@pytest.mark.parametrize("nothing", [b"", b"\n \t\r\n", b"\xef\xbb\xbf", "\u200b\n".encode(), b"\xff\xfe", b"\x1b[0m"])
def test_an_empty_source_is_no_digest_and_leaves_the_starters(
    nothing: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    empty = tmp_path / "empty.txt"
    empty.write_bytes(nothing)
    assert main(["import", str(empty)]) == 1  # before anything else is in the home, too
    assert capsys.readouterr().err == f"{empty} is empty: there is no digest in it.\n"
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(nothing)))
    assert main(["import", "-"]) == 1
    assert capsys.readouterr().err == "Standard input is empty: there is no digest in it.\n"
    assert main(["list"]) == 0
    assert len(capsys.readouterr().out.splitlines()) > 20  # the starters


def test_a_source_that_became_empty_costs_nothing(digests: Path, imported: Path) -> None:
    before = shell("$D list").stdout
    (digests / "july.txt").write_bytes(b"")
    assert shell(f"$D import {digests}").returncode == 3
    assert shell("$D list").stdout == before


def test_standard_input_without_an_end_is_not_read_on(imported: Path) -> None:
    for command in ("import -", "note 2307.00001 -"):
        done = shell(f"yes | $D {command}")
        assert done.returncode == 1
        assert done.stderr.decode() == (
            "More than 64 MiB came on standard input. It was not read on, and nothing was done: split it, and give the "
            "parts.\n"
        )
    assert shell("$D import /dev/zero").returncode == 1


def test_a_mended_title_and_a_moved_file_keep_the_star(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    daily, note = tmp_path / "daily.txt", tmp_path / "any.txt"
    daily.write_text("2024년 2월 29일\nLlama 9\n아직 소문뿐인 모델입니다.\n#llm\n", "utf-8")
    note.write_text("제목도 주소도 없는 글입니다.\n", "utf-8")
    assert main(["import", str(daily), str(note)]) == 0
    nameless = text_key("제목도 주소도 없는 글입니다.")
    assert main(["star", "title:llama 9", nameless]) == 0  # as earlier versions called them
    daily.write_text("2024년 2월 29일\nLlama 9 Preview\n아직 소문뿐인 모델입니다.\n#llm\n", "utf-8")
    note.rename(tmp_path / "renamed.txt")
    assert main(["import", str(daily), str(tmp_path / "renamed.txt")]) == 0
    capsys.readouterr()
    found = {entry["title"]: (entry["key"], entry["starred"]) for entry in exported(capsys)}
    assert found["Llama 9 Preview"][1]
    assert found[None] == (placed(nameless, place_of("any.txt")), True)


# -- as a user meets it: a process of its own, and streams that fail ------------------------------------------------


def shell(command: str, **environ: str) -> subprocess.CompletedProcess[bytes]:
    """Runs it in bash, where `$D` is the program."""
    environ = {**os.environ, "D": f"{sys.executable} -m tui_digest", **environ}
    return subprocess.run(["bash", "-c", command], env=environ, capture_output=True, timeout=60)


@pytest.mark.parametrize(
    ("command", "code", "said"),
    [
        ("$D list >/dev/full", 1, "could not be written (No space left on device)"),
        ("$D list --json >/dev/full", 1, "could not be written (No space left on device)"),
        ("$D tags >/dev/full", 1, "could not be written (No space left on device)"),
        ("$D --help >/dev/full", 1, "could not be written (No space left on device)"),
        ("$D --version >/dev/full", 1, "could not be written (No space left on device)"),
        ("$D list >&-", 1, "could not be written (Bad file descriptor)"),
        ("$D import - <&-", 1, "Standard input is closed"),
        ("$D export -o ''", 2, "an empty name"),
        ("$D import ''", 2, "an empty name"),
        ("$D export -o .", 1, "Is a directory"),
        ("$D export -o /dev/full", 1, "Could not write /dev/full: No space left on device"),
        (r"$D show $'\xff'", 1, "no paper ? in"),
        (r"$D search $'\xff'", 0, ""),
        ("$D star nope 2>&-", 1, ""),
        ("$D star nope 2>/dev/full", 1, ""),
        (r"$D show $'\e]52;c;aGk=\a\nx\e[31m\u202e'", 1, "no paper  x in"),
        (r"$D list $'\e[31m'", 2, "not understood: "),
        ("$D list --week undated", 1, "Nothing in the library is undated"),
        ("$D list --week nope", 2, "nope names no week"),
        ("$D list --week 2023-W54", 2, "2023-W54 names no week"),
        ("$D list --week 2023-w29", 1, "No week 2023-W29 in the library. Nearest: 2023-W30, 2023-W16"),
        ("$D tags --week 2023-W29", 1, "No week 2023-W29"),
        ("$D export --week 2023-W29", 1, "No week 2023-W29"),
        (f"$D list --limit 0{'9' * 30} | wc -l >/dev/null", 0, ""),
        (f"$D export -o $TUI_DIGEST_HOME/{'x' * 250}", 0, "Wrote "),
        ("TUI_DIGEST_HOME='~nobody here/x' $D list", 1, "Set TUI_DIGEST_HOME"),
        ("TUI_DIGEST_HOME=/dev/null $D list", 1, "/dev/null"),
        ("TUI_DIGEST_HOME=/dev/null $D import /dev/null", 1, "/dev/null"),
    ],
)
def test_ordinary_failures_are_one_clear_line(
    imported: Path, own_home: Path, command: str, code: int, said: str
) -> None:
    done = shell(command)
    err = done.stderr.decode()
    assert done.returncode == code, err
    assert said in err
    assert "Traceback" not in err and "unexpected" not in err and "Exception" not in err
    assert not any(sign in err for sign in "\x1b\x07\u202e")
    assert len([line for line in err.splitlines() if not line.startswith(("usage:", " "))]) == bool(said)
    assert done.stdout == b""
    assert not (own_home / "state" / "log.txt").exists()


@pytest.mark.parametrize("kind", ["folder", "pipe", "bytes"])
def test_a_config_that_is_none_is_said_and_does_not_hang(imported: Path, own_home: Path, kind: str) -> None:
    config = own_home / "config" / "config.toml"
    config.parent.mkdir(exist_ok=True)
    if kind == "folder":
        config.mkdir()
    elif kind == "pipe":
        os.mkfifo(config)
    else:
        config.write_bytes(b'theme = "\xff"')
    done = shell("$D list | wc -l")
    assert done.stdout.strip() == b"5"
    said = "is not UTF-8 text" if kind == "bytes" else "is not a file"
    assert done.stderr.decode() == f"{config} {said}; defaults are used\n"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("import", "필수 인자 누락: PATH"),
        ("nonsense", "nonsense 명령은 없습니다"),
        ("list --limit x", "--limit: 올바른 개수가 아닙니다: x"),
        ("list --week", "--week: 값이 없습니다"),
        ("list --json=1", "값을 받지 않는 옵션입니다"),
        ("list more", "알 수 없는 인자: more"),
        ("export --format x", "'x' 값은 쓸 수 없습니다"),
    ],
)
def test_usage_errors_are_in_the_asked_language(words: str, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    for lang in ("--lang ko", "--lang=ko"):
        with pytest.raises(SystemExit) as stop:
            main([*lang.split(), *words.split()])
        assert stop.value.code == 2
        assert said in capsys.readouterr().err


def test_names_with_control_characters_stay_on_their_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "odd"
    folder.mkdir()
    (folder / "a\nb\x1b[31m.txt").write_text("2024-01-01\nsome words\n", "utf-8")
    (folder / "c\nd.txt").write_bytes(b"\x89PNG\r\n\x1a\n\0\0")
    assert main(["import", str(folder)]) == 3
    said = capsys.readouterr()
    assert f"{folder}/a b.txt: " in said.out
    assert said.err.splitlines()[0].startswith(f"{folder}/c d.txt is not a text file")
    assert "\x1b" not in said.out + said.err


def test_json_on_a_terminal_is_only_shown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    odd = tmp_path / "a\x9b31m\u202e.txt"
    odd.write_text("Some words.\nhttps://arxiv.org/abs/2307.00009\n", "utf-8")
    for command in (
        ["import", "--json", str(odd)], ["export"], ["export", "--format", "ndjson"], ["list", "--json"],
        ["show", "--json", "2307.00009"],
    ):  # fmt: skip
        assert main(command) == 0
        out = capsys.readouterr().out
        assert "\x9b" not in out and "\u202e" not in out
        assert r"\u009b31m\u202e" in out
    assert exported(capsys)[0]["source"]["path"] == str(odd)  # type: ignore[index]


def test_a_dry_run_leaves_the_whole_home_as_it_was(digests: Path, own_home: Path) -> None:
    def tree() -> list[tuple[str, int]]:
        return sorted((str(path), path.lstat().st_mtime_ns) for path in own_home.rglob("*"))

    assert main(["import", "--dry-run", str(digests)]) == 0
    assert tree() == []
    assert main(["import", str(digests)]) == 0
    (own_home / "data" / "sources.json").write_text("{")
    for path in (own_home / "cache").iterdir():
        path.unlink()
    before = tree()
    assert main(["import", "--dry-run", str(digests)]) == 0
    assert tree() == before


def test_a_week_that_cannot_be_used_costs_that_week_only(
    imported: Path, own_home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shard = own_home / "data" / "library" / "2023-W30.json"
    shard.write_text(shard.read_text().replace('"schema_version":1', '"schema_version":9'))
    assert main(["list"]) == 3
    said = capsys.readouterr()
    assert len(said.out.splitlines()) == 2
    assert f"{shard} was written by a newer version" in said.err
    assert main(["import", str(imported)]) == 3
    said = capsys.readouterr()
    assert f"july.txt was not imported: {shard}" in said.err
    assert "unchanged 2" in said.out


@pytest.mark.parametrize(("stop", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_an_import_that_is_stopped_is_completed_by_the_next(
    tmp_path: Path, own_home: Path, stop: signal.Signals, code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    for number in range(250):
        day = date(2010, 1, 1) + timedelta(days=7 * number)
        (tmp_path / f"{day}.txt").write_text(f"{day}\nPaper {number}\nhttps://a.org/{number}\n", "utf-8")
    command = [sys.executable, "-m", "tui_digest", "import", str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
        while running.poll() is None and len([*own_home.glob("data/library/*.json")]) < 3:
            time.sleep(0.0002)
        running.send_signal(stop)
        err = running.communicate(timeout=60)[1].decode()
    assert (running.returncode, err.count("\n")) == (code, 1), err
    assert err.rstrip().endswith(("import again.", "import again for the rest."))
    assert [*own_home.rglob("*.tmp")] == []
    assert main(["list"]) == 0
    assert main(["import", str(tmp_path)]) == 0
    capsys.readouterr()
    assert len(exported(capsys)) == 250


@pytest.mark.parametrize("argv", [["list"], ["list", "--json"], ["tags"], ["paths"], ["export"]])
def test_what_was_put_out_has_left_when_a_command_returns(
    argv: list[str], imported: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not only when the process ends: then nobody could tell any more that it did not arrive."""
    taken = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(io.BufferedWriter(Unclosed(taken), 1 << 20)))
    assert main(argv) == 0
    assert taken.getvalue().endswith(b"\n")


class Unclosed(io.RawIOBase):
    """Takes what is written, and keeps it when it is closed."""

    def __init__(self, target: io.BytesIO) -> None:
        self.target = target

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        return self.target.write(data)


def test_ports_stay_in_addresses_and_tell_papers_apart(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = "".join(
        f"http://example.org{port}/papers/memory-{number}.pdf\nPaper Number {number} On {port or 'Nothing'} (Ada One)\n"
        for number, port in enumerate(("", ":8080", ":8443"))
    )
    (tmp_path / "ports.txt").write_text(f"2023년 7월 5주차\n{text}참고 https://localhost:9443/x\n", "utf-8")
    assert main(["import", str(tmp_path / "ports.txt")]) == 0
    capsys.readouterr()
    entries = exported(capsys)
    assert [entry["url"] for entry in entries] == [
        f"http://example.org{port}/papers/memory-{number}.pdf" for number, port in enumerate(("", ":8080", ":8443"))
    ]
    assert entries[-1]["links"] == ["https://localhost:9443/x"]
    assert len({entry["key"] for entry in entries}) == 3
    assert main(["star", "http://example.org:8080/papers/memory-1.pdf"]) == 0
    assert [entry["starred"] for entry in exported(capsys)] == [False, True, False]


def test_iterm_is_not_asked_for_what_it_does_wrong() -> None:
    from tui_digest.cli import _spare_iterm

    asked = []
    for environ in ({"TERM_PROGRAM": "iTerm.app"}, {"TERM_PROGRAM": "iTerm.app", "TMUX": "x"}, {"TERM": "xterm-kitty"}):
        _spare_iterm(environ)
        asked.append(environ.get("TEXTUAL_DISABLE_KITTY_KEY"))
    assert asked == ["1", None, None]


def test_a_command_runs_beside_the_main_thread(imported: Path, capsys: pytest.CaptureFixture[str]) -> None:
    # Signals belong to whoever runs us there.
    codes = list[int]()
    thread = threading.Thread(target=lambda: codes.append(main(["list"])))
    thread.start()
    thread.join()
    assert codes == [0], capsys.readouterr().err


@pytest.mark.parametrize("args", [["refresh", "foo"], ["refresh", "foo", "--json"], ["refresh", "foo", "-q"],
                                  ["source", "remove", "foo"], ["source", "rename", "foo", "bar"],
                                  ["source", "mute", "foo"]])  # fmt: skip
def test_a_source_that_is_named_and_not_there_is_an_error(
    args: list[str], own_home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Also where there is no source at all."""
    assert main(args) == 2
    said = capsys.readouterr()
    assert said.err == "There is no source foo, nor any other yet. Add one: tui-digest source add URL\n"
    assert said.out == ""
