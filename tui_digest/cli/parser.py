"""The grammar of the command line: subcommands and their options, with help in the user's language."""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, NoReturn

from tui_digest import __version__
from tui_digest.cli import output
from tui_digest.errors import EXIT_USAGE
from tui_digest.export import DIGEST_FORMS, FORMATS
from tui_digest.i18n import LANGUAGES, Translator
from tui_digest.query.vocabulary import near as nearest
from tui_digest.tui.keymap import PANES
from tui_digest.tui.stats_bins import SECTIONS

_COMPLAINTS = (
    ("usage.required", re.compile(r"the following arguments are required: (?P<names>.*)")),
    ("usage.unknown", re.compile(r"unrecognized arguments: (?P<names>.*)")),
    (
        "usage.choice",
        re.compile(r"argument (?P<name>.*?): invalid choice: (?P<given>.*) \(choose from (?P<allowed>.*)\)"),
    ),
    ("usage.value", re.compile(r"argument (?P<name>.*?): expected (at least )?one argument")),
    ("usage.at_most_one", re.compile(r"argument (?P<name>.*?): expected at most one argument")),
    ("usage.ambiguous", re.compile(r"ambiguous option: (?P<given>.*) could match (?P<names>.*)")),
    ("usage.no_value", re.compile(r"argument (?P<name>.*?): ignored explicit argument (?P<given>.*)")),
    ("usage.argument", re.compile(r"argument (?P<name>.*?): (?P<text>.*)", re.DOTALL)),  # the text is one of ours
)
"""What argparse says in English only, and the sentence of ours for it; a complaint that is not here stays as it is."""


class _Usage(argparse.HelpFormatter):
    """Help whose first word (`usage:`) is in the user's language; argparse has no parameter for it."""

    def __init__(self, prog: str, word: str) -> None:
        super().__init__(prog)
        self._word = word

    def add_usage(self, usage: str | None, actions: Any, groups: Any, prefix: str | None = None) -> None:
        """The line of usage."""
        super().add_usage(usage, actions, groups, self._word if prefix is None else prefix)

    def _format_usage(self, usage: str | None, actions: Any, groups: Any, prefix: str | None) -> str:
        """The lines of usage, indented and broken by the cells of their first word, not by its letters."""
        from tui_digest.tui.wrap import width_of

        word = prefix or ""
        stand_in = "-" * width_of(word)
        return super()._format_usage(usage, actions, groups, stand_in).replace(stand_in, word, 1)

    def _split_lines(self, text: str, width: int) -> list[str]:
        """The lines of a help text, by their cells: argparse counts a Korean syllable as one."""
        from tui_digest.cli.plain_lines import wrapped

        return [*wrapped(" ".join(text.split()), width)]

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        """Paragraphs, by their cells; a command that stands on a line of its own is whole."""
        paragraphs = text.split("\n")
        return "\n".join(indent + line for each in paragraphs for line in self._split_lines(each, width - len(indent)))


