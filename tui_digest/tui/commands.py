"""The command palette: what the keys do by name, starters."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, ClassVar, cast

from textual.binding import Binding, BindingType
from textual.command import CommandPalette, DiscoveryHit, Hit, Hits, Provider

from tui_digest.tui.keymap import shown

if TYPE_CHECKING:
    from tui_digest.tui.app import DigestApp
    from tui_digest.tui.screens.main import MainScreen

_ORDER = ("find", "copy", "marks", "panes", "program")
"""The groups of the table as the palette lists them. Moving is not among them: nobody moves a row by name."""


class Palette(CommandPalette):
    """Textual's palette, which Ctrl+C closes too; without this it would tell of quitting, and in English."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+c", "escape", show=False)]


class Commands(Provider):
    """What the palette offers over the main screen."""

    def _commands(self) -> Iterator[tuple[str, Callable[[], object]]]:
        """Name and key, what to do; first what has no key of its own."""
        app = cast("DigestApp", self.app)
        main = cast("MainScreen", self.screen)
        state = "off" if main.library.starters_on else "on"
        yield app.tr(f"starters.command.{state}"), partial(main.put_starters, state == "on")
        yield app.tr("remove.command"), main.remove_digest
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
        for name, act in self._commands():
            if (score := matcher.match(name)) > 0:
                yield Hit(score, matcher.highlight(name), act)
