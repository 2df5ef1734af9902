"""What lists need of every entry, column by column: derived from the shards, rebuilt week by week when they change.

Columns of strings instead of a record an entry: a hundred thousand small objects would cost more than the list.
"""

from __future__ import annotations

import zlib
from array import array
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

import orjson

from tui_digest.errors import StoreError
from tui_digest.files import replace_file
from tui_digest.store.codec import StoredFields, day, said_by_arxiv, shown_title, title_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from pathlib import Path

    from tui_digest.models import Digest
    from tui_digest.store.shards import Shard

COLUMNS_VERSION = 9
_ARXIV_DOI = "doi:10.48550/arxiv."

SEPARATOR = "\x7f"
"""Stands in no digest's text, because parsing strips it, and costs JSON no escape."""


class DigestFacts(NamedTuple):
    """What lists and queries need of a digest."""

    start: str | None
    """ISO date of its first day."""
    end: str | None
    title: str
    weekly: bool
    starter: bool
    path: str
    added: str | None
    """ISO date of the day it came into the library; None where that is not known."""
    entries: int
    """How many; the entries of a digest stand together."""


ABSTRACT, LINKS = 1, 2
"""What `WeekColumns.flags` tells of an entry."""


COLUMNS = (
    "own_keys", "titles", "facts", "tags", "authors", "sections", "hashes", "flags", "published", "updated", "lists",
    "names",
)  # fmt: skip
"""The columns of a week, in the order in which they are kept."""


class _ForLists(NamedTuple):
    untitled: list[int]
    digests: list[DigestFacts]
    votes: dict[int, int]


@dataclass
class WeekColumns:
    """The columns of one week, in reading order. They stay packed, in memory or in a file (`column_file`), and a list
    of a column is made anew whenever it is asked for: those of a whole library would take five times their bytes."""

    week: str
    size: int
    """How many entries."""
    packed: Mapping[str, bytes]
    """The columns as UTF-8 with a line an entry; `hashes` as 32-bit numbers, `flags` as bytes; of the days' two what
    `days` says, and nothing where no entry has such a day; `lists` and `names` as JSON, the second empty in a block
    that was made for a list."""
    aliases: Mapping[str, str] = field(default_factory=dict)
    """Keys that stand for another one in this library."""

    @cached_property
    def _for_lists(self) -> _ForLists:
        untitled, digests, votes = orjson.loads(self.packed["lists"])
        return _ForLists(untitled, [DigestFacts(*each) for each in digests], dict(votes))

    @property
    def untitled(self) -> list[int]:
        """Places of the entries whose title is a stand-in."""
        return self._for_lists.untitled

    @property
    def digests(self) -> list[DigestFacts]:
        """In reading order."""
        return self._for_lists.digests

    @property
    def votes(self) -> dict[int, int]:
        """Of the entries that have votes, by place."""
        return self._for_lists.votes

    def _named(self, number: int) -> list[Any]:
        data = self.packed["names"]
        found: list[Any] = orjson.loads(data)[number] if data else []
        return found

    @property
    def mentions(self) -> dict[int, list[str]]:
        """The keys of the arXiv papers that an entry's other links name, by place."""
        return dict(self._named(0))

    @property
    def formers(self) -> dict[int, str]:
        """The keys that entries had by earlier rules, where those were others, by place."""
        return dict(self._named(1))

    @property
    def known_as(self) -> list[tuple[str, str]]:
        """Keys that stand for an arXiv paper, and its key: by the DOI or the title that arXiv says it has."""
        return [(name, paper) for name, paper in self._named(2)]

    @property
    def own_keys(self) -> list[str]:
        """Papers' keys by each entry's own text."""
        return self._lines("own_keys")

    @property
    def keys(self) -> list[str]:
        """The papers' keys in this library."""
        aliases = self.aliases
        return [aliases.get(key, key) for key in self.own_keys] if aliases else self.own_keys

    @property
    def titles(self) -> list[str]:
        """As shown."""
        return self._lines("titles")

    @property
    def facts(self) -> list[str]:
        """The host of the URL, where the key does not give the arXiv id."""
        return self._lines("facts")

    @property
    def tags(self) -> list[str]:
        """The entry's tags, with `SEPARATOR` before, between and after them; nothing where there are none."""
        return self._lines("tags")

    @property
    def authors(self) -> list[str]:
        """With `SEPARATOR` between them."""
        return self._lines("authors")

    def folded(self, name: str) -> str:
        """A column as a query compares it, with a line an entry."""
        from tui_digest.text.matching import fold  # its patterns cost start-up time

        return fold(str(self.packed[name], "utf-8"))

    @cached_property
    def hashes(self) -> Sequence[int]:
        """Of the normalised titles, 0 without one."""
        numbers = array("I")
        numbers.frombytes(self.packed["hashes"])
        return numbers

    def days(self, name: str) -> Sequence[int]:
        """An entry's day as `date.toordinal` counts it, 0 where there is none; nothing at all where no entry has one.
        `published` is arXiv's, else its own day in its digest; `updated` is arXiv's."""
        numbers = array("I")
        numbers.frombytes(self.packed.get(name, b""))
        return numbers

    def line(self, name: str, place: int) -> str:
        """One entry's line of a column."""
        return str(self.packed[name].split(b"\n", place + 1)[place], "utf-8")

    def _lines(self, name: str) -> list[str]:
        return str(self.packed[name], "utf-8").split("\n") if self.size else []

    def __len__(self) -> int:
        return self.size

    @cached_property
    def flags(self) -> bytes:
        """A byte an entry: `ABSTRACT`, `LINKS`."""
        return self.packed["flags"]


