"""Text that could not be saved where it belongs, kept in a file of its own for the user to find."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path

from tui_digest.files import write_whole

_PREFIX, _SUFFIX = "unsaved-note-", ".txt"


def rescue(folder: Path, text: str) -> Path | None:
    """Writes the text into a new private file, in the folder or, where that cannot be, in the system's own for
    temporary ones. None where there is no place at all."""
    with suppress(OSError):  # a young home has no such folder yet; one that was moved away is not made again
        folder.mkdir(mode=0o700)
    for place in (folder, Path(tempfile.gettempdir())):
        with suppress(OSError):  # then the next place
            descriptor, name = tempfile.mkstemp(_SUFFIX, _PREFIX, place)
            try:
                write_whole(descriptor, text.encode())
                os.fsync(descriptor)
            except OSError:
                os.unlink(name)
                raise
            finally:
                os.close(descriptor)
            return Path(name)
    return None


def rescued(folder: Path) -> list[Path]:
    """The files that were written into the folder, and that nobody took away yet."""
    return sorted(folder.glob(f"{_PREFIX}*{_SUFFIX}"))
