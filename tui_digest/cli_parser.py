"""The grammar of the command line: subcommands and their options, with help in the reader's language."""

from __future__ import annotations

import argparse

from tui_digest import __version__
from tui_digest.i18n import LANGUAGES, Translator

FORMAT_NAMES = ("json", "ndjson", "bibtex", "ris", "csv", "markdown")


def build_parser(tr: Translator) -> argparse.ArgumentParser:
    """The parser; its namespace has `command` (None for the reader) and that command's options."""
    parser = argparse.ArgumentParser(prog="tui-digest", description=tr("cli.description"), epilog=tr("cli.exit_codes"))
    parser.add_argument("--version", action="version", version=f"tui-digest {__version__}")
    parser.add_argument("--lang", choices=LANGUAGES, help=tr("cli.lang"))
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")

    def command(name: str) -> argparse.ArgumentParser:
        words = tr(f"cli.{name}")
        return commands.add_parser(name, help=words, description=words)

    reading = command("import")
    reading.add_argument("path", nargs="+", metavar="PATH", help=tr("cli.import.path"))
    reading.add_argument("--dry-run", action="store_true", help=tr("cli.import.dry_run"))
    _json(reading, tr)

    for name in ("list", "search"):
        listing = command(name)
        if name == "search":
            listing.add_argument("text", nargs="+", metavar="TEXT", help=tr("cli.search.text"))
        _choosing(listing, tr)
        _json(listing, tr)

    show = command("show")
    show.add_argument("key", metavar="KEY", help=tr("cli.key"))
    _json(show, tr)

    tags = command("tags")
    tags.add_argument("--week", metavar="WEEK", help=tr("cli.week"))
    tags.add_argument("--limit", type=_count(tr), metavar="N", help=tr("cli.limit"))
    _json(tags, tr)

    for name in ("star", "unstar", "read", "unread"):
        command(name).add_argument("key", nargs="+", metavar="KEY", help=tr("cli.key"))
    command("undo")
    command("redo")

    export = command("export")
    export.add_argument("--format", choices=FORMAT_NAMES, default="json", help=tr("cli.export.format"))
    export.add_argument("-o", "--output", metavar="FILE", help=tr("cli.export.output"))
    _choosing(export, tr)

    command("starters").add_argument("state", choices=("on", "off"), help=tr("cli.starters.state"))
    _json(command("paths"), tr)
    return parser


def _json(parser: argparse.ArgumentParser, tr: Translator) -> None:
    parser.add_argument("--json", action="store_true", help=tr("cli.json"))


def _choosing(parser: argparse.ArgumentParser, tr: Translator) -> None:
    parser.add_argument("--week", metavar="WEEK", help=tr("cli.week"))
    parser.add_argument("--filter", metavar="Q", help=tr("cli.filter"))
    parser.add_argument("--limit", type=_count(tr), metavar="N", help=tr("cli.limit"))


def _count(tr: Translator) -> type[int]:
    class Count(int):
        """A number of rows: zero or more."""

        def __new__(cls, text: str) -> Count:
            try:
                number = int(text)
            except ValueError:
                number = -1
            if number < 0:
                raise argparse.ArgumentTypeError(tr("cli.not_a_count", text=text))
            return super().__new__(cls, number)

    return Count
