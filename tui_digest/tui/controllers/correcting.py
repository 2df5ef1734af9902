"""What was misread, corrected by hand: the dialog that asks what, the box for a field, the act."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from tui_digest.errors import DigestError
from tui_digest.tui.controllers.asked_line import AskedLine
from tui_digest.tui.controllers.late_text import OneAct

if TYPE_CHECKING:
    from collections.abc import Callable

    from tui_digest.library import Library
    from tui_digest.models import Change, Sighting
    from tui_digest.tui.controllers.library_acts import LibraryActs
    from tui_digest.tui.host import Host
    from tui_digest.tui.voice import Voice
    from tui_digest.tui.window import Window


class Correcting:
    """Corrections of the entry on the screen, each one act."""

    def __init__(self, library: Library, voice: Voice, acts: LibraryActs, window: Window, host: Host) -> None:
        self._library, self._voice, self._acts = library, voice, acts
        self._window, self._host = window, host
        self.line = AskedLine("correct_box", host, self._answered, lambda: voice.tr(f"correct.about.{self._field}"))
        """For what a field of the entry says."""
        self._field = ""
        """What the open line is about: `title`, `date` or `url`."""
        self._about: Sighting | None = None
        """The entry that the open line is about."""
        self._once = OneAct()
        """The correction of that field, with the syllable that an input method still had."""
        self._turn = asyncio.Lock()

    def ask(self, _: int | None = None) -> None:
        """Ask what of the entry was misread."""
        from tui_digest.tui.screens.correction import what_was_misread

        here = self._host.current()
        if here is None:
            self._voice.say("entries.none_here")
            return
        behind = self._library.lists.behind(here)

        def answered(choice: str | None) -> None:
            if choice == "join" and behind is not None:
                self._act(lambda library: library.imports.join(here, behind))
            elif choice == "split":
                self._ask_for_line(here)
            elif choice is not None:
                self._ask_for_field(here, choice)

        became = self._library.imports.would_join(here, behind) if behind is not None else None
        self._window.push_screen(what_was_misread(here.entry, became, self._voice.tr), answered)

    def _ask_for_line(self, here: Sighting) -> None:
        from tui_digest.tui.screens.correction import where_it_begins

        imports = self._library.imports
        try:
            lines = imports.lines_of(here)[1:]
        except DigestError as error:
            self._voice.report(error)
            return
        if not lines:
            self._voice.say("correct.one_line", warn=True)
            return

        def answered(line: int | None) -> None:
            if line is not None:
                self._act(lambda library: library.imports.split(here, line))

        dialog = where_it_begins(lines, lambda line: imports.would_split(here, line), self._voice.tr)
        self._window.push_screen(dialog, answered)

    # --- a field ---------------------------------------------------------------------------------------------

    def _ask_for_field(self, here: Sighting, field: str) -> None:
        now = getattr(here.entry, field)
        self._about, self._field, self._once = here, field, OneAct()
        self.line.ask("" if now is None else str(now))

    def _answered(self, text: str | None) -> None:
        """Correct the field, or (None) leave it; what is no title, day or address stays in the box."""
        refused = text is not None and not self._keep(text)
        self.line.end(closed=not refused, late=self._keep if text is not None else None)

    def _keep(self, text: str) -> bool:
        """Whether the text may be what the field says; then it is corrected."""
        from tui_digest.store.corrections import checked

        about, field, once = self._about, self._field, self._once
        try:
            checked({field: text})
        except DigestError as error:
            self._voice.report(error)
            return False
        if about is not None:
            self._act(lambda library: once.do(library.marks, lambda: library.imports.correct([about], **{field: text})))
        return True

    # --- the act ---------------------------------------------------------------------------------------------

    def _act(self, correct: Callable[[Library], Change | None]) -> None:
        """Correct beside the screen, one act at a time."""

        async def in_turn() -> None:
            async with self._turn:
                await self._acts.carry_out(correct, "mark", "mark.unchanged")

        self._host.run_worker(in_turn, group="library")
