"""Waiting until the app has done what keys and messages brought about: no longer than that, and no shorter.

Textual's own `wait_for_idle` sleeps in steps of a fiftieth of a second until the process used little time in one: some
0.1 s a key, during which nothing happens, and too short where the machine is busy. The event loop knows better: it is
idle when no callback is ready and no timer is due that soon.
"""

from __future__ import annotations

import asyncio
from asyncio import AbstractEventLoop, sleep
from time import monotonic, process_time
from typing import Any

from textual.message_pump import MessagePump
from textual.pilot import Pilot

SOON = 0.018
"""Seconds: what is put off for no longer than this is waited for. Textual paints sixty times a second."""

STEP = 0.02
"""Seconds between two looks at a thread that works."""

QUIET = 0.001
"""Seconds of processor time in a step below which a thread is taken for one that only waits."""

ROUNDS = 3
"""How often in turn nothing may be ready: an answer of the system comes in one round after the question."""


async def idle(min_sleep: float = 0.0, max_sleep: float = 1.0) -> None:
    """Takes the place of Textual's `wait_for_idle`, with its arguments in seconds."""
    loop: Any = asyncio.get_running_loop()
    begun, rounds = monotonic(), 0
    while monotonic() - begun < max_sleep and rounds < ROUNDS:
        await sleep(0)
        rounds = 0 if loop._ready else rounds + 1
        if rounds < ROUNDS:
            continue
        left = [handle.when() - loop.time() for handle in loop._scheduled if not handle.cancelled()]
        if due := [seconds for seconds in left if seconds < SOON]:
            await sleep(max(0.0, min(due)))
            rounds = 0
        elif works_beside(loop):
            used = process_time()
            await sleep(STEP)
            rounds = ROUNDS if process_time() - used < QUIET else 0
    await sleep(max(0.0, min_sleep - (monotonic() - begun)))


def works_beside(loop: AbstractEventLoop) -> bool:
    """Whether a thread does something for the app."""
    pool: Any = getattr(loop, "_default_executor", None)
    return pool is not None and (pool._work_queue.qsize() > 0 or pool._idle_semaphore._value < len(pool._threads))


class SparingPilot(Pilot[Any]):
    """Takes the place of Textual's `Pilot`, which sends every widget of the screen a message at each key and pause,
    some sixty, and waits until all have come back: a sixth of the processor time of such tests, and nothing that a
    user's app does. Here widgets are asked only where one has not done with its messages."""

    async def _wait_for_screen(self, timeout: float = 30.0) -> bool:
        try:
            widgets = [self.app, *self.app.screen.walk_children(with_self=True)]
        except Exception:
            return False
        return all(map(waits_for_messages, widgets)) or await super()._wait_for_screen(timeout)

    async def ask_all(self) -> None:
        """As Textual's pilot: every widget is asked, and has come back. Where a thread or a process brought something,
        what follows of it may just be on its way."""
        await super()._wait_for_screen(30.0)


def waits_for_messages(pump: MessagePump) -> bool:
    """Whether a widget has done with all messages: it stands at its queue, nothing has come there, and nothing is to be
    called once the screen was painted, as scrolling is."""
    if any(getattr(pump, later, None) for later in ("_next_callbacks", "_callbacks")):
        return False
    queue: Any = pump._message_queue
    return queue.empty() and bool(queue.ready_event._waiters)