def block_of(shard: Shard, *, hashed: bool = False) -> WeekColumns:
    """The week's columns; with the hashes of titles where they are going to be kept."""
    from tui_digest.text.people import people  # its patterns cost start-up time

    documents = shard.documents
    columns = {
        "own_keys": [document["key"] for document in documents],
        "titles": [shown_title(document) for document in documents],
        "facts": ["" if document["key"].startswith("arxiv:") else _host(document) for document in documents],
        "tags": [SEPARATOR.join(["", *found, ""]) if (found := d.get("tags")) else "" for d in documents],
        "authors": [SEPARATOR.join(people(found)) if (found := _authors(d)) else "" for d in documents],
        "sections": [document.get("section", "") for document in documents],
    }
    packed = {name: _pack(lines) for name, lines in columns.items()}
    packed["hashes"] = array("I", _title_hashes(map(title_of, documents)) if hashed else []).tobytes()
    packed["flags"] = bytes(ABSTRACT * _has_abstract(d) + LINKS * bool(d.get("links")) for d in documents)
    learned = any("learned" in document for document in documents)
    for name, own in (("published", "date"), ("updated", None)):
        told = [d.get(own) if own else None for d in documents]
        if learned:
            told = [said_by_arxiv(d, name) or said for d, said in zip(documents, told, strict=True)]
        if any(told):
            packed[name] = array("I", [found.toordinal() if (found := day(text)) else 0 for text in told]).tobytes()
    counts = Counter([document["digest"] for document in documents])
    others = [(place, d["links"]) for place, d in enumerate(documents) if d.get("links")] if hashed else []
    linked = ((place, papers_linked([url for url, _ in links])) for place, links in others)
    untitled = [place for place, document in enumerate(documents) if not title_of(document)]
    digests = [_digest_facts(digest, counts[digest.id]) for digest in shard.digests]
    votes = [(place, votes) for place, d in enumerate(documents) if (votes := d.get("votes")) is not None]
    packed["lists"] = orjson.dumps([untitled, [[*each] for each in digests], votes])
    names = ([(place, keys) for place, keys in linked if keys], *(_names(documents) if hashed else ((), ())))
    packed["names"] = orjson.dumps(names) if any(names) else b""
    return WeekColumns(shard.week, len(documents), packed)


def _names(documents: Sequence[StoredFields]) -> tuple[list[tuple[int, str]], list[tuple[str, str]]]:
    return _formers(documents), _known_as(documents)


def _known_as(documents: Sequence[StoredFields]) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for document in documents:
        key: str = document["key"]
        if key.startswith(_ARXIV_DOI):  # earlier versions took it for any other DOI
            found.extend((key, paper) for paper in papers_linked([key.removeprefix("doi:")]))
        if "learned" not in document:
            continue
        paper = said_by_arxiv(document, "of") or key
        if not paper.startswith("arxiv:"):
            continue
        if paper != key and not key.startswith("arxiv:"):
            found.append((key, paper))
        if name := said_by_arxiv(document, "doi"):
            found.append((f"doi:{name}", paper))
    return found


def _authors(document: StoredFields) -> Sequence[str]:
    return document.get("authors") or said_by_arxiv(document, "authors") or ()


def _has_abstract(document: StoredFields) -> bool:
    return bool(document.get("abstract") or said_by_arxiv(document, "abstract"))


def _formers(documents: Sequence[StoredFields]) -> list[tuple[int, str]]:
    from tui_digest.identity import former_key

    doubtful = ((place, d) for place, d in enumerate(documents) if not d["key"].startswith("arxiv:"))
    named = ((place, former_key(d["key"], d.get("url"), d.get("title"))) for place, d in doubtful)
    return [(place, key) for place, key in named if key is not None]


def has_line(column: bytes, line: bytes) -> bool:
    """Whether a packed column has this line."""
    place = column.find(line)
    while place >= 0:
        end = place + len(line)
        if (place == 0 or column[place - 1] == 10) and (end == len(column) or column[end] == 10):
            return True
        place = column.find(line, end)
    return False


def sum_of(stamps: Mapping[str, Sequence[int]]) -> int:
    """A checksum of the weeks' versions, in their order."""
    return zlib.crc32(orjson.dumps([[week, *stamp] for week, stamp in stamps.items()]))


def keep_derived(path: Path, data: bytes | Iterable[bytes]) -> None:
    """Writes a file that can be made again: the cache may be full or read-only."""
    with suppress(StoreError):  # nothing is lost but the time to make it again
        replace_file(path, data, durable=False)


