"""The command palette: every key of the table by name, themes, language, starters."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, cast

from textual.command import DiscoveryHit, Hit, Hits, Provider

from tui_digest.tui.keymap import shown

if TYPE_CHECKING:
    from tui_digest.tui.app import DigestApp
    from tui_digest.tui.screens.main import MainScreen


class Commands(Provider):
    """What the palette offers over the main screen."""

    def _commands(self) -> Iterator[tuple[str, str, Callable[[], object]]]:
        """Name, keys, what to do."""
        app = cast("DigestApp", self.app)
        main = cast("MainScreen", self.screen)
        for key in main.table:
            if key.id != "palette":
                yield app.tr(key.label), "  ".join(shown(k) for k in key.keys), partial(main.act, key, None)
        state = "off" if main.library.starters_on else "on"
        yield app.tr(f"starters.command.{state}"), "", partial(main.put_starters, state == "on")
        yield app.tr("remove.command"), "", main.remove_digest
        for name in app.available_themes:
            yield f"{app.tr('palette.theme')}: {name}", "", partial(app.choose_theme, name)

    async def discover(self) -> Hits:
        """Everything, before anything is typed."""
        for name, keys, act in self._commands():
            yield DiscoveryHit(name, act, help=keys or None)

    async def search(self, query: str) -> Hits:
        """What fits the typed text."""
        matcher = self.matcher(query)
        for name, keys, act in self._commands():
            if (score := matcher.match(name)) > 0:
                yield Hit(score, matcher.highlight(name), act, help=keys or None)
