"""The main job in a true terminal: open, walk, star, copy, quit, come back; and what must not end the reader."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.tui.terminal import Tmux, needs_tmux

pytestmark = needs_tmux


@pytest.fixture
def tmux(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Tmux]:
    terminal = Tmux(tmp_path, **getattr(request, "param", {}))
    yield terminal
    terminal.close()


@pytest.fixture
def digest(tmp_path: Path) -> Path:
    path = tmp_path / "week.txt"
    path.write_text(
        "2023년 7월 5주차\n"
        "https://arxiv.org/abs/2307.00001\nFirst Paper on Sparse Memory (Ada One, Bo Two)\n"
        "첫 논문에 대한 말입니다.\n#memory\n"
        "https://arxiv.org/abs/2307.00002\nSecond Paper on [/] Markup (Cy Three)\n"
        "둘째 논문에 대한 말입니다.\n#memory #markup\n",
        encoding="utf-8",
    )
    return path


def open_on(tmux: Tmux, digest: Path) -> None:
    """Leave the starters, import the digest from outside, open the reader on it."""
    tmux.until("? help")
    tmux.keys("q")
    tmux.until(lambda s: "? help" not in s)
    environ = {**os.environ, "TUI_DIGEST_HOME": str(tmux.home)}
    command = [sys.executable, "-m", "tui_digest", "import", str(digest)]
    subprocess.run(command, env=environ, check=True, capture_output=True)
    tmux.start()
    tmux.until("First Paper")


def test_first_run_opens_the_starters_with_one_line_about_them(tmux: Tmux) -> None:
    tmux.until(lambda screen: all(each in screen for each in ("tui-digest import PATH", "Weeks", "Tags")))
    tmux.keys("q")
    tmux.until(lambda s: "Weeks" not in s)


def test_star_copy_quit_and_everything_is_as_it_was_left(tmux: Tmux, digest: Path) -> None:
    open_on(tmux, digest)
    tmux.keys("j", "s")
    tmux.until("Starred")
    tmux.keys("c")
    tmux.until("tmux buffer")
    assert tmux.buffer() == "https://arxiv.org/abs/2307.00002"
    tmux.keys("q")
    tmux.until(lambda s: "First Paper" not in s)
    tmux.start()
    screen = tmux.until("First Paper")
    assert "2/2" in screen
    assert "★" in screen


@pytest.mark.parametrize("tmux", [{"size": "80x24"}, {"size": "120x40"}], indirect=True)
def test_rows_that_a_filter_leaves_out_are_gone_from_the_screen(tmux: Tmux, digest: Path) -> None:
    open_on(tmux, digest)
    tmux.until("Second Paper")
    tmux.keys("/", "Sparse")
    screen = tmux.until(lambda s: "1/1" in s)
    assert "Second Paper" not in screen
    tmux.keys("Escape")
    tmux.until("Second Paper")


def test_a_star_survives_kill_9(tmux: Tmux, digest: Path) -> None:
    open_on(tmux, digest)
    tmux.keys("s")
    tmux.until("Starred")
    children = subprocess.run(["pgrep", "-P", str(tmux.pane_pid())], capture_output=True, text=True, check=True).stdout
    for pid in children.split():
        os.kill(int(pid), signal.SIGKILL)
    tmux.keys("Enter")
    tmux.start()
    assert "★ 1" in tmux.until(lambda s: "First Paper" in s and "★ 1" in s)


@pytest.mark.parametrize(
    "tmux", [{"size": "40x10"}, {"size": "80x24"}, {"size": "100x30"}, {"size": "200x60"}], indirect=True
)
def test_opens_and_walks_at_every_size(tmux: Tmux) -> None:
    # At the end of a line: the command typed above may hold a `3.11/` of its own.
    tmux.until(lambda screen: re.search(r" 1/\d+ *$", screen, re.MULTILINE) is not None)
    tmux.keys("j", "l")
    tmux.until("%")
    tmux.keys("Escape", "h", "j", "Enter", "t", "j", "Enter", "Escape", "Escape", "?")
    tmux.until("Esc close")
    tmux.keys("Escape", "q")
    tmux.until(lambda s: "Esc close" not in s and "%" not in s)
    assert "Traceback" not in tmux.screen


@pytest.mark.parametrize("tmux", [{"size": size} for size in ("80x24", "120x40", "200x60")], indirect=True)
def test_a_session_from_the_list_to_the_last_key(tmux: Tmux, digest: Path) -> None:
    open_on(tmux, digest)
    tmux.keys("l")
    tmux.until("첫 논문에 대한 말입니다.")
    tmux.keys("Escape", "/", "markup", "Enter")
    tmux.until(lambda s: "1/1" in s and "First Paper" not in s)
    tmux.keys("s")
    tmux.until("Starred")
    tmux.keys("b", "mine", "Enter")
    tmux.until("Saved the view mine")
    tmux.keys("Escape", "T")
    tmux.until("s keep")
    tmux.keys("l", "r")
    tmux.until("2 papers: 0 kept, 1 for later, 1 skipped")
    tmux.keys("Enter", ",")
    tmux.until("by locale")
    tmux.keys("Right")
    tmux.until("설정")
    tmux.keys("Escape")
    tmux.until("끝내기")
    tmux.keys("q")
    tmux.until(lambda s: "끝내기" not in s)
    assert "Traceback" not in tmux.screen
    tmux.start()
    tmux.until("끝내기")  # the language was kept
    tmux.keys("h", "g", "g")
    tmux.until("나중에")  # a view that is there once it is counted
    tmux.keys("5", "j", "l")
    tmux.until(lambda s: "mine" in s and "★ Second Paper" in s and "First Paper" not in s)


@pytest.mark.parametrize("tmux", [{"env": {"LANG": "ko_KR.UTF-8"}}], indirect=True)
def test_speaks_korean_where_the_locale_does(tmux: Tmux) -> None:
    tmux.until("안 읽음")
    tmux.keys("?")
    tmux.until("목록을 모두 읽음으로")


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="looks for the process in /proc")
def test_a_terminal_that_is_closed_takes_the_reader_with_it(tmux: Tmux, digest: Path) -> None:
    open_on(tmux, digest)
    tmux.keys("q")
    tmux.until(lambda screen: "First Paper" not in screen)
    tmux.type(f"exec {sys.executable} -m tui_digest")  # in the shell's place, as `tmux new-session COMMAND` has it
    tmux.until("First Paper")
    reader = tmux.pane_pid()
    tmux.keys("j", "s")
    tmux.until("Starred")
    tmux.close()
    deadline = time.monotonic() + 10
    while Path(f"/proc/{reader}").is_dir():
        if time.monotonic() > deadline:
            os.kill(reader, signal.SIGKILL)
            raise AssertionError("it lived on without a terminal")
        time.sleep(0.05)
