"""From the items that a source gave to digests for the library. Pure: nothing is fetched or written here.

An item that holds several papers becomes a digest of its own; every other item becomes one entry of the digest of its
day. A source that is a single text (a page, a file) gives the digests in that text.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from functools import partial
from html import escape
from typing import TYPE_CHECKING, NamedTuple, Protocol

import orjson

from tui_digest import parsing
from tui_digest.errors import SourceError
from tui_digest.models import Source
from tui_digest.parsing import document_records, feed
from tui_digest.parsing.drafts import Draft
from tui_digest.parsing.html_page import plain_text
from tui_digest.parsing.mail import letters
from tui_digest.parsing.periods import Period
from tui_digest.parsing.record_fields import digest_of
from tui_digest.sources.folders import names_paper
from tui_digest.store.importing import Incoming
from tui_digest.text.cleaning import clean

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from tui_digest.models import Entry, ParsedDigest
    from tui_digest.parsing import Shape
    from tui_digest.store.fetched import SaidItem

UNDATED = "undated"
_FEWEST = 2
"""An item with at least so many papers is a digest; with fewer it is an entry."""
_MARKS = re.compile(r"https?://[^\s\"'<>)\]]+|\barXiv:\s?[\w./-]+", re.IGNORECASE)
"""What names a paper, perhaps."""
_LONGEST_NAME = 300
_LONGEST_TITLE = 80


class Reads(Protocol):
    """What reads a text as digests: `parsing.parse_all`, or `parsing.several_in`."""

    def __call__(self, source: Source, name_hint: str | None = None, /) -> tuple[ParsedDigest, ...]:
        """The digests of a source. Raises `SourceError`."""
        ...


class Form(NamedTuple):
    """How the text of an item is read."""

    entry: Callable[[str, int], Draft | None]
    """Reads an item's text as one entry, on the 0-based line of its day's digest; None where it says nothing."""
    digests: Callable[[SaidItem, Reads], tuple[ParsedDigest, ...]]
    """Reads an item as digests by what reads its text. Raises `SourceError`."""


@dataclass(slots=True)
class Made:
    """The digests made of some items."""

    incoming: list[list[Incoming]]
    """To be imported list by list, in this order; the digests of one list may be imported together."""
    failed: list[tuple[str, SourceError]]
    """The ids of items that could not be read, each with its error."""


def is_whole(item: SaidItem, shapes: Sequence[Shape] = ()) -> bool:
    """Whether an item is a digest of its own: several papers stand in it."""
    said = feed.text_of(_fields(item.text)) if item.form == "feed" else item.text
    if item.form != "letter":  # which may be packed so that no address shows
        if said.count("http") + said.count("arXiv:") < _FEWEST:  # it cannot name two papers
            return False
        marks = (mark[0] for mark in _MARKS.finditer(said))
        first = next(marks, None)
        if all(mark == first for mark in marks):
            return False
    try:
        found = _form(item).digests(item, partial(parsing.several_in, shapes=shapes))
    except SourceError:
        return False
    return sum(names_paper(entry) for digest in found for entry in digest.entries) >= _FEWEST


def papers_in(item: SaidItem, shapes: Sequence[Shape] = ()) -> int:
    """How many entries of an item, read as a digest, name a paper. Raises `SourceError`."""
    return sum(names_paper(entry) for entry in entries_in(item, shapes))


def entries_in(item: SaidItem, shapes: Sequence[Shape] = ()) -> list[Entry]:
    """The entries of an item, read as a digest. Raises `SourceError`."""
    return [entry for digest in _digests(item, shapes) for entry in digest.entries]


def digests_of(
    address: str, title: str, items: Mapping[str, SaidItem], wanted: Collection[str], shapes: Sequence[Shape] = ()
) -> Made:
    """The digests of the items whose ids are `wanted`. The digest of a day is made of all items of that day, also of
    those that are not wanted. `items` are all items of the source by id, `title` is the source's own title."""
    made = Made([[]], [])
    days: defaultdict[str, list[SaidItem]] = defaultdict(list)
    touched = {items[each].day for each in wanted if not items[each].whole}
    for item in items.values():
        if not item.whole:
            if item.day in touched:
                days[item.day].append(item)
        elif item.id in wanted:
            _take_whole(address, item, made, shapes)
    for day, each in days.items():
        made.incoming[-1].append(_day(address, title, day, each, made))
    made.incoming = [each for each in made.incoming if each]
    return made


