"""What the user does to papers (marks, notes, own tags), and undo, redo and history of every act, also of imports.

An act costs one append and one fsync, and is on disk before its method returns.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Generator, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from tui_digest.models import Act, Change, Mark
from tui_digest.store.events import TAG, Part, change_of
from tui_digest.store.lock import locked
from tui_digest.store.note_writing import write_note
from tui_digest.store.typed import note_text, tag_name

if TYPE_CHECKING:  # imported where they are used: the first screen needs none of it
    from tui_digest.errors import DigestError
    from tui_digest.store.events import Event
    from tui_digest.store.mark_store import MarkStore
    from tui_digest.store.note_writing import Saved


T = TypeVar("T")


class Marks:
    """The user's marks. All that change them return the change, or None where nothing had to change, and raise
    `store.full`, `store.readonly`, `store.failed` or `store.busy`; then nothing has changed."""

    def __init__(
        self,
        store: MarkStore,
        *,
        undo_lock: Path,
        settle: Callable[[], DigestError | None],
        exchange: Callable[[Event, str], Change | None],
    ) -> None:
        """`settle` takes back an act on the library that was cut short, and returns what is to be said of it;
        `exchange` carries out the undo or redo of an act on the library."""
        self._store = store
        self._undo_lock = undo_lock
        self._settle = settle
        self._exchange = exchange
        self.of: Callable[[str], Mark] = store.mark
        """What the user did with the paper of a key. The store's own: lists ask for every row that they draw."""

    def tags(self) -> list[str]:
        """The user's own tags, by name."""
        return sorted(self._store.own_tags())

    def waiting(self) -> dict[str, int]:
        """The papers that wait, put off by a triage and not read since, each with that moment."""
        return self._store.waiting()

    def waits_since(self, key: str) -> int | None:
        """Since when the paper waits that a triage put off, in microseconds since 1970; None where it does not wait."""
        return self._store.waits_since(key)

    # -- acts on papers ------------------------------------------------------------------------------------------

    def mark_read(self, keys: Collection[str], value: bool) -> Change | None:
        """Marks papers read or unread."""
        return self._store.set("read", value, keys)

    def star(self, keys: Collection[str], value: bool) -> Change | None:
        """Stars papers or takes the stars off."""
        return self._store.set("starred", value, keys)

    def set_fields(self, key: str, fields: Sequence[str], value: bool) -> Change | None:
        """Sets or takes off several of a paper's marks (`read`, `starred`, `later`) as one act, and waits for no other
        paper, as `put_on_disk` has it."""
        return self.put_on_disk(lambda: self._store.set_all([Part(field, value, (key,)) for field in fields]))

    def tag(self, tag: str, keys: Collection[str], value: bool) -> Change | None:
        """Puts an own tag on papers or takes it off; a `#` before the name means nothing.

        Raises `tag.empty`, too, where nothing is left of the name.
        """
        return self._store.set(TAG + tag_name(tag), value, keys)

    def set_tags(self, key: str, tags: Collection[str], *, seen: Collection[str] | None = None) -> Change | None:
        """Makes these the paper's own tags, as one act; raises like `tag`. `seen` are the tags that the user last saw
        on it: then only what differs from those is put on and taken off, as others may have changed more since."""
        wanted, known = {tag_name(tag) for tag in tags}, set(self.of(key).tags if seen is None else seen)
        changes = [(tag, True) for tag in sorted(wanted - known)] + [(tag, False) for tag in sorted(known - wanted)]
        return self._store.set_all([Part(TAG + tag, value, (key,)) for tag, value in changes]) if changes else None

    def tag_all(self, keys: Collection[str], put_on: Collection[str], taken_off: Collection[str]) -> Change | None:
        """Puts own tags on papers and takes others off, all as one act; raises like `tag`."""
        tags = [(tag_name(tag), True) for tag in put_on] + [(tag_name(tag), False) for tag in taken_off]
        parts = [Part(TAG + tag, value, tuple(keys)) for tag, value in dict.fromkeys(tags)]
        return self._store.set_all(parts) if parts else None

    def put_on_disk(self, act: Callable[[], T]) -> T:
        """Does one of these acts, on thousands of papers maybe, and returns what it returns: it is on disk then, and in
        memory after `taking_in`, where it is `own_behind`. It does not wait either for what others did to thousands of
        papers: of that it takes in what was done to its own, and leaves the rest to `taking_in`."""
        with self._store.patient():
            return act()

    @property
    def behind(self) -> bool:
        """Whether `taking_in` has something to do."""
        return self._store.behind

    @property
    def own_behind(self) -> bool:
        """Whether that is an act done here, and not only what others did."""
        return self._store.own_behind

    @property
    def unread(self) -> int:
        """How many bytes of what other machines did are still to be read."""
        return self._store.unread

    def taking_in(self, *, own: bool = False) -> Generator[None, None, None]:
        """Takes into memory what is left of acts, in steps of about a millisecond; with `own`, until all is in that was
        done here."""
        return self._store.taking_in_own() if own else self._store.taking_in()

    def note(self, key: str, text: str | None) -> Change | None:
        """Writes the note on a paper, in the place of the one that is there; None or a blank text takes it away."""
        return write_note(self._store, key, note_text(text)).change

    def write_note(self, key: str, text: str, *, seen: str, after: str | None = None) -> Saved:
        """Saves a note while it is written. `seen` is the note as its writer last had it: what others made of it since
        is kept beside the text. `after` is the act it was saved by before, to be one act with it. It waits for no other
        paper, as `put_on_disk` has it."""
        return self.put_on_disk(lambda: write_note(self._store, key, note_text(text), seen=seen, after=after))

    # -- undo ----------------------------------------------------------------------------------------------------

    def next_act(self, op: str) -> Event | None:
        """The act that `undo` or `redo` would take; one of `LIBRARY_FIELDS` may take a while."""
        return self._store.next_act(op)

    def undo(self) -> Change | None:
        """Takes back the latest act, also one of an earlier start; None when there is none. Raises `undo.lost`, too."""
        return self._step("undo")

    def redo(self) -> Change | None:
        """Does again what was last undone; None when there is none. Raises like `undo`."""
        return self._step("redo")

    def history(self) -> Iterator[Act]:
        """Every act of every machine, the latest first."""
        events = self._store.journal.events()
        undone: set[str] = set()
        gone_on = {event.after for _, event in events}
        for _, event in events:
            if event.op == "undo" and event.of:
                undone.add(event.of)
            elif event.op == "redo" and event.of:
                undone.discard(event.of)
        for machine, event in reversed(events):
            if event.id in gone_on:
                continue  # a note that was written on
            change = change_of(event.parts, event.entries)
            yield Act(event.id, event.at, machine, event.op, change, event.id in undone)

    def _step(self, op: str) -> Change | None:
        taken_back = self._settle()
        if taken_back is not None and op == "undo":  # that was the latest act: not the one before it, too
            raise taken_back
        if self._store.next_act(op) is None:
            return None
        with locked(self._undo_lock):
            return (self._store.undo if op == "undo" else self._store.redo)(self._exchange)
