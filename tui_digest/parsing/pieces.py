"""Pieces of a text, each read as one paper: for where the user says which lines are about which."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_digest.errors import SourceError
from tui_digest.parsing.drafts import finished
from tui_digest.parsing.formats import read_format
from tui_digest.parsing.links import host_of
from tui_digest.parsing.markdown import plain
from tui_digest.parsing.one_entry import read_whole
from tui_digest.parsing.source_text import document
from tui_digest.parsing.titles import unmarked

if TYPE_CHECKING:
    from collections.abc import Callable

    from tui_digest.models import Entry, ParsedDigest, Source
    from tui_digest.parsing.source_text import SourceText

    ReadText = Callable[[Source], tuple[ParsedDigest, ...]]
    """Reads text, as `parsing.parse_text` does."""

_LONGEST = 60
"""Characters of a line that stand in for a title."""


class Pieces:
    """The lines of a plain text; of a file that holds records, a page or letters there are none."""

    def __init__(self, source: Source, read: ReadText) -> None:
        self._source, self._read = source, read
        self._lines = source.text.split("\n") if _is_plain(source) else []

    def lines(self, first: int, last: int) -> list[tuple[int, str]]:
        """The lines from the first number to the last that are not blank, each with its number."""
        some = enumerate(self._lines[first - 1 : last], first)
        return [(number, line.strip()) for number, line in some if line.strip()]

    def papers(self, first: int, last: int) -> tuple[Entry, ...]:
        """The papers that these lines tell of, as their shape has it; all of them as one text where it has a place for
        only some of the lines. Nothing where there is nothing."""
        kept = [line if first <= number <= last else "" for number, line in enumerate(self._lines, 1)]
        source = self._source._replace(text="\n".join(kept))
        whole = document(source, None)
        if not whole.filled:
            return ()
        found = [entry for digest in self._read(source) for entry in digest.entries]
        placed = {number for each in found for number in range(each.start_line, each.end_line + 1)}
        if not placed.issuperset(index + 1 for index in whole.filled):
            found = [*finished([read_whole(whole, plain_titles=True)], whole)]
        return tuple([_named(entry, whole) for entry in found])


def _named(entry: Entry, whole: SourceText) -> Entry:
    """The entry; without a title it is called otherwise than the file, which is the whole's name."""
    if entry.title is not None or entry.fallback_title not in (None, whole.stem):
        return entry
    named = entry.arxiv_id or (host_of(entry.url) if entry.url else None)
    return entry._replace(fallback_title=named or _beginning(whole.lines[entry.start_line - 1]))


def _beginning(line: str) -> str:
    """What to call a piece without a title: the file's name is that of the whole."""
    said = " ".join(plain(unmarked(line)).split()) or line
    return said if len(said) <= _LONGEST else said[: _LONGEST - 1].rstrip() + "…"


def _is_plain(source: Source) -> bool:
    try:
        return read_format(source, None, lambda *_: ()) is None
    except SourceError:
        return False
