"""Text to the clipboard by the best way there is, and the truth about how it went.

The ways, best first: the machine's own tool (only where the user sits at this machine), tmux's buffer, the terminal
itself (OSC 52), a file. A way that fails hands the text to the next one. Nothing here writes to the terminal: the
sequence for it is handed back, because only the screen's owner may write there.
"""

from __future__ import annotations

import base64
import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

LIMIT = 74_000
"""Bytes of text that terminals are commonly said to take in one OSC 52; more goes into a file."""
TIMEOUT = 2.0
"""Seconds a tool may take: a clipboard tool without its server can hang for ever."""

Grade = Literal["copied", "offered", "sent", "file"]
Runner = Callable[[Sequence[str], bytes, Mapping[str, str]], bool]
"""Runs a command with these bytes on its standard input in this environment; whether it ended well and in time."""

_DEAF = ("dumb", "linux")
"""Kinds of terminal (TERM) that are known to have no clipboard to write to."""
_SCREEN_CHUNK = 240
"""GNU screen passes on sequences of at most 256 bytes in its older versions."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a copy went: nothing in it is more than what is known."""

    grade: Grade
    """`copied`: read back from the clipboard, or its tool said so. `offered`: in tmux's buffer, and offered to the
    terminal. `sent`: to the terminal once the caller writes `osc52`, which no terminal confirms. `file`: in `path`."""
    way: str
    """`pbcopy`, `clip.exe`, `wl-copy`, `xclip`, `xsel`, `windows`, `tmux`, `osc52` or `file`."""
    path: Path | None = None
    osc52: str | None = None
    """What the caller must now write to its terminal, else None."""


def copy(
    text: str, environ: Mapping[str, str] | None = None, *, run: Runner | None = None, spill: Path | None = None
) -> Outcome:
    """Copy a text exactly as it is. Raises OSError only when not even a file could be written.

    `spill` is the folder for that file; without it, the state folder.
    """
    environ = os.environ if environ is None else environ
    run = run_quietly if run is None else run
    data = text.encode("utf-8", "replace")
    native = native_way(environ)
    if native is not None and run(_native_command(native), data, environ):
        return Outcome("copied", native)
    if len(data) <= LIMIT:
        if environ.get("TMUX") and (outcome := _through_tmux(data, environ, run)):
            return outcome
        if environ.get("TERM", "") not in _DEAF:
            return Outcome("sent", "osc52", osc52=osc52(data, environ))
    return Outcome("file", "file", path=_write(data, spill or _state(environ)))


def remote(environ: Mapping[str, str]) -> bool:
    """Whether the user sits at another machine than the one this runs on."""
    return any(environ.get(name) for name in ("SSH_CONNECTION", "SSH_CLIENT", "SSH_TTY"))


def wsl(environ: Mapping[str, str]) -> bool:
    """Whether this is Linux inside Windows (WSL), whose clipboard and browser are those of Windows."""
    return any(environ.get(name) for name in ("WSL_DISTRO_NAME", "WSL_INTEROP"))


def native_way(environ: Mapping[str, str], platform: str = sys.platform) -> str | None:
    """The tool that reaches the clipboard of the machine that the user sits at; None where there is none."""
    from tui_digest.desktop import programs  # here, and not above: this file is a small program of its own, too

    if remote(environ):
        return None  # a tool would fill the clipboard of the other machine
    if platform == "darwin":
        return "pbcopy"
    if platform == "win32":
        return "windows"
    wanted: list[tuple[bool, str]] = [
        (wsl(environ), "clip.exe"),
        (bool(environ.get("WAYLAND_DISPLAY")), "wl-copy"),
        (bool(environ.get("DISPLAY")), "xclip"),
        (bool(environ.get("DISPLAY")), "xsel"),
    ]
    return next((tool for here, tool in wanted if here and programs.find(tool, environ)), None)


