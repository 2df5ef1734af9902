"""Moving between panes, and to the unread."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_digest.errors import DigestError
from tui_digest.tui.panes.entry import EntryPane
from tui_digest.tui.panes.layout import TWO_PANES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tui_digest.tui.controllers.facets import Facets
    from tui_digest.tui.controllers.resting import Resting
    from tui_digest.tui.controllers.several import Several
    from tui_digest.tui.controllers.under_way import UnderWay
    from tui_digest.tui.panes.main_panes import Panes
    from tui_digest.tui.reading_state import ReadingState
    from tui_digest.tui.voice import Voice

_ORDER = ("weeks", "tags", "entries", "entry")
_LEFT = {"entry": "entries", "entries": "weeks", "tags": "weeks"}
_RIGHT = {"weeks": "entries", "tags": "entries", "entries": "entry"}


class Moving:
    """The way from pane to pane. Moving within one is the pane's own."""

    def __init__(
        self,
        state: ReadingState,
        voice: Voice,
        panes: Panes,
        facets: Facets,
        resting: Resting,
        several: Several,
        under_way: UnderWay,
    ) -> None:
        self._several, self._under_way = several, under_way
        self._state, self._voice, self._panes, self._facets, self._resting = state, voice, panes, facets, resting

    def go_to(self, pane: str) -> None:
        """Go to a pane; into the entry, this opens it."""
        if pane == "entry" and self._state.pane != "entry":
            if self._state.current() is None:
                self._voice.say("entries.none_here")
                return
            self._panes.go_to("entry")
            self._resting.begin()
        else:
            self._panes.go_to(pane)

    def next_pane(self, count: int | None = None) -> None:
        """Go to the next pane, round and round."""
        self.go_to(_ORDER[(_ORDER.index(self._state.pane) + (count or 1)) % len(_ORDER)])

    def previous_pane(self, count: int | None = None) -> None:
        """Go to the pane before, round and round."""
        self.go_to(_ORDER[(_ORDER.index(self._state.pane) - (count or 1)) % len(_ORDER)])

    def left(self, count: int | None = None) -> bool:
        """Go to the pane to the left; False where there is none."""
        return self._beside(_LEFT, count or 1)

    def right(self, count: int | None = None) -> bool:
        """Go to the pane to the right; False where there is none."""
        return self._beside(_RIGHT, count or 1)

    def _beside(self, neighbours: Mapping[str, str], steps: int) -> bool:
        pane = before = self._state.pane
        for _ in range(min(steps, len(_ORDER))):
            pane = neighbours.get(pane, pane)
        self.go_to(pane)
        return pane != before

    def open(self, _: int | None = None) -> bool:
        """Go into what the cursor is on; in the list below the weeks, choose it; where nothing was found, ask for what
        was probably meant. False in the entry, which is open."""
        pane = self._state.pane
        if pane == "tags":
            self._facets.toggle()
        elif pane == "weeks":
            self._panes.go_to("entries")
        elif pane == "entries" and not self._panes.take_suggestion():
            self.right()
        return pane != "entry"

    def back(self, _: int | None = None) -> None:
        """Go out of a pane; in the list, stop an export or a command that is under way, then let
        go what is selected, then what narrows it; never out of the program."""
        state, width = self._state, self._panes.room.width
        if state.zen:
            self.zen()
        elif state.pane == "entry" or (state.pane in ("tags", "weeks") and width >= TWO_PANES):
            self._panes.go_to("entries")
        elif state.pane == "entries" and (self._under_way.stop("export", "command") or self._several.clear()):
            return
        elif state.listed is not None:
            self._panes.leave_listed()
        elif state.narrowed:
            self._panes.widen()
        elif width < TWO_PANES:
            self._panes.go_to("weeks")

    def zen(self, _: int | None = None) -> None:
        """Have the entry alone, or all panes again."""
        self._state.toggle_zen()
        self._panes.follow()

    def onward(self, count: int | None = None) -> None:
        """Go a page on in the entry; at its end, to the next unread entry. In the side lists, a page of rows."""
        here = self._panes.here
        if self._state.pane == "entries":
            self.go_to("entry")
        elif not isinstance(here, EntryPane):
            here.page_down(count)
        elif not here.body.page(count or 1):
            self.next_unread()

    # --- unread ----------------------------------------------------------------------------------------------

    def next_unread(self, count: int | None = None) -> None:
        """Go to the next unread entry; past the end of a week, that of the next week with one; past the last, the
        first."""
        self._to_unread(1, count or 1)

    def previous_unread(self, count: int | None = None) -> None:
        """Go to the unread entry before, round and round as well."""
        self._to_unread(-1, count or 1)

    def _to_unread(self, step: int, count: int) -> None:
        state, panes = self._state, self._panes
        start, wrapped = (state.week, state.cursor), False
        for _ in range(count):
            try:
                found = state.next_unread(step)
            except DigestError as error:
                self._voice.report(error)
                return
            if found is None:
                self._voice.say("unread.none")
                return
            wrapped |= found.wrapped
            if found.week != state.week:
                panes.show_week(found.week)
            panes.stand_on(found.row)
        if (state.week, state.cursor) == start:
            self._voice.say("unread.only")
        elif wrapped:
            self._voice.say("unread.wrapped" if step > 0 else "unread.wrapped_back")
        if state.pane == "entry":
            panes.show_entry()
            self._resting.begin()
        elif state.pane != "entries":
            panes.go_to("entries")
