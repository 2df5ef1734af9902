"""Records anywhere in a document, whatever it is written in: which of them tell of a paper each, what they tell, and
what the records around them say of their days and topics."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import TYPE_CHECKING, Any, NamedTuple

from tui_digest.identity import arxiv_id
from tui_digest.parsing.drafts import Draft, paragraphs
from tui_digest.parsing.links import is_paper_page, may_link
from tui_digest.parsing.paper_lists import draft_of_item
from tui_digest.parsing.periods import Period, named_in
from tui_digest.parsing.record_fields import (
    ToldFields,
    address_said,
    day_in,
    digest_of,
    draft_of,
    headed_once,
    said_besides,
)
from tui_digest.parsing.record_roles import lists_papers, role_of
from tui_digest.text.cleaning import clean

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from tui_digest.models import ParsedDigest, Source

_LONGEST_NAME = 60
_FEW = 2
_DAYS = frozenset(
    "date day week period month reportdate announcementdate 날짜 주차 주 기간 일자 日期 日付 期間".split()
)
_HOLDERS = frozenset(
    "papers items entries list lists data results articles posts records content contents digest digests week weeks day"
    " days month months documents references rows children groups sections topics categories feed payload collection"
    " 논문들 목록 논문목록".split()
)
"""Names that only say that something stands in them."""
MESSAGE_TEXTS = ("text", "content", "message", "body")
MESSAGE_TIMES = (
    "date", "ts", "timestamp", "created_at", "time", "datetime", "origin_server_ts", "createdDateTime", "create_at",
)  # fmt: skip
"""What the objects of chats hold, by the names that programs give it, those that are surest first."""
TITLED = frozenset("title url link headline abstract doi".split())
"""Names of fields that no message has."""
_TOPIC = ("topic", "section", "category", "area", "field", "group", "name", "title", "분야", "주제", "제목", "이름")
_TITLE = ("title", "name", "digest", "list", "제목", "이름", "week", "주차")


class FoundRecord(dict[str, Any]):
    """An object of a document, and the 0-based lines it stands on."""

    first = 0
    last = 0


class RecordPlace(NamedTuple):
    """What stands around a record."""

    title: str = ""
    days: Period | None = None
    section: str | None = None
    told: tuple[str, ...] = ()
    """Texts that head the digest."""


def papers_among(objects: Sequence[FoundRecord]) -> Iterator[FoundRecord]:
    """The objects that tell of a paper, none of them inside another that does."""
    end = -1
    previous: FoundRecord | None = None
    for each in objects:
        inside = previous is not None and each.first <= end and any(each is value for value in values_within(previous))
        if not inside and _is_paper(each):
            yield each
            previous, end = each, each.last


def may_be_message(each: Mapping[str, Any]) -> bool:
    """Whether an object may be a message of a chat: it has a time and an untitled text, and no address of its own."""
    names = each.keys()
    return names.isdisjoint(TITLED) and not (names.isdisjoint(MESSAGE_TIMES) or names.isdisjoint(MESSAGE_TEXTS))


def may_be_post(each: Mapping[str, Any]) -> bool:
    """Whether an object may be a post of a social network, as servers of ActivityPub export and answer it."""
    if not isinstance(each.get("content"), str):
        return False
    if "published" in each:
        return each.get("type") in ("Note", "Article", "Page")
    return "created_at" in each and isinstance(each.get("account"), Mapping)


def values_within(value: Any) -> Iterator[Any]:
    """Everything inside a value, each list and object once, however often it is named."""
    waiting, seen = [value], {id(value)}
    while waiting:
        each = waiting.pop()
        for inner in each.values() if isinstance(each, Mapping) else each:
            if isinstance(inner, (Mapping, list)):
                yield inner
                if id(inner) not in seen:
                    seen.add(id(inner))
                    waiting.append(inner)


def _is_paper(each: Mapping[str, Any]) -> bool:
    if isinstance(inner := each.get("paper"), Mapping) and _is_paper(inner):
        return True
    told = ToldFields(each)
    if not told.names_paper():
        return False
    return _leads_to_paper(told) or not (told.title_is_a_name or _holds_papers(each))


def _leads_to_paper(told: ToldFields) -> bool:
    """Whether a record has the id or the address of a paper."""
    if any(told.texts(role) for role in ("doi", "pdf")) or any(arxiv_id(text) for _, text in told.texts("arxiv")):
        return True  # everything has an `id`, but few are arXiv's
    return any(is_paper_page(url) for _, url in told.texts("url"))


def _holds_papers(each: Mapping[str, Any]) -> bool:
    """Whether a record with a title of its own is a list of papers: others in it lead to papers, or texts do."""
    if any(isinstance(value, list) and _are_texts(value) and lists_papers(name, value) for name, value in each.items()):
        return True
    inner = (value for value in values_within(each) if isinstance(value, FoundRecord))
    return any((told := ToldFields(value)).names_paper() and _leads_to_paper(told) for value in inner)


def draft_from(each: FoundRecord) -> Draft | None:
    """The paper that an object tells of, with the object's lines; None where it names none."""
    fields: Mapping[str, Any] = each
    if isinstance(inner := each.get("paper"), Mapping):  # a day's papers on Hugging Face stand one level down
        fields = {**{name: value for name, value in each.items() if name != "paper"}, **inner}
    return draft_of(fields, each.first, each.last, rest=True)


