"""Years for headers without one: those of the days that the files beside tell, in the order in which people number
files. A file that is not read this time lends what the library knows of it."""

from __future__ import annotations

import os
import re
from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tui_digest.parsing.periods import Period
    from tui_digest.sources.known import Known


class Beside(Protocol):
    """A file among those of its folder."""

    @property
    def path(self) -> str:
        """Where it lies."""

    @property
    def days(self) -> Period | None:
        """The first days that it tells."""

    @property
    def waits(self) -> bool:
        """Whether it has none, and would have some if it were lent a year."""

    def lend(self, near: Period) -> None:
        """Lends it days; then it may have some of its own."""


class _Recorded(NamedTuple):
    """A file that is not read this time."""

    path: str
    days: Period | None
    waits: bool = False

    def lend(self, near: Period) -> None:
        """Nothing: it has its days."""


def lend_years(files: Mapping[str, Beside], known: Known | None) -> None:
    """Lends every file that waits for a year the days of the one before it in its folder, else of the one behind, else
    those that the library has of the file itself."""
    waiting = [name for name, each in files.items() if each.waits]
    if not waiting:
        return
    folders = {name.rpartition(os.sep)[0] for name in waiting}
    beside: defaultdict[str, list[Beside]] = defaultdict(list)
    for name, each in files.items():
        if (folder := name.rpartition(os.sep)[0]) in folders:
            beside[folder].append(each)
    if known is not None:
        for name in known.dated(folders):
            if name not in files:
                beside[name.rpartition(os.sep)[0]].append(_Recorded(name, known.days(name)))
    for group in beside.values():
        group.sort(key=lambda each: _as_numbered(each.path))
        _lend(group)
        _lend(group[::-1])
    for name in waiting:
        if known is not None and files[name].waits and (days := known.days(name)) is not None:
            files[name].lend(days)


def _lend(group: Iterable[Beside]) -> None:
    near: Period | None = None
    for each in group:
        if each.waits and near is not None:
            each.lend(near)
        near = each.days or near


def _as_numbered(path: str) -> list[tuple[int, str]]:
    """`week 10` behind `week 9`."""
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in _NUMBERS.split(path)]


_NUMBERS = re.compile(r"(\d+)")
