"""Subcommands that write what others read: exports, and a digest of the user's own."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tui_digest.cli.output import ProgressBar, kilobytes, put, put_all
from tui_digest.errors import EXIT_FAILED, EXIT_PARTLY

if TYPE_CHECKING:
    from tui_digest.cli.command import Command
    from tui_digest.export import Format
    from tui_digest.i18n import Translator
    from tui_digest.library import Library
    from tui_digest.library.exports import Outgoing
    from tui_digest.library.note_folder import NotesWritten


def export(command: Command) -> int:
    """Write entries in one of the formats, to a file or to stdout."""
    from tui_digest.library.exports import Outgoing, wanted_fields
    from tui_digest.plugins import export_format

    library = command.library()
    told = len(library.notices)
    name, output = command.args.format, command.args.output
    row, left_out = export_format(name), wanted_fields(command.args.fields, command.args.without or ())
    if output in (None, "-"):
        put_all(library.exports.pieces(row, command.chosen(library), left_out=left_out, tr=command.tr))
        return command.listed(library, told)
    chosen = command.chosen(library)
    with ProgressBar(command.tr("export.label")) as bar:
        of = 0 if bar is None else command.count(library)
        counted = Outgoing(chosen, tell=None if bar is None else lambda done: bar(done, of, ""))
        if row.folder:
            written = library.exports.notes(Path(output), counted, left_out=left_out, tr=command.tr)
        else:
            target = _write(library, row, Path(output), counted, left_out, command.tr)
    if row.folder:
        _tell_notes(command, written)
        return command.listed(library, told)
    details = {"path": target, "entries": counted.entries, "papers": len(counted.papers), "format": name}
    if target.is_file():
        command.say("export.done", size=kilobytes(target), **details)
    else:
        command.say("export.sent", **details)
    return command.listed(library, told)


def _write(
    library: Library, row: Format, output: Path, counted: Outgoing, left_out: frozenset[str], tr: Translator
) -> Path:
    """Write it into a file or what stands in for one."""
    from tui_digest.store.user_files import is_stream, write_output

    pieces = library.exports.pieces(row, counted, left_out=left_out, tr=tr)
    return write_output(output, row.encoded(pieces, file=not is_stream(output)), library.paths)


def _tell_notes(command: Command, written: NotesWritten) -> None:
    command.say("export.notes", new=written.new, renewed=written.renewed, unchanged=written.unchanged)
    for name, what in written.kept:
        command.say("export.notes.kept", name=name, what=what)


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
