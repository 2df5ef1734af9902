"""What one reads, counted: by the weeks of the digests, by one's own weeks, by tag, section, source and digest.

Papers are counted, not mentions: one that stands in a week (a digest, a source) twice counts there once. It is counted
in steps of about a millisecond, from the columns and the marks; no shard is read.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Generator, Iterable, Mapping
from datetime import date, timedelta
from pathlib import PurePath
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from tui_digest.clock import local_time
from tui_digest.models import UNDATED, week_id
from tui_digest.query import Asked, Field
from tui_digest.store.columns import SEPARATOR
from tui_digest.store.registry import is_under
from tui_digest.store.replaying import marks_since

if TYPE_CHECKING:
    from tui_digest.library.lists import Lists
    from tui_digest.library.views import Views
    from tui_digest.store.columns import DigestFacts, WeekColumns
    from tui_digest.store.mark_store import MarkStore
    from tui_digest.store.replaying import Since
    from tui_digest.store.summary import Index
    from tui_digest.text.tag_names import TagNames

T = TypeVar("T", "SourceTally", "DigestTally")

_STEP = 2_000
"""Papers that are put in their weeks in a step."""

_QUARTER = 900_000_000
"""A quarter of an hour in microseconds: in every time zone all of it is of one day."""

_DOUBT = 5
"""Papers of the average kind that are added to a digest or source before it is compared: one star among two papers
says less than ten among twenty."""


class Tally(NamedTuple):
    """Some papers, and what became of them."""

    papers: int = 0
    read: int = 0
    starred: int = 0
    left: int = 0
    """Neither read nor starred."""

    def plus(self, other: Tally) -> Tally:
        """Both together."""
        return Tally(*map(sum, zip(self, other, strict=True)))


class WeekTally(NamedTuple):
    """A week of digests."""

    week: str
    start: date | None
    """First day of the earliest digest in it; None for what has no date."""
    end: date | None
    tally: Tally


class OwnWeek(NamedTuple):
    """A week in which one read."""

    week: str
    start: date
    """Its Monday."""
    read: int
    """Papers read one by one."""
    together: int
    """Papers marked read with others by one act: a whole list, a selection, a restore."""
    starred: int


class NamedTally(NamedTuple):
    """A tag or a section."""

    name: str
    tally: Tally
    weeks: Mapping[str, Tally]
    """Only the weeks in which it is."""


class SourceTally(NamedTuple):
    """Where digests came from."""

    name: str
    """The source's name, else the folder or address."""
    kind: str
    """`source`, `folder`, `address` or `starters`."""
    digests: int
    newest: date | None
    tally: Tally


class DigestTally(NamedTuple):
    """One digest."""

    title: str
    week: str
    start: date | None
    end: date | None
    tally: Tally


class Waiting(NamedTuple):
    """A paper that was put off."""

    key: str
    title: str
    week: str
    since: int
    """Microseconds since 1970."""


class ReadingStats(NamedTuple):
    """All that was counted."""

    total: Tally
    weeks: list[WeekTally]
    """Of the digests, the oldest first, what has no date last."""
    own_weeks: list[OwnWeek]
    """The oldest first, without a gap up to today's; empty where nothing was ever read or starred."""
    tags: list[NamedTally]
    """The most frequent first; likewise below."""
    sections: list[NamedTally]
    sources: list[SourceTally]
    """The one most worth keeping first, by the share of starred papers, then of read ones; likewise below."""
    digests: list[DigestTally]
    waiting: list[Waiting]
    """The longest waiting first."""
    today: date


