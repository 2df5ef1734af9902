"""Records to TinyDB documents and back, by hand: a library holds a hundred thousand of them.

A field that is empty is not written; a field that is not known is left alone.
"""

from __future__ import annotations

from datetime import date
from types import NoneType
from typing import TYPE_CHECKING, Any

from tui_digest.models import UNDATED, Digest, Entry, Link, ParsedDigest, week_id

if TYPE_CHECKING:
    from collections.abc import Iterable

StoredFields = dict[str, Any]

_CONTENT = (
    "key",
    "title",
    "authors",
    "url",
    "arxiv_id",
    "version",
    "links",
    "tags",
    "abstract",
    "commentary",
    "votes",
    "fallback_title",
    "date",
    "section",
)

_TEXTS = ("title", "url", "arxiv_id", "abstract", "commentary", "fallback_title", "date", "section")

_AS_READ = frozenset(("key", "title", "date", "url", "arxiv_id", "version"))
"""What `as_read` may hold: what a source says where the user corrected it."""

ENTRY_FIELDS = frozenset(_CONTENT) | {"digest", "lines", "as_read", "reshaped"}
"""What this version writes of an entry; but for `learned`, which is no matter of its source."""


def entry_document(entry: Entry, digest_id: str, key: str | None = None) -> StoredFields:
    """The entry as it stands in a shard; its `key` there may be another than it has by its text alone."""
    (
        own_key, title, authors, url, arxiv_id, version, links, tags, abstract, commentary, votes, first, last,
        fallback, own_day, section,
    ) = entry  # fmt: skip
    told = {
        "digest": digest_id, "key": key or own_key, "title": title, "url": url, "arxiv_id": arxiv_id,
        "version": version, "abstract": abstract, "commentary": commentary, "votes": votes,
        "fallback_title": fallback, "section": section,
    }  # fmt: skip
    document: StoredFields = {name: value for name, value in told.items() if value is not None}
    if authors:
        document["authors"] = [*authors]
    if links:
        document["links"] = [[link.url, link.label] for link in links]
    if tags:
        document["tags"] = [*tags]
    if own_day is not None:
        document["date"] = own_day.isoformat()
    document["lines"] = [first, last]
    return document


def entry_of(document: StoredFields) -> Entry:
    """The entry of a shard's document."""
    get = document.get
    first, last = document["lines"]
    return Entry(
        key=document["key"],
        title=get("title"),
        authors=tuple(get("authors", ())),
        url=get("url"),
        arxiv_id=get("arxiv_id"),
        version=get("version"),
        links=tuple([Link(url, label) for url, label in get("links", ())]),
        tags=tuple(get("tags", ())),
        abstract=get("abstract"),
        commentary=get("commentary"),
        votes=get("votes"),
        start_line=first,
        end_line=last,
        fallback_title=get("fallback_title"),
        date=day(get("date")),
        section=get("section"),
    )


def check_entry(document: StoredFields) -> None:
    """Raises LookupError, TypeError or ValueError where the document is not one of an entry, so that nothing that
    shows it needs to expect that."""
    get = document.get
    texts = {type(get(name)) for name in _TEXTS}
    first, last = document["lines"]
    tags, authors, links = get("tags", []), get("authors", []), get("links", [])
    numbers = {type(get("version")), type(get("votes"))}
    if not (
        texts <= {str, NoneType}
        and numbers <= {int, NoneType}
        and type(document["key"]) is type(document["digest"]) is str
        and type(first) is type(last) is int
        and type(tags) is type(authors) is type(links) is list
    ):
        raise TypeError(document)
    reshaped = get("reshaped", [])
    if type(reshaped) is not list:
        raise TypeError(reshaped)
    "".join(tags + authors + reshaped)  # all of them texts
    read = get("as_read")
    if read is not None and not (
        type(read) is dict
        and type(read["key"]) is str
        and read.keys() <= _AS_READ
        and {*map(type, read.values())} <= {str, int, NoneType}
    ):
        raise TypeError(read)
    day(get("date"))
    if "learned" in document:
        from tui_digest.store.learned import check_learned

        check_learned(document["learned"])
    for url, label in links:
        if not (type(url) is str and type(label) in (str, NoneType)):
            raise TypeError(url)


