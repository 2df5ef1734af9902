"""What `read --plain` can do besides reading, a line at a time: notes, triage, sources, exports."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from tui_digest.cli import sourcing
from tui_digest.cli.output import flush, line, put, put_all
from tui_digest.cli.plain_lines import columns, entry_lines, letters, wrapped

if TYPE_CHECKING:
    from tui_digest.cli.command import Command
    from tui_digest.library import Library
    from tui_digest.models import Change, Sighting
    from tui_digest.query import Asked

_VERDICTS = {"s": "keep", "l": "later", "r": "skip", "x": "skip"}
"""The keys of triage in the app, and what they decide."""


class PlainActs:
    """Acts of a plain reading; each says in words what came of it. They raise `DigestError`."""

    def __init__(self, command: Command, library: Library) -> None:
        self._command, self._library, self._tr = command, library, command.tr

    def note(self, key: str, text: str) -> None:
        """Say the note of a paper, or write another."""
        marks = self._library.marks
        if not text:
            self._say("plain.note" if marks.of(key).note else "plain.no_note", text=marks.of(key).note or "")
            return
        change = marks.note(key, text)
        self._changed(change)

    # -- triage --------------------------------------------------------------------------------------------------

    def triage(self, week: str | None, asked: Asked, query: str) -> None:
        """Go through what is unread, a verdict a paper; on where one stopped. The end of the input leaves it."""
        from tui_digest.library.triage_summary import markdown
        from tui_digest.library.triaging import Triage

        triage = Triage(self._library, week, asked, query)
        if not triage.total:
            self._say("triage.nothing")
            return
        told = ""
        while (here := triage.current()) is not None:
            if here.key != told:
                told = here.key
                mark = self._library.marks.of(here.key)
                self._lines(["", *entry_lines(triage.place, here, mark, self._tr), ""])
            word = self._answer("plain.triage.prompt", at=triage.place, n=triage.total)
            if word is None or word == "q":
                return
            if word == "u":
                taken = triage.take_back()
                self._say("plain.triage.back" if taken else "undo.nothing")
            elif word in _VERDICTS:
                triage.judge(_VERDICTS[word])
                self._say(f"plain.triage.{_VERDICTS[word]}")
            else:
                self._say("plain.triage")
        triage.end()
        put(markdown(self._library, triage.session, triage.verdicts, self._tr))

    # -- sources -------------------------------------------------------------------------------------------------

    def sources(self, words: Sequence[str]) -> None:
        """List the sources; or `refresh`, `add ADDRESS`, `mute`, `unmute` or `remove` one by its number or
        name; `digests` behind it removes these, too."""
        known = self._library.sources.standing()
        what, rest = (words[0].casefold(), words[1:]) if words else ("", ())
        if what == "refresh":
            with self._command.web() as web:
                report = self._library.sources.refresh(web, (), backlog=self._command.settings.new_source_days)
            for each in report.sources:
                self._lines([sourcing.refreshed(each, self._tr)] if each.error is None else [])
            for each in report.failed:
                reason = self._tr(each.error or "", **dict(each.details))
                self._say("refresh.failed", name=each.name, reason=reason)
        elif what == "add" and rest:
            with self._command.web() as web:
                place = " ".join(rest)
                news = self._library.sources.add(web, place, backlog=self._command.settings.new_source_days)
            kind = self._tr.source_kind(news.kind)
            self._say("source.added", name=news.name, kind=kind, added=f"{news.added:,}", new=f"{news.new:,}")
        elif what in ("mute", "unmute", "remove") and rest:
            too = what == "remove" and len(rest) > 1 and rest[-1].casefold() == "digests"
            named = " ".join(rest[:-1] if too else rest)
            name = known[int(named) - 1].name if named.isdecimal() and 0 < int(named) <= len(known) else named
            sources = self._library.sources
            change = sources.remove(name, with_digests=too) if what == "remove" else sources.mute(name, what == "mute")
            self._changed(change)
        else:
            if not known:
                self._say("source.none")
            self._lines(f"{number}. {sourcing.told_of(each, self._tr)}" for number, each in enumerate(known, 1))
            self._say("plain.sources")

    # -- exports -------------------------------------------------------------------------------------------------

    def export(self, words: Sequence[str], here: Sighting, everything: Iterable[Sighting]) -> None:
        """Write the entry, or with `all` the reading, in a format: to the terminal, or into a file that is not there
        yet."""
        from tui_digest.library.exports import Outgoing
        from tui_digest.plugins import export_format, export_names
        from tui_digest.store.user_files import stands_at, write_output

        left = [*words]
        whole = bool(left) and left[0].casefold() == "all"
        name, *target = left[1:] if whole else left or [""]
        formats = [each for each in export_names() if not export_format(each).folder]
        if name not in formats:
            self._say("plain.export", formats=", ".join(formats))
            return
        counted = Outgoing(everything if whole else [here])
        pieces = self._library.exports.pieces(export_format(name), counted, tr=self._tr)
        if not target:
            put_all(pieces)
            return
        path = Path(" ".join(target)).expanduser().absolute()
        if stands_at(path, self._library.paths):
            self._say("plain.there", path=path)
            return
        written = write_output(path, export_format(name).encoded(pieces, file=True), self._library.paths)
        size = max(1, written.stat().st_size // 1024)
        self._say(
            "export.done", path=written, entries=counted.entries, papers=len(counted.papers), format=name, size=size
        )

    # -- speaking ------------------------------------------------------------------------------------------------

    def _answer(self, message_id: str, **details: object) -> str | None:
        """What is typed behind a question, as keys of the app; None at the end of the input."""
        put(self._tr(message_id, **details) + " ")
        flush()
        typed = sys.stdin.readline()
        if not typed:
            line("")
            return None
        return letters(typed.strip())

    def _changed(self, change: Change | None) -> None:
        self._lines([self._tr("mark.unchanged") if change is None else self._tr.change("mark", change)])

    def _say(self, message_id: str, **details: object) -> None:
        self._lines([self._tr(message_id, **details)])

    def _lines(self, lines: Iterable[str]) -> None:
        width = columns(self._command.args.width)
        for text in lines:
            for each in wrapped(text, width):
                line(each)
