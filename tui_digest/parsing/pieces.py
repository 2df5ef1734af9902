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

    def paper(self, first: int, last: int) -> Entry | None:
        """What these lines tell of one paper: as their shape has it, or all of them as one text where that makes
        another number of papers of them. None where there is nothing."""
        kept = [line if first <= number <= last else "" for number, line in enumerate(self._lines, 1)]
        source = self._source._replace(text="\n".join(kept))
        whole = document(source, None)
        if not whole.filled:
            return None
        ends = [index + 1 for index in (whole.filled[0], whole.filled[-1])]
        found = [entry for digest in self._read(source) for entry in digest.entries]
        if len(found) != 1 or [found[0].start_line, found[0].end_line] != ends:
            found = [*finished([read_whole(whole, plain_titles=True)], whole)]
        entry = found[0]
        if entry.title is None and entry.fallback_title in (None, whole.stem):
            named = entry.arxiv_id or (host_of(entry.url) if entry.url else None)
            entry = entry._replace(fallback_title=named or _beginning(whole.first))
        return entry


def _beginning(line: str) -> str:
    """What to call a piece without a title: the file's name is that of the whole."""
    said = " ".join(plain(unmarked(line)).split()) or line
    return said if len(said) <= _LONGEST else said[: _LONGEST - 1].rstrip() + "…"


def _is_plain(source: Source) -> bool:
    try:
        return read_format(source, None, lambda *_: ()) is None
    except SourceError:
        return False
