"""A language of our own invention, in which untranslated words stand out: every sentence of the catalogue in Armenian
letters. What is still in Latin or Korean ones came from no catalogue, unless it is data or the name of a key."""

from __future__ import annotations

import re
from datetime import date

from tui_digest.i18n import Translator

GREEK = """2023년 7월 5주차
https://arxiv.org/abs/2307.00001
Περι μνημης (Αα Ββ, Γγ Δδ, Εε Ζζ, Ηη Θθ, Ιι Κκ, Λλ Μμ, Νν Ξξ, Οο Ππ, Ρρ Σσ, Ττ Υυ, Φφ Χχ, Ψψ Ωω, Αβ Γδ, Εζ Ηθ)
Λογος περι μνημης. https://github.com/1/2 ιδε.
#μνημη
https://arxiv.org/abs/2307.00002
Αλλος λογος (Αα Ββ)
Δευτερος. https://arxiv.org/abs/2307.00001 ιδε.
#λογος
"""
"""Data of which no word can be taken for one of the program's."""

_LATIN = "abcdefghijklmnopqrstuvwxyz"
_ARMENIAN = "աբգդեզէըթժիլխծկհձղճմյնշոչպ"
_LETTERS = str.maketrans(_LATIN + _LATIN.upper(), _ARMENIAN + _ARMENIAN.upper())

_WORD = re.compile(r"[A-Za-z]{2,}|[가-힣ㄱ-ㅎ]+")


def in_pseudo(sentence: str) -> str:
    """The sentence in the invented language, as wide as before; the places for details stay."""
    parts = re.split(r"(\{[^}]*\})", sentence)
    return "".join(part if part[:1] == "{" else re.sub("[가-힣]", "あ", part.translate(_LETTERS)) for part in parts)


class Pseudo(Translator):
    """Speaks it, whatever it is told to speak."""

    def speak(self, lang: str) -> None:
        """English, in other letters."""
        super().speak("en")
        self._sentences = {message_id: in_pseudo(sentence) for message_id, sentence in self._sentences.items()}

    def period(self, start: date | None, end: date | None) -> str:
        """A period, in other letters."""
        return in_pseudo(super().period(start, end))

    def day(self, day: date) -> str:
        """A day, in other letters."""
        return in_pseudo(super().day(day))

    def month_row(self, month: int, row: int) -> str:
        """A row of a month, in other letters."""
        return in_pseudo(super().month_row(month, row))


def strays(text: str, allowed: set[str]) -> set[str]:
    """The words of a text that are in no invented letters; single letters are names of keys. A dialog may cut a word of
    what stands behind it."""
    found = set(_WORD.findall(text)) - allowed
    return {word for word in found if not any(each.startswith(word) or each.endswith(word) for each in allowed)}