def digests_of(source: Source, shape: str, objects: Sequence[FoundRecord]) -> tuple[ParsedDigest, ...]:
    """The digests of a document: one, or one for each week or day that the records around the papers name. None where
    no object tells of a paper."""
    found = drafts_among(objects, source.text.split("\n"))
    if len({place.days for place, _ in found if place.days}) < _FEW:
        groups = [found] if found else []
    else:
        groups = [list(part) for _, part in groupby(found, key=lambda each: each[0].days)]
    digests: list[ParsedDigest] = []
    said: set[str] = set()
    for group in groups:
        place = group[0][0]
        made = digest_of(source, shape, [draft for _, draft in group], title=place.title, days=place.days)
        if len(groups) > 1 and place.days:
            made = made._replace(start=place.days.start, end=place.days.end)
        told = [line for line in dict.fromkeys(line for around, _ in group for line in around.told) if line not in said]
        said.update(told)
        digests.append(made._replace(preface=paragraphs(told)))
    return headed_once(digests, [draft for _, draft in found])


def drafts_among(objects: Sequence[FoundRecord], lines: Sequence[str]) -> list[tuple[RecordPlace, Draft]]:
    """The papers that the objects tell of, in order, each with what stands around it; `lines` are those of the text."""
    papers = [*papers_among(objects)]
    places = _places(objects, frozenset(map(id, papers)))
    found: list[tuple[RecordPlace, Draft]] = []
    for each in papers:
        if draft := draft_from(each):
            place = places.get(id(each), RecordPlace())
            draft.section = draft.section or place.section
            found.append((place, draft))
    listed = _listed_as_texts(objects, papers, lines)
    counts = Counter(id(each) for each, _, _ in listed)
    for each, name, drafts in listed:
        place = _said_by(each, places.get(id(each), RecordPlace()), top=id(each) not in places)
        place = _named_by(name, place, several=counts[id(each)] > 1)
        for draft in drafts:
            draft.section = place.section
        found += [(place, draft) for draft in drafts]
    return sorted(found, key=lambda pair: pair[1].first) if listed else found


def _listed_as_texts(
    objects: Sequence[FoundRecord], papers: Sequence[FoundRecord], lines: Sequence[str]
) -> list[tuple[FoundRecord, str, list[Draft]]]:
    """The papers that are texts in a list, `"papers": ["2403.00001", "Title https://…"]`: the object and the name under
    which they stand, and these. In a list every text must lead to a paper."""
    listing = [
        (each, name, value)
        for each in objects
        for name, value in each.items()
        if isinstance(value, list) and _may_list(name, value)
    ]
    if not listing:
        return []
    inside = {id(each) for each in papers} | {id(value) for each in papers for value in values_within(each)}
    found: list[tuple[FoundRecord, str, list[Draft]]] = []
    for each, name, texts in listing:
        drafts: list[Draft] = []
        at = each.first
        for text in texts if id(each) not in inside else ():
            begin = text.strip().split("\n")[0]
            at = next((line for line in range(at, each.last + 1) if begin in lines[line]), at)
            if (draft := draft_said(text, at)) is None:
                break
            drafts.append(draft)
        if len(drafts) == len(texts):
            found.append((each, name, drafts))
    return found


