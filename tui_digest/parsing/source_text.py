"""A source as the shapes see it: its lines, which of them hold anything, and what its file name tells."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, TypeVar

from tui_digest.parsing.dates import days_of_name, file_date, year_of_name
from tui_digest.parsing.decoding import TEXT_SUFFIXES
from tui_digest.parsing.format_table import SUFFIXES
from tui_digest.parsing.links import may_link
from tui_digest.parsing.markup import as_markdown
from tui_digest.text.cleaning import clean
from tui_digest.text.patterns import regex

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence

    from tui_digest.models import Source
    from tui_digest.parsing.periods import Period

Looked = TypeVar("Looked")

_DAY_FOLDERS = regex(r"(?:^|/)(\d{4})[-/](\d{2})/(\d{2})(?:\.[a-z]+)?$", re.IGNORECASE)
_SUFFIXES = frozenset((*TEXT_SUFFIXES, *SUFFIXES))


@dataclass(frozen=True, slots=True)
class DigestPart:
    """One digest of a file of several: its shape, the line that heads it, and its days, which may follow from those of
    its neighbours."""

    shape: str
    heading: int
    period: Period | None


@dataclass(frozen=True, slots=True)
class SourceText:
    """One source, split once. Line indexes are 0-based here; entries carry 1-based numbers."""

    lines: list[str]
    filled: list[int]
    """Indexes of the lines that are not blank."""
    stem: str
    """The file's name without its text suffix; empty for standard input."""
    sha256: str
    first: str = field(default="")
    """The first line that is not blank, stripped."""
    text: str = ""
    """All of the file's text: what does not stand in it need not be sought line by line."""
    begins: Mapping[str, Sequence[int]] = field(default_factory=dict)
    """By the character that lines begin with, these lines, blank ones too: what none begins with need not be sought,
    either, and what some do, only there."""
    named: Period | None = None
    """The days that the file's name tells."""
    likely: Period | None = None
    """Days near those of the text: of the file's name, the year that it or its folder tells, or of its neighbours."""
    part: DigestPart | None = None
    """Of one of several digests in a file: what the whole file tells about it."""
    memo: dict[Hashable, Any] = field(default_factory=dict, compare=False, repr=False)
    """Answers of `once`, by question and lines; the parts of a file share them."""

    def once(self, find: Callable[[SourceText], Looked]) -> Looked:
        """What `find` returns for these lines, computed once. The key tells which lines, since the parts of a file
        share the memo."""
        key = (find, self.filled[0] if self.filled else -1, len(self.filled))
        if key not in self.memo:
            self.memo[key] = find(self)
        found: Looked = self.memo[key]
        return found

    def linked(self) -> list[int]:
        """The filled lines that may hold a link (`may_link`), in order: told once, for several shapes ask."""
        return self.once(_linked)

    def beginning(self, signs: frozenset[str]) -> list[int]:
        """The filled lines that begin with one of these characters, in order."""
        found = [index for sign in signs.intersection(self.begins) for index in self.begins[sign]]
        if not found or not self.filled:
            return []
        first, last, lines = self.filled[0], self.filled[-1], self.lines
        return sorted([index for index in found if first <= index <= last and not lines[index].isspace()])

    def excerpt(self, filled: Sequence[int]) -> SourceText:
        """These filled lines as a text of its own, of which nothing is known yet; the lines keep their places."""
        lines = self.lines[filled[0] : filled[-1] + 1]
        begins = _beginnings(lines, filled[0])
        return replace(self, filled=list(filled), first=lines[0].strip(), text="\n".join(lines), begins=begins, memo={})


def document(source: Source, name_hint: str | None, near: Period | None = None) -> SourceText:
    """The source's lines; `name_hint` stands in for the file name (of standard input, say); `near` are the days of its
    neighbours."""
    name = name_hint if name_hint is not None else source.name
    written = source.text.split("\n")
    begins = _beginnings(written)
    lines = as_markdown(written, begins, name, source.text)
    text = source.text
    if lines is not written:
        text, begins = "\n".join(lines), _beginnings(lines)
    filled = _filled(lines, begins)
    stem = _stem(name)
    if len(stem) == 2 and (folders := _DAY_FOLDERS.search(source.path)):
        stem = "-".join(folders.groups())  # `2024/05/22.md` is the file of a day
    year = None
    if file_date(stem) is None:
        year = year_of_name(stem, *source.path.split("/")[-2:-4:-1])
    named = days_of_name(stem, year or near)
    first = lines[filled[0]].strip() if filled else ""
    return SourceText(lines, filled, stem, source.sha256, first, text, begins, named, named or year or near)


def _filled(lines: Sequence[str], begins: Mapping[str, Sequence[int]]) -> list[int]:
    """The lines that are not blank."""
    maybe = (index for begun, places in begins.items() if not begun or begun.isspace() for index in places)
    blank = {index for index in maybe if not lines[index] or lines[index].isspace()}
    return [index for index in range(len(lines)) if index not in blank] if blank else [*range(len(lines))]


def _linked(source: SourceText) -> list[int]:
    lines = source.lines
    return [index for index in source.filled if may_link(lines[index])]


def _beginnings(lines: Sequence[str], first: int = 0) -> Mapping[str, Sequence[int]]:
    """By the character that lines begin with, these lines; the first has this index."""
    begins: defaultdict[str, list[int]] = defaultdict(list)
    for index, line in enumerate(lines, first):
        begins[line[:1]].append(index)
    return dict(begins)


def _stem(name: str) -> str:
    """A file's name without its text suffix; nothing for standard input."""
    name = " ".join(clean(name).split())
    if not name.isascii():
        name = unicodedata.normalize("NFC", name)
    stem, dot, suffix = name.rpartition(".")
    if dot and f".{suffix.lower()}" in _SUFFIXES:
        return stem
    return "" if name == "-" else name


def cut(filled: Sequence[int], starts: Iterable[int]) -> Iterator[Sequence[int]]:
    """The filled lines cut before every start, one part after the other, as soon as the start of the next is known.
    The starts are in order and among these lines; without lines there is no part."""
    begin = 0
    for start in starts:
        place = bisect_left(filled, start)
        if place > begin:
            yield filled[begin:place]
            begin = place
    if filled:
        yield filled[begin:]
