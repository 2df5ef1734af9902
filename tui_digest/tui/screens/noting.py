"""Notes and the reader's own tags, written in place. A note is saved while it is typed."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from tui_digest.errors import DigestError
from tui_digest.store.typed import note_text
from tui_digest.tui.screens.copying import Copying

if TYPE_CHECKING:
    from tui_digest.tui.widgets.note_editor import NoteEditor
    from tui_digest.tui.widgets.tags_box import TagsBox


class Noting(Copying):
    """The noting part of the main screen."""

    _editor: NoteEditor | None = None
    _tags_box: TagsBox | None = None
    _written_on: str = ""
    """The paper that the editor or the box is about."""
    _saying: str = "title"
    """How the open editor's note stands: the end of a message id."""
    _seen: str = ""
    """The note as the open editor last saved it, or took it in."""
    _act: str | None = None
    """The act by which the open editor saved last: one stay in the editor is one act."""
    _tags_seen: tuple[str, ...] = ()
    """The own tags that the open box began with."""
    _unsaved: DigestError | None = None
    """Why the open editor's note cannot be saved."""
    _refused: bool = False
    """Whether the tags just typed could not be kept."""

    @property
    def writing(self) -> bool:
        """Whether a note or own tags are being written."""
        return self._editor is not None or self._tags_box is not None

    @property
    def unsaved(self) -> bool:
        """Whether the note that is being written cannot be saved."""
        return self._unsaved is not None

    @property
    def editing(self) -> bool:
        """Whether a note is being written."""
        return self._editor is not None

    def action_note(self, _: int | None = None) -> None:
        """Write a note on the paper."""
        from tui_digest.tui.widgets.note_editor import NoteEditor  # heavy, and rarely wanted

        if self.writing or not (key := self._paper()):
            return
        self._written_on, self._act, self._unsaved = key, None, None
        self._seen = self.library.marks.of(key).note or ""
        self._editor = NoteEditor(self._seen)
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

    def on_note_editor_written(self) -> None:
        """Save what was typed; the title says so only once it is on disk."""
        self._save_note()

    def look_at_note(self) -> None:
        """Take in what another window made of the note that is open here; what could not be saved is tried again."""
        if self._editor is None:
            return
        if self._unsaved is not None:
            self._save_note()
        there = self.library.marks.of(self._written_on).note or ""
        if there != self._seen and self._settled():
            self._seen = there
            self._editor.take_in(there)
            self._say_note("joined")

    def _settled(self) -> bool:
        """Whether nothing is in the open editor that was not saved."""
        return self._editor is None or note_text(self._editor.text) == self._seen

    def _save_note(self) -> bool:
        """Save the open editor's text; False where that cannot be done."""
        return self._editor is None or self._save_text(self._editor.text)

    def _save_text(self, written: str) -> bool:
        """Save a text of the editor, open or just closed, and what others made of the note beside it."""
        text = note_text(written)
        try:
            saved = self.library.marks.write_note(self._written_on, text, seen=self._seen, after=self._act)
        except DigestError as error:
            before, self._unsaved = self._unsaved, error
            if before is None or before.message_id != error.message_id:  # said once; the editor says it all the time
                self.report(error)
            self._say_note("unsaved")
            return False
        self._unsaved, self._act, self._seen = None, saved.act, saved.text
        if saved.text != text and self._editor is not None:
            self._editor.take_in(saved.text)
        self._say_note("saved" if saved.text == text else "joined")
        self.marks_changed()
        return True

    def _say_note(self, how: str) -> None:
        self._saying = how
        self.name_writing()
        self.show_status()

    def on_note_editor_closed(self) -> None:
        """Back to where the keys were; a note that cannot be saved stays open."""
        self.leave_note(self._close_note)

    def _close_note(self) -> None:
        editor, self._editor = self._editor, None
        self._unsaved = None
        self._leave_box(editor)
        if editor is not None:
            editor.hand_over(closed=True, late=self._save_text)

    def leave_note(self, leave: Callable[[], None]) -> None:
        """Go on to leave the open editor, or the program, once its text is saved; where it cannot be, ask what is to
        become of it."""
        if self._settled() or self._save_note():
            leave()
            return
        from tui_digest.tui.screens.dialogs import UnsavedDialog

        assert self._editor is not None
        assert self._unsaved is not None
        text, why = self._editor.text, self.tr(self._unsaved.message_id, **self._unsaved.details)
        self._editor.hand_over(closed=False)

        def answered(answer: str | None) -> None:
            if answer == "copy":
                self._copy(text, "note")
            elif answer == "leave":
                self._close_note()
                leave()

        self.app.push_screen(UnsavedDialog(why, self.tr), answered)

    def keep_note(self) -> None:
        """Save what stands in an open editor, for the screen is about to go; where that cannot be done, keep its text
        in a file of its own, and say where."""
        if self._settled() or self._save_note():
            return
        assert self._editor is not None
        self.rescue(self._editor.text)

    def action_own_tags(self, _: int | None = None) -> None:
        """Write the reader's own tags of the paper."""
        from tui_digest.tui.widgets.tags_box import TagsBox

        if self.writing or not (key := self._paper()):
            return
        self._written_on, self._tags_seen = key, self.library.marks.of(key).tags
        self._tags_box = TagsBox(self._tags_seen)
        self.name_writing()
        self.mount(self._tags_box, before="#footer")
        self.set_focus(self._tags_box)
        self.show_status()

    def on_tags_box_closed(self, message: TagsBox.Closed) -> None:
        """Keep the tags, as one act; tags that cannot be kept stay in their box."""
        keep = self.anew(self._keep_tags) if message.text is not None else None
        self._refused = False
        if keep is not None:
            keep(message.text or "")
        box = self._tags_box
        if box is None:
            return
        if not self._refused:
            self._tags_box = None
            self._leave_box(box)
        box.hand_over(closed=not self._refused, late=keep)

    def _keep_tags(self, text: str) -> None:
        from tui_digest.tui.widgets.tags_box import names_in

        try:
            change = self.library.marks.set_tags(self._written_on, names_in(text), seen=self._tags_seen)
        except DigestError as error:
            self._refused = True
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

    def rescue(self, text: str) -> None:
        """Keep the text of a note that cannot be saved, while the program ends."""
        from tui_digest.store.rescue import rescue

        path = rescue(self.library.paths.state, text)
        sentence = self.tr("note.rescued", path=path) if path is not None else self.tr("note.lost")
        self.app.exit(return_code=self.app.return_code or 0, message=sentence)

    def show_tags(self) -> None:
        """Bring the tag sidebar up to date."""
        raise NotImplementedError
