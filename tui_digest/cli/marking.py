"""Subcommands that mark papers, and take that back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING

from tui_digest.cli.importing import standard_input
from tui_digest.cli.output import line, put_json, say
from tui_digest.errors import EXIT_DONE, EXIT_FAILED

if TYPE_CHECKING:
    from tui_digest.cli.command import Command
    from tui_digest.library import Library
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


def note(command: Command) -> int:
    """Print the note on a paper, or write it."""
    library = command.library()
    key = command.key(library, command.args.key)
    asked: list[str] = command.args.text
    if not asked:
        text = library.marks.of(key).note
        if command.args.json:
            put_json({"key": key, "note": text})
        elif text is None:
            command.say("note.none")
        else:
            for each in text.split("\n"):
                line(each)
        return EXIT_DONE
    written = standard_input().decode("utf-8", "replace") if asked == ["-"] else " ".join(asked)
    change = library.marks.note(key, written)
    library.close()
    tell_change(command, "mark", change)
    return EXIT_DONE


def tag(command: Command) -> int:
    """Print a paper's own tags, put some on it, or take some off."""
    library = command.library()
    if command.args.key == "-" and command.args.name:
        keys = keys_of(command, library, ["-"])
    else:
        keys = [command.key(library, command.args.key)]
    if not command.args.name:
        (key,) = keys
        tags = library.marks.of(key).tags
        if command.args.json:
            put_json({"key": key, "tags": list(tags)})
        elif not tags:
            command.say("tag.none")
        for each in [] if command.args.json else tags:
            line(each)
        return EXIT_DONE
    for name in command.args.name:
        tell_change(command, "mark", library.marks.tag(name, keys, not command.args.remove))
    library.close()
    return EXIT_DONE


def keys_of(command: Command, library: Library, asked: list[str]) -> list[str]:
    """The keys of the papers that are meant. `-` stands for those on standard input, one a line: as on the command
    line, or in JSON lines as `list --ndjson` prints them."""
    words: list[str] = []
    for each in asked:
        words += _words_in(standard_input().decode("utf-8", "replace")) if each == "-" else [each]
    return [command.key(library, word) for word in words]


def _words_in(text: str) -> Iterator[str]:
    import json

    for word in filter(None, map(str.strip, text.splitlines())):
        if word.startswith("{"):
            with suppress(ValueError):
                word = str(json.loads(word).get("key", word))
        yield word


def _mark(command: Command, field: str, value: bool) -> int:
    library = command.library()
    keys = keys_of(command, library, command.args.key)
    change = (library.marks.star if field == "starred" else library.marks.mark_read)(keys, value)
    library.close()
    tell_change(command, "mark", change)
    return EXIT_DONE


def _step(command: Command, step: str) -> int:
    library = command.library()
    if step == "undo" and library.taken_back:  # which was just said: that was the latest act, not the one before
        library.close()
        return EXIT_DONE
    told = len(library.notices)
    change: Change | None = library.marks.undo() if step == "undo" else library.marks.redo()
    library.close()
    command.tell(library, told)
    if change:
        say(command.tr.change(step, change))
        return EXIT_DONE
    command.say(f"{step}.nothing")
    return EXIT_FAILED


def tell_change(command: Command, prefix: str, change: Change | None) -> None:
    """Says what an act changed, or that it changed nothing."""
    if change:
        say(command.tr.change(prefix, change))
    else:
        command.say("mark.unchanged")
