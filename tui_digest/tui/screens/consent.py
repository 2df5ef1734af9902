"""Shows a command of the user's own before it runs for the first time, whole and to the letter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content

from tui_digest.tui.screens.dialogs import Dialog, framed
from tui_digest.tui.widgets.prose import Prose

if TYPE_CHECKING:
    from tui_digest.i18n import Translator
    from tui_digest.settings.commands import UserCommand
    from tui_digest.tui.box_keys import BoxKey


class ConsentDialog(Dialog[bool | None]):
    """Asks whether it may run. Answers True, or None."""

    WIDTH = 90
    DEFAULT_CSS = framed("ConsentDialog", "VerticalScroll", WIDTH) + (
        "ConsentDialog #text { margin: 1 0; color: $text-accent; }"
    )
    PLACE = "consent"

    def __init__(self, name: str, command: UserCommand, papers: int, tr: Translator) -> None:
        """`papers` tells on how many it would run."""
        super().__init__()
        self._name, self._command, self._papers, self._tr = name, command, papers, tr

    def contents(self) -> ComposeResult:
        """Its text, what it gets, and that the answer is remembered."""
        tr, command = self._tr, self._command
        how = "tty" if command.tty else "beside"
        with VerticalScroll(can_focus=False) as frame:
            frame.border_title = Content(tr("command.ask.title", name=self._name))
            yield Prose(Content(tr("command.ask.about")))
            yield Prose(Content(visible(command.run)), id="text")
            yield Prose(
                Content(f"{tr(f'command.ask.{how}', n=self._papers, format=command.format)}\n{tr('command.ask.once')}")
            )

    def on_resize(self) -> None:
        """Name the keys that scroll where there is more."""
        self.call_after_refresh(self.foot.show)

    def keys_here(self) -> list[BoxKey]:
        """None that scroll where all is in view."""
        scrolls = self.query_one(VerticalScroll).max_scroll_y
        return [key for key in super().keys_here() if scrolls or not key.action.startswith(("scroll", "page"))]

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
