"""Subcommands that suggest papers: what to read next, what is like a paper."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_digest.cli.output import line, put_all
from tui_digest.errors import StoreError, note
from tui_digest.text.json_escapes import json_escaped

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tui_digest.cli.command import Command
    from tui_digest.library import Library
    from tui_digest.models import Sighting
    from tui_digest.store.likeness import Alike

    Suggested = list[tuple[Alike, Sighting]]


def next_papers(command: Command) -> int:
    """The unread papers that are most like those that are starred, each with why."""
    library = command.library()
    return _put(command, library, library.likenesses.next(*_limit(command)), "next.none")


def similar(command: Command) -> int:
    """The papers that are most like one, each with the words they share."""
    library = command.library()
    key = command.key(library, command.args.key)
    return _put(command, library, library.likenesses.similar(key, *_limit(command)), "similar.none")


def _limit(command: Command) -> tuple[int, ...]:
    return () if command.args.limit is None else (command.args.limit,)


def _put(command: Command, library: Library, found: list[Alike], none: str) -> int:
    told = len(library.notices)
    suggested = [*_with_sightings(library, found)]
    if command.args.json:
        put_all(_as_json(suggested, library))
    else:
        titles = library.lists.titles({each.star for each, _ in suggested if each.star})
        for each, sighting in suggested:
            mark = library.marks.of(sighting.key)
            flags = ("★" if mark.starred else " ") + (" " if mark.read else "●")
            line(f"{flags} {sighting.digest.week}  {sighting.key}  {sighting.display_title}")
            why = ", ".join(each.words)
            line("     " + (f"{why}  ★ {titles.get(each.star, each.star)}" if each.star else why))
    if not suggested:
        command.say(none)
    return command.listed(library, told)


def _with_sightings(library: Library, found: list[Alike]) -> Iterator[tuple[Alike, Sighting]]:
    """Each with the paper's latest mention; what cannot be read is told in the notices."""
    for each in found:
        try:
            sightings = library.lists.sightings(each.paper)
        except StoreError as error:
            note(library.notices, error)
            continue
        if sightings:
            yield each, sightings[0]


def _as_json(suggested: Suggested, library: Library) -> Iterator[str]:
    """The document that `export` writes, with a field more: `reasons`, one an entry."""
    import json

    from tui_digest.export import FORMATS

    pieces = "".join(library.exports.pieces(FORMATS["json"], [sighting for _, sighting in suggested]))
    reasons = [
        {"key": each.paper, "likeness": each.likeness, "words": each.words, "star": each.star or None}
        for each, _ in suggested
    ]
    yield pieces.rstrip().removesuffix("}")
    yield json_escaped(f', "reasons": {json.dumps(reasons, ensure_ascii=False)}}}\n')
