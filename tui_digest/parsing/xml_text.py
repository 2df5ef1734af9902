"""What the readers of XML files share: the text goes to a parser, no entity of its own is read, and where it breaks off
is told."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.parsers import expat

from tui_digest.errors import SourceError
from tui_digest.text.patterns import regex

if TYPE_CHECKING:
    from tui_digest.models import Source

DECLARED = regex(r"^\s*<\?xml[^>]*\?>")
"""The declaration of XML, whose encoding is not that of a text that was decoded."""


def parse_xml(source: Source, parser: expat.XMLParserType, name: str) -> None:
    """Has a parser, whose handlers are set and may raise ValueError, go over a source. Raises `source.malformed` of the
    format `name`, with the line at which the text breaks off."""
    parser.EntityDeclHandler = _refuse
    try:
        parser.Parse(DECLARED.sub("", source.text).encode("utf-8"), True)
    except (expat.ExpatError, ValueError) as error:
        line = parser.CurrentLineNumber
        raise SourceError("source.malformed", path=source.path, format=name, line=line) from error


def _refuse(*_: object) -> None:
    raise ValueError("entities are not read")
