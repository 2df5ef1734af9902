"""What the reader has in memory at rest and while everything is searched, and what its children have beside it.

usage: python benchmarks/memory.py [--sizes 1700,100000] [--home FOLDER]
The libraries are those of `run.py`; each is copied, so that its house has to be kept.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from run import WORDS
from terminal import Terminal

HERE = Path(__file__).parent

AT_REST = 5.0
"""Seconds without a child after which the reader is at rest."""


class Resident(NamedTuple):
    """MiB of a process: all that is resident; pages that others use, too, shared out among them; its own alone."""

    rss: float = 0.0
    pss: float = 0.0
    uss: float = 0.0

    def __str__(self) -> str:
        return f"{self.rss:4.0f} {self.pss:4.0f} {self.uss:4.0f}"


def resident(pid: int) -> Resident:
    """What a process has now; nothing where it has ended."""
    told: dict[str, float] = {}
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text("utf-8").splitlines()[1:]:
            name, _, rest = line.partition(":")
            told[name] = int(rest.split()[0]) / 1024
    own = told.get("Private_Clean", 0.0) + told.get("Private_Dirty", 0.0)
    return Resident(told.get("Rss", 0.0), told.get("Pss", 0.0), own)


def children_of(pid: int) -> list[int]:
    """The processes that it started, and those that they did."""
    found: list[int] = []
    with suppress(OSError):
        for each in Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split():
            found += [int(each), *children_of(int(each))]
    return found


class Watch:
    """Looks at a program and at its children several times a second."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self.most = self.children = Resident()
        self.last_child = time.perf_counter()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def begin(self) -> None:
        """From now on only what comes counts."""
        self.most = Resident()

    def end(self) -> None:
        """Looks no more."""
        self._ended.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._ended.wait(0.1):
            self.most = Resident(*map(max, self.most, resident(self._pid)))
            for child in children_of(self._pid):
                self.last_child = time.perf_counter()
                self.children = Resident(*map(max, self.children, resident(child)))


def reader(home: Path) -> None:
    """Prints the figures of one library."""
    environ = {"TUI_DIGEST_HOME": str(home), "TERM": "xterm-256color", "LANG": "C.UTF-8", "COLORTERM": "truecolor"}
    terminal = Terminal([sys.executable, "-m", "tui_digest"], environ)
    terminal.until("Weeks")
    watch = Watch(terminal.pid)
    terminal.quiet(2.0)
    shown = resident(terminal.pid)
    while time.perf_counter() - watch.last_child < AT_REST:
        terminal.quiet(0.5)
    rest = resident(terminal.pid)
    watch.begin()
    for key in (b"h", b"g", b"g", b"\r", b"/"):
        terminal.press(key)
    for word in WORDS:
        for sign in word:
            terminal.press(sign.encode())
        terminal.quiet()
        for _ in word:
            terminal.press(b"\x7f")
    most = watch.most
    terminal.press(b"\x1b")
    terminal.quiet(AT_REST)
    after = resident(terminal.pid)
    watch.end()
    terminal.close()
    for what, told in (
        ("first screen", shown),
        ("at rest", rest),
        ("searching all, most", most),
        ("at rest after it", after),
        ("largest child, most", watch.children),
    ):
        print(f"  {what:20} {told}")


DERIVED = ("search.sqlite", "search-behind.bin", "orders.bin", "orders-since.bin", "likeness.bin")
"""What the house makes."""


def copied(source: Path, target: Path, left: Sequence[str]) -> None:
    """A library in another place: what is never written in place is linked, for a week's version holds its inode."""
    linked = ("library", "summary.json", "columns.bin", "likeness.bin", "orders.bin")

    def copy(file: str, other: str) -> None:
        (os.link if any(name in Path(file).parts for name in linked) else shutil.copy2)(file, other)

    ignored = shutil.ignore_patterns("place.json", "screen.bin", "backups", "*.lock", *left)
    shutil.copytree(source, target, copy_function=copy, ignore=ignored)


def main() -> None:
    """Print everything."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, default=HERE / ".data")
    parser.add_argument("--sizes", default="1700,100000")
    parser.add_argument("--kept", action="store_true", help="leave what the house made")
    args = parser.parse_args()
    print("MiB: resident, shared out, its own alone")
    for size in args.sizes.split(","):
        with tempfile.TemporaryDirectory(dir=args.home) as place:
            home = Path(place) / "home"
            copied(args.home / f"home-{size}", home, () if args.kept else DERIVED)
            print(f"\n{int(size):,} entries")
            reader(home)


if __name__ == "__main__":
    main()
