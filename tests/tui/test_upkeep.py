"""What goes on beside the reading: the search index is made, told of, and given up when one quits."""

from __future__ import annotations

import asyncio
import gc
import subprocess
import sys
import threading
from collections.abc import Callable, Generator, Sequence
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from tests import windows
from tests.builders import asked, home
from tests.tui.reading import APRIL, JULY, all_done, library_of, reading, told, until
from tui_digest.errors import StoreError
from tui_digest.library import Library, housekeeping
from tui_digest.library.jobs import Job, Told
from tui_digest.store.columns import WeekColumns
from tui_digest.store.search_text import entry_texts
from tui_digest.tui import collecting, in_pieces
from tui_digest.tui.screens.main import MainScreen
from tui_digest.tui.terminal.waiting_keys import WaitingKeys, waiting_keys


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Library:
    monkeypatch.setattr("tui_digest.library.lists.INDEX_FROM", 0)
    monkeypatch.setattr("tui_digest.store.search.SCAN_BELOW", 0)
    monkeypatch.setattr("tui_digest.tui.screens.main._FIRST_HOUSE", 3600.0)  # the tests say when
    return library_of(home(tmp_path), tmp_path / "digests", JULY, APRIL)


async def kept(pilot: Pilot[None], screen: MainScreen) -> None:
    """Has the house kept, and waits for it."""
    screen.upkeep.keep_house()
    await all_done(pilot)


async def test_the_index_is_made_beside_the_reading_and_told(library: Library) -> None:
    assert library.lists.index_work() is not None
    async with reading(library) as (pilot, screen):
        await pilot.press("/", *"sparse")
        screen.upkeep.keep_house()
        await kept(pilot, screen)  # one is enough
        assert told(pilot)[-1] == "The search index is ready"
        assert sum("ready" in sentence for sentence in told(pilot)) == 1
        assert "Making the search index: 50%" in told(pilot)
        assert [row.key for row in screen.state.rows] == ["arxiv:2307.00001"]
        assert library.lists.index_work() is None
        before = len(told(pilot))
        await kept(pilot, screen)
        assert len(told(pilot)) == before, "nothing to do, nothing to say"


def test_what_the_first_keys_need_is_loaded_before_them(tmp_path: Path) -> None:
    """After that keys load next to no module of ours or Textual's; one that they do belongs into `tui/loading.py`. Nor
    do they compile a pattern of a module that was loaded."""
    library_of(home(tmp_path), tmp_path / "digests", JULY, APRIL).close()
    keys = ["h", "g", "g", "enter", "/", "s", "p", "escape", "v", "u", "?", "escape", "ctrl+p", "escape", "comma",
            "escape", "y", "b", "c", "e", "escape", "ctrl+t", "escape", "V", "escape"]  # fmt: skip
    script = (
        "import asyncio, sys\nfrom tui_digest.i18n import Translator\nfrom tui_digest.library import Library\n"
        "from tui_digest.paths import locate\nfrom tui_digest.settings.config import Settings\n"
        "from tui_digest.tui.app import DigestApp\nfrom tui_digest.tui.screens import main\n"
        "from tui_digest.text import patterns\n"
        "main._READY = main._FIRST_HOUSE = 3600\n"
        "async def run():\n"
        "    app = DigestApp(Library.open(locate(), starters=False), Settings(), Translator('en'))\n"
        "    async with app.run_test(size=(120, 40)) as pilot:\n"
        "        before = set(sys.modules)\n"
        "        app.screen.upkeep.make_ready()\n"
        "        await app.workers.wait_for_complete()\n"
        "        ready = set(sys.modules)\n"
        "        compiled = []\n"
        "        patterns.re = type('Watched', (), {'compile': lambda *made_of: compiled.append(made_of)})\n"
        f"        await pilot.press(*{keys!r})\n"
        "        late = [n for n in sys.modules if n not in ready and n.startswith(('tui_digest', 'textual'))]\n"
        "        print(len(ready - before) > 30, len(late) < 4, not compiled, late, compiled)\n"
        "asyncio.run(run())\n"
    )
    run = [sys.executable, "-c", script]
    done = subprocess.run(run, env=windows.environment(tmp_path), capture_output=True, timeout=120, text=True)
    assert done.stdout.startswith("True True True "), done.stdout + done.stderr


