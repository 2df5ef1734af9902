"""What the application asks of a screen with keys of the table: to take one, and to say something in its footer."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from tui_digest.tui.keynames import shown, spelled
from tui_digest.tui.keystrokes import token_of
from tui_digest.tui.screens.reader import Reader
from tui_digest.tui.wrap import width_of

if TYPE_CHECKING:
    from textual import events
    from textual.timer import Timer

    from tui_digest.tui.app import DigestApp
    from tui_digest.tui.keymap import KeyReader
    from tui_digest.tui.widgets.row_list import RowList


class Keyed(Reader):
    """The part of a screen that has keys and a footer."""

    keys: KeyReader
    flashed: str = ""
    """What is said in the footer's place at the moment."""
    layout_meant: str = ""
    """What the last key of another layout was taken for: `ㅓ→j`."""
    _flash_timer: Timer | None = None

    @property
    def typing(self) -> bool:
        """Whether a text field has the keys."""
        raise NotImplementedError

    async def take_key(self, event: events.Key) -> None:
        """Read one keystroke against the table."""
        waited, token = self.keys.waiting, token_of(event)
        typed = " ".join([*self.keys.pending, token])
        found = self.keys.feed(token)
        if found is not None:
            if rows := self._list():
                rows.reveal()
            await self.act(*found)
        elif not (self.keys.waiting or (waited and token == "escape")):
            self.say_nothing(typed)
        if waited or self.keys.waiting:
            self.show_status()

    def say_nothing(self, typed: str, *, helps: bool = True) -> None:
        """Say of keys that they do nothing here: once, as long as that stands there. Of what nobody types with a
        purpose (a modifier by itself, a key that is not known) nothing is said. `helps` tells whether the key for help
        acts there."""
        if any(spelled(token) is None or token == "\ufffd" for token in typed.split()):
            return
        help_keys = next((key.keys for key in self.table if key.id == "help" and helps), ())
        for helped in (shown(help_keys[0]) if help_keys else "", ""):
            sentence = self.tr("key.nothing" if helped else "key.nothing.alone", key=shown(typed), help=helped)
            if sentence == self.flashed or self.flash(sentence, None):
                return

    def flash(self, sentence: str, seconds: float | None) -> bool:
        """Say a sentence in the footer's place for a while; False where it does not fit that line."""
        if "\n" in sentence or width_of(sentence) > self.app.size.width - 2:
            return False
        if self._flash_timer is not None:
            self._flash_timer.stop()
        self.flashed, self._flash_timer = sentence, self.set_timer(seconds or 3.0, self._fade)
        self.show_status()
        return True

    def _fade(self) -> None:
        self.flashed, self._flash_timer = "", None
        self.show_status()

    def action_suspend(self, _: int | None = None) -> None:
        """Leave the terminal to the shell until `fg`."""
        cast("DigestApp", self.app).action_suspend()

    def _list(self) -> RowList | None:
        """The list that has the keys, or None where the entry has them."""
        raise NotImplementedError
