"""BibTeX and RIS, as Zotero and other reference managers export them.

Parsers of our own: we need the lines of each record, which no library tells, and a damaged record must not cost the
others.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from tui_digest.errors import SourceError
from tui_digest.parsing.record_fields import digest_of, draft_of
from tui_digest.text.name_words import EASTERN_WORD, SUFFIX
from tui_digest.text.patterns import regex

if TYPE_CHECKING:
    from tui_digest.models import ParsedDigest, Source
    from tui_digest.parsing.drafts import Draft

_RECORD = regex(r"^[ \t]*@(?P<kind>[A-Za-z]+)\s*[{(]", re.MULTILINE)
_BEGINS_BIB = regex(r"(?:\s|%[^\n]*\n)*@[A-Za-z]+\s*[{(]\s*[^\s,{}]*\s*[,}=\"]")
_FIELD = regex(r"\s*,?\s*(?P<name>[\w-]+)\s*=\s*")
_BARE = regex(r"[^\s,{}\"#]+")
_NO_PAPERS = frozenset(("comment", "preamble", "string"))
_AND = regex(r"\s+and\s+")
_COMMA = regex(",")
_ACCENT = regex(r"\\(?P<mark>[`'^\"~=.]|[cvuHrk](?![A-Za-z]))\s*\{?\s*(?P<letter>\\?[A-Za-z])\s*\}?")
_MARKS_ABOVE = "\u0300\u0301\u0302\u0308\u0303\u0304\u0307\u0327\u030c\u0306\u030b\u030a\u0328"
_ACCENTS = dict(zip("`'^\"~=.cvuHrk", _MARKS_ABOVE, strict=True))
_LETTERS = {
    "ss": "ß", "o": "ø", "O": "Ø", "l": "ł", "L": "Ł", "ae": "æ", "AE": "Æ", "oe": "œ", "OE": "Œ", "aa": "å", "AA": "Å",
    "i": "i", "j": "j",
}  # fmt: skip
_LETTER = regex(rf"\\({'|'.join(sorted(_LETTERS, key=len, reverse=True))})(?![A-Za-z])\s*")
_COMMAND = regex(r"\\(?:emph|text\w*|url|href|mathrm)\s*(?=\{)")
_ESCAPED = regex(r"\\([&%$#_{}])")
_PREPRINT = regex(r"arXiv\s*:\s*(?P<id>\d{4}\.\d{4,5}|[a-z-]+(?:\.[A-Z]{2})?/\d{7})", re.IGNORECASE)
_PREPRINT_FIELDS = ("journal", "note", "howpublished", "volume")
_MATH = regex(r"((?<!\\)\$[^$]*?(?<!\\)\$)")
_SIGN_NAMES = {
    "textbraceleft": "{", "textbraceright": "}", "textbackslash": "\\", "textasciitilde": "~", "textasciicircum": "^",
    "textless": "<", "textgreater": ">", "textbar": "|",
}  # fmt: skip
_SIGN = regex(rf"\\({'|'.join(_SIGN_NAMES)})(?:\{{\}}|(?![A-Za-z])\s?)")
_KEPT = {sign: chr(place) for place, sign in enumerate(_SIGN_NAMES.values())}
"""What stands for a sign until LaTeX's own of that kind are gone: no text that was read holds control characters."""
_RIS_LINE = regex(r"^(?P<tag>[A-Z][A-Z0-9])  ?-(?: (?P<value>.*))?$")
_RIS_NAMES = {
    "TI": "title", "T1": "title", "CT": "title", "AU": "authors", "A1": "authors", "UR": "url", "L1": "pdf",
    "L2": "url", "DO": "doi", "AB": "abstract", "N2": "abstract", "KW": "tags", "PY": "date", "Y1": "date",
    "DA": "date", "N1": "note",
}  # fmt: skip


def is_bibtex(source: Source) -> bool:
    """Whether the text begins with a BibTeX record."""
    return _BEGINS_BIB.match(source.text[:4000]) is not None


