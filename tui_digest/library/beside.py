"""Has a job done beside the app: in a process of its own, or where none can be started, in a thread.

Python's own `multiprocessing` would run the program's first module again in the new process, and a second process
that watches over the first. Here the new one is told just what to load, and knows of no terminal and of no Textual.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import threading
from contextlib import suppress
from typing import TYPE_CHECKING

from tui_digest import processes
from tui_digest.library.child import COMMAND
from tui_digest.library.housekeeping import do

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable

    from tui_digest.library.jobs import Job, Told

    Hear = Callable[[Told | BaseException | None], None]
    """Called with each message, and at the end with the error that ended the job, or None."""


async def doing(job: Job, lang: str) -> AsyncGenerator[Told, None]:
    """Does a job, and yields its messages as they come. Leaving the loop ends the job. `lang` is the language of the
    log.

    Raises `DigestError` where a job in a thread does.
    """
    loop, heard = asyncio.get_running_loop(), asyncio.Queue["Told | BaseException | None"]()

    def hear(told: Told | BaseException | None) -> None:
        with suppress(RuntimeError):  # the loop is closed: the app has ended
            loop.call_soon_threadsafe(heard.put_nowait, told)

    work = started(job, lang, hear)
    try:
        begun = False
        while True:
            told = await heard.get()
            if told is None and not begun:  # its interpreter does not start, or lacks our modules
                begun, work = True, InThread(job, hear)
            elif told is None:
                return
            elif isinstance(told, BaseException):
                raise told
            elif told[0] == "begun":
                begun = True
            else:
                begun = True
                yield told
    finally:
        work.end()


def started(job: Job, lang: str, hear: Hear) -> InProcess | InThread:
    """Starts the job: in a process, or in a thread where no process can be started."""
    try:
        return InProcess(job, lang, hear)
    except (OSError, ValueError):
        return InThread(job, hear)


class InProcess:
    """A job in a process of its own. Raises OSError or ValueError where it cannot be started."""

    def __init__(self, job: Job, lang: str, hear: Hear) -> None:
        self._hear = hear
        self.process = process = subprocess.Popen(
            command(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            pass_fds=() if job.before is None else job.before[:1],
            # Ctrl+C and Ctrl+Z are the app's. Not in a session of its own: there it would go first again on systems
            # that share the processors between sessions.
            process_group=0,
        )
        assert process.stdin is not None
        with suppress(BrokenPipeError):  # it is gone already, which shows at the end of what it tells
            process.stdin.write(json.dumps([job, lang]).encode() + b"\n")
            process.stdin.flush()
        threading.Thread(target=self._listen, daemon=True, name="beside").start()

    def end(self) -> None:
        """Tells the process to stop, and returns at once."""
        assert self.process.stdin is not None
        with suppress(OSError):
            self.process.stdin.close()

    def _listen(self) -> None:
        """Reads the messages, in a thread; waits for the process, too, so that no zombie is left."""
        with self.process as process:
            assert process.stdout is not None
            for line in process.stdout:
                with suppress(ValueError):  # it was killed in the middle of a line
                    self._hear(json.loads(line))
        self._hear(None)


class InThread:
    """A job in a thread of the app: the result is the same, but keys may have to wait for it."""

    def __init__(self, job: Job, hear: Hear) -> None:
        self._job, self._hear, self._stop = job, hear, threading.Event()
        threading.Thread(target=self._work, daemon=True, name="beside").start()

    def end(self) -> None:
        """Ends it at its next step."""
        self._stop.set()

    def _work(self) -> None:
        try:
            do(self._job, self._hear, self._stop.is_set)
        except BaseException as error:
            self._hear(error)
        else:
            self._hear(None)


def command() -> list[str]:
    """The command that starts the process. Raises ValueError where there is no Python interpreter to start."""
    return processes.command(COMMAND)
