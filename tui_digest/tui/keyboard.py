"""Keys of another layout become the keys they were struck with, wherever they are no text; and that is said."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_digest.tui.keystrokes import struck, token_of
from tui_digest.tui.notices import FRAME
from tui_digest.tui.screens.keyed import Keyed
from tui_digest.tui.wrap import first_fit

if TYPE_CHECKING:
    from textual import events
    from textual.screen import Screen

    from tui_digest.tui.app import DigestApp

_HINT_TIME = 10.0


class Keyboard:
    """Stands between the terminal's keys and the screens."""

    def __init__(self, app: DigestApp) -> None:
        self._app = app
        self._told = False

    async def take(self, event: events.Key) -> None:
        """Hand a key on as what it means where it goes."""
        app = self._app
        keys = struck(event, app.keys.tokens) if app.settings.layouts and not self._is_text(event) else None
        if keys is None:
            await app.take_key(event)
            self._tell("")
            return
        meant = ""
        for key in keys:
            # Asked anew: the first key of a syllable may have opened a box that the second is typed in.
            if self._is_text(key.own):
                await app.take_key(key.own)
            else:
                meant += token_of(key.meant)
                await app.take_key(key.meant)
        self._tell(f"{token_of(event)}→{meant}" if meant else "")

    def _is_text(self, key: events.Key) -> bool:
        """Whether a key is text where it goes to."""
        screen: Screen[object] = self._app.screen
        if isinstance(screen, Keyed):
            return screen.typing and key.is_printable
        return screen.focused is not None and screen.focused.check_consume_key(key.key, key.character)

    def _tell(self, meant: str) -> None:
        """Show in the status line what a key was taken for; the first time ever also say what that is about."""
        app = self._app
        footed = [screen for screen in app.screen_stack if isinstance(screen, Keyed) and screen.is_running]
        told = [screen for screen in footed if screen.layout_meant != meant]
        if not told:
            return
        for screen in told:
            screen.layout_meant = meant
            screen.show_status()
        if meant and not self._told:
            self._told = True
            if app.library.first_time("layouts"):
                wordings = [app.tr("layout.hint"), app.tr("layout.hint.short")]
                app.notify(first_fit(wordings, app.size.width - FRAME), markup=False, timeout=_HINT_TIME)
