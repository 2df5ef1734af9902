"""The last screen, shown before all else is loaded: a picture of it is kept when the app is left, and painted at the
next start where nothing has changed since that it shows. The app then paints over it what is different.

Loads nothing of Textual, and as little as it can of all else: this comes before the first import that costs anything.
"""

from __future__ import annotations

import os
import stat
import sys
import time
import zlib
from contextlib import suppress
from typing import TYPE_CHECKING, Any, NamedTuple

from tui_digest import __version__

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path
    from types import FrameType

    from tui_digest.paths import Paths

VERSION = 1

_HEAD = b"tui-digest screen"

_ENVIRON = (
    "TERM", "TERM_PROGRAM", "TERM_PROGRAM_VERSION", "VTE_VERSION", "COLORTERM", "COLORFGBG", "NO_COLOR", "COLUMNS",
    "LINES", "LANG", "LANGUAGE", "LC_ALL", "LC_CTYPE", "LC_MESSAGES", "TZ", "PYTHONIOENCODING", "PYTHONUTF8",
)  # fmt: skip
"""What of the environment decides what is painted; and all that begins like these:"""
_ENVIRON_OF = ("TEXTUAL", "TUI_DIGEST")

_MOST = 1 << 20
"""Bytes of a picture at most."""

_ENTER, _LEAVE = b"\x1b[?1049h\x1b[?25l", b"\x1b[m\x1b[?25h\x1b[?1049l"


class Standing(NamedTuple):
    """A picture that stands on the terminal."""

    cells: bytes
    """What the painter makes of it."""
    attributes: list[Any]
    """How the terminal was set before."""
    handlers: dict[int, Any]
    """What signals did before."""


_standing: Standing | None = None

_environ: dict[str, str | None] | None = None
"""What of the environment counts, as it was when this was asked for a picture: later parts of the start change it."""


# --- at the start ---------------------------------------------------------------------------------------------------


def show(paths: Paths) -> bool:
    """Paints the picture of the last screen, where it is still true and this is the same kind of terminal; whether it
    did. Keys that are typed from now on are not echoed, and wait for the app. Never raises."""
    global _environ
    _environ = _environ_now()
    try:
        if not _on_one_terminal():
            return False
        told, picture, cells = read(paths)
        if told == fingerprint(paths):
            _take(picture, cells)
    except (OSError, ValueError, LookupError, ImportError, AttributeError):
        give_back()
    return _standing is not None


def _on_one_terminal() -> bool:
    """Whether input, output and the errors' output, where Textual paints, are one terminal, and ours to use now."""
    found = [os.fstat(number) for number in (0, 1, 2)]
    if len({each.st_rdev for each in found}) > 1 or not all(stat.S_ISCHR(each.st_mode) for each in found):
        return False
    # GNU screen has no second screen.
    if os.environ.get("STY") or os.environ.get("TERM", "dumb") in ("dumb", "unknown"):
        return False
    return os.isatty(0) and os.tcgetpgrp(0) == os.getpgrp()


def _take(picture: bytes, cells: bytes) -> None:
    global _standing
    import signal
    import termios

    try:
        before, quiet = termios.tcgetattr(0), termios.tcgetattr(0)
        quiet[0] &= ~(termios.ICRNL | termios.INLCR | termios.IGNCR | termios.IXON)
        quiet[3] &= ~(termios.ECHO | termios.ICANON | termios.IEXTEN)
        quiet[6][termios.VMIN] = 1
        quiet[6][termios.VSUSP] = b"\0"  # no way into the background before the app can lead it back; the key is kept
        _standing = Standing(cells, before, {})
        for name in ("SIGTERM", "SIGHUP"):
            number = getattr(signal, name)
            if signal.getsignal(number) == signal.SIG_DFL:
                _standing.handlers[number] = signal.signal(number, _stopped)
        termios.tcsetattr(0, termios.TCSANOW, quiet)
    except termios.error as error:
        raise OSError from error
    data = _ENTER + picture
    while data:
        data = data[os.write(2, data) :]


def _stopped(number: int, _: FrameType | None) -> None:
    """A signal that ends the program before the app has the terminal."""
    give_back()
    os.kill(os.getpid(), number)


