"""One command for the figures: makes libraries of 1.7k, 10k and 100k entries, and times imports, the search engine and
the reader on each beside a bare Textual application (and beside newsboat where that is installed), in one run. In the
end it says by which factor each figure grows from 10,000 entries on.

usage: python benchmarks/run.py [--sizes 1700,10000,100000] [--runs 7] [--home FOLDER] [--imports]
"""

from __future__ import annotations

import argparse
import compileall
import os
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from generate import generate
from growth import LEAST, Growth, run
from newsboat import newsboat
from search import engine
from terminal import Terminal
from upkeep import upkeep

HERE = Path(__file__).parent
GROWTH = Growth()


def build(home: Path, texts: Path, entries: int) -> None:
    """Import the texts into a home of their own, unless that was done before, and once more; print the speed."""
    if (home / "data").is_dir():
        return
    if not texts.is_dir():
        generate(texts, entries)
    command, environ = [sys.executable, "-m", "tui_digest", "import", str(texts)], {**os.environ}
    environ["TUI_DIGEST_HOME"] = str(home)
    for what, took in (("import", run(command, environ)), ("import again", run(command, environ))):
        print(
            f"{what:12} {entries:9,} entries, the command with index: {took.seconds:6.2f} s, "
            f"{entries / took.seconds:8,.0f} entries/s, {took.processor:6.2f} s of all processors, "
            f"{took.memory:4.0f} MiB"
        )
        GROWTH.note(f"{what}, microseconds an entry", entries, took.seconds / entries * 1e6)
        GROWTH.note(f"{what}, processor microseconds an entry", entries, took.processor / entries * 1e6)
        GROWTH.note(f"{what}, MiB of the largest process", entries, took.memory)
    if entries >= 10_000:
        parts(home, texts, entries)


def parts(home: Path, texts: Path, entries: int) -> None:
    """The parts of an import, one after the other and by the clock: parsing; the store's part, with what is made of the
    index along the way; the rest of the index."""
    again = home.with_name(home.name + "-again")
    environ = {**os.environ, "TUI_DIGEST_HOME": str(again)}
    run = subprocess.run(
        [sys.executable, str(HERE / "parts.py"), str(texts)], env=environ, check=True, capture_output=True
    )
    shutil.rmtree(again)
    parsing, storing, index = map(float, run.stdout.split())
    rows = (("parsing", parsing), ("deciding, writing", storing), ("rest of the index", index))
    for what, seconds in rows:
        GROWTH.note(f"{what}, microseconds an entry", entries, seconds / entries * 1e6)
        print(f"  {what:19} {seconds:6.2f} s, {entries / seconds:8,.0f} entries/s")


def median_ms(values: list[float]) -> str:
    """Median and largest, in milliseconds."""
    return f"{statistics.median(values) * 1000:7.1f} (max {max(values) * 1000:6.1f})"


def bare() -> float:
    """One first paint of the bare application."""
    terminal = Terminal([sys.executable, str(HERE / "bare.py")], {"TERM": "xterm-256color", "COLORTERM": "truecolor"})
    seconds = terminal.until("ready")
    terminal.close()
    return seconds


EVENTS = 50_000
"""Acts in the journal of the library that was read for years."""


def mark(fresh: Path, home: Path) -> None:
    """The same library after years of reading: thousands of acts, folded and in the journal."""
    if (home / "data").is_dir():
        return
    shutil.copytree(fresh, home, copy_function=os.link)  # no file of the store is ever written in place
    script = (
        "import sys; from tui_digest.library import Library; from tui_digest.paths import locate\n"
        "library = Library.open(locate())\n"
        "keys = list(library.lists.entries(None).keys)\n"
        f"for n in range({EVENTS}):\n"
        "    (library.marks.star if n % 5 == 0 else library.marks.mark_read)([keys[(n * 7) % len(keys)]], True)\n"
        "library.close()\n"
    )
    environ = {**os.environ, "TUI_DIGEST_HOME": str(home)}
    subprocess.run([sys.executable, "-c", script], env=environ, check=True)


KEYS = (
    ("j", b"j", b""),
    ("page down", b"\x04", b""),
    ("k", b"k", b""),
    ("open a 20 KB entry", b"G", b"k"),
    ("star", b"s", b""),
)
"""Name, the key that is timed, and the one that goes back for the next time."""


