"""What stands in the rows of the three lists, made from library records when a row is painted."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from tui_digest.clock import local_time
from tui_digest.tui.formulas import readable
from tui_digest.tui.terminal.signs import BETWEEN, CHOSEN, INTO, NOTED, STARRED, UNREAD
from tui_digest.tui.widgets.row_pieces import Piece, cells, clip, spread
from tui_digest.tui.wrap import first_fit, fit_lines

if TYPE_CHECKING:
    from tui_digest.i18n import Translator
    from tui_digest.library import Library, Rows
    from tui_digest.models import Mark, Week
    from tui_digest.query import Words
    from tui_digest.store.rows import Row
    from tui_digest.tui.selected_papers import SelectedPapers


def _nothing(key: str) -> str:
    """Papers are listed for no reason of their own."""
    return ""


class ViewRow(NamedTuple):
    """A view across all weeks."""

    name: str
    """`unread`, `starred`, `noted` or `later`; of a saved view, its own."""
    papers: int | None
    """How many it has; None while that is not known."""
    saved: bool = False


_SIGNS = {"unread": "●", "starred": "★", "noted": "✎", "later": INTO}


class WeekRows:
    """One row for all weeks, the views across them, then the weeks, newest first, under the headings of their years."""

    def __init__(self, tr: Translator) -> None:
        self._tr = tr
        self._rows: list[Week | ViewRow | int | None] = [None]
        self._unread = 0
        self._new: Mapping[str | None, int] = {}
        self._found: Mapping[str | None, int] | None = None

    def set(
        self,
        weeks: Sequence[Week],
        unread: int,
        views: Sequence[ViewRow] = (),
        new: Mapping[str | None, int] = MappingProxyType({}),
        found: Mapping[str | None, int] | None = None,
    ) -> None:
        """Take other weeks, how many papers are unread in all of them, other views, and how many papers of each week,
        and (None) of all of them, came in since the reader was last left; while something is searched for, how many
        were `found` there."""
        self._unread, self._new, self._found = unread, new, found
        rows: list[Week | ViewRow | int | None] = [None, *views]
        heading: int | None = None
        for week in weeks:
            year = int(week.id[:4]) if week.start else None
            if year is not None and year != heading:
                rows.append(year)
            heading = year
            rows.append(week)
        self._rows = rows

    def index_of(self, week: str | None, view: str = "all", saved: str = "") -> int:
        """The row of a week or, across all of them, of a view; the first, that of all weeks, where it is not there."""
        for index, row in enumerate(self._rows):
            if isinstance(row, ViewRow):
                if week is None and (row.name, row.saved) == (saved or view, bool(saved)):
                    return index
            elif row is not None and not isinstance(row, int) and row.id == week:
                return index
        return 0

    def place(self, index: int) -> tuple[int, int]:
        """Which row that is, the first being 1, and how many there are; headings are no rows to stand on."""
        headings = [at for at, row in enumerate(self._rows) if isinstance(row, int)]
        return index + 1 - sum(at < index for at in headings), len(self._rows) - len(headings)

    def at(self, index: int) -> str | ViewRow | None:
        """The week of a row, or its view; None for all weeks."""
        row = self._rows[index] if 0 <= index < len(self._rows) else None
        return row if isinstance(row, ViewRow) else None if row is None or isinstance(row, int) else row.id

    def __len__(self) -> int:
        return len(self._rows)

    def selectable(self, index: int) -> bool:
        """Headings are passed over."""
        return not isinstance(self._rows[index], int)

    def row(self, index: int, width: int) -> Sequence[Sequence[Piece]]:
        """`7/23–29  7월 5주차      5`: bold while something in it is unread, the count of the unread at the end."""
        row = self._rows[index]
        if isinstance(row, int):
            return [[(self._tr.year(row), "heading")]]
        if row is None:
            unread = self._unread
            # How much of it is unread stands in the row below, and twice the same number would seem two things.
            right = self._came(self._new.get(None, 0)) if self._found is None else self._count(self._found.get(None))
            return [spread([(self._tr("week.all"), "strong" if unread else "text")], right, width)]
        if isinstance(row, ViewRow):
            quiet = "text" if row.papers or row.saved else "muted"
            name = row.name if row.saved else self._tr(f"view.{row.name}")
            sign = "/" if row.saved else _SIGNS[row.name]
            left = [(f" {sign} ", "accent" if row.papers else "muted"), (name, quiet)]
            return [spread(left, self._count(row.papers), width)]
        right = [*self._came(self._new.get(row.id, 0)), *self._count(row.unread)]
        style = "strong" if row.unread else "text"
        if self._found is not None:
            right = self._count(papers := self._found.get(row.id))
            style = style if papers else "muted"
        room = width - cells(right) - 2
        days = self._tr.week_days(row) if row.start is None else first_fit(self._tr.periods(row.start, row.end), room)
        left = [(f" {days}", style)]
        name = f"  {self._tr.week_name(row)}"
        if name.strip() and cells([*left, (name, ""), *right]) < width:
            left.append((name, "muted"))
        return [spread(left, right, width)]

    @staticmethod
    def _came(papers: int) -> list[Piece]:
        return [(f"+{papers:,} ", "accent")] if papers else []

    def _count(self, papers: int | None) -> list[Piece]:
        return [(f"{papers:,}", "muted" if self._found is None else "accent")] if papers else []


class TagRows:
    """The tags, authors or digests to choose from: the chosen ones are checked and stand first."""

    def __init__(self, called: Callable[[str], str]) -> None:
        """`called` tells as what a name is shown."""
        self._called = called
        self._tags: Sequence[tuple[str, int]] = ()
        self._chosen: Collection[str] = ()

    def set(self, tags: Sequence[tuple[str, int]], chosen: Collection[str]) -> None:
        """Take other tags."""
        self._tags, self._chosen = tags, chosen

    def __len__(self) -> int:
        return len(self._tags)

    def selectable(self, index: int) -> bool:
        """Every tag."""
        return True

    def row(self, index: int, width: int) -> Sequence[Sequence[Piece]]:
        """`✓ alignment        3`."""
        tag, count = self._tags[index]
        chosen = tag in self._chosen
        left: list[Piece] = [
            (f"{CHOSEN} " if chosen else "  ", "accent"),
            (self._called(tag), "strong" if chosen else "text"),
        ]
        return [spread(left, [(f"{count:,}", "muted")], width)]


class EntryRows:
    """The list of entries: marks, the title in as many lines as it needs, and a quiet line of facts, if any."""

    def __init__(
        self,
        library: Library,
        tr: Translator,
        lines: int = 4,
        *,
        source: bool = False,
        selected: SelectedPapers | None = None,
    ) -> None:
        """`lines` are those of an entry at most: a title too long for what the facts leave of them ends in `…`.
        `selected` has the papers that are selected; while it has some, each row tells whether it is one."""
        self._library, self._tr, self._selected = library, tr, selected
        self.lines = lines
        self.source = source
        """Whether formulas in titles are shown as they were written."""
        self._rows: Rows | None = None
        self._weeks: dict[str, Week] = {}
        self._needles: Sequence[Words] = ()
        self._why: Callable[[str], str] = _nothing

    def set(
        self,
        rows: Rows,
        *,
        with_week: bool,
        needles: Sequence[Words] = (),
        why: Callable[[str], str] | None = None,
    ) -> None:
        """Take another list; `with_week` names each entry's week among its facts, `needles` are highlighted, `why`
        says of a paper why it is listed."""
        self._rows, self._needles, self._why = rows, needles, why or _nothing
        self._weeks = {week.id: week for week in self._library.lists.weeks()} if with_week else {}

    def __len__(self) -> int:
        return 0 if self._rows is None else len(self._rows)

    def selectable(self, index: int) -> bool:
        """Every entry."""
        return True

    def row(self, index: int, width: int) -> Sequence[Sequence[Piece]]:
        """`● ★ Title …`; below it, set in, what is left of the title and the facts."""
        assert self._rows is not None
        row = self._rows[index]
        mark = self._library.marks.of(row.key)
        picked = "" if not self._selected else CHOSEN if row.key in self._selected else " "
        signs: list[Piece] = [
            (picked + (" " if mark.read else UNREAD) + (f"{STARRED} " if mark.starred else "  "), "accent")
        ]
        style = "strong" if not mark.read else "muted" if row.untitled else "text"
        title = row.title if self.source else readable(row.title)
        inset = " " * (3 + len(picked))
        facts = self._facts(row, mark) if self.lines > 1 else []
        titles = fit_lines(title, max(2, width - len(inset)), max(1, self.lines - bool(facts)))
        lines: list[list[Piece]] = [[*signs, *self._marked(titles[0], style)]]
        lines += [[(inset, "text"), *self._marked(line, style)] for line in titles[1:]]
        return [*lines, clip([(inset, "text"), *facts], width)] if facts else lines

    def _facts(self, row: Row, mark: Mark) -> list[Piece]:
        """What is told of an entry in few words; nothing, where there is nothing to tell."""
        since = self._library.marks.waits_since(row.key)
        facts = [why] if (why := self._why(row.key)) else []
        facts += [] if since is None else [self._waited(since)]
        facts += [row.facts] if row.facts not in ("", row.title) else []
        facts += [self._tr.week_days(week, year=True)] if (week := self._weeks.get(row.week)) else []
        tags = [*(f"#{tag}" for tag in row.tags), *(f"+{tag}" for tag in mark.tags)]
        facts += [" ".join(tags)] if tags else []
        noted: list[Piece] = [(f"{NOTED} ", "accent")] if mark.note else []
        return [*noted, *self._marked(f" {BETWEEN} ".join(facts), "muted")] if facts else noted

    def _waited(self, since: int) -> str:
        """How long ago a paper was put off, that moment being given."""
        days = (self._library.today() - local_time(since).date()).days
        return self._tr("later.days", n=days) if days > 0 else self._tr("later.today")

    def _marked(self, text: str, style: str) -> list[Piece]:
        """The text with what was searched for marked."""
        if not self._needles:
            return [(text, style)]
        from tui_digest.text.matching import spans  # only for those who searched

        pieces: list[Piece] = []
        end = 0
        found = [spans(needle, text, exact=exact, by_initials=True) for needle, exact in self._needles]
        for first, last in sorted(span for each in found for span in each):
            if last > end:
                pieces += [(text[end : max(first, end)], style), (text[max(first, end) : last], "match")]
                end = last
        return [piece for piece in (*pieces, (text[end:], style)) if piece[0]] or [(text, style)]
