"""Keys of another layout become the keys they were struck with, wherever they are no text; and that is said.

It is also decided here where a key goes that comes when a text field has just been left: see `Late`.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Protocol

from textual import events
from textual.screen import ModalScreen

from tui_digest.tui.key_taker import taker_below, taker_of
from tui_digest.tui.notices import FRAME
from tui_digest.tui.terminal.keystrokes import LATE, Late, is_hangul, now, plain, struck, token_of
from tui_digest.tui.widgets.in_turn import InTurn
from tui_digest.tui.window import Window
from tui_digest.tui.wrap import first_fit

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from textual.screen import Screen
    from textual.widget import Widget

    from tui_digest.i18n import Translator
    from tui_digest.library import Library
    from tui_digest.tui.keymap import Key, KeyReader

_HINT_TIME = 10.0
_PATIENCE = 2.0
"""Seconds after which keys go on although a text field that was ended has not let go of them."""


class Hearing(Protocol):
    """Whatever is sent messages: application, screen or widget."""

    def call_later(self, callback: Callable[..., Any], *args: Any) -> bool:
        """Call something when the messages before it are done; False where none is heard any more."""


class KeyedWindow(Window, Hearing, Protocol):
    """The application, as its keys know it."""

    tr: Translator
    library: Library
    keys: KeyReader
    suspending: frozenset[str]
    """The keys that leave the terminal to the shell."""

    @property
    def screen(self) -> Screen[Any]:
        """The screen on top."""

    @property
    def screen_stack(self) -> list[Screen[Any]]:
        """All screens, that on top last."""

    @property
    def focused(self) -> Widget | None:
        """The widget that has the keys."""

    async def take_key(self, key: events.Key) -> None:
        """Hand a key on as it is meant."""


class Keyboard:
    """Stands between the terminal's keys and the screens."""

    def __init__(self, app: KeyedWindow) -> None:
        self._app = app
        self._told = False
        self._late: Late | None = None
        self._held: list[events.Key] | None = []
        """Keys that wait for `go_on`; None where none has to. Those that come first wait for the first screen."""
        self._held_since = math.inf
        self._turn: object = None
        self.now = 0.0
        """When the key was struck that is being taken, on the clock of Textual's messages."""

    async def take(self, event: events.Key) -> None:
        """Hand a key on as what it means where it goes."""
        app, event = self._app, plain(event)
        self.now = event.time
        if self._held is not None and event.time - self._held_since < _PATIENCE:
            self._held.append(event)
            return
        self._held = None
        if self._is_late(event):
            return
        if token_of(event) in app.suspending and not getattr(app.focused, "undoes", False):
            app.suspend_to_shell()
            return
        keys = struck(event, app.keys.tokens) if app.settings.layouts and not self._is_text(event) else None
        if keys is None:
            await self._give(event)
            self._tell("")
            return
        meant = ""
        for key in keys:
            # Asked anew: the first key of a syllable may have opened a box that the second is typed in.
            if self._is_text(key.own):
                await self._give(key.own)
            else:
                meant += token_of(key.meant)
                await self._give(key.meant)
        self._tell(f"{token_of(event)}→{meant}" if meant else "")

    # --- a dialog --------------------------------------------------------------------------------------------

    async def _give(self, key: events.Key) -> None:
        """Hand a key to the table, or to what has the keys. In a dialog it leads to messages to and fro, of which one
        may close it: the next key waits for that."""
        app = self._app
        screen = app.screen
        below = taker_below(app.screen_stack) if isinstance(screen, ModalScreen) else None
        if below is not None and below.take_over(screen, key):
            return
        await app.take_key(key)
        focused = app.focused
        if isinstance(screen, ModalScreen) and app.screen is screen and not isinstance(focused, InTurn):
            self.hold()
            # The widget and the screen pass the key on to the application, where it acts; what that makes the widget
            # tell, the screen hears.
            way = [focused, screen, app, focused, screen]
            self._turn = object()
            self._pass_on(self._turn, [each for each in way if each is not None])

    def _pass_on(self, turn: object, way: Sequence[Hearing]) -> None:
        """Go on once these have come to all that was sent to them until now, one after the other."""
        if turn is not self._turn:
            return
        for number, each in enumerate(way, 1):
            if each.call_later(self._pass_on, turn, way[number:]):
                return
        self.go_on([])

    def closed(self) -> None:
        """A dialog was closed: what came behind the key that did it goes to the screen below, after its answer."""
        self._turn = None
        self._app.screen.call_later(self.go_on, [])

    # --- a text field that was left --------------------------------------------------------------------------

    def hold(self) -> None:
        """Keep the keys that come, for where they go is being decided: `go_on` follows."""
        if self._held is None:
            self._held, self._held_since = [], self.now

    def go_on(self, first: list[events.Key]) -> None:
        """Let the keys go that were held: first those that had come to the field already."""
        self._app.call_later(self._let_go, first)

    async def _let_go(self, first: list[events.Key]) -> None:
        held, self._held = [*first, *(self._held or ())], None
        for key in held:
            await self.take(key)  # which holds it again where a key before it ended another field

    def expect(self, late: Late | None) -> None:
        """Hand Hangul that comes next to a field that was left (`late`)."""
        self._late = late

    def left(self, reader: KeyReader, act: Callable[[Key], None]) -> None:
        """A screen was left with the key that is being taken: keys whose letters come only now are its own."""

        def take(letters: str) -> None:
            for key in struck(events.Key(letters, letters)) or ():
                if (found := reader.feed(token_of(key.meant))) is not None:
                    act(found[0])

        self.expect(Late(now() + LATE, True, take))

    def _is_late(self, event: events.Key) -> bool:
        late, typed = self._late, event.character or ""
        if late is None:
            return False
        if event.time > late.until or not is_hangul(typed) or not (late.letters or _is_syllable(typed)):
            self._late = None
            return False
        late.take(typed)
        return True

    # --- other layouts ---------------------------------------------------------------------------------------

    def _is_text(self, key: events.Key) -> bool:
        """Whether a key is text where it goes to."""
        screen: Screen[object] = self._app.screen
        if (taker := taker_of(screen)) is not None:
            return taker.typing and key.is_printable
        return screen.focused is not None and screen.focused.check_consume_key(key.key, key.character)

    def _tell(self, meant: str) -> None:
        """Show in the status line what a key was taken for; the first time ever also say what that is about."""
        app = self._app
        takers = [taker for taker in map(taker_of, app.screen_stack) if taker is not None and taker.running]
        told = [taker for taker in takers if taker.tell_meant(meant)]
        if not told:
            return
        if meant and not self._told and not any(taker.flashed for taker in takers):  # what was just said goes first
            self._told = True
            if app.library.memory.first_time("layouts"):
                wordings = [app.tr("layout.hint"), app.tr("layout.hint.short")]
                app.notify(first_fit(wordings, app.size.width - FRAME), markup=False, timeout=_HINT_TIME)


def _is_syllable(character: str) -> bool:
    return 0xAC00 <= ord(character) <= 0xD7A3
