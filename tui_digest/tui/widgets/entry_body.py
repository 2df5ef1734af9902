"""The entry pane: shows one `Document` in a comfortable column and scrolls it by lines.

It knows no entry, no mark and no library. Switching documents is one paint: its size never changes, lines are
wrapped once per document and width, and only those in view are drawn.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.cache import LRUCache
from textual.geometry import Offset, Region
from textual.message import Message
from textual.selection import Selection
from textual.strip import Strip

from tui_digest.tui.terminal.hyperlinks import target
from tui_digest.tui.terminal.signs import RULE
from tui_digest.tui.widgets.document import NOTHING, Document, url_at
from tui_digest.tui.widgets.drawn_lines import DrawnLine, lay_out, pieces, quote_bars, selected
from tui_digest.tui.widgets.scrollbar import WHEEL_LINES, BarPlace, ScrollPane
from tui_digest.tui.wrap import cells_before, width_of

_KIND_INKS = {"title": "strong", "fallback": "aside", "authors": "muted", "meta": "muted", "heading": "heading",
              "subheading": "strong", "code": "muted"}  # fmt: skip
_SPAN_INKS = {"unread": "key", "star": "key", "url": "url", "code": "code", "tag": "muted", "number": "key",
              "reason": "accent", "muted": "muted", "match": "match", "strong": "strong",
              "emphasis": "emphasis", "struck": "struck"}  # fmt: skip

_CACHED_LAYOUTS = 16
_CACHED_LINKS = 64
_BLANK = -1
"""Where a line below the text is kept among the lines that were drawn."""

_KEPT_LINES = 2
"""Lines of the page before that the next one still shows."""


@lru_cache(maxsize=128)
def _inks_of(span: str) -> tuple[str, ...]:
    """The inks of a span's styles."""
    return tuple(f"ink--{_SPAN_INKS[each]}" for each in span.split())


