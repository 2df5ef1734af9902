"""Narrowing the list: the filter box, the tag sidebar, the views."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from tui_digest import query
from tui_digest.library import EVERYTHING
from tui_digest.models import Place
from tui_digest.tui.keymap import shown
from tui_digest.tui.screens.reader import Reader
from tui_digest.tui.wrap import width_of

if TYPE_CHECKING:
    from tui_digest.tui.widgets.filter_box import FilterBox


_LAST_TERM = re.compile(r'(?:^|\s)tag:(?:"(?P<phrase>[^"]*)"?|(?P<word>\S*))$')


COUNTED = 5_000
"""Entries of a narrowed list up to which the sidebar counts the tags of just these."""


class Before(NamedTuple):
    """How things stood when the box was opened, for Esc."""

    text: str
    key: str | None
    pane: str
    top: int


class Finding(Reader):
    """The finding part of the main screen."""

    view: str = "all"
    chosen_tags: tuple[str, ...] = ()
    text: str = ""
    """What stands in the filter box."""
    tag_rows: list[tuple[str, int]]
    """The tag sidebar's rows."""
    tag_text: str = ""
    """What narrows the tag sidebar itself."""

    mistake: query.QueryError | None = None
    """What keeps the box's text from being read."""

    _box: FilterBox | None = None
    _before = Before("", None, "entries", 0)

    def place(self) -> Place:
        """Where the reader is."""
        return Place(self.week, self.key_here(), self.body.top, self.view, self.chosen_tags, self.text, self.pane)

    @property
    def narrowed(self) -> bool:
        """Whether anything is left out of the list."""
        return bool(self.text or self.chosen_tags or self.view != "all")

    def make_query(self) -> bool:
        """View, tags and box as one query. A box that cannot be read leaves the last query standing: False."""
        today = self.library.today()
        self.mistake = None
        if not (self.text or self.chosen_tags or self.view != "all"):  # as at the start, which need not read queries
            self.wanted = EVERYTHING
            return True
        try:
            asked = query.read(self.text if self._box is None else self._finished(), today=today)
        except query.QueryError as error:
            self.mistake = error
            if self._box is None:
                self.report(error)
                return False
            try:  # what stands before the term that is being typed
                asked = query.read(self.text.rpartition(" ")[0], today=today)
            except query.QueryError:
                return False
        nodes: list[query.Node] = [] if asked.tree is None else [asked.tree]
        nodes += [query.Field("is", self.view)] if self.view != "all" else []
        nodes += [query.Field("tag", tag) for tag in self.chosen_tags]
        tree = None if not nodes else nodes[0] if len(nodes) == 1 else query.And(tuple(nodes))
        self.wanted = asked._replace(tree=tree)
        return True

    def _finished(self) -> str:
        """What is typed, without a last `tag:` that names nothing yet: it would only empty the list."""
        term = _LAST_TERM.search(self.text)
        if term is None:
            return self.text
        name = term["word"] if term["phrase"] is None else term["phrase"]
        known = {tag.casefold() for tag, _ in self.library.tags(self.week)}
        name = self.library.tag_name(name)
        return self.text if not name or name.casefold() in known else self.text[: term.start()]

    def asked(self) -> str:
        """What the list is narrowed to, in words."""
        parts = [] if self.view == "all" else [self.tr(f"title.view.{self.view}")]
        parts += [f"#{tag}" for tag in self.chosen_tags]
        return "  ".join([*parts, self.text] if self.text else parts)

    def nothing_here(self) -> str:
        """What stands in an empty list: why, and the keys that lead out."""
        if not self.narrowed:
            return self.tr("entries.empty")
        only_view = not self.text and not self.chosen_tags
        why = self.tr(f"entries.none.{self.view}") if only_view else self.tr("entries.no_match", asked=self.asked())
        keys = {key.id: key.keys for key in self.table}
        left, first = keys["pane.left"], keys["move.first"]
        if self.week is None or not left or not first:
            return why
        begun = "Enter " if self._box is not None else ""  # before that, a letter would be typed
        return f"{why} {self.tr('entries.wider', keys=f'{begun}{shown(left[0])} {shown(first[0])}')}"

    def _narrow(self, *, key: str | None = None) -> None:
        here = self.key_here()
        if self.make_query():
            self.show_rows(key=key or here)
            if self.text and self.library.searched_partly(self.week):
                self.say("search.partly")
        else:
            self.show_status()

    def clear(self) -> None:
        """Show everything of the week again."""
        self.text, self.chosen_tags, self.view, self.tag_text = "", (), "all", ""
        self._narrow()

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
        self._narrow()

    # --- tags ------------------------------------------------------------------------------------------------

    def action_tags(self, _: int | None = None) -> None:
        """Go to the tags; from there, to typing a tag's name."""
        if self.pane == "tags":
            self.action_filter()
        else:
            self.go_to("tags")

    def toggle_tag(self, index: int) -> None:
        """Choose a tag, or let it go."""
        if 0 <= index < len(self.tag_rows):
            tag = self.tag_rows[index][0]
            left = tuple(t for t in self.chosen_tags if t != tag)
            self.chosen_tags = left if left != self.chosen_tags else (*left, tag)
            self._narrow()

    def find_tags(self) -> list[tuple[str, int]]:
        """The sidebar's rows: chosen tags first, then those that would narrow the list further."""
        # Counting the tags of very many entries takes longer than a key may: then they are those of all.
        few = self.narrowed and len(self.rows) <= COUNTED
        counts = self.library.tags_of(self.rows) if few else self.library.tags(self.week)
        known = dict(counts)
        rows = [(tag, known.get(tag, 0)) for tag in self.chosen_tags]
        rows += [(tag, n) for tag, n in counts if tag not in self.chosen_tags]
        wanted = self.tag_text.casefold()
        spellings = self.library.tag_spellings
        return [row for row in rows if any(wanted in each.casefold() for each in (row[0], *spellings(row[0])))]

    # --- the box ---------------------------------------------------------------------------------------------

    def action_filter(self, _: int | None = None) -> None:
        """Open the box: it narrows the tags where the tag pane has the keys, else the list, which then is shown."""
        from tui_digest.tui.widgets.filter_box import FilterBox, FilterLine

        if self._box is not None:
            return
        for_tags = self.pane == "tags"
        text = self.tag_text if for_tags else self.text
        self._before = Before(text, self.key_here(), self.pane, self.body.top)
        if not for_tags:
            self.go_to("entries")
        scope = "tags" if for_tags else "all_weeks" if self.week is None else "week"
        self._box = FilterBox(text, self.tr(f"filter.{scope}"), for_tags=for_tags)
        self.mount(FilterLine(self._box), before="#footer")
        self.set_class(True, "-asking")
        self.set_focus(self._box)  # not `focus()`, which waits: the next key is the box's already
        self.show_status()

    def on_filter_box_typed(self, message: FilterBox.Typed) -> None:
        """Narrow as it is typed."""
        self._take(message.text, message.for_tags)

    def _take(self, text: str, for_tags: bool, key: str | None = None) -> None:
        if for_tags:
            self.tag_text = text
            self.show_tags()
        else:
            self.text = text
            self._narrow(key=key)

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
        return query.completed(box.value, box.cursor_position, lambda: [tag for tag, _ in self.library.tags(self.week)])

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
            return  # the mistake is shown; nothing would be found
        box, self._box = self._box, None
        if box is None:
            return
        self.mistake = None
        self.set_class(False, "-asking")
        if not message.kept:
            before = self._before
            self._take(before.text, message.for_tags, before.key)
            self.go_to(before.pane)
            self.show_entry(top=before.top)
        elif message.for_tags:
            self.toggle_tag(self.tags_list.cursor)
            self.tag_text = ""
            self.show_tags()
            self.go_to("tags")
        else:
            self.go_to("entries")
            self._narrow()
        self.query("FilterLine").remove()  # last: were the box focused still, Textual would choose who is next

    def leave_box(self) -> None:
        """Another pane was clicked: what was typed stays, and the keys go where they are looked for."""
        from tui_digest.tui.widgets.filter_box import FilterBox

        if self._box is not None:
            self.on_filter_box_closed(FilterBox.Closed(True, self._box.for_tags))

    def show_tags(self) -> None:
        """Bring the tag sidebar up to date."""
        raise NotImplementedError
