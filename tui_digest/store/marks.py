"""What the reader's acts add up to: read and starred papers, and what can be undone.

The journal is the truth; `marks.json` only saves reading all of it at every start. For each paper and field the
latest event wins, so reading an event twice, or two machines' events in any order, comes to the same.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tui_digest.errors import DigestError, StoreError
from tui_digest.models import Change, Mark
from tui_digest.store.files import set_aside, stamp
from tui_digest.store.lock import locked
from tui_digest.store.storage import opened, put_tables

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence
    from pathlib import Path

    from tui_digest.store.journal import Appender, Event, Journal

FIELDS = ("read", "starred")

UNDO_DEPTH = 1000
"""Acts that can be taken back."""

_MARKS = {(read, starred): Mark(read, starred) for read in (False, True) for starred in (False, True)}


@dataclass(slots=True)
class Column:
    """One field of every paper that was ever touched: key -> the moment it was set, or cleared."""

    on: dict[str, int] = field(default_factory=dict)
    off: dict[str, int] = field(default_factory=dict)

    def put(self, key: str, value: bool, at: int) -> bool:
        """Takes in one event about one paper, unless a later one is known; True when the value changed.

        Two machines' events of the same microsecond: the set one wins, so that all machines agree.
        """
        was = self.on.get(key)
        known = self.off.get(key, -1) if was is None else was
        if at < known or (at == known and not (value and was is None)):
            return False
        if value:
            self.off.pop(key, None)
            self.on[key] = at
        else:
            self.on.pop(key, None)
            self.off[key] = at
        return value != (was is not None)


@dataclass(slots=True)
class _Acts:
    """What undo and redo would take next (last), as (byte offset in this machine's journal, event id)."""

    done: list[tuple[int, str]] = field(default_factory=list)
    undone: list[tuple[int, str]] = field(default_factory=list)

    def follow(self, event: Event) -> None:
        if event.op == "set":
            while self.done and self.done[-1][0] >= event.offset:  # the journal was replaced by an older copy
                self.done.pop()
            self.done.append((event.offset, event.id))
            self.undone.clear()
            del self.done[:-UNDO_DEPTH]
            return
        origin, target = (self.done, self.undone) if event.op == "undo" else (self.undone, self.done)
        for place in range(len(origin) - 1, -1, -1):
            if origin[place][1] == event.of:
                target.append(origin.pop(place))
                return


class Marks:
    """The marks of all papers, in memory, and the only way to change them."""

    def __init__(self, path: Path, damaged: Path, lock: Path, journal: Journal) -> None:
        self._path = path
        self._damaged = damaged
        self._lock = lock
        self.journal = journal
        self.aliases: Mapping[str, str] = {}
        self.columns = {name: Column() for name in FIELDS}
        self._acts = _Acts()
        self._folded: dict[str, int] = {}
        self.changed: Callable[[str, bool, Sequence[str]], None] = lambda name, value, keys: None
        """Called with field, value and the papers whose mark really changed, after memory has it."""

    def load(self, notices: list[DigestError]) -> None:
        """Reads `marks.json` and what the journals hold beyond it.

        A damaged `marks.json` is moved aside, noted, and made again from the journals. Raises `store.newer`,
        `store.unreadable`.
        """
        try:
            self._load_folded()
        except StoreError as error:
            if error.message_id != "store.damaged":
                raise
            notices.append(error)
        self.catch_up()
        for machine, lines in self.journal.damaged_lines.items():
            notices.append(StoreError("store.journal_lines", path=self.journal.folder / f"{machine}.ndjson", n=lines))

    def use_aliases(self, aliases: Mapping[str, str]) -> None:
        """From now on a mark under a key of `aliases` is one of the paper it stands for."""
        self.aliases = aliases
        for column in self.columns.values():
            for side, value in ((column.on, True), (column.off, False)):
                if len(side) < len(aliases):
                    moved = [key for key in side if key in aliases]
                else:
                    moved = [key for key in aliases if key in side]
                for key in moved:
                    column.put(aliases[key], value, side.pop(key))

    def mark(self, key: str) -> Mark:
        """The paper's mark."""
        key = self.aliases.get(key, key)
        return _MARKS[key in self.columns["read"].on, key in self.columns["starred"].on]

    def chosen(self, name: str) -> Collection[str]:
        """The papers whose field is set."""
        return self.columns[name].on.keys()

    def catch_up(self) -> bool:
        """Takes in what was appended by others; True when there was anything."""
        tails = self.journal.tails()
        for machine, event in tails:
            self._follow(machine, event)
        return bool(tails)

    def set(self, name: str, value: bool, keys: Collection[str]) -> Change | None:
        """Sets a field of papers; None when all had that value. On disk before it returns.

        Raises `store.full`, `store.readonly`, `store.failed`, `store.busy`; then nothing has changed.
        """
        canonical = dict.fromkeys(self.aliases.get(key, key) for key in keys)
        column = self.columns[name]
        self.catch_up()
        if all((key in column.on) == value for key in canonical):
            return None
        with self.journal.writing() as appender:
            self.catch_up()
            changing = tuple([key for key in canonical if (key in column.on) != value])
            return self._append(appender, "set", name, value, changing) if changing else None

    def undo(self) -> Change | None:
        """Takes back this machine's latest act that still shows; None when there is none."""
        return self._back_or_forth("undo")

    def redo(self) -> Change | None:
        """Does again what the latest undo took back; None when there is none."""
        return self._back_or_forth("redo")

    def fold(self) -> None:
        """Writes `marks.json`, so that the next start reads no journal. Raises like `set`."""
        self.catch_up()
        if self.journal.offsets == self._folded:
            return
        with locked(self._lock):
            self.catch_up()
            machine = self.journal.machine
            acts = {"machine": machine, "done": self._acts.done, "undone": self._acts.undone}
            tables: dict[str, list[dict[str, Any]]] = {
                "marks": [{"field": name, "set": c.on, "cleared": c.off} for name, c in self.columns.items()],
                "folded": [{"journals": self.journal.offsets, "latest": self.journal.latest}],
                "acts": [acts],
            }
            put_tables(self._path, self._damaged, tables)
            self._folded = dict(self.journal.offsets)

    def _back_or_forth(self, op: str) -> Change | None:
        acts = self._acts
        self.catch_up()
        if not (acts.done if op == "undo" else acts.undone):
            return None
        with self.journal.writing() as appender:
            self.catch_up()
            pile = acts.done if op == "undo" else acts.undone
            while pile:
                offset, event_id = pile[-1]
                event = self.journal.event_at(offset)
                if event is None or event.id != event_id or event.field not in self.columns:
                    pile.pop()  # the journal was replaced: that act cannot be known any more
                    continue
                value = event.value if op == "redo" else not event.value
                on = self.columns[event.field].on
                keys = tuple([key for key in event.keys if (self.aliases.get(key, key) in on) != value])
                change = self._append(appender, op, event.field, value, keys, event_id)
                if change.keys:
                    return change
        return None

    def _append(
        self, appender: Appender, op: str, name: str, value: bool, keys: tuple[str, ...], of: str | None = None
    ) -> Change:
        event = appender.append(op, name, value, keys, of)
        changed = self._follow(self.journal.machine, event)
        return Change(name, value, tuple(changed))

    def _follow(self, machine: str | None, event: Event) -> list[str]:
        if machine == self.journal.machine:
            self._acts.follow(event)
        column = self.columns.get(event.field)
        if column is None:
            return []
        canonical = dict.fromkeys(self.aliases.get(key, key) for key in event.keys)
        changed = [key for key in canonical if column.put(key, event.value, event.at)]
        if changed:
            self.changed(event.field, event.value, changed)
        return changed

    def _load_folded(self) -> None:
        if stamp(self._path) is None:
            return
        try:
            with opened(self._path, self._damaged) as database:
                columns: list[dict[str, Any]] = [*database.table("marks")]
                folded: list[dict[str, Any]] = [*database.table("folded")]
                acts: list[dict[str, Any]] = [*database.table("acts")]
            found = {each["field"]: Column(each["set"], each["cleared"]) for each in columns}
            if not all(isinstance(column.on, dict) and isinstance(column.off, dict) for column in found.values()):
                raise TypeError(found)
            offsets = {str(name): int(offset) for name, offset in folded[0]["journals"].items()}
            latest = int(folded[0]["latest"])
            ours = acts[0]["machine"] == self.journal.machine
            done, undone = ([(int(o), str(i)) for o, i in acts[0][pile]] for pile in ("done", "undone"))
        except (LookupError, TypeError, ValueError, AttributeError):
            raise set_aside(self._path, self._damaged) from None
        self.columns |= {name: column for name, column in found.items() if name in FIELDS}
        self._folded, self.journal.offsets = offsets, dict(offsets)
        self.journal.latest = max(self.journal.latest, latest)
        if ours:
            self._acts = _Acts(done, undone)
        elif self.journal.machine is not None:  # written by another machine: find our acts in our own journal
            self.journal.offsets.pop(self.journal.machine, None)
