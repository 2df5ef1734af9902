"""Read, starred, undo. Nothing is shown before the library has it on disk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_digest.errors import StoreError
from tui_digest.store.events import LIBRARY_FIELDS

if TYPE_CHECKING:
    from collections.abc import Callable

    from tui_digest.library import Library
    from tui_digest.models import Change
    from tui_digest.tui.controllers.library_acts import LibraryActs
    from tui_digest.tui.controllers.resting import Resting
    from tui_digest.tui.host import Host
    from tui_digest.tui.reading_state import ReadingState
    from tui_digest.tui.voice import Voice


class Marking:
    """Marks of the papers in the list."""

    def __init__(
        self,
        state: ReadingState,
        library: Library,
        voice: Voice,
        resting: Resting,
        library_acts: LibraryActs,
        host: Host,
    ) -> None:
        self._state, self._library, self._voice = state, library, voice
        self._resting, self._library_acts, self._host = resting, library_acts, host

    # --- keys ------------------------------------------------------------------------------------------------

    def star(self, count: int | None = None) -> None:
        """Star the entry, or take the star off; with a count, that many entries alike."""
        keys = self._targets(self._state.cursor, count or 1)
        if keys:
            value = not self._library.marks.of(keys[0]).starred
            self._tell(self._carry_out(lambda: self._library.marks.star(keys, value), "mark"), "mark")

    def toggle_read(self, count: int | None = None) -> None:
        """Mark read or unread; with a count, that many entries alike."""
        self._resting.stop()
        keys = self._targets(self._state.cursor, count or 1)
        if keys:
            value = not self._library.marks.of(keys[0]).read
            self._tell(self._carry_out(lambda: self._library.marks.mark_read(keys, value), "mark"), "mark")

    def all_read(self, _: int | None = None) -> None:
        """Mark every entry of the list read: one act, undone as one."""
        self._resting.stop()
        keys = self._targets(0, len(self._state.rows))
        if keys:
            self._tell(self._carry_out(lambda: self._library.marks.mark_read(keys, True), "mark"), "mark")

    def undo(self, count: int | None = None) -> None:
        """Take back the last act, or as many as the count says."""
        self._resting.stop()
        self._step("undo", count or 1)

    def redo(self, count: int | None = None) -> None:
        """Do again what was undone last."""
        self._step("redo", count or 1)

    # --- marks -----------------------------------------------------------------------------------------------

    def _targets(self, first: int, count: int) -> list[str]:
        """The papers that a mark means."""
        keys = self._state.keys_from(first, count)
        if not keys:
            self._voice.say("entries.none_here")
        return keys

    def _carry_out(self, act: Callable[[], Change | None], words: str) -> Change | None:
        """Carry out one act; `words` begins the message id that tells of it."""
        try:
            change = act()
        except StoreError as error:
            self._voice.report(error)
            return None
        if change is None:
            self._voice.say("mark.unchanged" if words == "mark" else f"{words}.nothing")
            return None
        self._host.marks_changed()
        return change

    def _tell(self, change: Change | None, words: str) -> None:
        if change is not None:
            self._voice.tell_change(words, change)

    def _step(self, op: str, count: int) -> None:
        marks = self._library.marks
        step = marks.undo if op == "undo" else marks.redo
        for _ in range(count):
            act = marks.next_act(op)
            if act is not None and act.field in LIBRARY_FIELDS:
                self._library_acts.step(op)
                return
            change = self._carry_out(step, op)
            if change is None:
                return
            self._tell(change, op)
