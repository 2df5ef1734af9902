"""What lists need of every entry, column by column: derived from the shards, rebuilt week by week when they change.

Columns of strings instead of a record an entry: a hundred thousand small objects would cost more than the list.
"""

from __future__ import annotations

import os
import zlib
from array import array
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import chain, pairwise
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

import orjson

from tui_digest.errors import StoreError
from tui_digest.files import Stamp, open_file, read_at, replace_file
from tui_digest.store.codec import StoredFields, day, said_by_arxiv, shown_title, title_of
from tui_digest.store.seal import fields_of, sealed

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from pathlib import Path

    from tui_digest.models import Digest
    from tui_digest.store.shards import Shard

COLUMNS_VERSION = 8
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


_PARTS = 512
"""Packed columns that are written at once, some 2 MB."""
_HEAD = 1 << 18
"""Bytes that are read at once of what stands before the columns."""

ABSTRACT, LINKS = 1, 2
"""What `WeekColumns.flags` tells of an entry."""


@dataclass
class WeekColumns:
    """The columns of one week, in reading order. They stay packed, and a list of a column is made anew whenever it
    is asked for: those of a whole library would take five times their bytes."""

    week: str
    size: int
    """How many entries."""
    packed: dict[str, bytes | memoryview]
    """The columns as UTF-8 with a line an entry; `hashes` as 32-bit numbers, `flags` as bytes; of the days' two what
    `days` says, and nothing where no entry has such a day."""
    untitled: list[int]
    """Places of the entries whose title is a stand-in."""
    digests: list[DigestFacts]
    """In reading order."""
    votes: dict[int, int]
    """Of the entries that have votes, by place."""
    mentions: dict[int, list[str]]
    """The keys of the arXiv papers that an entry's other links name, by place; nothing in a block made for a list."""
    formers: dict[int, str]
    """The keys that entries had by earlier rules, where those were others, by place; nothing in one made for a list."""
    known_as: list[tuple[str, str]] = field(default_factory=list)
    """Keys that stand for an arXiv paper, and its key: by the DOI or the title that arXiv says it has; nothing in one
    made for a list."""
    aliases: Mapping[str, str] = field(default_factory=dict)
    """Keys that stand for another one in this library."""

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
        return str(bytes(self.packed[name]).split(b"\n", place + 1)[place], "utf-8")

    def _lines(self, name: str) -> list[str]:
        return str(self.packed[name], "utf-8").split("\n") if self.size else []

    def __len__(self) -> int:
        return self.size

    @cached_property
    def flags(self) -> bytes:
        """A byte an entry: `ABSTRACT`, `LINKS`."""
        return bytes(self.packed["flags"])


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
    packed: dict[str, bytes | memoryview] = {name: _pack(lines) for name, lines in columns.items()}
    packed["hashes"] = array("I", [title_hash(title_of(d)) for d in documents] if hashed else []).tobytes()
    packed["flags"] = bytes(ABSTRACT * _has_abstract(d) + LINKS * bool(d.get("links")) for d in documents)
    for name, own in (("published", "date"), ("updated", None)):
        told = [said_by_arxiv(d, name) or (d.get(own) if own else None) for d in documents]
        if any(told):
            packed[name] = array("I", [found.toordinal() if (found := day(text)) else 0 for text in told]).tobytes()
    counts = Counter([document["digest"] for document in documents])
    linked = enumerate(papers_linked([url for url, _ in d.get("links", ())]) for d in documents) if hashed else ()
    return WeekColumns(
        week=shard.week,
        size=len(documents),
        packed=packed,
        untitled=[place for place, document in enumerate(documents) if not title_of(document)],
        digests=[_digest_facts(digest, counts[digest.id]) for digest in shard.digests],
        votes={place: votes for place, d in enumerate(documents) if (votes := d.get("votes")) is not None},
        mentions={place: keys for place, keys in linked if keys},
        formers=_formers(documents) if hashed else {},
        known_as=_known_as(documents) if hashed else [],
    )


def _known_as(documents: Sequence[StoredFields]) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for document in documents:
        key: str = document["key"]
        if key.startswith(_ARXIV_DOI):  # earlier versions took it for any other DOI
            found.extend((key, paper) for paper in papers_linked([key.removeprefix("doi:")]))
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


