"""What one week more costs in a library: its import with the index, and the housekeeping beside the reader after it,
each in a process of its own. What is made of the whole library should grow slower than that.

usage: python benchmarks/upkeep.py HOME…
The homes are copied, and stay as they are.
"""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from generate import PER_WEEK, entry, header
from growth import Growth, Run, run

_HOUSE = (
    "import gc; gc.disable()\n"
    "from tui_digest.library import Library; from tui_digest.library.housekeeping import do\n"
    "from tui_digest.paths import locate\n"
    "do(Library.open(locate(), starters=False).job('house'), lambda told: None, lambda: False)\n"
)
"""As the child process does it."""

BEYOND = 51_500_000
"""Number of the first entry of the week: no library has it."""


def week_more(path: Path) -> None:
    """Writes the text of a week that is newer than all others."""
    rng = random.Random(7)
    texts = [entry(rng, BEYOND + number) for number in range(PER_WEEK)]
    path.write_text("\n".join([header(-2), *texts]) + "\n", encoding="utf-8")


def upkeep(home: Path, entries: int, growth: Growth) -> None:
    """Prints what it costs in a copy of the library, and notes how that grows."""
    with tempfile.TemporaryDirectory(dir=home.parent) as place:
        other, text = Path(place) / "home", Path(place) / "week.txt"
        shutil.copytree(home, other)
        week_more(text)
        environ = {**os.environ, "TUI_DIGEST_HOME": str(other)}
        house = [sys.executable, "-c", _HOUSE]
        subprocess.run(house, env=environ, check=True)  # what was not up to date before
        took = {
            "import of one week more": run([sys.executable, "-m", "tui_digest", "import", str(text)], environ),
            "housekeeping after it": run(house, environ),
        }
    for what, each in took.items():
        _tell(what, each)
        growth.note(f"{what}, processor ms", entries, each.processor * 1e3)
        growth.note(f"{what}, MiB", entries, each.memory)


def _tell(what: str, took: Run) -> None:
    print(
        f"  {what:24} {took.seconds:6.2f} s, {took.processor:6.2f} s of all processors, "
        f"{took.memory:5.0f} MiB in the largest process"
    )


def main() -> None:
    """Every home, and how the figures grow."""
    growth = Growth()
    for home in map(Path, sys.argv[1:]):
        entries = int(home.name.rpartition("-")[2])
        print(f"\n{entries:,} entries")
        upkeep(home, entries, growth)
    print("\n".join(["", *growth.lines()]))


if __name__ == "__main__":
    main()
