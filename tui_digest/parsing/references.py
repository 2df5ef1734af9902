"""Links whose addresses stand elsewhere in the text, as Markdown allows: `[Title][1]` and `Title[^1]`, with `[1]: URL`
and `[^1]: URL` below. Where papers begin so, the links are written out before anything else is read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_digest.parsing.links import is_paper_page, links_in
from tui_digest.text.patterns import regex

if TYPE_CHECKING:
    import re
    from collections.abc import Collection, Iterator, Sequence

_DEFINED = regex(
    r" {0,3}\[(?P<name>\^?[^\[\]^][^\[\]]{0,99})\]:\s*<?(?P<url>https?://[^\s<>]+)>?"
    r"(?:\s+(?:\"[^\"]*\"|'[^']*'|\([^()]*\)))?\s*$"
)
_SAID = regex(r" {0,3}\[(?P<name>\^[^\[\]]{1,40})\]:\s*(?P<said>\S.*)$")
_LEAD = r"\s*(?:[-*+•]\s+|\(?\d{1,3}[.)]\s+|#{1,6}\s+)"
_LED = regex(
    rf"(?:{_LEAD})?(?:\[[ xX]\]\s+)?[*_]{{0,3}}(?P<link>\[[^\[\]]{{1,300}}\](?:\[[^\[\]]{{0,100}}\])?)(?![(\[:])"
)
_REFERRED = regex(r"\[(?P<label>[^\[\]]{1,300})\](?:\[(?P<name>[^\[\]^]{0,100})\])?(?![(\[:])")
_FOOTED = regex(rf"(?P<title>{_LEAD}[^\[\]]{{5,300}}?)\s*\[(?P<name>\^[^\[\]]{{1,40}})\](?P<rest>.*)$")
_FENCE = ("```", "~~~")
_SENTENCE = ".。!?"
_LONGEST = 4000
_FEW = 2
NOTHING = "<!-- -->"
"""What a line becomes that says nothing of its own any more."""


def with_references(lines: list[str], begins: Collection[str]) -> list[str]:
    """The lines with such links written out; the list itself where no title is one that leads to a paper."""
    if "[" not in begins and " " not in begins:
        return lines
    defined = {place: match for place, line in enumerate(lines) if "]:" in line and (match := _DEFINED.match(line))}
    targets = {_folded(match["name"]): match["url"] for match in reversed(defined.values()) if _is_whole(match["url"])}
    for line in lines:
        if "]:" in line and "[^" in line and (said := _SAID.match(line)) and len(line) < _LONGEST:
            urls = {link.url for link in links_in(said["said"])}
            if len(urls) == 1 and _folded(said["name"]) not in targets:
                targets[_folded(said["name"])] = urls.pop()
    if not targets:
        return lines
    used: set[str] = set()
    made = _linked(_footed(lines, targets, used), targets, used, defined)
    if not used:
        return lines
    for place, match in defined.items():
        if _folded(match["name"]) in used:
            made[place] = NOTHING
    return made


def _footed(lines: Sequence[str], targets: dict[str, str], used: set[str]) -> list[str]:
    """The lines, the titles with a footnote among them followed by its address: where two or more lead to papers."""
    made, names = list(lines), []
    for place, line in outside_code(lines):
        match = _FOOTED.match(line) if "[^" in line and "](" not in line and "://" not in line else None
        url = targets.get(_folded(match["name"])) if match else None
        if match and url and is_paper_page(url) and match["title"].rstrip(" *_")[-1:] not in _SENTENCE:
            made[place] = f"{match['title']} {url}{match['rest']}"
            names.append(_folded(match["name"]))
    if len(names) < _FEW:
        return list(lines)
    used.update(names)
    return made


def _linked(lines: list[str], targets: dict[str, str], used: set[str], defined: Collection[int]) -> list[str]:
    """The lines with `[label][name]`, `[label][]` and `[name]` as links, where a line begins with one to a paper."""

    def target(match: re.Match[str]) -> tuple[str, str] | None:
        name = _folded(match["name"] or match["label"])
        if match["name"] is None and not any(map(str.isalpha, name)):
            return None  # `[1]`
        return (name, targets[name]) if name in targets else None

    def link(match: re.Match[str]) -> str:
        found = target(match)
        if found is None:
            return match[0]
        used.add(found[0])
        return f"[{match['label']}]({found[1]})"

    places = [
        place for place, line in outside_code(lines) if "[" in line and place not in defined and len(line) < _LONGEST
    ]
    leading = (_REFERRED.match(led["link"]) for place in places if (led := _LED.match(lines[place])))
    if not any((found := target(match)) and is_paper_page(found[1]) for match in leading if match):
        return lines
    for place in places:
        lines[place] = _REFERRED.sub(link, lines[place])
    return lines


def outside_code(lines: Sequence[str]) -> Iterator[tuple[int, str]]:
    """The lines that are no code, with their places."""
    fence = ""
    for place, line in enumerate(lines):
        mark = line.lstrip()[:3]
        if mark in _FENCE and fence in ("", mark):
            fence = "" if fence else mark
        elif not fence:
            yield place, line


def _folded(name: str) -> str:
    return " ".join(name.casefold().split())


def _is_whole(url: str) -> bool:
    """Whether an address can stand in brackets."""
    return url.count("(") == url.count(")")
