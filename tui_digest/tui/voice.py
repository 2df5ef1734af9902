"""How screens and controllers speak to the user: notices, in the user's language and fitted to the line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_digest.i18n import change_words
from tui_digest.tui.notices import FRAME, TITLE_ROOM, fitted, with_title
from tui_digest.tui.wrap import width_of

if TYPE_CHECKING:
    from tui_digest.errors import DigestError
    from tui_digest.i18n import Translator
    from tui_digest.models import Change
    from tui_digest.tui.window import Window

_SHORT, _NEWS, _LONG = 3.0, 5.0, 10.0
"""Seconds for which a notice, news from elsewhere, and an error are shown."""


class Voice:
    """Says what happened. `tr` is the translator, which may be told to speak another language at any time."""

    def __init__(self, window: Window, tr: Translator) -> None:
        self.tr = tr
        self._window = window

    def say(self, message_id: str, *, warn: bool = False, paper: str = "", **details: object) -> None:
        """Show a short notice; `paper` is the title of the one which it is about, where it is about one."""
        sentence = fitted(self.tr, message_id, details, self._room)
        left = self._room - TITLE_ROOM
        if (
            paper
            and left < width_of(sentence)
            and width_of(shorter := fitted(self.tr, message_id, details, left)) <= left
        ):
            sentence = shorter  # which paper was meant is worth more than a whole address
        sentence = with_title(sentence, paper, self._room)
        self._window.notify(sentence, markup=False, timeout=_SHORT, severity="warning" if warn else "information")

    def tell_change(self, prefix: str, change: Change, title: str = "") -> None:
        """Show a short notice of what an act changed; `prefix` begins the message ids, `title` is that of the one paper
        that it changed."""
        message_id, details = change_words(prefix, change)
        sentence = fitted(self.tr, message_id, details, self._room)
        if change.others or change.left:
            sentence = self.tr.change(prefix, change)
        sentence = with_title(sentence, title, self._room)
        self._window.notify(sentence, markup=False, timeout=_SHORT)

    def tell_news(self, sentence: str) -> None:
        """Show what came from elsewhere."""
        self._window.notify(sentence, markup=False, timeout=_NEWS)

    def warn(self, message_id: str, **details: object) -> None:
        """Show a warning that stays long enough to be read, whole."""
        self._window.notify(self.tr(message_id, **details), markup=False, timeout=_LONG, severity="warning")

    def report(self, *errors: DigestError) -> None:
        """Show errors, as one notice that stays long enough to be read."""
        sentences = [self.tr(error.message_id, **error.details) for error in errors]
        if sentences:
            self._window.notify("\n".join(sentences), markup=False, timeout=_LONG, severity="error")

    def fail(self, sentence: str) -> None:
        """Show the sentence for an unforeseen error."""
        self._window.notify(sentence, markup=False, timeout=_LONG, severity="error")

    @property
    def _room(self) -> int:
        return self._window.size.width - FRAME
