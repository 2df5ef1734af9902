"""A source as the shapes see it: its lines, which of them hold anything, and what its file name tells."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from tui_digest.parsing.dates import days_of_name, year_of_name
from tui_digest.parsing.decoding import TEXT_SUFFIXES
from tui_digest.parsing.formats import SUFFIXES
from tui_digest.parsing.markup import as_markdown, unquoted
from tui_digest.text.cleaning import clean

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Sequence

    from tui_digest.models import Source
    from tui_digest.parsing.periods import Period

Looked = TypeVar("Looked")

_DAY_FOLDERS = re.compile(r"(?:^|/)(\d{4})[-/](\d{2})/(\d{2})(?:\.[a-z]+)?$", re.IGNORECASE)
_SUFFIX = re.compile(
    r"(?:" + "|".join(re.escape(suffix) for suffix in (*TEXT_SUFFIXES, *SUFFIXES)) + r")$", re.IGNORECASE
)


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
        key = (find, *self.filled[:1], *self.filled[-1:], len(self.filled))
        if key not in self.memo:
            self.memo[key] = find(self)
        found: Looked = self.memo[key]
        return found


def document(source: Source, name_hint: str | None, near: Period | None = None) -> SourceText:
    """The source's lines; `name_hint` stands in for the file name (of standard input, say); `near` are the days of its
    neighbours."""
    name = name_hint if name_hint is not None else source.name
    written = source.text.split("\n")
    lines = unquoted(as_markdown(written, name))
    text = source.text if lines is written else "\n".join(lines)
    filled = [index for index, line in enumerate(lines) if line and not line.isspace()]
    name = unicodedata.normalize("NFC", " ".join(clean(name).split()))
    stem = "" if name == "-" else _SUFFIX.sub("", name)
    if len(stem) == 2 and (folders := _DAY_FOLDERS.search(source.path)):
        stem = "-".join(folders.groups())  # `2024/05/22.md` is the file of a day
    year = year_of_name(stem, *source.path.split("/")[-2:-4:-1])
    named = days_of_name(stem, year or near)
    first = lines[filled[0]].strip() if filled else ""
    return SourceText(lines, filled, stem, source.sha256, first, text, named, named or year or near)


def cut(filled: Sequence[int], starts: Iterable[int]) -> list[Sequence[int]]:
    """The filled lines cut before every start."""
    cuts = set(starts)
    places = [place for place, index in enumerate(filled) if index in cuts or place == 0]
    return [filled[place:end] for place, end in zip(places, [*places[1:], len(filled)], strict=False)]
