"""What of an entry is searched: the truth that the scan looks through and the index is made from.

A needle matches an entry when it stands in one of the texts of its fields (both as `matching.searchable` has them), be
it in another spacing, or when it is one of initial consonants and stands for syllables of the title, of a tag or, where
`matching.at_words` says so, of the body. A phrase lies within one text: one tag, one author's name, never from one into
the next.
"""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple

from tui_digest.store.codec import StoredFields, shown_title
from tui_digest.text.drawn_text import drawn, may_mark
from tui_digest.text.matching import at_words, fold, folded_bytes, initials, is_initials, searchable, spaced
from tui_digest.text.people import people

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator, Sequence

FIELDS = ("title", "author", "tag", "other", "body")
"""The title as shown; authors; the source's tags; arXiv id or DOI, hosts of the addresses and labels of the links;
abstract and commentary, as they are drawn: a phrase is found across marks. What arXiv says stands beside what the
digest says. Their numbers stand in the index."""

BODY = FIELDS.index("body")
"""The last one."""

TITLE_INITIALS, TAG_INITIALS = 5, 6
"""Numbers of two more fields: the initial consonants of titles and of tags."""

ALL_FIELDS = 7

_BETWEEN_FIELDS = "\0"
BETWEEN_TEXTS = "\x7f"
_BETWEEN_ENTRIES = "\n\0\0\n"
_BETWEEN_FIELDS_AS_TOLD = "\n\0\n"
_RARE_BLANKS = b"\t\r\x0b\x0c"
_BLANKS = bytes.maketrans(b"\n" + _RARE_BLANKS, b" " * 5)
_joined = f" {BETWEEN_TEXTS} ".join
"""They stand in no digest's text, because parsing strips them, and none of their signs is white space. Blanks stand on
both sides of each: so it is a word of its own, and no word holds it."""


class Stopped(Exception):  # noqa: N818 - nothing went wrong
    """Raised where `stop` says that the answer is not wanted any more."""


class Sought(NamedTuple):
    """What is looked for, and where."""

    needle: str
    """`searchable`."""
    fields: tuple[int, ...]
    exact: bool = False
    """Whether the letters are meant as they are: in no other spacing, as no initials."""

    @property
    def spacings(self) -> re.Pattern[str] | None:
        """What finds it in all its spacings; None where it has but one."""
        return None if self.exact else spaced(self.needle)

    @property
    def in_body(self) -> re.Pattern[str] | None:
        """What finds the syllables of the body that it stands for; None where it stands for none."""
        return None if self.exact or BODY not in self.fields else at_words(self.needle)

    def narrows(self, known: Sought) -> bool:
        """Whether all that it is found in was found by `known`."""
        if self.fields != known.fields or known.needle not in self.needle or (known.exact and not self.exact):
            return False
        return self.in_body is None and (self.spacings is None or known.spacings is not None)


def sought(text: str, field: str | None, *, exact: bool = False) -> Sought:
    """What is meant by a word or phrase, in one field or in all. Raises ValueError for an unknown field."""
    needle = searchable(text)
    return Sought(needle, _field_numbers(needle, field, exact), exact)


def _field_numbers(needle: str, field: str | None, exact: bool) -> tuple[int, ...]:
    if field is not None and field not in FIELDS:
        raise ValueError(field)
    numbers = tuple(range(len(FIELDS))) if field is None else (FIELDS.index(field),)
    if is_initials(needle) and not exact:
        numbers += tuple(extra for extra, of in ((TITLE_INITIALS, 0), (TAG_INITIALS, 2)) if of in numbers)
    return numbers


def entry_texts(documents: Sequence[StoredFields]) -> list[str]:
    """The searchable text of each entry, its fields one after the other; `fields_of` takes one apart. Each begins and
    ends with a blank: an empty field at an end would meet what parts it from the next entry."""
    return [f" {' '.join(text.split())} " for text in _folded(documents)]


class EntryTexts(NamedTuple):
    """The texts of some entries, as UTF-8, which is cut faster."""

    whole: list[bytes]
    """As `entry_texts` has them: what parts fields, or texts of a field, stands between blanks, a word of its own."""
    fields: list[list[bytes]]
    """The same by field: of each entry what stands between those."""

    @property
    def initials(self) -> Iterator[list[list[bytes]]]:
        """The words of the two fields more, by entry."""
        for texts in (self.fields[0], self.fields[2]):
            plain = all(map(bytes.isascii, texts))
            yield [] if plain else [*map(_initials, texts)]


def texts_by_field(documents: Sequence[StoredFields]) -> EntryTexts:
    """The texts of some entries. Each field is made of all of them at once: so its words can be taken at once, too."""
    fields = [*map(_spaced_bytes, zip(*_told(documents), strict=True))]
    return EntryTexts([*map(b"\0".join, zip(*fields, strict=True))], fields)


def _initials(text: bytes) -> list[bytes]:
    return [] if text.isascii() else initials(text.decode("utf-8", "surrogatepass").strip()).encode().split()


def _folded(documents: Sequence[StoredFields]) -> list[str]:
    """The entries' texts, folded, with white space as it was."""
    raw = _raw(documents)
    texts = fold(_BETWEEN_ENTRIES.join(raw)).split("\0\0")
    return texts if len(texts) == len(documents) else [fold(text) for text in raw]


