"""The pane of entries: the list that week and query leave."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_digest.tui.keynames import shown
from tui_digest.tui.panes.list_pane import ListPane
from tui_digest.tui.row_texts import EntryRows
from tui_digest.tui.widgets.row_list import RowList

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tui_digest.i18n import Translator
    from tui_digest.library import Library
    from tui_digest.tui.keymap import Key
    from tui_digest.tui.reading_state import ReadingState
    from tui_digest.tui.selected_papers import SelectedPapers


class EntriesPane(ListPane):
    """The entries. Its cursor is that of the reading state."""

    def __init__(
        self, state: ReadingState, library: Library, tr: Translator, table: Sequence[Key], selected: SelectedPapers
    ) -> None:
        super().__init__(RowList(id="entries", moved=state.stand_on))
        self._state, self._tr = state, tr
        self._keys = {key.id: key.keys for key in table}
        self._rows = EntryRows(library, tr, selected=selected)

    def arrange(self, lines: int, *, source: bool) -> None:
        """Have entries of so many lines at most, 1 to 4, and formulas as they were written (`source`) or readable."""
        self._rows.lines, self._rows.source = lines, source
        self.list.row_lines = lines
        self.list.refresh_rows()

    def show(self, *, top: int | None = None) -> None:
        """Show the rows and the cursor of the reading state; `top` is the first row in view."""
        state = self._state
        self._rows.set(state.rows, with_week=state.week is None, needles=state.needles(), why=self._why)
        self.say_why_empty()
        self.list.set_rows(self._rows, cursor=state.cursor, top=top)

    def show_at(self, cursor: int, top: int) -> None:
        """Show the same rows with another cursor and first row in view."""
        self._state.stand_on(cursor)
        self.list.set_rows(self._rows, cursor=cursor, top=top)

    def _why(self, key: str) -> str:
        return self._state.reason(key, self._tr)

    def say_why_empty(self) -> None:
        """Have an empty list say why, and which keys lead out."""
        self.list.empty_text = "" if len(self._state.rows) else self._nothing_here()

    def _nothing_here(self) -> str:
        state, tr = self._state, self._tr
        if not state.narrowed:
            if state.weeks:
                return tr("entries.no_papers")
            brought = self._keys["import.ask"]
            return tr("entries.empty", key=shown(brought[0])) if brought else tr("entries.empty.unbound")
        only_view = not (state.text or state.chosen or state.saved)
        within = "" if state.week is None else ".week"  # what names another week is not found in this one
        why = tr(f"entries.none.{state.view}") if only_view else tr(f"entries.no_match{within}", asked=state.asked(tr))
        if state.suggestion and (state.typing or self._keys["pane.open"]):
            taken = "Tab" if state.typing else shown(self._keys["pane.open"][0])
            return f"{why} {tr('entries.meant', query=state.suggestion, key=taken)}"
        left, first = self._keys["pane.left"], self._keys["move.first"]
        if state.week is None or not left or not first:
            return why
        begun = ("Enter",) if state.typing else ()  # before that, a letter would be typed
        keys = "\u00a0".join((*begun, shown(left[0]), shown(first[0])))  # a line ends before them, or behind
        return f"{why} {tr('entries.wider', keys=keys)}"
