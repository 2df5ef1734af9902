"""The housekeeping process itself, which `beside` starts. It reads a job from its standard input, a line of JSON, and
writes messages to its standard output, one a line; its standard error is discarded.

It never writes to the terminal. When its input is closed the app has ended, in whatever way: then the work stops at its
next step, and the process exits within `PATIENCE` seconds. No file is ever half written.
"""

from __future__ import annotations

import gc
import json
import os
import signal
import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tui_digest.library.jobs import Job

NICE = 15
"""The niceness of the process: the app and other programs of the user go first."""

PATIENCE = 2.0
"""Seconds until the process exits, even in the middle of a step, once the app has ended."""

ACTING = 60.0
"""Seconds that an act of the user may take then: it was asked for."""

COMMAND = "import sys; sys.path[:] = sys.argv[1:]; from tui_digest.library.child import main; main()"
"""The program text for the interpreter; its arguments are the module search path of the app."""


class Parent:
    """The app, at the other end of the two pipes."""

    def __init__(self, patience: float) -> None:
        self._patience = patience
        self.gone = threading.Event()
        self._out = os.dup(1)
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # a stray print must not look like something told

    def watch(self) -> None:
        """Waits, in a thread, until the app closes the pipe; then sets `gone`, and exits after `PATIENCE` seconds."""
        with suppress(OSError):
            while os.read(0, 4096):
                pass
        self.gone.set()
        time.sleep(self._patience)
        os._exit(1)

    def tell(self, told: list[Any]) -> None:
        """Sends one message; does nothing where the app has ended."""
        data = json.dumps(told).encode() + b"\n"
        try:
            while data:
                data = data[os.write(self._out, data) :]
        except OSError:
            self.gone.set()


def main() -> None:
    """Does the job that comes in, and exits."""
    # What is typed at the app's terminal is meant for the app, which tells when it is over.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for name in ("SIGHUP", "SIGTERM"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_DFL)
    from tui_digest.library.jobs import ACTS, Job

    try:
        asked, lang = json.loads(_line())
    except ValueError:  # the app ended before it could send the job
        return
    job = Job(*asked)
    if job.name not in ACTS:
        with suppress(OSError):
            os.nice(NICE)
    parent = Parent(ACTING if job.name in ACTS else PATIENCE)
    parent.tell(["begun", os.getpid()])
    threading.Thread(target=parent.watch, daemon=True, name="watch").start()
    gc.disable()  # what is made stays until the end
    _do(job, lang, parent)


def _do(job: Job, lang: str, parent: Parent) -> None:
    from tui_digest.errors import DigestError, log_unexpected
    from tui_digest.i18n import Translator
    from tui_digest.library.housekeeping import do

    try:
        do(job, parent.tell, parent.gone.is_set)
    except DigestError as error:
        parent.tell(["notice", error.message_id, error.details])
    except Exception as error:  # nobody else would hear of it
        parent.tell(["sentence", log_unexpected(job.paths.log, Translator(lang), error)])


def _line() -> bytes:
    found = b""
    while not found.endswith(b"\n") and (more := os.read(0, 65536)):
        found += more
    return found
