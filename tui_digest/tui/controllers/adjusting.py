"""Settings changed while one reads: they hold at once, and are written into config.toml."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from tui_digest.errors import DigestError
from tui_digest.i18n import language

if TYPE_CHECKING:
    from collections.abc import Callable

    from tui_digest.library import Library
    from tui_digest.tui.screens.settings import Choice
    from tui_digest.tui.voice import Voice
    from tui_digest.tui.window import Window


class Adjusting:
    """The settings screen, and what a setting changes on the screen."""

    def __init__(
        self,
        library: Library,
        voice: Voice,
        window: Window,
        say_anew: Callable[[], None],
        rearrange: Callable[[], None],
    ) -> None:
        """`say_anew` says every word on the screen in another language; `rearrange` follows widths and heights."""
        self._library, self._voice, self._window = library, voice, window
        self._say_anew, self._rearrange = say_anew, rearrange

    def settings(self, _: int | None = None) -> None:
        """Open the settings."""
        from tui_digest.tui.screens.settings import SettingsDialog

        self._window.push_screen(SettingsDialog(self._choices, self.adjust, self._voice.tr))

    def _choices(self) -> list[Choice]:
        from tui_digest.tui.screens.settings import Choice, choices

        window = self._window
        theme = Choice("theme", window.worn or window.shown_theme, window.theme_names()[0])
        return choices(window.settings, {"theme": theme})

    def adjust(self, name: str, value: Any) -> str | None:
        """Use a setting's other value from now on, and write it down. Returns a sentence where that did not go well:
        then it holds until the program is closed."""
        self._window.settings = replace(self._window.settings, **{name: value})
        self._use(name, value)
        from tui_digest.settings.config_file import change
        from tui_digest.tui.default_file import default_file

        tr = self._voice.tr
        try:
            change(self._library.paths.settings, name, value, default=default_file(tr))
        except DigestError as error:
            return tr("setting.not_kept", why=tr(error.message_id, **error.details))
        return None

    def speak(self, lang: str) -> None:
        """Speak another language, as the palette offers it; what it says about itself is said in that language."""
        wrong = self.adjust("lang", lang)
        if wrong or not self._library.imports.starters_differ(lang):  # with starters it was said already
            said = wrong or self._voice.tr("setting.speaks")
            self._window.notify(said, markup=False, severity="warning" if wrong else "information")

    def _use(self, name: str, value: Any) -> None:
        """What changes on the screen. A setting that is only asked for when it is needed has nothing to do here."""
        if name == "lang":
            tr = self._voice.tr
            tr.speak(value or language())
            self._say_anew()
            if self._library.imports.starters_differ(tr.lang):
                said = tr("setting.speaks.starters", command=tr("starters.command.instead"))
                self._window.notify(said, markup=False, timeout=8)
        elif name == "theme":
            self._voice.report(*self._window.choose_theme(value))
        elif name == "signs":
            self._window.take_signs()
        elif name == "all_keys":
            self._window.ask_for_keys()
        elif name in ("body_width", "entry_lines"):
            self._rearrange()
