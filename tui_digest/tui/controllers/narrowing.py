"""Narrowing the list: the filter box and the views of a week."""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from tui_digest import query
from tui_digest.errors import DigestError
from tui_digest.models import Place
from tui_digest.tui.in_pieces import Rank, do_in_pieces
from tui_digest.tui.wrap import width_of

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from tui_digest.library import Library
    from tui_digest.tui.controllers.facets import Facets
    from tui_digest.tui.host import Host
    from tui_digest.tui.panes.main_panes import Panes
    from tui_digest.tui.reading_state import ChosenFacets, ReadingState
    from tui_digest.tui.voice import Voice
    from tui_digest.tui.widgets.filter_box import FilterBox, FilterLine


class Before(NamedTuple):
    """How things stood when the box was opened, for Esc."""

    text: str
    key: str | None
    pane: str
    top: int
    entries: tuple[int, int]
    """Row of the cursor and first row in view, of the list; likewise below."""
    tags: tuple[int, int]


class Caret(NamedTuple):
    """Where a mistake stands on the screen, below its place in the box."""

    column: int
    cells: int


class Narrowing:
    """The filter box narrows the list while one types; where the list below the weeks has the keys, that one."""

    def __init__(
        self, state: ReadingState, library: Library, voice: Voice, panes: Panes, facets: Facets, host: Host
    ) -> None:
        self._state, self._library, self._voice = state, library, voice
        self._panes, self._facets, self._host = panes, facets, host
        self._box: FilterBox | None = None
        self._line: FilterLine | None = None
        self._before = Before("", None, "entries", 0, (0, 0), (0, 0))
        self._taken = 0
        """How many texts were taken: what was begun for an earlier one is not wanted any more."""

    @property
    def asking(self) -> bool:
        """Whether the box is open."""
        return self._box is not None

    # --- views -----------------------------------------------------------------------------------------------

    def view_all(self, _: int | None = None) -> None:
        """Show everything."""
        self._panes.show_asked(self._state.choose_view("all"))

    def view_unread(self, _: int | None = None) -> None:
        """Show only what is unread."""
        self._panes.show_asked(self._state.choose_view("unread"))

    def view_starred(self, _: int | None = None) -> None:
        """Show only what is starred."""
        self._panes.show_asked(self._state.choose_view("starred"))

    def view_noted(self, _: int | None = None) -> None:
        """Show only what has a note."""
        self._panes.show_asked(self._state.choose_view("noted"))

    def view_later(self, _: int | None = None) -> None:
        """Show only what a triage put off, the longest waiting first."""
        self._panes.show_asked(self._state.choose_view("later"))

    def view_new(self, _: int | None = None) -> None:
        """Show only what came in since the reader was last left."""
        self._panes.show_asked(self._state.choose_view("new"))

    def ask_for(self, text: str, week: str | None = None) -> None:
        """Show what a query finds in a week (None: in all)."""
        self._state.ask_as(Place(text=text))
        self._panes.show_week(week)
        self._panes.go_to("entries")

    def tags(self, _: int | None = None) -> None:
        """Go to the tags; from there, to typing a tag's name."""
        if (self._state.pane, self._state.facet) == ("tags", "tags"):
            self.filter()
        else:
            self._facets.tags()

    # --- the box ---------------------------------------------------------------------------------------------

    def filter(self, _: int | None = None) -> None:
        """Open the box: it narrows the list below the weeks where that has the keys, else the list of entries, which
        then is shown."""
        from tui_digest.tui.widgets.filter_box import FilterBox, FilterLine

        if self._box is not None:
            return
        state, panes = self._state, self._panes
        for_tags = state.pane == "tags"
        entries, tags = ((rows.cursor, rows.top) for rows in (panes.entries.list, panes.facets.list))
        text = state.facet_text if for_tags else state.text
        self._before = Before(text, state.key_here(), state.pane, panes.entry.body.top, entries, tags)
        if not for_tags:
            panes.go_to("entries")
        self._box = FilterBox(text, for_tags=for_tags)
        self._line = FilterLine(self._box)
        state.begin_typing()
        self.say_anew()
        self._host.mount(self._line, before="#footer")
        self._host.set_focus(self._box)  # not `focus()`, which waits: the next key is the box's already
        self._host.show_status()

    def say_anew(self) -> None:
        """Have an empty box say what it is for, in the language that is spoken now."""
        if self._box is not None:
            state = self._state
            scope = state.facet if self._box.for_tags else "all_weeks" if state.week is None else "week"
            self._box.placeholder = self._voice.tr(f"filter.{scope}")

    def typed(self, text: str, for_tags: bool) -> None:
        """Narrow as it is typed. Over all weeks the letter shows first, and what it finds when it has shown: who types
        on waits for no list that the next letter makes another."""
        self._take(text, for_tags, letter_first=self._state.week is None)

    def _take(self, text: str, for_tags: bool, key: str | None = None, *, letter_first: bool = False) -> None:
        if for_tags:
            self._state.narrow_facet(text)
            self._panes.facets.show()
        else:
            readable = self._state.write(text)
            self._taken += readable
            asked = (self._state.week, self._state.wanted)
            steps = self._library.lists.preparing(*asked)
            if readable and (letter_first or next(steps, steps) is not steps):
                late = partial(self._take_late, steps, asked, self._taken, key)
                self._host.run_worker(late, group="narrowing", exclusive=True)
                self._host.show_status()
            else:
                self._panes.show_asked(readable, key=key)
                self._look_for_meant()

    async def _take_late(
        self, steps: Generator[int, None, None], asked: tuple[str | None, query.Asked], taken: int, key: str | None
    ) -> None:
        """The same where the answer takes its time: what is typed shows at once, the first that it finds a little
        later, and the rest when all is looked through."""
        state, panes = self._state, self._panes
        looked, shown = 0, False

        def still_asked() -> bool:
            return (taken, asked) == (self._taken, (state.week, state.wanted))

        def look(row: int) -> None:
            nonlocal looked, shown
            if not shown and key is None and row >= 2 * looked and row and still_asked():
                looked = row
                found = len(self._library.lists.entries(*asked, below=row))
                if shown := found > panes.entries.list.size.height:
                    panes.show_first(row)

        try:
            await do_in_pieces(steps, look)
            if still_asked():
                if shown:
                    panes.show_rest()
                else:
                    await do_in_pieces(_as_long_as(still_asked, panes.showing_asked(key=key)))
            if still_asked():
                self._look_for_meant()
        except DigestError as error:
            self._voice.report(error)

    def _look_for_meant(self) -> None:
        """Where nothing was found, look beside the typing for what was probably meant."""
        state = self._state
        if state.text and state.mistake is None and not len(state.rows) and not state.suggestion:
            self._host.run_worker(partial(self._suggest, state.text), group="meant", exclusive=True)

    async def _suggest(self, text: str) -> None:
        with suppress(DigestError):  # what cannot be read was said when it was looked through
            meant = await do_in_pieces(self._library.lists.meant(text), rank=Rank.SHOWN)
            if meant is not None and self._state.text == text:
                self._state.suggest(text, meant)
                self._panes.entries.say_why_empty()
                self._host.show_status()

    def move(self, delta: int, for_tags: bool) -> None:
        """Move through what was found without leaving the box."""
        (self._panes.facets if for_tags else self._panes.entries).list.move(delta)

    def fix(self) -> None:
        """Take the suggestion for what cannot be read or finds nothing, else what could be meant by what is typed."""
        mistake = self._state.mistake
        if self._box is None:
            return
        if mistake is not None and mistake.fixed is not None:
            self._put(mistake.fixed)
        elif not self._box.for_tags and self._state.suggestion:
            self._put(self._state.suggestion)
        elif (found := self._completed()) is not None:
            self._box.value, self._box.cursor_position = found

    def _put(self, text: str) -> None:
        assert self._box is not None
        self._box.value = text
        self._box.cursor_position = len(text)

    def _completed(self) -> tuple[str, int] | None:
        box = self._box
        if box is None or box.for_tags:
            return None
        tags = self._library.lists.tags
        return query.completed(box.value, box.cursor_position, lambda: [tag for tag, _ in tags(self._state.week)])

    def completion(self) -> str:
        """What Tab would put where one is typing in the box; nothing where it would put nothing."""
        box, found = self._box, self._completed()
        if box is not None and not box.for_tags and self._state.suggestion:
            return self._state.suggestion
        if box is None or found is None:
            return ""
        return found[0][query.fragment(box.value, box.cursor_position)[0] : found[1]]

    def caret(self) -> Caret | None:
        """Where the mistake stands on the screen; None where there is none."""
        mistake = self._state.mistake
        if self._box is None or mistake is None:
            return None
        place, length, text = mistake.position, mistake.length, self._state.text
        start = width_of(text[:place]) - round(self._box.scroll_x)
        return Caret(max(0, self._box.content_region.x + start), max(1, width_of(text[place : place + length])))

    # --- leaving the box -------------------------------------------------------------------------------------

    def close(self, kept: bool, for_tags: bool) -> None:
        """Enter keeps what was typed; Esc puts back what was there."""
        if kept and not for_tags and self._state.mistake is not None:
            if self._box is not None:
                self._box.hand_over(closed=False)
            return  # the mistake is shown; nothing would be found
        box, self._box = self._box, None
        if box is None:
            return
        self._state.end_typing()
        late: Callable[[str], None] | None = None
        if not kept:
            self._put_back(self._before, for_tags)
        elif for_tags:
            late = self._chooser(self._state.chosen)
            late(self._state.facet_text)
        else:
            self._panes.go_to("entries")
            self._take(self._state.text, for_tags=False)
            late = partial(self._take, for_tags=False)
        box.hand_over(closed=True, late=late)
        self._take_away()

    def _take_away(self) -> None:
        if self._line is not None:
            self._line.remove()  # last: were the box focused still, Textual would choose who is next

    def _chooser(self, chosen: ChosenFacets) -> Callable[[str], None]:
        """Chooses the row under the cursor, of those that hold a text; asked again, another in its stead."""

        def choose(text: str) -> None:
            if text != self._state.facet_text:
                self._state.narrow_facet(text)
                self._panes.show_asked(self._state.choose(chosen))
            self._facets.toggle()
            self._state.narrow_facet("")
            self._panes.facets.show()
            self._panes.go_to("tags")

        return choose

    def _put_back(self, before: Before, for_tags: bool) -> None:
        self._take(before.text, for_tags, before.key)
        tags, entries, rows = self._panes.facets.list, self._panes.entries, self._state.rows
        tags.set_rows(tags.source, cursor=before.tags[0], top=before.tags[1])
        row = before.entries[0]
        if 0 <= row < len(rows) and rows.key(row) == before.key:  # else another window changed the list
            entries.show_at(*before.entries)
        self._panes.go_to(before.pane)
        self._panes.show_entry(top=before.top)

    def leave(self) -> None:
        """Another pane was clicked: what was typed stays, unless it is a mistake, and the keys go where they are
        looked for."""
        box = self._box
        if box is None:
            return
        if box.for_tags or self._state.mistake is None:
            self.close(True, box.for_tags)
            return
        self._box = None
        self._state.end_typing()
        self._take(self._before.text, for_tags=False, key=self._state.key_here())
        box.hand_over(closed=True)
        self._take_away()


def _as_long_as(wanted: Callable[[], bool], steps: Generator[None, None, None]) -> Generator[None, None, None]:
    """Steps that end where they are not wanted any more."""
    for _ in steps:
        yield
        if not wanted():
            return
