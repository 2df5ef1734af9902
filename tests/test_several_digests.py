"""One file that holds several weeks, and what stands above the first entry."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tests.builders import home
from tui_digest.library import Library

FOURTH = """2023년 7월 4주차
https://arxiv.org/abs/2307.00001
First Paper on Sparse Memory (Ada One, Bo Two)
첫 논문입니다.
#memory
"""
FIFTH = """2023년 7월 5주차
https://arxiv.org/abs/2307.00002
Second Paper on Wide Memory (Cy Three)
둘째 논문입니다.
#memory
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "july.txt"
    file.write_text("안녕하세요, 이번 달 논문입니다.\n\n" + FOURTH + "\n" + FIFTH, "utf-8")
    return file


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library.open(home(tmp_path), starters=False)


def starts(library: Library) -> dict[str, date | None]:
    return {each.key: each.digest.start for each in library.lists.all_sightings()}


def test_each_week_is_a_digest_of_its_own(library: Library, file: Path) -> None:
    (report,) = library.imports.from_paths([file]).sources
    assert (report.digests, report.added, report.unplaced) == (2, 2, ())
    assert starts(library) == {
        "arxiv:2307.00002": date(2023, 7, 23),
        "arxiv:2307.00001": date(2023, 7, 16),
    }
    (report,) = library.imports.from_paths([file]).sources
    assert (report.digests, report.added, report.unchanged) == (2, 0, 2)


def test_a_week_taken_out_of_its_file_leaves_and_comes_back(library: Library, file: Path) -> None:
    library.imports.from_paths([file])
    library.marks.star(["arxiv:2307.00002"], True)
    file.write_text(FOURTH, "utf-8")
    (report,) = library.imports.from_paths([file]).sources
    assert (report.digests, report.removed) == (1, ("Second Paper on Wide Memory",))
    assert list(starts(library)) == ["arxiv:2307.00001"]
    library.marks.undo()
    assert list(starts(Library.open(library.paths))) == ["arxiv:2307.00002", "arxiv:2307.00001"]
    library.marks.redo()
    file.write_text(FOURTH + FIFTH, "utf-8")
    library.imports.from_paths([file])
    assert library.marks.of("arxiv:2307.00002").starred
    assert len(starts(library)) == 2


def test_what_stands_above_the_first_entry_is_shown_with_it(library: Library, file: Path) -> None:
    library.imports.from_paths([file])
    prefaces = {each.key: each.preface for each in Library.open(library.paths).lists.all_sightings()}
    assert prefaces == {"arxiv:2307.00001": "안녕하세요, 이번 달 논문입니다.", "arxiv:2307.00002": None}


def weeks_of(*heads: str) -> str:
    """A file with a week under each of these heads, `title = papers`."""
    parts = []
    for head in heads:
        title, _, papers = head.partition(" = ")
        rows = [
            f"| 1) **Paper {name}** - It says {name}. | [Paper](https://arxiv.org/abs/{name}) |"
            for name in papers.split()
        ]
        parts.append("\n".join([f"## {title}", "| **Paper** | **Links** |", "| --- | --- |", *rows]))
    return "\n\n---\n".join(parts) + "\n"


JUNE = (
    "Top Papers (June 9 - June 15) - 2025",
    "Top Papers (June 16 - June 22) - 2025",
    "Top Papers (June 23 - June 29) - 2025",
)
FIRST, SECOND, THIRD = (
    f"{head} = {papers}"
    for head, papers in zip(JUNE, ("2506.00001 2506.00002", "2506.00011", "2506.00021"), strict=True)
)


def ids(library: Library) -> dict[str, str]:
    """The digest of every paper."""
    return {each.key.removeprefix("arxiv:"): each.digest.id for each in library.lists.all_sightings()}


