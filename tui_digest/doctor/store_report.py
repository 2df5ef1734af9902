"""All that can be known of the library without opening it: nothing is written, nothing is moved aside."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_digest.doctor.columns_beside import ColumnsBeside
from tui_digest.doctor.disk_report import check_file_system, check_permissions, check_space
from tui_digest.doctor.finding import Finding, unusable
from tui_digest.doctor.identity_report import check_identities
from tui_digest.doctor.index_report import INDEX_FILES, check_index, kept_index
from tui_digest.doctor.library_report import (
    Shelves,
    check_intent,
    check_learned_files,
    check_replaced,
    compare_sources,
    missing_sources,
    read_library,
)
from tui_digest.doctor.marks_report import check_clock, check_kept_aside, check_marks, read_journals, true_marks
from tui_digest.doctor.upkeep_report import (
    check_backups,
    check_fetched,
    check_set_aside,
    check_settings,
    check_unfinished,
)
from tui_digest.errors import StoreError
from tui_digest.files import stamp
from tui_digest.store.mark_keys import names_of
from tui_digest.store.sources import Sources

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tui_digest.doctor.library_report import WeekIsRead
    from tui_digest.doctor.marks_report import Lines
    from tui_digest.paths import Paths


def examine_store(paths: Paths, now: float, progress: WeekIsRead | None = None) -> Iterator[Finding]:
    """Everything about the files below `paths`, a finding at a time. `now`: seconds since 1970. The library is read a
    week at a time, which `progress` is told of. Raises nothing."""
    shelves = Shelves(ColumnsBeside(paths.cache / INDEX_FILES[1]))
    journals: dict[str, Lines] = {}
    try:
        there = stamp(paths.data) is not None
    except StoreError as error:
        yield unusable(error)
        return
    if there:
        yield from read_library(paths, shelves, progress or _silent)
        yield from check_intent(paths)
        yield from missing_sources(paths, shelves)
        yield from compare_sources(shelves)
        yield from check_replaced(paths.data / "replaced")
        yield from check_learned_files(paths.learned)
        yield from read_journals(paths, journals)
        yield from _derived(paths, shelves, journals)
    else:
        yield Finding("doctor.home.new", "ok", {"path": str(paths.data)})
    yield from check_clock(journals, now)
    yield from check_unfinished(paths)
    yield from check_set_aside(paths)
    yield from check_fetched(paths)
    yield from check_backups(paths.data / "backups", journals, now)
    yield from check_permissions(paths)
    yield from check_space(paths)
    yield from check_file_system(paths)
    yield from check_settings(paths.settings)


def _silent(done: int, of: int, week: str) -> None:
    """Shows no progress."""


def _derived(paths: Paths, shelves: Shelves, journals: dict[str, Lines]) -> Iterator[Finding]:
    """What must follow from weeks and journals, and from the names of papers in them."""
    sources = shelves.sources or Sources()
    yield from check_identities(shelves.identities, paths.shards, sources.aliases)
    former = {**kept_index(paths).former, **sources.former}
    yield from check_marks(paths, journals, names_of(sources.aliases, former))
    try:
        yield from check_kept_aside(paths, former, shelves.identities)
        if shelves.unread:
            return  # the index cannot agree with weeks that tell nothing
        whole = all(each.whole for each in journals.values())
        yield from check_index(paths, shelves, true_marks(paths), whole=whole)
    except StoreError:
        return  # the journals could not be read, which was said
