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
    return {each.key: each.digest.start for each in library.all_sightings()}


def test_each_week_is_a_digest_of_its_own(library: Library, file: Path) -> None:
    (report,) = library.import_paths([file]).sources
    assert (report.digests, report.added, report.unplaced) == (2, 2, ())
    assert starts(library) == {
        "arxiv:2307.00002": date(2023, 7, 23),
        "arxiv:2307.00001": date(2023, 7, 16),
    }
    (report,) = library.import_paths([file]).sources
    assert (report.digests, report.added, report.unchanged) == (2, 0, 2)


def test_a_week_taken_out_of_its_file_leaves_and_comes_back(library: Library, file: Path) -> None:
    library.import_paths([file])
    library.set_starred(["arxiv:2307.00002"], True)
    file.write_text(FOURTH, "utf-8")
    (report,) = library.import_paths([file]).sources
    assert (report.digests, report.removed) == (1, ("Second Paper on Wide Memory",))
    assert list(starts(library)) == ["arxiv:2307.00001"]
    library.undo()
    assert list(starts(Library.open(library.paths))) == ["arxiv:2307.00002", "arxiv:2307.00001"]
    library.redo()
    file.write_text(FOURTH + FIFTH, "utf-8")
    library.import_paths([file])
    assert library.mark("arxiv:2307.00002").starred
    assert len(starts(library)) == 2


def test_what_stands_above_the_first_entry_is_shown_with_it(library: Library, file: Path) -> None:
    library.import_paths([file])
    prefaces = {each.key: each.preface for each in Library.open(library.paths).all_sightings()}
    assert prefaces == {"arxiv:2307.00001": "안녕하세요, 이번 달 논문입니다.", "arxiv:2307.00002": None}
