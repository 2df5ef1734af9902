"""Choosing among the tags, authors and digests of what is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tui_digest.tui.panes.main_panes import Panes
    from tui_digest.tui.reading_state import ReadingState


class Facets:
    """What the list below the weeks holds, and what is chosen in it."""

    def __init__(self, state: ReadingState, panes: Panes) -> None:
        self._state, self._panes = state, panes

    def tags(self, _: int | None = None) -> None:
        """Choose among tags."""
        self._choose_from("tags")

    def authors(self, _: int | None = None) -> None:
        """Choose among authors."""
        self._choose_from("authors")

    def digests(self, _: int | None = None) -> None:
        """Choose among digests."""
        self._choose_from("digests")

    def toggle(self) -> None:
        """Choose the name under the cursor, or let it go."""
        name = self._panes.facets.name_here()
        if name is not None:
            self._panes.show_asked(self._state.toggle(name))

    def _choose_from(self, facet: str) -> None:
        if facet != self._state.facet:
            self._state.choose_from(facet)
            self._panes.facets.show()
            self._panes.facets.first()
        self._panes.go_to("tags")
