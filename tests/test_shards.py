from __future__ import annotations

import contextlib
import json
import os
import random
from collections.abc import Sequence
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import digest, entry, incoming, put
from tui_digest.errors import DigestError, StoreError
from tui_digest.models import UNDATED, Entry, ParsedDigest, SourceReport
from tui_digest.paths import Paths
from tui_digest.store.codec import entry_document, entry_of, week_of
from tui_digest.store.comparing import Comparison, compare
from tui_digest.store.importing import Import, Incoming
from tui_digest.store.pairing import Arrival, Telling, settle
from tui_digest.store.shards import OPEN_SHARDS, Shard, Shards
from tui_digest.store.sources import Record, load_sources

A = entry("Paper A", arxiv="2301.00001", tags=["rl"], commentary="좋은 논문", lines=(2, 4))
B = entry("Paper B", url="https://example.org/b", authors=["Kim", "Lee"], lines=(6, 7))
C = entry(None, url="https://example.org/c", fallback="c note", votes=3, lines=(9, 9))


def shards_of(paths: Paths) -> Shards:
    return Shards(paths.shards, paths.damaged)


def bring(paths: Paths, *sources: tuple[str, ParsedDigest]) -> list[SourceReport]:
    return Import(paths, shards_of(paths), []).run([incoming(path, parsed) for path, parsed in sources])


def counts(report: SourceReport) -> tuple[int, int, int]:
    return report.added, report.updated, report.unchanged


def keys(paths: Paths, week: str = "2023-W30") -> list[str]:
    return [document["key"] for document in shards_of(paths).load(week).documents]


def content(paths: Paths) -> dict[str, tuple[int, bytes]]:
    found = [path for path in paths.data.rglob("*") if path.is_file()]
    return {str(path): (path.stat().st_mtime_ns, path.read_bytes()) for path in found}


