"""Settings changed while one reads: they hold at once, and are written into config.toml."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

from tui_digest.errors import DigestError
from tui_digest.i18n import language
from tui_digest.tui.screens.reader import Reader

if TYPE_CHECKING:
    from tui_digest.tui.app import DigestApp
    from tui_digest.tui.screens.settings import Choice


class Adjusting(Reader):
    """The settings part of the main screen."""

    def action_settings(self, _: int | None = None) -> None:
        """Open the settings."""
        from tui_digest.tui.screens.settings import SettingsDialog

        self.app.push_screen(SettingsDialog(self._choices, self.adjust, self.tr))

    def _choices(self) -> list[Choice]:
        from tui_digest.tui.screens.settings import Choice, choices

        app = cast("DigestApp", self.app)
        return choices(self.settings, {"theme": Choice("theme", app.worn or app.theme, app.theme_names()[0])})

    def adjust(self, name: str, value: Any) -> str | None:
        """Use a setting's other value from now on, and write it down. Returns a sentence where that did not go well:
        then it holds until the reader is closed."""
        self.settings = cast("DigestApp", self.app).settings = replace(self.settings, **{name: value})
        self._use(name, value)
        from tui_digest.settings.config_file import change
        from tui_digest.tui.default_file import default_file

        try:
            change(self.library.paths.settings, name, value, default=default_file(self.tr))
        except DigestError as error:
            return self.tr("setting.not_kept", why=self.tr(error.message_id, **error.details))
        return None

    def speak(self, lang: str) -> None:
        """Another language, as the palette offers it; what it says about itself is said in that language."""
        wrong = self.adjust("lang", lang)
        self.app.notify(
            wrong or self.tr("setting.speaks"), markup=False, severity="warning" if wrong else "information"
        )

    def _use(self, name: str, value: Any) -> None:
        """What changes on the screen. A setting that is only asked for when it is needed has nothing to do here."""
        if name == "lang":
            self.tr.speak(value or language())
            self.say_anew()
        elif name == "theme":
            self.report(*cast("DigestApp", self.app).choose_theme(value))
        elif name == "signs":
            cast("DigestApp", self.app).take_signs()
        elif name == "all_keys" and (ask := getattr(self.app._driver, "ask_keys", None)) is not None:
            ask()
        elif name in ("body_width", "entry_lines"):
            self.rearrange()

    # What the other parts answer.

    def say_anew(self) -> None:
        """Every word that stands on the screen, in the language that is spoken now."""
        raise NotImplementedError

    def rearrange(self) -> None:
        """Have everything follow the arrangement and the settings."""
        raise NotImplementedError
