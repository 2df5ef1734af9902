"""Makes acts on the library whole: what an act is about to do is written down first, so that no process sees half of
one.

The order of every such act is: what it replaces, its intent, the weeks, its event in the journal, the intent gone. The
event is the point from which the act counts. An intent that is found while no process holds the library's lock belongs
to an act that was cut short: where its event stands in the journal the act is whole, else the library is put back as it
was. So an act that was refused never counts later.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

from tui_digest.errors import DigestError, StoreError, note
from tui_digest.files import LOST, set_aside, stamp, store_error, sync_folder
from tui_digest.store.events import is_id
from tui_digest.store.lock import locked
from tui_digest.store.replaced import Replaced
from tui_digest.store.shards import Shards
from tui_digest.store.storage import opened, put_tables

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tui_digest.paths import Paths
    from tui_digest.store.replaced import Image

ACTS = ("import", "refresh", "remove", "correct", "undo", "redo", "starters")


_UNWRITTEN = ("store.full", "store.failed")


class Intent(NamedTuple):
    """An act on the library that is under way."""

    act: str
    """One of `ACTS`."""
    event: str | None
    """The id that its event will have; None for one that no event tells of."""
    image: tuple[str, str]
    """Under which event and side what it replaces is kept."""


class Undertaking:
    """An act on the library while it is done, with the library's lock held; made by `whole`."""

    def __init__(self, paths: Paths) -> None:
        self._paths = paths
        self._image: tuple[str, str] | None = None

    def begin(self, intent: Intent, image: Image) -> None:
        """Writes down what will be replaced, then what is intended; from now on it is carried out or taken back.
        Raises `StoreError`, and then nothing has begun."""
        Replaced(self._paths.replaced, self._paths.damaged).keep(*intent.image, image)
        tables: dict[str, list[dict[str, Any]]] = {"intent": [intent._asdict()]}
        put_tables(self._paths.intent, self._paths.damaged, tables)


@contextmanager
def whole(paths: Paths, notices: list[DigestError]) -> Iterator[Undertaking]:
    """Holds the library for one act. What an earlier act left half done is settled first, and said in `notices`; what
    this one leaves half done because it raises is taken back.

    Raises `store.half` where it could not be taken back now: then that is done by whoever writes next.
    """
    with locked(paths.lock):
        settle(paths, notices)
        try:
            yield Undertaking(paths)
        except BaseException as error:
            try:
                settle(paths, [])
            except StoreError as hindrance:
                if isinstance(error, Exception):
                    raise StoreError("store.half", path=hindrance.details.get("path", paths.intent)) from error
            raise
        try:
            _clear(paths.intent)
        except StoreError:
            return  # the act counts; whoever writes next finds its event, and clears this away


def pending(paths: Paths) -> bool:
    """Whether an act is under way, or was cut short."""
    return stamp(paths.intent) is not None


def settle_now(paths: Paths, notices: list[DigestError]) -> str | None:
    """Like `settle`, if no other process holds the lock, which would be carrying out an act. A home that can only be
    read is left as it is; what else hinders it is said."""
    try:
        with locked(paths.lock, 0.0):
            return settle(paths, notices)
    except StoreError as error:
        if error.message_id in _UNWRITTEN:  # its own sentence says that all is as it was, and this is not
            error = StoreError("store.half", path=error.details.get("path", paths.intent))
        if error.message_id not in ("store.busy", "store.readonly"):
            note(notices, error)
        return None


def settle(paths: Paths, notices: list[DigestError]) -> str | None:
    """Takes back an act that was cut short (`back`), or finds that it is whole (`done`) or that what it replaced cannot
    be read (`lost`); says so in `notices`, too. None where there was none. The caller holds the lock. Raises
    `StoreError` where it cannot be done now."""
    intent = load(paths.intent, paths.damaged, notices)
    if intent is None:
        return None
    whole = intent.event is not None and stands(paths, intent.event)
    outcome = "done" if whole else _put_back(paths, intent, notices)
    _clear(paths.intent)
    notices.append(StoreError(f"intent.{intent.act}.{outcome}"))  # each time anew: it is another act
    return outcome


def load(path: Path, damaged: Path | None, notices: list[DigestError]) -> Intent | None:
    """What is intended; None for nothing. A damaged file is moved aside and noted. Raises `store.newer`,
    `store.unreadable`, `store.stuck`."""
    if stamp(path) is None:
        return None
    try:
        with opened(path, damaged) as database:
            fields = database.table("intent").all()[0]
        event, (of, side) = fields["event"], fields["image"]
        if fields["act"] not in ACTS or not all(
            isinstance(each, str) and is_id(each) for each in (event or of, of, side)
        ):
            raise ValueError(fields)
        return Intent(fields["act"], event, (of, side))
    except StoreError as error:
        if error.message_id not in LOST:
            raise
        note(notices, error)
    except (LookupError, TypeError, ValueError):
        note(notices, set_aside(path, damaged))
    return None


def stands(paths: Paths, event_id: str) -> bool:
    """Whether an act is in the journal, so that it counts. Raises `StoreError`."""
    from tui_digest.store.mark_store import marks_of

    return any(event.id == event_id for _, event in marks_of(paths).journal.events())


def _put_back(paths: Paths, intent: Intent, notices: list[DigestError]) -> str:
    from tui_digest.store.exchanging import Exchange

    try:
        image = Replaced(paths.replaced, paths.damaged).load(*intent.image)
    except StoreError as error:
        if error.message_id != "undo.lost":
            raise
        return "lost"
    Exchange(paths, Shards(paths.shards, paths.damaged), notices).put_back(image)
    return "back"


def _clear(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
        sync_folder(path.parent)  # an act that is over must not come up again with a power cut
    except OSError as error:
        raise store_error(error, path) from error
