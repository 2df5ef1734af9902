"""The words of the search index by the consonants that their syllables begin with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_digest.text.matching import is_initials, with_initials

if TYPE_CHECKING:
    from collections.abc import Iterator


class InitialWords:
    """Looks up words by needles of initials. `words` has a word a line, with a line break before the first, too."""

    def __init__(self, words: str) -> None:
        self._words = words
        self._initials = with_initials(words)  # a letter for a letter: what is found here stands there

    def holding(self, needle: str) -> Iterator[str]:
        """The words that have a part that begins so, behind no other syllable."""
        return self._found(needle, 0)

    def ending(self, needle: str) -> Iterator[str]:
        """Those in which that part is just this, and goes to the word's end."""
        return self._found(f"{needle}\n", 0)

    def beginning(self, needle: str) -> Iterator[str]:
        """The words that begin so."""
        return self._found(f"\n{needle}", 1)

    def whole(self, needle: str) -> Iterator[str]:
        """The words that are just this."""
        return self._found(f"\n{needle}\n", 1)

    def _found(self, text: str, shift: int) -> Iterator[str]:
        initials = self._initials
        place = initials.find(text)
        while place >= 0:
            after = place + 1
            if shift or not is_initials(initials[place - 1]):
                start = initials.rfind("\n", 0, place + shift) + 1
                after = initials.find("\n", place + shift)
                yield self._words[start:after]
            place = initials.find(text, after)
