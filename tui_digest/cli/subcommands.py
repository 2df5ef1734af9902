"""The table of subcommands: a name of the grammar, and the function that carries it out."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tui_digest.cli import (
    configuring,
    correcting,
    examining,
    fetching,
    importing,
    keeping,
    key_listing,
    looking,
    marking,
    reading,
    sharing,
    shell_files,
    sourcing,
)
from tui_digest.cli.command import Command

COMMANDS: Mapping[str, Callable[[Command], int]] = {
    "import": importing.import_sources,
    "source": sourcing.source,
    "refresh": sourcing.refresh,
    "starters": importing.starters,
    "list": looking.list_entries,
    "search": looking.list_entries,
    "show": looking.show,
    "tags": looking.tags,
    "views": looking.views,
    "export": sharing.export,
    "digest": sharing.digest,
    "paths": looking.paths,
    "completions": shell_files.completions,
    "man": shell_files.manual,
    "keys": key_listing.keys,
    "star": marking.star,
    "unstar": marking.unstar,
    "read": reading.read,
    "unread": marking.unread,
    "triage": reading.triage,
    "correct": correcting.correct,
    "undo": marking.undo,
    "redo": marking.redo,
    "history": keeping.history,
    "note": marking.note,
    "tag": marking.tag,
    "add": fetching.add,
    "enrich": fetching.enrich,
    "pdf": fetching.pdf,
    "remove": importing.remove,
    "backup": keeping.backup,
    "restore": keeping.restore,
    "doctor": examining.doctor,
    "config": configuring.config,
}
