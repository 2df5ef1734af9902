"""Where the user was, how the screen was arranged, which hints were shown and how was exported, kept between two
starts. Losing it costs a moment, so nothing here ever raises."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

import orjson

from tui_digest.errors import StoreError
from tui_digest.files import read_bytes, replace_file
from tui_digest.models import Arrangement, Place
from tui_digest.store.seal import harmless_lines, holds, sealed

if TYPE_CHECKING:
    from pathlib import Path

PLACE_VERSION = 1
ARRANGEMENT_VERSION = 1
HINTS_VERSION = 1
EXPORTED_VERSION = 1
ALLOWED_VERSION = 1

_MOST = 10**7
"""Of lines, columns and counts: what is more was not written by us."""

_PANES = ("weeks", "tags", "entries", "entry")
_FACETS = ("tags", "authors", "digests")
NOT_READ = (StoreError, ValueError, TypeError, AttributeError)


def load_place(path: Path) -> Place:
    """The place of the last stop; the beginning where there is none that can be read."""
    try:
        data = load_kept(path, PLACE_VERSION)
        week, key = data.get("week"), data.get("key")
        return Place(
            week=None if week is None else str(week),
            key=None if key is None else str(key),
            scroll=max(0, _number(data.get("scroll", 0))),
            view=str(data.get("view", "all")),
            chosen=tuple((str(field), str(name)) for field, name in data.get("chosen", ())),
            text=str(data.get("text", "")),
            saved=str(data.get("saved", "")),
            facet=facet if (facet := data.get("facet")) in _FACETS else Place().facet,
            tops=tuple(max(0, _number(each)) for each in data.get("tops", ())),
            pane=pane if (pane := data.get("pane")) in _PANES else Place().pane,  # a file of before has none
        )
    except NOT_READ:
        return Place()


def save_place(path: Path, place: Place) -> None:
    """Keeps the place, whole or not at all. Not waited for until it is on the disk: it is kept twice a second, between
    keys, and a power cut may cost it."""
    save_kept(path, PLACE_VERSION, place._asdict(), durable=False)


def load_arrangement(path: Path) -> Arrangement:
    """How the screen was arranged by keys; the default where it was not."""
    try:
        data = load_kept(path, ARRANGEMENT_VERSION)
        return Arrangement(
            left=_number(data.get("left", 0)),
            middle=_number(data.get("middle", 0)),
            tags=_number(data.get("tags", 0)),
            airy=bool(data.get("airy", True)),
            source=bool(data.get("source", False)),
            chosen=tuple((str(name), _number(then), _number(now)) for name, then, now in data.get("chosen", ())),
        )
    except NOT_READ:
        return Arrangement()


def save_arrangement(path: Path, arrangement: Arrangement) -> None:
    """Keeps the arrangement, whole or not at all."""
    save_kept(path, ARRANGEMENT_VERSION, arrangement._asdict())


def load_exported(path: Path) -> tuple[str, str]:
    """The format and the place of the last export by a key; empty where there was none."""
    try:
        data = load_kept(path, EXPORTED_VERSION)
        return str(data.get("format", "")), str(data.get("place", ""))
    except NOT_READ:
        return "", ""


def save_exported(path: Path, chosen: tuple[str, str]) -> None:
    """Keeps them, whole or not at all."""
    save_kept(path, EXPORTED_VERSION, {"format": chosen[0], "place": chosen[1]})


def is_allowed(path: Path, command: str) -> bool:
    """Whether the user let run a command with exactly this text."""
    try:
        return _sum_of(command) in load_kept(path, ALLOWED_VERSION).get("allowed", ())
    except NOT_READ:
        return False


def allow(path: Path, command: str) -> None:
    """Keeps that the user did; where that cannot be kept, it is asked again."""
    allowed: list[str] = []
    with suppress(*NOT_READ):
        allowed = [str(each) for each in load_kept(path, ALLOWED_VERSION).get("allowed", ())]
    save_kept(path, ALLOWED_VERSION, {"allowed": sorted({*allowed, _sum_of(command)})})


def _sum_of(command: str) -> str:
    import hashlib

    return hashlib.sha256(command.encode("utf-8", "surrogatepass")).hexdigest()


def first_time(path: Path, hint: str) -> bool:
    """Whether a hint was not shown yet; it is noted as shown."""
    shown: list[str] = []
    with suppress(*NOT_READ):
        shown = [str(each) for each in load_kept(path, HINTS_VERSION).get("shown", ())]
    if hint in shown:
        return False
    save_kept(path, HINTS_VERSION, {"shown": [*shown, hint]})
    return True


def load_kept(path: Path, version: int) -> dict[str, Any]:
    """The fields of a small file that may be lost, its texts clean and of one line; none where it has another version.
    Raises one of `NOT_READ`."""
    data = read_bytes(path) or b"{}"
    if holds(data) is False:
        raise ValueError(path)
    fields: dict[str, Any] = harmless_lines(data)
    return fields if fields.get("schema_version") == version else {}


def save_kept(path: Path, version: int, fields: dict[str, Any], *, durable: bool = True) -> None:
    """Keeps them, whole or not at all; `durable`: they are on the disk then. Never raises."""
    with suppress(StoreError, OSError, TypeError):  # a full disk, a read-only home, text that is no UTF-8
        replace_file(path, sealed(orjson.dumps({"schema_version": version, **fields})), durable=durable)


def _number(value: object) -> int:
    if not isinstance(value, int) or abs(value) > _MOST:
        raise ValueError(value)
    return value
