"""The reader, with a look-out: whenever its loop comes late, what it was doing is written down.

usage: LATE=FILE [LATE_MS=50] python benchmarks/late.py [ARGUMENTS OF tui-digest]
The stacks are taken by a clock of the operating system, so that also what holds the interpreter is seen.
"""

from __future__ import annotations

import asyncio
import faulthandler
import os
import sys
import time
from pathlib import Path

from tui_digest.__main__ import main

BEAT = 0.01
"""Seconds between two beats of the loop."""


async def watch() -> None:
    """Beats as long as the loop runs. A beat that is overdue writes the stacks of all threads; how late it came in the
    end is written behind them."""
    late = float(os.environ.get("LATE_MS", "50")) / 1000
    begun = time.perf_counter()
    with Path(os.environ["LATE"]).open("a", encoding="utf-8") as file:
        while True:
            faulthandler.dump_traceback_later(BEAT + late, file=file)
            before = time.perf_counter()
            await asyncio.sleep(BEAT)
            took = time.perf_counter() - before - BEAT
            if took > late:
                file.write(f"=== {took * 1000:.0f} ms late, {before - begun:.1f} s after the start\n\n")
                file.flush()


if __name__ == "__main__":
    from tui_digest.tui.screens.main import MainScreen

    mount = MainScreen.on_mount

    def on_mount(self: MainScreen) -> None:
        """Begin to watch with the screen."""
        mount(self)
        self.run_worker(watch(), group="watch")

    MainScreen.on_mount = on_mount  # type: ignore[method-assign]
    sys.exit(main())
