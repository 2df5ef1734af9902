"""Korean particles that follow a word which only the moment knows: `{path}을(를)` becomes 을 or 를.

Hangul says by itself whether it ends in a consonant, digits by how they are read (영 일 이 …), Latin letters by how
they are spelled out (엘, 엠) where all are capitals, else by how loan words are written. Of anything else both forms
are left standing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from unicodedata import normalize

from tui_digest.text.patterns import regex

_PAIRS = {"은(는)": ("은", "는"), "이(가)": ("이", "가"), "을(를)": ("을", "를"), "와(과)": ("과", "와")}
_LINKS = {"(이)": "이", "(으)": "으"}
"""What stands only after a consonant: `(이)라는`, `(으)로`."""
_AFTER = regex(r"\{(\w+)\}([”\"'`’)\]]*)(은\(는\)|이\(가\)|을\(를\)|와\(과\)|\(이\)|\(으\))(로?)")
_CLOSING = "”\"'`’)]}>»” "
_DIGITS = "013678"
"""영 일 삼 육 칠 팔; zeros behind another digit are 십, 백, 천, 만."""
_SPELLED_WITH_ONE = "LMNR"
_CONSONANTS = ("l", "m", "n", "ng", "le", "ne", "me")
_SHORT = regex(r"(?:^|[^aeiou])[aeiou](?:[ckpt]|ck)$|(?:ook|foot)$")
"""A short vowel with one of these is written with it below: book 북, doc 독, map 맵, git 깃, stack 스택."""
_LONG = regex(r"(?:^|[^a-z])(?:bit|check|deck|hit|set|sheet)$")
"""Words that are not: 비트, 체크, 세트."""


def with_particles(sentence: str, details: Mapping[str, object]) -> str:
    """The sentence, not yet filled in, with the particles behind its places as its details ask for them."""
    if "(" not in sentence:
        return sentence
    return _AFTER.sub(lambda found: _chosen(found, details), sentence)


def _chosen(found: re.Match[str], details: Mapping[str, object]) -> str:
    name, closing, particle, to = found.groups()
    ending = ends_in_consonant(str(details.get(name, "")))
    if ending is None:
        return found[0]
    if particle in _PAIRS:
        chosen = _PAIRS[particle][0 if ending else 1]
    else:
        chosen = _LINKS[particle] if ending and not (to and _ends_in_l(str(details[name]))) else ""
    return f"{{{name}}}{closing}{chosen}{to}"


def ends_in_consonant(word: str) -> bool | None:
    """Whether a word is read with a consonant at its end; None where that cannot be known."""
    word = normalize("NFC", word[-12:]).rstrip(_CLOSING)
    last = word[-1:]
    if "가" <= last <= "힣":
        return (ord(last) - ord("가")) % 28 != 0
    if last.isascii() and last.isdigit():
        return last in _DIGITS
    if last.isascii() and last.isalpha():
        return _latin_ends_in_consonant(word)
    return None


def _latin_ends_in_consonant(word: str) -> bool:
    letters = re.findall(r"[A-Za-z]+$", word)[0]
    if letters.isupper():
        return letters[-1] in _SPELLED_WITH_ONE
    letters = letters.lower()
    return letters.endswith(_CONSONANTS) or (_SHORT.search(letters) is not None and _LONG.search(letters) is None)


def _ends_in_l(word: str) -> bool:
    """`(으)로` is 로 after ㄹ too: 파일로, 7로."""
    word = normalize("NFC", word[-12:]).rstrip(_CLOSING)
    last = word[-1:]
    if "가" <= last <= "힣":
        return (ord(last) - ord("가")) % 28 == 8  # ㄹ is the eighth of the final consonants
    return last in "178" or re.search(r"(?:[lL]|[^A-Z]le|(?<![A-Za-z])[A-Z]*R)$", word) is not None
