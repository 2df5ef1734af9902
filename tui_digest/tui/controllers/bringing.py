"""An import from within: a path or an address is asked for, and read beside the reading."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from functools import partial
from typing import TYPE_CHECKING, Any

from tui_digest.errors import DigestError, some
from tui_digest.tui.controllers.asked_line import AskedLine

if TYPE_CHECKING:
    from tui_digest.library import Library
    from tui_digest.tui.controllers.upkeep import Upkeep
    from tui_digest.tui.host import Host
    from tui_digest.tui.panes.main_panes import Panes
    from tui_digest.tui.reading_state import ReadingState
    from tui_digest.tui.voice import Voice

_NAMED = 4
"""Besides the first, at most so many files that could not be read are named."""


class Bringing:
    """Asks what is to be imported, and has it imported in a process of its own, one import at a time; it is one act."""

    def __init__(
        self, state: ReadingState, library: Library, voice: Voice, panes: Panes, upkeep: Upkeep, host: Host
    ) -> None:
        self._state, self._library, self._voice, self._panes = state, library, voice, panes
        self._upkeep, self._host = upkeep, host
        self.line = AskedLine(
            "import_box", host, self._answered, lambda: voice.tr("import.box"), self._purpose, paths=True
        )
        """For the path or address."""
        self._work: Any = None
        """The worker that hears the process; None while nothing is imported."""
        self._typed = ""
        """What stands in the box, with the syllable that comes behind its end."""

    def ask(self, _: int | None = None) -> None:
        """Ask for a path or an address; during an import, stop that, and nothing of it comes in."""
        if self._work is not None:
            self._work.cancel()
        elif not self.line.open:
            self.line.ask()

    def _purpose(self) -> str:
        return "  ".join(self.line.offers) or self._voice.tr("import.box")

    def _answered(self, text: str | None) -> None:
        """Import what is named, or (None) nothing; what is not there stays in the box."""
        from tui_digest.tui.terminal.keystrokes import LATE

        if not self.line.open:
            return
        named = (text or "").strip()
        refused = bool(named) and not self._is_there(named)
        waits = 2 * LATE if named and self.line.composed else 0.0
        self.line.end(closed=not refused, late=self._take_late if waits else None)
        if named and not refused:
            self._typed = named
            self._work = self._host.run_worker(partial(self._bring, waits), group="import", exit_on_error=False)

    def _take_late(self, text: str) -> None:
        self._typed = text

    def _is_there(self, text: str) -> bool:
        """Whether there is something to import at a path; why not is told. Of an address that is seen only later."""
        from pathlib import Path

        from tui_digest.sources.addresses import is_address, mistaken_for_path
        from tui_digest.sources.path_completion import meant

        if is_address(text):
            return True
        try:
            there = Path(meant(text)).expanduser().exists()
        except (OSError, RuntimeError, ValueError):  # nobody's home; a NUL in it
            there = False
        if not there and (other := mistaken_for_path(text)) is not None:
            self._voice.say(f"import.not_there.{other.message_id}", warn=True, text=text, meant=other.text)
        elif not there:
            self._voice.say("import.not_there", warn=True, text=text)
        return there

    async def _bring(self, waits: float) -> None:
        """Import, show how far it is, and say what came of it. An input method may still owe the last syllable."""
        from tui_digest.sources.path_completion import meant

        told: dict[str, Any] | None = None
        failed = False
        try:
            if waits:
                await asyncio.sleep(waits)
            text = meant(self._typed)
            self._voice.say("import.begun", text=text)
            with self._upkeep.own_act():
                async with aclosing(self._upkeep.doing("import", text)) as work:
                    async for word, *what in work:
                        if word == "importing":
                            self._voice.say("import.reached", done=f"{what[0]:,}", of=f"{what[1]:,}")
                        elif word == "imported":
                            told = what[0]
                        elif word == "notice":
                            failed = True
                            self._voice.report(DigestError(what[0], **what[1]))
        except DigestError as error:
            failed = True
            self._voice.report(error)
        finally:
            self._work = None
            if told is None and not failed:
                self._voice.say("import.stopped")
        if told is not None:
            self._tell(told)

    def _tell(self, told: dict[str, Any]) -> None:
        """Say in a line what came in, and show it where it is the first that the library has."""
        if told["put_away"]:
            self._state.count()
            self._state.leave_saved()
            self._panes.show_week(self._state.newest())
            self._panes.fit()
        added, updated = f"{told['added']:,}", f"{told['updated']:,}"
        if told["failed"]:
            self._tell_failed(told)
        elif not told["sources"]:
            self._voice.say("import.nothing", warn=True)
        elif told["no_paper"] and (told["added"] or told["updated"]):
            self._voice.say("import.told_no_paper", n=told["no_paper"], added=added, updated=updated)
        elif told["added"] or told["updated"]:
            self._voice.say("import.told", added=added, updated=updated)
        else:
            self._voice.say("import.told_nothing" if told["unchanged"] else "import.told_empty")

    def _tell_failed(self, told: dict[str, Any]) -> None:
        """Say what was not read: why, and of several the first, with the names of the others."""
        (_, error, details), *others = told["failed"]
        if told["sources"] == 1:
            self._voice.warn(error, **details)
            return
        reason = self._voice.tr(error, **details)
        if others:
            names = some([each[0].rpartition("/")[2] for each in others], _NAMED)
            reason = f"{reason} {self._voice.tr('import.told_others', names=names)}"
        self._voice.warn(
            "import.told_failed", failed=f"{len(told['failed']):,}", sources=f"{told['sources']:,}",
            reason=reason, added=f"{told['added']:,}", updated=f"{told['updated']:,}",
        )  # fmt: skip
