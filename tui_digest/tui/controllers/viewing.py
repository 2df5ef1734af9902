"""The views across all weeks: their counts, and those that the user saves under a name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_digest.errors import DigestError
from tui_digest.tui.controllers.asked_line import AskedLine
from tui_digest.tui.controllers.late_text import anew
from tui_digest.tui.panes.weeks import LATER
from tui_digest.tui.row_texts import ViewRow
from tui_digest.tui.wrap import ellipsis

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.timer import Timer

    from tui_digest.library import Library
    from tui_digest.models import Change
    from tui_digest.tui.host import Host
    from tui_digest.tui.panes.main_panes import Panes
    from tui_digest.tui.reading_state import ReadingState
    from tui_digest.tui.voice import Voice

_SOON, _NEXT, _LATER = 0.4, 0.02, 4.0
"""Seconds: after a change, between two counts, and after the start of a large library, when its columns are loaded."""

_NAME = 40
"""Cells of a name that is proposed."""


class Viewing:
    """Rows of the week list that are no weeks."""

    def __init__(self, state: ReadingState, library: Library, voice: Voice, panes: Panes, host: Host) -> None:
        self._state, self._library, self._voice, self._panes, self._host = state, library, voice, panes, host
        self.uncounted: list[str] = []
        """The views whose papers are still to be counted; `""` stands for those with a note, `LATER` for those that
        wait."""
        self._soon: Timer | None = None
        self.line = AskedLine("name", host, self._answered, self._hint, self._purpose)
        """For the name of a view that is saved."""
        self._renaming = ""
        """The saved view whose name stands in the box."""
        self._saving = ""
        """The query that is to get a name."""
        self._refused = False
        """Whether the name just typed could not be kept."""

    def stand_at(self, row: str | ViewRow | None) -> None:
        """Show what a row of the week list stands for. A view of such a row is let go with it; one that was chosen
        inside a week stays."""
        state = self._state
        view = state.view if state.week is not None else "all"
        if not isinstance(row, ViewRow):
            other = state.stand_at(row, view, "")
        elif row.saved:
            other = state.stand_at(None, state.view if state.saved == row.name else "all", row.name)
        else:
            other = state.stand_at(None, row.name, "")
        if other:
            self._panes.show_rows()
            self._panes.stand_on_week()

    # --- counts ----------------------------------------------------------------------------------------------

    def count_soon(self, *, at_start: bool = False) -> None:
        """Count anew, when the keys have rested."""
        if self._soon is not None:
            self._soon.stop()
        self.uncounted = ["", LATER, *self._state.views]
        self._soon = self._host.set_timer(_LATER if at_start and self._library.lists.large else _SOON, self.count_next)

    def count_next(self) -> None:
        """Count one view, so that no key waits for more than one; the next follows."""
        if self.uncounted:
            name = self.uncounted.pop(0)
            lists = self._library.lists
            try:
                built_in = {"": lists.noted, LATER: lists.put_off}.get(name)
                found = lists.view_papers(name) if built_in is None else built_in()
            except DigestError as error:
                self._voice.report(error)
                found = None
            self._panes.weeks.take_count(name, found)
            self._soon = self._host.set_timer(_NEXT, self.count_next)

    # --- saving ----------------------------------------------------------------------------------------------

    def _hint(self) -> str:
        """What an empty name means."""
        return self._voice.tr("view.delete" if self._renaming else "view.name")

    def _purpose(self) -> str:
        """What the name is for."""
        return self._voice.tr("view.rename", name=self._renaming) if self._renaming else self._saving

    def save(self, _: int | None = None) -> None:
        """Save what is asked for under a name; on a saved view, change its name or take it away."""
        if self.line.open:
            return
        state = self._state
        row = self._panes.weeks.here() if state.pane == "weeks" else None
        further = state.text or state.chosen or state.view != "all"
        self._renaming = row.name if isinstance(row, ViewRow) and row.saved else "" if further else state.saved
        self._saving = "" if self._renaming else state.asked_text()
        if not self._renaming and not self._saving:
            self._voice.say("view.nothing")
            return
        name = self._renaming or ellipsis(state.asked(self._voice.tr).replace("#", ""), _NAME)
        self.line.ask(name, select=True)

    def _answered(self, text: str | None) -> None:
        """Keep the name; an empty one takes the view away, None leaves it as it was. A name that cannot be kept stays
        in its box."""
        keep = anew(self._library, self._voice, self._keep_name) if text is not None else None
        self._refused = False
        if keep is not None:
            keep(text or "")
        self.line.end(closed=not self._refused, late=keep)

    def _keep_name(self, typed: str) -> None:
        name, text, old = typed.strip(), self._saving, self._renaming
        views, saved = self._library.views, self._state.saved
        if old:
            said = "view.renamed" if name else "mark.view.off"
            act = (lambda: views.rename(old, name)) if name else (lambda: views.delete(old))
            if self._carried_out(act, name if saved == old else saved):
                self._voice.say(said, tag=old, name=name)
        elif name:
            said = "mark.view.on" if views.named(name) is None else "view.replaced"
            if self._carried_out(lambda: views.save(name, text), saved):
                self._voice.say(said, tag=name)
        else:
            self._voice.say("view.unnamed")

    def _carried_out(self, act: Callable[[], Change | None], shown: str) -> bool:
        """Whether an act on the views changed one; then `shown` is the saved view that is shown."""
        try:
            change = act()
        except DigestError as error:
            self._refused = True
            self._voice.report(error)
            return False
        if change is None:
            self._voice.say("mark.unchanged")
            return False
        self._state.rename_saved(shown)
        self._host.marks_changed()
        return True
