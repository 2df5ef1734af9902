"""What the user's acts add up to: read and starred papers, own tags, notes, and what can be undone.

The journal is the truth; `marks.json` only saves reading all of it at every start. For each paper and field the
latest event wins, so reading an event twice, or several machines' events in any order, comes to the same.
"""

from __future__ import annotations

from contextlib import contextmanager, suppress
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from tui_digest.clock import now
from tui_digest.errors import DigestError, StoreError, note
from tui_digest.files import set_aside, stamp
from tui_digest.models import Mark
from tui_digest.store.events import (
    ASIDE,
    LIBRARY_FIELDS,
    NAMED,
    SOURCE_FLAGS,
    TAG,
    Part,
    change_of,
    is_of_a_name,
)
from tui_digest.store.folded import TABLES, Folded, folded_of
from tui_digest.store.journal import Journal
from tui_digest.store.lock import locked
from tui_digest.store.mark_column import Column
from tui_digest.store.mark_keys import MarkKeys
from tui_digest.store.notes import NoteHead, Notes
from tui_digest.store.steps import at_once
from tui_digest.store.storage import is_whole, opened, put_tables
from tui_digest.store.undo_piles import Piles, turned_part

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Generator, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from tui_digest.models import Change
    from tui_digest.paths import Paths
    from tui_digest.store.events import Event, MarkValue
    from tui_digest.store.journal import Appender

    CarryOut = Callable[[Event, str], Change | None]

FIELDS = ("read", "starred")
"""Of which papers are counted all the time."""

PUT_OFF = "later"
"""The field of a paper that a triage put off; it waits from then on, until it is read."""

_EARLIER = ("url:", "title:", "text:", "doi:")
"""Kinds of key that were given by other rules once."""

_MANY = 200
"""Papers that an act is taken in of at once, where it need not be all."""

_LONG = 64 * 1024
"""Bytes of other machines' journals, some four hundred acts, that the first screen does not wait for."""

_BITE = 4 * 1024
"""Bytes of them that are read in a step: a millisecond."""


_TOLD = 4_000
"""Papers that `changed` is told of at once: it looks through all weeks each time, and for so many in steps."""


class _Left(NamedTuple):
    """What is left to be taken in of some acts."""

    events: Sequence[tuple[str | None, Event]]
    """The acts, each with its machine."""
    steps: Generator[None, None, object]
    own: bool
    """Whether it is an act of this store's own."""


_MARKS = {(read, starred): Mark(read, starred) for read in (False, True) for starred in (False, True)}


