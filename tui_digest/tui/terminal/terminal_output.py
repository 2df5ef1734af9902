"""What is written to the terminal: at once, as far as it takes it, and by Textual's thread where it has to wait."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import TextIO


class LastingOutput:
    """The terminal to write to, whose writes never fail. Else Textual's output thread would end with an error once the
    terminal is gone, and the app would wait for ever for room in that thread's queue: a process without a terminal that
    no signal ends."""

    def __init__(self, file: TextIO) -> None:
        self.file = file
        self.written = 0
        """How many writes have gone out."""
        self._begun = 0

    def write(self, text: str | bytes) -> None:
        """Write, as far as the terminal is still there."""
        with suppress(OSError, ValueError):
            if isinstance(text, str):
                self.file.write(text)
            else:
                self.file.flush()
                self.file.buffer.write(text)
        self._begun += 1

    def flush(self) -> None:
        """Send on what was written."""
        begun = self._begun
        with suppress(OSError, ValueError):
            self.file.flush()
        self.written = begun

    def fileno(self) -> int:
        """The descriptor, which some sizes are asked of."""
        return self.file.fileno()

    def isatty(self) -> bool:
        """Whether it is a terminal."""
        return self.file.isatty()


class PromptOutput:
    """Writes at once what the terminal takes at once; the rest goes to a thread that waits for it, and everything after
    it until that has gone out.

    The terminal is opened once more for it, so that not to wait is asked for these writes alone: what was opened before
    is shared with the shell.
    """

    def __init__(self, waiting: LastingOutput) -> None:
        self._waiting = waiting
        self._handed = 0
        self._descriptor: int | None = None

    def open(self) -> None:
        """Begin; where the terminal has no name, all goes to the thread."""
        self.close()
        with suppress(OSError, ValueError, AttributeError):
            flags = os.O_WRONLY | os.O_NOCTTY | os.O_NONBLOCK | os.O_CLOEXEC
            self._descriptor = os.open(os.ttyname(self._waiting.fileno()), flags)

    def close(self) -> None:
        """End."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def write(self, text: str) -> str | bytes | None:
        """Write a text; returns what is left for the thread to write."""
        if self._descriptor is None or self._handed != self._waiting.written:
            self._handed += 1
            return text
        file = self._waiting.file
        data = text.encode(file.encoding, file.errors or "strict")
        done = 0
        with suppress(OSError):
            while done < len(data):
                done += os.write(self._descriptor, data[done:])
        if done == len(data):
            return None
        self._handed += 1
        return data[done:]
