"""Choosing a theme: the screen behind the list shows the one under the cursor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from tui_digest.tui.screens.dialogs import ListDialog, framed
from tui_digest.tui.themes import AUTO, TERMINAL
from tui_digest.tui.widgets.choices import Choices

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tui_digest.i18n import Translator


class ThemeDialog(ListDialog[str | None]):
    """The themes by name. Answers the one chosen, or None; then the app looks as before."""

    WIDTH = 34
    DEFAULT_CSS = framed("ThemeDialog", "OptionList", WIDTH) + (
        "ThemeDialog { align: right middle; OptionList > .option-list--option { padding: 0 0 0 1; } }"
    )
    PLACE = "themes"

    def __init__(self, names: Sequence[str], now: str, wear: Callable[[str], object], tr: Translator) -> None:
        """`now` is where the cursor begins; `wear` puts a theme on."""
        super().__init__()
        self._names, self._now, self._wear, self._tr = names, now, wear, tr

    def contents(self) -> ComposeResult:
        """The list."""
        notes = {AUTO: self._tr("theme.auto"), TERMINAL.name: self._tr("theme.terminal")}
        rows = Choices(
            *(
                Option(Content.assemble(name, (f"  {notes.get(name, '')}".rstrip(), "$text-muted")))
                for name in self._names
            )
        )
        rows.border_title = Content(self._tr("theme.title"))
        yield rows

    def on_mount(self) -> None:
        """Begin on the theme that is worn."""
        self.query_one(OptionList).highlighted = self._names.index(self._now) if self._now in self._names else 0

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """Wear it."""
        self._wear(self._names[event.option_index])

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Enter, or a click."""
        self.dismiss(self._names[event.option_index])
