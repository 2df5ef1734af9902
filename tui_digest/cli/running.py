"""`run`: a command of the user's own on papers, as a key of the app runs it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from tui_digest.cli.marking import keys_of
from tui_digest.cli.output import line, put_json
from tui_digest.errors import EXIT_DONE, EXIT_FAILED, EXIT_PARTLY, EXIT_USAGE, DigestError

if TYPE_CHECKING:
    from tui_digest.cli.command import Command
    from tui_digest.library import Library
    from tui_digest.models import Sighting
    from tui_digest.settings.commands import UserCommand


def run(command: Command) -> int:
    """Run it on the papers that are named or asked for; without a name, list the commands there are."""
    name: str | None = command.args.name
    if name is None:
        return _list(command)
    found = command.settings.commands.get(name)
    if found is None:
        raise _unknown(name, command)
    library = command.library()
    if command.args.yes:
        library.memory.allow(found.run)
    elif not library.memory.is_allowed(found.run):
        raise DigestError("command.not_allowed", name=name, text=found.run)
    told = len(library.notices)
    sightings = _asked_for(command, library)
    code = _run_all(command, name, found, library, sightings)
    library.close()
    listed = command.listed(library, told)
    return code if code != EXIT_DONE else listed


def _list(command: Command) -> int:
    commands = command.settings.commands
    if command.args.json:
        put_json({"commands": [{"name": name, **each._asdict()} for name, each in commands.items()]})
        return EXIT_DONE
    for name, each in commands.items():
        line(f"{name}  {each.about or each.run}")
    if not commands:
        command.say("command.none", path=command.where.settings)
    return EXIT_DONE


def _unknown(name: str, command: Command) -> DigestError:
    from tui_digest.query.vocabulary import near

    known = [*command.settings.commands]
    if not known:
        return DigestError("command.none", path=command.where.settings, exit_code=EXIT_USAGE)
    meant = near(name, known)
    message_id = "command.unknown.near" if meant else "command.unknown"
    return DigestError(message_id, exit_code=EXIT_USAGE, name=name, near=meant or "", known=", ".join(known))


def _asked_for(command: Command, library: Library) -> Iterable[Sighting]:
    """The entries: of the papers that are named the latest mention, else those of the filter options."""
    if command.args.key:
        return [library.lists.sightings(key)[0] for key in keys_of(command, library, command.args.key)]
    if command.args.filter is None and command.args.week is None and command.args.limit is None:
        raise DigestError("command.nothing_asked", exit_code=EXIT_USAGE)
    seen: dict[str, Sighting] = {}
    for sighting in command.chosen(library):
        seen.setdefault(sighting.key, sighting)
    return seen.values()


def _run_all(command: Command, name: str, found: UserCommand, library: Library, sightings: Iterable[Sighting]) -> int:
    """Run it on one after the other, or on all at once; the first time that it does not end well is the last."""
    from tui_digest.desktop.user_commands import run_here, run_through
    from tui_digest.library.told_papers import runs_of

    papers = [*sightings]
    done = 0
    for each in runs_of(library, found, papers):
        ended = (
            run_here(found.run, each.given) if found.tty else run_through(found.run, each.given, timeout=found.timeout)
        )
        if ended.how != "done":
            command.say(f"command.{ended.how}", name=name, code=ended.code)
            if ended.said:
                command.say("command.why", said=ended.said)
            if len(papers) > 1:
                command.say("command.partly", done=done, n=len(papers))
            return EXIT_PARTLY if done else EXIT_FAILED
        done += each.papers
    return EXIT_DONE
