"""Takes a screen's keystrokes: reads them against the table of keys, acts, and answers in the footer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from tui_digest.errors import DigestError
from tui_digest.tui.keynames import shown, spelled
from tui_digest.tui.terminal.keystrokes import token_of
from tui_digest.tui.wrap import width_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from textual import events
    from textual.screen import Screen
    from textual.timer import Timer

    from tui_digest.tui.keymap import Key, KeyReader
    from tui_digest.tui.voice import Voice
    from tui_digest.tui.window import Window

_OF_THE_PAPER = ("marks", "several", "copy", "command")
"""Groups of keys that act on the paper under the cursor of the list, whichever pane has the keys."""

_FLASH = 3.0
"""Seconds that a sentence stands in the footer unless others are asked for."""


class ScrolledPane(Protocol):
    """A pane whose cursor the wheel may have left out of view."""

    def reveal(self) -> None:
        """Bring it back: a key acts on what is seen."""


class SelectedText(Protocol):
    """What becomes of text that is selected in a dialog, as `controllers.selecting` does it."""

    def hold_of(self, dialog: Screen[Any]) -> None:
        """It was dragged over."""

    def take_of(self, dialog: Screen[Any], token: str) -> bool:
        """Whether a key acted on it."""


class Keyed(Protocol):
    """A screen on which keys of the table act."""

    @property
    def is_running(self) -> bool:
        """Whether it is still there."""

    @property
    def typing(self) -> bool:
        """Whether a text field has the keys."""

    @property
    def reader(self) -> KeyReader:
        """Reads the keys that act now."""

    @property
    def selecting(self) -> SelectedText:
        """Has the text that is selected."""

    @property
    def pane(self) -> ScrolledPane:
        """The pane that has the keys."""

    def part(self, name: str) -> object:
        """The part of the screen that a key's action names."""

    def reveal_paper(self) -> None:
        """Bring the paper that keys act on into view, where the list that it stands in is shown."""

    def set_timer(self, delay: float, callback: Callable[[], Any] | None = None) -> Timer:
        """Call something after so many seconds."""

    def show_status(self) -> None:
        """Bring title and footer up to date."""


class KeyTaker:
    """Takes one key after the other for a screen; its footer shows `flashed` and `layout_meant`."""

    def __init__(self, table: Sequence[Key], voice: Voice, window: Window, screen: Keyed) -> None:
        self._table, self._voice, self._window, self._screen = table, voice, window, screen
        self.flashed = ""
        """What is said in the footer's place at the moment."""
        self.layout_meant = ""
        """What the last key of another layout was taken for: `ㅓ→j`."""
        self.followers: list[Callable[[], None]] = []
        """Called whenever one of these is another: dialogs say them in a footer of their own."""
        self._timer: Timer | None = None
        self._said_nothing = False
        """Whether that is that a key does nothing."""

    @property
    def typing(self) -> bool:
        """Whether a text field has the keys."""
        return self._screen.typing

    @property
    def running(self) -> bool:
        """Whether its screen is still there."""
        return self._screen.is_running

    def take(self, event: events.Key) -> None:
        """Read one keystroke against the table."""
        reader, token = self._screen.reader, token_of(event)
        waited, typed = reader.waiting, " ".join([*reader.pending, token])
        found = reader.feed(token)
        if found is not None:
            self.heard()
            self._screen.pane.reveal()
            if not self.act(*found):
                self.say_nothing(typed)
        elif not (reader.waiting or (waited and token == "escape")):
            self.say_nothing(typed, other=None if waited else reader.of_other_case(token))
        if waited or reader.waiting:
            self._screen.show_status()

    def heard(self) -> None:
        """A key acted: what is said of one before it that did nothing would seem to be about this one."""
        if self._said_nothing:
            self.fade()

    def take_over(self, dialog: Screen[Any], event: events.Key) -> bool:
        """Whether a key acted on text that is selected in a dialog over the screen. One that is typed does not."""
        field = dialog.focused
        if event.is_printable and field is not None and field.check_consume_key(event.key, event.character):
            return False
        return self._screen.selecting.take_of(dialog, token_of(event))

    def select_over(self, dialog: Screen[Any]) -> None:
        """Text was selected in a dialog over the screen."""
        self._screen.selecting.hold_of(dialog)

    def act(self, key: Key, count: int | None = None) -> bool:
        """Do what a key of the table stands for; what the library cannot do ends no session, it is said. False where
        that is nothing here, which the method tells by returning False itself."""
        if key.group in _OF_THE_PAPER:
            self._screen.reveal_paper()
        owner, _, method = key.action.partition(".")
        try:
            return getattr(self._screen.part(owner), method)(count) is not False
        except DigestError as error:
            self._voice.report(error)
            return True

    def tell_meant(self, meant: str) -> bool:
        """Show what a key of another layout was taken for; False where that stands there already."""
        if meant == self.layout_meant:
            return False
        self.layout_meant = meant
        self._show()
        return True

    # --- what is said in the footer --------------------------------------------------------------------------

    def say_nothing(self, typed: str, *, helps: bool = True, other: Key | None = None) -> None:
        """Say of keys that they do nothing here: once, as long as that stands there. Of a modifier by itself and of
        unknown keys nothing is said. `helps` tells whether the key for help acts there; `other` is what the same letter
        does with Shift, or without."""
        if any(spelled(token) is None or token == "\ufffd" for token in typed.split()):
            return
        tr, key = self._voice.tr, shown(typed)
        help_keys = next((key.keys for key in self._table if key.id == "help" and helps), ())
        sentences = [tr("key.nothing", key=key, help=shown(help_keys[0]))] if help_keys else []
        if other is not None:
            sentences.insert(0, tr("key.nothing.case", key=key, other=shown(typed.swapcase()), name=other.named(tr)))
        for sentence in (*sentences, tr("key.nothing.alone", key=key)):
            if sentence == self.flashed or self.flash(sentence, None):
                self._said_nothing = True
                return

    def flash(self, sentence: str, seconds: float | None) -> bool:
        """Say a sentence in the footer's place for a while; False where it does not fit that line."""
        if "\n" in sentence or width_of(sentence) > self._window.size.width - 2:
            return False
        if self._timer is not None:
            self._timer.stop()
        if (lines := getattr(self._screen, "notice_lines", None)) is not None:
            lines.hush()
        self.flashed, self._timer = sentence, self._screen.set_timer(seconds or _FLASH, self.fade)
        self._said_nothing = False
        self._show()
        return True

    def _show(self) -> None:
        self._screen.show_status()
        for follower in self.followers:
            follower()

    def hush(self) -> None:
        """Say no more what was said; `show_status` follows."""
        self.flashed = ""

    def fade(self) -> None:
        """Show the keys again."""
        self.flashed, self._timer, self._said_nothing = "", None, False
        self._show()


def taker_of(screen: object) -> KeyTaker | None:
    """Who takes the keys of a screen; None for a dialog, which has keys of its own."""
    taker = getattr(screen, "taker", None)
    return taker if isinstance(taker, KeyTaker) else None


def taker_below(screens: Sequence[object]) -> KeyTaker | None:
    """The uppermost of these screens, the last on top, that the keys of the table act on; None where there is none."""
    return next((taker for taker in map(taker_of, reversed(screens)) if taker is not None), None)
