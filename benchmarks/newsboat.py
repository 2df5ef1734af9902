"""The same texts as feeds in newsboat, where that is installed: reloading, start, `j` and its search in all feeds."""

from __future__ import annotations

import shutil
import statistics
import subprocess
import time
from itertools import pairwise
from pathlib import Path
from xml.sax.saxutils import escape

from terminal import Terminal

FEEDS = 36
"""Some 10,000 entries: with all hundred thousand, in 358 feeds, it paints nothing in a minute."""

SEARCHED = ("retrieval", "모델 학습")
"""What its search is asked for; it answers after Enter, where the reader answers every key."""


def feed_of(text: str, name: str) -> str:
    """A digest as an Atom feed of one item an entry."""
    lines = text.splitlines()
    starts = [number for number, line in enumerate(lines) if line.startswith("https://")]
    items = []
    for first, last in pairwise([*starts, len(lines)]):
        url, title, *rest = lines[first:last]
        body = escape("\n".join(rest))
        items.append(
            f"<entry><id>{url}</id><title>{escape(title)}</title><link href='{url}'/>"
            f"<updated>2023-12-30T00:00:00Z</updated><content>{body}</content></entry>"
        )
    return (
        f"<?xml version='1.0' encoding='utf-8'?><feed xmlns='http://www.w3.org/2005/Atom'><title>{name}</title>"
        f"<id>{name}</id><updated>2023-12-30T00:00:00Z</updated>{''.join(items)}</feed>"
    )


def newsboat(home: Path, texts: Path, runs: int) -> None:
    """Print its figures, or that it is not here."""
    if shutil.which("newsboat") is None:
        print("\nnewsboat: not installed, skipped")
        return
    files = ["-u", str(home / "urls"), "-c", str(home / "cache.db"), "-C", str(home / "config")]
    digests = [path.read_text(encoding="utf-8") for path in sorted(texts.glob("week-*.txt"))[:FEEDS]]
    entries = sum(text.count("\nhttps://") for text in digests)
    print(f"\nnewsboat, {entries:,} of these entries as feeds")
    if not (home / "cache.db").exists():
        home.mkdir(parents=True, exist_ok=True)
        feeds = []
        for number, text in enumerate(digests):
            feed = home / f"feed-{number:03}.xml"
            feed.write_text(feed_of(text, feed.stem), encoding="utf-8")
            feeds.append(feed.as_uri())
        (home / "urls").write_text("\n".join(feeds) + "\n", encoding="utf-8")
        (home / "config").write_text("text-width 80\n", encoding="utf-8")
        begun = time.perf_counter()
        subprocess.run(["newsboat", *files, "-x", "reload"], check=True, stdout=subprocess.DEVNULL)
        took = time.perf_counter() - begun
        print(f"  reload                {took:6.2f} s, {entries / took:,.0f} entries/s")
    times: dict[str, list[float]] = {}
    peaks = []
    environ = {"TERM": "xterm-256color", "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"}
    for _ in range(runs):
        terminal = Terminal(["newsboat", "-q", *files], environ)
        times.setdefault("first paint", []).append(terminal.until("Your feeds"))
        terminal.quiet()
        for _ in range(4):
            times.setdefault("j", []).append(terminal.press(b"j")[0])
        for needle in SEARCHED:
            terminal.press(b"/" + needle.encode())
            times.setdefault(f"search {needle}", []).append(terminal.answer(b"\r", "Search result"))
            terminal.press(b"q")
            terminal.quiet()
        peaks.append(terminal.close())
    for what, seconds in times.items():
        print(f"  {what:19} {statistics.median(seconds) * 1000:9.1f} (max {max(seconds) * 1000:8.1f}) ms")
    print(f"  peak memory         {statistics.median(peaks):9.1f} MiB")
