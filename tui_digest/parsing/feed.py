"""RSS and Atom: as files, and as sources answer them.

The parser is that of the standard library, told to take no declarations of entities: those are how a small file becomes
a huge one. It knows the line of every item, and the place where a broken feed ends. What it refuses in an answer from
the network a scanner reads that expects nothing of the marks but that they are some; both hand what they find to one
reader.
"""

from __future__ import annotations

import re
from html import escape
from html.entities import html5
from typing import TYPE_CHECKING, NamedTuple
from xml.parsers import expat

from tui_digest.errors import SourceError
from tui_digest.parsing.html_page import plain_text
from tui_digest.parsing.links import is_paper, is_paper_page
from tui_digest.parsing.record_fields import day_in, digest_of, draft_of
from tui_digest.parsing.xml_text import DECLARED
from tui_digest.text.patterns import regex

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from tui_digest.models import ParsedDigest, Source
    from tui_digest.parsing.drafts import Draft
    from tui_digest.parsing.formats import Shapes

_BEGINS = regex(
    r"\s*(?:<\?xml[^>]*>\s*|<!--.*?-->\s*|<\?xml-stylesheet[^>]*>\s*)*<(?:rss|feed|(?:\w+:)?RDF)\b", re.DOTALL
)
_ROOT = regex(r"<\?xml\b|<(?:rss|feed|(?:\w+:)?RDF)\b")
_ENTITY = regex(r"&(?!(?:amp|lt|gt|quot|apos|#\d+|#x[0-9a-fA-F]+);)(?P<name>\w{1,31};)?")
_REFERENCE = regex(r"&(?:(?P<name>amp|lt|gt|quot|apos)|#(?P<number>\d{1,7})|#[xX](?P<hex>[0-9a-fA-F]{1,6}));")
_NAMED = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}
_ABSTRACT = regex(r"^(?:arXiv:\S+\s+)?Announce Type:.*?\bAbstract:\s*", re.DOTALL)
_MAIL_NAME = regex(r"\S+@\S+\s+\((?P<name>[^()]+)\)$")
_MARK = regex(
    r"<!\[CDATA\[(?P<data>.*?)(?:\]\]>|\Z)|<!--.*?(?:-->|\Z)|<[!?][^>]*+>?"
    r"|<(?P<end>/?)(?P<name>[A-Za-z_][\w:.-]*)(?P<rest>(?:[^<>\"']++|\"[^\"<]*+\"|'[^'<]*+')*+)>",
    re.DOTALL,
)
_ATTRIBUTE = regex(r"(?P<name>[\w:.-]+)\s*=\s*(?:\"(?P<double>[^\"]*)\"|'(?P<single>[^']*)')")
_MOST_DEPTH = 100
_ADDRESS = regex(r"https?://[^\s\"'<>)\]]+")
_FEWEST = 2
"""An item with at least so many papers is a digest; with fewer it is an entry."""
_NAMES = {
    "title": "title", "link": "url", "guid": "guid", "id": "guid", "description": "html", "summary": "html",
    "encoded": "content", "content": "content", "pubdate": "date", "published": "date", "issued": "date",
    "date": "date", "updated": "changed", "modified": "changed", "creator": "authors", "author": "author",
    "name": "authors", "category": "tags", "subject": "tags", "doi": "doi",
}  # fmt: skip
_MARKED_UP = frozenset(("title", "description", "summary", "encoded", "content"))
"""Elements whose text may hold unescaped HTML: its marks are part of the text."""

Fields = dict[str, list[str]]
"""What an item says, by the names on the right of `_NAMES`."""


class FeedItem(NamedTuple):
    """One item of a feed."""

    fields: Fields
    first: int
    """0-based line of the text; so is `last`."""
    last: int


class Feed(NamedTuple):
    """What a feed says."""

    title: str
    items: Sequence[FeedItem]
    broken: int = 0
    """The 1-based line at which it is not well formed; 0 for one that is."""


