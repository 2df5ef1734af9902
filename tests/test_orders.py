"""The orders that are kept for sorted lists: those that sorting gives, for just the weeks that they were made of."""

from __future__ import annotations

from array import array
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import asked, digest, entry, home, incoming
from tests.oracle import facts_of, listed
from tui_digest.doctor.index_report import remove_index
from tui_digest.library import Library
from tui_digest.library.housekeeping import do
from tui_digest.models import Entry
from tui_digest.paths import Paths
from tui_digest.store.importing import Import
from tui_digest.store.orders import keep_orders, keeps_orders, kept_order, merged_orders, sorting
from tui_digest.store.search import never
from tui_digest.store.shards import Shards
from tui_digest.store.steps import at_once

SORTED = ["sort:title", "sort:-title", "sort:author", "sort:-author", "모델 sort:title", "sort:-author limit:3"]

PAPERS = [
    entry("나무", arxiv="2301.00001", authors=["Kim"]),
    entry("Ä model", arxiv="2301.00002"),
    entry("모델", arxiv="2301.00003", authors=["kim", "Lee"]),
    entry(None, url="https://e.example/x", fallback="zzz"),
    entry("a model", arxiv="2301.00005", authors=["Cho"]),
    entry("A model", arxiv="2301.00006", authors=["Bae"], commentary="모델"),
]


