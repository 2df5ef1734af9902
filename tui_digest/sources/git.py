"""`git pull` in a folder for which the user asked for it, with the git that is installed.

Hooks and prompts are switched off. Settings of the repository's own that name a program, or a place to write to, are
switched off, or nothing is pulled: a repository of a stranger must not run anything by being read. The user's own
settings hold.
"""

from __future__ import annotations

import os
import re
import subprocess
from typing import TYPE_CHECKING

from tui_digest.desktop import programs
from tui_digest.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

_QUIET = (
    "core.hooksPath=/dev/null",
    "core.fsmonitor=false",
    "core.askPass=",
    "credential.interactive=false",
    "protocol.ext.allow=never",
    "core.pager=cat",
    "gc.auto=0",
    "maintenance.auto=false",
)
_PROGRAMS = re.compile(
    r"credential\.(?:.*\.)?helper|filter\..*\.(?:clean|smudge|process)|remote\..*\.(?:uploadpack|receivepack|vcs)|gpg\..*program"
    r"|core\.(?:gitproxy|alternaterefscommand|worktree)|diff\..*\.(?:command|textconv)|diff\.external|merge\..*\.driver"
)
"""Settings, in small letters, that name programs, or a place to write to, and cannot be switched off for one pull."""
_LARGE_FILES = re.compile(r"filter\.lfs\.\w+\ngit-lfs [\w %-]+")
"""What git-lfs writes into a repository's settings."""
_PATIENCE = 120.0
"""Seconds."""


def pull(folder: Path) -> None:
    """Fast-forwards a checkout to its remote. Raises `source.git` where that fails or needs a merge, with the last line
    of git's error output as `reason`, and `source.git_program` where its own settings name a program."""
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
    git = [program, *settings, "-C", str(folder)]
    told = _run([*git, "config", "--list", "--show-scope", "-z"], environment, folder).split("\0")
    for scope, setting in zip(told[::2], told[1::2], strict=False):
        name = setting.partition("\n")[0]
        if scope in ("local", "worktree") and _PROGRAMS.fullmatch(name.lower()) and not _LARGE_FILES.fullmatch(setting):
            raise SourceError("source.git_program", path=folder, name=name)
    _run([*git, "pull", "--ff-only", "--quiet", "--no-recurse-submodules"], environment, folder)


def _run(command: Sequence[str], environment: Mapping[str, str], folder: Path) -> str:
    """What a command prints. Raises `source.git`."""
    try:
        done = subprocess.run(
            command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, timeout=_PATIENCE, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise SourceError("source.git", path=folder, reason=type(error).__name__) from error
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().split("\n")
        raise SourceError("source.git", path=folder, reason=" ".join(said[-1].split())[:200])
    return done.stdout.decode("utf-8", "replace")
