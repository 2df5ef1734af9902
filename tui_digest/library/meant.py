"""What was probably meant by a query that finds nothing: its words with their slips of the keys put right."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from tui_digest.query import Asked, Field, QueryError, Words, term
from tui_digest.query.grammar import ANY_DAY, Token, tokens
from tui_digest.text.matching import fold
from tui_digest.text.spelling import WORD, is_hangul, letters, slips, slips_allowed

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from tui_digest.store.search_words import WordList

    Steps = Generator[None, None, str | None]

_WEIGHED = 60
"""Of words that are equally near, how many are counted at most."""
_HALF = 2
"""Syllables that each part of a Hangul word has at least, where it is looked for in two."""


class Meant:
    """Puts right what was typed. It is handed what it asks: `found`, how many entries a query finds; `read`, what a
    text asks for; `words`, all words, made in steps; `tags`, all tags with the papers of each."""

    def __init__(
        self,
        found: Callable[[Asked], int],
        read: Callable[[str], Asked],
        words: Callable[[], Generator[None, None, WordList]],
        tags: Callable[[], list[tuple[str, int]]],
    ) -> None:
        self._found, self._read, self._words, self._tags = found, read, words, tags

    def by(self, text: str) -> Steps:
        """The text with words in the place of those that nothing has; None where it finds something as it is, or
        where nothing near to it does. Done in steps of a few milliseconds."""
        text = unicodedata.normalize("NFC", text)
        try:
            if self._found(self._read(text)):
                return None
            pieces = [*tokens(text, ANY_DAY)]
        except QueryError:
            return None
        put = ""
        end = 0
        for before, piece in zip([None, *pieces], pieces, strict=False):
            if piece.node is None or (before is not None and before.kind == "NOT"):
                continue
            right = yield from self._put_right(text[piece.start : piece.end], piece)
            if right is None:
                return None
            put += text[end : piece.start] + right
            end = piece.end
        put += text[end:]
        if put == text:
            return None
        try:
            return put if self._found(self._read(put)) else None
        except QueryError:  # a word that means something to the language
            return None

    def _put_right(self, written: str, piece: Token) -> Steps:
        """A term with its slips put right, itself where it has none; None where nothing is near."""
        node = piece.node
        if isinstance(node, Field):
            if node.name == "tag":
                return self._tag(written, str(node.value))
            if node.name not in ("title", "author"):
                return written
        elif node is None or self._found(Asked(node)):
            return written
        field = node.name if isinstance(node, Field) else None
        start = len(field) + 1 if field else 0
        put = written[:start]
        for match in WORD.finditer(written, start):
            word = fold(match[0])
            right: str | None = match[0]
            if not self._count(word, field):
                right = yield from self._nearest(word, field)
            if right is None:
                return None
            put += written[start : match.start()] + right
            start = match.end()
        return put + written[start:]

    def _count(self, word: str, field: str | None) -> int:
        return self._found(Asked(Words(word) if field is None else Field(field, word)))

    def _nearest(self, word: str, field: str | None) -> Steps:
        """The nearest word; of equally near ones that which most entries have."""
        words = yield from self._words()
        for most in range(1, slips_allowed(word) + 1):
            near = yield from words.near(word, most)
            if (best := (yield from self._best(near, field))) is not None:
                return best
        if is_hangul(word) and len(word) >= 2 * _HALF and slips_allowed(word):
            return (yield from self._in_two(words, word, field))
        return None

    def _in_two(self, words: WordList, word: str, field: str | None) -> Steps:
        """The same for a word of two that texts write apart: one of both has the slip."""
        near: dict[str, int] = {}
        for cut in range(_HALF, len(word) - _HALF + 1):
            first, second = word[:cut], word[cut:]
            if self._count(second, field) and slips_allowed(first):
                near |= {left + second: n for left, n in (yield from words.near(first, 1)).items()}
            if self._count(first, field) and slips_allowed(second):
                near |= {first + right: n for right, n in (yield from words.near(second, 1)).items()}
        return (yield from self._best(near, field))

    def _best(self, near: dict[str, int], field: str | None) -> Steps:
        best: tuple[int, int, str] | None = None
        for word in sorted(near, key=lambda each: (near[each], each))[:_WEIGHED]:
            count = self._count(word, field)
            if count and (best is None or (near[word], -count, word) < best):
                best = (near[word], -count, word)
            yield
        return best[2] if best else None

    def _tag(self, written: str, tag: str) -> str | None:
        """The term with the nearest tag, itself where there is such a tag."""
        wanted = fold(tag)
        most = slips_allowed(wanted)
        best: tuple[int, int, str] | None = None
        for known, papers in self._tags():
            folded = fold(known)
            if folded == wanted:
                return written
            distance = slips(letters(folded), letters(wanted), most)
            if distance <= most and (best is None or (distance, -papers, known) < best):
                best = (distance, -papers, known)
        if best is None:
            return None
        whole, short = term("tag", best[2]), f"#{best[2]}"
        return short if written[0] in "#＃" and self._read(short) == self._read(whole) else whole
