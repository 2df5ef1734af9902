"""What reference managers export as XML: EndNote's records, and the RDF of Zotero."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from xml.parsers import expat

from tui_digest.errors import SourceError
from tui_digest.parsing.bibliography import turned_name
from tui_digest.parsing.html_page import plain_text
from tui_digest.parsing.record_fields import digest_of, draft_of
from tui_digest.parsing.xml_text import parse_xml
from tui_digest.text.patterns import regex

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tui_digest.models import ParsedDigest, Source

_ENDNOTE = regex(r"\s*(?:<\?xml[^>]*>\s*)?(?:<xml>\s*)?<records>\s*<record\b")
_RDF = regex(r"\s*(?:<\?xml[^>]*>\s*)?<(?:\w+:)?RDF\b")
_ZOTERO = "zotero.org/namespaces"
_NO_PAPERS = frozenset(("attachment", "memo", "collection", "journal", "note"))
_DEEPEST = 50
_DOI = regex(r"(?:DOI\s+)?(?P<doi>10\.\S+)$")


@dataclass(slots=True)
class _Element:
    """An element, with all the text in it."""

    name: str
    attributes: Mapping[str, str]
    first: int
    last: int = 0
    texts: list[str] = field(default_factory=list)
    inner: list[_Element] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "".join(self.texts).strip()

    def within(self, *names: str) -> Iterator[_Element]:
        """The elements of these names inside of it, in order, none inside another."""
        for each in self.inner:
            if each.name in names:
                yield each
            else:
                yield from each.within(*names)

    def own(self, name: str) -> Iterator[_Element]:
        """The elements of this name directly in it."""
        return (each for each in self.inner if each.name == name)

    def said(self, *names: str) -> list[str]:
        """What such elements inside of it say."""
        return [each.text for each in self.within(*names) if each.text]


def is_endnote(source: Source) -> bool:
    """Whether the text begins as EndNote's XML does."""
    return _ENDNOTE.match(source.text[:1000]) is not None


def is_zotero_rdf(source: Source) -> bool:
    """Whether the text begins as the RDF of Zotero does."""
    return _RDF.match(source.text[:1000]) is not None and _ZOTERO in source.text[:4000]


def read_endnote(source: Source) -> tuple[ParsedDigest, ...]:
    """The records as one digest. Raises `source.malformed` and `source.no_papers`."""
    records = _root(source, "EndNote").within("record")
    return _digest(source, "endnote", "EndNote", [(each, _endnote_record(each)) for each in records])


def read_zotero_rdf(source: Source) -> tuple[ParsedDigest, ...]:
    """The items as one digest, each with its notes. Raises `source.malformed` and `source.no_papers`."""
    root = _root(source, "RDF")
    top = [item for each in root.own("RDF") for item in each.inner]
    notes = {each.attributes.get("rdf:about", ""): each for each in top if each.name == "Memo"}
    kinds = ((each, "".join(each.said("itemType")).lower()) for each in top)
    items = [each for each, kind in kinds if each.name.lower() not in _NO_PAPERS and kind not in _NO_PAPERS]
    return _digest(source, "rdf", "RDF", [(each, _rdf_record(each, notes)) for each in items])


def _digest(
    source: Source, shape: str, name: str, records: list[tuple[_Element, dict[str, object]]]
) -> tuple[ParsedDigest, ...]:
    made = [draft for each, record in records if (draft := draft_of(record, each.first, each.last, rest=True))]
    if not made:
        raise SourceError("source.no_papers", path=source.path, format=name)
    return (digest_of(source, shape, made),)


def _endnote_record(each: _Element) -> dict[str, object]:
    return {
        "title": " ".join(" ".join(each.said("title")[:1]).split()),
        "authors": [turned_name(name) for group in each.within("authors") for name in group.said("author")],
        "url": [url for group in each.within("related-urls", "web-urls") for url in group.said("url")],
        "doi": [text for text in each.said("electronic-resource-num") if "10." in text],
        "abstract": each.said("abstract")[:1],
        "tags": each.said("keyword"),
        "date": [*each.said("date"), *each.said("year")],
        "comment": each.said("notes", "research-notes"),
        "journal": each.said("secondary-title")[:1],
    }


def _rdf_record(each: _Element, notes: Mapping[str, _Element]) -> dict[str, object]:
    named = [inner for own in each.own("identifier") for inner in (own.text, *own.said("value"))]
    about = each.attributes.get("rdf:about", "")
    part_of = [inner for own in each.own("isPartOf") for inner in own.inner]
    named += [inner.text for part in part_of for inner in part.own("identifier")]
    referring = (own.attributes.get("rdf:resource", "") for own in each.own("isReferencedBy"))
    told = [notes[place] for place in referring if place in notes]
    return {
        "title": [" ".join(own.text.split()) for own in each.own("title")][:1],
        "authors": [_rdf_name(person) for own in each.own("authors") for person in own.within("Person")],
        "url": [text for text in (*named, about) if text.startswith("http")][:1],
        "doi": [match["doi"] for text in named if (match := _DOI.match(text))][:1],
        "abstract": [own.text for own in each.own("abstract")][:1],
        "tags": [text for own in each.own("subject") for text in (own.said("value") or [own.text]) if text],
        "date": [own.text for own in each.own("date")][:1],
        "comment": [plain_text(text) for note in told for text in note.said("value")],
        "journal": [own.text for part in part_of for own in part.own("title")][:1],
    }


def _rdf_name(person: _Element) -> str:
    return " ".join([*person.said("givenName", "givenname"), *person.said("surname")])


def _root(source: Source, name: str) -> _Element:
    """The element around all. Raises `source.malformed` with the line at which the text breaks off."""
    parser = expat.ParserCreate()
    root = _Element("", {}, 0)
    path = [root]

    def start(name: str, attributes: Mapping[str, str]) -> None:
        if len(path) > _DEEPEST:
            raise ValueError("too deep")
        path[-1].inner.append(made := _Element(name.rpartition(":")[2], attributes, parser.CurrentLineNumber - 1))
        path.append(made)

    def data(text: str) -> None:
        path[-1].texts.append(text)

    def end(_: str) -> None:
        closed = path.pop()
        closed.last = parser.CurrentLineNumber - 1
        path[-1].texts += closed.texts

    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler = data
    parse_xml(source, parser, name)
    return root
