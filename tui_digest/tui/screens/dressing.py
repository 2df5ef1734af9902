"""How the reader looks, from inside: trying themes on, and drawing the screen anew."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from tui_digest.tui.screens.reader import Reader

if TYPE_CHECKING:
    from tui_digest.tui.appearance import Appearance


class Dressing(Reader):
    """The dressing part of the main screen."""

    def action_themes(self, _: int | None = None) -> None:
        """Try themes on; Enter keeps one, Esc puts the one before back on."""
        from tui_digest.tui.screens.theme_dialog import ThemeDialog

        app = cast("Appearance", self.app)
        before = app.worn
        names, errors = app.theme_names()
        self.report(*errors)

        def chosen(name: str | None) -> None:
            if name is None:
                app.choose_theme(before)
                return
            app.choose_theme(name)
            kept = app.keep_theme(name)
            self.say("theme.kept" if kept else "theme.for_now", name=name, own=self.settings.theme)
            app.ask_ground()

        app.push_screen(ThemeDialog(names, before or app.theme, app.choose_theme, self.tr), chosen)

    def action_redraw(self, _: int | None = None) -> None:
        """Write the whole screen: something else has written on it."""
        cast("Appearance", self.app).repaint()
