"""The columns of the index beside those that the weeks give now, compared while the weeks are read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_digest.store.column_file import load_blocks
from tui_digest.store.columns import block_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tui_digest.files import Stamp
    from tui_digest.store.columns import WeekColumns
    from tui_digest.store.shards import Shard


class ColumnsBeside:
    """The columns of the index, compared with those that every week would give now."""

    def __init__(self, file: Path) -> None:
        self.kept = load_blocks(file)
        self.right = True
        """Whether they were the same so far."""

    def fits(self, stamps: Mapping[str, Stamp]) -> bool:
        """Whether the index was made of weeks of these versions."""
        return self.kept.keys() == stamps.keys() and all(self.kept[week][0] == at for week, at in stamps.items())

    def look(self, shard: Shard, stamps: Mapping[str, Stamp]) -> None:
        """Compares those of a week, if they may be the same."""
        kept = self.kept.get(shard.week)
        if self.right and kept is not None and kept[0] == stamps[shard.week]:
            self.right = _same(kept[1], block_of(shard, hashed=True))


def _same(one: WeekColumns, other: WeekColumns) -> bool:
    return (one.size, {**one.packed}) == (other.size, {**other.packed})
