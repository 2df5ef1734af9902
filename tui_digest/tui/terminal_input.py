"""What the terminal sends, read so that no byte of it can end the program.

Textual 8.2 ends the application on one byte that is not UTF-8 (a paste from an EUC-KR window, line noise) and on
key codes with sub-parameters, which terminals with the Kitty keyboard protocol may send (`CSI 97:65;2;65u` for A,
`CSI 106;1:3u` for j let go). Both happen in the driver's input thread, so that thread is the seam: the driver here
reads in its place, decodes with replacement, mends the key codes and drops what no rule can read.
"""

from __future__ import annotations

import os
import re
import sys
from codecs import getincrementaldecoder
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from textual import constants, events
from textual._xterm_parser import XTermParser
from textual.keys import Keys

if TYPE_CHECKING:
    from textual.driver import Driver
    from textual.message import Message

_KEY_CODE = re.compile(r"\x1b\[(?P<key>[\d:]*);?(?P<modifiers>[\d:]*)(?P<rest>(?:;[\d:]*)?[u~A-HPQRS])", re.ASCII)
_LET_GO = "3"
_SURROGATES = re.compile("[\ud800-\udfff]")


def plain_key_code(sequence: str) -> str | None:
    """A key code without sub-parameters; None when it tells that a key was let go, which is no key press.

    The first parameter may add the key's other layouts, the second the kind of event; neither means anything to us.
    """
    match = _KEY_CODE.fullmatch(sequence) if ":" in sequence else None
    if match is None:
        return sequence
    modifiers, _, event = match["modifiers"].partition(":")
    if event == _LET_GO:
        return None
    return f"\x1b[{match['key'].partition(':')[0]};{modifiers}{match['rest']}"


class KeyParser(XTermParser):
    """Textual's parser, for which a key code it cannot read is an ignored key and not an error."""

    def _sequence_to_key_events(self, sequence: str, alt: bool = False) -> Iterable[events.Key]:
        # An ignored key, and not none at all: without one the parser would take the next keys for the sequence's rest.
        ignored = [events.Key(Keys.Ignore, sequence)]
        code = plain_key_code(sequence)
        if code is None:
            return ignored
        try:
            keys = list(super()._sequence_to_key_events(code, alt))
        except (ValueError, OverflowError):  # a number that is no code point
            return ignored
        # Half a surrogate pair cannot be written to any terminal or file.
        return ignored if any(_SURROGATES.search(key.character or "") for key in keys) else keys


class InputReader:
    """Bytes in, messages out; whatever the bytes are."""

    def __init__(self, debug: bool = False) -> None:
        self._debug = debug
        self._parser = KeyParser(debug)
        self._decode = getincrementaldecoder("utf-8")(errors="replace").decode

    def feed(self, data: bytes) -> Iterator[Message]:
        """The messages that some bytes complete."""
        # One character at a time, so that a failure costs the sequence it is in and nothing that came with it.
        for character in self._decode(data):
            yield from self._guarded(self._parser.feed(character))

    def tick(self) -> Iterator[Message]:
        """The messages that only the passing of time completes: an Escape after which nothing came."""
        yield from self._guarded(self._parser.tick())

    def _guarded(self, messages: Iterable[Message]) -> Iterator[Message]:
        try:
            yield from messages
        except Exception:  # whatever the terminal sent, it is not worth the reader's session
            # A parser that has raised is spent. The next one must know what the terminal told about itself.
            spent, self._parser = self._parser, KeyParser(self._debug)
            self._parser.mouse_pixels = spent.mouse_pixels
            self._parser.terminal_size = spent.terminal_size
            self._parser.terminal_pixel_size = spent.terminal_pixel_size


def guarded_driver() -> type[Driver] | None:
    """The driver class for `App(driver_class=…)`; None, Textual's own choice, on Windows and where the environment
    names a driver."""
    if sys.platform == "win32" or constants.DRIVER is not None:
        return None
    import selectors

    from textual.drivers.linux_driver import LinuxDriver

    class GuardedDriver(LinuxDriver):
        """Textual's driver with an input thread that outlives any input."""

        def run_input_thread(self) -> None:
            """Read until the application stops, or the terminal is gone."""
            reader = InputReader(self._debug)
            with selectors.SelectSelector() as selector:
                selector.register(self.fileno, selectors.EVENT_READ)
                while not self.exit_event.is_set():
                    if selector.select(0.1):
                        data = _read(self.fileno)
                        if not data:
                            # Textual would ask a dead terminal again and again, with a whole core.
                            self._app.call_later(self._app.exit)
                            return
                        for message in reader.feed(data):
                            self.process_message(message)
                    for message in reader.tick():
                        self.process_message(message)

    return GuardedDriver


def _read(descriptor: int) -> bytes:
    """What there is to read; nothing when the other end has gone."""
    try:
        return os.read(descriptor, 4096)
    except OSError:
        return b""
