"""Reading the sample files in `data/`, and a parsed digest as plain data to compare with the file beside its sample."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from tui_digest.models import Entry, ParsedDigest, Source
from tui_digest.parsing import parse, parse_all
from tui_digest.text.cleaning import clean

DATA = Path(__file__).parent / "data"


def source(text: str, name: str = "digest.txt") -> Source:
    digest = hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()
    return Source(path=name if name == "-" else f"/somewhere/{name}", text=clean(text), sha256=digest)


def read(text: str, name: str = "digest.txt") -> ParsedDigest:
    return parse(source(text, name))


def assert_covered_once(digest: ParsedDigest, text: str) -> None:
    taken = list(digest.header_lines) + [number for number, _ in digest.unplaced]
    last = 0
    for entry in digest.entries:
        assert last < entry.start_line <= entry.end_line
        last = entry.end_line
        taken.extend(range(entry.start_line, entry.end_line + 1))
    assert len(taken) == len(set(taken))
    filled = {number for number, line in enumerate(text.split("\n"), 1) if line.strip()}
    assert filled <= set(taken)
    for entry in digest.entries:
        assert {entry.start_line, entry.end_line} <= filled


def digest(text: str, name: str = "digest.md") -> ParsedDigest:
    """A text as it is read, every line of it in one place."""
    found = read(text, name)
    assert_covered_once(found, text)
    return found


def entries(text: str, name: str) -> list[Entry]:
    """Of a file that need not be a text: its lines are not counted."""
    return [entry for each in parse_all(source(text, name)) for entry in each.entries]


def plain(digest: ParsedDigest) -> dict[str, Any]:
    """The digest without what every entry leaves empty, so that the expected files stay short."""
    entries = []
    for entry in digest.entries:
        fields = {name: value for name, value in entry._asdict().items() if value not in (None, (), [])}
        fields["lines"] = [fields.pop("start_line"), fields.pop("end_line")]
        fields["links"] = [[link.url, link.label] if link.label else link.url for link in entry.links]
        entries.append({name: list(value) if isinstance(value, tuple) else value for name, value in fields.items()})
    return {
        "title": digest.title,
        "shape": digest.shape,
        "period": [str(digest.start), str(digest.end)],
        "header_lines": list(digest.header_lines),
        "preface": digest.preface,
        "unplaced": [list(line) for line in digest.unplaced],
        "entries": entries,
    }
