"""Narrowing the list: the filter box, the views, what is chosen below the weeks."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from tui_digest import query
from tui_digest.library import EVERYTHING
from tui_digest.models import Place
from tui_digest.tui.keynames import shown
from tui_digest.tui.screens.faceting import Faceting
from tui_digest.tui.wrap import width_of

if TYPE_CHECKING:
    from tui_digest.tui.widgets.filter_box import FilterBox


_LAST_TERM = re.compile(r'(?:^|\s)(?:tag:|#)(?:"(?P<phrase>[^"]*)"?|(?P<word>\S*))$')


class Before(NamedTuple):
    """How things stood when the box was opened, for Esc."""

    text: str
    key: str | None
    pane: str
    top: int
    entries: tuple[int, int]
    """Row of the cursor and first row in view, of the list; likewise below."""
    tags: tuple[int, int]


class Finding(Faceting):
    """The finding part of the main screen."""

    view: str = "all"
    """What of the list is shown: `all`, `unread`, `starred` or `noted`."""
    saved: str = ""
    """The saved view that is shown."""
    text: str = ""
    """What stands in the filter box."""

    mistake: query.QueryError | None = None
    """What keeps the box's text from being read."""

    _box: FilterBox | None = None
    _before = Before("", None, "entries", 0, (0, 0), (0, 0))

    def place(self) -> Place:
        """Where the reader is."""
        asked = (self.view, self.chosen, self.text, self.pane, self.saved, self.facet)
        return Place(self.week, self.key_here(), self.body.top, *asked)

    def ask_as(self, place: Place) -> None:
        """Ask for what was asked for there; `Place()` asks for everything."""
        self.view, self.chosen, self.text, self.saved = place.view, place.chosen, place.text, place.saved
        self.make_query()

    @property
    def narrowed(self) -> bool:
        """Whether anything is left out of the list."""
        return bool(self.text or self.chosen or self.saved or self.view != "all")

    def make_query(self) -> bool:
        """Views, box and what is chosen as one query. A box that cannot be read leaves the last query standing:
        False."""
        self.mistake = None
        if not self.narrowed:  # as at the start, which need not read queries
            self.wanted = EVERYTHING
            return True
        read = self.library.views.read
        try:
            asked = read(self.text if self._box is None else self._finished())
        except query.QueryError as error:
            self.mistake = error
            if self._box is None:
                self.report(error)
                return False
            try:  # what stands before the term that is being typed
                asked = read(self.text.rpartition(" ")[0])
            except query.QueryError:
                return False
        around = self._saved_query()
        nodes = [node for node in (around.tree, asked.tree) if node is not None]
        nodes += [query.Field("is", self.view)] if self.view != "all" else []
        nodes += [query.Field(field, name) for field, name in self.chosen]
        tree = None if not nodes else nodes[0] if len(nodes) == 1 else query.And(tuple(nodes))
        self.wanted = query.Asked(tree, asked.sort or around.sort, asked.limit or around.limit)
        return True

    def _saved_query(self) -> query.Asked:
        """What the saved view asks for; for nothing, where it asks for a view that is gone."""
        try:
            return self.library.views.read(query.term("view", self.saved)) if self.saved else EVERYTHING
        except query.QueryError as error:
            self.report(error)
            return query.Asked(query.Or(()))

    def _finished(self) -> str:
        """What is typed, without a last `tag:` or `#` that names nothing yet: it would only empty the list."""
        term = _LAST_TERM.search(self.text)
        if term is None:
            return self.text
        name = term["word"] if term["phrase"] is None else term["phrase"]
        known = {tag.casefold() for tag, _ in self.library.lists.tags(self.week)}
        name = self.library.lists.tag_name(name)
        return self.text if not name or name.casefold() in known else self.text[: term.start()]

    def asked(self) -> str:
        """What the list is narrowed to, in words."""
        parts = [] if self.view == "all" else [self.tr(f"title.view.{self.view}")]
        parts = [self.saved, *parts] if self.saved else parts
        parts += [f"#{name}" if field == "tag" else name for field, name in self.chosen]
        return "  ".join([*parts, self.text] if self.text else parts)

    def nothing_here(self) -> str:
        """What stands in an empty list: why, and the keys that lead out."""
        if not self.narrowed:
            return self.tr("entries.no_papers" if self.weeks else "entries.empty")
        only_view = not (self.text or self.chosen or self.saved)
        why = self.tr(f"entries.none.{self.view}") if only_view else self.tr("entries.no_match", asked=self.asked())
        keys = {key.id: key.keys for key in self.table}
        left, first = keys["pane.left"], keys["move.first"]
        if self.week is None or not left or not first:
            return why
        begun = "Enter " if self._box is not None else ""  # before that, a letter would be typed
        return f"{why} {self.tr('entries.wider', keys=f'{begun}{shown(left[0])} {shown(first[0])}')}"

    def narrow(self, *, key: str | None = None) -> None:
        """Show what is asked for now, on the same paper where it is among it."""
        here = self.key_here()
        if self.make_query():
            self.show_rows(key=key or here)
            self.stand_on_row()
            if self.text and self.library.lists.searched_partly(self.week):
                self.say("search.partly")
        else:
            self.show_status()

    def clear(self) -> None:
        """Show everything of the week again; of a view's row, first everything of that view."""
        further = self.text or self.chosen or (self.saved and self.view != "all")
        kept = self.week is None and further and (self.saved or self.view != "all")
        place = Place() if not kept else Place(saved=self.saved) if self.saved else Place(view=self.view)
        here, self.tag_text = self.key_here(), ""
        self.ask_as(place)
        self.show_rows(key=here)
        self.stand_on_row()

    # --- views -----------------------------------------------------------------------------------------------

    def action_view_all(self, _: int | None = None) -> None:
        """Everything."""
        self._view("all")

    def action_view_unread(self, _: int | None = None) -> None:
        """Only what is unread."""
        self._view("unread")

    def action_view_starred(self, _: int | None = None) -> None:
        """Only what is starred."""
        self._view("starred")

    def action_view_noted(self, _: int | None = None) -> None:
        """Only what has a note."""
        self._view("noted")

    def _view(self, view: str) -> None:
        self.view = view
        self.narrow()

    # --- the box ---------------------------------------------------------------------------------------------

    def action_filter(self, _: int | None = None) -> None:
        """Open the box: it narrows the tags where the tag pane has the keys, else the list, which then is shown."""
        from tui_digest.tui.widgets.filter_box import FilterBox, FilterLine

        if self._box is not None:
            return
        for_tags = self.pane == "tags"
        text = self.tag_text if for_tags else self.text
        entries, tags = ((rows.cursor, rows.top) for rows in (self.entries_list, self.tags_list))
        self._before = Before(text, self.key_here(), self.pane, self.body.top, entries, tags)
        if not for_tags:
            self.go_to("entries")
        self._box = FilterBox(text, for_tags=for_tags)
        self.name_box()
        self.mount(FilterLine(self._box), before="#footer")
        self.set_class(True, "-asking")
        self.set_focus(self._box)  # not `focus()`, which waits: the next key is the box's already
        self.show_status()

    def name_box(self) -> None:
        """What an empty box says it is for."""
        if self._box is not None:
            scope = self.facet if self._box.for_tags else "all_weeks" if self.week is None else "week"
            self._box.placeholder = self.tr(f"filter.{scope}")

    def on_filter_box_typed(self, message: FilterBox.Typed) -> None:
        """Narrow as it is typed."""
        self._take(message.text, message.for_tags)

    def _take(self, text: str, for_tags: bool, key: str | None = None) -> None:
        if for_tags:
            self.tag_text = text
            self.show_tags()
        else:
            self.text = text
            self.narrow(key=key)

    def on_filter_box_moved(self, message: FilterBox.Moved) -> None:
        """Move through what was found without leaving the box."""
        (self.tags_list if message.for_tags else self.entries_list).move(message.delta)

    def on_filter_box_fixed(self, message: FilterBox.Fixed) -> None:
        """Take the suggestion for what cannot be read, else what could be meant by what is typed."""
        if self._box is None:
            return
        if self.mistake is not None and self.mistake.fixed is not None:
            self._box.value = self.mistake.fixed
            self._box.cursor_position = len(self._box.value)
        elif (found := self._completed()) is not None:
            self._box.value, self._box.cursor_position = found

    def _completed(self) -> tuple[str, int] | None:
        box = self._box
        if box is None or box.for_tags:
            return None
        return query.completed(
            box.value, box.cursor_position, lambda: [tag for tag, _ in self.library.lists.tags(self.week)]
        )

    def completion(self) -> str:
        """What Tab would put where one is typing in the box; nothing where it would put nothing."""
        box, found = self._box, self._completed()
        if box is None or found is None:
            return ""
        return found[0][query.fragment(box.value, box.cursor_position)[0] : found[1]]

    def caret_cells(self) -> tuple[int, int] | None:
        """Where the mistake stands on the screen, below its place in the box: column and cells."""
        if self._box is None or self.mistake is None:
            return None
        place, length = self.mistake.position, self.mistake.length
        start = width_of(self.text[:place]) - round(self._box.scroll_x)
        return max(0, self._box.content_region.x + start), max(1, width_of(self.text[place : place + length]))

    def on_filter_box_closed(self, message: FilterBox.Closed) -> None:
        """Enter keeps what was typed; Esc puts back what was there."""
        if message.kept and not message.for_tags and self.mistake is not None:
            if self._box is not None:
                self._box.hand_over(closed=False)
            return  # the mistake is shown; nothing would be found
        box, self._box = self._box, None
        if box is None:
            return
        self.mistake = None
        self.set_class(False, "-asking")
        late = None
        if not message.kept:
            self._put_back(self._before, message.for_tags)
        elif message.for_tags:
            late = self._tag_chosen_by(self.chosen)
            late(self.tag_text)
        else:
            self.go_to("entries")
            self.narrow()
            late = partial(self._take, for_tags=False)
        box.hand_over(closed=True, late=late)
        self.query("FilterLine").remove()  # last: were the box focused still, Textual would choose who is next

    def _tag_chosen_by(self, chosen: tuple[tuple[str, str], ...]) -> Callable[[str], None]:
        """Chooses the row under the cursor, of those that hold a text; asked again, another in its stead."""

        def choose(text: str) -> None:
            if text != self.tag_text:
                self.tag_text, self.chosen = text, chosen
                self.narrow()
            self.toggle_tag(self.tags_list.cursor)
            self.tag_text = ""
            self.show_tags()
            self.go_to("tags")

        return choose

    def _put_back(self, before: Before, for_tags: bool) -> None:
        self._take(before.text, for_tags, before.key)
        places = [(self.tags_list, before.tags)]
        row = before.entries[0]
        if 0 <= row < len(self.rows) and self.rows.key(row) == before.key:  # else another window changed the list
            places.append((self.entries_list, before.entries))
        for rows, (cursor, top) in places:
            rows.set_rows(rows.source, cursor=cursor, top=top)
        self.go_to(before.pane)
        self.show_entry(top=before.top)

    def leave_box(self) -> None:
        """Another pane was clicked: what was typed stays, and the keys go where they are looked for."""
        from tui_digest.tui.widgets.filter_box import FilterBox

        if self._box is not None:
            self.on_filter_box_closed(FilterBox.Closed(True, self._box.for_tags))

    # What the other parts answer.

    def stand_on_row(self) -> None:
        """Put the cursor of the week list where it belongs to what is shown."""
        raise NotImplementedError
