"""Brings digests into the library: decide with nothing written, then one write a week.

The record of the sources is written first, so that an import cut short at any point is completed by the next
one; digests on their way to another week are noted there until they have arrived.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, NamedTuple, overload

from tui_digest.errors import DigestError, StoreError, note
from tui_digest.files import LOST
from tui_digest.identity import place_of, placed, unplaced
from tui_digest.models import Digest, ParsedDigest, SourceReport
from tui_digest.store.codec import ENTRY_FIELDS, StoredFields, day, entry_document, shown_title, week_of
from tui_digest.store.comparing import Comparison, compare
from tui_digest.store.following import Following, rekeyed
from tui_digest.store.learned import LearnedStore
from tui_digest.store.pairing import STDIN, Arrival, Telling, holds_text, names_on_record, settle
from tui_digest.store.replaced import Image
from tui_digest.store.shards import OPEN_SHARDS, Shard, Shards, StoredDigest
from tui_digest.store.sources import Record, Sources, load_sources, record_of
from tui_digest.store.spool import facts_of
from tui_digest.store.week_writing import write_weeks

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator
    from datetime import date

    from tui_digest.files import Stamp
    from tui_digest.paths import Paths
    from tui_digest.store.columns import WeekColumns
    from tui_digest.store.corrections import Corrections
    from tui_digest.store.events import Part
    from tui_digest.store.reshaping import Text
    from tui_digest.store.spool import Spooled
    from tui_digest.store.week_writing import Helpers

    Keep = Callable[[Image], None]


@dataclass(frozen=True, slots=True)
class Incoming:
    """One source that was read."""

    path: str
    sha256: str
    parsed: ParsedDigest
    text: Callable[[], Text | None] = lambda: None
    """Reads the text of the source once more, for what was joined and split in it by hand; None where that is another
    by now."""
    keeps: bool = False
    """Whether the digests of a source stay that it no longer has: a page shows its latest ones only."""
    spooled: Spooled | None = None
    """The entries, where they are put aside: `parsed` has none then."""

    @property
    def size(self) -> int:
        """How many entries it has."""
        return len(self.parsed.entries) if self.spooled is None else len(self.spooled)

    def documents(self, digest_id: str = "", place: str = "") -> list[StoredFields]:
        """The entries as those of a digest whose source is `place` (`Digest.place`); as they are by their text alone
        without it."""
        if self.spooled is not None:
            return self.spooled.of(digest_id, place).documents()
        return [
            entry_document(entry, digest_id, placed(entry.key, place) if place else None)
            for entry in self.parsed.entries
        ]

    @property
    def keys(self) -> list[str]:
        """The keys of the entries, by their text alone."""
        if self.spooled is not None:
            return [key for key, _ in self.spooled.facts()]
        return [entry.key for entry in self.parsed.entries]


class FreshEntry(NamedTuple):
    """An entry that was not there before."""

    path: str
    """Of its source."""
    key: str
    week: str
    """Of its digest."""
    day: date | None
    """Its own, else the last of its digest."""


class _FreshDigest(NamedTuple):
    """A digest with entries that were not there before."""

    path: str
    week: str
    end: date | None
    facts: Callable[[], Iterable[tuple[str, str | None]]]
    """What `facts_of` says of all its entries."""
    before: Collection[str]
    """The keys of those that were there."""


class Import:
    """One import, from decision to disk; use it once, under `run` or `plan`.

    A week whose file cannot be used and must be left alone takes no part: its sources are reported as not read.
    """

    def __init__(
        self,
        paths: Paths,
        shards: Shards,
        notices: list[DigestError],
        *,
        today: date | None = None,
        marked: Callable[[str], bool] = lambda key: False,
        corrections: Corrections | None = None,
        helpers: Helpers | None = None,
        keep_columns: Callable[[WeekColumns], None] | None = None,
    ) -> None:
        """`marked` says whether the user did anything with the paper of a key; `corrections` are the user's; `helpers`
        write weeks, if there are many; `keep_columns` takes the columns of each week out of memory."""
        self._helpers = helpers
        self._keep_columns = keep_columns
        self._corrections = corrections
        self._paths = paths
        self._marked = marked
        self._today = today
        self._shards = shards
        self._notices = notices
        self._sources = Sources()
        self._edits: defaultdict[str, dict[str, StoredDigest | None]] = defaultdict(dict)
        self._weeks: dict[str, dict[str, StoredDigest]] = {}
        """Those that were looked at last; all of them, once it shows that the sources do not come week by week."""
        self._let_go: set[str] = set()
        self._keeps_all = False
        self._changed = False
        self._put_off: set[str] = set()
        """Digests that cannot leave a week now, for its file cannot be used."""
        self.following = Following()
        """What became of the entries that it replaced: their marks should follow."""
        self.put_away = 0
        """Starter digests that this import took out of the library."""
        self._before: dict[str, StoredDigest | None] = {}
        self._became: dict[str, str | None] = {}
        self._flags = (False, False)
        self._places: dict[str, str] = {}
        """By path; and the other way round."""
        self._placed: dict[str, str] = {}
        self.columns: dict[str, tuple[Stamp, WeekColumns]] = {}
        """The columns of the weeks that were written, each with the version of its file."""
        self._fresh: list[_FreshDigest] = []

    def run(
        self,
        incoming: Sequence[Incoming],
        *,
        starter: bool = False,
        drop_starters: bool = False,
        keep: Keep | None = None,
    ) -> list[SourceReport]:
        """Imports the sources and says what each came to. The user's first import drops the starters, as does
        `drop_starters`. `keep` is handed what will be replaced before anything is, if anything is. The caller holds the
        library's lock, here and below."""
        reports = self.plan(incoming, starter=starter, drop_starters=drop_starters)
        self._finish(keep)
        return reports

    def remove(self, digest_ids: Collection[str], keep: Keep) -> None:
        """Takes digests out of the library."""
        self._begin()
        for record in self._sources.records:
            if record.digest not in digest_ids:
                continue
            # a removal that was cut short has left it in these weeks, perhaps: then this is its removal
            for week in record.leaves if record.week is None else [record.week]:
                if stored := self._stored(week, record.digest):
                    self._replace(record.digest, stored, None)
            if record.week is not None:
                self._leave(record, record.week)
                record.week = None
        self._finish(keep)

    @property
    def corrected(self) -> list[Part]:
        """What must be set so that corrections hold of entries that have another key now."""
        return self._corrections.followed if self._corrections is not None else []

    @property
    def fresh(self) -> Iterator[FreshEntry]:
        """The entries that their digests did not have before, each made as it is asked for: there may be a million.
        Raises `StoreError` where what was put aside cannot be read."""
        for path, week, end, facts, before in self._fresh:
            for key, own in facts():
                if key not in before:
                    yield FreshEntry(path, key, week, day(own) or end)

    @property
    def fresh_keys(self) -> Iterator[tuple[str, list[str]]]:
        """The keys of the same, digest by digest, each with the week of the digest. Raises the same."""
        for _, week, _, facts, before in self._fresh:
            yield week, [key for key, _ in facts() if key not in before]

    @property
    def imported(self) -> tuple[str, ...]:
        """The digests that were added or changed."""
        return tuple(digest_id for digest_id, sha256 in self._became.items() if sha256 is not None)

    @property
    def touched(self) -> tuple[str, ...]:
        """The digests that were replaced, added or taken out."""
        return tuple(self._became)

    @property
    def entries(self) -> int:
        """How many entries the digests had that were replaced or taken out."""
        return sum(len(stored.documents) for stored in self._before.values() if stored is not None)

    def _begin(self) -> None:
        self._sources = load_sources(self._paths.sources, self._shards.damaged, self._shards, self._notices)
        self._flags = (self._sources.starters_asked, self._sources.own)
        self._finish_earlier()

    def _replace(self, digest_id: str, before: StoredDigest | None, became: str | None) -> None:
        self._before[digest_id], self._became[digest_id] = before, became

    def _finish(self, keep: Keep | None) -> None:
        if keep is not None and self._before:
            keep(Image(self._before, self._became, *self._flags))
        if self._changed:
            self._write()

    def plan(
        self, incoming: Sequence[Incoming], *, starter: bool = False, drop_starters: bool = False
    ) -> list[SourceReport]:
        """The reports of `run`, with nothing written."""
        self._begin()
        first_own = any(each.size for each in incoming) and not starter and not self._sources.own
        if drop_starters or first_own:
            self._drop_starters()
        self._sources.starters_asked |= starter or drop_starters or first_own
        self._sources.own |= first_own
        self._changed |= self._flags != (self._sources.starters_asked, self._sources.own)
        records = [record for record in self._sources.records if record.starter == starter and record.week]
        names = names_on_record([one.path for one in incoming], [record.path for record in records])
        known = {name: one.sha256 for name, one in zip(names, incoming, strict=True)}

        def holds(path: str, sha256: str) -> bool:
            return known[path] == sha256 if path in known else holds_text(path, sha256)

        arrivals = [
            Arrival(name, one.sha256, partial(_told_by, one), one.keeps)
            for name, one in zip(names, incoming, strict=True)
        ]
        settled = settle(arrivals, records, holds, self._told)
        kept = {name for name, one in zip(names, incoming, strict=True) if one.keeps}
        gone = self._drop_parts(records, settled, known.keys() - kept)
        taken = {record.digest for record in self._sources.records}
        reports: list[SourceReport] = []
        for name, one, record in zip(names, incoming, settled, strict=True):
            report = self._take(name, one, record, taken, starter)
            reports.append(report._replace(removed=(*report.removed, *gone.pop(name, ()))))
        aside, stayed = self.following.aside(self._marked), self.following.stayed(self._marked)
        out = {name: self._left_out(name) for name in names} if self._corrections is not None else {}
        reports = [
            each._replace(aside=aside.pop(name, ()), stayed=stayed.pop(name, ()), corrections_aside=out.pop(name, ()))
            for each, name in zip(reports, names, strict=True)
        ]
        return self._with_twins(reports, names, incoming)

    def _left_out(self, name: str) -> tuple[str, ...]:
        assert self._corrections is not None
        place = self._places.get(name, "")
        return self._corrections.left_out(*self.following.sides(name), place) if self._is_corrected(place) else ()

    def _with_twins(
        self, reports: Sequence[SourceReport], names: Sequence[str], incoming: Sequence[Incoming]
    ) -> list[SourceReport]:
        """The reports, each with the path that had the very same bytes before it."""
        first: dict[str, str] = {}
        for record in self._sources.records:
            if record.week is not None and not record.starter and record.path != STDIN:
                first.setdefault(record.sha256, record.path)
        twins = (first.get(one.sha256) for one in incoming)
        return [
            report._replace(same_as=twin) if twin not in (None, name, STDIN) else report
            for report, name, twin in zip(reports, names, twins, strict=True)
        ]

    def _take(self, name: str, one: Incoming, record: Record | None, taken: set[str], starter: bool) -> SourceReport:
        week = week_of(one.parsed)
        try:
            stored = self._stored(record.week, record.digest) if record and record.week else None
            self._stored(week, "")  # where it goes must be readable, too, before anything is decided about it
        except StoreError as error:
            note(self._notices, error)
            details = (("path", one.path), ("file", error.details.get("path", "")))
            return SourceReport(one.path, error="import.unusable_week", details=details)
        digest = Digest(
            id=record.digest if record else _free_id(one.sha256, taken),
            title=one.parsed.title,
            shape=one.parsed.shape,
            week=week,
            start=one.parsed.start,
            end=one.parsed.end,
            path=record.path if record and one.path == STDIN else one.path,
            sha256=one.sha256,
            starter=starter,
            preface=one.parsed.preface,
            added=stored.digest.added if stored else self._today,
            place=self._place(one, record),
        )
        self._places[name] = digest.place
        if stored is None and one.spooled is not None and not self._is_corrected(digest.place):
            return self._take_new(name, one, digest, one.spooled.of(digest.id, digest.place), record)
        read = one.documents(digest.id, digest.place)
        documents = self._corrected_by_hand(read, digest.place, one, stored)
        result = compare(stored.documents if stored else (), documents)
        same = stored is not None and _same(stored.documents, documents)
        if stored is not None:
            self._had(name, stored, same=same)
        kept = one.spooled.of(digest.id, digest.place) if one.spooled and documents is read else documents
        self.following.has(name, one.sha256, kept, result.rekeyed)
        if one.keeps and stored is not None and same:
            # what was put above it in its text, and took its preface along, is no change of it
            digest = digest._replace(sha256=stored.digest.sha256, preface=stored.digest.preface)
        if stored is None or stored.digest != digest or not same:
            before = {each["key"] for each in stored.documents} if stored else set()
            before.update(new for _, new in result.rekeyed)
            facts = [*map(facts_of, documents)]
            self._note_fresh(one, lambda: facts, before)
            self._keep(digest, stored, kept, record)
        return _report(one, result)

    def _take_new(
        self, name: str, one: Incoming, digest: Digest, entries: Spooled, record: Record | None
    ) -> SourceReport:
        """Takes a digest that the library does not have, as it was put aside: nothing of it is looked at but the
        facts."""
        self.following.has(name, one.sha256, entries)
        self._note_fresh(one, entries.facts, ())
        self._keep(digest, None, entries, record)
        return _report(one, Comparison(len(entries), 0, 0, ()))

    def _keep(
        self, digest: Digest, stored: StoredDigest | None, entries: Sequence[StoredFields], record: Record | None
    ) -> None:
        self._replace(digest.id, stored, digest.sha256)
        self._edits[digest.week][digest.id] = StoredDigest(digest, entries)
        self._note(digest, record)

    def _is_corrected(self, place: str) -> bool:
        return self._corrections is not None and place in self._corrections.stamps

    def _had(self, name: str, stored: StoredDigest, *, same: bool = False) -> None:
        digest = stored.digest
        self.following.had(name, digest.sha256, _InWeek(self._stood, digest.week, digest.id, len(stored.documents)))
        if not same:
            self.following.changed.add(name)

    def _corrected_by_hand(
        self, documents: list[StoredFields], place: str, one: Incoming, stored: StoredDigest | None
    ) -> list[StoredFields]:
        if self._corrections is None:
            return documents
        if stored is None:
            return self._corrections.applied(documents, place, one.text)
        became = partial(rekeyed, same_text=stored.digest.sha256 == one.sha256)
        return self._corrections.applied(documents, place, one.text, became, stored.documents)

    def _note_fresh(
        self, one: Incoming, facts: Callable[[], Iterable[tuple[str, str | None]]], before: Collection[str]
    ) -> None:
        self._fresh.append(_FreshDigest(one.path, week_of(one.parsed), one.parsed.end, facts, before))

    def _place(self, one: Incoming, record: Record | None) -> str:
        """What stands for a source in its texts' keys: of the file's name, or of its whole path where another source of
        that name has this already."""
        if not self._places:
            for each in self._sources.records:
                place = each.place or place_of(each.path.rpartition("/")[2])
                self._places.setdefault(each.path, place)
                self._placed.setdefault(place, each.path)
        path = one.path if record is None or record.path == STDIN else record.path
        name = place_of(one.sha256 if path == STDIN else path.rpartition("/")[2])
        place = (record.place if record else self._places.get(path, "")) or name
        if self._placed.setdefault(place, path) not in (path, one.path):
            place = place_of(path)
        self._places[path] = place
        return place

    def _note(self, digest: Digest, record: Record | None) -> None:
        """Brings the record of the digest's source up to date."""
        self._changed = True
        if record is None:
            self._sources.records.append(record_of(digest))
            return
        if record.week is not None and record.week != digest.week:
            self._leave(record, record.week)
        record.leaves = [week for week in record.leaves if week != digest.week]  # it is to stand there
        record.path, record.sha256, record.week, record.place = digest.path, digest.sha256, digest.week, digest.place

    def _leave(self, record: Record, week: str) -> None:
        self._changed = True
        self._edits[week].setdefault(record.digest, None)
        record.leaves.append(week)

    def _drop_starters(self) -> None:
        for record in self._sources.records:
            if record.starter and record.week is not None and self._usable(record.week):
                self._replace(record.digest, self._stored(record.week, record.digest), None)
                self._leave(record, record.week)
                record.week = None
                self.put_away += 1

    def _drop_parts(
        self, records: Sequence[Record], settled: Sequence[Record | None], known: Collection[str]
    ) -> dict[str, list[str]]:
        """Takes out the digests of headers that their file no longer has; the titles that go, by path."""
        kept = {record.digest for record in settled if record is not None}
        gone: dict[str, list[str]] = {}
        for record in records:
            week = record.week
            if record.path not in known or record.path == STDIN or record.digest in kept or week is None:
                continue
            stored = self._stored(week, record.digest) if self._usable(week) else None
            if stored is not None:
                gone.setdefault(record.path, []).extend(map(shown_title, stored.documents))
                self._had(record.path, stored)
                self._replace(record.digest, stored, None)
                self._leave(record, week)
                record.week = None
        return gone

    def _finish_earlier(self) -> None:
        """Takes up what an import that was cut short left to do."""
        for record in self._sources.records:
            for week in record.leaves:
                if not self._usable(week) or (record.week is not None and not self._usable(record.week)):
                    self._put_off.add(record.digest)  # it is taken up again when that file can be read
                    continue
                self._changed = True
                if record.week is None or self._stored(record.week, record.digest):
                    self._edits[week].setdefault(record.digest, None)
                elif stored := self._stored(week, record.digest):  # it never arrived: it is still where it was
                    record.week, record.sha256 = week, stored.digest.sha256
                    record.leaves = []

    def _write(self) -> None:
        paths = self._paths
        learned = LearnedStore(paths.learned, paths.damaged, self._notices)
        self._sources.save(paths.sources, paths.damaged)
        # arrivals before departures: cut short in between, a digest stands in two weeks rather than in none
        for arriving in (True, False):
            edits = {
                week: part
                for week, each in sorted(self._edits.items())
                if (part := {name: edit for name, edit in each.items() if (edit is not None) == arriving})
            }
            laid = None if learned.is_empty else partial(self._laid, learned)
            with closing(write_weeks(self._shards, edits, laid, self._helpers)) as weeks:
                for week, written in weeks:
                    self.columns.pop(week, None)
                    if written is not None:
                        if self._keep_columns is not None:
                            self._keep_columns(written[1])
                        self.columns[week] = written
        if any(record.leaves for record in self._sources.records):
            for record in self._sources.records:
                if record.digest not in self._put_off:
                    record.leaves = []
            self._sources.records = [each for each in self._sources.records if each.week is not None or each.leaves]
            self._sources.save(paths.sources, paths.damaged)

    def _laid(self, learned: LearnedStore, edit: StoredDigest | None) -> StoredDigest | None:
        if edit is None:
            return None
        return StoredDigest(edit.digest, learned.laid(edit.documents, self._sources.aliases))

    def _stored(self, week: str, digest_id: str) -> StoredDigest | None:
        known = self._weeks.get(week)
        if known is None:
            self._keeps_all |= week in self._let_go
            known = self._weeks[week] = self._load(week).stored()
            if len(self._weeks) > OPEN_SHARDS and not self._keeps_all:
                first = next(iter(self._weeks))
                del self._weeks[first]
                self._let_go.add(first)
        return known.get(digest_id)

    def _stood(self, week: str, digest_id: str) -> StoredDigest | None:
        """The same once more, when all is decided."""
        known = self._weeks.get(week)
        if known is None:
            self._weeks.clear()
            known = self._weeks[week] = self._load(week).stored()
        return known.get(digest_id)

    def _told(self, record: Record) -> Telling:
        """What a digest on record is known by."""
        week = record.week or ""
        stored = self._stored(week, record.digest) if self._usable(week) else None
        return Telling(week=week) if stored is None else telling_of(stored)

    def _usable(self, week: str) -> bool:
        try:
            self._stored(week, "")
        except StoreError as error:
            note(self._notices, error)
            return False
        return True

    def _load(self, week: str) -> Shard:
        try:
            return self._shards.load(week, keep=False)
        except StoreError as error:
            if error.message_id not in LOST:
                raise
            note(self._notices, error)  # it was moved aside: this import may bring its digests back
            return Shard(week)


