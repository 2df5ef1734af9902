"""Words of any language as ASCII letters, for citation keys; Hangul by the Revised Romanisation, letter by letter."""

from __future__ import annotations

import re
import unicodedata

_FIRST_SYLLABLE, _LAST_SYLLABLE = 0xAC00, 0xD7A3
_INITIALS = "g kk n d tt r m b pp s ss  j jj ch k t p h".split(" ")
_VOWELS = "a ae ya yae eo e yeo ye o wa wae oe yo u wo we wi yu eu ui i".split()
_FINALS = " k k k n n n t l k m l l l p l m p p t t ng t t k t p t".split(" ")
_OWN = str.maketrans({"ß": "ss", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"})
"""Small letters that no decomposition turns into ASCII."""
_NOT_LETTERS = re.compile(r"[^a-z0-9]+")


def romanised(text: str) -> str:
    """The text with each Hangul syllable in Latin letters; all else stays."""
    return "".join(_syllable(c) for c in unicodedata.normalize("NFC", text))


def _syllable(character: str) -> str:
    if not _FIRST_SYLLABLE <= ord(character) <= _LAST_SYLLABLE:
        return character
    rest, final = divmod(ord(character) - _FIRST_SYLLABLE, len(_FINALS))
    initial, vowel = divmod(rest, len(_VOWELS))
    return _INITIALS[initial] + _VOWELS[vowel] + _FINALS[final]


def ascii_words(text: str) -> list[str]:
    """The words of a text in small ASCII letters and digits; those of other scripts are left out."""
    if text.isascii():  # as nearly all are: keys are made of a whole year's papers
        return _NOT_LETTERS.sub(" ", text.lower().replace("'", "")).split()
    small = unicodedata.normalize("NFKD", romanised(text)).casefold().translate(_OWN)
    plain = "".join(c for c in small if not unicodedata.combining(c)).replace("'", "").replace("’", "")
    return _NOT_LETTERS.sub(" ", plain).split()
