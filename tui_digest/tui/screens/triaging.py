"""From the list into triage, and back."""

from __future__ import annotations

from tui_digest.errors import DigestError
from tui_digest.tui.screens.reader import Reader


class Triaging(Reader):
    """The part of the main screen that begins a triage of what is shown."""

    def action_triage(self, _: int | None = None) -> None:
        """Go through what is unread in the list, a verdict a paper; on where one stopped."""
        from tui_digest import query
        from tui_digest.library import EVERYTHING
        from tui_digest.library.triaging import Triage
        from tui_digest.tui.screens.triage import TriageScreen

        self._stop_rest()
        typed = "" if self.wanted == EVERYTHING else query.unparse(self.wanted)
        try:
            triage = Triage(self.library, self.week, self.wanted, typed)
        except DigestError as error:
            self.report(error)
            return
        if not triage.total:
            self.say("triage.nothing")
            return
        self.app.push_screen(TriageScreen(triage, self.settings, self.tr, self.table), lambda _: self._triaged())

    def _triaged(self) -> None:
        self.count()
        self.show_week(self.week, key=self.key_here(), index=max(0, self.entries_list.cursor))
        self.show_status()

    # What the other parts answer.

    def _stop_rest(self) -> None:
        raise NotImplementedError

    def count(self) -> bool:
        """Ask for the weeks, their counts and the views anew; True where the views are others."""
        raise NotImplementedError
