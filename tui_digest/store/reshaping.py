"""Which lines of a file are about which paper, where the user corrected that: entries joined, or split at a line.

Like the other corrections a mark (`store.corrections`) that names what was read, never a line's number: two entries
that stand one behind the other, or an entry and the text of the line that begins another paper. So it follows its text
through edits of the file, and holds for no other text.
"""

from __future__ import annotations

import json
from collections import defaultdict
from functools import reduce
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from tui_digest.identity import normalise_title, paper_key, placed, text_key
from tui_digest.store.codec import StoredFields, entry_document, entry_of, own_text_of
from tui_digest.store.events import CORRECT, ENTRY, Part

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from tui_digest.models import Entry, Sighting
    from tui_digest.store.mark_store import MarkStore

JOIN, SPLIT = "join", "split"

_CERTAIN = ("arxiv:", "doi:", "url:")
"""Kinds of key that an address gives, the surest first."""
_OF_ONE = tuple(map(str.split, ("title", "authors", "url", "arxiv_id version", "abstract", "votes", "date", "section")))
"""Fields that the first of two entries gives where it has them, else the second."""


class Text(Protocol):
    """The text of a file (`parsing.pieces.Pieces`)."""

    def lines(self, first: int, last: int) -> list[tuple[int, str]]:
        """The filled lines between two numbers, each with its own."""
        ...

    def papers(self, first: int, last: int) -> Sequence[Entry]:
        """The papers that these lines tell of."""
        ...


class ReadEntry(NamedTuple):
    """An entry as it was read."""

    key: str
    title: str
    """What it is called where its key is its text's own, and another one after every edit."""

    def among(self, documents: Sequence[StoredFields]) -> list[int]:
        """Its place among the entries of a digest; several where they are one paper, or called the same."""
        there = [place for place, each in enumerate(documents) if each["key"] == self.key]
        if not there and self.key.startswith("text:") and self.title:
            named = (each["key"].startswith("text:") and _called(each) == self.title for each in documents)
            there = [place for place, same in enumerate(named) if same]
        return there


class Reshaping(NamedTuple):
    """One correction of which lines are about which paper."""

    how: str
    """`JOIN` or `SPLIT`."""
    place: str
    """`Digest.place` of the file."""
    entry: ReadEntry
    behind: ReadEntry
    """The entry behind it that is the same paper; to split, its `title` is the line that begins another paper."""
    nth: int = 0
    """How many places before it would fit as well."""

    @property
    def mark(self) -> str:
        """Its key in the journal."""
        return ENTRY + json.dumps([self.place, *self.entry, *self.behind, self.nth])

    @property
    def label(self) -> str:
        """What it is called where it no longer fits."""
        return self.behind.title if self.how == SPLIT else f"{self.entry.title} + {self.behind.title}"

    def part(self, value: bool = True) -> Part:
        """Sets it in the journal, or takes it back."""
        return Part(CORRECT + self.how, value, (self.mark,))

    def of(
        self, documents: Sequence[StoredFields], text: Callable[[], Text | None]
    ) -> tuple[int, int, list[StoredFields]] | None:
        """What becomes of which of a digest's entries: from one place to another, and by what; None where it does not
        fit."""
        if self.how == JOIN:
            pairs = self._pairs(documents)[self.nth :][:1]
            return next(((at, at + 2, [joined(documents[at], documents[at + 1], self)]) for at in pairs), None)
        read = text()
        if read is None:
            return None
        for at, number in self._lines(documents, read)[self.nth :][:1]:
            if parts := divided(documents[at], number, read, self):
                return at, at + 1, parts
        return None

    def counted(
        self, documents: Sequence[StoredFields], at: int, number: int = 0, text: Text | None = None
    ) -> Reshaping:
        """The same, meant of one place among the entries of a digest; to split, of a line."""
        if text is None:
            return self._replace(nth=self._pairs(documents).index(at))
        return self._replace(nth=self._lines(documents, text).index((at, number)))

    def _pairs(self, documents: Sequence[StoredFields]) -> list[int]:
        behind = {*self.behind.among(documents)}
        return [place for place in self.entry.among(documents) if place + 1 in behind]

    def _lines(self, documents: Sequence[StoredFields], text: Text) -> list[tuple[int, int]]:
        return [
            (place, number)
            for place in self.entry.among(documents)
            for number, line in text.lines(*documents[place]["lines"])
            if line == self.behind.title
        ]


