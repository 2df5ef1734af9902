"""Where other machines did much since, opening does not wait for it: until it is read, marks and counts are those of
before, and every act is right all the same."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.builders import another_machine, digest, entry, home, put
from tui_digest.clock import now
from tui_digest.errors import StoreError
from tui_digest.library import Library
from tui_digest.models import Mark
from tui_digest.paths import Paths
from tui_digest.store import events, journal, mark_store
from tui_digest.store.events import Event, Part, lines_with
from tui_digest.store.mark_store import marks_of
from tui_digest.store.seal import sealed

pytestmark = pytest.mark.usefixtures("plain_parser")

PAPERS = [f"arxiv:2401.{n:05}" for n in range(60)]
ALONE = PAPERS[7]
"""A paper of which both machines think."""


@pytest.fixture(autouse=True)
def _short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mark_store, "_LONG", 0)
    monkeypatch.setattr(mark_store, "_BITE", 300)


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    paths = home(tmp_path)
    library = Library.open(paths, starters=False)
    for week in range(3):
        some = (entry(f"Paper number {n}", arxiv=PAPERS[n][6:]) for n in range(week * 20, week * 20 + 20))
        library.imports.from_paths([put(tmp_path / f"{week}.txt", digest(*some, start=f"2024-01-{1 + week * 7:02}"))])
    library.marks.star([PAPERS[0], PAPERS[1], ALONE], True)
    library.marks.mark_read(PAPERS[:2], True)
    library.close()
    return paths


def elsewhere(paths: Paths, act: Callable[[Library], object]) -> None:
    """Has another machine act on the home."""
    with another_machine(paths):
        act(Library.open(paths, starters=False))


def much(library: Library) -> None:
    """A hundred acts and more, among them some on `ALONE`."""
    chance, marks = random.Random(5), library.marks
    for _ in range(100):
        act = chance.choice([marks.star, marks.mark_read])
        act([chance.choice([each for each in PAPERS if each != ALONE])], chance.random() < 0.7)
    marks.star([ALONE], False)
    marks.note(ALONE, 'From elsewhere, "quoted"')
    marks.tag("theirs", [ALONE], True)


def opened(paths: Paths) -> Library:
    """As the reader opens it."""
    return Library.open(paths, starters=False, patient=True)


def whole(paths: Paths) -> Library:
    """As everybody else does: what a start after all was read finds."""
    return Library.open(paths, starters=False)


def counts(library: Library) -> list[tuple[int, ...]]:
    weeks = ((week.papers, week.unread, week.starred) for week in library.lists.weeks())
    return [*weeks, (*library.lists.totals(),)]


def marks(library: Library) -> list[Mark]:
    return [library.marks.of(key) for key in PAPERS]


def read_to_the_end(library: Library) -> None:
    for _ in library.marks.taking_in():
        pass
    assert not library.marks.behind


def same(library: Library, paths: Paths) -> None:
    """All is as a start finds it that reads everything at once, and so does the next one."""
    read_to_the_end(library)
    there = whole(paths)
    assert marks(library) == marks(there)
    assert counts(library) == counts(there)
    assert library.marks.next_act("undo") == there.marks.next_act("undo")
    library.close()
    assert (marks(whole(paths)), counts(whole(paths))) == (marks(there), counts(there))


def test_opening_reads_nothing_of_much_that_was_done_elsewhere(paths: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    before = counts(whole(paths)), marks(whole(paths))
    elsewhere(paths, much)
    read: list[bytes] = []

    def watched(line: bytes, *told: object, **more: bool) -> Event | None:
        read.append(line)
        return events.read_line(line, *told, **more)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(journal, "read_line", watched)
        patch.setattr("tui_digest.store.summary.Index.recount", lambda *_: pytest.fail("the counts stand"))
        library = opened(paths)
    assert read == []
    assert library.marks.behind and library.marks.unread > 10_000 and not library.marks.own_behind
    assert (counts(library), marks(library)) == before, "counts and marks are of one moment"
    left = [library.marks.unread for _ in library.marks.taking_in()]
    assert left == sorted(left, reverse=True) and len({*left}) > 30
    same(library, paths)


def test_what_is_short_is_read_at_once(paths: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    elsewhere(paths, much)
    monkeypatch.setattr(mark_store, "_LONG", 64 * 1024)
    library = opened(paths)
    assert not library.marks.behind
    same(library, paths)


ACTS: dict[str, Callable[[Library], object]] = {
    "star": lambda library: library.marks.star([ALONE], True),
    "unstar what was unstarred elsewhere": lambda library: library.marks.star([ALONE], False),
    "read": lambda library: library.marks.mark_read([ALONE], True),
    "several": lambda library: library.marks.star(PAPERS[5:10], True),
    "many": lambda library: library.marks.mark_read(PAPERS, True),
    "a note": lambda library: library.marks.write_note(ALONE, "Of my own", seen=""),
    "own tags": lambda library: library.marks.set_tags(ALONE, ["mine"], seen=()),
    "undo": lambda library: library.marks.undo(),
    "undo twice": lambda library: (library.marks.undo(), library.marks.undo()),
    "undo and redo": lambda library: (library.marks.undo(), library.marks.redo()),
}


@pytest.mark.parametrize("steps", [0, 5, 60])
@pytest.mark.parametrize("name", ACTS)
def test_an_act_is_right_before_all_is_read(paths: Paths, name: str, steps: int) -> None:
    elsewhere(paths, much)
    library = opened(paths)
    for _ in zip(range(steps), library.marks.taking_in(), strict=False):
        pass
    change = library.marks.put_on_disk(lambda: ACTS[name](library))
    assert library.marks.behind, "the rest has time"
    for _ in library.marks.taking_in(own=True):
        pass
    assert library.marks.behind
    there = whole(paths)
    touched = PAPERS[5:10] if name in ("several", "many") else [ALONE] if "undo" not in name else PAPERS[:2]
    assert [library.marks.of(key) for key in touched] == [there.marks.of(key) for key in touched]
    assert (change is None) == (name == "unstar what was unstarred elsewhere")
    same(library, paths)


def test_an_act_comes_after_one_of_a_clock_that_is_ahead(paths: Paths) -> None:
    def later(library: Library) -> None:
        much(library)
        library.marks.star([ALONE], True)

    ahead = now() + 3600
    with another_machine(paths):
        later(Library.open(paths, starters=False, clock=lambda: ahead))
    library = opened(paths)
    assert library.marks.put_on_disk(lambda: library.marks.star([ALONE], False)) is not None
    assert not library.marks.of(ALONE).starred
    same(library, paths)
    assert not whole(paths).marks.of(ALONE).starred


def test_one_may_leave_before_all_is_read(paths: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    """Leaving reads nothing more, and what the next start finds is right."""
    elsewhere(paths, much)
    library = opened(paths)
    for _ in zip(range(9), library.marks.taking_in(), strict=False):
        pass
    library.marks.put_on_disk(lambda: library.marks.star([ALONE], True))
    left = library.marks.unread
    library.close()
    assert library.marks.unread == left > 1000
    again = opened(paths)
    assert again.marks.behind
    there = whole(paths)
    assert again.marks.put_on_disk(lambda: again.marks.star([ALONE], True)) is None
    assert again.marks.of(ALONE) == there.marks.of(ALONE)
    same(again, paths)


def other_journal(paths: Paths) -> Path:
    own = marks_of(paths).journal.machine
    return next(path for path in paths.journal.iterdir() if path.stem != own)


def test_what_a_newer_version_did_is_known_at_once(paths: Paths) -> None:
    elsewhere(paths, much)
    path = other_journal(paths)
    first, _, rest = path.read_bytes().partition(b"\n")
    path.write_bytes(first + b"\n" + sealed(b'{"v":2,"id":"later-1"}') + b"\n" + rest)
    with pytest.raises(StoreError) as raised:
        opened(paths)
    assert raised.value.message_id == "store.newer"


def test_damage_is_known_at_once_or_told_once_when_it_is_met(paths: Paths) -> None:
    elsewhere(paths, much)
    path = other_journal(paths)
    text = path.read_bytes()
    path.write_bytes(text.replace(b'"op":"set"', b'"op":"sat"'))
    library = opened(paths)
    assert not library.notices
    read_to_the_end(library)
    assert [(each.message_id, each.details["n"]) for each in library.notices] == [
        ("store.journal_lines", str(text.count(b"\n")))
    ]
    path.write_bytes(text.replace(b'{"v":1,', b'["v":1,'))
    library = opened(paths)
    assert not library.marks.behind
    assert [each.message_id for each in library.notices] == ["store.journal_lines"]


def test_lines_that_tell_of_papers_are_found_whichever_way_they_are_written() -> None:
    keys = ['title:a "quoted" one', "title:말", "text:back\\slash", "arxiv:2401.00001", "url:a/b"]
    acts = [Event(f"m-{n}", n, "set", (Part("read", True, (key,)),)).line() for n, key in enumerate(keys)]
    acts.append(
        Event("m-9", 9, "set", (Part("read", True, ("x",)), Part("starred", True, ("y", "arxiv:2401.00001")))).line()
    )
    other = [
        Event(f"m-{n}", n, "set", (Part("note", "arxiv:2401.00001", (f"arxiv:2401.1{n}",)),)).line() for n in range(20)
    ]
    data = b"".join([*acts[:2], *other, *acts[2:]])

    def told(some: Sequence[str], of: bytes = data) -> list[bytes]:
        return [line for line in lines_with(of, some) if line in acts or b"\\u" in line or b"\\/" in line]

    for few in (1, 3, len(keys)):
        for start in range(len(keys)):
            some = keys[start : start + few]
            expected = [line for key, line in zip(keys, acts, strict=False) if key in some]
            expected += [acts[-1]] if keys[3] in some else []
            assert sorted(told(some)) == sorted(expected)
            assert sorted(told([*some, *(f"none {n}" for n in range(20))])) == sorted(expected)
    for written in (data.replace("말".encode(), b"\\ub9d0"), data.replace(b"url:a/b", b"url:a\\/b")):
        assert len(told([keys[1]], written)) == len(told([keys[4]], written)) == 1


def test_what_was_read_of_one_machine_counts_though_the_journal_of_another_cannot_be_read(
    paths: Paths, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was passed over, and folded as if it had been taken in."""
    library = whole(paths)
    elsewhere(paths, lambda there: there.marks.star([ALONE], False))
    other = other_journal(paths)
    last = other.with_name("zzz.ndjson")
    last.write_bytes(other.read_bytes().replace(other.stem.encode(), b"zzz"))
    opened_as_ever = Path.open

    def failing(self: Path, *told: Any, **more: Any) -> Any:
        if self == last:
            raise OSError(5, "gone for a moment")
        return opened_as_ever(self, *told, **more)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "open", failing)
        assert library.refresh() and library.notices[-1].message_id == "store.unreadable"
        assert library.marks.of(ALONE).starred
    assert library.refresh()
    assert not library.marks.of(ALONE).starred
    library.close()
    assert not whole(paths).marks.of(ALONE).starred


@pytest.mark.parametrize("many", [False, True])
def test_columns_that_have_to_be_made_for_the_counts_are_made_between(paths: Paths, many: bool) -> None:
    """The first that asks for a paper's week makes them, and all is counted with them, in the middle of an act."""
    elsewhere(paths, much)
    for file in paths.cache.glob("columns*"):
        file.unlink()
    library = opened(paths)
    library.marks.put_on_disk(lambda: library.marks.star(PAPERS if many else [ALONE], True))
    same(library, paths)
