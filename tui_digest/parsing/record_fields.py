"""Records of papers, whatever they were read from: fields under the names that people and programs give them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from tui_digest.identity import arxiv_id, doi
from tui_digest.models import Link, ParsedDigest
from tui_digest.parsing.authors import people
from tui_digest.parsing.drafts import Draft, finished
from tui_digest.parsing.links import host_of
from tui_digest.parsing.periods import named_in
from tui_digest.parsing.source_text import document
from tui_digest.text.cleaning import clean
from tui_digest.text.name_words import EASTERN_WORD, HAN_NAME, KOREAN_NAME
from tui_digest.text.patterns import regex

if TYPE_CHECKING:
    from tui_digest.models import Source

_ROLES = {
    "title": "title papertitle papername 제목 논문 논문제목 标题 題名 タイトル",
    "authors": "authors author creators creator authornames authorlist 저자 作者 著者",
    "url": "url link paperurl abs absurl abstracturl entryid arxivurl href permalink html htmlurl alternate"
    " 링크 链接 リンク",
    "pdf": "pdf pdfurl pdflink",
    "arxiv": "arxivid arxiv eprint paperid externalid id",
    "doi": "doi",
    "abstract": "abstract abstractnote summary 초록 摘要 要旨 概要",
    "text": "tldr comment comments note notes annote description review aisummary commentary content contenttext"
    " 요약 메모 コメント",
    "tags": "tags tag keywords keyword categories category topics topic subjects labels manualtags"
    " 태그 키워드 关键词 标签 キーワード",
    "votes": "upvotes votes likes numupvotes",
    "date": "date published publishedat publisheddate datepublished pubdate submitteddate announcementdate issued"
    " year 날짜 日期 日付",
    "section": "section collection primarycategory 분류",
    "code": "code codeurl github githuburl githubrepo repo repository",
    "page": "project projectpage projecturl homepage website",
}
_LONG = 60
_ROLE_OF = {name: role for role, names in _ROLES.items() for name in names.split()}
_APART = regex(r"[;,，、]\s*")
_YEAR = regex(r"(?:19|20)\d{2}$")
_LABELS = {"pdf": "PDF", "code": "Code", "page": "Project"}
_NAME_PARTS = (
    "first", "given", "firstName", "dropping-particle", "non-dropping-particle", "last", "family", "lastName", "suffix",
)  # fmt: skip
"""Of one person, in the order of speech, by the names that programs give them."""
_LONGEST_TEXT = 1_000_000
_LONGEST_TITLE, _LONGEST_URL = 2_000, 8_000
_MOST_TEXTS = 50


def role_of(name: str) -> str:
    """What a field of this name holds; empty where that is not known."""
    return _short_role(name) if len(name) < _LONG else _role(name)


def _role(name: str) -> str:
    return _ROLE_OF.get("".join(filter(str.isalnum, name.casefold())), "")


_short_role = lru_cache(maxsize=512)(_role)
"""The records of a file share the names of their fields."""


def draft_of(fields: Mapping[str, Any], first: int, last: int) -> Draft | None:
    """The paper that a record tells of, on these 0-based lines; None where it names none: no title, and neither
    address nor id. Values are texts, numbers, lists of them or of `{"name": …}`; texts under names of their own
    (`{"AI": {"tldr": …}}`) are kept as lines of commentary."""
    found: dict[str, list[Any]] = {}
    for name, value in fields.items():
        if value not in (None, "", [], {}) and (role := role_of(name)):
            found.setdefault(role, []).append(value)
    draft = Draft(first, last)
    draft.title = " ".join(_text(found.get("title", [None])[0]).split())[:_LONGEST_TITLE] or None
    urls = [each for value in found.get("url", ()) for each in _texts(value) if _is_url(each)]
    papers = [each for value in found.get("arxiv", ()) for each in _texts(value)]
    ids = [paper[0] for each in papers if (paper := arxiv_id(_arxiv_name(each)))]
    dois = [each for value in found.get("doi", ()) for each in _texts(value) if doi(_doi_url(each))]
    named = [f"https://arxiv.org/abs/{ids[0]}"] if ids else [_doi_url(each) for each in dois[:1]]
    draft.urls = urls or named
    if ids and not any(map(arxiv_id, urls)) and urls:
        draft.urls = [*urls, f"https://arxiv.org/abs/{ids[0]}"]
    draft.links = [
        Link(url, label)
        for role, label in _LABELS.items()
        for value in found.get(role, ())
        for url in _texts(value)
        if _is_url(url)
    ]
    if not draft.urls and draft.links:
        draft.urls = [draft.links.pop(0).url]
    if draft.title and _is_stand_in(draft.title, [*ids, *(p[0] for p in map(arxiv_id, draft.urls) if p)], draft.urls):
        draft.title = None
    if draft.title is None and not draft.urls:
        return None
    if draft.title is None and not (ids or any(map(arxiv_id, draft.urls)) or dois):
        return None
    draft.authors = _authors(found.get("authors", ()))
    draft.tags = [tag for value in found.get("tags", ()) for tag in _tags(value)]
    abstracts = [_text(value) for value in found.get("abstract", ())]
    draft.abstract = abstracts[0].split("\n") if abstracts else []
    said = [*abstracts[1:], *(text for value in found.get("text", ()) for text in _texts(value))]
    told = [f"{name}: {text}" for name, text in _nested(fields)]
    draft.commentary = [line for text in [*said, *told][:_MOST_TEXTS] for line in text.split("\n")]
    draft.votes = next((value for value in found.get("votes", ()) if type(value) is int), None)
    draft.date = next((day for value in found.get("date", ()) if (day := day_in(_text(value)))), None)
    sections = (_text(value) for value in found.get("section", ()))
    draft.section = next(filter(None, sections), None)
    return draft


def untold(fields: Mapping[str, Any]) -> list[str]:
    """The fields under names that no role knows, as lines `Name: text`; numbers, days and addresses aside."""
    return [
        line
        for name, value in fields.items()
        if name.strip() and not role_of(name) and isinstance(value, str) and _is_said(value)
        for line in f"{clean(name).strip()}: {clean(value[:_LONGEST_TEXT]).strip()}".split("\n")
    ]


def _is_said(text: str) -> bool:
    return any(map(str.isalpha, text)) and day_in(text) is None and not _is_url(text)


def _arxiv_name(text: str) -> str:
    return text if _is_url(text) or text[:6].casefold() == "arxiv:" else f"arXiv:{text}"


def _is_stand_in(title: str, ids: Sequence[str], urls: Sequence[str]) -> bool:
    """Whether a title in brackets only says again which paper it is, as our own exports write where none is known."""
    inner = title[1:-1] if title[:1] == "[" and title[-1:] == "]" else ""
    return bool(inner) and (inner in ids or inner in map(host_of, urls))


def digest_of(
    source: Source, name: str, drafts: Sequence[Draft], *, title: str = "", day: date | None = None
) -> ParsedDigest:
    """The digest of these records, on the day of its file's name, else `day`. Every line outside of them heads it."""
    text = document(source, None)
    inside = {index for draft in drafts for index in range(draft.first, draft.last + 1)}
    days = text.named or ((day, day) if day else None)
    return ParsedDigest(
        title=title or text.stem or name,
        shape=name,
        start=days[0] if days else None,
        end=days[1] if days else None,
        entries=finished(drafts, text),
        header_lines=tuple(index + 1 for index in text.filled if index not in inside),
    )


