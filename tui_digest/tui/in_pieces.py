"""Work that must be done on the screen's own loop, a piece at a time: keys come between the pieces."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

Y = TypeVar("Y")
T = TypeVar("T")

PIECE, PAUSE = 0.003, 0.005
"""Seconds that a piece takes, or as long as its step, and seconds between two of them, for keys."""


async def do_in_pieces(steps: Generator[Y, None, T], heard: Callable[[Y], object] | None = None) -> T:
    """Does all steps, as many at once as a piece has time for; returns what they return. After each piece `heard` is
    told what its last step yielded. Given up, the steps let go of what they hold: the traceback of a worker that was
    cancelled keeps their frames until the collector comes by, and with them all columns of a library of before."""
    ends = time.perf_counter() + PIECE
    try:
        while True:
            try:
                told = next(steps)
            except StopIteration as done:
                found: T = done.value
                return found
            if time.perf_counter() > ends:
                if heard is not None:
                    heard(told)
                await asyncio.sleep(PAUSE)
                ends = time.perf_counter() + PIECE
    finally:
        steps.close()
