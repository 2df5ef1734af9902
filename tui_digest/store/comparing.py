"""What an import comes to, decided before anything is written, by comparing what is stored with what comes in."""

from __future__ import annotations

from collections import defaultdict, deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tui_digest.identity import normalise_title
from tui_digest.store.codec import StoredFields, same_content, shown_title

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_TELLING = ("arxiv:", "doi:", "url:")
"""Kinds of key that name a paper; two different ones name two papers, unless the title says otherwise."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """How a digest's entries differ from the stored ones."""

    added: int
    updated: int
    unchanged: int
    removed: tuple[str, ...]
    """Titles of the stored entries that nothing stands for any more."""
    rekeyed: tuple[tuple[str, str], ...] = field(default=(), compare=False)
    """Old and new key of the entries that an edit made another paper's by name: a title mended, a URL added."""


def compare(stored: Sequence[StoredFields], incoming: Sequence[StoredFields]) -> Comparison:
    """Matches entries by key, then by place, and counts. Where an entry only moved, it is unchanged."""
    partner = _by_key(stored, incoming)
    partner.update(_by_place(stored, incoming, partner))
    unchanged = sum(same_content(stored[old], incoming[new]) for new, old in partner.items())
    matched = set(partner.values())
    removed = tuple(shown_title(document) for old, document in enumerate(stored) if old not in matched)
    keys = ((stored[old]["key"], incoming[new]["key"]) for new, old in partner.items())
    rekeyed = tuple(pair for pair in keys if pair[0] != pair[1])
    return Comparison(len(incoming) - len(partner), len(partner) - unchanged, unchanged, removed, rekeyed)


def _by_key(stored: Sequence[StoredFields], incoming: Sequence[StoredFields]) -> dict[int, int]:
    waiting: defaultdict[str, deque[int]] = defaultdict(deque)
    for old, document in enumerate(stored):
        waiting[document["key"]].append(old)
    partner: dict[int, int] = {}
    for new, document in enumerate(incoming):
        queue = waiting.get(document["key"])
        if queue:
            partner[new] = queue.popleft()
    return partner


def _by_place(
    stored: Sequence[StoredFields], incoming: Sequence[StoredFields], partner: dict[int, int]
) -> Iterator[tuple[int, int]]:
    """Pairs up what stands after the same matched neighbour, in order."""
    matched = set(partner.values())
    gaps: defaultdict[int, deque[int]] = defaultdict(deque)
    neighbour = -1
    for old in range(len(stored)):
        if old in matched:
            neighbour = old
        else:
            gaps[neighbour].append(old)
    neighbour = -1
    for new, document in enumerate(incoming):
        if new in partner:
            neighbour = partner[new]
            continue
        gap = gaps[neighbour]
        while gap:
            old = gap.popleft()
            if not _different_papers(stored[old], document):
                yield new, old
                break


def _different_papers(one: StoredFields, other: StoredFields) -> bool:
    if not (one["key"].startswith(_TELLING) and other["key"].startswith(_TELLING)):
        return False
    titles = [normalise_title(document.get("title") or "") for document in (one, other)]
    return titles[0] != titles[1] or not titles[0]
