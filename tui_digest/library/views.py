"""Saved views: names for queries. `view:NAME` stands for one wherever a query is read."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from tui_digest import query
from tui_digest.errors import EXIT_USAGE, DigestError
from tui_digest.library.acts import Acts
from tui_digest.query import Asked
from tui_digest.store.saved_views import deleting, saved_views, saving
from tui_digest.store.typed import cleaned

if TYPE_CHECKING:
    from tui_digest.models import Change


class Views(Acts):
    """The library's saved views, and the reading of queries, which may name them."""

    def views(self) -> dict[str, str]:
        """The saved views by name, and the query of each."""
        return saved_views(self._marks)

    def read_query(self, text: str) -> Asked:
        """What a query text asks for, today and with the saved views as they are. Raises `QueryError`."""
        return query.read(text, today=self.today(), views=self.views())

    def view_named(self, name: str) -> str | None:
        """The saved view of that name, as it is spelled; None where there is none."""
        wanted = _view_name(name).casefold()
        return next((known for known in self.views() if known.casefold() == wanted), None)

    def save_view(self, name: str, text: str) -> Change | None:
        """Gives a query a name, in the place of what had that name; None where that is so already. Undone like a mark.

        Raises `QueryError` for a text with a mistake in it, or that asks for this very view; `view.empty`,
        `view.no_name`; and what `set_read` raises.
        """
        name, text = _view_name(name), " ".join(cleaned(text).split("\n")).replace("\t", " ").strip()
        if not text:
            raise DigestError("view.empty", exit_code=EXIT_USAGE)
        others = {known: kept for known, kept in self.views().items() if known != self.view_named(name)}
        query.read(text, today=self.today(), views={**others, name: text})
        return self._marks.set_all(saving(self._marks, name, text))

    def rename_view(self, name: str, to: str) -> Change | None:
        """Gives a view another name; None where it has that. Raises `view.unknown`, `view.taken`, like `save_view`."""
        known, to = self._known_view(name), _view_name(to)
        if known == to:
            return None
        if self.view_named(to) not in (None, known):
            raise DigestError("view.taken", name=to)
        text = self.views()[known]
        parts = saving(self._marks, to, text)
        return self._marks.set_all([*parts, *(part for part in deleting(self._marks, known) if part not in parts)])

    def delete_view(self, name: str) -> Change | None:
        """Takes a view away; `undo` brings it back. Raises `view.unknown`, and like `set_read`."""
        return self._marks.set_all(deleting(self._marks, self._known_view(name)))

    def _known_view(self, name: str) -> str:
        known = self.view_named(name)
        if known is None:
            raise DigestError("view.unknown", exit_code=EXIT_USAGE, name=name)
        return known


def _view_name(text: str) -> str:
    name = unicodedata.normalize("NFC", " ".join(cleaned(text).split()))
    if not any(character.isalnum() for character in name):
        raise DigestError("view.no_name", exit_code=EXIT_USAGE, name=text)
    return name
