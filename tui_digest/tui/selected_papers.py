"""The papers that the user selected, to be acted on at once. Knows the library and no widget.

A paper is selected by its key: so it stays selected while the list is sorted, narrowed or left for another week, while
other windows mark it, and when its digest is imported again. What the library does not hold any more is not selected.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from tui_digest.errors import DigestError
    from tui_digest.library import Library, Rows
    from tui_digest.models import Sighting
    from tui_digest.tui.reading_state import ReadingState


class Gathered(NamedTuple):
    """Selected papers, to be read by a thread: those of the list that is shown, and the others."""

    rows: Rows
    """That list."""
    shown: Collection[str]
    others: Sequence[str]

    @property
    def papers(self) -> int:
        """How many they are."""
        return len(self.shown) + len(self.others)

    def sightings(self, library: Library, notices: list[DigestError]) -> Iterator[Sighting]:
        """An entry a paper: first those of the list, as they stand there, then the latest mention of each other one.
        `library` is the thread's own; what cannot be read is told in `notices` and passed over."""
        lists = library.lists
        yield from lists.sightings_of(self.rows.only(self.shown), notices)
        if self.others:
            yield from lists.sightings_of(lists.entries(None).only(self.others), notices)


class SelectedPapers:
    """Which papers are selected, in the order in which they were."""

    def __init__(self, state: ReadingState, library: Library) -> None:
        self._state, self._library = state, library
        self._keys: dict[str, None] = {}
        self._before: dict[str, None] = {}
        """Those that were selected when it was cleared last."""
        self.anchor: str | None = None
        """The paper that was selected, or let go, last: a range begins there."""
        self._known = library.lists.changes
        """`Lists.changes` when the papers were last looked for in the library."""
        self._counted: tuple[object, int] | None = None
        """What `unshown` was last counted of, and came to."""
        self._version = 0

    def __len__(self) -> int:
        return len(self._keys)

    def __contains__(self, key: object) -> bool:
        return key in self._keys

    def keys(self) -> list[str]:
        """The papers by key; those that are in the library."""
        self.settle()
        return [*self._keys]

    def settle(self) -> int:
        """Let go what is not in the library any more, after that changed; how many these were."""
        before = len(self._keys)
        if self._known != self._library.lists.changes and self._keys:
            self._put(self._library.lists.held(self._keys))
        self._known = self._library.lists.changes
        return before - len(self._keys)

    def put(self, keys: Iterable[str], on: bool) -> None:
        """Select papers or let them go; the last of them is where a range begins."""
        keys = [*keys]
        if on:
            self._keys.update(dict.fromkeys(keys))
        else:
            for key in keys:
                self._keys.pop(key, None)
        self._version += 1
        self.anchor = keys[-1] if keys else self.anchor

    def clear(self) -> int:
        """Select nothing any more; how many these were."""
        count = len(self._keys)
        if count:
            self._before = self._keys
            self._put(())
        return count

    def bring_back(self) -> int:
        """Select what was selected when it was cleared last; how many that are."""
        self._put(self._library.lists.held(self._before))
        return len(self._keys)

    @property
    def unshown(self) -> int:
        """How many of them are not in the list that is shown."""
        counted = (self._state.rows, self._version)
        if self._counted is None or self._counted[0] != counted:
            self._counted = counted, len(self._keys.keys() - self._state.rows.keys) if self._keys else 0
        return self._counted[1]

    def gathered(self) -> Gathered:
        """All of them, for a thread that reads their entries."""
        self.settle()
        rows = self._state.rows
        shown = self._keys.keys() & rows.keys
        return Gathered(rows, shown, [key for key in self._keys if key not in shown])

    def _put(self, keys: Iterable[str]) -> None:
        self._keys = dict.fromkeys(keys)
        self._version += 1