def read_bibtex(source: Source) -> tuple[ParsedDigest, ...]:
    """The records as one digest. Raises `source.no_papers`."""
    drafts: list[Draft] = []
    text = source.text
    starts = list(_RECORD.finditer(text))
    first = counted = 0
    for place, match in enumerate(starts):
        limit = starts[place + 1].start() if place + 1 < len(starts) else len(text)
        if match["kind"].lower() in _NO_PAPERS:
            continue
        fields, end = _bib_fields(text, match.end(), limit)
        first, counted = first + text.count("\n", counted, match.start()), match.start()
        draft = draft_of(_bib_record(fields), first, first + text.count("\n", match.start(), end))
        if draft is not None:
            drafts.append(draft)
    return _digest(source, "bibtex", "BibTeX", drafts)


def _bib_fields(text: str, start: int, limit: int) -> tuple[dict[str, str], int]:
    """The fields of the record that was opened before `start`, and where it ends."""
    key = re.compile(r"\s*[^,{}=\s]*\s*").match(text, start, limit)
    position = key.end() if key else start
    fields: dict[str, str] = {}
    while match := _FIELD.match(text, position, limit):
        pieces: list[str] = []
        position = match.end()
        while True:
            value, position = _bib_value(text, position, limit)
            pieces.append(value)
            joined = re.compile(r"\s*#\s*").match(text, position, limit)
            if joined is None:
                break
            position = joined.end()
        fields.setdefault(match["name"].lower(), "".join(pieces))
    closing = text.find("}", position, limit)
    return fields, closing + 1 if closing >= 0 else len(text[:limit].rstrip())


def _bib_value(text: str, position: int, limit: int) -> tuple[str, int]:
    """The value at this place: in braces, in quotes, or bare. One that is never closed goes to the next record."""
    opener = text[position : position + 1]
    if opener not in ("{", '"'):
        match = _BARE.match(text, position, limit)
        return (match[0], match.end()) if match else ("", position)
    depth = 0
    for match in re.compile(r"[{}\"]").finditer(text, position + (opener == '"'), limit):
        mark = match[0]
        if mark != '"' and text[match.start() - 1] == "\\":
            continue
        if mark == "{":
            depth += 1
        elif mark == "}":
            depth -= 1
        if (opener == "{" and depth == 0 and mark == "}") or (opener == '"' and mark == '"' and depth == 0):
            return text[position + 1 : match.start()], match.end()
    return text[position + 1 : limit], limit


def _bib_record(fields: dict[str, str]) -> dict[str, object]:
    record: dict[str, object] = {}
    for name in ("title", "abstract", "keywords"):
        if name in fields:
            record[name] = _plain(fields[name], keep_lines=name != "title")
    said = [_plain(fields[name], keep_lines=True) for name in ("note", "annote", "comment") if fields.get(name)]
    record["comment"] = "\n\n".join(said)
    if names := fields.get("author") or fields.get("editor"):
        record["authors"] = [turned_name(each) for each in _apart(" ".join(names.split()), _AND) if each.strip(" {}")]
    if fields.get("eprint") and (fields.get("archiveprefix") or fields.get("eprinttype") or "arxiv").lower() == "arxiv":
        record["arxiv"] = fields["eprint"].strip()
    elif match := _PREPRINT.search(" ".join(fields.get(name, "") for name in _PREPRINT_FIELDS)):
        record["arxiv"] = match["id"]
    for name in ("url", "doi"):
        if fields.get(name):
            record[name] = fields[name].strip().replace("\\_", "_").replace("\\%", "%")
    if fields.get("date"):
        record["date"] = fields["date"]
    elif fields.get("month") and fields.get("year"):
        record["date"] = f"{fields['month']} {fields['year']}"
    return record


def _apart(text: str, separator: re.Pattern[str]) -> list[str]:
    """The text divided where a separator stands outside of braces."""
    parts, start = [], 0
    for match in separator.finditer(text):
        before = text[start : match.start()]
        if before.count("{") == before.count("}"):
            parts.append(before)
            start = match.end()
    return [*parts, text[start:]]


