"""Help: every key of the table, those of the pane one is in first; typing after `/` looks for one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content

from tui_digest.tui.key_list import KeyLine, Section, narrowed, sections
from tui_digest.tui.keymap import Key
from tui_digest.tui.screens.dialogs import SPARE, Dialog, framed, keys_of
from tui_digest.tui.widgets.filter_box import FilterBox
from tui_digest.tui.widgets.long_text import LongText, LongTextLine
from tui_digest.tui.wrap import width_of

if TYPE_CHECKING:
    from tui_digest.i18n import Translator
    from tui_digest.tui.box_keys import BoxKey


class HelpDialog(Dialog[None]):
    """One scrolling page of two columns: keys, and what they do."""

    WIDTH = 76
    DEFAULT_CSS = (
        framed("HelpDialog", "VerticalScroll", WIDTH)
        + "HelpDialog FilterBox, HelpDialog FilterBox:focus { width: 100%; padding: 0 1; }"
    )
    AUTO_FOCUS = ""
    PLACE = "help"

    def __init__(self, table: Sequence[Key], tr: Translator, pane: str) -> None:
        super().__init__()
        self._tr = tr
        self._sections = sections(table, tr, pane)
        self._text = ""
        self._shown_for = 0
        """The width of the screen for which the columns are laid out."""
        self._frame = VerticalScroll(can_focus=False)
        self._keys = LongText()
        self._box: FilterBox | None = None

    def contents(self) -> ComposeResult:
        """The page in its frame."""
        with self._frame:
            yield self._keys

    def on_mount(self) -> None:
        """Show all."""
        self._show()

    def on_resize(self) -> None:
        """Fit the columns, and say how to see the rest where not all is in view."""
        if self.app.size.width == self._shown_for:
            self.call_after_refresh(self.foot.show)
        else:
            self._show()

    def _show(self) -> None:
        """What is looked for, or everything."""
        self._shown_for = self.app.size.width
        kept = self._text if self._box is None else ""  # while it is typed it stands below
        title = self._tr("help.title") + (f"  /{kept}" if kept else "")
        self._frame.border_title = Content(title)
        found = narrowed(self._sections, self._text)
        lines = [line for section in found for line in self._lines(section)]
        self._keys.show(lines[:-1] or [LongTextLine(Content(self._tr("help.found.none", text=self._text)))])
        self.call_after_refresh(self.foot.show)

    def _lines(self, section: Section) -> list[LongTextLine]:
        """A heading and its keys; where the dialog is narrow their column is too."""
        column = 24 if self.app.size.width >= self.WIDTH else 8
        heading = LongTextLine(Content.styled(section.title, "bold $text-accent"))
        return [heading, *(self._line(line, column) for line in section.lines if line.keys), LongTextLine(Content(""))]

    def _line(self, line: KeyLine, column: int) -> LongTextLine:
        shown = list(line.keys)
        # A long list of keys gives way to what they do, the last of them first: the line is to stay one.
        while len(shown) > 1 and max(column, width_of("  ".join(shown))) + width_of(line.words) > self._room():
            shown.pop()
        keys = "  ".join(shown)
        # Against what they do: the eye has no way to go from one to the other.
        blanks = " " * (2 + column - width_of(keys))
        return LongTextLine(Content.assemble((f"{blanks}{keys}  ", "bold"), line.words), column + 4)

    def _room(self) -> int:
        """Cells of a line for keys and words: without frame, scrollbar, and the blanks before and between."""
        return min(self.WIDTH, self.app.size.width) - SPARE - 5

    def keys_here(self) -> Iterable[BoxKey]:
        """Those of the line in which one types; else none that scroll where all is in view, and Esc shows again what
        was not looked for."""
        if self._box is not None:
            return keys_of("filter")
        still = () if self._frame.max_scroll_y else ("scroll", "page")
        shut = "show_all" if self._text else "shut"
        keys = (key._replace(name=shut) if key.name == "shut" else key for key in super().keys_here())
        return [key for key in keys if not (still and key.action.startswith(still))]

    # --- the search ------------------------------------------------------------------------------------------

    def action_search(self) -> None:
        """Open the line in which a key is looked for; the frame stays as high as it is."""
        if self._box is None:
            self._frame.styles.min_height = self._frame.outer_size.height
            self._box = FilterBox(self._text, for_tags=False)
            self._box.placeholder = self._tr("help.search")
            self.foot.put_above(self._box)
            self.set_focus(self._box)
            self.foot.show()

    def on_filter_box_typed(self, message: FilterBox.Typed) -> None:
        """Narrow as it is typed."""
        self._look_for(message.text)

    def on_filter_box_moved(self, message: FilterBox.Moved) -> None:
        """Scroll without leaving the line."""
        self.action_scroll(message.delta)

    def on_filter_box_closed(self, message: FilterBox.Closed) -> None:
        """Enter leaves what was found, Esc shows everything again."""
        box, self._box = self._box, None
        if box is not None:
            self.set_focus(None)
            box.hand_over(closed=True, late=self._look_for if message.kept else None)
            box.remove()
        self._look_for(self._text if message.kept else "")

    def _look_for(self, text: str) -> None:
        if text != self._text:
            self._text = text
            self._frame.scroll_to(y=0, animate=False, immediate=True)
        self._show()

    # --- the page --------------------------------------------------------------------------------------------

    def action_shut(self) -> None:
        """Leave; from what was looked for, back to everything first."""
        if self._text:
            self._look_for("")
        else:
            self.dismiss()

    def action_scroll(self, lines: int) -> None:
        """Scroll by lines."""
        self.call_after_refresh(self._scroll, lambda: lines)

    def action_page(self, views: float) -> None:
        """Scroll by views, of which a line stays."""
        least = 1 if views > 0 else -1
        self.call_after_refresh(self._scroll, lambda: int((self._frame.size.height - 1) * views) or least)

    def _scroll(self, lines: Callable[[], int]) -> None:
        """Scroll once the page is laid out, from where it stands by then: of keys that came at once each counts."""
        self._frame.scroll_relative(y=lines(), animate=False, immediate=True)
