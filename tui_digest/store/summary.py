"""What the first screen and the counts need of the whole library: a small derived file, and the columns behind it.

Valid as long as the shards are those it was made from; its counts, as long as the journals are. Everything here is
made again when it is missing, damaged or old, and works from memory where the cache cannot be written.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

import orjson

from tui_digest.errors import DigestError, StoreError, note, some
from tui_digest.files import Stamp, read_bytes
from tui_digest.models import Sighting, Week
from tui_digest.store.codec import day
from tui_digest.store.column_file import ColumnWriter, HeldColumns, load_blocks, open_columns, save_blocks
from tui_digest.store.columns import (
    WeekColumns,
    block_of,
    has_line,
    keep_derived,
    papers_linked,
    same_by_arxiv,
    same_titles,
    sum_of,
)
from tui_digest.store.describing import all_tags, shared_after, shared_papers, tags_after
from tui_digest.store.mark_keys import decided, former_keys, names_of
from tui_digest.store.seal import fields_of, sealed
from tui_digest.store.shards import Shards, week_order
from tui_digest.store.steps import at_once

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
    from collections.abc import Set as AbstractSet
    from pathlib import Path

    from tui_digest.store.column_file import Blocks
    from tui_digest.store.mark_keys import MarkKeys
    from tui_digest.store.mark_store import MarkStore
    from tui_digest.text.tag_names import TagNames

SUMMARY_VERSION = 3

_COUNTED = {"read": 4, "starred": 5}
_STEP = {"read": -1, "starred": 1}

_FEW, _STEPS_OF = 32, 256
"""Papers up to which each is looked for by itself; papers that are counted in a step."""


class Totals(NamedTuple):
    """Counts of the whole library, of papers and not of sightings."""

    papers: int
    unread: int
    starred: int


_NOT_COUNTED = {"": 0}
"""In the place of how far journals are counted: acts are still being taken in, so whoever reads the counts counts
anew."""


def _renamed(before: Mapping[str, str], now: Mapping[str, str]) -> set[str]:
    """All keys of the papers that got or lost one: a mark under that key is another paper's now, in all its weeks."""
    renamed = {each for pair in before.items() ^ now.items() for each in pair}
    return renamed.union([key for names in (before, now) for key, paper in names.items() if paper in renamed])


@dataclass(slots=True)
class _Summary:
    stamps: dict[str, list[int]] = field(default_factory=dict)
    marks: dict[str, int] = field(default_factory=dict)
    """How far each journal had been read when the marks were counted."""
    weeks: dict[str, list[Any]] = field(default_factory=dict)
    """[start, end, title, papers, unread, starred] a week, in reading order."""
    total: list[int] = field(default_factory=lambda: [0, 0, 0])
    """Papers, unread, starred of the whole library: a paper of two weeks counts once."""
    tags: list[tuple[str, int]] = field(default_factory=list)
    """As the digests spell them."""
    named_tags: list[tuple[str, int]] = field(default_factory=list)
    """With the spellings of one tag counted as one; `named_by` tells the name of each (see `TagNames.table`)."""
    named_by: dict[str, str] = field(default_factory=dict)
    shared: dict[str, list[str]] = field(default_factory=dict)
    """The weeks of every paper that stands in more than one."""
    aliases: dict[str, str] = field(default_factory=dict)
    former: dict[str, list[str]] = field(default_factory=dict)
    """As `Sources.former`."""
    starters: int = 0
    schema_version: int = SUMMARY_VERSION

    def check(self) -> None:
        """Raises where the file held something else."""
        tables = (self.stamps, self.marks, self.weeks, self.shared, self.aliases, self.named_by, self.former)
        rows = self.weeks.values()
        if not all(isinstance(table, dict) for table in tables) or not all(len(row) == 6 for row in rows):
            raise TypeError(tables)
        if (
            len(self.total) != 3
            or self.stamps.keys() != self.weeks.keys()
            or not all(len(row) == 2 for row in (*self.tags, *self.named_tags))
        ):
            raise ValueError(self.tags)


