"""What the terminal sends, read so that no byte of it can end the program.

Textual 8.2 ends the application on one byte that is not UTF-8 (a paste from an EUC-KR window, line noise) and on
key codes with sub-parameters, which terminals with the Kitty keyboard protocol may send (`CSI 97:65;2;65u` for A,
`CSI 106;1:3u` for j let go). And it takes for typed keys what it does not know: a terminal's answer about its colours
would mark papers and quit. All of it happens in the driver's input thread, so that thread is the seam: our driver
reads in its place, decodes with replacement, cuts the stream into characters, whole sequences and pastes as ECMA-48
has them, and shows Textual's parser only what that can read. (The driver is in `driver.py`.)
"""

from __future__ import annotations

import re
import time
from codecs import getincrementaldecoder
from collections.abc import Callable, Iterable, Iterator
from functools import cache

from textual import constants, events
from textual._xterm_parser import _MAX_SEQUENCE_SEARCH_THRESHOLD, XTermParser
from textual.keys import Keys
from textual.message import Message

from tui_digest.tui.terminal.keystrokes import HANGUL_BLOCKS, LayoutKey, is_hangul, plain

_KEY_CODE = re.compile(r"\x1b\[(?P<key>[\d:]*);?(?P<modifiers>[\d:]*)(?P<rest>(?:;[\d:]*)?[u~A-HPQRS])", re.ASCII)
_LET_GO = "3"
_LATIN_OR_NO_LETTER = (range(0x250), range(0xE000, 0xF900))
"""Latin letters, and the numbers that the protocol gives to keys like Escape."""
_OTHER_KEYS = re.compile(r"\x1b\[27;(?P<modifiers>\d+);(?P<key>\d+)~", re.ASCII)
"""What xterm and tmux send in place of the Kitty protocol's key codes, where they are set up for it."""
_ESC_CODE = "\x1b[27"
_SURROGATES = re.compile("[\ud800-\udfff]")

