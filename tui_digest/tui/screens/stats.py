"""Pictures of one's reading: a section at a time, its chart above its table."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from tui_digest.errors import DigestError
from tui_digest.tui.charts import UNICODE, bars_that_fit
from tui_digest.tui.controllers.copying import in_a_thread
from tui_digest.tui.in_pieces import do_in_pieces
from tui_digest.tui.screens.dialogs import Dialog
from tui_digest.tui.stats_bins import SECTIONS
from tui_digest.tui.stats_lines import Picture, StatsTable, legend, markdown_table, picture, table
from tui_digest.tui.stats_sections import MEASURES, RowTarget, StatsSection, sections
from tui_digest.tui.terminal.signs import INTO, STARRED
from tui_digest.tui.widgets.row_list import RowList
from tui_digest.tui.widgets.row_pieces import Piece
from tui_digest.tui.wrap import ellipsis, fit_lines, width_of

if TYPE_CHECKING:
    from tui_digest.i18n import Translator
    from tui_digest.library.stats import ReadingStats
    from tui_digest.tui.box_keys import BoxKey

    Counting = Callable[[], Generator[None, None, ReadingStats]]

_AROUND = 4
"""Cells of the frame: border and a blank on either side."""

_LIST = 2
"""Cells of the table's list that no row has: the cursor's sign, and the scrollbar."""

_ABOUT = 2
"""Lines at most of what a section counts."""

_LEAST_ROWS = 4
"""Rows of the table, before the chart gives way."""

_LOW = 14
"""Lines of a terminal from which on it is said what a section counts."""

_AIRY = 20
"""Those from which on a blank line parts the names of the sections from the one that is shown."""

_WIDE, _TABLE = 120, 56
"""Columns of a terminal from which on a chart stands beside its table, and those that the table then takes."""

_HIGHEST, _LOWEST = 16, 4
"""Lines of the bars; two thirds of a terminal where that is more. A chart that would be lower is left out."""

_PART_INKS = ("$text-accent", "", "")
"""Of the parts of a bar; their signs tell them apart. The lightest of these is seen only in the ink of words."""


class _StatsRows:
    """The rows of a table, for the list."""

    def __init__(self, laid_out: StatsTable) -> None:
        self._table = laid_out

    def __len__(self) -> int:
        return len(self._table.section.rows)

    def selectable(self, index: int) -> bool:
        """Every row."""
        return True

    def row(self, index: int, width: int) -> Sequence[Sequence[Piece]]:
        """Name, picture and numbers."""
        name, drawn, numbers = self._table.pieces(self._table.section.rows[index])
        inks = dict(zip(UNICODE.parts, ("accent", "text", "text"), strict=True))
        pieces: list[Piece] = [(name, "text")]
        pieces += [(sign, inks.get(sign, "accent")) for sign in drawn]
        return [[*pieces, (numbers, "muted")]]


class StatsDialog(Dialog[RowTarget | None]):
    """The whole screen but its last line, which is for notices. Answers the list that a row leads to, or None."""

    DEFAULT_CSS = """
    StatsDialog {
        background: transparent;
        & > Vertical {
            width: 100%; height: 100%; background: $surface; background-tint: $foreground 0%;
            padding: 0 1; border: round $ink-frame; border-title-color: $text-accent;
        }
        Static { height: auto; }
        #about, #legend, #head { color: $text-muted; }
        &.-airy #tabs { margin: 0 0 1 0; }
        #about { margin: 0 0 1 0; }
        #legend { margin: 0 0 1 0; }
        #both, #rows { height: 1fr; }
        #picture { height: auto; }
        RowList { height: 1fr; }
        &.-wide #both { layout: horizontal; }
        &.-wide #picture { width: 1fr; }
        &.-wide #rows { width: TABLE; }
    }
    """.replace("TABLE", str(_TABLE))
    AUTO_FOCUS = "RowList"
    PLACE = "stats"

    def __init__(
        self,
        counting: Counting,
        prepare: Callable[[], object],
        tr: Translator,
        say: Callable[[str], object],
        report: Callable[[DigestError], object],
        copy: Callable[[str, str], object],
    ) -> None:
        """`prepare` reads what counting needs, in a thread. `copy` gets a text, and what is said of it."""
        super().__init__()
        self._counting, self._prepare, self._tr = counting, prepare, tr
        self._say, self._report, self._copy = say, report, copy
        self._reading: ReadingStats | None = None
        self._sections: dict[str, StatsSection] = {}
        self._at, self._measure = SECTIONS[0], MEASURES[0]
        self._cursors: dict[str, int] = {}
        """Where the cursor was in each section's table."""
        self._drawn: dict[tuple[str, int, int], Picture] = {}
        self._shown = Picture([], [])
        self._frame = Vertical()
        self._tabs, self._about, self._legend, self._head = (
            Static(id=name) for name in ("tabs", "about", "legend", "head")
        )
        self._chart, self._under, self._below = (Static(id=name) for name in ("drawn", "under", "below"))
        self._list = RowList(moved=self._moved)

    def contents(self) -> ComposeResult:
        """From top to bottom."""
        with self._frame:
            yield self._tabs
            yield self._about
            with Vertical(id="both"):
                with Vertical(id="picture"):
                    yield from (self._chart, self._under, self._below, self._legend)
                with Vertical(id="rows"):
                    yield from (self._head, self._list)

    def on_mount(self) -> None:
        """Count, beside the keys."""
        work: Any = self._count  # a function: at the end of the program it may never be begun
        self.run_worker(work, group="counting")

    def on_resize(self) -> None:
        """Fit everything."""
        self._lay_out()

    async def _count(self) -> None:
        try:
            await in_a_thread(self._prepare)
            self._reading = await do_in_pieces(self._counting())
        except DigestError as error:
            self._report(error)
            return
        self._lay_out()

    @property
    def section(self) -> StatsSection | None:
        """The section that is shown; None while it is counted."""
        return self._sections.get(self._at)

    def keys_here(self) -> list[BoxKey]:
        """None for rows where the section has none, nor for strips where none are drawn."""
        section, row = self.section, self._list.cursor
        rows = section.rows if section is not None else ()
        idle = {name for least, name in ((1, "stats_copy"), (2, "down"), (2, "up")) if len(rows) < least}
        if not 0 <= row < len(rows) or rows[row].target is None:
            idle.add("stats_open")
        if section is None or not section.drawn:
            idle.add("stats_measure")
        return [key for key in super().keys_here() if key.name not in idle]

    # --- what it shows ---------------------------------------------------------------------------------------

    def _room(self) -> int:
        return max(10, self.app.size.width - _AROUND)

    def _wide(self, section: StatsSection | None) -> bool:
        """Whether a chart stands beside its table."""
        return self.app.size.width >= _WIDE and section is not None and any(map(sum, section.bars))

    def _lay_out(self) -> None:
        """Another size, or something was counted."""
        room, tr = self._room(), self._tr
        if self._reading is not None:
            chart = room - _TABLE if self.app.size.width >= _WIDE else room
            self._sections = sections(self._reading, tr, bars_that_fit(chart), room // 3, self._measure)
        self._drawn.clear()
        self._frame.border_title = Content(tr("stats.title"))
        self._show()

    def _show(self) -> None:
        """The section, and where one is among the others."""
        section, room, tr = self.section, self._room(), self._tr
        self._tabs.update(self._tab_line(room))
        self.set_class(self.app.size.height >= _AIRY, "-airy")
        if section is None:
            self._about.update(Content(tr("stats.counting")))
            self.foot.show()
            return
        about = section.about if section.rows else section.empty
        self._about.update(Content("\n".join(fit_lines(about, room, _ABOUT if section.rows else 8))))
        self._about.display = not section.rows or self.app.size.height >= _LOW
        wide = self._wide(section)
        self.set_class(wide, "-wide")
        room, chart = (_TABLE, room - _TABLE) if wide else (room, room)
        laid_out = table(section, room - _LIST)
        self._legend.update(self._legend_line(section, chart))
        self._head.update(Content(ellipsis(" " + laid_out.head(), room)) if section.rows else Content(""))
        self._list.set_rows(_StatsRows(laid_out), cursor=self._cursors.get(self._at, 0))
        self.foot.show()
        height = self._chart_height(section, len(fit_lines(about, room, _ABOUT)))
        self._legend.display = bool(height or (laid_out.picture and any(row.parts for row in section.rows)))
        if not height:
            self._show_picture(Picture([], []))
        elif (known := self._drawn.get((self._at, chart, height))) is not None:
            self._show_picture(known)
        else:
            work: Any = partial(self._draw, section, chart, height)
            self.run_worker(work, group="drawing", exclusive=True)

    def _tab_line(self, room: int) -> Content:
        names = [f"{number} {self._tr(f'stats.tab.{name}')}" for number, name in enumerate(SECTIONS, 1)]
        at = SECTIONS.index(self._at)
        if width_of("  ".join(names)) > room:
            return Content.styled(ellipsis(f"{INTO} {names[at]} ({at + 1}/{len(names)})", room), "bold $text-accent")
        parts: list[str | tuple[str, str]] = []
        for number, name in enumerate(names):
            parts += ["  "] if number else []
            parts.append((name, "b u $text-accent" if number == at else "$text-muted"))
        return Content.assemble(*parts)

    def _chart_height(self, section: StatsSection, about: int) -> int:
        """Lines of the bars; 0 for no chart."""
        if not any(map(sum, section.bars)):
            return 0
        # Frame and notice, names of sections, the lines around the bars and below them, legend and heading.
        others = 3 + 1 + (self.app.size.height >= _AIRY) + about + 1 + 2 + any(section.stars) + 2 + 1
        below = 0 if self._wide(section) else len(section.rows)
        left = self.app.size.height - others - min(_LEAST_ROWS, below)
        spare = max(0, self.app.size.height - others - below)
        highest = max(_HIGHEST, self.app.size.height * 2 // 3)
        most = min(highest, max(_LOWEST, 2 * max(map(sum, section.bars)) + 2))  # of one paper no tower
        height = min(most, max(min(left, self.app.size.height // 3), min(left, spare)))
        return height if height >= _LOWEST else 0

    async def _draw(self, section: StatsSection, room: int, height: int) -> None:
        """In a thread: the library that draws is loaded with the first picture."""
        drawn = await in_a_thread(lambda: picture(section, room, height))
        self._drawn[section.id, room, height] = drawn
        if section is self.section:
            self._show_picture(drawn)

    def _show_picture(self, drawn: Picture) -> None:
        self._shown = drawn
        bars = len(drawn.lines) - 1 - any(self.section.stars if self.section else ())
        for part, lines in ((self._chart, drawn.lines[:bars]), (self._below, drawn.lines[bars:])):
            part.display = bool(drawn.lines)
            part.update(Content("\n").join(map(_inked, lines)))
        self._under.display = bool(drawn.lines)
        self._point()

    def _legend_line(self, section: StatsSection, room: int) -> Content:
        return _inked(ellipsis(legend(section), room))

    def _point(self) -> None:
        """Mark the bar of the row under the cursor."""
        section, row = self.section, self._list.cursor
        bar = section.rows[row].bar if section is not None and 0 <= row < len(section.rows) else -1
        line = ""
        if 0 <= bar < len(self._shown.columns):
            first, end = self._shown.columns[bar]
            line = " " * first + "▲" * (end - first)
        self._under.update(Content.styled(line, "$text-accent"))

    # --- keys ------------------------------------------------------------------------------------------------

    def _moved(self, row: int) -> None:
        self._cursors[self._at] = row
        self.foot.show()
        self._point()

    def on_row_list_chosen(self, message: RowList.Chosen) -> None:
        """A row was clicked on which the cursor stood."""
        self.action_open()

    def action_section(self, by: int) -> None:
        """Another section; after the last one the first."""
        self.action_number((SECTIONS.index(self._at) + by) % len(SECTIONS) + 1)

    def action_number(self, number: int) -> None:
        """A section by its number."""
        if number <= len(SECTIONS):
            self._at = SECTIONS[number - 1]
            self._show()

    def action_measure(self) -> None:
        """Draw strips of something else: all papers, those that were read, those that are starred."""
        if (section := self.section) is not None and section.drawn:
            self._measure = MEASURES[(MEASURES.index(self._measure) + 1) % len(MEASURES)]
            self._lay_out()

    def action_move(self, rows: int) -> None:
        """Move through the table."""
        self._list.reveal()
        self._list.move(rows)

    def action_leap(self, how: str) -> None:
        """Move by views or to an end, as one of the list's own methods does."""
        self._list.reveal()
        name, _, direction = how.partition(" ")
        method = getattr(self._list, name)
        method(int(direction)) if direction else method()

    def action_open(self) -> None:
        """Show the papers of the row as a list."""
        section, row = self.section, self._list.cursor
        if section is None or not 0 <= row < len(section.rows):
            return
        target = section.rows[row].target
        if target is None:
            self._say("stats.no_list")
        else:
            self.dismiss(target)

    def action_copy(self) -> None:
        """Copy the table, as Markdown."""
        section = self.section
        if section is not None and section.rows:
            self._copy(markdown_table(section), self._tr("stats.copied", title=section.title))


def _inked(line: str) -> Content:
    """A line of a chart: its parts and its stars in their colours, what stands around them quiet."""
    inks = {
        **dict.fromkeys(UNICODE.levels + STARRED, "$text-accent"),
        **dict(zip(UNICODE.parts, _PART_INKS, strict=True)),
    }
    parts: list[tuple[str, str]] = []
    for sign in line:
        ink = inks.get(sign, "$text-muted")
        if parts and parts[-1][1] == ink:
            parts[-1] = (parts[-1][0] + sign, ink)
        else:
            parts.append((sign, ink))
    return Content.assemble(*parts)
