"""Papers under one key that are two, and papers under two keys that are one; marks hang on the key."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections import defaultdict
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from tui_digest.doctor.finding import Finding, some
from tui_digest.doctor.stored_files import DamagedError, read_shard
from tui_digest.errors import StoreError
from tui_digest.identity import normalise_title
from tui_digest.identity.certainty import title_is_certain

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
    from pathlib import Path

    from tui_digest.store.shards import Shard

ALIKE = 0.5
"""From this share of common letters on, two titles of one address may be one that was edited."""


class Identities:
    """The keys and titles of all entries as numbers (their hashes), sixteen bytes an entry and no more. What these
    cannot tell apart is looked at once more, in the weeks that have it."""

    def __init__(self) -> None:
        self._keys, self._papers, self._titles = array("q"), array("q"), array("q")
        """Of every entry: its key, the key that this stands for, its title; that of none is the one of no text."""
        self._weeks: dict[str, int] = {}
        """Behind which entry each week ends."""
        self._sorted: array[int] | None = None

    @property
    def entries(self) -> int:
        """How many."""
        return len(self._keys)

    def look(self, shard: Shard, aliases: Mapping[str, str]) -> None:
        """Takes in a week; `aliases` are keys that stand for others."""
        for document in shard.documents:
            key = document["key"]
            self._keys.append(hash(key))
            self._papers.append(hash(aliases.get(key, key)))
            self._titles.append(hash(normalise_title(document.get("title") or "")))
        self._weeks[shard.week] = len(self._keys)

    def __contains__(self, key: object) -> bool:
        """Whether an entry has that key."""
        if self._sorted is None:
            self._sorted = array("q", sorted(self._keys))
        place = bisect_left(self._sorted, hash(key))
        return place < len(self._sorted) and self._sorted[place] == hash(key)

    def doubtful(self) -> Iterator[tuple[str, Callable[[str, str], bool]]]:
        """The weeks with entries of which one key has several titles, or one title several keys; and what says of a key
        and a title whether they are among those."""
        keys, titles = _with_several(self._keys, self._titles), _with_several(self._titles, self._papers)
        titles.discard(_NO_TITLE)

        def asked(key: str, title: str) -> bool:
            return hash(key) in keys or hash(title) in titles

        start = 0
        for week, end in self._weeks.items():
            if not (keys.isdisjoint(self._keys[start:end]) and titles.isdisjoint(self._titles[start:end])):
                yield week, asked
            start = end


def _with_several(ones: Sequence[int], others: Sequence[int]) -> set[int]:
    """Those beside which more than one other stands, no title not counted."""
    found: set[int] = set()
    before: tuple[int, int] | None = None
    for place in sorted(range(len(ones)), key=ones.__getitem__):
        one, other = ones[place], others[place]
        if other == _NO_TITLE:
            continue
        if before is None or before[0] != one:
            before = (one, other)
        elif before[1] != other:
            found.add(one)
    return found


_NO_TITLE = hash("")


def check_identities(identities: Identities, folder: Path, aliases: Mapping[str, str]) -> Iterator[Finding]:
    """Entries whose key or title speaks against that of another entry; `folder` has the weeks."""
    titles_of: defaultdict[str, dict[str, str]] = defaultdict(dict)
    keys_of: defaultdict[str, set[str]] = defaultdict(set)
    shown: dict[str, str] = {}
    for week, asked in identities.doubtful():
        try:
            documents = read_shard(folder / f"{week}.json", week).documents
        except (DamagedError, StoreError):  # it was whole just now: the next look tells
            continue
        for document in documents:
            title: str = document.get("title") or ""
            key, normal = document["key"], normalise_title(title)
            if not normal or not asked(key, normal):
                continue
            shown.setdefault(normal, title)
            titles_of[key].setdefault(normal, title)
            keys_of[normal].add(aliases.get(key, key))
    mixed = {key: [*titles.values()] for key, titles in titles_of.items() if len(titles) > 1 and _unlike([*titles])}
    papers = {
        normal: sorted(key for key in keys if key.startswith("arxiv:"))
        for normal, keys in keys_of.items()
        if len(keys) > 1
    }
    unlike = {key: " / ".join(titles) for key, titles in mixed.items()}
    yield from _finding("doctor.identity.mixed", unlike, "doctor.fix.identity.mixed")
    several = {shown[normal]: ", ".join(keys) for normal, keys in papers.items() if len(keys) > 1}
    yield from _finding("doctor.identity.two_papers", several, "doctor.fix.identity.two_papers")
    apart = {
        shown[normal]: ", ".join(sorted(keys_of[normal]))
        for normal, keys in papers.items()
        if not keys and title_is_certain(normal)
    }
    yield from _finding("doctor.identity.apart", apart, "doctor.fix.identity.apart")


def _finding(message_id: str, cases: Mapping[str, str], fix: str) -> Iterator[Finding]:
    if cases:
        listed = [f"{name}: {others}" for name, others in cases.items()]
        details = {"n": len(cases), "names": some(listed), "cases": listed}
        yield Finding(message_id, "note", details, fix)


def _unlike(titles: Collection[str]) -> bool:
    """Whether a title is clearly another one than the shortest: it neither contains it nor has most of its letters. A
    title of a single word is taken for a nickname and does not count."""
    first, *others = sorted([title for title in titles if " " in title], key=len) or [""]
    return any(
        first not in other and SequenceMatcher(None, first, other, autojunk=False).ratio() < ALIKE for other in others
    )
