"""What else than tags a list can be narrowed by: the authors and the digests of its entries, with counts."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from tui_digest.store.columns import SEPARATOR
from tui_digest.store.rows import ordered

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tui_digest.store.columns import Block

Places = list[list[int]]
"""The places of a list's entries in each of its weeks."""


def author_counts(blocks: Sequence[Block], places: Places) -> list[tuple[str, int]]:
    """The authors of these entries and how many papers each has here: the most first, then by name."""
    seen: set[str] = set()
    several: set[str] = set()
    for block, chosen in zip(blocks, places, strict=True):
        for place in chosen:
            key = block.keys[place]
            (several if key in seen else seen).add(key)
    counts: Counter[str] = Counter()
    names: dict[str, set[str]] = {}
    for block, chosen in zip(blocks, places, strict=True):
        if not chosen:
            continue
        authors = str(block.packed["authors"], "utf-8").split("\n")  # not kept: few ask for authors, and they are many
        for place in chosen:
            if (key := block.keys[place]) in several:
                names.setdefault(key, set()).update(authors[place].split(SEPARATOR))
            else:
                counts.update(authors[place].split(SEPARATOR))
    for found in names.values():
        counts.update(found)
    del counts[""]
    return ordered(counts)


def digest_counts(blocks: Sequence[Block], places: Places) -> list[tuple[str, int]]:
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