def turned_name(text: str) -> str:
    """`Quill, Ada` is Ada Quill, and `Quill, Jr., Ada` and `Quill, Ada, Jr.` are Ada Quill Jr.; a name in braces is a
    group's and stays."""
    parts = [_plain(part).strip() for part in _apart(text, _COMMA)]
    suffix = next((part for part in parts[1:] if SUFFIX.match(part)), "")
    if suffix:
        parts.remove(suffix)
    if len(parts) != 2:
        return " ".join([*parts, suffix]).strip()
    family, given = parts
    if EASTERN_WORD.match(family) and EASTERN_WORD.match(given):
        return family + given
    return " ".join(filter(None, (given, family, suffix)))


def _plain(text: str, *, keep_lines: bool = False) -> str:
    """LaTeX's letters as letters, without braces; formulas stay."""
    pieces = _MATH.split(text)
    for place in range(0, len(pieces), 2):
        piece = _SIGN.sub(lambda m: _KEPT[_SIGN_NAMES[m[1]]], pieces[place])
        piece = _ACCENT.sub(lambda m: m["letter"].lstrip("\\") + _ACCENTS[m["mark"]], piece)
        piece = _LETTER.sub(lambda m: _LETTERS[m[1]], _COMMAND.sub("", piece))
        piece = piece.replace("\\{", _KEPT["{"]).replace("\\}", _KEPT["}"]).replace("{", "").replace("}", "")
        piece = _ESCAPED.sub(r"\1", piece).replace("~", " ").replace("---", "—")
        for sign, kept in _KEPT.items():
            piece = piece.replace(kept, sign)
        pieces[place] = piece
    plain = unicodedata.normalize("NFC", "".join(pieces))
    lines = [" ".join(line.split()) for line in plain.split("\n")]
    return " ".join(line for line in lines if line) if not keep_lines else "\n".join(lines).strip()


def is_ris(source: Source) -> bool:
    """Whether the first line is one of RIS."""
    return re.match(r"\s*TY  ?- ", source.text[:200]) is not None


def read_ris(source: Source) -> tuple[ParsedDigest, ...]:
    """The records as one digest. Raises `source.no_papers`."""
    drafts: list[Draft] = []
    record: dict[str, list[str]] = {}
    first = last = -1
    current: list[str] | None = None
    for number, line in enumerate([*source.text.split("\n"), "TY  - "]):
        match = _RIS_LINE.match(line.rstrip())
        if match is None:
            if current and line.strip():  # a long field goes on on the next line
                current[-1] += "\n" + line.strip()
                last = number
            continue
        tag, value = match["tag"], (match["value"] or "").strip()
        if tag == "TY":
            if first >= 0 and (draft := draft_of(_ris_record(record), first, last)):
                drafts.append(draft)
            record, first = {}, number
        last, current = number, None
        if value and tag in _RIS_NAMES:
            current = record.setdefault(_RIS_NAMES[tag], [])
            current.append(value)
    return _digest(source, "ris", "RIS", drafts)


def _ris_record(record: dict[str, list[str]]) -> dict[str, object]:
    found: dict[str, object] = dict(record)
    if "authors" in record:
        found["authors"] = [turned_name(each) for each in record["authors"]]
    if "title" in record:
        found["title"] = record["title"][0]
    if "note" in record:
        found["note"] = "\n\n".join(record["note"])  # a field is a paragraph
    if "date" in record:  # `2024/03/05/` with empty parts for what is not known
        found["date"] = max((each.strip("/ ") for each in record["date"]), key=len)
    return found


def _digest(source: Source, shape: str, name: str, drafts: list[Draft]) -> tuple[ParsedDigest, ...]:
    if not drafts:
        raise SourceError("source.no_papers", path=source.path, format=name)
    return (digest_of(source, shape, drafts),)
