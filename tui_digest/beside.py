"""Half of a long piece of work, done by a second interpreter on a second core while the first does the other half.

Whatever goes wrong with it, the caller is told that there is no result and does that half, too: so nothing depends on
processes but the time that it takes.
"""

from __future__ import annotations

import gc
import os
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

T = TypeVar("T")


@contextmanager
def beside(work: Callable[..., T], *args: object) -> Iterator[Callable[[], T | None]]:
    """Has `work`, a function of a module, done by another process; yields what waits for its result, which is None
    where there is none. The process ends with the block, done or not."""
    from multiprocessing import get_context

    context = get_context("spawn")  # a fork would copy locks and threads as they happen to be
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_run, args=(theirs, work, args), daemon=True)

    def result() -> T | None:
        with suppress(EOFError, OSError):
            found: T = ours.recv()
            return found
        return None

    try:
        with suppress(OSError):  # no process, no result
            process.start()
        theirs.close()
        yield result
    finally:
        ours.close()
        if process.pid is not None:
            process.kill()
            process.join()


def cores() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def halves(sizes: Sequence[int], least: int) -> int:
    """How many of some pieces of work, of these sizes, make up the first half; all of them where a second process is
    not worth its start: on one core, or below so much in all."""
    whole = sum(sizes)
    if whole < least or cores() < 2:
        return len(sizes)
    done = 0
    for number, size in enumerate(sizes):
        if 2 * done >= whole:
            return number
        done += size
    return len(sizes)


def _run(connection: Connection[Any, Any], work: Callable[..., T], args: Sequence[object]) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for the process that waits
    gc.disable()  # all that is made is sent away
    with suppress(Exception):  # the caller does it itself then, and meets the same
        connection.send(work(*args))
