"""A test waits for all that is at work: a widget in the middle of a message, and one that has a message to come to."""

from __future__ import annotations

import asyncio
import hashlib
import threading
from pathlib import Path

import pytest
from textual.app import App, ComposeResult
from textual.message import Message
from textual.widgets import Static

from tests.tui import idle


class Work(Message):
    """Something that takes longer than what is waited for of itself."""


class Worker(Static):
    """Does work that no timer of the event loop and no thread tells about."""

    def __init__(self) -> None:
        super().__init__()
        self.begun, self.done = False, False

    async def on_work(self) -> None:
        """Works until somebody outside says so."""
        self.begun, ready = True, asyncio.Event()
        asyncio.get_running_loop().call_later(5 * idle.SOON, ready.set)
        await ready.wait()
        self.done = True


class Workshop(App[None]):
    """Widgets that rest, and one that works."""

    def compose(self) -> ComposeResult:
        """Several, so that the one that works is not the first."""
        yield from (Static(), Worker(), Static())


@pytest.mark.parametrize("begun", [True, False], ids=["at work", "work waits"])
async def test_a_widget_that_works_is_waited_for(begun: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    async with Workshop().run_test() as pilot:
        worker = pilot.app.query_one(Worker)
        assert isinstance(pilot, idle.SettlingPilot)

        async def work() -> None:
            worker.done = worker.begun = False
            worker.post_message(Work())
            while begun and not worker.begun:
                await asyncio.sleep(0)

        await work()
        await pilot.pause()
        assert worker.done
        # Taken for one that has done, its work would be missed: so this test can fail.
        monkeypatch.setattr(idle, "has_done", lambda widget: True)
        await work()
        await pilot.pause()
        assert not worker.done


async def test_no_widget_is_asked_whether_it_has_done(monkeypatch: pytest.MonkeyPatch) -> None:
    async with Workshop().run_test() as pilot:
        await pilot.pause()
        told: list[object] = []
        with monkeypatch.context() as patch:
            patch.setattr(Static, "post_message", lambda widget, message: told.append(message))
            await pilot.pause()
            await pilot.press("x")
        assert not told


@pytest.mark.parametrize("away", [1, 4])
async def test_what_is_called_after_a_paint_is_waited_for(away: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(idle, "SOON", 0.0)  # as where the timer that paints is late
    async with Workshop().run_test() as pilot:
        worker, came = pilot.app.query_one(Worker), list[int]()

        def again(left: int) -> None:
            came.append(left)
            worker.refresh(layout=bool(left % 2))
            if left:
                worker.call_after_refresh(again, left - 1)

        again(away)
        await pilot.pause()
        assert came[-1] == 0


async def test_a_thread_that_waits_for_a_processor_works(monkeypatch: pytest.MonkeyPatch) -> None:
    # As on a busy machine: in the first steps the thread gets no processor.
    steps = iter([True, True])
    monkeypatch.setattr(idle, "process_time", lambda: 0.0)
    monkeypatch.setattr(idle, "on_a_processor", lambda: next(steps, False))
    async with Workshop().run_test() as pilot:
        await pilot.pause()
        waits = threading.Event()
        waiting = asyncio.ensure_future(asyncio.to_thread(waits.wait, 60))
        await asyncio.sleep(0)
        await pilot.pause()
        waits.set()
        await waiting
    assert next(steps, None) is None, "it was looked at until it had none to wait for"


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="no /proc here: threads are known by their time alone")
def test_a_thread_at_work_is_seen() -> None:
    stop = threading.Event()

    def calculates() -> None:
        while not stop.is_set():
            hashlib.sha256(bytes(2**20))  # without the interpreter's lock

    assert not idle.on_a_processor()
    working = threading.Thread(target=calculates)
    working.start()
    try:
        assert any(idle.on_a_processor() for _ in range(1000))
    finally:
        stop.set()
        working.join()
