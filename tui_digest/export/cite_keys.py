"""Citation keys such as `yang2023rlcd`: unique in the library, and the same whatever else is exported."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from hashlib import sha256
from itertools import count
from typing import NamedTuple

from tui_digest.export.ascii_words import ascii_words
from tui_digest.export.papers import Paper, arxiv_year
from tui_digest.text.people import people

_SMALL_WORDS = frozenset("a an the on of in for to and with is are from by towards toward do does can how what".split())
_WORD = re.compile(r"\S+")


class Citable(NamedTuple):
    """What a citation key is made of."""

    key: str
    """The paper's own key in the library."""
    title: str
    """Or what stands in for it."""
    authors: tuple[str, ...]
    arxiv_id: str | None


def citable_of(paper: Paper) -> Citable:
    """The fields of a paper from which its citation key is made."""
    return Citable(paper.key, paper.display_title, paper.authors, paper.arxiv_id)


def cite_keys(papers: Iterable[Citable]) -> dict[str, str]:
    """A citation key for each paper, by the paper's own key.

    Where several papers would have one key, the oldest keeps it, and the others have what tells them apart from
    themselves behind it: their arXiv id, else a few signs that follow from their own key.
    """
    return told_apart((plain_key(paper), paper) for paper in papers)


def told_apart(papers: Iterable[tuple[str, Citable]]) -> dict[str, str]:
    """The same of papers whose `plain_key` is known."""
    groups: dict[str, dict[str, Citable]] = {}
    for plain, paper in papers:
        groups.setdefault(plain, {}).setdefault(paper.key, paper)
    found: dict[str, str] = {}
    taken = set(groups)
    for plain, group in groups.items():
        oldest, *others = sorted(group.values(), key=_age)
        found[oldest.key] = plain
        for other in others:
            found[other.key] = key = _free(plain + _mark_of(other), taken)
            taken.add(key)
    return found


def plain_key(paper: Citable) -> str:
    """`yang2023rlcd`: the first author's family name, the year, the title's first word of weight; ASCII only, and
    never a digit first."""
    named = people(paper.authors[:1]) or people(paper.authors)
    author = _ascii(_last_word(named[0])) if named else ""
    year = str(arxiv_year(paper.arxiv_id) or "") if paper.arxiv_id else ""
    words = _weighty_words(paper.title)
    key = f"{author}{year}{words[0] if words else ''}"
    if key[:1].isalpha():
        return key
    word = next((word for word in words if word[0].isalpha()), "")
    return word + year if word else "".join(ascii_words(paper.key)) or "paper"  # at least unique


def _last_word(author: str) -> str:
    """The last word of an author's name. `names` divides names better, but keys that users have in their documents must
    not change."""
    before, comma, _ = author.partition(",")
    words = before.split()
    if not words:
        return author
    return before if comma else words[-1]


@lru_cache(maxsize=4096)
def _ascii(word: str) -> str:
    return "".join(ascii_words(word))


def _weighty_words(title: str) -> list[str]:
    """The words of a title from its first of weight on, as far as they are needed: to one that begins with a letter.
    Of a title without such words its first one."""
    first: list[str] = []
    found: list[str] = []
    for match in _WORD.finditer(title):
        for word in ascii_words(match[0]):
            first = first or [word]
            if word not in _SMALL_WORDS and not word.isdigit():
                found.append(word)
                if word[0].isalpha():
                    return found
    return found or first


def _age(paper: Citable) -> tuple[int, str, str]:
    """Sorts papers of one key: the oldest on arXiv first, what is not there by its own key."""
    number = (paper.arxiv_id or "").rpartition("/")[2]
    return (0, number, paper.key) if number else (1, paper.key, "")


def _mark_of(paper: Citable) -> str:
    if paper.arxiv_id:
        return "".join(ascii_words(paper.arxiv_id))
    return sha256(paper.key.encode("utf-8", "replace")).hexdigest()[:6]


def _free(key: str, taken: set[str]) -> str:
    """The key, or the first of `keya`, `keyb`, … that is not taken."""
    return key if key not in taken else next(name for n in count() if (name := key + _letters(n)) not in taken)


def _letters(number: int) -> str:
    """`a` to `z`, then `aa`, `ab`, …"""
    before, last = divmod(number, 26)
    return (_letters(before - 1) if before else "") + chr(ord("a") + last)


def keys_for(papers: Iterable[Paper], asked: Callable[[str], str] | None) -> Mapping[str, str]:
    """The citation keys of papers by their own keys: those of the library; without `asked` unique among these."""
    if asked is None:
        return cite_keys(map(citable_of, papers))
    found: dict[str, str] = {}
    taken = set[str]()
    for paper in papers:
        found[paper.key] = key = _free(asked(paper.key), taken)
        taken.add(key)
    return found
