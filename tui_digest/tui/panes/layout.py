"""Which panes stand on the screen and how wide, from the terminal's size and the user's arrangement. Pure."""

from __future__ import annotations

from typing import NamedTuple

from tui_digest.models import Arrangement

THREE_PANES, TWO_PANES = 116, 88
"""From how many columns on so many panes stand side by side."""

LEAST = 20
"""Cells that every pane keeps, whatever was arranged."""

COMFORTABLE = 30
"""From how many lines on entries of three lines and more are parted by a blank one."""

MOST_TAGS = 16
"""Lines of the lower side list, however high the terminal is, unless it was arranged otherwise: a week has few tags."""

NOTICE, TITLED = 13, 16
"""From how many lines on there is room for the line about the starter digests, and for the titles of list and entry."""


class Room(NamedTuple):
    """The room there is, in cells and lines, and how it is shared among the panes."""

    width: int
    height: int
    pane: str
    """The pane that has the keys."""
    zen: bool
    """Whether the entry is to stand alone."""
    arrangement: Arrangement

    @property
    def shown(self) -> frozenset[str]:
        """What stands on the screen, of `left` (weeks and tags), `entries` and `entry`: all three where there is room;
        two with the one that has the keys; or that one alone."""
        side = self.pane in ("weeks", "tags")
        if self.width >= THREE_PANES and not self.zen:
            return frozenset({"left", "entries", "entry"})
        if self.width >= TWO_PANES and not self.zen:
            return frozenset({"left", "entries"} if side else {"entries", "entry"})
        return frozenset({"left"} if side else {self.pane})

    @property
    def alone(self) -> bool:
        """Whether one pane has the whole screen."""
        return len(self.shown) == 1

    @property
    def titled(self) -> bool:
        """Whether there are lines for the titles of panes."""
        return self.height >= TITLED

    @property
    def left(self) -> int:
        """Cells of the side lists beside others."""
        return self._left + self.fits_left(self.arrangement.left)

    @property
    def middle(self) -> int:
        """Cells of the list of entries beside the entry."""
        return self._middle + self.fits_middle(self.arrangement.middle)

    @property
    def entry(self) -> int:
        """Cells of the entry, where that is shown."""
        if self.alone or "entries" not in self.shown:
            return self.width
        return self.width - (self.left if "left" in self.shown else 0) - self.middle - 1

    @property
    def tags(self) -> int | None:
        """Lines of the lower side list; None where it has its share of what there is."""
        arranged = self.arrangement.tags or self._tags < self._side * 2 // 5
        return self._tags + self.fits_tags(self.arrangement.tags) if arranged and not self.alone else None

    def gap(self, entry_lines: int) -> int:
        """Blank lines between entries of so many lines."""
        return int(self.height >= COMFORTABLE and entry_lines >= 3 and self.arrangement.airy)

    def fits_left(self, more: int) -> int:
        """As much more width of the side lists as leaves the others theirs."""
        others = LEAST if self.width < THREE_PANES else 2 * LEAST
        return min(max(more, LEAST - self._left), max(0, self.width - others - self._left))

    def fits_middle(self, more: int) -> int:
        """As much more width of the list of entries as leaves the entry its own."""
        left = self.left if "left" in self.shown else 0
        own = self._middle
        return min(max(more, LEAST - own), max(LEAST - own, self.width - left - LEAST - own))

    def fits_tags(self, more: int) -> int:
        """As many more lines of the lower side list as leave both a few."""
        own = self._tags
        return min(max(more, 3 - own), max(0, self._side - 4 - own))

    @property
    def _left(self) -> int:
        return max(28, min(34, self.width // 5))

    @property
    def _middle(self) -> int:
        return max(38, min(64, self.width * 36 // 100))

    @property
    def _tags(self) -> int:
        return min(MOST_TAGS, self._side * 2 // 5)

    @property
    def _side(self) -> int:
        """Lines below the title and above the footer, less the lower list's own title."""
        return self.height - 3
