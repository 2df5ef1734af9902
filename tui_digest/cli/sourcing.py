"""Subcommands about the sources that bring digests by themselves: `source …`, `refresh`, and `import` of addresses."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from tui_digest.cli.output import ProgressBar, line, put, put_json, say
from tui_digest.errors import EXIT_DONE, EXIT_FAILED, EXIT_PARTLY

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from tui_digest.cli.command import Command
    from tui_digest.errors import DigestError
    from tui_digest.i18n import Translator
    from tui_digest.library import Library
    from tui_digest.models import Change, ImportReport, RefreshReport, SourceNews
    from tui_digest.sources.web.client import Web

_LATER = ("web.unreachable", "web.timeout", "web.later", "web.busy", "web.cancelled")
"""What passes by itself: the network is away, a server is busy."""


def source(command: Command) -> int:
    """Add, list, rename, mute and remove sources."""
    return _ACTS[command.args.what](command)


def refresh(command: Command) -> int:
    """Ask sources for news."""
    args = command.args
    library = command.library(starters=False)
    told = len(library.notices)
    if not library.sources.all():
        for name in args.name:
            library.sources.named(name)  # raises
        if args.json:
            put_json({"sources": [], "cancelled": False, "starters_put_away": False})
        elif not args.quiet:
            command.say("source.none")
        return EXIT_DONE
    with command.web() as web, ProgressBar(command.tr("refresh.progress")) as progress:

        def reached(done: int, total: int, news: SourceNews | None) -> None:
            if progress is not None:
                progress(done, total, "")

        report = library.sources.refresh(web, args.name, backlog=command.settings.new_source_days, reached=reached)
        unasked = _ask_arxiv(command, library, web) if any(each.added for each in report.sources) else None
    library.close()
    if unasked is not None and not args.quiet:
        command.say(unasked.message_id, **unasked.details)
    if not args.quiet:
        command.tell(library, told)
    failed = [each for each in report.failed if not args.quiet or each.error not in _LATER]
    _tell(command, report, failed)
    if not failed:
        return EXIT_DONE
    return EXIT_PARTLY if len(failed) < len(report.sources) else EXIT_FAILED


def _ask_arxiv(command: Command, library: Library, web: Web) -> DigestError | None:
    """Asks arXiv about what is new, where the settings want that; why it did not answer, which costs nothing else."""
    if not command.settings.ask_arxiv:
        return None
    rows = library.lists.entries(None, library.views.read("is:new"))
    return library.metadata.enrich([rows[place].key for place in range(len(rows))], web, titles=False).error


def _tell(command: Command, report: RefreshReport, failed: Sequence[SourceNews]) -> None:
    args = command.args
    if args.json:
        fields = [news_fields(each, command.tr) for each in report.sources]
        put_json({"sources": fields, "cancelled": report.cancelled, "starters_put_away": report.starters_put_away})
    for each in report.sources:
        if each.error is None and not args.json and not args.quiet:
            line(refreshed(each, command.tr))
    for each in failed:
        command.say("refresh.failed", name=each.name, reason=command.tr(each.error or "", **dict(each.details)))
    if report.starters_put_away and not args.quiet:
        command.say("starters.put_away")


def _add(command: Command) -> int:
    library = command.library(starters=False)
    told = len(library.notices)
    command.say_mistaken([command.args.place])
    with command.web() as web:
        news = library.sources.add(
            web, command.args.place, command.args.name, pull=command.args.pull,
            backlog=command.settings.new_source_days,
        )  # fmt: skip
    library.close()
    command.tell(library, told)
    if command.args.json:
        put_json({"sources": [news_fields(news, command.tr)]})
    else:
        kind = command.tr.source_kind(news.kind)
        line(command.tr("source.added", name=news.name, kind=kind, added=f"{news.added:,}", new=f"{news.new:,}"))
    return EXIT_DONE


def _list(command: Command) -> int:
    library = command.library(starters=False)
    standing = library.sources.standing()
    if command.args.json:
        put_json({"sources": [news_fields(each, command.tr) for each in standing]})
        return EXIT_DONE
    if not standing:
        command.say("source.none")
    for each in standing:
        line(told_of(each, command.tr))
    return EXIT_DONE


def _rename(command: Command) -> int:
    library = command.library(starters=False)
    address = library.sources.named(command.args.name).address
    return _said(command, library.sources.rename(command.args.name, command.args.to), _standing(library, [address]))


def _mute(command: Command) -> int:
    library = command.library(starters=False)
    address = library.sources.named(command.args.name).address
    change = library.sources.mute(command.args.name, command.args.what == "mute")
    return _said(command, change, _standing(library, [address]))


def _remove(command: Command) -> int:
    library = command.library(starters=False)
    was = _standing(library, [library.sources.named(command.args.name).address])
    change = library.sources.remove(command.args.name, with_digests=command.args.with_digests)
    library.close()
    return _said(command, change, was)


def _standing(library: Library, addresses: Sequence[str]) -> list[SourceNews]:
    """How the sources at these addresses stand."""
    return [each for each in library.sources.standing() if each.address in addresses]


def _said(command: Command, change: Change | None, about: Sequence[SourceNews]) -> int:
    command.say("mark.unchanged") if change is None else say(command.tr.change("mark", change))
    if command.args.json:
        put_json({"sources": [news_fields(each, command.tr) for each in about]})
    return EXIT_DONE


def _import(command: Command) -> int:
    """Take in a list of feeds."""
    from pathlib import Path

    from tui_digest.parsing.decoding import read_source
    from tui_digest.sources.opml import feeds_in

    source = read_source(Path(command.args.file))
    library = command.library(starters=False)
    new, left = library.sources.add_list(feeds_in(source.text, source.path))
    if command.args.json:
        put_json(
            {"sources": [news_fields(each, command.tr) for each in library.sources.standing() if each.name in new]}
        )
    for name in () if command.args.json else new:
        line(name)
    command.say("source.list_added", n=len(new), left=len(left))
    return EXIT_DONE


def _export(command: Command) -> int:
    """Write the list of feeds."""
    from pathlib import Path

    from tui_digest.sources.addresses import is_address
    from tui_digest.sources.opml import ListedFeed, written
    from tui_digest.store.user_files import write_output

    library = command.library(starters=False)
    known = library.sources.all().values()
    text = written(ListedFeed(each.name, each.address) for each in known if is_address(each.address))
    if command.args.output is None:
        put(text)
    else:
        write_output(Path(command.args.output), [text.encode()], command.where)
    if left := [each.name for each in known if not is_address(each.address)]:
        command.say("source.list_left", names=", ".join(left))
    return EXIT_DONE


_ACTS: Mapping[str, Callable[[Command], int]] = {
    "add": _add,
    "list": _list,
    "rename": _rename,
    "mute": _mute,
    "unmute": _mute,
    "remove": _remove,
    "import": _import,
    "export": _export,
}


def refreshed(news: SourceNews, tr: Translator) -> str:
    """What a source brought just now, in a line."""
    if news.brought is None or news.brought != news.asked:
        return tr("refresh.nothing", name=news.name) + _unread_items(news, tr)
    counts = {"added": f"{news.added:,}", "new": f"{news.new:,}", "updated": f"{news.updated:,}"}
    return tr("refresh.brought", name=news.name, **counts) + _unread_items(news, tr)


def _unread_items(news: SourceNews, tr: Translator) -> str:
    return tr("refresh.items_failed", n=news.failed) if news.failed else ""


def told_of(news: SourceNews, tr: Translator) -> str:
    """How a source stands, in a line."""
    parts = [news.name, tr.source_kind(news.kind), news.address]
    if news.muted:
        parts.append(tr("source.muted"))
    if news.brought is not None:
        parts.append(tr("source.brought", day=_moment(news.brought), n=f"{news.added:,}"))
    if news.answered is not None:
        parts.append(tr("source.answered", day=_moment(news.answered)))
    if news.error is not None:
        parts.append(tr(news.error, **dict(news.details)))
    return "  ".join(part for part in parts if part)


def _moment(seconds: float) -> datetime:
    from tui_digest.clock import local_time

    return local_time(int(seconds * 1_000_000))


def news_fields(news: SourceNews, tr: Translator) -> dict[str, Any]:
    """A source as JSON."""
    moments = {
        name: None if at is None else _moment(at).isoformat()
        for name, at in (("asked", news.asked), ("answered", news.answered), ("brought", news.brought))
    }
    return {
        "name": news.name, "address": news.address, "kind": news.kind, "title": news.title, "muted": news.muted,
        "pull": news.pulled, **moments, "added": news.added, "updated": news.updated, "new": news.new,
        "unreadable_items": news.failed,
        "error": None if news.error is None else {
            "id": news.error, "message": tr(news.error, **dict(news.details)),
        },
    }  # fmt: skip


def is_address(text: str) -> bool:
    """Whether an argument of `import` is an address, be it one that is not fetched."""
    from tui_digest.sources import addresses

    return "://" in text and addresses.is_address(text)


def fetched_once(command: Command, library: Library, urls: Sequence[str]) -> ImportReport:
    """What importing these addresses once came to."""
    with command.web() as web:
        return library.sources.fetch_once(web, urls, dry_run=command.args.dry_run)
