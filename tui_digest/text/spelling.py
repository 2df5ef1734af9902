"""How near two spellings are: letters that were left out, put in, exchanged or struck in the wrong order.

Hangul counts by its letters, not by syllables: `학슾` is one slip away from `학습`. Pure.
"""

from __future__ import annotations

import unicodedata
from itertools import pairwise

from tui_digest.text.patterns import regex

WORD = regex(r"[가-힣]+|[^\W_가-힣]+")
"""One word of a folded text: a run of Hangul, or of other letters and digits."""

_SHORT, _LONG = 4, 8
"""From how many letters on a word may have one slip, and two."""


def letters(word: str) -> str:
    """The word with a sign a letter: the syllables of Hangul taken apart."""
    return unicodedata.normalize("NFD", word) if is_hangul(word) else word


def is_hangul(word: str) -> bool:
    """Whether a word, one of `WORD`, is of Hangul."""
    return "가" <= word[:1] <= "힣"


def slips_allowed(word: str) -> int:
    """How many slips a word may have and still be guessed; none for numbers, which are near to each other anyway."""
    length = len(letters(word))
    if length < _SHORT or any(letter.isdigit() for letter in word):
        return 0
    return 1 if length < _LONG else 2


def slips(first: str, second: str, most: int) -> int:
    """How many slips make one of two rows of `letters` the other; `most` + 1 where they are more than that."""
    if abs(len(first) - len(second)) > most:
        return most + 1
    before: list[int] = []
    row = [*range(len(second) + 1)]
    for place, letter in enumerate(first, 1):
        above, before, row = before, row, [place]
        for other_place, other in enumerate(second, 1):
            cost = min(before[other_place] + 1, row[-1] + 1, before[other_place - 1] + (letter != other))
            if place > 1 < other_place and letter == second[other_place - 2] and other == first[place - 2]:
                cost = min(cost, above[other_place - 2] + 1)
            row.append(cost)
        if min(row) > most and min(before) > most:  # from that one, too, two exchanged letters could go on
            return most + 1
    return row[-1] if row[-1] <= most else most + 1


def pieces(wanted: str, most: int) -> set[str]:
    """Parts of a row of letters, one of which stands in everything that is up to `most` slips away.

    Of `most` + 1 parts each slip spoils one, but for two letters in the wrong order on both sides of a cut: so the
    parts of the word with these exchanged are among them, where there is one slip less left.
    """
    if most == 0:
        return {wanted}
    cuts = [len(wanted) * part // (most + 1) for part in range(most + 2)]
    found = {wanted[start:end] for start, end in pairwise(cuts)}
    for cut in cuts[1:-1]:
        found |= pieces(wanted[: cut - 1] + wanted[cut] + wanted[cut - 1] + wanted[cut + 1 :], most - 1)
    return found
