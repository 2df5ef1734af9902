"""What screens, controllers and text fields ask of the application, without knowing the class that answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from textual import events
    from textual.geometry import Size
    from textual.notifications import SeverityLevel
    from textual.screen import Screen

    from tui_digest.errors import ConfigError
    from tui_digest.settings.config import Settings
    from tui_digest.tui.keymap import Key, KeyReader
    from tui_digest.tui.terminal.keystrokes import Late

T = TypeVar("T")


class Turns(Protocol):
    """Where the next keys go when a text field or a screen is left; `tui.keyboard.Keyboard` is one."""

    def hold(self) -> None:
        """Keep the keys that come until `go_on`."""

    def go_on(self, first: list[events.Key]) -> None:
        """Let the held keys go, these before them."""

    def expect(self, late: Late | None) -> None:
        """Hand Hangul that comes next to a field that was left."""

    def closed(self) -> None:
        """A dialog was closed: what came behind the key that did it goes to the screen below."""

    def left(self, reader: KeyReader, act: Callable[[Key], None]) -> None:
        """Read letters that come next as keys of a screen that was left."""


class Window(Protocol):
    """The application: its settings, its looks, the terminal."""

    settings: Settings
    """As they hold now; the one place where they are kept."""

    @property
    def keyboard(self) -> Turns:
        """Where the next keys go."""

    @property
    def size(self) -> Size:
        """Columns and lines of the terminal."""

    worn: str
    """The theme that was asked for last."""

    @property
    def counted(self) -> Mapping[str, int | None]:
        """The counts of views that stand in the picture of the last screen, where that was shown."""

    @property
    def shown_theme(self) -> str:
        """The theme on the screen, which another may stand in for where the terminal has few colours."""

    def notify(
        self,
        message: str,
        *,
        severity: SeverityLevel = "information",
        timeout: float | None = None,
        markup: bool = True,
    ) -> None:
        """Show a notice, for so many seconds."""

    def push_screen(self, screen: Screen[Any], callback: Callable[[Any], None] | None = None) -> object:
        """Open a screen or dialog over this one; `callback` gets its answer."""

    def end(self, message: str | None = None) -> None:
        """End the program; the message is printed to the terminal then."""

    def write_to_terminal(self, text: str) -> None:
        """Send a control sequence to the terminal, where there is one."""

    def ask_for_keys(self) -> None:
        """Ask the terminal for as many keys as the settings want."""

    def lend_terminal(self, work: Callable[[], T]) -> T | None:
        """Give the terminal to what the work starts, and wait for it; what it returns, or None where the terminal
        cannot be lent."""

    def suspend_to_shell(self) -> None:
        """Leave the terminal to the shell until `fg`."""

    def open_palette(self) -> None:
        """Open the palette."""

    def theme_names(self) -> tuple[list[str], list[ConfigError]]:
        """The themes to choose from, and what is wrong with the user's own."""

    def choose_theme(self, name: str) -> list[ConfigError]:
        """Use a theme."""

    def keep_theme(self, name: str) -> bool:
        """Remember a theme for the next start; False where the settings name another."""

    def ask_ground(self) -> None:
        """Ask the terminal how dark it is, where the theme follows it."""

    def take_signs(self) -> None:
        """Draw with the signs that the settings name."""

    def repaint(self) -> None:
        """Write the whole screen."""
