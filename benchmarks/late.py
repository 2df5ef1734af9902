"""The reader, with a look-out: whenever its loop comes late, what it was doing is written down.

usage: LATE=FILE [LATE_MS=50] [BUSY_MS=15] python benchmarks/late.py [ARGUMENTS OF tui-digest]
Late is by the clock, whoever held it up: its stacks are taken by a clock of the operating system, so that also what
holds the interpreter is seen. Busy is a step of the loop that took so much of the processor, however busy others are.
"""

from __future__ import annotations

import asyncio
import faulthandler
import os
import signal
import sys
import time
import traceback
from pathlib import Path
from types import FrameType
from typing import TextIO

from tui_digest.__main__ import main
from tui_digest.tui.screens.main import MainScreen

BEAT = 0.01
"""Seconds between two beats of the loop."""
LATE = float(os.environ.get("LATE_MS", "50")) / 1000
BUSY = float(os.environ.get("BUSY_MS", "15")) / 1000


async def watch(file: TextIO) -> None:
    """Beats as long as the loop runs. A beat that is overdue writes the stacks of all threads; how late it came in the
    end is written behind them."""
    begun = time.perf_counter()
    while True:
        faulthandler.dump_traceback_later(BEAT + LATE, file=file)
        before = time.perf_counter()
        await asyncio.sleep(BEAT)
        took = time.perf_counter() - before - BEAT
        if took > LATE:
            file.write(f"=== {took * 1000:.0f} ms late, {before - begun:.1f} s after the start\n\n")
            file.flush()


def watch_steps(file: TextIO) -> None:
    """Has every step of the loop timed by the processor's time; a long one is written down, with where it was then."""
    step, begun, seen = asyncio.Handle._run, time.perf_counter(), list[str]()

    def look(_: int, frame: FrameType | None) -> None:
        seen.append("".join(traceback.format_stack(frame)[-8:]))

    def timed(self: asyncio.Handle) -> None:
        seen.clear()
        signal.setitimer(signal.ITIMER_PROF, BUSY)
        before = time.thread_time()
        step(self)
        took = time.thread_time() - before
        signal.setitimer(signal.ITIMER_PROF, 0)
        if took > BUSY:
            where = seen[0] if seen else repr(self) + "\n"
            file.write(f"{where}=== {took * 1000:.0f} ms busy, {time.perf_counter() - begun:.1f} s after the start\n\n")
            file.flush()

    signal.signal(signal.SIGPROF, look)
    asyncio.Handle._run = timed  # type: ignore[method-assign]


if __name__ == "__main__":
    mount, where = MainScreen.on_mount, Path(os.environ["LATE"])
    late, busy = where.open("a", encoding="utf-8"), where.with_name(f"{where.name}.busy").open("a", encoding="utf-8")

    def on_mount(self: MainScreen) -> None:
        """Begin to watch with the screen."""
        mount(self)
        self.run_worker(watch(late), group="watch")
        watch_steps(busy)

    MainScreen.on_mount = on_mount  # type: ignore[method-assign]
    sys.exit(main())
