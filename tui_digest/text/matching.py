"""Whether and where a text holds what the user typed. Pure: the list, the entry, the index and the scan all ask here.

A needle matches a text when its folded form stands in the folded text, anywhere, also within a word. Folding gives one
spelling to what users take for the same letters: composed and decomposed Hangul, full width and half width, capitals
and small letters, Latin letters with and without accents, typographic and plain quotes and dashes; any run of white
space is one blank. Signs in a circle stay themselves: `①` is no `1`.

A needle that is one word finds Hangul however it is spaced: where three or more of its syllables follow each other,
the text may have blanks between them, so `강화학습` finds `강화 학습`. With two, words that happen to stand side by
side would be found (`이나` in `것이 나온다`). A needle with blanks, or one that is `exact`, is looked for as it is.

A needle of initial consonants (`ㄱㅎㅎㅅ`) can also stand for syllables (`강화 학습`): in short texts for any; in long
ones, where any two or three stand somewhere, only for those that a word begins with, see `at_words`.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from tui_digest.text.patterns import regex

_USUAL = regex("[\x00-\x7f가-힣一-鿿]*")
"""Characters that need no folding but lower case, once the text is composed."""
_OTHER_BLANKS = regex("[\x1c-\x1f\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]")
"""White space for `str.split`, and none for `bytes.split`."""
_STRANGE = regex("[^\x00-\x7f가-힣一-鿿][\uff9e\uff9f]?")
"""All else, a letter at a time; half-width kana with their voice marks."""

_INITIAL = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
_INITIALS = regex("[ㄱ-ㅎ]+")
_SYLLABLE = regex("[가-힣]")
_RUN = regex("[가-힣]{3,}")
_BETWEEN_SYLLABLES = regex("(?<=[가-힣ㄱ-ㅎ]) (?=[가-힣ㄱ-ㅎ])")
_NO_CONSONANT = regex("[^ㄱ-ㅎ]")
_PER_INITIAL = 588
"""Syllables that begin with the same consonant; they follow each other from `가` on."""

LONG_INITIALS = 3
"""From how many consonants on initials are looked for in long texts."""

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


def folded_bytes(text: str) -> bytes:
    """The same as UTF-8, with only such white space as bytes are split at: for texts of which many words are taken."""
    if not _plain(text):
        return _OTHER_BLANKS.sub(" ", fold(text)).encode("utf-8", "surrogatepass")
    if any(map(text.__contains__, "\x1c\x1d\x1e\x1f")):
        text = _OTHER_BLANKS.sub(" ", text)
    return text.encode().lower()


def _plain(text: str) -> bool:
    """Whether folding a text is but to make its capitals of ASCII small."""
    return text.isascii() or _USUAL.fullmatch(text) is not None  # none of these joins another: it is composed


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
    return _NO_CONSONANT.sub(" ", with_initials(_BETWEEN_SYLLABLES.sub("", folded)))


def with_initials(folded: str) -> str:
    """The text with each syllable's first consonant in its place."""
    return folded.translate(_consonants())


def holds(text: str, wanted: str, *, exact: bool = False) -> bool:
    """Whether a needle stands in a text, both `searchable`; in one of its spacings, unless `exact`."""
    if wanted in text:
        return True
    pattern = None if exact else spaced(wanted)
    return pattern is not None and pattern.search(text) is not None


def joints(wanted: str) -> list[int]:
    """The places in a `searchable` needle at which a text may have a blank."""
    if " " in wanted or wanted.isascii():
        return []
    return [place for run in _RUN.finditer(wanted) for place in range(run.start() + 1, run.end())]


@lru_cache(maxsize=64)
def spaced(wanted: str, blank: str = " ?") -> re.Pattern[str] | None:
    """What finds a `searchable` needle in all its spacings; None where it has but one. `blank` is what may stand at a
    joint."""
    cuts = {*joints(wanted)}
    if not cuts:
        return None
    return re.compile("".join((blank if place in cuts else "") + re.escape(each) for place, each in enumerate(wanted)))


