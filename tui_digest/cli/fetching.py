"""Subcommands that fetch: `add`, `enrich` (metadata from arXiv) and `pdf`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_digest.cli.output import ProgressBar, line, put_json
from tui_digest.errors import EXIT_DONE, EXIT_FAILED, EXIT_PARTLY, DigestError

if TYPE_CHECKING:
    from pathlib import Path

    from tui_digest.cli.command import Command
    from tui_digest.library import Library


def add(command: Command) -> int:
    """Add papers to the user's own digest of the day; arXiv is asked about them where that is wanted."""
    library = command.library()
    told, words = len(library.notices), command.tr("add.digest")
    titles = [command.args.title] if len(command.args.paper) == 1 else [None] * len(command.args.paper)
    added = [
        library.adding.add(text, words, title=title) for text, title in zip(command.args.paper, titles, strict=True)
    ]
    asks = command.settings.ask_arxiv if command.args.ask is None else command.args.ask
    if asks:
        with command.web() as web:
            done = library.metadata.enrich([each.key for each in added], web)
        if done.error is not None:  # the papers were added nevertheless
            command.say(done.error.message_id, **done.error.details)
    library.close()
    command.tell(library, told)
    if command.args.json:
        put_json({"added": [each._asdict() for each in added]})
        return EXIT_DONE
    for each in added:
        name = library.lists.sightings(each.key)[0].display_title
        line(command.tr("add.already" if each.already else "add.done", key=each.key, title=name))
    return EXIT_DONE


def enrich(command: Command) -> int:
    """Ask arXiv what it says of papers, and keep it."""
    library = command.library()
    told = len(library.notices)
    keys = _asked_for(command, library)
    with command.web() as web, ProgressBar(command.tr("enrich.progress")) as bar:
        done = library.metadata.enrich(
            keys, web, again=command.args.again, titles=command.args.titles,
            progress=None if bar is None else lambda done, of: bar(done, of, ""),
        )  # fmt: skip
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


def pdf(command: Command) -> int:
    """Fetch a paper's PDF into the user's folder, unless it is there, and open it."""
    from tui_digest.sources import pdf as files

    library = command.library()
    key = command.key(library, command.args.key)
    sightings = library.lists.sightings(key)
    place = files.place_of(sightings, command.args.folder or command.settings.pdf_folder)
    there = place.is_file() and not command.args.again
    if not there:
        url = files.address_of(sightings, command.settings.endpoints_with_defaults["arxiv_pdf"])
        if url is None:
            raise DigestError("pdf.none", key=key)
        with command.web() as web, ProgressBar(command.tr("pdf.progress")) as bar:
            told = None if bar is None else lambda done, of: bar(done, of or done, "")
            files.fetch(web, url, place, user_named=key.startswith("arxiv:"), progress=told)
    if command.args.json:
        put_json({"key": key, "path": str(place), "fetched": not there})
    else:
        line(str(place))
    if not (command.args.json or command.args.no_open):
        _open(command, place)
    return EXIT_DONE


def _open(command: Command, place: Path) -> None:
    """Opens a file where there is a display; elsewhere printing its name has to do."""
    from tui_digest.desktop import opener

    ways = opener.ways_to_open_file(place, viewer=command.settings.pdf_viewer)
    if ways == "failed" or (not isinstance(ways, str) and opener.try_ways(ways) is not None):
        command.say("pdf.not_opened", path=place)


def _asked_for(command: Command, library: Library) -> list[str]:
    """The keys of the papers named on the command line, else of those that the filter finds, without one of all."""
    if command.args.key:
        return [command.key(library, asked) for asked in command.args.key]
    return [sighting.key for sighting in command.chosen(library)]