class Stats:
    """Counts what one reads."""

    def __init__(
        self,
        store: MarkStore,
        index: Index,
        lists: Lists,
        views: Views,
        names: TagNames | None,
        today: Callable[[], date],
    ) -> None:
        """`names` tells which spellings of tags are one."""
        self._store, self._index, self._lists, self._views = store, index, lists, views
        self._names, self._today = names, today

    def counting(self, most: int | None = None) -> Generator[None, None, ReadingStats]:
        """Counts everything, at most so many tags and sections, in steps. Raises `StoreError`."""
        counted = _Counted(self._store, self._names, self._views.sources())
        tags = [tag for tag, _ in self._lists.tags(None)[:most]]
        wanted = frozenset(tags)
        yield
        for block in self._index.blocks():
            yield from counted.add(block, wanted)
        since = yield from marks_since(self._store, ("read", "starred"))
        own_weeks = yield from _own_weeks(since, self._today())
        total = counted.all.tally
        sections = sorted(counted.sections, key=lambda name: (-counted.sections[name].tally.papers, name))
        yield
        return ReadingStats(
            total=total,
            weeks=self._weeks(counted.weeks),
            own_weeks=own_weeks,
            tags=[NamedTally(tag, counted.tags[tag].tally, counted.tags[tag].weeks) for tag in tags],
            sections=[
                NamedTally(name, counted.sections[name].tally, counted.sections[name].weeks) for name in sections[:most]
            ],
            sources=_best([each.told(origin) for origin, each in counted.origins.items()], total),
            digests=_best(counted.digests, total),
            waiting=self._waiting(),
            today=self._today(),
        )

    def _weeks(self, tallies: Mapping[str, Tally]) -> list[WeekTally]:
        known = [week for week in self._lists.weeks() if week.id in tallies]
        dated = [week for week in reversed(known) if week.id != UNDATED]
        ordered = [*dated, *(week for week in known if week.id == UNDATED)]
        return [WeekTally(week.id, week.start, week.end, tallies[week.id]) for week in ordered]

    def _waiting(self) -> list[Waiting]:
        waiting, found = self._store.waiting(), dict[str, Waiting]()
        if waiting:
            for row in self._lists.entries(None, Asked(Field("is", "later"))):
                found.setdefault(row.key, Waiting(row.key, row.title, row.week, waiting[row.key]))
        return sorted(found.values(), key=lambda each: (each.since, each.key))


class _Growing:
    """Papers that more and more are added to, each counted once."""

    def __init__(self) -> None:
        self.tally = Tally()
        self.weeks: dict[str, Tally] = {}
        self.digests = 0
        self._newest = ""
        self._seen: set[str] = set()

    def add(self, papers: Collection[str], tally_of: Callable[[Collection[str]], Tally]) -> None:
        """Some papers more."""
        new = {paper for paper in papers if paper not in self._seen}
        self._seen |= new
        self.tally = self.tally.plus(tally_of(new))

    def add_digest(self, digest: DigestFacts) -> None:
        """One digest more."""
        self.digests += 1
        self._newest = max(self._newest, digest.end or digest.start or "")

    def told(self, origin: tuple[str, str]) -> SourceTally:
        """What came of a source, an origin as `_Counted.origins` has it."""
        kind, name = origin
        return SourceTally(name, kind, self.digests, _day(self._newest), self.tally)


