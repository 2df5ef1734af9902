"""Long work as a generator of steps of about a millisecond, between which the app can handle keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Generator

T = TypeVar("T")


def at_once(steps: Generator[object, None, T]) -> T:
    """Does all steps at once, and returns what the generator returns."""
    while True:
        try:
            next(steps)
        except StopIteration as done:
            found: T = done.value
            return found
