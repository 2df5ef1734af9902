"""The kinds of sources on the web: how an answer is recognised as a feed, a list of papers, a page or a text, and read
as items.

A kind is a function that recognises an answer, a function that reads it, and one row in the table here. Other packages
add rows by the entry points `tui_digest.sources` (`plugins.py`). `item_digests.py` makes digests of the items.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

import orjson

from tui_digest.errors import SourceError
from tui_digest.models import Source
from tui_digest.parsing import decoding, feed, html_page, json_records
from tui_digest.parsing.record_fields import day_in
from tui_digest.sources import item_digests
from tui_digest.store.fetched import SaidItem
from tui_digest.text.cleaning import clean

if TYPE_CHECKING:
    from tui_digest.sources.web.answer import Answer

_FIRST_YEAR = 1980
_AHEAD = timedelta(days=7)
"""Items with a day farther in the future are taken as undated."""
_SAYING = frozenset(("title", "url", "html", "content"))
"""An item without any of these fields is left out."""
_MOST_ITEMS = 50_000
_LONGEST_ID = 2000
_LONGEST_TITLE = 300
_FEWEST_PAPERS = 3
"""A page with at least so many papers is read itself, even where it announces a feed."""


class Brought(NamedTuple):
    """What was read in an answer."""

    title: str = ""
    """The source's own title."""
    items: Sequence[SaidItem] = ()
    """In the order of the answer, in most feeds the newest first. `whole` is not set yet."""
    announces: str = ""
    """The address of the feed that a page announces; then `items` is empty."""
    broken: int = 0
    """The 1-based line of the first syntax error, 0 for none; items that could be read nevertheless are in `items`."""


@dataclass(frozen=True, slots=True)
class SourceKind:
    """A row of the table: how to recognise a kind of source by its answer, and how to read that."""

    name: str
    knows: Callable[[Answer, str], bool]
    """Whether an answer, given with its text, is of this kind."""
    read: Callable[[Answer, str], Brought]
    """Reads an answer and its text. Raises `SourceError`."""


def text_of(answer: Answer) -> str:
    """The body of an answer as clean text: decoded as UTF-8 where it is that, else by the encoding that the server or
    the text itself names. Raises `source.binary`, `source.empty`, `source.too_large`."""
    body, url = answer.body, answer.url
    if answer.charset and answer.charset.lower().replace("-", "") not in ("utf8", "usascii", "ascii"):
        try:
            body.decode("utf-8")
        except UnicodeDecodeError:
            try:
                text = clean(body.decode(answer.charset))
            except (LookupError, ValueError):
                pass
            else:
                return text
    return decoding.source_from_bytes(body, url).text


def read_answer(answer: Answer, text: str, kinds: Sequence[SourceKind], known_as: str = "") -> tuple[str, Brought]:
    """The name of an answer's kind, and its items. A source that was `known_as` a kind must be of that kind again: a
    page in the place of a feed is a login or an error, not news. Raises `SourceError`: `source.other_kind`,
    `source.no_digest`, and those of the kind that reads it."""
    for kind in kinds:
        if kind.knows(answer, text):
            if known_as and kind.name != known_as:
                raise SourceError("source.other_kind", url=answer.url, kind=known_as, now=kind.name)
            brought = kind.read(answer, text)
            return kind.name, brought._replace(title=brought.title[:_LONGEST_TITLE])
    raise SourceError("source.no_digest", url=answer.url)


def sane(items: Sequence[SaidItem], today: date) -> list[SaidItem]:
    """The items, each id once and at most `_MOST_ITEMS`; days before 1980 or in the future are taken out."""
    found: dict[str, SaidItem] = {}
    for item in items[:_MOST_ITEMS]:
        day = item.day
        try:
            told = date.fromisoformat(day) if day else None
        except ValueError:
            told = None
        if told is None or told.year < _FIRST_YEAR or told > today + _AHEAD:
            day = ""
        known = item.id[:_LONGEST_ID]
        found.setdefault(known, item._replace(id=known, day=day))
    return list(found.values())


# -- feeds -------------------------------------------------------------------------------------------------------------


def _is_feed(answer: Answer, text: str) -> bool:
    media = answer.media_type
    named = media.endswith(("rss+xml", "atom+xml", "rdf+xml")) or media in ("text/xml", "application/xml")
    begins = text[:4000].lstrip()[:1] == "<" and feed.is_feed(Source(answer.url, text, ""))
    return begins or (named and ("<item" in text or "<entry" in text or "<channel" in text or "<feed" in text))


def _read_feed(answer: Answer, text: str) -> Brought:
    found = feed.feed_in(text, lenient=True)
    saying = [item.fields for item in found.items if item.fields.keys() & _SAYING]
    if found.broken and not saying:
        raise SourceError("source.malformed", path=answer.url, format="RSS/Atom", line=found.broken)
    return Brought(found.title, _feed_items(saying), broken=found.broken)


