"""The table of subcommands: a name of the grammar, and the function that carries it out."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from tui_digest.cli.command import Command

COMMANDS: Mapping[str, str] = {
    "import": "importing.import_sources",
    "source": "sourcing.source",
    "refresh": "sourcing.refresh",
    "starters": "importing.starters",
    "list": "looking.list_entries",
    "search": "looking.list_entries",
    "show": "looking.show",
    "tags": "looking.tags",
    "next": "alike_papers.next_papers",
    "similar": "alike_papers.similar",
    "views": "looking.views",
    "stats": "counting.stats",
    "export": "sharing.export",
    "digest": "sharing.digest",
    "paths": "looking.paths",
    "completions": "shell_files.completions",
    "man": "shell_files.manual",
    "keys": "key_listing.keys",
    "star": "marking.star",
    "unstar": "marking.unstar",
    "read": "reading.read",
    "unread": "marking.unread",
    "triage": "reading.triage",
    "correct": "correcting.correct",
    "undo": "marking.undo",
    "redo": "marking.redo",
    "history": "keeping.history",
    "note": "marking.note",
    "tag": "marking.tag",
    "add": "fetching.add",
    "enrich": "fetching.enrich",
    "pdf": "fetching.pdf",
    "run": "running.run",
    "remove": "importing.remove",
    "backup": "keeping.backup",
    "restore": "keeping.restore",
    "doctor": "examining.doctor",
    "config": "configuring.config",
    "help": "helping.helping",
}
"""`module.function` in this package: only the module of the command that is run is loaded."""


def function_of(name: str) -> Callable[[Command], int]:
    """The function that carries out the subcommand of this name, and returns the exit code."""
    module, _, function = COMMANDS[name].partition(".")
    found: Callable[[Command], int] = getattr(import_module(f"tui_digest.cli.{module}"), function)
    return found
