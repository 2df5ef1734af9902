"""Papers under one key that are two, and papers under two keys that are one; marks hang on the key."""

from __future__ import annotations

from collections import defaultdict
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from tui_digest.doctor.finding import Finding, some
from tui_digest.identity import normalise_title
from tui_digest.identity.certainty import title_is_certain

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from tui_digest.store.shards import Shard

ALIKE = 0.5
"""From this share of common letters on, two titles of one address may be one that was edited."""


def check_identities(shards: Iterable[Shard], aliases: Mapping[str, str]) -> Iterator[Finding]:
    """Entries whose key or title speaks against that of another entry."""
    titles_of: defaultdict[str, dict[str, str]] = defaultdict(dict)
    keys_of: defaultdict[str, set[str]] = defaultdict(set)
    shown: dict[str, str] = {}
    for shard in shards:
        for document in shard.documents:
            title: str = document.get("title") or ""
            key, normal = document["key"], normalise_title(title)
            if not normal:
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
