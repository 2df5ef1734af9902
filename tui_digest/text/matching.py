"""Whether and where a text holds what the user typed. Pure: the list, the entry, the index and the scan all ask here.

A needle matches a text when its folded form stands in the folded text, anywhere, also within a word. Folding gives one
spelling to what users take for the same letters: composed and decomposed Hangul, full width and half width, capitals
and small letters, Latin letters with and without accents, typographic and plain quotes and dashes; any run of white
space is one blank. A needle of initial consonants (`ㄱㅎㅎㅅ`) can also stand for syllables (`강화 학습`).
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_USUAL = re.compile("[\x00-\x7f가-힣一-鿿]*")
"""Characters that need no folding but lower case, once the text is composed."""
_STRANGE = re.compile("[^\x00-\x7f가-힣一-鿿][\uff9e\uff9f]?")
"""All else, a letter at a time; half-width kana with their voice marks."""

_INITIAL = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
_INITIALS = re.compile("[ㄱ-ㅎ]+")
_SYLLABLE = re.compile("[가-힣]")
_BETWEEN_SYLLABLES = re.compile("(?<=[가-힣ㄱ-ㅎ]) (?=[가-힣ㄱ-ㅎ])")
_NO_CONSONANT = re.compile("[^ㄱ-ㅎ]")
_PER_INITIAL = 588
"""Syllables that begin with the same consonant; they follow each other from `가` on."""

_PLAIN = {
    **dict.fromkeys("‘’‚‛ʼ", "'"),
    **dict.fromkeys("“”„‟", '"'),
    **dict.fromkeys("‐‑‒–—―−", "-"),
    **dict.fromkeys("\u00ad\u200b\u200c\u200d\u2060\ufeff", ""),
    "ø": "o",
    "đ": "d",
    "ł": "l",
    "ħ": "h",
    "ŧ": "t",
    "ı": "i",
    "æ": "ae",
    "œ": "oe",
}
"""Characters that Unicode's own tables keep apart -> the plain ones that users type for them. Letters are in lower
case."""


def fold(text: str) -> str:
    """One spelling for what users take for the same letters. White space is left as it stands."""
    if text.isascii():
        return text.lower()
    text = unicodedata.normalize("NFC", text)
    if not _USUAL.fullmatch(text):
        text = _STRANGE.sub(_fold_match, text)
    return text.lower()


def searchable(text: str) -> str:
    """The folded text with one blank for every run of white space, and none at its ends: what a needle is looked for
    in, and what becomes of a needle. The empty needle stands in every text."""
    return " ".join(fold(text).split())


def is_initials(needle: str) -> bool:
    """Whether a needle is made of nothing but Hangul consonants (compatibility jamo, as a keyboard gives them)."""
    return _INITIALS.fullmatch(needle) is not None


def initials(folded: str) -> str:
    """The first consonants of a `searchable` text's syllables, and its lone consonants. Blanks between syllables are
    left out (`강화 학습` is `ㄱㅎㅎㅅ`); every other character is a blank."""
    if folded.isascii() or not (_SYLLABLE.search(folded) or _INITIALS.search(folded)):
        return ""
    text = _SYLLABLE.sub(_initial, _BETWEEN_SYLLABLES.sub("", folded))
    return _NO_CONSONANT.sub(" ", text)


def spans(needle: str, text: str, *, by_initials: bool = False) -> list[tuple[int, int]]:
    """Where the needle stands in a text, as (start, end) in characters of the text as it is: in order, none touching
    the next from within. `by_initials` also finds what a needle of initials stands for, as in titles and tags."""
    wanted = searchable(needle)
    if not wanted:
        return []
    folded, starts = _folded_with_starts(text)
    pattern = r"\s+".join(re.escape(word) for word in wanted.split(" "))
    found = [match.span() for match in re.finditer(pattern, folded)]
    if by_initials and is_initials(wanted):
        found += _initial_spans(wanted, folded)
    if starts is not None:
        found = [(starts[start], _end(starts, end)) for start, end in found]
    return _merged(found)


def _fold_match(match: re.Match[str]) -> str:
    return _fold_strange(match[0])


@lru_cache(maxsize=4096)
def _fold_strange(letter: str) -> str:
    if "\u3130" <= letter <= "\u318f" or "\uffa0" <= letter <= "\uffdc":
        return letter  # lone jamo: Unicode would make parts of syllables of them, which then join
    plain = unicodedata.normalize("NFKC", letter).casefold()
    if "\u0300" <= letter <= "\u036f":
        return ""  # an accent on a letter that has no composed form with it
    taken_apart = unicodedata.normalize("NFKD", plain)
    if any("a" <= each <= "z" or each in _PLAIN for each in taken_apart):
        plain = "".join(each for each in taken_apart if not "\u0300" <= each <= "\u036f")
    elif unicodedata.name(letter[0], "").startswith("LATIN "):
        plain = "".join(each for each in taken_apart if not unicodedata.combining(each))
    return "".join(_PLAIN.get(each, each) for each in plain).lower()


def _initial(match: re.Match[str]) -> str:
    return _INITIAL[(ord(match[0]) - ord("가")) // _PER_INITIAL]


def _folded_with_starts(text: str) -> tuple[str, list[int] | None]:
    """The folded text, and for each of its characters (and its end) where in the text the characters begin that it
    was made of; None where that is its own place."""
    folded = fold(text)
    if len(folded) == len(text) and (
        text.isascii()
        or (
            unicodedata.is_normalized("NFC", text)
            and all(len(match[0]) == len(_fold_strange(match[0])) == 1 for match in _STRANGE.finditer(text))
        )
    ):
        return folded, None
    starts: list[int] = []
    pieces = []
    for start, end in _clusters(text):
        piece = fold(text[start:end])
        pieces.append(piece)
        starts += [start] * len(piece)
    starts.append(len(text))
    joined = "".join(pieces)
    if joined != folded:  # a script whose letters join over more than we look at: point at the whole text
        return folded, [0] * len(folded) + [len(text)]
    return folded, starts


def _clusters(text: str) -> list[tuple[int, int]]:
    """The text cut where no composition reaches over: a letter with its marks, a syllable with its parts."""
    cuts = [0]
    for place in range(1, len(text)):
        letter = text[place]
        joins = letter > "\x7f" and (
            unicodedata.combining(letter) != 0
            or "\u1160" <= letter <= "\u11ff"
            or letter in "\uff9e\uff9f"
            or unicodedata.category(letter)[0] == "M"
        )
        if not joins:
            cuts.append(place)
    return list(zip(cuts, [*cuts[1:], len(text)], strict=True))


def _end(starts: list[int], end: int) -> int:
    """Where the text of the folded characters before `end` ends: not within what one letter became (`ß`, `ss`), and
    with what followed it and became nothing."""
    last = starts[end - 1]
    while starts[end] == last and end < len(starts) - 1:
        end += 1
    return starts[end]


def _initial_spans(wanted: str, folded: str) -> list[tuple[int, int]]:
    places = [place for place, letter in enumerate(folded) if not letter.isspace()]
    letters: list[str] = []
    kept = []
    before = -1
    for place in places:
        letter = folded[place]
        consonant = _INITIAL[(ord(letter) - 44032) // _PER_INITIAL] if "가" <= letter <= "힣" else letter
        if before >= 0 and place - before > 1 and not (_consonant(consonant) and _consonant(letters[-1])):
            letters.append(" ")
            kept.append(before)
        letters.append(consonant)
        kept.append(place)
        before = place
    text = "".join(letters)
    return [(kept[m.start()], kept[m.end() - 1] + 1) for m in re.finditer(re.escape(wanted), text)]


def _consonant(letter: str) -> bool:
    return "ㄱ" <= letter <= "ㅎ"


def _merged(found: list[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(found):
        if end <= start:
            continue
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged
