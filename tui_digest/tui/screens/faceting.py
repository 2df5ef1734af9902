"""The list below the weeks: the tags, authors or digests of what is shown, to choose from."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from tui_digest.errors import DigestError
from tui_digest.tui.screens.reader import Reader

if TYPE_CHECKING:
    from textual.timer import Timer

    from tui_digest.library import Rows
    from tui_digest.tui.rows import TagRows

FACETS = {"tags": "tag", "authors": "author=", "digests": "digest="}
"""What there is to choose from, and the query's field for each."""

COUNTED = 5_000
"""Entries of a list up to which a key can wait for what is counted over them."""

_RESTED = 0.15
"""Seconds after which a long list has come to rest, and its authors are counted."""


class Faceting(Reader):
    """The choosing part of the main screen."""

    facet: str = "tags"
    chosen: tuple[tuple[str, str], ...] = ()
    """What was chosen: the query's field, and the name."""
    tag_rows: list[tuple[str, int]]
    """The rows of the list to choose from: names and counts."""
    tag_text: str = ""
    """What narrows that list itself."""
    tag_source: TagRows
    _counted: tuple[str, Rows, list[tuple[str, int]]] | None = None
    """What was counted beside the screen, and over which list."""
    _unanswered: bool = False
    """Whether they are being counted for the list that is shown."""
    _counting: Timer | None = None

    def chosen_names(self) -> tuple[str, ...]:
        """What was chosen of what the list holds now."""
        return tuple(name for field, name in self.chosen if field == FACETS[self.facet])

    def show_tags(self) -> None:
        """Bring the list to choose from up to date."""
        at = self.tag_rows[self.tags_list.cursor][0] if 0 <= self.tags_list.cursor < len(self.tag_rows) else None
        counts: list[tuple[str, int]] | None = []
        try:
            counts = self._counts()
        except DigestError as error:
            self.report(error)
        self.tag_rows = self._narrowed_rows(counts or [])
        names = [name for name, _ in self.tag_rows]
        self._unanswered = counts is None
        self.name_empty_facet()
        self.tag_source.set(self.tag_rows, self.chosen_names())
        self.tags_list.set_rows(self.tag_source, cursor=names.index(at) if at in names else 0)

    def name_empty_facet(self) -> None:
        """Why the list to choose from is empty, where it is."""
        if self._unanswered:
            self.tags_list.empty_text = self.tr("facet.counting")
        elif self.tag_text:
            self.tags_list.empty_text = self.tr(f"{self.facet}.no_match", text=self.tag_text)
        else:
            self.tags_list.empty_text = self.tr(f"{self.facet}.empty")

    def _narrowed_rows(self, counts: list[tuple[str, int]]) -> list[tuple[str, int]]:
        """What is chosen first, then what would narrow the list further."""
        known, chosen = dict(counts), self.chosen_names()
        rows = [(name, known.get(name, 0)) for name in chosen]
        rows += [(name, n) for name, n in counts if name not in chosen]
        wanted = self.tag_text.casefold()
        spellings = self.library.lists.tag_spellings if self.facet == "tags" else lambda _: ()
        return [row for row in rows if any(wanted in each.casefold() for each in (row[0], *spellings(row[0])))]

    def _counts(self) -> list[tuple[str, int]] | None:
        """Names and counts of what is shown; None while they are counted beside the screen."""
        few = len(self.rows) <= COUNTED
        if self.facet == "tags":
            return self.library.lists.tags_of(self.rows) if self.narrowed else self.library.lists.tags(self.week)
        if few:
            return self._counted_over(self.facet, self.rows)
        if self._counted is not None and self._counted[:2] == (self.facet, self.rows):
            return self._counted[2]
        if self._counting is not None:
            self._counting.stop()
        self._counting = self.set_timer(_RESTED, self._count_beside)
        return None

    def _counted_over(self, facet: str, rows: Rows) -> list[tuple[str, int]]:
        return self.library.lists.authors_of(rows) if facet == "authors" else self.library.lists.digests_of(rows)

    def _count_beside(self) -> None:
        if self.facet != "tags":
            self.run_worker(self._count_list(self.facet, self.rows), group="facets", exclusive=True)

    async def _count_list(self, facet: str, rows: Rows) -> None:
        found = await asyncio.to_thread(self._counted_over, facet, rows)
        if (facet, rows) == (self.facet, self.rows):
            self._counted = (facet, rows, found)
            self.show_tags()
            self.show_status()

    # --- keys ------------------------------------------------------------------------------------------------

    def action_tags(self, _: int | None = None) -> None:
        """Go to the tags; from there, to typing a tag's name."""
        if (self.pane, self.facet) == ("tags", "tags"):
            self.action_filter()
        else:
            self.action_facet_tags()

    def action_facet_tags(self, _: int | None = None) -> None:
        """Choose among tags."""
        self._choose_from("tags")

    def action_facet_authors(self, _: int | None = None) -> None:
        """Choose among authors."""
        self._choose_from("authors")

    def action_facet_digests(self, _: int | None = None) -> None:
        """Choose among digests."""
        self._choose_from("digests")

    def _choose_from(self, facet: str) -> None:
        if facet != self.facet:
            self.facet, self.tag_text = facet, ""
            self.show_tags()
            self.tags_list.first()
        self.go_to("tags")

    def toggle_tag(self, index: int) -> None:
        """Choose a tag, author or digest, or let it go."""
        if 0 <= index < len(self.tag_rows):
            one = (FACETS[self.facet], self.tag_rows[index][0])
            left = tuple(each for each in self.chosen if each != one)
            self.chosen = left if left != self.chosen else (*left, one)
            self.narrow()

    # What the other parts answer.

    @property
    def narrowed(self) -> bool:
        """Whether anything is left out of the list."""
        raise NotImplementedError

    def narrow(self, *, key: str | None = None) -> None:
        """Show what is asked for now."""
        raise NotImplementedError

    def action_filter(self, _: int | None = None) -> None:
        """Open the box."""
        raise NotImplementedError
