"""Listings that name their papers by bare arXiv ids: `2511.01234  Title`, `[2511.01234] Title`, `Title (2511.01234)`.
Such lines become headings or items with a link, as Markdown has them; every line stays where it is."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tui_digest.identity import abstract_link, arxiv_id
from tui_digest.text.patterns import regex

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

_ID = r"(?P<id>\d{4}\.\d{4,5}(?:v\d{1,2})?|[a-z]{2,8}(?:-[a-z]{2,4})?(?:\.[A-Z]{2})?/\d{7}(?:v\d{1,2})?)"
_LEAD = r"(?P<lead>\s{0,8}(?:[-*+•]|\d{1,3}[.)]|#{1,6})\s+(?:\[[ xX]\]\s+)?)?(?P<mark>\*\*|__|`)?"
_LED = regex(
    rf"{_LEAD}(?:\[(?:arXiv\s?:\s?)?{_ID}\](?![(\[])|\((?:arXiv\s?:\s?)?{_ID.replace('id', 'id2')}\)"
    rf"|(?:arXiv\s?:\s?)?{_ID.replace('id', 'id3')}(?=[\s:：|,.–—`*_-]))(?P=mark)?"
    r"(?:\s*[\[(][a-z-]{2,12}(?:\.[A-Za-z]{2})?[\])])?\s*(?:[:：|–—,.-]\s*)?(?P<title>[^\s:：|–—,.-].{3,290})$"
)
_ENDED = regex(
    rf"{_LEAD}(?P<title>[^\s\[(].{{5,290}}?)(?P=mark)?\s*[\[(](?:arXiv\s?:\s?)?{_ID}[\])](?![(\[])(?P<rest>\s*|\s*[.:,–—-].*)$"
)
_BEGUN = regex(
    rf"{_LEAD}(?:arXiv\s?:\s?)?\[?{_ID}\]?(?P=mark)?(?:\s*\[[a-z-]{{2,12}}(?:\.[A-Za-z]{{2}})?\])?(?P<said>[\s:：|–—,-].*)?$",
    re.IGNORECASE,
)
_ADDRESSED = regex(r"/(?P<id>\d{4}\.\d{4,5})")
_SHOWN = regex(r"\d{4}\.\d{4}|/\d{7}")
_SIGNS_OF_IDS = (regex(r"\.(?<!/\d{4}\.)\d{4}"), regex(r"/\d{7}"))
"""What a text is sought for first: each begins with a sign, so that is done fast. Ids within addresses do not count."""
_LONGEST = 400
_FEW = 2
_BEGINS = frozenset("012[(")
_SIGNS = (*(f"{mark}{digit}" for mark in ("[", "(", "- ", "* ", "# ") for digit in "012"), "arXiv:", "arXiv ")


def with_ids(lines: list[str], begins: Collection[str], text: str, written: str) -> list[str]:
    """The lines, those of a listing by ids as headings or items; the list itself where fewer than two are such. `text`
    is all of them, `written` that of the file, which other markup may have been, and `begins` what its lines begin
    with."""
    if not _may_list(written, begins):
        return lines
    found: dict[int, tuple[str, str]] = {}
    told: dict[int, tuple[str, str]] = {}
    for place in _places(text):
        line = lines[place]
        if "://" in line or "](" in line or len(line) > _LONGEST or not _SHOWN.search(line):
            continue
        opens = _opens(lines, place)
        if made := _linked(line, opens=opens):
            found[place] = made
        elif made := _addressed(line, opens=opens):
            told[place] = made
    found |= told if len(told) >= _FEW else {}
    if len(found) < _FEW:
        return lines
    addressed = {match["id"] for line in lines if "://" in line for match in _ADDRESSED.finditer(line)}
    kept = {place: made for place, (name, made) in found.items() if name not in addressed}
    return [kept.get(place, line) for place, line in enumerate(lines)] if len(kept) >= _FEW else lines


def _places(text: str) -> list[int]:
    """The lines in which ids may stand, in order."""
    found: set[int] = set()
    for sign in _SIGNS_OF_IDS:
        place = start = 0
        for match in sign.finditer(text):
            place += text.count("\n", start, match.start())
            start = match.start()
            found.add(place)
    return sorted(found)


def _may_list(text: str, begins: Collection[str]) -> bool:
    """Whether any line may hold a bare id beside words: a quick test, which most texts fail."""
    return not _BEGINS.isdisjoint(begins) or any(sign in text for sign in _SIGNS)


def _opens(lines: Sequence[str], place: int) -> bool:
    """Whether a line without a mark may begin an entry: above it is no text that it goes on with."""
    above = lines[place - 1].strip() if place else ""
    return (
        not above
        or not any(map(str.isalnum, above))
        or above[:1] == "#"
        or _LED.match(above) is not None
        or _BEGUN.match(above) is not None
    )


def _linked(line: str, *, opens: bool) -> tuple[str, str] | None:
    """The id that a line names its paper by, and the line with a link; None for any other line."""
    match = _LED.match(line) or _ENDED.match(line)
    if match is None or not (match["lead"] or opens):
        return None
    groups = match.groupdict()
    name = groups["id"] or groups.get("id2") or groups.get("id3") or ""
    paper, title = arxiv_id(name), match["title"].strip()
    if paper is None or not _is_titled(title):
        return None
    version = f"v{paper[1]}" if paper[1] else ""
    rest = groups.get("rest") or ""
    label = title.replace("[", "\\[").replace("]", "\\]") if title.count("[") != title.count("]") else title
    return paper[0], f"{match['lead'] or '### '}[{label}]({abstract_link(paper[0])}{version}){rest}"


def _addressed(line: str, *, opens: bool) -> tuple[str, str] | None:
    """The id that begins a line, and the line with the paper's address in its place: `2403.01234`, alone or with a
    comment behind it; None for any other line."""
    match = _BEGUN.match(line)
    if match is None or not (match["lead"] or opens) or (paper := arxiv_id(match["id"])) is None:
        return None
    version, said = f"v{paper[1]}" if paper[1] else "", (match["said"] or "").strip(" \t:：|–—,-")
    return paper[0], f"{match['lead'] or ('- ' if said else '')}{abstract_link(paper[0])}{version} {said}".rstrip()


def _is_titled(title: str) -> bool:
    """Whether what stands beside an id may be a title: words that begin with a capital, and no sentence's end."""
    letters = [char for char in title if char.isalpha()]
    return len(letters) > 3 and not letters[0].islower() and title[-1] not in ".。,;:" and title[0] not in "])}"
