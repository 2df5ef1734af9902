"""`git pull` in a folder for which the user asked for it, with the git that is installed.

Hooks, prompts and programs named in the repository's own settings are switched off: a repository of a stranger must
not run anything by being read.
"""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

from tui_digest.desktop import programs
from tui_digest.errors import SourceError

if TYPE_CHECKING:
    from pathlib import Path

_QUIET = (
    "core.hooksPath=/dev/null",
    "core.fsmonitor=false",
    "core.askPass=",
    "credential.interactive=false",
    "protocol.ext.allow=never",
    "core.pager=cat",
    "gc.auto=0",
)
_PATIENCE = 120.0
"""Seconds."""


def pull(folder: Path) -> None:
    """Fast-forwards a checkout to its remote. Raises `source.git` where that fails or needs a merge, with the last line
    of git's error output as `reason`."""
    program = programs.find("git", os.environ)
    if program is None:
        raise SourceError("source.git", path=folder, reason="git?")
    environment = {
        **programs.environment(os.environ),
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_ASKPASS": "",
        "SSH_ASKPASS": "",
        "GIT_SSH_COMMAND": os.environ.get("GIT_SSH_COMMAND", "ssh -o BatchMode=yes"),
        "LC_ALL": "C",
    }
    settings = [word for each in _QUIET for word in ("-c", each)]
    command = [program, *settings, "-C", str(folder), "pull", "--ff-only", "--quiet", "--no-recurse-submodules"]
    try:
        done = subprocess.run(
            command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, timeout=_PATIENCE, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise SourceError("source.git", path=folder, reason=type(error).__name__) from error
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().split("\n")
        raise SourceError("source.git", path=folder, reason=" ".join(said[-1].split())[:200])
