"""What every part of the main screen shares: the library, the words, the panes and what is asked of the list.

The parts (`moving`, `marking`, `copying`, `finding`) each add a handful of `action_…` methods to this base;
`main` puts them together. Only the screen asks the library; the widgets are handed rows and documents.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from tui_digest.errors import DigestError
from tui_digest.i18n import change_words
from tui_digest.query import Asked
from tui_digest.tui.notices import FRAME, fitted

if TYPE_CHECKING:
    from tui_digest.tui.widgets.inks import InkScreen

    # To the checker the parts are screens. At run time only `MainScreen` is one: Textual takes a millisecond to
    # make each class of its own, and there are seven parts.
    Part = InkScreen[None]

    from tui_digest.i18n import Translator
    from tui_digest.library import Library, Rows
    from tui_digest.models import Change, Place, Sighting, Week
    from tui_digest.settings.config import Settings
    from tui_digest.store.events import Event
    from tui_digest.store.summary import Totals
    from tui_digest.tui.keymap import Key
    from tui_digest.tui.widgets.entry_body import EntryBody
    from tui_digest.tui.widgets.picking import Picking
    from tui_digest.tui.widgets.row_list import RowList
else:
    Part = object


JUMP = "jump:"
"""Before the number of a jump, where other rows of the links dialog have an address."""


class Reader(Part):
    """The state of the main screen, and what its parts ask of each other."""

    library: Library
    settings: Settings
    tr: Translator
    table: Sequence[Key]
    weeks_list: RowList
    tags_list: RowList
    entries_list: RowList
    body: EntryBody

    week: str | None
    """The week shown; None for all weeks."""
    totals: Totals
    """The counts of all weeks."""
    weeks: list[Week]
    """The week list's rows below the row for all weeks and without the headings of years."""
    wanted: Asked
    """What the list is narrowed to."""
    rows: Rows
    found: int
    """How many papers the list has, where it is narrowed."""
    acting: int = 0
    """How many acts on the library are being done for this window, beside it."""
    picking: Picking | None = None
    """The selection in the entry that keys move, while they do."""
    pane: str
    """The pane that has the keys: one of `keymap.PANES`."""

    def current(self) -> Sighting | None:
        """The entry under the list's cursor."""
        index = self.entries_list.cursor
        if not 0 <= index < len(self.rows):
            return None
        try:
            return self.rows.sighting(index)
        except DigestError as error:  # its week was damaged or imported anew since the list was made
            self.report(error)
            return None

    def key_here(self) -> str | None:
        """The paper under the list's cursor."""
        index = self.entries_list.cursor
        return self.rows.key(index) if 0 <= index < len(self.rows) else None

    def say(self, message_id: str, *, warn: bool = False, **details: object) -> None:
        """A short notice, bottom right."""
        sentence = fitted(self.tr, message_id, details, self.app.size.width - FRAME)
        self.app.notify(sentence, markup=False, timeout=3, severity="warning" if warn else "information")

    def tell_change(self, prefix: str, change: Change) -> None:
        """A short notice of what an act changed; `prefix` begins the message ids."""
        message_id, details = change_words(prefix, change)
        sentence = fitted(self.tr, message_id, details, self.app.size.width - FRAME)
        if change.others or change.left:
            sentence = self.tr.change(prefix, change)
        self.app.notify(sentence, markup=False, timeout=3)

    def report(self, *errors: DigestError) -> None:
        """Errors of the library, as a notice that stays long enough to be read."""
        sentences = [self.tr(error.message_id, **error.details) for error in errors]
        if sentences:
            self.app.notify("\n".join(sentences), markup=False, timeout=10, severity="error")

    def anew(self, act: Callable[[str], object]) -> Callable[[str], None]:
        """Carries an act on the marks out with a text, and, each time it is asked with another, with that instead:
        one act, which one `undo` takes back."""
        done: Event | None = None

        def carry_out(text: str) -> None:
            nonlocal done
            try:
                before = self.library.marks.next_act("undo")
                if done is not None and done == before:
                    self.library.marks.undo()
                    before = self.library.marks.next_act("undo")
                act(text)
                after = self.library.marks.next_act("undo")
                done = after if after != before else None
            except DigestError as error:
                self.report(error)

        return carry_out

    # What the parts ask of each other; `main` and the parts themselves answer.

    def go_to(self, pane: str) -> None:
        """Give a pane the keys, and show it where not all panes fit."""
        raise NotImplementedError

    def show_week(self, week: str | None, *, key: str | None = None, index: int = 0) -> None:
        """Put another week's entries into the list, the cursor on a paper where it is there, else on a row."""
        raise NotImplementedError

    def show_again(self) -> None:
        """The same after the library changed, with cursor and scrolling where they were."""
        raise NotImplementedError

    def rows_of(self, week: str | None) -> Rows:
        """The entries of a week (None: of all) that what is asked for leaves."""
        return self.library.lists.entries(week, self.wanted)

    def show_rows(self, *, key: str | None = None, index: int = 0) -> None:
        """Ask the library for the list anew, with the week and query as they are."""
        raise NotImplementedError

    def show_entry(self, *, top: int | None = 0) -> None:
        """Put the entry under the cursor into the entry pane, from a line on; None where it is the same entry."""
        raise NotImplementedError

    def opened(self) -> None:
        """The entry shown was opened: it will be read after a short rest on it."""
        raise NotImplementedError

    def leave_selection(self) -> None:
        """Nothing is selected any more."""
        raise NotImplementedError

    def jumps(self, here: Sighting) -> list[tuple[str, Sighting]]:
        """What one can jump to from a paper, each with its words."""
        raise NotImplementedError

    def jump(self, target: Sighting) -> None:
        """Go to a paper in a digest."""
        raise NotImplementedError

    def place(self) -> Place:
        """Where the reader is."""
        raise NotImplementedError

    def look_again(self, *, mine: bool = False) -> None:
        """Show what another window wrote, or (`mine`) what was done beside this screen for it."""
        raise NotImplementedError

    def show_status(self) -> None:
        """Bring title line and footer up to date."""
        raise NotImplementedError

    def marks_changed(self) -> None:
        """Bring everything that shows a mark or a count up to date."""
        raise NotImplementedError

    async def act(self, key: Key, count: int | None) -> None:
        """Do what a key of the table stands for; what the library cannot do ends no session, it is said."""
        from inspect import isawaitable

        try:
            done = getattr(self, f"action_{key.action}")(count)
            if isawaitable(done):
                await done
        except DigestError as error:
            self.report(error)
