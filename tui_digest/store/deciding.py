"""What an import comes to, decided before anything is written, by comparing what is stored with what comes in."""

from __future__ import annotations

from collections import defaultdict, deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tui_digest.identity import normalise_title
from tui_digest.store.codec import Document, same_content, shown_title

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from tui_digest.store.sources import Record

STDIN = "-"

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


def settle(
    incoming: Sequence[tuple[str, str]], records: Sequence[Record], holds: Callable[[str, str], bool]
) -> list[Record | None]:
    """For every incoming (path, sha256) the record it belongs to, None where the source is new.

    The same file comes first; then the same content, where its old path no longer holds it (`holds(path, sha256)`),
    that is a move; then the same path with other content, an edit. So one text in two files is two digests.
    """
    found: list[Record | None] = [None] * len(incoming)
    claimed: set[str] = set()
    same_file: defaultdict[tuple[str, str], list[Record]] = defaultdict(list)
    same_path: defaultdict[str, list[Record]] = defaultdict(list)
    same_text: defaultdict[str, list[Record]] = defaultdict(list)
    for record in records:
        same_file[record.path, record.sha256].append(record)
        same_path[record.path].append(record)
        same_text[record.sha256].append(record)

    def free(candidates: Sequence[Record]) -> Record | None:
        """The first that no other digest of the same file has taken: they come in the order they stand in it."""
        return next((record for record in candidates if record.digest not in claimed), None)

    def moved(path: str, sha256: str) -> Record | None:
        candidates = [record for record in same_text[sha256] if record.digest not in claimed]
        if path == STDIN:
            return candidates[0] if candidates else None
        gone = (record for record in candidates if record.path == STDIN or not holds(record.path, sha256))
        return next(gone, None)

    def edited(path: str, sha256: str) -> Record | None:
        return None if path == STDIN else free(same_path[path])

    rules: tuple[Callable[[str, str], Record | None], ...] = (
        lambda path, sha256: free(same_file[path, sha256]),
        moved,
        edited,
    )
    for rule in rules:
        for number, (path, sha256) in enumerate(incoming):
            match = rule(path, sha256) if found[number] is None else None
            if match is not None and match.digest not in claimed:
                found[number] = match
                claimed.add(match.digest)
    return found


def compare(stored: Sequence[Document], incoming: Sequence[Document]) -> Comparison:
    """Matches entries by key, then by place, and counts. Where an entry only moved, it is unchanged."""
    partner = _by_key(stored, incoming)
    partner.update(_by_place(stored, incoming, partner))
    unchanged = sum(same_content(stored[old], incoming[new]) for new, old in partner.items())
    matched = set(partner.values())
    removed = tuple(shown_title(document) for old, document in enumerate(stored) if old not in matched)
    keys = ((stored[old]["key"], incoming[new]["key"]) for new, old in partner.items())
    rekeyed = tuple(pair for pair in keys if pair[0] != pair[1])
    return Comparison(len(incoming) - len(partner), len(partner) - unchanged, unchanged, removed, rekeyed)


def _by_key(stored: Sequence[Document], incoming: Sequence[Document]) -> dict[int, int]:
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
    stored: Sequence[Document], incoming: Sequence[Document], partner: dict[int, int]
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


def _different_papers(one: Document, other: Document) -> bool:
    if not (one["key"].startswith(_TELLING) and other["key"].startswith(_TELLING)):
        return False
    titles = [normalise_title(document.get("title") or "") for document in (one, other)]
    return titles[0] != titles[1] or not titles[0]
