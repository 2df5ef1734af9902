"""Reading the sample files in `data/`, and a parsed digest as plain data to compare with the file beside its sample."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from tui_digest.models import ParsedDigest, Source
from tui_digest.parsing import parse
from tui_digest.text.cleaning import clean

DATA = Path(__file__).parent / "data"


def source(text: str, name: str = "digest.txt") -> Source:
    digest = hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()
    return Source(path=name if name == "-" else f"/somewhere/{name}", text=clean(text), sha256=digest)


def read(text: str, name: str = "digest.txt") -> ParsedDigest:
    return parse(source(text, name))


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
