"""Links are handed to the right program, apart from our terminal, or not at all and with a reason."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from tui_digest.desktop import clipboard, opener, programs
from tui_digest.desktop.opener import open_url, start_apart
from tui_digest.doctor import terminal_report

URL = "https://arxiv.org/abs/2307.12950"
Started = list[list[str]]


@pytest.fixture
def tools(tmp_path: Path) -> Path:
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in ("xdg-open", "wslview", "explorer.exe", "open", "firefox", "other", "w3m"):
        tool(folder / name, f'echo "$*" > {tmp_path}/opened.txt; echo noise')
    return folder


def tool(path: Path, script: str) -> None:
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


def opened(
    url: str, environ: Mapping[str, str], platform: str = "linux", browser: str = ""
) -> tuple[str | None, Started]:
    started: Started = []

    def start(command: Sequence[str], environ: Mapping[str, str]) -> None:
        assert Path(command[0]).is_absolute()
        started.append([Path(command[0]).name, *command[1:]])

    return open_url(url, environ, start=start, platform=platform, browser=browser), started


@pytest.mark.parametrize(
    "url",
    ["file:///etc/passwd", "javascript:alert(1)", "ftp://example.org/x", "todo.", "--help", "", "https://",
     "https://example.org:x/", "https://example.org:99999/",
     "https://example.org/a b", "https://example.org/\x1b]0;x\x07", "http://[broken", "https://example.org/\n-x"],
)  # fmt: skip
def test_only_web_addresses(url: str) -> None:
    assert opened(url, {"DISPLAY": ":0"}) == ("refused", [])


def test_an_address_without_its_scheme_is_one(tools: Path) -> None:
    (reason, started) = opened("arxiv.org/abs/2307.12950", {"DISPLAY": ":0", "PATH": str(tools)})
    assert reason is None
    assert started[0][-1] == "https://arxiv.org/abs/2307.12950"


def test_a_port_and_what_follows_it_stay(tools: Path) -> None:
    url = "http://localhost:8080/a?b=c:1#d"
    assert opened(url, {"DISPLAY": ":0", "PATH": str(tools)}) == (None, [["xdg-open", url]])


@pytest.mark.parametrize("name", ["SSH_CONNECTION", "SSH_CLIENT", "SSH_TTY"])
def test_never_on_a_remote_machine(name: str) -> None:
    for platform in ("linux", "darwin"):
        assert opened(URL, {name: "1", "DISPLAY": ":10"}, platform) == ("ssh", [])


def test_no_display_no_browser(tools: Path) -> None:
    assert opened(URL, {"PATH": str(tools)}) == ("no-display", [])


@pytest.mark.parametrize(
    ("environ", "platform", "program"),
    [
        ({"DISPLAY": ":0"}, "linux", "xdg-open"),
        ({"WAYLAND_DISPLAY": "w"}, "linux", "xdg-open"),
        ({"WSL_DISTRO_NAME": "x"}, "linux", "wslview"),
        ({}, "darwin", "open"),
    ],
)
def test_the_program_of_the_system(tools: Path, environ: dict[str, str], platform: str, program: str) -> None:
    assert opened(URL, {"PATH": str(tools)} | environ, platform) == (None, [[program, URL]])


def test_second_choices(tools: Path, tmp_path: Path) -> None:
    (tools / "wslview").unlink()
    assert opened(URL, {"PATH": str(tools), "WSL_INTEROP": "x"})[1] == [["explorer.exe", URL]]
    for environ, platform in (({"DISPLAY": ":0"}, "linux"), ({}, "darwin"), ({}, "win32")):
        (command,) = opened(URL, {"PATH": str(tmp_path)} | environ, platform)[1]
        assert command[0] == Path(sys.executable).name
        assert command[1] == "-I"  # Python's own search, and no module of the current folder
        assert command[-1] == URL


@pytest.mark.parametrize("where", [{"DISPLAY": ":0"}, {}, {"SSH_TTY": "x"}, {"SSH_CONNECTION": "x", "DISPLAY": ":10"}])
def test_the_browser_that_is_asked_for(tools: Path, where: dict[str, str]) -> None:
    environ = {"PATH": str(tools)} | where
    asked = environ | {"BROWSER": "firefox"}
    assert opened(URL, asked) == (None, [["firefox", URL]])
    assert opened(URL, environ | {"BROWSER": "missing:other -n %s --x"}) == (None, [["other", "-n", URL, "--x"]])
    assert opened(URL, environ | {"BROWSER": f"{tools}/firefox 'a b'"}) == (None, [["firefox", "a b", URL]])
    assert opened(URL, asked, browser="other --at=%s") == (None, [["other", f"--at={URL}"]])
    assert opened(URL, asked, browser="missing") == ("failed", [])  # it was asked for: no other stands in for it
    assert opened(URL, asked, browser="'half") == ("failed", [])
    assert opened("file:///etc/passwd", asked, browser="other") == ("refused", [])


@pytest.mark.parametrize("browser", ["w3m", "missing", "", ":", "'half", "./firefox", "bin/firefox"])
def test_a_browser_that_cannot_be_used_is_as_if_none_was_asked_for(
    tools: Path, browser: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tools.parent)
    environ = {"PATH": f"{tools}", "BROWSER": browser}
    assert opened(URL, environ | {"SSH_TTY": "x"}) == ("ssh", [])
    assert opened(URL, environ) == ("no-display", [])
    assert opened(URL, environ | {"DISPLAY": ":0"}) == (None, [["xdg-open", URL]])


def test_a_link_is_never_read_by_a_shell_nor_as_an_option(tools: Path, tmp_path: Path) -> None:
    url = "https://example.org/$(touch${IFS}x);'%s'&-o"
    assert opened(url, {"PATH": str(tools)}, browser="other -u %s") == (None, [["other", "-u", url]])


def test_a_program_that_cannot_be_started(tools: Path) -> None:
    def start(command: Sequence[str], environ: Mapping[str, str]) -> None:
        raise FileNotFoundError

    assert open_url(URL, {"DISPLAY": ":0", "PATH": str(tools)}, start=start) == "failed"
    with pytest.raises(OSError, match="missing"):
        start_apart(["/missing/program"], {})


# -- real programs ----------------------------------------------------------------------------------------------------


@pytest.fixture
def real(tools: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    monkeypatch.setattr(opener, "PATIENCE", 30.0)
    return {"PATH": f"{tools}:/usr/bin:/bin", "DISPLAY": ":0"}


def test_one_that_fails_at_once_has_opened_nothing(tools: Path, tmp_path: Path, real: dict[str, str]) -> None:
    tool(tools / "xdg-open", "exit 3")
    assert open_url(URL, real, platform="linux") == "failed"
    tool(tools / "firefox", "kill -9 $$")
    assert open_url(URL, real, platform="linux", browser="firefox") == "failed"
    assert not (tmp_path / "opened.txt").exists()
    assert open_url(URL, real | {"BROWSER": "firefox:other"}, platform="linux") is None  # the next one does it
    assert (tmp_path / "opened.txt").read_text() == f"{URL}\n"


def test_one_that_always_ends_with_1_is_believed(tools: Path, real: dict[str, str]) -> None:
    tool(tools / "explorer.exe", "exit 1")
    (tools / "wslview").unlink()
    assert open_url(URL, real | {"WSL_INTEROP": "x"}, platform="linux") is None


def test_a_browser_that_goes_on_has_opened_it(
    tools: Path, tmp_path: Path, real: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opener, "PATIENCE", 0.05)
    gate = tmp_path / "gate"
    os.mkfifo(gate)
    tool(tools / "firefox", f"read line < {gate}; exit 1")
    assert open_url(URL, real, platform="linux", browser="firefox") is None
    gate.write_text("go\n")  # it was there all the time, and ends now


def test_nothing_is_run_that_lies_in_the_current_folder(
    tools: Path, tmp_path: Path, real: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A stranger's folder with a module and programs of the names that are looked for."""
    foreign = tmp_path / "foreign"
    foreign.mkdir()
    proof = tmp_path / "foreign-was-run"
    for name in ("webbrowser", "pyperclip", "shlex", "sys", "tmux"):
        (foreign / f"{name}.py").write_text(f"open({str(proof)!r}, 'w')")
    for name in ("xdg-open", "firefox", "tmux", "xclip", "xsel", "wl-copy", "which"):
        tool(foreign / name, f"touch {proof}")
    monkeypatch.chdir(foreign)
    for path in ("", ":", ".", "./", "../foreign", f":{foreign.name}"):
        environ = {"PATH": path, "DISPLAY": ":0", "WAYLAND_DISPLAY": "w", "TMUX": "x", "BROWSER": "firefox"}
        monkeypatch.setenv("PATH", path)
        open_url(URL, environ, platform="linux")  # Python's own search finds nothing
        assert programs.find("firefox", environ) is None
        assert clipboard.native_way(environ, "linux") is None
        assert not clipboard.run_quietly(["tmux", "load-buffer", "-"], b"", environ)
        assert not clipboard.run_quietly(clipboard._native_command("xclip"), b"", environ)
        assert terminal_report._output(["tmux", "-V"], environ) is None
    assert not proof.exists()