class _Parser(argparse.ArgumentParser):
    """argparse, speaking the user's language, and complaining of a stdout that does not take the help.

    A word that begins with one `-` and is no option is a value, as in `--filter -is:read` or `tag KEY -x`; one that
    begins with two and is no option stays a mistake. Options may stand anywhere, and `--` ends them.
    """

    def __init__(self, tr: Translator, **options: Any) -> None:
        self.tr = tr
        super().__init__(**options, add_help=False, formatter_class=partial(_Usage, word=tr("usage.usage")))
        self._positionals.title, self._optionals.title = tr("usage.arguments"), tr("usage.options")
        self.add_argument("-h", "--help", action="help", help=tr("cli.help"))

    def _parse_optional(self, arg_string: str) -> Any:
        """argparse's own question whether a word is an option."""
        if arg_string[:1] == "-" and arg_string[:2] != "--" and not self._is_short_option(arg_string):
            return None
        return super()._parse_optional(arg_string)

    def _is_short_option(self, word: str) -> bool:
        action = self._option_string_actions.get(word[:2])
        # `-oFILE` is one, too; `-html` is none, for `-h` takes no value.
        return action is not None and (len(word) == 2 or action.nargs is None)

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        """What argparse makes of the words. Those of a subcommand are all known, or a mistake of the subcommand's."""
        if self._subparsers is not None:
            self._check_leading(args)
            return super().parse_known_args(args, namespace)
        found, extra = super().parse_known_args(self._options_first(args), namespace)
        extra = [word for word in extra if word != "--"]  # the one put in before the values
        if extra:
            self._refuse(self._said("usage.unknown", {"names": " ".join(extra)}))
        return found, extra

    def _check_leading(self, words: Sequence[str]) -> None:
        """Options before a subcommand: argparse would take what follows an unknown one for the subcommand."""
        waiting = list(words)
        while waiting and waiting[0][:1] == "-" and waiting[0] not in ("-", "--"):
            word = waiting.pop(0)
            if not self._meant(word):
                self._refuse(self._said("usage.unknown", {"names": word}))
            del waiting[: self._values_of(word)]

    def _options_first(self, words: Sequence[str]) -> list[str]:
        """The same words with the options before the rest: argparse gives up on a list of values, `TEXT…`, at the first
        option that stands in between."""
        options: list[str] = []
        values: list[str] = []
        waiting = list(words)
        while waiting:
            word = waiting.pop(0)
            if word == "--":
                values += waiting
                break
            if self._parse_optional(word) is None:
                values.append(word)
                continue
            options.append(word)
            count = self._values_of(word)
            while count and waiting and waiting[0] != "--" and self._parse_optional(waiting[0]) is None:
                options.append(waiting.pop(0))
                count -= 1
        return [*options, *(["--"] if values else []), *values]

    def _values_of(self, word: str) -> int:
        """How many of the next words belong to an option."""
        meant = self._meant(word)
        if "=" in word or len(meant) != 1:  # `-oFILE`, an unknown one, or one that may mean several
            return 0
        nargs = self._option_string_actions[meant[0]].nargs
        return nargs if isinstance(nargs, int) else 1

    def _meant(self, word: str) -> list[str]:
        """The options that a word may be: its own, or those that a long one is the beginning of."""
        name, known = word.partition("=")[0], self._option_string_actions
        return [name] if name in known else [each for each in known if name[:2] == "--" and each.startswith(name)]

    def error(self, message: str) -> NoReturn:
        """Usage and one line on stderr, with the nearest where something is misspelt; exit code 2."""
        for message_id, pattern in _COMPLAINTS:
            if match := pattern.fullmatch(message):
                message = self._said(message_id, match.groupdict())
                break
        self._refuse(message)

    def _refuse(self, message: str) -> NoReturn:
        for line in self.format_usage().splitlines():
            output.say(line)
        output.say(f"{self.prog}: {message}")
        raise SystemExit(EXIT_USAGE)

    def _said(self, message_id: str, details: dict[str, str]) -> str:
        near = None
        if message_id == "usage.required":
            optional = {action.metavar for action in self._actions if action.nargs == "*"}  # argparse names these, too
            names = [name for name in details["names"].split(", ") if name not in optional]
            details["names"] = ", ".join(names)
            chosen = [action for action in self._actions if action.metavar in names and action.choices]
            if [action.metavar for action in chosen] == names:
                message_id, details["allowed"] = "usage.required.choice", ", ".join(map(str, chosen[0].choices or ()))
        elif message_id == "usage.unknown":
            first = details["names"].split()[0] if details["names"].strip() else ""
            near = nearest(first.partition("=")[0], self._option_string_actions) if first[:2] == "--" else None
        elif message_id == "usage.choice":
            given = details["given"].strip("'\"")
            choices = [word.strip(" '\"") for word in details["allowed"].split(",")]
            details["allowed"] = ", ".join(choices)
            near = nearest(given, choices)
            if details["name"] in ("COMMAND", "WHAT"):
                near = near or next((word for word in self._option_string_actions if word == f"--{given}"), None)
                message_id, details["given"] = "usage.command", given
        return self.tr(f"{message_id}.near", **details, near=near) if near else self.tr(message_id, **details)

    def _print_message(self, message: str, file: object = None) -> None:
        output.put(message)  # argparse itself would take a full disk for a success

    def exit(self, status: int = 0, message: str | None = None) -> NoReturn:
        """The end of `--help` and `--version`."""
        output.flush()
        raise SystemExit(status)


