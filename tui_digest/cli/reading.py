"""Reading without a screen: `read --plain` linearly, for screen readers and pipes; `triage` tells what came of one."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from tui_digest.cli import marking
from tui_digest.cli.command import is_iso_week
from tui_digest.cli.output import flush, line, put, put_json
from tui_digest.cli.plain_lines import columns, entry_lines, heading, letters, wrapped
from tui_digest.errors import EXIT_DONE, EXIT_FAILED, EXIT_USAGE, DigestError

if TYPE_CHECKING:
    from tui_digest.cli.command import Command
    from tui_digest.cli.plain_acts import PlainActs
    from tui_digest.library import Library, Rows
    from tui_digest.models import Change, Sighting


def read(command: Command) -> int:
    """Mark papers read; with `--plain`, read a week, some papers or everything as plain text."""
    args = command.args
    if not args.plain:
        only_plain = [
            name for name in ("week", "filter", "limit", "width", "source") if getattr(args, name) not in (None, False)
        ]
        if only_plain:
            raise DigestError("cli.read.only_plain", exit_code=EXIT_USAGE, name=f"--{only_plain[0]}")
        if not args.key:
            raise DigestError("cli.read.nothing", exit_code=EXIT_USAGE)
        return marking.read(command)
    library = command.library()
    told = len(library.notices)
    if args.key and (is_iso_week(args.key[0]) or library.lists.week_named(args.key[0])):
        args.week = args.key.pop(0)
    papers = [each for asked in args.key for each in library.lists.sightings(_paper(command, library, asked))]
    if all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stdout)):
        week, asked = command.week(library), command.asked(library)
        if args.limit is not None:
            asked = asked._replace(limit=args.limit)
        reading = PlainReading(command, library, papers or library.lists.entries(week, asked), week)
        reading.run()
        library.close()
    else:
        _read_through(command, library, papers if args.key else command.chosen(library))
    return command.listed(library, told)


def _paper(command: Command, library: Library, asked: str) -> str:
    """The key of a paper; where there is none, the complaint says that a week might have been named, too."""
    try:
        return command.key(library, asked)
    except DigestError as error:
        if error.message_id != "cli.no_paper":
            raise
        raise DigestError("cli.no_paper_or_week", exit_code=error.exit_code, **error.details) from None


def _read_through(command: Command, library: Library, sightings: Iterable[Sighting]) -> None:
    """Everything, one after the other, as it comes."""
    before = ""
    for number, sighting in enumerate(sightings, 1):
        if sighting.digest.id != before:
            before = sighting.digest.id
            _tell(command, ["" if number > 1 else None, heading(sighting.digest, command.tr)])
        mark, source = library.marks.of(sighting.key), command.args.source
        _tell(command, ["", *entry_lines(number, sighting, mark, command.tr, source=source)])


def _tell(command: Command, lines: Iterable[str | None]) -> None:
    width = columns(command.args.width)
    for text in lines:
        if text is not None:
            for each in wrapped(text, width):
                line(each)


class PlainReading:
    """One reading at a terminal: an entry, then a question in words."""

    def __init__(self, command: Command, library: Library, rows: Rows | list[Sighting], week: str | None) -> None:
        self.command, self.library, self.tr, self.week = command, library, command.tr, week
        self.all = self.rows = rows
        self.at, self.going_on = 0, True
        self._digest = ""
        self._acts: dict[str, Callable[[], None]] = {
            "": self._next, "p": self._previous, "s": self._star, "r": self._read, "u": self._undo,
            "c": self._copy, "o": self._open, "a": self._entry, "q": self._quit, "?": self._help,
        }  # fmt: skip

    def run(self) -> None:
        """Goes on until the user quits, or the input ends."""
        self._line("plain.begin", n=f"{len(self.rows):,}")
        if not len(self.rows):
            return
        self._entry()
        self._help()
        while self.going_on:
            put(self.tr("plain.prompt", at=f"{self.at + 1:,}", n=f"{len(self.rows):,}") + " ")
            flush()
            typed = sys.stdin.readline()
            if not typed:
                line("")
                return
            try:
                self._do(typed.strip())
            except DigestError as error:  # the reading goes on
                self._line(error.message_id, **error.details)

    def _do(self, typed: str) -> None:
        if typed.startswith("/"):
            self._search(typed[1:].strip())
            return
        word, _, rest = letters(typed).partition(" ")
        if word.isascii() and word.isdigit():
            self._go(int(word) - 1)
        elif word == "n" and rest.strip().isascii() and rest.strip().isdigit():
            self._go(int(rest) - 1)
        elif word in ("n", "j") and not rest:
            self._next()
        elif word in ("e", "t", "g", "x"):
            self._act(word, typed.partition(" ")[2].strip())
        elif (act := self._acts.get("p" if word == "k" else word)) is not None and not rest:
            act()
        else:
            self._line("plain.unknown", typed=typed)

    # -- moving --------------------------------------------------------------------------------------------------

    def _here(self) -> Sighting:
        rows = self.rows
        return rows[self.at] if isinstance(rows, list) else rows.sighting(self.at)

    def _entry(self) -> None:
        sighting = self._here()
        if sighting.digest.id != self._digest:
            self._digest = sighting.digest.id
            _tell(self.command, ["", heading(sighting.digest, self.tr)])
        mark = self.library.marks.of(sighting.key)
        source = self.command.args.source
        _tell(self.command, ["", *entry_lines(self.at + 1, sighting, mark, self.tr, source=source), ""])

    def _next(self) -> None:
        self._go(self.at + 1)

    def _previous(self) -> None:
        self._go(self.at - 1)

    def _go(self, at: int) -> None:
        if 0 <= at < len(self.rows):
            self.at = at
            self._entry()
        elif abs(at - self.at) > 1:  # a number was typed
            self._line("plain.no_such", number=f"{at + 1:,}", n=f"{len(self.rows):,}")
        elif at < 0:
            self._line("plain.first")
        else:
            self._line("plain.last", n=f"{len(self.rows):,}")

    def _search(self, words: str) -> None:
        """Narrow the reading to what has the words; without words, read everything again."""
        from tui_digest import query

        key = self._here().key
        if not words or isinstance(self.all, list):
            self.rows = self.all
        else:
            base = self.command.asked(self.library)
            try:
                asked = query.read(words, today=self.library.today())
            except query.QueryError as error:
                _tell(self.command, query.caret(words, error).split("\n"))
                return
            trees = tuple(tree for tree in (base.tree, asked.tree) if tree is not None)
            tree = trees[0] if len(trees) == 1 else query.And(trees) if trees else None
            self.command.make_index_for(self.library, asked)
            found = self.library.lists.entries(self.week, base._replace(tree=tree))
            if not len(found):
                self._line("plain.not_found", words=words)
                return
            self.rows = found
        self._line("plain.found" if words else "plain.all", n=f"{len(self.rows):,}")
        same = None if isinstance(self.rows, list) else self.rows.index_of(key)
        self.at = 0 if words or same is None else same
        self._entry()

    # -- acting --------------------------------------------------------------------------------------------------

    def _star(self) -> None:
        key = self._here().key
        self._told(self.library.marks.star([key], not self.library.marks.of(key).starred), "mark")

    def _read(self) -> None:
        key = self._here().key
        self._told(self.library.marks.mark_read([key], not self.library.marks.of(key).read), "mark")

    def _act(self, word: str, rest: str) -> None:
        """Acts that ask or are told more than a letter. What follows the letter is not taken for keys: it is text."""
        acts, here = self._plain_acts(), self._here()
        if word == "e":
            acts.note(here.key, rest)
        elif word == "t":
            acts.triage(self.week, self.command.asked(self.library), self.command.args.filter or "")
            self._entry()
        elif word == "g":
            acts.sources(rest.split())
        else:
            rows = self.rows
            everything = rows if isinstance(rows, list) else (rows.sighting(at) for at in range(len(rows)))
            acts.export(rest.split(), here, everything)

    def _plain_acts(self) -> PlainActs:
        from tui_digest.cli.plain_acts import PlainActs

        return PlainActs(self.command, self.library)

    def _undo(self) -> None:
        self._told(self.library.marks.undo(), "undo")

    def _told(self, change: Change | None, prefix: str) -> None:
        if change is None:
            self._line("undo.nothing" if prefix == "undo" else "mark.unchanged")
        else:
            _tell(self.command, [self.tr.change(prefix, change)])

    def _copy(self) -> None:
        from tui_digest.desktop import clipboard

        link, _ = self.library.lists.link_of(self._here())
        try:
            outcome = clipboard.copy(link, spill=self.library.paths.state)
        except OSError as error:
            self._line("copy.failed", reason=error.strerror or error)
            return
        if outcome.osc52 is not None:
            put(outcome.osc52)
            flush()
        self._line(f"copy.{outcome.grade}", text=link, why="", way=outcome.way, path=outcome.path)

    def _open(self) -> None:
        from tui_digest.desktop import opener

        link = self._here().entry.url or self.library.lists.link_of(self._here())[0]
        refused = opener.open_url(link, browser=self.command.settings.browser)
        self._line(f"open.{refused or 'opened'}", url=link)
        if refused in ("ssh", "no-display", "failed"):
            _tell(self.command, [link])

    def _quit(self) -> None:
        self.going_on = False

    def _help(self) -> None:
        self._line("plain.help")

    def _line(self, message_id: str, **details: object) -> None:
        _tell(self.command, [self.tr(message_id, **details)])


def triage(command: Command) -> int:
    """What came of the last triage, as Markdown or JSON."""
    from tui_digest.library.triage_summary import markdown, name
    from tui_digest.library.triaging import holding, last_session, sorted_out

    library = command.library()
    asked: str | None = command.args.week
    week = asked and (library.lists.week_named(asked) or (asked.upper() if asked[:1].isdigit() else asked))
    session = last_session(library, week)
    verdicts = [] if session is None else list(holding(library, session))
    if session is None or not verdicts:
        command.say("cli.triage.none_week" if week else "cli.triage.none", week=week)
        return EXIT_FAILED
    if not command.args.json:
        put(markdown(library, session, verdicts, command.tr))
        return EXIT_DONE
    found = sorted_out(library, verdicts)
    papers = {
        each: [{"key": one.key, "title": one.entry.title, "url": one.entry.url} for one in sightings]
        for each, sightings in found.items()
    }
    head = {"week": session.week, "query": session.query, "title": name(library, session, command.tr)}
    put_json(head | {"ended": session.ended, **papers})
    return EXIT_DONE
