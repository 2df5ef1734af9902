"""The reader on a pseudo-terminal of its own, with nothing between: it can be hung up, killed, and looked at."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import signal
import struct
import subprocess
import sys
import termios
import threading
from pathlib import Path

import pyte


class BareTerminal:
    """One reader, its process and its screen."""

    def __init__(self, home: Path, *, size: tuple[int, int] = (120, 40), before: str = "") -> None:
        """`before` is Python that its process does first."""
        self._screen = pyte.Screen(*size)
        self._stream = pyte.ByteStream(self._screen)
        self._changed = threading.Condition()
        self._shown: str | None = None
        self._master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], 0, 0))
        environ = {"PATH": os.environ["PATH"], "HOME": str(home), "LANG": "C.UTF-8", "TERM": "xterm-256color"}
        self.process = subprocess.Popen(
            [sys.executable, "-c", f"{before}\n{_START}"],
            env=environ | {"TUI_DIGEST_HOME": str(home), "PYTHONPATH": os.pathsep.join(sys.path)},
            stdin=slave,
            stdout=slave,
            stderr=slave,
            start_new_session=True,
        )
        os.close(slave)
        self._closed = False
        self._reading = threading.Thread(target=self._read, daemon=True)
        self._reading.start()

    def _read(self) -> None:
        while not self._closed:
            try:
                data = os.read(self._master, 65536)
            except OSError:  # the reader has gone
                return
            with self._changed:
                for piece in self.cut(data):
                    self.heard(piece)
                    # pyte knows neither private replies nor key codes of these kinds
                    self._stream.feed(re.sub(rb"\x1b\[[<=>]", b"\x1b[", piece))
                self._shown = None
                self._changed.notify_all()

    def cut(self, data: bytes) -> list[bytes]:
        """What was read at once in the pieces that are looked at one after the other."""
        return [data]

    def heard(self, data: bytes) -> None:
        """For those who want to know what is written."""

    def drained(self) -> None:
        """Waits until all that was written is read, once the reader has ended."""
        self._reading.join(timeout=10)

    @property
    def screen(self) -> str:
        """What is on the screen."""
        with self._changed:
            if self._shown is None:
                self._shown = "\n".join(self._screen.display)
            return self._shown

    def keys(self, keys: str) -> None:
        """Types."""
        os.write(self._master, keys.encode())

    def until(self, seen: str, limit: float = 20.0) -> str:
        """Waits until the screen shows it."""
        with self._changed:
            if not self._changed.wait_for(lambda: seen in self.screen, limit):
                raise AssertionError(f"not on the screen: {seen}\n{self.screen}")
            return self.screen

    def hang_up(self) -> None:
        """Closes the terminal under the reader."""
        self._closed = True
        os.close(self._master)

    def end(self, how: str) -> int:
        """Ends the reader by a signal's name, or by closing its terminal; returns its exit code."""
        if how == "closed":
            self.hang_up()
        else:
            self.process.send_signal(getattr(signal, how))
        return self.process.wait(timeout=20)

    def close(self) -> None:
        """For the end of a test, however that comes."""
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        if not self._closed:
            self.hang_up()


# The pseudo-terminal becomes the one that controls the session, so that closing it hangs the session up.
_START = """
import fcntl, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
from tui_digest.__main__ import main
sys.exit(main())
"""
