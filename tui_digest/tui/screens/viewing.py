"""The views across all weeks: their rows in the week list, their counts, and those that the reader saves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_digest import query
from tui_digest.errors import DigestError
from tui_digest.tui.rows import ViewRow, WeekRows
from tui_digest.tui.screens.finding import Finding
from tui_digest.tui.wrap import ellipsis

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from textual.timer import Timer

    from tui_digest.models import Change
    from tui_digest.tui.widgets.line_box import NameBox

_SOON, _NEXT, _LATER = 0.4, 0.02, 4.0
"""Seconds: after a change, between two counts, and after the start of a large library, when its columns are loaded."""

_LARGE = 10_000
"""Papers."""

_NAME = 40
"""Cells of a name that is proposed."""


class Viewing(Finding):
    """The viewing part of the main screen."""

    week_rows: WeekRows
    views: Mapping[str, str]
    """The saved views by name, and the query of each."""
    _papers: dict[str, int | None]
    """How many papers each view has that costs something to count: `""` for those with a note, else its name."""
    _uncounted: list[str]
    _soon: Timer | None = None
    _name_box: NameBox | None = None
    _renaming: str = ""
    """The saved view whose name stands in the box."""
    _saving: str = ""
    """The query that is to get a name."""
    _name_refused: bool = False
    """Whether the name just typed could not be kept."""

    # --- rows ------------------------------------------------------------------------------------------------

    def take_views(self) -> bool:
        """Take in the saved views; True where they are others than before."""
        before, self.views = self.views, self.library.views.all()
        if before == self.views:
            return False
        if self.saved not in self.views:
            self.saved = ""
        self.make_query()
        return True

    def view_rows(self) -> list[ViewRow]:
        """The rows between that of all weeks and the weeks."""
        rows = [ViewRow("unread", self.totals.unread), ViewRow("starred", self.totals.starred)]
        rows += [ViewRow("noted", self._papers.get(""))]
        return rows + [ViewRow(name, self._papers.get(name), saved=True) for name in self.views]

    def stand_at(self, row: str | ViewRow | None) -> None:
        """Show what a row of the week list stands for. A view of such a row is let go with it; one that was chosen
        inside a week stays."""
        view = self.view if self.week is not None else "all"
        if not isinstance(row, ViewRow):
            wanted = (row, view, "")
        elif row.saved:
            wanted = (None, self.view if self.saved == row.name else "all", row.name)
        else:
            wanted = (None, row.name, "")
        if wanted != (self.week, self.view, self.saved):
            self.week, self.view, self.saved = wanted
            self.make_query()
            self.show_rows()
            self.stand_on_row()

    def stand_on_row(self) -> None:
        """Put the cursor of the week list where it belongs to what is shown."""
        index = self.week_rows.index_of(self.week, self.view, self.saved)
        if index != self.weeks_list.cursor:
            self.weeks_list.set_rows(self.week_rows, cursor=index)
            self.show_status()

    # --- counts ----------------------------------------------------------------------------------------------

    def count_views(self, *, at_start: bool = False) -> None:
        """Count anew, when the keys have rested."""
        if self._soon is not None:
            self._soon.stop()
        self._uncounted = ["", *self.views]
        late = at_start and self.totals.papers > _LARGE
        self._soon = self.set_timer(_LATER if late else _SOON, self._count_next)

    def _count_next(self) -> None:
        """One view at a time, so that no key waits for more than one."""
        if self._uncounted:
            name = self._uncounted.pop(0)
            try:
                found = self.library.lists.view_papers(name) if name in self.views else self.library.lists.noted()
            except DigestError as error:
                self.report(error)
                found = None
            if found != self._papers.get(name):
                self._papers[name] = found
                self.week_rows.set(self.weeks, self.totals.unread, self.view_rows())
                self.weeks_list.refresh_rows()
            self._soon = self.set_timer(_NEXT, self._count_next)

    # --- saving ----------------------------------------------------------------------------------------------

    @property
    def naming(self) -> bool:
        """Whether a view gets its name."""
        return self._name_box is not None

    def naming_words(self) -> str:
        """What the name in the box is for."""
        return self.tr("view.rename", name=self._renaming) if self._renaming else self._saving

    def action_save_view(self, _: int | None = None) -> None:
        """Save what is asked for under a name; on a saved view, change its name or take it away."""
        from tui_digest.tui.widgets.line_box import NameBox

        if self._name_box is not None:
            return
        row = self.week_rows.at(self.weeks_list.cursor) if self.pane == "weeks" else None
        further = self.text or self.chosen or self.view != "all"
        self._renaming = row.name if isinstance(row, ViewRow) and row.saved else "" if further else self.saved
        self._saving = "" if self._renaming else self._asked_text()
        if not self._renaming and not self._saving:
            self.say("view.nothing")
            return
        name = self._renaming or ellipsis(self.asked().replace("#", ""), _NAME)
        self._name_box = NameBox(name)
        self.name_view_box()
        self.mount(self._name_box, before="#footer")
        self.set_focus(self._name_box)
        self.show_status()

    def name_view_box(self) -> None:
        """What an empty box for a name says it is for."""
        if self._name_box is not None:
            self._name_box.placeholder = self.tr("view.delete" if self._renaming else "view.name")

    def _asked_text(self) -> str:
        """What is asked for, as one query text: what was typed as it stands, the rest as terms behind it."""
        text = query.both(self.views.get(self.saved, ""), self.text)
        terms = [query.term("is", self.view)] if self.view != "all" else []
        for wanted in (*terms, *(query.term(field, name) for field, name in self.chosen)):
            text = query.with_term(text, wanted, on=True)
        return text

    def on_name_box_closed(self, message: NameBox.Closed) -> None:
        """Keep the name; an empty one takes the view away. A name that cannot be kept stays in its box."""
        keep = self.anew(self._keep_name) if message.text is not None else None
        self._name_refused = False
        if keep is not None:
            keep(message.text or "")
        box = self._name_box
        if box is None:
            return
        if not self._name_refused:
            self._leave_name_box()
        box.hand_over(closed=not self._name_refused, late=keep)

    def _keep_name(self, typed: str) -> None:
        name, text, old = typed.strip(), self._saving, self._renaming
        if old:
            said = "view.renamed" if name else "mark.view.off"
            act = (lambda: self.library.views.rename(old, name)) if name else (lambda: self.library.views.delete(old))
            shown = name if self.saved == old else self.saved
            if self._carried_out(act, shown):
                self.say(said, tag=old, name=name)
        elif name:
            said = "mark.view.on" if self.library.views.named(name) is None else "view.replaced"
            if self._carried_out(lambda: self.library.views.save(name, text), self.saved):
                self.say(said, tag=name)
        else:
            self.say("view.unnamed")

    def _carried_out(self, act: Callable[[], Change | None], shown: str) -> bool:
        try:
            change = act()
        except DigestError as error:
            self._name_refused = True
            self.report(error)
            return False
        if change is None:
            self.say("mark.unchanged")
            return False
        self.saved = shown
        self.marks_changed()
        return True

    def leave_box(self) -> None:
        """Another pane was clicked."""
        self._leave_name_box()
        super().leave_box()

    def _leave_name_box(self) -> None:
        box, self._name_box = self._name_box, None
        if box is not None:
            self.go_to(self.pane)
            box.remove()
