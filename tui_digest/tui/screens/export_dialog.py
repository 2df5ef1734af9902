"""What goes out, in which format and where to, with the first lines of what it will be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from tui_digest.tui.screens.dialogs import SPARE, Dialog, Question, framed
from tui_digest.tui.widgets.prose import Prose
from tui_digest.tui.wrap import ellipsis, fit_lines, width_of

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence

    from tui_digest.i18n import Translator

SCOPES, DESTINATIONS = ("selected", "entry", "list"), ("clipboard", "file")
COMMAND = "command "
"""Before the name of a command of the user's own, it makes a destination."""

_WIDTH = 84
_PATIENCE = 0.15
"""Seconds that the preview may take before it is said that it is being made."""
_MOST_LINES = 18
"""Lines of the preview."""
_AROUND = 4
"""Lines that the dialog has besides rows and preview: its border, a blank one between those, and the footer."""


class Wanted(NamedTuple):
    """What is exported, and how."""

    scope: str
    """One of `SCOPES`: the papers that are selected, the entry under the cursor, or all of the list."""
    format: str
    """What `export --format` calls it."""
    place: str
    """One of `DESTINATIONS`, or `COMMAND` and the name of one."""


class ExportDialog(Dialog[Wanted | None]):
    """A row a choice, and the beginning of what comes of them. Answers what was chosen, or None."""

    DEFAULT_CSS = framed("ExportDialog", "Vertical", _WIDTH) + (
        "ExportDialog #preview { margin: 1 0 0 0; color: $text-muted; }"
    )
    AUTO_FOCUS = ""
    PLACE = "export_dialog"

    def __init__(
        self,
        start: Wanted,
        scopes: Mapping[str, str],
        formats: Sequence[str],
        preview: Callable[[Wanted, int], Awaitable[str]],
        tr: Translator,
        places: Sequence[str] = DESTINATIONS,
    ) -> None:
        """`scopes` says what each scope has, `places` where it may go; `preview` makes so many lines of the
        text that would go out."""
        super().__init__()
        self._wanted, self._scopes, self._preview, self._tr = start, scopes, preview, tr
        self._values = Wanted(tuple(scopes), tuple(formats), tuple(places))  # type: ignore[arg-type]
        self._at = 0
        self._rows, self._lines = Static(id="choices"), Prose(id="preview")
        self._room_below = 0

    def contents(self) -> ComposeResult:
        """The rows, and the preview."""
        with Vertical():
            yield self._rows
            yield self._lines

    def on_resize(self) -> None:
        """Fit rows and preview."""
        frame, room = self.query_one(Vertical), self._room()
        below = max(0, min(_MOST_LINES, self.app.size.height - _AROUND - len(self._wanted)))
        self._lines.display = below > 0
        self._lines.styles.height = below
        frame.border_title = Content(ellipsis(self._tr("export.asked"), max(1, room - SPARE)))
        self._room_below = below
        self._show()
        self._look()

    def _room(self) -> int:
        return max(1, min(_WIDTH, self.app.size.width) - 4)

    # --- the rows --------------------------------------------------------------------------------------------

    def _show(self) -> None:
        """The rows; where there is room for fewer, from the one under the cursor on."""
        names = [self._tr(f"export.row.{field}") for field in Wanted._fields]
        column, room = max(map(width_of, names)) + 2, self._room()
        rows = [self._row(number, name, column, room) for number, name in enumerate(names)]
        lines = max(1, self.app.size.height - 3)
        self._rows.update(Content("\n").join(rows[self._at :] if lines < len(rows) else rows))

    def _row(self, number: int, name: str, column: int, room: int) -> Content:
        value, here = self._said(number), number == self._at
        head = ellipsis(name + " " * (column - width_of(name)), max(1, room // 2))
        left = max(1, room - width_of(head) - 4)
        shown = f"< {ellipsis(value, left)} >" if here else f"  {ellipsis(value, left)}"
        return Content.assemble(
            (head, "bold" if here else ""), (shown, "bold $text-accent" if here else "$text-accent")
        )

    def _said(self, number: int) -> str:
        if number == 0:
            return self._scopes[self._wanted.scope]
        if number == 1:
            return self._wanted.format
        place, command, name = self._wanted.place.partition(COMMAND)
        return self._tr("export.place.command", name=name) if command else self._tr(f"export.place.{place}")

    def action_move(self, by: int) -> None:
        """Another row."""
        self._at = min(max(self._at + by, 0), len(self._wanted) - 1)
        self._show()

    def action_step(self, by: int) -> None:
        """Another value of the row; after the last one the first."""
        field, values = Wanted._fields[self._at], self._values[self._at]
        value = values[(values.index(self._wanted[self._at]) + by) % len(values)]
        self._wanted = self._wanted._replace(**{field: value})
        self._show()
        if field != "place":
            self._look()

    def action_choose(self) -> None:
        """Take what stands there."""
        self.dismiss(self._wanted)

    def on_click(self, event: events.Click) -> None:
        """A click goes to a row; on the one under the cursor it takes the next value."""
        if event.widget is not self._rows or not 0 <= event.y < len(self._wanted):
            return
        if event.y == self._at:
            self.action_step(1)
        else:
            self._at = event.y
            self._show()

    # --- the preview -----------------------------------------------------------------------------------------

    def _look(self) -> None:
        if self._room_below:
            work: Any = self._looking  # a function: what it returns may never be begun
            self.run_worker(work, group="preview", exclusive=True)

    async def _looking(self) -> None:
        waits = self.set_timer(_PATIENCE, lambda: self._lines.update(Content(self._tr("export.preparing"))))
        try:
            text = await self._preview(self._wanted, self._room_below)
        finally:
            waits.stop()
        self._lines.update(Content("\n".join(shortened(text, self._room(), self._room_below))))


def shortened(text: str, room: int, most: int) -> list[str]:
    """The first `most` lines of a text in `room` cells. Long ones are cut; where lines are left over, the first of them
    go on in these."""
    lines = text.splitlines()[:most]
    left, shown = most - len(lines), list[str]()
    for line in lines:
        drawn = fit_lines(line.expandtabs(4), room, 1 + left)
        left -= len(drawn) - 1
        shown += drawn
    return shown


class ReplaceDialog(Question[bool | None]):
    """Asks whether a file that is there already is to be replaced."""

    PLACE = "replacing"

    def __init__(self, path: str, tr: Translator) -> None:
        super().__init__(tr("export.replace.title"), path, tr("export.replace.about"))
