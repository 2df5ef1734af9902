"""A text in Markdown as it is read: headings, lists, quotes, fences, rules and tables by what they are, not by their
marks. Paragraphs keep the lines of the source. Pure: knows no width.

What is shown is the text: matches, selection and copying see it, and need no map back to the source.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Literal, NamedTuple

from tui_digest.text.marked_inline import InlineSpan, Shown, Target, shown_line
from tui_digest.text.patterns import regex

MarkedKind = Literal["paragraph", "bullet", "subheading", "code", "rule", "row", "blank"]


class MarkedLine(NamedTuple):
    """A line as it is shown; long ones are wrapped later."""

    kind: MarkedKind
    text: str = ""
    spans: tuple[InlineSpan, ...] = ()
    targets: tuple[Target, ...] = ()
    lead: int = 0
    """By how much lines after the first are set in: here the characters of a list mark."""
    quotes: int = 0
    """How deep it is quoted."""
    rows: tuple[tuple[Shown, ...], ...] = ()
    """Of a `row`: a whole table, its heads first."""


_ITEM = regex(r"(?P<indent>\s*)(?P<sign>[-*+•·–—▪◦‣∙]|\(?\d{1,2}[.)])\s+")
_HEADING = regex(r" {0,3}#{1,6}\s+(?P<text>\S.*)$")
_HEADING_END = regex(r"(?:\s+#+|\s*\{#[\w:.-]+\})+\s*$")
_RULE = regex(r" {0,3}(?:(?:-\s*){3,}|(?:\*\s*){3,}|(?:_\s*){3,})$")
_UNDERLINE = regex(r"={3,}\s*$")
_FENCE = regex(r"\s*(?P<mark>`{3,}|~{3,})(?P<said>[^`]*)$")
_SEPARATOR = regex(r"\s*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*$")
_SETTING = regex(r"[\w-]+:(?:\s|$)|\s+\S|- |#")
_KRAMDOWN = regex(r"\s*\{:[^{}]*\}\s*$")
_PIPE = regex(r"(?<!\\)\|")
_BREAK = regex(r"<br\s*/?>", re.IGNORECASE)
_DEFINITION = regex(
    r" {0,3}\[(?P<label>[^\[\]^][^\[\]]{0,99})\]:\s*<?(?P<url>[^\s<>]+)>?(?:\s+(?:\"[^\"]*\"|'[^']*'|\([^()]*\)))?\s*$"
)
_BRACKETED = regex(r"\[([^\[\]]{1,100})\](?!:)")
_OPENS = regex(r"\s*(?:[-*+•·–—▪◦‣∙]\s|\(?\d{1,2}[.)]\s|#{1,6}\s|`{3}|~{3}|\{:|<table\b|\[[^\[\]]+\]:)", re.IGNORECASE)
"""What begins a line that does not go on with the paragraph above it."""
_ROW = regex(r"<tr\b[^<>]*>", re.IGNORECASE)
_CELL = regex(r"<t[dh]\b[^<>]*>", re.IGNORECASE)
_ROW_END = regex(r"</(?:t[rdh]|tbody|thead|tfoot|table)\s*>|<(?:tbody|thead|tfoot)\b[^<>]*>", re.IGNORECASE)
_LIST_TAG = regex(r"^(?P<indent>[\s>]*)<li\b[^<>]*>\s*(?=\S)")
_ALERT = regex(r"\s*\[!(?P<kind>[A-Za-z]{2,20})\][+-]?(?=\s|$)")
"""How a quote begins that is a box: `> [!NOTE]`."""
_LONGEST_ALERT = 200
_DEEPEST = 6
_MOST_SETTINGS = 80
_LONGEST_SEPARATOR = 2000


def read_marked(text: str, told: Callable[[str], str] | None = None) -> Iterator[MarkedLine]:
    """The lines of a text; a table is one of them. `told` makes formulas readable."""
    return _MarkdownReader(text.split("\n"), told or str).lines()


def _unquoted(line: str, most: int = 1 << 30) -> tuple[int, str]:
    """How deep a line is quoted, and what is quoted; of `most` quotes at most."""
    depth = at = 0
    while True:
        start = at
        while at < len(line) and line[at] == " " and at - start < 4:
            at += 1
        if at == len(line) or line[at] != ">" or depth == most:
            return (min(depth, _DEEPEST), line[start:]) if depth else (0, line)
        depth, at = depth + 1, at + 1
        if line[at : at + 1] == " ":
            at += 1


def _item_of_tag(line: str) -> str:
    """An item of an HTML list as one of Markdown."""
    return _LIST_TAG.sub(r"\g<indent>- ", line, count=1) if "<li" in line else line


class _MarkdownReader:
    """Reads the lines once, from the first to the last."""

    def __init__(self, source: Sequence[str], told: Callable[[str], str]) -> None:
        self._source = [_unquoted(_item_of_tag(line)) if ">" in line else (0, line) for line in source]
        self._written = source
        self._told = told
        self._unclosed: dict[tuple[str, int], int] = {}
        """By sign and depth, the shortest fence that none closes from here on: longer ones are not asked again."""
        self._tables_end = True
        """Whether a `</table>` may still come."""
        self._links = _definitions(source)
        """The addresses that reference links name, by label."""

    def lines(self) -> Iterator[MarkedLine]:
        """All of it."""
        at = self._settings_end()
        while at < len(self._source):
            quotes, line = self._source[at]
            made, end = self._special(at, line)
            if end == at:
                made, end = self._paragraph(at)
            for each in made:
                yield each._replace(quotes=quotes) if quotes and not each.quotes else each
            at = end

    def _special(self, at: int, line: str) -> tuple[Sequence[MarkedLine], int]:
        """What begins at a line, if it is no paragraph, and the line behind it."""
        if not line.strip():
            return [MarkedLine("blank")], at + 1
        start = line.lstrip()[:6].lower()
        fence = _FENCE.match(line) if start[:3] in ("```", "~~~") else None
        if fence and (end := self._fence_end(at, fence["mark"])) is not None:
            depth = self._source[at][0]
            code = (self._code(place, depth).rstrip() for place in range(at + 1, end))
            return [MarkedLine("code", each, quotes=depth) for each in code], end + 1
        if "|" in line and (count := self._rows_of(at)):
            told = [line, *(self._source[row][1] for row in range(at + 2, at + 1 + count))]
            return [_table([[self._shown(cell) for cell in _cells(row)] for row in told])], at + 1 + count
        if start == "<table" and (end := self._table_end(at)) is not None:
            rows = _html_rows("\n".join(code for _, code in self._source[at:end]))
            if rows:
                return [_table([[self._shown(cell) for cell in row] for row in rows])], end
        if self._is_underlined(at):
            return [self._line("subheading", line.strip())], at + 2
        if _RULE.match(line):
            return [MarkedLine("rule")], at + 1
        if start[0] == "#" and (heading := _HEADING.match(line)):
            return [self._line("subheading", _HEADING_END.sub("", heading["text"]))], at + 1
        if (start[:2] == "{:" and _KRAMDOWN.match(line)) or (start[0] == "[" and self._is_definition(line)):
            return [], at + 1
        return [], at

    def _paragraph(self, at: int) -> tuple[Sequence[MarkedLine], int]:
        """A paragraph or an item up to where something else begins: marks may run over its lines."""
        quotes, first = self._source[at]
        end = at + 1
        while end < len(self._source) and self._source[end][0] == quotes and self._goes_on(end):
            end += 1
        item = _ITEM.match(first)
        lead = item.group() if item else ""
        texts = [first[len(lead) :], *(line for _, line in self._source[at + 1 : end])]
        text = "\n".join(map(_without_break, texts if item else map(_from_margin, texts)))
        if "<br" in text or "<BR" in text:
            text = _BREAK.sub("\n", text)
        if item and item["sign"] in "-*+":
            lead = f"{item['indent']}- "
        if quotes and len(texts[0]) < _LONGEST_ALERT and (alert := _ALERT.match(text)):
            text = f"**{alert['kind'].capitalize()}**{text[alert.end() :]}"
        return [*_lines_of(self._shown(text), lead)], end

    def _goes_on(self, at: int) -> bool:
        """Whether a line may be one more of the paragraph above it."""
        line = self._source[at][1]
        if not line or line.isspace() or _OPENS.match(line) or _RULE.match(line) or self._is_underlined(at):
            return False
        return not ("|" in line and self._rows_of(at))

    def _settings_end(self) -> int:
        """Where the text begins, behind its front matter."""
        if self._source[0][1].rstrip() != "---":
            return 0
        for at, (_, line) in enumerate(self._source[1:_MOST_SETTINGS], 1):
            if line.rstrip() in ("---", "..."):
                return at + 1 if at > 1 else 0
            if line.strip() and not _SETTING.match(line):
                break
        return 0

    def _is_underlined(self, at: int) -> bool:
        """Whether the line below makes a heading of this one."""
        return at + 1 < len(self._source) and _UNDERLINE.match(self._source[at + 1][1]) is not None

    def _is_definition(self, line: str) -> bool:
        """Whether a line only says where a reference link leads that stands in the text."""
        found = _DEFINITION.match(line)
        return found is not None and _label(found["label"]) in self._links

    def _fence_end(self, at: int, mark: str) -> int | None:
        """The line that closes a fence; a fence that is never closed is none."""
        kind = mark[0], self._source[at][0]
        if len(mark) >= self._unclosed.get(kind, 1 << 30):
            return None
        for place in range(at + 1, len(self._source)):
            line = self._code(place, self._source[at][0]).strip()
            if line.startswith(mark) and not line.strip(mark[0]):
                return place
        self._unclosed[kind] = len(mark)
        return None

    def _code(self, place: int, depth: int) -> str:
        """A line inside a fence that is quoted so deep: in it `>` is a sign like others."""
        line = self._written[place]
        return _unquoted(line, depth)[1] if depth else line

    def _rows_of(self, at: int) -> int:
        """How many lines below the first belong to a table; 0 where none begins here."""
        if at + 1 >= len(self._source) or "-" not in (below := self._source[at + 1][1]) or "|" not in below:
            return 0
        if len(below) > _LONGEST_SEPARATOR or not _SEPARATOR.match(below):
            return 0
        end, quotes = at + 2, self._source[at][0]
        while end < len(self._source) and "|" in self._source[end][1] and self._source[end][0] == quotes:
            end += 1
        return end - at - 1

    def _table_end(self, at: int) -> int | None:
        """The line behind the end of an HTML table; None where it never ends."""
        for place in range(at, len(self._source)) if self._tables_end else ():
            if "</table" in self._source[place][1].lower():
                return place + 1
        self._tables_end = False
        return None

    def _shown(self, text: str) -> Shown:
        return shown_line(text, self._told, self._links)

    def _line(self, kind: MarkedKind, text: str) -> MarkedLine:
        shown = self._shown(text)
        return MarkedLine(kind, shown.text, shown.spans, shown.targets)


def _from_margin(line: str) -> str:
    """A line without the blanks by which HTML's tags are set in: they say nothing."""
    bare = line.lstrip()
    return bare if bare[:1] == "<" else line


