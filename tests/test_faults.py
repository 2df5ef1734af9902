"""Nothing acknowledged is lost: the faults of `tests.faults`, `tests.damage` and `tests.windows`, in small counts."""

from __future__ import annotations

import errno
import fcntl
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests import damage, faults, flips, windows
from tests.builders import asked, digest, entry, put
from tests.faults import Outcome, Stage
from tests.tui.reading import reading
from tui_digest import files
from tui_digest.library import Library
from tui_digest.models import Mark
from tui_digest.store import events, importing, intent, journal, lock, seal, shards, storage, week_writing


@pytest.fixture(autouse=True)
def stage_is_set() -> Iterator[None]:
    with faults.staged():
        faults.begun()  # before a test does harm to what makes it
        yield


@pytest.fixture
def tmp_path(tmp_path: Path) -> Iterator[Path]:
    """In memory where there is such a place: thousands of fsyncs on a disk would only take time, for a killed process
    leaves behind what it wrote, fsynced or not. (What a power cut leaves is checked by itself.)"""
    memory = Path("/dev/shm")
    if not os.access(memory, os.W_OK):
        yield tmp_path
        return
    with tempfile.TemporaryDirectory(prefix="tui-digest-", dir=memory) as folder:
        yield Path(folder)


def nothing_lost(outcome: Outcome, at_least: int, said: set[str]) -> None:
    """The fault was really tried, every act was found again, and only this was said."""
    assert outcome.lost == []
    assert outcome.times >= at_least
    assert outcome.checked > 0
    assert set(outcome.said) <= said, outcome.said


# --- kill -9 --------------------------------------------------------------------------------------------------------


def test_killed_at_random_while_marking(tmp_path: Path) -> None:
    # undo may reach the imports that stood before the marks, so what an import that was cut short says may be said
    nothing_lost(faults.kill_at_random(tmp_path, 24, 11, faults.MARKING, ""), 24, faults.CUT)


def test_killed_at_random_while_importing(tmp_path: Path) -> None:
    nothing_lost(faults.kill_at_random(tmp_path, 24, 12, faults.IMPORTING, ""), 24, faults.CUT)


@pytest.mark.parametrize("operation", faults.OPERATIONS)
def test_killed_at_every_call(tmp_path: Path, operation: str) -> None:
    step = 5 if operation in faults.ON_THE_LIBRARY else 1
    nothing_lost(faults.at_every_call(tmp_path, operation, None, half=True, step=step), 4, faults.CUT)


@pytest.mark.parametrize(
    ("number", "half", "stays"),
    [(None, True, False), (errno.ENOSPC, True, False), (errno.ENOSPC, True, True), (errno.EIO, False, False)],
    ids=["killed", "full", "full from then on", "failing"],
)
def test_a_fault_at_every_call_while_others_make_the_weeks(
    tmp_path: Path, number: int | None, half: bool, stays: bool
) -> None:
    inside = faults.others_writing
    outcome = faults.at_every_call(tmp_path, "import", number, half=half, stays=stays, step=11, inside=inside)
    nothing_lost(outcome, 4, faults.CUT | {"store.full", "store.failed", "store.half"})


@pytest.mark.parametrize("number", [None, errno.ENOSPC], ids=["killed", "full"])
@pytest.mark.parametrize("operation", ["import", "undo an import", "remove"])
def test_cut_again_while_it_is_taken_back(tmp_path: Path, operation: str, number: int | None) -> None:
    outcome = faults.cut_again(tmp_path, operation, number, step=9)
    assert outcome.lost == []
    assert outcome.times >= 4
    assert set(outcome.said) <= faults.CUT


@pytest.mark.parametrize("number", [None, errno.ENOSPC, errno.EIO], ids=["killed", "full", "failing"])
def test_a_restore_into_an_empty_home_at_every_call(tmp_path: Path, number: int | None) -> None:
    nothing_lost(faults.restored_at_every_call(tmp_path, number, step=4), 8, set())


