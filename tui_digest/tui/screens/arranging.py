"""Arranging the screen by keys: widths and heights of the panes, width of the text, density, formulas or source."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_digest.tui.screens.reader import Reader

if TYPE_CHECKING:
    from tui_digest.models import Arrangement
    from tui_digest.tui.rows import EntryRows

_STEP = 4
"""Cells by which a width changes."""

NARROWEST, WIDEST = 40, 200
"""Cells of text in a line of the entry, as far as the keys go."""

_DENSER = {3: 2, 2: 1, 1: 3}


class Arranging(Reader):
    """The arranging part of the main screen. What it changes holds at once, and at the next start."""

    arrangement: Arrangement
    entry_rows: EntryRows

    @property
    def text_measure(self) -> int:
        """Cells of text in a line of the entry, at most."""
        return self.arrangement.of("body_width", self.settings.body_width)

    @property
    def entry_lines(self) -> int:
        """Lines of an entry in the list."""
        return self.arrangement.of("entry_lines", self.settings.entry_lines)

    def action_pane_wider(self, count: int | None = None) -> None:
        """The pane that has the keys, wider."""
        self._widen(_STEP * (count or 1))

    def action_pane_narrower(self, count: int | None = None) -> None:
        """The pane that has the keys, narrower."""
        self._widen(-_STEP * (count or 1))

    def _widen(self, cells: int) -> None:
        if len(self.shown_panes()) == 1:
            self.say("arrange.alone")
        elif self.pane in ("weeks", "tags"):
            self._arrange(self.arrangement._replace(left=self.fits_left(self.arrangement.left + cells)))
        else:
            wider = cells if self.pane == "entries" else -cells
            self._arrange(self.arrangement._replace(middle=self.fits_middle(self.arrangement.middle + wider)))

    def action_tags_higher(self, count: int | None = None) -> None:
        """More room for the lower side list."""
        self._arrange(self.arrangement._replace(tags=self.fits_tags(self.arrangement.tags + 2 * (count or 1))))

    def action_tags_lower(self, count: int | None = None) -> None:
        """More room for the week list."""
        self._arrange(self.arrangement._replace(tags=self.fits_tags(self.arrangement.tags - 2 * (count or 1))))

    def action_text_wider(self, count: int | None = None) -> None:
        """Longer lines of text."""
        self._measure(_STEP * (count or 1))

    def action_text_narrower(self, count: int | None = None) -> None:
        """Shorter lines of text."""
        self._measure(-_STEP * (count or 1))

    def _measure(self, cells: int) -> None:
        # From what is seen: widening a text that the pane holds narrower than it might be would show nothing.
        before = min(self.text_measure, max(self.body.text_width, NARROWEST))
        now = min(max(before + cells, NARROWEST), WIDEST)
        self._arrange(self.arrangement.choosing("body_width", self.settings.body_width, now))
        self.say("arrange.text", n=now)

    def action_density(self, _: int | None = None) -> None:
        """Three lines an entry in the list, two, one, and round again."""
        now = _DENSER[self.entry_lines]
        self._arrange(self.arrangement.choosing("entry_lines", self.settings.entry_lines, now))

    def action_spacing(self, _: int | None = None) -> None:
        """With or without the blank lines that part entries and paragraphs."""
        self._arrange(self.arrangement._replace(airy=not self.arrangement.airy))
        self.say(f"arrange.{'airy' if self.arrangement.airy else 'dense'}")

    def action_formulas(self, _: int | None = None) -> None:
        """Formulas as Unicode, or as they were written."""
        self._arrange(self.arrangement._replace(source=not self.arrangement.source))
        self.say(f"arrange.{'source' if self.arrangement.source else 'formulas'}")

    def action_arrangement_reset(self, _: int | None = None) -> None:
        """Everything as it comes."""
        self._arrange(type(self.arrangement)())
        self.say("arrange.reset")

    def _arrange(self, arrangement: Arrangement) -> None:
        """Show another arrangement and keep it."""
        if arrangement == self.arrangement:
            return
        self.arrangement = arrangement
        self.library.memory.save_arrangement(arrangement)
        self.rearrange()

    def rearrange(self) -> None:
        """Have everything follow the arrangement and the settings."""
        self.entry_rows.lines, self.entry_rows.source = self.entry_lines, self.arrangement.source
        self.entries_list.set_gap(0)
        self.entries_list.row_height = self.entry_rows.height
        self.body.measure = self.text_measure
        self.fit_panes()
        self.entries_list.refresh_rows()
        self.show_entry(top=None)

    # What the panes answer.

    def shown_panes(self) -> set[str]:
        """The panes on the screen."""
        raise NotImplementedError

    def fit_panes(self) -> None:
        """Fit the panes to the terminal and the arrangement."""
        raise NotImplementedError

    def fits_left(self, more: int) -> int:
        """As much more width of the side lists as there is room for."""
        raise NotImplementedError

    def fits_middle(self, more: int) -> int:
        """As much more width of the list of entries as there is room for."""
        raise NotImplementedError

    def fits_tags(self, more: int) -> int:
        """As many more lines of the lower side list as there is room for."""
        raise NotImplementedError