def reader(home: Path, runs: int, entries: int, name: str = "") -> None:
    """First paint, keys and memory of the reader on one library; the bare application takes turns with it, for
    the machine's own speed may change while this runs."""
    environ = {"TUI_DIGEST_HOME": str(home), "TERM": "xterm-256color", "LANG": "C.UTF-8", "COLORTERM": "truecolor"}
    starts: list[float] = []
    ratios: list[float] = []
    memory: list[float] = []
    keys: dict[str, list[float]] = {}
    painted: dict[str, list[int]] = {}
    for number in range(runs + 1):
        (home / "state" / "place.json").unlink(missing_ok=True)  # each run begins on the first entry
        baseline = bare()
        terminal = Terminal([sys.executable, "-m", "tui_digest"], environ)
        start = terminal.until("Weeks")
        terminal.quiet()
        for what, key, back in KEYS:
            for _ in range(4):
                first, size = terminal.press(key)
                if back:
                    terminal.press(back)
                if number:  # the first run warms the caches
                    keys.setdefault(what, []).append(first)
                    painted.setdefault(what, []).append(size)
        peak = terminal.close()
        if number:
            starts.append(start)
            ratios.append(start / baseline)
            memory.append(peak)
    print(f"\n{name or f'{entries:,} entries'}")
    print(f"  first paint         {median_ms(starts)} ms, {statistics.median(ratios):.2f} x the bare application")
    if not name:
        GROWTH.note("first paint, x the bare application", entries, statistics.median(ratios))
        GROWTH.note("reader, MiB", entries, statistics.median(memory))
        for what, times in keys.items():
            GROWTH.note(f"{what}, ms", entries, statistics.median(times) * 1e3)
            GROWTH.note(f"{what}, bytes", entries, statistics.median(painted[what]))
    for what, times in keys.items():
        print(f"  {what:19} {median_ms(times)} ms, {statistics.median(painted[what]):6,.0f} bytes")
    for line in over_budget(painted):
        print(f"  OVER THE BUDGET OF BYTES: {line}")
    print(f"  peak memory         {statistics.median(memory):7.1f} MiB")


BUDGET = {"j": 4000, "page down": 6000, "open a 20 KB entry": 8000, "star": 1000}
"""Bytes that a key may have painted at 120 x 40, for whoever reads over a slow line. Textual's own way of writing took
11,400, 11,400, 30,000 and 10,100."""


def over_budget(painted: dict[str, list[int]]) -> list[str]:
    """What painted more than it may."""
    medians = {what: statistics.median(sizes) for what, sizes in painted.items()}
    return [f"{what}: {medians[what]:,.0f} of {most:,}" for what, most in BUDGET.items() if medians[what] > most]


WORDS = (
    "sparse retrieval",
    "모델 학습",
    '"long context"',
    "memory -cache",
    "tag:memory_1 가정",
    "author:kim",
    "1101.12",
    "sparse sort:title",
)
"""What is typed into the box over all weeks."""


def again(home: Path, runs: int, entries: int) -> None:
    """From the start to the last screen, which is shown before the app is loaded, and to the first paint of the app
    over it, which then writes nothing but where the cursor goes."""
    environ = {"TUI_DIGEST_HOME": str(home), "TERM": "xterm-256color", "LANG": "C.UTF-8", "COLORTERM": "truecolor"}
    shown: list[float] = []
    painted: list[float] = []
    for number in range(runs + 2):
        terminal = Terminal([sys.executable, "-m", "tui_digest"], environ)
        seconds = terminal.until("Weeks")
        if number > 1:  # the first run takes note of what came in, the second leaves a screen
            shown.append(seconds)
            painted.append(terminal.until("\x1b[40;1H"))
        terminal.quiet()
        terminal.close()
    GROWTH.note("last screen, ms", entries, statistics.median(shown) * 1e3)
    GROWTH.note("the app over it, ms", entries, statistics.median(painted) * 1e3)
    print("\nstarted again where one left")
    print(f"  last screen         {median_ms(shown)} ms")
    print(f"  the app over it     {median_ms(painted)} ms")


