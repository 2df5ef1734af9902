"""Acts on many papers: one line of the journal, on disk at once, and taken into memory a piece at a time."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.builders import another_machine, digest, entry, put
from tui_digest.library import Library
from tui_digest.library.triaging import Triage
from tui_digest.models import Mark
from tui_digest.paths import Paths
from tui_digest.store import summary
from tui_digest.store.columns import WeekColumns, block_of
from tui_digest.store.shards import Shard

pytestmark = pytest.mark.usefixtures("plain_parser")

MANY = 1000


@pytest.fixture
def library(paths: Paths, tmp_path: Path) -> Library:
    """A thousand papers in four weeks, the last of each week also in the next."""
    library = Library.open(paths, starters=False)
    files = []
    for week in range(4):
        numbers = range(max(0, week * 250 - 1), week * 250 + 250)
        entries = [
            entry(f"Paper {n}", arxiv=f"2401.{n:05}", lines=(2 * place + 1, 2 * place + 2))
            for place, n in enumerate(numbers)
        ]
        files.append(put(tmp_path / f"{week}.txt", digest(*entries, start=f"2024-01-{1 + 7 * week:02}")))
    library.imports.from_paths(files)
    return library


def keys() -> list[str]:
    return [f"arxiv:2401.{n:05}" for n in range(MANY)]


def counts(library: Library) -> list[tuple[int, ...]]:
    weeks = ((week.papers, week.unread, week.starred) for week in library.lists.weeks())
    return [*weeks, (*library.lists.totals(),)]


def acts(library: Library) -> int:
    return len(list(library.marks.history()))


def test_a_large_act_is_on_disk_before_memory_has_all_of_it(library: Library) -> None:
    marks = library.marks
    change = marks.put_on_disk(lambda: marks.star(keys(), True))
    assert change is not None and len(change.keys) == MANY
    assert marks.behind
    there = Library.open(library.paths, starters=False)  # what the next start finds, were this one killed now
    assert all(there.marks.of(key).starred for key in keys())
    steps = sum(1 for _ in marks.taking_in())
    assert steps > 10
    assert not marks.behind
    assert all(marks.of(key).starred for key in keys())
    assert counts(library) == counts(there) == [(251, 251, 251)] * 3 + [(250, 250, 250), (MANY, MANY, MANY)]


def test_a_look_for_others_leaves_the_rest_of_it_for_later(library: Library) -> None:
    other = Library.open(library.paths, starters=False)
    library.marks.put_on_disk(lambda: library.marks.star(keys(), True))
    other.marks.mark_read(keys()[:1], True)
    assert not library.refresh()
    assert library.marks.behind
    for _ in library.marks.taking_in():
        assert not library.refresh()
    assert library.refresh()
    assert library.marks.of(keys()[0]) == Mark(read=True, starred=True)


@pytest.mark.parametrize("done", [0, 1, 3, 9])
def test_the_next_act_waits_until_memory_has_the_last_one(library: Library, done: int) -> None:
    marks = library.marks
    marks.put_on_disk(lambda: marks.star(keys(), True))
    steps = marks.taking_in()
    for _ in range(done):
        next(steps)
    undone = marks.put_on_disk(marks.undo)
    assert undone is not None and (undone.field, undone.value, len(undone.keys)) == ("starred", False, MANY)
    for _ in (*steps, *marks.taking_in()):  # the first goes on as if nothing had come between
        pass
    assert not any(marks.of(key).starred for key in keys())
    assert counts(library)[-1] == (MANY, MANY, 0)
    assert acts(library) == 3  # with the import


def test_own_tags_of_many_are_one_act(library: Library) -> None:
    marks = library.marks
    marks.tag("old", keys()[:600], True)
    change = marks.put_on_disk(lambda: marks.tag_all(keys(), ["new", "#읽을 것"], ["old"]))
    assert change is not None and change.others == MANY + 600
    for _ in marks.taking_in():
        pass
    assert {marks.of(key).tags for key in keys()} == {("new", "읽을 것")}
    marks.undo()
    assert [marks.of(key).tags for key in keys()] == [("old",)] * 600 + [()] * 400
    again = Library.open(library.paths, starters=False)
    assert {again.marks.of(key) for key in keys()[600:]} == {Mark()}


def test_a_large_act_of_another_window_is_taken_in_step_by_step(library: Library) -> None:
    other = Library.open(library.paths, starters=False)
    other.marks.star(keys(), True)
    other.marks.mark_read(keys()[:1], True)
    assert library.refresh(patient=True)
    marks = library.marks
    assert marks.behind
    assert sum(1 for _ in marks.taking_in()) > 10
    assert not marks.behind
    assert not library.refresh(patient=True)
    assert all(marks.of(key).starred for key in keys())
    assert marks.of(keys()[0]).read
    assert counts(library) == counts(other)


def test_an_act_of_ones_own_comes_after_a_large_one_of_another_window(library: Library) -> None:
    other = Library.open(library.paths, starters=False)
    other.marks.star(keys(), True)
    library.refresh(patient=True)
    steps = library.marks.taking_in()
    next(steps)
    library.marks.star(keys()[:2], False)
    for _ in steps:
        pass
    assert not library.marks.behind
    assert [library.marks.of(key).starred for key in keys()[:3]] == [False, False, True]
    again = Library.open(library.paths, starters=False)
    assert [again.marks.of(key).starred for key in keys()[:3]] == [False, False, True]


@pytest.mark.parametrize("done", [0, 1, 3, 6, 9])
def test_an_act_on_one_paper_does_not_wait_for_a_large_one_of_another_window(library: Library, done: int) -> None:
    other = Library.open(library.paths, starters=False)
    other.marks.mark_read(keys(), True)
    other.marks.star(keys()[:-1], True)
    marks = library.marks
    if done:
        library.refresh(patient=True)
        for _ in range(done):
            next(marks.taking_in())
    first, last = keys()[0], keys()[-1]
    assert marks.put_on_disk(lambda: marks.star([first], True)) is None, "it is starred"
    change = marks.put_on_disk(lambda: marks.star([last], True))
    assert change is not None and change.keys == (last,)
    assert marks.put_on_disk(lambda: marks.mark_read([first], False)) is not None
    assert (marks.of(first), marks.of(last)) == (Mark(starred=True), Mark(read=True, starred=True))
    assert marks.behind and not marks.own_behind
    there = Library.open(library.paths, starters=False)
    assert (there.marks.of(first), there.marks.of(last)) == (marks.of(first), marks.of(last))
    assert sum(1 for _ in marks.taking_in()) > 10
    assert counts(library) == counts(Library.open(library.paths, starters=False))
    assert counts(library)[-1] == (MANY, 1, MANY)
    other.refresh()
    assert counts(other) == counts(library)


ONE: dict[str, Callable[[Library, str], object]] = {
    "a note that is written": lambda library, key: library.marks.write_note(key, "메모", seen=""),
    "several marks": lambda library, key: library.marks.set_fields(key, ("starred", "later"), True),
    "a verdict": lambda library, key: Triage(library, library.lists.weeks()[-1].id).judge("keep"),
    "a verdict that is taken back": lambda library, key: take_back(library),
}
"""Acts of a screen on one paper, the first of the earliest week."""


def take_back(library: Library) -> None:
    triage = Triage(library, library.lists.weeks()[-1].id)
    triage.judge("keep")
    triage.take_back()


@pytest.mark.parametrize("name", ONE)
def test_what_is_done_to_one_paper_never_waits_for_a_large_act_of_another_window(library: Library, name: str) -> None:
    first, others = keys()[0], keys()[1:]
    other = Library.open(library.paths, starters=False)
    other.marks.star(others, True)
    other.marks.tag("theirs", [first], True)
    ONE[name](library, first)
    assert library.marks.of(first).tags == ("theirs",), "what was done to the paper itself is known"
    assert library.marks.behind and not library.marks.own_behind
    there = Library.open(library.paths, starters=False)
    assert there.marks.of(first) == library.marks.of(first)
    for _ in library.marks.taking_in():
        pass
    assert counts(library) == counts(there)


def test_an_act_on_many_papers_waits_only_for_what_was_done_to_them(library: Library) -> None:
    mine, theirs = keys()[:300], keys()[299:]
    other = Library.open(library.paths, starters=False)
    other.marks.star(theirs, True)
    marks = library.marks
    change = marks.put_on_disk(lambda: marks.star(mine, True))
    assert change is not None and len(change.keys) == 299, "one of them is starred"
    assert not marks.of(theirs[-1]).starred, "of the rest nothing is taken in yet"
    for _ in marks.taking_in():
        pass
    assert counts(library) == counts(Library.open(library.paths, starters=False))


def test_another_window_takes_a_large_act_in(library: Library) -> None:
    other = Library.open(library.paths, starters=False)
    other.marks.star(keys()[:3], True)
    marks = library.marks
    change = marks.put_on_disk(lambda: marks.star(keys(), True))  # those three are starred already
    assert change is not None and len(change.keys) == MANY - 3
    assert other.refresh()
    assert counts(other)[-1] == (MANY, MANY, MANY)
    marks.undo()
    assert [key for key in keys() if marks.of(key).starred] == keys()[:3]


@pytest.mark.parametrize("few", [0, MANY])
def test_papers_are_found_in_their_weeks_alike_whether_few_or_many(
    library: Library, few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(summary, "_FEW", few)
    there = Library.open(library.paths, starters=False)
    asked = [*keys()[::7], "arxiv:2401.99999", "title:nowhere"]
    assert there.lists.held(asked) == keys()[::7]
    there.marks.star(keys()[::7], True)
    assert counts(there)[-1] == (MANY, MANY, len(keys()[::7]))


def test_the_first_week_is_read_alone_and_only_while_it_is_that_version(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    library.marks.star(keys()[:2], True)
    week = library.lists.weeks()[-1].id
    rows = [[*library.lists.entries(each.id)] for each in library.lists.weeks()]
    told = library.lists.tags_of(library.lists.entries(week))
    made: list[str] = []

    def made_of(shard: Shard) -> WeekColumns:
        made.append(shard.week)
        return block_of(shard)

    monkeypatch.setattr("tui_digest.library.lists.block_of", made_of)
    there = Library.open(library.paths, starters=False)
    assert [[*there.lists.entries(each.id)] for each in there.lists.weeks()] == rows
    assert there.lists.tags_of(there.lists.entries(week)) == told
    assert made == [], "nothing was made of what is kept"
    there = Library.open(library.paths, starters=False)
    digest_again = digest(entry("Another paper", arxiv="2401.09999"), start="2024-01-01")
    library.imports.from_paths([put(tmp_path / "0.txt", digest_again)])  # another process, behind its back
    assert [row.title for row in there.lists.entries(week)] == ["Another paper"]
    assert made == [week]
    assert there.refresh()
    assert [row.title for row in there.lists.entries(week)] == ["Another paper"]
    for file in (there.paths.cache / "columns-0.bin", there.paths.cache / "columns-1.bin"):
        if file.exists():
            file.write_bytes(bytes(file.stat().st_size))
    there = Library.open(library.paths, starters=False)
    assert [row.title for row in there.lists.entries(week)] == ["Another paper"]


@pytest.mark.parametrize("many", [1, MANY])
def test_marks_are_counted_once_where_the_columns_have_to_be_made_for_them(library: Library, many: int) -> None:
    """The summary stands and the columns are gone or damaged: the first act that asks for a paper's week makes them,
    and with them counts that know of the act already."""
    library.close()
    for file in library.paths.cache.glob("columns*"):
        file.unlink()
    there = Library.open(library.paths, starters=False)
    there.marks.star(keys()[:many], True)
    there.marks.mark_read(keys()[:many], True)
    assert counts(there) == counts(Library.open(library.paths, starters=False))
    assert counts(there)[-1] == (MANY, MANY - many, many)
    assert there.lists.related(there.lists.sightings(keys()[0])[0]) == ([], [])


def test_a_mark_that_comes_to_a_paper_by_its_new_name_counts_in_all_its_weeks(paths: Paths, tmp_path: Path) -> None:
    """One week calls a paper by its title only, another by its arXiv id; a third, which another window imports, tells
    that they are one."""
    title, other = "A distinct title that one paper alone has", "Quite another title of that same paper"
    weeks = [(entry(title), "2024-01-01"), (entry(other, arxiv="2401.00001"), "2024-01-08")]
    weeks.append((entry(title, arxiv="2401.00001"), "2024-01-15"))
    files = [put(tmp_path / f"{start}.txt", digest(each, start=start)) for each, start in weeks]
    library = Library.open(paths, starters=False)
    library.imports.from_paths(files[:2])
    library.marks.mark_read([row.entry.key for row in library.lists.all_sightings() if row.entry.title == title], True)
    assert [week.unread for week in library.lists.weeks()] == [1, 0]
    Library.open(paths, starters=False).imports.from_paths(files[2:])
    assert library.refresh()
    anew = Library.open(paths, starters=False)
    assert library._store.mark("arxiv:2401.00001").read
    assert counts(library) == counts(anew) == [(1, 0, 0), (1, 0, 0), (1, 0, 0), (1, 0, 0)]


@pytest.mark.parametrize("done", [0, 1, 2, 3, 5])
def test_counts_are_not_kept_as_those_of_acts_that_are_still_taken_in(
    library: Library, tmp_path: Path, done: int
) -> None:
    """Another machine's journal comes in, and an import is taken back before memory has all of that."""
    extra = [entry("One more", arxiv="2402.00001"), entry("And another", arxiv="2402.00002")]
    library.imports.from_paths([put(tmp_path / "more.txt", digest(*extra, start="2024-02-05"))])
    with another_machine(library.paths):
        Library.open(library.paths, starters=False).marks.star(keys()[:600], True)
    assert library.refresh(patient=True)
    for _ in zip(range(done), library.marks.taking_in(), strict=False):
        pass
    assert library.marks.behind
    assert library.marks.put_on_disk(library.marks.undo) is not None
    anew = Library.open(library.paths, starters=False)
    assert anew.lists.totals().starred == 600
    for _ in library.marks.taking_in():
        pass
    assert counts(library) == counts(anew)
