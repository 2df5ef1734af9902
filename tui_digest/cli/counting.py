"""The subcommand that counts what one reads: pictures and tables, or all of it as JSON."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from tui_digest.cli.output import line, put_json
from tui_digest.clock import local_time
from tui_digest.store.steps import at_once

if TYPE_CHECKING:
    from tui_digest.cli.command import Command
    from tui_digest.i18n import Translator
    from tui_digest.library.stats import NamedTally, ReadingStats
    from tui_digest.tui.stats_sections import StatsSection

_ROWS = 20
"""Rows of a table, unless more are asked for."""

_HEIGHT, _WIDTH, _WIDEST = 8, 80, 120
"""Lines of the bars; cells of a line where there is no terminal, and at most."""


def stats(command: Command) -> int:
    """What one reads, counted: the sections that are asked for, or all of them."""
    library = command.library()
    told = len(library.notices)
    limit = command.args.limit
    reading = at_once(library.stats.counting(limit))
    if command.args.json:
        put_json(_document(reading, limit))
        return command.listed(library, told)
    from tui_digest.tui.charts import bars_that_fit
    from tui_digest.tui.stats_sections import sections

    width = min(_WIDEST, shutil.get_terminal_size((_WIDTH, 24)).columns if sys.stdout.isatty() else _WIDTH)
    for number, section in enumerate(sections(reading, command.tr, bars_that_fit(width), width // 3).values()):
        if command.args.section in (None, section.id):
            first = not number or command.args.section is not None
            _put(section, command.tr, width, _ROWS if limit is None else limit, first=first)
    return command.listed(library, told)


def _put(section: StatsSection, tr: Translator, width: int, limit: int, *, first: bool) -> None:
    from tui_digest.tui.charts import ASCII, UNICODE
    from tui_digest.tui.stats_lines import legend, picture, table
    from tui_digest.tui.terminal.kind import terminal_kind
    from tui_digest.tui.wrap import wrap

    signs = ASCII if terminal_kind().ascii else UNICODE

    def say(text: str) -> None:
        line(text if signs is UNICODE else text.translate(_PLAIN))

    if not first:
        line("")
    say(section.title)
    about = section.about if section.rows else section.empty
    for start, end in wrap(about, width - 2):
        say(f"  {about[start:end]}")
    if not section.rows:
        return
    drawn = picture(section, width, _HEIGHT, signs)
    for each in ("", *drawn.lines) if drawn.lines else ():
        say(each.rstrip())
    if section.legend:
        say(legend(section, signs))
    shown = table(section._replace(rows=section.rows[:limit]), width, signs)
    line("")
    say(shown.head())
    for row in shown.section.rows:
        say(shown.line(row).rstrip())
    if len(section.rows) > limit:
        say(tr("stats.more", n=f"{len(section.rows) - limit:,}"))


_PLAIN = str.maketrans({"…": ".", "–": "-", "★": "*", "●": "o", "·": "-"})
"""For a terminal that has ASCII only; what digests say stays as it is, as everywhere on standard output."""


def _document(reading: ReadingStats, limit: int | None) -> dict[str, object]:
    def days(each: Any) -> dict[str, object]:
        return {name: day and day.isoformat() for name, day in (("start", each.start), ("end", each.end))}

    def named(each: NamedTally, name: str) -> dict[str, object]:
        weeks = [{"week": week, **tally._asdict()} for week, tally in sorted(each.weeks.items())]
        return {name: each.name, **each.tally._asdict(), "weeks": weeks}

    own = [each._asdict() | {"start": each.start.isoformat()} for each in reading.own_weeks]
    sources = [
        {
            "name": each.name, "kind": each.kind, "digests": each.digests,
            "newest": each.newest and each.newest.isoformat(), **each.tally._asdict(),
        }
        for each in reading.sources
    ]  # fmt: skip
    waiting = [
        {
            "key": each.key, "title": each.title, "week": each.week, "since": local_time(each.since).isoformat(),
            "days": max(0, (reading.today - local_time(each.since).date()).days),
        }
        for each in reading.waiting
    ]  # fmt: skip
    document: Mapping[str, Any] = {
        "today": reading.today.isoformat(),
        "total": reading.total._asdict(),
        "weeks": [{"week": each.week, **days(each), **each.tally._asdict()} for each in reading.weeks],
        "own_weeks": own,
        "tags": [named(each, "tag") for each in reading.tags],
        "sections": [named(each, "section") for each in reading.sections],
        "sources": sources[:limit],
        "digests": [
            {"title": each.title, "week": each.week, **days(each), **each.tally._asdict()} for each in reading.digests
        ][:limit],
        "waiting": waiting[:limit],
    }
    return {**document}
