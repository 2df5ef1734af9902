"""The search engine's figures on a library of `run.py`: typing, a letter at a time; building, changing a week, memory.

usage: python benchmarks/search.py [--home FOLDER] [--size 100000]
FOLDER is that of `run.py`; the library is only read, the index is made in a temporary folder.
"""

from __future__ import annotations

import argparse
import random
import resource
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from pathlib import Path

from generate import ENGLISH, KOREAN

from tui_digest import query
from tui_digest.library import Library
from tui_digest.paths import locate
from tui_digest.store.search import Search, WeekPart, WeekParts
from tui_digest.store.search_behind import behind_path
from tui_digest.store.shards import Shards, week_order

HERE = Path(__file__).parent

QUERIES = {
    "words": ["sparse", "retrieval", "모델", "학습", "memory", "inf"],
    "two words": ["sparse retrieval", "모델 학습", "attention 토큰"],
    "phrase": ['"sparse retrieval"', '"모델 학습"', '"결과 논문"', '"long context"', '"모델 학습 데이터"'],
    "phrase, typed": [f'"sparse {"retrieval"[:length]}"' for length in range(1, 10)],
    "not, or": ["sparse -retrieval", "-모델", "sparse OR 모델", "(sparse OR 모델) -tag:memory_1"],
    "tag": ["tag:memory_1", "#attention_0", "tag:memory_1 가정"],
    "author, title": ["author:kim", 'author:"min kim"', "title:sparse", 'title:"sparse retrieval"'],
    "arXiv id": ["arxiv:1101.12345", "1101.12345", "1901.99"],
    "initials": ["ㄱㅎㅎㅅ", "ㅁㅎ"],
    "one, two letters": ["s", "sp", "a", "모", "토"],
    "sort": ["sparse sort:title", "모델 sort:author", "sort:date", "sort:seen"],
    "marks, facts": ["is:unread", "is:starred", "has:arxiv", "seen:>=2", "week:2023-W30", "date:2023-07..2023-09"],
}
"""What is asked, by form; each is typed letter by letter."""


SCREEN = 14
"""Rows of a list of entries at 120 x 40."""


def engine(home: Path) -> dict[str, float]:
    """A keystroke's query of every form over all weeks: rows found, and tags of these rows counted. The median of each
    form, in milliseconds."""
    medians: dict[str, float] = {}
    library = Library.open(locate({"TUI_DIGEST_HOME": str(home)}), starters=False)
    library.lists.tags_of(library.lists.entries(None, query.read("warm", today=date(2024, 1, 1))))
    kept = behind_path(home / "cache" / "search.sqlite")
    kept.unlink(missing_ok=True)
    print("\nphrases, before and after the house kept what stands behind words")
    phrases(home, "before")
    library.lists.keep_orders()
    worked = time.process_time()
    library.lists.keep_behind(lambda: False)
    worked = time.process_time() - worked
    phrases(home, "after")
    if kept.exists():
        print(f"  {'keeping it':33} {worked:.1f} s of the processor, {kept.stat().st_size / 1e6:.1f} MB")
    every: list[float] = []
    alone: list[float] = []
    """Of the processor: what it would take on a machine that does nothing else."""
    counting: list[float] = []
    print("\nengine, after every key")
    print(f"  {'first screen':19} {milliseconds(first_screens(library))}")
    for kind, texts in QUERIES.items():
        times = []
        for typed_so_far in dict.fromkeys(typed(texts)):
            with suppress(query.QueryError):
                asked = query.read(typed_so_far, today=date(2024, 1, 1))
                begun, worked = time.perf_counter(), time.process_time()
                rows = library.lists.entries(None, asked)
                times.append(time.perf_counter() - begun)
                alone.append(time.process_time() - worked)
                library.lists.tags_of(rows)
                counting.append(time.process_time() - worked - alone[-1])
        every += times
        medians[kind] = statistics.median(times) * 1e3
        print(f"  {kind:19} {milliseconds(times)}")
    print(f"  {'all forms':19} {milliseconds(every)}")
    print(f"  {'processor time':19} {milliseconds(alone)}")
    print(f"  {'tags, the same':19} {milliseconds(counting)}")
    library.close()
    return medians


def phrases(home: Path, when: str) -> None:
    """Prints what of the processor phrases take, each asked of a library that was just opened and was asked for others
    before."""
    for kind in ("phrase", "phrase, typed"):
        alone = []
        for text in QUERIES[kind]:
            library = Library.open(locate({"TUI_DIGEST_HOME": str(home)}), starters=False)
            for other in ("warm", '"warm zzz"', '"graph agent"'):
                library.lists.entries(None, query.read(other, today=date(2024, 1, 1)))
            asked = query.read(text, today=date(2024, 1, 1))
            begun = time.process_time()
            library.lists.entries(None, asked)
            alone.append(time.process_time() - begun)
            library.close()
        print(f"  {f'{kind}, {when}':33} {milliseconds(alone)} of the processor")


