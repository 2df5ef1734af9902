"""What else than tags a list can be narrowed by: the authors and the digests of its entries, counted in steps."""

from __future__ import annotations

import heapq
from collections import Counter
from itertools import islice
from typing import TYPE_CHECKING

from tui_digest.store.bits import numbers_of
from tui_digest.store.columns import SEPARATOR
from tui_digest.text.dates_in_words import is_date

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Mapping

    from tui_digest.store.columns import WeekColumns
    from tui_digest.store.rows import Rows

    Counts = list[tuple[str, int]]
    Days = tuple[str | None, str | None]

_SORTED = 2_000
"""Names that are sorted, or merged, in a step."""


def counting_authors(rows: Rows) -> Generator[None, None, Counts]:
    """The authors of a list's entries and how many papers each has here: the most first, then by name."""
    mentions: Counter[str] = Counter()
    for block, chosen in _weeks(rows):
        keys = block.keys
        mentions.update([keys[place] for place in chosen])
        yield
    several = {key for key, n in mentions.items() if n > 1}
    counts: Counter[str] = Counter()
    names: dict[str, set[str]] = {}
    for block, chosen in _weeks(rows):
        lines = str(block.packed["authors"], "utf-8").split("\n")  # not kept: few ask for authors, and they are many
        keys, once = block.keys, list[str]()
        for place in chosen:
            if keys[place] in several:
                names.setdefault(keys[place], set()).update(lines[place].split(SEPARATOR))
            else:
                once.append(lines[place])
        counts.update(SEPARATOR.join(once).split(SEPARATOR))
        yield
    for found in names.values():
        counts.update(found)
    del counts[""]
    return (yield from _in_order(counts))


def counting_digests(rows: Rows) -> Generator[None, None, Counts]:
    """The digests of a list's entries, by title or else by path, and how many entries each has: the newest first."""
    counts: Counter[str] = Counter()
    for block, chosen in _weeks(rows):
        end, digests, name = 0, iter(block.digests), ""
        for place in chosen:
            while place >= end:
                digest = next(digests)
                end, name = end + digest.entries, digest.title or digest.path
            counts[name] += 1
        yield
    return list(counts.items())


def finding_days(rows: Rows) -> Generator[None, None, dict[str, Days]]:
    """Of the digests of a list's entries whose title is nothing but a date, by that title, the ISO dates from and to
    which they tell; without those that would not be told apart by them."""
    found: dict[str, set[Days]] = {}
    for block, _ in _weeks(rows):
        for digest in block.digests:
            if is_date(digest.title):
                found.setdefault(digest.title, set()).add((digest.start, digest.end))
        yield
    one = {title: days.pop() for title, days in found.items() if len(days) == 1}
    titles = Counter(one.values())
    return {title: days for title, days in one.items() if titles[days] == 1}


def _weeks(rows: Rows) -> Iterator[tuple[WeekColumns, list[int]]]:
    """The weeks that the entries stand in, and their places there, in reading order."""
    bits, start = rows.bits, 0
    for block in rows.blocks:
        if chosen := [*numbers_of(bits >> start & (1 << len(block)) - 1)]:
            yield block, chosen
        start += len(block)


def _in_order(counts: Mapping[str, int]) -> Generator[None, None, Counts]:
    """The most frequent first, then by name."""
    left, runs = ((-count, name) for name, count in counts.items()), list[list[tuple[int, str]]]()
    while run := sorted(islice(left, _SORTED)):
        runs.append(run)
        yield
    merged, found = heapq.merge(*runs), list[tuple[str, int]]()
    while part := [(name, -count) for count, name in islice(merged, _SORTED)]:
        found += part
        yield
    return found
