"""How the app looks: its theme, what the terminal can show of it, and how little is written to show it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING

from textual import constants
from textual.filter import Monochrome, NoColor

from tui_digest.store.look import load_look, save_look
from tui_digest.tui import themes
from tui_digest.tui.terminal.application import TerminalApp
from tui_digest.tui.terminal.kind import TerminalKind, terminal_kind
from tui_digest.tui.terminal.signs import AsciiSigns

if TYPE_CHECKING:
    from tui_digest.errors import ConfigError
    from tui_digest.i18n import Translator
    from tui_digest.library import Library
    from tui_digest.settings.config import Settings
    from tui_digest.tui.terminal.input import TerminalGrey, TerminalGround

_ASK_GROUND = "\x1b]11;?\x1b\\"
_ASK_GREY = "\x1b]4;8;?\x1b\\"


def dark_by_environ(environ: Mapping[str, str]) -> bool | None:
    """Whether the terminal is dark, where COLORFGBG says so: `15;0` is white on black."""
    ground = environ.get("COLORFGBG", "").rpartition(";")[2]
    return int(ground) in (*range(7), 8) if ground.isascii() and ground.isdigit() else None


class Appearance(TerminalApp):
    """The application's part that is about looks."""

    library: Library
    settings: Settings
    tr: Translator
    kind: TerminalKind
    worn: str
    """The theme that was asked for last; the terminal may show another."""
    _ground: tuple[int, int, int] | None = None
    """The terminal's background, as it was told."""

    def dress(self) -> list[ConfigError]:
        """Use the user's theme as far as the terminal can show it; returns what is wrong with it."""
        self.kind = kind = terminal_kind()
        self.no_color = kind.colors is None
        # Textual takes an empty NO_COLOR for one, and greys for none.
        self.change_filters((NoColor, Monochrome), [NoColor()] if kind.colors is None else [])
        if kind.colors is not None and constants.COLOR_SYSTEM == "auto":
            self.use_colors(kind.colors)
        self.take_signs()
        self.paint_sparingly(erases=kind.erases, italics=kind.italics)
        for theme in themes.OURS:
            self.register_theme(theme)
        return self.choose_theme(self.settings.theme or load_look(self.library.paths.look).theme)

    def take_signs(self) -> None:
        """Draw with the signs that the settings name, or else the terminal has."""
        simple = self.settings.signs == "ascii" or (self.kind.ascii and not self.settings.signs)
        self.change_filters((AsciiSigns,), [AsciiSigns(self.kind.encoding)] if simple else [])
        for screen in self.screen_stack:
            # What widgets keep of their lines has gone through the filters already.
            for widget in screen.walk_children(with_self=True):
                widget.refresh()

    def choose_theme(self, name: str) -> list[ConfigError]:
        """Use a theme by its name; an unknown or broken one is said and ours stands. Where the terminal has few
        colours its own are used, for shades would be lost."""
        errors: list[ConfigError] = []
        self.worn = name
        if name == themes.AUTO:
            told = dark_by_environ(os.environ)
            dark = load_look(self.library.paths.look).dark if told is None else told
            name = (themes.DARK if dark else themes.LIGHT).name
        elif name and name not in self.available_themes:
            errors = self._learn_theme(name)
        if self.kind.few and not (name.startswith("ansi-") and name in self.available_themes):
            name = themes.TERMINAL.name
        self.theme = name if name in self.available_themes else themes.DARK.name
        return errors

    def _learn_theme(self, name: str) -> list[ConfigError]:
        """Register a theme of the user's own."""
        from tui_digest.tui import user_themes

        folder = self.library.paths.themes
        if name not in user_themes.names(folder):
            return [user_themes.unknown(name, self.library.paths.settings, folder)]
        theme, errors = user_themes.load(folder, name, self.get_theme)
        if theme is not None:
            self.register_theme(theme)
        return errors

    @property
    def shown_theme(self) -> str:
        """The theme on the screen."""
        return self.theme

    def ask_for_keys(self) -> None:
        """Ask the terminal for as many keys as the settings want."""
        if (ask := getattr(self.driver, "ask_keys", None)) is not None:
            ask()

    def suspend_to_shell(self) -> None:
        """Leave the terminal to the shell until `fg`; from any screen, except in a field where the key means undo."""
        if (suspend := getattr(self.driver, "suspend", None)) is not None:
            suspend()
        else:
            self.notify(self.tr("suspend.not_here"), markup=False, severity="warning")

    def theme_names(self) -> tuple[list[str], list[ConfigError]]:
        """The themes one can choose from, ours first, then the user's, then Textual's; and broken ones' mistakes."""
        from tui_digest.tui import user_themes

        own = user_themes.names(self.library.paths.themes)
        errors = [error for name in own if name not in self.available_themes for error in self._learn_theme(name)]
        ours = [theme.name for theme in themes.OURS]
        others = [name for name in self.available_themes if name not in (*ours, *own)]
        listed = [themes.AUTO, *ours, *(name for name in own if name in self.available_themes), *sorted(others)]
        if self.kind.few:
            listed = [themes.TERMINAL.name, *(name for name in listed if name.startswith("ansi-"))]
        return listed, errors

    def keep_theme(self, name: str) -> bool:
        """Remember a theme that was chosen; False where the settings name one, which then counts at the next start."""
        path = self.library.paths.look
        save_look(path, load_look(path)._replace(theme=name))
        return self.settings.theme in ("", name)

    def ask_ground(self) -> None:
        """Ask the terminal how dark it is, where the theme follows it, and for its grey, where its own colours are
        used; the answers come as messages, or never."""
        if self.is_headless or self.kind.colors is None:
            return
        if self.theme == themes.TERMINAL.name:
            self.write_to_terminal(_ASK_GROUND + _ASK_GREY)
        elif self.worn == themes.AUTO:
            self.write_to_terminal(_ASK_GROUND)

    def on_terminal_grey(self, message: TerminalGrey) -> None:
        """The terminal told its grey, after its ground."""
        if self._ground is not None and self.kind.colors is not None:
            self.register_theme(themes.with_grey(self._ground, message.color))
            if self.theme == themes.TERMINAL.name:
                self.mutate_reactive(Appearance.theme)

    def on_terminal_ground(self, message: TerminalGround) -> None:
        """The terminal told how dark it is."""
        self._ground = message.color
        path = self.library.paths.look
        look = load_look(path)
        if look.dark != message.dark:
            save_look(path, look._replace(dark=message.dark))
        if self.worn == themes.AUTO and dark_by_environ(os.environ) is None:
            self.choose_theme(themes.AUTO)

    def get_css_variables(self) -> dict[str, str]:
        """Textual's variables, and over them those of our inks; none before a theme was chosen, for nothing is drawn
        then."""
        if not hasattr(self, "worn"):
            return {}
        theme = self.current_theme
        own = themes.ink_variables(theme) | themes.attribute_variables(theme)
        self.theme_variables = super().get_css_variables() | own
        return self.theme_variables

    def repaint(self) -> None:
        """Write the whole screen: something else has written on it, or the terminal was another program's."""
        self.forget_painted()
        self.screen.refresh(layout=True)