def _same(stored: Sequence[StoredFields], incoming: Sequence[StoredFields]) -> bool:
    """Whether writing would change nothing; fields that only a later version knows do not count."""
    return len(stored) == len(incoming) and all(
        old == new or {name: value for name, value in old.items() if name in ENTRY_FIELDS} == new
        for old, new in zip(stored, incoming, strict=True)
    )


class _InWeek(Sequence[StoredFields]):
    """The entries of a digest as the library has them before this import, read when they are asked for."""

    __slots__ = ("_size", "_stored", "_where")

    def __init__(self, stored: Callable[[str, str], StoredDigest | None], week: str, digest: str, size: int) -> None:
        self._stored, self._where, self._size = stored, (week, digest), size

    def __len__(self) -> int:
        return self._size

    def __iter__(self) -> Iterator[StoredFields]:
        return iter(self[:])

    @overload
    def __getitem__(self, index: int) -> StoredFields: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[StoredFields]: ...
    def __getitem__(self, index: int | slice) -> StoredFields | Sequence[StoredFields]:
        stored = self._stored(*self._where)
        return [][index] if stored is None else stored.documents[index]


def _report(one: Incoming, result: Comparison) -> SourceReport:
    return SourceReport(
        path=one.path,
        shape=one.parsed.shape,
        digests=1,
        added=result.added,
        updated=result.updated,
        unchanged=result.unchanged,
        removed=result.removed,
        unplaced=one.parsed.unplaced,
        unread_dates=(one.parsed.unread_date,) if one.parsed.unread_date else (),
        no_paper=_is_no_paper(one),
    )


def _is_no_paper(one: Incoming) -> bool:
    """Whether it is a text of no form that is known, one entry, that names neither an address nor authors."""
    if one.parsed.shape != "text" or one.size != 1:
        return False
    (told,) = one.documents()
    return not any(told.get(field) for field in ("url", "links", "authors"))


def _told_by(one: Incoming) -> Telling:
    return _telling(one.parsed, week_of(one.parsed), one.keys)


def _telling(digest: Digest | ParsedDigest, week: str, keys: Iterable[str]) -> Telling:
    return Telling(digest.title, (digest.start, digest.end), week, frozenset(keys))


def telling_of(stored: StoredDigest) -> Telling:
    """What a stored digest is known by."""
    return _telling(stored.digest, stored.digest.week, (unplaced(document["key"]) for document in stored.documents))


def _free_id(sha256: str, taken: set[str]) -> str:
    """An unused id for a new digest, made of its content's SHA-256; the same text in a second file gets a number behind
    it."""
    number, found = 1, sha256[:16]
    while found in taken:
        number += 1
        found = f"{sha256[:16]}-{number}"
    taken.add(found)
    return found
