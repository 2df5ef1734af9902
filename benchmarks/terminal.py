"""Runs a program in a pseudo-terminal and times what it paints, as bytes; no emulator in between."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import termios
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple


class Memory(NamedTuple):
    """MiB of a program."""

    peak: float
    """The most that was ever resident of the program itself, with the pages of libraries that others use, too."""
    own: float
    """What is resident at the end and its own: no page of a file."""
    largest: float
    """The peak of the largest of all processes, be it one that it started and waited for, or itself."""

    def __str__(self) -> str:
        child = f", largest child {self.largest:3.0f}" if self.largest > self.peak + 1 else ""
        return f"{self.peak:3.0f} MiB (at the end {self.own:3.0f} its own{child})"


class Terminal:
    """One run of a program at a given size. Times are seconds."""

    def __init__(self, argv: Sequence[str], environ: Mapping[str, str], cols: int = 120, rows: int = 40) -> None:
        self.started = time.perf_counter()
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.execvpe(argv[0], list(argv), {**os.environ, **environ})
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, cols, 0, 0))
        self.peak = 0.0

    def read(self, timeout: float) -> bytes:
        """What it painted, waiting at most so long for a first byte."""
        if not select.select([self.fd], [], [], timeout)[0]:
            return b""
        try:
            return os.read(self.fd, 1 << 16)
        except OSError:
            return b""

    def until(self, text: str, limit: float = 60) -> float:
        """Seconds from the start until the text was painted."""
        seen, wanted = b"", text.encode()
        while time.perf_counter() - self.started < limit:
            seen = seen[-4096:] + self.read(0.1)
            if wanted in seen:
                return time.perf_counter() - self.started
        raise TimeoutError(f"{text!r} was not painted")

    def quiet(self, rest: float = 0.25) -> None:
        """Read until nothing comes for a while."""
        while self.read(rest):
            pass

    def press(self, keys: bytes) -> tuple[float, int]:
        """Seconds from key to the first byte painted, and the bytes painted until it rests."""
        begun = time.perf_counter()
        os.write(self.fd, keys)
        painted = len(self.read(1))
        first = time.perf_counter() - begun
        while data := self.read(0.06):
            painted += len(data)
        return first, painted

    def answer(self, keys: bytes, text: str, limit: float = 60) -> float:
        """Seconds from keys until a text is painted."""
        begun = time.perf_counter()
        os.write(self.fd, keys)
        seen, wanted = b"", text.encode()
        while wanted not in seen:
            if time.perf_counter() - begun > limit:
                raise TimeoutError(f"{text!r} was not painted")
            seen = seen[-4096:] + self.read(0.1)
        return time.perf_counter() - begun

    def memory(self) -> Memory:
        """What it takes now, without what it started; nothing where the system does not tell."""
        told = {}
        with suppress(OSError):
            for line in Path(f"/proc/{self.pid}/status").read_text("utf-8", "replace").splitlines():
                name, _, rest = line.partition(":")
                if name in ("VmHWM", "RssAnon"):
                    told[name] = int(rest.split()[0]) / 1024
        return Memory(told.get("VmHWM", 0.0), told.get("RssAnon", 0.0), 0.0)

    def close(self) -> float:
        """End it; returns its peak memory, MiB."""
        return self.close_with_usage()[0].peak

    def close_with_usage(self) -> tuple[Memory, float]:
        """End it; returns its memory, and the processor seconds that it and what it started used."""
        memory = self.memory()
        os.kill(self.pid, signal.SIGTERM)
        deadline = time.perf_counter() + 5
        while True:
            pid, _, usage = os.wait4(self.pid, os.WNOHANG)
            if pid:
                break
            if time.perf_counter() > deadline:
                os.kill(self.pid, signal.SIGKILL)
            self.read(0.01)
        os.close(self.fd)
        largest = usage.ru_maxrss / 1024
        memory = memory._replace(peak=memory.peak or largest, largest=largest)
        return memory, usage.ru_utime + usage.ru_stime
