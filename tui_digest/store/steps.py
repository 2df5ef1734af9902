"""Long work as a generator: between its steps, of a millisecond or so, a screen may take keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Generator

T = TypeVar("T")


def at_once(steps: Generator[object, None, T]) -> T:
    """Does all steps, one right after the other."""
    while True:
        try:
            next(steps)
        except StopIteration as done:
            found: T = done.value
            return found