def same_content(one: StoredFields, other: StoredFields) -> bool:
    """Whether two documents tell the same, wherever in its source each stands."""
    return all(one.get(name) == other.get(name) for name in _CONTENT)


def shown_title(document: StoredFields) -> str:
    """What `Sighting.display_title` says, without making the entry."""
    get = document.get
    title: str = title_of(document) or get("fallback_title") or get("arxiv_id") or document["key"]
    return title


def title_of(document: StoredFields) -> str | None:
    """The title that a digest gives an entry, else arXiv's; None where it has none."""
    title: str | None = document.get("title") or said_by_arxiv(document, "title")
    return title


def said_by_arxiv(document: StoredFields, name: str) -> Any:
    """A field of what was learned of an entry's paper (`store.learned`); None where nothing was."""
    learned = document.get("learned")
    return None if learned is None else learned.get(name)


def digest_document(digest: Digest) -> StoredFields:
    """The digest as it stands in a shard; its week is the shard's."""
    document: StoredFields = {"id": digest.id, "title": digest.title, "shape": digest.shape}
    if digest.start is not None:
        document["start"] = digest.start.isoformat()
    if digest.end is not None:
        document["end"] = digest.end.isoformat()
    document["path"], document["sha256"] = digest.path, digest.sha256
    if digest.starter:
        document["starter"] = True
    if digest.preface is not None:
        document["preface"] = digest.preface
    if digest.added is not None:
        document["added"] = digest.added.isoformat()
    document["place"] = digest.place
    return document


def digest_of(document: StoredFields, week: str) -> Digest:
    """The digest of a shard's document. Raises LookupError, TypeError or ValueError where it is not one."""
    if {type(document[name]) for name in ("id", "title", "shape", "path", "sha256")} != {str}:
        raise TypeError(document)
    return Digest(
        id=document["id"],
        title=document["title"],
        shape=document["shape"],
        week=week,
        start=day(document.get("start")),
        end=day(document.get("end")),
        path=document["path"],
        sha256=document["sha256"],
        starter=bool(document.get("starter", False)),
        preface=document.get("preface"),
        added=day(document.get("added")),
        place=document.get("place") or _place(document["path"]),
    )


def _place(path: str) -> str:
    from tui_digest.identity import place_of  # its patterns cost start-up time

    return place_of(path.rpartition("/")[2])


def with_current_keys(digests: Iterable[StoredFields], entries: list[StoredFields]) -> list[StoredFields]:
    """The entries' documents with the keys of today's rules, where their digest was written by earlier ones: it has no
    `place` then. The same comes of it however often it is done, so a file may stay as it is until it is written."""
    former = {digest["id"]: _place(digest["path"]) for digest in digests if "place" not in digest}
    if not former:
        return entries
    from tui_digest.identity import current_key

    kept = []
    for entry in entries:
        if (place := former.get(entry["digest"])) is not None:
            get = entry.get
            links = [url for url, _ in get("links", ())]
            key = current_key(entry["key"], get("url"), get("title"), links, place, own_text_of(entry))
            entry = entry | {"key": key}
        kept.append(entry)
    return kept


def own_text_of(document: StoredFields) -> str:
    """The text that the own key of a stored entry is made of."""
    from tui_digest.identity import own_text  # its patterns cost start-up time

    get = document.get
    return own_text(get("title"), get("url"), get("authors", ()), get("abstract"), get("commentary"), get("tags", ()))


def day(text: str | None) -> date | None:
    """The date of an ISO text."""
    return None if text is None else date.fromisoformat(text)


def week_of(parsed: ParsedDigest) -> str:
    """The ISO week of the middle day of the digest's period."""
    if parsed.start is None:
        return UNDATED
    end = parsed.end or parsed.start
    return week_id(date.fromordinal((parsed.start.toordinal() + end.toordinal()) // 2))
