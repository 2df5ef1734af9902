"""Records of papers, whatever they were read from: fields under the names that people and programs give them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeVar

from tui_digest.identity import arxiv_id, doi
from tui_digest.models import Link, ParsedDigest
from tui_digest.parsing.authors import authors_in, people
from tui_digest.parsing.drafts import Draft, finished
from tui_digest.parsing.labels import Label, field_of
from tui_digest.parsing.lines import number_in
from tui_digest.parsing.links import host_of
from tui_digest.parsing.periods import named_in
from tui_digest.parsing.record_roles import is_sure, lists_papers, may_be_either, role_of, title_among
from tui_digest.parsing.source_text import document
from tui_digest.text.cleaning import clean
from tui_digest.text.name_words import EASTERN_WORD, HAN_NAME, KOREAN_NAME
from tui_digest.text.patterns import regex
from tui_digest.text.people import is_others

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from tui_digest.models import Source
    from tui_digest.parsing.periods import Period

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
_SHORT = 200
_MOST_NAME_WORDS = 5
_BESIDE_TITLE = frozenset(("authors", "url", "pdf", "arxiv", "doi", "abstract"))
_ID_OF_PROGRAM = regex(r"(?=\S*\d)[\w-]{16,}$", re.ASCII)
_Meant = TypeVar("_Meant")


class ToldFields:
    """What a record says, by what its fields hold; those that are surely named so go first."""

    def __init__(self, fields: Mapping[str, Any]) -> None:
        filled = {name: value for name, value in fields.items() if value not in (None, "", [], {})}
        roles = {name: role_of(name) for name in filled}
        for name, value in filled.items():
            if isinstance(value, list):
                roles[name] = "" if lists_papers(name, value) else roles[name]
            elif roles[name] == "title" and may_be_either(name) and (isinstance(value, Mapping) or _is_address(value)):
                roles[name] = "" if isinstance(value, Mapping) else "url"
        titled = title_among(roles)
        self.title_is_a_name = titled is not None
        """Whether the title stands under a name that many things have."""
        if titled:
            roles[titled] = "title"
        self._by_role: dict[str, list[tuple[str, Any]]] = {}
        for name in sorted(filled, key=lambda name: not is_sure(name)):
            if roles[name]:
                self._by_role.setdefault(roles[name], []).append((name, filled[name]))
        self.others = {name: value for name, value in filled.items() if not roles[name]}
        """The fields under names that nobody knows."""
        self.left: list[tuple[str, str]] = []
        """Texts under known names that are not what the name promises."""

    def names_paper(self) -> bool:
        """Whether it has a title, and an author, an address, an id or an abstract."""
        return "title" in self._by_role and not _BESIDE_TITLE.isdisjoint(self._by_role)

    def values(self, role: str) -> list[Any]:
        """What stands under the names of a role."""
        return [value for _, value in self._by_role.get(role, ())]

    def texts(self, role: str) -> list[tuple[str, str]]:
        """Every text under the names of a role, with that name."""
        return [(name, text) for name, value in self._by_role.get(role, ()) for text in _texts(value)]

    def take(self, role: str, read: Callable[[str], _Meant | None]) -> list[tuple[str, _Meant]]:
        """What `read` makes of every text of a role, with its name; a text of which it makes nothing is left."""
        made: list[tuple[str, _Meant]] = []
        for name, text in self.texts(role):
            found = read(text)
            if found is not None:
                made.append((name, found))
            elif any(map(str.isalnum, text)):
                self.left.append((name, text))
        return made


def draft_of(fields: Mapping[str, Any], first: int, last: int, *, rest: bool = False) -> Draft | None:
    """The paper that a record tells of, on these 0-based lines; None where it names none: no title, and neither
    address nor id. Values are texts, numbers, lists of them or of `{"name": …}`; texts under names of their own
    (`{"AI": {"tldr": …}}`) are kept as lines of commentary. With `rest` so is whatever else it says, and the addresses
    under other names are links."""
    told = ToldFields(fields)
    draft = Draft(first, last)
    draft.title = " ".join(_text(next(iter(told.values("title")), None)).split())[:_LONGEST_TITLE] or None
    ids = _take_addresses(draft, told)
    if draft.title and _is_stand_in(draft.title, [*ids, *(p[0] for p in map(arxiv_id, draft.urls) if p)], draft.urls):
        draft.title = None
    if draft.title is None and not draft.urls:
        return None
    if draft.title is None and not (ids or any(map(arxiv_id, draft.urls)) or any(map(doi, draft.urls))):
        return None
    draft.authors = _authors(told.values("authors"))
    draft.tags = [tag for value in told.values("tags") for tag in _tags(value)]
    abstracts = [text for value in told.values("abstract") if (text := _text(value))]
    draft.abstract = abstracts[0].split("\n") if abstracts else []
    said = [*abstracts[1:], *(text for value in told.values("text") for text in _texts(value))]
    said += [f"{name}: {text}" for name, text in _nested(fields)]
    draft.commentary = [line for text in said[:_MOST_TEXTS] for line in text.split("\n")]
    draft.votes = next((votes for value in told.values("votes") if (votes := _number(value)) is not None), None)
    days = told.take("date", day_in)
    draft.date = days[0][1] if days else None
    draft.section = next((text for value in told.values("section") if (text := _text(value))), None)
    if rest:
        _take_rest(draft, told)
    return draft


def _take_addresses(draft: Draft, told: ToldFields) -> list[str]:
    """Puts the addresses of a record into the draft, its own first; returns the arXiv ids that it names."""
    addresses = [(name, url) for name, url in told.take("url", address_said)]
    papers = [text for _, text in told.texts("arxiv")]
    ids = [paper[0] for each in papers if (paper := arxiv_id(_arxiv_name(each)))]
    dois = [url for _, url in told.take("doi", _doi_url)]
    named = [f"https://arxiv.org/abs/{ids[0]}"] if ids else dois[:1]
    urls = [url for _, url in addresses]
    draft.urls = urls or named or [each for each in papers if _is_url(each)][:1]
    if ids and urls and not any(map(arxiv_id, urls)):
        draft.urls = [*urls, f"https://arxiv.org/abs/{ids[0]}"]
    elif urls and dois and not any(map(doi, urls)):
        draft.urls = [*urls, dois[0]]
    draft.links = [
        Link(url, label if is_sure(name) else clean(name).strip())
        for role, label in _LABELS.items()
        for name, url in told.take(role, address_said)
    ]
    if not draft.urls and draft.links:
        draft.urls = [draft.links.pop(0).url]
    return ids


def said_besides(fields: Mapping[str, str]) -> list[str]:
    """Texts and addresses as lines `Name: text`; numbers, days and the ids of programs aside."""
    return [
        line
        for name, text in fields.items()
        if name.strip() and (_is_url(text) or _is_said(text))
        for line in _labelled(name, clean(text[:_LONGEST_TEXT]))
    ]


def _take_rest(draft: Draft, told: ToldFields) -> None:
    """Keeps what no other part of the draft has: addresses as links, texts as lines `Name: text`; numbers, days and
    the ids of programs aside."""
    for name, value in told.others.items():
        if not name.strip() or isinstance(value, Mapping):
            continue
        texts = _texts(value)
        named = [
            (text, text if _is_url(text) else address_said(text) if isinstance(value, list) else None) for text in texts
        ]
        draft.links += [Link(url, clean(name).strip()) for _, url in named if url]
        rated = field_of(name) is Label.SCORE
        said = [text for text, url in named if url is None and (rated or _is_said(text))]
        if said and isinstance(value, str):
            draft.commentary += _labelled(name, said[0])
        elif said:
            draft.commentary += _labelled(name, ", ".join(said)) if len("".join(said)) < _SHORT else _listed(name, said)
    again = [(name, text) for role in ("title", "section") for name, text in told.texts(role)[1:]]
    for name, text in [*again, *told.left]:
        if text not in (draft.title, draft.section):
            draft.commentary += _labelled(name, text)


def _labelled(name: str, text: str) -> list[str]:
    return f"{clean(name).strip()}: {text}".split("\n")


def _listed(name: str, texts: Sequence[str]) -> list[str]:
    return [f"{clean(name).strip()}:", *(f"- {line}" for text in texts for line in text.split("\n"))]


def _is_said(text: str) -> bool:
    if not any(map(str.isalnum, text)):
        return not text.isascii()  # stars
    return any(map(str.isalpha, text)) and day_in(text) is None and not _ID_OF_PROGRAM.match(text)


def _number(value: Any) -> int | None:
    if type(value) is int:
        return value
    return number_in(value) if isinstance(value, str) and len(value) < _SHORT else None


def _is_address(value: Any) -> bool:
    return isinstance(value, str) and address_said(value.strip()) is not None


def address_said(text: str) -> str | None:
    """The address that a text is: one of the web, or a paper's id or DOI alone; None for any other text."""
    if _is_url(text):
        return text
    if " " in text.strip() or not any(map(str.isdigit, text)):
        return None
    if paper := arxiv_id(text):
        return f"https://arxiv.org/abs/{paper[0]}" + (f"v{paper[1]}" if paper[1] else "")
    return f"https://doi.org/{name}" if (name := doi(text)) else None