def give_back() -> None:
    """Gives the terminal back as it was, where the picture still stands on it: the app did not come."""
    if (standing := take_over()) is not None:
        import termios

        with suppress(OSError, termios.error):
            os.write(2, _LEAVE)
            termios.tcsetattr(0, termios.TCSANOW, standing.attributes)


def take_over() -> Standing | None:
    """The picture that stands on the terminal, which from now on is the caller's; None where there is none."""
    global _standing
    standing, _standing = _standing, None
    if standing is not None:
        import signal

        for number, handler in standing.handlers.items():
            if signal.getsignal(number) is _stopped:
                signal.signal(number, handler)
    return standing


# --- at the end -----------------------------------------------------------------------------------------------------


def keep(paths: Paths, picture: bytes, cells: bytes, size: tuple[int, int]) -> None:
    """Keeps what the screen shows, which has so many columns and lines, for the next start: `picture` paints it on an
    empty screen, `cells` tell the painter of it. For when all is written down that it shows."""
    from tui_digest.errors import StoreError
    from tui_digest.files import replace_file

    with suppress(StoreError, OSError):  # the next start is without it
        if _environ is None or os.get_terminal_size(1) != size:  # started otherwise; or it has another size by now
            return
        told = fingerprint(paths)
        body = told + picture + cells
        if len(body) < _MOST:
            head = b"%b %d %d %d %d %d\n" % (_HEAD, VERSION, len(told), len(picture), len(cells), zlib.crc32(body))
            replace_file(paths.screen, head + body, durable=False)


def forget(paths: Paths) -> None:
    """Keeps no picture: what stands there is not what the next start will show."""
    with suppress(OSError):
        paths.screen.unlink()


def read(paths: Paths) -> tuple[bytes, bytes, bytes]:
    """The fingerprint, the picture and its cells. Raises OSError or ValueError where they cannot be read."""
    descriptor = os.open(paths.screen, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        about = os.fstat(descriptor)
        if not stat.S_ISREG(about.st_mode) or about.st_size > 2 * _MOST:
            raise ValueError(paths.screen)
        data = b""
        while more := os.read(descriptor, 1 << 20):
            data += more
    finally:
        os.close(descriptor)
    head, _, body = data.partition(b"\n")
    version, told, picture, cells, check = map(int, head.removeprefix(_HEAD).split())
    if version != VERSION or len(body) != told + picture + cells or zlib.crc32(body) != check:
        raise ValueError(head)
    return body[:told], body[told : told + picture], body[told + picture :]


def fingerprint(paths: Paths) -> bytes:
    """All that the screen depends on: the program, the terminal, the day, and the versions of the files that are
    shown."""
    environ = _environ_now() if _environ is None else _environ
    size = os.get_terminal_size(1)
    about = (__version__, sys.version, *_programs(), tuple(size), time.localtime()[:3], sorted(environ.items()))
    return repr((*about, [*_files(paths)])).encode("utf-8", "backslashreplace")


def _environ_now() -> dict[str, str | None]:
    found = {name: os.environ.get(name) for name in _ENVIRON}
    found.update((name, value) for name, value in os.environ.items() if name.startswith(_ENVIRON_OF))
    return {**found, "TMUX": str(bool(os.environ.get("TMUX")))}  # what that says is of the pane


def _programs() -> Iterator[object]:
    """The versions of this program's files and of Textual's, as far as a look at two of them tells."""
    from importlib.util import find_spec

    yield _version(__file__)
    found = find_spec("textual")
    yield _version(found.origin) if found is not None and found.origin else None


def _files(paths: Paths) -> Iterator[object]:
    """The files that a screen is made of. The weeks' are replaced and never changed, which their folder tells."""
    yield str(paths.data)
    single = (paths.settings, paths.place, paths.look, paths.arrangement, paths.arrivals, paths.marks, paths.shards)
    for each in (*single, paths.sources, paths.intent):
        yield _version(each)
    for folder in (paths.journal, paths.themes):
        with suppress(FileNotFoundError, NotADirectoryError):
            for each in sorted(folder.iterdir()):
                yield each.name, _version(each)


def _version(path: str | Path) -> Sequence[int] | None:
    try:
        found = os.stat(path)  # noqa: PTH116 - half as fast by way of a Path
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino
