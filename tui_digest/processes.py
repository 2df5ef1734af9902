"""Work on several processors: a few processes that do what they are told by the name of a function.

Python's own `multiprocessing` would run the program's first module again in each of them, and a process more that
watches over them. Here, as for `library.beside`, the new process is told just what to load. None is forked from one
with threads; where none can be started, whoever asked does the work itself.
"""

from __future__ import annotations

import gc
import os
import pickle
import queue
import selectors
import signal
import subprocess
import sys
import threading
from collections import deque
from contextlib import suppress
from importlib import import_module
from typing import IO, TYPE_CHECKING, Any

from tui_digest.files import write_whole

try:
    import fcntl
except ImportError:  # not on every system
    fcntl = None  # type: ignore[assignment]

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from types import TracebackType

MOST = 8
"""Processes at most: more would wait for the one that gathers what they did."""

AHEAD = 2
"""Pieces of work that each process has been told of: while it hands over one it begins the next."""

_PIPE = 1 << 20
"""Bytes that may lie in a pipe: what the system lets anybody ask for."""

_HEAD = 8
"""Bytes that say how long a message is."""

_KEEPING = {
    "MALLOC_TRIM_THRESHOLD_": f"{1 << 28}",
    "MALLOC_MMAP_THRESHOLD_": f"{1 << 28}",
    "MALLOC_TOP_PAD_": f"{1 << 24}",
}
"""Has the C library of Linux keep the memory that a piece of work took for the next one: to give it back and ask for it
again is a twentieth of the work. Others do not know these names."""

_READY, _DONE, _FAILED = range(3)

_PROGRAM = "import sys; sys.path[:] = sys.argv[1:]; from tui_digest.processes import main; main()"


class EndedError(Exception):
    """A process ended in the midst of its work; `work` is what it had been told of last, `code` how it ended."""

    def __init__(self, work: Sequence[Any], code: int | None) -> None:
        super().__init__(work, code)
        self.work, self.code = work, code


class CannotStartError(Exception):
    """No process can be started here."""


def processors() -> int:
    """How many processors this program may use."""
    try:
        return len(os.sched_getaffinity(0))
    except (AttributeError, OSError):  # not on every system
        return os.cpu_count() or 1


def command(program: str) -> list[str]:
    """The command that starts a Python process with a program text, whose arguments are the module search path of this
    one. Raises ValueError where there is no Python interpreter to start."""
    if not sys.executable or getattr(sys, "frozen", False):  # a program in one file has no other to offer
        raise ValueError(sys.executable)
    flags = {"-B": sys.flags.dont_write_bytecode, "-E": sys.flags.ignore_environment, "-s": sys.flags.no_user_site}
    # -P: what lies in the current folder is none of its modules, whatever it is called.
    options = ["-P", *(flag for flag, on in flags.items() if on)]
    return [sys.executable, *options, "-c", program, *map(os.path.abspath, sys.path)]


class Pool:
    """Some processes that work side by side. Use it in a `with` statement: at its end none of them is left, whatever
    they are doing."""

    def __init__(self, count: int) -> None:
        """Starts them, and does not wait for them. Raises `CannotStartError`."""
        self._waiting: deque[tuple[int, bytes, Any]] = deque()
        self._selector = selectors.DefaultSelector()
        self._workers: list[_Worker] = []
        self._given = 0
        self._open = 0
        try:
            for _ in range(count):
                self._workers.append(_Worker(self._selector))
        except (OSError, ValueError):
            if not self._workers:
                self._selector.close()
                raise CannotStartError from None

    def __enter__(self) -> Pool:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.end()

    def end(self) -> None:
        """Ends them."""
        for worker in self._workers:
            worker.end()
        self._selector.close()

    @property
    def size(self) -> int:
        """How many processes there are."""
        return len(self._workers)

    @property
    def pids(self) -> list[int]:
        """The processes."""
        return [worker.process.pid for worker in self._workers]

    @property
    def busy(self) -> int:
        """How much of the work is not done yet."""
        return self._open

    def give(self, function: str, *arguments: Any) -> int:
        """Has one of them call `function`, `package.module:name`, and returns the number of this work."""
        self._given += 1
        self._open += 1
        self._waiting.append((self._given, _packed((self._given, function, arguments)), arguments))
        self._hand_out()
        return self._given

    def done(self, *, wait: bool = True) -> Iterator[tuple[int, Any]]:
        """What was done since: the number and what the function returned; an exception of it is returned, too. `wait`
        until there is any, where anything is to come. Raises `EndedError` and `CannotStartError`."""
        told = False
        while self._open and not told:
            ready = self._selector.select(None if wait else 0)
            for key, _ in ready:
                worker: _Worker = key.data
                for number, result in worker.read():
                    told = True
                    self._open -= 1
                    yield number, result
                if worker.ended:
                    self._lose(worker)
            self._hand_out()
            if not wait:
                return

    def _hand_out(self) -> None:
        for worker in sorted(self._workers, key=lambda each: len(each.told)):
            while self._waiting and len(worker.told) < AHEAD:
                if not worker.tell(*self._waiting[0]):
                    break  # it is ending, which shows when it is read from
                self._waiting.popleft()

    def _lose(self, worker: _Worker) -> None:
        """One of them ended by itself. What it was told before it could begin is given to others."""
        self._workers.remove(worker)
        self._selector.unregister(worker.output)
        worker.end()
        if worker.ready:
            raise EndedError([arguments for _, _, arguments in worker.told.values()], worker.process.returncode)
        self._waiting.extendleft(reversed(worker.told.values()))
        if not self._workers:
            raise CannotStartError


