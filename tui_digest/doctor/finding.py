"""One thing that the doctor found, and its words."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from tui_digest import errors

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from tui_digest.errors import DigestError, StoreError
    from tui_digest.i18n import Translator

SHOWN = 3
"""How many names a sentence gives; the details have all."""

Level = Literal["ok", "note", "warning", "error"]
"""`note`: good to know, or it mends itself. `warning`: something is wrong or will be. `error`: the app cannot work with
it, or something is lost until it is put right."""


class Finding(NamedTuple):
    """What was looked at, and how it stands."""

    id: str
    """A message id."""
    level: Level
    details: Mapping[str, Any] = {}
    """Fills both sentences; texts, numbers, dates and lists of texts."""
    fix: str | None = None
    """The message id of what to do; None only where all is well."""
    fixable: bool = False
    """Whether `repair` can do it."""


def some(names: Iterable[object]) -> str:
    """The first of some names, for a sentence."""
    return errors.some([*map(str, names)], SHOWN)


def of_error(error: DigestError, level: Level, fix: str) -> Finding:
    """The finding of an error whose own sentence says what is wrong."""
    return Finding(error.message_id, level, error.details, fix)


def unusable(error: StoreError) -> Finding:
    """The finding of a file of a newer version, or one that the system does not let us read."""
    newer = error.message_id == "store.newer"
    return of_error(error, "error", "doctor.fix.newer" if newer else "doctor.fix.unreadable")


def in_words(findings: Iterable[Finding], tr: Translator) -> Iterator[str]:
    """The findings as lines of text; what to do stands below each, indented."""
    for finding in findings:
        yield f"{tr(f'doctor.level.{finding.level}')}  {tr(finding.id, **finding.details)}"
        if finding.fix is not None:
            yield f"    → {tr(finding.fix, **finding.details)}"


def to_json(findings: Iterable[Finding], tr: Translator) -> list[dict[str, Any]]:
    """The findings for a program: id, level, message, what_to_do (None where all is well), details, fixable."""
    return [
        {
            "id": finding.id,
            "level": finding.level,
            "message": tr(finding.id, **finding.details),
            "what_to_do": None if finding.fix is None else tr(finding.fix, **finding.details),
            "details": {
                name: value.isoformat() if isinstance(value, date) else value for name, value in finding.details.items()
            },
            "fixable": finding.fixable,
        }
        for finding in findings
    ]
