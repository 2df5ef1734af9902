"""Opening a link in the user's browser, or a file in what shows such, or the reason why that is not done. Knows no
screen and writes on none.

First the setting `browser`, then `$BROWSER` (both over SSH, too: whoever sets them knows where they lead), then the
program of the system. None is run by a shell, and none is looked for in the current folder.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import PurePath
from typing import Literal
from urllib.parse import urlsplit

from tui_digest.desktop import programs
from tui_digest.desktop.clipboard import remote, wsl

Reason = Literal["refused", "ssh", "no-display", "failed"]
"""`refused`: no http or https address. `ssh`: the browser would open on a machine nobody sits at. `no-display`: no
screen to open one on. `failed`: no program to open it with, or it could not be started, or ended with an error."""

PATIENCE = 1.0
"""Seconds within which an opener that fails is noticed. A browser that is still running then has opened the link."""

_SCHEMELESS = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}(?:[/?#]|$)", re.IGNORECASE)
_IN_TERMINALS = {"browsh", "carbonyl", "elinks", "links", "links2", "lynx", "w3m", "www-browser"}
"""Browsers that need a terminal, which the app uses itself; without one they show nothing and end with success."""
_TELLS_NOTHING = "explorer.exe"
"""A program whose exit code is 1 even where it opened the link."""
_PYTHONS = "import sys, webbrowser; sys.exit(not webbrowser.open(sys.argv[1]))"

Starter = Callable[[Sequence[str], Mapping[str, str]], int | None]
"""Starts a program and returns its exit code, or None where it runs on; raises OSError where it cannot be started."""


def open_url(
    url: str,
    environ: Mapping[str, str] | None = None,
    *,
    browser: str = "",
    start: Starter | None = None,
    platform: str = sys.platform,
) -> Reason | None:
    """Hand a link to the browser; None once it was handed over, else why not. Takes up to `PATIENCE` a program.

    `browser` is the setting: a command, with `%s` where the link goes, or else it goes last.
    """
    ways = ways_to_open(url, environ, browser=browser, platform=platform)
    return ways if isinstance(ways, str) else try_ways(ways, environ, start=start)


def ways_to_open(
    url: str, environ: Mapping[str, str] | None = None, *, browser: str = "", platform: str = sys.platform
) -> list[list[str]] | Reason:
    """The commands that would open the link, best first, or the reason why none does. Starts nothing."""
    environ = os.environ if environ is None else environ
    if _SCHEMELESS.match(url):  # as it stands in many a digest: arxiv.org/abs/2307.12950
        url = f"https://{url}"
    if not _is_web_address(url):
        return "refused"
    if browser.strip():
        chosen = _command(browser, url, environ)
        return [chosen] if chosen else "failed"
    # As Python and xdg-open read it: commands, separated by colons.
    asked = [_command(each, url, environ) for each in environ.get("BROWSER", "").split(os.pathsep)]
    ways = [command for command in asked if command is not None]
    if remote(environ):
        return ways or "ssh"
    own = _of_the_system(environ, platform)
    return ways or own if isinstance(own, str) else [*ways, [*own, url]]


def ways_to_open_file(
    path: PurePath, environ: Mapping[str, str] | None = None, *, viewer: str = "", platform: str = sys.platform
) -> list[list[str]] | Reason:
    """The commands that would open a file of the user's, best first, or the reason why none does. `viewer` is a
    setting: a command, with `%s` where the file goes, or else it goes last. Starts nothing."""
    environ = os.environ if environ is None else environ
    if viewer.strip():
        chosen = _command(viewer, str(path), environ)
        return [chosen] if chosen else "failed"
    if remote(environ):
        return "ssh"
    own = _of_the_system(environ, platform)
    return own if isinstance(own, str) else [[*own, str(path)]]


def try_ways(
    ways: Sequence[Sequence[str]], environ: Mapping[str, str] | None = None, *, start: Starter | None = None
) -> Reason | None:
    """Starts one after the other until one does not fail at once; None then, else `failed`."""
    environ = os.environ if environ is None else environ
    for command in ways:
        try:
            code = (start or start_apart)(command, environ)
        except OSError:
            continue
        if not code or PurePath(command[0]).name == _TELLS_NOTHING:
            return None
    return "failed"


def _is_web_address(url: str) -> bool:
    """Whether a browser may be given it: digests are texts of strangers, and `file:` or an option is not a link."""
    if any(c.isspace() or not c.isprintable() for c in url):
        return False
    try:
        parts = urlsplit(url)
        _ = parts.port  # raises where it is no number
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)


def _command(text: str, url: str, environ: Mapping[str, str]) -> list[str] | None:
    """A command of the user's with the link in it; None where there is no such program, or it needs a terminal."""
    try:
        name, *words = shlex.split(text)
    except ValueError:  # nothing, or a quotation mark without its other
        return None
    program = programs.find(name, environ)
    if program is None or PurePath(program).name in _IN_TERMINALS:
        return None
    placed = [word.replace("%s", url) for word in words]
    return [program, *placed] if placed != words else [program, *words, url]


def _of_the_system(environ: Mapping[str, str], platform: str) -> list[str] | Reason:
    """The program of this system that opens links, or why there is none."""
    # Python's own search for a browser is the last resort. -I: its modules are not looked for where the user stands.
    last_resort = [sys.executable, "-I", "-c", _PYTHONS]
    if platform == "win32":
        return last_resort
    in_windows = wsl(environ)
    names = ("open",) if platform == "darwin" else ("wslview", "explorer.exe") if in_windows else ("xdg-open",)
    found = next(filter(None, (programs.find(name, environ) for name in names)), None)
    if platform != "darwin" and not in_windows and not (environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY")):
        return "no-display"
    return [found] if found else last_resort


def start_apart(command: Sequence[str], environ: Mapping[str, str]) -> int | None:
    """Starts a program in a session of its own, without our terminal, so that it goes on when we end. Its exit code
    where it ends within `PATIENCE`, else None. Raises OSError when it cannot be started."""
    silent = subprocess.DEVNULL
    process = subprocess.Popen(
        command,
        env=programs.environment(environ),
        cwd=programs.NOWHERE,
        stdin=silent,
        stdout=silent,
        stderr=silent,
        start_new_session=True,
    )
    try:
        return process.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        # Waited for, or it would stay in the process table (as a zombie) for as long as the app runs.
        threading.Thread(target=process.wait, daemon=True, name="opener").start()
        return None
