from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import unicodedata
from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.builders import asked, digest, entry, home, incoming, put, text_of
from tests.tried import examples
from tui_digest.errors import StoreError
from tui_digest.library import Library
from tui_digest.models import UNDATED, Change, Mark, ParsedDigest, Place
from tui_digest.paths import Paths
from tui_digest.store import summary, week_writing
from tui_digest.store.column_file import load_blocks
from tui_digest.store.columns import COLUMNS_VERSION
from tui_digest.store.importing import Import
from tui_digest.store.rows import Row
from tui_digest.store.shards import Shards
from tui_digest.store.storage import SCHEMA_VERSION
from tui_digest.store.summary import SUMMARY_VERSION

pytestmark = pytest.mark.usefixtures("plain_parser")

A = entry("Paper A", arxiv="2301.00001", tags=["rl", "llm"], authors=["Kim", "Lee"], lines=(2, 4))
B = entry("강화학습 B", url="https://www.example.org/b?x=1", tags=["rl"], lines=(6, 7))
C = entry(None, url="https://example.org/c", fallback="c note", tags=["vision"], lines=(9, 9))
D = entry("Paper D", arxiv="2302.00002", lines=(1, 1))


def bring(paths: Paths, *digests: ParsedDigest) -> None:
    sources = [incoming(f"/{number}.txt", each) for number, each in enumerate(digests)]
    Import(paths, Shards(paths.shards, paths.damaged), []).run(sources)


@pytest.fixture
def library(paths: Paths) -> Library:
    bring(
        paths,
        digest(A, B, C),
        digest(A, start="2023-07-26", days=1, title="a day", shape="daily-text"),
        digest(D, A, start="2023-08-06", title="8월 2주차"),
        digest(entry("Undated"), start=None),
    )
    return Library.open(paths)


def read_only(monkeypatch: pytest.MonkeyPatch, below: Path) -> None:
    open_file, make_folder = os.open, os.mkdir

    def guard(path: Any, flags: int = os.O_WRONLY, *rest: Any, **more: Any) -> int:
        if flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT) and str(path).startswith(str(below)):
            raise OSError(errno.EROFS, "read-only", str(path))
        return open_file(path, flags, *rest, **more)

    def no_folder(path: Any, mode: int = 0o777) -> None:
        if str(path).startswith(str(below)):
            raise OSError(errno.EROFS, "read-only", str(path))
        make_folder(path, mode)

    monkeypatch.setattr(os, "open", guard)
    monkeypatch.setattr(os, "mkdir", no_folder)


def counts(library: Library) -> dict[str, tuple[int, int, int]]:
    return {week.id: (week.papers, week.unread, week.starred) for week in library.lists.weeks()}


# -- browsing --------------------------------------------------------------------------------------------------


def test_weeks_are_newest_first_with_undated_last(library: Library) -> None:
    weeks = library.lists.weeks()
    assert [week.id for week in weeks] == ["2023-W32", "2023-W30", UNDATED]
    assert [week.title for week in weeks] == ["8월 2주차", "2023년 7월 5주차", None]
    assert (weeks[1].start, weeks[1].end) == (date(2023, 7, 23), date(2023, 7, 29))
    assert (weeks[2].start, weeks[2].end) == (None, None)
    assert counts(library) == {"2023-W32": (2, 2, 0), "2023-W30": (3, 3, 0), UNDATED: (1, 1, 0)}


def test_entries_of_a_week_in_reading_order(library: Library) -> None:
    rows = library.lists.entries("2023-W30")
    assert list(rows.keys) == [A.key, A.key, B.key, C.key]  # the later day first
    assert rows[2] == Row(B.key, "강화학습 B", False, "example.org", ("rl",), "2023-W30", 0)
    assert rows[3] == Row(C.key, "c note", True, "example.org", ("vision",), "2023-W30", 0)
    assert rows[1].facts == "2301.00001"
    assert rows[1].authors == 2
    assert rows.sighting(1).entry == A
    assert rows.sighting(1).digest.title == "2023년 7월 5주차"
    assert rows[-1] == rows[3]
    assert (rows.index_of(B.key), rows.index_of("nothing")) == (2, None)
    with pytest.raises(IndexError):
        rows[4]
    assert len(library.lists.entries("1999-W01")) == 0


def test_entries_of_all_weeks(library: Library) -> None:
    rows = library.lists.entries(None)
    assert [row.week for row in rows] == ["2023-W32"] * 2 + ["2023-W30"] * 4 + [UNDATED]
    assert [rows.sighting(index) for index in range(len(rows))] == list(library.lists.all_sightings())
    assert [row.key for row in rows] == list(rows.keys)