def osc52(data: bytes, environ: Mapping[str, str], selection: str = "c") -> str:
    """The escape sequence (OSC 52) that asks a terminal to take the bytes, wrapped for tmux or GNU screen where one
    runs between. `selection` is `c` for the clipboard or `p` for PRIMARY."""
    sequence = f"\x1b]52;{selection};{base64.b64encode(data).decode('ascii')}\x07"
    if environ.get("TMUX"):
        # tmux takes the plain one or lets the wrapped one through, as it is set; the other is silently dropped.
        return sequence + "\x1bPtmux;" + sequence.replace("\x1b", "\x1b\x1b") + "\x1b\\"
    if environ.get("STY"):
        chunks = (sequence[i : i + _SCREEN_CHUNK] for i in range(0, len(sequence), _SCREEN_CHUNK))
        return "".join(f"\x1bP{chunk}\x1b\\" for chunk in chunks)
    return sequence


def run_quietly(command: Sequence[str], data: bytes, environ: Mapping[str, str]) -> bool:
    """Run a command without a word on the screen; False when it fails, is missing or takes too long."""
    from tui_digest.desktop import programs

    program = programs.find(command[0], environ)
    if program is None:
        return False
    # Files, not pipes, for what it says: xclip stays in the background and would hold a pipe open.
    silent = subprocess.DEVNULL
    try:
        done = subprocess.run(
            [program, *command[1:]],
            input=data,
            env=programs.environment(environ),
            cwd=programs.NOWHERE,
            stdout=silent,
            stderr=silent,
            timeout=TIMEOUT,
            check=False,
        )
    except (OSError, subprocess.SubprocessError):
        return False
    return done.returncode == 0


def _native_command(way: str) -> list[str]:
    """This very file as a small program (see its end).

    pyperclip has no time limit, looks at no exit code, and lets its tools write to the terminal we paint on; in a
    process of its own it can be timed, silenced and asked whether the text arrived.
    """
    return [sys.executable, "-P", __file__, way]


def _through_tmux(data: bytes, environ: Mapping[str, str], run: Runner) -> Outcome | None:
    if run(["tmux", "load-buffer", "-w", "-"], data, environ):
        return Outcome("offered", "tmux")
    # Before 3.2 there is no `-w`, and tmux lets wrapped sequences through: the terminal is offered the text that way.
    if run(["tmux", "load-buffer", "-"], data, environ):
        return Outcome("offered", "tmux", osc52=osc52(data, environ))
    return None


def _state(environ: Mapping[str, str]) -> Path:
    from tui_digest import paths

    return paths.locate(environ).state


def _write(data: bytes, folder: Path) -> Path:
    """The text in a file that only the user can read; each copy replaces the one before."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / "copied.txt"
    unfinished = folder / f".copied.{os.getpid()}.tmp"
    unfinished.unlink(missing_ok=True)
    try:
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
        descriptor = os.open(unfinished, flags, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
    return path


_Name = Literal["pbcopy", "wl-clipboard", "xclip", "xsel", "windows"]
_TOOLS: dict[str, _Name] = {
    "pbcopy": "pbcopy",
    "wl-copy": "wl-clipboard",
    "xclip": "xclip",
    "xsel": "xsel",
    "windows": "windows",
}
"""Our names of the ways, and pyperclip's; `clip.exe` it finds by itself."""


def _native(way: str) -> int:
    """Copy standard input by one tool, and read it back; the exit code says whether it is there."""
    import pyperclip

    text = sys.stdin.buffer.read().decode("utf-8")
    if way in _TOOLS:
        pyperclip.set_clipboard(_TOOLS[way])
    pyperclip.copy(text)
    if way == "clip.exe":
        return 0  # reading back starts a PowerShell, which takes seconds
    return 0 if pyperclip.paste().replace("\r\n", "\n") == text.replace("\r\n", "\n") else 1


if __name__ == "__main__":
    sys.exit(_native(sys.argv[1]))
