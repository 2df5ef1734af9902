"""The last screen stands on the terminal before the app is loaded: where it is true, and the app takes over unseen."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import termios
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.builders import home
from tests.tui.bare_terminal import BareTerminal
from tests.tui.reading import APRIL, JULY, library_of
from tui_digest.library import Library
from tui_digest.paths import Paths
from tui_digest.tui.terminal import last_screen

PAINTED = b"\x1b[40;1H"
"""Ends a paint: the cursor goes to the foot of the screen."""
OTHER_SCREEN, MOUSE, MOUSE_LEFT = b"\x1b[?1049h", b"\x1b[?1000h", b"\x1b[?1000l"
"""What is written first of all; and what Textual writes before it paints, and after."""

Cells = list[list[tuple[object, ...]]]

WAITING = """
import os, time, tui_digest.cli as cli
begin = cli.main
def main(argv):
    while not os.path.exists({go!r}):
        time.sleep(0.005)
    {act}
    return begin(argv)
cli.main = main
"""
"""Before the program: it waits for a file before it loads the app, as if that took long, and does something then."""


def seen(what: Callable[[], object], limit: float = 20.0) -> None:
    """Waits until it is so."""
    deadline = time.monotonic() + limit
    while not what():
        assert time.monotonic() < deadline
        time.sleep(0.005)


class Filmed(BareTerminal):
    """A terminal that keeps what is written to it, piece by piece, and the screen after each."""

    def __init__(self, folder: Path, *, before: str = "") -> None:
        self.pieces: list[bytes] = []
        self.frames: list[Cells] = []
        super().__init__(folder / "home", before=before)

    def cut(self, data: bytes) -> list[bytes]:
        """A paint and the end behind it may be read at once: the frame between them is one of its own."""
        return [piece for piece in re.split(rb"(?=\x1b\[\?1000[hl])", data) if piece]

    def heard(self, data: bytes) -> None:
        self.frames.append(self.cells())
        self.pieces.append(data)

    def cells(self) -> Cells:
        """Every cell as it is seen: of a blank no colour of a letter."""
        buffer, width = self._screen.buffer, self._screen.columns
        return [
            [
                (c.data, c.bg, c.reverse, c.underscore, *((c.fg, c.bold, c.italics) if c.data.strip() else ()))
                for c in (buffer[y][x] for x in range(width))
            ]
            for y in range(self._screen.lines)
        ]

    def attributes(self) -> list[Any]:
        return termios.tcgetattr(self._master)

    @property
    def written(self) -> bytes:
        return b"".join(self.pieces)

    def leave(self) -> Cells:
        """Quits; returns the screen that was left."""
        self.keys("q")
        assert self.process.wait(timeout=20) == 0
        self.drained()
        self.close()
        return next(frame for frame, piece in zip(self.frames, self.pieces, strict=True) if MOUSE_LEFT in piece)


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    """A home whose papers came in before the last time that the app was left."""
    paths = home(tmp_path)
    library = library_of(paths, tmp_path / "digests", JULY, APRIL)
    library.leave()
    library.close()
    return paths


def left(folder: Path, keys: str = "", shown: str = "1/3") -> Cells:
    """The screen of a reader that was left after these keys, which led to a place in the list."""
    terminal = Filmed(folder)
    terminal.until("? help")
    terminal.keys(keys)
    terminal.until(shown)
    return terminal.leave()


def test_the_app_takes_over_without_a_change(tmp_path: Path, paths: Paths) -> None:
    before = left(tmp_path, "jj", "3/3")
    assert paths.screen.stat().st_mode & 0o077 == 0
    terminal = Filmed(tmp_path)
    try:
        terminal.until("? help")
        seen(lambda: MOUSE in terminal.written)
        assert terminal.written.count(OTHER_SCREEN) == 1
        taken = next(n for n, piece in enumerate(terminal.pieces) if MOUSE in piece)
        assert terminal.frames[taken] == before, "it stands before the app comes"
        seen(lambda: PAINTED in terminal.written.rpartition(MOUSE)[2])
        assert all(frame == before for frame in [*terminal.frames[taken:], terminal.cells()]), "no cell changes"
        terminal.keys("k")
        terminal.until("2/3")
    finally:
        terminal.close()


def test_keys_that_are_typed_meanwhile_act_and_are_not_echoed(tmp_path: Path, paths: Paths) -> None:
    before = left(tmp_path)
    terminal = Filmed(tmp_path, before=WAITING.format(go=str(tmp_path / "go"), act="pass"))
    try:
        seen(lambda: terminal.cells() == before)
        terminal.keys("jj\r")
        seen(lambda: not terminal.attributes()[3] & termios.ECHO)
        assert terminal.cells() == before
        (tmp_path / "go").touch()
        terminal.until("3/3 ·")  # the entry has the keys
    finally:
        terminal.close()


def test_where_the_app_does_not_come_the_terminal_is_given_back(tmp_path: Path, paths: Paths) -> None:
    before = left(tmp_path)
    for how, code in (("SIGTERM", -15), ("SIGINT", 130), ("SIGKILL", -9), ("error", 1)):
        failing = "raise OSError(5, 'as if')" if how == "error" else "time.sleep(60)"
        terminal = Filmed(tmp_path, before=WAITING.format(go=str(tmp_path / "go"), act=failing))
        try:
            as_it_was = terminal.attributes()
            seen(lambda terminal=terminal: terminal.cells() == before)  # type: ignore[misc]
            if how == "error":
                (tmp_path / "go").touch()
            else:
                terminal.process.send_signal(getattr(signal, how))
            assert terminal.process.wait(timeout=20) == code
            terminal.drained()
            if how != "SIGKILL":  # after which nobody is left to do it
                assert b"\x1b[?25h\x1b[?1049l" in terminal.written
                assert terminal.attributes() == as_it_was
        finally:
            terminal.close()
    assert left(tmp_path) == before, "the next start is as any other; what was typed at once acted"


def star(paths: Paths) -> None:
    """Another process marks a paper."""
    command = [sys.executable, "-m", "tui_digest", "star", "2307.00001"]
    subprocess.run(command, env={**os.environ, "TUI_DIGEST_HOME": str(paths.data.parent)}, check=True)


def test_a_mark_of_another_process_is_never_missing(tmp_path: Path, paths: Paths) -> None:
    left(tmp_path)
    star(paths)
    terminal = Filmed(tmp_path)
    try:
        terminal.until("? help")
        first = next(n for n, piece in enumerate(terminal.pieces) if MOUSE in piece)
        assert not any(cell[0] != " " for line in terminal.frames[first] for cell in line)
        assert "★" in terminal.screen
    finally:
        terminal.close()


# --- when it is true ------------------------------------------------------------------------------------------------


def touched(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("x", "utf-8")


def star_in(paths: Paths) -> None:
    library = Library.open(paths)
    library.marks.star(["arxiv:2307.00001"], True)


CHANGES: dict[str, Callable[[Paths, pytest.MonkeyPatch], object]] = {
    "a mark": lambda paths, _: star_in(paths),
    "a digest": lambda paths, _: library_of(paths, paths.data.parent / "more", JULY.replace("2023", "2022")),
    "the settings": lambda paths, _: touched(paths.settings),
    "a theme": lambda paths, _: touched(paths.themes / "own.toml"),
    "the theme": lambda paths, _: touched(paths.look),
    "the place": lambda paths, _: touched(paths.place),
    "the arrangement": lambda paths, _: touched(paths.arrangement),
    "what came in": lambda paths, _: touched(paths.arrivals),
    "the size": lambda _, patch: patch.setattr(os, "get_terminal_size", lambda _: os.terminal_size((81, 24))),
    "the terminal": lambda _, patch: patch.setenv("TERM", "vt220"),
    "colours": lambda _, patch: patch.setenv("NO_COLOR", "1"),
    "the language": lambda _, patch: patch.setenv("LC_ALL", "ko_KR.UTF-8"),
    "the program": lambda _, patch: patch.setattr(last_screen, "__version__", "9"),
    "Textual": lambda _, patch: patch.setattr(last_screen, "_programs", lambda: ["another"]),
    "the day": lambda _, patch: patch.setattr(time, "localtime", lambda: (2031, 1, 1)),
}


@pytest.mark.parametrize("what", CHANGES)
def test_all_that_a_screen_depends_on_is_looked_at(paths: Paths, monkeypatch: pytest.MonkeyPatch, what: str) -> None:
    monkeypatch.setattr(last_screen, "_environ", None)
    monkeypatch.setattr(os, "get_terminal_size", lambda _: os.terminal_size((80, 24)))
    before = last_screen.fingerprint(paths)
    assert last_screen.fingerprint(paths) == before
    CHANGES[what](paths, monkeypatch)
    assert last_screen.fingerprint(paths) != before


def test_without_a_terminal_nothing_is_written(paths: Paths) -> None:
    run = [sys.executable, "-m", "tui_digest"]
    environ = {**os.environ, "TUI_DIGEST_HOME": str(paths.data.parent), "TERM": "xterm"}
    done = subprocess.run(run, env=environ, stdin=subprocess.DEVNULL, capture_output=True, check=False)
    assert (done.returncode, done.stdout, b"\x1b" in done.stderr) == (2, b"", False)


@pytest.mark.parametrize("damage", [b"", b"x", b"tui-digest screen 1 2 3", b"tui-digest screen 1 1 1 1 7\nabc"])
def test_a_damaged_picture_is_none(paths: Paths, damage: bytes) -> None:
    paths.screen.write_bytes(damage)
    with pytest.raises(ValueError, match=r"int|unpack|screen"):
        last_screen.read(paths)


def test_it_loads_next_to_nothing() -> None:
    script = (
        "import sys; before = set(sys.modules); from tui_digest import paths; from tui_digest.tui.terminal import "
        "last_screen; last_screen.show(paths.locate()); found = set(sys.modules) - before; "
        "print([n for n in ('textual', 'rich', 'orjson', 'json', 'tui_digest.cli', 'tui_digest.files') if n in found])"
    )
    environ = {**os.environ, "TUI_DIGEST_HOME": "/nowhere"}
    done = subprocess.run([sys.executable, "-c", script], env=environ, capture_output=True, check=True, text=True)
    assert done.stdout == "[]\n"
