"""The terms of a query that columns answer: which rows have a tag, a day, a digest. Found a week at a time."""

from __future__ import annotations

from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

from tui_digest.models import UNDATED
from tui_digest.query import Dates, Numbers, Weeks, within
from tui_digest.store.bits import RowBits, bits_from, bits_of
from tui_digest.store.columns import ABSTRACT, LINKS, SEPARATOR
from tui_digest.store.steps import at_once
from tui_digest.text.matching import fold, holds, searchable, spaced

if TYPE_CHECKING:
    import re
    from collections.abc import Callable, Generator, Iterator, Mapping, Sequence

    from tui_digest.query import Field
    from tui_digest.store.columns import DigestFacts, WeekColumns
    from tui_digest.store.paper_keys import PaperKeys

    RowSteps = Generator[None, None, int]
    """Steps, and the rows that were found."""


class ColumnTerms:
    """Terms over the rows of some weeks: `blocks`, of which each begins at a row of `starts`."""

    def __init__(
        self,
        blocks: Sequence[WeekColumns],
        starts: Sequence[int],
        keys: PaperKeys,
        digests_of: Callable[[], Mapping[str, int]],
    ) -> None:
        """`digests_of` tells of the papers that are in several digests of the whole library in how many."""
        self._blocks, self._starts, self._keys, self._digests_of = blocks, starts, keys, digests_of
        self._kept: dict[Field, int] = {}
        self._folded_tags: list[str] = []
        self._seen: dict[int, int] | None = None

    def rows(self, leaf: Field) -> int:
        """The rows that are asked for; at once where that was asked before."""
        return at_once(self.finding(leaf))

    def finding(self, leaf: Field) -> RowSteps:
        """The same in steps."""
        if leaf not in self._kept:
            self._kept[leaf] = yield from self._finding(leaf)
        return self._kept[leaf]

    @cached_property
    def votes(self) -> dict[int, int]:
        """The votes of the rows that have some."""
        return {
            start + place: votes
            for block, start in zip(self._blocks, self._starts, strict=False)
            for place, votes in block.votes.items()
        }

    @property
    def seen(self) -> dict[int, int]:
        """In how many digests a row's paper is, for those that are in several."""
        return at_once(self._finding_seen())

    # -- each field ----------------------------------------------------------------------------------------------

    def _finding(self, leaf: Field) -> RowSteps:
        value = leaf.value
        if leaf.name == "tag":
            return (yield from self._tagged(fold(str(value))))
        if leaf.name == "arxiv":
            from tui_digest.identity import arxiv_key  # its patterns cost time, and words need none

            return self._keys.rows_in("", {arxiv_key(str(value))})
        if leaf.name == "has":
            return (yield from self._having(str(value)))
        if leaf.name == "week":
            return (yield from self._by_week(lambda block: _all_of(block) if _in_weeks(block.week, value) else 0))
        if leaf.name == "section":
            wanted = fold(str(value))
            pattern = spaced(wanted)
            return (yield from self._by_week(lambda block: _standing(wanted, block.folded("sections"), pattern)))
        if leaf.name == "author=":
            wanted = searchable(str(value))
            return (yield from self._by_week(lambda block: _written_by(wanted, block)))
        if isinstance(value, Dates):
            return (yield from self._days(leaf.name, value))
        if isinstance(value, Numbers):
            if leaf.name == "seen":
                seen = yield from self._finding_seen()
                several = bits_of([row for row, times in seen.items() if within(times, times, *value)])
                return several | (~bits_of([*seen]) if within(1, 1, *value) else 0)
            return bits_of([row for row, votes in self.votes.items() if within(votes, votes, *value)])
        return self._digests(_digests_asked_for(leaf.name, str(value)))

    def _tagged(self, tag: str) -> RowSteps:
        while len(self._folded_tags) < len(self._blocks):  # of another query, too, between two steps
            self._folded_tags.append(self._blocks[len(self._folded_tags)].folded("tags"))
            yield
        wanted, found = f"{SEPARATOR}{tag}{SEPARATOR}", RowBits(self._starts[-1])
        for start, tags in zip(self._starts, self._folded_tags, strict=False):
            if wanted in tags:
                found.add(start, bits_of([*lines_with(wanted, tags)]))
            yield
        return found.bits

    def _by_week(self, lines_of: Callable[[WeekColumns], int]) -> RowSteps:
        """The rows of the lines of each week."""
        found = RowBits(self._starts[-1])
        for start, block in zip(self._starts, self._blocks, strict=False):
            found.add(start, lines_of(block))
            yield
        return found.bits

    def _having(self, what: str) -> RowSteps:
        if what == "arxiv":
            return (yield from self._by_week(lambda block: bits_from([key[:6] == "arxiv:" for key in block.keys])))
        wanted = ABSTRACT if what == "abstract" else LINKS
        return (yield from self._by_week(lambda block: bits_from([flags & wanted for flags in block.flags])))

    def _days(self, name: str, span: Dates) -> RowSteps:
        """The rows whose digest's days, or whose paper's day, are in the span."""
        if name in ("date", "added"):
            return self._digests(lambda digest: _in_time(digest, name, span))
        # No day is 0, and `date.min` is 1.
        first, last = (span.first or date.min).toordinal(), (span.last or date.max).toordinal()
        return (yield from self._by_week(lambda block: bits_from([first <= day <= last for day in block.days(name)])))

    def _digests(self, wanted: Callable[[DigestFacts], bool]) -> int:
        found = RowBits(self._starts[-1])
        for row, digest in digest_rows(self._blocks):
            if wanted(digest):
                found.add(row, (1 << digest.entries) - 1)
        return found.bits

    def _finding_seen(self) -> Generator[None, None, dict[int, int]]:
        if self._seen is None:
            times, seen = self._digests_of(), dict[int, int]()
            for start, block in zip(self._starts, self._blocks if times else (), strict=False):
                keys = block.keys
                if not times.keys().isdisjoint(keys):
                    seen.update((row, times[key]) for row, key in enumerate(keys, start) if key in times)
                yield
            self._seen = seen
        return self._seen


