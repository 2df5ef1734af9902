"""Fifty feeds with twenty thousand items, asked for the first time and again; what the network costs is left out.

usage: python benchmarks/feeds.py [--feeds 50] [--items 400] [--html]
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from tui_digest.library import Library
from tui_digest.paths import Paths
from tui_digest.settings.config import Settings
from tui_digest.sources.web.answer import Answer, Validators
from tui_digest.store.registry import Registered, adding

WORDS = "sparse memory for long contexts and the lanterns that light small models with hardly any power".split()


class Answers:
    """In place of the web: every address has a feed, and says that nothing changed where it is asked again."""

    def __init__(self, feeds: Mapping[str, bytes]) -> None:
        self._feeds = feeds
        self.endpoints = Settings().endpoints_with_defaults
        self.asked = 0

    def get(self, url: str, *, validators: Validators | None = None, **_: Any) -> Answer:
        self.asked += 1
        same = validators is not None and validators.etag == '"1"'
        body = b"" if same else self._feeds[url]
        now = datetime.now(UTC)
        return Answer(url, None, "application/rss+xml", "utf-8", body, Validators('"1"'), same, now, None)


def feed(number: int, items: int, *, html: bool) -> bytes:
    """A feed of arXiv's kind, or with posts in HTML."""
    said = []
    for n in range(items):
        title = " ".join(WORDS[(n + k) % len(WORDS)] for k in range(8)).capitalize() + f" {number}-{n}"
        text = " ".join(WORDS[(n * 7 + k * k) % len(WORDS)] for k in range(160))
        if html:
            text = f'&lt;p&gt;{text}&lt;/p&gt;&lt;p&gt;&lt;a href="https://x.example/{n}"&gt;more&lt;/a&gt;&lt;/p&gt;'
        else:
            text = f"arXiv:25{number % 12 + 1:02}.{n:05}v1 Announce Type: new Abstract: {text}"
        day = date(2025, 11, 28) - timedelta(days=n // 60)
        said.append(
            f"<item><title>{title}</title>"
            f"<link>https://arxiv.org/abs/25{number % 12 + 1:02}.{number * 400 + n:05}</link>"
            f"<guid>oai:{number}:{n}</guid><description>{text}</description>"
            "<dc:creator>Mina Seo, Jan Dvorak</dc:creator>"
            f"<pubDate>{day:%d %b %Y} 00:00:00 GMT</pubDate><category>cs.CL</category></item>"
        )
    return (
        '<?xml version="1.0"?><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel>'
        f"<title>Feed {number}</title>{''.join(said)}</channel></rss>"
    ).encode()


def timed(what: str, count: int, act: Callable[[], object]) -> None:
    """Print how long it takes."""
    begun, cpu = time.perf_counter(), time.process_time()
    act()
    took, used = time.perf_counter() - begun, time.process_time() - cpu
    print(f"{what:28} {took:6.2f} s ({used:5.2f} s of processor), {count / used:8,.0f} items/s of processor")


def main() -> None:
    """Ask them twice."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--feeds", type=int, default=50)
    parser.add_argument("--items", type=int, default=400)
    parser.add_argument("--html", action="store_true")
    asked = parser.parse_args()
    addresses = [f"https://f{n}.example/feed" for n in range(asked.feeds)]
    web = Answers({url: feed(n, asked.items, html=asked.html) for n, url in enumerate(addresses)})
    with tempfile.TemporaryDirectory() as folder:
        library = Library.open(
            Paths(*(Path(folder, name) for name in ("data", "state", "config", "cache"))), starters=False
        )
        for number, url in enumerate(addresses):
            library._store.set_all(adding(Registered(f"Feed {number}", url)))
        count = asked.feeds * asked.items
        timed(f"{asked.feeds} feeds, the first time", count, lambda: library.sources.refresh(web))
        before = _written(folder)
        timed("again, nothing new", count, lambda: library.sources.refresh(web))
        print(
            f"requests a source: {web.asked / asked.feeds:g}; written in the data folder: {_written(folder) - before}"
        )


def _written(folder: str) -> float:
    return max(path.stat().st_mtime for path in Path(folder, "data").rglob("*") if path.is_file())


if __name__ == "__main__":
    os.nice(5)
    main()
