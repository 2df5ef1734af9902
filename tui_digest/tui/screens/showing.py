"""An entry as the document that the entry pane shows, in the reader's language."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tui_digest.tui.keymap import Key
from tui_digest.tui.keynames import shown
from tui_digest.tui.screens.reader import Reader
from tui_digest.tui.widgets.document import Document, DocumentWords, document_for

if TYPE_CHECKING:
    from tui_digest.i18n import Translator
    from tui_digest.models import Arrangement, Sighting


def document_words(tr: Translator, table: Sequence[Key]) -> DocumentWords:
    """The words of the entry pane in the reader's language."""
    unfold = "".join(f" ({shown(key.keys[0])})" for key in table if key.id == "entry.authors" and key.keys)
    return DocumentWords(
        abstract=tr("body.abstract"),
        commentary=tr("body.commentary"),
        links=tr("body.links"),
        note=tr("body.note"),
        preface=tr("body.preface"),
        jumps=tr("jump.title"),
        more_authors=lambda n: tr("body.more_authors", n=n) + unfold,
        votes=lambda n: tr("body.votes", n=f"{n:,}"),
    )


class Showing(Reader):
    """The showing part of a screen with an entry pane."""

    words: DocumentWords
    arrangement: Arrangement
    folded: bool
    """Whether a long list of authors is folded."""
    folded_for: int = 0
    """For how many cells of a line it was."""

    def document_of(self, here: Sighting) -> Document:
        """The entry with its mark, what one can jump to from it, and what was searched for highlighted."""
        digest = here.digest
        # A note's title is its file's, and that of a review its paper's: the date tells more than saying it again.
        dated = digest.shape == "note" or digest.title in (here.entry.title, here.entry.display_title)
        when = self.tr.when(digest.start, digest.end) if dated else digest.title
        mark, measure = self.library.marks.of(here.key), self.body.text_width
        self.folded_for = measure
        jumps = [words for words, _ in self.jumps(here)]
        return document_for(
            here, mark, self.words, when=when, folded_authors=self.folded, measure=measure, jumps=jumps,
            needles=self.needles(), airy=self.arrangement.airy, source=self.arrangement.source,
        )  # fmt: skip

    def needles(self) -> list[str]:
        """What was searched for, to be highlighted."""
        raise NotImplementedError

    def action_authors(self, _: int | None = None) -> None:
        """Unfold a long list of authors, or fold it."""
        before = self.body.document
        self.folded = not self.folded
        self.show_entry(top=None)
        if self.body.document == before:  # they all fit, or there is no entry
            self.folded = True
            self.say("authors.all" if self.current() else "entries.none_here")
