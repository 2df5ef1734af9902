"""How wide the terminal itself takes a text to be: written, then asked where the cursor stands.

What the program counts and what the terminal shows must agree, or every column after such a text is shifted.
"""

from __future__ import annotations

import os
import re
import select
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

from tui_digest.files import write_whole

if TYPE_CHECKING:
    from collections.abc import Iterator

if sys.platform != "win32":
    import termios

_WHERE = b"\x1b[6n"
_ANSWER = re.compile(rb"\x1b\[\??(\d{1,4});(\d{1,5})(?:;\d+)?R")
_CLEAN = b"\r\x1b[K"
_MOST = 4096
"""Bytes of an answer; what is longer is no answer."""


class Sample(NamedTuple):
    """A text whose width terminals disagree about."""

    kind: str
    text: str
    cells: int
    """As the app counts it (`tui.wrap`)."""


SAMPLES = (
    Sample("hangul", "한글", 4),
    Sample("decomposed", "\u1112\u1161\u11ab", 2),  # 한, as macOS writes it in file names
    Sample("emoji", "😀", 2),
    Sample("symbols", "★●", 2),
    Sample("selector", "\u26a0\ufe0f", 2),  # a sign that the selector after it makes a picture
)


def measure(stdin_fd: int, stdout_fd: int, patience: float) -> dict[str, int] | None:
    """The cells that the terminal gives each of `SAMPLES`, by kind; None where it does not answer within `patience`
    seconds, or answers something else. The line is clean and the terminal as it was afterwards, also on Ctrl+C.
    """
    if sys.platform == "win32":
        return None
    try:
        with _listening(stdin_fd):
            return _ask_all(stdin_fd, stdout_fd, patience)
    except (OSError, termios.error):  # the terminal has gone, or is only half of one
        return None


def _ask_all(stdin_fd: int, stdout_fd: int, patience: float) -> dict[str, int] | None:
    found: dict[str, int] = {}
    try:
        for sample in SAMPLES:
            write_whole(stdout_fd, b"\r" + sample.text.encode() + _WHERE)
            column = _column(stdin_fd, patience)
            if column is None:
                return None
            found[sample.kind] = column - 1
    finally:
        write_whole(stdout_fd, _CLEAN)
    return found


@contextmanager
def _listening(descriptor: int) -> Iterator[None]:
    """While this is open the terminal hands over every byte at once and shows none of them; Ctrl+C still ends the
    program."""
    before = termios.tcgetattr(descriptor)
    mode = termios.tcgetattr(descriptor)
    mode[3] &= ~(termios.ECHO | termios.ICANON)
    mode[6][termios.VMIN], mode[6][termios.VTIME] = 1, 0
    try:
        termios.tcsetattr(descriptor, termios.TCSADRAIN, mode)
        yield
    finally:
        # An answer that came too late goes with it, or the shell would take it for typed text.
        termios.tcsetattr(descriptor, termios.TCSAFLUSH, before)


def _column(descriptor: int, patience: float) -> int | None:
    """The column of the terminal's answer, from 1; None where none came in time."""
    heard = b""
    deadline = time.monotonic() + patience
    while len(heard) < _MOST:
        ready, _, _ = select.select([descriptor], [], [], max(0.0, deadline - time.monotonic()))
        data = os.read(descriptor, 1024) if ready else b""
        if not data:
            return None
        heard += data
        if match := _ANSWER.search(heard):
            return int(match[2])
    return None