class Index:
    """The derived view of the library; the façade asks it for everything that is not in one week."""

    def __init__(self, cache: Path, shards: Shards, marks: MarkStore, notices: list[DigestError]) -> None:
        self._summary_file = cache / "summary.json"
        self._columns_file = cache / "columns.bin"
        self._shards = shards
        self._marks = marks
        self._notices = notices
        self._summary = _Summary()
        self._told: dict[str, tuple[list[Any], Week]] = {}
        """Each week as it was told last, with the row that it was made of."""
        self._blocks: dict[str, tuple[Stamp, WeekColumns]] | None = None
        self._held: HeldColumns | None = None
        """The columns that go with the summary, held open: others may put some in their place."""
        self._again = partial(_columns_again, shards)
        self._places: dict[str, str | None] = {}
        """The week, or one of several, of every paper that was asked for."""
        self._lost: dict[str, Stamp] = {}
        """Weeks that could not be read, and the version of the file that could not."""
        self._seen: dict[str, list[int]] | None = None
        """The weeks' versions in the summary, where the last look found just these."""
        self._made: int | None = None
        """`Shards.made` when the weeks were last as they are in the summary; None where that was just read."""
        self._misnamed = False
        """Whether papers may have names that the summary does not know."""
        self._writer: ColumnWriter | None = None
        """Has the columns of weeks that were written since these were last made to count."""
        self._unsaved = False
        self._alone: Blocks = {}
        """The columns of weeks that were read before those of all."""
        self._mentions: dict[str, list[str]] | None = None
        """Paper -> papers whose text links to it, once that was asked for."""

    @property
    def aliases(self) -> Mapping[str, str]:
        """Papers' keys that stand for another one in this library."""
        return self._summary.aliases

    def canonical(self, key: str) -> str:
        """The key that a paper's key stands for: itself, unless the library knows better."""
        return self._summary.aliases.get(key, key)

    @property
    def former(self) -> Mapping[str, list[str]]:
        """What was decided on keys of earlier rules, as `Sources.former`."""
        return self._summary.former

    @property
    def names(self) -> MarkKeys:
        """All keys that stand for others."""
        return names_of(self._summary.aliases, self._summary.former)

    @property
    def starters(self) -> int:
        """How many starter digests are in the library."""
        return self._summary.starters

    @property
    def tags(self) -> list[tuple[str, int]]:
        """All tags as the digests spell them, and their papers."""
        return [(tag, count) for tag, count in self._summary.tags]

    def named_tags(self, names: TagNames) -> list[tuple[str, int]]:
        """All tags by their names, and their papers; counted once for these names, and kept like the rest."""
        if self._summary.named_by != names.table:
            blocks, summary = self.blocks(), self._summary
            summary.named_tags, summary.named_by = all_tags(blocks, summary.shared.keys(), names), dict(names.table)
            self._unsaved = True
        return [(tag, count) for tag, count in self._summary.named_tags]

    def open(self) -> bool:
        """Reads the summary; False when it is not that of these shards and must be `renew`ed."""
        try:
            data = fields_of(read_bytes(self._summary_file) or b"")
            if data.get("schema_version") == SUMMARY_VERSION:
                found = _Summary(**data)
                found.check()
                self._summary, self._made, self._misnamed = found, None, False
        except (StoreError, ValueError, TypeError, AttributeError):
            pass  # derived: it is made again
        fresh = self.fresh()
        if fresh:
            self._hold_columns()
        return fresh

    def reread(self, aside: Index | None = None) -> bool:
        """Takes the summary that another process, or another thread, made of the shards as they are now; False where
        there is none. `aside` is one that a thread has done with: it is taken, with its columns, where it is that."""
        self._marks.settle()  # papers of which memory knows would be counted once more with the rest
        before = self._summary
        if aside is not None and aside.fresh():
            self._summary, self._blocks = aside._summary, aside._blocks
            self._made, self._misnamed = aside._made, False
            self._hold_columns()
        elif self.open():
            self._blocks = None
        else:
            self._summary = before
            return False
        for block in self.known_blocks or ():
            block.aliases = self._summary.aliases
        self._places, self._alone = {}, {}
        self._mentions = None
        self._shards.forget()
        self._marks.use_names(self.names)
        if not self.counts_stand():
            self.recount(before)
        return True

    def fresh(self) -> bool:
        """Whether the shards are those the summary was made from, and papers have the names that are known of them."""
        known = self._summary.stamps
        found = {week: stamp for week, stamp in self._shards.scan().items() if self._lost.get(week) != stamp}
        same = self._same(found)
        if same and self._shards.made != self._made:
            # weeks came and went since, as with an import that was undone: what it told of names stays
            self._misnamed = self._misnamed or self._made is not None
            self._made = self._shards.made
        self._seen = known if same and not self._misnamed else None
        return self._seen is not None

    def still_fresh(self) -> bool:
        """Whether nothing tells that this has changed since it was asked last; costs next to nothing."""
        return self._seen is self._summary.stamps and not self._shards.may_have_changed()

    def _same(self, found: Mapping[str, Stamp]) -> bool:
        known = self._summary.stamps
        return len(known) == len(found) and all(list(stamp) == known.get(week) for week, stamp in found.items())

    def renew(
        self,
        known_aliases: Mapping[str, str],
        former: Mapping[str, list[str]],
        made: Mapping[str, tuple[Stamp, WeekColumns]] = MappingProxyType({}),
    ) -> bool:
        """Brings columns and summary up to the shards as they are now; True where papers got names that were not known.
        `made` has the columns of weeks that were written just now, each with the version of its file.

        Weeks whose shard cannot be read are left out and noted. Raises `store.unreadable` for the whole folder.
        """
        self._marks.settle(told=False)
        old = load_blocks(self._columns_file, again=self._again) if self._blocks is None else self._blocks
        blocks: dict[str, tuple[Stamp, WeekColumns]] = {}
        found, before = self._shards.scan(), self._summary
        self._lost.clear()
        for week in sorted(found, key=week_order, reverse=True):
            known = made.get(week) or old.get(week)
            if known is not None and known[0] == found[week]:
                blocks[week] = known
                continue
            try:
                blocks[week] = (found[week], block_of(self._shards.load(week, keep=False), hashed=True))
            except StoreError as error:
                self._lost[week] = found[week]
                note(self._notices, error)
        columns = [block for _, block in blocks.values()]
        weeks = self._fresh_weeks(old, blocks)
        fresh = same_titles(columns, known_aliases, weeks) | same_by_arxiv(columns, known_aliases, weeks)
        aliases = dict(names_of({**known_aliases, **fresh}, former).one)
        for _, block in blocks.values():
            block.aliases = aliases
        self._blocks = blocks
        self._places, self._alone, self._mentions = {}, {}, None
        self._shards.forget()
        stamps = {week: list(stamp) for week, (stamp, _) in blocks.items()}
        self._made, self._misnamed = self._shards.made, False
        self._summary = _Summary(stamps=stamps, aliases=aliases, former=dict(former))
        self._marks.use_names(self.names)
        self._describe(before, weeks, _as_before(before, old, weeks, self._summary))
        adopted = self.adopt(self._marks)
        if not adopted:
            self.recount()
        if self._writer is None:
            save_blocks(self._columns_file, blocks, self._again)
        else:
            self._writer.finish(blocks)
        self._writer = None
        self._hold_columns()
        return adopted or bool(fresh)

    def keep_columns(self, block: WeekColumns) -> None:
        """Puts the columns of a week that was written just now into their file, from where they are read from now on:
        those of a whole import need not fit into memory. They count after `renew`."""
        if self._writer is None:
            self._writer = ColumnWriter(self._columns_file, self._again)
        self._writer.add(block)

    @contextmanager
    def keeping_columns(self) -> Iterator[None]:
        """Lets go of what `keep_columns` took where the act fails that wrote these weeks."""
        try:
            yield
        except BaseException:
            if self._writer is not None:
                self._writer.close()
            self._writer = None
            raise

    def _fresh_weeks(
        self, old: Mapping[str, tuple[Stamp, WeekColumns]], blocks: Mapping[str, tuple[Stamp, WeekColumns]]
    ) -> set[str] | None:
        """The weeks that the summary in memory does not know as they are now, and those that are gone; None where these
        are so many that all is better looked at."""
        known = self._summary.stamps
        same = {week for week, each in blocks.items() if old.get(week) is each and known.get(week) == list(each[0])}
        return {*known, *blocks} - same if 2 * len(same) > len(blocks) else None

    def adopt(self, marks: MarkStore) -> bool:
        """Decides what the keys of earlier rules mean under which something was marked, as far as the library has their
        entries; True where that was not known. What is kept aside is noted."""
        candidates = former_keys(self.blocks())
        summary = self._summary  # now: the columns may have had to be made, and with them another
        new = {key: decided(candidates[key]) for key in candidates.keys() - summary.former if marks.touches(key)}
        if not new:
            return False
        self._marks.settle(told=False)
        aside = sorted(key for key, papers in new.items() if not papers and marks.holds(key))
        if aside:
            note(self._notices, DigestError("marks.aside", names=some(aside)))
        summary.former |= new
        summary.aliases |= {key: papers[0] for key, papers in new.items() if len(papers) == 1}
        for each in {id(marks): marks, id(self._marks): self._marks}.values():
            each.use_names(self.names)
        self.recount()
        return True

    def adopt_strange(self) -> bool:
        """The same for what came into the marks in memory since that was last asked."""
        strange, self._marks.strange = self._marks.strange, set()
        if not strange:
            return False
        from tui_digest.identity import may_be_former  # its patterns cost start-up time

        return any(map(may_be_former, strange)) and self.adopt(self._marks)

    def former_papers(self, key: str) -> list[str]:
        """The papers that a key of earlier rules stood for, at most one more than a mark may be spread over."""
        return former_keys(self.blocks()).get(key, [])

    def recount(self, before: _Summary | None = None) -> None:
        """Counts unread and starred papers anew; only those of the weeks that are others than in `before`, a summary
        that kept up with the marks."""
        read, starred = self._marks.chosen("read"), self._marks.chosen("starred")
        if before is not None and before.former != self._summary.former:
            before = None  # marks went to other papers
        renamed = set() if before is None else _renamed(before.aliases, self._summary.aliases)
        for block in self.blocks():
            row = self._summary.weeks[block.week]
            same = before is not None and before.stamps.get(block.week) == self._summary.stamps[block.week]
            if before is not None and same and (not renamed or renamed.isdisjoint(block.own_keys)):
                row[3:] = before.weeks[block.week][3:]
                continue
            papers = set(block.keys)
            row[3] = len(papers)
            row[4] = len(papers) - sum(map(read.__contains__, papers))
            row[5] = sum(map(starred.__contains__, papers))
        total = [sum(row[column] for row in self._summary.weeks.values()) for column in (3, 4, 5)]
        for key, weeks in self._summary.shared.items():
            again = len(weeks) - 1
            for column, counted in enumerate((True, key not in read, key in starred)):
                total[column] -= again * counted
        self._summary.total = total
        self._unsaved = True

    def counts_stand(self) -> bool:
        """Whether nothing was marked since the summary's counts."""
        return self._summary.marks == self._marks.journal.offsets

    def counting(self, name: str, value: bool, keys: Sequence[str]) -> Generator[None, None, None]:
        """Follows a change of marks, in steps where it is one of many papers."""
        summary = self._summary
        if len(keys) > _FEW:
            yield from self._finding_places(keys)
        column, step = _COUNTED[name], _STEP[name] * (1 if value else -1)
        for number, key in enumerate(keys):
            weeks = self.weeks_of(key)
            if self._summary is not summary:  # made anew meanwhile, and the marks counted as they are by now
                return
            for week in weeks:
                summary.weeks[week][column] += step
            if weeks:  # a mark may outlive its paper
                summary.total[column - 3] += step
            if number % _STEPS_OF == _STEPS_OF - 1:
                yield
        self._unsaved = True

    def weeks(self) -> list[Week]:
        """The week list: newest first, undated last. A star changes one of thousands of weeks, and asks for them all:
        those that are as before are told again."""
        told, rows = self._told, self._summary.weeks
        weeks = []
        for name, row in rows.items():
            last = told.get(name)
            if last is None or last[0] != row:
                start, end, title, papers, unread, starred = row
                last = told[name] = (row.copy(), Week(name, day(start), day(end), title, papers, unread, starred))
            weeks.append(last[1])
        if len(told) > len(rows):
            self._told = {name: told[name] for name in rows}
        return weeks

    def totals(self) -> Totals:
        """The counts of all weeks together."""
        return Totals(*self._summary.total)

    def stamp(self, week: str) -> Stamp:
        """The version of the week's shard that all this was made from; for a week that is not there, one that no file
        has."""
        mtime, size, inode = self._summary.stamps.get(week, (0, 0, 0))
        return mtime, size, inode

    def week_ids(self) -> list[str]:
        """The weeks in reading order."""
        return list(self._summary.weeks)

    def weeks_of(self, key: str) -> Sequence[str]:
        """The weeks that the paper stands in."""
        shared = self._summary.shared.get(key)
        if shared is not None:
            return shared
        if key not in self._places:
            for shard in self._shards.loaded():  # first, for the paper on the screen is there
                if key in shard.own_keys and shard.week in self._summary.weeks:
                    return (shard.week,)
            self._find_places([key])
        week = self._places[key]
        return () if week is None else (week,)

    def held(self, keys: Iterable[str]) -> list[str]:
        """Those of some papers that the library holds, by the keys that it calls them by now, each once."""
        named = dict.fromkeys(map(self.canonical, keys))
        at_once(self._finding_places(key for key in named if key not in self._summary.shared))
        return [key for key in named if self.weeks_of(key)]

    def _find_places(self, keys: Iterable[str]) -> None:
        at_once(self._finding_places(keys))

    def _finding_places(self, keys: Iterable[str]) -> Generator[None, None, None]:
        """Looks for some papers in all weeks, at once: ten milliseconds for a million entries, where a table of all
        papers would take a second and a hundred megabytes. In steps, a week each, where they are many."""
        wanted = [key for key in dict.fromkeys(keys) if key not in self._places]
        blocks = self.blocks() if wanted else []  # first: where they have to be made, all of this is another version's
        aliases, places = self._summary.aliases, self._places
        found: dict[str, str | None] = dict.fromkeys(wanted)
        meant = {key: key for key in wanted if key not in aliases}
        if meant:
            meant |= {own: key for own, key in aliases.items() if key in meant}
        if len(wanted) <= _FEW:
            self._find_few(blocks, meant, found)
        else:
            for block in blocks if meant else ():
                for own in meant.keys() & block.own_keys:
                    found[meant[own]] = found[meant[own]] or block.week
                yield
        places |= found  # now, since who asks between two steps must not take what was not found yet for nowhere

    @staticmethod
    def _find_few(blocks: Sequence[WeekColumns], meant: dict[str, str], found: dict[str, str | None]) -> None:
        """Looks for the papers of some keys: in packed columns, which many keys make dearer than unpacking them."""
        lines = {own: own.encode() for own in meant}
        for block in blocks:
            column = block.packed["own_keys"]
            for own in [own for own, line in lines.items() if has_line(column, line)]:
                found[meant[own]] = found[meant[own]] or block.week
                del lines[own]

    def weeks_known(self, key: str) -> Sequence[str]:
        """The weeks of a paper that stands in several; nothing for all others. Costs nothing."""
        return self._summary.shared.get(key, ())

    @property
    def shared(self) -> AbstractSet[str]:
        """The papers that stand in several weeks."""
        return self._summary.shared.keys()

    @property
    def mentions_known(self) -> bool:
        """Whether the map of who mentions whom is made."""
        return self._mentions is not None

    def learning_mentions(self) -> Generator[None, None, None]:
        """Makes that map, once for these shards, a week at a time."""
        if self._mentions is not None:
            return
        found: dict[str, list[str]] = {}
        blocks, summary = self.blocks(), self._summary
        for block in blocks:
            if block.mentions:
                keys = block.keys
                for place, mentioned in block.mentions.items():
                    for key in mentioned:
                        found.setdefault(self.aliases.get(key, key), []).append(keys[place])
                yield
        if summary is self._summary:  # else the weeks were changed meanwhile
            self._mentions = found

    def mentions_of(self, key: str) -> list[str]:
        """The papers whose text links to this one, once that is known."""
        return [other for other in dict.fromkeys((self._mentions or {}).get(key, ())) if other != key]

    def mentioned_in(self, here: Sighting) -> list[str]:
        """The keys of the arXiv papers that an entry's text links to and that the library holds, once that is known."""
        if self._mentions is None:
            return []
        keys = papers_linked([link.url for link in here.entry.links])
        self._find_places(self.aliases.get(key, key) for key in keys)
        return [key for key in keys if key != here.entry.key and self.weeks_of(self.aliases.get(key, key))]

    @property
    def entries(self) -> int:
        """How many entries there are; before the columns of all weeks are in memory, how many there are at least: the
        papers of every week."""
        blocks = self.known_blocks
        return sum(row[3] for row in self._summary.weeks.values()) if blocks is None else sum(map(len, blocks))

    @property
    def known_blocks(self) -> list[WeekColumns] | None:
        """The columns of all weeks as they are in memory; None while they were not asked for."""
        return None if self._blocks is None else [block for _, block in self._blocks.values()]

    def block_of_version(self, week: str, stamp: Stamp | None) -> WeekColumns | None:
        """A week's columns, where they are kept and of that version of its file. Before those of all weeks are in
        memory it is read alone: the first screen needs one."""
        if (blocks := self._blocks) is None:
            blocks = self._alone
            if week not in blocks and self._held is not None:
                blocks |= load_blocks(self._held, again=self._again, only=week)
                if week in blocks:
                    blocks[week][1].aliases = self._summary.aliases
        at, block = blocks.get(week, (None, None))
        return block if at is not None and stamp is not None and tuple(at) == tuple(stamp) else None

    def kept_blocks(self) -> list[WeekColumns] | None:
        """The columns that go with the summary in memory, without touching that; None where others took their place."""
        if (known := self.known_blocks) is not None:
            return known
        stamps, kept = self._summary.stamps, self._load()
        whole = len(kept) == len(stamps) and all(list(at) == stamps.get(week) for week, (at, _) in kept.items())
        return [block for _, block in kept.values()] if whole else None

    def held_columns(self) -> tuple[tuple[int, int, int] | None, int]:
        """Where those columns are held open, as `HeldColumns.told`, and the checksum of the weeks' versions that they
        must be of: for another process."""
        return None if self._held is None else self._held.told, sum_of(self._summary.stamps)

    def _load(self, known: Mapping[str, tuple[Stamp, WeekColumns]] = MappingProxyType({})) -> Blocks:
        """The columns that go with the summary: those held open, or those that there are where none could be opened."""
        return load_blocks(self._held or self._columns_file, known, self._again)

    def _hold_columns(self) -> None:
        self._held = open_columns(self._columns_file)

    def load_columns(self, of: Index | None = None) -> None:
        """Reads the columns of all weeks, if they are those that go with the summary: for a thread, which holds up
        nobody while it reads a file and checks it. Those of weeks that another index (`of`) has in the same version are
        taken from there."""
        if self._blocks is None:
            known = (of._blocks if of is not None else None) or {}
            summary, kept = self._summary, self._load(known)
            same = [*kept] == [*summary.weeks] and all(
                list(stamp) == summary.stamps[week] for week, (stamp, _) in kept.items()
            )
            if same and self._summary is summary and self._blocks is None:
                for _, block in kept.values():
                    block.aliases = summary.aliases
                self._blocks = kept

    def blocks(self) -> list[WeekColumns]:
        """The columns of all weeks in reading order; they are loaded when first asked for."""
        if self._blocks is None:
            self.load_columns()
        if self._blocks is None:
            self.renew(self._summary.aliases, self._summary.former)
        assert self._blocks is not None
        return [block for _, block in self._blocks.values()]

    def save(self) -> None:
        """Keeps the summary for the next start, if anything changed; but not where weeks came or went since: who saw
        them knows more names of papers, and keeps those."""
        if self._unsaved and self._made in (None, self._shards.made_now()):
            self._summary.marks = dict(self._marks.journal.offsets) if self._marks.counted else _NOT_COUNTED
            keep_derived(self._summary_file, sealed(orjson.dumps(self._summary)))
            self._unsaved = False

    def _describe(self, before: _Summary, fresh: set[str] | None, was: dict[str, WeekColumns] | None) -> None:
        """Everything in the summary that no mark changes. `before` is the one of the weeks that are not `fresh`, where
        that is given, and `was` has their columns as they were; None where more than the weeks changed."""
        summary = self._summary
        blocks = self.blocks()
        if fresh is None:
            summary.shared = shared_papers(blocks)
        else:
            renamed = {name for pair in before.aliases.items() ^ summary.aliases.items() for name in pair}
            summary.shared = shared_after(blocks, before.shared, fresh, renamed)
        for block in blocks:
            if was is not None and fresh is not None and block.week not in fresh:
                summary.weeks[block.week] = [*before.weeks[block.week][:3], 0, 0, 0]
                continue
            first = min((each.start for each in block.digests if each.start), default=None)
            last = max((end for each in block.digests if (end := each.end or each.start)), default=None)
            weekly = [each for each in block.digests if each.weekly]
            # where another digest is of other days the name would belie those of the row
            agree = all((each.start, each.end) == (first, last) for each in weekly)
            title = weekly[0].title if weekly and agree else None
            summary.weeks[block.week] = [first, last, title, 0, 0, 0]
            summary.starters += _starters(block)
        if was is None or fresh is None:
            summary.tags = all_tags(blocks, summary.shared.keys())
        else:
            summary.starters += before.starters - sum(_starters(was[week]) for week in fresh if week in was)
            now = {block.week: block for block in blocks}
            summary.tags = tags_after(before.tags, (was, before.shared), (now, summary.shared), fresh)


def _starters(block: WeekColumns) -> int:
    return sum(each.starter for each in block.digests)


def _as_before(before: _Summary, old: Blocks, fresh: set[str] | None, now: _Summary) -> dict[str, WeekColumns] | None:
    """The columns that a summary was made of, where those of the weeks that are `fresh` now are still there, and papers
    have the names that they had."""
    if fresh is None or (before.aliases, before.former) != (now.aliases, now.former):
        return None
    stamps = before.stamps
    if any(week in stamps and (week not in old or stamps[week] != list(old[week][0])) for week in fresh):
        return None
    was = {week: block for week, (_, block) in old.items() if week in stamps}
    for block in was.values():
        block.aliases = now.aliases
    return was


def _columns_again(shards: Shards, week: str) -> WeekColumns:
    return block_of(shards.load(week, keep=False), hashed=True)
