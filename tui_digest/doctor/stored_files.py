"""The store's files read without touching them: the store itself moves a damaged file aside when it meets one.

Entries are held to what the store holds them to, all else more strictly: the store takes it as it is until something
asks for it.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from tui_digest.files import read_bytes
from tui_digest.store.codec import check_entry, digest_of, with_current_keys
from tui_digest.store.folded import TABLES, Folded, folded_of
from tui_digest.store.shards import Shard
from tui_digest.store.sources import Record, Sources, known_names
from tui_digest.store.storage import tables_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tui_digest.store.codec import StoredFields
    from tui_digest.store.storage import Tables


class DamagedError(Exception):
    """The file is there and can be read, but does not hold what the store writes."""


def read_shard(path: Path, week: str) -> Shard:
    """A week. Raises DamagedError, `store.newer`, `store.unreadable`; so do the others here."""
    with _of_the_right_shape():
        tables = _tables(path)
        told = _documents(tables, "digests")
        digests = [digest_of(document, week) for document in told]
        documents = _documents(tables, "entries")
        for digest in digests:
            _all_texts(digest.id, digest.title, digest.shape, digest.path, digest.sha256)
        owners = {digest.id for digest in digests}
        _require(len(owners) == len(digests))
        for document in documents:
            check_entry(document)
            _require(document["digest"] in owners)
        return Shard(week, digests, with_current_keys(told, documents))


def read_sources(path: Path) -> Sources:
    """What `sources.json` holds."""
    with _of_the_right_shape():
        tables = _tables(path)
        state = _documents(tables, "starters")[0]
        aliases, former = known_names(_documents(tables, "aliases")[0]["aliases"], _documents(tables, "former"))
        _all_texts(*aliases, *aliases.values())
        records = [_record(document) for document in _documents(tables, "sources")]
        return Sources(records, aliases, bool(state["asked"]), bool(state["own"]), former)


def read_image(path: Path) -> None:
    """Checks a file of what an act on the library replaced."""
    with _of_the_right_shape():
        tables = _tables(path)
        digests = [digest_of(document, document["week"]) for document in _documents(tables, "digests")]
        facts = _documents(tables, "became")[0]
        _require(isinstance(facts["became"], dict) and {"asked", "own"} <= facts.keys())
        owners = {digest.id for digest in digests}
        for document in _documents(tables, "entries"):
            check_entry(document)
            _require(document["digest"] in owners)


def read_marks(path: Path) -> Folded:
    """What `marks.json` holds."""
    with _of_the_right_shape():
        tables = _tables(path)
        return folded_of({name: _documents(tables, name) for name in TABLES}, whole=False)


@contextmanager
def _of_the_right_shape() -> Iterator[None]:
    try:
        yield
    except (LookupError, TypeError, ValueError, AttributeError, OverflowError) as error:
        raise DamagedError(str(error)) from error


def _tables(path: Path) -> Tables:
    tables = tables_of(read_bytes(path) or b"", path)
    for table in tables.values():
        _require(all(document_id.isdecimal() for document_id in table))
    return tables


def _documents(tables: Tables, name: str) -> list[StoredFields]:
    documents: list[StoredFields] = [*tables.get(name, {}).values()]
    return documents


def _record(document: StoredFields) -> Record:
    _all_texts(document["digest"], document["path"], document["sha256"], *document.get("leaves", ()))
    _require(isinstance(document["week"], str | None))
    return Record(
        document["digest"],
        document["path"],
        document["sha256"],
        document["week"],
        bool(document.get("starter", False)),
        list(document.get("leaves", ())),
        str(document.get("place", "")),
    )


def _all_texts(*values: Any) -> None:
    _require(all(isinstance(value, str) for value in values))


def _require(well: bool) -> None:
    if not well:
        raise ValueError
