"""HTML as the Markdown that the shapes read, each line with the line of the page that it came from.

A scanner of our own: no library tells on which line of the file a text stood, and this one's time grows only in
proportion to the length of the page. What only leads around (navigation, footers, forms, scripts) is left out.
"""

from __future__ import annotations

import re
from collections import Counter
from html import unescape
from typing import NamedTuple

from tui_digest.parsing.markdown import is_label
from tui_digest.parsing.record_fields import role_of
from tui_digest.text.cleaning import clean

_TAG = re.compile(
    r"<(?P<end>/?)(?P<name>[A-Za-z][A-Za-z0-9:-]*)(?P<rest>(?:[^<>\"']++|\"[^\"<]*+\"|'[^'<]*+')*+)\s*/?>"
)
_ATTRIBUTE = re.compile(r"(?P<name>[\w:-]+)\s*=\s*(?:\"(?P<double>[^\"]*)\"|'(?P<single>[^']*)'|(?P<bare>[^\s\"'>]+))")
_RAW = ("script", "style", "template", "noscript", "svg", "iframe", "select", "math", "object")
_SKIPPED = frozenset(("nav", "footer", "aside", "form", "button", "head"))
_BREAKS = frozenset(
    "address article blockquote body center dd details div dl dt fieldset figcaption figure header hr html main p"
    " section summary table"
    " tbody td tfoot th thead tr ul ol".split()
)
_MARKS = {"b": "**", "strong": "**", "em": "*", "i": "*", "code": "`"}
_BLANKS = re.compile(r" [ \t\n\r\f\xa0]+|[\t\n\r\f\xa0][ \t\n\r\f\xa0]*")
"""Blanks that are not a single space already."""
_EMPTY_MARKS = re.compile(r"\x01(\*\*|\*|`)\s*(?:\1)?\x02|(\*\*|\*|`)\x02\x01\2")
"""Marks around nothing, or taken up again where they ended."""
_BLANK_BEHIND_MARK = re.compile(r"\x01(\*\*|\*|`)\s+")
_BLANK_BEFORE_MARK = re.compile(r"\s+(\*\*|\*|`)\x02")
_MARKDOWN = re.compile(r"(?m)^(\s*)([#>|]|[-*+](?=\s))")
_CLOSING = re.compile(r"(?<=[.!?。])\s+\[(?P<label>[^\[\]]{1,30})\]\(\S+\)$")
_ROW = re.compile(r"<tr\b[^<>]*>(?P<cells>.*?)(?=<tr\b|</tr|</table|\Z)", re.IGNORECASE | re.DOTALL)
_CELL = re.compile(r"<t[dh]\b[^<>]*>(?P<said>.*?)(?=<t[dh]\b|</t[dh]|\Z)", re.IGNORECASE | re.DOTALL)
_MOST_LISTS = 8


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
    writer = _Writer(first)
    position = 0
    closed: dict[str, bool] = {}
    low = text.lower()
    length = len(text)
    while position < length:
        start = text.find("<", position)
        if start < 0:
            writer.say(text[position:])
            break
        if start > position:
            writer.say(text[position:start])
        if match := _TAG.match(text, start):
            name, rest = match["name"].lower(), match["rest"]
            end = match.end()
            if name == "table" and not match["end"] and (table := _data_table(text, low, start, writer.number)):
                writer.lay(table)
                end = low.find("</table", start)
                writer.pass_over(text[start:end])
                position = end
                continue
            if name in _RAW and not match["end"]:
                end = _after(low, f"</{name}", end, closed) if not match[0].endswith("/>") else end
            elif match["end"]:
                writer.close(name)
            else:
                writer.open(name, rest)
            writer.pass_over(match[0] if end == match.end() else text[start:end])
            position = end
            continue
        if text.startswith("<!--", start):
            end = _after(low, "-->", start + 4, closed)
        elif text.startswith(("<!", "<?"), start):
            end = _after(low, ">", start + 2, closed)
        else:
            writer.say("<")
            position = start + 1
            continue
        writer.pass_over(text[start:end])
        position = end
    return writer.finish()


def _after(low: str, mark: str, position: int, closed: dict[str, bool]) -> int:
    """The place behind the next `mark`, or the position itself where there is none; that there is none is kept in
    `closed`, so that it is searched for once."""
    if closed.get(mark):
        return position
    found = low.find(mark, position)
    closed[mark] = found < 0
    return position if found < 0 else found + len(mark)


def _data_table(text: str, low: str, start: int, number: int) -> list[PageLine]:
    """The rows of a table whose head names a column of titles, as Markdown's; none of any other: most only lay out a
    page."""
    inner = low.find("<table", start + 1)
    end = low.find("</table", start, inner if inner >= 0 else len(low))
    if end < 0:  # not closed, or another table in it
        return []
    lines: list[PageLine] = []
    for row in _ROW.finditer(text, start, end):
        cells = [_cell(cell["said"]) for cell in _CELL.finditer(row["cells"])]
        if not cells:
            continue
        at = number + text.count("\n", start, row.start())
        if not lines and not (len(cells) > 1 and any(role_of(cell) == "title" for cell in cells)):
            return []
        lines.append(PageLine(f"| {' | '.join(cells)} |", at))
        if len(lines) == 1:
            lines.append(PageLine("|" + "---|" * len(cells), at))
    return lines


def _cell(text: str) -> str:
    said = " ".join(line.text for line in read_page(text).lines if line.text)
    return said.replace("|", "\\|")


