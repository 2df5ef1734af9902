"""What an act on the library replaced, so that it can be undone, and what undoing replaced, for redo.

One file for each act and side, named by the event: `before` is written before the library is touched, `after` when the
act is first undone. Both say how the digests concerned stood; neither ever changes.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any, NamedTuple

from tui_digest.errors import StoreError
from tui_digest.files import LOST, set_aside, stamp
from tui_digest.store.codec import StoredFields, digest_document, digest_of, with_current_keys
from tui_digest.store.shards import StoredDigest
from tui_digest.store.storage import opened, put_tables

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from pathlib import Path


class Image(NamedTuple):
    """How some digests of the library stood at one moment."""

    digests: Mapping[str, StoredDigest | None]
    """By id; None for one that was not there."""
    became: Mapping[str, str | None]
    """By id: the content (SHA-256) that it had after the act, None where it was taken out."""
    asked: bool
    """The state of the starters: `Sources.starters_asked`; and `Sources.own`."""
    own: bool


class Replaced:
    """The folder of images."""

    def __init__(self, folder: Path, damaged: Path) -> None:
        self._folder = folder
        self._damaged = damaged

    def has(self, event_id: str, side: str) -> bool:
        """Whether that image was written."""
        return stamp(self._path(event_id, side)) is not None

    def keep(self, event_id: str, side: str, image: Image) -> None:
        """Writes an image down, whole. Raises `StoreError`."""
        present = [stored for stored in image.digests.values() if stored is not None]
        tables: dict[str, list[dict[str, Any]]] = {
            "digests": [digest_document(stored.digest) | {"week": stored.digest.week} for stored in present],
            "entries": [document for stored in present for document in stored.documents],
            "became": [{"became": dict(image.became), "asked": image.asked, "own": image.own}],
        }
        put_tables(self._path(event_id, side), self._damaged, tables)

    def load(self, event_id: str, side: str) -> Image:
        """The image. Raises `undo.lost` where it is gone or damaged; a damaged one is moved aside."""
        path = self._path(event_id, side)
        if stamp(path) is None:
            raise StoreError("undo.lost", path=path)
        try:
            with opened(path, self._damaged) as database:
                digests: list[StoredFields] = [*database.table("digests")]
                documents: list[StoredFields] = [*database.table("entries")]
                facts: dict[str, Any] = database.table("became").all()[0]
            found: dict[str, StoredDigest | None] = dict.fromkeys(facts["became"])
            entries: dict[str, list[StoredFields]] = {document["id"]: [] for document in digests}
            for document in with_current_keys(digests, documents):
                entries[document["digest"]].append(dict(document))
            for document in digests:
                digest = digest_of(document, document["week"])
                found[digest.id] = StoredDigest(digest, entries[digest.id])
            return Image(found, facts["became"], bool(facts["asked"]), bool(facts["own"]))
        except StoreError as error:
            if error.message_id in LOST:
                raise StoreError("undo.lost", path=path) from error
            raise
        except (LookupError, TypeError, ValueError, AttributeError, AssertionError) as error:
            set_aside(path, self._damaged)
            raise StoreError("undo.lost", path=path) from error

    def prune(self, kept: Collection[str]) -> None:
        """Removes the images of acts that can no longer be undone or redone."""
        try:
            found = list(self._folder.iterdir())
        except OSError:
            return
        for path in found:
            if path.suffix == ".json" and path.stem.rpartition(".")[0] not in kept:
                with suppress(OSError):  # a read-only home: it stays, and does no harm
                    path.unlink(missing_ok=True)

    def _path(self, event_id: str, side: str) -> Path:
        return self._folder / f"{event_id}.{side}.json"
