"""Selecting text of the entry by keys, and copying what was selected by keys or mouse."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_digest.tui.keymap import KeyReader
from tui_digest.tui.screens.copying import Copying

if TYPE_CHECKING:
    from textual import events

    from tui_digest.tui.keymap import Key


class Selecting(Copying):
    """The selecting part of the main screen."""

    select_reader: KeyReader | None = None

    def action_select(self, _: int | None = None) -> None:
        """Start selecting in the entry, from the first line in view."""
        if self.current() is None:
            self.say("entries.none_here")
            return
        if self.pane != "entry":
            self.go_to("entry")
            self.opened()
        self.select_reader = KeyReader(tuple(self.table), "select")
        self._begin()
        self._show_picking()

    def _begin(self) -> None:
        from tui_digest.tui.widgets.picking import Picking

        start = self.body.first_point()
        self.picking = Picking(self.body.document, start, start)

    def keep_selection(self) -> None:
        """The entry was put into its pane anew: what was selected stays, or begins anew where its words are others."""
        if self.picking is not None:
            if not self.picking.follow(self.body.document):
                self._begin()
            self.body.select(self.picking.span())

    def act_on_selection(self, key: Key, count: int | None) -> None:
        """Do what a key of the selection's own table stands for."""
        picking = self.picking
        assert picking is not None
        if key.action == "copy":
            self.copy_selection()
        elif key.action == "leave":
            self.leave_selection()
        elif key.action == "swap":
            picking.swap()
            self._show_picking()
        else:
            motion, _, size = key.action.partition("_by_")
            lines = {"half": max(1, self.body.size.height // 2), "page": max(1, self.body.size.height - 2)}
            picking.move(motion, (count or 1) * lines.get(size, 1), self.body.lines)
            self._show_picking()

    def copy_selection(self) -> bool:
        """Copy the selected text, if there is any, and let it go."""
        copied = super().copy_selection()
        if copied:
            self.leave_selection()
        return copied

    def leave_selection(self) -> None:
        """Nothing is selected any more."""
        self.picking = self.select_reader = None
        self.body.select(None)
        self.show_status()

    def _show_picking(self) -> None:
        assert self.picking is not None
        self.body.select(self.picking.span())
        self.body.reveal_line(self.picking.line_of(self.body.lines))
        self.show_status()

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """The mouse selects in its own way."""
        if self.picking is not None:
            self.leave_selection()
