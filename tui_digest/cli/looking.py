"""Subcommands that only look: entries, papers, tags, exports, places."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import TYPE_CHECKING

from tui_digest.cli.marking import tell_change
from tui_digest.cli.output import line, put_all, put_json
from tui_digest.cli.plain_lines import learned_lines, text_lines
from tui_digest.errors import EXIT_DONE
from tui_digest.settings.config import has_table, literal
from tui_digest.text.json_escapes import json_escaped

if TYPE_CHECKING:
    from tui_digest.cli.command import Command
    from tui_digest.i18n import Translator
    from tui_digest.library import Library
    from tui_digest.models import Sighting


def list_entries(command: Command) -> int:
    """List entries, one a line, or as export's JSON."""
    library = command.library()
    told = len(library.notices)
    found = iter(command.chosen(library))
    first = next(found, None)
    if first is None:
        command.say_meant(library)
    entries = chain([] if first is None else [first], found)
    if command.args.json or command.args.ndjson:
        put_all(_as_json(entries, library, lines=command.args.ndjson))
        return command.listed(library, told)
    for sighting in entries:
        mark = library.marks.of(sighting.key)
        flags = ("★" if mark.starred else " ") + (" " if mark.read else "●")
        line(f"{flags} {sighting.digest.week}  {sighting.key}  {sighting.display_title}")
    return command.listed(library, told)


def show(command: Command) -> int:
    """One paper, whole: every sighting of it."""
    library = command.library()
    key = command.key(library, command.args.key)
    sightings = library.lists.sightings(key)
    if command.args.json or command.args.ndjson:
        put_all(_as_json(sightings, library, lines=command.args.ndjson))
        return EXIT_DONE
    mark = library.marks.of(key)
    line(" ".join([key, "★" if mark.starred else "", "" if mark.read else "●"]))
    if mark.tags:
        line(" ".join(f"+{tag}" for tag in mark.tags))
    for text in (mark.note or "").split("\n") if mark.note else []:
        line(text)
    for sighting in sightings:
        for text in _show_lines(sighting, command.tr, source=command.args.source):
            line(text)
    return EXIT_DONE


def _show_lines(sighting: Sighting, tr: Translator, *, source: bool) -> Iterator[str]:
    entry, digest = sighting.entry, sighting.digest
    yield ""
    yield sighting.display_title
    if entry.authors:
        yield ", ".join(entry.authors)
    yield f"{digest.title} · {tr.when(digest.start, digest.end)}"
    for text in (entry.abstract, entry.commentary):
        if text and (lines := text_lines(text, source=source)):
            yield ""
            yield from lines
    urls = [(entry.url, None)] if entry.url else []
    for url, label in [*urls, *((link.url, link.label) for link in entry.links)]:
        yield f"- {url}" + (f" ({label})" if label else "")
    if entry.tags:
        yield " ".join(f"#{tag}" for tag in entry.tags)
    if sighting.preface and (preface := text_lines(sighting.preface, source=source)):
        yield from ("", tr("body.preface"), *preface)
    if sighting.learned:
        yield from ("", *learned_lines(sighting, tr))


def tags(command: Command) -> int:
    """Tags with their counts, most frequent first; with `--similar` those that are probably one."""
    library = command.library()
    told = len(library.notices)
    if command.args.similar:
        _put_similar(command, library.lists.similar_tags(command.week(library))[: command.args.limit])
        return command.listed(library, told)
    found = library.lists.tags(command.week(library))[: command.args.limit]
    if command.args.json:
        put_json({"tags": [{"tag": tag, "papers": count} for tag, count in found]})
    else:
        for tag, count in found:
            line(f"{count:6d}  {tag}")
    return command.listed(library, told)


def _put_similar(command: Command, groups: list[list[tuple[str, int]]]) -> None:
    """Groups of tags as lines that config.toml can take; a line there is already is told whole, as it would become."""
    known = command.settings.tag_aliases
    suggested = [
        (group[0][0], [*known.get(group[0][0], ()), *(tag for tag, _ in group[1:])], group) for group in groups
    ]
    if command.args.json:
        groups_told = [
            {"name": name, "aliases": aliases, "tags": [{"tag": tag, "papers": n} for tag, n in group]}
            for name, aliases, group in suggested
        ]
        put_json({"groups": groups_told})
        return
    if groups and not has_table(command.where.settings, "tag_aliases"):
        line("[tag_aliases]")
    for name, aliases, group in suggested:
        line(f"# {', '.join(f'{tag} {count}' for tag, count in group)}")
        line(json_escaped(f"{literal(name)} = {literal(aliases)}"))
    said = "none" if not groups else "more" if known else "found"
    command.say(f"tags.similar.{said}", n=len(groups), path=command.where.settings)


def views(command: Command) -> int:
    """The saved views with their counts and queries; or save one, or delete one."""
    library = command.library()
    args = command.args
    if args.save or args.delete is not None:
        name = args.save[0] if args.save else args.delete
        with command.pointing(args.save[1] if args.save else ""):
            change = library.views.save(*args.save) if args.save else library.views.delete(name)
        library.close()
        tell_change(command, "mark", change)
        return EXIT_DONE
    told = len(library.notices)
    found = [(name, text, library.lists.view_papers(name)) for name, text in library.views.all().items()]
    if args.json:
        put_json({"views": [{"name": name, "query": text, "papers": count} for name, text, count in found]})
    for name, text, count in [] if args.json else found:
        line(f"{'-' if count is None else count:>6}  {name}  {text}")
    if not found:
        command.say("view.none")
    return command.listed(library, told)


def _as_json(sightings: Iterable[Sighting], library: Library, *, lines: bool = False) -> Iterator[str]:
    """One document, or a document a line, which comes as it is found."""
    from tui_digest.export import FORMATS

    return library.exports.pieces(FORMATS["ndjson" if lines else "json"], sightings)


def paths(command: Command) -> int:
    """Where the program keeps its files."""
    places = {
        name: str(getattr(command.where, name)) for name in ("data", "state", "config", "cache", "settings", "log")
    }
    if command.args.json:
        put_json(places)
    else:
        for name, place in places.items():
            line(f"{name:9} {place}")
    return EXIT_DONE
