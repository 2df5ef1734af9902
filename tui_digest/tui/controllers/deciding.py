"""Deciding about one paper after the other: a verdict for each, taken back, and what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_digest.errors import DigestError
from tui_digest.library.triage_summary import lead, markdown
from tui_digest.library.triaging import sorted_out
from tui_digest.tui.keymap import first_key
from tui_digest.tui.terminal.signs import STARRED
from tui_digest.tui.triage_status import VERDICT_KEYS
from tui_digest.tui.widgets.document import Block, Document
from tui_digest.tui.wrap import width_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tui_digest.library import Library
    from tui_digest.library.triaging import Triage
    from tui_digest.models import Sighting
    from tui_digest.tui.controllers.copying import Copying
    from tui_digest.tui.keymap import Key
    from tui_digest.tui.panes.entry import EntryPane
    from tui_digest.tui.voice import Voice


class Deciding:
    """The verdicts of one session of triage."""

    def __init__(
        self,
        triage: Triage,
        library: Library,
        voice: Voice,
        copying: Copying,
        entry: EntryPane,
        table: Sequence[Key],
        current: Callable[[], Sighting | None],
        advance: Callable[[], None],
        hush: Callable[[], None],
    ) -> None:
        """`current` is the paper that is shown; `advance` shows the one to decide about, or the summary; `hush` ends
        what is said in the footer."""
        self._triage, self._library, self._voice = triage, library, voice
        self._copying, self._entry, self._table = copying, entry, table
        self._current, self._advance, self._hush = current, advance, hush

    def keep(self, _: int | None = None) -> None:
        """Star the paper and mark it read."""
        self._judge("keep")

    def later(self, _: int | None = None) -> None:
        """Leave it unread, for the next time."""
        self._judge("later")

    def skip(self, _: int | None = None) -> None:
        """Mark it read."""
        self._judge("skip")

    def _judge(self, verdict: str) -> None:
        here, decided = self._current(), self.judge(verdict)
        self._hush()  # it was about the paper before
        self._advance()
        if decided and here is not None and not self._triage.at_end:  # the summary tells of all of them
            self._voice.say(f"triage.did.{verdict}", paper=here.display_title)

    def judge(self, verdict: str) -> bool:
        """Decide about the paper, and show nothing yet; whether that was done."""
        try:
            return self._triage.judge(verdict) is not None
        except DigestError as error:
            self._voice.report(error)
            return False

    def judge_late(self, key: Key) -> None:
        """A verdict whose letter the input method held back until Esc was pressed: it belongs to this triage."""
        verdict = next((name for name, id_ in VERDICT_KEYS.items() if id_ == key.id), None)
        if verdict is not None:
            self.judge(verdict)

    def undo(self, count: int | None = None) -> None:
        """Take the last verdict back, and stand on its paper again."""
        for _ in range(count or 1):
            before = self._triage.session
            try:
                taken = self._triage.take_back()
            except DigestError as error:
                self._voice.report(error)
                break
            if taken is not None:
                self._voice.say(f"triage.back.{taken.name}")
            else:
                said = "beginning" if self._triage.session != before else "nothing"
                self._voice.say(f"triage.back.{said}")
        self._advance()

    def begin_again(self, _: int | None = None) -> None:
        """Go on from the first unread paper, also those that were put off; no mark changes."""
        try:
            self._triage.begin_again()
        except DigestError as error:
            self._voice.report(error)
            return
        self._advance()
        self._voice.say("triage.again", key=first_key(self._table, "mark.undo"))

    def end(self) -> None:
        """Have the next triage of the list begin anew."""
        try:
            self._triage.end()
        except DigestError as error:
            self._voice.report(error)

    def onward(self, _: int | None = None) -> None:
        """Go a page on in the paper; at its end, say what to press."""
        if not self._entry.body.page(1) and not self._triage.at_end:
            keep, later, skip = (first_key(self._table, id_) for id_ in VERDICT_KEYS.values())
            self._voice.say("triage.at_end", keep=keep, later=later, skip=skip)

    # --- the summary -----------------------------------------------------------------------------------------

    def copy_summary(self, _: int | None = None) -> None:
        """Copy what came of it, as Markdown."""
        triage = self._triage
        try:
            text = markdown(self._library, triage.session, triage.verdicts, self._voice.tr)
        except DigestError as error:
            self._voice.report(error)
            return
        self._copying.copy(text, "summary")

    def summary(self) -> Document:
        """What came of it, as the entry pane shows it below the name of what was sorted. Raises `DigestError`."""
        tr, verdicts = self._voice.tr, self._triage.verdicts
        blocks = [Block("title", lead(verdicts, tr))]
        for verdict, sightings in sorted_out(self._library, verdicts).items():
            if sightings:
                blocks += [Block("blank"), Block("heading", tr(f"triage.{verdict}.heading", n=len(sightings)))]
            sign, ink = (f"{STARRED} ", "star") if verdict == "keep" else ("- ", "muted")
            blocks += [
                Block("bullet", sign + " ".join(each.display_title.split()), ((0, 1, ink),), width_of(sign))
                for each in sightings
            ]
        return Document("summary", tuple(blocks))
