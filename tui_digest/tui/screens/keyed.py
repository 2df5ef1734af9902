"""What the application asks of a screen with keys of the table: to take one, and to say something in its footer."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

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
        waited = self.keys.waiting
        found = self.keys.feed(token_of(event))
        if found is not None:
            if rows := self._list():
                rows.reveal()
            await self.act(*found)
        if waited or self.keys.waiting:
            self.show_status()

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
