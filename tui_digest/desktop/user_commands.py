"""Runs a command of the user's own. What it is about comes in the environment and on standard input; the text that the
shell gets is the user's, to the letter."""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any, Literal, NamedTuple

from tui_digest.desktop import programs
from tui_digest.text.cleaning import clean

PREFIX = "TUI_DIGEST_"
"""What the variables begin with that tell of papers."""

OURS = PREFIX + "HOME"
"""The one that tells the program itself something: a command may call it."""

_KEPT = 4096
"""Bytes of what a command says that are kept, from the end."""
_LOOK, _GRACE = 0.02, 0.5
"""Seconds between two looks whether it has ended; for which what it said is waited for afterwards, and for which it may
go by itself when it is told to end."""


class Given(NamedTuple):
    """What a command is told."""

    variables: Mapping[str, str]
    """By name without `PREFIX`, each of one line."""
    pieces: Iterable[bytes]
    """What comes on standard input. It is made before the command starts, and kept in a file, not in memory."""


class Ended(NamedTuple):
    """How a command ended."""

    how: Literal["done", "failed", "timeout", "stopped", "unstarted"]
    code: int = 0
    """Its exit code; below zero the signal that ended it."""
    said: str = ""
    """The last line that it said: of its output where all went well, else of its errors. Or why it did not start."""


def run(text: str, given: Given, *, timeout: float = 0, stopped: Callable[[], bool] = lambda: False) -> Ended:
    """Run it beside the app, in a session of its own, until it ends, `timeout` seconds passed (0: for ever), or it is
    `stopped`; then all that it started is ended, too. Raises what making its input raises."""
    pipe = subprocess.PIPE
    try:
        with _input(given) as file:
            process = subprocess.Popen(**_shell(text), env=_environment(given.variables), cwd=_home(), stdin=file,
                                       stdout=pipe, stderr=pipe, start_new_session=True)  # fmt: skip
    except (OSError, ValueError) as error:
        return Ended("unstarted", said=_one_line(str(error)))
    assert process.stdout
    assert process.stderr
    out, errors = _Tail(process.stdout), _Tail(process.stderr)
    how = _wait(process, time.monotonic() + timeout if timeout else None, stopped)
    for tail in (out, errors):  # what it left running in the background may hold them open
        tail.thread.join(_GRACE)
    code = process.returncode
    if how is not None:
        return Ended(how, code, errors.last_line())
    return Ended("done", 0, out.last_line()) if code == 0 else Ended("failed", code, errors.last_line())


def run_here(text: str, given: Given) -> Ended:
    """Run it with the terminal, and wait for it. What is typed there is its; what it is told is in the file that
    `TUI_DIGEST_JSON` names. Raises what making that raises."""
    try:
        with _named(given) as name, _keys_are_its():
            environment = _environment({**given.variables, "JSON": name})
            code = subprocess.Popen(**_shell(text), env=environment, cwd=_home()).wait()
    except (OSError, ValueError) as error:
        return Ended("unstarted", said=_one_line(str(error)))
    return Ended("done" if code == 0 else "failed", code)


def run_through(text: str, given: Given, *, timeout: float = 0) -> Ended:
    """Run it for a command line: what it says goes where ours goes. Raises what making its input raises."""
    try:
        with _input(given) as file:
            process = subprocess.Popen(**_shell(text), env=_environment(given.variables), cwd=_home(), stdin=file)
    except (OSError, ValueError) as error:
        return Ended("unstarted", said=_one_line(str(error)))
    try:
        code = process.wait(timeout or None)
    except subprocess.TimeoutExpired:
        process.kill()
        return Ended("timeout", process.wait())
    except BaseException:  # Ctrl+C, which it got as well
        process.terminate()
        raise
    return Ended("done" if code == 0 else "failed", code)


def _wait(
    process: subprocess.Popen[bytes], until: float | None, stopped: Callable[[], bool]
) -> Literal["timeout", "stopped"] | None:
    """Wait for its end, or end it; why, where that was done."""
    while process.poll() is None:
        late = until is not None and time.monotonic() > until
        if stopped() or late:
            _end(process)
            return "timeout" if late else "stopped"
        with suppress(subprocess.TimeoutExpired):
            process.wait(_LOOK)
    return None


def _shell(text: str) -> dict[str, Any]:
    """The shell with the text as its own argument."""
    return {"args": text, "shell": True} if os.name == "nt" else {"args": ["/bin/sh", "-c", text]}


def _home() -> Path:
    """The user's home: a command takes nothing from the folder that the app was started in."""
    try:
        home = Path.home()
    except RuntimeError:
        return programs.NOWHERE
    return home if home.is_dir() else programs.NOWHERE


def _environment(variables: Mapping[str, str]) -> dict[str, str]:
    """The environment, with the variables about papers and none that an outer command left there."""
    there = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX) or name == OURS}
    return {**programs.environment(there), **{PREFIX + name: value for name, value in variables.items()}}


@contextmanager
def _input(given: Given) -> Iterator[IO[bytes]]:
    """What the command is to read, in a file without a name."""
    with tempfile.TemporaryFile(prefix="tui-digest-") as file:
        file.writelines(given.pieces)
        file.seek(0)
        yield file


@contextmanager
def _named(given: Given) -> Iterator[str]:
    """The same in a file that only the user can read; its name. It is gone afterwards."""
    handle, name = tempfile.mkstemp(prefix="tui-digest-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.writelines(given.pieces)
        yield name
    finally:
        with suppress(OSError):
            Path(name).unlink()


@contextmanager
def _keys_are_its() -> Iterator[None]:
    """Ctrl+C and the like end the command and not the app. Handlers, for what is ignored would be ignored by the
    command as well; and Ctrl+Z stops both."""
    if os.name == "nt" or threading.current_thread() is not threading.main_thread():
        yield
        return
    ours: dict[int, Any] = {number: lambda *_: None for number in (signal.SIGINT, signal.SIGQUIT)}
    ours[signal.SIGTSTP] = signal.SIG_DFL
    before = {number: signal.signal(number, handler) for number, handler in ours.items()}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ends the command and what it started."""
    for number in (signal.SIGTERM, getattr(signal, "SIGKILL", signal.SIGTERM)):
        with suppress(OSError):
            if hasattr(os, "killpg"):
                os.killpg(process.pid, number)
            else:
                process.kill()
        with suppress(subprocess.TimeoutExpired):
            process.wait(_GRACE)
            if number != signal.SIGTERM:
                return
    process.wait()


class _Tail:
    """The end of what comes through a pipe; the rest is read and forgotten, so that nobody waits to write it."""

    def __init__(self, pipe: IO[bytes]) -> None:
        self._pipe, self._kept = pipe, b""
        self.thread = threading.Thread(target=self._read, daemon=True)
        self.thread.start()

    def _read(self) -> None:
        with suppress(OSError, ValueError), self._pipe:
            while chunk := os.read(self._pipe.fileno(), 65536):
                self._kept = (self._kept + chunk)[-_KEPT:]

    def last_line(self) -> str:
        """The last line with something in it, fit to be shown."""
        lines = [_one_line(line) for line in self._kept.decode("utf-8", "replace").splitlines()]
        return next((line for line in reversed(lines) if line), "")


def _one_line(text: str) -> str:
    return " ".join(clean(text).split())