@pytest.mark.parametrize("week", [None, "2023-W30"])
def test_lists_are_narrowed(library: Library, week: str | None) -> None:
    def titles(text: str) -> set[str]:
        return {row.title for row in library.lists.entries(week, asked(text))}

    library.marks.mark_read([A.key], True)
    library.marks.star([C.key], True)
    library.marks.note(A.key, "다시 읽기")
    library.marks.tag("Mine Own", [B.key], True)
    assert titles("is:starred") == {"c note"}
    assert "Paper A" not in titles("is:unread")
    assert {"강화학습 B", "c note"} <= titles("is:unread")
    assert titles("is:noted") == titles("다시") == titles("note:읽기") == {"Paper A"}
    assert titles("tag:rl") == titles("tag:RL") == {"Paper A", "강화학습 B"}
    assert titles("#rl #llm") == {"Paper A"}
    assert titles("tag:r") == set()
    assert titles('tag:"mine own"') == titles("own") == {"강화학습 B"}
    assert titles("PAPER kim") == titles("author:kim") == {"Paper A"}
    assert titles("2301.00001") == titles("arxiv:2301.00001") == {"Paper A"}
    assert titles(unicodedata.normalize("NFD", "강화학습")) == titles("ㄱㅎㅎㅅ") == {"강화학습 B"}
    assert titles("학습 rl") == {"강화학습 B"}
    assert titles("example.org is:unread tag:vision") == {"c note"}
    assert titles("rl -학습") == titles("title:paper llm OR nowhere") == {"Paper A"}
    assert titles("has:arxiv llm") == {"Paper A"}
    assert titles("nowhere") == set()
    assert titles("week:2023-W30") == titles("date:2023-07-23..2023-07-29") == {"Paper A", "강화학습 B", "c note"}
    assert titles("week:2023-W31") == set()


def test_lists_are_sorted_and_cut_off(library: Library) -> None:
    def titles(text: str) -> list[str]:
        return [row.title for row in library.lists.entries(None, asked(text))]

    assert titles("sort:title limit:3") == ["Paper A", "Paper A", "Paper A"]
    assert titles("sort:-title")[:2] == ["강화학습 B", "Undated"]
    assert titles("seen:>=2 -week:2023-W30") == ["Paper A"]
    assert titles("sort:seen")[:3] == ["Paper A"] * 3
    assert titles("sort:date limit:1") == ["Paper D"]
    rows = library.lists.entries(None, asked("sort:title"))
    assert [rows.sighting(index).entry.display_title for index in range(len(rows))] == titles("sort:title")


@pytest.mark.parametrize("text", ["", "sort:title", "sort:-title limit:3", "sort:date", "paper", "-is:read sort:seen"])
@pytest.mark.parametrize("week", [None, "2023-W30"])
def test_the_keys_of_a_list_are_those_of_its_rows(library: Library, week: str | None, text: str) -> None:
    # An act on several rows takes their keys from here: in another order it would hit other papers.
    rows = library.lists.entries(week, asked(text))
    assert [*rows.keys] == [rows.key(index) for index in range(len(rows))] == [row.key for row in rows]
    assert [rows.sighting(index).entry.key for index in range(len(rows))] == [*rows.keys]


def test_tags_count_papers(library: Library) -> None:
    assert library.lists.tags(None) == [("rl", 2), ("llm", 1), ("vision", 1)]
    assert library.lists.tags("2023-W30") == [("rl", 2), ("llm", 1), ("vision", 1)]
    assert library.lists.tags("2023-W32") == [("llm", 1), ("rl", 1)]
    assert library.lists.tags(None, asked("tag:llm")) == [("llm", 1), ("rl", 1)]
    assert library.lists.tags("2023-W30", asked("tag:vision")) == [("vision", 1)]
    assert library.lists.tags(UNDATED) == []


def test_every_sighting_of_a_paper(library: Library) -> None:
    assert [each.digest.week for each in library.lists.sightings(A.key)] == ["2023-W32", "2023-W30", "2023-W30"]
    assert [each.entry for each in library.lists.sightings(B.key)] == [B]
    assert library.lists.sightings("arxiv:0000.00000") == []


def test_papers_are_found_by_what_names_them(library: Library) -> None:
    for text in ("arxiv:2301.00001", "2301.00001", "arXiv:2301.00001v3", "http://arxiv.org/pdf/2301.00001", "paper a"):
        assert library.lists.find(text) == A.key, text
    assert library.lists.find("https://example.org/b?x=1") == B.key
    assert library.lists.find("강화학습 b") == B.key
    assert library.lists.find(C.key) == C.key
    for text in ("", "2301.99999", "https://example.org/none", "no such title"):
        assert library.lists.find(text) is None, text


