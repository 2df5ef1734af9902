"""Two places at once: what one window sees while another process imports, and when it is done."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.builders import asked, digest, entry, home, incoming
from tui_digest.errors import StoreError
from tui_digest.files import Stamp
from tui_digest.library import Library
from tui_digest.models import ParsedDigest
from tui_digest.paths import Paths
from tui_digest.store.importing import Import
from tui_digest.store.lock import locked
from tui_digest.store.news import News
from tui_digest.store.shards import Shards

OLD = digest(
    entry("Old one", arxiv="2301.00001"), entry("Old Two: Quiet Lanterns", arxiv="2301.00002"), start="2023-01-01"
)
WEEKS = [
    digest(*(entry(f"New {week} {n}", arxiv=f"24{week:02}.{n:05}") for n in range(3)), start=f"2024-02-{day:02}")
    for week, day in ((1, 4), (2, 11), (3, 18), (4, 25))
]


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    paths = home(tmp_path)
    bring(paths, OLD)
    return paths


def bring(paths: Paths, *parsed: ParsedDigest, name: str = "/old") -> None:
    sources = [incoming(f"{name}/{number}", each) for number, each in enumerate(parsed)]
    Import(paths, Shards(paths.shards, paths.damaged), []).run(sources)


class Halted:
    """An import in another place that stands still when its first week is written; `ends` lets it go on or die."""

    def __init__(self, paths: Paths, parsed: list[ParsedDigest], *, dies: bool) -> None:
        self.reached, self.go_on, self.dies = threading.Event(), threading.Event(), dies
        self._work = threading.Thread(target=self._run, args=(paths, parsed))
        self._work.start()
        assert self.reached.wait(30)

    def ends(self) -> None:
        self.go_on.set()
        self._work.join(30)

    def _run(self, paths: Paths, parsed: list[ParsedDigest]) -> None:
        halted = self

        class Slow(Shards):
            def write(self, *args: Any, **more: Any) -> Any:
                if halted.reached.is_set() and halted.dies:
                    raise StoreError("store.failed", path="here", reason="killed")
                written = super().write(*args, **more)
                halted.reached.set()
                assert halted.go_on.wait(30)
                return written

        sources = [incoming(f"/new/{number}", each) for number, each in enumerate(parsed)]
        try:
            with locked(paths.lock):  # as every act on the library
                Import(paths, Slow(paths.shards, paths.damaged), []).run(sources)
        except StoreError:
            assert self.dies


@contextmanager
def importing(paths: Paths, parsed: list[ParsedDigest], *, dies: bool = False) -> Iterator[Halted]:
    """While the block runs, another place has written one week of several, and `sources.json` has them all."""
    work = Halted(paths, parsed, dies=dies)
    try:
        yield work
    finally:
        work.ends()


def said(library: Library) -> list[str]:
    return [notice.message_id for notice in library.notices]


def test_an_import_in_another_place_is_no_loss(paths: Paths) -> None:
    library = Library.open(paths, starters=False)
    with importing(paths, WEEKS) as other:
        late = Library.open(paths, starters=False)
        assert said(late) == []
        assert not library.refresh(), "what is half there is not shown"
        assert [week.id for week in library.lists.weeks()] == ["2023-W01"]
        other.ends()
        for each in (library, late):
            assert each.refresh()
            assert len(each.lists.weeks()) == 5
            assert said(each) == []
            assert not each.refresh()


def test_marks_are_seen_while_another_place_imports(paths: Paths) -> None:
    library = Library.open(paths, starters=False)
    with importing(paths, WEEKS):
        Library.open(paths, starters=False).marks.star(["arxiv:2301.00001"], True)
        assert library.refresh()
        assert library.lists.totals().starred == 1


@pytest.mark.parametrize("opened", ["before", "meanwhile"])
def test_an_import_that_dies_in_another_place_is_said(paths: Paths, opened: str) -> None:
    library = Library.open(paths, starters=False) if opened == "before" else None
    with importing(paths, WEEKS, dies=True) as other:
        library = library or Library.open(paths, starters=False)
        assert said(library) == []
        library.refresh()
        other.ends()
        assert library.behind
        library.refresh()
        assert said(library) == ["store.vanished"]
        assert not library.behind
        library.refresh()
        assert said(library) == ["store.vanished"], "said once"


def test_a_home_that_only_can_be_read_says_what_is_gone(paths: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    bring(paths, *WEEKS)
    (paths.shards / "2024-W06.json").unlink()

    def refuse(path: Path, *_: Any, **__: Any) -> Any:
        raise StoreError("store.readonly", path=path)

    monkeypatch.setattr("tui_digest.library.derived.locked", refuse)
    assert said(Library.open(paths, starters=False)) == ["store.vanished"]


def test_what_another_place_brought_is_counted(paths: Paths) -> None:
    library = Library.open(paths, starters=False)
    assert library.renew_aside() == News()
    again = digest(*OLD.entries, entry("Old three", arxiv="2301.00003"), start="2023-01-01")
    bring(paths, again)
    bring(paths, *WEEKS, name="/new")
    assert library.renew_aside() == News(papers=13, digests=5)
    library.refresh()
    assert library.renew_aside() == News()
    bring(paths, digest(*OLD.entries[:1], start="2023-01-01"))
    other = Library.open(paths, starters=False)
    other.imports.remove([each.digest.id for each in other.lists.sightings("arxiv:2401.00001")])
    assert library.renew_aside() == News(gone=5, gone_digests=2)


def test_a_paper_known_already_is_no_news(paths: Paths) -> None:
    library = Library.open(paths, starters=False)
    seen_again = digest(OLD.entries[0], entry("Truly new", arxiv="2402.00009"), start="2024-02-04")
    named = digest(entry("Old two: quiet lanterns", url="https://example.org/old-two"), start="2024-02-11")
    bring(paths, seen_again, named, name="/new")
    assert library.renew_aside() == News(papers=1, digests=1)


def test_a_search_while_another_place_imports_finds_the_rows_that_are_there(
    paths: Paths, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tui_digest.library.lists.INDEX_FROM", 0)
    monkeypatch.setattr("tui_digest.store.search.SCAN_BELOW", 0)
    library = Library.open(paths, starters=False)
    work = library.lists.index_work()
    assert work is not None
    assert work(lambda *_: None, lambda: False)
    assert [row.title for row in library.lists.entries("2023-W01", asked("two"))] == ["Old Two: Quiet Lanterns"]
    bring(paths, digest(*reversed(OLD.entries), start="2023-01-01"))
    assert [row.title for row in library.lists.entries("2023-W01", asked("two"))] == ["Old Two: Quiet Lanterns"]


def test_what_is_damaged_is_said_though_another_thread_found_it(paths: Paths) -> None:
    library = Library.open(paths, starters=False)
    (paths.shards / "2023-W01.json").write_bytes(b"{")
    news = library.renew_aside()
    assert [notice.message_id for notice in news.notices] == ["store.damaged"]


def test_a_library_at_rest_is_looked_at_by_its_folder_alone(paths: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    os.utime(paths.shards, (1, 1))
    library, looks = Library.open(paths, starters=False), list[Path]()
    scan = Shards.scan

    def counted(self: Shards) -> dict[str, Stamp]:
        looks.append(self.folder)
        return scan(self)

    monkeypatch.setattr(Shards, "scan", counted)
    assert [library.behind for _ in range(5)] == [False] * 5
    assert len(looks) == 1
    bring(paths, *WEEKS, name="/new")
    assert library.behind
    assert library.refresh()
    os.utime(paths.shards, (1, 1))
    assert library.behind, "weeks may have come and gone, and with them names of papers"
    assert library.refresh()
    assert not library.behind
    week = paths.shards / "2023-W01.json"
    week.write_bytes(week.read_bytes() + b" ")  # in its place: the folder tells nothing
    os.utime(paths.shards, (1, 1))
    assert not library.behind
    monkeypatch.setattr("tui_digest.store.shards._BELIEVED", -1.0)
    assert library.behind


@pytest.mark.parametrize("undoes", ["the other", "the window"])
@pytest.mark.parametrize("looks", [False, True])
def test_a_name_that_an_undone_import_told_is_known_in_all_windows(paths: Paths, looks: bool, undoes: str) -> None:
    title = "Distinct Lanterns of the Quiet Harbour"
    bring(paths, digest(entry(title), start="2023-01-08"), name="/alone")
    window, other = (Library.open(paths, starters=False) for _ in range(2))
    told = digest(entry(title, arxiv="2401.00001"), start="2024-02-04")
    other.imports.take_in([incoming("/told", told)])
    if looks:
        window.refresh()
    assert (other if undoes == "the other" else window).marks.undo()
    other.refresh()
    other.marks.star([key_of(other)], True)
    other.close()
    window.refresh()
    assert not window.behind
    for each in (window, other, Library.open(paths, starters=False)):
        assert key_of(each) == "arxiv:2401.00001"
        assert each.marks.of(key_of(each)).starred


def test_a_window_that_knows_less_names_keeps_no_summary(paths: Paths) -> None:
    bring(paths, digest(entry("Distinct Lanterns of the Quiet Harbour"), start="2023-01-08"), name="/alone")
    window, other = (Library.open(paths, starters=False) for _ in range(2))
    told = digest(entry("Distinct Lanterns of the Quiet Harbour", arxiv="2401.00001"), start="2024-02-04")
    other.imports.take_in([incoming("/told", told)])
    assert other.marks.undo()
    window.marks.star([key_of(window)], True)
    window.close()
    again = Library.open(paths, starters=False)
    assert key_of(again) == "arxiv:2401.00001"
    assert again.marks.of(key_of(again)).starred


def key_of(library: Library) -> str:
    """The key of the one paper of lanterns in a harbour."""
    (found,) = set(library.lists.entries(None, asked("lanterns harbour")).keys)
    return found


def test_an_import_that_was_read_aside_is_taken_in_once(paths: Paths) -> None:
    """The folder was another since, and the window asked for the news a second time."""
    library = Library.open(paths, starters=False)
    other = Library.open(paths, starters=False)
    bring(paths, WEEKS[0], name="/new")
    assert other.refresh()
    assert library.behind and library.read_aside()
    assert library.refresh(unsure=False)
    assert not library.behind
