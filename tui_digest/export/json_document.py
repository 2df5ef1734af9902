"""JSON: everything that is known, a record a sighting. The shape is a contract; its version says when it changes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import orjson

from tui_digest.export import Request
from tui_digest.export.papers import doi_of
from tui_digest.models import SCHEMA_VERSION, Mark, Sighting
from tui_digest.text.people import people


def write_json(sightings: Iterable[Sighting], mark_of: Callable[[str], Mark], request: Request) -> Iterator[str]:
    """One document, an entry a line."""
    yield f'{{"schema_version": {SCHEMA_VERSION}, "entries": ['
    separator = "\n"
    for line in _lines(sightings, mark_of, request):
        yield separator + line
        separator = ",\n"
    yield "\n]}\n"


def write_ndjson(sightings: Iterable[Sighting], mark_of: Callable[[str], Mark], request: Request) -> Iterator[str]:
    """The same records, each a document of its own on a line."""
    for line in _lines(sightings, mark_of, request):
        yield line + "\n"


def _lines(sightings: Iterable[Sighting], mark_of: Callable[[str], Mark], request: Request) -> Iterator[str]:
    left_out = request.left_out | ({"authors_written"} if "authors" in request.left_out else set())
    for sighting in sightings:
        fields = record(sighting, mark_of(sighting.key))
        for name in left_out:
            del fields[name]
        yield orjson.dumps(fields).decode("utf-8")


def record(sighting: Sighting, mark: Mark) -> dict[str, Any]:
    """One sighting with its paper's mark, in the contract's fields and order; dates are ISO dates."""
    entry, digest = sighting.entry, sighting.digest
    named = people(entry.authors)
    return {
        "key": sighting.key,
        "digest": {
            "id": digest.id,
            "title": digest.title,
            "shape": digest.shape,
            "week": digest.week,
            "start": digest.start,
            "end": digest.end,
            "added": digest.added,
            "starter": digest.starter,
        },
        "source": {
            "path": digest.path,
            "start_line": entry.start_line,
            "end_line": entry.end_line,
            "sha256": digest.sha256,
        },
        "title": entry.title,
        "fallback_title": entry.fallback_title,
        "authors": named,
        "authors_written": None if named == entry.authors else entry.authors,
        "url": entry.url,
        "arxiv_id": entry.arxiv_id,
        "version": entry.version,
        "doi": doi_of(sighting),
        "links": [link.url for link in entry.links],
        "link_labels": [link.label for link in entry.links],
        "tags": entry.tags,
        "abstract": entry.abstract,
        "commentary": entry.commentary,
        "votes": entry.votes,
        "read": mark.read,
        "starred": mark.starred,
        "note": mark.note,
        "own_tags": mark.tags,
        "date": entry.date,
        "section": entry.section,
        "preface": sighting.preface,
        "learned": learned_record(sighting),
    }


def learned_record(sighting: Sighting) -> dict[str, Any] | None:
    """What arXiv says of the paper, in fields of its own; None where it was not asked or does not know it."""
    return None if sighting.learned is None else {"source": "arxiv", **sighting.learned._asdict()}