def join_of(place: str, documents: Sequence[StoredFields], at: int) -> Reshaping:
    """That an entry of a digest and the one behind it are one paper."""
    return Reshaping(JOIN, place, _named(documents[at]), _named(documents[at + 1])).counted(documents, at)


def split_of(place: str, documents: Sequence[StoredFields], at: int, number: int, text: Text) -> Reshaping | None:
    """That another paper begins at a line of an entry; None where the line is blank, its first or not its own."""
    lines = text.lines(*documents[at]["lines"])
    line = next((line for each, line in lines[1:] if each == number), None)
    if line is None:
        return None
    return Reshaping(SPLIT, place, _named(documents[at]), ReadEntry("", line)).counted(documents, at, number, text)


class Reshapings:
    """All that hold, each in the order in which they were said."""

    def __init__(self, marks: MarkStore) -> None:
        found = []
        for how in (JOIN, SPLIT):
            column = marks.columns.get(CORRECT + how)
            found += [(at, how, mark) for mark, at in column.on.items()] if column is not None else []
        self._of: defaultdict[str, list[Reshaping]] = defaultdict(list)
        for _, how, mark in sorted(found):
            if (each := read_reshaping(how, mark)) is not None:
                self._of[each.place].append(each)

    @property
    def marks(self) -> Mapping[str, list[str]]:
        """Those of each file, by its place."""
        return {place: [each.mark for each in some] for place, some in self._of.items()}

    def applied(self, documents: list[StoredFields], place: str, text: Callable[[], Text | None]) -> list[StoredFields]:
        """The entries of a digest as they were read, joined and split: each correction once, and none before those that
        it goes on with."""
        waiting = list(self._of.get(place, ()))
        while waiting:
            found = next(((each, done) for each in waiting if (done := each.of(documents, text))), None)
            if found is None:
                break
            each, (start, end, became) = found
            waiting.remove(each)
            documents = [*documents[:start], *became, *documents[end:]]
        return documents

    def left_out(self, old: Iterable[StoredFields], new: Sequence[StoredFields], place: str) -> list[str]:
        """What was joined or split in a file's entries, still holds, and fits none of those that it has now; what the
        file says so itself by now is left out."""
        known = {each.mark: each for each in self._of.get(place, ())}
        if not known:
            return []
        held = {mark for each in new for mark in each.get("reshaped", ())}
        stands = {_shape(each) for each in new}
        gone: dict[str, bool] = {}
        for each in old:
            for mark in each.get("reshaped", ()):
                if mark in known and mark not in held:
                    gone[mark] = gone.get(mark, True) and _shape(each) in stands
        return [known[mark].label for mark, so in gone.items() if not so]


def _shape(document: StoredFields) -> tuple[str, int]:
    first, last = document["lines"]
    return document["key"], last - first


def read_reshaping(how: str, mark: str) -> Reshaping | None:
    """The correction that a key in the journal stands for; None where it stands for none."""
    try:
        place, key, title, behind, said, nth = json.loads(mark.removeprefix(ENTRY))
    except (ValueError, TypeError):
        return None
    if any(type(each) is not str for each in (place, key, title, behind, said)) or type(nth) is not int or nth < 0:
        return None
    return Reshaping(how, place, ReadEntry(key, title), ReadEntry(behind, said), nth)


