"""What to read next, and what is like a paper: the library's papers by the words they share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_digest.errors import DigestError, StoreError, note
from tui_digest.store.likeness import Gathering, keep_likeness, keeps_likeness, kept_likeness

if TYPE_CHECKING:
    from collections.abc import Callable

    from tui_digest.files import Stamp
    from tui_digest.paths import Paths
    from tui_digest.store.likeness import Alike, Likeness
    from tui_digest.store.mark_store import MarkStore
    from tui_digest.store.shards import Shards
    from tui_digest.store.summary import Index

LISTED = 50
"""Papers that a list of these has, unless asked otherwise."""


def never() -> bool:
    """A `stop` that is never True: for callers that wait for it."""
    return False


class Likenesses:
    """Answers from the derived file, which `make` brings up to the library."""

    def __init__(
        self, paths: Paths, shards: Shards, index: Index, store: MarkStore, notices: list[DigestError]
    ) -> None:
        self._path, self._shards, self._index, self._store = paths.likeness, shards, index, store
        self._notices = notices
        self._known: tuple[dict[str, Stamp], Likeness] | None = None

    def ready(self) -> bool:
        """Whether there is a file of the library as it is; only its first line is read."""
        weeks = self._weeks()
        return (self._known is not None and self._known[0] == weeks) or keeps_likeness(self._path, weeks)

    def load(self) -> bool:
        """Reads the file, where it is that of the library as it is; False where there is none."""
        weeks = self._weeks()
        if self._known is None or self._known[0] != weeks:
            found = kept_likeness(self._path, weeks)
            self._known = None if found is None else (weeks, found)
        return self._known is not None

    def make(self, stop: Callable[[], bool] = never) -> None:
        """Looks at every entry, and keeps what was made of them, unless that is there. Raises `Stopped`, and
        `StoreError` where there is no room to do it."""
        from tui_digest.store.search_text import Stopped

        if self.load():
            return
        weeks, gathering = self._weeks(), Gathering(self._path.parent)
        for week in weeks:
            if stop():
                raise Stopped
            try:
                documents = self._shards.load(week, keep=False).documents
            except StoreError as error:
                note(self._notices, error)
                continue
            gathering.add(documents, self._index.canonical)
        found = gathering.made(stop)
        keep_likeness(self._path, weeks, found)
        self._known = (weeks, found)

    def similar(self, key: str, limit: int = LISTED) -> list[Alike]:
        """The papers that are most like a paper, the most alike first. Makes what it needs where that is not there."""
        return self._made().like(self._index.canonical(key), limit)

    def next(self, limit: int = LISTED) -> list[Alike]:
        """The unread papers that are most like those that are starred, each with the star that it is most like. Raises
        `next.no_stars`."""
        stars = set(self._store.chosen("starred"))
        if not stars:
            raise DigestError("next.no_stars")
        return self._made().like_any(stars, stars.union(self._store.chosen("read")), limit)

    def _made(self) -> Likeness:
        self.make()
        assert self._known is not None
        return self._known[1]

    def _weeks(self) -> dict[str, Stamp]:
        return {week: self._index.stamp(week) for week in self._index.week_ids()}
