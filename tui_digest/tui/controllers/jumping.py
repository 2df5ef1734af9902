"""From a paper to its other mentions and to the papers its text links to, and back; from match to match."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tui_digest.models import Place
from tui_digest.tui.mentions import Mention, mention_of

if TYPE_CHECKING:
    from tui_digest.models import Sighting
    from tui_digest.tui.controllers.resting import Resting
    from tui_digest.tui.panes.main_panes import Panes
    from tui_digest.tui.reading_state import ReadingState
    from tui_digest.tui.voice import Voice


class Stop(NamedTuple):
    """Where one was before a jump, and on which mention of the paper."""

    place: Place
    mention: Mention | None


class Jumping:
    """Jumps, and the way back."""

    def __init__(self, state: ReadingState, voice: Voice, panes: Panes, resting: Resting) -> None:
        self._state, self._voice, self._panes, self._resting = state, voice, panes, resting
        self._way: list[Stop] = []
        """Where Backspace goes, the latest last."""

    def jump(self, target: Sighting) -> None:
        """Go to a paper in a digest, with nothing left out of its week; Backspace comes back."""
        here = self._state.current()
        self._way.append(Stop(self._state.place(self._panes.entry.body.top), mention_of(here) if here else None))
        self._state.ask_as(Place())
        self._panes.show_week(target.digest.week, key=target.key)
        self._stand_on(target.key, mention_of(target))
        self._panes.go_to("entry")
        self._resting.begin()

    def back(self, count: int | None = None) -> None:
        """Go back to where the last jump began; with a count, that many jumps."""
        if self._state.listed is not None:
            self._panes.leave_listed()
            return
        if not self._way:
            self._voice.say("jump.nowhere")
            return
        del self._way[len(self._way) - min(count or 1, len(self._way)) + 1 :]
        place, mention = self._way.pop()
        self._state.ask_as(place)
        self._panes.show_week(place.week, key=place.key)
        if place.key is not None:
            self._stand_on(place.key, mention)
        self._panes.go_to(place.pane)
        self._panes.show_entry(top=place.scroll)

    def _stand_on(self, key: str, mention: Mention | None) -> None:
        """Stand on that mention, among several of the paper in one list."""
        row = self._state.row_of(key, mention)
        if row is not None:
            self._panes.stand_on(row)
            self._panes.show_entry()

    # --- matches ---------------------------------------------------------------------------------------------

    def next_match(self, count: int | None = None) -> None:
        """Go on to the next match in the entry; past its last one, or in the list, to the next entry found."""
        self._to_match(1, count or 1)

    def previous_match(self, count: int | None = None) -> None:
        """Go back to the match before."""
        self._to_match(-1, count or 1)

    def _to_match(self, step: int, count: int) -> None:
        state, panes = self._state, self._panes
        if not (state.text or state.saved):
            self._voice.say("match.none")
            return
        for _ in range(count):
            if state.pane == "entry" and panes.entry.body.to_match(step):
                continue
            if not panes.entries.list.move(step):
                self._voice.say("match.last")
                return
            panes.show_entry()
            if state.pane == "entry":
                panes.entry.body.to_match(step)
        if state.pane not in ("entries", "entry"):
            panes.go_to("entries")