def _called(document: StoredFields) -> str:
    called: str = document.get("title") or document.get("fallback_title") or ""
    return called


def _named(document: StoredFields) -> ReadEntry:
    return ReadEntry(document["key"], _called(document))


def joined(one: StoredFields, behind: StoredFields, why: Reshaping) -> StoredFields:
    """Two entries as one: the first one's title and names, what it lacks from the second, and all other text in the
    order of the source."""
    document: StoredFields = {"digest": one["digest"], "key": one["key"]}
    told: Callable[..., Any] = one.get
    said: Callable[..., Any] = behind.get
    below: list[str | None] = []
    for names in _OF_ONE:
        source = one if names[0] in one else behind
        document |= {name: source[name] for name in names if name in source}
    if said("section") and said("section") != told("section"):
        below.append(said("section"))
    if told("title") and said("title") and normalise_title(said("title")) != normalise_title(told("title")):
        below.append(said("title"))
    if told("authors") and said("authors") and said("authors") != told("authors"):
        below.append(", ".join(said("authors")))
    if told("abstract") and said("abstract") != told("abstract"):
        below.append(said("abstract"))
    texts = [text for text in (told("commentary"), "\n".join(filter(None, below)), said("commentary")) if text]
    own = document.get("url")
    urls = [[url, None] for url in (said("url"),) if url]
    links = {url: [url, label] for url, label in (*told("links", ()), *urls, *said("links", ())) if url != own}
    tags = [*dict.fromkeys([*told("tags", ()), *said("tags", ())])]
    fallback = None if document.get("title") else told("fallback_title") or said("fallback_title")
    more = {"links": [*links.values()], "tags": tags, "commentary": "\n\n".join(texts)}
    document |= {name: value for name, value in (*more.items(), ("fallback_title", fallback)) if value}
    spans = [one["lines"], behind["lines"]]
    document["lines"] = [min(first for first, _ in spans), max(last for _, last in spans)]
    document["key"] = _key((one["key"], behind["key"]), document, why.place)
    document["reshaped"] = [*dict.fromkeys([*told("reshaped", ()), *said("reshaped", ()), why.mark])]
    return document


def _key(keys: Sequence[str], document: StoredFields, place: str) -> str:
    for kind in _CERTAIN:
        if named := [key for key in keys if key.startswith(kind)]:
            return named[0]
    return paper_key(None, document.get("title"), placed(text_key(own_text_of(document)), place))


def divided(document: StoredFields, number: int, text: Text, why: Reshaping) -> list[StoredFields]:
    """An entry as two: what stands above a line, and the line with what is below it. Day and topic are those of both,
    where a part tells none; what reads as several papers is one. Nothing where one of them holds no text."""
    first, last = document["lines"]
    parts = []
    for start, end in ((first, number - 1), (number, last)):
        papers = text.papers(start, end)
        if not papers:
            return []
        read = [entry_document(entry, document["digest"], placed(entry.key, why.place)) for entry in papers]
        part = reduce(lambda one, behind: joined(one, behind, why), read)
        part = {name: document[name] for name in ("date", "section") if name in document} | part
        part["reshaped"] = [*document.get("reshaped", ()), why.mark]
        parts.append(part)
    return parts


def joined_entry(one: Sighting, behind: Sighting) -> Entry:
    """Two entries of a digest as the one that they would be, joined."""
    first, second = documents = [entry_document(each.entry, each.digest.id) for each in (one, behind)]
    return entry_of(joined(first, second, join_of(one.digest.place, documents, 0)))


def divided_entry(whole: Sighting, number: int, text: Text) -> tuple[Entry, ...]:
    """An entry as the two that it would be, split at a line; none where no other paper can begin there."""
    documents = [entry_document(whole.entry, whole.digest.id)]
    why = split_of(whole.digest.place, documents, 0, number, text)
    return () if why is None else tuple(map(entry_of, divided(documents[0], number, text, why)))
