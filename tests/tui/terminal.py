"""A true terminal for end-to-end tests: the reader in a tmux of its own, typed at and looked at."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

needs_tmux = pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not installed: end-to-end runs skipped")


class Tmux:
    """One reader in one tmux server; closed with the test."""

    def __init__(self, home: Path, *, size: str = "120x40", env: Mapping[str, str] | None = None) -> None:
        self.home, self.server = home, f"td-{uuid.uuid4().hex[:8]}"
        cols, rows = size.split("x")
        environ = {"PATH": os.environ["PATH"], "HOME": str(home), "LANG": "C.UTF-8", "TERM": "xterm-256color"}
        environ |= {"TUI_DIGEST_HOME": str(home), "TMUX_TMPDIR": str(home)} | dict(env or {})
        self._environ = environ
        self._run("-f", os.devnull, "new-session", "-d", "-x", cols, "-y", rows, "-s", "t", "bash --norc --noprofile")
        self.start()

    def _run(self, *args: str) -> str:
        command = ["tmux", "-L", self.server, *args]
        return subprocess.run(command, env=self._environ, check=True, capture_output=True, text=True).stdout

    def start(self, *args: str) -> None:
        """Type the command that opens the reader (or a subcommand)."""
        self.type(f"clear; {sys.executable} -m tui_digest {' '.join(args)}")

    def type(self, command: str) -> None:
        """Type a command to the shell."""
        self._run("send-keys", "-t", "t", command, "Enter")

    def keys(self, *keys: str) -> None:
        """Press keys, by tmux's names for them."""
        for key in keys:
            self._run("send-keys", "-t", "t", key)
            time.sleep(0.25 if key == "Escape" else 0.05)  # Esc and the next key must not melt into Alt

    @property
    def screen(self) -> str:
        """What is on the screen."""
        return self._run("capture-pane", "-p", "-t", "t")

    def until(self, seen: str | Callable[[str], bool], limit: float = 15) -> str:
        """Wait until the screen shows a text, or satisfies a question; returns the screen."""
        deadline = time.monotonic() + limit
        while True:
            screen = self.screen
            if seen in screen if isinstance(seen, str) else seen(screen):
                return screen
            if time.monotonic() > deadline:
                raise AssertionError(f"not on the screen: {seen}\n{screen}")
            time.sleep(0.05)

    def buffer(self) -> str:
        """What lies in tmux's newest paste buffer."""
        return self._run("show-buffer")

    def cursor(self) -> tuple[int, int]:
        """Column and row of the terminal's cursor."""
        x, y = self._run("display-message", "-p", "-t", "t", "#{cursor_x} #{cursor_y}").split()
        return int(x), int(y)

    def alternate(self) -> bool:
        """Whether a program has the terminal's second screen."""
        return self._run("display-message", "-p", "-t", "t", "#{alternate_on}").strip() == "1"

    def mouse(self) -> bool:
        """Whether a program is told of the mouse."""
        return self._run("display-message", "-p", "-t", "t", "#{mouse_any_flag}").strip() == "1"

    def child(self) -> int:
        """The process id of what the shell runs."""
        return int(
            subprocess.run(["pgrep", "-P", str(self.pane_pid())], capture_output=True, text=True, check=True).stdout
        )

    def pane_pid(self) -> int:
        """The shell's process id."""
        return int(self._run("display-message", "-p", "-t", "t", "#{pane_pid}"))

    def close(self) -> None:
        """End the server and all in it."""
        subprocess.run(["tmux", "-L", self.server, "kill-server"], env=self._environ, capture_output=True)
