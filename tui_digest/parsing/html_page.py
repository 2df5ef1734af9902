"""HTML as the Markdown that the shapes read, each line with the line of the page that it came from.

A scanner of our own: no library tells on which line of the file a text stood, and this one's time grows only in
proportion to the length of the page. What only leads around (navigation, footers, forms, scripts) is left out.
"""

from __future__ import annotations

import re
from functools import cached_property
from html import unescape
from typing import TYPE_CHECKING, NamedTuple

from tui_digest.parsing.markdown import is_label
from tui_digest.parsing.page_chips import CHIP_CLOSES, CHIP_OPENS, is_chip, is_tag_link, without_chips
from tui_digest.parsing.page_marks import (
    as_link,
    attribute,
    is_bold,
    is_control,
    list_depth,
    quoted,
    says_address,
    tidied,
)
from tui_digest.parsing.page_tables import data_table
from tui_digest.parsing.title_ends import has_stars
from tui_digest.text.cleaning import clean
from tui_digest.text.patterns import regex

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_NEXT_TAG = regex(
    r"(?P<said>[^<]*+)<(?P<end>/?)(?P<name>[A-Za-z][A-Za-z0-9:-]*+)(?P<rest>(?:[^<>\"']++|\"[^\"<]*+\"|'[^'<]*+')*+)>"
)
_RAW = frozenset(("script", "style", "template", "noscript", "svg", "iframe", "select", "math", "object"))
_PASSED = _RAW | {"table"}
_SKIPPED = frozenset(("nav", "footer", "aside", "form", "button", "head"))
_ALWAYS = _SKIPPED | {"title"}
"""What counts also inside of what is skipped."""
_BREAKS = frozenset(
    "address article blockquote body center dd details div dl dt fieldset figcaption figure header html main p"
    " section summary table"
    " tbody td tfoot th thead tr".split()
)
_TIGHT = frozenset(("td", "th", "tr", "li", "br", "hr"))
"""What ends a line and not a paragraph."""
_LISTS = ("ul", "ol")
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_MARKS = {"b": "**", "strong": "**", "em": "*", "i": "*", "code": "`"}
_BLANKS = regex(r" [ \t\n\r\f\xa0]+|[\t\n\r\f\xa0][ \t\n\r\f\xa0]*")
"""Blanks that are not a single space already."""
_MARKDOWN = regex(r"(?m)^(\s*)([#>|]|[-*+](?=\s))")
_CLOSING = regex(r"(?<=[.!?。])\s+\[(?P<label>[^\[\]]{1,30})\]\(\S+\)$")
_CAPITALS = regex(r"[A-Z]+")
_MOST_LISTS = 8
_SPANS = ("span", "small", "label", "mark")


class PageLine(NamedTuple):
    """A line of Markdown."""

    text: str
    number: int
    """The 1-based line of the page."""


class Page(NamedTuple):
    """What a page says."""

    title: str
    lines: tuple[PageLine, ...]


def is_html(text: str) -> bool:
    """Whether a text begins as a page does."""
    return (
        re.match(r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)?<(?:!doctype\s+html|html)\b", text[:2000], re.I | re.S)
        is not None
    )


def read_page(text: str, first: int = 1) -> Page:
    """The page's title, and its text with headings, lists, emphasis and links; `first` is the line it begins on."""
    writer = _Writer(text, first)
    position, length = 0, len(text)
    next_at = _NEXT_TAG.match
    while position < length:
        match = next_at(text, position)
        if match is None:
            position = writer.take_other(position)
            continue
        said, ends, name, rest = match.groups()
        if said:
            writer.say(said, position)
            position += len(said)
        name = name.lower()
        if ends:
            writer.close(name, position)
        elif name in _PASSED:
            position = writer.pass_over(name, rest, position, match.end())
            continue
        else:
            writer.open(name, rest, position)
        position = match.end()
    return writer.finish()