def _without_break(line: str) -> str:
    """A line without the backslash that breaks it, and blanks at its end."""
    line = line.rstrip()
    return line[:-1].rstrip() if line.endswith("\\") and not line.endswith("\\\\") else line


def _lines_of(shown: Shown, lead: str) -> Iterator[MarkedLine]:
    """A paragraph's lines; none for one in which nothing but marks that are not shown stood."""
    kind: MarkedKind = "bullet" if lead else "paragraph"
    if "\n" not in shown.text:
        pieces: Sequence[Shown] = (shown,)
    else:
        pieces = list(_split(shown))
    for piece in pieces:
        if piece.text.strip() or lead:
            by = len(lead)
            spans = tuple((start + by, end + by, name) for start, end, name in piece.spans) if by else piece.spans
            targets = tuple((start + by, url) for start, url in piece.targets) if by else piece.targets
            yield MarkedLine(kind, lead + piece.text, spans, targets, by)
        kind, lead = "paragraph", ""


def _split(shown: Shown) -> Iterator[Shown]:
    """A text of several lines as these lines; a span over an end of a line is one on each side of it."""
    leads = dict(shown.targets)
    start = first = 0
    for line in shown.text.split("\n"):
        end = start + len(line)
        while first < len(shown.spans) and shown.spans[first][1] <= start:
            first += 1
        spans: list[InlineSpan] = []
        targets: list[Target] = []
        place = first
        while place < len(shown.spans) and shown.spans[place][0] < end:
            a, b, name = shown.spans[place]
            spans.append((max(a, start) - start, min(b, end) - start, name))
            if a in leads:
                targets.append((spans[-1][0], leads[a]))
            place += 1
        yield Shown(line, tuple(spans), tuple(targets))
        start = end + 1


