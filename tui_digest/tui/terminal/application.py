"""Textual's application, with what of its inside the app needs: painting, filters, the driver, the end.

Where this Textual lacks a part (`inside.lacking`), its own stands.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeVar

from rich.text import Text
from textual.app import App, SuspendNotSupported

from tui_digest.tui.terminal import last_screen
from tui_digest.tui.terminal.inside import lacking, own_driver_wanted
from tui_digest.tui.terminal.waiting_keys import waiting_keys

if TYPE_CHECKING:
    from rich.color import ColorSystem
    from textual.driver import Driver
    from textual.filter import LineFilter
    from textual.screen import Screen

    from tui_digest.tui.terminal.painter import Painter


def guarded_driver() -> type[Driver] | None:
    """The driver class for `App(driver_class=…)`; None, Textual's own choice, on Windows, where the environment names
    a driver, and where Textual's inside is not what ours rests on."""
    if not own_driver_wanted() or lacking("driver"):
        return None
    from tui_digest.tui.terminal.driver import GuardedDriver

    return GuardedDriver


T = TypeVar("T")


class TerminalApp(App[None]):
    """An application with our driver that writes to the terminal only what differs."""

    _painter: Painter | None = None
    """None where Textual paints."""

    counted: Mapping[str, int | None] = MappingProxyType({})
    """The counts that stand in the picture of the last screen, where that was shown."""

    def __init__(self) -> None:
        driver = guarded_driver()
        if driver is None or lacking("painter"):
            last_screen.give_back()
        super().__init__(driver_class=driver)

    @property
    def driver(self) -> Any:
        """What stands between the application and the terminal; None before it runs."""
        return getattr(self, "_driver", None)

    def refresh_css(self, animate: bool = True) -> None:
        """Give all that stands the styles of another theme. Before the first screen stands nothing was read of the
        style sheet: it only gets the theme's colours."""
        if self.screen_stack:
            super().refresh_css(animate)
        else:
            self.stylesheet.set_variables(self.get_css_variables())

    def write_to_terminal(self, text: str) -> None:
        """Send a control sequence to the terminal, where there is one."""
        if (driver := self.driver) is not None:
            driver.write(text)
            driver.flush()

    def lend_terminal(self, work: Callable[[], T]) -> T | None:
        """Give the terminal to what the work starts, and wait for it; what it returns, or None where the terminal
        cannot be lent."""
        if self.driver is None:
            return None
        try:
            with self.suspend():
                return work()
        except SuspendNotSupported:
            return None
        finally:
            self.forget_painted()

    def change_filters(self, without: tuple[type[LineFilter], ...], add: Sequence[LineFilter]) -> None:
        """Take kinds of filters away from all that is painted, and add others."""
        if not lacking("filters"):
            self._filters[:] = [*(one for one in self._filters if not isinstance(one, without)), *add]

    def use_colors(self, colors: ColorSystem) -> None:
        """Write no more colours than the terminal has."""
        if not lacking("filters"):
            self.console._color_system = colors

    def paint_sparingly(self, *, erases: bool, italics: bool = True) -> None:
        """From now on write only what differs from what the terminal shows; both as for `Painter`."""
        if lacking("painter"):
            self._painter = None
            return
        from tui_digest.tui.terminal.painter import Painter

        self._painter = Painter(erases=erases, italics=italics)

    def stand_on(self, cells: bytes) -> None:
        """The terminal shows a picture of the last screen: write only what differs from it."""
        if self._painter is not None:
            from tui_digest.tui.terminal.picture import adopt

            self.counted = adopt(self._painter, cells)

    def picture(self, counted: Mapping[str, int | None]) -> tuple[bytes, bytes] | None:
        """A picture of what the terminal shows, with counts that stand in it, for `last_screen.keep`; None where that
        is not known."""
        if self._painter is None:
            return None
        from tui_digest.tui.terminal.picture import picture_of

        return picture_of(self._painter, counted)

    def forget_painted(self) -> None:
        """Nothing is known any more of what the terminal shows."""
        if self._painter is not None:
            self._painter.forget()

    def _display(self, screen: Screen[object], renderable: Any) -> None:
        """Write what differs from what the terminal shows, instead of all that was drawn anew."""
        driver = self.driver
        if self._painter is not None and driver is not None and not driver.is_inline:
            renderable = self._painter.instead_of(renderable, self.size)
        super()._display(screen, renderable)
        waiting_keys.answered()

    def last_words(self, error: BaseException | None) -> str:
        """The line that is printed after a mistake of the program."""
        return repr(error)

    def _fatal_error(self) -> None:
        """Where Textual would print a traceback over the user's terminal, one line is shown."""
        if lacking("end"):
            super()._fatal_error()
            return
        self._exit_renderables.append(Text(self.last_words(self._exception)))
        self._close_messages_no_wait()
