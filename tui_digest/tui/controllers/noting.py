"""Notes and the user's own tags, written in place. A note is saved while it is typed."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from textual.content import Content

from tui_digest.errors import DigestError
from tui_digest.store.typed import note_text, tag_name
from tui_digest.tui.controllers.asked_line import AskedLine
from tui_digest.tui.controllers.late_text import anew
from tui_digest.tui.in_pieces import do_in_pieces
from tui_digest.tui.notices import about

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from tui_digest.library import Library
    from tui_digest.models import Change, Sighting
    from tui_digest.tui.controllers.copying import Copying
    from tui_digest.tui.host import Host
    from tui_digest.tui.selected_papers import SelectedPapers
    from tui_digest.tui.voice import Voice
    from tui_digest.tui.widgets.note_editor import NoteEditor
    from tui_digest.tui.window import Window


def names_in(text: str) -> tuple[str, ...]:
    """The names in a text with commas between them."""
    return tuple(name.strip() for name in text.split(",") if name.strip())


class Noting:
    """The note editor and the box for own tags of the paper on the screen."""

    def __init__(
        self,
        library: Library,
        voice: Voice,
        copying: Copying,
        window: Window,
        host: Host,
        tags_changed: Callable[[], None] | None = None,
        selected: SelectedPapers | None = None,
    ) -> None:
        """`tags_changed` is called where own tags became others; `selected` where several papers can be selected."""
        self._library, self._voice, self._copying = library, voice, copying
        self._window, self._host, self._tags_changed, self._selected = window, host, tags_changed, selected
        self._editor: NoteEditor | None = None
        self.tags_line = AskedLine("tags_box", host, self._tags_answered, self._tags_hint, self._tags_purpose)
        """For the user's own tags."""
        self._written_on = ""
        """The paper that the editor or the box is about."""
        self._title = ""
        """What that paper is called: where one pane stands alone it may be on the screen nowhere else."""
        self._saying = "title"
        """What the open editor's title says of the note: the end of a message id."""
        self._seen = ""
        """The note as the open editor last saved it, or took it in."""
        self._act: str | None = None
        """The act by which the open editor saved last: one stay in the editor is one act."""
        self._tags_seen: tuple[str, ...] = ()
        """The own tags that the open box began with."""
        self._tagged: list[str] = []
        """The selected papers that the box is about; none where it is about one."""
        self._unsaved: DigestError | None = None
        """Why the open editor's note cannot be saved."""
        self._refused = False
        """Whether the tags just typed could not be kept."""
        self._kept = False
        """Whether they changed something, as far as they were typed."""

    @property
    def writing(self) -> bool:
        """Whether a note or own tags are being written."""
        return self._editor is not None or self.tags_line.open

    @property
    def unsaved(self) -> bool:
        """Whether the note that is being written cannot be saved."""
        return self._unsaved is not None

    @property
    def editing(self) -> bool:
        """Whether a note is being written."""
        return self._editor is not None

    def open_on(self) -> str:
        """The key of the paper whose note is being written; empty where none is."""
        return self._written_on if self.editing else ""

    # --- the note --------------------------------------------------------------------------------------------

    def note(self, _: int | None = None) -> None:
        """Write a note on the paper."""
        from tui_digest.tui.widgets.note_editor import NoteEditor  # heavy, and rarely wanted

        if self.writing or (paper := self._paper()) is None:
            return
        self._written_on, self._title, self._act, self._unsaved = paper.key, paper.display_title, None, None
        self._seen = self._library.marks.of(paper.key).note or ""
        self._editor = NoteEditor(self._seen)
        self._saying = "title"
        self.say_anew()
        self._host.mount(self._editor, before="#footer")
        self._host.set_focus(self._editor)  # not `focus()`, which waits: the next key is the editor's already
        self._host.show_entry(top=None)

    def say_anew(self) -> None:
        """Have the open editor say what it is for and which paper it is about, in the language that is spoken now."""
        if self._editor is not None:
            told = self._voice.tr(f"note.{self._saying}")
            self._editor.border_title = Content(f" {about(told, self._title)} ")

    def look_at_note(self) -> None:
        """Take in what another window made of the note that is open here; what could not be saved is tried again."""
        if self._editor is None:
            return
        if self._unsaved is not None:
            self.save()
        there = self._library.marks.of(self._written_on).note or ""
        if there != self._seen and self._settled():
            self._seen = there
            self._editor.take_in(there)
            self._say_note("joined")

    def _settled(self) -> bool:
        """Whether nothing is in the open editor that was not saved."""
        return self._editor is None or note_text(self._editor.text) == self._seen

    def save(self) -> bool:
        """Save the open editor's text; its title says so only once it is on disk. False where that cannot be done."""
        return self._editor is None or self._save_text(self._editor.text)

    def _save_text(self, written: str) -> bool:
        """Save a text of the editor, open or just closed, and what others made of the note beside it."""
        text = note_text(written)
        try:
            saved = self._library.marks.write_note(self._written_on, text, seen=self._seen, after=self._act)
        except DigestError as error:
            before, self._unsaved = self._unsaved, error
            if before is None or before.message_id != error.message_id:  # said once; the editor says it all the time
                self._voice.report(error)
            self._say_note("unsaved")
            return False
        self._unsaved, self._act, self._seen = None, saved.act, saved.text
        if saved.text != text and self._editor is not None:
            self._editor.take_in(saved.text)
        self._say_note("saved" if saved.text == text else "joined")
        self._host.marks_changed()
        return True

    def _say_note(self, how: str) -> None:
        self._saying = how
        self.say_anew()
        self._host.show_status()

    def close(self) -> None:
        """Close the editor; a note that cannot be saved stays open."""
        self.leave_note(self._close_editor)

    def leave(self) -> None:
        """Another pane was clicked: the note is saved and left, own tags are given up."""
        if self.tags_line.open:
            self.tags_line.leave()
        if self._editor is not None:
            self._host.set_focus(self._editor)  # it keeps the keys where it cannot be saved
            self.close()

    def _close_editor(self) -> None:
        editor, self._editor = self._editor, None
        self._unsaved = None
        self._host.show_entry(top=None)
        self._host.focus_pane()
        if editor is not None:
            editor.remove()  # last: were it the focused one still, Textual would choose who is next
            editor.hand_over(closed=True, late=self._save_text)

    def leave_note(self, leave: Callable[[], None]) -> None:
        """Go on to leave the open editor, or the program, once its text is saved; where it cannot be, ask what is to
        become of it."""
        if self._settled() or self.save():
            leave()
            return
        from tui_digest.tui.screens.dialogs import UnsavedDialog

        assert self._editor is not None
        assert self._unsaved is not None
        text, why = self._editor.text, self._voice.tr(self._unsaved.message_id, **self._unsaved.details)
        self._editor.hand_over(closed=False)

        def answered(answer: str | None) -> None:
            if answer == "copy":
                self._copying.copy(text, "note")
            elif answer == "leave":
                self._close_editor()
                leave()

        self._window.push_screen(UnsavedDialog(why, self._voice.tr), answered)

    def keep_note(self) -> None:
        """Save what stands in an open editor, for the screen is about to go; where that cannot be done, keep its text
        in a file of its own, and say where."""
        if self._settled() or self.save():
            return
        from tui_digest.store.rescue import rescue

        assert self._editor is not None
        path, tr = rescue(self._library.paths.state, self._editor.text), self._voice.tr
        self._window.end(tr("note.rescued", path=path) if path is not None else tr("note.lost"))

    # --- own tags --------------------------------------------------------------------------------------------

    def own_tags(self, _: int | None = None) -> None:
        """Write the user's own tags of the paper; of several, those that all of them have."""
        if self.writing or (paper := self._paper()) is None:
            return
        of = self._library.marks.of
        self._tagged = self._selected.keys() if self._selected else []
        self._written_on, self._title, self._tags_seen = paper.key, paper.display_title, of(paper.key).tags
        if self._tagged:
            on_all = set.intersection(*(set(of(each).tags) for each in self._tagged))
            self._tags_seen = tuple(sorted(on_all))
        written = ", ".join((*self._tags_seen, "")) if self._tags_seen else ""
        self.tags_line.ask(written)

    def _tags_answered(self, text: str | None) -> None:
        """Keep the tags, as one act, or (None) none; tags that cannot be kept stay in their box."""
        keep = anew(self._library, self._voice, self._keep_tags) if text is not None else None
        self._refused = self._kept = False
        if keep is not None:
            keep(text or "")
        self.tags_line.end(closed=not self._refused, late=keep)

    def _keep_tags(self, text: str) -> None:
        marks = self._library.marks
        try:
            change = marks.put_on_disk(lambda: self._put_tags(names_in(text)))
        except DigestError as error:
            self._refused = True
            self._voice.report(error)
            return
        if change is not None and marks.own_behind:
            self._host.run_worker(partial(self._take_in_tags, change), group="marks")
        elif change is not None:
            self._tell_tags(change)
        elif self._kept:  # what was kept before the last syllable came is taken back, and no more
            self._show_tags()
            self._voice.say("mark.unchanged")
        self._kept = change is not None

    def _put_tags(self, names: Collection[str]) -> Change | None:
        """Keep the tags of the paper; of several, add to all what is new, take off all what is gone or behind a `-`."""
        marks, seen = self._library.marks, self._tags_seen
        if not self._tagged:
            return marks.set_tags(self._written_on, names, seen=seen)
        off = [name[1:] for name in names if name.startswith("-") and name not in seen]
        kept = [name for name in names if not (name.startswith("-") and name not in seen)]
        gone = [name for name in seen if name not in {tag_name(each) for each in kept}]
        return marks.tag_all(self._tagged, [name for name in kept if name not in seen], [*off, *gone])

    async def _take_in_tags(self, change: Change) -> None:
        await do_in_pieces(self._library.marks.taking_in(own=True))
        self._tell_tags(change)

    def _tell_tags(self, change: Change) -> None:
        self._show_tags()
        self._voice.tell_change("mark", change, "" if self._tagged else self._title)

    def _show_tags(self) -> None:
        self._host.marks_changed()
        if self._tags_changed is not None:
            self._tags_changed()

    def _tags_hint(self) -> str:
        return self._voice.tr("tags.write.several" if self._tagged else "tags.write")

    def _tags_purpose(self) -> str:
        if self._tagged:
            return self._voice.tr("tags.several", n=f"{len(self._tagged):,}")
        return self._voice.tr("tags.of", title=self._title)

    def _paper(self) -> Sighting | None:
        here = self._host.current()
        if here is None:
            self._voice.say("note.nothing", warn=True)
        return here
