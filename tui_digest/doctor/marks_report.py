"""The journals, and whether `marks.json` is what they add up to."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tui_digest.doctor.finding import Finding, some, unusable
from tui_digest.doctor.stored_files import DamagedError, read_marks
from tui_digest.errors import StoreError
from tui_digest.files import read_bytes, stamp
from tui_digest.store.events import ASIDE, EVENT_VERSION, NewerError, moment, read_line
from tui_digest.store.mark_store import MarkStore, marks_of

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Mapping, Sequence
    from pathlib import Path

    from tui_digest.doctor.finding import Level
    from tui_digest.paths import Paths
    from tui_digest.store.mark_keys import MarkKeys

AHEAD = 300.0
"""Seconds by which the clocks of two machines may differ before that is reported."""


@dataclass
class Lines:
    """What the lines of one journal are."""

    events: int = 0
    first: int = 0
    """The moment of the earliest event, in microseconds since 1970; 0 without any."""
    latest: int = 0
    damaged: list[int] = field(default_factory=list)
    """1-based line numbers; likewise below."""
    cut: list[int] = field(default_factory=list)
    disordered: list[int] = field(default_factory=list)
    newer: int | None = None
    """The highest version of an event that only a newer program understands."""
    size: int = 0
    """Bytes, up to the end of the last whole line."""

    @property
    def whole(self) -> bool:
        """Whether no saved act can be missing here."""
        return not self.damaged and self.newer is None


def read_lines(data: bytes) -> Lines:
    """Looks at every line of a journal as the store would."""
    found = Lines(size=data.rfind(b"\n") + 1)
    *lines, rest = data.split(b"\n")
    for number, line in enumerate(lines, 1):
        _look_at(line, number, found)
    if rest:
        found.cut.append(len(lines) + 1)
    return found


def _look_at(line: bytes, number: int, found: Lines) -> None:
    try:
        event = read_line(line, own=True)
    except NewerError as error:
        found.newer = max(error.args[0], found.newer or 0)
        return
    except ValueError:
        found.damaged.append(number)
        return
    if event is None:
        if line.strip():
            found.cut.append(number)
        return
    if event.at <= found.latest:
        found.disordered.append(number)
    found.events += 1
    found.first = min(event.at, found.first or event.at)
    found.latest = max(event.at, found.latest)


def read_journals(paths: Paths, journals: dict[str, Lines]) -> Iterator[Finding]:
    """Reads every journal into `journals`, and says what is wrong with its lines."""
    journal = marks_of(paths).journal
    for path in journal.oddities():
        yield unusable(StoreError("store.not_a_file", path=path))
    try:
        machines = sorted(journal.sizes())
    except StoreError as error:
        yield unusable(error)
        return
    for machine in machines:
        path = paths.journal / f"{machine}.ndjson"
        try:
            found = journals[machine] = read_lines(read_bytes(path) or b"")
        except StoreError as error:
            yield unusable(error)
            continue
        yield from _faults(path, found)
    details = {"machines": len(journals), "events": sum(each.events for each in journals.values())}
    yield Finding("doctor.journal.read", "ok", details)


def _faults(path: Path, found: Lines) -> Iterator[Finding]:
    if found.newer is not None:
        yield unusable(StoreError("store.newer", path=path, found=found.newer, known=EVENT_VERSION))
    faults: tuple[tuple[str, Level, list[int], str], ...] = (
        ("doctor.journal.damaged", "warning", found.damaged, "doctor.fix.journal.damaged"),
        ("doctor.journal.order", "warning", found.disordered, "doctor.fix.journal.order"),
        ("doctor.journal.cut", "note", found.cut, "doctor.fix.journal.cut"),
    )
    for message_id, level, numbers, fix in faults:
        if numbers:
            yield Finding(message_id, level, {"path": str(path), "n": len(numbers), "lines": some(numbers)}, fix)


def check_clock(journals: Mapping[str, Lines], now: float) -> Iterator[Finding]:
    """Events of the future: until then, every new act is dated just after them."""
    latest = max((each.latest for each in journals.values()), default=0)
    if latest / 1_000_000 > now + AHEAD:
        yield Finding("doctor.clock.ahead", "note", {"when": moment(latest)}, "doctor.fix.clock.ahead")


def true_marks(paths: Paths) -> MarkStore:
    """The marks as the journals alone have them, without aliases. Raises `store.newer`, `store.unreadable`."""
    marks = marks_of(paths)
    marks.catch_up()
    return marks


def check_marks(paths: Paths, journals: Mapping[str, Lines], names: MarkKeys) -> Iterator[Finding]:
    """`marks.json` against the journals. Where these lost something, it may be the only one that still knows it."""
    details = {"path": str(paths.marks)}
    try:
        if stamp(paths.marks) is None:
            return
        offsets = read_marks(paths.marks).offsets
        agree = any(_agrees(paths, names) for _ in range(2))  # twice: another window may write in between
        shorter = [name for name, end in offsets.items() if name not in journals or journals[name].size < end]
        if shorter:
            listed = some(f"{name}.ndjson" for name in shorter)
            yield Finding("doctor.journal.shorter", "warning", {"names": listed}, "doctor.fix.journal.shorter")
        elif not agree:
            whole = all(each.whole for each in journals.values())
            fix = "doctor.fix.marks" if whole else "doctor.fix.marks.keep"
            yield Finding("doctor.marks.wrong", "warning", details, fix, whole)
        else:
            yield Finding("doctor.marks.agree", "ok", details)
    except DamagedError:
        yield Finding("doctor.marks.damaged", "error", details, "doctor.fix.marks", True)
    except StoreError as error:
        if error.details.get("path") == str(paths.marks):  # a journal's own trouble was said with the journals
            yield unusable(error)


def _agrees(paths: Paths, names: MarkKeys) -> bool:
    """Whether the folded marks, brought up to date, are those of the journals."""
    both = (_folded_marks(paths), true_marks(paths))
    for each in both:
        each.use_names(names)
    return _content(both[0]) == _content(both[1])


def _folded_marks(paths: Paths) -> MarkStore:
    marks, folded = marks_of(paths), read_marks(paths.marks)
    marks.columns |= folded.columns
    marks.notes = folded.notes
    marks.journal.offsets = dict(folded.offsets)
    marks.catch_up()
    return marks


def check_kept_aside(paths: Paths, former: Mapping[str, Sequence[str]], present: Container[str]) -> Iterator[Finding]:
    """Marks that show nowhere else: under keys of earlier rules that stood for too many papers, and under those of
    texts that were read as several papers since; `present` has the keys of the entries. Raises like `true_marks`."""
    try:
        marks = true_marks(paths) if stamp(paths.marks) is None else _folded_marks(paths)
    except DamagedError:
        marks = true_marks(paths)
    yield from _scattered(marks, present)
    keys = [key for key, papers in former.items() if not papers]
    told = {key: _in_words(marks, key) for key in sorted(keys) if marks.holds(key)}
    if told:
        listed = [f"{key}: {words}" for key, words in told.items()]
        details = {"n": len(told), "names": some(told), "cases": listed}
        yield Finding("doctor.marks.aside", "note", details, "doctor.fix.marks.aside")


def _scattered(marks: MarkStore, present: Container[str]) -> Iterator[Finding]:
    titles = {
        key: name.removeprefix(ASIDE)
        for name, column in marks.columns.items()
        if name.startswith(ASIDE)
        for key in column.on
        if key not in present and marks.holds(key)
    }
    if titles:
        listed = [f"{title}: {_in_words(marks, key)}" for key, title in titles.items()]
        details = {"n": len(titles), "names": some(titles.values()), "cases": listed}
        yield Finding("doctor.marks.scattered", "note", details, "doctor.fix.marks.aside")


def _in_words(marks: MarkStore, key: str) -> str:
    mark, tags = marks.mark(key), [f"#{tag}" for tag, papers in marks.own_tags().items() if key in papers]
    said = [*(name for name in ("starred", "read", "later") if key in marks.columns[name]), *tags]
    return ", ".join([*said, *([repr(mark.note)] if mark.note is not None else [])])


def _content(marks: MarkStore) -> object:
    columns = {name: (column.on, column.off) for name, column in marks.columns.items() if column.on or column.off}
    return columns, sorted((key, head.machine, head) for key, head in marks.notes.heads())