def build_parser(tr: Translator) -> argparse.ArgumentParser:
    """The parser; its namespace has `command` (None to open the app) and that command's options."""
    parser = _Parser(tr, prog="tui-digest", description=tr("cli.description"), epilog=tr("cli.exit_codes"))
    version = f"tui-digest {__version__}"
    parser.add_argument("-V", "--version", action="version", version=version, help=tr("cli.version"))
    parser.add_argument("--lang", choices=LANGUAGES, help=tr("cli.lang"))
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", parser_class=_Parser)

    def command(name: str, words_id: str = "") -> _Parser:
        words = tr(words_id or f"cli.{name}")
        return commands.add_parser(name, tr=tr, help=words, description=words)

    _importing(command("import"), tr)
    _sources(command("source"), command("refresh"), tr)

    for name in ("list", "search"):
        listing = command(name)
        if name == "search":
            listing.add_argument("text", nargs="+", metavar="TEXT", type=_words, help=tr("cli.search.text"))
        _choosing(listing, tr)
        _json(listing, tr, lines=True)

    show = command("show")
    show.add_argument("key", metavar="KEY", type=_name(tr), help=tr("cli.key"))
    show.add_argument("--source", action="store_true", help=tr("cli.source_text"))
    _json(show, tr, lines=True)

    tags = command("tags")
    tags.add_argument("--week", metavar="WEEK", type=_week(tr), help=tr("cli.week"))
    tags.add_argument("--limit", type=_count(tr), metavar="N", help=tr("cli.tags.limit"))
    tags.add_argument("--similar", action="store_true", help=tr("cli.tags.similar"))
    _json(tags, tr)

    _viewing(command, tr)
    _marking(command, tr)

    _exporting(command("export"), tr)
    _sharing(command("digest"), tr)

    _fetching(command, tr)
    _keeping(command, tr)
    _settings(command("config"), tr)
    command("starters").add_argument("state", choices=_STATES, metavar="|".join(_STATES), help=tr("cli.starters.state"))
    _json(command("paths"), tr)
    _shells(command("completions"), tr)
    command("man")
    _telling(command("keys"), command("help", "cli.help.command"), tr)
    return parser


def _importing(reading: argparse.ArgumentParser, tr: Translator) -> None:
    reading.add_argument("path", nargs="+", metavar="PATH", type=_path(tr), help=tr("cli.import.path"))
    reading.add_argument("--dry-run", action="store_true", help=tr("cli.import.dry_run"))
    reading.add_argument("--with-marks", action="store_true", help=tr("cli.import.with_marks"))
    reading.add_argument("--explain", action="store_true", help=tr("cli.import.explain"))
    _json(reading, tr)


def _exporting(export: argparse.ArgumentParser, tr: Translator) -> None:
    names = tr("cli.export.format", names=", ".join(FORMATS))
    export.add_argument("--format", choices=_Formats(), default="json", metavar="FORMAT", help=names)
    export.add_argument("-o", "--output", metavar="FILE", type=_path(tr), help=tr("cli.export.output"))
    export.add_argument("--fields", metavar="NAMES", type=_names, help=tr("cli.export.fields"))
    export.add_argument("--without", metavar="NAMES", type=_names, help=tr("cli.export.without"))
    _choosing(export, tr)


def _sharing(digest: argparse.ArgumentParser, tr: Translator) -> None:
    digest.add_argument("--format", choices=DIGEST_FORMS, default=DIGEST_FORMS[0], help=tr("cli.digest.format"))
    digest.add_argument("-o", "--output", metavar="FILE", type=_path(tr), help=tr("cli.export.output"))
    digest.add_argument("--without", metavar="NAMES", type=_names, help=tr("cli.export.without"))
    _choosing(digest, tr)


