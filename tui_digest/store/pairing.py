"""Which digest on record every digest that comes in is: a file by its content, then by its path; the digests of a file
of several by what they say, never by their order."""

from __future__ import annotations

import hashlib
import os
from collections import Counter, defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from tui_digest.identity import normalise_title

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import date

    from tui_digest.store.sources import Record

STDIN = "-"

_UNDATED = (None, None)

_LEAST = 0.5
"""The part of its papers that the next week's page may have from this week's."""


class Telling(NamedTuple):
    """What a digest is known by among the others of its file."""

    title: str = ""
    """Empty where it is not known."""
    period: tuple[date | None, date | None] = _UNDATED
    week: str = ""
    keys: frozenset[str] = frozenset()
    """Of its entries."""

    def same(self, other: Telling) -> bool:
        """Whether two digests of one file are one for certain."""
        alike = self.title == other.title and self.period == other.period
        return alike and not self.keys.isdisjoint(other.keys)


class Arrival(NamedTuple):
    """A digest that comes in; those of one file have its path and SHA-256 and come in its order."""

    path: str
    sha256: str
    telling: Callable[[], Telling]
    """What it is known by: asked only where a file has, or had, several."""
    keeps: bool = False
    """Whether the digests of its file stay that it no longer has: then it is another one more easily."""


def _by_path_and_text(
    records: Sequence[Record],
) -> tuple[Mapping[str, list[Record]], Mapping[str, Mapping[str, list[Record]]]]:
    """The records of each path, and those of each SHA-256 by their paths; an empty list or mapping where none is."""
    at_path: defaultdict[str, list[Record]] = defaultdict(list)
    with_text: defaultdict[str, defaultdict[str, list[Record]]] = defaultdict(lambda: defaultdict(list))
    for record in records:
        at_path[record.path].append(record)
        with_text[record.sha256][record.path].append(record)
    return at_path, with_text


def settle(
    arrivals: Sequence[Arrival],
    records: Sequence[Record],
    holds: Callable[[str, str], bool],
    told: Callable[[Record], Telling],
) -> list[Record | None]:
    """For every arrival the record it belongs to, None where the digest is new.

    The same file comes first; then the same content, where its old path no longer holds it (`holds(path, sha256)`),
    that is a move; then the same path with other content, an edit. So one text in two files is two digests. `told`
    gives what a digest on record is known by; it is asked only where a file has, or had, several.
    """
    found: list[Record | None] = [None] * len(arrivals)
    claimed: set[str] = set()
    files: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for number, arrival in enumerate(arrivals):
        files[arrival.path, arrival.sha256].append(number)
    at_path, with_text = _by_path_and_text(records)

    def pair(numbers: Sequence[int], candidates: Sequence[Record]) -> bool:
        waiting = [number for number in numbers if found[number] is None]
        free = [record for record in candidates if record.digest not in claimed]
        keeps = arrivals[numbers[0]].keeps
        if len(numbers) == len(candidates) == 1 and not keeps:
            pairs: Iterable[tuple[int, Record]] = zip(waiting, free, strict=False)
        else:
            telling = {number: arrivals[number].telling() for number in waiting}
            pairs = _paired(telling, free, told, least=_LEAST if keeps else 0.0)
        matched = False
        for number, record in pairs:
            found[number], matched = record, True
            claimed.add(record.digest)
        return matched

    for (path, sha256), numbers in files.items():
        if path in with_text[sha256]:
            pair(numbers, at_path[path])
    for (path, sha256), numbers in files.items():
        for other, candidates in with_text[sha256].items():
            gone = other == STDIN or path == STDIN or not holds(other, sha256)
            if other != path and gone and pair(numbers, candidates):
                break
    for (path, _), numbers in files.items():
        if path != STDIN:
            pair(numbers, at_path[path])
    return found


def _paired(
    arriving: dict[int, Telling], records: Sequence[Record], told: Callable[[Record], Telling], *, least: float = 0.0
) -> list[tuple[int, Record]]:
    """Pairs up the digests of a file: by title and period, then by title, then by period, then by the most keys in
    common. A digest on record whose week cannot be read has no title; its week must do. Keys in common count where
    they are at least this part of the keys of the smaller one."""
    known = {place: told(record) for place, record in enumerate(records)} if arriving else {}
    kinds: tuple[Callable[[Telling], object], ...] = (
        lambda each: each.title and (normalise_title(each.title), each.period),
        lambda each: each.title and normalise_title(each.title),
        lambda each: each.period if each.period != _UNDATED else "",
        lambda each: "any",
    )
    pairs: list[tuple[int, int]] = []
    for kind in kinds:
        sides: defaultdict[object, tuple[dict[int, Telling], dict[int, Telling]]] = defaultdict(lambda: ({}, {}))
        for side, tellings in enumerate((arriving, known)):
            for number, telling in tellings.items():
                if value := kind(telling):
                    sides[value][side][number] = telling
        for ours, theirs in sides.values():
            for pair in _most_in_common(ours, theirs, strictly=kind is kinds[-1], least=least):
                pairs.append(pair)
                del arriving[pair[0]], known[pair[1]]
    unread = {telling.week: place for place, telling in known.items() if not telling.title}
    for number, telling in arriving.items():
        if (place := unread.pop(telling.week, None)) is not None:
            pairs.append((number, place))
    return [(number, records[place]) for number, place in pairs]


def _most_in_common(
    ours: dict[int, Telling], theirs: dict[int, Telling], *, strictly: bool, least: float
) -> list[tuple[int, int]]:
    """Pairs of those that share the most keys, then, unless `strictly`, of those that share none: but two days or weeks
    that only bear the same name are two. `least` as for `_paired`."""
    if not ours or not theirs:
        return []
    holders: defaultdict[str, list[int]] = defaultdict(list)
    for place, telling in theirs.items():
        for key in telling.keys:
            holders[key].append(place)
    shared = Counter((number, place) for number, each in ours.items() for key in each.keys for place in holders[key])
    left, free, pairs = dict(ours), dict(theirs), []

    def take(number: int, place: int) -> None:
        pairs.append((number, place))
        del left[number], free[place]

    for (number, place), times in shared.most_common():
        enough = times >= least * min(len(ours[number].keys), len(theirs[place].keys))
        if number in left and place in free and enough:
            take(number, place)
    if not strictly:
        for number, telling in list(left.items()):
            for place, other in free.items():
                if telling.period == other.period or _UNDATED in (telling.period, other.period):
                    take(number, place)
                    break
    return pairs


def names_on_record(paths: Sequence[str], recorded: Sequence[str]) -> Sequence[str]:
    """The paths, or where one leads to a file that is on record under another name, that name: a folder reached
    through a link holds no other digests than the folder itself."""
    known, given = {*recorded, STDIN}, set(paths)
    if not recorded or given <= known:
        return paths
    if all(path in known or _is_address(path) for path in paths):
        return paths
    files = (path for path in recorded if path not in given and path != STDIN and not _is_address(path))
    real = {os.path.realpath(path): path for path in files}
    return [path if path in known else real.get(os.path.realpath(path), path) for path in paths]


def holds_text(path: str, sha256: str) -> bool:
    """Whether the file has this content."""
    try:
        return hashlib.sha256(Path(path).read_bytes()).hexdigest() == sha256
    except OSError:
        return False


def _is_address(path: str) -> bool:
    return path.startswith(("http://", "https://"))
