"""OPML, as outliners export it: nested items as those of a list in Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.parsers import expat

from tui_digest.errors import SourceError
from tui_digest.parsing.html_page import PageLine, plain_text
from tui_digest.parsing.links import is_paper_page, links_in
from tui_digest.parsing.page_marks import as_link, quoted
from tui_digest.parsing.xml_text import parse_xml
from tui_digest.text.patterns import regex

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from tui_digest.models import Source

_BEGINS = regex(r"\s*(?:<\?xml[^>]*>\s*|<!--.*?-->\s*|<!DOCTYPE[^>]*>\s*)*<opml\b")
_TEXTS = ("text", "title")
_ADDRESSES = ("url", "htmlUrl", "link", "href")
_DEEPEST = 100
_SHOWN_DEPTH = 8


def is_opml(source: Source) -> bool:
    """Whether the text begins as OPML does."""
    return _BEGINS.match(source.text[:2000]) is not None


def outline_lines(source: Source) -> Sequence[PageLine]:
    """The title as a heading, and the outline as nested items, notes below theirs. Raises `source.malformed`, and
    `source.no_papers` where no item leads to a paper, as in a list of feeds."""
    parser = expat.ParserCreate()
    reader = _OutlineWriter(parser)
    parser.StartElementHandler, parser.EndElementHandler = reader.start, reader.end
    parser.CharacterDataHandler = reader.data
    parse_xml(source, parser, "OPML")
    if not any(is_paper_page(link.url) for line in reader.lines for link in links_in(line.text)):
        raise SourceError("source.no_papers", path=source.path, format="OPML")
    return reader.lines


class _OutlineWriter:
    """Writes the lines while the parser goes over the outline."""

    def __init__(self, parser: expat.XMLParserType) -> None:
        self._parser = parser
        self._depth = 0
        self._titled = False
        self._title = ""
        self.lines: list[PageLine] = []

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        self._titled = name == "title"
        if name != "outline":
            return
        indent = "    " * min(self._depth, _SHOWN_DEPTH)
        self._depth += 1
        if self._depth > _DEEPEST:
            raise ValueError("too deep")
        first, *below = [*_said(attributes)] or [""]
        number = self._parser.CurrentLineNumber
        if first:
            self.lines.append(PageLine(f"{indent}- {first}", number))
            self.lines += [PageLine(f"{indent}  {line}", number) for line in below]

    def data(self, text: str) -> None:
        if self._titled:
            self._title += text

    def end(self, name: str) -> None:
        if name == "title" and self._title.strip():
            self.lines += [PageLine(f"# {' '.join(self._title.split())}", self._parser.CurrentLineNumber)]
            self.lines += [PageLine("", self._parser.CurrentLineNumber)]
        self._titled, self._title = False, ""
        self._depth -= name == "outline"


def _said(attributes: Mapping[str, str]) -> Iterator[str]:
    """What an item says: its text, linked where it has an address, and the lines of its note."""
    text = next((text for name in _TEXTS if (text := attributes.get(name, "").strip())), "")
    url = next((url for name in _ADDRESSES if (url := attributes.get(name, "")).startswith("http")), "")
    said = " ".join(plain_text(text).split()) if "<" in text or "&" in text else " ".join(text.split())
    if url and "](" not in said and "://" not in said:
        said = as_link(said, quoted(url)) if said else url
    elif url and url not in said:
        said = f"{said} {url}"
    yield said
    note = attributes.get("_note", "").strip()
    yield from (line for line in (plain_text(note) if "<" in note else note).split("\n") if line.strip())