def _viewing(command: Callable[[str], _Parser], tr: Translator) -> None:
    stats = command("stats")
    stats.add_argument("section", nargs="?", choices=SECTIONS, metavar="SECTION", help=tr("cli.stats.section"))
    stats.add_argument("--limit", type=_count(tr), metavar="N", help=tr("cli.stats.limit"))
    _json(stats, tr)
    suggesting, similar = command("next"), command("similar")
    similar.add_argument("key", metavar="KEY", type=_name(tr), help=tr("cli.key"))
    for each in (suggesting, similar):
        each.add_argument("--limit", type=_count(tr), metavar="N", help=tr("cli.limit"))
        _json(each, tr)
    views = command("views")
    changing = views.add_mutually_exclusive_group()
    changing.add_argument("--save", nargs=2, metavar=("NAME", "QUERY"), type=_words, help=tr("cli.views.save"))
    changing.add_argument("--delete", metavar="NAME", type=_name(tr), help=tr("cli.views.delete"))
    _json(views, tr)


def _marking(command: Callable[[str], _Parser], tr: Translator) -> None:
    for name in ("star", "unstar", "unread"):
        command(name).add_argument("key", nargs="+", metavar="KEY", type=_name(tr), help=tr("cli.papers"))
    reading = command("read")
    reading.add_argument("key", nargs="*", metavar="KEY", type=_name(tr), help=tr("cli.read.key"))
    reading.add_argument("--plain", action="store_true", help=tr("cli.read.plain"))
    reading.add_argument("--width", type=_count(tr), metavar="N", help=tr("cli.read.width"))
    reading.add_argument("--source", action="store_true", help=tr("cli.source_text"))
    _choosing(reading, tr)
    triage = command("triage")
    triage.add_argument("week", nargs="?", metavar="WEEK", type=_week(tr), help=tr("cli.week"))
    _json(triage, tr)
    note = command("note")
    note.add_argument("key", metavar="KEY", type=_name(tr), help=tr("cli.key"))
    note.add_argument("text", nargs="*", metavar="TEXT", type=_words, help=tr("cli.note.text"))
    _json(note, tr)
    tag = command("tag")
    tag.add_argument("key", metavar="KEY", type=_name(tr), help=tr("cli.key"))
    tag.add_argument("name", nargs="*", metavar="TAG", type=_name(tr), help=tr("cli.tag.name"))
    tag.add_argument("--remove", action="store_true", help=tr("cli.tag.remove"))
    _json(tag, tr)
    correct = command("correct")
    correct.add_argument("key", metavar="KEY", type=_name(tr), help=tr("cli.key"))
    for field, metavar in (("title", "TITLE"), ("date", "DATE"), ("url", "URL")):
        correct.add_argument(f"--{field}", metavar=metavar, type=_words, help=tr(f"cli.correct.{field}"))
    joined = correct.add_argument("--join", nargs="?", metavar="KEY2", type=_name(tr), help=tr("cli.correct.join"))
    joined.const = False  # the next one; a text would be read as if it had been typed
    correct.add_argument("--split", nargs="?", const=0, metavar="LINE", type=_count(tr), help=tr("cli.correct.split"))
    correct.add_argument("--digest", metavar="DIGEST", type=_path(tr), help=tr("cli.correct.digest"))
    command("undo")
    command("redo")
    history = command("history")
    history.add_argument("--limit", type=_count(tr), metavar="N", help=tr("cli.history.limit"))
    _json(history, tr)


