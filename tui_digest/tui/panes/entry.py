"""The pane of one entry: its text in the user's language, the text selected in it, and the keys that move in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_digest.tui.keynames import shown
from tui_digest.tui.mentions import NO_BREAK
from tui_digest.tui.terminal.hyperlinks import takes_links
from tui_digest.tui.widgets.bar import Bar
from tui_digest.tui.widgets.document import NOTHING, Document, DocumentWords, document_for
from tui_digest.tui.widgets.entry_body import EntryBody

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tui_digest.library import Library
    from tui_digest.models import Arrangement, Sighting
    from tui_digest.query import Words
    from tui_digest.settings.config import Settings
    from tui_digest.tui.host import Host
    from tui_digest.tui.keymap import Key
    from tui_digest.tui.voice import Voice
    from tui_digest.tui.widgets.picking import Picking


def text_measure(arrangement: Arrangement, settings: Settings) -> int:
    """Cells of text in a line of the entry, at most."""
    return arrangement.of("body_width", settings.body_width)


def _unbroken(date: str) -> str:
    """A date that no line ends within."""
    return date.replace(" ", NO_BREAK)


class EntryPane:
    """Shows an entry, or another document in its place. Where a key takes a count, None stands for none typed."""

    def __init__(
        self, library: Library, voice: Voice, table: Sequence[Key], host: Host, *, empty_text: str = ""
    ) -> None:
        """`empty_text` stands there while there is no entry."""
        self._library, self._voice, self._table, self._host = library, voice, table, host
        self.body = EntryBody(empty_text=empty_text, hyperlinks=takes_links(), id="entry")
        self.bar = Bar()
        self.folded = True
        """Whether a long list of authors is folded."""
        self.folded_for = 0
        """For how many cells of a line it was."""
        self.picking: Picking | None = None
        """The selection that keys move, while they do."""
        self.note_open_on: Callable[[], str] = str
        """Tells the key of the paper whose note is being written below: it need not stand here as well."""
        self._airy, self._source = True, False
        self._words: DocumentWords
        self.say_anew()

    def say_anew(self) -> None:
        """Take the words of the language that is spoken now."""
        tr = self._voice.tr
        unfold = "".join(f" ({shown(key.keys[0])})" for key in self._table if key.id == "entry.authors" and key.keys)
        self._words = DocumentWords(
            abstract=tr("body.abstract"),
            commentary=tr("body.commentary"),
            links=tr("body.links"),
            note=tr("body.note"),
            preface=tr("body.preface"),
            own_day=lambda day: tr("body.own_day", day=_unbroken(tr.day(day))),
            written_day=lambda date: _unbroken(tr.day_of(date)),
            learned=lambda date: tr("body.learned", date=_unbroken(tr.day_of(date))),
            jumps=tr("jump.title"),
            more_authors=lambda n: tr("body.more_authors", n=n) + unfold,
            votes=lambda n: tr("body.votes", n=f"{n:,}"),
        )

    def arrange(self, arrangement: Arrangement, settings: Settings) -> None:
        """Have the width of text, the blank lines and the formulas that the user wants; `show` follows."""
        self.body.measure = text_measure(arrangement, settings)
        self._airy, self._source = arrangement.airy, arrangement.source

    # --- what it shows ---------------------------------------------------------------------------------------

    def document_of(
        self, here: Sighting | None, needles: Sequence[Words] = (), jumps: Sequence[str] = (), why: str = ""
    ) -> Document:
        """The entry with its mark, what one can jump to from it, what was searched for highlighted, and why it is
        listed."""
        if here is None:
            return NOTHING
        digest = here.digest
        # A note's title is its file's, and that of a review its paper's: the date tells more than saying it again.
        dated = digest.shape == "note" or digest.title in (here.entry.title, here.display_title)
        tr = self._voice.tr
        days = tr.when(digest.start, digest.end)
        when = days if dated else tr.digest_name(digest.title, digest.start, digest.end)
        when = when.replace(days, _unbroken(days))
        mark, measure = self._library.marks.of(here.key), self.body.text_width
        if here.key == self.note_open_on():
            mark = mark._replace(note=None)
        self.folded_for = measure
        return document_for(
            here, mark, self._words, when=when, folded_authors=self.folded, measure=measure, jumps=jumps,
            needles=needles, airy=self._airy, source=self._source, why=why,
        )  # fmt: skip

    def show(self, document: Document, *, top: int | None = 0) -> None:
        """Show a document from a line on; None keeps the place, for the same one changed. What was selected stays
        where its words do."""
        if self.picking is not None and document.key != self.body.document.key:
            self.end_selection()
        self.body.show(document, top=top)
        if self.picking is not None:
            if not self.picking.follow(self.body.document):
                self.begin_selection()
            self.body.select(self.picking.span())

    @property
    def folds_otherwise(self) -> bool:
        """Whether the pane got another width since its authors were folded."""
        return self.body.text_width != self.folded_for

    def fold(self) -> None:
        """Fold a long list of authors, as another entry is to come."""
        self.folded = True

    # --- text selected by keys -------------------------------------------------------------------------------

    def begin_selection(self) -> None:
        """Select from the first character in view."""
        from tui_digest.tui.widgets.picking import Picking

        start = self.body.first_point()
        self.picking = Picking(self.body.document, start, start)

    def hold_selection(self) -> bool:
        """Have keys move what the mouse selected; False where that is nothing."""
        from tui_digest.tui.widgets.picking import Picking

        span = self.body.selected_span()
        if span is None or not self.body.selected_text().strip():
            return False
        self.picking = Picking.of(self.body.document, *span)
        self.body.select(None)  # Textual would go on where the mouse was
        self.body.select(span)
        return True

    def show_selection(self) -> None:
        """Show what is selected, and the end that moves."""
        if self.picking is not None:
            self.body.select(self.picking.span())
            self.body.reveal_line(self.picking.line_of(self.body.lines))

    def end_selection(self) -> None:
        """Select nothing any more."""
        self.picking = None
        self.body.select(None)

    # --- keys ------------------------------------------------------------------------------------------------

    def toggle_authors(self, _: int | None = None) -> None:
        """Unfold a long list of authors, or fold it."""
        before = self.body.document
        self.folded = not self.folded
        self._host.show_entry(top=None)
        if self.body.document == before:  # they all fit, or there is no entry
            self.folded = True
            self._voice.say("authors.all" if self._host.current() else "entries.none_here")

    def reveal(self) -> None:
        """The whole entry is in view of its own keys: nothing is to be done."""

    def down(self, count: int | None = None) -> None:
        """Scroll down by a line, or by so many."""
        self.body.scroll_line(count or 1)

    def up(self, count: int | None = None) -> None:
        """Scroll up by a line, or by so many."""
        self.body.scroll_line(-(count or 1))

    def half_down(self, count: int | None = None) -> None:
        """Scroll half a view down."""
        self.body.half_page(count or 1)

    def half_up(self, count: int | None = None) -> None:
        """Scroll half a view up."""
        self.body.half_page(-(count or 1))

    def page_down(self, count: int | None = None) -> None:
        """Scroll a view down."""
        self.body.page(count or 1)

    def page_up(self, count: int | None = None) -> None:
        """Scroll a view up."""
        self.body.page(-(count or 1))

    def first(self, count: int | None = None) -> None:
        """Scroll to the first line; with a count, to that one."""
        self.body.home()
        self.body.scroll_line((count or 1) - 1)

    def last(self, count: int | None = None) -> None:
        """Scroll to the last line; with a count, to that one."""
        if count:
            self.first(count)
        else:
            self.body.end()
