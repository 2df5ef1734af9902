"""What several processes read is what one reads: report, order, store and all."""

from __future__ import annotations

import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.builders import home
from tests.test_processes import alive
from tui_digest import processes
from tui_digest.errors import SourceError, StoreError
from tui_digest.files import Stamp
from tui_digest.library import Library, imports, lists
from tui_digest.models import ImportReport, ParsedDigest
from tui_digest.parsing import Shape
from tui_digest.parsing.source_text import SourceText
from tui_digest.paths import Paths
from tui_digest.sources import intake, read_sources
from tui_digest.store import arrivals, search, search_build, spool, week_writing
from tui_digest.store.column_file import ColumnWriter, StoredColumns, load_blocks
from tui_digest.store.columns import WeekColumns
from tui_digest.store.shards import Shards

WORDS = "sparse memory 모델 학습 routing 가정 “quoted” long—context naïve ㄱㄴ 文脈 cache".split()


@pytest.fixture
def several(monkeypatch: pytest.MonkeyPatch) -> Callable[[bool], None]:
    """Says whether several processes read, be it ever so little."""

    def choose(on: bool) -> None:
        monkeypatch.setattr(read_sources, "POOL_FROM", 0)
        monkeypatch.setattr(read_sources, "_TOGETHER", 2000)
        monkeypatch.setattr(read_sources, "A_FILE", 0)
        monkeypatch.setattr(processes, "processors", lambda: 2 if on else 1)
        monkeypatch.setattr(week_writing, "PIECE", 20)

    return choose


def files_in(folder: Path, seed: int) -> Path:
    """Sources of many kinds, some of which cannot be read, lack a year, or are no digest."""
    chance = random.Random(seed)
    folder.mkdir()

    def said(words: int) -> str:
        return " ".join(chance.choice(WORDS) for _ in range(words))

    for number in range(40):
        day = f"2023년 {chance.randrange(1, 13)}월 {chance.randrange(1, 5)}주차"
        entries = "\n".join(
            f"https://arxiv.org/abs/2301.{chance.randrange(90000):05}\n{said(4).title()} (Kim Min, Lee Seo)\n"
            f"{said(12)}\n#{said(1)}_{number}\n"
            for _ in range(chance.randrange(1, 6))
        )
        kinds = {
            f"week-{number:02}.txt": f"{day}\n{entries}",
            f"two-{number:02}.txt": f"{day}\n{entries}\n2022년 1월 1주차\n{entries}",
            f"note-{number:02}.md": f"---\ntitle: {said(3)}\ndate: 2024-03-{number % 28 + 1:02}\n---\n{said(30)}\n",
            f"wo-jahr-{number:02}.txt": f"March {number % 28 + 1}\n{entries}",
            f"README-{number}.md": f"# {said(3)}\n\n{said(20)}\n",
            f"broken-{number:02}.json": '{"entries": [',
            f"empty-{number:02}.txt": " \n",
            f"list-{number:02}.csv": f"title,url\n{said(3)},https://arxiv.org/abs/2302.{number:05}\n",
        }
        for name in chance.sample(sorted(kinds), 2):
            (folder / name).write_text(kinds[name], "utf-8")
    (folder / "picture.txt").write_bytes(b"\x89PNG\x00\x01\x02" * 50)
    (folder / "loud.txt").write_bytes(
        "2023년 3월 1주차\nhttps://arxiv.org/abs/2303.00001\nA Title\n말\n".encode("cp949")
    )
    return folder


def stored(paths: Paths) -> dict[str, bytes]:
    """The files of the library, without what names this very home."""
    kept = json.loads((paths.cache / "imported.json").read_bytes())
    versions = {path: told[:-1] for path, told in kept["files"].items()}  # those of files so fresh are kept later on
    files = {each.name: each.read_bytes() for each in [*paths.shards.iterdir(), paths.sources]}
    return files | {"kept": json.dumps(kept | {"files": versions}).encode()}


def brought(paths: Paths, folder: Path) -> tuple[ImportReport, dict[str, bytes]]:
    library = Library.open(paths, starters=False)
    report = library.imports.from_paths([folder], stdin=b"2023-01-02\nhttps://arxiv.org/abs/2301.00007\nOf stdin\nx\n")
    return report, stored(paths)