_SORTED_APART = 16
"""Lists of hashes that are sorted one after the other: one of all would be five times their bytes."""


def repeated(keys: Iterable[str]) -> set[int]:
    """The hashes of the keys that come more than once: a few, where a table of all keys would be most of the memory."""
    parts = [array("q") for _ in range(_SORTED_APART)]
    for number in map(hash, keys):
        parts[number % _SORTED_APART].append(number)
    found: set[int] = set()
    while parts:
        hashes = sorted(parts.pop())
        found.update(one for one, other in pairwise(hashes) if one == other)
    return found


def same_titles(
    blocks: Sequence[WeekColumns], known: Mapping[str, str], fresh: Collection[str] | None = None
) -> dict[str, str]:
    """Keys of entries that name no arXiv paper, but whose title is that of an entry that does -> the arXiv key. Only a
    title that can be no other paper's lends or borrows one. Of the weeks that are not `fresh` it is known already,
    where those are given.

    Where two arXiv papers share the title, the smaller key is taken, so that the order of imports does not matter.
    """
    from tui_digest.identity import normalise_title
    from tui_digest.identity.certainty import title_is_certain

    asked = None if fresh is None else set[int]().union(*(block.hashes for block in blocks if block.week in fresh))
    others: list[tuple[int, str, str]] = []
    for block in blocks:
        if asked is not None and asked.isdisjoint(block.hashes):
            continue
        here = enumerate(zip(block.hashes, block.own_keys, strict=True))
        named = [
            (place, digest, key)
            for place, (digest, key) in here
            if digest and not key.startswith("arxiv:") and (asked is None or digest in asked)
        ]
        titles = block.titles if named else []
        others += [(digest, key, titles[place]) for place, digest, key in named]
    wanted = {digest for digest, _, _ in others}
    papers: dict[int, tuple[str, str]] = {}
    for block in blocks if wanted else ():
        if wanted.isdisjoint(block.hashes):
            continue
        for key, digest, title in zip(block.own_keys, block.hashes, block.titles, strict=True):
            if digest in wanted and key.startswith("arxiv:") and (digest not in papers or key < papers[digest][0]):
                papers[digest] = (key, title)
    found = {}
    for digest, key, title in others:
        if key not in known and digest in papers:
            paper, its_title = papers[digest]
            normal = normalise_title(title)
            if normal == normalise_title(its_title) and title_is_certain(normal):  # not only the same hash
                found[key] = paper
    return found


def same_by_arxiv(
    blocks: Sequence[WeekColumns], known: Mapping[str, str], fresh: Collection[str] | None = None
) -> dict[str, str]:
    """Keys of entries by DOI or title -> the arXiv key of the paper that has these, as arXiv says. Where it says so of
    two papers, the smaller key is taken. `fresh` as for `same_titles`."""
    papers: dict[str, str] = {}
    said = set()
    for block in blocks:
        for name, paper in block.known_as:
            papers[name] = min(paper, papers.get(name, paper))
            if fresh is None or block.week in fresh:
                said.add(name)
    found: set[str] = set()
    for block in blocks if papers else ():
        wanted = papers if fresh is None or block.week in fresh else said
        found.update(filter(wanted.__contains__, block.own_keys) if wanted else ())
    return {key: papers[key] for key in found if key not in known}


def _title_hashes(titles: Iterable[str | None]) -> list[int]:
    from tui_digest.identity import normalise_title  # no start needs it

    normal = (normalise_title(title) if title else "" for title in titles)
    return [zlib.crc32(title.encode()) if title else 0 for title in normal]


def title_hash(title: str | None) -> int:
    """What `WeekColumns.hashes` holds for this title."""
    return _title_hashes([title])[0]


def papers_linked(urls: Sequence[str]) -> list[str]:
    """The keys of the arXiv papers among some addresses."""
    if not urls:
        return []
    from tui_digest.identity import arxiv_id, arxiv_key

    return list(dict.fromkeys(arxiv_key(found[0]) for url in urls if (found := arxiv_id(url)) is not None))


def _pack(lines: list[str]) -> bytes:
    text = "\n".join(lines)
    if text.count("\n") >= max(len(lines), 1):  # a line break within a line: it is shown as a space anyway
        text = "\n".join([line.replace("\n", " ") for line in lines])
    return text.encode()


def _digest_facts(digest: Digest, entries: int) -> DigestFacts:
    start, end = digest.start, digest.end
    return DigestFacts(
        start=start.isoformat() if start else None,
        end=end.isoformat() if end else None,
        title=digest.title,
        weekly=start is not None and end is not None and (end - start).days == 6,
        starter=digest.starter,
        path=digest.path,
        added=digest.added.isoformat() if digest.added else None,
        entries=entries,
    )


def _host(document: StoredFields) -> str:
    url: str = document.get("url") or ""
    host = url.partition("://")[2].partition("/")[0].partition("?")[0].rpartition("@")[2].lower()
    return host.removeprefix("www.")
