"""RSS and Atom, kept as files.

The parser is that of the standard library, told to take no declarations of entities: those are how a small file becomes
a huge one. It knows the line of every item, and the place where a broken feed ends.
"""

from __future__ import annotations

import re
from html.entities import html5
from typing import TYPE_CHECKING
from xml.parsers import expat

from tui_digest.errors import SourceError
from tui_digest.parsing.html_page import plain_text
from tui_digest.parsing.record_fields import day_in, digest_of, draft_of

if TYPE_CHECKING:
    from tui_digest.models import ParsedDigest, Source

_BEGINS = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*|<!--.*?-->\s*|<\?xml-stylesheet[^>]*>\s*)*<(?:rss|feed|(?:\w+:)?RDF)\b", re.DOTALL
)
_ENTITY = re.compile(r"&(?!(?:amp|lt|gt|quot|apos|#\d+|#x[0-9a-fA-F]+);)(?P<name>\w{1,31};)?")
_DECLARED = re.compile(r"^\s*<\?xml[^>]*\?>")
_ABSTRACT = re.compile(r"^(?:arXiv:\S+\s+)?Announce Type:.*?\bAbstract:\s*", re.DOTALL)
_MOST_DEPTH = 100
_NAMES = {
    "title": "title", "link": "url", "guid": "guid", "id": "guid", "description": "html", "summary": "html",
    "encoded": "content", "content": "content", "pubdate": "date", "published": "date", "issued": "date",
    "updated": "changed", "creator": "authors", "author": "author", "name": "authors",
    "category": "tags", "subject": "tags", "doi": "doi",
}  # fmt: skip


class _FeedReader:
    """Collects the items while the parser goes over the feed."""

    def __init__(self, parser: expat.XMLParserType) -> None:
        self._parser = parser
        self._path: list[str] = []
        self._text: list[str] = []
        self._item: dict[str, list[str]] | None = None
        self._first = 0
        self.title = ""
        self.items: list[tuple[dict[str, list[str]], int, int]] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        name = name.rpartition(":")[2].lower()
        self._path.append(name)
        if len(self._path) > _MOST_DEPTH:
            raise _TooDeepError
        self._text = []
        if name in ("item", "entry"):
            self._item, self._first = {}, self._parser.CurrentLineNumber - 1
        elif self._item is not None:
            if name == "link" and attributes.get("href") and attributes.get("rel", "alternate") == "alternate":
                self._item.setdefault("url", []).append(attributes["href"])
            if name == "category" and attributes.get("term"):
                self._item.setdefault("tags", []).append(attributes["term"])

    def data(self, text: str) -> None:
        self._text.append(text)

    def end(self, name: str) -> None:
        name = name.rpartition(":")[2].lower()
        text = "".join(self._text).strip()
        self._text = []
        self._path.pop()
        if name in ("item", "entry") and self._item is not None:
            self.items.append((self._item, self._first, self._parser.CurrentLineNumber - 1))
            self._item = None
        elif self._item is not None and text and name in _NAMES:
            self._item.setdefault(_NAMES[name], []).append(text)
        elif name == "title" and not self.title:
            self.title = text


class _TooDeepError(Exception):
    pass


def is_feed(source: Source) -> bool:
    """Whether the text begins as RSS or Atom does."""
    return _BEGINS.match(source.text[:4000]) is not None


def read_feed(source: Source) -> tuple[ParsedDigest, ...]:
    """The items as one digest, on the days from the oldest to the newest. Raises `source.malformed` and
    `source.no_papers`."""
    parser = expat.ParserCreate()
    reader = _FeedReader(parser)
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.data
    parser.EntityDeclHandler = _refuse
    try:
        parser.Parse(_DECLARED.sub("", _ENTITY.sub(_character, source.text)).encode("utf-8"), True)
    except (expat.ExpatError, _TooDeepError) as error:
        line = parser.CurrentLineNumber
        raise SourceError("source.malformed", path=source.path, format="RSS/Atom", line=line) from error
    drafts = [draft for item in reader.items if (draft := draft_of(_record(item[0]), item[1], item[2]))]
    if not drafts:
        raise SourceError("source.no_papers", path=source.path, format="RSS/Atom")
    digest = digest_of(source, "feed", drafts, title=" ".join(plain_text(reader.title).split()))
    days = [draft.date for draft in drafts if draft.date]
    if digest.start is None and days:
        digest = digest._replace(start=min(days), end=max(days))
    return (digest,)


def _record(item: dict[str, list[str]]) -> dict[str, object]:
    record: dict[str, object] = {"tags": item.get("tags", []), "doi": item.get("doi", [])}
    record["title"] = " ".join(plain_text(item.get("title", [""])[0]).split())
    record["url"] = item.get("url", []) or [each for each in item.get("guid", []) if each.startswith("http")]
    record["authors"] = item.get("authors") or item.get("author", [])
    if len(item.get("authors", ())) == 1:
        record["authors"] = item["authors"][0] if "," in item["authors"][0] else item["authors"]
    texts = [plain_text(text) for name in ("html", "content") for text in item.get(name, [])]
    texts = [text for place, text in enumerate(texts) if text and text not in texts[:place]]
    if texts and _ABSTRACT.match(texts[0]):
        record["abstract"] = _ABSTRACT.sub("", texts[0])
    elif texts and "arxiv.org" in str(record["url"]):
        record["abstract"] = texts[0]
    else:
        record["text"] = max(texts, key=len, default="")
    record["date"] = next(
        (day.isoformat() for each in (*item.get("date", ()), *item.get("changed", ())) if (day := day_in(each))), ""
    )
    return record


def _character(match: re.Match[str]) -> str:
    """What a name of HTML stands for; a lone `&` is itself."""
    name = match["name"]
    found = html5.get(name) if name else None
    return found.replace("&", "&amp;").replace("<", "&lt;") if found else "&amp;" + (name or "")


def _refuse(*_: object) -> None:
    raise _TooDeepError
