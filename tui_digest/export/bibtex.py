"""BibTeX: a `@misc` a paper, which every style can print, with arXiv's own fields where it is an arXiv paper."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import count

from tui_digest.export.ascii_words import ascii_words
from tui_digest.export.papers import Paper, paper_of, papers
from tui_digest.models import Mark, Sighting
from tui_digest.text.people import is_others, people

_LATEX = str.maketrans(
    {c: f"\\{c}" for c in "&%$#_{}"}
    | {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}
)
_URL = str.maketrans({"{": "%7B", "}": "%7D", "\\": "%5C", " ": "%20", '"': "%22"})
"""An author that stands for those who are not named."""
_SMALL_WORDS = frozenset("a an the on of in for to and with is are from by towards toward do does can how what".split())


def bibtex_for(sighting: Sighting) -> str:
    """The record of one sighting's paper, ready to be pasted."""
    paper = paper_of(sighting)
    return _record(paper, cite_key(paper), Mark())


def write(sightings: Iterable[Sighting], mark_of: Callable[[str], Mark]) -> Iterator[str]:
    """A record a paper, with keys that are unique in what is written."""
    taken: set[str] = set()
    for number, paper in enumerate(papers(sightings)):
        key = _free(cite_key(paper), taken)
        taken.add(key)
        yield ("\n" if number else "") + _record(paper, key, mark_of(paper.key))


def cite_key(paper: Paper) -> str:
    """`yang2023rlcd`: the first author's family name, the year, the title's first word of weight; ASCII only."""
    author = "".join(ascii_words(family_name(people(paper.authors)[0]))) if people(paper.authors) else ""
    title = ascii_words(paper.display_title)
    word = next((w for w in title if w not in _SMALL_WORDS and not w.isdigit()), "".join(title[:1]))
    key = f"{author}{paper.year or ''}{word}"
    # A key of digits alone, or none, is none: what the library calls the paper is at least unique.
    return key if re.search("[a-z]", key) else "".join(ascii_words(paper.key)) or "paper"


def family_name(author: str) -> str:
    """`Yang` of `Kevin Yang` and of `Yang, Kevin`; a name in Hangul is one word."""
    before, comma, _ = author.partition(",")
    words = before.split()
    if not words:
        return author
    return before if comma else words[-1]


def _free(key: str, taken: set[str]) -> str:
    """The key, or the first of `keya`, `keyb`, … that is not taken."""
    return key if key not in taken else next(name for n in count() if (name := key + _letters(n)) not in taken)


def _letters(number: int) -> str:
    """`a` to `z`, then `aa`, `ab`, …"""
    before, last = divmod(number, 26)
    return (_letters(before - 1) if before else "") + chr(ord("a") + last)


def _record(paper: Paper, key: str, mark: Mark) -> str:
    year = paper.year
    fields = {
        # A second pair of braces keeps the capitals, which many styles would make small.
        "title": "{" + _latex(paper.display_title) + "}",
        "author": " and ".join(_author(name) for name in paper.authors),
        "year": str(year) if year else "",
        "eprint": paper.arxiv_id or "",
        "archivePrefix": "arXiv" if paper.arxiv_id else "",
        "doi": (paper.doi or "").translate(_URL),
        "url": (paper.url or "").translate(_URL),
        "keywords": ", ".join(_latex(tag) for tag in paper.tags),
        "annote": _latex(mark.note or ""),
    }
    lines = [f"  {name} = {{{value}}}" for name, value in fields.items() if value]
    return f"@misc{{{key},\n" + ",\n".join(lines) + "\n}\n"


def _author(name: str) -> str:
    """A name as BibTeX reads it: ` and ` parts names and a comma parts a name, so braces keep such a one whole."""
    if is_others(name):
        return "others"
    text = _latex(name)
    whole = re.search(r"\band\b", name, re.IGNORECASE) or name.count(",") > 2 or name.strip().endswith(",")
    return f"{{{text}}}" if whole else text


def _latex(text: str) -> str:
    return " ".join(text.split()).translate(_LATEX)
