"""The panes: which of them stand on the screen, how wide, and which has the keys."""

from __future__ import annotations

from textual import events
from textual.app import ComposeResult

from tui_digest.tui.keymap import PANES
from tui_digest.tui.screens.arranging import Arranging
from tui_digest.tui.screens.finding import Finding
from tui_digest.tui.screens.moving import Moving
from tui_digest.tui.widgets.bar import Bar
from tui_digest.tui.widgets.frame import Frame

THREE_PANES, TWO_PANES = 116, 88
"""From how many columns on so many panes stand side by side."""

LEAST = 20
"""Cells that every pane keeps, whatever was arranged."""

COMFORTABLE = 30
"""From how many lines on entries of three lines are parted by a blank one."""

NOTICE, TITLED = 13, 16
"""From how many lines on there is room for the line about the starter digests, and for the titles of list and entry."""


class Panes(Moving, Finding, Arranging):
    """The pane part of the main screen: weeks and tags to the left, the list, the entry."""

    zen: bool
    """Whether the entry stands alone, by the reader's wish."""
    title_bar: Bar
    notice_bar: Bar
    footer_bar: Bar
    weeks_bar: Bar
    tags_bar: Bar
    entries_bar: Bar
    entry_bar: Bar
    left: Frame
    middle: Frame
    right: Frame
    _zen_from: str = "entries"
    """The pane in which the entry was asked for alone."""

    def compose(self) -> ComposeResult:
        """Title, notice, panes, footer."""
        self.fit_panes()  # before anything stands, for a change afterwards lays everything out again
        yield self.title_bar
        yield self.notice_bar
        with Frame(id="panes", classes="row"):
            with self.left:
                yield self.weeks_bar
                yield self.weeks_list
                yield self.tags_bar
                yield self.tags_list
            with self.middle:
                yield self.entries_bar
                yield self.entries_list
            with self.right:
                yield self.entry_bar
                yield self.body
        yield self.footer_bar

    def go_to(self, pane: str) -> None:
        """Give a pane the keys."""
        self.pane = pane
        if pane != "entry":
            self.zen = False
            if self.picking is not None:
                self.leave_selection()
        self.fit_panes()
        widgets = {"weeks": self.weeks_list, "tags": self.tags_list, "entries": self.entries_list, "entry": self.body}
        self.set_focus(widgets[pane], scroll_visible=False)
        self.show_status()

    def on_resize(self) -> None:
        """Fit the panes to another size."""
        self.fit_panes()
        self.show_status()

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """A click gave another pane the keys."""
        pane = event.widget.id or ""
        if pane not in PANES or self.focused is not event.widget:  # told late: a key has gone on since
            return
        self.leave_box()
        if pane != self.pane:
            self.go_to(pane)
            if pane == "entry":
                self.opened()

    def shown_panes(self) -> set[str]:
        """Left, list and entry where there is room for three; two with that which has the keys; or that one alone."""
        width = self.app.size.width
        side = self.pane in ("weeks", "tags")
        if width >= THREE_PANES and not self.zen:
            return {"left", "entries", "entry"}
        if width >= TWO_PANES and not self.zen:
            return {"left", "entries"} if side else {"entries", "entry"}
        return {"left"} if side else {self.pane}

    def fit_panes(self) -> None:
        """Fit widths, heights and what is shown to the terminal and to the pane that has the keys."""
        height = self.app.size.height
        shown = self.shown_panes()
        alone = len(shown) == 1
        self.left.display = "left" in shown
        panes = ((self.middle, self.entries_bar, self.entries_list), (self.right, self.entry_bar, self.body))
        for frame, bar, pane in panes:
            frame.display = pane.display = pane.id in shown
            bar.display = not alone and height >= TITLED
        self.left.styles.width = "1fr" if alone else self._left_width() + self.fits_left(self.arrangement.left)
        both = {"entries", "entry"} <= shown
        middle = self._middle_width() + self.fits_middle(self.arrangement.middle)
        self.middle.styles.width = middle if both else "1fr"
        side = height - 3  # below the title, above the footer, less the lower list's own title
        lower = side * 2 // 5 + self.fits_tags(self.arrangement.tags)
        self.tags_list.styles.height = lower if self.arrangement.tags and not alone else "2fr"
        self.middle.set_class("left" in shown and not alone, "beside")
        self.right.set_class(both, "beside")
        for name, bar, rows in (("weeks", self.weeks_bar, self.weeks_list), ("tags", self.tags_bar, self.tags_list)):
            rows.display = not alone or self.pane == name
            bar.display = rows.display and (not alone or height >= TITLED)
        self.notice_bar.display = self.library.imports.starters_on and height >= NOTICE
        self.entries_list.set_gap(int(height >= COMFORTABLE and self.entry_lines == 3 and self.arrangement.airy))

    def _left_width(self) -> int:
        """Cells of the side lists, unless somebody arranged them otherwise."""
        return max(28, min(34, self.app.size.width // 5))

    def _middle_width(self) -> int:
        """Cells of the list of entries beside the entry, unless somebody arranged it otherwise."""
        return max(38, min(64, self.app.size.width * 36 // 100))

    def fits_left(self, more: int) -> int:
        """As much more width of the side lists as leaves the others theirs."""
        own, others = self._left_width(), LEAST if self.app.size.width < THREE_PANES else 2 * LEAST
        return min(max(more, LEAST - own), max(0, self.app.size.width - others - own))

    def fits_middle(self, more: int) -> int:
        """As much more width of the list of entries as leaves the entry its own."""
        left = self._left_width() + self.fits_left(self.arrangement.left) if "left" in self.shown_panes() else 0
        own = self._middle_width()
        return min(max(more, LEAST - own), max(LEAST - own, self.app.size.width - left - LEAST - own))

    def fits_tags(self, more: int) -> int:
        """As many more lines of the lower side list as leave both a few."""
        side = self.app.size.height - 3
        own = side * 2 // 5
        return min(max(more, 3 - own), max(0, side - 4 - own))

    # --- keys ------------------------------------------------------------------------------------------------

    def action_zen(self, _: int | None = None) -> None:
        """The entry alone, or all panes again, and in the one where one was."""
        self.zen = not self.zen
        if self.zen:
            self._zen_from = self.pane
        self.go_to("entry" if self.zen else self._zen_from)

    def action_back(self, _: int | None = None) -> None:
        """Out of a pane; from the list, out of what narrows it; never out of the program."""
        width = self.app.size.width
        if self.zen:
            self.action_zen()
        elif self.pane == "entry" or (self.pane in ("tags", "weeks") and width >= TWO_PANES):
            self.go_to("entries")
        elif self.narrowed:
            self.clear()
        elif width < TWO_PANES:
            self.go_to("weeks")

    def action_open(self, _: int | None = None) -> None:
        """Go into what the cursor is on; in the tags, choose one."""
        if self.pane == "tags":
            self.toggle_tag(self.tags_list.cursor)
        elif self.pane == "weeks":
            self.go_to("entries")
        elif self.pane == "entries":
            self.action_pane_right()
