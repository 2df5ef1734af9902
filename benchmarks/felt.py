"""What one feels: types for a minute from the first paint on, while the house is kept, the search index is made and
another process imports; beside a bare Textual application that is typed into under the same load.

usage: python benchmarks/felt.py [--sizes 1700,100000] [--million] [--refresh] [--seconds 60] [--home FOLDER]
       [--late FILE]
The libraries are those of `run.py`, made where they are missing; each is copied, so that its house has to be kept.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import cycle
from pathlib import Path
from typing import NamedTuple

from generate import PER_WEEK, entry, header
from terminal import Memory, Terminal

HERE = Path(__file__).parent

READING = [b"j", b"j", b"k", b"\x04", b"s", b"j", b"\x15", b"s", b"k", b"]", b"G", b"k", b"g", b"g", b"r", b"r"]
"""Typed over and over. Each of them paints something wherever the one before it led."""

TYPING = [*(bytes([sign]) for sign in b"sparse"), *[b"\x7f"] * 6]
"""Typed into the box over and over."""

ACTS = 1_000
"""Acts in the journal that nobody folded yet."""

NEW_WEEKS = 20
"""Weeks that are imported meanwhile, each of `PER_WEEK` entries."""

P99, WORST = 20, 50
"""Milliseconds: what is wanted. The worst may be twice that of the bare application, where that is more."""


class Felt(NamedTuple):
    """Milliseconds from a key to the first byte painted, and processor seconds of the program."""

    times: list[float]
    processor: float
    memory: Memory

    def quantile(self, part: float) -> float:
        """So much of the keys were as fast."""
        return sorted(self.times)[min(len(self.times) - 1, int(part * len(self.times)))]

    @property
    def figures(self) -> dict[str, float]:
        """By name."""
        return {
            "median": statistics.median(self.times),
            "p95": self.quantile(0.95),
            "p99": self.quantile(0.99),
            "worst": max(self.times),
        }


def environ(home: Path) -> dict[str, str]:
    """Of a reader on that library."""
    return {"TUI_DIGEST_HOME": str(home), "TERM": "xterm-256color", "LANG": "C.UTF-8", "COLORTERM": "truecolor"}


def typed(
    argv: Sequence[str], home: Path, ready: str, keys: Sequence[bytes], seconds: float, first: bytes = b""
) -> Felt:
    """Start a program, and from its first paint on press one key after the other, a tenth of a second between them."""
    terminal = Terminal(argv, environ(home))
    terminal.until(ready)
    for sign in first:
        terminal.press(bytes([sign]))
    times, begun = [], time.perf_counter()
    for key in cycle(keys):
        if time.perf_counter() - begun > seconds:
            break
        times.append(terminal.press(key)[0] * 1000)
    memory, used = terminal.close_with_usage()
    return Felt(times, used, memory)


@contextmanager
def prepared(source: Path, target: Path) -> Iterator[Path]:
    """A copy of a library whose index is to be made, with acts that are to be folded and a backup that is due."""
    shutil.rmtree(target, ignore_errors=True)
    left = shutil.ignore_patterns("search.sqlite", "place.json", "backups", "journal", "marks.json")
    shutil.copytree(source, target, copy_function=os.link, ignore=left)  # no other file is ever written in place
    script = (
        "from tui_digest.paths import locate; from tui_digest.library import Library\n"
        "library = Library.open(locate()); keys = library.lists.entries(None).keys\n"
        f"for n in range({ACTS}): library.marks.star([keys[n * 7 % len(keys)]], True)\n"
    )
    subprocess.run([sys.executable, "-c", script], env={**os.environ, **environ(target)}, check=True)
    try:
        yield target
    finally:
        shutil.rmtree(target, ignore_errors=True)


def new_weeks(folder: Path) -> Path:
    """Texts that no library has yet."""
    import random

    folder.mkdir(exist_ok=True)
    rng = random.Random(7)
    for week in range(NEW_WEEKS):
        texts = [entry(rng, 1_400_000 + week * PER_WEEK + n) for n in range(PER_WEEK)]
        (folder / f"new-{week:02}.txt").write_text("\n".join([header(-1 - week), *texts]) + "\n", "utf-8")
    return folder


HOUSE = """
import os; os.nice(19)
from tui_digest.paths import locate; from tui_digest.library import Library
library = Library.open(locate()); library.fold(); library.backups.write_daily()
work = library.lists.index_work()
if work: work(lambda done, of: None, lambda: False)
"""
"""What the reader's own child does, for the application that has none."""


@contextmanager
def load(home: Path, texts: Path, seconds: float, *, house: bool) -> Iterator[None]:
    """An import in another process after a third of the time; with `house` also what the reader's own child does."""
    quiet, running = subprocess.DEVNULL, list[subprocess.Popen[bytes]]()

    def begin(*argv: str) -> None:
        command = [sys.executable, *argv]
        # In a session of its own, as from another window: Linux shares processors between sessions first, and what
        # reads the pseudo-terminal here stands for a terminal, which is in none with an import.
        own = {**os.environ, **environ(home)}
        running.append(subprocess.Popen(command, env=own, stdout=quiet, stderr=quiet, start_new_session=True))

    starts = [threading.Timer(seconds / 3, begin, ("-m", "tui_digest", "import", str(texts)))]
    if house:
        starts.append(threading.Timer(3, begin, ("-c", HOUSE)))
    for each in starts:
        each.start()
    try:
        yield
    finally:
        for each in starts:
            each.cancel()
        for process in running:
            process.kill()
            process.wait()


