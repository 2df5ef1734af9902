"""What is done in a process of its own beside a reader: that it is, and what becomes of it when either ends."""

from __future__ import annotations

import errno
import os
import queue
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests import faults, house, windows
from tests.tui.bare_terminal import BareTerminal
from tests.tui.reading import APRIL, JULY, library_of, reading, told, until
from tui_digest.library import Library, beside, child, housekeeping
from tui_digest.library.jobs import Told
from tui_digest.store.lock import locked
from tui_digest.store.search import never

_real_command = beside.command

STANDING = (
    "import sys; sys.path[:] = sys.argv[1:]; import time; from tui_digest.library import housekeeping\n"
    "def do(job, tell, stop):\n"
    "    tell(['indexing', 1, 2])\n"
    "    time.sleep(600)\n"
    "housekeeping.do = do\n"
    "from tui_digest.library import child; child.PATIENCE = 0.1; "
)
"""Before a child's own command: it does one long step, in which it asks for nothing."""

ASKING = STANDING.replace(
    "time.sleep(600)", "\n    while not stop(): time.sleep(0.01)\n    tell(['notice', 'seen', {}])"
).replace("PATIENCE = 0.1", "PATIENCE = 60")
"""The same, but it asks, and so is done when it likes to be."""


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[faults.Stage]:
    with faults.staged():
        stage = faults.Stage(tmp_path)
        stage.prepare(faults.BEFORE, fold=False)
        yield stage


def heard(work: tuple[beside.InProcess, queue.Queue[Any]]) -> list[Told]:
    """All that a process still tells."""
    found = []
    while (each := work[1].get(timeout=60)) is not None:
        found.append(each)
    return found


# --- what it does ---------------------------------------------------------------------------------------------------


def test_a_round_in_a_process_does_all_of_it_and_loads_no_textual(stage: faults.Stage, tmp_path: Path) -> None:
    script = house._ALL_OF_IT + (
        "import atexit; atexit.register(lambda: print(sorted(n for n in sys.modules if n.startswith('textual')), "
        f"file=open({str(tmp_path / 'seen')!r}, 'w'))); "
    )
    done = heard(house.begun(stage.open(), first=script))
    assert [each[0] for each in done if each[0] != "indexing"] == ["folded", "indexed", "kept"]
    assert (tmp_path / "seen").read_text() == "[]\n"
    assert stage.paths.marks.exists()
    assert stage.paths.search.exists()
    assert len([*stage.paths.backups.iterdir()]) == 1


HEAVY = ("zipfile", "tui_digest.store.backup", "tui_digest.store.search_build", "tui_digest.parsing", "sqlite3")


def test_the_readers_own_process_loads_nothing_of_what_is_done_beside_it(tmp_path: Path) -> None:
    windows.a_home(tmp_path)
    script = (
        "import asyncio, sys\nfrom tui_digest.library import Library\nfrom tui_digest.library.beside import doing\n"
        "from tui_digest.paths import locate\n"
        "async def main():\n"
        "    library = Library.open(locate())\n"
        "    for name in ('house', 'news'):\n"
        "        print([told[0] async for told in doing(library.job(name), 'en')])\n"
        f"asyncio.run(main())\nprint([name for name in {HEAVY!r} if name in sys.modules])\n"
    )
    run = [sys.executable, "-c", script]
    done = subprocess.run(run, env=windows.environment(tmp_path), capture_output=True, timeout=120, text=True)
    assert done.stdout.splitlines() == ["['kept']", "['news']", "[]"], done.stderr


@pytest.fixture
def in_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(beside, "command", _real_command)


async def test_a_reader_hears_from_a_process_what_another_place_brought(
    paths: Any, tmp_path: Path, in_processes: None
) -> None:
    library = library_of(paths, tmp_path / "digests", JULY)
    async with reading(library) as (pilot, screen):
        library_of(paths, tmp_path / "more", APRIL)
        await until(pilot, lambda: len(screen.state.weeks) == 2)
        assert told(pilot) == ["1 new paper in 1 digest"]