def pools(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many processes were started each time."""
    began: list[int] = []
    pool = processes.Pool

    def start(count: int) -> processes.Pool:
        began.append(count)
        return pool(count)

    monkeypatch.setattr(processes, "Pool", start)
    return began


@pytest.mark.parametrize("seed", [1])
def test_pool_and_one_process_bring_the_same(
    seed: int, tmp_path: Path, several: Callable[[bool], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = files_in(tmp_path / "texts", seed)
    several(False)
    report, files = brought(home(tmp_path / "one"), folder)
    several(True)
    monkeypatch.setattr(spool, "IN_MEMORY", 500)
    began = pools(monkeypatch)
    assert brought(home(tmp_path / "many"), folder) == (report, files)
    assert began == [2]
    assert {each.error for each in report.failed} >= {"source.binary"}
    assert len(files) > 10


def weeks(folder: Path, count: int) -> Path:
    folder.mkdir()
    for number in range(count):
        text = f"2023-01-{number + 1:02}\n\nhttps://arxiv.org/abs/2301.{number:05}\nTitle {number}\n{'말 ' * 400}\n"
        (folder / f"{number:02}.txt").write_text(text, "utf-8")
    return folder


def test_several_processes_read_many_small_files_as_they_do_few_large_ones(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What reading a note takes has little to do with how many bytes it has."""
    asked_for: list[int] = []
    monkeypatch.setattr(processes.Crew, "pool", lambda self, pieces: asked_for.append(pieces))
    note = tmp_path / "note.md"
    note.write_text("# A Paper\n\nhttps://arxiv.org/abs/2401.00001\n", encoding="utf-8")
    with processes.Crew() as crew:
        for count in (20, 400):
            found = read_sources.read_each([read_sources.SourceAsked(str(note))] * count, (), crew)
            assert [number for number, _ in found] == [*range(count)]
    few, many = asked_for
    assert few == 0
    assert many > 4 * processes.AHEAD


def test_progress_comes_as_the_sources_are_read(tmp_path: Path, several: Callable[[bool], None]) -> None:
    several(True)
    steps: list[tuple[int, int, str]] = []
    intake.read_all([weeks(tmp_path / "d", 9)], None, lambda *step: steps.append(step))
    assert [done for done, _, _ in steps] == list(range(10))
    assert {of for _, of, _ in steps} == {9}
    assert (steps[0][2], steps[-1][2]) == (str(tmp_path / "d" / "00.txt"), "")


def is_deadly(text: SourceText) -> bool:
    """A shape of another package that takes its process along, but not that of the test."""
    if "Title 5" in text.lines and os.environ["READER"] != str(os.getpid()):
        os.kill(os.getpid(), signal.SIGKILL)
    return False


def never(text: SourceText) -> ParsedDigest:
    raise NotImplementedError


def test_a_process_that_is_killed_is_told_of_and_nothing_has_changed(
    tmp_path: Path, several: Callable[[bool], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    several(True)
    monkeypatch.setenv("READER", str(os.getpid()))
    monkeypatch.setattr("tui_digest.plugins.shapes", lambda notices: (Shape("deadly", is_deadly, never),))
    library, folder = Library.open(home(tmp_path), starters=False), weeks(tmp_path / "d", 9)
    with pytest.raises(SourceError) as caught:
        library.imports.from_paths([folder])
    assert caught.value.message_id == "import.ended"
    assert (caught.value.details["how"], "05.txt" in caught.value.details["path"]) == ("SIGKILL", True)
    assert library.lists.totals().papers == 0
    assert not library.paths.intent.exists()
    monkeypatch.undo()
    assert len(library.imports.from_paths([folder]).sources) == 9


@pytest.mark.parametrize("why", ["no interpreter", "it ends at once", "shapes that have no name"])
def test_where_no_other_process_can_read_this_one_does(
    why: str, tmp_path: Path, several: Callable[[bool], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    several(True)
    shapes: tuple[Shape, ...] = ()
    if why == "no interpreter":
        monkeypatch.setattr(sys, "executable", "")
    elif why == "it ends at once":
        monkeypatch.setattr(processes, "_PROGRAM", "pass")
    else:
        shapes = (Shape("nameless", lambda text: False, never),)
    taken = intake.read_all([weeks(tmp_path / "d", 9)], None, None, shapes=shapes)
    assert taken.reports == [1] * 9
    assert [each.size for each in taken.incoming] == [1] * 9


def breaks(text: SourceText) -> bool:
    raise LookupError("a mistake of ours")


def test_a_mistake_of_ours_is_met_as_it_is_without_them(tmp_path: Path, several: Callable[[bool], None]) -> None:
    several(True)
    with pytest.raises(LookupError, match="a mistake of ours"):
        intake.read_all([weeks(tmp_path / "d", 9)], None, None, shapes=(Shape("broken", breaks, never),))


# -- writing ---------------------------------------------------------------------------------------------------------


def made(folder: str, weeks: Sequence[tuple[str, Sequence[Any]]], index: bool) -> object:
    """Makes weeks in another process, as ours does, but that one of them ends in the midst of it or has a fault."""
    how = os.environ["MAKER"]
    if any(week == "2023-W02" for week, _ in weeks):
        if how == "killed":
            os.kill(os.getpid(), signal.SIGKILL)
        raise LookupError("a mistake of ours")
    return week_writing.make_weeks(folder, weeks, index)


@pytest.mark.parametrize("how", ["killed", "a fault"])
def test_weeks_that_another_process_could_not_make_are_written_by_this_one(
    how: str, tmp_path: Path, several: Callable[[bool], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = weeks(tmp_path / "d", 28)
    monkeypatch.setattr(week_writing, "TOGETHER", 1)
    several(False)
    report, files = brought(home(tmp_path / "one"), folder)
    several(True)
    monkeypatch.setenv("MAKER", how)
    monkeypatch.setattr(week_writing, "PIECE", 1)
    monkeypatch.setattr(week_writing, "MAKE_WEEKS", f"{__name__}:made")
    paths = home(tmp_path / "many")
    assert brought(paths, folder) == (report, files)
    assert {each.name for each in paths.shards.iterdir()} == {f"2023-W{n:02}.json" for n in range(1, 5)} | {
        "2022-W52.json"
    }


def test_a_full_disk_takes_back_what_others_made(
    tmp_path: Path, several: Callable[[bool], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    several(True)
    monkeypatch.setattr(week_writing, "PIECE", 1)
    paths, put, pids = home(tmp_path), Shards.put, list[int]()

    def full(shards: Shards, week: str, prepared: Path) -> Stamp:
        pids.append(int(prepared.name.split(".")[-3]))
        if len(pids) > 2:
            raise StoreError("store.full", path=shards.path(week))
        return put(shards, week, prepared)

    monkeypatch.setattr(Shards, "put", full)
    library = Library.open(paths, starters=False)
    with pytest.raises(StoreError) as caught:
        library.imports.from_paths([weeks(tmp_path / "d", 28)])
    assert caught.value.message_id == "store.full"
    assert os.getpid() not in pids
    assert not any(map(alive, pids))
    assert [*paths.shards.iterdir()] == []
    assert library.lists.totals().papers == 0


def test_the_index_is_the_same_whoever_made_its_parts(
    tmp_path: Path, several: Callable[[bool], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lists, "INDEX_FROM", 1)
    monkeypatch.setattr(search, "SCAN_BELOW", 1)
    monkeypatch.setattr(search_build, "PART", 20)
    monkeypatch.setattr(search_build, "processors", lambda: 1)
    folder = files_in(tmp_path / "texts", 3)
    found, steps = [], set[tuple[int, int]]()
    for on in (False, True):
        several(on)
        paths = home(tmp_path / str(on))
        library = Library.open(paths, starters=False)
        library.imports.from_paths([folder], indexing=True)
        ahead = library.imports.index_ahead
        assert ahead is not None
        assert (ahead.begun is not None and ahead.begun.parts > 1) if on else ahead.begun is None
        work = library.lists.index_work(ahead=ahead)
        assert work is not None
        steps.clear()
        if on:  # all of them serve
            monkeypatch.setattr(search_build, "rows_of", None)
        assert work(lambda done, of: steps.add((done, of)), lambda: False)
        assert max(steps)[0] == max(steps)[1] > 1
        with closing(sqlite3.connect(paths.cache / "search.sqlite")) as connection:
            tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
            rows = {
                name: [*connection.execute(f"SELECT {'week, part, first' if name == 'weeks' else '*'} FROM {name}")]
                for name in sorted(tables)
            }
        found.append(rows)
    assert found[0] == found[1]


def test_columns_leave_memory_as_their_weeks_are_written(
    tmp_path: Path, several: Callable[[bool], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    several(True)
    monkeypatch.setattr(week_writing, "PIECE", 1)
    put, add, acts, added = Shards.put, ColumnWriter.add, list[str](), list[WeekColumns]()

    def putting(shards: Shards, week: str, prepared: Path) -> Stamp:
        acts.append("put")
        return put(shards, week, prepared)

    def adding(writer: ColumnWriter, block: WeekColumns) -> None:
        acts.append("add")
        add(writer, block)
        added.append(block)

    monkeypatch.setattr(Shards, "put", putting)
    monkeypatch.setattr(ColumnWriter, "add", adding)
    paths = home(tmp_path)
    library = Library.open(paths, starters=False)
    library.imports.from_paths([weeks(tmp_path / "d", 28)])
    assert acts == ["put", "add"] * 5
    assert all(isinstance(block.packed, StoredColumns) for block in added)
    assert library.lists.totals().papers == 28
    monkeypatch.setattr(ColumnWriter, "add", add)
    assert len(load_blocks(paths.cache / "columns.bin")) == 5


def test_columns_of_an_import_that_failed_count_for_nothing(
    tmp_path: Path, several: Callable[[bool], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    several(True)
    monkeypatch.setattr(week_writing, "PIECE", 1)
    paths = home(tmp_path)
    library = Library.open(paths, starters=False)
    folder = weeks(tmp_path / "d", 28)

    def fails(shards: Shards) -> None:
        raise StoreError("store.full", path=shards.folder)

    with monkeypatch.context() as full:
        full.setattr(Shards, "sync", fails)
        with pytest.raises(StoreError):
            library.imports.from_paths([folder])
    assert load_blocks(paths.cache / "columns.bin") == {}
    assert [each for each in paths.cache.iterdir() if each.suffix == ".tmp"] == []
    library.imports.from_paths([folder])
    assert len(load_blocks(paths.cache / "columns.bin")) == 5


def indexing(several: Callable[[bool], None], monkeypatch: pytest.MonkeyPatch, paths: Paths) -> Library:
    """A library that begins its index with whatever comes in, by two processes."""
    monkeypatch.setattr(lists, "INDEX_FROM", 1)
    monkeypatch.setattr(search, "SCAN_BELOW", 1)
    several(True)
    return Library.open(paths, starters=False)


def temporary(paths: Paths) -> list[Path]:
    return [*paths.cache.glob(".search.*.tmp")]


def test_an_index_that_was_begun_goes_with_its_import(
    tmp_path: Path, several: Callable[[bool], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    library = indexing(several, monkeypatch, paths := home(tmp_path))
    monkeypatch.setattr(week_writing, "PIECE", 1)
    begun: list[int] = []

    def fails(shards: Shards) -> None:
        begun.append(len(temporary(paths)))
        raise StoreError("store.full", path=shards.folder)

    monkeypatch.setattr(Shards, "sync", fails)
    with pytest.raises(StoreError):
        library.imports.from_paths([weeks(tmp_path / "d", 28)], indexing=True)
    assert begun == [1]
    assert temporary(paths) == []


def test_an_index_begun_of_weeks_that_changed_since_is_made_anew(
    tmp_path: Path, several: Callable[[bool], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    library = indexing(several, monkeypatch, paths := home(tmp_path))
    monkeypatch.setattr(week_writing, "PIECE", 1)
    library.imports.from_paths([weeks(tmp_path / "d", 28)], indexing=True)
    ahead = library.imports.index_ahead
    assert ahead is not None
    assert ahead.begun is not None
    (tmp_path / "d" / "03.txt").write_text("2023-01-04\n\nhttps://arxiv.org/abs/2301.00003\nOther 3\n새말\n", "utf-8")
    library.imports.from_paths([tmp_path / "d"])
    work = library.lists.index_work(ahead=ahead)
    assert work is not None
    assert work(lambda done, of: None, lambda: False)
    assert temporary(paths) == []
    with closing(sqlite3.connect(paths.cache / "search.sqlite")) as connection:
        assert connection.execute("SELECT count(*) FROM words WHERE word = '새말'").fetchone() == (1,)
        assert connection.execute("SELECT sum(entries) FROM parts").fetchone() == (28,)


def test_an_import_needs_no_room_for_its_index(
    tmp_path: Path, several: Callable[[bool], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    library = indexing(several, monkeypatch, paths := home(tmp_path))
    monkeypatch.setattr(week_writing, "PIECE", 1)
    put, puts = search_build.NewIndex.put, list[int]()

    def full(index: search_build.NewIndex, *part: Any) -> None:
        puts.append(1)
        if len(puts) > 1:
            raise sqlite3.OperationalError("database or disk is full")
        put(index, *part)

    monkeypatch.setattr(search_build.NewIndex, "put", full)
    report = library.imports.from_paths([weeks(tmp_path / "d", 28)], indexing=True)
    assert sum(each.added for each in report.sources) == 28
    assert len(puts) == 2
    assert temporary(paths) == []
    ahead = library.imports.index_ahead
    assert ahead is not None
    assert (ahead.begun, ahead.parts) == (None, [])


def test_more_than_can_be_noted_as_new_is_not_gathered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    noted: list[int] = []
    monkeypatch.setattr(imports, "LARGEST", 100)
    monkeypatch.setattr(arrivals, "LARGEST", 100)
    add = arrivals.Arrivals.add

    def count(self: arrivals.Arrivals, weeks: Mapping[str, Sequence[str]]) -> None:
        noted.append(sum(map(len, weeks.values())))
        add(self, weeks)

    monkeypatch.setattr(arrivals.Arrivals, "add", count)
    library = Library.open(home(tmp_path), starters=False)
    assert len(library.imports.from_paths([weeks(tmp_path / "many", 20)], news=True).sources) == 20
    assert noted == [7]  # of 16 letters each
    assert library.imports.arrivals.papers == set()
    more = tmp_path / "more"
    more.mkdir()
    (more / "a.txt").write_text("2023-02-01\n\nhttps://arxiv.org/abs/2302.00001\nTitle\n말\n", "utf-8")
    library.imports.from_paths([more], news=True)
    assert library.imports.arrivals.papers == {"arxiv:2302.00001"}


def test_the_latest_are_new_however_many_came_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever has commands import for months without once opening the app is not told of the first papers for ever."""
    monkeypatch.setattr(arrivals, "LARGEST", 100)
    window, path = arrivals.Arrivals(tmp_path / "new"), tmp_path / "new"
    for number in range(9):
        arrivals.Arrivals(path).add({"2023-W30": [f"arxiv:2307.0000{number}"]})
        assert path.stat().st_size <= 100
        if number == 6:
            assert window.look()
    assert window.papers == {"arxiv:2307.00005", "arxiv:2307.00006"}
    window.clear()  # of what came since, nothing was seen
    assert window.look()
    assert window.papers == {"arxiv:2307.00007", "arxiv:2307.00008"}
    window.clear()
    assert not path.exists()


KILLED = """
import os, signal, sys
from pathlib import Path
from tests.builders import home
from tui_digest import processes
from tui_digest.library import Library
from tui_digest.sources import read_sources
from tui_digest.store import week_writing
from tui_digest.store.shards import Shards

read_sources.POOL_FROM, week_writing.PIECE, processes.processors = 0, 1, lambda: 2
put, left = Shards.put, [int(sys.argv[3])]

def dying(shards, week, prepared):
    if not left[0]:
        os.kill(os.getpid(), signal.SIGKILL)
    left[0] -= 1
    return put(shards, week, prepared)

Shards.put = dying
Library.open(home(Path(sys.argv[1])), starters=False).imports.from_paths([Path(sys.argv[2])])
"""


@pytest.mark.parametrize("puts", [0, 3])
def test_an_import_that_is_killed_while_others_make_its_weeks_is_taken_back(puts: int, tmp_path: Path) -> None:
    folder = weeks(tmp_path / "d", 28)
    command = [sys.executable, "-c", KILLED, str(tmp_path), str(folder), str(puts)]
    assert subprocess.run(command, cwd=Path(__file__).parent.parent, check=False).returncode == -signal.SIGKILL
    paths = home(tmp_path)
    library = Library.open(paths, starters=False)
    assert [each.message_id for each in library.notices] == ["intent.import.back"]
    assert library.lists.totals().papers == 0
    left = [each for each in paths.shards.iterdir() if each.suffix != ".tmp"]  # which go once their writers are gone
    assert left == []
    assert len(library.imports.from_paths([folder]).sources) == 28
    assert library.lists.totals().papers == 28
