"""Exports of the library, in which a paper has the same citation key whatever else is exported."""

from __future__ import annotations

from collections.abc import Callable, Collection, Generator, Iterable, Iterator, Sequence
from time import monotonic
from typing import TYPE_CHECKING, TypeVar

from tui_digest.errors import EXIT_USAGE, DigestError
from tui_digest.export.papers import arxiv_year
from tui_digest.library.lists import never
from tui_digest.store.steps import at_once

if TYPE_CHECKING:
    from pathlib import Path

    from tui_digest.export import Format
    from tui_digest.i18n import Translator
    from tui_digest.library.derived import Derived
    from tui_digest.library.note_folder import NotesWritten
    from tui_digest.models import Mark, Sighting
    from tui_digest.paths import Paths
    from tui_digest.store.summary import Index


_NAMED = 256
"""Papers that are named in one step."""


class Exports:
    """Writes exports. What it knows of the library's citation keys is kept until the library changes."""

    def __init__(self, paths: Paths, index: Index, derived: Derived, mark_of: Callable[[str], Mark]) -> None:
        self._paths, self._index, self._mark_of = paths, index, mark_of
        self._keys: dict[int | None, dict[str, str]] = {}
        self._changes = 0
        derived.on_change.append(self._forget)

    def pieces(
        self,
        row: Format,
        sightings: Iterable[Sighting],
        *,
        left_out: Collection[str] = (),
        tr: Translator | None = None,
    ) -> Iterator[str]:
        """The text of an export, piece by piece, in JSON with escapes for what a terminal would obey. `left_out` are
        fields of `export.FIELDS`; `tr` says the few words of its own that a page has."""
        from tui_digest.export import Request
        from tui_digest.text.json_escapes import json_escaped

        pieces = row.write(sightings, self._mark_of, Request(frozenset(left_out), self.cite_key, tr))
        return map(json_escaped, pieces) if row.is_json else pieces

    def notes(
        self,
        folder: Path,
        sightings: Iterable[Sighting],
        *,
        left_out: Collection[str] = (),
        tr: Translator | None = None,
    ) -> NotesWritten:
        """Brings a folder of notes up to what is known of some papers. Raises `StoreError`."""
        from tui_digest.export import Request
        from tui_digest.library.note_folder import write_notes

        request = Request(frozenset(left_out), self.cite_key, tr)
        return write_notes(folder, sightings, self._mark_of, request, self._paths)

    def cite_key(self, key: str) -> str:
        """What documents call the paper of a key: `yang2023rlcd`, told apart from all other papers of the library."""
        at_once(self.naming(key))
        return self._keys.get(_year(key), {}).get(key) or "".join(filter(str.isalnum, key.lower()))

    def naming(self, key: str) -> Generator[None, None, None]:
        """Makes ready what `cite_key` needs for a paper, in steps: all papers of its year are told apart."""
        year, changes = _year(key), self._changes
        if key not in self._keys.get(year, ()):
            found = yield from self._of_year(year)
            if changes == self._changes:
                self._keys[year] = found

    def _forget(self) -> None:
        """The library changed."""
        self._changes += 1
        self._keys.clear()

    def _of_year(self, year: int | None) -> Generator[None, None, dict[str, str]]:
        """The citation keys of all papers of a year of arXiv's, or of all others: a key tells the year, so that papers
        of two years never meet in one."""
        from tui_digest.export.cite_keys import Citable, plain_key, told_apart
        from tui_digest.store.columns import SEPARATOR

        titles: dict[str, tuple[bool, str]] = {}
        authors: dict[str, str] = {}
        for block in self._index.blocks():
            places = _places_of(block.keys, year)
            if not places:
                continue  # the columns of most weeks need not be unpacked
            keys, names, people, untitled = block.keys, block.titles, block.authors, {*block.untitled}
            for place in places:
                key, named = keys[place], place not in untitled
                if key not in titles or (named and not titles[key][0]):
                    titles[key] = named, names[place]
                if people[place]:
                    authors.setdefault(key, people[place])
            yield
        named_so: list[tuple[str, Citable]] = []
        for number, (key, (_, title)) in enumerate(titles.items()):
            paper = Citable(key, title, tuple(authors.get(key, "").split(SEPARATOR)), _arxiv_id(key))
            named_so.append((plain_key(paper), paper))
            if number % _NAMED == 0:
                yield
        return told_apart(named_so)


T = TypeVar("T")

_TELL_EACH = 0.5
"""Seconds after which it is told again how far an export is."""


class Outgoing:
    """Sightings on their way out, counted; none of them, and no piece of text, goes out once `stopped` says so: then
    `export.stopped` is raised. `tell` is called from time to time with how many went."""

    def __init__(
        self,
        sightings: Iterable[Sighting],
        stopped: Callable[[], bool] = never,
        tell: Callable[[int], None] | None = None,
    ) -> None:
        self._sightings, self._stopped, self._tell = sightings, stopped, tell
        self.entries, self.papers = 0, set[str]()

    def __iter__(self) -> Iterator[Sighting]:
        told = monotonic()
        for sighting in self.unless_stopped(self._sightings):
            self.entries += 1
            self.papers.add(sighting.key)
            if self._tell is not None and monotonic() > told + _TELL_EACH:
                self._tell(self.entries)
                told = monotonic()
            yield sighting

    def unless_stopped(self, things: Iterable[T]) -> Iterator[T]:
        """The same things, one after the other, as long as it is not stopped."""
        for each in things:
            if self._stopped():
                raise DigestError("export.stopped")
            yield each


def wanted_fields(fields: Iterable[str] | None, without: Iterable[str]) -> frozenset[str]:
    """The fields to leave out where only some are wanted (None: all), or some are not. Raises `export.field`."""
    from tui_digest.export import FIELDS
    from tui_digest.query.vocabulary import near

    known = ("key", "title", *FIELDS)
    asked = [*(fields or ()), *without]
    for name in asked:
        if name not in known:
            meant = near(name, known)
            message_id = "export.field.near" if meant else "export.field"
            raise DigestError(message_id, exit_code=EXIT_USAGE, name=name, near=meant or "", known=", ".join(known))
    left_out = {*FIELDS}.difference(fields) if fields is not None else set[str]()
    return frozenset((left_out | {*without}) & {*FIELDS})


def _arxiv_id(key: str) -> str | None:
    return key.removeprefix("arxiv:") if key.startswith("arxiv:") else None


def _places_of(keys: Sequence[str], year: int | None) -> list[int]:
    """Where papers of a year stand; a key of today's kind begins with the year."""
    begin = f"arxiv:{(year or 0) % 100:02}" if year else ""
    return [
        place
        for place, key in enumerate(keys)
        if (key.startswith(begin) if begin and key[6:7].isdigit() else _year(key) == year)
    ]


def _year(key: str) -> int | None:
    return arxiv_year(key[6:]) if key.startswith("arxiv:") else None
