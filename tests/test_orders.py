"""The orders that are kept for sorted lists: those that sorting gives, for just the weeks that they were made of."""

from __future__ import annotations

from array import array
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

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
from tui_digest.store.order_changes import changes_path, keep_changes, keeps_orders
from tui_digest.store.order_changes import kept_order as reading_order
from tui_digest.store.orders import CALLED, SIGNPOSTS, keep_orders, sorting
from tui_digest.store.search import never
from tui_digest.store.shards import Shards
from tui_digest.store.steps import at_once

if TYPE_CHECKING:
    from tui_digest.files import Stamp
    from tui_digest.store.orders import Names, Order

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
    assert kept_order(path, weeks, ("title", False), [3]) is None
    assert not keeps_orders(path, weeks)
    keep_orders(path, weeks, {("author", True): array("I", [0, 1, 2]), ("title", False): order}, [3], {})
    assert kept_order(path, weeks, ("title", False), [3]) == order
    assert kept_order(path, weeks, ("title", True), [3]) is None
    assert kept_order(path, weeks, ("title", False), [4]) is None
    other = {"2023-W30": (1, 2, 4)}
    assert kept_order(path, other, ("title", False), [3]) is None
    assert keeps_orders(path, weeks)
    assert not keeps_orders(path, other)


def kept_order(path: Path, weeks: dict[str, Stamp], order: Order, sizes: list[int]) -> array[int] | None:
    return at_once(reading_order(path, weeks, order, sizes))


def test_where_the_index_is_thrown_away_they_are(paths: Paths) -> None:
    library = Library.open(paths, starters=False)
    library.lists.keep_orders()
    remove_index(paths.cache)
    assert [*paths.cache.iterdir()] == []


VALUES = st.lists(st.none() | st.text("aAbä가 ", max_size=3), max_size=12)
KEPT_WEEKS = st.dictionaries(st.integers(10, 40), st.tuples(st.integers(1, 3), VALUES), max_size=8)


class Weeks:
    """Weeks of texts, as the library hands them to what keeps orders."""

    def __init__(self, weeks: dict[int, tuple[int, list[str | None]]]) -> None:
        newest_first = sorted(weeks, reverse=True)
        self.rows = [value for week in newest_first for value in weeks[week][1]]
        self.sizes = [len(weeks[week][1]) for week in newest_first]
        self.stamps: dict[str, Stamp] = {
            f"2023-W{w}": (len(weeks[w][1]), weeks[w][0], hash((*weeks[w][1],))) for w in newest_first
        }
        self.orders = {("title", way): at_once(sorting([*self.rows], descending=way)) for way in (False, True)}

    def names(self, every: int = SIGNPOSTS, called: int = CALLED) -> Names:
        texts = [text for text in map(self.rows.__getitem__, self.orders["title", False]) if text is not None]
        return {"title": ([text[:called] for text in texts[::every]], len(texts))}

    def keep(self, path: Path) -> bool:
        """Keeps what changed; whether that could be done."""
        return keep_changes(
            path,
            self.stamps,
            self.sizes,
            lambda _, row: self.rows[row],
            lambda _, rows: [self.rows[row] for row in rows],
        )

    def kept(self, path: Path) -> dict[Order, array[int] | None]:
        return {order: kept_order(path, self.stamps, order, self.sizes) for order in self.orders}


@given(st.lists(KEPT_WEEKS, min_size=2, max_size=4), st.data(), st.sampled_from([(2, 1), (3, 2), (SIGNPOSTS, CALLED)]))
def test_orders_with_what_changed_are_those_that_sorting_gives(
    steps: list[dict[int, tuple[int, list[str | None]]]], data: st.DataObject, every: tuple[int, int]
) -> None:
    """Whatever comes and goes, step by step, since the orders were kept."""
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        path, weeks = Path(folder) / "orders.bin", steps[0]
        patch.setattr("tui_digest.store.order_changes.SIGNPOSTS", every[0])
        patch.setattr("tui_digest.store.order_changes.CALLED", every[1])
        patch.setattr("tui_digest.store.order_changes.MOST", 0)
        first = Weeks(weeks)
        keep_orders(path, first.stamps, first.orders, first.sizes, first.names(*every))
        assert first.kept(path) == first.orders
        for changes in steps[1:]:
            weeks = {**weeks, **(steps[0] if data.draw(st.booleans()) else {}), **changes}
            for week in data.draw(st.sets(st.sampled_from(sorted(weeks)))) if weeks else ():
                del weeks[week]
            now = Weeks(weeks)
            assert now.keep(path)
            assert keeps_orders(path, now.stamps)
            assert now.kept(path) == now.orders
            if now.rows and now.stamps != first.stamps:
                changes_path(path).write_bytes(changes_path(path).read_bytes()[:-2])
                assert [*now.kept(path).values()] == [None, None]
                assert now.keep(path)


def test_where_much_changed_orders_are_made_anew(tmp_path: Path) -> None:
    path = tmp_path / "orders.bin"
    before = Weeks({10: (1, [f"{number}" for number in range(62)])})
    keep_orders(path, before.stamps, before.orders, before.sizes, before.names())
    assert Weeks({10: (1, [f"{number}" for number in range(62)]), 11: (1, ["a"])}).keep(path)
    assert not Weeks({10: (1, [f"{number}" for number in range(62)]), 11: (1, ["a", "b"])}).keep(path)
    assert not Weeks({}).keep(path)


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
    monkeypatch.setattr("tui_digest.store.order_changes.MOST", 1)
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
