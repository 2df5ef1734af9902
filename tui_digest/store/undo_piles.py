"""The acts of this machine that can be taken back, and those that can be done again."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tui_digest.store.events import REFRESH

if TYPE_CHECKING:
    from tui_digest.store.events import Event, Part

UNDO_DEPTH = 1000
"""Acts that can be taken back."""


@dataclass(slots=True)
class Piles:
    """What undo and redo would take next (last), as (byte offset in this machine's journal, event id)."""

    done: list[tuple[int, str]] = field(default_factory=list)
    undone: list[tuple[int, str]] = field(default_factory=list)

    def follow(self, event: Event) -> None:
        """Takes in an event of this machine; what sources brought by themselves is no act of the user's and cannot be
        taken back."""
        if event.field == REFRESH:
            return
        if event.op == "set":
            journal = event.id.partition("-")[0]
            while self.done and self.done[-1][0] >= event.offset and self.done[-1][1].startswith(journal):
                self.done.pop()  # the journal was replaced by an older copy
            if event.after is not None and self.done and self.done[-1][1] == event.after:
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


def turned_part(part: Part, op: str) -> Part:
    """What an act's part comes to when the act is undone (`undo`) or done again (`redo`)."""
    if op == "redo":
        return part
    return part._replace(value=part.was) if part.field == "note" else part._replace(value=not part.value)