class _FeedReader:
    """Collects the items while the parser goes over the feed."""

    def __init__(self, line: Callable[[], int]) -> None:
        """`line` tells the 0-based line that is read now."""
        self._line = line
        self._path: list[str] = []
        self._text: list[str] = []
        self._item: Fields | None = None
        self._first = 0
        self._marked = 0
        """How deep one is in the marks of an item's text; 0 outside."""
        self.title = ""
        self.items: list[FeedItem] = []

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        local = name.rpartition(":")[2].lower()
        if self._marked or (self._item is not None and self._path and self._path[-1] in _MARKED_UP):
            self._marked += 1
            self._check_depth(self._marked)
            shown = "".join(f' {key}="{escape(value)}"' for key, value in attributes.items() if key in ("href", "alt"))
            self._text.append(f"<{local}{shown}>")
            return
        self._path.append(local)
        self._check_depth(len(self._path))
        self._text = []
        if local in ("item", "entry"):
            self._item, self._first = {}, self._line()
        elif self._item is not None:
            if local == "link" and attributes.get("href") and attributes.get("rel", "alternate") == "alternate":
                self._item.setdefault("url", []).append(attributes["href"])
            if local == "category" and attributes.get("term"):
                self._item.setdefault("tags", []).append(attributes["term"])

    @staticmethod
    def _check_depth(depth: int) -> None:
        if depth > _MOST_DEPTH:
            raise _TooDeepError

    def data(self, text: str) -> None:
        self._text.append(escape(text, quote=False) if self._marked else text)

    def end(self, name: str) -> None:
        local = name.rpartition(":")[2].lower()
        if self._marked:
            self._marked -= 1
            self._text.append(f"</{local}>")
            return
        text = "".join(self._text).strip()
        self._text = []
        if self._path:
            self._path.pop()
        if local in ("item", "entry") and self._item is not None:
            self.items.append(FeedItem(self._item, self._first, self._line()))
            self._item = None
        elif self._item is not None and text and local in _NAMES:
            self._item.setdefault(_NAMES[local], []).append(text)
        elif local == "title" and not self.title and self._item is None:
            self.title = text


class _TooDeepError(Exception):
    pass


def is_feed(source: Source) -> bool:
    """Whether the text begins as RSS or Atom does."""
    return _BEGINS.match(source.text[:4000]) is not None


def read_feed(source: Source, shapes: Shapes) -> tuple[ParsedDigest, ...]:
    """The items as one digest, on the days from the oldest to the newest, those with several papers as digests of their
    own; `shapes` reads texts. Raises `source.malformed` and `source.no_papers`."""
    feed = feed_in(source.text)
    if feed.broken:
        raise SourceError("source.malformed", path=source.path, format="RSS/Atom", line=feed.broken)
    return feed_digests(source, feed, "RSS/Atom", shapes)


def feed_digests(source: Source, feed: Feed, name: str, shapes: Shapes) -> tuple[ParsedDigest, ...]:
    """The items as `read_feed` makes digests of them; `name` is that of the format. Raises `source.no_papers`."""
    drafts: list[Draft] = []
    whole: list[ParsedDigest] = []
    inside: set[int] = set()
    for item in feed.items:
        if several := _several_in(source, item, shapes):
            whole += several
            inside.update(range(item.first + 1, item.last + 2))
        elif draft := draft_of_item(*item):
            drafts.append(draft)
    if not (drafts or whole):
        raise SourceError("source.no_papers", path=source.path, format=name)
    digest = digest_of(source, "feed", drafts, title=feed.title)
    heads = tuple(line for line in digest.header_lines if line not in inside)
    if not drafts:
        told = "\n".join(filter(None, (feed.title, whole[0].preface)))
        return (whole[0]._replace(header_lines=heads, preface=told or None), *whole[1:])
    days = [draft.date for draft in drafts if draft.date]
    if digest.start is None and days:
        digest = digest._replace(start=min(days), end=max(days))
    return (digest._replace(header_lines=heads), *whole)


def _several_in(source: Source, item: FeedItem, shapes: Shapes) -> tuple[ParsedDigest, ...]:
    """The digests in an item of which two papers or more are told, and which is no paper itself; none in any other."""
    fields, said = item.fields, text_of(item.fields)
    urls = [*fields.get("url", ()), *fields.get("guid", ())]
    if said.count("http") < _FEWEST or any(map(is_paper, urls)):
        return ()
    if len({match[0] for match in _ADDRESS.finditer(said) if is_paper_page(match[0])}) < _FEWEST:
        return ()  # as most posts of a blog
    title = _line_of(next(iter(fields.get("title", ())), ""))
    found = shapes(source._replace(text=plain_text(said)), title or None, None)
    papers = [
        entry for digest in found for entry in digest.entries if any(map(is_paper_page, filter(None, [entry.url])))
    ]
    if len(papers) < _FEWEST:
        return ()
    day = day_in(day_of(fields))
    tags = ", ".join(dict.fromkeys(fields.get("tags", ())))
    names = fields.get("authors", []) or fields.get("author", [])
    who = ", ".join(dict.fromkeys(map(_line_of, names)))
    told = [title if len(found) > 1 else "", *urls[:1], who, f"Tags: {tags}" if tags else ""]
    digests = []
    for digest in found:
        placed = (each._replace(start_line=item.first + 1, end_line=item.last + 1) for each in digest.entries)
        made = digest._replace(entries=tuple(placed), header_lines=(), unplaced=(), unread_date=None)
        if made.start is None:
            made = made._replace(start=day, end=day)
        made = made._replace(title=title or made.title) if len(found) == 1 else made
        digests.append(made._replace(preface="\n".join(filter(None, [*told, made.preface or ""])) or None))
        told = []
    return tuple(digests)


