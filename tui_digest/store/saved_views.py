"""Saved views, kept as marks are: the field `view:NAME` is set on the text of its query.

So a view is an act like any other: appended and fsynced, undone, seen by another window, merged between machines. Of
two texts that two machines saved under one name the later is shown, and the other stays in the journal.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_digest.store.events import VIEW, Part

if TYPE_CHECKING:
    from tui_digest.store.mark_store import MarkStore

QUERY = "query:"
"""Before a query's text: no paper has such a key."""


def saved_views(marks: MarkStore) -> dict[str, str]:
    """The views by name, and the text of each."""
    latest: dict[str, tuple[int, str, str]] = {}
    for field, column in marks.columns.items():
        if field.startswith(VIEW):
            name = field[len(VIEW) :]
            for key, at in column.on.items():
                known = latest.get(name.casefold(), (-1, "", ""))
                latest[name.casefold()] = max(known, (at, name, key[len(QUERY) :]))
    return {name: text for _, (_, name, text) in sorted(latest.items())}


def saving(marks: MarkStore, name: str, text: str) -> list[Part]:
    """What makes the text that of the view, whatever it was before."""
    return [Part(VIEW + name, True, (QUERY + text,)), *_gone(marks, name, kept=(VIEW + name, QUERY + text))]


def deleting(marks: MarkStore, name: str) -> list[Part]:
    """What takes the view away."""
    return _gone(marks, name)


def _gone(marks: MarkStore, name: str, kept: tuple[str, str] | None = None) -> list[Part]:
    return [
        Part(field, False, (key,))
        for field, column in marks.columns.items()
        if field.startswith(VIEW) and field[len(VIEW) :].casefold() == name.casefold()
        for key in sorted(column.on, key=column.on.__getitem__)
        if (field, key) != kept
    ]
