"""Work that several processes do: that it is done, and that none of them is left, however it ends."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tui_digest import processes
from tui_digest.files import write_whole
from tui_digest.processes import CannotStartError, EndedError, Pool, WorkError

ROOT = Path(__file__).parent.parent


def numbers(first: int, behind: int) -> list[int]:
    """A piece of work."""
    return list(range(first, behind))


def fails() -> None:
    raise LookupError("of our own")


def dies(by: int) -> None:
    os.kill(os.getpid(), by)
    signal.pause()


def prints() -> int:
    sys.stdout.write("a stray line\n")
    return os.getpid()


def sleeps() -> None:
    signal.pause()


HERE = "tests.test_processes"


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"


def gathered(pool: Pool) -> dict[int, object]:
    found: dict[int, object] = {}
    while pool.busy:
        found.update(pool.done())
    return found


def test_all_work_is_done_and_no_process_is_left() -> None:
    with Pool(2) as pool:
        there = pool.pids
        given = {pool.give(f"{HERE}:numbers", each, each + 3): [each, each + 1, each + 2] for each in range(20)}
        printing, failing = pool.give(f"{HERE}:prints"), pool.give(f"{HERE}:fails")
        found = gathered(pool)
        assert found.pop(printing) in there
        failed = found.pop(failing)
        assert isinstance(failed, WorkError)
        assert "of our own" in str(failed)
        assert found == given
    assert not any(map(alive, there))


def test_large_answers_come_whole() -> None:
    with Pool(1) as pool:
        pool.give(f"{HERE}:numbers", 0, 300_000)
        assert [len(each) for each in gathered(pool).values() if isinstance(each, list)] == [300_000]


@pytest.mark.parametrize("by", [signal.SIGKILL, signal.SIGTERM])
def test_a_process_that_is_killed_is_told_of_with_its_work(by: signal.Signals) -> None:
    with Pool(2) as pool:
        there = pool.pids
        pool.give(f"{HERE}:dies", int(by))
        pool.give(f"{HERE}:sleeps")
        with pytest.raises(EndedError) as caught:
            gathered(pool)
        assert (caught.value.work, caught.value.code) == ([(int(by),)], -by)
    assert not any(map(alive, there))


@pytest.mark.parametrize("begun", [True, False], ids=["one that works", "one that starts"])
def test_a_process_that_is_told_half_is_not_waited_for(begun: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    def half(descriptor: int, data: bytes) -> None:
        monkeypatch.setattr(processes, "write_whole", write_whole)
        write_whole(descriptor, data[: len(data) // 2])
        raise OSError(errno.EIO, "no more")

    with Pool(2) as pool:
        if begun:
            first = [pool.give(f"{HERE}:prints") for _ in range(2)]
            assert {*gathered(pool)} == {*first}
        monkeypatch.setattr(processes, "write_whole", half)
        given = {pool.give(f"{HERE}:numbers", each, each + 1): [each] for each in range(6)}
        if begun:
            with pytest.raises(EndedError):
                gathered(pool)
        else:
            assert gathered(pool) == given


def test_what_interrupts_the_gathering_leaves_none() -> None:
    with pytest.raises(KeyboardInterrupt), Pool(2) as pool:  # noqa: PT012 - as Ctrl+C comes in the midst of it
        there = pool.pids
        pool.give(f"{HERE}:sleeps")
        raise KeyboardInterrupt
    assert not any(map(alive, there))


def test_they_end_with_the_one_that_started_them() -> None:
    program = (
        "from tui_digest.processes import Pool\n"
        "pool = Pool(2); pool.give('tests.test_processes:prints'); print(*pool.pids, flush=True)\n"
        "list(pool.done()); pool.give('tests.test_processes:sleeps'); pool.give('tests.test_processes:sleeps')\n"
        "print('begun', flush=True); list(pool.done())\n"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True, cwd=ROOT) as parent:
        assert parent.stdout is not None
        there = [int(each) for each in parent.stdout.readline().split()]
        assert len(there) == 2
        assert parent.stdout.readline() == "begun\n"
        parent.kill()
    until = time.monotonic() + 60
    while any(map(alive, there)) and time.monotonic() < until:
        time.sleep(0.01)
    assert not any(map(alive, there))


def test_where_none_can_be_started_that_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "command", lambda program: ["no such program"])
    with pytest.raises(CannotStartError):
        Pool(2)
    monkeypatch.setattr(processes, "command", lambda program: [sys.executable, "-c", "pass"])
    with Pool(2) as pool:
        pool.give(f"{HERE}:numbers", 0, 1)
        with pytest.raises(CannotStartError):
            gathered(pool)
    monkeypatch.undo()
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    with pytest.raises(CannotStartError):
        Pool(2)
