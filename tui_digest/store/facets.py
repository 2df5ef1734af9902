"""What else than tags a list can be narrowed by: the authors and the digests of its entries, with counts."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from tui_digest.store.columns import SEPARATOR
from tui_digest.store.rows import ordered

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tui_digest.store.columns import WeekColumns

Places = list[list[int]]
"""The places of a list's entries in each of its weeks."""


def author_counts(blocks: Sequence[WeekColumns], places: Places) -> list[tuple[str, int]]:
    """The authors of these entries and how many papers each has here: the most first, then by name."""
    mentions = Counter([block.keys[place] for block, chosen in zip(blocks, places, strict=True) for place in chosen])
    several = {key for key, n in mentions.items() if n > 1}
    counts: Counter[str] = Counter()
    names: dict[str, set[str]] = {}
    for block, chosen in zip(blocks, places, strict=True):
        if not chosen:
            continue
        lines = str(block.packed["authors"], "utf-8").split("\n")  # not kept: few ask for authors, and they are many
        keys, once = block.keys, list[str]()
        for place in chosen:
            if keys[place] in several:
                names.setdefault(keys[place], set()).update(lines[place].split(SEPARATOR))
            else:
                once.append(lines[place])
        counts.update(SEPARATOR.join(once).split(SEPARATOR))
    for found in names.values():
        counts.update(found)
    del counts[""]
    return ordered(counts)


def digest_counts(blocks: Sequence[WeekColumns], places: Places) -> list[tuple[str, int]]:
    """The digests of these entries, by title or else by path, and how many entries each has here: the newest first."""
    counts: Counter[str] = Counter()
    for block, chosen in zip(blocks, places, strict=True):
        end, digests, name = 0, iter(block.digests), ""
        for place in chosen:
            while place >= end:
                digest = next(digests)
                end, name = end + digest.entries, digest.title or digest.path
            counts[name] += 1
    return list(counts.items())
