"""What the dialogs over the main screen share, and the one that chooses a link."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, cast

from textual import events
from textual.app import ComposeResult
from textual.await_complete import AwaitComplete
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen, ScreenResultType
from textual.style import Style
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from tui_digest.tui.box_keys import BOX_KEYS, BoxKey
from tui_digest.tui.key_taker import taker_below
from tui_digest.tui.keynames import shown
from tui_digest.tui.mentions import JUMP
from tui_digest.tui.notices import about
from tui_digest.tui.screens.foot import INKS, DialogFoot, inks_of
from tui_digest.tui.terminal.inside import key_name
from tui_digest.tui.terminal.keystrokes import token_of
from tui_digest.tui.terminal.screen_below import shown_below
from tui_digest.tui.widgets.bar import Bar
from tui_digest.tui.widgets.choices import Choices
from tui_digest.tui.widgets.document import bare
from tui_digest.tui.widgets.notice_lines import NoticeLines
from tui_digest.tui.widgets.prose import Prose
from tui_digest.tui.widgets.row_pieces import KeyName
from tui_digest.tui.widgets.thin_scrollbar import use_thin_scrollbars
from tui_digest.tui.wrap import middle, width_of

if TYPE_CHECKING:
    from tui_digest.i18n import Translator
    from tui_digest.tui.keyboard import KeyedWindow
    from tui_digest.tui.window import Window

use_thin_scrollbars()

SCROLLBAR = (
    "scrollbar-size-vertical: 1; scrollbar-background: $surface; scrollbar-background-hover: $surface; "
    "scrollbar-background-active: $surface;"
)
"""One that is seen by its thumb alone, as in the panes."""

# The frame is the part that scrolls.
_FRAME = """
    {name} {{
        align: center middle;
        background: transparent;
        & > {frame}, & > {frame}:focus {{
            width: {width}; max-width: 100%; height: auto; max-height: 100%;
            background: $surface; background-tint: $foreground 0%; padding: 0 1; {bar}
            border: round $ink-frame; border-title-color: $text-accent;
        }}
    }}
"""

_ROWS = """
    {name} OptionList, {name} OptionList:focus {{
        height: auto; max-height: 100%; border: none; padding: 0; background: $surface;
        background-tint: $foreground 0%; {bar}
        & > .option-list--option {{ padding: 0 0 0 1; }}
    }}
