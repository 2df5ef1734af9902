"""Work that must be done on the screen's own loop, a piece at a time: keys come between the pieces, and first."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, TypeVar
from weakref import WeakKeyDictionary

from tui_digest.tui.terminal.waiting_keys import waiting_keys

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

Y = TypeVar("Y")
T = TypeVar("T")

PIECE, PAUSE = 0.003, 0.003
"""Seconds that a piece takes, or as long as its step, and seconds between two of them, for all else."""


class Rank:
    """What goes first of several works that are to be done: the lower number. No enumeration, which takes longer to
    make than all else here."""

    ASKED = 0
    """What the user asked for and waits for."""
    SHOWN = 1
    """What the screen tells besides: counts, suggestions."""
    LATER = 2
    """What later keys need."""


class _Turns:
    """What is being done on one loop: one piece at a time, and a pause after each, however much there is to do."""

    def __init__(self) -> None:
        self.ranks: list[int] = []
        self.free_at = 0.0

    async def mine(self, rank: int) -> None:
        """Returns when a piece of this rank may be done."""
        while True:
            now = time.perf_counter()
            if now < self.free_at:
                await asyncio.sleep(self.free_at - now)
            elif rank > min(self.ranks) or waiting_keys.any:
                await asyncio.sleep(PAUSE)
            else:
                return


_turns: WeakKeyDictionary[asyncio.AbstractEventLoop, _Turns] = WeakKeyDictionary()


async def do_in_pieces(
    steps: Generator[Y, None, T], heard: Callable[[Y], object] | None = None, *, rank: int = Rank.ASKED
) -> T:
    """Does all steps, as many at once as a piece has time for; returns what they return. After each piece `heard` is
    told what its last step yielded. Of several such works those of a later rank wait, and a piece neither begins nor
    goes on while a key waits for its answer. Given up, the steps let go of what they hold: the traceback of a worker
    that was cancelled keeps their frames until the collector comes by, and with them all columns of a library of
    before."""
    turns = _turns.setdefault(asyncio.get_running_loop(), _Turns())
    turns.ranks.append(rank)
    try:
        while True:
            await turns.mine(rank)
            ends = time.perf_counter() + PIECE
            try:
                told = next(steps)
                while time.perf_counter() <= ends and not waiting_keys.any:
                    told = next(steps)
            except StopIteration as done:
                found: T = done.value
                return found
            turns.free_at = time.perf_counter() + PAUSE
            if heard is not None:
                heard(told)
            await asyncio.sleep(PAUSE)
    finally:
        turns.ranks.remove(rank)
        steps.close()
