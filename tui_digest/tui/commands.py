"""The command palette: what the keys do by name, starters."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, ClassVar, cast

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.command import CommandInput, CommandPalette, DiscoveryHit, Hit, Hits, Provider

from tui_digest.i18n import LANGUAGES
from tui_digest.tui.keynames import shown
from tui_digest.tui.widgets.line_box import TrueCursor

if TYPE_CHECKING:
    from tui_digest.tui.app import DigestApp
    from tui_digest.tui.screens.main import MainScreen

_ORDER = ("find", "copy", "marks", "panes", "arrange", "program")
"""The groups of the table as the palette lists them. Moving is not among them: nobody moves a row by name."""


class PaletteBox(TrueCursor, CommandInput):
    """The palette's text field."""


class Palette(CommandPalette):
    """Textual's palette, which Ctrl+C closes too; without this it would tell of quitting, and in English."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+c", "escape", show=False)]

    def compose(self) -> ComposeResult:
        """Textual's own, with a text field whose cursor stands where one types."""
        for widget in super().compose():
            if isinstance(widget, CommandInput):
                yield PaletteBox(placeholder=widget.placeholder, select_on_focus=False)
            else:
                yield widget


class Commands(Provider):
    """What the palette offers over the main screen."""

    def _commands(self) -> Iterator[tuple[str, Callable[[], object]]]:
        """Name and key, what to do; first what has no key of its own."""
        app = cast("DigestApp", self.app)
        main = cast("MainScreen", self.screen)
        state = "off" if main.library.starters_on else "on"
        yield app.tr(f"starters.command.{state}"), partial(main.put_starters, state == "on")
        yield app.tr("remove.command"), main.remove_digest
        for lang in LANGUAGES:
            yield f"{app.tr('palette.language')}: {app.tr(f'setting.lang.is.{lang}')}", partial(main.speak, lang)
        for group in _ORDER:
            for key in main.table:
                if key.group == group and key.id != "palette":
                    yield "  ".join([app.tr(key.label), *map(shown, key.keys[:1])]), partial(main.act, key, None)

    async def discover(self) -> Hits:
        """Everything, before anything is typed."""
        for name, act in self._commands():
            yield DiscoveryHit(name, act)

    async def search(self, query: str) -> Hits:
        """What fits the typed text."""
        matcher = self.matcher(query)
        found = False
        for name, act in self._commands():
            if (score := matcher.match(name)) > 0:
                found = True
                yield Hit(score, matcher.highlight(name), act)
        if not found:  # Textual would say it, in English
            yield Hit(1, cast("DigestApp", self.app).tr("palette.none"), lambda: None)