@lru_cache(maxsize=64)
def at_words(wanted: str, blank: str = " ") -> re.Pattern[str] | None:
    """What finds the syllables that a needle of initials stands for in a long text: from the beginning of a word,
    over blanks (`ㄱㅎㅎㅅ` is `강화학습` and `강화 학습`), each followed by two of them in one word. None for other
    needles, and for less than three consonants: they would be found nearly everywhere."""
    if len(wanted) < LONG_INITIALS or not is_initials(wanted):
        return None
    syllables = [*map(_beginning_with, wanted)]
    between = f"(?:{blank}(?=[가-힣ㄱ-ㅎ]{{2}}))?"
    # The place before is looked at after the first syllable: so the pattern is looked for by that, and fast.
    return re.compile(syllables[0] + "(?<![가-힣ㄱ-ㅎ].)" + between + between.join(syllables[1:-1]) + syllables[-1])


def spans(
    needle: str, text: str, *, exact: bool = False, by_initials: bool = False, long: bool = False
) -> list[tuple[int, int]]:
    """Where the needle stands in a text, as (start, end) in characters of the text as it is: in order, none touching
    the next from within. `by_initials` also finds what a needle of initials stands for: in a title or a tag, or, where
    the text is `long`, in an abstract, a comment or a note."""
    wanted = searchable(needle)
    if not wanted:
        return []
    folded, starts = _folded_with_starts(text)
    pattern = (None if exact else spaced(wanted, r"\s*")) or _as_it_is(wanted)
    found = [match.span() for match in pattern.finditer(folded)]
    if by_initials and not exact and is_initials(wanted):
        words = at_words(wanted, r"\s+") if long else None
        found += [match.span() for match in words.finditer(folded)] if words else []
        found += [] if long else _initial_spans(wanted, folded)
    if starts is not None:
        found = [(starts[start], _end(starts, end)) for start, end in found]
    return _merged(found)


def _as_it_is(wanted: str) -> re.Pattern[str]:
    return re.compile(r"\s+".join(re.escape(word) for word in wanted.split(" ")))


def _fold_match(match: re.Match[str]) -> str:
    return _fold_strange(match[0])


@lru_cache(maxsize=4096)
def _fold_strange(letter: str) -> str:
    if "\u3130" <= letter <= "\u318f" or "\uffa0" <= letter <= "\uffdc":
        return letter  # lone jamo: Unicode would make parts of syllables of them, which then join
    if unicodedata.decomposition(letter[0]).startswith("<circle>"):
        return letter.lower()  # a sign that lists are numbered with: as a plain digit it would be found everywhere
    plain = unicodedata.normalize("NFKC", letter).casefold()
    if "\u0300" <= letter <= "\u036f":
        return ""  # an accent on a letter that has no composed form with it
    taken_apart = unicodedata.normalize("NFKD", plain)
    if any("a" <= each <= "z" or each in _PLAIN for each in taken_apart):
        plain = "".join(each for each in taken_apart if not "\u0300" <= each <= "\u036f")
    elif unicodedata.name(letter[0], "").startswith("LATIN "):
        plain = "".join(each for each in taken_apart if not unicodedata.combining(each))
    return "".join(_PLAIN.get(each, each) for each in plain).lower()


@lru_cache(maxsize=1)
def _consonants() -> dict[int, str]:
    """Every syllable's first consonant; made in two milliseconds by who asks."""
    return {ord("가") + place: _INITIAL[place // _PER_INITIAL] for place in range(len(_INITIAL) * _PER_INITIAL)}


def _beginning_with(consonant: str) -> str:
    """A pattern for the syllables that begin with a consonant, and for the consonant itself."""
    place = _INITIAL.find(consonant)
    first = ord("가") + place * _PER_INITIAL
    return consonant if place < 0 else f"[{consonant}{chr(first)}-{chr(first + _PER_INITIAL - 1)}]"


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