"""

SPARE = 4
"""Cells of a border that no title may take."""


def framed(name: str, frame: str, width: int) -> str:
    """The style sheet of a dialog of that class, whose frame is a widget of this class."""
    return _FRAME.format(name=name, frame=frame, width=width, bar=SCROLLBAR)


def listed(name: str) -> str:
    """That of a list inside the frame, with lines about one of its rows below."""
    return _ROWS.format(name=name, bar=SCROLLBAR)


def keys_of(place: str) -> list[BoxKey]:
    """The rows of the table for a text field or dialog."""
    return [key for key in BOX_KEYS if key.place == place]


def bindings(place: str) -> list[BindingType]:
    """What Textual is to bind in a dialog, from the table."""
    bound = ((key, token) for key in keys_of(place) if key.action for token in key.keys)
    return [
        Binding(
            key_name(token) if len(token) == 1 else token,
            f"number({token})" if key.action == "number" else key.action,
            show=False,
        )
        for key, token in bound
    ]


class Dialog(ModalScreen[ScreenResultType]):
    """A screen over another that is closed once, whatever comes behind the key that closes it.

    A key that chooses (Enter, a click) closes only with the message it leads to, and Esc may overtake that in one read.
    Textual would take the screen below from the stack then, or end for want of one.
    """

    COMPONENT_CLASSES = INKS
    DEFAULT_CSS = inks_of("Dialog")
    PLACE: ClassVar[str] = ""
    """What the table of keys calls it."""
    _answered = False

    def __init_subclass__(cls, **options: Any) -> None:
        """Bind the keys of its place."""
        if cls.PLACE:
            cls.BINDINGS = bindings(cls.PLACE)
        super().__init_subclass__(**options)

    def __init__(self) -> None:
        super().__init__()
        self.foot = DialogFoot(self.keys_here)

    def compose(self) -> ComposeResult:
        """What it holds, and the line that names its keys."""
        yield from self.contents()
        yield self.foot

    def contents(self) -> ComposeResult:
        """The frame and what stands in it: a dialog's own."""
        yield from ()

    def render(self) -> Any:
        """What shows around it."""
        return shown_below(super().render())

    def keys_here(self) -> Iterable[BoxKey]:
        """The keys that do something as it stands; of these the footer names those that the table says."""
        return keys_of(self.PLACE)

    def dismiss(self, result: ScreenResultType | None = None) -> AwaitComplete:
        """Close it with an answer; the first one counts."""
        if self._answered:
            return AwaitComplete(*())
        self._answered = True
        said = self.query_one(NoticeLines).standing if self.foot.is_attached else None
        closing = super().dismiss(result)
        window = cast("Window", self.app)
        window.keyboard.closed()
        if said is not None:  # the screen below goes on saying it
            window.notify(said.text, severity=said.severity, timeout=said.until - time.monotonic(), markup=False)
        return closing

    def on_text_selected(self) -> None:
        """The mouse was dragged over text: the keys of a selection act on it, before those of the dialog."""
        if (below := taker_below(self.app.screen_stack)) is not None:
            below.select_over(self)

    def on_key(self, event: events.Key) -> None:
        """Say of a key that it does nothing."""
        # A key may come when it was closed already.
        below = taker_below(self.app.screen_stack) if self.is_current else None
        if below is not None and event.key in self.active_bindings:
            below.heard()
        elif below is not None:
            below.say_nothing(token_of(event), helps=False)


class Question(Dialog[ScreenResultType]):
    """Paragraphs, and below them a line for each answer that does something, which its key gives, or a click. How to
    leave stands in the footer, as in every dialog."""

    DEFAULT_CSS = framed("Question", "VerticalScroll", 80)

    def __init__(self, heading: str, *paragraphs: str) -> None:
        super().__init__()
        self._heading, self._paragraphs = heading, paragraphs

    def contents(self) -> ComposeResult:
        """What is asked, and the answers."""
        with VerticalScroll(can_focus=False) as frame:
            frame.border_title = Content(self._heading)
            yield from self.told()
            acting = [key for key in keys_of(self.PLACE) if key.action.startswith("dismiss(")]
            yield from answers(acting, cast("KeyedWindow", self.app).tr)

    def told(self) -> ComposeResult:
        """What is asked, a blank line at its end."""
        yield Prose(Content("\n\n".join(self._paragraphs) + "\n"))

    def on_mount(self) -> None:
        """What is told here needs not be said below as well."""
        for lines in self.app.screen_stack[-2].query(NoticeLines):
            if lines.standing is not None and lines.standing.text in self._paragraphs:
                lines.hush()

    def on_resize(self) -> None:
        """Name the answers below where they are not all in view."""
        self.call_after_refresh(self.foot.show)

    def keys_here(self) -> Iterable[BoxKey]:
        """None that stands above already, and is in view there."""
        scrolls = self.query_one(VerticalScroll).max_scroll_y
        return [key for key in super().keys_here() if scrolls or _leaves(key)]


def _leaves(key: BoxKey) -> bool:
    return "escape" in key.keys


def answers(keys: Sequence[BoxKey], tr: Translator) -> Iterator[Bar]:
    """A line for each key: what answers, and with what."""
    column = max(width_of(shown(key.keys[0])) for key in keys) + 2
    for key in keys:
        name, typed = shown(key.keys[0]), key.keys[0]
        blanks = " " * (column - width_of(name))
        line = Bar()
        line.show([(KeyName.of(name, typed), "key"), (KeyName.of(blanks + tr(key.label), typed), "text")])
        yield line


