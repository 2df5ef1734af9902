"""Textual's palette, which shows its rows at once."""

from __future__ import annotations

from collections.abc import Sequence

from textual.command import Command, CommandInput, CommandList, CommandPalette, DiscoveryHit, Hit, Provider
from textual.content import Content
from textual.theme import Theme

from tui_digest.tui.terminal.inside import lacking


class PromptPalette(CommandPalette):
    """Lists what fits the typed text at once. Textual gathers that in the background, and Enter would choose from what
    fitted some letters ago."""

    nothing_fits = ""
    """Said in place of the rows where nothing fits."""

    def on_mount(self) -> None:
        """Follow the theme: Textual leaves the palette out when another one is worn, as long as it is on top."""
        self.app.theme_changed_signal.subscribe(self, self._wear)

    def _wear(self, _: Theme) -> None:
        self.app.stylesheet.update(self)

    def hits_of(self, provider: Provider, typed: str) -> Sequence[DiscoveryHit | Hit] | None:
        """What fits; None where only Textual can ask the provider."""
        return None

    def _gather_commands(self, search_value: str) -> None:  # type: ignore[override]
        hits = None
        if not lacking("palette"):
            (provider,) = self._providers
            hits = self.hits_of(provider, search_value)
        if hits is None:
            super()._gather_commands(search_value)
            return
        listed = self.query_one(CommandList)
        rows = [Command(_prompt(hit), hit, id=str(number)) for number, hit in enumerate(hits)]
        if not hits:
            said = Hit(0, self.nothing_fits, lambda: None)
            rows = [Command(_prompt(said), said, id=self._NO_MATCHES, disabled=True)]
        self._refresh_command_list(listed, rows, clear_current=True)
        if not hits:
            listed.highlighted = None
        self.add_class("-ready")

    def list_anew(self) -> None:
        """Make the rows again."""
        self._gather_commands(self.query_one(CommandInput).value)

    def leave(self) -> None:
        """Close it, whatever was typed."""
        if lacking("palette"):
            self.dismiss()
        else:
            self._action_escape()


def _prompt(hit: DiscoveryHit | Hit) -> Content:
    """A row of the list."""
    return hit.prompt if isinstance(hit.prompt, Content) else Content(str(hit.prompt))