@pytest.fixture
def paths(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Paths:
    monkeypatch.setattr("tui_digest.library.lists.INDEX_FROM", 0)
    paths = home(tmp_path)
    put(paths, "one.txt", PAPERS[:4])
    put(paths, "two.txt", PAPERS[4:], "2023-06-04")
    return paths


def put(paths: Paths, path: str, papers: list[Entry], start: str = "2023-07-23") -> None:
    Import(paths, Shards(paths.shards, paths.damaged), []).run([incoming(path, digest(*papers, start=start))])


def told(paths: Paths) -> list[list[str]]:
    """What the library lists, query by query; each as a look at every fact gives it."""
    library = Library.open(paths, starters=False)
    facts = facts_of(library)
    found = []
    for text in SORTED:
        rows = library.lists.entries(None, asked(text))
        everything = library.lists.entries(None).keys
        assert list(rows.keys) == [everything[place] for place in listed(asked(text), facts)]
        assert rows.bits.bit_count() == len(rows)
        found.append(list(rows.keys))
    library.close()
    return found


@given(st.lists(st.none() | st.text("aAbä가 ", max_size=14), max_size=40), st.booleans(), st.sampled_from([1, 3, 1024]))
def test_sorting_in_steps_is_sorting(values: list[str | None], descending: bool, most: int) -> None:
    some = [place for place, value in enumerate(values) if value is not None]
    some.sort(key=lambda place: str(values[place]), reverse=descending)
    none = [place for place, value in enumerate(values) if value is None]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tui_digest.store.orders._SORTED", most)
        assert at_once(sorting([*values], descending=descending)).tolist() == some + none


def test_what_is_kept_is_what_would_be_made(paths: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    before = told(paths)
    library = Library.open(paths, starters=False)
    library.lists.keep_orders()
    library.close()
    assert paths.orders.stat().st_mode & 0o077 == 0
    monkeypatch.setattr("tui_digest.library.row_orders.sorting", lambda *_, **__: pytest.fail("it is made again"))
    assert told(paths) == before


def test_the_house_keeps_them_and_an_import_makes_them_old(paths: Paths) -> None:
    library = Library.open(paths, starters=False)
    do(library.job("house"), lambda _: None, never)
    at = paths.orders.stat().st_mtime_ns
    do(library.job("house"), lambda _: None, never)
    assert paths.orders.stat().st_mtime_ns == at
    put(paths, "three.txt", [entry("중간", arxiv="2301.00009", authors=["Jo"])], "2023-05-07")
    assert all("arxiv:2301.00009" in keys for keys in told(paths)[:4])


DAMAGES: list[Callable[[bytes], bytes]] = [
    lambda data: b"",
    lambda data: data[:-3],
    lambda data: data[:-1] + b"\x7f",
    lambda data: b"[]\n" + data,
    lambda data: data.replace(b"title", b"tit\xffe"),
]


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_file_is_as_none(paths: Paths, damage: Callable[[bytes], bytes]) -> None:
    before = told(paths)
    library = Library.open(paths, starters=False)
    library.lists.keep_orders()
    paths.orders.write_bytes(damage(paths.orders.read_bytes()))
    assert told(paths) == before
    paths.orders.unlink()
    paths.orders.mkdir()
    assert told(paths) == before


def test_a_file_is_of_the_weeks_it_was_made_of(tmp_path: Path) -> None:
    weeks, order = {"2023-W30": (1, 2, 3)}, array("I", [2, 0, 1])
    path = tmp_path / "orders.bin"
    assert kept_order(path, weeks, ("title", False), 3) is None
    assert not keeps_orders(path, weeks)
    keep_orders(path, weeks, {("author", True): array("I", [0, 1, 2]), ("title", False): order})
    assert kept_order(path, weeks, ("title", False), 3) == order
    assert kept_order(path, weeks, ("title", True), 3) is None
    assert kept_order(path, weeks, ("title", False), 4) is None
    other = {"2023-W30": (1, 2, 4)}
    assert kept_order(path, other, ("title", False), 3) is None
    assert keeps_orders(path, weeks)
    assert not keeps_orders(path, other)


def test_where_the_index_is_thrown_away_they_are(paths: Paths) -> None:
    library = Library.open(paths, starters=False)
    library.lists.keep_orders()
    remove_index(paths.cache)
    assert [*paths.cache.iterdir()] == []


VALUES = st.lists(st.none() | st.text("aAbä가 ", max_size=3), max_size=12)
KEPT_WEEKS = st.dictionaries(st.integers(10, 40), st.tuples(st.integers(1, 3), VALUES), max_size=8)


@given(KEPT_WEEKS, KEPT_WEEKS, st.data())
def test_orders_that_weeks_are_put_into_are_those_that_sorting_gives(
    before: dict[int, tuple[int, list[str | None]]],
    changes: dict[int, tuple[int, list[str | None]]],
    data: st.DataObject,
) -> None:
    after = {**before, **changes}
    for week in data.draw(st.sets(st.sampled_from(sorted(after)))) if after else ():
        del after[week]
    with TemporaryDirectory() as folder:
        path = Path(folder) / "orders.bin"
        made = []
        for weeks in (before, after):
            rows = [value for week in sorted(weeks, reverse=True) for value in weeks[week][1]]
            sizes = [len(weeks[week][1]) for week in sorted(weeks, reverse=True)]
            stamps = {
                f"2023-W{w}": (len(weeks[w][1]), weeks[w][0], hash((*weeks[w][1],)))
                for w in sorted(weeks, reverse=True)
            }
            both = {("title", way): at_once(sorting([*rows], descending=way)) for way in (False, True)}
            made.append((stamps, sizes, both, rows))
        keep_orders(path, made[0][0], made[0][2], made[0][1])
        stamps, sizes, both, rows = made[1]
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("tui_digest.store.orders._DEARER", 1)
            found = merged_orders(path, stamps, sizes, lambda _, row: rows[row])
        assert found is None or found == both
        if before == after and rows:
            assert found == both


def test_after_an_import_only_its_rows_are_sorted(paths: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    put(paths, "more.txt", [entry(f"Other {n}", arxiv=f"2302.{n:05d}", authors=["Z"]) for n in range(40)], "2023-04-02")
    library = Library.open(paths, starters=False)
    library.lists.keep_orders()
    library.close()
    put(
        paths,
        "three.txt",
        [entry("중간", arxiv="2301.00009", authors=["Jo"]), entry("b", arxiv="2301.00010")],
        "2023-05-07",
    )
    put(paths, "two.txt", PAPERS[3:5], "2023-06-04")
    before = told(paths)
    monkeypatch.setattr("tui_digest.store.orders._DEARER", 1)
    monkeypatch.setattr("tui_digest.library.row_orders.sorting", lambda *_, **__: pytest.fail("it is made again"))
    library = Library.open(paths, starters=False)
    library.lists.keep_orders()
    library.close()
    assert told(paths) == before


def test_orders_are_kept_for_many_entries_about_few_papers(paths: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is the entries that are sorted."""
    put(paths, "again.txt", PAPERS[:4], "2023-05-07")
    library = Library.open(paths, starters=False)
    assert (library.lists.totals().papers, len(library.lists.entries(None))) == (6, 10)
    monkeypatch.setattr("tui_digest.library.lists.INDEX_FROM", 10)
    library.lists.keep_orders()
    assert paths.orders.exists()


def test_a_sorted_list_that_is_cut_off_is_counted_as_it_is_listed(paths: Paths) -> None:
    """Which papers are the first depends on the order."""
    put(paths, "again.txt", [*PAPERS[:1], entry("Zebra", arxiv="2301.00009")], "2024-05-05")
    put(paths, "more.txt", PAPERS[:1], "2024-05-12")
    library = Library.open(paths, starters=False)
    for text, papers in (("sort:-title limit:2", 2), ("limit:2", 1)):
        rows = library.lists.entries(None, asked(text))
        assert library.lists.count(asked(text)) == library.lists.papers_of(rows) == papers
