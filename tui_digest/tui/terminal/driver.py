"""The driver between the application and the terminal: what is asked of the terminal, and how it is given back.

Textual asks terminals with the Kitty keyboard protocol to send every key as an escape sequence. A program that is
killed, or whose connection is lost, cannot take that back, and the shell then understands no key at all. Ours asks for
no more than it needs: Esc and Ctrl told apart from other bytes, and where a key lies on a US keyboard. Letters and
Enter stay what every shell knows.
"""

from __future__ import annotations

import asyncio
import os
import select
import signal
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TextIO, cast

from textual import constants, events
from textual.drivers.linux_driver import LinuxDriver

from tui_digest.tui.terminal import last_screen
from tui_digest.tui.terminal.input import InputReader
from tui_digest.tui.terminal.kind import terminal_kind
from tui_digest.tui.terminal.terminal_output import LastingOutput, PromptOutput
from tui_digest.tui.terminal.waiting_keys import waiting_keys
from tui_digest.tui.terminal.window_title import on_giving_back, on_taking

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from textual.message import Message

_DISAMBIGUATED, _ALTERNATE, _ALL_KEYS, _TEXT = 1, 4, 8, 16
"""Flags of the Kitty keyboard protocol: Esc and modifiers as key codes; where a key lies; letters as key codes, too;
and with them the text they type."""
_MODEST = _DISAMBIGUATED | _ALTERNATE
_ALL = _MODEST | _ALL_KEYS | _TEXT
_TEXTUALS = f"\x1b[>{_DISAMBIGUATED | _ALL_KEYS | _TEXT}u"
"""What Textual asks for."""
_OTHER_SCREEN = "\x1b[?1049h"
"""Has the terminal show its second screen, and wipes that."""
_POINTER = "\x1b]22;"
"""Begins what asks for another shape of the mouse's pointer: with every move, and some terminals log each."""


