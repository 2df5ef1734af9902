"""Every test has a home of its own, no network but its own machine, no clipboard, and one language."""

from __future__ import annotations

import gc
import itertools
import os
import re
import signal
import socket
from collections.abc import Iterator
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from tests.builders import plain_parsing
from tests.server import Server
from tests.tried import examples
from tests.tui.idle import wait_until_it_has_done
from tests.tui.parsed_css import parse_once
from tests.tui.unseen import draw_where_it_rests
from tui_digest import files
from tui_digest import paths as locations
from tui_digest.paths import Paths, locate
from tui_digest.tui import collecting

settings.register_profile("ours", deadline=None, max_examples=examples(100))  # no test asserts a duration
settings.load_profile("ours")

TESTS = Path(__file__).resolve().parent
SHARED = TESTS.parent.parent / "shared"

wait_until_it_has_done()
parse_once()
draw_where_it_rests()

# Python looks for garbage at every 700 objects, three thousand times in some files of tests; an app alone makes
# a hundred thousand. A tenth of the time went there. An object that must be gone is asked for with `gc.collect()`.
gc.set_threshold(20_000, 20, 20)
collecting.begin = lambda: None  # the app would ask for more looks, and keep what former apps left for ever


def pytest_collection(session: pytest.Session) -> None:
    """In a fresh checkout pytest compiles each file of tests, seven seconds of work, and keeps that; as many workers
    as there are would all do so at the same time. So each of them begins with files of its own, and finds those of the
    others compiled when it comes to them."""
    worker = re.fullmatch(r"gw(\d+)", os.environ.get("PYTEST_XDIST_WORKER", ""))
    if worker is None or not any(Path(each).resolve() == TESTS for each in session.config.args):
        return
    for path in sorted(TESTS.rglob("test_*.py"))[int(worker[1]) :: int(os.environ["PYTEST_XDIST_WORKER_COUNT"])]:
        with suppress(Exception, pytest.skip.Exception):  # whoever collects it says so
            import_module(".".join(path.relative_to(TESTS.parent).with_suffix("").parts))


def pytest_collection_finish() -> None:
    """What was loaded and collected stays until the end: it is never looked at again."""
    gc.freeze()


def _fsync(descriptor: int) -> None:
    """Looks that the file is open, and waits for no disk: what a killed process wrote stays, fsynced or not. Which
    calls a power cut needs is held by `tests.faults`, which counts them; what a test starts as a process fsyncs."""
    os.fstat(descriptor)


os.fsync = _fsync  # type: ignore[assignment]


def pytest_xdist_auto_num_workers() -> int:
    """Half of the tests wait for a terminal or a process, so more of them run at once than there are processors."""
    return min(8, 2 * (os.cpu_count() or 1) + 1)


for _name in ("SIGINT", "SIGHUP"):
    # In the background of a shell, or under nohup, these are ignored, and what a test starts would ignore them, too. A
    # handler that does nothing keeps that for the tests, and not for their children.
    if signal.getsignal(getattr(signal, _name)) == signal.SIG_IGN:
        signal.signal(getattr(signal, _name), lambda *_: None)


_numbers = itertools.count()


def new_folder(factory: pytest.TempPathFactory, name: str) -> Path:
    """A folder that only this test has. pytest's own looks through all folders that are there for the next free number,
    twice a test: half of the time of a short one, once a thousand tests went before."""
    folder = factory.getbasetemp() / f"{name}{next(_numbers)}"
    folder.mkdir(mode=0o700)
    return folder


@pytest.fixture
def tmp_path(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Takes the place of pytest's, with the same name but for its number."""
    return new_folder(tmp_path_factory, re.sub(r"\W", "_", request.node.name)[:30])


@pytest.fixture(autouse=True)
def own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    home = new_folder(tmp_path_factory, "home")
    monkeypatch.setenv("TUI_DIGEST_HOME", str(home))
    monkeypatch.setattr(files, "_homes", {})  # each file that is written looks at all the homes of a process
    for name in (
        "DISPLAY",
        "WAYLAND_DISPLAY",
        "TMUX",
        "SSH_CONNECTION",
        "SSH_TTY",
        "BROWSER",
        "SSH_CLIENT",
        "WSL_DISTRO_NAME",
        "LC_ALL",
        "NO_COLOR",
        "COLORFGBG",
        "SSL_CERT_FILE",
        "SSL_CERT_DIR",
        *(name for each in ("http", "https", "all", "no") for name in (f"{each}_proxy", f"{each}_proxy".upper())),
    ):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "C.UTF-8")
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLORTERM", "truecolor")
    monkeypatch.setenv("TEXTUAL_ANIMATIONS", "none")
    return home


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    connect = socket.socket.connect

    def only_here(self: socket.socket, address: Any) -> None:
        if not (isinstance(address, tuple) and str(address[0]).startswith("127.")):
            raise AssertionError(f"a test reached for the network: {address}")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", only_here)


@pytest.fixture(autouse=True)
def no_process_beside(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a reader has done in a process of its own is done in a thread, where a test can break it, and sooner;
    `tests/test_beside.py` has the processes. Readers on terminals of their own have them, too."""

    def refused() -> list[str]:
        raise ValueError

    monkeypatch.setattr("tui_digest.library.beside.command", refused)


@pytest.fixture
def paths(own_home: Path) -> Paths:
    """The paths of the test's home, as a command that it runs finds them."""
    return locate()


@pytest.fixture
def server() -> Iterator[Server]:
    """A server on loopback that has no page yet."""
    with Server() as made:
        yield made


@pytest.fixture
def plain_parser(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Digests are what `builders.put` writes, and the starters are those of the test's own folder."""
    plain_parsing(monkeypatch)
    monkeypatch.setattr(locations, "starters", lambda: tmp_path / "starters")


@pytest.fixture
def shared() -> Path:
    """The folder of real documents beside the checkout; what needs it is skipped, with this reason, without it."""
    if not SHARED.is_dir():
        pytest.skip("../shared is not here: the check on real documents was NOT made")
    return SHARED


@pytest.fixture
def user_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that commands are started in."""
    (tmp_path / "user").mkdir()
    monkeypatch.setenv("HOME", str(tmp_path / "user"))
    return tmp_path / "user"
