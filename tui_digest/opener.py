"""Opening a link in the reader's browser, or the reason why that is not done. Knows no screen and writes on none."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Literal
from urllib.parse import urlsplit

Reason = Literal["refused", "ssh", "no-display", "failed"]
"""`refused`: no http or https address. `ssh`: the browser would open on a machine nobody sits at. `no-display`: no
screen to open one on. `failed`: no program to open it with, or it could not be started."""
_SCHEMELESS = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}(?:[/?#]|$)", re.IGNORECASE)

Starter = Callable[[Sequence[str], Mapping[str, str]], None]


def open_url(
    url: str,
    environ: Mapping[str, str] | None = None,
    *,
    start: Starter | None = None,
    platform: str = sys.platform,
) -> Reason | None:
    """Hand a link to the browser; None once it was handed over, else why not. Never waits for the browser."""
    environ = os.environ if environ is None else environ
    if _SCHEMELESS.match(url):  # as it stands in many a digest: arxiv.org/abs/2307.12950
        url = f"https://{url}"
    if not _is_web_address(url):
        return "refused"
    if any(environ.get(name) for name in ("SSH_CONNECTION", "SSH_CLIENT", "SSH_TTY")):
        return "ssh"
    command = _command(environ, platform)
    if isinstance(command, str):
        return command
    try:
        (start or start_apart)([*command, url], environ)
    except OSError:
        return "failed"
    return None


def _is_web_address(url: str) -> bool:
    """Whether a browser may be given it: digests are texts of strangers, and `file:` or an option is not a link."""
    if any(c.isspace() or not c.isprintable() for c in url):
        return False
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)


def _command(environ: Mapping[str, str], platform: str) -> list[str] | Reason:
    """The program of this system that opens links, or why there is none."""
    if platform == "darwin":
        return ["open"]
    if platform == "win32":
        return [sys.executable, "-m", "webbrowser"]
    wsl = environ.get("WSL_DISTRO_NAME") or environ.get("WSL_INTEROP")
    names = ("wslview", "explorer.exe") if wsl else ("xdg-open",)
    found = next((name for name in names if shutil.which(name, path=environ.get("PATH"))), None)
    if not wsl and not (environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY")):
        return "no-display"
    # Python's own search for a browser is the last resort: it also knows $BROWSER and bare browser names.
    return [found] if found else [sys.executable, "-m", "webbrowser"]


def start_apart(command: Sequence[str], environ: Mapping[str, str]) -> None:
    """Start a program that shares neither terminal nor fate with us; raises OSError when it cannot be started."""
    silent = subprocess.DEVNULL
    process = subprocess.Popen(
        command, env=dict(environ), stdin=silent, stdout=silent, stderr=silent, start_new_session=True
    )
    # Somebody must wait for it, or it stays in the process table as long as the reader runs.
    threading.Thread(target=process.wait, daemon=True, name="opener").start()
