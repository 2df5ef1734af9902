"""TinyDB's storage made safe for a file that must not be lost.

Reads look at checksum and schema version and move a damaged file aside; writes go through `replace_file`. A parsed
copy is kept for as long as the file on disk is the one it was parsed from.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import orjson
from tinydb import TinyDB
from tinydb.storages import Storage

from tui_digest.errors import StoreError
from tui_digest.files import Stamp, read_bytes, replace_file, set_aside, stamp
from tui_digest.store import seal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

SCHEMA_VERSION = 1
"""Of every file that this program writes."""

META = "_meta"
"""The reserved table, the last one, whose one document holds `schema_version` and `check`, the file's checksum."""

_META_DEPTH = 3
"""How many braces end with it: the document's, the table's, the file's."""

Tables = dict[str, dict[str, Any]]
"""A TinyDB file: table name -> document id -> document."""

MIGRATIONS: dict[int, Callable[[str, Tables], Tables]] = {}
"""From version n to n + 1: takes the file's name without suffix and its tables, returns the new tables."""


class AtomicStorage(Storage):
    """One TinyDB file. `damaged` is the folder that an unreadable file is moved to; None leaves it where it is."""

    def __init__(self, path: Path, damaged: Path | None) -> None:
        self.path = path
        self._damaged = damaged
        self._stamp: Stamp | None = None
        self._tables: Tables | None = None
        self._read = False
        self._batching = False
        self.vouched = True
        """Whether a checksum speaks for the file; one that came from elsewhere is cleaned and looked through anyway."""
        self.whole = False
        """Whether what was read last is known to be as it was written."""
        self.folder_later = False
        """Whether the caller syncs the folder, as for `replace_file`."""
        self.one_look = False
        """Whether all tables come from one version of the file, should another process replace it in between."""

    def read(self) -> Tables | None:
        """The file's tables, None where there is no file.

        Raises `store.damaged`, `store.newer`, `store.unreadable`.
        """
        if self._batching or (self.one_look and self._read):
            return self._tables
        found = stamp(self.path)
        if not self._read or found != self._stamp:
            self._tables = self._load() if found else None
            self._stamp, self._read = found, True
        return self._tables

    def write(self, data: Mapping[str, Mapping[str, Any]]) -> None:
        """Puts the tables on disk, whole or not at all. A file that cannot be read is never written over."""
        tables: Tables = {name: dict(table) for name, table in data.items() if name != META}
        tables[META] = {"1": {"schema_version": SCHEMA_VERSION}}
        if self._batching:
            self._tables = tables
            return
        if not self._read:
            self.read()
        try:
            replace_file(self.path, _sealed(tables), folder_later=self.folder_later)
        finally:
            self._read = False

    @contextmanager
    def batch(self) -> Iterator[None]:
        """Everything written inside reaches the disk as one write at the end, or not at all on an error."""
        self.read()
        self._batching = True
        try:
            yield
        except BaseException:
            self._batching, self._read = False, False
            raise
        self._batching = False
        self.write(self._tables or {})

    def close(self) -> None:
        """Drops the parsed copy."""
        self._tables, self._read = None, False

    def _load(self) -> Tables | None:
        try:
            data = read_bytes(self.path)
        except StoreError as error:
            if error.message_id != "store.not_a_file":
                raise
            raise set_aside(self.path, self._damaged) from error
        if data is None:
            return None
        try:
            held = seal.holds(data, _META_DEPTH)
            self.whole = self.vouched and held is True
            return _tables_of(data, self.path, held, vouched=self.vouched)
        except (ValueError, LookupError, TypeError, AttributeError):
            raise set_aside(self.path, self._damaged) from None


def tables_of(data: bytes, path: Path, *, vouched: bool = True) -> Tables:
    """The tables of a file's content. Raises ValueError, LookupError, TypeError or AttributeError where it is damaged,
    and `store.newer`.

    One with a checksum was written by us, from what had been cleaned; an older one has none, and its texts are cleaned.
    So are those of a file that came from elsewhere (not `vouched`).
    """
    return _tables_of(data, path, seal.holds(data, _META_DEPTH), vouched=vouched)


def _tables_of(data: bytes, path: Path, held: bool | None, *, vouched: bool) -> Tables:
    """`held`: what the checksum says."""
    tables: Tables = orjson.loads(data)
    meta = tables[META]["1"]
    version = meta["schema_version"]
    if type(version) is not int or version < 1 or not all(isinstance(table, dict) for table in tables.values()):
        raise ValueError(version)
    if version > SCHEMA_VERSION:  # which may be checked in another way
        raise StoreError("store.newer", path=path, found=version, known=SCHEMA_VERSION)
    if held is False or (held is None and len(meta) > 1):
        raise ValueError(meta)
    if not (held and vouched):
        from tui_digest.text.cleaning import cleaned, may_need_cleaning  # their patterns cost start-up time

        tables = cleaned(tables) if may_need_cleaning(data) else tables
    for older in range(version, SCHEMA_VERSION):
        tables = MIGRATIONS[older](path.stem, tables)
    return tables


@contextmanager
def opened(path: Path, damaged: Path | None, *, vouched: bool = True) -> Iterator[TinyDB]:
    """The TinyDB database at `path`, for reading one thing or for one write: one look at the file serves all tables.
    The parsed copy goes with it. `vouched` as in `tables_of`."""
    database = TinyDB(path, damaged, storage=AtomicStorage)
    storage = database.storage
    assert isinstance(storage, AtomicStorage)
    storage.one_look, storage.vouched = True, vouched
    try:
        yield database
    finally:
        database.close()


def replace_tables(path: Path, tables: Mapping[str, Sequence[dict[str, Any]]], *, folder_later: bool = False) -> None:
    """Like `put_tables`, for a file that the caller has read, or knows not to be there: one that cannot be read must
    not be written over."""
    replace_file(path, file_of(tables), folder_later=folder_later)


def file_of(tables: Mapping[str, Sequence[dict[str, Any]]]) -> bytes:
    """The content of a file that holds these tables and no others, as `put_tables` writes it."""
    whole: dict[str, Any] = {
        name: dict(zip(map(str, range(1, len(documents) + 1)), documents, strict=True))
        for name, documents in tables.items()
    }
    return _sealed(whole | {META: {"1": {"schema_version": SCHEMA_VERSION}}})


def _sealed(tables: Tables) -> bytes:
    return seal.sealed(orjson.dumps(tables), _META_DEPTH)


def is_whole(database: TinyDB) -> bool:
    """Whether a checksum said that the database is as it was written."""
    return isinstance(database.storage, AtomicStorage) and database.storage.whole


def put_tables(
    path: Path, damaged: Path | None, tables: Mapping[str, list[dict[str, Any]]], *, folder_later: bool = False
) -> None:
    """Makes these tables the whole content of the file, as one write. `folder_later` as for `replace_file`."""
    with opened(path, damaged) as database:
        storage = database.storage
        assert isinstance(storage, AtomicStorage)
        storage.folder_later = folder_later
        with storage.batch():
            database.drop_tables()
            for name, documents in tables.items():
                # as plain documents: those read before carry the ids that they had then
                database.table(name).insert_multiple(map(dict, documents))