def feed_in(text: str, *, lenient: bool = False) -> Feed:
    """The items of RSS or Atom. One that is not well formed has those before that place, and says so; `lenient` has all
    that can be made out."""
    if lenient and (root := _ROOT.search(text)):  # blanks, or what a server complains of, before the feed
        text = text[root.start() :]
    parser = expat.ParserCreate()
    reader = _FeedReader(lambda: parser.CurrentLineNumber - 1)
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.data
    parser.EntityDeclHandler = _refuse
    broken = 0
    try:
        parser.Parse(DECLARED.sub("", _ENTITY.sub(_character, text)).encode("utf-8"), True)
    except (expat.ExpatError, _TooDeepError):
        broken = parser.CurrentLineNumber
    if broken and lenient:
        items, title = _scanned(text)
        if len(items) >= len(reader.items):
            return Feed(title, items, broken)
    return Feed(_line_of(reader.title), reader.items, broken)


def _scanned(text: str) -> tuple[list[FeedItem], str]:
    """The items of a feed whose marks do not match, and its title."""
    line = 0
    reader = _FeedReader(lambda: line)
    position = 0
    opened: list[str] = []
    try:
        for match in _MARK.finditer(text):
            between = text[position : match.start()]
            if between:
                reader.data(_resolved(between))
            line += text.count("\n", position, match.end())
            position = match.end()
            if match["data"] is not None:
                reader.data(match["data"])
            elif name := match["name"]:
                _scan_mark(reader, opened, name, match["rest"], ends=bool(match["end"]))
        for name in reversed(opened):
            reader.end(name)
    except _TooDeepError:
        pass
    return reader.items, _line_of(reader.title)


def _scan_mark(reader: _FeedReader, opened: list[str], name: str, rest: str, *, ends: bool) -> None:
    """Opens and closes elements so that each is closed once: what stands open inside of one that ends, ends with it,
    and what was never opened does not."""
    if ends:
        if name in opened:
            while (last := opened.pop()) != name:
                reader.end(last)
            reader.end(name)
        return
    if name in ("item", "entry") and name in opened:  # the one before was not closed
        _scan_mark(reader, opened, name, "", ends=True)
    found = _ATTRIBUTE.finditer(rest)
    reader.start(name, {m["name"]: _resolved(m["double"] if m["double"] is not None else m["single"]) for m in found})
    if rest.rstrip().endswith("/"):
        reader.end(name)
    else:
        opened.append(name)


def _resolved(text: str) -> str:
    return _REFERENCE.sub(_referred, _ENTITY.sub(_character, text)) if "&" in text else text


def _referred(match: re.Match[str]) -> str:
    if name := match["name"]:
        return _NAMED[name]
    number = int(match["number"]) if match["number"] else int(match["hex"], 16)
    return chr(number) if 31 < number < 0x110000 and not 0xD800 <= number < 0xE000 else " "


def draft_of_item(fields: Mapping[str, list[str]], first: int, last: int) -> Draft | None:
    """The paper that an item tells of, on these 0-based lines; None where it names none."""
    return draft_of(_record(fields), first, last)


def day_of(fields: Mapping[str, list[str]]) -> str:
    """The day of an item, as `2025-11-28`; empty where it tells none."""
    dates = (*fields.get("date", ()), *fields.get("changed", ()))
    return next((day.isoformat() for each in dates if (day := day_in(each))), "")


def text_of(fields: Mapping[str, list[str]]) -> str:
    """All that an item says, as it came: the content where there is some, else the summary."""
    return max((*fields.get("content", ()), *fields.get("html", ())), key=len, default="")


def _line_of(text: str) -> str:
    return " ".join(plain_text(text).split())


def _record(item: Mapping[str, list[str]]) -> dict[str, object]:
    record: dict[str, object] = {"tags": item.get("tags", []), "doi": item.get("doi", [])}
    record["title"] = _line_of(item.get("title", [""])[0])
    record["url"] = urls = item.get("url", []) or [each for each in item.get("guid", []) if each.startswith("http")]
    record["authors"] = item.get("authors") or item.get("author", [])
    if len(item.get("authors", ())) == 1:
        record["authors"] = item["authors"][0] if "," in item["authors"][0] else item["authors"]
    elif record["authors"]:
        record["authors"] = [_MAIL_NAME.sub(r"\g<name>", each) for each in item.get("authors") or item["author"]]
    texts = [plain_text(text) for name in ("html", "content") for text in item.get(name, [])]
    texts = [text for place, text in enumerate(texts) if text and text not in texts[:place]]
    if texts and _ABSTRACT.match(texts[0]):
        record["abstract"] = _ABSTRACT.sub("", texts[0])
    elif texts and urls and all("arxiv.org" in url for url in urls):
        record["abstract"] = texts[0]
    else:
        record["content"] = max(texts, key=len, default="")
    record["date"] = day_of(item)
    return record


def _character(match: re.Match[str]) -> str:
    """What a name of HTML stands for; a lone `&` is itself."""
    name = match["name"]
    found = html5.get(name) if name else None
    return found.replace("&", "&amp;").replace("<", "&lt;") if found else "&amp;" + (name or "")


def _refuse(*_: object) -> None:
    raise _TooDeepError
