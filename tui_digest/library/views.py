"""Saved views: names for queries. `view:NAME` stands for one wherever a query is read."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from tui_digest import query
from tui_digest.errors import EXIT_USAGE, DigestError
from tui_digest.query import Asked
from tui_digest.store.saved_views import deleting, saved_views, saving
from tui_digest.store.typed import cleaned

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from tui_digest.models import Change
    from tui_digest.store.mark_store import MarkStore


class Views:
    """The saved views, and the reading of queries, which may name them."""

    def __init__(self, store: MarkStore, today: Callable[[], date], week_named: Callable[[str], str | None]) -> None:
        """`week_named` has the week that a list shows by a name."""
        self._store, self._today, self._week_named = store, today, week_named

    def all(self) -> dict[str, str]:
        """The saved views by name, and the query of each."""
        return saved_views(self._store)

    def sources(self) -> dict[str, str]:
        """The addresses of the sources, by name."""
        from tui_digest.store.registry import registered

        return {name: source.address for name, source in registered(self._store).items()}

    def read(self, text: str) -> Asked:
        """What a query text asks for, today and with the saved views as they are. Raises `QueryError`."""
        sources = self.sources() if "source" in text else None
        return query.read(text, today=self._today(), views=self.all(), sources=sources, weeks=self._week_named)

    def named(self, name: str) -> str | None:
        """The saved view of that name, as it is spelled; None where there is none."""
        wanted = _view_name(name).casefold()
        return next((known for known in self.all() if known.casefold() == wanted), None)

    def save(self, name: str, text: str) -> Change | None:
        """Gives a query a name, in the place of what had that name; None where that is so already. Undone like a mark.

        Raises `QueryError` for a text with a mistake in it, or that asks for this very view; `view.empty`,
        `view.no_name`; and what a mark raises.
        """
        name, text = _view_name(name), " ".join(cleaned(text).split("\n")).replace("\t", " ").strip()
        if not text:
            raise DigestError("view.empty", exit_code=EXIT_USAGE)
        others = {known: kept for known, kept in self.all().items() if known != self.named(name)}
        query.read(text, today=self._today(), views={**others, name: text})
        return self._store.set_all(saving(self._store, name, text))

    def rename(self, name: str, to: str) -> Change | None:
        """Gives a view another name; None where it has that. Raises `view.unknown`, `view.taken`, like `save`."""
        known, to = self._known_view(name), _view_name(to)
        if known == to:
            return None
        if self.named(to) not in (None, known):
            raise DigestError("view.taken", name=to)
        text = self.all()[known]
        parts = saving(self._store, to, text)
        return self._store.set_all([*parts, *(part for part in deleting(self._store, known) if part not in parts)])

    def delete(self, name: str) -> Change | None:
        """Takes a view away; `undo` brings it back. Raises `view.unknown`, and like a mark."""
        return self._store.set_all(deleting(self._store, self._known_view(name)))

    def _known_view(self, name: str) -> str:
        known = self.named(name)
        if known is None:
            raise DigestError("view.unknown", exit_code=EXIT_USAGE, name=name)
        return known


def _view_name(text: str) -> str:
    name = unicodedata.normalize("NFC", " ".join(cleaned(text).split()))
    if not any(character.isalnum() for character in name):
        raise DigestError("view.no_name", exit_code=EXIT_USAGE, name=text)
    return name
