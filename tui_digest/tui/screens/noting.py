"""Notes and the reader's own tags, written in place. A note is saved while it is typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_digest.errors import DigestError
from tui_digest.tui.screens.reader import Reader

if TYPE_CHECKING:
    from tui_digest.tui.widgets.note_editor import NoteEditor
    from tui_digest.tui.widgets.tags_box import TagsBox


class Noting(Reader):
    """The noting part of the main screen."""

    _editor: NoteEditor | None = None
    _tags_box: TagsBox | None = None
    _written_on: str = ""
    """The paper that the editor or the box is about."""
    _saying: str = "title"
    """How the open editor's note stands: the end of a message id."""
    _goes_on: bool = False
    """Whether the open editor has saved before: one stay in the editor is one act."""

    @property
    def writing(self) -> bool:
        """Whether a note or own tags are being written."""
        return self._editor is not None or self._tags_box is not None

    @property
    def editing(self) -> bool:
        """Whether a note is being written."""
        return self._editor is not None

    def action_note(self, _: int | None = None) -> None:
        """Write a note on the paper."""
        from tui_digest.tui.widgets.note_editor import NoteEditor  # heavy, and rarely wanted

        if self.writing or not (key := self._paper()):
            return
        self._written_on, self._goes_on = key, False
        self._editor = NoteEditor(self.library.mark(key).note or "")
        self._saying = "title"
        self.name_writing()
        self.mount(self._editor, before="#footer")
        self.set_focus(self._editor)  # not `focus()`, which waits: the next key is the editor's already
        self.show_status()

    def name_writing(self) -> None:
        """What the open editor or box says about itself."""
        if self._editor is not None:
            self._editor.border_title = self.tr(f"note.{self._saying}")
        if self._tags_box is not None:
            self._tags_box.placeholder = self.tr("tags.write")

    def on_note_editor_written(self, message: NoteEditor.Written) -> None:
        """Save what was typed; the title says so only once it is on disk."""
        self._save_note(message.text)

    def _save_note(self, text: str) -> None:
        try:
            change = self.library.set_note(self._written_on, text, goes_on=self._goes_on)
        except DigestError as error:
            self.report(error)
            self._saying = "unsaved"
            self.name_writing()
            return
        self._goes_on = self._goes_on or change is not None
        self._saying = "saved"
        self.name_writing()
        self.marks_changed()

    def on_note_editor_closed(self) -> None:
        """Back to where the keys were."""
        editor, self._editor = self._editor, None
        self._leave_box(editor)
        if editor is not None:
            editor.hand_over(closed=True, late=self._save_note)

    def keep_note(self) -> None:
        """Save what stands in an open editor, for the screen is about to go."""
        if self._editor is not None and self._editor.text != (self.library.mark(self._written_on).note or ""):
            self._save_note(self._editor.text)

    def action_own_tags(self, _: int | None = None) -> None:
        """Write the reader's own tags of the paper."""
        from tui_digest.tui.widgets.tags_box import TagsBox

        if self.writing or not (key := self._paper()):
            return
        self._written_on = key
        self._tags_box = TagsBox(self.library.mark(key).tags)
        self.name_writing()
        self.mount(self._tags_box, before="#footer")
        self.set_focus(self._tags_box)
        self.show_status()

    def on_tags_box_closed(self, message: TagsBox.Closed) -> None:
        """Keep the tags, as one act."""
        box, self._tags_box = self._tags_box, None
        self._leave_box(box)
        keep = self.anew(self._keep_tags) if message.text is not None else None
        if keep is not None:
            keep(message.text or "")
        if box is not None:
            box.hand_over(closed=True, late=keep)

    def _keep_tags(self, text: str) -> None:
        from tui_digest.tui.widgets.tags_box import names_in

        try:
            change = self.library.set_own_tags(self._written_on, names_in(text))
        except DigestError as error:
            self.report(error)
            return
        if change is not None:
            self.marks_changed()
            self.show_tags()
            self.tell_change("mark", change)

    def _paper(self) -> str | None:
        here = self.current()
        if here is None:
            self.say("note.nothing", warn=True)
        return here.key if here else None

    def _leave_box(self, box: NoteEditor | TagsBox | None) -> None:
        self.go_to(self.pane)
        if box is not None:
            box.remove()  # last: were it the focused one still, Textual would choose who is next

    def show_tags(self) -> None:
        """Bring the tag sidebar up to date."""
        raise NotImplementedError
