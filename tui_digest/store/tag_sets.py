"""How many papers of a list have each tag, counted within the time of one key press: sets of rows, made once for a
library."""

from __future__ import annotations

from array import array
from collections import Counter, defaultdict
from functools import partial
from itertools import compress, repeat
from typing import TYPE_CHECKING

from tui_digest.store.bits import flags_of, gathering
from tui_digest.store.columns import SEPARATOR

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    from tui_digest.store.columns import WeekColumns
    from tui_digest.text.tag_names import TagNames

_OFTEN = 256
"""A tag of more than one row in so many has a set of its own; those of the others are counted row by row."""

_STEP = 4096
"""Rows of tags that are taken in one step."""


class TagSets:
    """The tags of all rows of some weeks, which are added one after the other; `repeated` are the rows whose paper
    stands in several, `keys` has the paper of each row, and `names` tells which spellings are one."""

    def __init__(self, keys: Sequence[str], repeated: int, names: TagNames | None = None) -> None:
        self._keys, self._repeated, self._names = keys, flags_of(repeated, len(keys)) if repeated else b"", names
        self._rows_of: dict[str, array[int]] = defaultdict(partial(array, "I"))
        self._doubles: dict[tuple[str, str], list[int]] = defaultdict(list)

    def add(self, block: WeekColumns, start: int) -> None:
        """One week more, which begins with that row."""
        rows_of, names, keys, repeated = self._rows_of, self._names, self._keys, self._repeated
        for row, text in enumerate(block.tags, start):
            if text:
                found = dict.fromkeys(text[1:-1].split(SEPARATOR))
                for tag in found if names is None else names.names(found):
                    rows_of[tag].append(row)
                    if repeated and repeated[row]:
                        self._doubles[tag, keys[row]].append(row)

    def finishing(self) -> Generator[None, None, None]:
        """All weeks are there: does the rest, in steps; after them `counts` can be asked."""
        rows_of, again = self._rows_of, self._doubles
        self._rows = len(self._keys)
        few = self._rows // _OFTEN
        self._often: dict[str, int] = {}
        self._seldom: list[str] = []
        self._tagged, self._numbers = array("I"), array("I")
        """The rows of the seldom tags, and which of these tags each of them has."""
        looked = 0
        for tag, rows in rows_of.items():
            if len(rows) > few:
                self._often[tag] = yield from gathering(rows)
            else:
                self._tagged += rows
                self._numbers.extend(repeat(len(self._seldom), len(rows)))
                self._seldom.append(tag)
            looked += len(rows)
            if looked > _STEP:
                looked = 0
                yield
        self._again = [(tag, tuple(rows)) for (tag, _), rows in again.items() if len(rows) > 1]
        """The rows in which one paper has one tag, where there are several."""
        self._rows_of, self._doubles = {}, {}

    def counts(self, bits: int) -> dict[str, int]:
        """How many papers of some rows have each tag; tags that none has are not there."""
        found = {tag: count for tag, rows in self._often.items() if (count := (rows & bits).bit_count())}
        flags = flags_of(bits, self._rows)
        seldom = Counter(compress(self._numbers, map(flags.__getitem__, self._tagged)))
        found.update((self._seldom[number], count) for number, count in seldom.items())
        for tag, rows in self._again:
            more = sum(map(flags.__getitem__, rows)) - 1
            if more > 0:
                found[tag] -= more
        return found
