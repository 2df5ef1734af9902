"""The subcommand that writes a digest of the user's own."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tui_digest.cli.output import kilobytes, put
from tui_digest.errors import EXIT_FAILED, EXIT_PARTLY

if TYPE_CHECKING:
    from tui_digest.cli.command import Command


def digest(command: Command) -> int:
    """Write the starred papers, or those of a filter, as a digest that can be shared and imported."""
    from tui_digest.library.composing import compose
    from tui_digest.library.exports import wanted_fields

    left_out = wanted_fields(None, command.args.without or ())
    if command.args.filter is None:
        command.args.filter = "is:starred"
    library = command.library()
    told = len(library.notices)
    sightings = [*command.chosen(library)]
    if not sightings:
        command.say("digest.nothing", query=command.args.filter)
        return EXIT_FAILED
    composed = compose(
        sightings, library.marks.of, command.args.format, command.tr, week=command.args.week, left_out=left_out
    )
    if command.args.output in (None, "-"):
        put(composed.text)
    else:
        from tui_digest.store.user_files import write_output

        target = write_output(Path(command.args.output), [composed.text.encode("utf-8", "replace")], library.paths)
        size = kilobytes(target) if target.is_file() else 0
        command.say("digest.done", path=target, papers=composed.papers, size=size)
    for title in composed.otherwise:
        command.say("digest.otherwise", title=title)
    if not composed.dated:
        command.say("digest.not_dated")
    code = command.listed(library, told)
    return EXIT_PARTLY if composed.otherwise or not composed.dated else code
