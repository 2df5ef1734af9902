"""What the screens share that show a paper in a pane: what the mouse does to its text, and the note under it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_digest.tui.widgets.bar import Bar
from tui_digest.tui.widgets.inks import InkScreen

if TYPE_CHECKING:
    from textual import events

    from tui_digest.tui.controllers.copying import Copying
    from tui_digest.tui.controllers.noting import Noting
    from tui_digest.tui.controllers.selecting import Selecting
    from tui_digest.tui.widgets.entry_body import EntryBody


class PaperScreen(InkScreen[None]):
    """The main screen, or triage."""

    selecting: Selecting
    copying: Copying
    noting: Noting

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """The mouse selects in its own way; but not in a bar, where a key is clicked."""
        if not isinstance(event.widget, Bar):
            self.selecting.leave()

    def on_text_selected(self) -> None:
        """The mouse was dragged over text."""
        self.selecting.hold()

    def on_entry_body_selected(self, message: EntryBody.Selected) -> None:
        """A word or a paragraph was clicked."""
        message.body.select(message.span)
        self.selecting.hold()

    def on_entry_body_link_chosen(self, message: EntryBody.LinkChosen) -> None:
        """A link was clicked."""
        self.copying.follow(message.index)

    def on_note_editor_written(self) -> None:
        """The note is another now."""
        self.noting.save()

    def on_note_editor_closed(self) -> None:
        """The user is done with the note."""
        self.noting.close()
