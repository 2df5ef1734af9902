"""The application: wiring only. Opens the library, pushes the main screen, routes keys and errors."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.geometry import Offset
from textual.screen import Screen

from tui_digest import start_code
from tui_digest.errors import log_unexpected
from tui_digest.library import Library
from tui_digest.settings.config import placed
from tui_digest.tui import collecting
from tui_digest.tui.appearance import Appearance
from tui_digest.tui.key_taker import taker_of
from tui_digest.tui.keyboard import Keyboard
from tui_digest.tui.keymap import KeyReader, with_overrides
from tui_digest.tui.screens.main import MainScreen
from tui_digest.tui.terminal import last_screen
from tui_digest.tui.terminal.inside import LackingError, lacking_at_start
from tui_digest.tui.widgets.notice_lines import notice_lines_of

if TYPE_CHECKING:
    from textual.command import Provider
    from textual.notifications import SeverityLevel

    from tui_digest.errors import DigestError
    from tui_digest.i18n import Translator
    from tui_digest.paths import Paths
    from tui_digest.settings.config import Settings


_PATIENCE = 10.0
"""Seconds after which the process ends at the latest, once a signal has told it to."""


def _commands() -> type[Provider]:
    """The palette's provider, loaded when the palette first opens."""
    from tui_digest.tui.palette import Commands

    return Commands


class DigestApp(Appearance):
    """One window on the library."""

    COMMANDS: ClassVar = {_commands}
    ENABLE_COMMAND_PALETTE = True
    COMMAND_PALETTE_BINDING = "ctrl+p"
    CSS = """
    OptionList { text-wrap: nowrap; text-overflow: ellipsis; }
    """

    def __init__(
        self, library: Library, settings: Settings, tr: Translator, notices: Sequence[DigestError] = ()
    ) -> None:
        self._notices = list(notices)
        self.left_at: tuple[bytes, bytes] | None = None
        """A picture of the screen that was left."""
        super().__init__()
        self.library, self.settings, self.tr = library, settings, tr
        self.title = "tui-digest"
        self.animation_level = "none"
        table, errors = with_overrides(settings.keys, commands=settings.commands)
        self._notices += [placed(error, library.paths.settings, "keys") for error in errors]
        self.keys, self.keyboard = KeyReader(table), Keyboard(self)
        self.suspending = frozenset(binding for key in table if key.id == "suspend" for binding in key.keys)
        self._notices += self.dress()
        if lacks := lacking_at_start():
            log_unexpected(library.paths.log, tr, LackingError(lacks))

    def on_mount(self) -> None:
        """When the first screen stands, tell what was found wrong so far."""
        loop = asyncio.get_running_loop()
        for name in ("SIGTERM", "SIGHUP"):
            # Leaving by a signal, too, gives the terminal back as it was and keeps the place.
            with contextlib.suppress(AttributeError, NotImplementedError, RuntimeError, ValueError):
                loop.add_signal_handler(getattr(signal, name), self.leave)
        self.app_resume_signal.subscribe(self, lambda _: self.repaint())
        self.call_after_refresh(self._painted)

    def leave(self) -> None:
        """End after a signal, or because the terminal is gone; nothing is waited for longer than `_PATIENCE`.

        Textual's own end writes to the terminal and waits for the thread that does it. All marks are on the disk.
        """
        last_resort = threading.Timer(_PATIENCE, os._exit, (1,))
        last_resort.daemon = True
        last_resort.start()
        self.left_at = self._at_rest()
        self.exit()

    def get_default_screen(self) -> Screen[None]:
        """The main screen stands at the bottom: an empty one below it would be laid out first, for nothing."""
        return MainScreen(self, self.library, self.tr, self.keys)

    def _painted(self) -> None:
        """The first screen stands."""
        self.library.finish_opening()
        collecting.begin()
        start_code.stands()
        self.set_interval(collecting.REST, collecting.look_at_rest)
        found = [*self._notices, *self.library.notices]
        if found:
            sentences = "\n".join(self.tr(error.message_id, **error.details) for error in found)
            self.notify(sentences, markup=False, timeout=10, severity="warning")
        self._notices.clear()
        self.ask_ground()

    def notify(
        self,
        message: str,
        *,
        title: str = "",
        severity: SeverityLevel = "information",
        timeout: float | None = None,
        markup: bool = True,
    ) -> None:
        """A notice: in the footer where it fits that line, else in lines of its own, which a dialog has too."""
        taker = taker_of(self.screen)
        if severity != "error" and taker is not None and taker.flash(message, timeout):
            return
        notice_lines_of(self.screen).say(message, severity, timeout or self.NOTIFICATION_TIMEOUT)

    def end(self, message: str | None = None) -> None:
        """End the program; the message is printed to the terminal then."""
        self.left_at = self._at_rest()
        self.exit(return_code=self.return_code or 0, message=message)

    def _at_rest(self) -> tuple[bytes, bytes] | None:
        """A picture of the screen, where the next start will look the same."""
        screen = self.screen if self.screen_stack else None  # a signal may come when it is ending already
        if isinstance(screen, MainScreen) and screen.at_rest:
            return self.picture(screen.panes.weeks.counted)
        return None

    def open_palette(self) -> None:
        """The palette, in the user's language."""
        from tui_digest.tui.palette import Palette

        if isinstance(self.screen, MainScreen):
            self.push_screen(Palette(placeholder=self.tr("palette.placeholder"), id="--command-palette"))

    async def on_event(self, event: events.Event) -> None:
        """Keys go through our table first, wherever no text field has them.

        Textual's bindings know neither counts nor sequences, and one place for all keys is where those of another
        layout or an input method become the keys that were struck.
        """
        if isinstance(event, events.Key) and not event.is_forwarded:
            await self.keyboard.take(event)
        else:
            await super().on_event(event)

    @property
    def cursor_position(self) -> Offset:
        """Where the terminal's own cursor stands, and so where an input method shows what it composes: in the text
        field, else at the foot of the screen, where keys that wait for others are shown.

        Asked for with every paint. What Textual remembers is where the cursor was before its box was laid out or
        scrolled.
        """
        if not self.is_running:
            return Offset(0, 0)
        at = getattr(self.focused, "cursor_screen_offset", None)
        return at if isinstance(at, Offset) else Offset(0, self.size.height - 1)

    @cursor_position.setter
    def cursor_position(self, _: Offset) -> None:
        """Textual sets it; the value is ignored."""

    async def take_key(self, key: events.Key) -> None:
        """One key as it is meant, to the table or to the text field or dialog that has the keys."""
        taker = taker_of(self.screen)
        if taker is not None and not taker.typing:
            taker.take(key)
        else:
            await super().on_event(key)

    def last_words(self, error: BaseException | None) -> str:
        """Where Textual would print a traceback over the user's terminal: it goes to the log, and one line is shown."""
        return log_unexpected(self.library.paths.log, self.tr, error)


def run(where: Paths, settings: Settings, tr: Translator, errors: Sequence[DigestError]) -> int:
    """Opens the app on this user's library and runs until the user quits; returns the exit code."""
    library = Library.open(where, lang=tr.lang, tag_aliases=settings.tag_aliases, patient=True)
    app = DigestApp(library, settings, tr, errors)
    try:
        app.run()
        library.leave()
    finally:
        library.close()
    if app.left_at is None:
        last_screen.forget(where)
    else:
        last_screen.keep(where, *app.left_at, app.size)
    return app.return_code or 0
