"""Which keys of a US keyboard were struck where another layout or an input method sent its own characters.

With the Korean input method on, the user strikes `j` and the terminal sends `ㅓ`, or `어` for `d j`. Here a character
becomes the keys it was typed with. Another layout joins by a row in `LAYOUTS`; nothing else knows of any.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import NamedTuple


class Stroke(NamedTuple):
    """One key struck."""

    character: str
    """What the layout has on the key: what a text field takes."""
    key: str
    """What a US keyboard has there: what the table of keys knows."""


_SHIFTED = dict(zip("`1234567890-=[]\\;',./", '~!@#$%^&*()_+{}|:"<>?', strict=True))


def with_shift(key: str) -> str:
    """What Shift makes of a key of a US keyboard."""
    return _SHIFTED.get(key, key.upper())


def _rows(own: str, us: str) -> dict[str, str]:
    return dict(zip(own, us, strict=True))


def _with_capitals(small: Mapping[str, str]) -> dict[str, str]:
    return {**{own.upper(): with_shift(us) for own, us in small.items()}, **small}


DUBEOLSIK = _rows("ㅂㅈㄷㄱㅅㅛㅕㅑㅐㅔㅁㄴㅇㄹㅎㅗㅓㅏㅣㅋㅌㅊㅍㅠㅜㅡ", "qwertyuiopasdfghjklzxcvbnm") | _rows(
    "ㅃㅉㄸㄲㅆㅒㅖ₩", "QWERTOP\\"
)
"""The Korean standard layout. Only seven letters have a jamo of their own with Shift: no other capital can be told."""

CYRILLIC = _with_capitals(
    _rows("йцукенгшщзхъфывапролджэячсмитьбюё", "qwertyuiop[]asdfghjkl;'zxcvbnm,.`") | _rows("іїєґў", "s]'\\o")
) | {"№": "#"}
"""Russian ЙЦУКЕН, with the letters that the Ukrainian and Belarusian layouts have in other places' stead."""

FULL_WIDTH = {chr(0xFEE0 + code): chr(code) for code in range(0x21, 0x7F)} | _rows("\u3000「」【】。・", " [][]./")
"""The wide letters of Korean, Japanese and Chinese input methods, and brackets that stand in their place."""

LAYOUTS: tuple[Mapping[str, str], ...] = (DUBEOLSIK, CYRILLIC, FULL_WIDTH)

_KEYS = {own: us for layout in reversed(LAYOUTS) for own, us in layout.items()}

_COMPOUNDS = {
    "ㅘ": "ㅗㅏ", "ㅙ": "ㅗㅐ", "ㅚ": "ㅗㅣ", "ㅝ": "ㅜㅓ", "ㅞ": "ㅜㅔ", "ㅟ": "ㅜㅣ", "ㅢ": "ㅡㅣ",
    "ㄳ": "ㄱㅅ", "ㄵ": "ㄴㅈ", "ㄶ": "ㄴㅎ", "ㄺ": "ㄹㄱ", "ㄻ": "ㄹㅁ", "ㄼ": "ㄹㅂ", "ㄽ": "ㄹㅅ",
    "ㄾ": "ㄹㅌ", "ㄿ": "ㄹㅍ", "ㅀ": "ㄹㅎ", "ㅄ": "ㅂㅅ",
}  # fmt: skip
"""Jamo that take two keys; ㄲ and its kin take one, with Shift."""

_CONJOINING = {
    **{chr(0x1100 + n): jamo for n, jamo in enumerate("ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ")},
    **{chr(0x1161 + n): jamo for n, jamo in enumerate("ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ")},
    **{chr(0x11A8 + n): jamo for n, jamo in enumerate("ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ")},
}


def strokes(character: str) -> tuple[Stroke, ...]:
    """The keys that a character was typed with, in order; none where no layout has it, or where it is ASCII."""
    if character.isascii():
        return ()
    if (key := _KEYS.get(character)) is not None:
        return (Stroke(character, key),)
    # Compatibility decomposition makes one form of syllables, of jamo by themselves and of half-width ones.
    parts = [_CONJOINING.get(part) for part in unicodedata.normalize("NFKD", character)]
    struck = "".join(_COMPOUNDS.get(part, part) for part in parts if part is not None)
    return tuple(Stroke(jamo, _KEYS[jamo]) for jamo in struck) if None not in parts else ()
