"""Every rung of the clipboard's ladder: with a runner that only notes, with fake tools, and with a real tmux."""

from __future__ import annotations

import base64
import os
import shutil
import stat
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from tui_digest.desktop import clipboard, primary
from tui_digest.desktop.clipboard import LIMIT, Outcome, copy, native_way, osc52, run_quietly

TEXT = "가 [/] \x1b tab\t and end\n\n"
"""Nothing of it may be cleaned away."""


class Runner:
    """Notes what it is asked to run; only commands that hold one of the given words end well."""

    def __init__(self, *good: str) -> None:
        self.good = good
        self.asked: list[list[str]] = []
        self.given: list[bytes] = []

    def __call__(self, command: Sequence[str], data: bytes, environ: Mapping[str, str]) -> bool:
        self.asked.append(list(command))
        self.given.append(data)
        return any(word in " ".join(command) for word in self.good)


@pytest.fixture
def tools(tmp_path: Path) -> Path:
    """A folder for PATH, with one fake of each tool in it."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in ("clip.exe", "wl-copy", "wl-paste", "xclip", "xsel"):
        tool(folder / name, "exit 0")
    return folder


def tool(path: Path, script: str) -> None:
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


def payload(sequence: str) -> str:
    """The text in an OSC 52 sequence."""
    assert sequence.startswith("\x1b]52;c;")
    return base64.b64decode(sequence.removeprefix("\x1b]52;c;").partition("\x07")[0]).decode()


@pytest.mark.parametrize(
    ("environ", "platform", "way"),
    [
        ({}, "darwin", "pbcopy"),
        ({}, "win32", "windows"),
        ({"WSL_DISTRO_NAME": "x", "WAYLAND_DISPLAY": "w", "DISPLAY": ":0"}, "linux", "clip.exe"),
        ({"WAYLAND_DISPLAY": "w", "DISPLAY": ":0"}, "linux", "wl-copy"),
        ({"DISPLAY": ":0"}, "linux", "xclip"),
        ({}, "linux", None),
        ({"SSH_CONNECTION": "1", "DISPLAY": ":10"}, "linux", None),
        ({"SSH_TTY": "/dev/pts/1"}, "darwin", None),
    ],
)
def test_the_native_tool(tools: Path, environ: dict[str, str], platform: str, way: str | None) -> None:
    assert native_way({"PATH": str(tools)} | environ, platform) == way


def test_the_next_tool_where_one_is_missing(tools: Path) -> None:
    (tools / "wl-copy").unlink()
    (tools / "xclip").unlink()
    assert native_way({"PATH": str(tools), "WAYLAND_DISPLAY": "w", "DISPLAY": ":0"}, "linux") == "xsel"


def test_a_native_tool_that_says_done_is_enough(tools: Path) -> None:
    runner = Runner("wl-copy")
    environ = {"PATH": str(tools), "WAYLAND_DISPLAY": "w", "TMUX": "/s,1,0"}
    assert copy(TEXT, environ, run=runner) == Outcome("copied", "wl-copy")
    assert runner.given == [TEXT.encode()]


def test_a_native_tool_that_fails_hands_on(tools: Path) -> None:
    runner = Runner("load-buffer -w")
    environ = {"PATH": str(tools), "WAYLAND_DISPLAY": "w", "TMUX": "/s,1,0"}
    assert copy(TEXT, environ, run=runner) == Outcome("offered", "tmux")
    assert len(runner.asked) == 2
    assert runner.asked[1] == ["tmux", "load-buffer", "-w", "-"]


def test_an_older_tmux_is_given_the_sequence_as_well() -> None:
    def old(command: Sequence[str], data: bytes, environ: Mapping[str, str]) -> bool:
        return "-w" not in command

    outcome = copy(TEXT, {"TMUX": "/s,1,0"}, run=old)
    assert (outcome.grade, outcome.way) == ("offered", "tmux")
    assert outcome.osc52 is not None
    assert "\x1bPtmux;\x1b\x1b]52;c;" in outcome.osc52


def test_without_anything_the_terminal_is_asked() -> None:
    outcome = copy(TEXT, {"TERM": "xterm-256color", "SSH_CONNECTION": "1", "DISPLAY": ":10"}, run=Runner())
    assert (outcome.grade, outcome.way, outcome.path) == ("sent", "osc52", None)
    assert outcome.osc52 is not None
    assert payload(outcome.osc52) == TEXT


def test_a_tmux_that_does_not_answer_leaves_the_terminal() -> None:
    outcome = copy(TEXT, {"TMUX": "/s,1,0"}, run=Runner())
    assert (outcome.grade, outcome.way) == ("sent", "osc52")
    assert payload(outcome.osc52 or "") == TEXT


def test_screen_gets_short_chunks_that_add_up() -> None:
    sequence = osc52(b"x" * 2000, {"STY": "1.pts"})
    chunks = sequence.split("\x1b\\")[:-1]
    assert all(chunk.startswith("\x1bP") and len(chunk) <= 250 for chunk in chunks)
    assert payload("".join(chunk[2:] for chunk in chunks)) == "x" * 2000


@pytest.mark.parametrize("term", ["linux", "dumb"])
def test_a_terminal_without_a_clipboard_gets_a_file(tmp_path: Path, term: str) -> None:
    outcome = copy(TEXT, {"TERM": term}, run=Runner(), spill=tmp_path / "state")
    assert (outcome.grade, outcome.way, outcome.osc52) == ("file", "file", None)
    assert outcome.path is not None
    assert outcome.path.read_bytes() == TEXT.encode()
    assert stat.S_IMODE(outcome.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(outcome.path.parent.stat().st_mode) == 0o700


def test_too_much_for_a_terminal_goes_into_a_file(tmp_path: Path) -> None:
    environ = {"TUI_DIGEST_HOME": str(tmp_path), "TMUX": "/s,1,0"}
    assert copy("x" * LIMIT, environ, run=Runner()).grade == "sent"
    outcome = copy("가" * LIMIT, environ, run=Runner("tmux"))
    assert outcome == Outcome("file", "file", path=tmp_path / "state" / "copied.txt")
    assert [path.name for path in (tmp_path / "state").iterdir()] == ["copied.txt"]


def test_a_native_tool_takes_any_size(tools: Path) -> None:
    runner = Runner("xclip")
    assert copy("가" * LIMIT, {"PATH": str(tools), "DISPLAY": ":0"}, run=runner).grade == "copied"


def test_when_not_even_a_file_can_be_written(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("in the way")
    with pytest.raises(OSError, match="state"):
        copy(TEXT, {"TERM": "dumb"}, run=Runner(), spill=tmp_path / "state")


def test_half_a_character_is_no_error() -> None:
    assert payload(copy("a\ud800b", {}, run=Runner()).osc52 or "") == "a?b"


def test_what_fails_hangs_or_is_missing_is_only_false(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clipboard, "TIMEOUT", 0.05)
    assert not run_quietly([str(tmp_path / "missing")], b"", {})
    assert not run_quietly(["/bin/sh", "-c", "exit 1"], b"", {})
    assert not run_quietly(["/bin/sleep", "5"], b"", {})
    assert run_quietly(["/bin/sh", "-c", "exit 0"], b"", {})


@pytest.fixture
def wayland(tools: Path, tmp_path: Path) -> dict[str, str]:
    """An environment whose `wl-copy` and `wl-paste` keep the clipboard in a file."""
    kept = tmp_path / "kept"
    tool(tools / "wl-copy", f"cat > {kept}; echo noise >&2")
    tool(tools / "wl-paste", f"cat {kept}")
    return {"PATH": f"{tools}:/usr/bin:/bin", "WAYLAND_DISPLAY": "w", "LANG": "C.UTF-8"}


def test_pyperclip_does_it_and_it_is_read_back(
    wayland: dict[str, str], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert copy(TEXT, wayland) == Outcome("copied", "wl-copy")
    assert (tmp_path / "kept").read_bytes() == TEXT.encode()
    assert capfd.readouterr() == ("", "")


def test_a_tool_that_says_done_and_keeps_nothing_is_not_believed(wayland: dict[str, str], tools: Path) -> None:
    tool(tools / "wl-copy", "cat > /dev/null; exit 0")
    assert copy(TEXT, wayland).grade == "sent"


@pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not installed: its buffer is not tried")
def test_a_real_tmux_holds_the_text(tmp_path: Path) -> None:
    environ = {"PATH": os.environ["PATH"], "TERM": "xterm-256color", "TMUX_TMPDIR": str(tmp_path), "LANG": "C.UTF-8"}
    server = ["tmux", "-L", "clip"]

    def ask(*words: str) -> str:
        done = subprocess.run([*server, *words], env=environ, check=True, capture_output=True, timeout=20)
        return done.stdout.decode()

    ask("-f", os.devnull, "new-session", "-d", "-x", "80", "-y", "24", "sleep 60")
    try:
        inside = ask("display-message", "-p", "#{socket_path},#{pid},0").strip()
        assert copy(TEXT, environ | {"TMUX": inside}) == Outcome("offered", "tmux")
        deadline = time.monotonic() + 10
        while (held := ask("show-buffer")) != TEXT and time.monotonic() < deadline:
            time.sleep(0.05)
        assert held == TEXT
    finally:
        ask("kill-server")


@pytest.mark.parametrize(
    ("environ", "command"),
    [
        ({"WAYLAND_DISPLAY": "w", "DISPLAY": ":0"}, "wl-copy --primary"),
        ({"DISPLAY": ":0"}, "xclip -selection primary"),
        ({"DISPLAY": ":10", "SSH_CONNECTION": "1"}, ""),
        ({"WSL_DISTRO_NAME": "x", "DISPLAY": ":0"}, ""),
        ({}, ""),
    ],
)
def test_selected_text_comes_to_primary(tools: Path, environ: dict[str, str], command: str) -> None:
    run = Runner("primary")
    assert primary.offer(TEXT, {**environ, "PATH": str(tools)}, run) is None
    assert [" ".join(asked) for asked in run.asked] == ([command] if command else [])
    assert run.given == ([TEXT.encode()] if command else [])


@pytest.mark.parametrize(
    ("environ", "asked"),
    [
        ({"TERM": "xterm-kitty", "SSH_TTY": "/dev/pts/1"}, True),
        ({"TERM": "foot"}, True),
        ({"TERM": "xterm-256color", "LC_TERMINAL": "iTerm2", "SSH_TTY": "/dev/pts/1"}, False),
        ({"TERM": "xterm-256color", "TERM_PROGRAM": "Apple_Terminal"}, False),
        ({"TERM": "tmux-256color", "TMUX": "/tmp/t"}, False),
        ({"TERM": "xterm", "STY": "1.a"}, False),
        ({"TERM": "linux"}, False),
    ],
)
def test_without_a_tool_the_terminal_is_asked_where_it_has_a_primary(environ: dict[str, str], asked: bool) -> None:
    sequence = primary.offer(TEXT, environ, Runner())
    assert (sequence == f"\x1b]52;p;{base64.b64encode(TEXT.encode()).decode()}\x07") is asked
    assert sequence is None or asked
    assert primary.offer("x" * (LIMIT + 1), environ, Runner()) is None