def _cell(text: str) -> str:
    if text.isalnum():
        return text
    said = " ".join(line.text for line in read_page(text).lines if line.text)
    return said.replace("|", "\\|")


class _Writer:
    """Writes Markdown while a page is read. Places in the page are told in rising order, so that lines are counted
    once."""

    def __init__(self, page: str, first: int) -> None:
        self._page = page
        self._counted, self._line = 0, first
        """The last place whose line was asked for, and that line."""
        self._missing: set[str] = set()  # marks that are not to be found any more
        self._lines: list[PageLine] = []
        self._text: list[str] = []
        self._began = first
        self._says = False
        """Whether more than the signs of emphasis stands in the line that is written."""
        self._prefix = ""
        self._bold = ""
        """The element whose style sets its text in bold; empty outside of such."""
        self._lists: list[int] = []  # how deep each that is open stands in others
        self._skipped: dict[str, int] = {}
        self._links: list[tuple[str, int]] = []
        self._spans: list[tuple[str, bool]] = []  # the classes of those that are open, and whether each is a chip
        self._closed = ("", -1)  # the class of the span that closed last, and where in the line
        self._tagged: list[bool] = []
        self._tags: list[str] = []
        """Of the links that are open, whether each is a tag; and the tags that lines of chips told."""
        self._title: list[str] | None = None
        self._page_title = ""

    @cached_property
    def _low(self) -> str:
        low = self._page.lower()
        return low if len(low) == len(self._page) else _CAPITALS.sub(lambda found: found[0].lower(), self._page)

    def _line_at(self, place: int) -> int:
        self._line += self._page.count("\n", self._counted, place)
        self._counted = place
        return self._line

    def _behind(self, mark: str, place: int) -> int:
        """The place behind the next `mark`, or `place` where there is none; that is searched for once."""
        if mark in self._missing:
            return place
        found = self._low.find(mark, place)
        if found >= 0:
            return found + len(mark)
        self._missing.add(mark)
        return place

    def take_other(self, start: int) -> int:
        """Reads text before something else than a tag, then a `<` that begins none, or passes over a comment or
        declaration; returns the place behind."""
        page = self._page
        place = page.find("<", start)
        if place < 0:
            self.say(page[start:], start)
            return len(page)
        if place > start:
            self.say(page[start:place], start)
        if page.startswith("<!--", place):
            return self._behind("-->", place + 4)
        if page.startswith(("<!", "<?"), place):
            return self._behind(">", place + 2)
        self.say("<", place)
        return place + 1

    def pass_over(self, name: str, rest: str, start: int, end: int) -> int:
        """Takes a table of papers whole, passes over what is no text; of any other table reads the tag. Returns the
        place behind."""
        if name != "table":
            return end if rest.endswith("/") else self._behind(f"</{name}", end)
        behind = self._take_table(start)
        if not behind:
            self.open(name, rest, start)
        return behind or end

    def say(self, piece: str, start: int) -> None:
        """Takes the text between two tags, that begins at this place."""
        if not self._text and self._title is None and piece.isspace():  # between two blocks
            return
        if piece.isprintable() and "&" not in piece and "  " not in piece:  # most pieces
            text = piece
        else:
            text = _BLANKS.sub(" ", clean(unescape(piece)))
        if self._title is not None:
            self._title.append(text)
        if self._skipped or (not self._text and not text.strip(" ")):
            return
        if not self._says:
            self._began = self._line_at(start + len(piece) - len(piece.lstrip()))
            self._says = bool(text.strip())
        self._text.append(text)

    def _take_table(self, start: int) -> int:
        """Takes a table of papers; returns the place behind its rows, 0 for any other table."""
        inner = self._low.find("<table", start + 1)
        end = self._low.find("</table", start, inner if inner >= 0 else len(self._low))
        if end < 0:  # not closed, or another table in it
            return 0
        table = data_table(self._page, start, end, self._line_at(start), _cell)
        rows = [PageLine(*row) for row in table]
        if rows and not self._skipped:
            self._flush(start, blank=True)
            self._lines += [*rows, PageLine("", rows[-1].number)]
        return end if rows else 0

    def open(self, name: str, rest: str, start: int) -> None:
        """Reads a tag that opens."""
        act = _AT_START.get(name)
        if act is not None and (not self._skipped or name in _ALWAYS):
            act(self, name, rest, start)

    def close(self, name: str, start: int) -> None:
        """Reads a tag that closes."""
        act = _AT_END.get(name)
        if act is not None and (not self._skipped or name in _ALWAYS):
            act(self, name, start)

    def _open_block(self, name: str, rest: str, start: int) -> None:
        self._flush(start, blank=name not in _TIGHT)
        if not self._bold and "font-weight" in rest and is_bold(rest):
            self._bold = name

    def _close_block(self, name: str, start: int) -> None:
        self._flush(start, blank=name not in _TIGHT)
        if self._bold == name:
            self._bold = ""

    def _open_item(self, name: str, rest: str, start: int) -> None:
        self._flush(start)
        self._prefix = "  " * min(self._lists[-1] if self._lists else 0, _MOST_LISTS) + "- "

    def _open_list(self, name: str, rest: str, start: int) -> None:
        self._flush(start, blank=not self._lists)
        self._lists.append(list_depth(rest, self._lists))

    def _close_list(self, name: str, start: int) -> None:
        self._flush(start, blank=len(self._lists) < 2)
        if self._lists:
            self._lists.pop()

    def _open_heading(self, name: str, rest: str, start: int) -> None:
        self._flush(start, blank=True, heads=True)
        self._prefix = "#" * int(name[1]) + " "

    def _open_mark(self, name: str, rest: str, start: int) -> None:
        self._text.append("\x01" + _MARKS[name])

    def _close_mark(self, name: str, start: int) -> None:
        self._text.append(_MARKS[name] + "\x02")

    def _open_title(self, name: str, rest: str, start: int) -> None:
        self._title = []

    def _close_title(self, name: str, start: int) -> None:
        if self._title is not None:
            self._page_title = self._page_title or "".join(self._title).strip()
            self._title = None

    def _open_skipped(self, name: str, rest: str, start: int) -> None:
        self._flush(start)
        self._skipped[name] = self._skipped.get(name, 0) + 1

    def _close_skipped(self, name: str, start: int) -> None:
        if name in self._skipped:
            self._skipped[name] -= 1
            if not self._skipped[name]:
                del self._skipped[name]

    def _picture(self, name: str, rest: str, start: int) -> None:
        if label := attribute(rest, "alt"):
            if not self._says:
                self._began, self._says = self._line_at(start), True
            self._text.append(" ".join(clean(label).split()))

    def _open_span(self, name: str, rest: str, start: int) -> None:
        """A span or the like: of a class that tags have it is a chip, and behind another of its class a word apart."""
        kind = attribute(rest, "class").lower() if "lass" in rest else ""
        if kind and self._text and self._closed == (kind, len(self._text)):
            self._text.append(" ")
        chip = is_chip(kind)
        self._spans.append((kind, chip))
        if chip:
            self._text.append(CHIP_OPENS)

    def _close_span(self, name: str, start: int) -> None:
        kind, chip = self._spans.pop() if self._spans else ("", False)
        if chip:
            self._text.append(CHIP_CLOSES)
        self._closed = (kind, len(self._text))

    def _open_link(self, name: str, rest: str, start: int) -> None:
        tag = "tag" in rest and is_tag_link(f"{attribute(rest, 'rel')} {attribute(rest, 'class')}")
        if tag:
            self._text.append(CHIP_OPENS)
        self._links.append(("" if tag else attribute(rest, "href"), len(self._text)))
        self._tagged.append(tag)

    def _close_link(self, name: str, start: int) -> None:
        if self._links:
            self._link(*self._links.pop())
        if self._tagged and self._tagged.pop():
            self._text.append(CHIP_CLOSES)

    def _link(self, target: str, place: int) -> None:
        label = "".join(self._text[place:])
        bare = " ".join(label.replace("\x01", "").replace("\x02", "").split())
        target = target.strip()
        if not target.startswith(("http://", "https://")) or not bare:
            return
        del self._text[place:]
        if is_control(bare):
            return
        target = quoted(target)
        before = " " if label[:1] == " " else ""
        if says_address(bare, target):
            self._text.append(f"{before}{target}" + (" " if label[-1:] == " " else ""))
            return
        self._text.append(f"{before}{as_link(bare, target)}" + (" " if label[-1:] == " " else ""))

    def _flush(self, place: int, *, blank: bool = False, heads: bool = False) -> None:
        """Ends the line at this place of the page, and the paragraph where `blank`; with `heads` a heading is next."""
        if self._text:
            text = " ".join("".join(self._text).split())
            self._text, self._says = [], False
            if CHIP_OPENS in text or CHIP_CLOSES in text:
                text, tags = without_chips(text)
                self._tags += tags
            if "\x01" in text or "\x02" in text:
                text = tidied(text)
            if any(map(str.isalnum, text)) or has_stars(text):
                self._write(f"**{text}**" if self._bold and not self._prefix and "**" not in text else text)
        if self._tags and not heads:
            self._lines.append(PageLine(f"Tags: {', '.join(self._tags)}", self._began))
            self._tags = []
        if self._links:
            self._links = [(target, 0) for target, _ in self._links]
        if blank and self._lines and self._lines[-1].text:
            self._lines.append(PageLine("", self._line_at(place)))

    def _write(self, text: str) -> None:
        prefix = self._prefix
        if text[:1] in "#>|" and not prefix.strip():
            text = _MARKDOWN.sub(r"\1\\\2", text)
        closing = _CLOSING.search(text) if text[-1] == ")" else None
        apart = closing if closing and is_label(closing["label"]) and not prefix.startswith("#") else None
        self._lines.append(PageLine(prefix + (text[: apart.start()] if apart else text).rstrip(), self._began))
        if apart:  # `… says things. [Paper](…)`: the link stands below what it belongs to
            self._lines += [PageLine("", self._began), PageLine(apart[0].strip(), self._began)]
        self._prefix = "  " * min(len(self._lists), _MOST_LISTS) if self._lists else ""

    def finish(self) -> Page:
        """What was written, when the page has ended."""
        self._flush(len(self._page))
        return Page(" ".join(self._page_title.split()), tuple(self._lines))


