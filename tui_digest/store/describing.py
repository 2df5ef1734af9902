"""What the summary tells of all weeks together: which papers stand in several of them, and how many have each tag.

After an import of one week only that week's papers are looked for in the others: nothing else can have changed.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from tui_digest.store.columns import SEPARATOR, repeated
from tui_digest.store.rows import ordered

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from tui_digest.store.columns import WeekColumns
    from tui_digest.text.tag_names import TagNames

    Shared = dict[str, list[str]]
    """The weeks, in reading order, of every paper that stands in more than one."""

_ROWS = 50_000
"""Rows whose tags are counted together: many entries have the same."""


def shared_papers(blocks: Sequence[WeekColumns]) -> Shared:
    """The papers that stand in several weeks, from a look at all."""
    several = repeated(key for block in blocks for key in block.keys)
    return _in_several(blocks, lambda keys: {key for key in keys if hash(key) in several}) if several else {}


def shared_after(blocks: Sequence[WeekColumns], before: Shared, fresh: set[str], renamed: set[str]) -> Shared:
    """The same, from what it was before: `fresh` are the weeks that are others now, or gone, and `renamed` the keys
    that papers had then or have now, where these are others."""
    unsure = renamed.union(*(block.keys for block in blocks if block.week in fresh))
    unsure.update(key for key, weeks in before.items() if not fresh.isdisjoint(weeks))
    found = {key: weeks for key, weeks in before.items() if key not in unsure}
    return found | _in_several(blocks, unsure.intersection)


def _in_several(blocks: Sequence[WeekColumns], among: Callable[[Sequence[str]], set[str]]) -> Shared:
    """The papers of several weeks `among` the keys of each."""
    first: dict[str, str] = {}
    found: Shared = {}
    for block in blocks:
        for key in among(block.keys):
            week = first.setdefault(key, block.week)
            if week != block.week:
                found.setdefault(key, [week]).append(block.week)
    return found


def standing_again(keys: Sequence[str], shared: AbstractSet[str]) -> set[str]:
    """The papers of a week, given as its entries' `keys`, that stand there more than once or elsewhere too: `shared`
    are those of several weeks."""
    distinct = {*keys}
    again = distinct & shared if shared else set[str]()
    if len(distinct) < len(keys):
        again |= {key for key, times in Counter(keys).items() if times > 1}
    return again


def all_tags(
    blocks: Sequence[WeekColumns], shared: AbstractSet[str], names: TagNames | None = None
) -> list[tuple[str, int]]:
    """All tags, and in how many papers each is seen: the most frequent first, then by name. `shared` are the papers of
    several weeks; `names` tells which spellings are one."""
    counts: Counter[str] = Counter()
    lines: list[str] = []
    again: dict[str, list[str]] = {}
    """The tags of the papers that stand there more than once, a line a mention."""
    for block in blocks:
        tags, keys = block.tags, block.keys
        lines += tags
        if len(lines) > _ROWS:
            _count(lines, names, counts)
            lines.clear()
        if several := standing_again(keys, shared):
            for key, line in zip(keys, tags, strict=True):
                if line and key in several:
                    again.setdefault(key, []).append(line)
    _count(lines, names, counts)
    for mentions in again.values():
        if len(mentions) > 1:
            found = Counter(tag for line in mentions for tag in _tags(line, names))
            counts.subtract({tag: times - 1 for tag, times in found.items() if times > 1})
    return ordered(counts)


def tags_after(
    tags: Sequence[tuple[str, int]],
    was: tuple[Mapping[str, WeekColumns], Shared],
    now: tuple[Mapping[str, WeekColumns], Shared],
    fresh: set[str],
) -> list[tuple[str, int]]:
    """The same as `all_tags`, from what it was before: the weeks as they were and as they are now, and the papers that
    stood, or stand, in several; `fresh` are the weeks that are others now, or gone."""
    papers = {key for weeks, _ in (was, now) for week in fresh if week in weeks for key in weeks[week].keys}
    # One that stands in several now, and did not, was told of by the other week alone.
    weeks = fresh.union(*(shared[key] for _, shared in (was, now) for key in papers & shared.keys()))
    counts = Counter(dict(tags))
    counts.subtract(_counts_of(papers, [was[0][week] for week in weeks if week in was[0]]))
    counts.update(_counts_of(papers, [now[0][week] for week in weeks if week in now[0]]))
    return ordered({tag: count for tag, count in counts.items() if count})


def _counts_of(papers: set[str], blocks: Sequence[WeekColumns]) -> Mapping[str, int]:
    """How many of some papers have each tag, by whichever of their mentions."""
    found: dict[str, set[str]] = {}
    for block in blocks:
        for key, line in zip(block.keys, block.tags, strict=True):
            if line and key in papers:
                found.setdefault(key, set()).update(_tags(line, None))
    return Counter(tag for each in found.values() for tag in each)


def _count(lines: Sequence[str], names: TagNames | None, counts: Counter[str]) -> None:
    """Adds the tags of some entries."""
    for line, times in Counter(lines).items():
        for tag in _tags(line, names) if line else ():
            counts[tag] += times


def _tags(line: str, names: TagNames | None) -> set[str]:
    found = {*line[1:-1].split(SEPARATOR)}
    return found if names is None else names.names(found)