class OfferDialog(Question[bool | None]):
    """Shows a link that no browser can open from here. Answers whether to copy it."""

    PLACE = "offer"

    def __init__(self, url: str, why: str, tr: Translator) -> None:
        super().__init__(tr("open.title"), why)
        self._url = url

    def told(self) -> ComposeResult:
        """Why, and the link: whole, and one that a terminal which knows links opens where one sits."""
        yield from super().told()
        yield Prose(Content.assemble((self._url, Style(link=self._url, underline=True)), "\n"))


class UnsavedDialog(Question[str | None]):
    """Asks what becomes of a note that cannot be saved when the user leaves it. Answers `copy`, `leave`, or None to
    stay."""

    PLACE = "unsaved"

    def __init__(self, why: str, tr: Translator) -> None:
        super().__init__(tr("note.unsaved.title"), why)


class RemovalDialog(Question[bool | None]):
    """Asks whether a digest is to be removed from the library."""

    PLACE = "removal"

    def __init__(self, digest: str, tr: Translator) -> None:
        """`digest` is what it is called."""
        super().__init__(tr("remove.title"), digest, tr("remove.about"))


class ListDialog(Dialog[ScreenResultType]):
    """A dialog with a list, through which its keys move."""

    def keys_here(self) -> Iterable[BoxKey]:
        """None that move where there is but one row."""
        rows = self.query_one(OptionList).option_count
        return [key for key in super().keys_here() if rows > 1 or not key.action.startswith("move(")]

    def action_move(self, how: str) -> None:
        """Move through the list, as one of its own actions does: `cursor_down`, `first`, …"""
        getattr(self.query_one(OptionList), f"action_{how}")()


class LinksDialog(ListDialog[tuple[str, str] | None]):
    """The links of an entry, by number. Answers (`open` or `copy`, URL), or None."""

    WIDTH = 90
    DEFAULT_CSS = framed("LinksDialog", "OptionList", WIDTH)
    PLACE = "links"

    def __init__(self, links: Sequence[tuple[str, str]], paper: str, tr: Translator) -> None:
        """`links` are (URL, what it is), `paper` the title of the one that has them."""
        super().__init__()
        self._links, self._paper, self._tr = links, paper, tr

    def contents(self) -> ComposeResult:
        """A numbered list."""
        rows = Choices()
        rows.border_title = Content(about(self._tr("links.title"), self._paper))
        yield rows

    def on_resize(self) -> None:
        """Fit every link on its number's line."""
        rows = self.query_one(OptionList)
        room = min(self.WIDTH, self.app.size.width) - 2 * SPARE
        at = rows.highlighted or 0
        rows.set_options([Option(self._row(number, room)) for number in range(len(self._links))])
        rows.highlighted = at
        self.foot.show()

    def keys_here(self) -> Iterable[BoxKey]:
        """Of the numbers those that stand before a link; Enter alone does for one."""
        numbers = min(9, len(self._links)) if len(self._links) > 1 else 0
        return (key._replace(hinted=numbers) if key.name == "number" else key for key in super().keys_here())

    def _row(self, index: int, room: int) -> Content:
        url, what = self._links[index]
        room -= 3
        if url.startswith(JUMP):
            return Content.assemble((f"{index + 1:2} ", "bold $text-accent"), (middle(what, room), ""))
        what = f"  {what}" if what and width_of(what) + 2 <= room // 3 else ""
        shown_url = middle(bare(url), room - width_of(what))
        return Content.assemble((f"{index + 1:2} ", "bold $text-accent"), shown_url, (what, "$text-muted"))

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Enter or a click on a row."""
        self.dismiss(("open", self._links[event.option_index][0]))

    def action_number(self, number: int) -> None:
        """A digit chooses at once."""
        if number <= len(self._links):
            self.dismiss(("open", self._links[number - 1][0]))

    def action_copy(self) -> None:
        """Copy the row under the cursor."""
        row = self.query_one(OptionList).highlighted
        if row is not None:
            self.dismiss(("copy", self._links[row][0]))