def _fetching(command: Callable[[str], _Parser], tr: Translator) -> None:
    add = command("add")
    add.add_argument("paper", nargs="+", metavar="PAPER", type=_name(tr), help=tr("cli.add.paper"))
    add.add_argument("--title", metavar="TITLE", type=_words, help=tr("cli.add.title"))
    asking = add.add_mutually_exclusive_group()
    asking.add_argument("--ask", action="store_true", default=None, help=tr("cli.add.ask"))
    asking.add_argument("--no-ask", action="store_false", dest="ask", help=tr("cli.add.no_ask"))
    _json(add, tr)
    enrich = command("enrich")
    enrich.add_argument("key", nargs="*", metavar="KEY", type=_name(tr), help=tr("cli.enrich.key"))
    enrich.add_argument("--again", action="store_true", help=tr("cli.enrich.again"))
    enrich.add_argument("--no-titles", dest="titles", action="store_false", help=tr("cli.enrich.no_titles"))
    _choosing(enrich, tr)
    _json(enrich, tr)
    running = command("run")
    running.add_argument("name", nargs="?", metavar="NAME", type=_name(tr), help=tr("cli.run.name"))
    running.add_argument("key", nargs="*", metavar="KEY", type=_name(tr), help=tr("cli.papers"))
    running.add_argument("--yes", action="store_true", help=tr("cli.run.yes"))
    _choosing(running, tr)
    _json(running, tr)
    pdf = command("pdf")
    pdf.add_argument("key", metavar="KEY", type=_name(tr), help=tr("cli.key"))
    pdf.add_argument("--folder", metavar="FOLDER", type=_path(tr), help=tr("cli.pdf.folder"))
    pdf.add_argument("--no-open", action="store_true", help=tr("cli.pdf.no_open"))
    pdf.add_argument("--again", action="store_true", help=tr("cli.pdf.again"))
    _json(pdf, tr)


def _keeping(command: Callable[[str], _Parser], tr: Translator) -> None:
    command("remove").add_argument("digest", nargs="+", metavar="DIGEST", type=_path(tr), help=tr("cli.remove.digest"))
    command("backup").add_argument("file", metavar="FILE", type=_path(tr), help=tr("cli.backup.to"))
    restore = command("restore")
    restore.add_argument("file", metavar="FILE", type=_path(tr), help=tr("cli.backup.file"))
    restore.add_argument("--yes", action="store_true", help=tr("cli.restore.yes"))
    restore.add_argument("--keep", action="store_true", help=tr("cli.restore.keep"))
    _json(restore, tr)
    doctor = command("doctor")
    doctor.add_argument("--fix", action="store_true", help=tr("cli.doctor.fix"))
    _json(doctor, tr)


def _settings(config: argparse.ArgumentParser, tr: Translator) -> None:
    asked = config.add_subparsers(dest="what", metavar="WHAT", required=True, parser_class=_Parser)
    for name in ("path", "show", "default", "check"):
        words = tr(f"cli.config.{name}")
        parser = asked.add_parser(name, tr=tr, help=words, description=words)
        if name == "check":
            parser.add_argument("file", nargs="?", metavar="FILE", type=_path(tr), help=tr("cli.config.file"))
        _json(parser, tr)


def _sources(source: argparse.ArgumentParser, refresh: argparse.ArgumentParser, tr: Translator) -> None:
    refresh.add_argument("name", nargs="*", metavar="NAME", type=_name(tr), help=tr("cli.source.name"))
    refresh.add_argument("--quiet", action="store_true", help=tr("cli.refresh.quiet"))
    _json(refresh, tr)
    asked = source.add_subparsers(dest="what", metavar="WHAT", required=True, parser_class=_Parser)

    def act(name: str) -> _Parser:
        words = tr(f"cli.source.{name}")
        made: _Parser = asked.add_parser(name, tr=tr, help=words, description=words)
        return made

    add = act("add")
    add.add_argument("place", metavar="URL|PATH", type=_path(tr), help=tr("cli.source.place"))
    add.add_argument("--name", metavar="NAME", type=_name(tr), help=tr("cli.source.add.name"))
    add.add_argument("--pull", action="store_true", help=tr("cli.source.add.pull"))
    _json(add, tr)
    _json(act("list"), tr)
    rename = act("rename")
    rename.add_argument("name", metavar="NAME", type=_name(tr), help=tr("cli.source.name"))
    rename.add_argument("to", metavar="NEW", type=_name(tr), help=tr("cli.source.to"))
    _json(rename, tr)
    for name in ("mute", "unmute"):
        muting = act(name)
        muting.add_argument("name", metavar="NAME", type=_name(tr), help=tr("cli.source.name"))
        _json(muting, tr)
    bringing = act("import")
    bringing.add_argument("file", metavar="FILE", type=_path(tr), help=tr("cli.source.opml"))
    _json(bringing, tr)
    act("export").add_argument("-o", "--output", metavar="FILE", type=_path(tr), help=tr("cli.export.output"))
    remove = act("remove")
    remove.add_argument("name", metavar="NAME", type=_name(tr), help=tr("cli.source.name"))
    fate = remove.add_mutually_exclusive_group()
    fate.add_argument("--keep-digests", action="store_true", help=tr("cli.source.keep"))
    fate.add_argument("--with-digests", action="store_true", help=tr("cli.source.with"))
    _json(remove, tr)


