"""Since when the marks are as they are, by the journals of all machines, which are read in steps.

`marks.json` knows a moment as well, but that is of the latest act that set the mark: a restore sets all marks again.
What no journal tells any more (one was lost) is taken from there.
"""

from __future__ import annotations

import heapq
from typing import TYPE_CHECKING, NamedTuple

from tui_digest.errors import StoreError
from tui_digest.store.events import EVENT_VERSION, LIBRARY_FIELDS, NewerError, read_line, rescued

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    from tui_digest.store.events import Event
    from tui_digest.store.journal import Journal
    from tui_digest.store.mark_store import MarkStore

_LINES = 64
"""Lines of a journal, or acts, that are looked at in a step: about a millisecond."""

_KEYS = 1_000
"""Papers of one act, likewise."""


class Since(NamedTuple):
    """When a mark was set that is still there."""

    at: int
    """Microseconds since 1970."""
    alone: bool
    """Whether the act was about this paper alone."""
    brought: bool = False
    """Whether an import brought it here from another key, so that its moment says nothing of when the user did it."""


def marks_since(store: MarkStore, fields: Sequence[str]) -> Generator[None, None, dict[str, dict[str, Since]]]:
    """For each of some fields (`read`, `starred`) the papers that have it, and since when they have had it without a
    break: to set what is set changes nothing, and what was undone does not count.

    Raises `store.newer`, `store.unreadable`.
    """
    found: dict[str, dict[str, Since]] = {field: {} for field in fields}
    journals: dict[str, list[Event]] = {}
    for machine in sorted(store.journal.sizes()):
        journals[machine] = yield from _events(store.journal, machine)
    all_of = store.names.all_of
    for number, event in enumerate(heapq.merge(*journals.values(), key=lambda event: event.at), 1):
        brought = event.field in LIBRARY_FIELDS
        told = [part for part in event.parts if part.field in found]
        alone = len({key for part in told for key in part.keys[:2]}) == 1
        for part in told:
            since, keys = found[part.field], all_of(part.keys)
            for first in range(0, len(keys), _KEYS):
                for key in keys[first : first + _KEYS]:
                    if part.value:
                        since.setdefault(key, Since(event.at, alone, brought))
                    else:
                        since.pop(key, None)
                if len(keys) > _KEYS:
                    yield
        if not number % _LINES:
            yield
    for field, since in found.items():
        yield from _as_they_are(store, field, since)
    return found


def _as_they_are(store: MarkStore, field: str, since: dict[str, Since]) -> Generator[None, None, None]:
    """The store decides what is set: what a journal does not tell has the moment that the store knows."""
    marked = store.columns[field].on
    for key in [key for key in since if key not in marked]:
        del since[key]
    yield
    for key, at in marked.items():
        if key not in since:
            since[key] = Since(at, False)


def _events(journal: Journal, machine: str) -> Generator[None, None, list[Event]]:
    path = journal.path(machine)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise StoreError("store.unreadable", path=path, reason=error.strerror or error) from error
    found: list[Event] = []
    for number, line in enumerate(data.splitlines(keepends=True), 1):
        try:
            event = read_line(line, own=machine == journal.machine)
            found += [] if event is None else [event]
        except NewerError as error:
            details = {"path": path, "found": error.args[0], "known": EVENT_VERSION}
            raise StoreError("store.newer", **details) from error
        except ValueError:
            found += rescued(line, own=machine == journal.machine)
        if not number % _LINES:
            yield
    return found
