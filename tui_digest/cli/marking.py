"""Subcommands that mark papers, and take that back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_digest.errors import EXIT_DONE, EXIT_FAILED

if TYPE_CHECKING:
    from tui_digest.cli.command import Command
    from tui_digest.models import Change


def star(command: Command) -> int:
    """Star papers."""
    return _mark(command, "starred", True)


def unstar(command: Command) -> int:
    """Take the star off papers."""
    return _mark(command, "starred", False)


def read(command: Command) -> int:
    """Mark papers read."""
    return _mark(command, "read", True)


def unread(command: Command) -> int:
    """Mark papers unread."""
    return _mark(command, "read", False)


def undo(command: Command) -> int:
    """Take the last act back, whoever did it."""
    return _step(command, "undo")


def redo(command: Command) -> int:
    """Do again what was undone last."""
    return _step(command, "redo")


def _mark(command: Command, field: str, value: bool) -> int:
    library = command.library()
    keys = [command.key(library, asked) for asked in command.args.key]
    change = (library.set_starred if field == "starred" else library.set_read)(keys, value)
    library.close()
    if change:
        _say_change(command, change, "mark")
    else:
        command.say("mark.unchanged")
    return EXIT_DONE


def _step(command: Command, step: str) -> int:
    library = command.library()
    change: Change | None = getattr(library, step)()
    library.close()
    if change:
        _say_change(command, change, step)
        return EXIT_DONE
    command.say(f"{step}.nothing")
    return EXIT_FAILED


def _say_change(command: Command, change: Change, prefix: str) -> None:
    command.say(f"{prefix}.{change.field}.{'on' if change.value else 'off'}", n=len(change.keys))