async def test_where_no_process_can_be_started_a_thread_does_it(
    paths: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    library = library_of(paths, tmp_path / "digests", JULY)
    for command in (["/nowhere/python"], [sys.executable, "-c", "raise SystemExit(3)"]):
        monkeypatch.setattr(beside, "command", lambda command=command: command)
        assert [each[0] async for each in beside.doing(library.job("house"), "en")] == ["kept"]


@pytest.mark.parametrize(("name", "value"), [("executable", ""), ("executable", None), ("frozen", True)])
def test_an_interpreter_that_is_none_is_not_started(monkeypatch: pytest.MonkeyPatch, name: str, value: Any) -> None:
    monkeypatch.setattr(sys, name, value, raising=False)
    with pytest.raises(ValueError, match=r"^(None|.*python.*)?$"):
        _real_command()


def test_an_act_on_the_library_is_done_in_a_process_that_does_not_go_last(stage: faults.Stage) -> None:
    first = (
        "import sys; sys.path[:] = sys.argv[1:]; import os; from tui_digest.library import housekeeping\n"
        "real = housekeeping.do\n"
        "def do(job, tell, stop): tell(['nice', os.nice(0)]); real(job, tell, stop)\n"
        "housekeeping.do = do; "
    )
    for name in ("undo", "redo"):
        nice, changed = heard(house.begun(stage.open(), name, first=first))
        stage.model.act([name])
        assert nice == ["nice", os.nice(0)]
        assert changed[0] == "changed"
        assert changed[1][:2] == ["import", name == "redo"]
        faults.compare(stage.open(), stage.model)


# --- one at a time --------------------------------------------------------------------------------------------------


def test_a_second_reader_finds_the_house_kept(stage: faults.Stage) -> None:
    said: list[Told] = []
    with locked(stage.paths.house_lock):
        assert heard(house.begun(stage.open())) == []
    assert not stage.paths.backups.exists()
    assert not stage.paths.marks.exists()
    with locked(stage.paths.lock):  # an import is on its way: what it changes is left alone
        housekeeping.do(stage.open().job("house")._replace(fold=True), said.append, never)
    assert [each[0] for each in said] == ["folded"]


def test_what_is_marked_while_it_folds_stays(stage: faults.Stage) -> None:
    library = stage.open()
    for number in range(3):
        work = house.begun(library)
        acts = 0
        while work[0].process.poll() is None and acts < 40:
            act = ["set", "starred", [f"arxiv:2401.0001{acts % 7}"], (acts + number) % 3 > 0]
            faults.carry_out(stage, library, act)
            stage.model.act(act)
            acts += 1
        assert ["notice"] not in [each[:1] for each in heard(work)]
    faults.compare(library, stage.model)
    faults.compare(stage.open(), stage.model)


# --- how it ends ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("first", "last"), [(STANDING, []), (ASKING, [["notice", "seen", {}]])])
def test_it_ends_when_nobody_waits_any_more(paths: Any, first: str, last: list[Told]) -> None:
    work = house.begun(Library.open(paths, starters=False), first=first)
    assert work[1].get(timeout=60) == ["indexing", 1, 2]
    work[0].end()
    assert heard(work) == last


@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP"])
def test_signals_end_it_but_not_the_terminals_own(paths: Any, name: str) -> None:
    work = house.begun(Library.open(paths, starters=False), first=STANDING)
    process = work[0].process
    assert os.getpgid(process.pid) == process.pid
    process.send_signal(signal.SIGINT)
    assert work[1].get(timeout=60) == ["indexing", 1, 2]
    assert process.poll() is None
    process.send_signal(getattr(signal, name))
    assert heard(work) == []
    assert process.wait(30) == -getattr(signal, name)


_HOUSE_NOW = (
    "from tui_digest.tui.screens import main; main._FIRST_HOUSE = 0.1\n"
    "from tui_digest.library import beside, child\n"
    f"child_says = {STANDING!r}\n"
    "def command(): import sys; return [sys.executable, '-P', '-c', child_says + child.COMMAND, *sys.path]\n"
    "beside.command = command\n"
    "told = beside.InProcess._listen\n"
    "def listen(self):\n"
    "    open(HERE, 'w').write(str(self.process.pid))\n"
    "    told(self)\n"
    "beside.InProcess._listen = listen\n"
)


@pytest.mark.parametrize("how", ["quit", "SIGKILL", "SIGHUP", "SIGTERM", "closed"])
def test_a_reader_that_ends_leaves_no_process(tmp_path: Path, how: str) -> None:
    windows.a_home(tmp_path / "home")
    seen = tmp_path / "child"
    reader = BareTerminal(tmp_path / "home", before=_HOUSE_NOW.replace("HERE", repr(str(seen))))
    try:
        reader.until("Making the search index")
        pid = int(seen.read_text())
        os.kill(pid, 0)
        if how == "quit":
            reader.keys("q")
            assert reader.process.wait(timeout=60) == 0
        else:
            reader.end(how)
        assert house.gone(pid)
        assert "Traceback" not in reader.screen
    finally:
        reader.close()


def test_what_it_prints_by_mistake_reaches_nobody(paths: Any) -> None:
    first = STANDING.replace(
        "time.sleep(600)", "print('[1]', flush=True); sys.stderr.write('x'); import os; os.write(1, b'y')"
    )
    assert heard(house.begun(Library.open(paths, starters=False), first=first)) == [["indexing", 1, 2]]


def test_an_error_that_nobody_foresaw_is_logged_and_said(paths: Any) -> None:
    first = STANDING.replace("time.sleep(600)", "raise RuntimeError('unforeseen')")
    *_, last = heard(house.begun(Library.open(paths, starters=False), first=first))
    assert last[0] == "sentence"
    assert str(paths.log) in last[1]
    assert "unforeseen" in paths.log.read_text()


# --- faults ---------------------------------------------------------------------------------------------------------


def test_killed_at_random_moments_it_leaves_no_damage(tmp_path: Path) -> None:
    with faults.staged():
        outcome = house.killed(tmp_path, 4, 5)
    assert outcome.lost == []
    assert outcome.checked > 0
    assert set(outcome.said) == set()


@pytest.mark.parametrize("number", [None, errno.ENOSPC], ids=["killed", "full"])
def test_a_fault_at_any_of_its_calls_does_no_harm(tmp_path: Path, number: int | None) -> None:
    with faults.staged():
        outcome = house.at_every_call(tmp_path, number, step=5)
    assert outcome.lost == []
    assert outcome.times > 4


def test_it_goes_last(paths: Any) -> None:
    first = STANDING.replace("time.sleep(600)", "import os; tell([os.nice(0)])")
    assert heard(house.begun(Library.open(paths, starters=False), first=first))[-1] == [
        min(19, os.nice(0) + child.NICE)
    ]
