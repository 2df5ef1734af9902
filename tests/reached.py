"""Which functions of the package each test enters, as a plugin of pytest for `tests.mutants`.

`python -m pytest -p tests.reached` with a folder in `TUI_DIGEST_REACHED` writes there, a file a process, what each test
that passed entered and how long it took. With a file in `TUI_DIGEST_CHOSEN` it runs the tests that stand there, a line
each, in that order, and writes the first that fails into that file's `.failed`.

Looking at calls only, not at lines, costs little. What a test starts as a process of its own is not seen.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from types import CodeType, FrameType

import pytest

PACKAGE = str(Path(__file__).parent.parent / "tui_digest") + os.sep


def name_of(code: CodeType) -> str:
    """`tui_digest/clock.py:Clock.now`; what has no name of its own counts for the function around it."""
    path = "tui_digest/" + code.co_filename.removeprefix(PACKAGE).replace(os.sep, "/")
    return f"{path}:{code.co_qualname.partition('.<locals>.<')[0]}".replace(".<locals>", "")


class Recorder:
    """Notes what is entered while a test runs."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.numbers = dict[str, int]()
        self.tests = dict[str, tuple[float, list[int]]]()
        self._entered = dict[int, CodeType]()
        self._failed = set[str]()

    def _called(self, frame: FrameType, event: str, arg: object) -> None:
        code = frame.f_code
        self._entered[id(code)] = code

    @pytest.hookimpl(hookwrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        """The test with all that is set up for it."""
        self._entered = {}
        begun = sum(os.times()[:4])
        threading.settrace(self._called)
        sys.settrace(self._called)
        try:
            yield
        finally:
            sys.settrace(None)
            threading.settrace(None)  # type: ignore[arg-type]
        if item.nodeid not in self._failed:
            names = {name_of(code) for code in self._entered.values() if code.co_filename.startswith(PACKAGE)}
            reached = [self.numbers.setdefault(name, len(self.numbers)) for name in sorted(names)]
            self.tests[item.nodeid] = (round(sum(os.times()[:4]) - begun, 3), reached)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """What fails or is skipped tells nothing."""
        if not report.passed:
            self._failed.add(report.nodeid)

    def pytest_sessionfinish(self) -> None:
        """One file a process."""
        kept = {"names": [*self.numbers], "tests": self.tests}
        (self.folder / f"{os.getpid()}.json").write_text(json.dumps(kept), "utf-8")


class Chooser:
    """Runs some tests in a given order."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.places = {name: place for place, name in enumerate(path.read_text("utf-8").splitlines())}

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Keeps those, in their order."""
        kept = [item for item in items if item.nodeid in self.places]
        items[:] = sorted(kept, key=lambda item: self.places[item.nodeid])

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """The first that fails is told."""
        if report.failed:
            self.path.with_suffix(".failed").write_text(report.nodeid, "utf-8")


def pytest_configure(config: pytest.Config) -> None:
    """One of the two, as the environment says."""
    for name, plugin in (("TUI_DIGEST_REACHED", Recorder), ("TUI_DIGEST_CHOSEN", Chooser)):
        if value := os.environ.get(name):
            config.pluginmanager.register(plugin(Path(value)), name)