def _spaced_bytes(field: Sequence[str]) -> list[bytes]:
    """What the entries say in a field, as it stands in `entry_texts`."""
    # One fold for many entries is several times as fast as one each.
    texts = _one_blank(folded_bytes(f"\n{_BETWEEN_FIELDS_AS_TOLD.join(field)}\n")).split(b"\0")
    if len(texts) == len(field):
        return texts
    return [_one_blank(folded_bytes("\n{}\n".format(text.replace("\0", " ")))) for text in field]


def _one_blank(text: bytes) -> bytes:
    """The text with one blank for every run of white space."""
    text = text.translate(_BLANKS) if any(map(text.__contains__, _RARE_BLANKS)) else text.replace(b"\n", b" ")
    while b"  " in text:
        text = text.replace(b"  ", b" ")
    return text


def _raw(documents: Sequence[StoredFields]) -> list[str]:
    """The entries' texts as they are, with the signs between their fields."""
    told = _told(documents)
    raw = [*map(_BETWEEN_FIELDS_AS_TOLD.join, told)]
    if "".join(raw).count("\0") != len(documents) * (len(FIELDS) - 1):
        raw = [_BETWEEN_FIELDS_AS_TOLD.join([text.replace("\0", " ") for text in fields]) for fields in told]
    return raw


def fields_of(text: str) -> list[str]:
    """The fields of an entry's text: those of `FIELDS`, then the initials of title and tags."""
    fields = plain_fields_of(text)
    return [*fields, initials(fields[0]), initials(fields[2])]


def plain_fields_of(text: str) -> list[str]:
    """The fields of an entry's text: those of `FIELDS`."""
    return text.split(_BETWEEN_FIELDS)


def matching_places(wanted: Sought, texts: Sequence[str], places: Sequence[int]) -> list[int]:
    """Those of the entries at `places` that hold what is looked for."""
    needle, numbers = wanted.needle, wanted.fields
    if _BETWEEN_FIELDS in needle or BETWEEN_TEXTS in needle:
        return []
    pattern, in_body = wanted.spacings, wanted.in_body
    if len(numbers) == len(FIELDS):
        found = [place for place in places if needle in texts[place]]
        if pattern is not None:
            known = {*found}
            found += [place for place in places if place not in known and pattern.search(texts[place])]
        return found
    apart = fields_of if max(numbers) >= len(FIELDS) else plain_fields_of
    found = []
    for place in places:
        if needle in texts[place] or pattern is not None or in_body is not None or apart is fields_of:
            fields = apart(texts[place])
            if (
                any(needle in fields[number] for number in numbers)
                or (pattern is not None and any(pattern.search(fields[number]) for number in numbers))
                or (in_body is not None and in_body.search(fields[BODY]))
            ):
                found.append(place)
    return found


def _told(documents: Sequence[StoredFields]) -> list[tuple[str, ...]]:
    """What each of `FIELDS` says, entry by entry."""
    bodies = [[text for text in (get("abstract"), get("commentary")) if text] for get in map(_getter, documents)]
    if may_mark("\n".join(map("\n".join, bodies))):
        bodies = [[*map(drawn, texts)] for texts in bodies]
    return [*map(_fields, documents, bodies)]


_getter = attrgetter("get")


def _fields(document: StoredFields, body: list[str]) -> tuple[str, ...]:
    get = document.get
    title, authors, known = get("title") or shown_title(document), get("authors") or (), get("learned")
    if known:
        if abstract := known.get("abstract"):
            body = [*body, abstract]  # arXiv writes no Markdown
        if (other := known.get("title")) and other != title:
            title = _joined([title, other])
        authors = [*authors, *known.get("authors", ())]
    return (
        title,
        _joined(dict.fromkeys(people(authors))) if authors else "",
        _joined(get("tags", ())),
        _joined(_others(document, get("links") or (), known or {})),
        body[0] if len(body) == 1 else _joined(body),
    )


def _ids(document: StoredFields) -> list[str]:
    """The arXiv id or DOI by which the paper is known, and its arXiv id where that is another."""
    key, paper = document["key"], document.get("arxiv_id")
    name = key[6:] if key.startswith("arxiv:") else key[4:] if key.startswith("doi:") else ""
    found = [name] if name else []
    if paper and paper != name:
        found.append(paper)
    return found


def _others(document: StoredFields, links: Sequence[Sequence[str]], known: StoredFields) -> list[str]:
    found, url = _ids(document), document.get("url") or ""
    if not links and not known:  # as most
        if host := _host(url):
            found.append(host)
        return found
    addresses = [url]
    for url, label in links:
        addresses.append(url)
        if label:
            found.append(label)
    found += [text for name in ("doi", "venue", "comment") if (text := known.get(name))]
    found += known.get("categories", ())
    found += dict.fromkeys(host for url in addresses if (host := _host(url)))
    return found


def _host(url: str) -> str:
    host = url.partition("://")[2].partition("/")[0]
    if "?" in host or "@" in host:
        host = host.partition("?")[0].rpartition("@")[2]
    return host.removeprefix("www.")
