"""Read, starred, undo: what the reader does to papers. Nothing is shown before the library has it on disk."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

from tui_digest.errors import DigestError, StoreError
from tui_digest.library import Library
from tui_digest.store.events import LIBRARY_FIELDS
from tui_digest.tui.screens.reader import Reader

if TYPE_CHECKING:
    from textual.timer import Timer

    from tui_digest.models import Change


class Marking(Reader):
    """The marking part of the main screen."""

    _rest: Timer | None = None
    """Runs while an opened entry waits to be read."""

    def _mark(self, act: Callable[[], Change | None], words: str) -> Change | None:
        """Carry out one act; `words` begins the message id that tells of it."""
        try:
            change = act()
        except StoreError as error:
            self.report(error)
            return None
        if change is None:
            nothing = "mark.unchanged" if words == "mark" else f"{words}.nothing"
            self.say(nothing)
            return None
        self.marks_changed()
        return change

    def _tell(self, change: Change | None, words: str) -> None:
        if change is not None:
            self.tell_change(words, change)

    def _targets(self, count: int | None, first: int | None = None) -> list[str]:
        """The papers that a mark with a count means: the one under the cursor and those below it."""
        first = self.entries_list.cursor if first is None else first
        last = min(first + (count or 1), len(self.rows))
        if first >= last or first < 0:
            self.say("entries.none_here")
        return list(dict.fromkeys(self.rows.keys[max(first, 0) : last]))

    def action_star(self, count: int | None = None) -> None:
        """Star the entry, or take the star off; with a count, that many entries alike."""
        keys = self._targets(count)
        if keys:
            value = not self.library.marks.of(keys[0]).starred
            change = self._mark(lambda: self.library.marks.star(keys, value), "mark")
            self._tell(change, "mark")

    def action_toggle_read(self, count: int | None = None) -> None:
        """Mark read or unread; with a count, that many entries alike."""
        self._stop_rest()
        keys = self._targets(count)
        if keys:
            value = not self.library.marks.of(keys[0]).read
            self._tell(self._mark(lambda: self.library.marks.mark_read(keys, value), "mark"), "mark")

    def action_mark_all_read(self, _: int | None = None) -> None:
        """Mark every entry of the list read: one act, undone as one."""
        self._stop_rest()
        keys = self._targets(len(self.rows), first=0)
        if keys:
            self._tell(self._mark(lambda: self.library.marks.mark_read(keys, True), "mark"), "mark")

    def action_undo(self, count: int | None = None) -> None:
        """Take back the last act, or as many as the count says."""
        self._stop_rest()
        self._step("undo", count or 1)

    def action_redo(self, count: int | None = None) -> None:
        """Do again what was undone last."""
        self._step("redo", count or 1)

    def _step(self, op: str, count: int) -> None:
        step = self.library.marks.undo if op == "undo" else self.library.marks.redo
        for _ in range(count):
            act = self.library.marks.next_act(op)
            if act is not None and act.field in LIBRARY_FIELDS:
                self.say(f"{op}.working")
                self.run_worker(self._library_step(op), group="library")
                return
            change = self._mark(step, op)
            if change is None:
                return
            self._tell(change, op)

    async def _library_step(self, op: str) -> None:
        """An act on the library may be about thousands of entries: it is done beside the screen, as another window
        would do it, and then looked at."""
        change = await self._done_beside(_step_in_own_library, op)
        if change is not None:
            self.tell_change(op, change)

    def ask_to_remove(self) -> None:
        """Ask whether the digest of the entry shown is to go out of the library."""
        from tui_digest.tui.screens.dialogs import RemovalDialog

        here = self.current()
        if here is None:
            self.say("entries.none_here")
            return
        digest = here.digest

        def answered(remove: bool | None) -> None:
            if remove:
                self.remove_digest(digest.id)

        days = self.tr.period(digest.start, digest.end)
        self.app.push_screen(RemovalDialog("  ".join(filter(None, (digest.title, days))), self.tr), answered)

    def remove_digest(self, digest_id: str | None = None) -> None:
        """Take a digest out of the library: without an id that of the entry shown."""
        if digest_id is None and (here := self.current()) is not None:
            digest_id = here.digest.id
        if digest_id is not None:
            self.run_worker(self._remove(digest_id), group="library")

    async def _remove(self, digest_id: str) -> None:
        change = await self._done_beside(_remove_in_own_library, digest_id)
        if change is not None:
            self.tell_change("mark", change)

    async def _done_beside(self, act: Callable[[Library, str], Change | None], what: str) -> Change | None:
        """What an act in a library object of its own changed, shown; None where it changed nothing, or failed."""
        self.acting += 1
        try:
            return await asyncio.to_thread(act, self.library, what)
        except DigestError as error:
            self.report(error)
            return None
        finally:
            self.acting -= 1
            self.look_again(mine=True)

    def opened(self) -> None:
        """Start the rest after which the entry shown is read."""
        self._stop_rest()
        sighting = self.current()
        after = self.settings.read_after
        if sighting is None or after < 0 or self.library.marks.of(sighting.key).read:
            return
        key = sighting.key
        if after == 0:
            self._read(key)
        else:
            self._rest = self.set_timer(after, lambda: self._read(key))

    def _read(self, key: str) -> None:
        current = self.current()
        if current is not None and current.key == key and not self.library.marks.of(key).read:
            self._mark(lambda: self.library.marks.mark_read([key], True), "mark")

    def _stop_rest(self) -> None:
        if self._rest is not None:
            self._rest.stop()
            self._rest = None


def _step_in_own_library(beside: Library, op: str) -> Change | None:
    library = beside.another()
    change = library.marks.undo() if op == "undo" else library.marks.redo()
    library.close()
    return change


def _remove_in_own_library(beside: Library, digest_id: str) -> Change | None:
    library = beside.another()
    change = library.imports.remove([digest_id])
    library.close()
    return change
