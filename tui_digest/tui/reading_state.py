"""What the user is reading: week, query, the rows that these leave, the cursor, and the pane that has the keys.

The one place where any of it is written. Plain Python: it knows the library and no widget. Controllers change it, the
panes show it.
"""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from tui_digest import query
from tui_digest.errors import DigestError
from tui_digest.library import EVERYTHING, Rows
from tui_digest.models import Place
from tui_digest.tui.mentions import Mention, mention_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from tui_digest.i18n import Translator
    from tui_digest.library import Library
    from tui_digest.models import Sighting, Week
    from tui_digest.query import Words
    from tui_digest.store.summary import Totals

_LAST_TERM = re.compile(r'(?:^|\s)(?:tag:|#)(?:"(?P<phrase>[^"]*)"?|(?P<word>\S*))$')

VIEWS = ("unread", "starred", "noted", "later")
"""The views that have a row above the weeks."""

SideRow = tuple[str, str]
"""A row above the weeks: its view, `all` for all weeks, and its saved view."""

FACETS = {"tags": "tag", "authors": "author=", "digests": "digest="}
"""What the list below the weeks may hold, and the query's field for each."""

ChosenFacets = tuple[tuple[str, str], ...]
"""What was chosen in that list: pairs of the query's field and a name."""


class Unread(NamedTuple):
    """Where an unread entry stands."""

    week: str | None
    row: int
    """Its row in that week's list."""
    wrapped: bool
    """Whether it lies past the end, counted from the beginning again."""


class Listed(NamedTuple):
    """Papers that were listed for a reason of their own, in an order of their own."""

    name: str
    """`next`: what to read next; `similar`: what is like a paper."""
    title: str
    """The title of that paper."""
    reasons: Mapping[str, tuple[str, str]]
    """The papers by key: the words that decided, and the title of the star that it is near to."""
    back: Place
    """Where the user was before."""


