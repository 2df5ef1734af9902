"""Keeps what is derived from the weeks (counts, columns, which keys are one paper) up with them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from types import MappingProxyType
from typing import TYPE_CHECKING

from tui_digest.errors import StoreError, note
from tui_digest.store.lock import is_held, locked

if TYPE_CHECKING:  # imported where they are used: the first screen needs none of it
    from tui_digest.errors import DigestError
    from tui_digest.files import Stamp
    from tui_digest.paths import Paths
    from tui_digest.store.columns import WeekColumns
    from tui_digest.store.mark_store import MarkStore
    from tui_digest.store.shards import Shards
    from tui_digest.store.sources import Sources
    from tui_digest.store.summary import Index
    from tui_digest.text.tag_names import TagNames


_NONE: Mapping[str, tuple[Stamp, WeekColumns]] = MappingProxyType({})


class Derived:
    """All that is made of the weeks; `refresh` is the one place that makes it anew."""

    def __init__(
        self, paths: Paths, shards: Shards, index: Index, notices: list[DigestError], names: TagNames | None
    ) -> None:
        """`notices` takes what cannot be read; `names` tells which spellings of tags are one."""
        self._paths = paths
        self._shards = shards
        self._index = index
        self._notices = notices
        self._names = names
        self.unsure = False
        """Whether weeks may be missing, which could not be told while another process imported."""
        self.on_change: list[Callable[[], None]] = []
        """Called whenever the library changed: nothing that was made of it holds any more."""

    @property
    def behind(self) -> bool:
        """Whether the weeks were changed by another process. Not while it still changes them: a half-done import is not
        shown."""
        if not self.unsure and self._index.still_fresh():
            return False
        return (self.unsure or not self._index.fresh()) and not is_held(self._paths.lock)

    def refresh(self, aside: Index | None = None, made: Mapping[str, tuple[Stamp, WeekColumns]] = _NONE) -> bool:
        """Brings all that is derived up to the weeks as they are now, and tells `on_change`; False where they are as
        they were. `aside` is what a thread made of them; `made` has the columns of weeks that were written just now.
        Raises `store.unreadable`."""
        if self._index.fresh() and not self.unsure:
            return False
        if self._index.reread(aside):
            self._tell()
            if self.unsure:
                self.look_for_gone()
        else:
            self.renew(made)
        return True

    def take(self, aside: Index) -> bool:
        """Takes what another process made of the weeks, where that is still so, and looks for nothing itself; False
        where things are as they were."""
        changed = not self._index.fresh() and self._index.reread(aside)
        if changed:
            self._tell()
        return changed

    def renew(self, made: Mapping[str, tuple[Stamp, WeekColumns]] = _NONE) -> None:
        """Makes it all anew, and keeps newly found aliases: marks may hang on them from now on."""
        from tui_digest.store.sources import Sources, keep_names

        self._tell()
        try:
            sources = self.sources()
        except StoreError as error:
            note(self._notices, error)  # the weeks are listed without it; an import will be refused
            sources = Sources()
        index = self._index
        found = index.renew({**index.aliases, **sources.aliases}, {**index.former, **sources.former}, made)
        if found or index.former.keys() - sources.former.keys():
            keep_names(self._paths, index, self.sources)
        self.look_for_gone()
        if self._names is not None:
            index.named_tags(self._names)  # while the columns are at hand
        index.save()

    def adopt(self, marks: MarkStore | None = None) -> None:
        """Finds the papers of marks under keys of earlier rules: of those that came in since this was last asked, or
        of an archive's."""
        if self._index.adopt_strange() if marks is None else self._index.adopt(marks):
            from tui_digest.store.sources import keep_names  # at a start there is hardly ever one to keep

            keep_names(self._paths, self._index, self.sources)

    def sources(self, *, look_only: bool = False) -> Sources:
        """The record of what was imported from where; `look_only` moves no damaged file aside. Raises
        `store.unreadable`."""
        from tui_digest.store.sources import load_sources

        if look_only:
            from tui_digest.store.shards import Shards

            return load_sources(self._paths.sources, None, Shards(self._paths.shards, None), self._notices)
        return load_sources(self._paths.sources, self._paths.damaged, self._shards, self._notices)

    def _tell(self) -> None:
        for each in self.on_change:
            each()

    def look_for_gone(self) -> None:
        """Says which weeks are on record and have no file. An import writes its record first and then the weeks: while
        one is on its way that cannot be told, and it is looked again."""
        self.unsure = False
        try:
            with locked(self._paths.lock, 0.0):
                gone = self._gone()
        except StoreError as error:
            if error.message_id == "store.busy":
                self.unsure = True
                return
            gone = self._gone()  # a home that can only be read: no import is on its way
        if gone:
            note(self._notices, gone)

    def _gone(self) -> StoreError | None:
        from tui_digest.store.sources import vanished

        with suppress(StoreError):  # said when the derived files were made
            return vanished(self.sources(), self._shards, [each.details.get("path", "") for each in self._notices])
        return None
