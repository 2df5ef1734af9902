"""When every source was last asked and what it answered: one small file in the state folder, written once a refresh.

Losing it loses no item: then the view of sources does not know since when they are as they are.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any, NamedTuple

import orjson

from tui_digest.errors import StoreError
from tui_digest.files import read_bytes, replace_file

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


class LastAsked(NamedTuple):
    """How it went; the fields as in `models.SourceNews`."""

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
    """By address; nothing where the file is missing or damaged."""
    with suppress(StoreError, ValueError, LookupError, TypeError, AttributeError):
        told = orjson.loads(read_bytes(path) or b"{}")
        return {address: _last(fields) for address, fields in told.items() if isinstance(fields, dict)}
    return {}


def keep_asked(path: Path, asked: Mapping[str, LastAsked]) -> None:
    """Writes it down; where that cannot be done nothing is lost but the moment."""
    told = {
        address: {name: value for name, value in each._asdict().items() if value} for address, each in asked.items()
    }
    with suppress(StoreError):
        replace_file(path, orjson.dumps(told), durable=False)


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