def _take_whole(address: str, item: SaidItem, made: Made, shapes: Sequence[Shape]) -> None:
    try:
        digests = _digests(item, shapes)
    except SourceError as error:
        made.failed.append((item.id, error))
        return
    text, path = item.form.partition(":")[0] in TEXTS, path_of(address, item)
    digests = tuple(_from_its_first_entry(_on(each, item.day)) for each in digests)
    found = [Incoming(path, _hash(path, item.text), each, keeps=text) for each in digests]
    if text and made.incoming[-1] and any(each.keeps for each in made.incoming[-1]):
        made.incoming.append(found)  # another version of the same text: one after the other
    else:
        made.incoming[-1] += found


def _on(digest: ParsedDigest, day: str) -> ParsedDigest:
    """The digest, dated by its item's day where it has no days of its own."""
    if digest.start is not None or not day:
        return digest
    return digest._replace(start=date.fromisoformat(day), end=date.fromisoformat(day), unread_date=None)


def _from_its_first_entry(digest: ParsedDigest) -> ParsedDigest:
    """The digest with its lines counted from its first entry: so text added above it in a page is no edit of it."""
    before = min((each.start_line for each in digest.entries), default=1) - 1
    if not before:
        return digest
    entries = (e._replace(start_line=e.start_line - before, end_line=e.end_line - before) for e in digest.entries)
    return digest._replace(entries=tuple(entries), header_lines=())


def _day(address: str, title: str, day: str, items: Sequence[SaidItem], made: Made) -> Incoming:
    drafts = []
    read = date.fromisoformat(day) if day else None
    for number, item in enumerate(items):
        try:
            draft = _form(item).entry(item.text, number)
        except SourceError as error:
            made.failed.append((item.id, error))
            continue
        if draft is not None:
            draft.date = read
            drafts.append(draft)
    path = path_of(address, items[0])
    source = Source(day or UNDATED, "\n".join(" ".join(item.text.split()) for item in items), "")
    digest = digest_of(source, "feed", drafts, title=title, days=Period(read, read) if read else None)
    digest = digest._replace(title=title or digest.title, header_lines=())
    return Incoming(path, _hash(path, *(item.text for item in items)), digest)


def path_of(address: str, item: SaidItem) -> str:
    """The path under which the library has an item's digest: the source's address, with `#` and a day or id."""
    if not item.whole:
        return f"{address}#{item.day or UNDATED}"
    return address if item.form.partition(":")[0] in TEXTS else f"{address}#{name_of(item.id)}"


def name_of(item_id: str) -> str:
    """An item's id as the last part of a path, cut and hashed where it is long."""
    name = " ".join(clean(item_id).split())
    if len(name) <= _LONGEST_NAME:
        return name
    return name[:_LONGEST_NAME] + hashlib.sha256(item_id.encode("utf-8", "replace")).hexdigest()[:12]


def _hash(*texts: str) -> str:
    """SHA-256 of a path and texts, so that the same text from two sources is two digests."""
    made = hashlib.sha256()
    for text in texts:
        made.update(text.encode("utf-8", "replace"))
        made.update(b"\0")
    return made.hexdigest()


# -- forms -----------------------------------------------------------------------------------------------------------


def _form(item: SaidItem) -> Form:
    found = FORMS.get(item.form.partition(":")[0])
    if found is None:
        raise SourceError("source.newer_form", form=item.form[:40])
    return found