@lru_cache(maxsize=2048)  # the items of a feed, and the records of a list, share their days
def day_in(text: str) -> date | None:
    """The day that a date of a record names, of a month alone its first; None for a year alone."""
    if not text or _YEAR.match(text.strip()):
        return None
    named = named_in(text.strip()[:10] if text[:4].isdecimal() else text[:60], loose=True)
    return named.period.start if named and named.period else None


def _text(value: Any) -> str:
    texts = _texts(value)
    return "\n".join(texts) if texts else ""


def _texts(value: Any) -> list[str]:
    """The texts in a value, cleaned: itself, those of a list, the names in a list of records."""
    if isinstance(value, str):
        return [clean(value[:_LONGEST_TEXT]).strip()] if value.strip() else []
    if isinstance(value, bool) or value is None:
        return []
    if isinstance(value, (int, float)):
        return [str(value)]
    if isinstance(value, Mapping):
        for name in ("name", "fullname", "title", "term", "url", "href", "raw", "literal"):
            if isinstance(value.get(name), str):
                return _texts(value[name])
        parts = [part for name in _NAME_PARTS if isinstance(part := value.get(name), str)]
        return _texts(("" if all(map(EASTERN_WORD.match, parts)) else " ").join(_family_first(parts)))
    if isinstance(value, (list, tuple)):
        return [text for each in value[:1000] for text in (_texts(each) if not isinstance(each, (list, tuple)) else [])]
    return []


def _family_first(parts: list[str]) -> list[str]:
    """The parts of a name as they are said: in Hangul and Han the family first."""
    return parts[::-1] if len(parts) == 2 and all(map(EASTERN_WORD.match, parts)) else parts


def _nested(fields: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [
        (clean(name), _text(text))
        for value in fields.values()
        if isinstance(value, Mapping)
        for name, text in value.items()
        if isinstance(text, str) and isinstance(name, str) and text.strip() and role_of(name) in ("", "text")
    ]


def _authors(values: Sequence[Any]) -> tuple[str, ...]:
    for value in values:
        if isinstance(value, str):
            name = clean(value).strip()  # one word is a name where nothing else is told
            return people(name) or ((name,) if KOREAN_NAME.match(name) or HAN_NAME.match(name) else ())
        names = tuple(" ".join(text.split()) for text in _texts(value))
        if len(names) == 1 and "," in names[0]:
            names = people(names[0]) or names
        if names:
            return names
    return ()


def _tags(value: Any) -> list[str]:
    words = _APART.split(clean(value)) if isinstance(value, str) else _texts(value)
    return [tag for word in words if (tag := word.strip().lstrip("#").strip())]


def _is_url(text: str) -> bool:
    return text.startswith(("http://", "https://", "arxiv.org/", "www.")) and len(text) <= _LONGEST_URL


def _doi_url(text: str) -> str:
    return text if _is_url(text) else f"https://doi.org/{text.strip().removeprefix('doi:').strip()}"