class ReadingState:
    """What is read and how; its attributes may be read by all and are changed by its methods only."""

    listed: Listed | None = None
    """The papers that are listed instead of what is asked for; the next question ends that."""
    _typed = EVERYTHING
    """What the text asks for, as far as it could be read last."""
    _meant = ("", "")
    """A text that finds nothing, and what was probably meant by it."""

    def __init__(self, library: Library, report: Callable[[DigestError], None]) -> None:
        """`report` is told what the library could not do; the state then stays as it was."""
        self._library, self._report = library, report
        self.pane = "entries"
        """The pane that has the keys: one of `keymap.PANES`."""
        self.zen = False
        """Whether the entry stands alone, because the user wants it so."""
        self._zen_from = "entries"

        self.week: str | None = None
        """The week shown; None for all weeks."""
        self.view = "all"
        """What of the list is shown: `all`, `unread`, `starred`, `noted`, `later` or `new`."""
        self.saved = ""
        """The saved view that is shown; empty for none."""
        self.text = ""
        """What stands in the filter box."""
        self.typing = False
        """Whether that text is being typed: then its last word may be incomplete."""
        self.chosen: ChosenFacets = ()
        """What was chosen among tags, authors and digests."""
        self._digest_days: Mapping[str, tuple[str | None, str | None]] = {}
        """From and to which day the digests that were listed tell, by titles that say no more."""
        self.mistake: query.QueryError | None = None
        """Why the text cannot be read; the list is then what was asked for before."""
        self.wanted = EVERYTHING
        """All of these as one query."""

        self.weeks: list[Week] = []
        """All weeks, newest first, each with its counts."""
        self.arrived: Mapping[str | None, int] = {}
        """How many papers of each week came in since the reader was last left."""
        self.totals: Totals
        """The counts of all weeks together."""
        self.views: Mapping[str, str] = {}
        """The saved views by name, and the query of each."""
        self.rows = Rows((), (), (), (), _nothing)
        """The entries that the query leaves of the week."""
        self.cursor = -1
        """The row under the cursor; -1 where there is none."""
        self.found = 0
        """How many papers `rows` has, where the list is narrowed; else 0."""
        self.below: int | None = None
        """The row of the library up to which `rows` was looked for so far; None where that is all."""

        self.facet = "tags"
        """What the list below the weeks holds, a key of `FACETS`."""
        self.facet_text = ""
        """What was typed to narrow that list itself."""
        self.count()

    # --- the pane --------------------------------------------------------------------------------------------

    def go_to(self, pane: str) -> None:
        """Give a pane the keys."""
        self.pane = pane
        if pane != "entry":
            self.zen = False

    def toggle_zen(self) -> None:
        """Have the entry alone, or all panes again and the keys where they were."""
        self.zen = not self.zen
        if self.zen:
            self._zen_from = self.pane
        self.go_to("entry" if self.zen else self._zen_from)

    # --- what is asked for -----------------------------------------------------------------------------------

    @property
    def narrowed(self) -> bool:
        """Whether anything is left out of the list."""
        return bool(self.text or self.chosen or self.saved or self.view != "all" or self.listed)

    def turn_to(self, week: str | None) -> None:
        """Ask for another week, of which the query leaves as much as before; None for all weeks."""
        self.week, self.listed = week, None

    def list_papers(self, listed: Listed) -> None:
        """List papers instead of what is asked for, in all weeks; `load` follows."""
        self.week = None
        self.ask_as(Place())
        self.listed = listed

    def ask_as(self, place: Place) -> bool:
        """Ask for what was asked for there; `Place()` leaves nothing out. False where that cannot be read."""
        self.view, self.chosen, self.text, self.saved = place.view, place.chosen, place.text, place.saved
        return self.make_query()

    def choose_view(self, view: str) -> bool:
        """Ask for another view; False where the query cannot be read."""
        self.view = view
        return self.make_query()

    def leave_saved(self) -> None:
        """Show no saved view any more."""
        self.saved = ""
        self.make_query()

    def rename_saved(self, name: str) -> None:
        """The saved view that is shown has another name now; `count`, which asks for it anew, follows."""
        self.saved = name

    def write(self, text: str) -> bool:
        """Ask for a text; False where it cannot be read, and the list is to stay as it is."""
        self.text = text
        return self.make_query()

    def begin_typing(self) -> None:
        """From now on the text is being typed."""
        self.typing = True

    def end_typing(self) -> None:
        """The text is typed."""
        self.typing, self.mistake = False, None

    def choose(self, chosen: ChosenFacets) -> bool:
        """Ask for these tags, authors and digests; False where the query cannot be read."""
        self.chosen = chosen
        return self.make_query()

    def toggle(self, name: str) -> bool:
        """Choose a name of the list below the weeks, or let it go; False where the query cannot be read."""
        one = (FACETS[self.facet], name)
        left = tuple(each for each in self.chosen if each != one)
        return self.choose(left if left != self.chosen else (*left, one))

    def stand_at(self, week: str | None, view: str, saved: str) -> bool:
        """Ask for what a row of the week list stands for; False where that is asked for already."""
        if (week, view, saved) == (self.week, self.view, self.saved):
            return False
        self.week, self.view, self.saved = week, view, saved
        self.make_query()
        return True

    def widen(self) -> None:
        """Leave nothing out any more; of a view across all weeks, first show all of that view."""
        further = self.text or self.chosen or (self.saved and self.view != "all")
        kept = self.week is None and further and (self.saved or self.view != "all")
        self.facet_text = ""
        self.ask_as(Place() if not kept else Place(saved=self.saved) if self.saved else Place(view=self.view))

    def begin(self, place: Place) -> None:
        """Stand where the user was when the program ended, as far as that is still there; `load` follows."""
        if place.saved not in self.views:
            place = place._replace(saved="")
        tag_name = self._library.lists.tag_name
        named = ((field, tag_name(name) if field == "tag" else name) for field, name in place.chosen)
        self.facet = place.facet
        self.ask_as(place._replace(chosen=tuple(dict.fromkeys(named))))  # config.toml may be another now
        # All weeks without a paper under the cursor: asked for and found empty, or never been anywhere.
        nowhere = place.week is None and place.key is None and not self.narrowed
        known = place.week is None or any(week.id == place.week for week in self.weeks)
        self.week = place.week if known and not nowhere else self.newest()

    def place(self, scroll: int = 0, tops: tuple[int, ...] = ()) -> Place:
        """Where the user is, to stand there again; `scroll` is the first line of the entry in view, `tops` as in
        `Place`."""
        asked = (self.view, self.chosen, self.text, self.pane, self.saved, self.facet)
        return Place(self.week, self.key_here(), scroll, *asked, tops)

    def make_query(self) -> bool:
        """Make one query of views, text and what is chosen. Where the text cannot be read the last query stands, and
        it returns False."""
        self.mistake = self.listed = None
        if not self.narrowed:  # as at the start, which need not read queries
            self.wanted = self._typed = EVERYTHING
            return True
        read = self._library.views.read
        try:
            asked = read(self._finished() if self.typing else self.text)
        except query.QueryError as error:
            self.mistake = error
            if not self.typing:
                self._report(error)
                return False
            try:  # what stands before the term that is being typed
                asked = read(self.text.rpartition(" ")[0])
            except query.QueryError:
                return False
        self._typed = asked
        self.wanted = self._asked_in(self.view, self.saved)
        return True

    def _asked_in(self, view: str, saved: str) -> query.Asked:
        """What text and choice leave of a view and of a saved one."""
        around, asked = self._saved_query(saved), self._typed
        nodes = [node for node in (around.tree, asked.tree) if node is not None]
        nodes += [query.Field("is", view)] if view != "all" else []
        nodes += [query.Field(field, name) for field, name in self.chosen]
        tree = None if not nodes else nodes[0] if len(nodes) == 1 else query.And(tuple(nodes))
        own = ("waiting", True) if view == "later" else None
        return query.Asked(tree, asked.sort or around.sort or own, asked.limit or around.limit)

    def _saved_query(self, saved: str) -> query.Asked:
        """What a saved view asks for; for nothing, where it asks for a view that is gone."""
        try:
            return self._library.views.read(query.term("view", saved)) if saved else EVERYTHING
        except query.QueryError as error:
            self._report(error)
            return query.Asked(query.Or(()))

    def searched(self) -> tuple[query.Asked, Mapping[SideRow, query.Asked]] | None:
        """What would be found in any week if one turned to it, and in each row above the weeks: all of them, a view, a
        saved view. None where nothing is searched for, and they stand for all they have."""
        within = self.view if self.week is not None else "all"
        if self.listed is not None or not (self.text.strip() or self.chosen or within != "all"):
            return None
        rows = [("all", ""), *((view, "") for view in VIEWS), *(("all", saved) for saved in self.views)]
        return self._asked_in(within, ""), {
            (view, saved): self._asked_in(within if (view, saved) == ("all", "") else view, saved)
            for view, saved in rows
        }

    def _finished(self) -> str:
        """The text without a last `tag:` or `#` that names nothing yet: it would only empty the list."""
        term = _LAST_TERM.search(self.text)
        if term is None:
            return self.text
        name = term["word"] if term["phrase"] is None else term["phrase"]
        known = {tag.casefold() for tag, _ in self._library.lists.tags(self.week)}
        name = self._library.lists.tag_name(name)
        return self.text if not name or name.casefold() in known else self.text[: term.start()]

    def asked(self, tr: Translator) -> str:
        """What the list is narrowed to, in words."""
        if self.listed is not None:
            return tr(f"title.{self.listed.name}", title=self.listed.title)
        parts = [] if self.view == "all" else [tr(f"title.view.{self.view}")]
        parts = [self.saved, *parts] if self.saved else parts
        parts += [f"#{name}" if field == "tag" else self.called(field, name, tr) for field, name in self.chosen]
        return "  ".join([*parts, self.text] if self.text else parts)

    def asked_text(self) -> str:
        """What the list is narrowed to as one query text: the saved view and the text as they stand, the rest as terms
        behind them."""
        text = query.both(self.views.get(self.saved, ""), self.text)
        terms = [query.term("is", self.view)] if self.view != "all" else []
        for wanted in (*terms, *(query.term(field, name) for field, name in self.chosen)):
            text = query.with_term(text, wanted, on=True)
        in_order = self.view == "later" and self.wanted.sort == ("waiting", True)
        return query.both(text, "sort:waiting") if in_order and "sort:" not in text else text

    def wanted_text(self) -> str:
        """The query as text; empty where nothing is left out."""
        return "" if self.wanted == EVERYTHING else query.unparse(self.wanted)

    def suggest(self, text: str, meant: str) -> None:
        """Keep what was probably meant by a text that finds nothing."""
        self._meant = (text, meant)

    @property
    def suggestion(self) -> str:
        """What was probably meant where the text finds nothing; empty where that is not known, or finds something."""
        text, meant = self._meant
        return meant if text == self.text and not len(self.rows) else ""

    def reason(self, key: str | None, tr: Translator) -> str:
        """Why a paper is listed, in words; empty where the list is what a query leaves."""
        words, star = ("", "") if self.listed is None or key is None else self.listed.reasons.get(key, ("", ""))
        return tr("suggest.star" if star else "suggest.shared", words=words, star=star) if words else ""

    def needles(self) -> Sequence[Words]:
        """The words that were searched for, to be highlighted."""
        if not (self.text or self.saved):
            return ()
        return query.plain(self.wanted.tree)

    # --- the list below the weeks ----------------------------------------------------------------------------

    def choose_from(self, facet: str) -> None:
        """Have that list hold something else, a key of `FACETS`."""
        if facet != self.facet:
            self.facet, self.facet_text = facet, ""

    def narrow_facet(self, text: str) -> None:
        """Narrow that list to names that hold a text."""
        self.facet_text = text

    def chosen_names(self) -> tuple[str, ...]:
        """What was chosen of what that list holds now."""
        return tuple(name for field, name in self.chosen if field == FACETS[self.facet])

    def know_days(self, days: Mapping[str, tuple[str | None, str | None]]) -> None:
        """Take the days of the digests of a list; those that were chosen keep theirs, also where it is empty."""
        chosen = {name for _, name in self.chosen}
        self._digest_days = {**{name: own for name, own in self._digest_days.items() if name in chosen}, **days}

    def called(self, field: str, name: str, tr: Translator) -> str:
        """What a name of that list is called: a digest by its days, where its title is a date in another language."""
        start, end = self._digest_days.get(name, (None, None)) if field == FACETS["digests"] else (None, None)
        if start is None:
            return name
        return tr.listed_name(name, date.fromisoformat(start), date.fromisoformat(end or start))

    # --- what there is ---------------------------------------------------------------------------------------

    def count(self) -> bool:
        """Ask for the weeks, their counts and the saved views anew; True where the views are others than before."""
        lists = self._library.lists
        self.weeks, self.totals = lists.weeks(), lists.totals()
        self.arrived = self._library.imports.arrived.counts()
        before, self.views = self.views, self._library.views.all()
        if before == self.views:
            return False
        if self.saved not in self.views:
            self.saved = ""
        listed = self.listed
        self.make_query()
        self.listed = listed
        return True

    def newest(self) -> str | None:
        """The newest week; None where there is none."""
        return self.weeks[0].id if self.weeks else None

    def load(self, *, key: str | None = None, index: int = 0, below: int | None = None) -> bool:
        """Ask for the rows anew; the cursor stands on a paper where it is among them, else on a row. False where they
        cannot be read, and the former stand. `below` asks for the first only, as in `Lists.entries`."""
        self.below = below
        try:
            self.rows = self.rows_of(self.week)
        except DigestError as error:
            self._report(error)
            return False
        self.found = self._library.lists.papers_of(self.rows) if self.narrowed else 0
        found = self.rows.index_of(key) if key else None
        self.cursor = min(index if found is None else found, len(self.rows) - 1)
        return True

    def load_again(self) -> bool:
        """The same after the library changed: same week where it is still there, and the cursor on the paper, in the
        digest, that was read. False where that is not there any more."""
        before, index, key = self.rows, self.cursor, self.key_here()
        if self.week is not None and all(week.id != self.week for week in self.weeks):
            self.week, key, index = self.newest(), None, 0
        loaded = self.load(key=key, index=max(0, index))
        if key is None or self.key_here() != key:
            return False
        if not loaded:  # the former rows stand, with the cursor where it was
            return True
        # A paper may stand in the list several times: it is the same mention if in the same week as many stand above.
        above = [each for each in before.indexes_of(key) if each < index and before[each].week == before[index].week]
        alike = [each for each in self.rows.indexes_of(key) if self.rows[each].week == before[index].week]
        self.cursor = alike[min(len(above), len(alike) - 1)] if alike else self.cursor
        return True

    def rows_of(self, week: str | None) -> Rows:
        """The entries of a week (None: of all) that the query leaves. Raises `DigestError`."""
        if self.listed is not None and week is None:
            return self._library.lists.of_papers([*self.listed.reasons])
        return self._library.lists.entries(week, self.wanted, below=self.below)

    # --- the cursor ------------------------------------------------------------------------------------------

    def stand_on(self, index: int) -> None:
        """Put the cursor on a row; -1 for none."""
        self.cursor = index

    def current(self) -> Sighting | None:
        """The entry under the cursor."""
        if not 0 <= self.cursor < len(self.rows):
            return None
        try:
            return self.rows.sighting(self.cursor)
        except DigestError as error:  # its week was damaged or imported anew since the list was made
            self._report(error)
            return None

    def key_here(self) -> str | None:
        """The paper under the cursor."""
        return self.rows.key(self.cursor) if 0 <= self.cursor < len(self.rows) else None

    def keys_from(self, first: int, count: int) -> list[str]:
        """The papers of so many rows, each once."""
        last = min(first + count, len(self.rows))
        return list(dict.fromkeys(self.rows.keys[max(first, 0) : last])) if first >= 0 else []

    def row_of(self, key: str, mention: Mention | None) -> int | None:
        """Among several mentions of a paper in the list the row of that one. Raises `DigestError`."""
        for index, each in enumerate(self.rows.keys):
            if each == key and mention_of(self.rows.sighting(index)) == mention:
                return index
        return None

    def next_unread(self, step: int) -> Unread | None:
        """The nearest unread entry, on (1) or back (-1); None where there is none at all. Raises `DigestError`.

        First the rest of the list, then the other weeks as they follow, round to the beginning of the list.
        """
        here, cursor = self.rows.keys, self.cursor
        forward = step > 0
        index = self._unread_in(here, range(cursor + 1, len(here)) if forward else range(cursor - 1, -1, -1))
        if index is not None:
            return Unread(self.week, index, False)
        ids = [week.id for week in self.weeks]
        at = ids.index(self.week) if self.week in ids else -1
        if at >= 0:
            after, before = self.weeks[at + 1 :], self.weeks[:at]
            ways = ((after, False), (before, True)) if forward else ((before[::-1], False), (after[::-1], True))
            for weeks, wrapped in ways:
                for week in weeks:
                    keys = self.rows_of(week.id).keys if week.unread else ()
                    index = self._unread_in(keys, range(len(keys))[::step])
                    if index is not None:
                        return Unread(week.id, index, wrapped)
        index = self._unread_in(here, range(cursor + 1) if forward else range(len(here) - 1, cursor - 1, -1))
        return None if index is None else Unread(self.week, index, True)

    def _unread_in(self, keys: Sequence[str], places: Iterable[int]) -> int | None:
        return next((place for place in places if place >= 0 and not self._library.marks.of(keys[place]).read), None)


def _nothing(_block: object, _number: int) -> Sighting:
    raise IndexError  # a list without rows is asked for none
