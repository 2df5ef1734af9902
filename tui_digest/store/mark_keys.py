"""Under which keys a paper's marks may stand: its own, one that another mention gave it, and those that earlier rules
gave it, which old journals and archives hold for ever.

An earlier key that stood for one paper is that paper's; where it stood for two or three, all have what was marked, as
they had it then; where it stood for more, it cannot be told which was meant, and the mark is kept aside under the
earlier key. A decision once made stays: marks were moved by it.
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from tui_digest.store.columns import WeekColumns

MOST = 3
"""A mark under an earlier key is given to at most so many papers."""


class MarkKeys(NamedTuple):
    """Which keys stand for others in a library."""

    one: Mapping[str, str] = {}
    """A key -> the paper it stands for."""
    several: Mapping[str, Sequence[str]] = {}
    """An earlier key -> the two or three papers it stood for."""

    def of(self, key: str) -> str:
        """The paper's key."""
        return self.one.get(key, key)

    def all_of(self, keys: Iterable[str]) -> list[str]:
        """The papers that these keys stand for, each once."""
        one, several = self.one, self.several
        if not several:
            return [*dict.fromkeys([one.get(key, key) for key in keys])]
        return [*dict.fromkeys([one.get(name, name) for key in keys for name in several.get(key, (key,))])]

    def standing_for(self, papers: Collection[str]) -> set[str]:
        """All keys that these papers may be called by, their own too."""
        single = {key for key, paper in self.one.items() if paper in papers}
        known = {*papers, *single}  # an earlier key may name a paper by a key that is another's now
        return known | {key for key, several in self.several.items() if not known.isdisjoint(several)}

    def standing_in(self, keys: Collection[str]) -> list[str]:
        """Those of the keys that stand for others."""
        if len(keys) < len(self.one) + len(self.several):
            return [key for key in keys if key in self.one or key in self.several]
        return [key for table in (self.one, self.several) for key in table if key in keys]

    @property
    def stamp(self) -> int:
        """A value that differs where other keys stand for others."""
        return zlib.crc32("\n".join([*self.one, *self.several]).encode())


def names_of(aliases: Mapping[str, str], former: Mapping[str, Sequence[str]]) -> MarkKeys:
    """The keys that stand for others, from the library's aliases and from what was decided on earlier keys."""
    single = {key: aliases.get(papers[0], papers[0]) for key, papers in former.items() if len(papers) == 1}
    several = {key: papers for key, papers in former.items() if len(papers) > 1}
    return MarkKeys({**aliases, **single}, several)


def certain_aliases(aliases: Mapping[str, str]) -> dict[str, str]:
    """Those aliases whose key names one paper for certain: the earlier rules also made a title like `Paper` an
    alias."""
    from tui_digest.identity import may_be_former  # its patterns cost start-up time

    return {key: paper for key, paper in aliases.items() if not may_be_former(key)}


def former_keys(blocks: Collection[WeekColumns]) -> dict[str, list[str]]:
    """Every earlier key that no entry has today, and the papers that it stood for, `MOST` + 1 of them at most."""
    found: dict[str, list[str]] = {}
    for block in blocks:
        keys = block.keys if block.formers else ()
        for place, key in block.formers.items():
            papers = found.setdefault(key, [])
            if len(papers) <= MOST and keys[place] not in papers:
                papers.append(keys[place])
    known = {key for block in blocks if found for key in block.own_keys if key in found}
    return {key: papers for key, papers in found.items() if key not in known}


def decided(papers: Sequence[str]) -> list[str]:
    """The papers that have what was marked under an earlier key; none where they are too many."""
    return list(papers) if len(papers) <= MOST else []
