"""What is remembered of the screen from one start to the next. Losing it loses no mark."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_digest.store import place

if TYPE_CHECKING:
    from tui_digest.models import Arrangement, Place
    from tui_digest.paths import Paths


class Memory:
    """Where the user was, how the screen was arranged, which hints were shown, how was exported. Saving never
    raises."""

    def __init__(self, paths: Paths) -> None:
        self._paths = paths

    def first_time(self, hint: str) -> bool:
        """Whether a hint was never shown before; it counts as shown from now on."""
        return place.first_time(self._paths.hints, hint)

    def load_place(self) -> Place:
        """Where the user was at the last stop."""
        return place.load_place(self._paths.place)

    def save_place(self, where: Place) -> None:
        """Keeps where the user is."""
        place.save_place(self._paths.place, where)

    def load_arrangement(self) -> Arrangement:
        """How the screen was arranged by keys."""
        return place.load_arrangement(self._paths.arrangement)

    def save_arrangement(self, arrangement: Arrangement) -> None:
        """Keeps how the screen is arranged."""
        place.save_arrangement(self._paths.arrangement, arrangement)

    def is_allowed(self, command: str) -> bool:
        """Whether the user let run a command of their own with exactly this text."""
        return place.is_allowed(self._paths.allowed, command)

    def allow(self, command: str) -> None:
        """Keeps that the user did."""
        place.allow(self._paths.allowed, command)

    def load_exported(self) -> tuple[str, str]:
        """The format and the place of the last export by a key; empty where there was none."""
        return place.load_exported(self._paths.exported)

    def save_exported(self, chosen: tuple[str, str]) -> None:
        """Keeps format and place of an export."""
        place.save_exported(self._paths.exported, chosen)
