"""The listing of papers that arXiv sends to those who subscribe."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tui_digest.parsing.periods import Period
from tui_digest.parsing.record_fields import digest_of, draft_of
from tui_digest.text.patterns import regex

if TYPE_CHECKING:
    from tui_digest.models import ParsedDigest, Source

_BORDER = regex(r"\\\\\s*$")
_ID = regex(r"(?:arXiv|Paper)\s*:\s*(?P<id>[\w.\-/]+)", re.IGNORECASE)
_CLOSING = regex(r"\\\\\s*\(\s*(?P<url>\S+)\s*,")
_FIELD = regex(r"(?P<name>[A-Z][\w-]*(?: [a-z]+)?):\s?(?P<value>.*)$")
_LISTED = regex(r"^\\\\\s*\n(?:arXiv|Paper)\s*:", re.MULTILINE | re.IGNORECASE)
_RULE = regex(r"[-=%]{10,}")


def is_arxiv_mail(source: Source) -> bool:
    """Whether records between lines of two backslashes stand in the text."""
    return "\\\\" in source.text and _LISTED.search(source.text) is not None


def read_arxiv_mail(source: Source) -> tuple[ParsedDigest, ...]:
    """The papers as one digest, on the day of the newest."""
    lines = source.text.split("\n")
    drafts = []
    place = 0
    while place < len(lines):
        if _BORDER.match(lines[place]) and place + 1 < len(lines) and _ID.match(lines[place + 1]):
            record, last = _record(lines, place)
            if draft := draft_of(record, place, last):
                drafts.append(draft)
            place = last
        place += 1
    newest = max((draft.date for draft in drafts if draft.date), default=None)
    return (digest_of(source, "mail", drafts, days=Period(newest, newest) if newest else None),)


def _record(lines: list[str], first: int) -> tuple[dict[str, object], int]:
    """The fields of the record that begins with this border, and its last line."""
    fields: dict[str, list[str]] = {}
    abstract: list[str] = []
    current: list[str] | None = None
    inside, last = False, first
    url = ""
    for place in range(first + 1, len(lines)):
        line = lines[place]
        if match := _CLOSING.match(line):
            url, last = match["url"], place
            break
        if _RULE.match(line) or (inside and _BORDER.match(line)):
            break
        if line.strip():
            last = place
        if _BORDER.match(line):
            inside, current = True, None
        elif inside:
            abstract.append(line.strip())
        elif line[:1] == " " and current is not None:
            current.append(line.strip())
        elif match := _FIELD.match(line):
            current = fields.setdefault(match["name"].lower(), [])
            current.append(match["value"].strip())
    record: dict[str, object] = {"abstract": "\n".join(abstract).strip()}
    for name in ("title", "authors", "comments"):
        record[name] = " ".join(fields.get(name, ()))
    if match := _ID.match(lines[first + 1]):
        record["arxiv"] = match["id"]
    record["url"] = url
    record["tags"] = " ".join(fields.get("categories", ())).split()
    record["date"] = _day(fields.get("date", [""])[0])
    return record, last


def _day(text: str) -> str:
    match = re.search(r"\d{1,2} \w{3} \d{4}", text)
    return match[0] if match else ""