# -- reference links -----------------------------------------------------------------------------------------------


def _label(label: str) -> str:
    """A label as it is looked up: case and blanks do not matter."""
    return " ".join(label.split()).casefold()


def _definitions(source: Sequence[str]) -> Mapping[str, str]:
    """The addresses that lines like `[1]: https://…` give to labels that stand in the text."""
    found = {
        _label(match["label"]): match["url"] for line in source if "]:" in line and (match := _DEFINITION.match(line))
    }
    if not found:
        return found
    used = {_label(label) for line in source for label in _BRACKETED.findall(line)}
    return {label: url for label, url in found.items() if label in used}


# -- tables --------------------------------------------------------------------------------------------------------


def _cells(line: str) -> list[str]:
    line = line.strip()
    cells = _PIPE.split(line.removeprefix("|"))
    if len(cells) > 1 and not cells[-1].strip():
        cells.pop()
    return [cell.strip() for cell in cells]


def _html_rows(text: str) -> list[list[str]]:
    """The cells of an HTML table, a line each."""
    rows = ([_one_line(cell) for cell in _CELL.split(row)[1:]] for row in _ROW.split(text)[1:])
    return [row for row in rows if row]


def _one_line(cell: str) -> str:
    return " ".join(_BREAK.sub(" ", _ROW_END.sub("", cell)).split())


def _table(rows: list[list[Shown]]) -> MarkedLine:
    """A table with as many cells in each row."""
    columns = max(map(len, rows))
    return MarkedLine("row", rows=tuple((*row, *[Shown("")] * (columns - len(row))) for row in rows))
