"""How a source was understood, for `import --explain`: the shape, where each entry stands, what it was known by and
which fields were found."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tui_digest import parsing
from tui_digest.parsing.front_matter import settings_of
from tui_digest.parsing.outline import HEADING, ITEM, ROW, outline_of
from tui_digest.parsing.source_text import document

if TYPE_CHECKING:
    from tui_digest.models import Entry, ParsedDigest, Source
    from tui_digest.parsing.outline import Unit
    from tui_digest.parsing.source_text import SourceText

SIGNS = (
    "heading", "item", "row", "linked", "names", "address", "abstract", "votes", "settings", "labels", "whole", "order",
    "record",
)  # fmt: skip
"""What an entry may be known by; each is an id of a sentence, `explain.by.NAME`."""
FIELDS = (
    "title", "authors", "url", "arxiv_id", "date", "section", "tags", "abstract", "commentary", "links", "votes",
)  # fmt: skip
"""The fields that are named where an entry has them; each is an id of a word, `explain.field.NAME`."""


class ExplainedEntry(NamedTuple):
    """One entry, and why it is one."""

    entry: Entry
    signs: tuple[str, ...]
    """Of `SIGNS`."""
    fields: tuple[str, ...]
    """Of `FIELDS`."""


class Explained(NamedTuple):
    """One digest of a source."""

    digest: ParsedDigest
    entries: tuple[ExplainedEntry, ...]
    blocks: tuple[tuple[str, int], ...]
    """Of the whole text: what it is made of (`lines`, `settings`, `heading`, `item`, `row`), and how many."""


def explain(source: Source) -> list[Explained]:
    """Every digest of a source, as it is read by `parse_all`."""
    text = document(source, None)
    digests = parsing.parse_all(source)
    units = {unit.lines[0] + 1: unit for unit in outline_of(text).units} if text.filled else {}
    blocks = _blocks(text)
    return [
        Explained(digest, tuple(_told(entry, digest, text, units) for entry in digest.entries), blocks)
        for digest in digests
    ]


def _blocks(text: SourceText) -> tuple[tuple[str, int], ...]:
    if not text.filled:
        return ()
    outline = outline_of(text)
    counts = {
        "lines": len(text.filled),
        "settings": settings_of(text).lines,
        "heading": len(outline.found),
        "item": len(outline.of(ITEM)),
        "row": len(outline.of(ROW)),
    }
    return tuple((name, count) for name, count in counts.items() if count)


def _told(entry: Entry, digest: ParsedDigest, text: SourceText, units: dict[int, Unit]) -> ExplainedEntry:
    fields = tuple(name for name in FIELDS if getattr(entry, name))
    return ExplainedEntry(entry, _signs(entry, digest, text, units.get(entry.start_line)), fields)


def _signs(entry: Entry, digest: ParsedDigest, text: SourceText, unit: Unit | None) -> tuple[str, ...]:
    """What decided that these lines are an entry."""
    if digest.shape in (HEADING, ROW, ITEM) and unit is not None:
        shown = unit.shown
        kind = {HEADING: "heading", ROW: "row"}.get(unit.kind, "item")
        seen = () if shown is None else tuple(name for name in _SEEN if getattr(shown, _SEEN[name]))
        return (kind, *seen)
    if digest.shape == "note":
        return ("settings",) if settings_of(text).lines else ("labels",) if entry.authors or entry.url else ("whole",)
    if digest.shape in ("text", "review"):
        return ("whole",)
    return ("order",) if digest.shape.endswith("-text") or digest.shape == ITEM else ("record",)


_SEEN = {"linked": "linked", "names": "authors", "address": "address", "abstract": "abstract", "votes": "votes"}