def test_a_week_put_on_top_adds_that_week_and_nothing_else(library: Library, file: Path) -> None:
    file = file.with_suffix(".md")
    file.write_text(weeks_of(SECOND, FIRST), "utf-8")
    library.imports.from_paths([file])
    before = ids(library)
    file.write_text(weeks_of(THIRD, SECOND, FIRST), "utf-8")
    (report,) = library.imports.from_paths([file]).sources
    assert (report.digests, report.added, report.updated, report.unchanged, report.removed) == (3, 1, 0, 3, ())
    after = ids(library)
    assert before.items() <= after.items()
    assert after["2506.00021"] not in before.values()
    (report,) = library.imports.from_paths([file]).sources
    assert (report.added, report.unchanged, report.removed) == (0, 4, ())
    assert ids(library) == after
    library.marks.undo()
    assert ids(Library.open(library.paths)) == before


@pytest.mark.parametrize(
    "later",
    [
        weeks_of(FIRST, SECOND),  # turned round
        weeks_of(SECOND.replace("Top", "Best"), FIRST),  # another name for the same days
        weeks_of(SECOND, FIRST.replace("June 9 - June 15", "June 2 - June 8")),  # other days: the papers tell
    ],
)
def test_digests_of_a_file_are_known_by_title_then_period_then_papers(library: Library, file: Path, later: str) -> None:
    file = file.with_suffix(".md")
    file.write_text(weeks_of(SECOND, FIRST), "utf-8")
    library.imports.from_paths([file])
    before = ids(library)
    file.write_text(later, "utf-8")
    (report,) = library.imports.from_paths([file]).sources
    assert (report.added, report.updated, report.removed) == (0, 0, ())
    assert ids(library) == before


def test_other_papers_under_another_name_are_the_digest_of_the_same_days(library: Library, file: Path) -> None:
    file = file.with_suffix(".md")
    file.write_text(weeks_of(SECOND, FIRST), "utf-8")
    library.imports.from_paths([file])
    before = set(ids(library).values())
    file.write_text(weeks_of(SECOND.replace("Top", "Best").replace("2506.0001", "2506.0009"), FIRST), "utf-8")
    (report,) = library.imports.from_paths([file]).sources
    assert report.added == len(report.removed) > 0
    assert set(ids(library).values()) == before


def test_a_file_of_several_that_moved_is_the_same_digests(library: Library, file: Path) -> None:
    library.imports.from_paths([file])
    before = {each.key: each.digest.id for each in library.lists.all_sightings()}
    moved = file.rename(file.with_name("summer.txt"))
    (report,) = library.imports.from_paths([moved]).sources
    assert (report.digests, report.added, report.removed) == (2, 0, ())
    found = list(library.lists.all_sightings())
    assert {each.key: each.digest.id for each in found} == before
    assert {each.digest.path for each in found} == {str(moved)}


@pytest.mark.parametrize("number", [0, 1])
def test_one_digest_of_a_file_is_taken_out_and_brought_back(library: Library, file: Path, number: int) -> None:
    library.imports.from_paths([file])
    before = list(library.lists.all_sightings())
    gone = before[number].digest.id
    change = library.imports.remove([gone])
    assert change is not None
    assert change.keys == (gone,)
    assert [each.digest.id for each in library.lists.all_sightings()] == [before[1 - number].digest.id]
    library.marks.undo()
    assert list(library.lists.all_sightings()) == before
    library.marks.redo()
    assert [each.digest.id for each in library.lists.all_sightings()] == [before[1 - number].digest.id]
    (report,) = library.imports.from_paths([file]).sources
    assert (report.digests, report.added, report.unchanged) == (2, 1, 1)
    library.marks.undo()
    library.marks.undo()
    assert list(library.lists.all_sightings()) == before


def test_what_came_in_anew_under_another_name_does_not_stand_twice(
    library: Library, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tui_digest.store import importing

    library.imports.from_paths([file])
    before = list(library.lists.all_sightings())
    library.imports.remove([before[0].digest.id])
    removal = library.marks.next_act("undo")
    assert removal is not None
    monkeypatch.setattr(importing, "_free_id", lambda sha256, taken: "another")
    library.imports.from_paths([file])
    library.imports.exchange(removal, "undo")  # as if another window had taken the import first
    assert len(list(library.lists.all_sightings())) == 2