def test_the_place_is_kept(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    assert library.memory.load_place() == Place()
    place = Place(
        "2023-W30", B.key, 7, "unread", (("tag", "강화"), ("author=", "A B")), "words", "tags", "내 보기", "digests"
    )
    library.memory.save_place(place)
    assert Library.open(library.paths).memory.load_place() == place
    assert library.paths.place.stat().st_mode & 0o777 == 0o600
    for content in ("{", "[]", '{"schema_version": 9}', '{"schema_version": 1, "scroll": "x"}'):
        library.paths.place.write_text(content)
        assert library.memory.load_place() == Place()
    read_only(monkeypatch, library.paths.state)
    library.memory.save_place(place)


# -- marks -----------------------------------------------------------------------------------------------------


def test_counts_follow_at_once_in_every_week_of_the_paper(library: Library) -> None:
    assert library.marks.mark_read([A.key], True) == Change("read", True, (A.key,))
    assert counts(library) == {"2023-W32": (2, 1, 0), "2023-W30": (3, 2, 0), UNDATED: (1, 1, 0)}
    library.marks.star([A.key, B.key], True)
    assert counts(library) == {"2023-W32": (2, 1, 1), "2023-W30": (3, 2, 2), UNDATED: (1, 1, 0)}
    library.marks.undo()
    library.marks.undo()
    assert counts(library) == {"2023-W32": (2, 2, 0), "2023-W30": (3, 3, 0), UNDATED: (1, 1, 0)}
    library.marks.redo()
    assert library.marks.of(A.key) == Mark(read=True)
    for again in (Library.open(library.paths), library):
        assert counts(again) == {"2023-W32": (2, 1, 0), "2023-W30": (3, 2, 0), UNDATED: (1, 1, 0)}
        again.close()


def test_a_second_window_sees_marks_and_imports(library: Library) -> None:
    other = Library.open(library.paths)
    assert not other.refresh()
    library.marks.star([B.key], True)
    assert other.refresh()
    assert counts(other)["2023-W30"] == (3, 3, 1)
    bring(library.paths, digest(A, B, C, entry("One more", arxiv="2309.1")))
    assert other.refresh()
    assert counts(other)["2023-W30"] == (4, 4, 1)
    assert not other.refresh()
    assert library.refresh()
    assert [row.title for row in library.lists.entries("2023-W30")][-1] == "One more"


def test_a_list_made_before_an_import_still_gives_its_entries(library: Library) -> None:
    rows = library.lists.entries("2023-W30")
    all_rows = library.lists.entries(None)
    bring(library.paths, digest(entry("New", arxiv="2309.1"), B))
    assert rows.sighting(2).entry == B
    assert all_rows.sighting(4).entry == B
    with pytest.raises(StoreError) as caught:
        rows.sighting(3)
    assert (caught.value.message_id, caught.value.details) == ("store.gone", {"title": "c note"})


def test_an_edit_touches_no_mark(library: Library) -> None:
    library.marks.star([A.key, B.key], True)
    bring(library.paths, digest(A, C))
    library.refresh()
    assert library.lists.sightings(B.key) == []
    assert counts(library)["2023-W30"] == (2, 2, 1)
    bring(library.paths, digest(A, B, C))
    library.refresh()
    assert library.marks.of(B.key).starred
    assert counts(library)["2023-W30"] == (3, 3, 2)


def test_a_paper_known_by_its_title_is_that_with_the_arxiv_id(paths: Paths) -> None:
    by_title = entry("Quiet Lanterns: Routing by Surprise")
    bring(paths, digest(by_title))
    one = Library.open(paths)
    one.marks.star([by_title.key], True)
    one.close()
    with_id = entry("Quiet lanterns - routing by surprise", arxiv="2305.00005")
    bring(paths, digest(by_title), digest(with_id, entry("Other", arxiv="2305.00006"), start="2023-08-06"))
    two = Library.open(paths)
    assert two.marks.of(with_id.key) == two.marks.of(by_title.key) == Mark(starred=True)
    assert counts(two) == {"2023-W32": (2, 2, 1), "2023-W30": (1, 1, 1)}
    (row,) = two.lists.entries("2023-W30")
    assert row.key == with_id.key
    sighting = two.lists.entries("2023-W30").sighting(0)
    assert (sighting.key, sighting.entry.key) == (with_id.key, by_title.key)
    assert two.lists.arxiv_for(sighting) == ("2305.00005", "sighting")
    assert two.lists.arxiv_for(two.lists.entries("2023-W32").sighting(0)) == ("2305.00005", "own")
    assert len(two.lists.sightings(by_title.key)) == 2
    assert two.lists.find(by_title.key) == two.lists.find("Quiet lanterns routing by surprise") == with_id.key
    two.marks.mark_read([with_id.key], True)
    # the entry with the id goes: what was marked stays marked
    bring(paths, digest(by_title), digest(entry("Other", arxiv="2305.00006"), start="2023-08-06"))
    for cache in ("kept", "deleted"):
        if cache == "deleted":
            for path in paths.cache.iterdir():
                path.unlink()
        three = Library.open(paths)
        (row,) = three.lists.entries("2023-W30")
        assert three.marks.of(row.key) == Mark(read=True, starred=True)
        assert counts(three)["2023-W30"] == (1, 0, 1)


def test_a_paper_without_any_arxiv_id(library: Library) -> None:
    assert library.lists.arxiv_for(library.lists.sightings(B.key)[0]) == (None, "none")


# -- importing -------------------------------------------------------------------------------------------------


def test_files_folders_and_standard_input(paths: Paths, tmp_path: Path) -> None:
    one = put(tmp_path / "in" / "a.txt", digest(A))
    two = put(tmp_path / "in" / "sub" / "b.txt", digest(B, start="2023-08-06"))
    steps: list[tuple[int, int, str]] = []
    library = Library.open(paths)
    report = library.imports.from_paths(
        [tmp_path / "in", one, tmp_path / "missing.txt"],
        stdin=text_of(digest(C, start=None)).encode(),
        progress=lambda *step: steps.append(step),
    )
    assert [(source.path, source.added, source.error) for source in report.sources] == [
        (str(one), 1, None),
        (str(two), 1, None),
        (str(tmp_path / "missing.txt"), 0, "source.vanished"),
        ("-", 1, None),
    ]
    assert [source.path for source in report.failed] == [str(tmp_path / "missing.txt")]
    assert steps[0] == (0, 4, str(one))
    assert steps[-1] == (4, 4, "")
    assert counts(library) == {"2023-W32": (1, 1, 0), "2023-W30": (1, 1, 0), UNDATED: (1, 1, 0)}
    again = library.imports.from_paths([tmp_path / "in"], stdin=text_of(digest(C, start=None)).encode())
    assert [(each.added, each.updated, each.unchanged) for each in again.sources] == [(0, 0, 1)] * 3
    roundabout = library.imports.from_paths([tmp_path / "in" / "sub" / ".." / "a.txt", one])
    assert [(source.path, source.unchanged) for source in roundabout.sources] == [(str(one), 1)]


def all_columns(path: Path) -> dict[str, tuple[tuple[int, int, int], dict[str, bytes]]]:
    """The kept columns of every week, in their order."""
    return {week: (at, {**block.packed}) for week, (at, block) in load_blocks(path).items()}


@pytest.mark.parametrize("together", [1, 100])
def test_what_an_import_keeps_of_weeks_is_what_a_look_at_them_makes(
    paths: Paths, tmp_path: Path, together: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Be they written one by one or several at once."""
    monkeypatch.setattr(week_writing, "TOGETHER", together)
    library, columns = Library.open(paths, starters=False), paths.cache / "columns.bin"
    texts = [put(tmp_path / f"{n:02}.txt", digest(A, B, C, start=f"2023-{n:02}-04")) for n in range(1, 13)]
    put(tmp_path / "13.txt", digest(B, start=None))
    library.imports.from_paths([tmp_path])
    library.imports.correct(library.lists.sightings(B.key)[:1], date="2022-02-03")
    put(texts[0], digest(C, start="2021-03-03"))
    put(texts[1], digest(A, start="2023-02-04"))
    library.imports.from_paths([tmp_path])
    kept = all_columns(columns)
    columns.unlink()
    (paths.cache / "summary.json").unlink()
    again = Library.open(paths, starters=False)
    assert all_columns(columns) == kept != {}
    assert counts(again) == counts(library)


def test_a_dry_run_writes_nothing(paths: Paths, tmp_path: Path) -> None:
    library = Library.open(paths)
    report = library.imports.from_paths([put(tmp_path / "a.txt", digest(A, B))], dry_run=True)
    assert (report.dry_run, report.sources[0].added) == (True, 2)
    assert not paths.data.exists()
    assert library.lists.weeks() == []


def test_a_read_only_home_is_read(library: Library, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    library.marks.mark_read([A.key], True)
    expected = counts(library)
    for path in library.paths.cache.iterdir():
        path.unlink()
    read_only(monkeypatch, library.paths.data.parent)
    one = Library.open(library.paths)
    assert counts(one) == expected
    assert len(one.lists.entries(None)) == 7
    for act in (
        lambda: one.marks.star([A.key], True),
        one.marks.undo,
        lambda: one.imports.from_paths([put(tmp_path / "n.txt", digest(entry("N")))]),
        lambda: one.imports.put_starters(False),
    ):
        with pytest.raises(StoreError) as caught:
            act()
        assert caught.value.message_id == "store.readonly"
    assert counts(one) == expected
    one.close()


def test_an_empty_read_only_home_opens_empty(paths: Paths, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    put(tmp_path / "starters" / "s.txt", digest(D))
    read_only(monkeypatch, paths.data.parent)
    library = Library.open(paths)
    assert library.lists.weeks() == []
    assert [each.message_id for each in library.notices] == ["store.readonly", "starters.unwritable"]


def test_damaged_weeks_are_told_and_the_rest_is_read(library: Library) -> None:
    library.close()
    path = library.paths.shards / "2023-W32.json"
    path.write_bytes(b"{")
    other = Library.open(library.paths)
    assert [each.message_id for each in other.notices] == ["store.damaged"]
    assert [week.id for week in other.lists.weeks()] == ["2023-W30", UNDATED]
    assert len(other.lists.entries(None)) == 5
    # found only when the week is read: the summary was made from a file with the same stamp
    path = library.paths.shards / "2023-W30.json"
    stamp = path.stat()
    with path.open("r+b") as file:
        file.write(b"?")
    os.utime(path, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
    assert len(other.lists.entries("2023-W30")) == 0
    assert [each.message_id for each in other.notices] == ["store.damaged", "store.damaged"]
    assert [week.id for week in other.lists.weeks()] == [UNDATED]
    assert len(list(library.paths.damaged.iterdir())) == 2


def test_newer_marks_are_refused(library: Library) -> None:
    library.marks.mark_read([A.key], True)
    library.close()
    path = library.paths.marks
    path.write_text(path.read_text().replace('"schema_version":1', '"schema_version":2'))
    with pytest.raises(StoreError) as caught:
        Library.open(library.paths)
    assert caught.value.message_id == "store.newer"


def test_a_newer_week_costs_that_week_only(library: Library) -> None:
    library.close()
    path = library.paths.shards / "2023-W30.json"
    before = path.read_text()
    path.write_text(before.replace('"schema_version":1', '"schema_version":2'))
    newer = path.read_bytes()
    for _ in range(2):
        other = Library.open(library.paths)
        assert [week.id for week in other.lists.weeks()] == ["2023-W32", UNDATED]
        assert [each.message_id for each in other.notices] == ["store.newer"], "at every start, for it stays so"
        assert len([*other.lists.all_sightings()]) == len(other.lists.entries(None)) == 3
        assert not other.refresh(), "told once"
        other.close()
    assert path.read_bytes() == newer
    path.write_text(before)
    assert [week.id for week in Library.open(library.paths).lists.weeks()] == ["2023-W32", "2023-W30", UNDATED]


def test_a_library_that_cannot_be_read_is_no_empty_home(library: Library, tmp_path: Path) -> None:
    put(tmp_path / "starters" / "s.txt", digest(D))
    for path in library.paths.shards.iterdir():
        path.write_text(path.read_text().replace('"schema_version":1', '"schema_version":2'))
    library.paths.sources.unlink()
    other = Library.open(library.paths)
    assert (other.lists.weeks(), other.imports.starters_on) == ([], False)
    assert {each.message_id for each in other.notices} == {"store.newer"}


def test_without_weeks_a_newer_record_of_sources_is_told(library: Library) -> None:
    for path in library.paths.shards.iterdir():
        path.unlink()
    path = library.paths.sources
    path.write_text(path.read_text().replace('"schema_version":1', '"schema_version":2'))
    other = Library.open(library.paths)
    assert other.lists.weeks() == []
    assert [each.message_id for each in other.notices] == ["store.newer"]


def test_a_newer_record_of_sources_stops_imports_only(library: Library, tmp_path: Path) -> None:
    path = library.paths.sources
    path.write_text(path.read_text().replace('"schema_version":1', '"schema_version":2'))
    newer = path.read_bytes()
    for cached in library.paths.cache.iterdir():
        cached.unlink()
    other = Library.open(library.paths)
    assert len(other.lists.entries(None)) == 7
    assert other.marks.star([A.key], True)
    with pytest.raises(StoreError) as caught:
        other.imports.from_paths([put(tmp_path / "n.txt", digest(entry("N")))])
    assert caught.value.message_id == "store.newer"
    assert path.read_bytes() == newer


def test_a_week_that_cannot_be_read_now_is_passed_over(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    library.close()
    open_file = os.open

    def guard(path: Any, *rest: Any, **more: Any) -> int:
        if str(path).endswith("2023-W30.json"):  # a change of permissions leaves no trace in its version
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return open_file(path, *rest, **more)

    monkeypatch.setattr(os, "open", guard)
    other = Library.open(library.paths)
    assert [sighting.digest.week for sighting in other.lists.all_sightings()] == ["2023-W32", "2023-W32", UNDATED]
    assert [each.message_id for each in other.notices] == ["store.unreadable"]


def test_a_week_that_is_gone_is_missed_and_comes_back(paths: Paths, tmp_path: Path) -> None:
    sources = [put(tmp_path / "a.txt", digest(A)), put(tmp_path / "b.txt", digest(B, start="2023-08-06"))]
    Library.open(paths).imports.from_paths(sources)
    (paths.shards / "2023-W30.json").unlink()
    library = Library.open(paths)
    assert [(each.message_id, each.details["weeks"]) for each in library.notices] == [("store.vanished", "2023-W30")]
    assert str(sources[0]) in library.notices[0].details["sources"]
    assert [report.added for report in library.imports.from_paths(sources).sources] == [1, 0]
    assert Library.open(paths).notices == []


@pytest.mark.parametrize("name", ["library/2023-W30.json", "sources.json", "marks.json"])
@pytest.mark.parametrize("make", [os.mkdir, os.mkfifo], ids=["folder", "pipe"])
def test_what_is_no_file_is_moved_aside(library: Library, name: str, make: Callable[[Path], None]) -> None:
    library.marks.star([A.key], True)
    library.close()
    path = library.paths.data / name
    path.unlink()
    make(path)
    for cached in library.paths.cache.iterdir():
        cached.unlink()
        make(cached)
    other = Library.open(library.paths)
    assert [each.message_id for each in other.notices] == ["store.damaged"]
    assert [each.name for each in library.paths.damaged.iterdir()] == [f"{path.name}.1"]
    assert other.marks.of(A.key).starred
    assert len(other.lists.entries(None)) == (3 if name.startswith("library") else 7)


def test_a_dry_run_on_a_damaged_home_moves_nothing(library: Library, tmp_path: Path) -> None:
    library.close()
    (library.paths.shards / "2023-W30.json").write_bytes(b"{")
    library.paths.sources.write_bytes(b"{")
    (library.paths.data / ".x.json.999999.1.tmp").touch()

    def tree() -> dict[str, tuple[int, bytes]]:
        found = sorted(library.paths.data.parent.rglob("*"))
        return {str(p): (p.stat().st_mtime_ns, p.read_bytes() if p.is_file() else b"") for p in found}

    before = tree()
    source = put(tmp_path / "n.txt", digest(A, B))
    for opened in (Library(library.paths), library):
        told = len(opened.notices)
        report = opened.imports.from_paths([source], dry_run=True)
        assert report.sources[0].added == 2
        assert {each.message_id for each in opened.notices[told:]} == {"store.damaged_left"}
        assert tree() == before


def test_links_lead_to_one_source(paths: Paths, tmp_path: Path) -> None:
    put(tmp_path / "d" / "a.txt", digest(A))
    (tmp_path / "d" / "b.txt").symlink_to("a.txt")
    (tmp_path / "l").symlink_to("d")
    library = Library.open(paths)
    assert [each.added for each in library.imports.from_paths([tmp_path / "d", tmp_path / "l"]).sources] == [1]
    assert [each.unchanged for each in library.imports.from_paths([tmp_path / "l"]).sources] == [1]
    put(tmp_path / "d" / "a.txt", digest(A, B))
    assert [(each.added, each.unchanged) for each in library.imports.from_paths([tmp_path / "l"]).sources] == [(1, 1)]
    assert [each.unchanged for each in library.imports.from_paths([tmp_path / "d"]).sources] == [2]
    assert len(library.lists.entries(None)) == 2


def test_trouble_found_while_refreshing_is_told_once(library: Library) -> None:
    path = library.paths.shards / "2023-W30.json"
    path.write_text(path.read_text().replace('"schema_version":1', '"schema_version":2'))
    assert library.refresh()
    assert not library.refresh()
    assert [each.message_id for each in library.notices] == ["store.newer"]


# -- starters --------------------------------------------------------------------------------------------------


def test_starters_open_an_empty_home_and_leave_with_the_first_import(paths: Paths, tmp_path: Path) -> None:
    put(tmp_path / "starters" / "s.txt", digest(D, A))
    library = Library.open(paths)
    assert Library.open(paths).imports.starters_on
    assert [row.title for row in library.lists.entries(None)] == ["Paper D", "Paper A"]
    assert library.lists.sightings(D.key)[0].digest.starter
    library.marks.star([A.key], True)
    own = put(tmp_path / "own.txt", digest(A, B))
    assert not library.imports.from_paths([tmp_path / "missing"]).starters_put_away
    assert not library.imports.from_paths([own], dry_run=True).starters_put_away
    assert Library.open(paths).imports.starters_on
    report = library.imports.from_paths([own])
    assert report.starters_put_away
    assert [row.title for row in library.lists.entries(None)] == ["Paper A", "강화학습 B"]
    assert library.marks.of(A.key).starred
    assert not library.imports.starters_on
    assert not library.imports.from_paths([own]).starters_put_away
    assert library.imports.put_starters(True) == 1
    assert library.imports.put_starters(True) == 0
    assert Library.open(paths).imports.starters_on
    assert not library.imports.from_paths([put(tmp_path / "more.txt", digest(C))]).starters_put_away
    assert library.imports.put_starters(False) == 1
    assert not Library.open(paths).imports.starters_on


def test_starters_put_away_stay_away(paths: Paths, tmp_path: Path) -> None:
    put(tmp_path / "starters" / "s.txt", digest(D))
    library = Library.open(paths)
    assert library.imports.put_starters(False) == 1
    assert Library.open(paths).lists.weeks() == []
    assert Library.open(paths, starters=False).lists.weeks() == []
    library.imports.put_starters(True)
    assert len(Library.open(paths).lists.weeks()) == 1


def test_without_starters_an_empty_home_stays_untouched(paths: Paths, tmp_path: Path) -> None:
    Library.open(paths).close()
    put(tmp_path / "starters" / "s.txt", digest(D))
    Library.open(paths, starters=False).close()
    assert not paths.data.exists()
    assert Library.open(paths).imports.starters_on


def test_a_starter_imported_as_ones_own_is_ones_own(paths: Paths, tmp_path: Path) -> None:
    starter = put(tmp_path / "starters" / "s.txt", digest(D))
    library = Library.open(paths)
    assert library.imports.from_paths([starter]).starters_put_away
    (sighting,) = library.lists.all_sightings()
    assert not sighting.digest.starter


# -- what is derived -------------------------------------------------------------------------------------------


def cache_files(paths: Paths) -> list[Path]:
    return sorted(paths.cache.iterdir())


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b'{"schema_version": 99}', b'{"schema_version": 1}', b'{"schema_version": 1, "weeks": []}'],
)
def test_derived_files_are_made_again(library: Library, content: bytes) -> None:
    library.marks.mark_read([A.key], True)
    library.close()
    expected = counts(library), library.lists.tags(None), list(library.lists.entries(None))
    names = ["columns-0.bin", "columns.bin", "summary.json"]
    assert [path.name for path in cache_files(library.paths)] == names
    for path in cache_files(library.paths):
        path.write_bytes(content)
        other = Library.open(library.paths)
        assert (counts(other), other.lists.tags(None), list(other.lists.entries(None))) == expected
        other.close()
        assert len(cache_files(library.paths)) == len(names)
        assert all(len(each.read_bytes()) > 50 for each in cache_files(library.paths))


def test_an_unwritable_cache_is_no_trouble(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    for path in cache_files(library.paths):
        path.unlink()
    read_only(monkeypatch, library.paths.cache)
    other = Library.open(library.paths)
    other.marks.mark_read([A.key], True)
    assert counts(other)["2023-W30"] == (3, 2, 0)
    assert len(other.lists.entries(None)) == 7
    other.close()
    assert other.notices == []


def test_opening_again_reads_no_week_and_no_columns(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    library.marks.mark_read([A.key], True)
    library.close()

    def fail(*_: object, **__: object) -> Any:
        raise AssertionError

    monkeypatch.setattr(Shards, "load", fail)
    monkeypatch.setattr(summary, "load_blocks", fail)
    other = Library.open(library.paths)
    assert counts(other) == counts(library)
    assert other.lists.tags(None) == library.lists.tags(None)
    other.close()


def test_marks_since_the_last_summary_are_counted(library: Library) -> None:
    library.close()
    killed = Library.open(library.paths)
    killed.marks.mark_read([A.key, B.key], True)  # and no close
    assert counts(Library.open(library.paths)) == counts(killed)


papers = st.integers(0, 7).map(
    lambda number: (
        entry(f"Paper {number}", arxiv=f"2301.0000{number}", tags=[f"t{number % 3}"])
        if number < 5
        else entry(f"Paper {number - 5}", tags=[f"t{number}", "t0"])
    )
)
digests = st.builds(
    lambda entries, days: digest(*entries, start=None if days is None else date(2023, 1, 1) + timedelta(days=days)),
    st.lists(papers, max_size=5),
    st.none() | st.integers(0, 20),
)
acts = st.one_of(
    st.tuples(st.just("mark"), st.booleans(), st.booleans(), st.lists(papers, max_size=3)),
    st.tuples(st.just("import"), st.integers(0, 2), digests),
    st.tuples(st.sampled_from(["undo", "redo", "reopen", "kill", "forget"])),
)


def brute(library: Library) -> tuple[dict[str, tuple[int, int, int]], dict[str, int]]:
    found = list(library.lists.all_sightings())
    weeks: dict[str, tuple[int, int, int]] = {}
    for week in {sighting.digest.week for sighting in found}:
        marks = [library.marks.of(key) for key in {each.key for each in found if each.digest.week == week}]
        weeks[week] = (len(marks), sum(not mark.read for mark in marks), sum(mark.starred for mark in marks))
    pairs = {(tag, each.key) for each in found for tag in each.entry.tags}
    return weeks, Counter(tag for tag, _ in pairs)


@given(st.lists(acts, max_size=10))
@settings(max_examples=examples(60), suppress_health_check=[HealthCheck.too_slow])
def test_counts_are_those_of_a_count_by_hand(script: list[tuple[Any, ...]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        paths = home(Path(folder))
        library = Library.open(paths, starters=False)
        for name, *details in script:
            if name == "mark":
                starred, value, entries = details
                chosen = [each.key for each in entries]
                (library.marks.star if starred else library.marks.mark_read)(chosen, value)
            elif name == "import":
                number, parsed = details
                Import(paths, Shards(paths.shards, paths.damaged), []).run([incoming(f"/{number}", parsed)])
                library.refresh()
            elif name in ("undo", "redo"):
                library.marks.undo() if name == "undo" else library.marks.redo()
            else:
                if name != "kill":
                    library.close()
                if name == "forget":
                    for path in (*paths.cache.glob("*"), paths.marks):
                        path.unlink(missing_ok=True)
                library = Library.open(paths, starters=False)
            weeks, tags = brute(library)
            assert {week: count for week, count in counts(library).items() if count[0]} == weeks
            assert dict(library.lists.tags(None)) == tags
            marks = [library.marks.of(key) for key in {each.key for each in library.lists.all_sightings()}]
            assert library.lists.totals() == (len(marks), sum(not m.read for m in marks), sum(m.starred for m in marks))
            for week in weeks:
                shown = {row.key for row in library.lists.entries(week, asked("is:unread"))}
                assert len(shown) == weeks[week][1]


IMPORTER = """
import sys
sys.path.insert(0, sys.argv[2])
from datetime import date, timedelta
from tests.builders import asked, digest, entry, incoming
from tui_digest.paths import locate
from tui_digest.store.importing import Import
from tui_digest.store.shards import Shards
paths = locate({"TUI_DIGEST_HOME": sys.argv[1]})
sources = [
    incoming(f"/{n}", digest(*(entry(f"p {n} {i}") for i in range(5)), start=date(2020, 1, 5) + timedelta(days=7 * n)))
    for n in range(60)
]
print("go", flush=True)
Import(paths, Shards(paths.shards, paths.damaged), []).run(sources)
"""


def test_an_import_killed_on_the_way_is_readable_and_completed(paths: Paths) -> None:
    root = Path(__file__).parent.parent
    command = [sys.executable, "-c", IMPORTER, str(paths.data.parent), str(root)]
    for written in (1, 20):
        child = subprocess.Popen(command, stdout=subprocess.PIPE, cwd=root)
        assert child.stdout is not None
        child.stdout.readline()
        while child.poll() is None and len([*paths.shards.glob("*.json")]) < written:
            time.sleep(0.0005)
        child.send_signal(signal.SIGKILL)
        child.wait()
        child.stdout.close()
        partly = Library.open(paths, starters=False)
        assert {each.message_id for each in partly.notices} <= {"store.vanished"}, "how far it came, and what to do"
        assert len(partly.lists.entries(None)) % 5 == 0
    subprocess.run(command, check=True, cwd=root, stdout=subprocess.DEVNULL)
    whole = Library.open(paths)
    assert len(whole.lists.entries(None)) == len(set(whole.lists.entries(None).keys)) == 300
    assert list(paths.shards.glob(".*")) == []


def test_every_file_says_its_schema_version(library: Library) -> None:
    library.marks.mark_read([A.key], True)
    library.memory.save_place(Place())
    library.close()
    for path in (*library.paths.data.rglob("*.json"), *library.paths.cache.iterdir(), library.paths.place):
        head = json.loads(path.read_bytes().partition(b"\n")[0])
        said = head.get("schema_version", head.get("_meta", {}).get("1", {}).get("schema_version"))
        derived = dict.fromkeys(("columns.bin", "columns-0.bin"), COLUMNS_VERSION) | {"summary.json": SUMMARY_VERSION}
        assert said == derived.get(path.name, SCHEMA_VERSION), path
    for path in library.paths.data.rglob("*"):
        assert path.stat().st_mode & 0o077 == 0, path
