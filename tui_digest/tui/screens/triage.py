"""Triage: one paper at a time, a key a verdict, and at the end what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar, cast

from textual.app import ComposeResult
from textual.binding import BindingType

from tui_digest.errors import DigestError
from tui_digest.library.triage_summary import lead, markdown, name
from tui_digest.library.triaging import sorted_out
from tui_digest.models import Sighting
from tui_digest.tui import triage_status
from tui_digest.tui.hyperlinks import takes_links
from tui_digest.tui.keymap import Key, KeyReader, screens_of
from tui_digest.tui.keynames import shown
from tui_digest.tui.screens.moving import Moving
from tui_digest.tui.screens.noting import Noting
from tui_digest.tui.screens.showing import Showing, document_words
from tui_digest.tui.signs import DONE, RULE, STARRED
from tui_digest.tui.triage_status import FOOTER, VERDICT_KEYS
from tui_digest.tui.widgets.bar import Bar
from tui_digest.tui.widgets.document import NOTHING, Block, Document
from tui_digest.tui.widgets.entry_body import EntryBody
from tui_digest.tui.widgets.inks import InkScreen
from tui_digest.tui.wrap import width_of

if TYPE_CHECKING:
    from tui_digest.i18n import Translator
    from tui_digest.library.triaging import Triage
    from tui_digest.settings.config import Settings
    from tui_digest.tui.app import DigestApp

PROGRESS = 13
"""From how many lines on there is room for the progress line."""


class TriageScreen(Moving, Noting, Showing, InkScreen[None]):
    """One session of triage; it asks the session, which asks the library."""

    AUTO_FOCUS = ""
    inherit_bindings = False
    BINDINGS: ClassVar[list[BindingType]] = []
    DEFAULT_CSS = """
    TriageScreen {
        #title, #footer { background: $panel; }
        #verdicts { background: $surface; }
    }
    """

    def __init__(self, triage: Triage, settings: Settings, tr: Translator, table: Sequence[Key]) -> None:
        super().__init__()
        self.triage, self.library, self.settings, self.tr, self.table = triage, triage.library, settings, tr, table
        self._readers = {name: KeyReader(tuple(table), name) for name in FOOTER}
        self.pane, self.folded, self.words = "entry", True, document_words(tr, table)
        self.arrangement = triage.library.memory.load_arrangement()
        measure = self.arrangement.of("body_width", settings.body_width)
        self.body = EntryBody(measure=measure, hyperlinks=takes_links(), id="entry")
        self.title_bar, self.progress_bar, self.verdict_bar, self.footer_bar = (
            Bar(id=name) for name in ("title", "progress", "verdicts", "footer")
        )
        self._paper_shown: Sighting | None = None
        self._totals = self.library.lists.totals()
        self.heading = name(self.library, triage.session, tr)

    @property
    def at_end(self) -> bool:
        """Whether every paper has its verdict, and the summary is shown."""
        return not self.triage.pending

    @property
    def keys(self) -> KeyReader:  # type: ignore[override]
        """The reader of what is on the screen: a paper, or the summary."""
        return self._readers["summary" if self.at_end else "triage"]

    def compose(self) -> ComposeResult:
        """Where one is, the paper, the verdicts, the other keys."""
        yield self.title_bar
        yield self.progress_bar
        yield self.body
        yield self.verdict_bar
        yield self.footer_bar

    def on_mount(self) -> None:
        """Begin, or go on and say so."""
        self.set_focus(self.body, scroll_visible=False)
        self.on_resize()
        self.advance()
        if self.triage.resumed and not self.at_end:
            place, total = self.triage.place, self.triage.total
            self.say("triage.resumed", place=place, total=total, key=self.key_of("triage.again"))
        self.set_interval(0.5, self.look_again)

    def on_unmount(self) -> None:
        """Keep what is being written, however the screen ends."""
        self.keep_note()

    def on_resize(self) -> None:
        """Fit the bars to another size."""
        self.progress_bar.display = self.app.size.height >= PROGRESS
        self.show_status()

    # --- verdicts --------------------------------------------------------------------------------------------

    def action_keep(self, _: int | None = None) -> None:
        """Star the paper and mark it read."""
        self._judge("keep")

    def action_later(self, _: int | None = None) -> None:
        """Leave it unread, for the next time."""
        self._judge("later")

    def action_skip(self, _: int | None = None) -> None:
        """Mark it read."""
        self._judge("skip")

    def _judge(self, name: str) -> None:
        try:
            self.triage.judge(name)
        except DigestError as error:
            self.report(error)
        self.flashed = ""  # it was about the paper before
        self.advance()

    def action_undo(self, count: int | None = None) -> None:
        """Take the last verdict back, and stand on its paper again."""
        for _ in range(count or 1):
            before = self.triage.session
            try:
                taken = self.triage.take_back()
            except DigestError as error:
                self.report(error)
                break
            if taken is not None:
                self.say(f"triage.back.{taken.name}")
            else:
                self.say("triage.back.beginning" if self.triage.session != before else "triage.back.nothing")
        self.advance()

    def action_begin_again(self, _: int | None = None) -> None:
        """From the first unread paper, also those that were put off; no mark changes."""
        try:
            self.triage.begin_again()
        except DigestError as error:
            self.report(error)
            return
        self.advance()
        self.say("triage.again", key=self.key_of("mark.undo"))

    def action_leave(self, _: int | None = None) -> None:
        """Back to the list; the next triage of it goes on here."""
        cast("DigestApp", self.app).keyboard.left(self.keys, self._judge_late)
        self.dismiss(None)

    def _judge_late(self, key: Key) -> None:
        """A verdict whose letter the input method kept to itself until Esc came: it is of this triage."""
        if key.group == "triage" and key.action in VERDICT_KEYS:
            try:
                self.triage.judge(key.action)
            except DigestError as error:
                self.report(error)

    # --- the summary -----------------------------------------------------------------------------------------

    def action_copy_summary(self, _: int | None = None) -> None:
        """Copy what came of it, as Markdown."""
        try:
            self._copy(markdown(self.library, self.triage.session, self.triage.verdicts, self.tr), "summary")
        except DigestError as error:
            self.report(error)

    def action_close(self, _: int | None = None) -> None:
        """Back to the list; the next triage of it begins anew."""
        try:
            self.triage.end()
        except DigestError as error:
            self.report(error)
        self.dismiss(None)

    def _summary(self) -> Document:
        blocks = [
            Block("title", self.heading),
            Block("blank"),
            Block("paragraph", lead(self.triage.verdicts, self.tr)),
        ]
        for verdict, sightings in sorted_out(self.library, self.triage.verdicts).items():
            if sightings:
                blocks += [Block("blank"), Block("heading", self.tr(f"triage.{verdict}.heading", n=len(sightings)))]
            sign, ink = (f"{STARRED} ", "star") if verdict == "keep" else ("- ", "muted")
            blocks += [
                Block("bullet", sign + " ".join(each.entry.display_title.split()), ((0, 1, ink),), width_of(sign))
                for each in sightings
            ]
        return Document("summary", tuple(blocks))

    # --- what is shown ---------------------------------------------------------------------------------------

    def advance(self) -> None:
        """Show the paper to decide about, or the summary."""
        try:
            self._paper_shown = self.triage.current()
        except DigestError as error:
            self._paper_shown = None
            self.report(error)
        self._totals = self.library.lists.totals()
        self.folded = True
        self.show_entry()

    def show_entry(self, *, top: int | None = 0) -> None:
        """Put the paper, or the summary, into the pane."""
        try:
            document = (
                self._summary()
                if self.at_end
                else NOTHING
                if self._paper_shown is None
                else self.document_of(self._paper_shown)
            )
        except DigestError as error:
            self.report(error)
            return
        self.body.show(document, top=top)
        self.show_status()

    def look_again(self, *, mine: bool = False) -> None:
        """What was marked or imported elsewhere: the main screen below takes it in, here it is shown."""
        self.look_at_note()
        if self.library.lists.totals() == self._totals and not self.triage.written_elsewhere:
            return
        try:
            self.triage.look()
        except DigestError as error:
            self.report(error)
        here = self._paper_shown
        self.advance() if self._moved(here) else self.show_entry(top=None)
        self._totals = self.library.lists.totals()

    def _moved(self, here: Sighting | None) -> bool:
        return here is None or self.triage.pending[:1] != [here.key]

    def show_status(self) -> None:
        """Bring the bars up to date."""
        width, triage = self.app.size.width, self.triage
        self.title_bar.show(*triage_status.title(self))
        self.verdict_bar.display = not self.at_end
        done = width * len(triage.verdicts) // max(1, triage.total)
        self.progress_bar.show([(DONE * done, "accent"), (RULE * (width - done), "rule")])
        self.verdict_bar.show(triage_status.legend(self))
        self.footer_bar.show(*triage_status.footer(self))

    def key_of(self, id_: str) -> str:
        """The first key of an id, as a person reads it; nothing where there is none."""
        return next((shown(key.keys[0]) for key in self.table if key.id == id_ and key.keys), "")

    # --- what the parts ask ----------------------------------------------------------------------------------

    @property
    def typing(self) -> bool:
        """Whether a note is being written."""
        return self.writing

    def current(self) -> Sighting | None:
        """The paper on the screen."""
        return self._paper_shown

    def needles(self) -> list[str]:
        """Nothing is searched for here."""
        return []

    def jumps(self, here: Sighting) -> list[tuple[str, Sighting]]:
        """A triage does not wander off."""
        return []

    def go_to(self, pane: str) -> None:
        """There is one pane."""
        self.set_focus(self.body, scroll_visible=False)
        self.show_status()

    def marks_changed(self) -> None:
        """A note was written."""
        self.show_entry(top=None)

    def _list(self) -> None:
        return None

    def action_page(self, _: int | None = None) -> None:
        """A page on in the paper; at its end, what to press."""
        if not self.body.page(1) and not self.at_end:
            keep, later, skip = (self.key_of(id_) for id_ in VERDICT_KEYS.values())
            self.say("triage.at_end", keep=keep, later=later, skip=skip)

    def action_help(self, _: int | None = None) -> None:
        """Show the keys that act here."""
        from tui_digest.tui.screens.help import HelpDialog

        here = {key.id for key in self.keys.table if self.keys.screen in screens_of(key)}
        self.app.push_screen(HelpDialog([key for key in self.table if key.id in here], self.tr, self.keys.screen))

    def on_entry_body_scrolled(self) -> None:
        """The text was scrolled, or has another width."""
        if not self.at_end and self.body.text_width != self.folded_for:
            self.show_entry(top=None)
        self.show_status()

    def on_entry_body_link_chosen(self, message: EntryBody.LinkChosen) -> None:
        """A link was clicked."""
        links = self.links(self._paper_shown) if self._paper_shown else []
        if 0 <= message.index < len(links):
            self.link_chosen("open", links[message.index][0])
