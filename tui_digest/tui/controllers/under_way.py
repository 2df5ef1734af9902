"""What goes on beside the reading, and may be stopped by a key."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class UnderWay:
    """The works under way, by kind."""

    def __init__(self) -> None:
        self._stops: dict[str, threading.Event] = {}

    def begin(self, kind: str) -> threading.Event | None:
        """What is set when the work is to stop; None where one of the kind is under way."""
        return None if kind in self._stops else self._stops.setdefault(kind, threading.Event())

    def end(self, kind: str) -> None:
        """The work is over."""
        self._stops.pop(kind, None)

    @contextmanager
    def one_more(self, kind: str) -> Iterator[threading.Event]:
        """The same for work of which several may be under way, until the block ends."""
        number = 0
        while (stop := self.begin(f"{kind} {number}")) is None:
            number += 1
        try:
            yield stop
        finally:
            self.end(f"{kind} {number}")

    def stop(self, *kinds: str) -> bool:
        """Have works of these kinds (none named: all) stop; False where none is under way."""
        found = [stop for kind, stop in self._stops.items() if not kinds or kind.split(" ")[0] in kinds]
        for each in found:
            each.set()
        return bool(found)
