"""Waiting until the app has done what keys and messages brought about: no longer than that, and no shorter.

Textual's own pilot sleeps in steps of a fiftieth of a second until the process used little time in one: some 0.1 s a
key, during which nothing happens, and too short where the machine is busy. And it sends every widget of the screen a
message at each key and pause, some sixty, and waits until all have come back. The event loop and the widgets know
better. One rule holds for keys, pauses and conditions: `settled`.
"""

from __future__ import annotations

import asyncio
import threading
from asyncio import sleep
from concurrent.futures import thread as pool
from concurrent.futures.thread import _WorkItem  # type: ignore[attr-defined]
from contextlib import suppress
from pathlib import Path
from time import monotonic, process_time
from typing import Any
from weakref import WeakSet

import textual.app
import textual.pilot
from textual._context import active_app
from textual.app import App
from textual.message_pump import MessagePump
from textual.pilot import Pilot, WaitForScreenTimeout

from tests.tui import unseen

SOON = 0.018
"""Seconds: what is put off for no longer than this is waited for. Textual paints sixty times a second."""

STEP = 0.02
"""Seconds between two looks at a thread that works."""

QUIET = 0.001
"""Seconds of processor time in a step below which a thread is taken for one that only waits."""

ROUNDS = 3
"""How often in turn nothing may be ready: an answer of the system comes in one round after the question."""

LIMIT = 30.0
"""Seconds after which a widget that has not done is an error."""


async def settled(app: App[Any], limit: float) -> bool:
    """Wait until the app has done, at most as many seconds; gives whether it has. It has when nothing is ready in the
    event loop, no thread works, what changed is painted, and each widget of the screen stands at its empty queue:
    nothing else can make it do anything but a key, a timer, or somebody outside."""
    loop, end = asyncio.get_running_loop(), monotonic() + limit
    while True:
        await rested(loop, end)
        if app.return_code or not app.screen_stack:
            return True
        app.screen._on_timer_update()  # what waits for the next paint is called, as scrolling is
        unseen.draw(app.screen)
        if all(map(has_done, (app, *app.screen.walk_children(with_self=True)))):
            return True
        if monotonic() > end:
            return False
        await sleep(STEP / 4)


def has_done(pump: MessagePump) -> bool:
    """Whether a widget or the app stands at its queue, and nothing has come there."""
    queue: Any = pump._message_queue
    return not pump.is_running or (queue.empty() and bool(queue.ready_event._waiters))


async def rested(loop: Any, end: float) -> None:
    """Wait until nothing is ready in the event loop, no timer is due soon, and no thread works."""
    rounds = 0
    while rounds < ROUNDS and monotonic() < end:
        await sleep(0)
        rounds = 0 if loop._ready else rounds + 1
        if rounds < ROUNDS:
            continue
        left = [handle.when() - loop.time() for handle in loop._scheduled if not handle.cancelled()]
        if due := [seconds for seconds in left if seconds < SOON]:
            await sleep(max(0.0, min(due)))
            rounds = 0
        elif may_work_beside():
            used = process_time()
            await sleep(STEP)
            rounds = ROUNDS if process_time() - used < QUIET and not on_a_processor() else 0


class Given(_WorkItem):  # type: ignore[type-arg]
    """What a thread of a pool was given to do. The thread lets it go when whoever waits for it was told, too."""

    left: WeakSet[Given] = WeakSet()

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.left.add(self)


def may_work_beside() -> bool:
    """Whether a thread has something to do for the app; it may as well wait for a test."""
    return bool(Given.left) or any(thread.name in ("aside", "beside") for thread in threading.enumerate())


def on_a_processor() -> bool:
    """Whether another thread has a processor or a disk, or stands in line for one: on a busy machine it may not have
    got one in a whole step. Known on Linux."""
    for thread in threading.enumerate():
        with suppress(OSError):
            state = Path(f"/proc/self/task/{thread.native_id}/stat").read_text().rpartition(")")[2].split()[0]
            if state in "RD" and thread is not threading.current_thread():
                return True
    return False


async def idle(min_sleep: float = 0.0, max_sleep: float = 1.0) -> None:
    """Takes the place of Textual's `wait_for_idle`, with its arguments in seconds."""
    begun = monotonic()
    await settled(active_app.get(), max_sleep)
    await sleep(max(0.0, min_sleep - (monotonic() - begun)))


class SettlingPilot(Pilot[Any]):
    """Takes the place of Textual's `Pilot`."""

    async def _wait_for_screen(self, timeout: float = LIMIT) -> bool:
        if not await settled(self.app, timeout):
            raise WaitForScreenTimeout("a widget has not done with a message")
        return not self.app.return_code

    async def pause(self, delay: float | None = None) -> None:
        """Waits until the app has done; as many seconds before that."""
        if delay is not None:
            await sleep(delay)
        await self._wait_for_screen()


def wait_until_it_has_done() -> None:
    """From now on, in this process, pilots wait so."""
    for module in (textual.app, textual.pilot):
        setattr(module, "wait_for_idle", idle)  # noqa: B010
    setattr(textual.pilot, "Pilot", SettlingPilot)  # noqa: B010
    setattr(pool, "_WorkItem", Given)  # noqa: B010
