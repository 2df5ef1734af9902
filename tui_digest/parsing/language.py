"""Telling Korean (and Chinese, Japanese) lines from English ones, and sentences from headings."""

from __future__ import annotations

import unicodedata

from tui_digest.text.patterns import regex

_HANGUL = regex(r"[\uac00-\ud7a3\u1100-\u11ff\u3131-\u318e]")
_EASTERN = regex(r"[\uac00-\ud7a3\u1100-\u11ff\u3131-\u318e\u3040-\u30ff\u4e00-\u9fff]")
_LATIN = regex(r"[A-Za-z\u00c0-\u024f]")
_ADDRESS = regex(r"https?://\S+")
_KOREAN_SENTENCE = regex(r"(?:[다요죠까네군듯음함됨임지며]|[.!?。…])[\s)\]”\"'.!?。…~ㅎㅋ]*$")
_LONGEST_KOREAN_TITLE = 80


def has_hangul(text: str) -> bool:
    """Whether any Korean letter is in it, composed or not."""
    return not text.isascii() and _HANGUL.search(text) is not None


def has_eastern(text: str) -> bool:
    """Whether any Korean, Japanese or Chinese letter is in it."""
    return not text.isascii() and _EASTERN.search(text) is not None


def cells(text: str) -> int:
    """How many terminal cells a line takes, Eastern letters counting twice."""
    return len(text) if text.isascii() else len(text) + len(_EASTERN.findall(text))


def is_commentary_language(line: str) -> bool:
    """Whether a line is Korean (Japanese, Chinese) prose, however many English terms it holds.

    An English sentence may quote a Korean word, so one letter in twenty is asked for."""
    if line.isascii():
        return False
    text = _ADDRESS.sub("", line)
    eastern = len(_EASTERN.findall(text))
    return eastern > 0 and eastern * 19 >= len(_LATIN.findall(text))


def is_korean_sentence(line: str) -> bool:
    """Whether a line with Korean in it reads as a sentence: it ends like one, or is too long for a heading."""
    if not has_hangul(line):
        return False
    composed = unicodedata.normalize("NFC", line.strip())
    return len(composed) > _LONGEST_KOREAN_TITLE or _KOREAN_SENTENCE.search(composed) is not None
