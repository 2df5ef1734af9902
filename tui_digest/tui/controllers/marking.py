"""Read, starred, undo. Nothing is shown before the library has it on disk."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from tui_digest.errors import StoreError
from tui_digest.store.events import LIBRARY_FIELDS
from tui_digest.tui.in_pieces import do_in_pieces

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tui_digest.library import Library
    from tui_digest.models import Change
    from tui_digest.tui.controllers.library_acts import LibraryActs
    from tui_digest.tui.controllers.resting import Resting
    from tui_digest.tui.host import Host
    from tui_digest.tui.reading_state import ReadingState
    from tui_digest.tui.selected_papers import SelectedPapers
    from tui_digest.tui.voice import Voice


class Marking:
    """Marks of the papers in the list."""

    def __init__(
        self,
        state: ReadingState,
        selected: SelectedPapers,
        library: Library,
        voice: Voice,
        resting: Resting,
        library_acts: LibraryActs,
        host: Host,
    ) -> None:
        self._state, self._selected, self._library, self._voice = state, selected, library, voice
        self._resting, self._library_acts, self._host = resting, library_acts, host

    # --- keys ------------------------------------------------------------------------------------------------

    def star(self, count: int | None = None) -> None:
        """Star the entry, or take the star off; with a count that many entries, else all that are selected, alike."""
        if keys := self._targets(count):
            value = not self._have(keys, count, "starred")
            self._act(lambda: self._library.marks.star(keys, value), "mark")

    def toggle_read(self, count: int | None = None) -> None:
        """Mark read or unread; with a count that many entries, else all that are selected, alike."""
        self._resting.stop()
        if keys := self._targets(count):
            value = not self._have(keys, count, "read")
            self._act(lambda: self._library.marks.mark_read(keys, value), "mark")

    def all_read(self, _: int | None = None) -> None:
        """Mark every entry of the list read: one act, undone as one."""
        self._resting.stop()
        if keys := self._here(0, len(self._state.rows)):
            self._act(lambda: self._library.marks.mark_read(keys, True), "mark")

    def undo(self, count: int | None = None) -> None:
        """Take back the last act, or as many as the count says."""
        self._resting.stop()
        self._step("undo", count or 1)

    def redo(self, count: int | None = None) -> None:
        """Do again what was undone last."""
        self._step("redo", count or 1)

    # --- marks -----------------------------------------------------------------------------------------------

    def _targets(self, count: int | None) -> list[str]:
        """The papers that a mark means: those that are selected, unless a count was typed."""
        selected = self._selected.keys() if count is None else []
        return selected or self._here(self._state.cursor, count or 1)

    def _here(self, first: int, count: int) -> list[str]:
        keys = self._state.keys_from(first, count)
        if not keys:
            self._voice.say("entries.none_here")
        return keys

    def _have(self, keys: Sequence[str], count: int | None, field: str) -> bool:
        """Whether they have the mark: of those that are selected, all; else the first, for the others do as it does."""
        of = self._library.marks.of
        return all(getattr(of(key), field) for key in (keys if count is None else keys[:1]))

    def _act(self, act: Callable[[], Change | None], words: str) -> bool:
        """Carry out one act; `words` begins the message id that tells of it. It is on disk before any other key acts;
        one on thousands of papers is taken into memory between keys, and told when that is done. False where nothing
        changed."""
        marks = self._library.marks
        try:
            change = marks.put_on_disk(act)
        except StoreError as error:
            self._voice.report(error)
            return False
        if change is None:
            self._voice.say("mark.unchanged" if words == "mark" else f"{words}.nothing")
            if marks.behind:  # what was done to these papers elsewhere is known since just now
                self._host.marks_changed()
        elif marks.own_behind:
            self._host.run_worker(partial(self._take_in, change, words), group="marks")
        else:
            self._tell(change, words)
        return change is not None

    async def _take_in(self, change: Change, words: str) -> None:
        await do_in_pieces(self._library.marks.taking_in(own=True))
        self._tell(change, words)

    def _tell(self, change: Change, words: str) -> None:
        self._host.marks_changed()
        self._voice.tell_change(words, change, self._title(change))

    def _title(self, change: Change) -> str:
        """The title of the one paper that a mark changed; empty where it is more than one, or none."""
        if len(change.keys) != 1 or change.others:
            return ""
        if change.keys[0] == self._state.key_here():
            return self._state.rows[self._state.cursor].title
        mentions = self._library.lists.sightings(change.keys[0])
        return mentions[0].display_title if mentions else ""

    def _step(self, op: str, count: int) -> None:
        marks = self._library.marks
        step = marks.undo if op == "undo" else marks.redo
        for _ in range(count):
            act = marks.next_act(op)
            if act is not None and act.field in LIBRARY_FIELDS:
                self._library_acts.step(op)
                return
            if not self._act(step, op):
                return
