"""The pane below the weeks: the tags, authors or digests of what is shown, to choose from."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from tui_digest.errors import DigestError
from tui_digest.store.steps import at_once
from tui_digest.tui.in_pieces import do_in_pieces
from tui_digest.tui.panes.list_pane import ListPane
from tui_digest.tui.reading_state import FACETS
from tui_digest.tui.row_texts import TagRows
from tui_digest.tui.widgets.row_list import RowList

if TYPE_CHECKING:
    from textual.timer import Timer

    from tui_digest.library import Library, Rows
    from tui_digest.tui.host import Host
    from tui_digest.tui.reading_state import ReadingState
    from tui_digest.tui.voice import Voice

COUNTED = 5_000
"""Entries of a list up to which a key can wait for what is counted over them."""

_RESTED = 0.15
"""Seconds after which a long list has come to rest, and its authors are counted."""


class FacetsPane(ListPane):
    """Names and counts: what is chosen stands first, then what would narrow the list further."""

    def __init__(self, state: ReadingState, library: Library, voice: Voice, host: Host) -> None:
        super().__init__(RowList(empty_text=voice.tr("tags.empty"), empty_line=0, rests=False, id="tags"))
        self._state, self._library, self._voice, self._host = state, library, voice, host
        self.names: list[tuple[str, int]] = []
        """The rows: names and counts."""
        self._rows = TagRows(self._name)
        self._counted: tuple[str, Rows, list[tuple[str, int]]] | None = None
        """What was counted beside the screen, and over which list."""
        self._unanswered = False
        """Whether the list that is shown is still being counted."""
        self._counting: Timer | None = None

    def _name(self, name: str) -> str:
        """As what a name is shown."""
        return self._state.called(FACETS[self._state.facet], name, self._voice.tr)

    def name_here(self) -> str | None:
        """The name under the cursor."""
        return self.names[self.list.cursor][0] if 0 <= self.list.cursor < len(self.names) else None

    def show(self) -> None:
        """Show what there is to choose, the cursor on the same name where it is still there."""
        at = self.name_here()
        counts: list[tuple[str, int]] | None = []
        try:
            counts = self._counts()
        except DigestError as error:
            self._voice.report(error)
        self.names = self._narrowed(counts or [])
        names = [name for name, _ in self.names]
        self._unanswered = counts is None
        self.say_why_empty()
        self._rows.set(self.names, self._state.chosen_names())
        self.list.set_rows(self._rows, cursor=names.index(at) if at in names else 0)

    def say_why_empty(self) -> None:
        """Have an empty list say why it is empty."""
        facet, text, tr = self._state.facet, self._state.facet_text, self._voice.tr
        if self._unanswered:
            self.list.empty_text = tr("facet.counting")
        else:
            self.list.empty_text = tr(f"{facet}.no_match", text=text) if text else tr(f"{facet}.empty")

    def _narrowed(self, counts: list[tuple[str, int]]) -> list[tuple[str, int]]:
        known, chosen = dict(counts), self._state.chosen_names()
        rows = [(name, known.get(name, 0)) for name in chosen]
        rows += [(name, n) for name, n in counts if name not in chosen]
        if not (wanted := self._state.facet_text.casefold()):
            return rows
        spellings = self._library.lists.tag_spellings if self._state.facet == "tags" else lambda _: ()
        names = ((row, (row[0], self._name(row[0]), *spellings(row[0]))) for row in rows)
        return [row for row, called in names if any(wanted in each.casefold() for each in called)]

    # --- counting --------------------------------------------------------------------------------------------

    def _counts(self) -> list[tuple[str, int]] | None:
        """Names and counts of what is shown; None while they are counted beside the screen."""
        state, lists = self._state, self._library.lists
        if state.facet == "tags":
            return lists.tags_of(state.rows) if state.narrowed else lists.tags(state.week)
        if len(state.rows) <= COUNTED:
            if state.facet == "authors":
                return lists.authors_of(state.rows)
            state.know_days(at_once(lists.digest_days(state.rows)))
            return lists.digests_of(state.rows)
        if self._counted is not None and self._counted[:2] == (state.facet, state.rows):
            return self._counted[2]
        if self._counting is not None:
            self._counting.stop()
        self._counting = self._host.set_timer(_RESTED, self._count_beside)
        return None

    def _count_beside(self) -> None:
        if self._state.facet != "tags":
            work = partial(self._count_list, self._state.facet, self._state.rows)
            self._host.run_worker(work, group="facets", exclusive=True)

    async def _count_list(self, facet: str, rows: Rows) -> None:
        lists = self._library.lists
        found = await do_in_pieces(lists.counting(facet, rows))
        if facet == "digests":
            self._state.know_days(await do_in_pieces(lists.digest_days(rows)))
        if (facet, rows) == (self._state.facet, self._state.rows):
            self._counted = (facet, rows, found)
            self.show()
            self._host.show_status()
