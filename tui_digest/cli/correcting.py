"""The subcommand that corrects what was misread: title, date, address; which lines are about which paper."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_digest.cli.marking import tell_change
from tui_digest.cli.output import line
from tui_digest.errors import EXIT_DONE, DigestError

if TYPE_CHECKING:
    from tui_digest.cli.command import Command
    from tui_digest.library import Library
    from tui_digest.models import Change, Sighting


def correct(command: Command) -> int:
    """Correct what was misread of a paper, wherever it stands; join or split it in one digest."""
    args = command.args
    says = {field: getattr(args, field) for field in ("title", "date", "url")}
    wanted = {field: text for field, text in says.items() if text is not None}
    acts = [bool(wanted), args.join is not None, args.split is not None]
    if sum(acts) != 1:
        raise DigestError("correct.mixed" if any(acts) else "correct.nothing")
    library = command.library()
    mentions = _mentions(command, library)
    if args.split == 0:
        for number, text in library.imports.lines_of(_only(mentions)):
            line(f"{number:6}  {text}")
        return EXIT_DONE
    change: Change | None
    if wanted:
        change = library.imports.correct(mentions, **wanted)
    elif args.split is not None:
        change = library.imports.split(_only(mentions), args.split)
    else:
        here = _only(mentions)
        change = library.imports.join(here, _other(command, library, here))
    library.close()
    tell_change(command, "mark", change)
    return EXIT_DONE


def _mentions(command: Command, library: Library) -> list[Sighting]:
    mentions = library.lists.sightings(command.key(library, command.args.key))
    if command.args.digest is None:
        return mentions
    named = library.imports.digests_named(command.args.digest)
    found = [each for each in mentions if each.digest.id in named]
    if not found:
        raise DigestError("correct.elsewhere", digest=command.args.digest)
    return found


def _only(mentions: list[Sighting]) -> Sighting:
    if len(mentions) > 1:
        raise DigestError("correct.several", n=len(mentions))
    return mentions[0]


def _other(command: Command, library: Library, here: Sighting) -> Sighting:
    """The entry to join: the one that was named, else the next."""
    if command.args.join:
        named = library.lists.sightings(command.key(library, command.args.join))
        beside = [each for each in named if each.digest.id == here.digest.id]
        if not beside:
            raise DigestError("correct.apart")
        return beside[0]
    behind = library.lists.behind(here)
    if behind is None:
        raise DigestError("correct.no_next")
    return behind