class GuardedDriver(LinuxDriver):
    """Textual's driver, with input that the application's own loop reads and that no byte ends, output that outlives
    its terminal, and a way into the background that leads back.

    No thread stands between a key and its answer where none has to: each would be one more that waits for a processor
    and for the interpreter, while other work goes on.
    """

    def __init__(self, *args: Any, mouse: bool = True, **options: Any) -> None:
        super().__init__(*args, mouse=mouse and terminal_kind().mouse, **options)
        output = LastingOutput(cast("TextIO", self._file))
        self._file = cast("Any", output)
        self._output = PromptOutput(output)
        self._reader = InputReader(self._debug)
        self._heard_on_loop = False
        self._tick: asyncio.TimerHandle | None = None
        self._suspending = self._given_back = self._stands = False
        self._running_loop = asyncio.get_running_loop()

    @property
    def _flags(self) -> int:
        """What is asked of the keyboard: every key as a key code only where the user's layout needs it."""
        settings = getattr(self._app, "settings", None)
        return _ALL if getattr(settings, "all_keys", False) else _MODEST

    def write(self, data: str) -> None:
        """Write to the terminal; where Textual asks for key codes, for those that we want, and for no pointers.
        A picture of the last screen stands on the second screen already."""
        if data.startswith(_POINTER) or (self._stands and data == _OTHER_SCREEN):
            return
        data = f"\x1b[>{self._flags}u" if data == _TEXTUALS else data
        if (left := self._output.write(data)) is not None:
            super().write(cast("str", left))

    def _get_terminal_size(self) -> tuple[int, int]:
        """As many columns and rows as the terminal says; Textual loads what packs and unpacks archives to ask it."""
        with suppress(AttributeError, ValueError, OSError):
            columns, rows = os.get_terminal_size(sys.__stdout__.fileno())  # type: ignore[union-attr]
            if columns > 0 and rows > 0 and not {"COLUMNS", "LINES"} & os.environ.keys():
                return columns, rows
        return super()._get_terminal_size()

    def ask_keys(self) -> None:
        """Ask for the key codes of the setting as it is now, in place of those that were asked for."""
        if not constants.DISABLE_KITTY_KEY and self._writer_thread is not None:
            self.write(f"\x1b[={self._flags};1u")
            self.flush()

    # --- into the background and back ------------------------------------------------------------------------

    def suspend(self) -> None:
        """Give the terminal back to the shell, and go on where it was left when the shell gives it again.

        All processes of the job are stopped, for the shell waits for the first of them, which may be `make`. Where no
        shell could wake them (the app is the terminal's only program) the system ignores the signal, and the app goes
        on at once.
        """
        if self._given_back:
            return
        self._suspending = True
        self.suspend_application_mode()
        ours = signal.signal(signal.SIGTSTP, signal.SIG_DFL)
        os.kill(0, signal.SIGTSTP)
        while self._in_background():  # woken by `bg`: there is no screen to paint on
            os.kill(0, signal.SIGSTOP)
        signal.signal(signal.SIGTSTP, ours)
        self._must_signal_resume = True  # has the application paint everything anew
        self.resume_application_mode()
        self._suspending = False

    def _in_background(self) -> bool:
        try:
            return os.tcgetpgrp(self.fileno) != os.getpgrp()
        except OSError:  # no terminal, or it is gone
            return False

    def start_application_mode(self) -> None:
        """Take the terminal, with the picture of the last screen where that stands on it."""
        shown = last_screen.take_over()
        self._stands = shown is not None
        self._output.open()
        self._listen()
        super().start_application_mode()  # type: ignore[no-untyped-call]
        self._given_back = self._stands = False
        if shown is not None:
            self.attrs_before = shown.attributes
            self._app.stand_on(shown.cells)  # type: ignore[attr-defined]
        if self._writer_thread is None:  # the app is in the background, and stops again
            self._stop_listening()
        else:
            self.write(on_taking(os.environ))
            self.flush()

    def stop_application_mode(self) -> None:
        """Give the terminal back."""
        self._given_back = True
        self.write(on_giving_back(os.environ))
        super().stop_application_mode()

    # A signal comes between any two steps, also while the thread that writes is being waited for: what it asks for is
    # done by the event loop in its turn, or never where the app is ending. Done at once it can wait for itself.

    def _sigtstp_application(self, *_: object) -> None:
        """Another process (`kill -TSTP`) asks to stop."""
        if not self._suspending:
            self._in_turn(self.suspend)

    def _sigcont_application(self, *_: object) -> None:
        """Woken. Where the stop was not asked for before (`kill -STOP`) the shell has used the terminal meanwhile: take
        it anew."""
        if not self._suspending:
            self._in_turn(self._take_anew)

    def _in_turn(self, act: Callable[[], None]) -> None:
        with suppress(RuntimeError):  # the loop is closed
            self._running_loop.call_soon_threadsafe(act)

    def _take_anew(self) -> None:
        if not self._given_back and self._writer_thread is not None and not self._in_background():
            self._suspending = True
            self.suspend_application_mode()
            self._must_signal_resume = True
            self.resume_application_mode()
            self._suspending = False

    def close(self) -> None:
        """End the output."""
        self._output.close()
        super().close()

    # --- input -----------------------------------------------------------------------------------------------

    def _listen(self) -> None:
        """Have the application's loop read the terminal, where it can: it cannot wait for a file."""
        self._reader = InputReader(self._debug)
        try:
            self._running_loop.add_reader(self.fileno, self._hear)
        except (OSError, ValueError, NotImplementedError):
            return
        self._heard_on_loop = True
        waiting_keys.listen(self._anything_to_read)

    def disable_input(self) -> None:
        """Read no more; what came until now counts: Textual would throw it away."""
        if self._heard_on_loop and not self._in_background() and self._anything_to_read():
            self._hear()
        self._stop_listening()
        super().disable_input()

    def _stop_listening(self) -> None:
        if self._heard_on_loop:
            self._heard_on_loop = False
            waiting_keys.listen()
            with suppress(RuntimeError):  # the loop is closed
                self._running_loop.remove_reader(self.fileno)
            if self._tick is not None:
                self._tick.cancel()

    def _anything_to_read(self) -> bool:
        return bool(select.select([self.fileno], [], [], 0)[0])

    def _hear(self) -> None:
        """Read what there is."""
        data = _read(self.fileno)
        if not data:
            # Textual would ask a dead terminal again and again, with a whole core.
            self._running_loop.remove_reader(self.fileno)
            waiting_keys.listen()
            self._end()
            return
        self._tell(self._reader.feed(data))

    def _tell(self, messages: Iterable[Message]) -> None:
        for message in messages:
            if isinstance(message, events.InputEvent) and not isinstance(message, events.MouseMove):
                waiting_keys.heard()
            self.process_message(message)
        if self._tick is not None:
            self._tick.cancel()
        due = self._reader.due
        self._tick = None if due is None else self._running_loop.call_later(due, self._time_passed)

    def _time_passed(self) -> None:
        """What only time completes, unless its rest has come meanwhile and only was not read."""
        if self._heard_on_loop and not self._anything_to_read():
            self._tell(self._reader.tick())

    def send_message(self, message: Message) -> None:
        """Hand a message to the application."""
        if self._heard_on_loop:
            self._app.post_message(message)
        else:
            super().send_message(message)

    def _end(self) -> None:
        self._app.call_later(getattr(self._app, "leave", self._app.exit))

    def run_input_thread(self) -> None:
        """Read until the application stops, or the terminal is gone, where its loop cannot."""
        import selectors

        if self._heard_on_loop:
            return
        reader = self._reader
        with selectors.SelectSelector() as selector:
            selector.register(self.fileno, selectors.EVENT_READ)
            while not self.exit_event.is_set():
                if selector.select(0.1):
                    data = _read(self.fileno)
                    if not data:
                        self._end()
                        return
                    for message in reader.feed(data):
                        self.process_message(message)
                for message in reader.tick():
                    self.process_message(message)


def _read(descriptor: int) -> bytes:
    """What there is to read; nothing when the other end has gone."""
    try:
        return os.read(descriptor, 4096)
    except OSError:
        return b""