_AT_START: Mapping[str, Callable[[_Writer, str, str, int], None]] = {
    **dict.fromkeys(_BREAKS, _Writer._open_block),
    **dict.fromkeys(_LISTS, _Writer._open_list),
    **dict.fromkeys(_HEADINGS, _Writer._open_heading),
    **dict.fromkeys(_MARKS, _Writer._open_mark),
    **dict.fromkeys(_SKIPPED, _Writer._open_skipped),
    "br": _Writer._open_block,
    "hr": _Writer._open_block,
    "li": _Writer._open_item,
    "title": _Writer._open_title,
    "img": _Writer._picture,
    "a": _Writer._open_link,
    **dict.fromkeys(_SPANS, _Writer._open_span),
}
_AT_END: Mapping[str, Callable[[_Writer, str, int], None]] = {
    **dict.fromkeys((*_BREAKS, *_HEADINGS, "li"), _Writer._close_block),
    **dict.fromkeys(_LISTS, _Writer._close_list),
    **dict.fromkeys(_MARKS, _Writer._close_mark),
    **dict.fromkeys(_SKIPPED, _Writer._close_skipped),
    "title": _Writer._close_title,
    "a": _Writer._close_link,
    **dict.fromkeys(_SPANS, _Writer._close_span),
}


def plain_text(text: str) -> str:
    """What a piece of HTML says, in lines; a text without tags stays as it is."""
    if "<" not in text and "&" not in text:
        return text
    return "\n".join(line.text for line in read_page(text).lines).strip()
