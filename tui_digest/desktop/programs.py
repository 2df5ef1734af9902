"""Programs of others that are run: found by name where the user installed programs, never in the current folder.

The current folder may be a stranger's repository. So no relative or empty entry of PATH counts, neither for us nor for
the programs that we start.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from pathlib import Path

NOWHERE = Path(os.sep).absolute()
"""The folder that programs are started in, so that they take nothing from the user's current folder."""


def environment(environ: Mapping[str, str]) -> dict[str, str]:
    """The environment for a program that is started: PATH without relative and empty entries."""
    entries = environ.get("PATH", os.defpath).split(os.pathsep)
    return {**environ, "PATH": os.pathsep.join(entry for entry in entries if Path(entry).is_absolute())}


def find(name: str, environ: Mapping[str, str]) -> str | None:
    """The program's file, or None. A name with a slash must be an absolute path; a `~` before it is the home."""
    name = os.path.expanduser(name)  # noqa: PTH111  (a `~nobody` stays as it is)
    if Path(name).parent != Path() and not Path(name).is_absolute():
        return None
    return shutil.which(name, path=environment(environ)["PATH"])
