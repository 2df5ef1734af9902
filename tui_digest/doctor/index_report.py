"""The derived index against the weeks it was made from."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from tui_digest.doctor.finding import Finding, unusable
from tui_digest.errors import StoreError
from tui_digest.files import stamp
from tui_digest.store.column_file import data_files
from tui_digest.store.mark_store import marks_of
from tui_digest.store.rows import tag_counts
from tui_digest.store.shards import Shards, week_order
from tui_digest.store.summary import Index

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from pathlib import Path

    from tui_digest.doctor.library_report import Shelves
    from tui_digest.paths import Paths
    from tui_digest.store.columns import WeekColumns
    from tui_digest.store.mark_store import MarkStore

INDEX_FILES = ("summary.json", "columns.bin")
"""In the cache; made again whenever one is missing."""


def check_index(paths: Paths, shelves: Shelves, marks: MarkStore, *, whole: bool) -> Iterator[Finding]:
    """Whether the index is there, up to date, and right by these marks (`whole`: which lack nothing that it may have
    counted). All weeks must have been read."""
    details: dict[str, object] = {"path": str(paths.cache)}
    if not shelves.digests:
        return
    try:
        missing = any(stamp(paths.cache / name) is None for name in INDEX_FILES)
    except StoreError as error:
        yield unusable(error)
        return
    if missing:
        yield Finding("doctor.index.missing", "note", details, "doctor.fix.index.old")
        return
    index = Index(paths.cache, Shards(paths.shards, paths.damaged), marks, [])
    columns = shelves.columns
    if not index.open() or not columns.fits(shelves.stamps):
        yield Finding("doctor.index.old", "note", details, "doctor.fix.index.old")
        return
    marks.use_names(index.names)
    blocks = {week: columns.kept[week][1] for week in sorted(columns.kept, key=week_order, reverse=True)}
    right = columns.right and _papers_are_right(index, blocks)
    if right and (not whole or _marks_are_right(index, blocks, marks)):
        yield Finding("doctor.index.agrees", "ok", details)
    else:
        yield Finding("doctor.index.wrong", "warning", details, "doctor.fix.index.wrong", True)


def kept_index(paths: Paths) -> Index:
    """The index as it is, even an old one, for the names that it knows; an empty one where it is missing or damaged."""
    index = Index(paths.cache, Shards(paths.shards, paths.damaged), marks_of(paths), [])
    with suppress(StoreError):  # weeks that cannot be looked at: the names are there all the same
        index.open()
    return index


def remove_index(cache: Path) -> None:
    """Deletes the derived files: the next start makes them again. Raises OSError."""
    names = (*INDEX_FILES, "orders.bin", "orders-since.bin", "likeness.bin", "search-behind.bin")
    for path in (*data_files(cache / INDEX_FILES[1]), *(cache / name for name in names)):
        path.unlink(missing_ok=True)


def _papers_are_right(index: Index, blocks: Mapping[str, WeekColumns]) -> bool:
    for block in blocks.values():
        block.aliases = index.aliases
    rows = [(week.id, week.papers) for week in index.weeks()]
    if rows != [(week, len(set(block.keys))) for week, block in blocks.items()]:
        return False
    if index.starters != sum(each.starter for block in blocks.values() for each in block.digests):
        return False
    return index.tags == tag_counts([*blocks.values()], [range(len(block)) for block in blocks.values()], {})


def _marks_are_right(index: Index, blocks: Mapping[str, WeekColumns], marks: MarkStore) -> bool:
    if not index.counts_stand():  # marks were made since: the next start counts anew
        return True
    read, starred = marks.chosen("read"), marks.chosen("starred")
    return all((week.unread, week.starred) == _counted(blocks[week.id], read, starred) for week in index.weeks())


def _counted(block: WeekColumns, read: Collection[str], starred: Collection[str]) -> tuple[int, int]:
    papers = set(block.keys)
    return sum(paper not in read for paper in papers), sum(paper in starred for paper in papers)