def _shells(completions: argparse.ArgumentParser, tr: Translator) -> None:
    completions.add_argument("shell", choices=SHELLS, metavar="|".join(SHELLS), help=tr("cli.completions.shell"))


def _telling(keys: argparse.ArgumentParser, helping: argparse.ArgumentParser, tr: Translator) -> None:
    keys.add_argument("--pane", choices=PANES, help=tr("cli.keys.pane"))
    _json(keys, tr)
    helping.add_argument("words", nargs="*", metavar="COMMAND", help=tr("cli.help.words"))


def _json(parser: argparse.ArgumentParser, tr: Translator, *, lines: bool = False) -> None:
    parser.add_argument("--json", action="store_true", help=tr("cli.json"))
    if lines:
        parser.add_argument("--ndjson", action="store_true", help=tr("cli.ndjson"))


def _choosing(parser: argparse.ArgumentParser, tr: Translator) -> None:
    parser.add_argument("--week", metavar="WEEK", type=_week(tr), help=tr("cli.week"))
    parser.add_argument("--filter", metavar="Q", type=_words, help=tr("cli.filter"))
    parser.add_argument("--limit", type=_count(tr), metavar="N", help=tr("cli.limit"))


SHELLS = ("bash", "zsh", "fish")
_STATES = ("on", "off", "all")
"""Those that completions are made for."""


class _Formats(Sequence[str]):
    """The names of the exports. Those of other packages are looked for where a name is none of the program's own."""

    def __contains__(self, name: object) -> bool:
        return name in FORMATS or name in self._names()

    def __getitem__(self, place: Any) -> Any:
        return self._names()[place]

    def __len__(self) -> int:
        return len(self._names())

    @staticmethod
    def _names() -> list[str]:
        from tui_digest.plugins import export_names

        return export_names()


def _words(text: str) -> str:
    """An argument that is text: its bytes are UTF-8, also where the locale says otherwise (`LC_ALL=C`). Bytes that are
    none reach it as half characters, which nothing in the library can hold."""
    try:
        return os.fsencode(text).decode()
    except UnicodeError:
        return text.encode("utf-8", "replace").decode()


def _name(tr: Translator) -> Callable[[str], str]:
    def name(text: str) -> str:
        text = _words(text)
        if not text.strip():  # a variable of a script that holds nothing, most likely
            raise argparse.ArgumentTypeError(tr("usage.empty"))
        return text

    return name


def _names(text: str) -> list[str]:
    """Names of fields between commas."""
    return [name for name in (each.strip() for each in _words(text).split(",")) if name]


def _path(tr: Translator) -> Callable[[str], str]:
    def path(text: str) -> str:
        if not text:  # would silently be the current folder
            raise argparse.ArgumentTypeError(tr("usage.empty_path"))
        return text

    return path


def _week(tr: Translator) -> Callable[[str], str]:
    name = _name(tr)

    def week(text: str) -> str:
        text = name(text)
        if not any(map(str.isalnum, text)):  # which week that is, only the library knows
            raise argparse.ArgumentTypeError(tr("usage.week", text=text))
        return text

    return week


def _count(tr: Translator) -> Callable[[str], int]:
    def count(text: str) -> int:
        try:
            number = int(text)
        except ValueError:
            number = -1
        if number < 0:
            raise argparse.ArgumentTypeError(tr("usage.count", text=_words(text)))
        return min(number, sys.maxsize)  # no list is longer, and nothing can count further

    return count
