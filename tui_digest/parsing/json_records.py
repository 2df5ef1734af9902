"""JSON and JSON lines: our own exports, the daily papers of Hugging Face, the records that arXiv bots keep."""

from __future__ import annotations

import json
import re
from bisect import bisect
from collections.abc import Iterator, Mapping
from datetime import date
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from tui_digest.errors import SourceError
from tui_digest.identity import arxiv_id, own_text, text_key
from tui_digest.models import Link, Mark, ParsedDigest
from tui_digest.parsing.document_records import FoundRecord, digests_of, may_be_message, may_be_post, papers_among
from tui_digest.parsing.drafts import Draft, finished
from tui_digest.parsing.source_text import document
from tui_digest.text.cleaning import clean
from tui_digest.text.patterns import regex

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tui_digest.models import Entry, Source
    from tui_digest.parsing.formats import Shapes
    from tui_digest.parsing.source_text import SourceText

SHAPE = "json"
_OF_NO_ADDRESS = ("text:", "title:")
"""Kinds of key that no address gave."""
_TOKEN = regex(r'"(?:[^"\\]|\\.)*"|[{}]', re.DOTALL)
_OPENING = regex(r'\s*(?:\{\s*["}]|\[\s*(?:[\[{"\]]|-?\d))')
_OWN = frozenset(("key", "digest", "source", "title", "authors", "url"))
_JSON_FEED = "https://jsonfeed.org/version/"
_FEED_NAMES = {
    "title": ("title",),
    "url": ("external_url", "url"),
    "html": ("summary",),
    "content": ("content_html", "content_text"),
    "date": ("date_published",),
    "changed": ("date_modified",),
}
"""The fields of an item as `feed.py` calls them, and what a JSON Feed calls them."""
_SHAPES = frozenset(
    "weekly-table daily-markdown list chat weekly-text daily-text note review text record json yaml bibtex ris csv"
    " nbib endnote rdf feed mail".split()
)


def is_json(source: Source) -> bool:
    """Whether the text begins as JSON does."""
    return _OPENING.match(source.text[:400]) is not None


def read_json(source: Source, shapes: Shapes) -> tuple[ParsedDigest, ...]:
    """The digests of a JSON document, or of a document a line; `shapes` reads texts. Raises `source.malformed` and
    `source.no_papers`."""
    objects = _objects(source)
    if own := _own(objects):
        return tuple(_own_digests(source, own))
    if str(objects[0].get("version", "") if objects else "").startswith(_JSON_FEED):
        return _read_json_feed(source, objects[0], shapes)
    if any(may_be_message(each) or may_be_post(each) for each in objects):
        from tui_digest.parsing.chat_export import read_messages  # hardly any document has such objects

        if chats := read_messages(source, objects):
            return chats
    if digests := digests_of(source, SHAPE, objects):
        return digests
    raise SourceError("source.no_papers", path=source.path, format="JSON")


def _read_json_feed(source: Source, whole: FoundRecord, shapes: Shapes) -> tuple[ParsedDigest, ...]:
    """The items of a JSON Feed, read as those of RSS. Raises `source.no_papers`."""
    from tui_digest.parsing.feed import Feed, FeedItem, feed_digests

    items = whole.get("items")
    found = [each for each in items if isinstance(each, FoundRecord)] if isinstance(items, list) else []
    made = [FeedItem(_feed_fields(each), each.first, each.last) for each in found]
    return feed_digests(source, Feed(_one(whole.get("title")) or "", made), "JSON Feed", shapes)


def _feed_fields(each: FoundRecord) -> dict[str, list[str]]:
    people = each.get("authors") if isinstance(each.get("authors"), list) else [each.get("author")]
    fields = {name: [text for key in keys if (text := _one(each.get(key)))] for name, keys in _FEED_NAMES.items()}
    fields["authors"] = [name for one in people or () if isinstance(one, Mapping) and (name := _one(one.get("name")))]
    fields["tags"] = _list(each.get("tags"))
    return fields


def papers_in(text: str) -> list[dict[str, Any]]:
    """The objects of a JSON document that tell of a paper each. None of one of our own exports: that is digests, and
    not a list that goes on. Raises ValueError where the text is no JSON document."""
    try:
        objects = found_objects(text)
    except RecursionError as error:
        raise ValueError(error) from error
    return [] if _own(objects) else [dict(each) for each in papers_among(objects)]


def _objects(source: Source) -> list[FoundRecord]:
    try:
        return found_objects(source.text)
    except (ValueError, RecursionError) as error:
        return _lines(source, error)


def _own(objects: Sequence[FoundRecord]) -> list[FoundRecord]:
    return [each for each in objects if each.keys() >= _OWN]


