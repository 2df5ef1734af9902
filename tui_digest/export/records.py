"""JSON: everything that is known, a record a sighting. The shape is a contract; its version says when it changes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import orjson

from tui_digest.models import Mark, Sighting
from tui_digest.text.people import people

SCHEMA_VERSION = 1


def write_json(sightings: Iterable[Sighting], mark_of: Callable[[str], Mark]) -> Iterator[str]:
    """One document, an entry a line."""
    yield f'{{"schema_version": {SCHEMA_VERSION}, "entries": ['
    separator = "\n"
    for line in _lines(sightings, mark_of):
        yield separator + line
        separator = ",\n"
    yield "\n]}\n"


def write_ndjson(sightings: Iterable[Sighting], mark_of: Callable[[str], Mark]) -> Iterator[str]:
    """The same records, each a document of its own on a line."""
    for line in _lines(sightings, mark_of):
        yield line + "\n"


def _lines(sightings: Iterable[Sighting], mark_of: Callable[[str], Mark]) -> Iterator[str]:
    for sighting in sightings:
        yield orjson.dumps(record(sighting, mark_of(sighting.key))).decode("utf-8")


def record(sighting: Sighting, mark: Mark) -> dict[str, Any]:
    """One sighting with its paper's mark, in the contract's fields and order; dates are ISO dates."""
    entry, digest = sighting.entry, sighting.digest
    return {
        "key": sighting.key,
        "digest": {
            "id": digest.id,
            "title": digest.title,
            "shape": digest.shape,
            "week": digest.week,
            "start": digest.start,
            "end": digest.end,
        },
        "source": {"path": digest.path, "start_line": entry.start_line, "end_line": entry.end_line},
        "title": entry.title,
        "authors": people(entry.authors),
        "url": entry.url,
        "arxiv_id": entry.arxiv_id,
        "links": [link.url for link in entry.links],
        "tags": entry.tags,
        "abstract": entry.abstract,
        "commentary": entry.commentary,
        "votes": entry.votes,
        "read": mark.read,
        "starred": mark.starred,
        "note": mark.note,
        "date": entry.date,
        "section": entry.section,
    }
