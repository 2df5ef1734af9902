"""Arranging the screen by keys: widths and heights of the panes, width of the text, density, formulas or source."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_digest.models import Arrangement
from tui_digest.tui.panes.entry import text_measure

if TYPE_CHECKING:
    from tui_digest.library import Library
    from tui_digest.tui.panes.main_panes import Panes
    from tui_digest.tui.reading_state import ReadingState
    from tui_digest.tui.voice import Voice
    from tui_digest.tui.window import Window

_STEP = 4
"""Cells by which a width changes."""

NARROWEST, WIDEST = 40, 200
"""Cells of text in a line of the entry, as far as the keys go."""

_MOST = 4
"""Lines that an entry in the list takes at most: three of title, and one of facts."""


class Arranging:
    """What it changes holds at once, and at the next start."""

    def __init__(self, state: ReadingState, library: Library, voice: Voice, panes: Panes, window: Window) -> None:
        self._state, self._library, self._voice, self._panes, self._window = state, library, voice, panes, window

    def wider(self, count: int | None = None) -> None:
        """Make the pane that has the keys wider."""
        self._widen(_STEP * (count or 1))

    def narrower(self, count: int | None = None) -> None:
        """Make the pane that has the keys narrower."""
        self._widen(-_STEP * (count or 1))

    def _widen(self, cells: int) -> None:
        pane, room, arrangement = self._state.pane, self._panes.room, self._panes.arrangement
        if room.alone:
            self._voice.say("arrange.alone")
        elif pane in ("weeks", "tags"):
            self._arrange(arrangement._replace(left=room.fits_left(arrangement.left + cells)))
        else:
            wider = cells if pane == "entries" else -cells
            self._arrange(arrangement._replace(middle=room.fits_middle(arrangement.middle + wider)))

    def tags_higher(self, count: int | None = None) -> None:
        """Make more room for the lower side list."""
        self._heighten(2 * (count or 1))

    def tags_lower(self, count: int | None = None) -> None:
        """Make more room for the week list."""
        self._heighten(-2 * (count or 1))

    def _heighten(self, lines: int) -> None:
        arrangement = self._panes.arrangement
        self._arrange(arrangement._replace(tags=self._panes.room.fits_tags(arrangement.tags + lines)))

    def text_wider(self, count: int | None = None) -> None:
        """Make lines of text longer."""
        self._measure(_STEP * (count or 1))

    def text_narrower(self, count: int | None = None) -> None:
        """Make lines of text shorter."""
        self._measure(-_STEP * (count or 1))

    def _measure(self, cells: int) -> None:
        # From what is seen: widening a text that the pane holds narrower than it might be would show nothing.
        settings, arrangement = self._window.settings, self._panes.arrangement
        seen = max(self._panes.entry.body.text_width, NARROWEST)
        now = min(max(min(text_measure(arrangement, settings), seen) + cells, NARROWEST), WIDEST)
        self._arrange(arrangement.choosing("body_width", settings.body_width, now))
        self._voice.say("arrange.text", n=now)

    def density(self, _: int | None = None) -> None:
        """Show entries of one line in the list, of up to two, three, four, and round again."""
        now = self._panes.entry_lines % _MOST + 1
        self._arrange(self._panes.arrangement.choosing("entry_lines", self._window.settings.entry_lines, now))
        self._voice.say("arrange.lines", n=now)

    def spacing(self, _: int | None = None) -> None:
        """Show or leave out the blank lines that part entries and paragraphs."""
        airy = not self._panes.arrangement.airy
        self._arrange(self._panes.arrangement._replace(airy=airy))
        self._voice.say(f"arrange.{'airy' if airy else 'dense'}")

    def formulas(self, _: int | None = None) -> None:
        """Show formulas as Unicode, or as they were written."""
        source = not self._panes.arrangement.source
        self._arrange(self._panes.arrangement._replace(source=source))
        self._voice.say(f"arrange.{'source' if source else 'formulas'}")

    def reset(self, _: int | None = None) -> None:
        """Show everything as it comes."""
        self._arrange(Arrangement())
        self._voice.say("arrange.reset")

    def _arrange(self, arrangement: Arrangement) -> None:
        """Show another arrangement and keep it."""
        if arrangement != self._panes.arrangement:
            self._panes.arrange(arrangement)
            self._library.memory.save_arrangement(arrangement)
