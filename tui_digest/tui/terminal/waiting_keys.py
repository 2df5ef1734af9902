"""Whether a key waits for its answer: work that could be done a moment later lets it pass.

A program has one terminal, so this is known in one place. The driver says how it can be asked whether something came
that nobody has read yet, and tells when it was read; the application tells when it has painted.
"""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

PATIENCE = 0.1
"""Seconds for which the paint that answers a key is waited for at most: some keys paint nothing."""


def _nothing() -> bool:
    return False


class WaitingKeys:
    """What is known of it."""

    def __init__(self, clock: Callable[[], float] = time.perf_counter) -> None:
        self._clock = clock
        self._unread = _nothing
        self._heard: float | None = None
        self._last = -math.inf

    def listen(self, unread: Callable[[], bool] = _nothing) -> None:
        """From now on ask so whether something came that nobody has read yet. Without a way nothing ever did."""
        self._unread, self._heard = unread, None

    def heard(self) -> None:
        """Something was read, and is to be answered."""
        self._heard = self._last = self._clock()

    def answered(self) -> None:
        """The screen was painted."""
        self._heard = None

    def rested(self, seconds: float) -> bool:
        """Whether nothing was typed for so long."""
        return not self.any and self._clock() - self._last >= seconds

    @property
    def any(self) -> bool:
        """Whether a key waits."""
        if self._heard is not None and self._clock() - self._heard < PATIENCE:
            return True
        self._heard = None
        return self._unread()


waiting_keys = WaitingKeys()
"""Those of this program's terminal."""
