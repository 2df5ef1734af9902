"""Which tags are probably one: groups to look at, never more than a suggestion, so rather too few than too many.

Spelled alike but for case, composition, blanks, `-` and `_`; singular and plural; and one slip in a long word: a letter
too many, one too few, two that changed places. Digits are never the same as others (`gpt2` and `gpt3`), short words
are as near to other words as to themselves, and so is a word with another letter in it (`contrastive`, `contractive`).
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from tui_digest.text.matching import fold

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

Counted = tuple[str, int]
"""A tag and its papers."""

LONG = 7
"""Letters of a word from which on a slip in it is told from another word."""
RARE = 2
"""Papers that a slip may have at most."""
OFTEN = 4
"""How many times as many papers the right spelling must have."""

_SEPARATORS = re.compile(r"[\s_\-·ㆍ]+")
_ICS = re.compile("(?!metr|top)[a-z]+ics")
"""`physics` is not many of a `physic`; metrics and topics are many."""
_ALONE = frozenset({"news"})
"""Not the plural of what they would be without their `s`."""


class _TagForm(NamedTuple):
    """What a group's spellings have in common."""

    words: tuple[str, ...]
    """Folded, the last in singular."""
    key: str
    """The words as one; between digits a separator stays, for `1-5` is not `15`."""


def similar(counts: Sequence[Counted], named: Collection[str] = ()) -> list[list[Counted]]:
    """Tags that are probably one, the group with the most papers first; in a group the most frequent first, then by
    name, but what is `named` already before all: that is what to call it. Two that are named are never one."""
    alike: dict[str, list[Counted]] = defaultdict(list)
    forms: dict[str, _TagForm] = {}
    for tag, count in counts:
        form = _form(tag)
        alike[form.key].append((tag, count))
        known = forms.get(form.key)
        if known is None or len(form.words) > len(known.words):
            forms[form.key] = form  # the spelling with most blanks tells best where words end
    for slip, right in _slips(forms, {key: sum(count for _, count in tags) for key, tags in alike.items()}):
        alike[right] += alike.pop(slip)
    groups = [_in_order(tags, named) for tags in alike.values() if len(tags) > 1]
    groups = [group for group in groups if len(group) > 1]
    return sorted(groups, key=lambda group: (-sum(count for _, count in group), group[0][0]))


def _in_order(tags: list[Counted], named: Collection[str]) -> list[Counted]:
    ordered = sorted(tags, key=lambda item: (item[0] not in named, -item[1], item[0]))
    return [item for place, item in enumerate(ordered) if not place or item[0] not in named]


def _form(tag: str) -> _TagForm:
    """What is left of a tag when case, separators and number are taken off."""
    typed = [word for word in _SEPARATORS.split(tag) if word] or [tag]
    words = [fold(word) for word in typed]
    words[-1] = _singular(words[-1], typed[-1])
    key = words[0]
    for word in words[1:]:
        key += f"-{word}" if key[-1:].isdigit() and word[:1].isdigit() else word
    return _TagForm(tuple(words), key)


def _singular(word: str, typed: str) -> str:
    """One of what the word tells many of. It need not be a word: both ends of a comparison come through here."""
    if word.endswith("들") and len(word) > 2:
        return word[:-1]
    if word in _ALONE or _ICS.fullmatch(word) or not word.endswith("s") or word.endswith("ss") or typed.endswith("S"):
        return word  # an `S` in capitals is a letter of the name
    if word.endswith("ies") and len(word) > 4:
        return f"{word[:-3]}y"
    if word.endswith(("xes", "ches", "shes", "sses", "zes")) and len(word) > 4:
        return word[:-2]
    base = word[:-1]
    acronym = len(base) > 1 and typed[:-1].isupper()
    return base if base[-1:].isalpha() and base[-1:].isascii() and (len(base) > 2 or acronym) else word


def _slips(forms: dict[str, _TagForm], papers: dict[str, int]) -> list[tuple[str, str]]:
    """Forms that are slips, and what each is a slip of: never one of another slip."""
    near: dict[str, list[str]] = defaultdict(list)
    for key, form in forms.items():
        if any(len(word) >= LONG for word in form.words):
            for shorter in {key, *(key[:place] + key[place + 1 :] for place in range(len(key)))}:
                near[shorter].append(key)
    pairs = {pair for keys in near.values() if len(keys) > 1 for pair in _pairs(keys, papers)}
    found: dict[str, str] = {}
    right: set[str] = set()
    for rarer, other in sorted(pairs, key=lambda pair: (-papers[pair[1]], pair)):
        if rarer in found or other in found or rarer in right:
            continue
        slip = _slip(forms[rarer], forms[other])
        rare = papers[rarer] <= RARE and papers[rarer] * OFTEN <= papers[other]
        if slip == "spelling" or (slip and rare):
            found[rarer] = other
            right.add(other)
    return list(found.items())


def _pairs(keys: list[str], papers: dict[str, int]) -> Iterator[tuple[str, str]]:
    """Each two, the rarer first."""
    ordered = sorted(keys, key=lambda key: (papers[key], key))
    for place, rarer in enumerate(ordered):
        for other in ordered[place + 1 :]:
            yield rarer, other


def _slip(one: _TagForm, other: _TagForm) -> str:
    """How the two differ: `spelling` (`-ise` and `-ize`, `modelling` and `modeling`, `behaviour` and `behavior`),
    `letter` by one that is too many or in another place; nothing where they may well be two words."""
    short, long = sorted((one, other), key=lambda form: len(form.key))
    a, b = short.key, long.key
    place = next((n for n, (left, right) in enumerate(zip(a, b, strict=False)) if left != right), len(a))
    longer = len(a) < len(b)
    if longer:
        changed = b[place]
        fits = a[place:] == b[place + 1 :] and b[place:] != "s"  # an `s` at the end was looked at already
        spelling = b[place - 1 : place + 1] == "ll" or b[place - 1 : place + 2] == "our"
    else:
        changed = a[place] + b[place]
        spelling = sorted(changed) == ["s", "z"] and a[place + 1 :] == b[place + 1 :]
        fits = spelling or (a[place : place + 2] == b[place : place + 2][::-1] and a[place + 2 :] == b[place + 2 :])
    if not (fits and changed.isascii() and changed.isalpha()):
        return ""
    if not (_in_long_word(long, place) and _in_long_word(short, place, at_end=longer)):
        return ""
    return "spelling" if spelling else "letter"


def _in_long_word(form: _TagForm, place: int, *, at_end: bool = False) -> bool:
    """Whether a place of the key is inside of a long word, or right behind it; its first letter, which one rarely gets
    wrong, is not inside."""
    end = 0
    for word in form.words:
        start = form.key.index(word, end)
        end = start + len(word)
        if start < place < end + at_end:
            return len(word) >= LONG
    return False