@pytest.mark.parametrize("by_week", [True, False])
def test_no_week_is_read_over_and_over(paths: Paths, by_week: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Weeks are let go where the sources come week by week, but not where they do not."""
    count, parts = 2 * OPEN_SHARDS, 4
    days = [date(2023, 1, 4) + timedelta(weeks=n // parts if by_week else n % count) for n in range(count * parts)]

    def sources(version: int) -> list[tuple[str, ParsedDigest]]:
        told = (entry(f"Paper {n} of {version if n % 9 == 0 else 0}") for n in range(len(days)))
        return [(f"/{n:03}", digest(each, start=day)) for n, (each, day) in enumerate(zip(told, days, strict=True))]

    bring(paths, *sources(0))
    loaded: list[str] = []
    real = Shards.load

    def load(shards: Shards, week: str, *, keep: bool = True) -> Shard:
        loaded.append(week)
        return real(shards, week, keep=keep)

    monkeypatch.setattr(Shards, "load", load)
    reports = bring(paths, *sources(1))
    assert [sum(counts(each)[:2]) for each in reports] == [int(n % 9 == 0) for n in range(len(days))]
    assert len({*loaded}) == count
    assert len(loaded) <= 3 * count  # decided, looked at once more, and written


texts = st.none() | st.text(st.characters(codec="utf-8"), max_size=8)


@given(
    st.builds(
        entry,
        texts,
        key=st.just("k"),
        url=texts,
        version=st.none() | st.integers(1, 20),
        tags=st.lists(st.text(st.characters(codec="utf-8"))),
        authors=st.lists(st.text(st.characters(codec="utf-8"))),
        links=st.lists(st.tuples(st.text(st.characters(codec="utf-8")), texts)),
        commentary=texts,
        abstract=texts,
        votes=st.none() | st.integers(0, 9),
        lines=st.tuples(st.integers(1, 9), st.integers(9, 99)),
        fallback=texts,
    )
)
def test_an_entry_comes_back_from_json_as_it_was(each: Entry) -> None:
    document = json.loads(json.dumps(entry_document(each, "d")))
    assert entry_of(document) == each
    assert entry_of(document | {"of_a_later_version": 1}) == each


@pytest.mark.parametrize(
    ("start", "end", "week"),
    [
        ("2023-07-23", "2023-07-29", "2023-W30"),  # Sunday to Saturday: the Wednesday decides
        ("2023-04-16", "2023-04-22", "2023-W16"),
        ("2024-02-29", "2024-02-29", "2024-W09"),
        ("2024-12-29", "2025-01-04", "2025-W01"),
        ("2020-12-27", "2021-01-02", "2020-W53"),
        ("2021-01-03", "2021-01-03", "2020-W53"),
    ],
)
def test_week_is_that_of_the_middle_day(start: str, end: str, week: str) -> None:
    assert week_of(digest(start=start, end=end)) == week


def test_a_digest_without_a_date_is_undated() -> None:
    assert week_of(digest(start=None)) == UNDATED


# -- where an incoming source belongs --------------------------------------------------------------------------


def record(name: str, path: str, sha256: str) -> Record:
    return Record(name, path, sha256, "2023-W30")


@pytest.mark.parametrize(
    ("sources", "present", "expected"),
    [
        ([("/a", "1")], {"/a": "1"}, ["first"]),  # the same
        ([("/b", "1")], {"/b": "1"}, ["first"]),  # moved
        ([("/a", "9")], {"/a": "9"}, ["first"]),  # edited
        ([("/b", "1")], {"/a": "1", "/b": "1"}, [None]),  # a copy beside it is a digest of its own
        ([("/b", "1"), ("/a", "9")], {"/a": "9", "/b": "1"}, ["first", None]),  # renamed, another in its place
        ([("/a", "1"), ("/b", "1")], {"/a": "1", "/b": "1"}, ["first", None]),
        ([("-", "1")], {"/a": "1"}, ["first"]),
        ([("-", "8")], {}, [None]),  # never an edit of what came that way before
        ([("/c", "2")], {"/c": "2"}, ["second"]),  # came by standard input, now it is a file
        ([("/x", "7")], {"/x": "7"}, [None]),
    ],
)
def test_content_first_path_second(
    sources: list[tuple[str, str]], present: dict[str, str], expected: list[str | None]
) -> None:
    records = [record("first", "/a", "1"), record("second", "-", "2")]
    arrivals = [Arrival(path, sha256, partial(Telling, path)) for path, sha256 in sources]
    found = settle(arrivals, records, lambda path, sha256: present.get(path) == sha256, lambda each: Telling(each.path))
    assert [each and each.digest for each in found] == expected


def compared(stored: Sequence[Entry], new: Sequence[Entry]) -> Comparison:
    return compare([entry_document(e, "d") for e in stored], [entry_document(e, "d") for e in new])


def test_entries_are_matched_by_key_then_by_place() -> None:
    changed = entry("Paper A", arxiv="2301.00001", tags=["rl", "new"], lines=(2, 4))
    retitled = entry("A better title", lines=(6, 7))
    original = entry("A title", lines=(6, 7))
    moved = entry("Paper B", url="https://example.org/b", authors=["Kim", "Lee"], lines=(60, 70))
    assert compared([A, B], [A, B]) == Comparison(0, 0, 2, ())
    assert compared([A, B], [B, A]) == Comparison(0, 0, 2, ())
    assert compared([A, B], [A, moved]) == Comparison(0, 0, 2, ())
    assert compared([A, B], [changed, B]) == Comparison(0, 1, 1, ())
    assert compared([A, original, B], [A, retitled, B]) == Comparison(0, 1, 2, ())
    assert compared([A, B], [A, C, B]) == Comparison(1, 0, 2, ())
    assert compared([A, C, B], [A, B]) == Comparison(0, 0, 2, ("c note",))
    assert compared([], [A, B]) == Comparison(2, 0, 0, ())
    assert compared([A, A], [A]) == Comparison(0, 0, 1, ("Paper A",))


def test_another_paper_in_the_place_of_one_is_no_update() -> None:
    other = entry("Another paper", arxiv="2301.00009")
    corrected = entry("Paper A", arxiv="2301.00002", tags=["rl"], commentary="좋은 논문", lines=(2, 4))
    assert compared([A, B], [other, B]) == Comparison(1, 0, 1, ("Paper A",))
    assert compared([A, B], [corrected, B]) == Comparison(0, 1, 1, ())


@given(st.lists(st.integers(0, 6)), st.lists(st.integers(0, 6)))
def test_every_entry_is_counted_once(old: list[int], new: list[int]) -> None:
    result = compared([entry(f"t{n}") for n in old], [entry(f"t{n}") for n in new])
    assert result.added + result.updated + result.unchanged == len(new)
    assert len(result.removed) + result.updated + result.unchanged == len(old)
    if old == new:
        assert result == Comparison(0, 0, len(new), ())


# -- importing -------------------------------------------------------------------------------------------------


def test_a_digest_is_one_small_file_of_its_week(paths: Paths) -> None:
    (report,) = bring(paths, ("/a.txt", digest(A, B, C)))
    assert (report.shape, report.digests, counts(report)) == ("weekly-text", 1, (3, 0, 0))
    assert [path.name for path in paths.shards.iterdir()] == ["2023-W30.json"]
    text = (paths.shards / "2023-W30.json").read_text("utf-8")
    assert "좋은 논문" in text
    assert list(json.loads(text)) == ["digests", "entries", "_meta"]
    shard = shards_of(paths).load("2023-W30")
    assert [shard.sighting(place, {}).entry for place in range(3)] == [A, B, C]
    (found,) = shard.digests
    assert (found.title, found.week, found.path) == ("2023년 7월 5주차", "2023-W30", "/a.txt")
    assert (found.start, found.end) == (date(2023, 7, 23), date(2023, 7, 29))


def test_importing_again_writes_nothing(paths: Paths, tmp_path: Path) -> None:
    sources = [("/a.txt", digest(A, B)), ("/b.txt", digest(A, B)), ("/c.txt", digest(C, start=None)), ("-", digest(C))]
    bring(paths, *sources)
    before = content(paths)
    for order in (sources, sources[::-1], sources[1:2]):
        assert [counts(report) for report in bring(paths, *order)] == [
            (0, 0, len(parsed.entries)) for _, parsed in order
        ]
    assert content(paths) == before


def test_a_note_in_two_folders_is_two_sightings(paths: Paths, tmp_path: Path) -> None:
    note = digest(A)
    one, two = (str(put(tmp_path / name / "note.txt", note)) for name in "ab")
    for _ in range(2):
        bring(paths, (one, note), (two, note))
        assert keys(paths) == [A.key, A.key]
    (tmp_path / "a" / "note.txt").rename(tmp_path / "c.txt")
    (report,) = bring(paths, (str(tmp_path / "c.txt"), note))
    assert counts(report) == (0, 0, 1)
    assert sorted(each.path for each in shards_of(paths).load("2023-W30").digests) == [two, str(tmp_path / "c.txt")]


def test_a_moved_source_keeps_its_digest(paths: Paths) -> None:
    bring(paths, ("/old/a.txt", digest(A)))
    (before,) = shards_of(paths).load("2023-W30").digests
    (report,) = bring(paths, ("/new/a.txt", digest(A)))
    assert counts(report) == (0, 0, 1)
    (after,) = shards_of(paths).load("2023-W30").digests
    assert (after.id, after.path) == (before.id, "/new/a.txt")


def test_an_edit_updates_adds_and_removes(paths: Paths) -> None:
    bring(paths, ("/a.txt", digest(A, B, C)), ("/b.txt", digest(B)))
    (before, _) = shards_of(paths).load("2023-W30").digests
    edited = entry("Paper A", arxiv="2301.00001", commentary="다시 읽었다", lines=(2, 5))
    (report,) = bring(paths, ("/a.txt", digest(edited, C, entry("New"))))
    assert (counts(report), report.removed) == ((1, 1, 1), ("Paper B",))
    assert keys(paths) == [A.key, C.key, "title:new", B.key]
    assert shards_of(paths).load("2023-W30").digests[0].id == before.id


def test_an_edited_date_moves_the_digest_to_its_week(paths: Paths) -> None:
    bring(paths, ("/a.txt", digest(A)), ("/b.txt", digest(B)))
    (report,) = bring(paths, ("/a.txt", digest(A, start="2023-08-06")))
    assert counts(report) == (0, 0, 1)
    assert (keys(paths, "2023-W30"), keys(paths, "2023-W32")) == ([B.key], [A.key])
    bring(paths, ("/b.txt", digest(B, start=None)))
    assert sorted(shards_of(paths).scan()) == ["2023-W32", UNDATED]


def test_within_a_week_digests_stand_newest_first_then_by_path(paths: Paths) -> None:
    days = [("/d2", "2023-07-27"), ("/c1", "2023-07-25"), ("/d1", "2023-07-27"), ("/z", "2023-07-28")]
    random.Random(3).shuffle(days)
    bring(paths, *((path, digest(entry(path), start=day, days=1)) for path, day in days))
    assert [each.path for each in shards_of(paths).load("2023-W30").digests] == ["/z", "/d1", "/d2", "/c1"]


@pytest.mark.parametrize("fail_at", range(5))
def test_an_import_cut_short_is_completed_by_the_next(
    paths: Paths, monkeypatch: pytest.MonkeyPatch, fail_at: int
) -> None:
    bring(paths, ("/a.txt", digest(A, start="2023-07-02")), ("/b.txt", digest(B)))
    sources = [("/a.txt", digest(A, C)), ("/b.txt", digest(B, start="2023-08-06")), ("/n.txt", digest(entry("N")))]
    calls = 0
    replace = os.replace

    def cut(source: str, target: str) -> None:
        nonlocal calls
        if calls == fail_at:
            raise KeyboardInterrupt
        calls += 1
        replace(source, target)

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", cut)
        with contextlib.suppress(KeyboardInterrupt):
            bring(paths, *sources)
    everywhere = shards_of(paths)
    present = {document["key"] for week in everywhere.scan() for document in everywhere.load(week).documents}
    assert {A.key, B.key} <= present
    bring(paths, *sources)
    assert {week: keys(paths, week) for week in shards_of(paths).scan()} == {
        "2023-W30": [A.key, C.key, "title:n"],
        "2023-W32": [B.key],
    }
    before = content(paths)
    assert [counts(report) for report in bring(paths, *sources)] == [(0, 0, 2), (0, 0, 1), (0, 0, 1)]
    assert content(paths) == before


def test_what_was_cut_short_is_tidied_by_an_import_of_something_else(
    paths: Paths, monkeypatch: pytest.MonkeyPatch
) -> None:
    bring(paths, ("/a.txt", digest(A)))
    write = Shards.write
    for keep in (0, 1):
        done: list[str] = []

        def cut(self: Shards, week: str, edits: object, done: list[str] = done, keep: int = keep) -> None:
            if len(done) == keep:
                raise KeyboardInterrupt
            done.append(week)
            write(self, week, edits)  # type: ignore[arg-type]

        with monkeypatch.context() as patch:
            patch.setattr(Shards, "write", cut)
            with pytest.raises(KeyboardInterrupt):
                bring(paths, ("/a.txt", digest(A, start="2023-08-06")))
        bring(paths, ("/other.txt", digest(entry(f"other {keep}"), start=None)))
        places = [week for week in shards_of(paths).scan() for key in keys(paths, week) if key == A.key]
        assert places == (["2023-W30"] if keep == 0 else ["2023-W32"])


def test_a_damaged_week_is_moved_aside_and_comes_back_with_an_import(paths: Paths) -> None:
    bring(paths, ("/a.txt", digest(A)), ("/b.txt", digest(B, start="2023-08-06")))
    path = paths.shards / "2023-W30.json"
    broken = path.read_bytes()[:-20]
    path.write_bytes(broken)
    notices: list[DigestError] = []
    work = Import(paths, shards_of(paths), notices)
    assert [counts(each) for each in work.run([incoming("/a.txt", digest(A))])] == [(1, 0, 0)]
    assert [each.message_id for each in notices] == ["store.damaged"]
    assert (paths.damaged / "2023-W30.json.1").read_bytes() == broken
    assert keys(paths) == [A.key]


@pytest.mark.parametrize(
    "tables",
    [
        {"digests": {"1": {"id": "x"}}, "entries": {}},
        {"digests": {}, "entries": {"1": {"digest": "x", "key": "k", "lines": [1, 2]}}},
        {"digests": {"1": 3}, "entries": {}},
        {"digests": {}, "entries": {"one": {}}},
    ],
)
def test_a_week_of_the_wrong_form_is_damaged(paths: Paths, tables: dict[str, object]) -> None:
    paths.shards.mkdir(parents=True)
    path = paths.shards / "2023-W30.json"
    path.write_text(json.dumps({"_meta": {"1": {"schema_version": 1}}, **tables}))
    with pytest.raises(StoreError) as caught:
        shards_of(paths).load("2023-W30")
    assert caught.value.message_id == "store.damaged"
    assert shards_of(paths).load("2023-W30").documents == []


def test_a_newer_week_takes_no_part_in_an_import(paths: Paths) -> None:
    bring(paths, ("/a.txt", digest(A)))
    path = paths.shards / "2023-W30.json"
    path.write_text(path.read_text().replace('"schema_version":1', '"schema_version":9'))
    before = content(paths)
    (report,) = bring(paths, ("/a.txt", digest(A, B)))
    assert report.error == "import.unusable_week"
    assert dict(report.details) == {"path": "/a.txt", "file": str(path)}
    assert content(paths) == before
    newer = path.read_bytes()
    reports = bring(paths, ("/a.txt", digest(A, start="2023-08-06")), ("/b.txt", digest(B, start=None)))
    assert [each.error for each in reports] == ["import.unusable_week", None]
    assert path.read_bytes() == newer, "and nothing may leave it, or stand twice"
    assert sorted(shards_of(paths).scan()) == ["2023-W30", "undated"]


def test_a_week_is_left_when_its_file_can_be_read_again(paths: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    bring(paths, ("/a.txt", digest(A)))
    path = paths.shards / "2023-W30.json"
    with monkeypatch.context() as patch:
        write = Shards.write

        def arrive(self: Shards, week: str, edits: Any) -> None:
            if None in edits.values():
                raise KeyboardInterrupt
            write(self, week, edits)

        patch.setattr(Shards, "write", arrive)
        with pytest.raises(KeyboardInterrupt):
            bring(paths, ("/a.txt", digest(A, start="2023-08-06")))
    old = path.read_text()
    path.write_text(old.replace('"schema_version":1', '"schema_version":9'))
    bring(paths, ("/b.txt", digest(B, start=None)))
    path.write_text(old)
    bring(paths, ("/b.txt", digest(B, start=None)))
    assert sorted(shards_of(paths).scan()) == ["2023-W32", "undated"]
    before = content(paths)
    bring(paths, ("/b.txt", digest(B, start=None)))
    assert content(paths) == before, "and it is done with"


@pytest.mark.parametrize("how", ["missing", "damaged", "of another form"])
def test_without_its_record_of_sources_the_library_knows_them_from_the_weeks(paths: Paths, how: str) -> None:
    bring(paths, ("/a.txt", digest(A)), ("/b.txt", digest(B, start=None)))
    meta = '{"_meta":{"1":{"schema_version":1}}'
    if how == "missing":
        paths.sources.unlink()
    else:
        paths.sources.write_text("{" if how == "damaged" else meta + ',"sources":{"1":{}},"starters":{"1":{}}}')
    notices: list[DigestError] = []
    work = Import(paths, shards_of(paths), notices)
    reports = work.run([incoming("/a.txt", digest(A)), incoming("/b.txt", digest(B, start=None))])
    assert [counts(report) for report in reports] == [(0, 0, 1), (0, 0, 1)]
    assert [each.message_id for each in notices] == ([] if how == "missing" else ["store.damaged"])
    assert load_sources(paths.sources, paths.damaged, shards_of(paths), notices).own


def test_planning_writes_nothing(paths: Paths) -> None:
    (report,) = Import(paths, shards_of(paths), []).plan([incoming("/a.txt", digest(A, B))])
    assert counts(report) == (2, 0, 0)
    assert not paths.data.exists()


def test_weeks_in_memory_follow_the_disk_and_are_few(paths: Paths) -> None:
    weeks = [
        (f"/{n}", digest(entry(f"t{n}"), start=date(2023, 1, 1 + 7 * (n % 4)).replace(year=2000 + n)))
        for n in range(20)
    ]
    bring(paths, *weeks)
    shards = shards_of(paths)
    found = sorted(shards.scan())
    first = shards.load(found[0])
    assert shards.load(found[0]) is first
    for week in found:
        shards.load(week)
    assert len(list(shards.loaded())) == OPEN_SHARDS
    assert shards.load(found[0]) is not first
    last = shards.load(found[-1])
    bring(paths, ("/19", digest(entry("other"), start=weeks[19][1].start)))
    assert shards.load(found[-1]) is not last
    assert [document["key"] for document in shards.load(found[-1]).documents] == ["title:other"]


def test_foreign_files_in_the_folder_are_no_weeks(paths: Paths) -> None:
    bring(paths, ("/a.txt", digest(A)))
    for name in ("notes.txt", "2023-W30.json.bak", ".2023-W30.json.1.1.tmp", "2023-W3.json"):
        (paths.shards / name).touch()
    assert list(shards_of(paths).scan()) == ["2023-W30"]


def test_the_same_bytes_read_better_are_an_update(paths: Paths) -> None:
    first = incoming("/a.txt", digest(A))
    Import(paths, shards_of(paths), []).run([first])
    better = Incoming(first.path, first.sha256, digest(A, B))
    (report,) = Import(paths, shards_of(paths), []).run([better])
    assert (counts(report), report.removed) == ((1, 0, 1), ())
    assert keys(paths) == [A.key, B.key]
    before = content(paths)
    (report,) = Import(paths, shards_of(paths), []).run([better])
    assert counts(report) == (0, 0, 2)
    assert content(paths) == before


def test_fields_of_a_later_version_stay_while_nothing_else_changes(paths: Paths) -> None:
    bring(paths, ("/a.txt", digest(A, B)))
    path = paths.shards / "2023-W30.json"
    tables = json.loads(path.read_bytes())
    del tables["_meta"]["1"]["check"]
    for document in tables["entries"].values():
        document["of_a_later_version"] = "kept"
    path.write_text(json.dumps(tables), "utf-8")
    before = path.read_bytes()
    (report,) = bring(paths, ("/a.txt", digest(A, B)))
    assert counts(report) == (0, 0, 2)
    assert path.read_bytes() == before
    bring(paths, ("/b.txt", digest(C)))  # another digest of that week
    assert path.read_text("utf-8").count("of_a_later_version") == 2


def test_a_digest_stays_where_it_is_when_its_new_week_cannot_be_read(paths: Paths) -> None:
    bring(paths, ("/a.txt", digest(A)), ("/b.txt", digest(B, start="2023-08-06")))
    path = paths.shards / "2023-W32.json"
    path.write_text(path.read_text("utf-8").replace('"schema_version":1', '"schema_version":9'), "utf-8")
    newer = path.read_bytes()
    (report,) = bring(paths, ("/a.txt", digest(A, start="2023-08-06")))
    assert (report.error, dict(report.details)["file"]) == ("import.unusable_week", str(path))
    assert keys(paths) == [A.key]
    assert path.read_bytes() == newer
