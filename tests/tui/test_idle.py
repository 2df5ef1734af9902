"""A test waits for all that is at work: a widget in the middle of a message, and one that has a message to come to."""

from __future__ import annotations

import asyncio

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
        assert isinstance(pilot, idle.SparingPilot)

        async def work() -> None:
            worker.done = worker.begun = False
            worker.post_message(Work())
            while begun and not worker.begun:
                await asyncio.sleep(0)

        await work()
        await pilot.pause()
        assert worker.done
        # Taken for one that has done, its work would be missed: so this test can fail.
        monkeypatch.setattr(idle, "waits_for_messages", lambda widget: True)
        await work()
        await pilot.pause()
        assert not worker.done


async def test_where_all_rest_nobody_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    async with Workshop().run_test() as pilot:
        await pilot.pause()
        asked = []
        monkeypatch.setattr(Static, "call_later", lambda widget, call: asked.append(widget))
        await pilot.pause()
        assert not asked
        pilot.app.query_one(Worker).post_message(Work())
        await pilot.pause()
        assert len(asked) == 3
