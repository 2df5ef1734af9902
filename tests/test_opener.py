"""Links are handed to the right program, apart from our terminal, or not at all and with a reason."""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from tui_digest.opener import open_url, start_apart

URL = "https://arxiv.org/abs/2307.12950"
Started = list[list[str]]


@pytest.fixture
def tools(tmp_path: Path) -> Path:
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in ("xdg-open", "wslview", "explorer.exe"):
        (folder / name).write_text(f'#!/bin/sh\necho "$1" > {tmp_path}/opened.txt; echo noise\n')
        (folder / name).chmod(0o755)
    return folder


def opened(url: str, environ: Mapping[str, str], platform: str = "linux") -> tuple[str | None, Started]:
    started: Started = []

    def start(command: Sequence[str], environ: Mapping[str, str]) -> None:
        started.append(list(command))

    return open_url(url, environ, start=start, platform=platform), started


@pytest.mark.parametrize(
    "url",
    ["file:///etc/passwd", "javascript:alert(1)", "ftp://example.org/x", "todo.", "--help", "", "https://",
     "https://example.org/a b", "https://example.org/\x1b]0;x\x07", "http://[broken", "https://example.org/\n-x"],
)  # fmt: skip
def test_only_web_addresses(url: str) -> None:
    assert opened(url, {"DISPLAY": ":0"}) == ("refused", [])


def test_an_address_without_its_scheme_is_one(tools: Path) -> None:
    (reason, started) = opened("arxiv.org/abs/2307.12950", {"DISPLAY": ":0", "PATH": str(tools)})
    assert reason is None
    assert started[0][-1] == "https://arxiv.org/abs/2307.12950"


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
    assert opened(URL, {"PATH": str(tmp_path), "DISPLAY": ":0"})[1] == [[sys.executable, "-m", "webbrowser", URL]]
    assert opened(URL, {}, "win32")[1] == [[sys.executable, "-m", "webbrowser", URL]]


def test_a_program_that_cannot_be_started() -> None:
    def start(command: Sequence[str], environ: Mapping[str, str]) -> None:
        raise FileNotFoundError

    assert open_url(URL, {"DISPLAY": ":0"}, start=start) == "failed"
    with pytest.raises(OSError, match="missing"):
        start_apart(["/missing/program"], {})


@pytest.mark.skipif(sys.platform != "linux", reason="the fake browser stands in for xdg-open, which is Linux's")
def test_a_real_start_is_silent(tools: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert open_url(URL, {"PATH": f"{tools}:/usr/bin:/bin", "DISPLAY": ":0"}) is None
    deadline = time.monotonic() + 10
    note = tmp_path / "opened.txt"
    while not (note.exists() and note.read_text()):
        assert time.monotonic() < deadline, "the fake browser was never started"
        time.sleep(0.02)
    assert note.read_text() == f"{URL}\n"
    assert capfd.readouterr() == ("", "")
