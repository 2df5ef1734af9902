"""What leaves the program: data on stdout, sentences on stderr, neither able to harm a terminal.

A stream may be closed, full or broken; that is said in one line where a line can still be said.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TextIO

from tui_digest.errors import EXIT_USAGE, DigestError
from tui_digest.text.json_escapes import json_escaped

if TYPE_CHECKING:
    from pathlib import Path


def prepare() -> None:
    """Makes the streams fit to be written to."""
    with suppress(OSError):
        while (descriptor := os.open(os.devnull, os.O_RDWR)) <= 2:
            pass  # a closed standard stream's number must not fall to a file of the library
        os.close(descriptor)
    for stream in (sys.stdout, sys.stderr):
        # A `C` locale would otherwise end the program at the first Korean word.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")


def one_line(text: str) -> str:
    """The text as one line that a terminal only shows."""
    if text.isprintable():
        return text
    from tui_digest.text.cleaning import clean  # its patterns cost time that few runs need

    return clean(text).replace("\n", " ")


def say(sentence: str) -> None:
    """A sentence on stderr. Never raises: there is nowhere else to say it."""
    if sys.stderr is None:
        return
    if "//" in sentence:
        from tui_digest.sources.web.address import shown  # what was typed may be an address with a password

        sentence = shown(sentence)
    try:
        sys.stderr.write(one_line(sentence) + "\n")
        sys.stderr.flush()
    except (OSError, ValueError):
        mute(sys.stderr)


def line(text: str) -> None:
    """A line of data."""
    put(one_line(text) + "\n")


def put(text: str) -> None:
    """Data as it is; it may span lines. Raises `cli.output` where stdout does not take it."""
    if sys.stdout is None:
        raise DigestError("cli.output", reason=os.strerror(9))
    try:
        sys.stdout.write(text)
    except BrokenPipeError:
        raise
    except OSError as error:
        raise _lost(error) from error


def put_all(pieces: Iterable[str]) -> None:
    """Data, piece by piece."""
    for piece in pieces:
        put(piece)


def put_json(fields: Mapping[str, object]) -> None:
    """A document of these fields as JSON, with the version of its shape before them (docs/schema.json)."""
    import json

    from tui_digest.models import SCHEMA_VERSION  # help and most errors need no records

    document = {"schema_version": SCHEMA_VERSION, **fields}
    put(json_escaped(json.dumps(document, ensure_ascii=False, indent=2)) + "\n")


def put_bytes(data: bytes) -> None:
    """Data that is no text. Raises `output.terminal` where stdout is a terminal, else like `put`."""
    if sys.stdout is None:
        raise DigestError("cli.output", reason=os.strerror(9))
    if sys.stdout.isatty():
        raise DigestError("output.terminal", exit_code=EXIT_USAGE)
    try:
        sys.stdout.flush()
        sys.stdout.buffer.write(data)
    except BrokenPipeError:
        raise
    except OSError as error:
        raise _lost(error) from error


def kilobytes(path: Path) -> int:
    """The size of a file that was written, at least 1."""
    return max(1, path.stat().st_size // 1024)


def flush() -> None:
    """Sends on what is still held back; a full disk often shows only here."""
    if sys.stdout is None:
        return
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        raise _lost(error) from error


def mute(stream: TextIO | None) -> None:
    """Points a stream that takes nothing any more elsewhere, so that what it still holds makes no noise at exit."""
    with suppress(OSError, ValueError, AttributeError):  # not a real stream, or none
        descriptor = os.open(os.devnull, os.O_WRONLY)
        os.dup2(descriptor, stream.fileno())  # type: ignore[union-attr]
        os.close(descriptor)


def _lost(error: OSError) -> DigestError:
    mute(sys.stdout)
    return DigestError("cli.output", reason=error.strerror or error)


class ProgressBar:
    """A progress bar on stderr, where that is a terminal; silence elsewhere."""

    def __init__(self, label: str) -> None:
        self.label = label
        self._bar: Any = None

    def __enter__(self) -> Callable[[int, int, str], None] | None:
        if sys.stderr is None or not sys.stderr.isatty():
            return None
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
        from rich.progress import Progress as Bar

        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
        self._bar = Bar(*columns, console=Console(stderr=True), transient=True)
        self._bar.start()
        task = self._bar.add_task(self.label, total=None)
        return lambda done, total, _path: self._bar.update(task, completed=done, total=total)

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.stop()