_ESC = "\x1b"
_PASTE_OPENS, _PASTE_ENDS = "\x1b[200~", "\x1b[201~"
_STRINGS = tuple("]PX^_")
"""What opens OSC, DCS, SOS, PM and APC after Escape: the terminal's answers, never keys."""
_UNFINISHED = re.compile(
    r"\x1b(?:\[(?:[0-?]*[ -/]*|\[|M.{0,2})"  # CSI; the Linux console's function keys; the oldest mouse report
    r"|O[0-9;]*)?",
    re.DOTALL,
)
_SEQUENCE = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\[\[[A-Z]|\[M.{3}|O[0-9;]*[@-~])", re.DOTALL)
_REST_OF_ESCAPE = re.compile(r"\[[0-?]*[ -/]*[@-~]|O[0-9;]*[@-~]")
_REST_OF_CSI = re.compile(r"[0-?]*[ -/]*[@-~]")
_REST_OF_STRING = re.compile(r"[^\x07\x1b\x9c]*(?:\x07|\x9c|\x1b\\)")
_SEQUENCE_TIME = 1.0
"""Seconds after which an unfinished sequence is given up. A person cannot type one; a slow line can split one."""
_PASTE_SILENCE = 2.0
_LATE_REST = 1.0


def plain_key_code(sequence: str) -> str | None:
    """A key code without sub-parameters; None when it tells that a key was let go, which is no key press.

    The second parameter may add the kind of event, the first the key's other layouts. Of these the place on a US
    keyboard stands for a key of a layout without Latin letters where it is a command and no text: Ctrl with ㅊ is
    Ctrl with c in a text field, too.
    """
    match = _KEY_CODE.fullmatch(sequence) if ":" in sequence else None
    if match is None:
        return sequence
    modifiers, _, event = match["modifiers"].partition(":")
    if event == _LET_GO:
        return None
    own, us = match["key"].partition(":")[0], base_layout_key(sequence)
    return f"\x1b[{ord(us) if us and _commands(modifiers) else own};{modifiers}{match['rest']}"


def base_layout_key(sequence: str) -> str | None:
    """What a US keyboard has on the key of a key code, where the terminal tells it and the layout's own letter is not
    Latin: on a French keyboard `a` is meant to be `a`."""
    match = _KEY_CODE.fullmatch(sequence) if sequence.count(":") >= 2 else None
    own, _, base = f"{match['key']}::".split(":")[:3] if match else ("", "", "")
    if not (own and base) or any(int(own) in some for some in _LATIN_OR_NO_LETTER) or not 0x20 < int(base) < 0x7F:
        return None
    return chr(int(base))


def _commands(modifiers: str) -> bool:
    """Whether modifiers make of a key what is no text: any but Shift and the locks."""
    return bool((int(modifiers or "1") - 1) & 0b111110)


@cache
def _esc_before_hangul() -> re.Pattern[str]:
    hangul = "".join(f"{first}-{last}" for first, last in HANGUL_BLOCKS)
    return re.compile(f"(\x1b\\[27(?:;1(?::1)?)?u)([{hangul}])")


class TerminalGround(Message):
    """The terminal told its background's colour: `dark` or not."""

    def __init__(self, dark: bool, color: tuple[int, int, int] | None = None) -> None:
        super().__init__()
        self.dark = dark
        self.color = color if color is not None else ((0, 0, 0) if dark else (255, 255, 255))
        """Red, green and blue, 0 to 255."""


class TerminalGrey(Message):
    """The terminal told the colour of its own that is called bright black."""

    def __init__(self, color: tuple[int, int, int]) -> None:
        super().__init__()
        self.color = color
        """Red, green and blue, 0 to 255."""


_COLOR = re.compile(r"(11|4;8);rgba?:([0-9a-f]{1,4})/([0-9a-f]{1,4})/([0-9a-f]{1,4})", re.IGNORECASE)
_LONGEST_ANSWER = 40


def color_told(answer: str) -> TerminalGround | TerminalGrey | None:
    """What an OSC string says of the background or of bright black; None where it is about something else."""
    match = _COLOR.match(answer)
    if match is None:
        return None
    which, *parts = match.groups()
    red, green, blue = (round(255 * int(part, 16) / (16 ** len(part) - 1)) for part in parts)
    if which != "11":
        return TerminalGrey((red, green, blue))
    return TerminalGround(0.299 * red + 0.587 * green + 0.114 * blue < 127.5, (red, green, blue))


class KeyParser(XTermParser):
    """Textual's parser, for which a key code it cannot read is an ignored key and not an error."""

    def _sequence_to_key_events(self, sequence: str, alt: bool = False) -> Iterable[events.Key]:
        # An ignored key, and not none at all: without one the parser would take the next keys for the sequence's rest.
        ignored = [events.Key(Keys.Ignore, sequence)]
        if other := _OTHER_KEYS.fullmatch(sequence):
            sequence = f"\x1b[{other['key']};{other['modifiers']}u"
        code = plain_key_code(sequence)
        if code is None:
            return ignored
        try:
            keys = [plain(key) for key in super()._sequence_to_key_events(code, alt)]
        except (ValueError, OverflowError):  # a number that is no code point
            return ignored
        # Half a surrogate pair cannot be written to any terminal or file.
        if any(_SURROGATES.search(key.character or "") for key in keys):
            return ignored
        us = base_layout_key(sequence)
        return [LayoutKey(key.key, key.character, us) for key in keys] if us and len(keys) == 1 else keys


class InputReader:
    """Bytes in, messages out; whatever the bytes are, and wherever the reads cut them."""

    def __init__(self, debug: bool = False, clock: Callable[[], float] = time.monotonic) -> None:
        self._debug = debug
        self._clock = clock
        self._parser = KeyParser(debug)
        self._decode = getincrementaldecoder("utf-8")(errors="replace").decode
        self._open = ""  # a sequence that has begun and not ended
        self._paste: list[str] | None = None
        self._late = ""  # a sequence given up a moment ago: its rest may still come
        self._heard = 0.0  # when the last byte came
        self._began = self._given_up = 0.0
        self._answer = ""  # the beginning of an OSC string

    def feed(self, data: bytes) -> Iterator[Message]:
        """The messages that some bytes complete."""
        # An input method's last syllable belongs before the key that ended its composition: see `_in_sequence`.
        text = self._decode(data)
        if not text.isascii() and _ESC_CODE in text:
            text = _esc_before_hangul().sub(r"\2\1", text)
        now = self._heard = self._clock()
        late, self._late = self._late, ""
        # Two characters in one read a moment after Escape were not typed: a slow line delivers a split sequence so.
        if late and now - self._given_up < _LATE_REST and len(text) > 1 and _rest_of(late).match(text):
            self._begin(late)
        for character in text:
            if self._paste is not None:
                yield from self._in_paste(character)
            elif self._open:
                yield from self._in_sequence(character)
            elif character == _ESC:
                self._begin(_ESC)
            elif "\x80" <= character <= "\x9f":  # the one-character form of a sequence's opening
                self._begin(_ESC + chr(ord(character) - 0x40))
            else:
                yield from self._shown(character)

    @property
    def due(self) -> float | None:
        """Seconds until `tick` completes what has begun; None where nothing has."""
        if self._paste is not None:
            at = self._heard + _PASTE_SILENCE
        elif self._open:
            at = self._began + (constants.ESCAPE_DELAY if len(self._open) <= 2 else _SEQUENCE_TIME)
        else:
            return None
        return max(0.0, at - self._clock())

    def tick(self) -> Iterator[Message]:
        """The messages that only the passing of time completes: an Escape after which nothing came, the end of a
        paste that never came."""
        if self.due != 0:
            return
        if self._paste is not None:
            yield from self._pasted()
        else:
            self._late, self._given_up, self._open = self._open, self._clock(), ""
            if len(self._late) <= 2:  # Escape, or Alt with the character that opens longer sequences
                yield from self._keys(self._late)

    def _begin(self, sequence: str) -> None:
        self._open, self._began = sequence, self._heard

    def _in_sequence(self, character: str) -> Iterator[Message]:
        before, self._open = self._open, ""
        sequence = before + character
        if before != _ESC and before[1] in _STRINGS:
            yield from self._in_string(before, character)
        elif character == _ESC:
            if before == _ESC:
                yield from self._keys(_ESC)
            self._begin(_ESC)
        elif _UNFINISHED.fullmatch(sequence) or sequence[1] in _STRINGS:
            self._open = sequence
        elif sequence == _PASTE_OPENS:
            self._paste = []
        elif len(sequence) == 2 and is_hangul(character):
            # Esc ends what an input method composes, and some terminals deliver the syllable behind it. Alt with a
            # syllable is never meant.
            yield from self._shown(character)
            yield from self._keys(_ESC)
        elif len(sequence) == 2:
            yield from self._keys(sequence)
        elif _SEQUENCE.fullmatch(sequence):
            yield from self._shown(sequence)
        else:  # broken off by a character that no sequence holds: that one was typed
            yield from self._shown(character)

    def _in_string(self, before: str, character: str) -> Iterator[Message]:
        """What a string says is not kept but for an OSC's beginning: only that there was some ("…"), and whether
        Escape came last."""
        if len(before) == 2:
            self._answer = ""
        if before.endswith(_ESC) and character != "\\":  # cut off by the next sequence
            self._begin(_ESC)
            yield from self._in_sequence(character)
        elif not before.endswith(_ESC) and character not in "\x07\x9c\x18\x1a":
            self._open = before[:2] + "…" + (_ESC if character == _ESC else "")
            self._answer += character if len(self._answer) < _LONGEST_ANSWER else ""
        elif before[1] == "]" and (told := color_told(self._answer)) is not None:
            yield told

    def _in_paste(self, character: str) -> Iterator[Message]:
        assert self._paste is not None
        self._paste.append(character)
        if character == "~" and "".join(self._paste[-len(_PASTE_ENDS) :]) == _PASTE_ENDS:
            del self._paste[-len(_PASTE_ENDS) :]
            yield from self._pasted()

    def _pasted(self) -> Iterator[Message]:
        from tui_digest.text.cleaning import clean  # a paste is rare, and the start must not wait for it

        text, self._paste = clean("".join(self._paste or ())), None
        yield events.Paste(text)

    def _keys(self, sequence: str) -> Iterator[Message]:
        """Escape, or Alt and a character."""
        if sequence == _ESC:
            yield events.Key("escape", _ESC)
        else:
            parser = self._parser
            if known := list(parser._sequence_to_key_events(sequence)):
                yield from known
                return
            for key in parser._sequence_to_key_events(sequence[1:], alt=True):
                # Textual forgets Alt where a key's name is longer than a letter: Alt with ] would be ].
                yield key if key.key.startswith("alt+") else events.Key(f"alt+{key.key}", None)

    def _shown(self, text: str) -> Iterator[Message]:
        """What Textual's parser makes of a character or of a whole sequence; nothing where it knows none."""
        if len(text) > _MAX_SEQUENCE_SEARCH_THRESHOLD:
            return
        yield from self._guarded(self._parser.feed(text))
        if self._parser._awaiting.timeout is not None:  # it waits for more of what is whole: it does not know it
            self._renew_parser()

    def _guarded(self, messages: Iterable[Message]) -> Iterator[Message]:
        try:
            yield from messages
        except Exception:  # whatever the terminal sent must not end the session
            self._renew_parser()

    def _renew_parser(self) -> None:
        # A parser that has raised is spent. The next one must know what the terminal told about itself.
        spent, self._parser = self._parser, KeyParser(self._debug)
        self._parser.mouse_pixels = spent.mouse_pixels
        self._parser.terminal_size = spent.terminal_size
        self._parser.terminal_pixel_size = spent.terminal_pixel_size


def _rest_of(given_up: str) -> re.Pattern[str]:
    """What the next read begins with if it holds the rest of a sequence."""
    if given_up == _ESC:
        return _REST_OF_ESCAPE
    return _REST_OF_STRING if given_up[1] in _STRINGS else _REST_OF_CSI
