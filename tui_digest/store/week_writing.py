"""Writes weeks of the library, a file each. Of many, several wait for the disk at once."""

from __future__ import annotations

from collections import deque
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Mapping
    from concurrent.futures import Future

    from tui_digest.files import Stamp
    from tui_digest.store.shards import Shard, Shards, StoredDigest

    _Edit = StoredDigest | None
    _Written = tuple[Stamp, Shard] | None

TOGETHER = 8
"""From so many weeks on threads write them: before, these cost more than they save."""

_AT_ONCE = 4
"""Weeks that are written at once, and so in memory."""


def write_weeks(
    shards: Shards, weeks: Mapping[str, Mapping[str, _Edit]], made: Callable[[_Edit], _Edit]
) -> Generator[tuple[str, _Written], None, None]:
    """Puts digests into weeks, or takes them out, as `Shards.write` does, and yields what that returns, week by week;
    `made` is asked for each digest as it is to be stored. Where one cannot be written the others that were begun are,
    or are not, when this raises or is closed."""
    edits = ((week, {name: made(edit) for name, edit in part.items()}) for week, part in weeks.items())
    if len(weeks) < TOGETHER:
        for week, part in edits:
            yield week, shards.write(week, part)
        return
    waiting: deque[tuple[str, Future[_Written]]] = deque()
    with ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="weeks") as threads:
        for week, part in edits:
            waiting.append((week, threads.submit(shards.write, week, part, folder_later=True)))
            if len(waiting) == _AT_ONCE:
                first, written = waiting.popleft()
                yield first, written.result()
        for week, written in waiting:
            yield week, written.result()
    shards.sync()