def digest_rows(blocks: Sequence[WeekColumns]) -> Iterator[tuple[int, DigestFacts]]:
    """Every digest, and its first row."""
    row = 0
    for block in blocks:
        for digest in block.digests:
            yield row, digest
            row += digest.entries


def lines_with(wanted: str, column: str) -> Iterator[int]:
    """The numbers of the lines in which a text stands."""
    line = end = 0
    place = column.find(wanted)
    while place >= 0:
        line += column.count("\n", end, place)
        yield line
        end = column.find("\n", place)
        place = column.find(wanted, end) if end >= 0 else -1


def _all_of(block: WeekColumns) -> int:
    return (1 << len(block)) - 1


def _in_weeks(week: str, value: object) -> bool:
    return (week != UNDATED and within(week, week, *value)) if isinstance(value, Weeks) else week == value


def _standing(wanted: str, column: str, pattern: re.Pattern[str] | None) -> int:
    """The lines in which a text stands, or in which a pattern finds something."""
    found = bits_of([*lines_with(wanted, column)]) if wanted in column else 0
    if pattern is not None and pattern.search(column):
        found |= bits_from(map(pattern.search, column.split("\n")))
    return found


def _written_by(author: str, block: WeekColumns) -> int:
    """The lines that an author of just this (folded) name wrote."""
    authors = fold(str(block.packed["authors"], "utf-8"))  # not kept: few ask, and it is much
    if author not in authors:
        return 0
    return bits_of(
        [place for place, line in enumerate(authors.split("\n")) if author in line and author in line.split(SEPARATOR)]
    )


def _digests_asked_for(name: str, value: str) -> Callable[[DigestFacts], bool]:
    if name == "source":
        from tui_digest.store.registry import is_under

        return lambda digest: bool(value) and is_under(value, digest.path)
    wanted = searchable(value)
    if name == "digest=":
        return lambda digest: wanted in (searchable(digest.title), searchable(digest.path))
    return lambda digest: holds(searchable(digest.title), wanted) or holds(searchable(digest.path), wanted)


def _in_time(digest: DigestFacts, name: str, span: Dates) -> bool:
    first, last = (digest.added, None) if name == "added" else (digest.start, digest.end)
    low, high = (None if day is None else day.isoformat() for day in span)
    return first is not None and within(first, last or first, low, high)
