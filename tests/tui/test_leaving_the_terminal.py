"""What is asked of the terminal, and how it is given back: for a while, for good, and after a kill."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.builders import home
from tests.tui.bare_terminal import BareTerminal
from tests.tui.reading import JULY, library_of, reading
from tests.tui.terminal import Tmux, needs_tmux
from tui_digest.tui.app import DigestApp
from tui_digest.tui.terminal import window_title
from tui_digest.tui.terminal.driver import _TEXTUALS

_ASKED = re.compile(rb"\x1b\[[<>=][\d;]*u")


@pytest.fixture
def tmux(tmp_path: Path) -> Iterator[Tmux]:
    terminal = Tmux(tmp_path, size="80x24")
    yield terminal
    terminal.close()


class Recording(BareTerminal):
    """A terminal that keeps what is written to it."""

    written = b""

    def heard(self, data: bytes) -> None:
        self.written += data


@pytest.mark.parametrize(("inside", "asked"), [("", True), ("import os; os.environ['STY'] = '1.pts'", False)])
def test_gnu_screen_is_not_asked_for_the_mouse(tmp_path: Path, inside: str, asked: bool) -> None:
    """While it tells what the mouse does it keeps a lone Esc back until another key comes."""
    terminal = Recording(tmp_path, before=inside)
    try:
        terminal.until("? help")
        terminal.keys("q")
        assert terminal.process.wait(timeout=20) == 0
        terminal.drained()
        assert (b"\x1b[?1000h" in terminal.written) is asked
    finally:
        terminal.close()


@pytest.mark.parametrize(("setting", "flags"), [("", 5), ("all_keys = true\n", 29)])
def test_only_as_much_is_asked_of_the_keyboard_as_is_needed(tmp_path: Path, setting: str, flags: int) -> None:
    environ = {**os.environ, "TUI_DIGEST_HOME": str(tmp_path)}
    found = subprocess.run(
        [sys.executable, "-m", "tui_digest", "config", "path"], env=environ, check=True, capture_output=True, text=True
    )
    config = Path(found.stdout.strip())
    config.parent.mkdir(parents=True, exist_ok=True)
    config.write_text(setting, "utf-8")
    terminal = Recording(tmp_path)
    try:
        terminal.until("? help")
        terminal.keys("q")
        assert terminal.process.wait(timeout=20) == 0
        terminal.drained()
        assert _ASKED.findall(terminal.written) == [b"\x1b[>%du" % flags, b"\x1b[<u"]
        assert terminal.written.count(b"\x1b[22;2t\x1b]2;tui-digest\x1b\\") == 1, (
            "the window's title is kept and ours set"
        )
        assert terminal.written.index(b"\x1b[23;2t") < terminal.written.index(b"\x1b[?1049l"), "and put back"
        assert b"\x1b]22;" not in terminal.written, "the pointer keeps its shape"
    finally:
        terminal.close()


@pytest.mark.parametrize(
    ("environ", "titled", "wiped"),
    [
        ({"TERM": "xterm-256color"}, True, False),
        ({"TERM": "tmux-256color", "TMUX": "/tmp/t"}, True, False),
        ({"TERM": "screen.xterm-256color", "STY": "1.a"}, False, True),
        ({"TERM": "screen", "TMUX": "/tmp/t"}, True, False),
        ({"TERM": "linux"}, False, False),
        ({"TERM": "rxvt-unicode-256color"}, False, False),
        ({"TERM": "st-256color"}, False, False),
        ({}, False, False),
    ],
)
def test_the_title_is_set_where_it_can_be_put_back(environ: dict[str, str], titled: bool, wiped: bool) -> None:
    assert ("tui-digest" in window_title.on_taking(environ)) is titled
    assert ("23;2t" in window_title.on_giving_back(environ)) is titled
    assert ("\x1b[2J" in window_title.on_giving_back(environ)) is wiped


def test_what_textual_asks_for_is_what_ours_takes_the_place_of() -> None:
    """Were it to ask something else, ours would not take its place."""
    from textual.drivers import linux_driver

    flags = linux_driver.KITTY_DISAMBIGUATE_ESCAPE_CODES | linux_driver.KITTY_REPORT_ALL_KEYS
    assert f"\x1b[>{flags | linux_driver.KITTY_REPORT_ASSOCIATED_TEXT}u" == _TEXTUALS


@pytest.mark.parametrize("ended_by", ["q", "SIGHUP"])
def test_signals_that_come_while_it_ends_hold_nothing_up(tmp_path: Path, ended_by: str) -> None:
    # A terminal that closes sends SIGCONT behind SIGHUP. The thread that writes was waited for a second time then,
    # inside the first, and the process stayed for ever.
    terminal = BareTerminal(tmp_path)
    try:
        terminal.until("? help")
        if ended_by == "q":
            terminal.keys("q")
        else:
            terminal.process.send_signal(signal.SIGHUP)
        for _ in range(20_000):
            terminal.process.send_signal(signal.SIGCONT)
            with suppress(subprocess.TimeoutExpired):
                terminal.process.wait(timeout=0.001)
                break
        assert terminal.process.returncode == 0
    finally:
        terminal.process.kill()
        terminal.close()


@needs_tmux
@pytest.mark.parametrize("where", ["list", "search", "help", "triage"])
def test_into_the_background_and_back(tmux: Tmux, where: str) -> None:
    tmux.until("? help")
    opened = {
        "list": ([], "? help"),
        "search": (["/"], "Esc cancel"),
        "help": (["?"], "Esc close"),
        "triage": (["T"], "keep"),
    }
    keys, seen = opened[where]
    tmux.keys(*keys)
    tmux.until(seen)
    tmux.keys("C-z")
    tmux.until("Stopped")
    assert tmux.alternate() is False
    tmux.type("echo $((40 + 2)) typed at the shell")
    tmux.until("42 typed at the shell")
    tmux.type("fg")
    tmux.until(lambda screen: seen in screen and "Stopped" not in screen)
    assert tmux.alternate() is True
    assert tmux.mouse() is True
    if where == "search":
        tmux.keys("zz")
        tmux.until("/ zz")
        tmux.keys("Escape")
    elif where != "list":
        tmux.keys("Escape")
    tmux.until("? help")
    tmux.keys("j")
    tmux.until(" 2/")
    tmux.keys("q")
    tmux.until(lambda screen: "? help" not in screen)
    tmux.type("echo $((40 + 3)) at the end")
    tmux.until("43 at the end")
    assert tmux.alternate() is False
    assert tmux.mouse() is False


@needs_tmux
def test_a_reader_stopped_by_another_comes_back(tmux: Tmux) -> None:
    tmux.until("? help")
    for how in (signal.SIGSTOP, signal.SIGTSTP):
        reader = tmux.child()
        os.kill(reader, how)
        tmux.until("Stopped")
        tmux.type("fg")
        tmux.until(lambda screen: "? help" in screen and "Stopped" not in screen)
        tmux.keys("j")
    tmux.until(" 3/")
    tmux.keys("C-z")
    tmux.until("Stopped")
    tmux.type("bg")  # there is no screen to paint on: it waits for `fg`
    tmux.until(lambda screen: screen.count("Stopped") > 1)
    tmux.type("fg")
    tmux.until(lambda screen: "? help" in screen and "Stopped" not in screen)


def test_the_only_program_of_a_terminal_stays(tmp_path: Path) -> None:
    terminal = BareTerminal(tmp_path)  # its own session: no shell could wake it
    try:
        terminal.until("? help")
        terminal.keys("\x1aj")
        terminal.until(" 2/")
    finally:
        terminal.close()


async def test_a_signal_that_comes_when_all_is_over_ends_it_too(tmp_path: Path) -> None:
    """There is no screen any more of which a picture could be kept."""
    async with reading(library_of(home(tmp_path), tmp_path / "digests", JULY)) as (pilot, _):
        app = pilot.app
    assert isinstance(app, DigestApp) and not app.screen_stack
    app.end()
    assert app.left_at is None
