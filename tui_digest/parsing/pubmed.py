"""What PubMed and MEDLINE export: records of lines with a tag each (`.nbib`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_digest.errors import SourceError
from tui_digest.parsing.bibliography import turned_name
from tui_digest.parsing.record_fields import digest_of, draft_of
from tui_digest.text.patterns import regex

if TYPE_CHECKING:
    from tui_digest.models import ParsedDigest, Source
    from tui_digest.parsing.drafts import Draft

_LINE = regex(r"(?P<tag>[A-Z]{2,4}) {0,2}- (?P<value>.*)$")
_BEGINS = regex(r"\s*PMID ?- ?\d+\s*$")
_DOI = regex(r"(?P<doi>10\.\S+)\s+\[doi\]$")
_NAMES = {"TI": "title", "AB": "abstract", "DP": "date", "JT": "journal", "GN": "comment"}
_PAGE = "https://pubmed.ncbi.nlm.nih.gov/{}/"


def is_nbib(source: Source) -> bool:
    """Whether the first line is one of PubMed's."""
    return _BEGINS.match(source.text.lstrip().partition("\n")[0]) is not None


def read_nbib(source: Source) -> tuple[ParsedDigest, ...]:
    """The records as one digest. Raises `source.no_papers`."""
    drafts: list[Draft] = []
    record: dict[str, list[str]] = {}
    first = last = -1
    current: list[str] | None = None
    for number, line in enumerate([*source.text.split("\n"), "PMID- "]):
        match = _LINE.match(line)
        if match is None:
            if current and line[:1] == " " and line.strip():  # a field goes on on the next line
                current[-1] += " " + line.strip()
                last = number
            continue
        tag, value = match["tag"], match["value"].strip()
        if tag == "PMID":
            if record and (draft := draft_of(_fields(record), first, last, rest=True)):
                drafts.append(draft)
            record, first = {}, number
        last = number
        current = record.setdefault(tag, [])
        current.append(value)
    if not drafts:
        raise SourceError("source.no_papers", path=source.path, format="PubMed")
    return (digest_of(source, "nbib", drafts),)


def _fields(record: dict[str, list[str]]) -> dict[str, object]:
    found: dict[str, object] = {name: record[tag][0] for tag, name in _NAMES.items() if record.get(tag)}
    if "date" in found:
        found["date"] = " ".join(reversed(record["DP"][0].split()))  # `2021 Aug 5`
    found["title"] = str(found.get("title", "")).removesuffix(".")
    found["authors"] = [turned_name(each) for each in record.get("FAU") or record.get("AU", [])]
    named = (match["doi"] for tag in ("LID", "AID") for each in record.get(tag, []) if (match := _DOI.match(each)))
    if number := next(named, None):
        found["doi"] = number
    else:
        found["url"] = [_PAGE.format(number) for number in record.get("PMID", [])[:1] if number]
    found["tags"] = [each.replace("*", "").strip() for tag in ("OT", "MH") for each in record.get(tag, [])]
    return found
