"""Shows a command of the user's own before it runs for the first time, whole and to the letter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content

from tui_digest.tui.screens.dialogs import Question, framed
from tui_digest.tui.widgets.prose import Prose

if TYPE_CHECKING:
    from tui_digest.i18n import Translator
    from tui_digest.settings.commands import UserCommand


class ConsentDialog(Question[bool | None]):
    """Asks whether it may run. Answers True, or None."""

    WIDTH = 90
    DEFAULT_CSS = framed("ConsentDialog", "VerticalScroll", WIDTH) + (
        "ConsentDialog #text { margin: 1 0; color: $text-accent; }"
    )
    PLACE = "consent"

    def __init__(self, name: str, command: UserCommand, papers: int, tr: Translator) -> None:
        """`papers` tells on how many it would run."""
        how = tr(f"command.ask.{'tty' if command.tty else 'beside'}", n=papers, format=command.format)
        super().__init__(tr("command.ask.title", name=name), f"{how}\n{tr('command.ask.once')}")
        self._command, self._tr = command, tr

    def told(self) -> ComposeResult:
        """Its text, what it gets, and that the answer is remembered."""
        yield Prose(Content(self._tr("command.ask.about")))
        yield Prose(Content(visible(self._command.run)), id="text")
        yield from super().told()

    def action_scroll(self, lines: int) -> None:
        """Move through a long text."""
        self.query_one(VerticalScroll).scroll_relative(y=lines, animate=False)

    def action_page(self, pages: int) -> None:
        """Move a page through it."""
        frame = self.query_one(VerticalScroll)
        frame.scroll_relative(y=pages * max(1, frame.size.height - 1), animate=False)


def visible(text: str) -> str:
    """The text with all that would not be seen, or would be seen elsewhere, spelled out; line ends are line ends."""
    return "".join(each if each.isprintable() or each == "\n" else _spelled(each) for each in text)


def _spelled(character: str) -> str:
    return f"⟨U+{ord(character):04X}⟩"