def test_what_is_started_stands_elsewhere_with_a_path_it_can_trust(
    tools: Path, tmp_path: Path, real: dict[str, str]
) -> None:
    tool(tools / "firefox", f'echo "$PWD $PATH" > {tmp_path}/seen')
    assert open_url(URL, real | {"PATH": f".:{tools}::x/y:/usr/bin"}, platform="linux", browser="firefox") is None
    assert (tmp_path / "seen").read_text() == f"/ {tools}:/usr/bin\n"


@pytest.mark.parametrize("pythonpath", [None, "", ":", "."])
def test_modules_of_the_current_folder_are_not_ours(
    tmp_path: Path, pythonpath: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    proof = tmp_path / "foreign-was-run"
    for name in ("orjson", "argparse", "webbrowser", "platformdirs", "textual", "pyperclip", "rich"):
        (tmp_path / f"{name}.py").write_text(f"open({str(proof)!r}, 'w')")
    monkeypatch.delenv("PYTHONPATH", raising=False)
    if pythonpath is not None:
        monkeypatch.setenv("PYTHONPATH", pythonpath)
    done = subprocess.run([sys.executable, "-m", "tui_digest", "list"], cwd=tmp_path, capture_output=True, timeout=60)
    assert done.returncode == 0, done.stderr.decode()
    assert not proof.exists()


@pytest.mark.skipif(sys.platform != "linux", reason="the fake browser stands in for xdg-open, which is Linux's")
def test_a_real_start_is_silent(
    tools: Path, tmp_path: Path, real: dict[str, str], capfd: pytest.CaptureFixture[str]
) -> None:
    assert open_url(URL, real) is None
    assert (tmp_path / "opened.txt").read_text() == f"{URL}\n"
    assert capfd.readouterr() == ("", "")