async def test_what_only_the_index_finds_is_shown_when_it_is_ready(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tui_digest.store.search.KEPT_TEXTS", 0)
    async with reading(library) as (pilot, screen):
        await pilot.press("/", *"성기게", "enter")
        await pilot.pause()
        assert len(screen.state.rows) == 0, "so far only titles, tags and authors are looked through"
        await kept(pilot, screen)
        await until(pilot, lambda: len(screen.state.rows) > 0)
        assert [row.key for row in screen.state.rows] == ["arxiv:2307.00001"]


async def test_what_the_index_finds_is_looked_for_between_keys(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At once it took 310 ms of 100,000 entries, where an import had just brought weeks that no index has."""
    monkeypatch.setattr("tui_digest.store.search.KEPT_TEXTS", 0)
    between: list[str] = []

    async def do_in_pieces(steps: Any, **how: Any) -> Any:
        between.append(steps.__name__)
        if steps.__name__ == "preparing" and between.count("preparing") == 1:
            screen.state.write("alignment")  # typed meanwhile: that has its own way to the screen
        return await in_pieces.do_in_pieces(steps, **how)

    monkeypatch.setattr("tui_digest.tui.controllers.upkeep.do_in_pieces", do_in_pieces)
    async with reading(library) as (pilot, screen):
        await pilot.press("/", *"성기게", "enter")
        await kept(pilot, screen)
        await until(pilot, lambda: "preparing" in between)
        await all_done(pilot)
        assert len(screen.state.rows) == 0, "what was asked for is not what is asked for now"


async def test_an_index_that_the_cache_has_no_room_for_is_used_and_cleared_away(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tui_digest.store.search.KEPT_TEXTS", 0)
    library.paths.search.mkdir()
    (library.paths.search / "in the way").touch()
    async with reading(library) as (pilot, screen):
        await kept(pilot, screen)
        assert library.lists.index_work() is None
        await pilot.press("/", *"성기게", "enter")
        await pilot.pause()
        assert [row.key for row in screen.state.rows] == ["arxiv:2307.00001"]
        search = library.lists._searching()
        folder, at_the_end = search._file.parent, search._temporary
        assert folder.is_dir()
        assert folder != library.paths.cache
    assert at_the_end is not None
    assert at_the_end.alive
    at_the_end()
    assert not folder.exists()


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch) -> Standing:
    """What is done beside the screen stands still there, instead of anything else, until it is let go."""
    standing = Standing()
    monkeypatch.setattr("tui_digest.library.beside.do", standing)
    return standing


class Standing:
    """Work that stands still in its thread until it is let go."""

    def __init__(self) -> None:
        self.begun, self.go_on, self.ended = threading.Event(), threading.Event(), ""
        self.times = 0

    def __call__(self, job: Job, tell: Callable[[Told], None], stop: Callable[[], bool]) -> None:
        self.times += 1
        tell(["indexing", 0, 2])
        self.begun.set()
        assert self.go_on.wait(30)
        self.ended = "stopped" if stop() else "done"


async def test_quitting_meanwhile_ends_the_work_and_waits_for_nothing(library: Library, work: Standing) -> None:
    async with reading(library) as (pilot, screen):
        screen.upkeep.keep_house()
        assert await asyncio.to_thread(work.begun.wait, 30)
        screen.upkeep.keep_house()
        await pilot.press("s", "q")
    assert (work.ended, work.times, pilot.app.return_code) == ("", 1, 0)
    work.go_on.set()
    while not work.ended:
        await asyncio.sleep(0.01)
    assert work.ended == "stopped"
    assert Library.open(library.paths, starters=False).marks.of("arxiv:2307.00001").starred


async def test_work_that_fails_is_said_begun_again_and_holds_nothing_up(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    times = 0

    def fail(*_: Any) -> None:
        nonlocal times
        times += 1
        raise StoreError("store.full", path="cache")

    monkeypatch.setattr("tui_digest.library.beside.do", fail)
    async with reading(library) as (pilot, screen):
        for _ in range(2):
            await kept(pilot, screen)
        assert times == 2
        assert "disk is full" in told(pilot)[-1]
        await pilot.press("s")
        assert library.marks.of("arxiv:2307.00001").starred


async def test_a_round_is_kept_only_where_something_may_be_due(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    jobs: list[Job] = []

    def do(job: Job, tell: Callable[[Told], None], stop: Callable[[], bool]) -> None:
        jobs.append(job)
        housekeeping.do(job, tell, stop)

    monkeypatch.setattr("tui_digest.library.beside.do", do)
    async with reading(library) as (pilot, screen):
        for _ in range(2):
            await kept(pilot, screen)
        assert [job.fold for job in jobs] == [False], "the second would find nothing"
        await pilot.press("s")
        await kept(pilot, screen)
        assert len(jobs) == 1, "there is a backup of today"
        monkeypatch.setattr("tui_digest.library.FOLD_AFTER", 0)
        await kept(pilot, screen)
        assert [job.fold for job in jobs] == [False, True]
        library_of(
            library.paths, library.paths.data / "more", "2023년 3월 4주차\nhttps://arxiv.org/abs/2303.00001\nNew (A)"
        )
        await until(pilot, lambda: len(screen.state.weeks) == 3)
        before = len(jobs)
        await kept(pilot, screen)
        assert [job.name for job in jobs[before:]] == ["house"], "the weeks are others"


async def test_what_is_typed_shows_before_it_is_looked_for(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tui_digest.store.search.KEPT_TEXTS", 0)
    go_on, real = asyncio.Event(), in_pieces.do_in_pieces

    async def later(
        steps: Generator[int, None, None],
        heard: Callable[[int], object] | None = None,
        *,
        rank: int = in_pieces.Rank.ASKED,
    ) -> None:
        await go_on.wait()
        await real(steps, heard, rank=rank)

    monkeypatch.setattr("tui_digest.tui.controllers.narrowing.do_in_pieces", later)
    async with reading(library) as (pilot, screen):
        await pilot.press("/", *"marku")
        assert (screen.state.text, len(screen.state.rows)) == ("marku", 3)
        await pilot.press("p")
        go_on.set()
        await all_done(pilot)
        assert [row.key for row in screen.state.rows] == ["arxiv:2307.00002"]
        await pilot.press("backspace", "z")
        await all_done(pilot)
        assert len(screen.state.rows) == 0


async def test_the_first_of_a_phrase_shows_while_the_rest_is_looked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tui_digest.library.lists.INDEX_FROM", 0)
    monkeypatch.setattr("tui_digest.store.search.SCAN_BELOW", 0)
    monkeypatch.setattr("tui_digest.store.search_build.PART", 8)  # a part a week
    monkeypatch.setattr(in_pieces, "PIECE", 0.0)  # each step is a piece
    monkeypatch.setattr("tui_digest.tui.screens.main._FIRST_HOUSE", 3600.0)
    papers = [f"https://arxiv.org/abs/2307.{n:05d}\nLong Memory {n} (Ada One)\n" for n in range(1, 121)]
    weeks = [f"2023년 7월 {5 - at // 30}주차\n{''.join(papers[at : at + 30])}" for at in range(0, 120, 30)]
    library = library_of(home(tmp_path), tmp_path / "digests", "\n".join(weeks), APRIL)
    work = library.lists.index_work()
    assert work is not None
    work(lambda done, weeks: None, lambda: False)
    async with reading(library) as (pilot, screen):
        await pilot.press("h", "g", "g", "enter", "/", *'"long memor', "y")
        shown = list[tuple[int, str]]()

        def title() -> str:
            return "".join(segment.text for segment in screen.title_bar.render_line(0))

        real = screen.panes.show_first

        def show_first(below: int) -> None:
            real(below)
            screen.panes.stand_on(3)
            shown.append((len(screen.state.rows), screen.state.key_here() or ""))
            shown.append((0, title()))

        monkeypatch.setattr(screen.panes, "show_first", show_first)
        await pilot.press('"')
        await all_done(pilot)
        assert len(shown) == 2
        assert 13 < shown[0][0] < 120
        assert f"{shown[0][0]}+ of 121 papers" in shown[1][1]
        assert len(screen.state.rows) == 120
        assert "120 of 121 papers" in title()
        assert screen.state.key_here() == shown[0][1], "where one stood meanwhile"


def test_a_letter_more_is_looked_for_only_where_the_others_stand(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tui_digest.store.search.KEPT_TEXTS", 0)
    looked: list[str] = []
    folded = WeekColumns.folded

    def seen(self: WeekColumns, name: str) -> str:
        looked.append(self.week)
        return folded(self, name)

    monkeypatch.setattr(WeekColumns, "folded", seen)
    for text, weeks, found in (("mark", 2, 1), ("markup", 1, 1), ("markupz", 1, 0), ("2304", 2, 1), ("xiv", 2, 0)):
        looked.clear()
        asked_for = asked(text)
        for _ in library.lists.preparing(None, asked_for):
            pass
        assert len(library.lists.entries(None, asked_for)) == found, text
        assert library.lists.searched_partly(None)
        assert len(set(looked)) == weeks, text


def reads_of_weeks(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The weeks whose texts are read for a search from now on."""
    read: list[str] = []

    def heard(documents: Sequence[dict[str, Any]]) -> list[str]:
        read.append(str(documents[0]["key"]))
        return entry_texts(documents)

    monkeypatch.setattr("tui_digest.store.search.entry_texts", heard)
    return read


def test_a_small_librarys_texts_are_read_a_week_at_a_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    library = library_of(home(tmp_path), tmp_path / "digests", JULY, APRIL)
    read = reads_of_weeks(monkeypatch)
    steps = [len(read) for _ in library.lists.preparing(None, asked("memory"))]
    assert steps == [0, 1, 1, 2], "a week's file is read, its texts are made"
    library.lists.entries(None, asked("memory"))
    assert [*library.lists.preparing(None, asked("memory"))] == []
    assert [*library.lists.preparing(None, asked("memoryz"))] == []
    assert len(read) == 2


async def test_what_another_process_brought_is_searched_a_week_at_a_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(in_pieces, "PIECE", 0.0)  # each step is a piece
    library = library_of(home(tmp_path), tmp_path / "digests", JULY)
    async with reading(library) as (pilot, screen):
        await pilot.press("h", "g", "g", "enter", "/", *"memory", "enter")
        await all_done(pilot)
        before, key = len(screen.state.rows), screen.state.key_here()
        read = reads_of_weeks(monkeypatch)
        held: list[int] = []
        shown = screen.panes.showing_again

        def showing_again() -> Generator[None, None, None]:
            held.append(len(read))
            yield from shown()
            assert len(read) == held[-1], "shown without another look into texts"

        monkeypatch.setattr(screen.panes, "showing_again", showing_again)
        other = library.another()
        for number in range(1, 4):
            text = f"2023년 {number}월 1주차\nhttps://arxiv.org/abs/230{number}.00001\nA memory {number} (Ada One)\n"
            (source := tmp_path / f"{number}.txt").write_text(text, "utf-8")
            other.imports.from_paths([source])
        other.close()
        await until(pilot, lambda: len(screen.state.rows) == before + 3)
        assert held[-1] >= 3
        assert screen.state.key_here() == key


def test_a_weeks_list_is_made_of_the_columns_that_are_loaded(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    week = library.lists.weeks()[0].id
    made = [row.title for row in library.lists.entries(week)]
    again = Library.open(library.paths, starters=False)
    again.lists.load_columns()
    monkeypatch.setattr("tui_digest.library.lists.block_of", lambda shard: pytest.fail("made anew"))
    rows = again.lists.entries(week)
    assert [row.title for row in rows] == made
    assert [rows.sighting(place).key for place in range(len(rows))] == [row.key for row in rows]


def test_weeks_that_stayed_as_they_were_are_in_memory_once(tmp_path: Path) -> None:
    library = library_of(home(tmp_path), tmp_path / "digests", JULY, APRIL)
    library = Library.open(library.paths, starters=False)
    before = {block.week: block for block in library.columns()[0]}
    other = library.another()
    (source := tmp_path / "more.txt").write_text(
        "2022년 1월 1주차\nhttps://arxiv.org/abs/2201.00001\nOne more (Ada One)\n", "utf-8"
    )
    other.imports.from_paths([source])
    other.close()
    assert library.read_aside()
    assert library.refresh(unsure=False)
    after = {block.week: block for block in library.columns()[0]}
    assert len(after) == len(before) + 1
    for week, block in before.items():
        assert after[week] is not block
        assert after[week].packed is block.packed


async def test_steps_that_are_given_up_let_go_of_what_they_hold() -> None:
    let_go: list[bool] = []

    def steps() -> Generator[None, None, None]:
        try:
            while True:
                yield
        finally:
            let_go.append(True)

    going = asyncio.create_task(in_pieces.do_in_pieces(steps()))
    await asyncio.sleep(0)
    going.cancel()
    with pytest.raises(asyncio.CancelledError):
        await going
    assert let_go == [True]


async def test_one_piece_is_done_at_a_time_and_what_was_asked_for_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(in_pieces, "PIECE", 0.0)  # each step is a piece
    done: list[str] = []

    def steps(name: str) -> Generator[None, None, str]:
        for _ in range(3):
            done.append(name)
            yield
        return name

    works = (("counted", in_pieces.Rank.SHOWN), ("asked", in_pieces.Rank.ASKED), ("later", in_pieces.Rank.LATER))
    going = [asyncio.create_task(in_pieces.do_in_pieces(steps(name), rank=rank)) for name, rank in works]
    assert await asyncio.gather(*going) == ["counted", "asked", "later"]
    assert done == ["counted", *["asked"] * 3, *["counted"] * 2, *["later"] * 3], "the first had begun"


async def test_no_piece_begins_or_goes_on_while_a_key_waits() -> None:
    done: list[int] = []

    def steps() -> Generator[None, None, None]:
        for number in range(4):
            done.append(number)
            if number == 1:
                waiting_keys.heard()
            yield

    going = asyncio.create_task(in_pieces.do_in_pieces(steps()))
    while done != [0, 1]:
        await asyncio.sleep(0)
    for _ in range(3):
        await asyncio.sleep(in_pieces.PAUSE)
        waiting_keys.heard()
        assert done == [0, 1], "the piece has time left, and the key none"
    waiting_keys.answered()
    await going
    assert done == [0, 1, 2, 3]


def test_a_key_that_paints_nothing_is_waited_for_no_longer_than_its_time() -> None:
    clock = [0.0]
    keys = WaitingKeys(lambda: clock[0])
    assert not keys.any
    keys.heard()
    assert keys.any
    clock[0] = 0.2
    assert not keys.any
    assert (keys.rested(0.2), keys.rested(0.3)) == (True, False)
    unread = [True]
    keys.listen(lambda: unread[0])
    assert keys.any, "nobody has read it yet"
    assert not keys.rested(0.1)
    unread[0] = False
    assert not keys.any


def test_all_objects_are_looked_at_only_while_nobody_types(monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[bool] = []
    keys = WaitingKeys()
    monkeypatch.setattr(collecting, "waiting_keys", keys)
    monkeypatch.setattr(gc, "collect", lambda: looked.append(True))
    monkeypatch.setattr(gc, "get_count", lambda: (0, collecting.WORTH, 0))
    assert collecting.look_at_rest()
    keys.heard()
    keys.answered()
    assert not collecting.look_at_rest()
    monkeypatch.setattr(collecting, "REST", 0.0)
    assert collecting.look_at_rest()
    monkeypatch.setattr(gc, "get_count", lambda: (500, 1, 0))
    assert not collecting.look_at_rest(), "there is next to nothing to find"
    assert len(looked) == 2


def test_tags_of_a_narrowed_list_are_made_ready_in_steps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tui_digest.library.lists._COUNTED_FROM", 1)
    library = library_of(home(tmp_path), tmp_path / "digests", JULY, APRIL)
    assert len([*library.lists.preparing(None, asked("memory"))]) > 2
    monkeypatch.setattr("tui_digest.library.finder.Finder._make_tag_sets", lambda _: pytest.fail("made at once"))
    rows = library.lists.entries(None, asked("memory"))
    assert library.lists.tags_of(rows)
