"""How figures grow with the library: what was measured at every size, and by which factor the last is more than the
first."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Mapping, Sequence
from typing import NamedTuple

LEAST = 10_000
"""Entries from which on figures are compared: below, all is the cost of starting."""


class Growth:
    """Figures by name and size."""

    def __init__(self) -> None:
        self._figures: dict[str, dict[int, float]] = {}

    def note(self, name: str, entries: int, value: float) -> None:
        """Keeps a figure of a library of so many entries."""
        if entries >= LEAST:
            self._figures.setdefault(name, {})[entries] = value

    def lines(self) -> list[str]:
        """A line for each figure that was measured at several sizes."""
        found = []
        for name, values in self._figures.items():
            sizes = sorted(values)
            if len(sizes) > 1 and values[sizes[0]]:
                factor = values[sizes[-1]] / values[sizes[0]]
                steps = " -> ".join(f"{values[size]:,.1f}" for size in sizes)
                found.append(f"  {name:44} x {factor:6.2f} from {sizes[0]:,} to {sizes[-1]:,}: {steps}")
        return found


class Run(NamedTuple):
    """What a command took."""

    seconds: float
    processor: float
    """Seconds of all its processes together."""
    memory: float
    """MiB of the largest of its processes."""


def run(command: Sequence[str], environ: Mapping[str, str]) -> Run:
    """Runs a command to its end. Raises `subprocess.CalledProcessError` where it fails."""
    begun = time.perf_counter()
    with subprocess.Popen(command, env=environ, stdout=subprocess.DEVNULL) as process:
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return Run(time.perf_counter() - begun, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)