class _Counted:
    """What was counted so far; the weeks are added one after the other, in reading order."""

    def __init__(self, store: MarkStore, names: TagNames | None, sources: Mapping[str, str]) -> None:
        self._read, self._starred = store.chosen("read"), store.chosen("starred")
        self._own, self._names, self._sources = store.tagged, names, sources
        self.all = _Growing()
        self.weeks: dict[str, Tally] = {}
        self.tags: dict[str, _Growing] = defaultdict(_Growing)
        self.sections: dict[str, _Growing] = defaultdict(_Growing)
        self.origins: dict[tuple[str, str], _Growing] = defaultdict(_Growing)
        """Kind and name of each source, folder or address."""
        self.digests: list[DigestTally] = []

    def tally(self, keys: Collection[str]) -> Tally:
        """What became of some papers, each once."""
        read, starred = self._read, self._starred
        marks = [(key in read, key in starred) for key in keys]
        return Tally(
            len(marks), sum(one for one, _ in marks), sum(two for _, two in marks), marks.count((False, False))
        )

    def add(self, block: WeekColumns, tags: Collection[str]) -> Generator[None, None, None]:
        """One week more; of its tags those are counted."""
        keys = block.keys
        papers = set(keys)
        self.all.add(papers, self.tally)
        self.weeks[block.week] = self.tally(papers)
        yield
        row = 0
        for digest in block.digests:
            its = set(keys[row : row + digest.entries])
            row += digest.entries
            start, end = _day(digest.start), _day(digest.end)
            self.digests.append(DigestTally(digest.title or digest.path, block.week, start, end, self.tally(its)))
            origin = self.origins[self._origin(digest)]
            origin.add(its, self.tally)
            origin.add_digest(digest)
        yield
        self._put(self.tags, block.week, self._of_tags(block, keys, tags))
        yield
        of_section: dict[str, set[str]] = defaultdict(set)
        for key, name in zip(keys, str(block.packed["sections"], "utf-8").split("\n"), strict=False):
            if name:
                of_section[name].add(key)
        self._put(self.sections, block.week, of_section)
        yield

    def _put(self, growing: Mapping[str, _Growing], week: str, named: Mapping[str, set[str]]) -> None:
        for name, papers in named.items():
            growing[name].add(papers, self.tally)
            growing[name].weeks[week] = self.tally(papers)

    def _of_tags(self, block: WeekColumns, keys: list[str], tags: Collection[str]) -> Mapping[str, set[str]]:
        found: dict[str, set[str]] = defaultdict(set)
        names = self._names
        for key, text in zip(keys, block.tags, strict=False):
            of_paper: Iterable[str] = text[1:-1].split(SEPARATOR) if text else ()
            if key in self._own:
                of_paper = {*of_paper, *self._own[key]}
            for tag in of_paper if names is None else names.names(of_paper):
                if tag in tags:
                    found[tag].add(key)
        return found

    def _origin(self, digest: DigestFacts) -> tuple[str, str]:
        path = digest.path
        if digest.starter:
            return "starters", ""
        for name, address in self._sources.items():
            if is_under(address, path):
                return "source", name
        if "://" in path:
            return "address", path.partition("#")[0]
        return "folder", str(PurePath(path).parent)


def _own_weeks(since: Mapping[str, Mapping[str, Since]], today: date) -> Generator[None, None, list[OwnWeek]]:
    counts: dict[date, list[int]] = defaultdict(lambda: [0, 0, 0])
    mondays: dict[int, date] = {}
    for field, marked in since.items():
        for number, when in enumerate(marked.values(), 1):
            if when.brought:  # from another key, under which it was counted
                continue
            quarter = when.at // _QUARTER
            if (monday := mondays.get(quarter)) is None:
                day = min(local_time(when.at).date(), today)  # a clock that was wrong cannot tell when it was
                monday = mondays[quarter] = day - timedelta(days=day.weekday())
            counts[monday][2 if field == "starred" else 0 if when.alone else 1] += 1
            if not number % _STEP:
                yield
    if not counts:
        return []
    first, last = min(counts), today - timedelta(days=today.weekday())
    weeks = [first + timedelta(weeks=number) for number in range((last - first).days // 7 + 1)]
    return [OwnWeek(week_id(monday), monday, *counts.get(monday, (0, 0, 0))) for monday in weeks]


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _best(tallies: Iterable[T], total: Tally) -> list[T]:
    """The ones most worth keeping first; of equal ones in their order."""
    if not total.papers:
        return []

    def share(part: int, papers: int, of_all: int) -> float:
        return (part + _DOUBT * of_all / total.papers) / (papers + _DOUBT)

    def worth(each: T) -> tuple[float, float]:
        its = each.tally
        return share(its.starred, its.papers, total.starred), share(its.read, its.papers, total.read)

    return sorted(tallies, key=worth, reverse=True)