class _Writer:
    """Writes Markdown while a page is read."""

    def __init__(self, first: int) -> None:
        self._number = first
        self._lines: list[PageLine] = []
        self._text: list[str] = []
        self._began = first
        self._prefix = ""
        self._lists: list[str] = []
        self._skipped: Counter[str] = Counter()
        self._links: list[tuple[str, int]] = []
        self._title: list[str] | None = None
        self._page_title = ""

    @property
    def number(self) -> int:
        """The line of the page that is read."""
        return self._number

    def lay(self, lines: list[PageLine]) -> None:
        """Lines that are Markdown already, as a paragraph."""
        if self._skipped:
            return
        self._flush(blank=True)
        self._lines += [*lines, PageLine("", lines[-1].number)]

    def pass_over(self, piece: str) -> None:
        """Counts the line ends in a piece that is no text."""
        self._number += piece.count("\n")

    def say(self, piece: str) -> None:
        """Text between tags."""
        number = self._number
        if piece.isprintable() and "&" not in piece and "  " not in piece:  # most pieces
            text = piece
        else:
            self._number += piece.count("\n")
            text = _BLANKS.sub(" ", clean(unescape(piece)))
        if self._title is not None:
            self._title.append(text)
        if self._skipped or (not text.strip(" ") and not self._text):
            return
        if not any(part.strip() for part in self._text):
            self._began = number + len(piece[: len(piece) - len(piece.lstrip())].split("\n")) - 1
        self._text.append(text)

    def open(self, name: str, rest: str) -> None:
        """A tag that opens."""
        if name == "title":
            self._title = []
        elif name in _SKIPPED:
            self._flush()
            self._skipped[name] += 1
        elif self._skipped:
            return
        elif name in ("br", "hr"):
            self._flush()
        elif len(name) == 2 and name[0] == "h" and name[1] in "123456":
            self._flush(blank=True)
            self._prefix = "#" * int(name[1]) + " "
        elif name in ("ul", "ol"):
            self._flush(blank=not self._lists)
            self._lists.append(name)
        elif name == "li":
            self._flush()
            self._prefix = "  " * min(max(len(self._lists) - 1, 0), _MOST_LISTS) + "- "
        elif name in _BREAKS:
            self._flush(blank=name not in ("td", "th", "tr"))
        elif name == "a":
            self._links.append((_attribute(rest, "href"), len(self._text)))
        elif name == "img" and (label := _attribute(rest, "alt")):
            self._text.append(" ".join(clean(label).split()))
        elif name in _MARKS:
            self._text.append("\x01" + _MARKS[name])

    def close(self, name: str) -> None:
        """A tag that closes."""
        if name == "title" and self._title is not None:
            self._page_title = self._page_title or "".join(self._title).strip()
            self._title = None
        elif name in _SKIPPED and name in self._skipped:
            self._skipped -= Counter((name,))
        elif self._skipped:
            return
        elif name == "a" and self._links:
            self._link(*self._links.pop())
        elif name in _MARKS:
            self._text.append(_MARKS[name] + "\x02")
        elif name in ("ul", "ol"):
            self._flush(blank=len(self._lists) < 2)
            if self._lists:
                self._lists.pop()
        elif name in _BREAKS or name == "li" or (len(name) == 2 and name[0] == "h" and name[1].isdigit()):
            self._flush(blank=name not in ("td", "th", "tr", "li"))

    def _link(self, target: str, place: int) -> None:
        label = "".join(self._text[place:])
        bare = " ".join(label.replace("\x01", "").replace("\x02", "").split())
        target = target.strip()
        if not target.startswith(("http://", "https://")) or not bare:
            return
        del self._text[place:]
        target = target.replace(" ", "%20").replace("(", "%28").replace(")", "%29")
        before = " " if label[:1] == " " else ""
        bare = bare.replace("[", "(").replace("]", ")") if "[" in bare or "]" in bare else bare
        self._text.append(f"{before}[{bare}]({target})" + (" " if label[-1:] == " " else ""))

    def _flush(self, *, blank: bool = False) -> None:
        """Ends the line, and the paragraph where `blank`."""
        text = " ".join("".join(self._text).split()) if self._text else ""
        if "\x01" in text or "\x02" in text:
            text = _EMPTY_MARKS.sub("", text)
            text = _BLANK_BEHIND_MARK.sub(r" \1", text)
            text = _BLANK_BEFORE_MARK.sub(r"\1 ", text).replace("\x01", "").replace("\x02", "")
            text = " ".join(text.split())
        if self._links:
            self._links = [(target, 0) for target, _ in self._links]
        if text and any(map(str.isalnum, text)):
            prefix = self._prefix
            if not prefix.strip():
                text = _MARKDOWN.sub(r"\1\\\2", text) if text[:1] in "#>|" else text
            closing = _CLOSING.search(text)
            apart = closing if closing and is_label(closing["label"]) and not prefix.startswith("#") else None
            self._lines.append(PageLine(prefix + (text[: apart.start()] if apart else text).rstrip(), self._began))
            if apart:  # `… says things. [Paper](…)`: the link stands below what it belongs to
                self._lines += [PageLine("", self._began), PageLine(apart[0].strip(), self._began)]
            self._prefix = "  " * min(len(self._lists), _MOST_LISTS) if self._lists else ""
        self._text = []
        if blank and self._lines and self._lines[-1].text:
            self._lines.append(PageLine("", self._number))

    def finish(self) -> Page:
        """What was written."""
        self._flush()
        return Page(" ".join(self._page_title.split()), tuple(self._lines))


def _attribute(rest: str, name: str) -> str:
    for match in _ATTRIBUTE.finditer(rest):
        if match["name"].lower() == name:
            return unescape(match["double"] or match["single"] or match["bare"] or "")
    return ""


def plain_text(text: str) -> str:
    """What a piece of HTML says, in lines; a text without tags stays as it is."""
    if "<" not in text and "&" not in text:
        return text
    return "\n".join(line.text for line in read_page(text).lines).strip()
