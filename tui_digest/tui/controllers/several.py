"""Selecting several papers, which other keys then act on at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tui_digest.tui.host import Host
    from tui_digest.tui.panes.main_panes import Panes
    from tui_digest.tui.reading_state import ReadingState
    from tui_digest.tui.selected_papers import SelectedPapers
    from tui_digest.tui.voice import Voice


class Several:
    """Selects papers of the list that is shown, and lets them go."""

    def __init__(self, state: ReadingState, selected: SelectedPapers, voice: Voice, panes: Panes, host: Host) -> None:
        self._state, self._selected, self._voice, self._panes, self._host = state, selected, voice, panes, host

    def toggle(self, count: int | None = None) -> None:
        """Select the paper under the cursor, or let it go, and go on to the next; with a count, that many alike."""
        state, rows = self._state, count or 1
        if not (keys := self._keys(state.cursor, rows)):
            return
        on = keys[0] not in self._selected
        self._selected.put(keys, on)
        if state.pane == "entry":  # one reads on; the list, with its signs, may be out of sight
            self._voice.say(f"several.{'on' if on else 'off'}", n=f"{len(self._selected):,}")
        else:
            self._panes.stand_on(state.cursor + rows)
        self._show()

    def through(self, _: int | None = None) -> None:
        """Select all from the paper that was selected last, or from the first of the list, to the cursor."""
        state, anchor = self._state, self._selected.anchor
        found = state.rows.index_of(anchor) if anchor is not None else None
        first, last = sorted((found or 0, state.cursor))
        if keys := self._keys(first, last - first + 1):
            self._selected.put(keys, True)
            self._selected.anchor = state.key_here()
            self._show()

    def all_shown(self, _: int | None = None) -> None:
        """Select every paper of the list."""
        if keys := self._keys(0, len(self._state.rows)):
            self._selected.put(keys, True)
            self._selected.anchor = self._state.key_here()
            self._show()

    def none(self, _: int | None = None) -> None:
        """Let all go; where none is selected, bring back those that were."""
        if self.clear():
            return
        if found := self._selected.bring_back():
            self._voice.say("several.back", n=f"{found:,}")
            self._show()
        else:
            self._voice.say("several.none")

    def clear(self) -> bool:
        """Let all go; False where none is selected."""
        count = self._selected.clear()
        if count:
            self._voice.say("several.cleared", n=f"{count:,}")
            self._show()
        return count > 0

    def _keys(self, first: int, count: int) -> list[str]:
        keys = self._state.keys_from(first, count)
        if not keys:
            self._voice.say("entries.none_here")
        return keys

    def _show(self) -> None:
        self._panes.entries.list.refresh_rows()
        self._host.show_status()
