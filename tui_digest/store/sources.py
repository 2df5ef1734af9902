"""Which sources the library was made from, and as which digests; the state of the starters; the title aliases."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tui_digest.errors import DigestError, StoreError, note, some
from tui_digest.files import LOST, set_aside, stamp
from tui_digest.store.lock import locked
from tui_digest.store.mark_keys import certain_aliases
from tui_digest.store.storage import opened, put_tables

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable
    from pathlib import Path

    from tui_digest.models import Digest
    from tui_digest.paths import Paths
    from tui_digest.store.shards import Shards
    from tui_digest.store.summary import Index


@dataclass(slots=True)
class Record:
    """One imported source."""

    digest: str
    """The id of its digest."""
    path: str
    sha256: str
    week: str | None
    """None while the digest is on its way out of the library."""
    starter: bool = False
    leaves: list[str] = field(default_factory=list)
    """Weeks that the digest must still be taken out of; only seen after an interrupted import."""
    place: str = ""
    """As `Digest.place`; empty in a record of an earlier version."""


@dataclass(slots=True)
class Sources:
    """What `sources.json` holds."""

    records: list[Record] = field(default_factory=list)
    aliases: dict[str, str] = field(default_factory=dict)
    """A paper's key by one entry's text alone -> its arXiv key by another entry with the same title.
    Never taken back: marks may hang on it."""
    starters_asked: bool = False
    """Whether the starters were ever opened or put away, so that an empty home stays as the user left it."""
    own: bool = False
    """Whether the user ever imported something."""
    former: dict[str, list[str]] = field(default_factory=dict)
    """A key of earlier rules under which something was marked -> the papers it was decided to mean; none where they
    were too many. Never taken back: marks were moved by it."""

    def save(self, path: Path, damaged: Path | None) -> None:
        """Writes the file. The caller holds the lock."""
        state = {"asked": self.starters_asked, "own": self.own}
        tables = {
            "sources": [_document(record) for record in self.records],
            "starters": [state],
            "aliases": [{"aliases": self.aliases}],
            "former": [{"former": self.former}],
        }
        put_tables(path, damaged, tables)


def load_sources(path: Path, damaged: Path | None, shards: Shards, notices: list[DigestError]) -> Sources:
    """The file's content; where it is missing or damaged, what the shards themselves tell.

    A damaged file is moved aside and noted in `notices`. Raises `store.newer`, `store.stuck`, `store.unreadable`.
    """
    if stamp(path) is None:
        return _from_shards(shards, notices)
    try:
        try:
            with opened(path, damaged) as database:
                documents: list[dict[str, Any]] = [*database.table("sources")]
                states: list[dict[str, Any]] = [*database.table("starters")]
                aliases: list[dict[str, Any]] = [*database.table("aliases")]
                former: list[dict[str, Any]] = [*database.table("former")]
            state = states[0]
            known = known_names(aliases[0]["aliases"], former)
            return Sources(
                [_record(d) for d in documents], known[0], bool(state["asked"]), bool(state["own"]), known[1]
            )
        except (LookupError, TypeError, ValueError):
            raise set_aside(path, damaged) from None
    except StoreError as error:
        if error.message_id not in LOST:
            raise
        note(notices, error)
        return _from_shards(shards, notices)


def known_names(aliases: dict[str, str], former: list[dict[str, Any]]) -> tuple[dict[str, str], dict[str, list[str]]]:
    """The aliases that count and the decisions on keys of earlier rules, from the file's tables. A file of before them
    lent keys to titles that name nothing for certain. Raises LookupError, TypeError or ValueError."""
    if not former:
        return certain_aliases(aliases), {}
    return dict(aliases), {str(key): [str(each) for each in papers] for key, papers in former[0]["former"].items()}


def keep_names(paths: Paths, index: Index, load: Callable[[], Sources]) -> None:
    """Keeps what the index found out about keys: marks may hang on it from now on. A home that can only be read finds
    it again at the next start; an import of another process is not waited for: it will find and keep it, too."""
    with suppress(StoreError), locked(paths.lock, 0.0):
        sources = load()
        sources.aliases = {**index.aliases, **sources.aliases}
        sources.former = {**index.former, **sources.former}
        sources.save(paths.sources, paths.damaged)


def vanished(sources: Sources, shards: Shards, told: Collection[str]) -> StoreError | None:
    """Says which weeks are on record and have no file, and how they come back; but for files that were `told`
    of already. None where all is there."""
    gone: dict[str, list[str]] = {}
    there = shards.scan()
    for record in sources.records:
        if record.week is not None and record.week not in there and str(shards.path(record.week)) not in told:
            gone.setdefault(record.week, []).append(record.path)
    if not gone:
        return None
    paths = [path for each in gone.values() for path in each]
    return StoreError(
        "store.vanished", n=len(gone), weeks=some(sorted(gone)), folder=shards.folder, sources=some(paths)
    )


def record_of(digest: Digest) -> Record:
    """The record of a digest that stands in the library."""
    return Record(digest.id, digest.path, digest.sha256, digest.week, digest.starter, place=digest.place)


def _from_shards(shards: Shards, notices: list[DigestError]) -> Sources:
    records = [record_of(digest) for digest in _all_digests(shards, notices)]
    own = any(not record.starter for record in records)
    return Sources(records, {}, bool(records), own)


def _all_digests(shards: Shards, notices: list[DigestError]) -> Iterable[Digest]:
    for shard in shards.readable(sorted(shards.scan()), notices):  # of one moved aside just now this is the only report
        yield from shard.digests


def _document(record: Record) -> dict[str, Any]:
    document: dict[str, Any] = {
        "digest": record.digest,
        "path": record.path,
        "sha256": record.sha256,
        "week": record.week,
    }
    if record.starter:
        document["starter"] = True
    if record.leaves:
        document["leaves"] = record.leaves
    if record.place:
        document["place"] = record.place
    return document


def _record(document: dict[str, Any]) -> Record:
    return Record(
        digest=document["digest"],
        path=document["path"],
        sha256=document["sha256"],
        week=document["week"],
        starter=bool(document.get("starter", False)),
        leaves=list(document.get("leaves", ())),
        place=str(document.get("place", "")),
    )