def test_after_an_act_a_power_cut_takes_nothing(tmp_path: Path) -> None:
    nothing_lost(faults.power_cuts(tmp_path, 60, 3), 60, set())


@pytest.mark.parametrize("number", [None, errno.ENOSPC, errno.EIO], ids=["killed", "full", "failing"])
def test_weeks_that_wait_for_the_disk_at_once(
    tmp_path: Path, number: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(week_writing, "TOGETHER", 1)
    outcome = faults.at_every_call(tmp_path, "import", number, half=number != errno.EIO, step=3)
    nothing_lost(outcome, 8, {"store.full", "store.failed", "store.half"} | faults.CUT)


def test_weeks_that_were_written_at_once_outlive_a_power_cut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(week_writing, "TOGETHER", 1)
    nothing_lost(faults.power_cuts(tmp_path / "synced", 12, 4), 12, set())
    monkeypatch.setattr(shards.Shards, "sync", lambda each: None)
    assert faults.power_cuts(tmp_path / "not synced", 3, 4).lost


# --- disks ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("stays", [False, True], ids=["once", "stays"])
@pytest.mark.parametrize("operation", faults.OPERATIONS)
def test_a_disk_full_at_every_call(tmp_path: Path, operation: str, stays: bool) -> None:
    step = (9 if stays else 5) if operation in faults.ON_THE_LIBRARY else 1
    outcome = faults.at_every_call(tmp_path, operation, errno.ENOSPC, half=True, stays=stays, step=step)
    nothing_lost(outcome, 4, {"store.full", "store.half"} | faults.CUT)
    assert outcome.said["store.full"] + outcome.said["store.half"] >= 3


@pytest.mark.parametrize("operation", faults.ON_THE_LIBRARY)
def test_a_failing_disk_at_every_call_of_an_act_on_the_library(tmp_path: Path, operation: str) -> None:
    outcome = faults.at_every_call(tmp_path, operation, errno.EIO, half=False, step=5)
    nothing_lost(outcome, 4, {"store.failed", "store.half"} | faults.CUT)


def test_a_real_full_disk(tmp_path: Path) -> None:
    outcome = damage.full_disk(tmp_path / "disk", 5, 1)
    if not outcome.times:
        pytest.skip("this machine mounts nothing: only refused calls were tried")
    nothing_lost(outcome, 5, {"store.full"})
    assert outcome.said["store.full"] > 0


def test_a_read_only_home(tmp_path: Path) -> None:
    nothing_lost(damage.read_only(tmp_path), 3, {"store.readonly"})


# --- damage ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("folded", [False, True], ids=["never folded", "folded before"])
def test_a_journal_cut_anywhere(tmp_path: Path, folded: bool) -> None:
    outcome = damage.journal_cut(tmp_path, 17, folded=folded)
    nothing_lost(outcome, 40, {"store.journal_changed"})


def test_damaged_marks_come_back_from_the_journal(tmp_path: Path) -> None:
    nothing_lost(damage.damaged_marks(tmp_path, 1, 8), 20, {"store.damaged"})


def test_a_damaged_week_costs_that_week(tmp_path: Path) -> None:
    nothing_lost(damage.damaged_shards(tmp_path, 1, 1), 40, {"store.damaged", "store.vanished"})


def test_a_damaged_index_is_made_again(tmp_path: Path) -> None:
    nothing_lost(damage.damaged_index(tmp_path, 1, 4), 60, set())


def test_columns_that_lost_their_content_are_made_again(tmp_path: Path) -> None:
    stage = damage.prepared(tmp_path)
    path = stage.paths.cache / "columns-0.bin"
    head, _, body = path.read_bytes().partition(b"\n")
    titles = [row.title for row in stage.open().lists.entries(None)]
    path.write_bytes(head + b"\n" + body.replace(b"version", b"VERSION"))
    assert [row.title for row in stage.open().lists.entries(None)] == titles


@pytest.mark.parametrize("kind", flips.KINDS)
def test_a_flipped_bit_changes_nothing_in_silence(tmp_path: Path, kind: str) -> None:
    outcome = flips.flips(tmp_path, kind, 16, 5)
    assert outcome.lost == []
    assert outcome.times == 16
    if kind not in ("cache", "replaced", "backups"):  # the first is derived; of the others not every bit is read
        assert outcome.said.total() >= 16


def test_a_file_that_is_believed_as_it_is_is_caught(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for room in (seal, events):
        monkeypatch.setattr(room, "holds", lambda data, depth=1: True)
    assert flips.flips(tmp_path / "marks", "marks.json", 40, 1).lost
    assert flips.flips(tmp_path / "journal", "journal", 40, 1).lost


def test_folders_and_pipes_in_the_place_of_files(tmp_path: Path) -> None:
    outcome = damage.odd_files(tmp_path)
    nothing_lost(outcome, 20, {"store.damaged", "store.journal_changed"})


def test_a_damaged_line_that_is_whole_is_told(tmp_path: Path) -> None:
    stage = damage.prepared(tmp_path, fold=False)
    (path,) = stage.paths.journal.iterdir()
    path.write_bytes(path.read_bytes().replace(b'"op":"undo"', b'"op":"umdo"'))
    assert [notice.message_id for notice in stage.open().notices] == ["store.journal_lines"]


def test_a_link_to_a_disk_that_is_gone_hides_no_other_journal(tmp_path: Path) -> None:
    stage = damage.prepared(tmp_path)
    (stage.paths.journal / "elsewhere.ndjson").symlink_to(tmp_path / "unplugged" / "elsewhere.ndjson")
    stage.paths.marks.unlink()
    library = stage.open()
    assert not library.notices
    faults.compare(library, stage.model)


# --- clock and locks ------------------------------------------------------------------------------------------------


def test_a_clock_that_jumps_back(tmp_path: Path) -> None:
    nothing_lost(damage.wrong_clock(tmp_path, 25, 1), 25, set())


def test_a_backup_from_the_future_keeps_no_later_one_away(tmp_path: Path) -> None:
    stage = damage.prepared(tmp_path)
    library = stage.open()
    first = library.backups.write_daily()
    assert first is not None
    first = first.rename(first.with_name("0001-2099-01-01.zip"))
    os.utime(first, (4_070_908_800, 4_070_908_800))
    library.marks.star(["arxiv:2401.00011"], True)
    assert library.backups.write_daily() is not None
    assert library.backups.write_daily() is None


def test_processes_on_a_file_system_without_locks(tmp_path: Path) -> None:
    nothing_lost(damage.no_locks(tmp_path, 3, 80), 3, set())


def test_what_comes_between_without_locks_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stage = damage.prepared(tmp_path)
    one, other = stage.open(), stage.open()

    def refuse(*_: object) -> None:
        raise OSError(errno.ENOTSUP, "no locks")

    monkeypatch.setattr(fcntl, "flock", refuse)
    real = journal.Appender._write

    def late(self: Any, line: bytes) -> int:
        monkeypatch.setattr(journal.Appender, "_write", real)
        other.marks.star(["arxiv:2401.00011"], True)  # after this one has looked, before it writes
        return real(self, line)

    monkeypatch.setattr(journal.Appender, "_write", late)
    one.marks.star(["arxiv:2401.00012"], True)
    one.close()
    for library in (one, stage.open()):
        assert library.marks.of("arxiv:2401.00011").starred
        assert library.marks.of("arxiv:2401.00012").starred


# --- windows --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("how", windows.ENDS)
def test_a_reader_ended_from_outside(tmp_path: Path, how: str) -> None:
    nothing_lost(windows.ended(tmp_path, how), 1, set())


def test_scripts_of_commands_in_parallel(tmp_path: Path) -> None:
    nothing_lost(windows.scripts(tmp_path, 4), 4, set())


@contextmanager
def held_elsewhere(path: Path) -> Iterator[None]:
    """Another process holds the lock: an import that takes its time."""
    path.parent.mkdir(parents=True, exist_ok=True)
    code = (
        "import fcntl, sys; f = open(sys.argv[1], 'a'); fcntl.flock(f, 2); print('held', flush=True); sys.stdin.read()"
    )
    command = [sys.executable, "-c", code, str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        yield
        assert holder.poll() is None  # it held the lock all the while


def returns(work: Callable[[], object]) -> None:
    """Runs it in a thread; what waits for a lock that is held would not come back in this time."""
    failed: list[BaseException] = []

    def run() -> None:
        try:
            work()
        except BaseException as error:
            failed.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(20)
    assert not thread.is_alive(), "it waits for a writer"
    assert not failed, failed


def test_nobody_waits_for_an_import(tmp_path: Path) -> None:
    paths = windows.a_home(tmp_path / "home")
    library, key = Library.open(paths, starters=False), windows.PAPERS[0]

    def read_and_mark() -> None:
        library.marks.star([key], True)
        library.marks.note(key, "글")
        library.marks.undo()
        assert [row.key for row in library.lists.entries(None, asked("is:starred"))] == [key]
        assert not library.refresh()
        library.fold()
        library.memory.save_place(library.memory.load_place())
        library.close()
        assert Library.open(paths).marks.of(key) == Mark(starred=True)

    def command(*args: str) -> None:
        run = [sys.executable, "-m", "tui_digest", *args]
        subprocess.run(run, env=windows.environment(tmp_path / "home"), check=True, capture_output=True, timeout=20)

    with held_elsewhere(paths.lock):
        returns(read_and_mark)
        command("list")
        command("star", windows.PAPERS[1])
        assert library.refresh()
        assert library.marks.of(windows.PAPERS[1]).starred


def test_what_an_import_brings_is_shown_while_it_goes_on(tmp_path: Path) -> None:
    # A title that is another paper's makes an alias, which is kept where the import keeps its own things.
    stage = Stage(tmp_path)
    one = entry("Sparse Attention for Very Long Documents", arxiv="2401.00001", lines=(1, 1))
    other = stage.open()
    other.imports.from_paths([put(tmp_path / "a.txt", digest(one))])
    library = stage.open()
    other.imports.from_paths(
        [
            put(
                tmp_path / "b.txt",
                digest(entry("Sparse Attention for Very Long Documents", url="https://example.org/x"), days=1),
            )
        ]
    )
    stage.paths.sources.unlink()
    with held_elsewhere(stage.paths.lock):
        returns(library.refresh)
    assert {row.key for row in library.lists.entries(None)} == {one.key}


async def test_another_windows_star_shows_at_the_next_look(tmp_path: Path) -> None:
    paths = windows.a_home(tmp_path / "home")
    async with reading(Library.open(paths, starters=False)) as (pilot, screen):
        Library.open(paths, starters=False).marks.star([windows.PAPERS[2]], True)
        looks, look = [], screen.library.refresh

        def looked(**asked: Any) -> bool:
            looks.append(look(**asked))
            return looks[-1]

        screen.library.refresh = looked  # type: ignore[method-assign]
        while True not in looks:  # no key is pressed, and no more than two looks are taken, half a second apart
            assert len(looks) <= 2
            await pilot.pause(0.05)
        await pilot.pause()
        assert screen.state.weeks[0].starred == 1
        assert screen.library.marks.of(windows.PAPERS[2]).starred


@pytest.mark.parametrize("at", range(1, 8))
def test_a_fold_between_two_tables_takes_nothing_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at: int) -> None:
    stage = damage.prepared(tmp_path)
    other = stage.open()
    other.marks.star(["arxiv:2401.00011"], True)
    real, looks = storage.AtomicStorage.read, list[Path]()

    def read(self: storage.AtomicStorage) -> Any:
        found = real(self)
        if self.path == stage.paths.marks:
            looks.append(self.path)
            if len(looks) == at:
                other.fold()
        return found

    monkeypatch.setattr(storage.AtomicStorage, "read", read)
    monkeypatch.setattr(lock, "PATIENCE", 0.0)  # while this window folds, the other one may not
    library = stage.open()
    assert library.marks.of("arxiv:2401.00011").starred
    library.marks.star(["arxiv:2401.00012"], True)
    library.close()
    assert stage.open().marks.of("arxiv:2401.00011").starred


@pytest.mark.parametrize("at", range(1, 5))
def test_an_import_between_two_tables_damages_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at: int) -> None:
    stage = damage.prepared(tmp_path)
    other, real, looks = stage.open(), storage.AtomicStorage.read, list[Path]()

    def read(self: storage.AtomicStorage) -> Any:
        found = real(self)
        if self.path.parent == stage.paths.shards:
            looks.append(self.path)
            if len(looks) == at:
                faults.carry_out(stage, other, ["import", dict.fromkeys(["d0", "d1", "d2", "d3", "d4"], 9)])
        return found

    library = stage.open()
    monkeypatch.setattr(storage.AtomicStorage, "read", read)
    assert [*library.lists.all_sightings()]
    assert not library.notices
    assert not stage.paths.damaged.exists()


# --- the checks themselves ------------------------------------------------------------------------------------------


def test_a_store_that_acknowledges_too_early_is_caught(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real, waiting = journal.Appender._write, []

    def late(self: Any, line: bytes) -> int:
        waiting.append(line)
        if len(waiting) < 3:
            return os.fstat(self._descriptor).st_size
        end = real(self, b"".join(waiting))
        waiting.clear()
        return end

    monkeypatch.setattr(journal.Appender, "_write", late)
    assert faults.kill_at_random(tmp_path, 6, 1, faults.MARKING, "").lost


def test_a_store_that_syncs_nothing_is_caught(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        journal.Appender,
        "_write",
        lambda self, line: os.fstat(self._descriptor).st_size + os.write(self._descriptor, line),
    )
    assert faults.power_cuts(tmp_path / "journal", 3, 1).lost
    monkeypatch.undo()
    with faults.staged():
        for room in (shards, journal, files):
            monkeypatch.setattr(room, "sync_folder", lambda folder: None)
        assert faults.power_cuts(tmp_path / "folders", 3, 1).lost


def test_files_written_in_place_are_caught(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def in_place(path: Path, data: bytes, **_: object) -> None:
        files.make_private(path.parent)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        os.write(descriptor, data)
        os.close(descriptor)

    monkeypatch.setattr(storage, "replace_file", in_place)
    assert faults.at_every_call(tmp_path / "killed", "fold", None, half=True).lost
    assert faults.at_every_call(tmp_path / "full", "import", errno.ENOSPC, half=True, step=6).lost


def test_an_act_whose_intent_is_forgotten_is_caught(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intent, "settle", lambda paths, notices: None)
    assert faults.at_every_call(tmp_path / "killed", "remove", None, half=False, step=2).lost
    assert faults.at_every_call(tmp_path / "full", "undo an import", errno.ENOSPC, half=False, step=3).lost


def test_an_act_that_is_not_intended_first_is_caught(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    begin = intent.Undertaking.begin
    late: list[Callable[[], None]] = []
    monkeypatch.setattr(intent.Undertaking, "begin", lambda *asked: late.append(lambda: begin(*asked)))
    write = importing.Import._write

    def written(work: importing.Import) -> None:
        write(work)
        if late:
            late.pop()()

    monkeypatch.setattr(importing.Import, "_write", written)
    assert faults.at_every_call(tmp_path, "import", None, half=False, step=2).lost


def test_a_refused_act_that_stays_in_the_journal_is_caught(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal.Appender, "_take_back", lambda self, written: None)
    assert faults.at_every_call(tmp_path, "star", errno.ENOSPC, half=False).lost