def found_objects(text: str) -> list[FoundRecord]:
    """The objects of one document, the outer before the inner, each with its lines."""
    starts = [0, *(match.end() for match in re.finditer("\n", text))]
    spans: list[tuple[int, int]] = []
    opened: list[int] = []
    for match in _TOKEN.finditer(text):
        if match[0] == "{":
            opened.append(match.start())
        elif match[0] == "}" and opened:
            spans.append((opened.pop(), match.start()))
    closing = iter(spans)  # objects are handed out as they close, and so were these found
    found: list[tuple[int, FoundRecord]] = []

    def take(pairs: list[tuple[str, Any]]) -> FoundRecord:
        made = FoundRecord(pairs)
        start, end = next(closing)
        made.first, made.last = bisect(starts, start) - 1, bisect(starts, end) - 1
        found.append((start, made))
        return made

    whole = json.loads(text, object_pairs_hook=take)
    if not found and isinstance(whole, list):  # of texts, perhaps
        made = FoundRecord(papers=whole)
        made.last = len(starts) - 1
        return [made]
    return [made for _, made in sorted(found, key=lambda each: each[0])]


def _lines(source: Source, error: Exception) -> list[FoundRecord]:
    """The objects of JSON lines. Raises `source.malformed` with the line that is none."""
    objects: list[FoundRecord] = []
    for number, line in enumerate(source.text.split("\n")):
        if not line.strip():
            continue
        try:
            made = json.loads(line)
        except (ValueError, RecursionError):
            where = getattr(error, "lineno", 1) if not objects else number + 1
            raise SourceError("source.malformed", path=source.path, format="JSON", line=where) from error
        if isinstance(made, dict):
            each = FoundRecord(made)
            each.first = each.last = number
            objects.append(each)
    return objects


def _own_digests(source: Source, objects: Sequence[FoundRecord]) -> Iterator[ParsedDigest]:
    """The digests that were exported, each with its title, its days and its entries."""
    text = document(source, None)
    groups: dict[str, list[FoundRecord]] = {}
    for each in objects:
        digest = each["digest"] if isinstance(each["digest"], Mapping) else {}
        groups.setdefault(str(digest.get("id", "")), []).append(each)
    inside = {index for each in objects for index in range(each.first, each.last + 1)}
    rest = tuple(index + 1 for index in text.filled if index not in inside)
    for group in groups.values():
        digest = group[0]["digest"] if isinstance(group[0]["digest"], Mapping) else {}
        shape = str(digest.get("shape", ""))
        yield ParsedDigest(
            title=clean(str(digest.get("title") or text.stem)),
            shape=shape if shape in _SHAPES else SHAPE,
            start=_iso(digest.get("start")),
            end=_iso(digest.get("end")),
            entries=tuple(_own_entry(each, text) for each in group),
            header_lines=rest,
            preface=next((told for each in group if (told := _one(each.get("preface")))), None),
        )
        rest = ()


def _own_entry(each: FoundRecord, text: SourceText) -> Entry:
    """The entry as it was exported; its key follows from it, as from any text, but for what was nobody's key."""
    draft = Draft(each.first, each.last)
    draft.title = _one(each.get("title"))
    draft.urls = [url for url in (_one(each.get("url")),) if url]
    draft.date = _iso(each.get("date"))
    draft.section = _one(each.get("section"))
    draft.votes = each["votes"] if type(each.get("votes")) is int else None
    labels = each.get("link_labels")
    of = labels if isinstance(labels, list) else ()  # version 1 has none
    draft.links = [Link(clean(url), _one(label)) for url, label in zip_longest(_list(each.get("links")), of) if url]
    entry = finished([draft], text)[0]
    if (_one(each.get("key")) or "").startswith(_OF_NO_ADDRESS):  # then it tells of the papers that it links to
        draft.links = []
        alone = finished([draft], text)[0]
        entry = entry._replace(key=alone.key, arxiv_id=alone.arxiv_id, version=alone.version)
    paper = _one(each.get("arxiv_id"))
    entry = entry._replace(
        authors=tuple(map(clean, _list(each.get("authors_written")) or _list(each.get("authors")))),
        tags=tuple(map(clean, _list(each.get("tags")))),
        abstract=_one(each.get("abstract")),
        commentary=_one(each.get("commentary")),
        arxiv_id=paper if paper and arxiv_id(f"arXiv:{paper}") else entry.arxiv_id,
        fallback_title=_one(each.get("fallback_title")) or entry.fallback_title,  # version 1 has none
    )
    if not entry.key.startswith("text:") or not (entry.title or entry.url):
        return entry
    said = own_text(entry.title, entry.url, entry.authors, entry.abstract, entry.commentary, entry.tags)
    return entry._replace(key=text_key(said))


def marks_in(source: Source) -> list[tuple[str, Mark]]:
    """The marks in one of our own exports, by the key that their entry has when it is read back; none in others."""
    try:
        own = _own(_objects(source))
    except (SourceError, RecursionError):
        return []
    text = document(source, None)
    found = []
    for each in own:
        note = each.get("note")
        tags = tuple(tag for tag in map(clean, _list(each.get("own_tags"))) if tag.strip())
        mark = Mark(each.get("read") is True, each.get("starred") is True, _one(note), tags)
        if mark != Mark():
            found.append((_own_entry(each, text).key, mark))
    return found


def _one(value: Any) -> str | None:
    return (clean(value) or None) if isinstance(value, str) else None


def _list(value: Any) -> list[str]:
    return [each for each in value if isinstance(each, str)] if isinstance(value, list) else []


def _iso(value: Any) -> date | None:
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
