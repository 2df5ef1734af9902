"""The words of a library, to find those that are spelled nearly as what was typed."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from tui_digest.text.spelling import WORD, is_hangul, letters, pieces, slips

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator

_STEP = 200
"""Lines that are looked at between two pauses, in a millisecond or two."""
_PORTION = 50_000
"""Characters that are taken apart between two pauses."""


class WordList:
    """Words as they stand in texts, punctuation and all: `lines` are texts with a word a line, folded."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines = [f"\n{text}\n" for text in lines]
        self._apart: list[str] | None = None
        """The same with Hangul taken apart, once asked for."""

    def near(self, word: str, most: int) -> Generator[None, None, dict[str, int]]:
        """The words that are up to `most` slips away from a word of `WORD`, no more than it may have, and how many;
        done in steps. Of a longer Hangul word the beginning is enough, for particles are written to its end."""
        wanted, hangul = letters(word), is_hangul(word)
        found: dict[str, int] = {}
        looked = 0
        if hangul and self._apart is None:
            yield from self._take_apart()
        for piece in pieces(wanted, most):
            for text in (self._apart or ()) if hangul else self._lines:
                for line in _holding(piece, text):
                    for each in _meant(line, len(word), hangul=hangul):
                        if each not in found:
                            found[each] = slips(wanted, letters(each), most)
                    looked += 1
                    if looked % _STEP == 0:
                        yield
            yield
        return {each: distance for each, distance in found.items() if 0 < distance <= most}

    def _take_apart(self) -> Generator[None, None, None]:
        apart = []
        for text in self._lines:
            if text.isascii():
                continue
            start = 0
            while start < len(text) - 1:
                end = text.find("\n", start + _PORTION)
                end = len(text) - 1 if end < 0 else end
                apart.append(unicodedata.normalize("NFD", text[start : end + 1]))
                start = end
                yield
        self._apart = apart


def _holding(piece: str, text: str) -> Iterator[str]:
    """The lines that hold a piece."""
    place = text.find(piece)
    while place >= 0:
        end = text.find("\n", place)
        yield text[text.rfind("\n", 0, place) + 1 : end]
        place = text.find(piece, end)


def _meant(line: str, syllables: int, *, hangul: bool) -> Iterator[str]:
    """The words of a line that could be meant; of Hangul their beginnings of as many syllables."""
    for word in WORD.findall(unicodedata.normalize("NFC", line) if hangul else line):
        if is_hangul(word) == hangul:
            yield word
            if hangul and len(word) > syllables:
                yield word[:syllables]
