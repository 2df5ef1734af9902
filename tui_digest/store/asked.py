"""When each source was last asked and how that went: one small file in the state folder, written once a refresh.

Deleting it loses no entry; only the view of sources does not know the times until the next refresh.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from tui_digest.store.place import NOT_READ, load_kept, save_kept

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

ASKED_VERSION = 1


class LastAsked(NamedTuple):
    """How the last request went; the fields as in `models.SourceNews`."""

    asked: float | None = None
    answered: float | None = None
    brought: float | None = None
    added: int = 0
    updated: int = 0
    new: int = 0
    error: str | None = None
    details: tuple[tuple[str, str], ...] = ()
    failed: int = 0


def load_asked(path: Path) -> dict[str, LastAsked]:
    """Reads the file: a record for each address; none where it is missing or damaged."""
    try:
        told = load_kept(path, ASKED_VERSION).get("sources", {})
        return {address: _last(fields) for address, fields in told.items() if isinstance(fields, dict)}
    except NOT_READ:
        return {}


def keep_asked(path: Path, asked: Mapping[str, LastAsked]) -> None:
    """Writes the records. Does nothing where the file cannot be written."""
    told = {
        address: {name: value for name, value in each._asdict().items() if value} for address, each in asked.items()
    }
    save_kept(path, ASKED_VERSION, {"sources": told})


def _last(fields: Mapping[str, Any]) -> LastAsked:
    error, details = fields.get("error"), fields.get("details")
    return LastAsked(
        _moment(fields.get("asked")),
        _moment(fields.get("answered")),
        _moment(fields.get("brought")),
        _number(fields.get("added")),
        _number(fields.get("updated")),
        _number(fields.get("new")),
        error if isinstance(error, str) else None,
        tuple((str(name), str(value)) for name, value in details) if isinstance(details, list) else (),
        _number(fields.get("failed")),
    )


def _number(value: Any) -> int:
    return value if type(value) is int else 0


def _moment(value: Any) -> float | None:
    return float(value) if isinstance(value, int | float) and 0 < value < 2**40 else None
