"""What every subcommand stands on: what it was asked, the library it asks, and how it finds weeks and papers there."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from tui_digest.cli.output import say
from tui_digest.errors import EXIT_DONE, EXIT_PARTLY, EXIT_USAGE, DigestError
from tui_digest.models import UNDATED

if TYPE_CHECKING:
    import argparse

    from tui_digest.i18n import Translator
    from tui_digest.library import Library
    from tui_digest.models import Sighting
    from tui_digest.paths import Paths
    from tui_digest.query import Asked
    from tui_digest.settings.config import Settings
    from tui_digest.sources.web.client import Web


_UNREAD = ("store.newer", "store.unreadable", "store.stuck")


class Command(NamedTuple):
    """One subcommand at work."""

    where: Paths
    tr: Translator
    args: argparse.Namespace
    settings: Settings
    when_stopped: Callable[[str], None]
    """Takes the id of the sentence that is said where a signal stops the command."""

    def say(self, message_id: str, **details: object) -> None:
        """One sentence on stderr."""
        say(self.tr(message_id, **details))

    def library(self, *, starters: bool = True) -> Library:
        """The opened library; what was found wrong with it is said on stderr."""
        from tui_digest.library import Library

        library = Library.open(self.where, starters=starters, lang=self.tr.lang, tag_aliases=self.settings.tag_aliases)
        self.tell(library)
        return library

    def say_mistaken(self, texts: Iterable[str]) -> None:
        """Of paths that are not there, says which may well be a paper or an address, and what to do then."""
        from pathlib import Path

        from tui_digest.sources.addresses import mistaken_for_path

        for text in texts:
            if (meant := mistaken_for_path(text)) is not None and not Path(text).exists():
                self.say(meant.message_id, text=text, meant=meant.text)

    def web(self) -> Web:
        """The client that fetches, with the user's settings; to be closed (`with`)."""
        from tui_digest.sources.web.client import Web

        return Web(self.settings, self.where)

    def tell(self, library: Library, since: int = 0) -> None:
        """Says what was found wrong with the library."""
        for notice in library.notices[since:]:
            self.say(notice.message_id, **notice.details)

    def listed(self, library: Library, told: int) -> int:
        """The exit code after a listing: done in part where files are there that could not be read."""
        self.tell(library, told)
        return EXIT_PARTLY if any(notice.message_id in _UNREAD for notice in library.notices) else EXIT_DONE

    def week(self, library: Library) -> str | None:
        """The asked week, where it is in the library, by its ISO name or as a list shows it; None where none was
        asked."""
        asked: str | None = self.args.week
        if asked is None:
            return None
        found = library.lists.week_named(asked)
        if found is None and not is_iso_week(asked):
            raise DigestError("usage.week", exit_code=EXIT_USAGE, text=asked)
        if found is None and asked.lower() == UNDATED:
            raise DigestError("cli.no_undated")
        if found is None:
            weeks, asked = [week.id for week in library.lists.weeks()], asked.upper()
            near = sorted(weeks, key=lambda week: abs(_ordinal(week) - _ordinal(asked)))[:3]
            raise DigestError("cli.no_week" if near else "cli.no_weeks", week=asked, near=", ".join(near))
        self.args.week = found  # for those who ask it once more
        return found

    def chosen(self, library: Library) -> Iterable[Sighting]:
        """The sightings that the filter options keep, in reading order. What was asked is checked before the first
        one is taken, so that an error does not stand in the middle of the data."""
        asked, week = self.asked(library), self.week(library)
        return islice(library.lists.walk(week, asked), self.args.limit)

    @property
    def query_text(self) -> str:
        """The words and the filter options as one query."""
        return " ".join([*getattr(self.args, "text", ()), getattr(self.args, "filter", None) or ""]).strip()

    def say_meant(self, library: Library) -> None:
        """Where nothing is found, says what was probably meant, if anything; of tags that was said before. A person,
        who sees the list on a terminal, is told at least that there is none."""
        from tui_digest.store.steps import at_once

        meant = None
        if self.query_text:
            if self._unknown_tags(library, library.views.read(self.query_text)):
                return
            meant = at_once(library.lists.meant(self.query_text))
        if meant is not None:
            self.say("search.meant", query=meant)
        elif sys.stdout.isatty():
            self.say("list.none" if library.lists.weeks() else "entries.empty")

    def count(self, library: Library) -> int:
        """How many entries the filter options keep, for a progress bar; `chosen` has said what is wrong with them."""
        asked = library.views.read(self.query_text)
        found = len(library.lists.entries(self.week(library), asked))
        return found if self.args.limit is None else min(found, self.args.limit)

    def asked(self, library: Library) -> Asked:
        """What the words and the filter options ask for; a mistake is pointed at, and raised."""
        with self.pointing(self.query_text):
            asked = library.views.read(self.query_text)
        self._tell_unknown_tags(library, asked)
        self.make_index_for(library, asked)
        return asked

    def make_index_for(self, library: Library, asked: Asked) -> None:
        """Makes the search index where the answer would not be whole without it; where it cannot be made that is
        said."""
        week = self.week(library)
        if library.lists.needs_index(week, asked):
            self.make_index(library)
            if library.lists.needs_index(week, asked):
                self.say("search.titles_only")

    def make_index(self, library: Library) -> None:
        """Bring the search index of a large library up to it."""
        from tui_digest.cli.output import ProgressBar
        from tui_digest.library import never
        from tui_digest.sources.intake import no_collection

        ahead = library.imports.index_ahead
        try:
            work = library.lists.index_work(beside=True, ahead=ahead)
            if work is None:
                return
            with ProgressBar(self.tr("search.progress")) as bar, no_collection():
                work(lambda done, weeks: bar and bar(done, weeks, ""), never)
        finally:
            if ahead is not None:
                ahead.drop()

    def _tell_unknown_tags(self, library: Library, asked: Asked) -> None:
        """Tags that no paper has are probably misspelt: they are said, with the nearest there is."""
        from tui_digest.query import term
        from tui_digest.query.vocabulary import near

        for tag, known in self._unknown_tags(library, asked).items():
            found = near(tag.casefold(), known)
            message_id = "query.tag.near" if found else "query.tag.none"
            self.say(message_id, tag=tag, near=term("tag", known[found]) if found else "")

    def _unknown_tags(self, library: Library, asked: Asked) -> dict[str, dict[str, str]]:
        """The tags of a query that no paper has, each with all that there are."""
        from tui_digest.query.nodes import fields

        wanted = dict.fromkeys(
            library.lists.tag_name(str(each.value)) for each in fields(asked.tree) if each.name == "tag"
        )
        known = {tag.casefold(): tag for tag, _ in library.lists.tags(None)} if wanted else {}
        return {tag: known for tag in wanted if tag.casefold() not in known}

    @contextmanager
    def pointing(self, text: str) -> Iterator[None]:
        """A context in which a mistake in a query is shown with its place; the error passes through."""
        from tui_digest.query import QueryError, caret

        try:
            yield
        except QueryError as error:
            for each in caret(text, error).split("\n"):
                say(each)
            raise

    def key(self, library: Library, asked: str) -> str:
        """The key of the paper that is meant."""
        key = library.lists.find(asked)
        if key is None:
            raise DigestError("cli.no_paper", key=asked)
        return key


def is_iso_week(text: str) -> bool:
    """Whether a text names a week as `2023-W30`, one that the calendar has, or what is undated."""
    if text.lower() == UNDATED:
        return True
    try:
        date.fromisocalendar(int(text[:4]), int(text[6:]), 1)
    except ValueError:
        return False
    return re.fullmatch(r"\d{4}-W\d{2}", text, re.IGNORECASE | re.ASCII) is not None


def _ordinal(week: str) -> int:
    """A week as a number, so that their difference tells how near two weeks are; undated is far from all."""
    return int(week[:4]) * 53 + int(week[6:]) if week[:4].isdigit() else 0