def first_screens(library: Library) -> list[float]:
    """Processor time until a screen of the rows is known, or all are: what one waits for who types. The longest step
    between two keys is shorter still."""
    found = []
    for typed_so_far in dict.fromkeys(typed([text for texts in QUERIES.values() for text in texts])):
        with suppress(query.QueryError):
            asked, looked = query.read(typed_so_far, today=date(2024, 1, 1)), 0
            begun = time.process_time()
            for row in library.lists.preparing(None, asked):
                if row >= 2 * looked and row:
                    looked = row
                    if len(library.lists.entries(None, asked, below=row)) >= SCREEN:
                        break
            else:
                library.lists.entries(None, asked)
            found.append(time.process_time() - begun)
    return found


def layout_of(folder: Path) -> WeekParts:
    """The whole library, the newest week first."""
    shards = Shards(folder, None)
    found = shards.scan()
    weeks = sorted(found, key=week_order, reverse=True)
    return tuple(WeekPart(week, found[week], len(shards.load(week, keep=False).documents)) for week in weeks)


def typed(words: list[str]) -> Iterator[str]:
    """What stands in the box after every key."""
    for word in words:
        for length in range(1, len(word) + 1):
            yield word[:length]


def typing(rng: random.Random) -> dict[str, list[str]]:
    """Kinds of needles, by name."""
    pairs = [f"{rng.choice(KOREAN)} {rng.choice(KOREAN)}" for _ in range(12)]
    pairs += [f"{rng.choice(ENGLISH)} {rng.choice(ENGLISH)}" for _ in range(12)]
    return {
        "Korean": [*typed([rng.choice(KOREAN) for _ in range(60)])],
        "English": [*typed([rng.choice(ENGLISH) for _ in range(40)])],
        "inside a word": [word[1:-1] for word in ENGLISH if len(word) > 4],
        "an arXiv id": [*typed(["1101.12345", "1901.99012", "1501.51415"])],
        "a number": [*typed([str(rng.randrange(10000, 99999)) for _ in range(20)])],
        "initials": [*typed(["ㄱㅎㅎㅅ", "ㅁㄷ"])],
        "a phrase": pairs,
    }


def milliseconds(times: list[float]) -> str:
    """Median, 95th percentile and largest."""
    ordered = sorted(times)
    late = ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]
    return f"p50 {statistics.median(ordered) * 1e3:8.2f}  p95 {late * 1e3:8.2f}  max {ordered[-1] * 1e3:8.2f} ms"


def ask(search: Search, layout: WeekParts, needles: list[str]) -> tuple[list[float], int]:
    """Seconds that each needle took, counting included, and the median number of hits."""
    times, hits = [], []
    for needle in needles:
        begun = time.perf_counter()
        hits.append(search.rows(needle, layout).bit_count())
        times.append(time.perf_counter() - begun)
        search.rows("", layout)
    return times, round(statistics.median(hits))


def peak() -> float:
    """Most memory that this process ever had, MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    """Print everything."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, default=HERE / ".data")
    parser.add_argument("--size", type=int, default=100_000)
    args = parser.parse_args()
    folder = args.home / f"home-{args.size}" / "data" / "library"
    layout = layout_of(folder)
    entries = sum(part.entries for part in layout)
    before = peak()
    with tempfile.TemporaryDirectory() as place:
        file = Path(place) / "search.sqlite"
        search = Search(file, folder)
        begun = time.perf_counter()
        if search.update(layout):
            took = time.perf_counter() - begun
            print(f"build          {entries:,} entries, {took:.1f} s, {entries / took:,.0f} entries/s")
            print(f"size           {file.stat().st_size / 1e6:.1f} MB")
            print(f"memory         {peak() - before:.1f} MiB more while building")
        search.close()
        search = Search(file, folder)
        begun = time.perf_counter()
        search.rows("attention", layout)
        print(f"open, first    {(time.perf_counter() - begun) * 1e3:.1f} ms")
        together: list[float] = []
        for name, needles in typing(random.Random(1)).items():
            times, hits = ask(search, layout, [*dict.fromkeys(needles)])
            together += times if name != "a phrase" else []
            print(f"{name:14} {milliseconds(times)}  hits {hits:7,}")
        print(f"{'all words':14} {milliseconds(together)}")
        changed = (layout[0]._replace(stamp=(0, 0, 0)), *layout[1:])
        begun = time.perf_counter()
        if search.update(changed):
            print(f"one week       {(time.perf_counter() - begun) * 1e3:.0f} ms, {layout[0].entries} entries")
        print(f"memory         {peak() - before:.1f} MiB more in all")


if __name__ == "__main__":
    main()