def _digests(item: SaidItem, shapes: Sequence[Shape]) -> tuple[ParsedDigest, ...]:
    return _form(item).digests(item, partial(parsing.parse_all, shapes=shapes))


def _fields(text: str) -> dict[str, list[str]]:
    try:
        fields = orjson.loads(text)
        return {name: [each for each in values if isinstance(each, str)] for name, values in fields.items()}
    except (ValueError, TypeError, AttributeError) as error:
        raise SourceError("source.malformed", path="-", format="feed", line=1) from error


def _feed_entry(text: str, number: int) -> Draft | None:
    fields = _fields(text)
    draft = feed.draft_of_item(fields, number, number)
    if draft is not None:
        return draft
    draft = Draft(number, number, urls=[each for each in fields.get("url", ()) if each.startswith("http")][:1])
    return _called_by_its_text(draft, plain_text(feed.text_of(fields)))


def _called_by_its_text(draft: Draft, text: str) -> Draft | None:
    """The entry with its text, whose first words stand in for a title; None where it has neither words nor URL."""
    draft.commentary = text.split("\n")
    words = " ".join(text.split())
    draft.fallback_title = words if len(words) <= _LONGEST_TITLE else words[: _LONGEST_TITLE - 1].rstrip() + "…"
    return draft if words or draft.urls else None


def _feed_digests(item: SaidItem, reads: Reads) -> tuple[ParsedDigest, ...]:
    fields = _fields(item.text)
    title = " ".join(plain_text(fields.get("title", [""])[0]).split())
    text = feed.text_of(fields)
    if "<" in text:
        text = f"<title>{escape(title)}</title>\n{text}"
        source = Source("item.html", clean(text), "")
    else:
        source = Source("item.md", clean(text), "")
    found = reads(source, title or None)
    return tuple(each._replace(title=title) if each.title == "item" and title else each for each in found)


def _json_entry(text: str, number: int) -> Draft | None:
    try:
        fields = orjson.loads(text)
    except ValueError as error:
        raise SourceError("source.malformed", path="-", format="JSON", line=1) from error
    return document_records.draft_in(fields, number) if isinstance(fields, dict) else None


def _none(item: SaidItem, reads: Reads) -> tuple[ParsedDigest, ...]:
    return ()


def _letter_entry(text: str, number: int) -> Draft | None:
    letter = letters(Source("letter.eml", text, ""))[0]
    draft = Draft(number, number, title=letter.subject or None, date=letter.day)
    said = "\n".join(line.text for line in letter.lines)
    if draft.title is None:
        return _called_by_its_text(draft, said)
    draft.commentary = said.split("\n")
    return draft


def _letter_digests(item: SaidItem, reads: Reads) -> tuple[ParsedDigest, ...]:
    return reads(Source("letter.eml", item.text, ""))


def _page_digests(item: SaidItem, reads: Reads) -> tuple[ParsedDigest, ...]:
    from tui_digest.sources.page import main_text

    place = item.form.partition(":")[2] or "page.html"
    return reads(Source(_as_page(place), clean(main_text(item.text)), ""))


def _as_page(place: str) -> str:
    return place if place.endswith((".html", ".htm", ".xhtml")) else place.rstrip("/") + ".html"


def _text_digests(item: SaidItem, reads: Reads) -> tuple[ParsedDigest, ...]:
    return reads(Source(item.form.partition(":")[2] or "text.md", item.text, ""))


def _no_entry(text: str, number: int) -> Draft | None:
    return None


FORMS: Mapping[str, Form] = {
    "feed": Form(_feed_entry, _feed_digests),
    "json": Form(_json_entry, _none),
    "letter": Form(_letter_entry, _letter_digests),
    "page": Form(_no_entry, _page_digests),
    "text": Form(_no_entry, _text_digests),
}
"""By the first part of `SaidItem.form`; a path may follow it after a colon, and its ending tells how to read a text."""

TEXTS = ("page", "text")
"""The forms of sources that are a single text."""