def show(what: str, felt: Felt) -> None:
    """One line of figures."""
    told = "  ".join(f"{name} {value:7.1f}" for name, value in felt.figures.items())
    used = f"{felt.processor:5.1f} s of processor, {felt.memory}"
    print(f"  {what:34} {len(felt.times):4} keys  {told}  {used}", flush=True)


def over(felt: Felt, bare: Felt) -> list[str]:
    """What is over what is wanted."""
    p99, worst, most = felt.quantile(0.99), max(felt.times), max(WORST, 2 * max(bare.times))
    said = [f"p99 {p99:.0f} ms of {P99}"] if p99 > P99 else []
    return said + ([f"worst {worst:.0f} ms of {most:.0f}"] if worst > most else [])


def reader(late: Path | None) -> list[str]:
    """The command that opens it; with the look-out, where that is to write down what it sees."""
    return [sys.executable, "-m", "tui_digest"] if late is None else [sys.executable, str(HERE / "late.py")]


def compare(home: Path, scratch: Path, seconds: float, late: Path | None) -> dict[str, Felt]:
    """Reader and bare application under the same load, one after the other; prints their figures."""
    found: dict[str, Felt] = {}
    programs = (
        ("bare application", [sys.executable, str(HERE / "bare.py")], "ready", [b"j"], b""),
        ("reading", reader(late), "Weeks", READING, b""),
        ("typing over all weeks", reader(late), "Weeks", TYPING, b"hgg\r/"),
    )
    texts = new_weeks(scratch / "new")
    for what, argv, ready, keys, first in programs:
        with prepared(home, scratch / "copy") as copy, load(copy, texts, seconds, house=what == "bare application"):
            found[what] = typed(argv, copy, ready, keys, seconds, first)
        show(what, found[what])
        for line in over(found[what], found["bare application"]) if what != "bare application" else ():
            print(f"    OVER THE TARGET: {line}")
    return found


FEEDS, ITEMS = 50, 400

SERVER = f"""
import sys; sys.path.insert(0, {str(HERE)!r})
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from feeds import feed
bodies = [feed(n, {ITEMS}, html=n % 2 == 0) for n in range({FEEDS})]
class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200); self.send_header("Content-Type", "application/rss+xml")
        body = bodies[int(self.path[1:])]
        self.send_header("Content-Length", str(len(body))); self.end_headers(); self.wfile.write(body)
    def log_message(self, *_): pass
server = ThreadingHTTPServer(("", 0), Handler)
print(server.server_address[1], flush=True); server.serve_forever()
"""
"""Feeds on loopback, each on a host of its own."""

ADD = (
    "import sys; from tui_digest.paths import locate; from tui_digest.library import Library\n"
    "from tui_digest.sources.opml import ListedFeed\n"
    f"feeds = [ListedFeed(f'Feed {{n}}', f'http://127.0.0.{{n + 1}}:{{sys.argv[1]}}/{{n}}') for n in range({FEEDS})]\n"
    "Library.open(locate()).sources.add_list(feeds)\n"
)


def refreshing(home: Path, scratch: Path, seconds: float, late: Path | None, rounds: int = 2) -> None:
    """Reading with and without a refresh of fifty feeds with twenty thousand items beside it, in turns."""
    serving = subprocess.Popen([sys.executable, "-c", SERVER], stdout=subprocess.PIPE, text=True)
    assert serving.stdout is not None
    try:
        port = serving.stdout.readline().strip()
        for number in range(2 * rounds):
            with prepared(home, scratch / "copy") as copy:
                subprocess.run([sys.executable, "-c", ADD, port], env={**os.environ, **environ(copy)}, check=True)
                asks = number % 2
                felt = typed(reader(late), copy, "Weeks", READING, seconds, b"R" if asks else b"")
            show("reading while feeds come in" if asks else "reading", felt)
    finally:
        serving.kill()
        serving.wait()


def growth(small: dict[str, Felt], large: dict[str, Felt], sizes: tuple[int, int]) -> None:
    """How many times a figure is what it was at the smaller size."""
    print(f"\ngrowth from {sizes[0]:,} to {sizes[1]:,} entries ({sizes[1] / sizes[0]:.0f} times as many)")
    for what, felt in large.items():
        told = "  ".join(f"{name} x {value / small[what].figures[name]:5.2f}" for name, value in felt.figures.items())
        used = felt.processor / small[what].processor
        print(
            f"  {what:34} {told}  processor x {used:5.2f}  memory x {felt.memory.peak / small[what].memory.peak:5.2f}"
        )


def main() -> None:
    """Print everything."""
    from run import build

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default="1700,100000")
    parser.add_argument("--million", action="store_true", help="also 10,000 and 1,000,000 entries, and the growth")
    parser.add_argument("--refresh", action="store_true", help="only beside a refresh of fifty feeds, and without")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--home", type=Path, default=HERE / ".data")
    parser.add_argument("--late", type=Path, help="write down here what the reader did whenever it came late")
    args = parser.parse_args()
    if args.late is not None:
        os.environ["LATE"] = str(args.late)
    sizes = sorted({*map(int, args.sizes.split(",")), *((10_000, 1_000_000) if args.million else ())})
    found = {}
    for size in sizes:
        build(args.home / f"home-{size}", args.home / f"texts-{size}", size)
        print(f"\n{size:,} entries")
        if args.refresh:
            refreshing(args.home / f"home-{size}", args.home, args.seconds, args.late)
            continue
        found[size] = compare(args.home / f"home-{size}", args.home, args.seconds, args.late)
    if len(found) > 1:
        smaller = 10_000 if 10_000 in sizes else sizes[0]
        growth(found[smaller], found[sizes[-1]], (smaller, sizes[-1]))


if __name__ == "__main__":
    main()
