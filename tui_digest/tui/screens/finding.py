"""Narrowing the list: the filter box, the tag sidebar, the views."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_digest import query
from tui_digest.errors import DigestError
from tui_digest.tui.screens.reader import Reader

if TYPE_CHECKING:
    from tui_digest.tui.widgets.filter_box import FilterBox


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

    _box: FilterBox | None = None
    _before: tuple[str, str | None] = ("", None)
    """The box's text and the paper under the cursor when the box was opened, for Esc."""

    @property
    def narrowed(self) -> bool:
        """Whether anything is left out of the list."""
        return bool(self.text or self.chosen_tags or self.view != "all")

    def make_query(self) -> None:
        """View, tags and box as one query. A box that cannot be read leaves the last query standing."""
        try:
            asked = query.parse(self.text)
        except DigestError as error:
            if self._box is None:
                self.report(error)
            return
        view = asked.view if asked.view != "all" else self.view
        tags = tuple(dict.fromkeys((*self.chosen_tags, *asked.tags)))
        self.wanted = query.Query(asked.words, tags, view)

    def asked(self) -> str:
        """What the list is narrowed to, in words."""
        parts = [] if self.view == "all" else [self.tr(f"title.view.{self.view}")]
        parts += [f"#{tag}" for tag in self.chosen_tags]
        return "  ".join([*parts, self.text] if self.text else parts)

    def _narrow(self, *, key: str | None = None) -> None:
        here = self.current()
        self.make_query()
        self.show_rows(key=key or (here.key if here else None))

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
        counts = self.library.tags(self.week, self.chosen_tags)
        known = dict(counts)
        chosen = [(tag, known.get(tag, 0)) for tag in self.chosen_tags]
        wanted = self.tag_text.casefold()
        return chosen + [(t, n) for t, n in counts if t not in self.chosen_tags and wanted in t.casefold()]

    # --- the box ---------------------------------------------------------------------------------------------

    def action_filter(self, _: int | None = None) -> None:
        """Open the box: it narrows the tags where the tag pane has the keys, else the list."""
        from tui_digest.tui.widgets.filter_box import FilterBox

        if self._box is not None:
            return
        for_tags = self.pane == "tags"
        here = self.current()
        self._before = (self.tag_text if for_tags else self.text, here.key if here else None)
        hint = self.tr("filter.tags" if for_tags else "filter.placeholder")
        self._box = FilterBox(self._before[0], hint, for_tags=for_tags)
        self.mount(self._box, before="#footer")
        self._box.focus()
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

    def on_filter_box_closed(self, message: FilterBox.Closed) -> None:
        """Enter keeps what was typed; Esc puts back what was there."""
        box, self._box = self._box, None
        if not message.kept:
            text, key = self._before
            self._take(text, message.for_tags, key)
        elif message.for_tags:
            self.toggle_tag(self.tags_list.cursor)
            self.tag_text = ""
            self.show_tags()
        self.go_to("tags" if message.for_tags else "entries")
        if box is not None:
            box.remove()  # last: were it the focused one still, Textual would choose who is next

    def show_tags(self) -> None:
        """Bring the tag sidebar up to date."""
        raise NotImplementedError
