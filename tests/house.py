"""What is done beside a reader, broken: its process killed at random moments, its disk full at every call."""

from __future__ import annotations

import errno
import os
import queue
import random
import shutil
import signal
import sys
import time
from pathlib import Path
from typing import Any
from unittest import mock

from tests import faults
from tests.faults import MARKING, Outcome, Stage, Trap, _settled, _trapped, carry_out, compare, random_act
from tests.model import keys_of
from tui_digest.errors import StoreError
from tui_digest.library import Library, beside, housekeeping
from tui_digest.library.child import COMMAND
from tui_digest.library.jobs import Told
from tui_digest.store.search import never

_ALL_OF_IT = (
    "import sys; sys.path[:] = sys.argv[1:]; from tui_digest.library import lists; "
    "from tui_digest.store import search; lists.INDEX_FROM = search.SCAN_BELOW = 0; "
)
"""Before a child's own command: a small library gets an index, too."""


def command(first: str = _ALL_OF_IT) -> list[str]:
    """A child that does something first."""
    return [sys.executable, "-P", "-c", first + COMMAND, *sys.path]


def begun(library: Library, name: str = "house", first: str = _ALL_OF_IT) -> tuple[beside.InProcess, queue.Queue[Any]]:
    """A job begun in a process of its own, and what it tells; that it has begun is heard already."""
    told: queue.Queue[Told | BaseException | None] = queue.Queue()
    with mock.patch.object(beside, "command", return_value=command(first)):
        work = beside.InProcess(library.job(name)._replace(fold=True), "en", told.put)
    assert told.get(timeout=60) == ["begun", work.process.pid]
    return work, told


def killed(root: Path, kills: int, seed: int) -> Outcome:
    """Keeps house in a child and kills it at random moments, while the user goes on: nothing that was done is lost, the
    index answers as a look at every text does, and the next round can be kept."""
    outcome, chance = (
        Outcome("the housekeeping process killed at random moments, while papers are marked"),
        random.Random(seed),
    )
    stage = faults.begun().copy(root)
    library = stage.open()
    marking = {name: weight for name, weight in MARKING.items() if name not in ("reopen", "fold", "undo", "redo")}
    for kill in range(kills):
        work, _ = begun(library)
        until = time.monotonic() + chance.random() * 0.25
        while time.monotonic() < until:
            act = random_act(chance, kill, marking)
            carry_out(stage, library, act)
            stage.model.act(act)
            outcome.checked += 1
        work.process.send_signal(signal.SIGKILL)
        work.process.wait()
        work.end()
        outcome.times += 1
        try:
            library.refresh()
            compare(library, stage.model)
            again = stage.open()
            outcome.said.update(notice.message_id for notice in again.notices)
            compare(again, stage.model)
            shutil.rmtree(stage.paths.backups, ignore_errors=True)  # so that the next one makes it again
            stage.paths.search.unlink(missing_ok=True)
        except (AssertionError, StoreError) as error:
            outcome.lost.append(f"kill {kill}: {error}")
    try:
        _whole_round(stage)
    except (AssertionError, StoreError) as error:
        outcome.lost.append(f"after all: {error}")
    return outcome


def _whole_round(stage: Stage) -> None:
    told: list[Told] = []
    housekeeping.do(stage.open().job("house")._replace(fold=True), told.append, never)
    assert [each[0] for each in told if each[0] in ("folded", "kept")] == ["folded", "kept"], told
    compare(stage.open(), stage.model)


def at_every_call(root: Path, number: int | None, *, step: int = 1) -> Outcome:
    """Keeps house with a fault at its first call, its second, and so on, until it meets none."""
    outcome = Outcome(f"housekeeping, {'killed' if number is None else errno.errorcode[number]} at every call")
    first = faults.begun().copy(root / "first")
    first.prepare([["set", "read", keys_of("d3", 2), True]], fold=False)
    shutil.rmtree(first.paths.cache)

    def keep(stage: Stage) -> None:
        with mock.patch("tui_digest.library.lists.INDEX_FROM", 0), mock.patch("tui_digest.store.search.SCAN_BELOW", 0):
            housekeeping.do(stage.open().job("house")._replace(fold=True), lambda told: None, never)

    for at in range(1, 200, step):
        stage = first.copy(root / f"{at}")
        told = _trapped(stage, Trap(at, number, half=True), keep, [])
        told = [each for each in told if each[0] != "begin"]  # it is no act: nothing is to be done again
        outcome.times += 1
        outcome.checked += len(stage.model.marks)
        if _settled(stage, told, outcome, f"call {at}"):
            _whole_round(stage)
        shutil.rmtree(stage.paths.data.parent)
        if ("whole", True) in told:
            return outcome
    raise AssertionError("it never ended")


def gone(pid: int, patience: float = 30.0) -> bool:
    """Whether a process that is nobody's child here ends."""
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        if _is_zombie(pid):
            return True
        time.sleep(0.01)
    return False


def _is_zombie(pid: int) -> bool:
    """Whether it has ended, and only its parent has not looked; nobody may be there to look, in a container."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return False