def typing(home: Path, runs: int, entries: int) -> None:
    """Key to first paint while a query is typed, and of switching views, over all weeks of one library."""
    environ = {"TUI_DIGEST_HOME": str(home), "TERM": "xterm-256color", "LANG": "C.UTF-8", "COLORTERM": "truecolor"}
    times: dict[str, list[float]] = {}
    every: list[float] = []
    peak = 0.0
    for _ in range(runs):
        (home / "state" / "place.json").unlink(missing_ok=True)
        terminal = Terminal([sys.executable, "-m", "tui_digest"], environ)
        terminal.until("Weeks")
        for key in (b"h", b"g", b"g", b"\r", b"/"):
            terminal.press(key)
        for word in WORDS:
            terminal.quiet()
            seconds = [terminal.press(sign.encode())[0] for sign in word]
            times.setdefault(word, []).extend(seconds)
            every += seconds
            for _ in word:
                terminal.press(b"\x7f")
        terminal.press(b"\x1b")
        terminal.quiet()
        for view in (b"u", b"a", b"s", b"a"):
            terminal.press(b"v")
            times.setdefault("switch view", []).append(terminal.press(view)[0])
        peak = max(peak, terminal.close())
    print("\ntyping over all weeks")
    for what, seconds in times.items():
        GROWTH.note(f"typing {what}, ms", entries, statistics.median(seconds) * 1e3)
        print(f"  {what:19} {median_ms(seconds)} ms")
    GROWTH.note("typing, MiB", entries, peak)
    print(f"  all keys            {median_ms(every)} ms")
    print(f"  peak memory         {peak:7.1f} MiB")


def indexing(home: Path, entries: int) -> None:
    """Memory, and keys, while the index is made beside the reader."""
    other = home.with_name(home.name + "-indexing")
    shutil.copytree(home, other, copy_function=os.link, ignore=shutil.ignore_patterns("search.sqlite", "place.json"))
    environ = {"TUI_DIGEST_HOME": str(other), "TERM": "xterm-256color", "LANG": "C.UTF-8", "COLORTERM": "truecolor"}
    terminal = Terminal([sys.executable, "-m", "tui_digest"], environ)
    terminal.until("Weeks")
    begun = time.perf_counter()
    for key in (b"h", b"g", b"g", b"\r", b"/"):
        terminal.press(key)
    times: list[float] = []
    while not (other / "cache" / "search.sqlite").exists() and time.perf_counter() - begun < 180:
        times += [terminal.press(sign)[0] for sign in (b"s", b"p", b"\x7f", b"\x7f")]
    took = time.perf_counter() - begun
    terminal.quiet()
    peak = terminal.close()
    shutil.rmtree(other)
    GROWTH.note("key while the index is made, ms", entries, statistics.median(times) * 1e3)
    GROWTH.note("reader while the index is made, MiB", entries, peak)
    print("\nwhile the index is made beside the reader")
    print(f"  key to first paint  {median_ms(times)} ms over {took:.0f} s")
    print(f"  peak memory         {peak:7.1f} MiB")


def main() -> None:
    """Print everything."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default="1700,10000,100000")
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--home", type=Path, default=HERE / ".data")
    parser.add_argument("--imports", action="store_true", help="nothing but the imports")
    args = parser.parse_args()
    compileall.compile_dir(HERE.parent / "tui_digest", quiet=1)  # as the set-up does
    sizes = [int(size) for size in args.sizes.split(",")]
    for size in sizes:
        build(args.home / f"home-{size}", args.home / f"texts-{size}", size)
    if not args.imports:
        figures(args.home, sizes, args.runs)
    print("\ngrowth")
    print("\n".join(GROWTH.lines()))


def figures(home: Path, sizes: Sequence[int], runs: int) -> None:
    """Everything but the imports."""
    for size in sizes:
        reader(home / f"home-{size}", runs, size)
    for size in [size for size in sizes if size >= LEAST]:
        print(f"\nof {size:,} entries")
        for form, value in engine(home / f"home-{size}").items():
            GROWTH.note(f"engine, {form}, ms", size, value)
        again(home / f"home-{size}", runs, size)
        typing(home / f"home-{size}", min(3, runs), size)
        indexing(home / f"home-{size}", size)
        upkeep(home / f"home-{size}", size, GROWTH)
    newsboat(home / f"newsboat-{sizes[-1]}", home / f"texts-{sizes[-1]}", min(3, runs))
    marked = home / f"home-{sizes[-1]}-marked"
    mark(home / f"home-{sizes[-1]}", marked)
    reader(marked, runs, sizes[-1], f"{sizes[-1]:,} entries and {EVENTS:,} acts")


if __name__ == "__main__":
    main()