class Crew:
    """The pool of one command, started when it is first asked for and kept for all that the command has to do. Use it
    in a `with` statement."""

    def __init__(self) -> None:
        self._pool: Pool | None = None
        self._asked = False

    def __enter__(self) -> Crew:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.end()

    def pool(self, pieces: int) -> Pool | None:
        """The pool, for so many pieces of work; None where this process does them itself: it is alone, or others cannot
        be started, or were and have ended."""
        count = min(processors(), MOST, pieces)
        if count > 1 and not self._asked:
            self._asked = True
            with suppress(CannotStartError):
                self._pool = Pool(count)
        return self._pool

    def end(self) -> None:
        """Ends the processes, whatever they are doing."""
        if self._pool is not None:
            self._pool.end()
            self._pool = None


class _Worker:
    """One process, seen from here. Raises OSError or ValueError where it cannot be started."""

    def __init__(self, selector: selectors.BaseSelector) -> None:
        self.told: dict[int, tuple[int, bytes, Any]] = {}
        """What it is at, and what comes next."""
        self.ready = self.ended = False
        self._buffer = bytearray()
        self.process = subprocess.Popen(
            command(_PROGRAM),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,
            env={**_KEEPING, **os.environ},
        )
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.output = self.process.stdout
        _widen(self.process.stdin, self.output)
        selector.register(self.output, selectors.EVENT_READ, self)

    def tell(self, number: int, message: bytes, arguments: Any) -> bool:
        """Tells it of a piece of work; False where it has ended, or ends now: one that was told half would wait for the
        other half, and those that wait for it with it."""
        assert self.process.stdin is not None
        try:
            write_whole(self.process.stdin.fileno(), message)
        except OSError:
            self.process.kill()
            return False
        # What was begun is not told again: only what it is called is kept, for it may be large.
        self.told[number] = (number, b"" if self.ready else message, arguments)
        return True

    def read(self) -> Iterator[tuple[int, Any]]:
        """What it has told meanwhile."""
        found = os.read(self.output.fileno(), _PIPE)
        self.ended = not found
        self._buffer += found
        while len(self._buffer) >= _HEAD:
            end = _HEAD + int.from_bytes(self._buffer[:_HEAD], "little")
            if len(self._buffer) < end:
                return
            kind, number, result = pickle.loads(memoryview(self._buffer)[_HEAD:end])  # of our own process
            del self._buffer[:end]
            if kind == _READY:
                self.ready = True
                continue
            del self.told[number]
            yield number, result if kind == _DONE else WorkError(result)

    def end(self) -> None:
        """Ends it, whatever it is doing, and waits until it is gone."""
        with suppress(OSError):
            self.process.kill()
        with self.process:  # closes the pipes
            pass


def _widen(*pipes: IO[bytes]) -> None:
    """Lets more lie in pipes, where that can be said: of what is too long for one, each part waits until the process at
    the other end, busy as it is, comes to take the one before."""
    if fcntl is not None and hasattr(fcntl, "F_SETPIPE_SZ"):
        for each in pipes:
            with suppress(OSError):
                fcntl.fcntl(each.fileno(), fcntl.F_SETPIPE_SZ, _PIPE)


class WorkError(Exception):
    """A function raised this in the other process; it is told as text."""


def _packed(message: Any) -> bytes:
    data = pickle.dumps(message, protocol=pickle.HIGHEST_PROTOCOL)
    return len(data).to_bytes(_HEAD, "little") + data


# -- in the other process --------------------------------------------------------------------------------------------


def main() -> None:
    """Does what comes in, until the pipe is closed: then the other side has ended, in whatever way, and so does this
    process, even in the midst of its work."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # what is typed at the terminal is meant for the one that started this
    output = os.dup(1)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # a stray print must not look like something told
    told: queue.SimpleQueue[tuple[int, str, tuple[Any, ...]]] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(told,), daemon=True).start()
    write_whole(output, _packed((_READY, 0, None)))
    gc.disable()  # what is made of one piece of work is garbage after it, and looked for once
    while True:
        number, function, arguments = told.get()
        try:
            module, _, name = function.partition(":")
            message = _packed((_DONE, number, getattr(import_module(module), name)(*arguments)))
        except Exception as error:
            message = _packed((_FAILED, number, repr(error)))
        write_whole(output, message)
        del message
        gc.collect(0)


def _listen(told: queue.SimpleQueue[tuple[int, str, tuple[Any, ...]]]) -> None:
    """Reads what is told, in a thread."""
    with open(0, "rb", closefd=False) as pipe:
        while len(head := pipe.read(_HEAD)) == _HEAD:
            told.put(pickle.loads(pipe.read(int.from_bytes(head, "little"))))
    os._exit(0)
