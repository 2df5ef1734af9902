"""The small dialogs over the main screen: help, choosing a link, reading an error."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from tui_digest.tui.keymap import GROUPS, Key, shown

if TYPE_CHECKING:
    from tui_digest.i18n import Translator

_FRAME = """
    {name} {{
        align: center middle;
        background: $background 60%;
        & > Vertical {{
            width: {width}; max-width: 96%; height: auto; max-height: 90%;
            background: $surface; border: round $primary; border-title-color: $text-accent; padding: 0 1;
        }}
    }}
"""


class HelpDialog(ModalScreen[None]):
    """Every key of the table, under headings."""

    DEFAULT_CSS = _FRAME.format(name="HelpDialog", width=76) + "HelpDialog VerticalScroll { height: auto; }"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,question_mark,f1,enter", "dismiss", show=False),
        Binding("j", "down", show=False),
        Binding("k", "up", show=False),
    ]

    def __init__(self, table: Sequence[Key], tr: Translator) -> None:
        super().__init__()
        self._table, self._tr = table, tr

    def compose(self) -> ComposeResult:
        """One scrolling page of two columns: keys, and what they do."""
        with Vertical() as frame:
            frame.border_title = Content(self._tr("help.title"))
            frame.border_subtitle = Content(self._tr("help.close"))
            with VerticalScroll():
                for group in GROUPS:
                    yield Static(Content.styled(self._tr(f"group.{group}"), "bold $text-accent"))
                    yield Static(self._lines(group))

    def _lines(self, group: str) -> Content:
        lines = []
        for key in self._table:
            if key.group == group and key.keys:
                keys = "  ".join(shown(binding) for binding in key.keys)
                lines.append(Content.assemble((f"  {keys:<18} ", "bold"), self._tr(key.label)))
        return Content("\n").join([*lines, Content("")])

    def action_down(self) -> None:
        """Scroll a line on."""
        self.query_one(VerticalScroll).scroll_relative(y=1, animate=False)

    def action_up(self) -> None:
        """Scroll a line back."""
        self.query_one(VerticalScroll).scroll_relative(y=-1, animate=False)


class LinksDialog(ModalScreen[tuple[str, str] | None]):
    """The links of an entry, by number. Answers (`open` or `copy`, URL), or None."""

    DEFAULT_CSS = _FRAME.format(name="LinksDialog", width=90) + (
        "LinksDialog OptionList { height: auto; border: none; background: $surface; }"
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "dismiss", show=False),
        Binding("c,y", "copy", show=False),
        Binding("j", "down", show=False),
        Binding("k", "up", show=False),
        *(Binding(str(n), f"number({n})", show=False) for n in range(1, 10)),
    ]

    def __init__(self, links: Sequence[tuple[str, str]], tr: Translator, choosing: str = "open") -> None:
        """`links` are (URL, what it is); `choosing` is what Enter and a digit do: `open` or `copy`."""
        super().__init__()
        self._links, self._tr, self._choosing = links, tr, choosing

    def compose(self) -> ComposeResult:
        """A numbered list."""
        with Vertical() as frame:
            frame.border_title = Content(self._tr("links.title"))
            frame.border_subtitle = Content(self._tr(f"links.{self._choosing}"))
            rows = [
                Option(Content.assemble((f"{n:2} ", "bold $text-accent"), url, (f"  {what}", "$text-muted")))
                for n, (url, what) in enumerate(self._links, 1)
            ]
            yield OptionList(*rows)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Enter or a click on a row."""
        self.dismiss((self._choosing, self._links[event.option_index][0]))

    def action_number(self, number: int) -> None:
        """A digit chooses at once."""
        if number <= len(self._links):
            self.dismiss((self._choosing, self._links[number - 1][0]))

    def action_copy(self) -> None:
        """Copy the row under the cursor."""
        row = self.query_one(OptionList).highlighted
        if row is not None:
            self.dismiss(("copy", self._links[row][0]))

    def action_down(self) -> None:
        """Move down."""
        self.query_one(OptionList).action_cursor_down()

    def action_up(self) -> None:
        """Move up."""
        self.query_one(OptionList).action_cursor_up()


class TextDialog(ModalScreen[None]):
    """A message that must be read, until a key closes it."""

    DEFAULT_CSS = _FRAME.format(name="TextDialog", width=76) + "TextDialog Static { margin: 1 0; }"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,q,enter,space", "dismiss", show=False)]

    def __init__(self, title: str, text: str, close: str) -> None:
        super().__init__()
        self._title, self._text, self._close = title, text, close

    def compose(self) -> ComposeResult:
        """A framed paragraph."""
        with Vertical() as frame:
            frame.border_title = Content(self._title)
            frame.border_subtitle = Content(self._close)
            yield Static(Content(self._text))