class EntryBody(ScrollPane):
    """One entry, wrapped."""

    @dataclass(eq=False, repr=False, match_args=False)
    class Scrolled(Message):
        """The view moved, or its end came nearer: `fraction` is another now."""

        body: EntryBody

        @property
        def control(self) -> EntryBody:
            """The pane, for `@on(EntryBody.Scrolled, "#id")`."""
            return self.body

        def can_replace(self, message: Message) -> bool:
            """Whether this one makes a waiting one pointless."""
            return isinstance(message, EntryBody.Scrolled) and message.body is self.body

    @dataclass(eq=False, repr=False, match_args=False)
    class LinkChosen(Message):
        """A link's line was clicked; `index` is that into `links_of(entry)`."""

        body: EntryBody
        index: int

        @property
        def control(self) -> EntryBody:
            """The pane, for `@on(EntryBody.LinkChosen, "#id")`."""
            return self.body

    @dataclass(eq=False, repr=False, match_args=False)
    class Selected(Message):
        """A word or a paragraph was clicked: from which place (block, offset) up to which. Who hears this selects it;
        by then the pressing of the button, which lets go of what was selected, has been heard of."""

        body: EntryBody
        span: tuple[tuple[int, int], tuple[int, int]]

        @property
        def control(self) -> EntryBody:
            """The pane, for `@on(EntryBody.Selected, "#id")`."""
            return self.body

    def __init__(
        self,
        *,
        measure: int = 80,
        empty_text: str = "",
        hyperlinks: bool = False,
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        """`hyperlinks`: tell the terminal where addresses lead (OSC 8)."""
        super().__init__(id=id, classes=classes)
        self._document = NOTHING
        self._measure = max(2, measure)
        self.expected = 0
        """Cells that it will be wide, as far as is known before it is laid out."""
        self._empty_text = empty_text
        self._rows: list[DrawnLine] = []
        self._rows_width = 0
        self._layouts: LRUCache[tuple[str, int], tuple[Document, list[DrawnLine]]] = LRUCache(_CACHED_LAYOUTS)
        self._match: int | None = None
        """The line of the match that was gone to last."""
        self._strips: dict[int, Strip] = {}
        self._hyperlinks = hyperlinks
        self._link_styles: LRUCache[str, Style] = LRUCache(_CACHED_LINKS)

    # -- what it shows ------------------------------------------------------------------------------------------

    @property
    def document(self) -> Document:
        """What is shown."""
        return self._document

    @property
    def measure(self) -> int:
        """Cells of text in a line, at most."""
        return self._measure

    @measure.setter
    def measure(self, cells: int) -> None:
        self._measure = max(2, cells)
        self._settle()
        self._repaint()

    @property
    def text_width(self) -> int:
        """Cells of text in a line, here and now; before it is laid out, as it will be."""
        width = self.size.width or self.expected
        return min(self._measure, max(2, width - (4 if width >= 30 else 3)))

    @property
    def empty_text(self) -> str:
        """What stands here while there is no document."""
        return self._empty_text

    @empty_text.setter
    def empty_text(self, text: str) -> None:
        if text != self._empty_text:
            self._empty_text = text
            if self._document == NOTHING:
                self._repaint()

    def show(self, document: Document, top: int | None = 0) -> None:
        """Show a document from line `top` on, in one paint; None keeps the place, for the same entry changed."""
        if document.key != self._document.key and self.is_mounted and self.text_selection is not None:
            self.screen.clear_selection()
        if document.key != self._document.key:
            self._match = None
        before, rows, strips, former_top = self._document, self._rows, self._strips, self._top
        drawn_for = (self._rows_width, self._drawn_size.width)
        self._document = document
        self._rows, self._rows_width, self._strips = [], 0, {}
        if top is not None:
            self._top = top
        self._settle()
        if document.key == before.key and (former_top, len(rows)) == (self._top, len(self._rows)):
            fits = drawn_for == (self._rows_width, self.size.width)
            self._repaint_changed(before, rows, strips if fits else {})
        else:
            self._repaint()

    def to_match(self, step: int) -> bool:
        """Have the next line with a match (`step` 1), or the one before (-1), at the top; False where there is none."""
        self._settle_to_move()
        lines = [number for number, row in enumerate(self._rows) if self._has_match(row)]
        at = self._match if self._match is not None else self._top - 1 if step > 0 else self._top + self.size.height
        later = [number for number in lines if (number > at if step > 0 else number < at)]
        if not later:
            return False
        self._match = later[0] if step > 0 else later[-1]
        if not self._top <= self._match < self._top + self.size.height:
            self.scroll_view(self._match - self.size.height // 3)
        return True

    def _has_match(self, row: DrawnLine) -> bool:
        index, start, end, _ = row
        spans = self._document.blocks[index].spans
        return any(name == "match" and first < end and last > start for first, last, name in spans)

    @property
    def fraction(self) -> float:
        """How much of the way down the view is, 0 to 1; 1 where all is in view."""
        self._settle()
        return self._top / self.max_top if self.max_top else 1.0

    # -- moving -------------------------------------------------------------------------------------------------

    def scroll_line(self, lines: int) -> bool:
        """Move by so many lines, down or up; False at that end."""
        self._settle_to_move()
        return self.scroll_view(self._top + lines)

    def half_page(self, direction: int) -> bool:
        """Move by half a view: 1 down, -1 up; False at that end."""
        self._settle_to_move()
        return self.scroll_view(self._top + direction * max(1, self.size.height // 2))

    def page(self, direction: int) -> bool:
        """Move by a view less two lines: 1 down, -1 up; False at that end, so that a key can go on to what is next."""
        self._settle_to_move()
        return self.scroll_view(self._top + direction * max(1, self.size.height - _KEPT_LINES))

    def home(self) -> bool:
        """Move to the beginning; False when there."""
        self._settle_to_move()
        return self.scroll_view(0)

    def end(self) -> bool:
        """Move to the end; False when there."""
        self._settle_to_move()
        return self.scroll_view(self.max_top)

    def _view_moved(self, top: int) -> None:
        self._top = top
        self.refresh()
        self.post_message(self.Scrolled(self))

    @property
    def max_top(self) -> int:
        """The last `top` there is: the end is in view."""
        return max(0, len(self._rows) - max(1, self.size.height))

    def _bar_place(self) -> BarPlace:
        return BarPlace(len(self._rows), max(1, self.size.height), self._top)

    def _wheeled(self, way: int) -> int:
        return self._top + way * WHEEL_LINES

    def _turned(self, way: int) -> int:
        return self._top + way * max(1, self.size.height)

    def on_resize(self) -> None:
        """The place is kept; how far down it is may be told differently now."""
        self._settle()
        self.post_message(self.Scrolled(self))

    def _settle(self) -> None:
        """Have the lines fit the widget's width, with the same text at the top."""
        if not self.size.width:
            return
        if self.size.width != self._drawn_size.width:  # margins follow it, also where the text stays as wide
            self._strips.clear()
        width = self.text_width
        if width != self._rows_width:
            place = self._rows[self._top][:2] if self._rows_width and self._top < len(self._rows) else None
            self._rows = self._layout(width)
            self._rows_width = width
            self._strips.clear()
            if place is not None:
                self._top = max(0, bisect_right(self._rows, place, key=lambda row: row[:2]) - 1)
        self._top = min(max(0, self._top), self.max_top)

    def _layout(self, width: int) -> list[DrawnLine]:
        key = (self._document.key, width)
        known, rows = self._layouts.get(key, (NOTHING, list[DrawnLine]()))
        if known != self._document:
            rows = lay_out(self._document, width)
            self._layouts[key] = (self._document, rows)
        return rows

    # -- the mouse ----------------------------------------------------------------------------------------------

    @property
    def allow_select(self) -> bool:
        """Dragging selects text, but not when it began on the scrollbar."""
        pointer = self.app.mouse_position - self.content_region.offset
        return self.ALLOW_SELECT and not self._over_bar(pointer.x)

    def on_click(self, event: events.Click) -> None:
        """A click on a link's line chooses the link, unless it ended a selection. A second one takes the word, a third
        the paragraph."""
        event.prevent_default()  # Textual's own takes all there is
        offset = event.get_content_offset(self)
        if offset is None or self._over_bar(offset.x):
            return
        index = self._top + offset.y
        if event.chain > 1:
            if index < len(self._rows) and (span := self._clicked(index, offset.x, event.chain)):
                self.post_message(self.Selected(self, span))
            return
        if index < len(self._rows) and not self.text_selection:
            link = self._document.blocks[self._rows[index][0]].link
            if link is not None:
                event.stop()
                self.post_message(self.LinkChosen(self, link))

    def _clicked(self, index: int, x: int, chain: int) -> tuple[tuple[int, int], tuple[int, int]] | None:
        """What so many clicks on a cell of a line take."""
        from tui_digest.tui.widgets.picking import word_at  # only for those who select

        block, start, end, hang = self._rows[index]
        text = self._document.blocks[block].text
        if chain > 2:
            return ((block, 0), (block, len(text))) if text else None
        at = x - self._margin - hang
        place = bisect_right(cells_before(text[start:end]), at) - 1 if at >= 0 else end
        return word_at(self._document, (block, start + place)) if place < end - start else None

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        """The selected text as the source has it: lines broken by the pane's width are whole."""
        parts = []
        for index, block in enumerate(self._document.blocks):
            start, end = selected(selection, index, block)
            if end >= start:
                parts.append(block.text[start:end])
        return "\n".join(parts), "\n"

    @property
    def lines(self) -> Sequence[DrawnLine]:
        """The lines as drawn."""
        self._settle()
        return self._rows

    def first_point(self) -> tuple[int, int]:
        """Block and offset of the first text in view; the beginning where nothing was laid out yet."""
        return next((line[:2] for line in self.lines[self._top :] if line[2] > line[1]), (0, 0))

    def reveal_line(self, number: int) -> None:
        """Have a line in view."""
        height = max(1, self.size.height)
        if number < self._top:
            self.scroll_view(number)
        elif number >= self._top + height:
            self.scroll_view(number - height + 1)

    def select(self, span: tuple[tuple[int, int], tuple[int, int]] | None) -> None:
        """Select from one place (block, offset) up to another; None lets go of what is selected."""
        if span is None:
            self.screen.clear_selection()
            return
        start, end = (Offset(offset, block) for block, offset in span)
        self.screen.selections = {self: Selection(start, end)}

    def selected_span(self) -> tuple[tuple[int, int], tuple[int, int]] | None:
        """From which place (block, offset) up to which text is selected; None where none is."""
        if (selection := self.text_selection) is None:
            return None
        spans = [(index, *selected(selection, index, block)) for index, block in enumerate(self._document.blocks)]
        held = [(index, start, end) for index, start, end in spans if end > start]
        return ((held[0][0], held[0][1]), (held[-1][0], held[-1][2])) if held else None

    def selected_text(self) -> str:
        """The text that is selected, by keys or with the mouse; nothing where none is."""
        found = self.get_selection(self.text_selection) if self.text_selection is not None else None
        return found[0] if found is not None else ""

    def selection_updated(self, selection: Selection | None) -> None:
        """Draw the selection."""
        self._repaint()

    # -- drawing ------------------------------------------------------------------------------------------------

    def notify_style_update(self) -> None:
        """Forget lines drawn with the former CSS."""
        super().notify_style_update()
        self._strips.clear()

    def _repaint_changed(self, before: Document, rows: list[DrawnLine], strips: dict[int, Strip]) -> None:
        """The same entry, marked: only the lines that say something else are drawn and painted."""
        same = [old == new for old, new in zip(before.blocks, self._document.blocks, strict=False)]
        for y in range(min(self.size.height, len(self._rows) - self._top)):
            index = self._top + y
            row, drawn = self._rows[index], strips.get(index)
            if drawn is not None and row == rows[index] and row[0] < len(same) and same[row[0]]:
                self._strips[index] = drawn
                continue
            self._strips[index] = self._line(*row)
            if drawn != self._strips[index]:
                self.refresh(Region(0, y, self.size.width, 1))

    def _repaint(self) -> None:
        self._strips.clear()
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """One line of the view."""
        index = self._top + y
        if index >= len(self._rows):
            return self._with_bar(self._below_text(y), y)
        if not self._painting:
            return self._with_bar(self._line(*self._rows[index], offsets=True), y)
        strip = self._strips.get(index)
        if strip is None:
            strip = self._strips[index] = self._line(*self._rows[index])
        return self._with_bar(strip, y)

    def _below_text(self, y: int) -> Strip:
        if y == 1 and self._document == NOTHING and self._empty_text:
            return self._padded([Segment(" " * self._margin + self._empty_text, self._style("ink--muted"))])
        blank = self._strips.get(_BLANK)
        if blank is None:
            blank = self._strips[_BLANK] = self._padded([])
        return blank

    @property
    def _margin(self) -> int:
        """Cells left of the text; what a wide pane has to spare is shared by both sides."""
        width = self._drawn_size.width
        return max(2 if width >= 30 else 1, (width - 1 - self._rows_width) // 2)

    def _padded(self, segments: list[Segment]) -> Strip:
        return Strip(segments).adjust_cell_length(max(1, self._drawn_size.width - 1), self._style())

    def _linked(self, url: str) -> Style:
        """The style by which a terminal knows an address. One for each, for its number would make equal lines differ,
        and an address that is broken over lines is one."""
        if url not in self._link_styles:
            self._link_styles[url] = Style(link=target(url)) if url else Style()
        return self._link_styles[url]

    def _line(self, index: int, start: int, end: int, hang: int, offsets: bool = False) -> Strip:
        """A line of a block. With `offsets` its cells carry the offset into the block's text, by which Textual
        selects; those just before the text count as its first character, so that a selection may begin there."""
        block = self._document.blocks[index]
        kind = (f"ink--{_KIND_INKS[block.kind]}",) if block.kind in _KIND_INKS else ()
        bars = quote_bars(block, self._rows_width) if block.quotes else ""
        if offsets:
            at_start = Style.from_meta({"offset": (start, index)})
            segments = [Segment(" ", at_start)] * (self._margin + hang)
        elif bars:
            segments = [Segment(" " * self._margin, self._style()), Segment(bars, self._style("ink--rule")),
                        Segment(" " * (hang - len(bars)), self._style(*kind))]  # fmt: skip
        else:
            segments = [Segment(" " * (self._margin + hang), self._style(*kind))]
        selection = self.text_selection
        chosen = selected(selection, index, block) if selection is not None else (0, -1)
        for a, b, name in pieces(block, start, end, chosen):
            held = ("ink--selected",) if chosen[0] <= a < chosen[1] else ()
            style = self._style(*kind, *_inks_of(name), *held)
            if offsets:
                style += Style.from_meta({"offset": (a, index)})
            elif "url" in name and self._hyperlinks:
                style += self._linked(url_at(block, a))
            segments.append(Segment(block.text[a:b], style))
        if block.kind == "heading":
            room = self._rows_width - width_of(block.text) - 1
            if room > 0:
                segments.append(Segment(" " + RULE * room, self._style("ink--rule")))
        elif block.kind == "rule":
            segments.append(Segment(RULE * (self._rows_width - hang), self._style("ink--rule")))
        return self._padded(segments)
