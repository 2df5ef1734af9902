"""How the screen looks, from inside: trying themes on, and drawing the screen anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tui_digest.tui.voice import Voice
    from tui_digest.tui.window import Window


class Dressing:
    """Themes and repainting."""

    def __init__(self, voice: Voice, window: Window) -> None:
        self._voice, self._window = voice, window

    def themes(self, _: int | None = None) -> None:
        """Try themes on; Enter keeps one, Esc puts the one before back on."""
        from tui_digest.tui.screens.theme_dialog import ThemeDialog

        window = self._window
        before = window.worn
        names, errors = window.theme_names()
        self._voice.report(*errors)

        def chosen(name: str | None) -> None:
            if name is None:
                window.choose_theme(before)
                return
            window.choose_theme(name)
            kept = window.keep_theme(name)
            self._voice.say("theme.kept" if kept else "theme.for_now", name=name, own=window.settings.theme)
            window.ask_ground()

        window.push_screen(
            ThemeDialog(names, before or window.shown_theme, window.choose_theme, self._voice.tr), chosen
        )

    def redraw(self, _: int | None = None) -> None:
        """Write the whole screen: something else has written on it."""
        self._window.repaint()
