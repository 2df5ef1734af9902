"""Pictures of one's reading: opened over the main screen, and the lists that they lead to."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from tui_digest.library import Library
    from tui_digest.tui.controllers.copying import Copying
    from tui_digest.tui.stats_sections import RowTarget
    from tui_digest.tui.voice import Voice
    from tui_digest.tui.window import Window

_MOST = 100
"""Tags and sections that are counted."""


class Picturing:
    """Shows what one reads, counted."""

    def __init__(
        self, library: Library, voice: Voice, copying: Copying, window: Window, ask: Callable[[str, str | None], None]
    ) -> None:
        """`ask` shows what a query finds in a week (None: in all)."""
        self._library, self._voice, self._copying = library, voice, copying
        self._window, self._ask = window, ask

    def show(self, _: int | None = None) -> None:
        """Open the pictures."""
        from tui_digest.tui.screens.stats import StatsDialog

        def answered(target: RowTarget | None) -> None:
            if target is not None:
                self._ask(target.query, target.week)

        library, voice = self._library, self._voice
        dialog = StatsDialog(
            partial(library.stats.counting, _MOST), library.lists.load_columns, voice.tr, voice.say, voice.report,
            lambda text, told: self._copying.copy(text, "own", told=told),
        )  # fmt: skip
        self._window.push_screen(dialog, answered)
