"""Where the reader was and which hints were shown, kept between two starts. Losing it costs a moment, so nothing here
ever raises."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

import orjson

from tui_digest.errors import StoreError
from tui_digest.models import Place
from tui_digest.store.files import read_bytes, replace_file

if TYPE_CHECKING:
    from pathlib import Path

PLACE_VERSION = 1
HINTS_VERSION = 1

_PANES = ("weeks", "tags", "entries", "entry")
_FACETS = ("tags", "authors", "digests")


def load_place(path: Path) -> Place:
    """The place of the last stop; the beginning where there is none that can be read."""
    try:
        data = orjson.loads(read_bytes(path) or b"{}")
        if data.pop("schema_version", None) != PLACE_VERSION:
            return Place()
        week, key = data.get("week"), data.get("key")
        return Place(
            week=None if week is None else str(week),
            key=None if key is None else str(key),
            scroll=int(data.get("scroll", 0)),
            view=str(data.get("view", "all")),
            chosen=tuple((str(field), str(name)) for field, name in data.get("chosen", ())),
            text=str(data.get("text", "")),
            saved=str(data.get("saved", "")),
            facet=facet if (facet := data.get("facet")) in _FACETS else Place().facet,
            pane=pane if (pane := data.get("pane")) in _PANES else Place().pane,  # a file of before has none
        )
    except (StoreError, ValueError, TypeError, AttributeError):
        return Place()


def save_place(path: Path, place: Place) -> None:
    """Keeps the place, whole or not at all."""
    fields = {
        "week": place.week,
        "key": place.key,
        "scroll": place.scroll,
        "view": place.view,
        "chosen": place.chosen,
        "text": place.text,
        "pane": place.pane,
        "saved": place.saved,
        "facet": place.facet,
    }
    with suppress(StoreError, OSError, TypeError):  # a full disk, a read-only home, text that is no UTF-8
        replace_file(path, orjson.dumps({"schema_version": PLACE_VERSION, **fields}))


def first_time(path: Path, hint: str) -> bool:
    """Whether a hint was not shown yet; it is noted as shown."""
    shown: list[str] = []
    with suppress(StoreError, ValueError, TypeError, AttributeError):
        data = orjson.loads(read_bytes(path) or b"{}")
        shown = [str(each) for each in data.get("shown", ())] if data.get("schema_version") == HINTS_VERSION else []
    if hint in shown:
        return False
    with suppress(StoreError, OSError):
        replace_file(path, orjson.dumps({"schema_version": HINTS_VERSION, "shown": [*shown, hint]}))
    return True
