"""The one list widget: weeks, entries and tags are rows of it.

It draws what is in view and knows nothing else: rows come from a `RowSource` by index, so a list of 100,000 rows
costs what a list of 5 does. It reads no library and changes no mark; it says where the cursor went and what was chosen.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.cache import LRUCache
from textual.geometry import Region, Size
from textual.message import Message
from textual.strip import Strip

from tui_digest.tui.terminal.signs import CURSOR_BAR, RESTING_BAR
from tui_digest.tui.widgets.row_layout import RowLayout
from tui_digest.tui.widgets.row_pieces import Piece, RowSource, printable
from tui_digest.tui.widgets.scrollbar import WHEEL_LINES, BarPlace, ScrollPane
from tui_digest.tui.wrap import wrap

_CACHED_ROWS = 512

_FINER = 8
"""Steps of the scrollbar to a row, so that between both ends of a short list there are some."""


class NoRows:
    """An empty list's source."""

    def __len__(self) -> int:
        return 0

    def selectable(self, index: int) -> bool:
        """Never called: there is no row."""
        return False

    def row(self, index: int, width: int) -> Sequence[Sequence[Piece]]:
        """Never called: there is no row."""
        return ()


class RowList(ScrollPane):
    """Rows, each as high as its lines, a cursor, and a view that follows it."""

    ALLOW_SELECT = False

    @dataclass(eq=False, repr=False, match_args=False)
    class Highlighted(Message):
        """The cursor went to another row, by key or click; of several waiting ones only the last counts."""

        row_list: RowList
        index: int

        @property
        def control(self) -> RowList:
            """The list, for `@on(RowList.Highlighted, "#id")`."""
            return self.row_list

        def can_replace(self, message: Message) -> bool:
            """Whether this one makes a waiting one pointless."""
            return isinstance(message, RowList.Highlighted) and message.row_list is self.row_list

    @dataclass(eq=False, repr=False, match_args=False)
    class Chosen(Message):
        """A row was clicked that the cursor stood on already, or `choose` was called."""

        row_list: RowList
        index: int

        @property
        def control(self) -> RowList:
            """The list, for `@on(RowList.Chosen, "#id")`."""
            return self.row_list

    def __init__(
        self,
        *,
        row_lines: int = 1,
        empty_text: str = "",
        empty_line: int = 1,
        moved: Callable[[int], None] | None = None,
        rests: bool = True,
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        """`row_lines` are the lines of a row at most. `empty_text` begins at the line `empty_line`, counted from 0.
        `moved` is told the cursor's row whenever a key or click puts it elsewhere, before any other key acts; the
        message `Highlighted` follows. `rests` says whether the cursor's row is what another pane shows, and so stays
        marked while the list has no keys."""
        super().__init__(id=id, classes=classes)
        self._moved, self._rests = moved, rests
        self._source: RowSource = NoRows()
        self._cursor = -1
        self._row_lines = max(1, row_lines)
        self._layout = RowLayout(self._height_of)
        self._view: tuple[int, list[tuple[int, int]]] | None = None
        """What `_rows_in_view` found, and for which top."""
        self._usual = 1
        """How many rows a view holds, as far as the first of them tell; for the scrollbar."""
        self._empty_text, self._empty_top = empty_text, empty_line
        self._asked_top: int | None = None
        self._settled_for = Size(0, 0)
        self._pieces: LRUCache[int, Sequence[Sequence[Piece]]] = LRUCache(_CACHED_ROWS)
        self._strips: LRUCache[tuple[int, str], list[Strip]] = LRUCache(_CACHED_ROWS)

    # -- what it shows ------------------------------------------------------------------------------------------

    @property
    def source(self) -> RowSource:
        """Where its rows come from."""
        return self._source

    @property
    def cursor(self) -> int:
        """The row the cursor stands on; -1 where no row can be stood on."""
        return self._cursor

    @property
    def top(self) -> int:
        """The first row that is in view."""
        return self._top

    @property
    def row_lines(self) -> int:
        """Lines that a row takes at most."""
        return self._row_lines

    @row_lines.setter
    def row_lines(self, lines: int) -> None:
        if lines != self._row_lines:
            self._row_lines = max(1, lines)
            self._lay_out_anew()

    def set_gap(self, lines: int) -> None:
        """Part each row from the next by so many blank lines, which are no part of the cursor."""
        if lines != self._layout.gap:
            self._layout.gap = max(0, lines)
            self._lay_out_anew()

    @property
    def empty_text(self) -> str:
        """What stands in a list without rows."""
        return self._empty_text

    @empty_text.setter
    def empty_text(self, text: str) -> None:
        self._empty_text = text
        if not self._layout.count:
            self.refresh()

    def set_rows(self, source: RowSource, cursor: int = 0, top: int | None = None) -> None:
        """Show other rows in one paint. Posts nothing: who calls knows where the cursor is, or asks `cursor`.

        The cursor takes the nearest row it may stand on. Without `top` the cursor's row is brought into view,
        in the middle unless the first rows show it.
        """
        self._source = source
        self._layout.count = len(source)
        self._cursor = self._nearest(cursor, 1)
        self._asked_top = top
        self._settled_for = Size(0, 0)
        self._forget()
        self._settle()
        self.refresh()

    def _forget(self) -> None:
        self._view = None
        self._pieces.clear()
        self._strips.clear()

    def _lay_out_anew(self) -> None:
        """Rows are of other heights; the first in view stays, as far as the cursor allows."""
        self._forget()
        self._settle()
        self._top = self._revealed(self._top)
        self._look_around()
        self.refresh()

    def refresh_rows(self) -> None:
        """Any row may say something else; their number is the same. Only what changed is painted."""
        view = self._rows_in_view()
        before = {index: self._pieces.get(index) for index, _ in view}
        places = {(index, state) for index in before for state in ("", self._state_of(index))}
        drawn = {place: strips for place in places if (strips := self._strips.get(place)) is not None}
        self._forget()
        if view != self._rows_in_view():
            self._top = self._revealed(self._top)
            self.refresh()
            return
        same = {index for index, pieces in before.items() if pieces == self._pieces_of(index)}
        for place, strips in drawn.items():
            if place[0] in same:
                self._strips[place] = strips
        for index in before:
            if index not in same:
                self._repaint_row(index)

    # -- moving -------------------------------------------------------------------------------------------------

    def move(self, rows: int) -> bool:
        """Move the cursor by so many rows, down or up; False when it stood at that end."""
        return self._go(self._cursor + rows, 1 if rows > 0 else -1)

    def step(self, times: int) -> bool:
        """Move the cursor as so many single moves would, which pass over headings; False when it stood at that end."""
        way, at, left = (1 if times > 0 else -1), self._cursor, abs(times)
        while left and 0 <= at + way < self._layout.count:
            at += way
            left -= self._source.selectable(at)
        return self._go(at, way)

    def goto(self, index: int) -> bool:
        """Put the cursor on a row, or on the nearest one it may stand on."""
        return self._go(index, 1 if index >= self._cursor else -1)

    def first(self) -> bool:
        """Put the cursor on the first row."""
        return self._go(0, 1)

    def last(self) -> bool:
        """Put the cursor on the last row."""
        return self._go(self._layout.count - 1, -1)

    def page(self, direction: int) -> bool:
        """Move view and cursor by so many whole views, down or (below 0) up."""
        self._settle_to_move()
        return self._leap(direction * self._layout.page())

    def half_page(self, direction: int) -> bool:
        """Move view and cursor by so many halves of a view, down or (below 0) up."""
        self._settle_to_move()
        return self._leap(direction * self._layout.half())

    def reveal(self) -> None:
        """Bring the cursor's row back into view, where the wheel has left it: a key acts on what is seen."""
        self._settle()
        self._place(self._cursor, self._revealed(self._top))

    def choose(self) -> None:
        """Choose the cursor's row, as a second click on it does."""
        if self._cursor >= 0:
            self.post_message(self.Chosen(self, self._cursor))

    def _go(self, index: int, direction: int) -> bool:
        self._settle()
        cursor = self._nearest(index, direction)
        return self._place(cursor, self._revealed(self._top, cursor))

    def _leap(self, lines: int) -> bool:
        if self._cursor < 0:
            return False
        top, cursor = self._layout.leap(self._top, self._cursor, self._margin, lines)
        cursor = self._nearest(cursor, 1 if lines > 0 else -1)
        return self._place(cursor, self._revealed(top, cursor))

    def _place(self, cursor: int, top: int) -> bool:
        """Put cursor and view where they belong; repaints two rows unless the view moves."""
        before, self._cursor = self._cursor, cursor
        if cursor != before or top != self._top:
            self._asked_top = None
        if top != self._top:
            self._top = top
            self.refresh()
        elif cursor != before:
            self._repaint_row(before)
            self._repaint_row(cursor)
        if cursor == before:
            return False
        if self._moved is not None:
            self._moved(cursor)
        self.post_message(self.Highlighted(self, cursor))
        return True

    def _nearest(self, index: int, direction: int) -> int:
        """The first row to stand on from `index` on, looking that way and then the other; -1 for none."""
        index = min(max(0, index), self._layout.count - 1)
        ways = (range(index, self._layout.count), range(index, -1, -1))
        for way in ways if direction > 0 else reversed(ways):
            for row in way:
                if self._source.selectable(row):
                    return row
        return -1

    @property
    def _margin(self) -> int:
        """Rows kept in view above and below the cursor."""
        return 2 if self._row_lines == 1 else 1

    def _revealed(self, top: int, cursor: int | None = None) -> int:
        """The top nearest to `top` that shows the cursor's row with its margin, and the headings right above it."""
        cursor = first = self._cursor if cursor is None else cursor
        while first > 0 and cursor - first < self._layout.lines and not self._source.selectable(first - 1):
            first -= 1
        return self._layout.shown(top, cursor, self._margin, first)

    def _settle(self) -> None:
        """Fit the view to the widget's size; while that is not known yet, remember what was asked."""
        size = self.size
        if size == self._settled_for or not size.height:
            return
        if size.width != self._settled_for.width:
            self._forget()
        fresh = not self._settled_for.height
        self._settled_for = size
        self._layout.lines, self._view = size.height, None
        top = self._first_top() if fresh else self._top
        if self._asked_top is not None:  # until something moves, for the view may be smaller only for a while
            top = self._asked_top
        self._top = self._revealed(top)
        self._look_around()

    def _look_around(self) -> None:
        self._usual = max(1, self._layout.end(self._top) - self._top)

    def _first_top(self) -> int:
        return 0 if self._cursor < self._layout.lines and self._revealed(0) == 0 else self._layout.middle(self._cursor)

    # -- the view -----------------------------------------------------------------------------------------------

    @property
    def max_top(self) -> int:
        """The first `top` from which the end is in view."""
        return self._layout.max_top

    def _within(self, top: int) -> int:
        return self._layout.within(top)

    def _bar_place(self) -> BarPlace:
        """By rows, and reckoned: how high those are that are not in view nobody knows."""
        count, top = self._layout.count, self._top
        ends = self._layout.end(top) >= count
        if not top and ends:
            return BarPlace(count, count, 0)
        shown = min(self._usual, count - 1)
        last = _FINER * (count - shown)
        place = last if ends else min(_FINER * top, last - 1)
        return BarPlace(_FINER * count, _FINER * shown, max(place, int(top > 0)))

    def _dragged_to(self, step: int) -> int:
        total, shown, _ = self._bar_place()
        return self._layout.count if step >= total - shown else step // _FINER

    def _wheeled(self, way: int) -> int:
        return self._layout.wheeled(self._top, way * WHEEL_LINES)

    def _turned(self, way: int) -> int:
        return self._layout.turned(self._top, way)

    def _view_moved(self, top: int) -> None:
        """The wheel or the bar moved the view: to look is not to choose, so the cursor stays where it is."""
        self._top, self._asked_top = top, None
        self.refresh()

    # -- the mouse ----------------------------------------------------------------------------------------------

    def on_click(self, event: events.Click) -> None:
        """A click goes to a row, another on the same row chooses it."""
        offset = event.get_content_offset(self)
        if offset is None or self._over_bar(offset.x):
            return
        event.stop()
        view = self._rows_in_view()
        if offset.y >= len(view) or not self._source.selectable(index := view[offset.y][0]):
            return
        if index == self._cursor:
            self.choose()
        else:
            self._place(index, self._top)

    # -- drawing ------------------------------------------------------------------------------------------------

    def notify_style_update(self) -> None:
        """Forget rows drawn with the former CSS."""
        super().notify_style_update()
        self._strips.clear()

    def render_line(self, y: int) -> Strip:
        """One line of the view."""
        if not self._layout.count:
            return self._empty_line(y)
        view = self._rows_in_view()
        if y >= len(view):
            return self._with_bar(Strip.blank(max(1, self._drawn_size.width - 1), self._style()), y)
        index, line = view[y]
        return self._with_bar(self._row_strips(index)[line], y)

    def _rows_in_view(self) -> list[tuple[int, int]]:
        """For each line of the view where there is one, its row and which of its lines it is."""
        if self._view is None or self._view[0] != self._top:
            self._view = (self._top, list(self._layout.in_view(self._top)))
        return self._view[1]

    def _pieces_of(self, index: int) -> Sequence[Sequence[Piece]]:
        pieces = self._pieces.get(index)
        if pieces is None:
            pieces = self._pieces[index] = self._source.row(index, max(1, self._settled_for.width - 2))
        return pieces

    def _height_of(self, index: int) -> int:
        return 1 if self._row_lines == 1 else min(self._row_lines, max(1, len(self._pieces_of(index))))

    def _row_strips(self, index: int) -> list[Strip]:
        """A row's lines, without the scrollbar."""
        state = self._state_of(index)
        strips = self._strips.get((index, state))
        if strips is None:
            width = max(1, self._settled_for.width - 1)
            lines = self._pieces_of(index)[: self._row_lines] or [()]
            strips = [self._strip(line, width, state) for line in lines]
            strips += [Strip.blank(width, self._style())] * self._layout.gap
            self._strips[(index, state)] = strips
        return strips

    def _state_of(self, index: int) -> str:
        if index != self._cursor or not (self._rests or self.has_focus):
            return ""
        return "cursor" if self.has_focus else "cursor-blurred"

    def _strip(self, pieces: Sequence[Piece], width: int, state: str) -> Strip:
        base = self._piece_style("text", state)
        sign, ink = {"cursor": (CURSOR_BAR, "cursor-bar"), "cursor-blurred": (RESTING_BAR, "muted")}.get(
            state, (" ", "")
        )
        bar = self._style(f"ink--{state}", f"ink--{ink}") if state else base
        segments = [Segment(sign, bar)]
        segments += [Segment(printable(text), self._piece_style(name, state)) for text, name in pieces if text]
        return Strip(segments).adjust_cell_length(width, base)

    def _piece_style(self, name: str, state: str) -> Style:
        """On the cursor's row its colours win, and the piece keeps its weight."""
        # What is muted by being dim is dimmed no more: in a row in reverse that would be a patch.
        names = [f"ink--{name}"] if name != "muted" or state != "cursor" else []
        if state:
            names.append(f"ink--{state}")
        if name == "match":
            names.append("ink--match")  # what was searched for is seen on the cursor's row as well
        elif state == "cursor" and name in ("muted", "heading", "accent", "key"):
            names.append("ink--cursor-muted" if name in ("muted", "heading") else "ink--cursor-accent")
        return self._style(*names)

    def _empty_line(self, y: int) -> Strip:
        width = self._drawn_size.width
        text = self._empty_text
        lines = wrap(text, max(2, width - 2)) if text else []
        if not 0 <= (number := y - self._empty_top) < len(lines):
            return Strip.blank(width, self._style())
        start, end = lines[number]
        shown = Segment(f" {printable(text[start:end])}", self._style("ink--muted"))
        return Strip([shown]).adjust_cell_length(width, self._style())

    def _repaint_row(self, index: int) -> None:
        """Have one row painted again, if it is in view."""
        y = self._layout.line_of(self._top, index)
        if y is not None:
            self.refresh(Region(0, y, self.size.width, self._layout.taken(index)))