def _arxiv_name(text: str) -> str:
    return text if _is_url(text) or text[:6].casefold() == "arxiv:" else f"arXiv:{text}"


def _is_stand_in(title: str, ids: Sequence[str], urls: Sequence[str]) -> bool:
    """Whether a title in brackets only says again which paper it is, as our own exports write where none is known."""
    inner = title[1:-1] if title[:1] == "[" and title[-1:] == "]" else ""
    return bool(inner) and (inner in ids or inner in map(host_of, urls))


def digest_of(
    source: Source, name: str, drafts: Sequence[Draft], *, title: str = "", days: Period | None = None
) -> ParsedDigest:
    """The digest of these records, on the days of its file's name, else `days`. Every line outside of them heads it."""
    text = document(source, None)
    inside = {index for draft in drafts for index in range(draft.first, draft.last + 1)}
    days = text.named or days
    return ParsedDigest(
        title=title or text.stem or name,
        shape=name,
        start=days[0] if days else None,
        end=days[1] if days else None,
        entries=finished(drafts, text),
        header_lines=tuple(index + 1 for index in text.filled if index not in inside),
    )


def headed_once(digests: Sequence[ParsedDigest], drafts: Iterable[Draft]) -> tuple[ParsedDigest, ...]:
    """The digests of one file, made by `digest_of` of some of its records each: the lines outside of them all head the
    first."""
    if not digests:
        return ()
    inside = {line for draft in drafts for line in range(draft.first + 1, draft.last + 2)}
    heads = tuple(line for line in digests[0].header_lines if line not in inside)
    return (digests[0]._replace(header_lines=heads), *(each._replace(header_lines=()) for each in digests[1:]))


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
        if (
            isinstance(dated := value.get("date-parts"), (list, tuple))
            and dated
            and isinstance(dated[0], (list, tuple))
        ):
            return ["-".join(f"{part:0>2}" for part in map(str, dated[0]))]  # as CSL has it
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
            alone = (name,) if KOREAN_NAME.match(name) or HAN_NAME.match(name) else ()
            return people(name) or alone or _names_of_several(name)
        names = tuple(" ".join(text.split()) for text in _texts(value))
        if len(names) == 1 and "," in names[0]:
            names = people(names[0]) or names
        if names:
            return names
    return ()


def _names_of_several(text: str) -> tuple[str, ...]:
    """The names of two people or more in a field for authors, though some of them are words, too: `Long, Ann`."""
    names = authors_in(text) if "http" not in text and not any(map(str.isdigit, text)) else ()
    told = [name for name in names if not is_others(name)]
    fits = all(name[0].isupper() and 1 < len(name.split()) <= _MOST_NAME_WORDS for name in told)
    return names if len(told) > 1 and fits else ()


def _tags(value: Any) -> list[str]:
    if isinstance(value, str) and value.lstrip()[:1] in ("#", "＃"):
        value = value.split()
    words = _APART.split(clean(value)) if isinstance(value, str) else _texts(value)
    return [tag for word in words if (tag := word.strip(" \t,").lstrip("#＃").strip())]


def _is_url(text: str) -> bool:
    return text.startswith(("http://", "https://", "arxiv.org/", "www.")) and len(text) <= _LONGEST_URL


def _doi_url(text: str) -> str | None:
    url = text if _is_url(text) else f"https://doi.org/{text.strip().removeprefix('doi:').strip()}"
    return url if doi(url) else None