def _feed_items(items: Sequence[feed.Fields]) -> list[SaidItem]:
    """The items of a feed. An item's id is its `guid` or `id`, else its address, else a hash of its text. A `guid` that
    many items share is no id."""
    ids = [each.get("guid", [""])[0] for each in items]
    often = {each for each, times in Counter(ids).items() if times > 1}
    found = []
    for fields, told in zip(items, ids, strict=True):
        address = (fields.get("url") or [""])[0]
        said = "\0".join([*fields.get("title", ()), feed.text_of(fields)])
        by_text = hashlib.sha256(said.encode("utf-8", "replace")).hexdigest()[:24]
        name = (told if told not in often else "") or address or by_text
        found.append(SaidItem(name, "feed", orjson.dumps(fields).decode(), feed.day_of(fields)))
    return found


def _is_json_feed(answer: Answer, text: str) -> bool:
    return text.lstrip()[:1] == "{" and "jsonfeed.org/version" in text[:2000]


def _read_json_feed(answer: Answer, text: str) -> Brought:
    document = _json(answer, text)
    items = document.get("items") if isinstance(document, dict) else None
    if not isinstance(items, list):
        raise SourceError("source.malformed", path=answer.url, format="JSON Feed", line=1)
    fields = [_json_fields(each) for each in items if isinstance(each, dict)]
    return Brought(" ".join(_texts(document.get("title"))), _feed_items(fields))


def _json_fields(item: Mapping[str, Any]) -> feed.Fields:
    """The fields of a JSON Feed item, named as those of RSS and Atom are."""
    people = item.get("authors") or [item.get("author")]
    names = [each.get("name") for each in people if isinstance(each, dict)] if isinstance(people, list) else []
    fields = {
        "title": _texts(item.get("title")),
        "url": _texts(item.get("url")) or _texts(item.get("external_url")),
        "guid": _texts(item.get("id")),
        "html": _texts(item.get("summary")),
        "content": _texts(item.get("content_html")) or _texts(item.get("content_text")),
        "date": _texts(item.get("date_published")),
        "changed": _texts(item.get("date_modified")),
        "authors": [each for name in names for each in _texts(name)],
        "tags": [each for tag in _list(item.get("tags")) for each in _texts(tag)],
    }
    return {name: texts for name, texts in fields.items() if texts}


def _json(answer: Answer, text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        line = getattr(error, "lineno", 1)
        raise SourceError("source.malformed", path=answer.url, format="JSON", line=line) from error


def _texts(value: Any) -> list[str]:
    if isinstance(value, bool) or not isinstance(value, str | int):
        return []
    text = clean(str(value)).strip()
    return [text] if text else []


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


# -- lists of papers ---------------------------------------------------------------------------------------------------


def _is_papers(answer: Answer, text: str) -> bool:
    """Whether it is a JSON document of papers: Hugging Face's daily papers, or the list that a bot keeps."""
    if text.lstrip()[:1] not in ("[", "{"):
        return False
    try:
        return bool(json_records.papers_in(text))
    except ValueError:
        return False


def _read_papers(answer: Answer, text: str) -> Brought:
    items = []
    for fields in json_records.papers_in(text):
        inner = fields.get("paper")
        paper: dict[str, Any] = inner if isinstance(inner, dict) else {}
        told = {**fields, **paper}
        names = (told.get(name) for name in ("arxiv_id", "arxivId", "id", "url", "link", "title"))
        name = next((text for each in names for text in _texts(each)), "")
        days = (fields.get("publishedAt"), paper.get("submittedOnDailyAt"), *told.values())
        days_told = (day_in(each) for each in days if isinstance(each, str) and each[:4].isdecimal())
        day = next((each.isoformat() for each in days_told if each), "")
        items.append(SaidItem(name, "json", orjson.dumps(fields).decode(), day))
    return Brought("", items)


# -- pages and texts ---------------------------------------------------------------------------------------------------


def _is_page(answer: Answer, text: str) -> bool:
    return html_page.is_html(text) or (answer.media_type in ("text/html", "application/xhtml+xml") and "<" in text)


def _read_page(answer: Answer, text: str) -> Brought:
    from tui_digest.sources.page import announced_feeds, title_of

    item = SaidItem("", f"page:{urlsplit(answer.url).path}", text, whole=True)
    title = title_of(text)
    papers = item_digests.papers_in(item)
    announced = announced_feeds(text)
    if papers < _FEWEST_PAPERS and announced:
        return Brought(title, announces=announced[0])
    if not papers:
        raise SourceError("source.no_digest", url=answer.url)
    return Brought(title, [item])


def _is_text(answer: Answer, text: str) -> bool:
    return True


def _read_text(answer: Answer, text: str) -> Brought:
    item = SaidItem("", f"text:{urlsplit(answer.url).path}", text, whole=True)
    if not item_digests.entries_in(item):
        raise SourceError("source.no_digest", url=answer.url)
    return Brought("", [item])


KINDS: tuple[SourceKind, ...] = (
    SourceKind("json-feed", _is_json_feed, _read_json_feed),
    SourceKind("feed", _is_feed, _read_feed),
    SourceKind("papers", _is_papers, _read_papers),
    SourceKind("page", _is_page, _read_page),
    SourceKind("text", _is_text, _read_text),
)
"""Asked in this order; the last row takes every text."""
