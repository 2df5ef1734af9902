"""Lists of feeds as other readers write and read them: OPML, in and out. Pure text."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple
from xml.parsers import expat
from xml.sax.saxutils import quoteattr

from tui_digest.errors import SourceError
from tui_digest.text.cleaning import clean

_MOST_DEPTH = 100
_MOST = 10_000


class ListedFeed(NamedTuple):
    """A feed of the list."""

    name: str
    """Empty where the list gives it none."""
    address: str


class _RefusedError(Exception):
    pass


def feeds_in(text: str, path: str) -> list[ListedFeed]:
    """The feeds of a list, each address once; what groups them is passed over. Raises `source.malformed` for what is no
    OPML, and `source.no_feeds` where there is no feed in it."""
    found: dict[str, ListedFeed] = {}
    depth = 0
    parser = expat.ParserCreate()

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > _MOST_DEPTH or len(found) > _MOST:
            raise _RefusedError
        known = {key.lower(): " ".join(clean(value).split()) for key, value in attributes.items()}
        if name.lower() == "outline" and (address := known.get("xmlurl", "")):
            found.setdefault(address, ListedFeed(known.get("title") or known.get("text") or "", address))

    def end(_: str) -> None:
        nonlocal depth
        depth -= 1

    def refuse(*_: object) -> None:
        raise _RefusedError

    parser.StartElementHandler, parser.EndElementHandler, parser.EntityDeclHandler = start, end, refuse
    try:
        parser.Parse(text.encode("utf-8"), True)
    except (expat.ExpatError, _RefusedError) as error:
        raise SourceError("source.malformed", path=path, format="OPML", line=parser.CurrentLineNumber) from error
    if not found:
        raise SourceError("source.no_feeds", path=path)
    return list(found.values())


def written(feeds: Iterable[ListedFeed]) -> str:
    """The feeds as a list."""
    rows = "".join(
        f'    <outline type="rss" text={quoteattr(each.name)} title={quoteattr(each.name)}'
        f" xmlUrl={quoteattr(each.address)}/>\n"
        for each in feeds
    )
    head = '<?xml version="1.0" encoding="UTF-8"?>\n<opml version="2.0">\n  <head><title>tui-digest</title></head>\n'
    return f"{head}  <body>\n{rows}  </body>\n</opml>\n"