def _may_list(name: str, value: list[Any]) -> bool:
    """Whether the texts of a list may be papers, and not what is told of one."""
    known = not role_of(name) or lists_papers(name, value) or _bare(name) in _HOLDERS
    return known and _are_texts(value)


def _are_texts(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(text, str) and text.strip() for text in value)


def draft_said(text: str, line: int) -> Draft | None:
    """The paper that a text names, by its address or id alone or with its title; None where it leads to none."""
    text = clean(text).strip()
    url = address_said(text)
    draft = Draft(line, line, urls=[url]) if url else draft_of_item(text, line)
    return draft if any(map(is_paper_page, draft.urls)) else None


def held_by(whole: FoundRecord) -> list[FoundRecord]:
    """The object, and those in it that stand under names which only say that papers stand there (`papers`, `items`),
    the outer before the inner."""
    own = FoundRecord({name: value for name, value in whole.items() if not _is_list(value) or _bare(name) in _HOLDERS})
    own.first, own.last = whole.first, whole.last
    inner = [value for value in values_within(own) if isinstance(value, FoundRecord)]
    known = {id(value): value for value in inner}
    return [own, *sorted(known.values(), key=lambda each: (each.first, -each.last))]


def _is_list(value: Any) -> bool:
    """Whether a value is objects, or texts that lead to papers."""
    return bool(_children(value)) or (_are_texts(value) and may_link(value[0]))


def _places(objects: Sequence[FoundRecord], papers: Collection[int]) -> dict[int, RecordPlace]:
    """What stands around every object that stands in another one, by the object's `id`; `papers` are those of the
    objects that are papers."""
    places: dict[int, RecordPlace] = {}
    inner = {id(child) for each in objects for value in each.values() for child in _children(value)}
    lone = sum(id(each) not in inner for each in objects) == 1
    for each in objects:
        here = places.get(id(each), RecordPlace())
        if id(each) not in papers:
            here = _said_by(each, here, top=lone and id(each) not in inner)
        several = sum(bool(_children(value)) for value in each.values()) > 1
        for name, value in each.items():
            if children := _children(value):
                below = _named_by(name, here, several=several)
                places.update((id(child), below) for child in children)
    return places


def _children(value: Any) -> list[FoundRecord]:
    """The objects that are a value, or stand in it as in a list."""
    if isinstance(value, FoundRecord):
        return [value]
    return [each for each in value if isinstance(each, FoundRecord)] if isinstance(value, list) else []


def _said_by(each: Mapping[str, Any], above: RecordPlace, *, top: bool) -> RecordPlace:
    """What the records in this one, which is no paper, learn from it."""
    texts = {name: value.strip() for name, value in each.items() if isinstance(value, str) and value.strip()}
    days = next((days for name, text in texts.items() if _bare(name) in _DAYS and (days := _days(text))), None)
    title = next((text for name in _TITLE for own, text in texts.items() if _bare(own) == name), "")
    days = days or (_days(title) if title else None)
    topic = next((text for name in _TOPIC for own, text in texts.items() if _bare(own) == name), None)
    told = said_besides({name: text for name, text in texts.items() if text not in (title, topic)})
    if top or days:
        return RecordPlace(title or above.title, days or above.days, above.section, (*above.told, *told))
    return RecordPlace(above.title, above.days, topic or above.section, (*above.told, *told))


def _named_by(name: str, here: RecordPlace, *, several: bool) -> RecordPlace:
    """What the name says under which records stand: their days, or, of one of several names, their topic."""
    if len(name) > _LONGEST_NAME:
        return here
    if days := _days(name):
        return here._replace(title=name.strip(), days=days)
    known = _bare(name) in _HOLDERS or (role_of(name) and role_of(name) != "tags")
    return here._replace(section=name.strip()) if several and not known and any(map(str.isalpha, name)) else here


def _days(text: str) -> Period | None:
    if len(text) > _LONGEST_NAME or not any(map(str.isdigit, text)):
        return None
    if (named := named_in(text)) and named.period:
        return named.period
    day = day_in(text)
    return Period(day, day) if day else None


def _bare(name: str) -> str:
    return "".join(filter(str.isalnum, name.casefold()))


def draft_in(fields: Mapping[str, Any], number: int) -> Draft | None:
    """The paper that such an object tells of, as the line `number` of a digest (0-based); None where it names none."""
    made = FoundRecord(fields)
    made.first = made.last = number
    return draft_from(made)