def _formers(documents: Sequence[StoredFields]) -> dict[int, str]:
    from tui_digest.identity import former_key

    named = enumerate(former_key(d["key"], d.get("url"), d.get("title")) for d in documents)
    return {place: key for place, key in named if key is not None}


def load_blocks(
    place: Path | int, known: Mapping[str, tuple[Stamp, WeekColumns]] = MappingProxyType({})
) -> dict[str, tuple[Stamp, WeekColumns]]:
    """The columns as they were last kept, in a file or in one that is open (by its number), with the version of the
    shard that each was made from; whatever is missing, damaged or of another version is simply not there. Weeks that
    `known` has in the same version share its bytes."""
    try:
        if isinstance(place, int):
            return _read_blocks(place, known)
        if (file := open_file(place)) is None:
            return {}
        with file:
            return _read_blocks(file.fileno(), known)
    except (StoreError, OSError, ValueError, LookupError, TypeError, AttributeError):
        return {}


def _read_blocks(file: int, known: Mapping[str, tuple[Stamp, WeekColumns]]) -> dict[str, tuple[Stamp, WeekColumns]]:
    head = b""
    while b"\n" not in head and (part := read_at(file, _HEAD, len(head))):
        head += part
    at = head.find(b"\n") + 1
    facts = fields_of(head[: max(0, at - 1)])
    if facts.get("schema_version") != COLUMNS_VERSION or facts["length"] != os.fstat(file).st_size - at:
        return {}
    found: dict[str, tuple[Stamp, WeekColumns]] = {}
    crc = 0
    for week, stamp, size, lengths, untitled, digests, votes, mentions, formers, known_as in facts["blocks"]:
        body = memoryview(read_at(file, length := sum(lengths.values()), at))
        at, crc, version = at + length, zlib.crc32(body, crc), (stamp[0], stamp[1], stamp[2])
        held = known.get(week)
        if held is not None and held[0] == version:
            found[week] = (version, replace(held[1]))  # an object of its own: keys may be other papers' now
            continue
        packed: dict[str, bytes | memoryview] = {}
        for name, each in lengths.items():
            packed[name], body = body[:each], body[each:]
        told = [DigestFacts(*digest) for digest in digests]
        by_place = dict(votes), dict(mentions), dict(formers)
        names = [(name, paper) for name, paper in known_as]
        found[week] = (version, WeekColumns(week, size, packed, untitled, told, *by_place, names))
    # It is never fsynced: a power cut may leave the length and no content.
    return found if crc == facts["crc"] else {}


def save_blocks(path: Path, blocks: Mapping[str, tuple[Stamp, WeekColumns]]) -> None:
    """Keeps the columns for the next start: a line of JSON that says what follows, then the packed columns."""
    parts = [part for _, block in blocks.values() for part in block.packed.values()]
    length = crc = 0
    for part in parts:
        length, crc = length + len(part), zlib.crc32(part, crc)
    kept = [
        [
            week,
            stamp,
            block.size,
            {name: len(part) for name, part in block.packed.items()},
            block.untitled,
            [list(digest) for digest in block.digests],
            [list(pair) for pair in block.votes.items()],
            [list(pair) for pair in block.mentions.items()],
            [list(pair) for pair in block.formers.items()],
            [list(pair) for pair in block.known_as],
        ]
        for week, (stamp, block) in blocks.items()
    ]
    head = orjson.dumps({"schema_version": COLUMNS_VERSION, "length": length, "crc": crc, "blocks": kept})
    # Never the whole of it at once: the columns are only once in memory here, too.
    together = (b"".join(parts[first : first + _PARTS]) for first in range(0, len(parts), _PARTS))
    keep_derived(path, chain([sealed(head), b"\n"], together))


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


def repeated(keys: Iterable[str]) -> set[int]:
    """The hashes of the keys that come more than once: a few, where a table of all keys would be most of the memory."""
    hashes = sorted(array("q", map(hash, keys)))
    return {one for one, other in pairwise(hashes) if one == other}


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


def title_hash(title: str | None) -> int:
    """What `WeekColumns.hashes` holds for this title."""
    from tui_digest.identity import normalise_title  # its patterns take 4 ms, which no start needs

    normal = normalise_title(title) if title else ""
    return zlib.crc32(normal.encode()) if normal else 0


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
