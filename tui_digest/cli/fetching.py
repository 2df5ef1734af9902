"""Subcommands that ask arXiv: what it says of papers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_digest.cli.output import ProgressBar, line, put_json
from tui_digest.errors import EXIT_DONE, EXIT_FAILED, EXIT_PARTLY

if TYPE_CHECKING:
    from tui_digest.cli.command import Command
    from tui_digest.library import Library


def enrich(command: Command) -> int:
    """Ask arXiv what it says of papers, and keep it."""
    from tui_digest.sources.web.client import Web

    library = command.library()
    told = len(library.notices)
    keys = _asked_for(command, library)
    with Web(command.settings, command.where) as web, ProgressBar(command.tr("enrich.progress")) as bar:
        done = library.metadata.enrich(
            keys, web, again=command.args.again, progress=None if bar is None else lambda done, of: bar(done, of, "")
        )
    library.close()
    command.tell(library, told)
    counts = {"asked": done.asked, "learned": done.learned, "known": done.known, "others": done.others}
    if done.error is not None:
        command.say(done.error.message_id, **done.error.details)
    if command.args.json:
        put_json({**counts, "error": None if done.error is None else done.error.message_id})
    else:
        line(command.tr("enrich.done", **counts))
    if done.error is None:
        return EXIT_DONE
    return EXIT_PARTLY if done.asked else EXIT_FAILED


def _asked_for(command: Command, library: Library) -> list[str]:
    """The papers that are named; else those of the filter, which may be all."""
    if command.args.key:
        return [command.key(library, asked) for asked in command.args.key]
    return [sighting.key for sighting in command.chosen(library)]