class MarkStore:
    """The marks of all papers, in memory, and the only way to change them."""

    def __init__(self, path: Path, damaged: Path, lock: Path, journal: Journal) -> None:
        self._path = path
        self._damaged = damaged
        self._lock = lock
        self.journal = journal
        self.names = MarkKeys()
        self.columns = {name: Column() for name in (*FIELDS, PUT_OFF)}
        self.notes = Notes()
        self.tagged: dict[str, tuple[str, ...]] = {}
        """The user's own tags of every paper that has some."""
        self.arrived: Collection[str] = ()
        """The papers that came in since the app was last left, as `store.arrivals` knows them."""
        self._acts = Piles()
        self._inherits = True
        """Whether the acts of the home that this one was copied from are still to be found in its journal."""
        self._folded: dict[str, int] = {}
        self._vouched = True
        self._notices: list[DigestError] = []
        self._settled = self.names.stamp
        """`MarkKeys.stamp` of the keys that the columns were last brought up to."""
        self.strange: set[str] = set()
        """Keys that events brought and that may be of earlier rules; the library, which can tell, takes them from
        here."""
        self.changed: Callable[[str, bool, Sequence[str]], Generator[None, None, None]] = _nobody
        """Called with field, value and the papers whose mark really changed, after memory has it, and gone through in
        steps; for `FIELDS`."""
        self._untold: dict[tuple[str, bool], list[str]] = {}
        """What it is not called with yet, of what others did: for thousands at once that costs little more than for
        one."""
        self._patient = False
        """Whether acts on many papers are taken into memory step by step, by `taking_in`."""
        self._left: list[_Left] = []
        """What is left of that, the earliest first."""

    # -- asking --------------------------------------------------------------------------------------------------

    def mark(self, key: str) -> Mark:
        """The paper's mark."""
        key = self.names.of(key)
        plain = _MARKS[key in self.columns["read"], key in self.columns["starred"]]
        note, tags = self.notes.text(key), self.tagged.get(key, ())
        return plain if note is None and not tags else Mark(plain.read, plain.starred, note, tags)

    def chosen(self, name: str) -> Collection[str]:
        """The papers whose field is set."""
        if name == "note":
            return self.notes.papers
        if name == "new":
            return {paper for key in self.arrived for paper in self.names.all_of([key])}
        column = self.columns.get(name)
        return () if column is None else column.on.keys()

    def waiting(self) -> dict[str, int]:
        """The papers that were put off and not read since, each with the moment from which on it waits."""
        put_off, read = self.columns[PUT_OFF].on, self.columns["read"]
        return {key: since for key, since in put_off.items() if key not in read} if put_off else {}

    def waits_since(self, key: str) -> int | None:
        """The moment from which on a paper waits; None where it does not."""
        key, put_off = self.names.of(key), self.columns[PUT_OFF]
        return put_off.on[key] if key in put_off and key not in self.columns["read"] else None

    def unpack(self) -> None:
        """Unpacks all columns, so that many questions are answered fast; the first screen asks few."""
        for column in self.columns.values():
            column.unpack()

    def own_tags(self) -> dict[str, Collection[str]]:
        """The user's own tags, each with its papers."""
        return {
            name[len(TAG) :]: column.on.keys()
            for name, column in self.columns.items()
            if column.on and name.startswith(TAG)
        }

    # -- acting --------------------------------------------------------------------------------------------------

    def set(self, name: str, value: bool, keys: Collection[str]) -> Change | None:
        """Sets a field of papers; None when all had that value. On disk before it returns.

        Raises `store.full`, `store.readonly`, `store.failed`, `store.busy`; then nothing has changed.
        """
        self.catch_up_on(keys)
        if not self._differing(name, value, keys):
            return None
        with self.journal.writing() as appender:
            self.catch_up_on(keys)
            changing = self._differing(name, value, keys)
            return self.append(appender, "set", (Part(name, value, changing),)) if changing else None

    def set_all(self, parts: Sequence[Part]) -> Change | None:
        """Sets several fields as one act, only where they differ; None when nothing did. Raises like `set`."""
        with self.journal.writing() as appender:
            self.catch_up_on({key for part in parts for key in part.keys})
            changing = tuple(self._only_differing(parts))
            return self.append(appender, "set", changing, seen=self._seen(changing)) if changing else None

    def set_anew(self, parts: Sequence[Part]) -> Change:
        """Like `set_all`, but sets also what is so already; for a journal that no other process writes to."""
        with self.journal.writing() as appender:
            return self.append(appender, "set", tuple(parts), seen=self._seen(parts))

    def record(self, parts: Sequence[Part], *, event_id: str, entries: int) -> Change:
        """Notes an act on the library that was just carried out, under the id that its intent names. The first part
        tells of the digests, the others of marks that follow them. Raises like `set`."""
        with self.journal.writing() as appender:
            self.catch_up()
            told = (parts[0], *self._only_differing(parts[1:]))
            return self.append(appender, "set", told, id=event_id, entries=entries, seen=self._seen(told[1:]))

    def undo(self, carry_out: CarryOut | None = None) -> Change | None:
        """Takes back this machine's latest act that still has an effect; None when there is none. Acts on the library
        are for `carry_out`, which gets the act and `undo`, does that on the library and takes the `step`, or returns
        None for another look at what is next; without it none is taken back."""
        return self._next_step("undo", carry_out)

    def redo(self, carry_out: CarryOut | None = None) -> Change | None:
        """Does again what the latest undo took back, in the same way."""
        return self._next_step("redo", carry_out)

    def next_act(self, op: str) -> Event | None:
        """The act that `undo` or `redo` would take."""
        self._hear(_BITE)
        pile = self._acts.done if op == "undo" else self._acts.undone
        while pile:
            event = self._event(pile[-1])
            if event is not None:
                return event
            pile.pop()  # its line is damaged, or the journal was replaced
            note(self._notices, StoreError("undo.passed_over", path=self.journal.path(self.journal.machine or "")))
        return None

    def step(
        self, op: str, act: Event, *, event_id: str | None = None, on: Collection[str] = (), entries: int = 0
    ) -> Change | None:
        """Takes an act back (`undo`) or does it again (`redo`); what was done on the library for it is the caller's:
        `on` which digests, with how many `entries`, under the id that its intent names.

        None when the act has no effect any more: the journal says so, and it is passed over. Raises like `set`.
        """
        with self.journal.writing() as appender:
            self.catch_up_on({key for part in act.parts for key in part.keys})
            turned = [turned_part(part, op) for part in act.parts]
            if act.field in LIBRARY_FIELDS:
                turned[0] = turned[0]._replace(keys=tuple(on))
            parts = tuple(self._only_differing(turned))
            told = parts or (turned[0]._replace(keys=()),)
            change = self.append(appender, op, told, id=event_id, of=act.id, entries=entries, seen=self._seen(told))
            return change if parts else None

    def _next_step(self, op: str, carry_out: CarryOut | None) -> Change | None:
        while (act := self.next_act(op)) is not None:
            if act.field in LIBRARY_FIELDS:
                if carry_out is None:
                    return None
                change = carry_out(act, op)
            else:
                change = self.step(op, act)
            if change is not None:
                return change
        return None

    def last_act(self) -> Event | None:
        """This machine's latest act that was not undone."""
        return self._event(self._acts.done[-1]) if self._acts.done else None

    def append(self, appender: Appender, op: str, parts: tuple[Part, ...], **more: Any) -> Change:
        """Puts an act into the journal, held for it, and takes it in; for who has decided just now what it is."""
        event = appender.append(op, parts, **more)
        self._acts.follow(event)  # what undo takes next is known now
        told, machine = change_of(parts, event.entries), self.journal.machine
        if self._patient and _is_many([(machine, event)]):
            self._left.append(_Left([(machine, event)], self._following(machine, event), own=True))
            return told
        changed = at_once(self._following(machine, event))
        return told if is_of_a_name(told.field) else told._replace(keys=tuple(changed))

    @contextmanager
    def patient(self) -> Iterator[None]:
        """Inside, an act on many papers is on disk when its method returns, and memory takes it in by `taking_in`. Any
        act takes in what was done to its papers before, by whomever, and leaves the rest."""
        self._patient = True
        try:
            yield
        finally:
            self._patient = False

    @property
    def behind(self) -> bool:
        """Whether something is left of any act, so that `taking_in` has something to do."""
        return bool(self._left or self._untold or self.journal.unread)

    @property
    def own_behind(self) -> bool:
        """Whether something is left of an act of this store's own."""
        return any(left.own for left in self._left)

    @property
    def unread(self) -> int:
        """How many bytes of other machines' journals are left to be read."""
        return sum(self.journal.unread.values())

    @property
    def counted(self) -> bool:
        """Whether `changed` was told of all that memory has of the journals."""
        return not self._left and not self._untold

    def taking_in(self) -> Generator[None, None, None]:
        """Takes into memory what is left of acts, in steps; marks and counts are those of papers taken in."""
        while self.behind:
            if self._left:
                self._go_on()
            elif self.journal.unread:
                self._hear(_BITE)
            else:
                self._left.append(_Left((), self._telling(), own=False))
            if self.behind:
                yield

    def taking_in_own(self) -> Generator[None, None, None]:
        """The same for what is left of this store's own acts, and of those before them."""
        while self.own_behind:
            self._go_on()
            if self.own_behind:
                yield

    def _go_on(self) -> None:
        left = self._left[0]
        try:
            next(left.steps)
        except StopIteration:
            self._left.remove(left)

    def settle(self, *, told: bool = True) -> None:
        """Takes in at once what was heard of acts; `changed` is `told`, unless all is counted anew afterwards."""
        changed = self.changed
        if not told:
            self.changed = _nobody
        try:
            # one of them may be what asks for this, in the middle of it
            for left in [each for each in self._left if not getattr(each.steps, "gi_running", False)]:
                at_once(left.steps)
                self._left.remove(left)
            at_once(self._telling())
        finally:
            self.changed = changed

    def acts(self) -> frozenset[str]:
        """The ids of all acts that can still be undone or redone."""
        return frozenset(event_id for _, event_id in (*self._acts.done, *self._acts.undone))

    # -- files ---------------------------------------------------------------------------------------------------

    def load(
        self,
        notices: list[DigestError],
        names: MarkKeys | None = None,
        *,
        foreign: bool = False,
        patient: bool = False,
    ) -> None:
        """Reads `marks.json` and what the journals hold beyond it; where that is much of other machines, `patient`
        leaves it to `taking_in`.

        A damaged `marks.json` is moved aside, noted, and made again from the journals; what stands in a journal's
        place and is no file is moved aside, too. Damage that is met later is noted likewise. `names` are those of the
        library. `foreign`: the files came from elsewhere, and no checksum speaks for them. Raises `store.newer`,
        `store.unreadable`.
        """
        if names is not None:
            self.names = names
        self._vouched, self._notices = not foreign, notices
        self.journal.tell = partial(note, notices)
        notices += [set_aside(path, self._damaged) for path in self.journal.oddities()]
        notices += self.journal.mend_machine(self._damaged)
        try:
            for path in self._load_folded(self._damaged):
                notices.append(StoreError("store.journal_changed", path=path))
        except StoreError as error:
            if error.message_id != "store.damaged":
                raise
            notices.append(error)
        self._hear(0 if patient and self.journal.may_wait(_LONG) else None)
        self.settle()
        self._inherits = False
        if names is not None and self.use_names(names):
            self.strange.update(key for key in self._keys() if key.startswith(_EARLIER))

    def look(self) -> None:
        """Reads like `load` as far as that is possible, but notes nothing and moves nothing aside: for a dry run."""
        with suppress(StoreError):
            self._load_folded(None)
        with suppress(StoreError):
            self.catch_up()

    def use_names(self, names: MarkKeys) -> bool:
        """From now on a mark under a key that stands for others is theirs; True where other keys stood for others
        before."""
        self.names = names
        if (these := names.stamp) == self._settled:
            return False
        self._settled = these
        for name, column in self.columns.items():
            for side, value in ((column.on, True), (column.off, False)):
                for key in names.standing_in(side):
                    moment = side.pop(key)
                    for paper in names.all_of([key]):
                        column.put(paper, value, moment)
                        if name.startswith(TAG):
                            self._retag(paper)
                    if name.startswith(TAG):
                        self._retag(key)
        self.notes.use_names(names)
        return True

    def touches(self, key: str) -> bool:
        """Whether anything was ever done under this very key."""
        return key in self.notes or any(key in column.on or key in column.off for column in self.columns.values())

    def holds(self, key: str) -> bool:
        """Whether anything is marked under this very key now."""
        columns = (column for name, column in self.columns.items() if not name.startswith(ASIDE))
        return self.notes.text(key) is not None or any(key in column.on for column in columns)

    def _keys(self) -> Iterator[str]:
        yield from (key for column in self.columns.values() for side in (column.on, column.off) for key in side)
        yield from (key for key, _ in self.notes.heads())

    def catch_up(self, *, patient: bool = False) -> bool:
        """Takes in what was appended by others; True when there was anything. `patient`: what was done to many papers,
        or is long, is left to `taking_in`."""
        self.settle()
        return self._hear(_BITE if patient else None)

    def _hear(self, most: int | None) -> bool:
        """Reads what was appended, of every other machine no more than `most` bytes; with these, acts on many papers
        are left to `taking_in`, and so is whatever came after the first that were."""
        tails = self.journal.tails(most)
        inherited = self.journal.inherited if self._inherits else {}
        for name, length in inherited.items():
            for machine, event in tails:
                if machine == name and event.offset < length:
                    self._acts.follow(event)
        for machine, event in tails:
            if machine == self.journal.machine:
                self._acts.follow(event)
        steps = self._following_others(tails)
        if most is not None and (_is_many(tails) or self.behind):
            self._left.append(_Left(tails, steps, own=False))
        else:
            at_once(steps)
        return bool(tails)

    def catch_up_on(self, keys: Collection[str]) -> None:
        """Takes in what an act on these papers must know before: where it may be `patient`, what was done to them; else
        all. As the latest act wins for each paper and field, what is left may come later."""
        if not self._patient:
            self.catch_up()
            return
        self._hear(_BITE)
        if self.behind:
            meant = self.names.standing_for({*self.names.all_of(keys)})
            left = [told for left in self._left for told in left.events]
            for machine, event in (*left, *self.journal.unread_on(meant)):
                parts = [part._replace(keys=tuple(meant.intersection(part.keys))) for part in event.parts]
                at_once(self._following(machine, event._replace(parts=tuple(parts))))

    def _following_others(self, tails: Sequence[tuple[str, Event]]) -> Generator[None, None, None]:
        for machine, event in tails:
            yield from self._following(machine, event, self._untold)
            for part in event.parts:
                for start in range(0, len(part.keys), _MANY):
                    self.strange.update([key for key in part.keys[start : start + _MANY] if key.startswith(_EARLIER)])
                    yield
        if not self.journal.unread:
            yield from self._telling()

    def _telling(self) -> Generator[None, None, None]:
        while self._untold:
            (name, value), papers = self._untold.popitem()
            for start in range(0, len(papers), _TOLD):
                yield from self.changed(name, value, papers[start : start + _TOLD])

    @property
    def unfolded(self) -> int:
        """How many bytes of the journals the next start would have to read."""
        read = sum(end - self._folded.get(machine, 0) for machine, end in self.journal.offsets.items())
        return read + self.unread

    def fold(self, patience: float | None = None) -> None:
        """Writes `marks.json`, so that the next start reads no journal. Raises like `set`."""
        self.catch_up()
        if self.journal.offsets == self._folded:
            return
        with locked(self._lock, patience):
            self.catch_up()
            self.write(self._path, self._damaged)
            self._folded = dict(self.journal.offsets)

    def folded_to(self, offsets: Mapping[str, int]) -> None:
        """Takes note that `marks.json` holds the journals up to here."""
        self._folded = dict(offsets)

    def write(self, path: Path, damaged: Path) -> None:
        """Puts what the acts add up to into a file."""
        journal, acts = self.journal, self._acts
        read = (journal.offsets, journal.ends, journal.latest, self._settled)
        machine = journal.machine or next(reversed([*journal.inherited]), None)
        folded = Folded(self.columns, self.notes, *read, machine, acts.done, acts.undone)
        put_tables(path, damaged, folded.documents())

    # -- inside --------------------------------------------------------------------------------------------------

    def _has(self, name: str, key: str) -> MarkValue:
        if name == "note":
            return self.notes.text(key)
        column = self.columns.get(name)
        return column is not None and key in column

    def _differing(self, name: str, value: MarkValue, keys: Collection[str]) -> tuple[str, ...]:
        papers = self.names.all_of(keys)
        if (column := self.columns.get(name)) is not None and len(papers) > _MANY:
            on = column.on  # asked for so many, it is unpacked anyway
            return tuple([key for key in papers if (key in on) != value])
        return tuple([key for key in papers if self._has(name, key) != value])

    def _only_differing(self, parts: Sequence[Part]) -> Iterator[Part]:
        """The parts as they would really change something; acts on the library stay as they are."""
        for part in parts:
            if part.field in LIBRARY_FIELDS:
                yield part
            elif keys := self._differing(part.field, part.value, part.keys):
                was = self.notes.text(keys[0]) if part.field == "note" else None
                yield part._replace(keys=keys, was=was)

    def _seen(self, parts: Sequence[Part]) -> tuple[tuple[str, int], ...]:
        return self.notes.seen([key for part in parts if part.field == "note" for key in part.keys])

    def _event(self, act: tuple[int, str]) -> Event | None:
        return self.journal.event_at(*act)

    def _following(
        self, machine: str | None, event: Event, later: dict[tuple[str, bool], list[str]] | None = None
    ) -> Generator[None, None, list[str]]:
        """Takes in an event, in steps; returns the papers (digests) of its first part that it really changed. What
        `changed` is to be told is added to `later`, where that is given."""
        found: list[list[str]] = []
        for part in event.parts:
            papers = yield from self._following_part(machine or "", event, part)
            found.append(papers)
            if papers and part.field in FIELDS:
                if later is not None:
                    later.setdefault((part.field, bool(part.value)), []).extend(papers)
                    continue
                for _ in self.changed(part.field, bool(part.value), papers):
                    yield
        return found[0]

    def _following_part(self, machine: str, event: Event, part: Part) -> Generator[None, None, list[str]]:
        name, value = part.field, part.value
        if name in LIBRARY_FIELDS:
            return list(part.keys)
        if name == "note":
            head = NoteHead(machine, event.at, value if isinstance(value, str) else None, event.seen)
            pairs = [(key, paper) for key in part.keys for paper in self.names.all_of([key])]
            return [paper for key, paper in pairs if self.notes.put(paper, head.come_from(key, paper))]
        if name not in (*FIELDS, PUT_OFF, *SOURCE_FLAGS) and not name.startswith(NAMED):
            return []  # a field of a later version; the journal keeps it
        column = self.columns.setdefault(name, Column())
        papers, changed = self.names.all_of(part.keys), list[str]()
        for start in range(0, len(papers), _MANY):
            fresh = column.put_all(papers[start : start + _MANY], bool(value), event.at)
            if name.startswith(TAG):
                for key in fresh:
                    self._retag(key)
            changed += fresh
            yield
        return changed

    def _retag(self, key: str) -> None:
        tags = tuple(sorted(tag for tag, papers in self.own_tags().items() if key in papers))
        if tags:
            self.tagged[key] = tags
        else:
            self.tagged.pop(key, None)

    def _load_folded(self, damaged: Path | None) -> list[Path]:
        """Reads `marks.json`; returns the journals that are not those that it was made from any more."""
        if stamp(self._path) is None:
            return []
        try:
            with opened(self._path, damaged, vouched=self._vouched) as database:
                tables = {name: database.table(name).all() for name in TABLES}
                found = folded_of(tables, whole=is_whole(database))
        except (LookupError, TypeError, ValueError, AttributeError):
            raise set_aside(self._path, damaged) from None
        self.columns |= found.columns
        for key in {key for name, column in found.columns.items() if name.startswith(TAG) for key in column.on}:
            self._retag(key)
        self.notes = found.notes
        changed = self.journal.go_on_from(found.offsets, found.ends)
        self._folded, self._settled = dict(found.offsets), found.settled
        self.journal.latest = max(self.journal.latest, found.latest)
        journal, ours = self.journal, [*self.journal.inherited]
        if found.machine == journal.machine:
            self._acts, self._inherits = Piles(found.done, found.undone), not found.machine
            return changed
        if (machine := found.machine or "") in ours:
            self._acts = Piles(*(self._before_the_copy(pile, machine) for pile in (found.done, found.undone)))
            del ours[: ours.index(machine) + 1]
        for machine in (*ours, journal.machine or ""):  # written by another: find our acts in our own journals
            journal.offsets.pop(machine, None)
        return changed

    def _before_the_copy(self, acts: Sequence[tuple[int, str]], machine: str) -> list[tuple[int, str]]:
        """Without what the home that this one was copied from did later."""
        length = self.journal.inherited[machine]
        return [act for act in acts if act[0] < length or not act[1].startswith(f"{machine}-")]


def _is_many(tails: Iterable[tuple[object, Event]]) -> bool:
    return sum(len(part.keys) for _, event in tails for part in event.parts) > _MANY


def _nobody(name: str, value: bool, keys: Sequence[str]) -> Generator[None, None, None]:
    """Nobody follows the marks."""
    yield from ()


def marks_of(paths: Paths, clock: Callable[[], float] = now) -> MarkStore:
    """A home's marks, with nothing read yet; everybody who writes them holds the same lock."""
    journal = Journal(paths.journal, paths.data / "machine", paths.marks_lock, clock)
    return MarkStore(paths.marks, paths.damaged, paths.marks_lock, journal)
